"""A session: one notebook, cell by cell, in a kernel of its own, with a judge beside it.

The student's cells run there. At a test cell the judge looks at what they have defined, from here. Whatever a cell
does, the next ones get their turn:

    an error                 is shown, and the next cell runs
    time is over             the cell is interrupted
    the kernel is gone       another one is started, the cells so far run again but for the one that did it, and then on
    memory is short          likewise, but for the cell that keeps most of it, or whose threads go on

So a mistake costs the exercise that it is in, and no other.
"""

import json
import re
import socket
import time
from dataclasses import dataclass, field
from secrets import token_hex

from nbformat.v4 import new_output

from coursekit.trust import chamber
from coursekit.trust.judge import wrong
from coursekit.trust.notes import Note, printable
from coursekit.trust.rebuild import EXPERIMENT
from coursekit.trust.record import Record
from coursekit.trust.standins import Listener, Lost
from coursekit.trust.talk import talk
from nnkit.checks import EXERCISES

__all__ = ["Session", "Times", "exercise_of"]

CHECK = re.compile(r'check\("([\w-]+)", \w+\)')
SERVE = "__import__('coursekit_agent').serve({path!r}, globals())"
WATCH = "__import__('coursekit_witness').watch({path!r}, get_ipython())"
NOT_REPEATED = "(An experiment. It is not repeated when marks are given.)"
MAX_RESTARTS = 5
HOLDS = 0.25  # of the memory that there may be: a cell that holds so much may be why another finds none
OVER = "The time for the whole notebook was over before this cell."
LIMITS = re.compile(r"^MemoryError: |No space left|File too large|can't start new thread|temporarily unavailable")
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

    Without `experiments`, cells with that tag are passed by, unless a check misses a name.
    After `run`, `notes` holds what an instructor may want to know, and `verdicts` the Verdict on each exercise.
    """

    start: object
    absent: frozenset = frozenset()
    times: Times = field(default_factory=Times)
    experiments: bool = True
    notes: list = field(default_factory=list)
    verdicts: dict = field(default_factory=dict)

    def run(self, cells):
        """Run the code cells of a notebook, and give each its outputs."""
        self.cells, self.done, self.left_out = cells, [], set()
        self.restarts, self.peak, self.kernel, self.witness = 0, 0, None, None
        self.began = time.monotonic()
        self.end = self.began + self.times.notebook
        chamber.prepare()
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
            self.peak = max(self.peak, self.kernel.peak)
            self.kernel.kill()
        if self.witness:
            self.witness.socket.close()

    def begin(self):
        """Start a kernel, talk to it, and have it watched."""
        self.kernel = self.start()
        self.client = self.kernel.client()
        self.witness = Hearing(self.kernel.shared / "witness.socket")
        self.talk(WATCH.format(path=str(self.witness.path)), 20)
        self.blame = Blame(self.kernel)

    def one(self, cell):
        """Run one cell, in its turn; return its outputs."""
        exercise = exercise_of(cell.source) if is_test(cell) else None
        reason = OVER if time.monotonic() > self.end else GONE if self.restarts > MAX_RESTARTS else None
        if reason:
            return failed(wrong(exercise, reason)) if exercise else error("NotRun", reason) if is_test(cell) else []
        return self.check(cell, exercise) if exercise else self.plain(cell)

    def plain(self, cell):
        """Run a cell that is no check; return its outputs."""
        if self.passes_by(cell):
            self.done.append(cell)
            return [new_output("stream", name="stdout", text=f"{NOT_REPEATED}\n")]
        ran = self.talk(cell.source, self.times.cell)
        if is_test(cell) and any(output.get("ename") == "NameError" for output in ran.outputs) and self.catch_up():
            return self.plain(cell)
        self.note(cell, ran)
        late = ran.end == "late" or ran.end == "dead" and self.kernel.is_alive()  # it heeded no interrupt
        blamed = self.blame.of(late, wanting=any(o.get("ename") == "MemoryError" for o in ran.outputs))
        if blamed - {cell.id}:
            self.go_on_without(blamed - {cell.id})
            return self.one(cell)
        if ran.end == "dead":
            self.restart(cell)
            ran.outputs += error("KernelEnded", "This cell ended the notebook's Python. All others ran in a new one.")
        elif blamed:
            self.restart(cell)
            ran.outputs += error("TooMuchMemory", "This cell kept nearly all memory. All others ran without it.")
        elif ran.end == "late":
            self.left_out.add(cell.id)
            ran.outputs += error("TimeOver", f"This cell did not come to an end within {self.times.cell:g} seconds.")
        self.done.append(cell)
        return quiet(ran.outputs) if is_test(cell) else ran.outputs

    def passes_by(self, cell):
        """Say whether a cell is an experiment that is not repeated: since no check has missed a name so far."""
        return not self.experiments and EXPERIMENT in cell.metadata.get("tags", [])

    def catch_up(self):
        """A name is missing, which an experiment may have made: repeat them after all. Say whether that is new."""
        if self.experiments:
            return False
        self.experiments = True
        self.restart(None)
        return self.restarts <= MAX_RESTARTS

    def talk(self, code, seconds, meanwhile=None):
        """Run code for so many seconds, or until the notebook's time is over."""
        seconds = max(1, min(seconds, self.end - time.monotonic()))
        return talk(self.kernel, self.client, code, seconds, meanwhile)

    def check(self, cell, exercise):
        """Have the judge look at an exercise; return the test cell's outputs."""
        ran, verdict, lost, answered = self.tried(cell, exercise)
        self.note(cell, ran)
        others = self.blame.of(bool(lost), wanting="MemoryError" in str(verdict)) - {cell.id}
        if not others and not answered and (others := self.own()):
            words = "The kernel did not answer; it was tried again without the cells that the student has added."
            self.notes.append(Note("own-cells-left-out", cell.id, words))
        if others:
            self.go_on_without(others)
        elif lost or ran.end == "dead" or self.kernel.is_full():
            self.notes.append(Note("check-cut-short", cell.id, str(lost or "The kernel did not answer.")))
            self.restart(None)
        if others and verdict.state != "right" and self.restarts <= MAX_RESTARTS:
            return self.check(cell, exercise)
        if "NameError" in "".join(verdict.details) and self.catch_up():
            return self.check(cell, exercise)
        self.verdicts[exercise] = verdict
        shown = [output for output in ran.outputs if output["output_type"] == "stream"]
        return quiet(shown) + (passed(verdict) if verdict.state == "right" else failed(verdict))

    def tried(self, cell, exercise):
        """Have the judge look; return how it ran, the verdict, why the kernel is lost if it is, and did it answer."""
        path = self.kernel.shared / f"{token_hex(6)}.socket"  # a name that nobody can have taken before
        found = []
        with Listener(path) as listener:
            ran = self.talk(SERVE.format(path=str(path)), 5, lambda: found.extend(self.judge(cell, exercise, listener)))
        return ran, *found

    def judge(self, cell, exercise, listener):
        """Return the verdict, why the kernel is lost if it is, and whether it answered at all."""
        try:
            connection = listener.accept(min(20, self.times.check), self.kernel.is_alive)
        except Lost as lost:
            return wrong(exercise, f"It could not be tried: {lost}."), str(lost), False
        seconds = max(1, min(self.times.check, self.end - time.monotonic()))
        try:
            return *chamber.judged(exercise, connection, self.absent, seconds), True
        except chamber.Overstrained as error:
            self.notes.append(Note("check-overstrained", cell.id, str(error)))
            return wrong(exercise, str(error)), None, True

    def own(self):
        """Return the cells so far that the student has added, unless they are left out already."""
        return {cell.id for cell in self.done if cell.id.endswith("-added")} - self.left_out

    def go_on_without(self, blamed):
        """Go on in a new kernel, without these cells from now on."""
        words = "The kernel ran short of memory or time, or did not answer; the others ran again without this cell."
        self.notes += [Note("cell-left-out", name, words) for name in sorted(blamed)]
        self.left_out |= blamed
        self.restart(None)

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
            if cell.id in self.left_out or is_test(cell) or self.passes_by(cell):
                continue
            ran = self.talk(cell.source, self.times.cell)
            self.blame.hear(cell, self.witness.heard())
            if ran.end == "dead":
                return self.restart(cell)

    def note(self, cell, ran):
        """Note what an instructor may want to look at."""
        told = self.witness.heard()
        self.blame.hear(cell, told)
        found = [Note(kind, cell.id, words) for kind, words in told if kind != "thread"]
        self.notes += [note for note in found if note not in self.notes]
        if any(LIMITS.search(f"{output.get('ename')}: {output.get('evalue')}") for output in ran.outputs):
            self.notes.append(Note("limit", cell.id, "It asked for more memory, files or threads than there may be."))
        if ran.end == "dead":
            why = f": {self.kernel.reason}" if self.kernel.reason else ""
            self.notes.append(Note("kernel-ended", cell.id, f"The kernel ended while this cell ran{why}."))
        if ran.end == "late":
            self.notes.append(Note("time-over", cell.id, "This cell did not come to an end in time and was stopped."))
        if ran.flooded:
            self.notes.append(Note("much-output", cell.id, "This cell wrote more than a page holds; the rest is gone."))


class Blame:
    """Finds the cells for which others have no memory or no time left, from what a kernel uses after each.

    A cell that kept most of the memory is to blame where it runs out, whichever cell runs then; but first of all one
    that has left something behind: a process, or a thread of its own, which goes on.
    """

    def __init__(self, kernel):
        self.kernel, self.grown, self.went_on = kernel, {}, set()
        kernel.look()
        self.memory, self.processes = kernel.memory, kernel.processes

    def hear(self, cell, told):
        """Look at the kernel, in which this cell has just run, and take in what its witness has told."""
        self.kernel.look()
        self.grown[cell.id] = self.kernel.memory - self.memory
        if self.kernel.processes > self.processes or any(kind == "thread" for kind, _ in told):
            self.went_on.add(cell.id)
        self.memory, self.processes = self.kernel.memory, self.kernel.processes

    def of(self, late, wanting):
        """Return the cells to blame, if any, for a lack of memory or, where something has come `late`, of time.

        `wanting`: a cell was refused memory. It may have asked for too much, so there must be one that holds a lot.
        """
        full, most = self.kernel.is_full(), max(self.grown, key=self.grown.get)
        if self.went_on and (full or late and self.kernel.is_busy()):
            return self.went_on
        holds = self.grown[most] > HOLDS * self.kernel.limits.memory_mb * 1_000_000
        return {most} if full or wanting and holds else set()


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
                facts = json.loads(self.socket.recv(1 << 16))
                told += [(printable(kind, 20), printable(words)) for kind, words in facts[:100]]
            except OSError:
                break
            except (ValueError, TypeError, KeyError):
                continue
            finally:
                self.left -= 1
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
