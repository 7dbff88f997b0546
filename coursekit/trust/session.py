"""A session: one notebook, cell by cell, in a kernel of its own, with a judge beside it.

The student's cells run there. At a test cell the judge looks at what they have defined, from here. Whatever a cell
does, the next ones get their turn:

    an error                 is shown, and the next cell runs
    time is over             the cell is interrupted
    the kernel is gone       another one is started, the cells so far run again but for the one that did it, and then on

So a mistake costs the exercise that it is in, and no other.
"""

import json
import re
import socket
import time
from dataclasses import dataclass, field
from secrets import token_hex

from nbformat.v4 import new_output

from coursekit.trust.judge import judge, wrong
from coursekit.trust.notes import Note, printable
from coursekit.trust.record import Record
from coursekit.trust.standins import Listener, Lost
from coursekit.trust.talk import talk
from nnkit.checks import EXERCISES

__all__ = ["Session", "Times", "exercise_of"]

CHECK = re.compile(r'check\("([\w-]+)", \w+\)')
SERVE = "__import__('coursekit_agent').serve({path!r}, globals())"
WATCH = "__import__('coursekit_witness').watch({path!r}, get_ipython())"
MAX_RESTARTS = 5
OVER = "The time for the whole notebook was over before this cell."
GONE = "The notebook's Python ended too often to go on."


@dataclass(frozen=True)
class Times:
    """Seconds: for one cell, for one check, and for the whole notebook."""

    cell: float = 300
    check: float = 120
    notebook: float = 1200


def exercise_of(source):
    """Return the exercise that a test cell checks, or None if it is a test of another kind."""
    match = CHECK.fullmatch(source.strip())
    return match[1] if match and match[1] in EXERCISES else None


@dataclass
class Session:
    """Runs notebooks' cells. `start()` gives a kernel that is ready; `absent` are nnkit's methods without a body there.

    After `run`, `notes` holds what an instructor may want to know, and `verdicts` the Verdict on each exercise.
    """

    start: object
    absent: frozenset = frozenset()
    times: Times = field(default_factory=Times)
    notes: list = field(default_factory=list)
    verdicts: dict = field(default_factory=dict)

    def run(self, cells):
        """Run the code cells of a notebook, and give each its outputs."""
        self.cells, self.done, self.left_out = cells, [], set()
        self.restarts, self.peak, self.kernel = 0, 0, None
        self.began = time.monotonic()
        self.end = self.began + self.times.notebook
        try:
            self.begin()
            for cell in (cell for cell in cells if cell.cell_type == "code"):
                cell.outputs = self.one(cell)
        finally:
            self.end_kernel()
            self.seconds = time.monotonic() - self.began

    def record(self, notes):
        """Return what is to be kept of the run, with these notes."""
        verdicts, seconds = list(self.verdicts.values()), round(self.seconds, 1)
        return Record(verdicts, notes, seconds, self.peak // 1_000_000, self.restarts)

    def end_kernel(self):
        """End the kernel, if there is one, and keep in mind the most memory that it held."""
        if self.kernel:
            self.peak = max(self.peak, getattr(self.kernel, "peak", 0))
            self.kernel.kill()

    def begin(self):
        """Start a kernel, talk to it, and have it watched."""
        self.kernel = self.start()
        self.client = self.kernel.client()
        self.witness = Hearing(self.kernel.shared / "witness.socket")
        self.talk(WATCH.format(path=str(self.witness.path)), 20)

    def one(self, cell):
        """Run one cell, in its turn; return its outputs."""
        exercise = exercise_of(cell.source) if is_test(cell) else None
        reason = OVER if time.monotonic() > self.end else GONE if self.restarts > MAX_RESTARTS else None
        if reason:
            return failed(wrong(exercise, reason)) if exercise else error("NotRun", reason) if is_test(cell) else []
        if exercise:
            return self.check(cell, exercise)
        ran = self.talk(cell.source, self.times.cell)
        self.note(cell, ran)
        if ran.end == "dead":
            self.restart(cell)
            ran.outputs += error("KernelEnded", "This cell ended the notebook's Python. All others ran in a new one.")
        elif ran.end == "late":
            self.left_out.add(cell.id)
            ran.outputs += error("TimeOver", f"This cell did not come to an end within {self.times.cell:g} seconds.")
        self.done.append(cell)
        return quiet(ran.outputs) if is_test(cell) else ran.outputs

    def talk(self, code, seconds, meanwhile=None):
        """Run code for so many seconds, or until the notebook's time is over."""
        seconds = max(1, min(seconds, self.end - time.monotonic()))
        return talk(self.kernel, self.client, code, seconds, meanwhile)

    def check(self, cell, exercise):
        """Have the judge look at an exercise; return the test cell's outputs."""
        ran, verdict, lost, answered = self.tried(exercise)
        if not answered and self.leave_out_own():
            words = "The kernel did not answer; it was tried again without the cells that the student has added."
            self.notes.append(Note("own-cells-left-out", cell.id, words))
            self.restart(None)
            if self.restarts <= MAX_RESTARTS:
                ran, verdict, lost, _ = self.tried(exercise)
        self.verdicts[exercise] = verdict
        self.note(cell, ran)
        if lost or ran.end == "dead":
            self.notes.append(Note("check-cut-short", cell.id, str(lost or "The kernel did not answer.")))
            self.restart(None)
        shown = [output for output in ran.outputs if output["output_type"] == "stream"]
        return quiet(shown) + (passed(verdict) if verdict.state == "right" else failed(verdict))

    def tried(self, exercise):
        """Have the judge look; return how it ran, the verdict, why the kernel is lost if it is, and did it answer."""
        path = self.kernel.shared / f"{token_hex(6)}.socket"  # a name that nobody can have taken before
        found = []
        with Listener(path) as listener:
            ran = self.talk(SERVE.format(path=str(path)), 5, lambda: found.extend(self.judge(exercise, listener)))
        return ran, *found

    def leave_out_own(self):
        """From now on leave out the cells that the student has added, and say whether there are any."""
        own = {cell.id for cell in self.done if cell.id.endswith("-added")} - self.left_out
        self.left_out |= own
        return bool(own)

    def judge(self, exercise, listener):
        """Return the verdict, why the kernel is lost if it is, and whether it answered at all."""
        try:
            connection = listener.accept(min(20, self.times.check), self.kernel.is_alive)
        except Lost as lost:
            return wrong(exercise, f"It could not be tried: {lost}."), str(lost), False
        seconds = max(1, min(self.times.check, self.end - time.monotonic()))
        return *judge(exercise, connection, self.absent, seconds), True

    def restart(self, culprit):
        """Go on in a new kernel, in which the cells so far have run, but for those that ended one or took too long."""
        if culprit is not None:
            self.left_out.add(culprit.id)
        self.end_kernel()
        self.restarts += 1
        if self.restarts > MAX_RESTARTS:
            return
        self.begin()
        for cell in self.done:
            if cell.id in self.left_out or is_test(cell):
                continue
            if self.talk(cell.source, self.times.cell).end == "dead":
                return self.restart(cell)

    def note(self, cell, ran):
        """Note what an instructor may want to look at."""
        self.notes += [Note(kind, cell.id, words) for kind, words in self.witness.heard()]
        if ran.end == "dead":
            self.notes.append(Note("kernel-ended", cell.id, "The kernel ended while this cell ran."))
        if ran.end == "late":
            self.notes.append(Note("time-over", cell.id, "This cell did not come to an end in time and was stopped."))
        if ran.flooded:
            self.notes.append(Note("much-output", cell.id, "This cell wrote more than a page holds; the rest is gone."))


class Hearing:
    """Where the witness in a kernel is heard, at the socket `path`. What it says is taken for words, and no more."""

    def __init__(self, path):
        self.path, self.left = path, 100
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.setblocking(False)

    def heard(self):
        """Return what has been told since the last time: pairs of a kind and words."""
        told = []
        while self.left:
            try:
                kind, words = json.loads(self.socket.recv(4096))
            except OSError:
                break
            except (ValueError, TypeError):
                continue
            finally:
                self.left -= 1
            told.append((printable(kind, 20), printable(words)))
        return told


def is_test(cell):
    """Say whether a cell is one of the instructor's tests."""
    data = cell.metadata.get("nbgrader", {})
    return bool(data.get("grade")) and not data.get("solution")


def passed(verdict):
    """Return the outputs of a test cell whose exercise is right."""
    return [new_output("stream", name="stdout", text=f"{verdict}\n")]


def failed(verdict):
    """Return the outputs of a test cell whose exercise is not right."""
    name = "NotAttempted" if verdict.state == "not attempted" else "CheckFailed"
    return error(name, str(verdict))


def error(name, words):
    """Return an error as a cell's only output."""
    return [new_output("error", ename=name, evalue=words.splitlines()[0], traceback=words.splitlines())]


def quiet(outputs):
    """Return a test cell's outputs with nothing on stderr, which would cost points: a warning is not a wrong answer."""
    for output in outputs:
        if output.get("name") == "stderr":
            output["name"] = "stdout"
    return outputs
