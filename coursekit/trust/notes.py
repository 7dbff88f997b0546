"""What was noticed about a submission: facts in words, for the instructor.

A note says what was found, where, and what was done about it. It never takes points, and it accuses no one: a copied
cell is a copied cell, whatever the reason. The notes of a notebook lie beside its autograded copy, as JSON.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

LONGEST = 200


@dataclass(frozen=True)
class Note:
    """One fact.

    kind    a word to sort and count by: "edited-test", "duplicate", "renamed", ...
    cell    the name of the cell that it is about, or None where it is about the whole submission
    words   one or two sentences
    """

    kind: str
    cell: str | None
    words: str


def printable(text, longest=LONGEST):
    """`text`, which may come from a student, on one line: what cannot be printed is written out, the rest is cut."""
    text = " ".join(str(text).split())
    text = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
    return text if len(text) <= longest else text[: longest - 3] + "..."


def notes_path(folder, notebook):
    """Where the notes of `notebook` (its name without .ipynb) lie in the submission's autograded `folder`."""
    return Path(folder) / f"{notebook}.notes.json"


def save(notes, path):
    """Write `notes` to the file at `path` in place of what is there; readers find the old file or the new one."""
    path = Path(path)
    new = path.with_name(f".{path.name}-new")
    new.write_text(json.dumps([asdict(note) for note in notes], ensure_ascii=False, indent=1) + "\n", "utf-8")
    os.replace(new, path)


def load(path):
    """The notes in the file at `path`; none where there is no such file."""
    try:
        text = Path(path).read_text("utf-8")
    except FileNotFoundError:
        return []
    return [Note(**entry) for entry in json.loads(text)]
