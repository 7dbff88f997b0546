"""Data: sets of examples in a plane, so that one picture shows what a network answers everywhere.

    X (n, 2)  about -1 to 1      y (n, 1) is 0 or 1 ("yes or no"), or a number; (n, 3) is one-hot ("classes")

`noise` is how far an example strays, as a standard deviation: of its place, or of its target for numbers.
"""

import numpy as np

from nnkit.data import Dataset, one_hot
from nnkit.datasets import spirals as wound

__all__ = ["TASKS", "circles", "clouds", "make", "moons", "spirals", "waves", "xor"]

N_TRAIN, N_TEST = 200, 100
TASKS = {
    "moons": "yes or no",
    "circles": "yes or no",
    "xor": "yes or no",
    "spirals": "yes or no",
    "clouds": "classes",
    "waves": "numbers",
}


def make(name, noise=0.1, rng=None):
    """Return (train, test), two Datasets of 200 and 100 examples of the set called `name`, a key of TASKS.

    `rng` is a numpy.random.Generator, by default of seed 0: the same one gives the same examples.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    X, y = MAKERS[name](N_TRAIN + N_TEST, noise, rng)
    order = rng.permutation(len(X))
    train, test = order[:N_TRAIN], order[N_TRAIN:]
    return Dataset(X[train], y[train]), Dataset(X[test], y[test])


def moons(n, noise, rng):
    """Two half circles, each with an end in the other's hollow."""
    t, label = np.pi * rng.random(n), _alternating(n, 2)
    side = 1 - 2 * label
    X = np.column_stack([0.65 * side * np.cos(t) + 0.65 * label - 0.32, side * (0.8 * np.sin(t) - 0.2)])
    return X + noise * rng.standard_normal(X.shape), label


def circles(n, noise, rng):
    """A ring around a disc."""
    angle, label = 2 * np.pi * rng.random(n), _alternating(n, 2)
    radius = np.where(label, 0.9, 0.4)
    X = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return X + noise * rng.standard_normal(X.shape), label


def xor(n, noise, rng):
    """Exclusive or: 1 where exactly one of the inputs is positive."""
    X = rng.uniform(0.1, 1, (n, 2)) * rng.choice([-1, 1], (n, 2))
    return X + noise * rng.standard_normal(X.shape), (X[:, 0] * X[:, 1] < 0).astype(float)


def spirals(n, noise, rng):
    """Two spirals wound into each other; the noise turns an example about the middle."""
    both = wound(n // 2, n_classes=2, noise=noise, rng=rng)
    return both.X, both.y[:, 1]


def clouds(n, noise, rng):
    """Three round clouds, one for each class."""
    label = _alternating(n, 3).astype(int)
    middle = np.array([[-0.6, -0.4], [0.6, -0.4], [0.0, 0.6]])[label]
    return middle + (0.15 + noise) * rng.standard_normal((n, 2)), one_hot(label, 3)


def waves(n, noise, rng):
    """A number for each place, from -1 to 1: a hill beside a hollow."""
    X = rng.uniform(-1, 1, (n, 2))
    y = np.sin(np.pi * X[:, 0]) * np.cos(np.pi / 2 * X[:, 1])
    return X, y + noise * rng.standard_normal(n)


def _alternating(n, k):
    """Return 0, 1, ..., k - 1, 0, 1, ...: as many examples of each class, or nearly."""
    return (np.arange(n) % k).astype(float)


MAKERS = {"moons": moons, "circles": circles, "xor": xor, "spirals": spirals, "clouds": clouds, "waves": waves}
