"""The training part: what is run, with whom, on which digits; and what is said on the way."""

import platform
import sys
from pathlib import Path

import numpy as np

from coursekit.bench import page, summary
from coursekit.bench.contestants import CONTESTANTS, missing
from coursekit.bench.setting import BATCHES, NETWORKS, OPTIMIZERS, Setting
from coursekit.bench.turns import race
from coursekit.course import CourseError, scratch_folder
from coursekit.doctor import installed

__all__ = ["report"]

QUICK = {"network": ["784-100-10"], "batch": [1, 64], "n": 2000, "n_test": 1000, "rounds": 1}
PACKAGES = ("numpy", "scikit-learn", "keras", "tensorflow", "torch")


def report(options):
    """Measure what the options ask for, printing as it goes; return it as plain data."""
    names, left_out = contestants(options.only)
    networks = chosen("--network", options.network, (QUICK["network"] if options.quick else NETWORKS), NETWORKS)
    batches = chosen("--batch", options.batch, (QUICK["batch"] if options.quick else BATCHES), BATCHES)
    optimizers = chosen("--optimizer", options.optimizer, OPTIMIZERS, OPTIMIZERS)
    rounds = options.rounds or (QUICK["rounds"] if options.quick else 5)
    with scratch_folder() as folder:
        found = about() | put_digits(folder, options.quick) | {"rounds": rounds, "left_out": left_out}
        page.say_what(found)
        cases = [(n, b, o) for n in networks for b in batches for o in optimizers]
        settings = [Setting(*case, found["digits"], rounds) for case in cases]
        found["measurements"] = [measure(names, setting, folder) for setting in settings]
    page.say_targets(summary.targets(found["measurements"]))
    return found


def measure(names, setting, folder):
    """Run one setting; return what it cost, as plain data."""
    page.say_setting(setting)
    costs = race(names, setting, folder, page.say_round)
    case = {"network": setting.network, "batch": setting.batch, "optimizer": setting.optimizer}
    updates = [setting.updates(turn) for turn in setting.turns()]
    measured = case | {"in_legs": setting.in_legs, "updates": updates, "costs": costs}
    page.say_measured(measured)
    return measured


def contestants(only):
    """Return the names of those who take part, the floor among them, and the list of those who are not installed."""
    wanted = chosen("--only", only, CONTESTANTS, CONTESTANTS)
    left_out = [name for name in wanted if missing(name)]
    for name in left_out:
        page.say_missing(CONTESTANTS[name].title, CONTESTANTS[name].package)
    there = [name for name in CONTESTANTS if name == "floor" or (name in wanted and name not in left_out)]
    return there, left_out


def chosen(flag, text, default, possible):
    """Return the list that a flag's text names, parted by commas; the default where there is none.

    Raises CourseError for a name that is not possible.
    """
    if text is None:
        return list(default)
    known = {str(name).lower(): name for name in possible}
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    if not words or not set(words) <= set(known):
        raise CourseError(f"{flag} takes one or several of {', '.join(map(str, possible))}; it is {text!r}.")
    return [known[word] for word in words]


def put_digits(folder, quick):
    """Put the digits where all contestants find them; return what they are, and how many."""
    from nnkit import datasets

    train, test = datasets.mnist()
    train, test = (part(*train, QUICK["n"]), part(*test, QUICK["n_test"])) if quick else (train, test)
    for name, (images, labels) in (("train", train), ("test", test)):
        np.savez(Path(folder) / f"{name}.npz", images=images.reshape(len(images), -1), labels=labels)
    return {"data": datasets.origin("mnist"), "digits": len(train[0]), "test_digits": len(test[0])}


def part(images, labels, n):
    """Return the first n digits."""
    return images[:n], labels[:n]


def about():
    """Return what matters of this computer: versions and the processor's name; nothing that tells whose it is."""
    return {"python": platform.python_version(), "system": platform.system(), "processor": processor(), "threads": 1,
            "packages": {name: installed(name) for name in PACKAGES} | {"BLAS of NumPy": blas()}}  # fmt: skip


def blas():
    """Return which library NumPy multiplies matrices with, and for which kind of processor.

    OpenBLAS chooses the kind by itself, unless the environment variable OPENBLAS_CORETYPE does.
    """
    from threadpoolctl import threadpool_info

    found = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    kinds = [pool["architecture"] for pool in threadpool_info() if "architecture" in pool]
    return " ".join([f"{found.get('name')} {found.get('version')}", *(f"for {kind}" for kind in kinds[:1])])


def processor():
    """Return the processor's name where the system tells it."""
    if sys.platform == "linux":
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), None)
    return platform.processor() or None
