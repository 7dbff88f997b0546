"""What a class costs: `coursekit grade` beside stock nbgrader, in turn, in one run.

    make bench-grading                        40 submissions to 04-mnist, 200 to 02-numpy-network
    make bench-grading ARGS=--quick           4 and 10: to see that it works
    make bench-grading ARGS=--growth          10, 100 and 1,000, one in ten damaged or hostile; draws docs/growth.svg

Everyone hands in the assignment's own solution, which takes longest. Stock nbgrader marks one submission after the
other, so the time that a few take tells what forty would. It runs every cell; `coursekit grade` does not repeat the
experiments, on which no mark depends. So there is a second line, in which it does.
"""

import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from coursekit.bench_trust import course as stock_course
from coursekit.bench_trust import seconds, stock
from coursekit.course import ROOT, SOURCE, CourseError, chatter_to, make_course, scratch_folder
from coursekit.trust.record import load

__all__ = ["arguments", "main"]

CLASSES = (
    ("04-mnist", 40, 2, 8),
    ("02-numpy-network", 200, 6, 3),
)  # submissions, of stock's, the ratio that is promised
QUICK = (("04-mnist", 4, 1, 0), ("02-numpy-network", 10, 2, 0))
SIZES = (10, 100, 1000)
EXPERIMENTS = "c.TrustedExecute.experiments = False"


def arguments(parser):
    """Add to `parser` what the command line takes."""
    parser.add_argument("--quick", action="store_true", help="few submissions: to see that it works")
    parser.add_argument("--growth", action="store_true", help="classes of several sizes, and a picture in docs/")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="how many at once; 2 if not given")


def main(options):
    """Print what was measured; the exit status: 0 if every mark is right and every promise is kept."""
    if options.growth:
        return growth(options.jobs)
    kept = [compare(*sizes, options.jobs) for sizes in (QUICK if options.quick else CLASSES)]
    return int(not all(kept))


# ---- two classes


def compare(assignment, n, of_stock, promise, jobs):
    """Mark a class by both, and print how they compare; say whether all marks are right, and it is as promised."""
    with scratch_folder() as folder:
        with chatter_to(folder / "log"):
            plain = stock_course(folder / "stock", stock, assignment)
        halves = of_stock // 2, of_stock - of_stock // 2
        before = by_stock(plain, assignment, halves[0], folder)
        ran = graded(solved_class(folder / "ours", assignment, n), jobs)
        each = statistics.mean([*before, *by_stock(plain, assignment, halves[1], folder)])
        few = max(2, n // 10)
        repeated = graded(solved_class(folder / "all", assignment, few, experiments=True), jobs)
    ratio, with_all = each * n / ran["seconds"], each * few / repeated["seconds"]
    print(f"{assignment}, {n} submissions, {jobs} jobs: {ran['seconds']:.0f} s, {ran['seconds'] / n:.2f} s each")
    print(f"  stock nbgrader: {each:.2f} s each ({of_stock} marked), so {ratio:.1f} times its throughput")
    print(f"  with all experiments repeated: {with_all:.1f} times ({few} marked)")
    print(f"  memory: a kernel at most {ran['kernel_mb']} MB, the process that writes the gradebook {ran['own_mb']} MB")
    print(f"  all exercises right: {ran['right']} of {n}", flush=True)
    return ran["right"] == n and ratio >= promise


def by_stock(api, assignment, n, folder):
    """Return how long stock nbgrader takes for each of n submissions."""
    with chatter_to(folder / "log"):
        return [seconds(api, assignment) for _ in range(n)]


def solved_class(folder, assignment, n, experiments=False):
    """Make a course in which n students hand in the assignment's own solution; return its folder."""
    course = one_assignment(folder, assignment)
    if experiments:
        config = course / "nbgrader_config.py"
        text = config.read_text("utf-8")
        config.write_text(text.replace(EXPERIMENTS, EXPERIMENTS.replace("False", "True")), "utf-8")
    for number in range(n):
        shutil.copytree(SOURCE / assignment, course / f"submitted/s{number:04}" / assignment)
    return course


def one_assignment(folder, assignment):
    """Make a course of one assignment in `folder`; return it."""
    folder.mkdir()
    make_course(folder)
    for other in (path for path in (folder / "source").iterdir() if path.name != assignment):
        shutil.rmtree(other) if other.is_dir() else other.unlink()
    return folder


def graded(course, jobs):
    """Grade a course by the command, as an instructor does; return what it took, and how many have all right."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "coursekit", "grade", "--course", str(course), "--jobs", str(jobs)]
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    own, files = 0, 0
    while run.poll() is None:
        own, files = max(own, peak(run.pid)), max(files, open_files(run.pid))
        time.sleep(0.2)
    took = time.perf_counter() - started
    if run.returncode:
        raise CourseError(f"coursekit grade ended with {run.returncode}: see {course}/.coursekit/nbgrader.log")
    records = [load(path) for path in course.glob("autograded/*/*/*.record.json")]
    right = sum(all(verdict.state == "right" for verdict in record.exercises) for record in records)
    kernels = max(record.memory_mb for record in records)
    return {"seconds": took, "own_mb": own // 1000, "files": files, "kernel_mb": kernels, "right": right}


def peak(pid):
    """Return the most memory that a process has held, in kB; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def open_files(pid):
    """Return how many files a process has open; 0 where the system does not tell."""
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return 0


# ---- growth


def growth(jobs, sizes=SIZES, place=ROOT / "docs"):
    """Grade classes of these sizes, one in ten submissions damaged or hostile; print and draw what each one costs."""
    measured = []
    for n in sizes:
        with scratch_folder() as folder:
            course = mixed_class(one_assignment(folder / "course", "02-numpy-network"), n)
            ran = graded(course, jobs)
            wrong = wrongly_marked(course)
        measured.append({"submissions": n, **ran})
        print(f"{n:5} submissions: {ran['seconds'] / n:.2f} s each; wrongly marked: {' '.join(wrong) or 'none'}")
        print(f"      the writing process had at most {ran['own_mb']} MB and {ran['files']} open files", flush=True)
        if wrong:
            return 1
    draw(measured, place / "growth.svg")
    print(json.dumps(measured))
    return 0


HOSTILE = {
    "loop": "while True: pass",
    "exit": "import os; os._exit(1)",
    "memory": "hog = [bytearray(10**9) for _ in range(50)]",
    "flood": "while True: print('x' * 10**6)",
}


def mixed_class(course, n):
    """Hand in n solutions, of which every tenth is damaged, or has a cell in front that does harm."""
    name = "numpy_network.ipynb"
    text = (SOURCE / "02-numpy-network" / name).read_text("utf-8")
    limits = "c.TrustedExecute.cell_seconds, c.TrustedExecute.check_seconds = 20, 60\n"
    with open(course / "nbgrader_config.py", "a", encoding="utf-8") as config:
        config.write(limits)
    for number in range(n):
        kind = [*HOSTILE, "damaged"][number // 10 % 5] if number % 10 == 9 else "right"
        folder = course / f"submitted/{kind}{number:04}/02-numpy-network"
        folder.mkdir(parents=True)
        (folder / name).write_text(text[: len(text) // 2] if kind == "damaged" else with_cell(text, kind), "utf-8")
    return course


def with_cell(text, kind):
    """Return a notebook with the cell of this kind in front."""
    notebook = json.loads(text)
    if kind in HOSTILE:
        cell = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None}
        notebook["cells"].insert(0, cell | {"source": HOSTILE[kind]})
    return json.dumps(notebook)


def wrongly_marked(course):
    """Return the students whose marks are not those that their work earned: all, but for what is cut off."""
    found = []
    for path in sorted(course.glob("submitted/*")):
        record = load(course / "autograded" / path.name / "02-numpy-network" / "numpy_network.record.json")
        states = [verdict.state for verdict in record.exercises] if record else []
        whole = len(states) == 9 and set(states) == {"right"}
        if whole == path.name.startswith("damaged") or not states:
            found.append(path.name)
    return found


def draw(measured, path):
    """Draw what a submission costs against the size of its class."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    n = [row["submissions"] for row in measured]
    each, memory = [row["seconds"] / row["submissions"] for row in measured], [row["own_mb"] for row in measured]
    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    labels = "seconds for each, two jobs", "peak of the writing process, MB"
    for ax, y, label in zip(axes, (each, memory), labels, strict=True):
        ax.semilogx(n, y, "o-")
        ax.set(xlabel="submissions in the class", ylabel=label, ylim=(0, 1.1 * max(y)), xticks=n)
        ax.set_xticklabels([f"{size:,}" for size in n])
        ax.minorticks_off()
    figure.savefig(path, metadata={"Date": None})
