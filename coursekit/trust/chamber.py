"""The judge's chamber: a process of its own, whose time and memory have an end.

While the judge looks at an answer, it also works for the student's code: it calls functions that the check has lent,
and builds models of the sizes that came. That could go on for ever (a training of a thousand million epochs) or take
all memory (a layer of a thousand million units), by mistake or on purpose. So the judge sits in a process with a limit
on memory, and is ended when its time is over. That costs the exercise, and no other; the next one finds another judge.

A chamber is kept for the next check, since the import of Keras takes seconds; but not one that has grown large.
"""

import atexit
import contextlib
import dataclasses
import json
import math
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from nnkit.checks.verdict import Verdict

__all__ = ["Overstrained", "end_all", "judged", "prepare"]

MEMORY_MB, TIRED_MB = 2048, 1200  # what a chamber may use, and after what peak no other check is held in it
READY_SECONDS = 120
START = "import sys; sys.path.insert(0, {!r}); from coursekit.trust import chamber; chamber.sit({})"
WORDS = (
    "It asks the check for more than can be worked out {}: look at the sizes and at the numbers of steps that your "
    "code hands on."
)
_free = []  # chambers that wait for a check


class Overstrained(Exception):
    """The judge was asked for more than it can work out; the message says so, in words for a student."""


def judged(exercise_id, connection, absent=(), seconds=120):
    """Return what `coursekit.trust.judge.judge` does, from a chamber. Raises Overstrained."""
    with contextlib.closing(connection):
        chamber = _free.pop() if _free else Chamber()
        try:
            answer = chamber.ask([exercise_id, sorted(absent), seconds], connection, seconds + _grace(seconds))
        except BaseException:
            chamber.end()
            raise
    if answer["tired"]:
        chamber.end()
    else:
        _free.append(chamber)
    verdict = Verdict(**answer["verdict"])
    verdict.claims = [tuple(claim) for claim in verdict.claims]
    return verdict, answer["lost"]


def _grace(seconds):
    """Return how much longer the judge may take than the student's kernel: it still has to explain what is wrong."""
    return seconds / 2


def prepare():
    """Open a chamber, without waiting for it, if none is free."""
    if not _free:
        _free.append(Chamber())


@atexit.register
def end_all():
    """End all chambers that wait."""
    while _free:
        _free.pop().end()


if hasattr(os, "register_at_fork"):  # a chamber has one grader
    os.register_at_fork(after_in_child=_free.clear)


class Chamber:
    """The grader's end: a process, and a socket to it."""

    def __init__(self):
        self.socket, theirs = socket.socketpair()
        self.lines, self.said, self.ready = (
            self.socket.makefile("rw", encoding="utf-8"),
            tempfile.TemporaryFile(),
            False,
        )
        command = [sys.executable, "-P", "-c", START.format(str(Path(__file__).parents[2]), theirs.fileno())]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": self.said, "stderr": self.said}
        with theirs:
            self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], **pipes)

    def ask(self, question, connection, seconds):
        """Hand over a question and the connection to a student's kernel; return the answer. Raises Overstrained."""
        self.expect_ready()
        self.socket.settimeout(seconds)
        try:
            socket.send_fds(self.socket, [b"!"], [connection.fileno()])
            self.lines.write(json.dumps(question) + "\n")
            self.lines.flush()
            line = self.lines.readline()
        except TimeoutError:
            raise Overstrained(WORDS.format("in time")) from None
        except OSError:
            line = ""
        if not line:
            self.expect_no_fault()
            raise Overstrained(WORDS.format("with the memory that there is"))
        return json.loads(line)

    def expect_ready(self):
        """Wait until the judge is there: should it not come, that is our fault, and no student's."""
        self.socket.settimeout(READY_SECONDS)
        with contextlib.suppress(OSError):
            self.ready = self.ready or self.lines.readline() == "ready\n"
        if not self.ready:
            raise RuntimeError(f"the judge's process did not start: {self.last_words()}")

    def expect_no_fault(self):
        """Raise RuntimeError if the process has ended by a fault of ours: with a traceback, and not of its memory."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            if self.process.wait(10) == 1 and "MemoryError" not in self.last_words():
                raise RuntimeError(f"the judge's process ended by a fault: {self.last_words()}")

    def last_words(self):
        """Return the end of what the process has printed."""
        self.said.seek(0)
        return self.said.read()[-2000:].decode(errors="replace")

    def end(self):
        """End the process."""
        self.process.kill()
        self.process.wait()
        with contextlib.suppress(OSError):
            self.lines.close()
        self.socket.close()
        self.said.close()


# ---- the chamber's own end


def sit(number):
    """Judge what the grader asks, at the other end of the socket with this number, until it hangs up."""
    limit_memory()
    from coursekit.trust.judge import judge

    with socket.socket(fileno=number) as grader, grader.makefile("rw", encoding="utf-8") as lines:
        print("ready", file=lines, flush=True)
        while descriptors := socket.recv_fds(grader, 1, 1)[1]:
            exercise_id, absent, seconds = json.loads(lines.readline())
            signal.alarm(math.ceil(seconds + _grace(seconds)) + 5)  # should the grader itself be gone
            verdict, lost = judge(exercise_id, socket.socket(fileno=descriptors[0]), absent, seconds)
            signal.alarm(0)
            answer = {"verdict": dataclasses.asdict(verdict), "lost": lost, "tired": is_tired()}
            print(json.dumps(answer), file=lines, flush=True)


def limit_memory():
    """Take the limit upon this process, as far as the system has one (macOS has not)."""
    import resource

    for name, most in (("RLIMIT_DATA", MEMORY_MB << 20), ("RLIMIT_CORE", 0)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (most, most))


def is_tired():
    """Say whether this process has once been so large that the next check should not have to put up with it."""
    with contextlib.suppress(OSError):  # on Linux, what `resource` tells counts the grader's memory, too
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) > TIRED_MB << 10
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > TIRED_MB << 20
