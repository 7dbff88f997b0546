"""What 05-imdb expects, against examples by hand; and the memory that its reviews take."""

import json
import subprocess
import sys

import numpy as np
import pytest

from coursekit.course import SOURCE
from nnkit.checks import imdb
from nnkit.gradients import numerical_gradient

reference = {exercise.id: exercise.reference for exercise in imdb.EXERCISES}

MEASURE = """
import numpy as np

def peak():
    # ru_maxrss would count the memory of the program that started this one, too
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))  # it is in KiB

rng = np.random.default_rng(0)
train_data = np.empty(25000, dtype=object)
for i in range(25000):
    train_data[i] = rng.integers(1, 10000, size=240).tolist()
train_labels = np.arange(25000) % 2
before = peak()
"""


def test_all_eight_are_there():
    assert [exercise.id for exercise in imdb.EXERCISES] == [
        "decode-review", "vectorize-sequences", "build-imdb-model", "split-validation", "dropout-forward",
        "l2-gradient", "early-stopping", "diagnose",
    ]  # fmt: skip


def test_a_review_by_hand():
    assert reference["decode-review"]([1, 4, 2, 6, 99], {"the": 1, "of": 3}) == "? the ? of ?"


def test_two_rows_by_hand():
    rows = reference["vectorize-sequences"]([[3, 1, 3], []], 4)
    assert rows.dtype == np.float32 and rows.tolist() == [[0, 1, 0, 1], [0, 0, 0, 0]]


def test_the_first_validate():
    parts = reference["split-validation"](np.arange(10).reshape(5, 2), np.arange(5), 2)
    assert [part.tolist() for part in parts] == [[[4, 5], [6, 7], [8, 9]], [2, 3, 4], [[0, 1], [2, 3]], [0, 1]]


def test_the_pull_of_l2_is_the_derivative_of_its_penalty():
    weights = np.random.default_rng(0).normal(size=(3, 2))
    numerical = numerical_gradient(lambda w: 0.3 * np.sum(w**2), weights)
    assert np.allclose(reference["l2-gradient"](weights, 0.3), numerical, rtol=1e-7)


def test_dropout_keeps_the_mean():
    x = np.full((400, 500), 3.0)
    out, mask = reference["dropout-forward"](x, 0.5, np.random.default_rng(0), True)
    assert set(np.unique(out)) == {0, 6} and abs(out.mean() - 3) < 0.03 and np.array_equal(out, 6 * mask)


@pytest.mark.parametrize(
    ("errors", "verdict"),
    [
        ((0.12, 0.20, 0.05), "underfitting"),  # the notebook's question
        ((0.05, 0.20, 0.05), "overfitting"),
        ((0.06, 0.07, 0.05), "ok"),
        ((0.01, 0.02, 0.05), "ok"),
    ],
)
def test_a_diagnosis_by_hand(errors, verdict):
    assert reference["diagnose"](*errors) == verdict


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in other units elsewhere")
def test_all_reviews_as_the_notebook_holds_them_take_less_than_a_gigabyte():
    """The notebook's own cells, on as many reviews as IMDB has, in a process of their own."""
    notebook = json.loads((SOURCE / "05-imdb/ex_dnn_imdb.ipynb").read_text(encoding="utf-8"))
    cells = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    wanted = ("vectorize-sequences", "split-validation", "memory")
    measured = "print(peak() - before, x_train.nbytes + x_val.nbytes, x_train.dtype)"
    program = "\n\n".join([MEASURE, *(cells[name] for name in wanted), measured])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=300)
    more, held, dtype = done.stdout.splitlines()[-1].split()
    assert (int(held), dtype) == (25000 * 10000, "uint8")
    assert 0.2e9 < int(more) < 0.5e9  # 0.25 GB are kept; the thousand rows in work take 0.04 GB
