"""A class that is up to no good is marked: nobody gains a mark, reads a secret, leaves a trace or harms another.

It is marked in two halves, each with honest students in it, once for all tests. Where several processes test at once,
each half is marked by the first of them that needs it.
"""

import contextlib
import os
import pickle
import time
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from attacks import ATTACKS
from corpus import ASSIGNMENT, FULL, MARK, NOTEBOOK, RIGHT, SECRET, Course, answer
from malformed import MALFORMED

from coursekit.trust import talk
from coursekit.trust.record import load
from coursekit.trust.sandbox import available

PROBLEM = available()
REQUIRED = os.environ.get("REQUIRE_SANDBOX") == "1"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROBLEM is not None and not REQUIRED, reason=str(PROBLEM)),
]
# Small and short, so that what goes on without end ends soon.
CONFIGURATION = """
c.TrustedExecute.cell_seconds, c.TrustedExecute.check_seconds, c.TrustedExecute.notebook_seconds = 4, 3, 90
c.TrustedExecute.memory_mb, c.TrustedExecute.disk_mb, c.TrustedExecute.file_mb = 1000, 64, 16
c.TrustedExecute.processes, c.TrustedExecute.cpu_seconds = 60, 60
"""
HONEST_STUDENTS = ("aaron", "zoe")  # marked before all others, and after them


@dataclass
class Marked:
    """What came of a submission."""

    result: dict
    marks: dict
    notes: list
    said: str
    seconds: float
    strays: list
    reached: list = field(default_factory=list)


@dataclass
class Class:
    """Half of the class after it was marked: student -> Marked; the planted files before and after."""

    marked: dict = field(default_factory=dict)
    before: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)


# The attacks in each half, and the malformed submissions. Kernels that end and hogs, which take longest, come late.
MIDDLE = len(ATTACKS) // 2
HALVES = (list(ATTACKS)[:MIDDLE], list(MALFORMED)), (list(ATTACKS)[MIDDLE:], [])


def of_each_half(kind):
    """Parametrise a test with a half of the class, as `graded`, and with each name of this kind in it."""
    pairs = [(number, name) for number, half in enumerate(HALVES) for name in half[kind]]
    return pytest.mark.parametrize(("graded", "name"), pairs, indirect=["graded"])


MARKED = {}  # number of a half -> the Class


@pytest.fixture
def graded(request, tmp_path_factory):
    """Half of the class, marked: the honest, the attacks, the malformed, in one course."""
    assert PROBLEM is None, PROBLEM
    number = request.param
    if number not in MARKED and "PYTEST_XDIST_WORKER" in os.environ:
        held = tmp_path_factory.getbasetemp().parent / f"corpus-{number}"
        MARKED[number] = marked_once(tmp_path_factory, number, held)
    if number not in MARKED:
        MARKED[number] = marked_anew(tmp_path_factory, number)
    return MARKED[number]


def marked_once(folders, number, held):
    """The half with this number, marked by whichever process comes first, and kept in the file `held`."""
    import fcntl

    with open(held, "a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        if content := file.read():
            return pickle.loads(content)
        whole = marked_anew(folders, number)
        file.write(pickle.dumps(whole))
    return whole


def marked_anew(folders, number):
    """Mark the half with this number."""
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        patch.setattr(talk, "PATIENCE", 3)
        course = Course(folders.mktemp("corpus"), CONFIGURATION).make()
        course.listen()
        stack.callback(course.hang_up)
        surround(patch, course)
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # nbgrader's and its libraries' own, which would be errors here
        return mark_all(course, number)


def surround(patch, course):
    """Give the grader a HOME and an environment with secrets in them."""
    import matplotlib

    patch.setenv("MPLCONFIGDIR", matplotlib.get_configdir())
    patch.setenv("XDG_CACHE_HOME", str(course.folder / "cache"))
    patch.setenv("HOME", str(course.outside / "home"))
    patch.setenv("SECRET_TOKEN", SECRET)


def mark_all(course, number):
    """Hand in, mark, write feedback; return the Class."""
    from coursekit.course import chatter_to, open_course

    log = course.folder / "log"
    with chatter_to(log):
        course.release()
        students = hand_in_all(course, number)
        api = open_course(course.course)
        whole = Class(before=course.planted())
        for student in students:
            whole.marked[student] = mark(course, api, student)
        whole.after = course.planted()
        assert api.generate_feedback(ASSIGNMENT)["success"]
        marks = course.marks(api)
    for student, marked in whole.marked.items():
        marked.marks, marked.said = marks.get(student), course.said(student)
    return whole


def hand_in_all(course, number):
    """Hand in for every student of this half; return their names in the order in which they are marked."""
    first, last = HONEST_STUDENTS
    honest = answer(course.released, RIGHT, first=f"# {SECRET}")
    for student in HONEST_STUDENTS:
        course.hand_in(student, honest)
    attacks, others = HALVES[number]
    for attack in map(ATTACKS.get, attacks):
        folder = course.hand_in(attack.name, attack.notebook(course.released))
        if attack.folder:
            attack.folder(folder, course)
    for name, malformed in ((name, MALFORMED[name]) for name in others):
        folder = course.hand_in(name, malformed.make(answer(course.released)), malformed.file)
        if malformed.folder:
            malformed.folder(folder, course)
    return [first, *attacks, *others, last]


def mark(course, api, student):
    """Have nbgrader mark one student's submission."""
    started, before = time.monotonic(), len(course.reached)
    result = api.autograde(ASSIGNMENT, student)
    seconds = time.monotonic() - started
    record = load(course.course / "autograded" / student / ASSIGNMENT / f"{NOTEBOOK}.record.json")
    return Marked(result, {}, record.notes if record else [], "", seconds, strays(), course.reached[before:])


def strays():
    """The processes of this system with the corpus's mark."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if MARK.encode() in path.read_bytes():
                found.append(int(path.parent.name))
    return found


def said_by_nbgrader(marked):
    return marked.result.get("log", "")[-3000:] + (marked.result["error"] or "")[-3000:]


@of_each_half(0)
def test_an_attack_gains_nothing(graded, name):
    marked, attack = graded.marked[name], ATTACKS[name]
    assert marked.result["success"], said_by_nbgrader(marked)
    assert marked.marks == attack.marks
    assert SECRET not in marked.said
    assert marked.reached == [] and marked.strays == []
    noted = {(note.kind, cell) for note in marked.notes for cell in (note.cell, None)}
    assert attack.expected <= noted, marked.notes


@of_each_half(1)
def test_a_malformed_submission_is_marked_as_far_as_it_goes(graded, name):
    marked, malformed = graded.marked[name], MALFORMED[name]
    assert marked.result["success"], said_by_nbgrader(marked)
    assert marked.marks == malformed.marks
    assert SECRET not in marked.said
    assert set(malformed.notes) <= {note.kind for note in marked.notes}
    assert malformed.words is None or malformed.words in marked.said


each_half = pytest.mark.parametrize("graded", range(len(HALVES)), indirect=True)


@each_half
def test_others_are_marked_as_ever(graded):
    for student in HONEST_STUDENTS:
        assert graded.marked[student].marks == FULL
        assert [note for note in graded.marked[student].notes if note.kind != "extra"] == []


@each_half
def test_nothing_outside_was_changed(graded):
    assert graded.after == graded.before


def test_there_are_enough_of_them():
    groups = {attack.group for attack in ATTACKS.values()}
    assert all(name in HALVES[1][0] for name in ("notes-for-the-next", "notes-of-the-last"))  # one reads the other's
    told = [a for a in ATTACKS.values() if a.group in ("reading", "network", "writing outside", "a patched shell")]
    assert len([attack for attack in told if attack.notes]) > 0.9 * len(told)
    assert len(ATTACKS) >= 60 and len(groups) >= 10 and len(MALFORMED) >= 40
