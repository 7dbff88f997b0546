"""What a class's submissions say together: counts, taken up one submission after the other.

Of each thing only its number and a few examples are kept, so that a large class takes little more memory than a small
one.
"""

from collections import Counter
from dataclasses import dataclass, field

from coursekit.report.words import name_of

__all__ = ["ClassTally", "ExerciseTally", "Example", "KINDS", "Look", "Seen"]

EXAMPLES = 5  # of each mistake
LISTED = 100  # submissions, of each kind of note
OTHER = "other"
WORDS = 3  # notes of one kind, of one submission
NO_CLAIM = "It could not be tried at all."

# What the notes' kinds mean: (heading, what was done about it). The first ones deserve a look, the others are told.
KINDS = {
    "unreadable": (
        "Notebooks that cannot be read",
        "Nothing of them could be marked; each exercise counts as untouched.",
    ),
    "no-notebook": ("No notebook", "There was none to mark in what was handed in."),
    "not-recorded": ("Marked in another way, or not at all", "The grader left no record; marks may be out of date."),
    "not-tried": (
        "Exercises that could not be tried",
        "Time was over, Python had ended too often, or a mark is missing.",
    ),
    "record-unreadable": ("Records that cannot be read", "Grade these again."),
    "damaged": ("Damaged notebooks", "What could be read was marked."),
    "kernel-ended": ("Python ended", "A cell ended the notebook's Python; all the others ran in a new one."),
    "time-over": ("Time over", "A cell did not come to an end; it was stopped, and the others ran."),
    "check-cut-short": (
        "Checks cut short",
        "The notebook's Python ended or did not answer while a check looked at it.",
    ),
    "check-overstrained": ("Checks asked for too much", "More than they can work out; the answers count as wrong."),
    "own-cells-left-out": ("Own cells left out", "A check worked only without the cells that the student had added."),
    "cell-left-out": ("Cells left out", "A check worked only without them: short of memory or time, or no answer."),
    "limit": ("Limits reached", "A cell asked for more memory, files or threads than there may be."),
    "edited-test": ("Edited tests", "The original test was used."),
    "edited-locked": (
        "Edited cells that were locked",
        "The original was used; the changed cell ran as the student's own.",
    ),
    "replaced": ("Python's own functions replaced", "This has no influence on the marks."),
    "network": ("The network was reached for", "There is none in the sandbox."),
    "program": ("A program was started", "It ran, if at all, in the sandbox."),
    "thread": ("Threads that go on", "They ended with the notebook."),
    "file": ("A file elsewhere was reached for", "The sandbox has nothing of this machine's but what Python needs."),
    "file-left-out": ("Files left out", "They were not given to the notebook."),
    "many-cells": ("Very many cells", "Those beyond the limit were passed by."),
    "much-output": ("Very much output", "What a page cannot hold is gone."),
    "missing": ("Cells that are missing", "Graded cells were put back."),
    "duplicate": ("Copies of cells", "The first one counted; the others ran as they are."),
    "names-lost": ("Cells that had lost their names", "They were found by their text or place."),
    "retyped": ("Cells of another kind", "They were turned back."),
    "moved": ("Tests that had been moved", "They were moved back behind their exercises."),
    "renamed": ("Notebooks of another name", "They were marked all the same."),
    "several": ("Several notebooks", "The likeliest was marked."),
    "extra": ("Own cells added", "They ran where they stand."),
    OTHER: ("Other things noted", "The report knows no more of these."),
}
TOLD = ("thread", "names-lost", "retyped", "moved", "renamed", "several", "extra")


@dataclass(frozen=True)
class Example:
    """A student who is an example of something, and in which notebook."""

    student: str
    label: str
    notebook: str


@dataclass
class Seen:
    """How often something was seen, with a few Examples, and what a check said to the first of them."""

    count: int = 0
    examples: list = field(default_factory=list)
    details: list = field(default_factory=list)

    def add(self, example, details=()):
        """Count one more."""
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(example)
        self.details = self.details or list(details)[:4]


@dataclass
class ExerciseTally:
    """What the class did in one exercise: states, points, known mistakes, and first failing claims without one."""

    exercise: object
    states: Counter = field(default_factory=Counter)
    score: float = 0.0
    mistakes: dict = field(default_factory=dict)
    unexplained: dict = field(default_factory=dict)

    def add(self, answer, submission):
        """Count one student's Answer."""
        self.states[answer.state] += 1
        self.score += answer.score
        if answer.state == "wrong":
            example = Example(
                submission.student,
                name_of(submission.student, submission.first_name, submission.last_name),
                self.exercise.notebook,
            )
            verdict = answer.verdict
            if verdict and verdict.mistake:
                self.mistakes.setdefault(verdict.mistake, Seen()).add(example)
            else:
                claim = first_failing(verdict) if verdict else NO_CLAIM
                self.unexplained.setdefault(claim, Seen()).add(example, verdict.details if verdict else ())

    @property
    def total(self):
        """How many submissions were counted."""
        return self.states.total()

    def known(self):
        """The known mistakes, the most frequent first: pairs (sentence, Seen)."""
        return by_frequency(self.mistakes)

    def unknown(self):
        """What is wrong without a known mistake, the most frequent first: pairs (first failing claim, Seen)."""
        return by_frequency(self.unexplained)


def first_failing(verdict):
    """The first claim that does not hold."""
    return next((sentence for sentence, holds in verdict.claims if holds is False), NO_CLAIM)


def by_frequency(seen):
    """The items of a dict of Seen, the most frequent first; equals as they came."""
    return sorted(seen.items(), key=lambda item: -item[1].count)


@dataclass
class Look:
    """The submissions with notes of one kind: how many, and of the first ones (label, student, sentences, more)."""

    kind: str
    count: int = 0
    entries: list = field(default_factory=list)

    @property
    def heading(self):
        """The kind in words."""
        return KINDS[self.kind][0]

    @property
    def meaning(self):
        """What was done about it."""
        return KINDS[self.kind][1]

    @property
    def deserves_a_look(self):
        """Is it more than something told?"""
        return self.kind not in TOLD


@dataclass(frozen=True)
class Row:
    """One student in the list of all."""

    student: str
    label: str
    score: float
    right: int
    to_mark: int
    looked: bool
    seconds: float
    memory_mb: int


class ClassTally:
    """All that the report of a class shows of a Work."""

    def __init__(self, work):
        self.work = work
        self.exercises = [ExerciseTally(exercise) for exercise in work.exercises]
        self.looks, self.rows = {}, []

    def add(self, submission):
        """Take up one Submission."""
        for tally, answer in zip(self.exercises, submission.answers, strict=True):
            tally.add(answer, submission)
        label = name_of(submission.student, submission.first_name, submission.last_name)
        kinds = noted(submission)
        for kind, words in kinds.items():
            look = self.looks.setdefault(kind, Look(kind))
            look.count += 1
            if len(look.entries) < LISTED:
                look.entries.append((label, submission.student, words[:WORDS], max(0, len(words) - WORDS)))
        right, waiting = len(submission.having("right")), len(submission.having("to be marked"))
        looked = bool(set(kinds) - set(TOLD))
        took = (submission.seconds, submission.memory_mb)
        self.rows.append(Row(submission.student, label, submission.score, right, waiting, looked, *took))

    @property
    def checked(self):
        """The ExerciseTallies of what a check looks at."""
        return [tally for tally in self.exercises if not tally.exercise.written]

    @property
    def written(self):
        """Those of written answers."""
        return [tally for tally in self.exercises if tally.exercise.written]

    def look_at(self):
        """The Looks that deserve one, in the order of KINDS."""
        return [look for look in self.in_order() if look.deserves_a_look]

    def told(self):
        """The other Looks."""
        return [look for look in self.in_order() if not look.deserves_a_look]

    def in_order(self):
        """All Looks, in the order of KINDS."""
        return [self.looks[kind] for kind in KINDS if kind in self.looks]

    def commonest(self, most=3):
        """The known mistakes that several students made, the most frequent first: (sentence, Seen, ExerciseTally)."""
        found = [(sentence, seen, tally) for tally in self.checked for sentence, seen in tally.known()]
        return sorted((each for each in found if each[1].count > 1), key=lambda each: -each[1].count)[:most]

    def hardest(self):
        """The ExerciseTally of the exercise that most have wrong, or None."""
        missed = [tally for tally in self.checked if tally.states["wrong"]]
        return max(missed, key=lambda tally: tally.states["wrong"], default=None)


def noted(submission):
    """The notes on a submission, and what it lacks: a dict kind -> sentences."""
    kinds = {}
    for note in submission.notes:
        known = note.kind in KINDS  # a student's kernel may tell of kinds that nobody knows
        kinds.setdefault(note.kind if known else OTHER, []).append(sentence(note, known))
    untried = [answer.exercise.name for answer in submission.having("not tried")]
    if not submission.recorded and "record-unreadable" not in kinds:
        kinds["not-recorded"] = ["There is no record of it in autograded/."]
    elif untried:
        kinds["not-tried"] = [f"No verdict on {', '.join(untried)}."]
    return kinds


def sentence(note, known=True):
    """A Note in words: its kind where that is not `known`, and its cell where the words do not name it."""
    words = note.words if known else f"{note.kind}: {note.words}"
    return words if note.cell is None or note.cell in words else f"{words} (In “{note.cell}”.)"
