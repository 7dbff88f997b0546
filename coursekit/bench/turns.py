"""The turns: all contestants are alive at once, each in a process of its own, and only one of them ever works.

A computer is now faster and now slower. Whoever takes turns with the others meets the same weather, and the ratio of
two times from the same round says more than either. Who begins changes from round to round.
"""

import contextlib
import dataclasses
import multiprocessing
import os
from unittest import mock

from coursekit.bench.worker import ONE_THREAD, serve
from coursekit.course import CourseError

__all__ = ["race", "rotated", "running"]


class Runner:
    """A contestant's process, seen from outside."""

    def __init__(self, name, setting, folder):
        context = multiprocessing.get_context("spawn")
        self.name, (self.connection, theirs) = name, context.Pipe()
        arguments = (theirs, name, dataclasses.asdict(setting), str(folder))
        self.process = context.Process(target=serve, args=arguments, daemon=True)
        with mock.patch.dict(os.environ, ONE_THREAD):
            self.process.start()
        theirs.close()

    def ask(self, question):
        """Send a question and return the answer."""
        self.connection.send(question)
        return self.answer()

    def answer(self):
        """Return what the process says next. Raises CourseError where that is a failure, or nothing."""
        try:
            kind, said = self.connection.recv()
        except EOFError:
            raise CourseError(f"{self.name}: its process ended without a word. Is there enough memory?") from None
        if kind == "failed":
            raise CourseError(f"{self.name} failed:\n{said}")
        return said

    def stop(self):
        """End the process: kindly, then by force."""
        with contextlib.suppress(OSError):
            self.connection.send("stop")
        self.process.join(3)
        self.process.kill()
        self.process.join()


@contextlib.contextmanager
def running(names, setting, folder):
    """Give a list of runners, ready to take turns; a context."""
    runners = []
    try:
        for name in names:
            runners.append(Runner(name, setting, folder))
            runners[-1].answer()  # one after the other: together they would compete for the start
        yield runners
    finally:
        for runner in runners:
            runner.stop()


def rotated(items, number):
    """Return the list in the order of this round: the same, but another begins than in the round before."""
    begins = number % len(items)
    return items[begins:] + items[:begins]


def race(names, setting, folder, tell=lambda number, costs: None):
    """Run a setting; return {name: [what each turn cost]}. `tell` gets the number of each round and its costs."""
    costs = {name: [] for name in names}
    with running(names, setting, folder) as runners:
        for number in range(len(setting.turns())):
            for runner in rotated(runners, number):
                costs[runner.name].append(runner.ask(number))
            tell(number, {name: costs[name][-1] for name in names})
    return costs
