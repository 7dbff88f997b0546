"""How fast nnkit is: training beside other libraries and the bare matrix products, what each trick in it gains, and
getting the data ready.

    make bench                                        everything: half an hour; let the computer do nothing else
    make bench ARGS=--quick                           a minute: to see that it works
    make bench ARGS='--part training --batch 64'      what matters most
    make bench ARGS=--record                          write down what was found, in docs/

It is a measurement, not a test: a target that is missed is said, and the exit status is 0 all the same.
"""

import importlib

from coursekit.course import CourseError

__all__ = ["arguments", "main"]

PARTS = ("training", "tricks", "gradients", "data")


def arguments(parser):
    """Add to `parser` what the command line takes."""
    parser.add_argument("--quick", action="store_true", help="few digits, one round: to see that it works")
    parser.add_argument("--rounds", type=rounds, metavar="N", help="how often everyone takes a turn; 5 if not given")
    parser.add_argument("--part", choices=PARTS, help="only one of these")
    parser.add_argument("--only", metavar="NAME,...", help="of floor, nnkit, textbook, scikit-learn, keras, pytorch")
    parser.add_argument("--network", metavar="NAME,...", help="of 784-100-10 and 784-250-100-10")
    parser.add_argument("--batch", metavar="N,...", help="of 1, 64 and 512")
    parser.add_argument("--optimizer", metavar="NAME,...", help="of SGD and Adam")
    parser.add_argument("--record", action="store_true", help="write docs/speed.json, the plot and the tables")


def rounds(text):
    """Return a number of rounds, 1 or more; argparse tells of the ValueError."""
    if int(text) < 1:
        raise ValueError
    return int(text)


def main(options):
    """Measure, print and, if asked, write down; the exit status."""
    if options.record and (options.quick or options.only):
        raise CourseError("--record is for a whole run: leave out --quick and --only.")
    found = {part: report(part, options) for part in PARTS if options.part in (None, part)}
    if options.record:
        from coursekit.bench import record

        record.record(found)
    return 0


def report(part, options):
    """Return what was found in a part, as plain data."""
    return importlib.import_module(f"coursekit.bench.{part}").report(options)
