"""The data's part of the benchmark: from a file to what a network is fed, by nnkit and in other ways.

    load        reviews from imdb.npz to lists of codes
    vectorize   25,000 of these lists to rows of 10,000 columns
    mnist       digits from mnist.npz to rows of 784 numbers from 0 to 1

Everyone works in a process of its own, started anew for each round, as memory that is used again comes cheaper. What is
told is CPU and wall time and the peak of memory, beyond what was held at the start; imports are no part of it.
First, and untimed, all results are compared: whoever computes something else is out of the race.
"""

import gc
import hashlib
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from coursekit.bench import page
from coursekit.bench.memory import Peak
from coursekit.bench.record import PAGE, write_tables
from coursekit.bench.turns import rotated
from coursekit.bench.worker import ONE_THREAD
from coursekit.course import ROOT, CourseError, scratch_folder
from nnkit import datasets

__all__ = ["CONTESTS", "Contest", "report"]

N_WORDS, MB = 10000, 1e6
PACKAGES = ("numpy", "scikit-learn", "scipy", "keras")
HEAD = ("", "CPU s", "wall s", "times nnkit's", "peak, MB", "result, MB")
HOW = (
    "One thread, a process of its own for each run; medians of the rounds. Times nnkit's: CPU time over that of the "
    "first row in the same round, smallest, median and largest. Peak: the most memory that was held beyond what was "
    "held before, the result included. As much memory as the largest result takes was used once before, so that the "
    "system has it at hand."
)


# ---- who takes part: functions that import what is needed, and return the function that is timed


def by_multi_hot(dtype):
    """Vectorize as nnkit does."""
    return lambda: lambda reviews: datasets.multi_hot(reviews, N_WORDS, dtype)


def by_loop(dtype):
    """Vectorize as the slides do: in float64, as they leave it to NumPy, or in another type."""

    def vectorize_sequences(sequences, dimension=N_WORDS):
        results = np.zeros((len(sequences), dimension), dtype)
        for i, sequence in enumerate(sequences):
            results[i, sequence] = 1.0
        return results

    return lambda: vectorize_sequences


def by_binarizer(sparse):
    """Vectorize as scikit-learn does."""

    def ready():
        from sklearn.preprocessing import MultiLabelBinarizer

        return lambda reviews: MultiLabelBinarizer(classes=range(N_WORDS), sparse_output=sparse).fit_transform(reviews)

    return ready


def by_csr():
    """Write down where the ones are, and nothing else, in SciPy's compressed rows."""
    from scipy.sparse import csr_array

    def vectorize(reviews):
        ends = np.cumsum([0, *map(len, reviews)])
        words = np.fromiter(itertools.chain.from_iterable(reviews), np.int32, ends[-1])
        rows = csr_array((np.ones(len(words), np.float32), words, ends), (len(reviews), N_WORDS))
        rows.sum_duplicates()
        rows.data[:] = 1  # a word that came twice was counted
        return rows

    return vectorize


def imdb_by_nnkit(kind):
    """Load the reviews from Keras's file, which counts as the published one here, or from one without pickles."""

    def load(folder):
        os.environ["NNKIT_DATA"] = str(folder / kind)
        return datasets.imdb(N_WORDS)

    def load_published(folder):
        datasets.PUBLISHED["imdb.npz"] = (folder / "sha256").read_text()
        return load(folder)

    return lambda: load_published if kind == "keras" else load


def imdb_by_keras():
    """Load the reviews as Keras does, from the file that it finds here instead of the downloaded one."""
    from nnkit.quietly import keras

    load_data = keras.datasets.imdb.load_data

    def load(folder):
        load_data.__globals__["get_file"] = lambda *_, **__: str(folder / "keras" / "imdb.npz")
        return load_data(num_words=N_WORDS)

    return load


def mnist_by_nnkit(prepare):
    """Load the digits with nnkit's checks, and prepare them."""

    def load(folder):
        os.environ["NNKIT_DATA"] = str(folder / "flat")
        return tuple(prepare(x) for x, _ in datasets.mnist())

    return lambda: load


def mnist_by_numpy(dtype):
    """Load the digits as textbooks do."""

    def load(folder):
        with np.load(folder / "flat" / "mnist.npz") as file:
            return tuple(file[name].reshape(-1, 784).astype(dtype) / 255 for name in ("x_train", "x_test"))

    return lambda: load


def as_in_the_notebooks(x):
    """Prepare digits in two steps: one array as float32, then another one, divided."""
    return x.reshape(-1, 784).astype(np.float32) / 255


def in_one_step(x):
    """Prepare digits in one step: NumPy turns a few pixels at a time into float32, and divides them."""
    return np.divide(x.reshape(-1, 784), 255, dtype=np.float32)


def reviews_in(folder):
    """Return the reviews that are vectorized."""
    return imdb_by_nnkit("flat")()(folder)[0][0]


# ---- how results are compared


def same_rows(result):
    """Return a fingerprint of rows of 0 and 1, in whatever type, dense or sparse. Raises CourseError for others."""
    digest = hashlib.sha256(str(result.shape).encode())
    for start in range(0, result.shape[0], 1000):
        rows = result[start : start + 1000]
        rows = rows if isinstance(rows, np.ndarray) else rows.toarray()
        if not np.array_equal(rows, rows != 0):
            raise CourseError("There is something else than 0 and 1 in the rows.")
        digest.update(np.packbits(rows != 0))
    return digest.hexdigest()


def same_reviews(result):
    """Return a fingerprint of ((sequences, labels), (sequences, labels))."""
    digest = hashlib.sha256()
    for sequences, labels in result:
        digest.update(json.dumps([list(sequences), np.asarray(labels).tolist()]).encode())
    return digest.hexdigest()


def same_digits(result):
    """Return a fingerprint of arrays, rounded to float32."""
    digest = hashlib.sha256()
    for x in result:
        digest.update(f"{x.shape}".encode() + np.asarray(x, np.float32).tobytes())
    return digest.hexdigest()


def size(result):
    """Return how many bytes a result takes: arrays, dense or sparse, or lists with their numbers, each counted once."""
    if isinstance(result, tuple):
        return sum(map(size, result))
    if hasattr(result, "indptr"):
        return result.data.nbytes + result.indices.nbytes + result.indptr.nbytes
    if result.dtype != object:
        return result.nbytes
    numbers = np.unique(np.fromiter(map(id, itertools.chain.from_iterable(result)), np.intp))
    return result.nbytes + sum(map(sys.getsizeof, result)) + len(numbers) * sys.getsizeof(N_WORDS)


# ---- the contests


@dataclass(frozen=True)
class Contest:
    """What is to be done, from what `given` returns of the folder, and by whom; nnkit is first."""

    title: str
    dataset: str
    given: Callable
    fingerprint: Callable
    contestants: dict


CONTESTS = {
    "load": Contest(
        "{imdb} reviews from a file to lists of codes",
        "imdb",
        lambda folder: folder,
        same_reviews,
        {
            "nnkit.datasets.imdb": imdb_by_nnkit("keras"),
            "keras.datasets.imdb, the same file": imdb_by_keras,
            "nnkit.datasets.imdb, a file without pickles": imdb_by_nnkit("flat"),
        },
    ),
    "vectorize": Contest(
        "{reviews} reviews to rows of 10,000 columns",
        "imdb",
        reviews_in,
        same_rows,
        {
            "datasets.multi_hot": by_multi_hot(np.float32),
            "datasets.multi_hot, uint8": by_multi_hot(np.uint8),
            "the slides' loop (float64)": by_loop(np.float64),
            "the slides' loop, float32": by_loop(np.float32),
            "MultiLabelBinarizer (int64)": by_binarizer(False),
            "MultiLabelBinarizer, sparse (int64)": by_binarizer(True),
            "SciPy's compressed rows, float32": by_csr,
        },
    ),
    "mnist": Contest(
        "{mnist} digits from a file to rows of 784 numbers from 0 to 1",
        "mnist",
        lambda folder: folder,
        same_digits,
        {
            "nnkit.datasets.mnist, prepared as in the notebooks": mnist_by_nnkit(as_in_the_notebooks),
            "nnkit.datasets.mnist, divided in one step": mnist_by_nnkit(in_one_step),
            "np.load, astype('float32') / 255": mnist_by_numpy("float32"),
            "np.load, astype('float64') / 255": mnist_by_numpy("float64"),
        },
    ),
}


# ---- the files


def write_files(folder, quick):
    """Write the datasets in hand to flat/ (without pickles) and keras/ (as Keras's own); return how many there are."""
    (folder / "flat").mkdir()
    (folder / "keras").mkdir()
    (x_train, y_train), (x_test, y_test) = datasets.mnist()
    reviews = datasets.imdb(10**9)  # all words
    if quick:
        x_train, y_train, x_test, y_test = x_train[:300], y_train[:300], x_test[:100], y_test[:100]
        reviews = [(sequences[:n], labels[:n]) for (sequences, labels), n in zip(reviews, (300, 100), strict=True)]
    digits = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    np.savez_compressed(folder / "flat" / "mnist.npz", **digits)
    np.savez_compressed(folder / "flat" / "imdb.npz", **end_to_end(reviews))
    np.savez_compressed(folder / "keras" / "imdb.npz", **as_keras_has_them(reviews))
    checksum = hashlib.sha256((folder / "keras" / "imdb.npz").read_bytes()).hexdigest()
    (folder / "sha256").write_text(f"sha256:{checksum}")
    n_train, n_test = (len(labels) for _, labels in reviews)
    return {"reviews": n_train, "imdb": n_train + n_test, "mnist": len(x_train) + len(x_test)}


def end_to_end(reviews):
    """Return the reviews in the form without pickles: ranks end to end, and where each review begins."""
    arrays = {}
    for part, (sequences, labels) in zip(("train", "test"), reviews, strict=True):
        ranks = [np.array(sequence[1:], np.int64) - 3 for sequence in sequences]
        arrays[f"{part}_words"] = np.concatenate(ranks).astype(np.uint32)
        arrays[f"{part}_offsets"] = np.cumsum([0, *map(len, ranks)])
        arrays[f"y_{part}"] = labels.astype(np.uint8)
    return arrays


def as_keras_has_them(reviews):
    """Return the reviews as lists of ranks, in an order that Keras's shuffling turns into the one in hand."""
    shuffler, arrays = np.random.RandomState(113), {}
    for part, (sequences, labels) in zip(("train", "test"), reviews, strict=True):
        order = np.arange(len(labels))
        shuffler.shuffle(order)
        arrays[f"x_{part}"], arrays[f"y_{part}"] = np.empty(len(order), object), np.empty(len(order), np.int64)
        for place, sequence in zip(order, sequences, strict=True):
            arrays[f"x_{part}"][place] = [code - 3 for code in sequence[1:]]
        arrays[f"y_{part}"][order] = labels
    return arrays


# ---- a process of one's own


def work(contest, name, folder, task, most=0):
    """Print as JSON what a contestant's work costs (task "time") or what came of it ("compare").

    `most` is how many bytes the largest result of the contest takes.
    """
    contest, folder = CONTESTS[contest], Path(folder)
    try:
        run = contest.contestants[name]()
    except ImportError as error:
        return print(json.dumps({"missing": error.name}))
    given = contest.given(folder)
    fetch(int(most))
    gc.freeze()  # what was imported is no litter: looking through it again would cost those who have imported most
    measured = cost(run, given) if task == "time" else outcome(contest, run(given))
    print(json.dumps(measured))


def fetch(n):
    """Use n bytes of memory and give them back, so that the system has them at hand.

    A virtual machine gets memory from its host when it is first used. That can take ten times as long as the work, and
    would fall on whoever happens to be the first to need so much.
    """
    memory = np.zeros(n, np.uint8)
    memory[::4096] = 1  # in each page


def cost(run, given):
    """Return what one run costs: seconds and bytes."""
    peak = Peak()
    wall, cpu = time.perf_counter(), time.process_time()
    result = run(given)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    above = peak.above()
    del result  # it was held until now
    return {"cpu": cpu, "wall": wall, "peak": above}


def outcome(contest, result):
    """Return what a result is, and how large."""
    return {"fingerprint": contest.fingerprint(result), "bytes": size(result)}


def ask(contest, name, folder, task, most=0):
    """Start a process that does `work`, and return what it says. Raises CourseError where it fails."""
    command = [sys.executable, "-m", "coursekit.bench.data", contest, name, str(folder), task, str(most)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | ONE_THREAD, capture_output=True, text=True)
    if done.returncode:
        raise CourseError(f"{name} failed. Is there enough memory?\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


# ---- the report


def report(options):
    """Measure, print a table for each contest, and write them into docs/performance.md if options.record is true.

    options.rounds is how often everyone works, or None; options.quick takes few reviews and digits.
    Returns {contest: {"title": ..., "measured": {name: values}, "missing": {name: package}}}. The values are lists over
    the rounds, "cpu" and "wall" in seconds, "peak" in bytes (or None), "ratios" of CPU time to the first one's; and
    "bytes", a number, what the result takes. Raises CourseError where results differ, or a process fails.
    """
    found, rounds = {}, options.rounds or (1 if options.quick else 5)
    page.say(HOW)
    with scratch_folder() as folder:
        numbers = write_files(Path(folder), options.quick)
        for contest in CONTESTS:
            found[contest] = compete(contest, numbers, folder, rounds)
            page.say(f"\n{found[contest]['title']}\n{text_table(found[contest])}")
    if options.record:
        write_tables(PAGE, "data", markdown(found, rounds))
    return found


def compete(contest, numbers, folder, rounds):
    """Compare what the contestants of a contest compute, let them take turns, and return what it cost."""
    rules = CONTESTS[contest]
    came = {name: ask(contest, name, folder, "compare") for name in rules.contestants}
    missing = {name: said["missing"] for name, said in came.items() if "missing" in said}
    names = [name for name in came if name not in missing]
    for name in names:
        if came[name]["fingerprint"] != came[names[0]]["fingerprint"]:
            raise CourseError(f"{name} computes something else than {names[0]}: their times cannot be compared.")
    costs, most = {name: [] for name in names}, max(came[name]["bytes"] for name in names)
    for number in range(rounds):
        for name in rotated(names, number):
            costs[name].append(ask(contest, name, folder, "time", most))
    measured = {name: {key: [c[key] for c in costs[name]] for key in ("cpu", "wall", "peak")} for name in names}
    for name, values in measured.items():
        values["bytes"] = came[name]["bytes"]
        values["ratios"] = [a / b for a, b in zip(values["cpu"], measured[names[0]]["cpu"], strict=True)]
    title = rules.title.format(**{key: f"{n:,}" for key, n in numbers.items()})
    return {"title": f"{title} ({datasets.origin(rules.dataset)})", "measured": measured, "missing": missing}


def rows_of(found):
    """Return the rows of a contest's table, its head first."""
    rows = [HEAD]
    for name, values in found["measured"].items():
        ratios, peaks = values["ratios"], values["peak"]
        seconds = [f"{statistics.median(values[key]):.3f}" for key in ("cpu", "wall")]
        ratio = f"{min(ratios):.2f} {statistics.median(ratios):.2f} {max(ratios):.2f}" if len(rows) > 1 else "1"
        peak = "" if None in peaks else f"{statistics.median(peaks) / MB:,.0f}"
        rows.append((name, *seconds, ratio, peak, f"{values['bytes'] / MB:,.0f}"))
    return rows


def left_out(found):
    """Say which contestants are missing, and why, in a line for each."""
    return [f"Left out: {name} ({package} is not installed)." for name, package in found["missing"].items()]


def text_table(found):
    """Return a contest's table for a terminal."""
    rows = rows_of(found)
    first, *others = (max(map(len, column)) for column in zip(*rows, strict=True))
    shown = ["  ".join([row[0].ljust(first), *map(str.rjust, row[1:], others)]) for row in rows]
    return "\n".join([*shown, *left_out(found)])


def markdown(found, rounds):
    """Return all tables as Markdown, with what they were made by."""
    missing = {package for contest in found.values() for package in contest["missing"].values()}
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES if name not in missing)
    python = ".".join(map(str, sys.version_info[:3]))
    parts = [f"{HOW} Measured with Python {python}, {packages}; rounds: {rounds}."]
    for contest in found.values():
        parts += [f"**{contest['title']}**", page.table(rows_of(contest)), *left_out(contest)]
    return "\n\n".join(parts)


if __name__ == "__main__":
    work(*sys.argv[1:])
