"""Exercise: cutting the examples into shuffled mini-batches."""

import itertools

import numpy as np

from nnkit.checks.exercise import Exercise

__all__ = ["mini_batches"]


def _mini_batches(X, y, batch_size, rng):
    """Yield pairs (X_batch, y_batch) of batch_size rows, shuffled with rng; the last may be smaller."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


_mini_batches.__name__ = "mini_batches"


def _draw(rng):
    n = int(rng.integers(30, 45))
    return {
        "X": np.arange(3.0 * n).reshape(n, 3),
        "y": np.arange(n),
        "batch_size": 8,
        "seed": int(rng.integers(1 << 30)),
    }


def _probe(answer, X, y, batch_size, seed):
    batches = list(itertools.islice(answer(X, y, batch_size, np.random.default_rng(seed)), 1000))
    yield "sizes", str([len(X_batch) for X_batch, _ in batches])
    yield "once", sorted(row for X_batch, _ in batches for row in X_batch[:, 0])


mini_batches = Exercise(
    id="mini-batches",
    reference=_mini_batches,
    claims={"sizes": "sizes", "once": "each example comes exactly once"},
    draw=_draw,
    probe=_probe,
)
