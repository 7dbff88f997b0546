"""The guide: what the course consists of, in the order in which it is taken.

It is read from two files beside this module, which `make release` makes from the notebooks: `course.json` has each
exercise's title, points and hints; `solutions.json` has the solutions, and is not there in a course that keeps them.
"""

import difflib
import functools
import json
import textwrap
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Assignment", "Entry", "NoSuchExercise", "assignments", "entry", "solution_of"]

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Entry:
    """One exercise: its id, title, points and hints, where it is, and whether a person reads the answer (`written`)."""

    id: str
    title: str
    points: int
    written: bool
    hints: tuple
    assignment: str
    notebook: str


@dataclass(frozen=True)
class Assignment:
    """One assignment: its name, its notebook's name and title, and its exercises (Entry) in order."""

    name: str
    notebook: str
    title: str
    exercises: tuple


@functools.cache
def assignments():
    """Return the course's assignments, in order."""
    return tuple(_assignment(**plain) for plain in json.loads((HERE / "course.json").read_text("utf-8")))


def entry(exercise_id):
    """Return the Entry of an exercise. Raises NoSuchExercise where there is none."""
    entries = {entry.id: entry for assignment in assignments() for entry in assignment.exercises}
    if exercise_id not in entries:
        raise NoSuchExercise(exercise_id, entries)
    return entries[exercise_id]


def solution_of(exercise_id):
    """Return {"derivation": Markdown, "code": Python}, or None where the solutions are kept by the course."""
    try:
        return json.loads((HERE / "solutions.json").read_text("utf-8"))[exercise_id]
    except FileNotFoundError:
        return None


class NoSuchExercise(KeyError):
    """A name that no exercise has; it says which one may be meant."""

    def __init__(self, exercise_id, names):
        like = [name for name in names if str(exercise_id) in name]
        near = (like or difflib.get_close_matches(str(exercise_id), names, cutoff=0.75))[:3]
        others = f"Did you mean {' or '.join(map(repr, near))}?" if near else f"There are: {', '.join(names)}."
        super().__init__(f"There is no exercise {exercise_id!r}. {others}")

    def __str__(self):
        return self.args[0]  # KeyError itself would put it in quotes

    def _render_traceback_(self):
        """Tell IPython what to show in place of a traceback."""
        return textwrap.wrap(str(self), 100)


def _assignment(name, notebook, title, exercises):
    where = {"assignment": name, "notebook": notebook}
    entries = tuple(Entry(**plain | where | {"hints": tuple(plain["hints"])}) for plain in exercises)
    return Assignment(name, notebook, title, entries)
