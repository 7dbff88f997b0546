"""What trust costs: one submission to 02-numpy-network, marked by stock nbgrader and by ours, in turn, in one run.

    make bench-trust

Another assignment, solved, in two rounds:

    python -c "from coursekit.bench_trust import bench_trust; bench_trust(2, '05-imdb')"

Both are nbgrader's own interface in this one process, so that its start is in neither time. Prints each round, and the
ratios' minimum, median and maximum. Stock nbgrader runs student's code and tests in one kernel, with no sandbox.
"""

import shutil
import statistics
import time
from pathlib import Path

from coursekit.course import SUBMISSIONS, chatter_to, make_course, open_course, outcome, release_into, scratch_folder

ASSIGNMENT, STUDENT = "02-numpy-network", "ada"


def stock(api):
    """Take our plug-ins out of an interface's configuration: what is left is nbgrader as it comes."""
    for name in ("Autograde", "TrustedExecute", "HTMLExporter", "DataTypeFilter", "Execute"):
        api.config.pop(name, None)
    api.config.Execute.timeout = 600  # for one cell; its 30 seconds are not enough to train a network
    return api


def course(folder, prepare=lambda api: api, assignment=ASSIGNMENT):
    """Make a course of the one assignment in `folder`, released, with one submission; return its interface.

    Where the sample class has handed in nothing for the assignment, its own solution is handed in.
    """
    folder.mkdir()
    make_course(folder)
    for other in (path for path in (folder / "source").iterdir() if path.name != assignment):
        shutil.rmtree(other) if other.is_dir() else other.unlink()
    sample = SUBMISSIONS / STUDENT / assignment
    solved = sample if sample.exists() else folder / "source" / assignment
    shutil.copytree(solved, folder / "submitted" / STUDENT / assignment)
    api = prepare(open_course(folder))
    release_into(api)
    return api


def seconds(api, assignment=ASSIGNMENT):
    """Mark the submission anew; return how long it took."""
    start = time.perf_counter()
    result = outcome(api.autograde(assignment, STUDENT, force=True))
    if not result["success"]:
        raise SystemExit(result["log"] + result["error"])
    return time.perf_counter() - start


def bench_trust(rounds=5, assignment=ASSIGNMENT):
    """Print the times and the ratios; the exit status."""
    with scratch_folder() as folder:
        with chatter_to(folder / "log"):
            kinds = {
                "stock": course(folder / "stock", stock, assignment),
                "trusted": course(folder / "trusted", assignment=assignment),
            }
            for api in kinds.values():
                seconds(api, assignment)  # once for nothing: rooms are built, files are read
        ratios = []
        for number in range(rounds):
            with chatter_to(Path(folder) / "log"):
                took = {name: seconds(api, assignment) for name, api in kinds.items()}
            ratios.append(took["trusted"] / took["stock"])
            print(
                f"{number + 1}. stock {took['stock']:.2f} s, trusted {took['trusted']:.2f} s: {ratios[-1]:.2f}",
                flush=True,
            )
    print(f"trusted / stock: {min(ratios):.2f} to {max(ratios):.2f}, median {statistics.median(ratios):.2f}")
    return 0
