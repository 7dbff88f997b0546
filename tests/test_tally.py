"""Tally: an epoch's means are those of all its examples, however they came, and little is kept."""

import tracemalloc

import numpy as np
import pytest

from nnkit import CategoricalCrossEntropy, accuracy, mse
from nnkit.tally import Tally

CCE = CategoricalCrossEntropy().loss


def examples(n):
    rng = np.random.default_rng(0)
    y_pred = rng.dirichlet(np.ones(10), size=n).astype(np.float32)
    return np.eye(10, dtype=np.float32)[rng.integers(10, size=n)], y_pred


@pytest.mark.parametrize("batch", [1, 7, 64, 512, 5000])
@pytest.mark.parametrize("n", [1, 99, 101, 3001])
def test_means_are_those_of_all_examples(n, batch):
    y_true, y_pred = examples(n)
    tally = Tally(CCE, accuracy, mse)
    for i in range(0, n, batch):
        tally.add(y_true[i : i + batch], y_pred[i : i + batch])
    expected = [measure(y_true, y_pred) for measure in (CCE, accuracy, mse)]
    np.testing.assert_allclose(tally.means(), expected, rtol=1e-5)
    np.testing.assert_array_equal(tally.means(), tally.means())


@pytest.mark.parametrize("batch", [1, 64])
def test_what_is_kept_does_not_grow_with_the_epoch(batch):
    y_true, y_pred = examples(6400)
    peaks = []
    for n in (640, 6400):
        tally = Tally(CCE, accuracy)
        tracemalloc.start()
        for i in range(0, n, batch):
            tally.add(y_true[i : i + batch].copy(), y_pred[i : i + batch].copy())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0] + 200_000 < 512_000 + 200_000  # 6,400 predictions and targets: 512 kB
