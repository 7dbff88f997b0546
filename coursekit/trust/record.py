"""The record of a marked notebook: what each check found, what was noticed, and what it took.

The gradebook knows points; a report for teachers also wants to know which known mistake was made, and how often. So
beside each marked notebook lies a record, in plain JSON, which only the grader writes:

    {"exercises": [{"exercise": "dense-forward", "state": "wrong", "claims": [["...", false], ...], "details": ["..."],
                    "mistake": "..."}, ...],
     "notes": [{"kind": "edited-test", "cell": "...", "words": "..."}, ...],
     "seconds": 9.8, "memory_mb": 310, "restarts": 0}

What a check says may quote a student's code: whoever shows it must treat it as text.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from coursekit.trust.notes import Note
from nnkit.checks.verdict import Verdict

__all__ = ["Record", "from_plain", "load", "plain", "record_path", "save"]


@dataclass
class Record:
    """One marked notebook.

    exercises  the Verdicts, in the notebook's order
    notes      the Notes, for the instructor
    seconds    how long the notebook ran, its kernel's start included
    memory_mb  the most memory that its processes held, 0 where nobody looked
    restarts   how many kernels it needed beyond the first
    """

    exercises: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    seconds: float = 0.0
    memory_mb: int = 0
    restarts: int = 0


def record_path(folder, notebook):
    """Where the record of `notebook` (its name without .ipynb) lies in the submission's autograded `folder`."""
    return Path(folder) / f"{notebook}.record.json"


def save(record, path):
    """Write a record to the file at `path` in place of what is there; readers find the old file or the new one."""
    path = Path(path)
    new = path.with_name(f".{path.name}-new")
    new.write_text(json.dumps(plain(record), ensure_ascii=False, indent=1) + "\n", "utf-8")
    os.replace(new, path)


def load(path):
    """Return the record in the file at `path`, or None where there is no such file."""
    try:
        return from_plain(json.loads(Path(path).read_text("utf-8")))
    except FileNotFoundError:
        return None


def plain(record):
    """Return a record as dictionaries, lists, texts and numbers."""
    return asdict(record)


def from_plain(held):
    """Return the record that `plain` was given."""
    verdicts = [
        Verdict(**entry | {"claims": [tuple(claim) for claim in entry["claims"]]}) for entry in held["exercises"]
    ]
    return Record(**held | {"exercises": verdicts, "notes": [Note(**entry) for entry in held["notes"]]})
