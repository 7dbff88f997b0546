"""The logbook: what a student has tried, in a file of their own on this computer.

It holds a line for each event, as JSON: a check ({"exercise", "state", "code", "failing"}) or a hint ({"exercise",
"hint"}). Lines are only ever added, so that a crash, two notebooks at a time or a restart lose nothing; a line that
cannot be read is passed by. It is for the student's eyes and has no bearing on marks: `code` is a fingerprint, not the
answer.
"""

import hashlib
import json
import os
import types
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Tried", "fingerprint", "note", "path", "tried", "tried_of"]


@dataclass
class Tried:
    """What has been tried of one exercise.

    wrong     the fingerprints of the different wrong answers
    solved    whether some answer was right
    hints     how many hints were given
    asked     whether the solution of a written exercise was asked for
    failing   the sentence that did not hold at the last check; None if all did
    """

    wrong: set = field(default_factory=set)
    solved: bool = False
    hints: int = 0
    asked: bool = False
    failing: str | None = None

    @property
    def state(self):
        """Return "solved", "attempted" or "to do"."""
        return "solved" if self.solved else "attempted" if self.wrong else "to do"


def path():
    """Return where the logbook is: the file that NNKIT_LOGBOOK names, or one in the user's own data folder."""
    if os.environ.get("NNKIT_LOGBOOK"):
        return Path(os.environ["NNKIT_LOGBOOK"])
    import platformdirs

    return Path(platformdirs.user_data_dir("nnkit", appauthor=False)) / "logbook.jsonl"


def note(**entry):
    """Add a line to the logbook. Where it cannot be written, say so: the exercise itself goes on."""
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)  # nobody else's business
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
    except OSError as error:
        print(f"Your progress could not be noted ({error.strerror}: {path()}). The exercises work all the same.")


def tried():
    """Return what the logbook says: {exercise id: Tried}; the exercise that was tried last stands last."""
    found = {}
    for entry in _entries():
        one = found[entry["exercise"]] = found.pop(entry["exercise"], Tried())
        if "hint" in entry:
            one.hints = entry["hint"]
        elif entry.get("state") == "asked":
            one.asked = True
        elif entry.get("state") == "right":
            one.solved, one.failing = True, None
        elif entry.get("state") == "wrong":
            one.wrong.add(entry.get("code"))
            one.failing = entry.get("failing")
    return found


def tried_of(exercise_id):
    """Return what the logbook says of one exercise."""
    return tried().get(exercise_id, Tried())


def fingerprint(answer):
    """Return a short text that is another one whenever a function or class does something else.

    It is made from compiled code, in which spaces and comments are gone: another attempt is one that thinks anew.
    """
    return hashlib.sha256("\n".join(_code(answer)).encode()).hexdigest()[:12]


def _entries():
    """Yield the logbook's lines that can be read."""
    try:
        lines = path().read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and isinstance(entry.get("exercise"), str):
            yield entry


def _code(thing):
    """Yield what a function, or each function of a class, is made of, as texts."""
    if isinstance(thing, type):
        for name in sorted(vars(thing)):
            yield name
            yield from _code(vars(thing)[name])
    code = thing if isinstance(thing, types.CodeType) else getattr(thing, "__code__", None)
    if code is not None:
        yield repr((code.co_code, code.co_names, code.co_varnames))
        for constant in code.co_consts[1 if code.co_consts[:1] == (thing.__doc__,) else 0 :]:
            if isinstance(constant, types.CodeType):
                yield from _code(constant)
            else:  # a set has no order of its own
                yield repr(sorted(map(repr, constant)) if isinstance(constant, frozenset) else constant)
