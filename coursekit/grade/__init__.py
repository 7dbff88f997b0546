"""`python -m coursekit grade`: mark a class, in parallel, and go on where a run was broken off.

    submitted/ada/02-numpy-network/      a worker rebuilds and runs it (work.py), with others beside it (pool.py)
    autograded/ada/02-numpy-network/     this process, alone, enters what comes into the gradebook, by nbgrader's own
    gradebook.db                         steps, so that it is what `nbgrader autograde` would have entered
    .coursekit/                          what has been entered is remembered there (journal.py)

Before it begins, it looks at what it stands on (ground.py); while it goes on, it tells how far it is (progress.py).
"""

import signal
from pathlib import Path

from coursekit.course import ROOT

__all__ = ["arguments", "main"]


def arguments(parser):
    """Add to `parser` what the command line takes."""
    add = parser.add_argument
    add("assignments", nargs="*", metavar="ASSIGNMENT", help="which ones; all that are handed in if none")
    add("--student", action="append", metavar="NAME", help="only this one; may be given several times")
    add("--course", type=Path, default=ROOT, metavar="FOLDER", help="the course; this one if not given")
    add("--jobs", type=int, metavar="N", help="how many at once on this machine; as many as it has cores if not given")
    add("--scheduler", metavar="ADDRESS", help="have the workers of a Dask scheduler do it, such as tcp://host:8786")
    add("--sandbox", choices=("bubblewrap", "none"), help="instead of what nbgrader_config.py says")
    add("--cold", action="store_true", help="start each kernel anew, instead of copying one that has imported Keras")
    add("--force", action="store_true", help="mark anew also what has not changed since it was marked")
    add("--resume", action="store_true", help="go on with the run that was broken off, with its options")


def main(options):
    """Do what the command line says; the exit status: 0 if all were marked, 1 if some were not."""
    from coursekit.grade.run import Run

    stop = Stop()
    before = {sign: signal.signal(sign, stop) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        return Run(options, stop).all()
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


class Stop:
    """What Ctrl-C does: the run ends between two submissions. A second time it ends at once.

    nbgrader takes an interrupt for a fault of the submission that it is in the middle of, so it must not see any.
    """

    asked = False

    def __call__(self, *_):
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def expect_none(self):
        """Raise KeyboardInterrupt if the run is to end."""
        if self.asked:
            raise KeyboardInterrupt
