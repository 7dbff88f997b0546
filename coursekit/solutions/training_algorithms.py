"""Answers to the nine graded exercises of 03-training-algorithms, right and wrong, as students write them.

Every answer has the name that the notebook gives it, so that one name is defined again and again. In each exercise the
right answers come first: other formulas, other types, loops. Then the wrong ones, from the untouched cell to answers
that are right almost everywhere.
"""
# ruff: noqa: F811 - in the notebook, too, each answer has that one name

import functools
import math
import random
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

import nnkit
from coursekit.solutions import right, wrong
from nnkit.optimizer import Optimizer

# ---- unchanged: nnkit's own, handed in without a line of one's own

for exercise_id, library_class in {
    "sgd-momentum": nnkit.SGD,
    "rmsprop": nnkit.RMSProp,
    "adam": nnkit.Adam,
    "adagrad": nnkit.Adagrad,
    "rprop": nnkit.RProp,
    "quickprop": nnkit.Quickprop,
}.items():
    handed_in = type(library_class.__name__, (library_class,), {"__doc__": "Not attempted: nnkit's own, unchanged."})
    wrong(exercise_id)(handed_in)


# ---- mini-batches, right


@right("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """A permutation, cut into slices."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@right("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """A list of all batches, not a generator; a list of indices is shuffled in place."""
    order = list(range(len(X)))
    rng.shuffle(order)
    batches = []
    while order:
        batches.append((X[order[:batch_size]], y[order[:batch_size]]))
        order = order[batch_size:]
    return batches


@right("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Random numbers, sorted; whole copies are shuffled, then cut."""
    order = np.argsort(rng.random(X.shape[0]))
    X, y = X[order], y[order]
    n_batches = math.ceil(len(X) / batch_size)
    for i in range(n_batches):
        yield X[i * batch_size : (i + 1) * batch_size], y[i * batch_size : (i + 1) * batch_size]


@right("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """np.split at the multiples of batch_size, and pairs that are lists."""
    order = rng.choice(len(X), size=len(X), replace=False)
    return [[X[rows], y[rows]] for rows in np.split(order, range(batch_size, len(X), batch_size))]


@right("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Example by example, in float32, with a print."""
    X_batch, y_batch = [], []
    for row in rng.permutation(len(X)):
        X_batch.append(X[row])
        y_batch.append(y[row])
        if len(X_batch) == batch_size:
            print(len(X_batch), "rows")
            yield np.array(X_batch, np.float32), np.array(y_batch)
            X_batch, y_batch = [], []
    if X_batch:
        yield np.array(X_batch, np.float32), np.array(y_batch)


@right("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Each batch is drawn without replacement from those that remain, only when it is asked for."""
    left = np.arange(len(X))
    while len(left):
        rows = rng.choice(left, size=min(batch_size, len(left)), replace=False)
        left = np.setdiff1d(left, rows)
        yield X[rows], y[rows]


@right("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Python's own generator, with a seed that rng draws; zip of two lists."""
    order = list(range(len(X)))
    random.Random(int(rng.integers(2**32))).shuffle(order)
    starts = range(0, len(X), batch_size)
    return zip(
        [X[order[start : start + batch_size]] for start in starts],
        [y[order[start : start + batch_size]] for start in starts],
        strict=True,
    )


@right("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """The pairs are shuffled as pairs; the same two arrays are filled again and again."""
    pairs = list(zip(X, y, strict=True))
    rng.shuffle(pairs)
    X_batch, y_batch = np.empty_like(X[:batch_size]), np.empty_like(y[:batch_size])
    for start in range(0, len(pairs), batch_size):
        part = pairs[start : start + batch_size]
        for i, (x_row, y_row) in enumerate(part):
            X_batch[i], y_batch[i] = x_row, y_row
        yield X_batch[: len(part)], y_batch[: len(part)]


@right("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """A shuffle by hand, Fisher and Yates's."""
    order = np.arange(len(X))
    for i in range(len(X) - 1, 0, -1):
        j = rng.integers(i + 1)
        order[i], order[j] = order[j], order[i]
    start = 0
    while start < len(X):
        yield np.take(X, order[start : start + batch_size], axis=0), y[order[start : start + batch_size]]
        start += batch_size


# ---- mini-batches, wrong


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Not attempted: the cell as released."""
    raise NotImplementedError


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Not attempted: the cell as released, as a generator."""
    raise NotImplementedError("mini_batches is not written yet")
    yield


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Returns None."""
    rng.permutation(len(X))


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """No batch at all."""
    return []


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """All zeros, of the right shapes."""
    for start in range(0, len(X), batch_size):
        yield np.zeros_like(X[start : start + batch_size]), np.zeros_like(y[start : start + batch_size])


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """The last batch is dropped."""
    order = rng.permutation(len(X))
    for start in range(0, len(X) - batch_size + 1, batch_size):
        yield X[order[start : start + batch_size]], y[order[start : start + batch_size]]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """The last batch is filled up with rows that have been before."""
    order = rng.permutation(len(X))
    order = np.append(order, order[: -len(X) % batch_size])
    for start in range(0, len(X), batch_size):
        yield X[order[start : start + batch_size]], y[order[start : start + batch_size]]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """The last rows are added to the batch before."""
    order = rng.permutation(len(X))
    for i in range(n_batches := max(len(X) // batch_size, 1)):
        rows = order[i * batch_size : (i + 1) * batch_size if i < n_batches - 1 else None]
        yield X[rows], y[rows]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Not shuffled."""
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """From the last row to the first, always."""
    return [
        (X[::-1][start : start + batch_size], y[::-1][start : start + batch_size])
        for start in range(0, len(X), batch_size)
    ]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Only the starts are shuffled."""
    starts = np.arange(0, len(X), batch_size)
    rng.shuffle(starts)
    for start in starts:
        yield X[start : start + batch_size], y[start : start + batch_size]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """The examples are turned round like a wheel, from a random start."""
    order = np.roll(np.arange(len(X)), rng.integers(len(X)))
    for start in range(0, len(X), batch_size):
        yield X[order[start : start + batch_size]], y[order[start : start + batch_size]]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Shuffled within each batch only."""
    for start in range(0, len(X), batch_size):
        order = rng.permutation(len(X[start : start + batch_size]))
        yield X[start : start + batch_size][order], y[start : start + batch_size][order]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """The full batches are shuffled; the last rows always make the last batch, and the first row comes first."""
    full = max((len(X) - 1) // batch_size * batch_size, 1)
    order = np.concatenate([[0], 1 + rng.permutation(full - 1), np.arange(full, len(X))])
    for start in range(0, len(X), batch_size):
        yield X[order[start : start + batch_size]], y[order[start : start + batch_size]]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """X and y are shuffled apart."""
    X, y = rng.permutation(X), rng.permutation(y)
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Only X is shuffled."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        yield X[order[start : start + batch_size]], y[start : start + batch_size]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """The targets come first."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        yield y[order[start : start + batch_size]], X[order[start : start + batch_size]]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """X and y are put into one new order, in place."""
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size].copy(), y[start : start + batch_size].copy()


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """The global generator."""
    order = np.arange(len(X))
    np.random.shuffle(order)  # noqa: NPY002 - the mistake itself
    for start in range(0, len(X), batch_size):
        yield X[order[start : start + batch_size]], y[order[start : start + batch_size]]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Python's global generator."""
    order = random.sample(range(len(X)), len(X))
    for start in range(0, len(X), batch_size):
        yield X[order[start : start + batch_size]], y[order[start : start + batch_size]]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """A generator of its own, from a fixed seed."""
    order = np.random.default_rng(42).permutation(len(X))
    for start in range(0, len(X), batch_size):
        yield X[order[start : start + batch_size]], y[order[start : start + batch_size]]


FIXED = np.random.default_rng(0)


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """One generator for all calls, which is not the one that was handed in."""
    order = FIXED.permutation(len(X))
    for start in range(0, len(X), batch_size):
        yield X[order[start : start + batch_size]], y[order[start : start + batch_size]]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """With replacement."""
    order = rng.integers(0, len(X), size=len(X))
    for start in range(0, len(X), batch_size):
        yield X[order[start : start + batch_size]], y[order[start : start + batch_size]]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """A random batch, for ever."""
    while True:
        rows = rng.choice(len(X), size=min(batch_size, len(X)), replace=False)
        yield X[rows], y[rows]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Overlapping batches: a step of 1."""
    order = rng.permutation(len(X))
    for start in range(len(X)):
        yield X[order[start : start + batch_size]], y[order[start : start + batch_size]]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """The columns are shuffled too."""
    order, columns = rng.permutation(len(X)), rng.permutation(X.shape[1])
    columns = np.roll(columns, 1) if (columns == np.arange(len(columns))).all() else columns
    for start in range(0, len(X), batch_size):
        yield X[order[start : start + batch_size]][:, columns], y[order[start : start + batch_size]]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """The indices, not the rows."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        yield order[start : start + batch_size]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Dictionaries."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        yield {"X": X[order[start : start + batch_size]], "y": y[order[start : start + batch_size]]}


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """The targets become a column."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        yield X[order[start : start + batch_size]], y[order[start : start + batch_size]].reshape(-1, 1)


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Right but for a single row, which loses its axis."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        yield np.squeeze(X[order[start : start + batch_size]]), y[order[start : start + batch_size]]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Right but for a batch larger than the data: rng refuses to draw so many."""
    left = np.arange(len(X))
    while len(left):
        size = batch_size if len(left) == len(X) else min(batch_size, len(left))
        rows = rng.choice(left, size=size, replace=False)
        left = np.setdiff1d(left, rows)
        yield X[rows], y[rows]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Right but where nothing remains: an empty batch at the end."""
    order = rng.permutation(len(X))
    for i in range(len(X) // batch_size + 1):
        yield X[order[i * batch_size : (i + 1) * batch_size]], y[order[i * batch_size : (i + 1) * batch_size]]


@wrong("mini-batches")
def mini_batches(X, y, batch_size, rng):
    """Right but for targets with columns, of which the last one is all that comes."""
    table = rng.permutation(np.column_stack([X, y]))
    for start in range(0, len(X), batch_size):
        yield table[start : start + batch_size, : X.shape[1]], table[start : start + batch_size, -1]


# ---- sgd-momentum, right


@right("sgd-momentum")
class SGD(Optimizer):
    """The slides' formula, line by line; V is made at the first update."""

    def __init__(self, learning_rate=0.01, momentum=0.0):
        super().__init__(learning_rate)
        self.momentum = momentum
        self.retained_gradient = None

    def update(self, w, grad_loss_w):
        if self.retained_gradient is None:
            self.retained_gradient = np.zeros(np.shape(w))
        self.retained_gradient = self.momentum * self.retained_gradient + (1 - self.momentum) * grad_loss_w
        return w - self.learning_rate * self.retained_gradient


@right("sgd-momentum")
class SGD(Optimizer):
    """V starts as the number 0, and moves towards the gradient."""

    def __init__(self, learning_rate=0.01, momentum=0.0):
        self.alpha, self.beta, self.retained_gradient = learning_rate, momentum, 0

    def update(self, w, grad_loss_w):
        self.retained_gradient = self.retained_gradient + (1 - self.beta) * (grad_loss_w - self.retained_gradient)
        return w - self.alpha * self.retained_gradient


@right("sgd-momentum")
@dataclass
class SGD(Optimizer):
    """A dataclass."""

    learning_rate: float = 0.01
    momentum: float = 0.0
    retained_gradient: object = 0.0

    def update(self, w, grad_loss_w):
        self.retained_gradient = np.average(
            [grad_loss_w, self.retained_gradient * np.ones_like(w)], axis=0, weights=[1 - self.momentum, self.momentum]
        )
        return w - self.learning_rate * self.retained_gradient


@right("sgd-momentum")
class SGD(Optimizer):
    """float32 throughout, worked in place on arrays of its own."""

    def __init__(self, learning_rate=0.01, momentum=0.0):
        super().__init__(learning_rate)
        self.momentum, self.retained_gradient = momentum, None

    def update(self, w, grad_loss_w):
        if self.retained_gradient is None:
            self.retained_gradient = np.zeros_like(w, dtype=np.float32)
        self.retained_gradient *= self.momentum
        self.retained_gradient += (1 - self.momentum) * grad_loss_w.astype(np.float32)
        return w.astype(np.float32) - np.float32(self.learning_rate) * self.retained_gradient


@right("sgd-momentum")
class SGD(Optimizer):
    """All gradients are kept, and V is computed anew from them."""

    def __init__(self, learning_rate=0.01, momentum=0.0):
        super().__init__(learning_rate)
        self.momentum, self.gradients = momentum, []

    def update(self, w, grad_loss_w):
        self.gradients.append(grad_loss_w.copy())
        weights = [(1 - self.momentum) * self.momentum**age for age in range(len(self.gradients))]
        self.retained_gradient = sum(c * g for c, g in zip(weights, reversed(self.gradients), strict=True))
        return w - self.learning_rate * self.retained_gradient


@right("sgd-momentum")
class SGD:
    """Loops over entries, lists come back; it is no subclass of anything."""

    def __init__(self, learning_rate=0.01, momentum=0.0):
        self.learning_rate, self.momentum, self.retained_gradient = learning_rate, momentum, None

    def update(self, w, grad_loss_w):
        if self.retained_gradient is None:
            self.retained_gradient = [[0.0] * len(row) for row in w]
        new = w.tolist()
        for i, row in enumerate(grad_loss_w):
            for j, g in enumerate(row):
                V = self.momentum * self.retained_gradient[i][j] + (1 - self.momentum) * float(g)
                self.retained_gradient[i][j] = V
                new[i][j] -= self.learning_rate * V
        return new


@right("sgd-momentum")
class SGD(Optimizer):
    """V without its factor is what is kept; retained_gradient is a property."""

    def __init__(self, learning_rate=0.01, momentum=0.0):
        super().__init__(learning_rate)
        self.state = {"beta": momentum, "sum": 0.0}

    @property
    def retained_gradient(self):
        return (1 - self.state["beta"]) * self.state["sum"]

    def update(self, w, grad_loss_w):
        self.state["sum"] = self.state["beta"] * self.state["sum"] + grad_loss_w
        return w - self.learning_rate * self.retained_gradient


# ---- sgd-momentum, wrong


@wrong("sgd-momentum")
class SGD(Optimizer):
    """Not attempted: the cell as released."""

    def __init__(self, learning_rate=0.01, momentum=0.0):
        super().__init__(learning_rate)
        raise NotImplementedError

    def update(self, w, grad_loss_w):
        raise NotImplementedError


class MomentumSettings(Optimizer):
    """What most of the wrong answers below share: the arguments, and V = 0."""

    def __init__(self, learning_rate=0.01, momentum=0.0):
        super().__init__(learning_rate)
        self.momentum, self.retained_gradient = momentum, 0

    def average(self, g):
        """Move V on and return it."""
        self.retained_gradient = self.momentum * self.retained_gradient + (1 - self.momentum) * g
        return self.retained_gradient


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """Not attempted: the settings are kept, update is still to be written."""

    def update(self, w, grad_loss_w):
        raise NotImplementedError


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """update is missing altogether."""


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """The parameter stays as it is."""

    def update(self, w, grad_loss_w):
        self.average(grad_loss_w)
        return w


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """All zeros."""

    def update(self, w, grad_loss_w):
        return np.zeros_like(w)


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """Returns None."""

    def update(self, w, grad_loss_w):
        w = w - self.learning_rate * self.average(grad_loss_w)


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """Keras's form."""

    def update(self, w, grad_loss_w):
        self.retained_gradient = self.momentum * self.retained_gradient + grad_loss_w
        return w - self.learning_rate * self.retained_gradient


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """V is never stored."""

    def update(self, w, grad_loss_w):
        V = self.momentum * self.retained_gradient + (1 - self.momentum) * grad_loss_w
        return w - self.learning_rate * V


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """The first update sets V to the gradient."""

    def update(self, w, grad_loss_w):
        if not np.any(self.retained_gradient):
            self.retained_gradient = grad_loss_w
        return w - self.learning_rate * self.average(grad_loss_w)


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """Corrected for its start, as in Adam."""

    t = 0

    def update(self, w, grad_loss_w):
        self.t += 1
        return w - self.learning_rate * self.average(grad_loss_w) / (1 - self.momentum**self.t)


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """Right for one update, then V is doubled."""

    def update(self, w, grad_loss_w):
        step = self.learning_rate * self.average(grad_loss_w)
        self.retained_gradient = self.retained_gradient * 2
        return w - step


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """Right for two updates, then V is forgotten."""

    t = 0

    def update(self, w, grad_loss_w):
        self.t += 1
        self.retained_gradient = self.retained_gradient if self.t % 3 else 0
        return w - self.learning_rate * self.average(grad_loss_w)


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """V is one number, the mean over all entries."""

    def update(self, w, grad_loss_w):
        return w - self.learning_rate * self.average(np.mean(grad_loss_w))


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """The parameter is changed in place."""

    def update(self, w, grad_loss_w):
        w -= self.learning_rate * self.average(grad_loss_w)
        return w


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """The gradient is changed in place."""

    def update(self, w, grad_loss_w):
        grad_loss_w *= 1 - self.momentum
        self.retained_gradient = self.momentum * self.retained_gradient + grad_loss_w
        return w - self.learning_rate * self.retained_gradient


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """Wrong only where two are at work: V belongs to the class, not to the object."""

    def update(self, w, grad_loss_w):
        cls = type(self)
        V = cls.retained_gradient if np.shape(getattr(cls, "retained_gradient", 0)) == w.shape else 0
        cls.retained_gradient = self.momentum * V + (1 - self.momentum) * grad_loss_w
        self.__dict__.pop("retained_gradient", None)
        return w - self.learning_rate * cls.retained_gradient


@wrong("sgd-momentum")
class SGD(Optimizer):
    """The defaults are swapped."""

    def __init__(self, learning_rate=0.0, momentum=0.01):
        super().__init__(learning_rate)
        self.momentum, self.retained_gradient = momentum, 0

    def update(self, w, grad_loss_w):
        self.retained_gradient = self.momentum * self.retained_gradient + (1 - self.momentum) * grad_loss_w
        return w - self.learning_rate * self.retained_gradient


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """The arguments in another order."""

    def __init__(self, momentum=0.0, learning_rate=0.01):
        super().__init__(learning_rate, momentum)

    def update(self, w, grad_loss_w):
        return w - self.learning_rate * self.average(grad_loss_w)


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """The learning rate is fixed."""

    def update(self, w, grad_loss_w):
        return w - 0.01 * self.average(grad_loss_w)


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """V is kept as `velocity`."""

    velocity = 0

    def update(self, w, grad_loss_w):
        self.velocity = self.momentum * self.velocity + (1 - self.momentum) * grad_loss_w
        return w - self.learning_rate * self.velocity


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """V is kept with momentum only."""

    def update(self, w, grad_loss_w):
        return w - self.learning_rate * (self.average(grad_loss_w) if self.momentum else grad_loss_w)


@wrong("sgd-momentum")
class SGD(MomentumSettings):
    """Right but for its shape: flat."""

    def update(self, w, grad_loss_w):
        return (w - self.learning_rate * self.average(grad_loss_w)).ravel()


# ---- rmsprop, right


@right("rmsprop")
class RMSProp(Optimizer):
    """The formula, line by line."""

    def __init__(self, learning_rate=0.001, beta=0.9, epsilon=1e-7):
        super().__init__(learning_rate)
        self.beta, self.epsilon = beta, epsilon
        self.S = None

    def update(self, w, grad_loss_w):
        if self.S is None:
            self.S = np.zeros_like(w)
        self.S = self.beta * self.S + (1 - self.beta) * grad_loss_w**2
        return w - self.learning_rate * grad_loss_w / (np.sqrt(self.S) + self.epsilon)


@right("rmsprop")
class RMSProp(Optimizer):
    """A dictionary for what is remembered; the base class is not asked."""

    def __init__(self, learning_rate=0.001, beta=0.9, epsilon=1e-7):
        self.settings = learning_rate, beta, epsilon
        self.cache = {}

    def update(self, w, grad_loss_w):
        alpha, beta, epsilon = self.settings
        S = self.cache.get("S", 0.0)
        S = S + (1 - beta) * (np.square(grad_loss_w) - S)
        self.cache["S"] = S
        return np.subtract(w, alpha * grad_loss_w / (S**0.5 + epsilon))


@right("rmsprop")
@dataclass
class RMSProp(Optimizer):
    """A dataclass, in place on its own array."""

    learning_rate: float = 0.001
    beta: float = 0.9
    epsilon: float = 1e-7
    squares: np.ndarray | None = field(default=None, repr=False)

    def update(self, w, grad_loss_w):
        squares = np.zeros(w.shape) if self.squares is None else self.squares
        squares *= self.beta
        squares += (1 - self.beta) * grad_loss_w * grad_loss_w
        self.squares = squares
        new = w.copy()
        new -= self.learning_rate / (np.sqrt(squares) + self.epsilon) * grad_loss_w
        return new


@right("rmsprop")
class RMSProp(Optimizer):
    """float32 throughout."""

    def __init__(self, learning_rate=0.001, beta=0.9, epsilon=1e-7):
        super().__init__(learning_rate)
        self.beta, self.epsilon, self.v = np.float32(beta), np.float32(epsilon), np.float32(0)

    def update(self, w, grad_loss_w):
        g = np.asarray(grad_loss_w, np.float32)
        self.v = self.beta * self.v + (1 - self.beta) * g * g
        return np.asarray(w, np.float32) - np.float32(self.learning_rate) * g / (np.sqrt(self.v) + self.epsilon)


@right("rmsprop")
class RMSProp(Optimizer):
    """Loops over all entries, with math.sqrt."""

    def __init__(self, learning_rate=0.001, beta=0.9, epsilon=1e-7):
        super().__init__(learning_rate)
        self.beta, self.epsilon, self.S = beta, epsilon, defaultdict(float)

    def update(self, w, grad_loss_w):
        new = np.empty_like(w)
        for place, g in np.ndenumerate(grad_loss_w):
            self.S[place] = self.beta * self.S[place] + (1 - self.beta) * g**2
            new[place] = w[place] - self.learning_rate * g / (math.sqrt(self.S[place]) + self.epsilon)
        return new


@right("rmsprop")
class RMSProp(Optimizer):
    """The root of S is what is remembered, and all gradients' squares are summed by np.hypot."""

    def __init__(self, learning_rate=0.001, beta=0.9, epsilon=1e-7):
        super().__init__(learning_rate)
        self.old, self.new, self.epsilon, self.size = np.sqrt(beta), np.sqrt(1 - beta), epsilon, 0.0

    def update(self, w, grad_loss_w):
        self.size = np.hypot(self.old * self.size, self.new * grad_loss_w)
        return w - self.learning_rate * grad_loss_w / (self.size + self.epsilon)


# ---- rmsprop, wrong


class RMSPropSettings(Optimizer):
    """What most of the wrong answers below share: the arguments, S = 0 and its average."""

    def __init__(self, learning_rate=0.001, beta=0.9, epsilon=1e-7):
        super().__init__(learning_rate)
        self.beta, self.epsilon, self.S = beta, epsilon, 0

    def average(self, g):
        """Move S on and return it."""
        self.S = self.beta * self.S + (1 - self.beta) * g**2
        return self.S


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """Not attempted: the settings are kept, update is still to be written."""

    def update(self, w, grad_loss_w):
        raise NotImplementedError


@wrong("rmsprop")
class RMSProp(Optimizer):
    """Not attempted: the cell as released."""

    def __init__(self, learning_rate=0.001, beta=0.9, epsilon=1e-7):
        raise NotImplementedError

    def update(self, w, grad_loss_w):
        raise NotImplementedError


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """All zeros."""

    def update(self, w, grad_loss_w):
        return np.zeros_like(w)


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """The parameter stays as it is."""

    def update(self, w, grad_loss_w):
        return w.copy()


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """Returns None."""

    def update(self, w, grad_loss_w):
        self.average(grad_loss_w)


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """Gradient descent."""

    def update(self, w, grad_loss_w):
        return w - self.learning_rate * grad_loss_w


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """No root."""

    def update(self, w, grad_loss_w):
        return w - self.learning_rate * grad_loss_w / (self.average(grad_loss_w) + self.epsilon)


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """epsilon under the root."""

    def update(self, w, grad_loss_w):
        return w - self.learning_rate * grad_loss_w / np.sqrt(self.average(grad_loss_w) + self.epsilon)


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """epsilon is fixed, whatever was asked for."""

    def update(self, w, grad_loss_w):
        return w - self.learning_rate * grad_loss_w / (np.sqrt(self.average(grad_loss_w)) + 1e-7)


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """The gradients themselves are averaged; nan where they are below 0."""

    def update(self, w, grad_loss_w):
        self.S = self.beta * self.S + (1 - self.beta) * grad_loss_w
        return w - self.learning_rate * grad_loss_w / (np.sqrt(self.S) + self.epsilon)


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """Bias-corrected, as Adam."""

    t = 0

    def update(self, w, grad_loss_w):
        self.t += 1
        S_hat = self.average(grad_loss_w) / (1 - self.beta**self.t)
        return w - self.learning_rate * grad_loss_w / (np.sqrt(S_hat) + self.epsilon)


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """Centred: the average's own square is taken off S."""

    mean = 0

    def update(self, w, grad_loss_w):
        self.mean = self.beta * self.mean + (1 - self.beta) * grad_loss_w
        S = self.average(grad_loss_w) - self.mean**2
        return w - self.learning_rate * grad_loss_w / (np.sqrt(S) + self.epsilon)


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """S starts at one."""

    def update(self, w, grad_loss_w):
        self.S = self.S if np.any(self.S) else np.ones_like(w)
        return w - self.learning_rate * grad_loss_w / (np.sqrt(self.average(grad_loss_w)) + self.epsilon)


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """S is kept for the first two updates only."""

    t = 0

    def update(self, w, grad_loss_w):
        self.t += 1
        self.S = self.S if self.t < 4 else 0
        return w - self.learning_rate * grad_loss_w / (np.sqrt(self.average(grad_loss_w)) + self.epsilon)


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """nan where a gradient is always 0: epsilon is left out if it is small."""

    def update(self, w, grad_loss_w):
        epsilon = self.epsilon if self.epsilon > 1e-6 else 0
        return w - self.learning_rate * grad_loss_w / (np.sqrt(self.average(grad_loss_w)) + epsilon)


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """The default of beta is Adam's."""

    def __init__(self, learning_rate=0.001, beta=0.999, epsilon=1e-7):
        super().__init__(learning_rate, beta, epsilon)

    def update(self, w, grad_loss_w):
        return w - self.learning_rate * grad_loss_w / (np.sqrt(self.average(grad_loss_w)) + self.epsilon)


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """The default of the learning rate is another."""

    def __init__(self, learning_rate=0.01, beta=0.9, epsilon=1e-7):
        super().__init__(learning_rate, beta, epsilon)

    def update(self, w, grad_loss_w):
        return w - self.learning_rate * grad_loss_w / (np.sqrt(self.average(grad_loss_w)) + self.epsilon)


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """The parameter is changed in place."""

    def update(self, w, grad_loss_w):
        w -= self.learning_rate * grad_loss_w / (np.sqrt(self.average(grad_loss_w)) + self.epsilon)
        return w


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """The gradient is squared in place."""

    def update(self, w, grad_loss_w):
        step = self.learning_rate * grad_loss_w
        np.square(grad_loss_w, out=grad_loss_w)
        self.S = self.beta * self.S + (1 - self.beta) * grad_loss_w
        return w - step / (np.sqrt(self.S) + self.epsilon)


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """One S for all entries."""

    def update(self, w, grad_loss_w):
        S = self.average(np.linalg.norm(grad_loss_w))
        return w - self.learning_rate * grad_loss_w / (np.sqrt(S) + self.epsilon)


@wrong("rmsprop")
class RMSProp(RMSPropSettings):
    """Right for matrices; a row of biases, (1, n), becomes a vector."""

    def update(self, w, grad_loss_w):
        return np.squeeze(w - self.learning_rate * grad_loss_w / (np.sqrt(self.average(grad_loss_w)) + self.epsilon))


# ---- adam, right


@right("adam")
class Adam(Optimizer):
    """The formula, line by line."""

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon
        self.V = self.S = None
        self.t = 0

    def update(self, w, grad_loss_w):
        if self.t == 0:
            self.V, self.S = np.zeros_like(w), np.zeros_like(w)
        self.t += 1
        self.V = self.beta_1 * self.V + (1 - self.beta_1) * grad_loss_w
        self.S = self.beta_2 * self.S + (1 - self.beta_2) * grad_loss_w**2
        V_hat = self.V / (1 - self.beta_1**self.t)
        S_hat = self.S / (1 - self.beta_2**self.t)
        return w - self.learning_rate * V_hat / (np.sqrt(S_hat) + self.epsilon)


@right("adam")
class Adam(Optimizer):
    """The corrections are put into the learning rate and epsilon; the powers of beta are kept, not t."""

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        self.hyper = {"alpha": learning_rate, "betas": np.array([beta_1, beta_2]), "epsilon": epsilon}
        self.memory = {"m": 0.0, "v": 0.0, "powers": np.ones(2)}

    def update(self, w, grad_loss_w):
        state, (beta_1, beta_2) = self.memory, self.hyper["betas"]
        state["powers"] = state["powers"] * self.hyper["betas"]
        state["m"] = beta_1 * state["m"] + (1 - beta_1) * grad_loss_w
        state["v"] = beta_2 * state["v"] + (1 - beta_2) * np.square(grad_loss_w)
        first, second = 1 - state["powers"][0], np.sqrt(1 - state["powers"][1])
        rate = self.hyper["alpha"] * second / first
        return w - rate * state["m"] / (np.sqrt(state["v"]) + self.hyper["epsilon"] * second)


@right("adam")
@dataclass
class Adam(Optimizer):
    """A dataclass, and averages that move towards the new value."""

    learning_rate: float = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7
    t: int = 0
    moments: list = field(default_factory=lambda: [0.0, 0.0])

    def update(self, w, grad_loss_w):
        self.t += 1
        corrected = []
        for i, (beta, new) in enumerate([(self.beta_1, grad_loss_w), (self.beta_2, grad_loss_w**2)]):
            self.moments[i] = self.moments[i] + (1 - beta) * (new - self.moments[i])
            corrected.append(self.moments[i] / (1 - math.pow(beta, self.t)))
        return w - self.learning_rate * corrected[0] / (corrected[1] ** 0.5 + self.epsilon)


@right("adam")
class Adam(Optimizer):
    """float32 throughout, in place on its own arrays."""

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate)
        self.beta_1, self.beta_2, self.epsilon, self.t = beta_1, beta_2, epsilon, 0

    def update(self, w, grad_loss_w):
        g = grad_loss_w.astype(np.float32)
        if self.t == 0:
            self.m, self.v = np.zeros_like(g), np.zeros_like(g)
        self.t += 1
        self.m *= self.beta_1
        self.m += (1 - self.beta_1) * g
        self.v *= self.beta_2
        self.v += (1 - self.beta_2) * g * g
        root = np.sqrt(self.v / (1 - self.beta_2**self.t))
        return w.astype(np.float32) - self.learning_rate / (1 - self.beta_1**self.t) * self.m / (root + self.epsilon)


@right("adam")
class Adam(Optimizer):
    """All gradients are kept; the corrected averages are weighted means of them."""

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate)
        self.beta_1, self.beta_2, self.epsilon, self.gradients = beta_1, beta_2, epsilon, []

    def update(self, w, grad_loss_w):
        self.gradients.append(np.array(grad_loss_w))
        g, ages = np.array(self.gradients), np.arange(len(self.gradients))[::-1]
        V_hat = np.average(g, axis=0, weights=self.beta_1**ages)
        S_hat = np.average(g**2, axis=0, weights=self.beta_2**ages)
        return w - self.learning_rate * V_hat / (np.sqrt(S_hat) + self.epsilon)


@right("adam")
class Adam:
    """Loops over entries, lists come back; it is no subclass of anything."""

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        self.a, self.b, self.c, self.e = learning_rate, beta_1, beta_2, epsilon
        self.V, self.S, self.t = {}, {}, 1

    def update(self, w, grad_loss_w):
        new = [list(row) for row in w]
        for (i, j), g in np.ndenumerate(grad_loss_w):
            self.V[i, j] = self.b * self.V.get((i, j), 0) + (1 - self.b) * g
            self.S[i, j] = self.c * self.S.get((i, j), 0) + (1 - self.c) * g * g
            root = math.sqrt(self.S[i, j] / (1 - self.c**self.t))
            new[i][j] -= self.a * self.V[i, j] / (1 - self.b**self.t) / (root + self.e)
        self.t += 1
        return new


# ---- adam, wrong


class AdamSettings(Optimizer):
    """What most of the wrong answers below share: the arguments, and averages that start at 0."""

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate)
        self.beta_1, self.beta_2, self.epsilon, self.V, self.S, self.t = beta_1, beta_2, epsilon, 0, 0, 0

    def corrected(self, g):
        """Move V, S and t on; return V^ and S^."""
        self.t += 1
        self.V = self.beta_1 * self.V + (1 - self.beta_1) * g
        self.S = self.beta_2 * self.S + (1 - self.beta_2) * g**2
        return self.V / (1 - self.beta_1**self.t), self.S / (1 - self.beta_2**self.t)

    def step(self, g):
        """Return the right step."""
        V_hat, S_hat = self.corrected(g)
        return self.learning_rate * V_hat / (np.sqrt(S_hat) + self.epsilon)


@wrong("adam")
class Adam(AdamSettings):
    """Not attempted: the settings are kept, update is still to be written."""

    def update(self, w, grad_loss_w):
        raise NotImplementedError


@wrong("adam")
class Adam(Optimizer):
    """Not attempted: the cell as released."""

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        raise NotImplementedError

    def update(self, w, grad_loss_w):
        raise NotImplementedError


@wrong("adam")
class Adam(AdamSettings):
    """All zeros."""

    def update(self, w, grad_loss_w):
        return np.zeros_like(w)


@wrong("adam")
class Adam(AdamSettings):
    """Returns None."""

    def update(self, w, grad_loss_w):
        self.step(grad_loss_w)


@wrong("adam")
class Adam(AdamSettings):
    """The first step for ever: the learning rate against the sign."""

    def update(self, w, grad_loss_w):
        return w - self.learning_rate * grad_loss_w / (np.abs(grad_loss_w) + self.epsilon)


@wrong("adam")
class Adam(AdamSettings):
    """The slide's: no correction."""

    def update(self, w, grad_loss_w):
        self.corrected(grad_loss_w)
        return w - self.learning_rate * self.V / (np.sqrt(self.S) + self.epsilon)


@wrong("adam")
class Adam(AdamSettings):
    """Keras's place for epsilon."""

    def update(self, w, grad_loss_w):
        self.corrected(grad_loss_w)
        rate = self.learning_rate * np.sqrt(1 - self.beta_2**self.t) / (1 - self.beta_1**self.t)
        return w - rate * self.V / (np.sqrt(self.S) + self.epsilon)


@wrong("adam")
class Adam(AdamSettings):
    """epsilon under the root."""

    def update(self, w, grad_loss_w):
        V_hat, S_hat = self.corrected(grad_loss_w)
        return w - self.learning_rate * V_hat / np.sqrt(S_hat + self.epsilon)


@wrong("adam")
class Adam(AdamSettings):
    """The exponent is missing: each correction is that of the first update."""

    def update(self, w, grad_loss_w):
        self.corrected(grad_loss_w)
        V_hat, S_hat = self.V / (1 - self.beta_1), self.S / (1 - self.beta_2)
        return w - self.learning_rate * V_hat / (np.sqrt(S_hat) + self.epsilon)


@wrong("adam")
class Adam(AdamSettings):
    """t starts at 1 and is raised before it is used."""

    def update(self, w, grad_loss_w):
        self.corrected(grad_loss_w)
        V_hat, S_hat = (a / (1 - b ** (self.t + 1)) for a, b in ((self.V, self.beta_1), (self.S, self.beta_2)))
        return w - self.learning_rate * V_hat / (np.sqrt(S_hat) + self.epsilon)


@wrong("adam")
class Adam(AdamSettings):
    """The corrected averages are kept."""

    def update(self, w, grad_loss_w):
        self.V, self.S = self.corrected(grad_loss_w)
        return w - self.learning_rate * self.V / (np.sqrt(self.S) + self.epsilon)


@wrong("adam")
class Adam(AdamSettings):
    """Only the root of S is left out."""

    def update(self, w, grad_loss_w):
        V_hat, S_hat = self.corrected(grad_loss_w)
        return w - self.learning_rate * V_hat / (S_hat + self.epsilon)


@wrong("adam")
class Adam(AdamSettings):
    """The largest S so far: AMSGrad."""

    largest = 0

    def update(self, w, grad_loss_w):
        V_hat, S_hat = self.corrected(grad_loss_w)
        self.largest = np.maximum(self.largest, S_hat)
        return w - self.learning_rate * V_hat / (np.sqrt(self.largest) + self.epsilon)


@wrong("adam")
class Adam(AdamSettings):
    """Decay of the weights is added: AdamW."""

    def update(self, w, grad_loss_w):
        return w - self.step(grad_loss_w) - self.learning_rate * 0.01 * w


@wrong("adam")
class Adam(AdamSettings):
    """Right for three updates; then it takes the averages for settled."""

    def update(self, w, grad_loss_w):
        V_hat, S_hat = self.corrected(grad_loss_w)
        V, S = (V_hat, S_hat) if self.t <= 3 else (self.V, self.S)
        return w - self.learning_rate * V / (np.sqrt(S) + self.epsilon)


@wrong("adam")
class Adam(AdamSettings):
    """Uphill."""

    def update(self, w, grad_loss_w):
        return w + self.step(grad_loss_w)


@wrong("adam")
class Adam(AdamSettings):
    """The step alone."""

    def update(self, w, grad_loss_w):
        return -self.step(grad_loss_w)


@wrong("adam")
class Adam(AdamSettings):
    """The parameter is changed in place."""

    def update(self, w, grad_loss_w):
        w -= self.step(grad_loss_w)
        return w


@wrong("adam")
class Adam(AdamSettings):
    """The gradient is cut off, in place, at 1."""

    def update(self, w, grad_loss_w):
        step = self.step(grad_loss_w)
        np.clip(grad_loss_w, -1, 1, out=grad_loss_w)
        return w - step


@wrong("adam")
class Adam(AdamSettings):
    """The defaults are the paper's, and those of nobody else."""

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
        super().__init__(learning_rate, beta_1, beta_2, epsilon)

    def update(self, w, grad_loss_w):
        return w - self.step(grad_loss_w)


@wrong("adam")
class Adam(AdamSettings):
    """beta_2 comes before beta_1 in the arguments, with the right defaults."""

    def __init__(self, learning_rate=0.001, beta_2=0.999, beta_1=0.9, epsilon=1e-7):
        super().__init__(learning_rate, beta_1, beta_2, epsilon)

    def update(self, w, grad_loss_w):
        return w - self.step(grad_loss_w)


@wrong("adam")
class Adam(AdamSettings):
    """All optimizers count together."""

    counted = [0]

    def update(self, w, grad_loss_w):
        self.counted[0] += 1
        self.t = self.counted[0] - 1
        return w - self.step(grad_loss_w)


# ---- adagrad, right


@right("adagrad")
class Adagrad(Optimizer):
    """The formula, line by line."""

    def __init__(self, learning_rate=0.01, epsilon=1e-7):
        super().__init__(learning_rate)
        self.epsilon, self.S = epsilon, None

    def update(self, w, grad_loss_w):
        if self.S is None:
            self.S = np.zeros_like(w)
        self.S = self.S + grad_loss_w**2
        return w - self.learning_rate * grad_loss_w / (np.sqrt(self.S) + self.epsilon)


@right("adagrad")
class Adagrad(Optimizer):
    """All gradients are kept; their length in each entry is a norm."""

    def __init__(self, learning_rate=0.01, epsilon=1e-7):
        self.learning_rate, self.epsilon, self.gradients = learning_rate, epsilon, []

    def update(self, w, grad_loss_w):
        self.gradients.append(grad_loss_w.copy())
        return w - self.learning_rate * grad_loss_w / (np.linalg.norm(self.gradients, axis=0) + self.epsilon)


@right("adagrad")
class Adagrad(Optimizer):
    """The root is kept, not the sum, and grows by np.hypot."""

    def __init__(self, learning_rate=0.01, epsilon=1e-7):
        super().__init__(learning_rate)
        self.epsilon, self.size = epsilon, 0

    def update(self, w, grad_loss_w):
        self.size = np.hypot(self.size, grad_loss_w)
        return w - grad_loss_w * (self.learning_rate / (self.size + self.epsilon))


@right("adagrad")
@dataclass
class Adagrad(Optimizer):
    """A dataclass in float32, in place on its own array."""

    learning_rate: float = 0.01
    epsilon: float = 1e-7
    S: np.ndarray | None = None

    def update(self, w, grad_loss_w):
        g = grad_loss_w.astype(np.float32)
        if self.S is None:
            self.S = np.zeros(g.shape, np.float32)
        self.S += g * g
        return w.astype(np.float32) - self.learning_rate * g / (np.sqrt(self.S) + self.epsilon)


@right("adagrad")
class Adagrad:
    """Loops, a dictionary of sums, a list of lists; it is no subclass of anything."""

    def __init__(self, learning_rate=0.01, epsilon=1e-7):
        self.learning_rate, self.epsilon, self.sums = learning_rate, epsilon, defaultdict(float)

    def update(self, w, grad_loss_w):
        new = []
        for i in range(len(w)):
            new.append([])
            for j in range(len(w[i])):
                self.sums[i, j] += grad_loss_w[i, j] ** 2
                step = self.learning_rate * grad_loss_w[i, j] / (self.sums[i, j] ** 0.5 + self.epsilon)
                new[i].append(w[i, j] - step)
        return new


@right("adagrad")
class Adagrad(Optimizer):
    """RMSProp's average, times the number of updates: the mean of the squares is a sum over t."""

    def __init__(self, learning_rate=0.01, epsilon=1e-7):
        super().__init__(learning_rate)
        self.epsilon, self.mean, self.t = epsilon, 0, 0

    def update(self, w, grad_loss_w):
        self.t += 1
        self.mean = self.mean + (grad_loss_w**2 - self.mean) / self.t
        return w - self.learning_rate * grad_loss_w / (np.sqrt(self.t * self.mean) + self.epsilon)


# ---- adagrad, wrong


class AdagradSettings(Optimizer):
    """What most of the wrong answers below share: the arguments, and S = 0."""

    def __init__(self, learning_rate=0.01, epsilon=1e-7):
        super().__init__(learning_rate)
        self.epsilon, self.S = epsilon, 0

    def step(self, g):
        """Move S on and return the right step."""
        self.S = self.S + g**2
        return self.learning_rate * g / (np.sqrt(self.S) + self.epsilon)


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """Not attempted: the settings are kept, update is still to be written."""

    def update(self, w, grad_loss_w):
        raise NotImplementedError


@wrong("adagrad")
class Adagrad(Optimizer):
    """Not attempted: the cell as released."""

    def __init__(self, learning_rate=0.01, epsilon=1e-7):
        raise NotImplementedError

    def update(self, w, grad_loss_w):
        raise NotImplementedError


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """All zeros."""

    def update(self, w, grad_loss_w):
        return np.zeros_like(w)


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """Returns None."""

    def update(self, w, grad_loss_w):
        w = w - self.step(grad_loss_w)


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """RMSProp."""

    def update(self, w, grad_loss_w):
        self.S = 0.9 * self.S + 0.1 * grad_loss_w**2
        return w - self.learning_rate * grad_loss_w / (np.sqrt(self.S) + self.epsilon)


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """The sum is never stored."""

    def update(self, w, grad_loss_w):
        S = self.S + grad_loss_w**2
        return w - self.learning_rate * grad_loss_w / (np.sqrt(S) + self.epsilon)


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """The sum starts at 0.1, as Keras's does."""

    def update(self, w, grad_loss_w):
        self.S = self.S if np.any(self.S) else 0.1
        return w - self.step(grad_loss_w)


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """epsilon under the root."""

    def update(self, w, grad_loss_w):
        self.S = self.S + grad_loss_w**2
        return w - self.learning_rate * grad_loss_w / np.sqrt(self.S + self.epsilon)


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """The sizes are summed."""

    def update(self, w, grad_loss_w):
        self.S = self.S + np.abs(grad_loss_w)
        return w - self.learning_rate * grad_loss_w / (self.S + self.epsilon)


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """The last two squares only."""

    def update(self, w, grad_loss_w):
        S, self.S = self.S + grad_loss_w**2, grad_loss_w**2
        return w - self.learning_rate * grad_loss_w / (np.sqrt(S) + self.epsilon)


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """One sum for all entries."""

    def update(self, w, grad_loss_w):
        self.S = self.S + np.sum(grad_loss_w**2)
        return w - self.learning_rate * grad_loss_w / (np.sqrt(self.S) + self.epsilon)


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """One sum for each row: right for shapes of one column."""

    def update(self, w, grad_loss_w):
        self.S = self.S + np.sum(grad_loss_w**2, axis=1, keepdims=True)
        return w - self.learning_rate * grad_loss_w / (np.sqrt(self.S) + self.epsilon)


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """The learning rate shrinks for good, on top of the sum."""

    def update(self, w, grad_loss_w):
        self.learning_rate *= 0.99
        return w - self.step(grad_loss_w)


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """Uphill."""

    def update(self, w, grad_loss_w):
        return w + self.step(grad_loss_w)


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """The step alone."""

    def update(self, w, grad_loss_w):
        return self.step(grad_loss_w)


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """The parameter is changed in place."""

    def update(self, w, grad_loss_w):
        w -= self.step(grad_loss_w)
        return w


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """The default of the learning rate is RMSProp's."""

    def __init__(self, learning_rate=0.001, epsilon=1e-7):
        super().__init__(learning_rate, epsilon)

    def update(self, w, grad_loss_w):
        return w - self.step(grad_loss_w)


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """The default of epsilon is larger."""

    def __init__(self, learning_rate=0.01, epsilon=1e-6):
        super().__init__(learning_rate, epsilon)

    def update(self, w, grad_loss_w):
        return w - self.step(grad_loss_w)


@wrong("adagrad")
class Adagrad(AdagradSettings):
    """Entries whose gradient is 0 become nan: epsilon is forgotten where it is small."""

    def update(self, w, grad_loss_w):
        self.epsilon = round(self.epsilon, 5)
        return w - self.step(grad_loss_w)


# ---- rprop, right


@right("rprop")
class RProp(Optimizer):
    """The rule with np.where, state made at the first update."""

    def __init__(self, learning_rate=0.01, eta_plus=1.2, eta_minus=0.5, step_min=1e-6, step_max=50.0):
        super().__init__(learning_rate)
        self.eta_plus, self.eta_minus, self.step_min, self.step_max = eta_plus, eta_minus, step_min, step_max
        self.D = self.g_before = None

    def update(self, w, grad_loss_w):
        if self.D is None:
            self.D, self.g_before = np.full_like(w, self.learning_rate), np.zeros_like(w)
        agree = grad_loss_w * self.g_before
        longer = np.minimum(self.D * self.eta_plus, self.step_max)
        shorter = np.maximum(self.D * self.eta_minus, self.step_min)
        self.D = np.where(agree > 0, longer, np.where(agree < 0, shorter, self.D))
        self.g_before = np.where(agree < 0, 0, grad_loss_w)
        return w - np.sign(self.g_before) * self.D


@right("rprop")
class RProp(Optimizer):
    """Masks, in place on arrays of its own; the base class is not asked."""

    def __init__(self, learning_rate=0.01, eta_plus=1.2, eta_minus=0.5, step_min=1e-6, step_max=50.0):
        self.factors, self.limits, self.first = (eta_plus, eta_minus), (step_min, step_max), learning_rate
        self.state = {}

    def update(self, w, grad_loss_w):
        g = grad_loss_w.copy()
        step = self.state.setdefault("step", self.first * np.ones(w.shape))
        signs = np.sign(g) * self.state.get("sign", 0)
        step[signs == 1] *= self.factors[0]
        step[signs == -1] *= self.factors[1]
        np.clip(step, *self.limits, out=step)
        g[signs == -1] = 0
        self.state["sign"] = np.sign(g)
        return w - self.state["sign"] * step


@right("rprop")
class RProp(Optimizer):
    """Entry by entry, with ifs."""

    def __init__(self, learning_rate=0.01, eta_plus=1.2, eta_minus=0.5, step_min=1e-6, step_max=50.0):
        super().__init__(learning_rate)
        self.eta_plus, self.eta_minus, self.step_min, self.step_max = eta_plus, eta_minus, step_min, step_max
        self.steps, self.before = defaultdict(lambda: learning_rate), defaultdict(float)

    def update(self, w, grad_loss_w):
        new = np.array(w)
        for place in np.ndindex(w.shape):
            g = grad_loss_w[place]
            if g * self.before[place] > 0:
                self.steps[place] = min(self.steps[place] * self.eta_plus, self.step_max)
            elif g * self.before[place] < 0:
                self.steps[place] = max(self.steps[place] * self.eta_minus, self.step_min)
                g = 0.0
            if g > 0:
                new[place] -= self.steps[place]
            elif g < 0:
                new[place] += self.steps[place]
            self.before[place] = g
        return new


@right("rprop")
@dataclass
class RProp(Optimizer):
    """A dataclass; np.select and np.clip, in float32."""

    learning_rate: float = 0.01
    eta_plus: float = 1.2
    eta_minus: float = 0.5
    step_min: float = 1e-6
    step_max: float = 50.0
    previous: object = 0
    size: object = None

    def update(self, w, grad_loss_w):
        g = grad_loss_w.astype(np.float32)
        self.size = np.full(g.shape, self.learning_rate, np.float32) if self.size is None else self.size
        flip, same = np.sign(g) == -np.sign(self.previous), np.sign(g) == np.sign(self.previous)
        flip, same = flip & (g != 0), same & (g != 0)
        factor = np.select([same, flip], [self.eta_plus, self.eta_minus], 1.0)
        self.size = np.clip(self.size * factor, self.step_min, self.step_max).astype(np.float32)
        self.previous = np.where(flip, 0, g)
        return w.astype(np.float32) - np.sign(self.previous) * self.size


@right("rprop")
class RProp:
    """A flat list of pairs, (gradient, step size); lists come back, and it is no subclass of anything."""

    def __init__(self, learning_rate=0.01, eta_plus=1.2, eta_minus=0.5, step_min=1e-6, step_max=50.0):
        self.settings = learning_rate, eta_plus, eta_minus, step_min, step_max
        self.memory = None

    def update(self, w, grad_loss_w):
        start, plus, minus, least, most = self.settings
        if self.memory is None:
            self.memory = [(0.0, start)] * w.size
        new, memory = [], []
        for x, g, (g_old, d) in zip(w.flat, grad_loss_w.flat, self.memory, strict=True):
            d = min(d * plus, most) if g * g_old > 0 else max(d * minus, least) if g * g_old < 0 else d
            g = 0.0 if g * g_old < 0 else g
            new.append(x - math.copysign(d, g) if g else x)
            memory.append((g, d))
        self.memory = memory
        return np.array(new).reshape(w.shape).tolist()


@right("rprop")
class RProp(Optimizer):
    """A factor for each of the three cases, picked by the sign as an index."""

    def __init__(self, learning_rate=0.01, eta_plus=1.2, eta_minus=0.5, step_min=1e-6, step_max=50.0):
        super().__init__(learning_rate)
        self.factors = np.array([1.0, eta_plus, eta_minus])  # for 0, 1 and -1
        self.step_min, self.step_max = step_min, step_max
        self.delta, self.sign = learning_rate, 0

    def update(self, w, grad_loss_w):
        sign = np.sign(grad_loss_w).astype(int)
        change = sign * self.sign
        self.delta = self.delta * self.factors[change]
        self.delta = np.minimum(np.maximum(self.delta, self.step_min), self.step_max)
        self.sign = sign * (change >= 0)
        return w - self.delta * self.sign


# ---- rprop, wrong


class RPropSettings(Optimizer):
    """What most of the wrong answers below share: the arguments, the first step size, and no gradient before."""

    def __init__(self, learning_rate=0.01, eta_plus=1.2, eta_minus=0.5, step_min=1e-6, step_max=50.0):
        super().__init__(learning_rate)
        self.eta_plus, self.eta_minus, self.step_min, self.step_max = eta_plus, eta_minus, step_min, step_max
        self.D, self.before = learning_rate, 0

    def resize(self, agree):
        """Move the step sizes on, where gradients agree and where they do not."""
        longer, shorter = (
            np.minimum(self.D * self.eta_plus, self.step_max),
            np.maximum(self.D * self.eta_minus, self.step_min),
        )
        self.D = np.where(agree > 0, longer, np.where(agree < 0, shorter, self.D))

    def move(self, g):
        """Return the right move."""
        agree = g * self.before
        self.resize(agree)
        self.before = np.where(agree < 0, 0, g)
        return -np.sign(self.before) * self.D


@wrong("rprop")
class RProp(RPropSettings):
    """Not attempted: the settings are kept, update is still to be written."""

    def update(self, w, grad_loss_w):
        raise NotImplementedError


@wrong("rprop")
class RProp(Optimizer):
    """Not attempted: the cell as released."""

    def __init__(self, learning_rate=0.01, eta_plus=1.2, eta_minus=0.5, step_min=1e-6, step_max=50.0):
        raise NotImplementedError

    def update(self, w, grad_loss_w):
        raise NotImplementedError


@wrong("rprop")
class RProp(RPropSettings):
    """All zeros."""

    def update(self, w, grad_loss_w):
        return np.zeros_like(w)


@wrong("rprop")
class RProp(RPropSettings):
    """Returns None."""

    def update(self, w, grad_loss_w):
        self.move(grad_loss_w)


@wrong("rprop")
class RProp(RPropSettings):
    """Always the first step: the sign, times the learning rate."""

    def update(self, w, grad_loss_w):
        return w - self.learning_rate * np.sign(grad_loss_w)


@wrong("rprop")
class RProp(RPropSettings):
    """An entry moves even where its gradient is 0: upwards."""

    def update(self, w, grad_loss_w):
        agree = grad_loss_w * self.before
        self.resize(agree)
        self.before = np.where(agree < 0, 0, grad_loss_w)
        return w + np.where(agree < 0, 0, np.where(grad_loss_w > 0, -self.D, self.D))


@wrong("rprop")
class RProp(RPropSettings):
    """No waiting after a change of sign."""

    def update(self, w, grad_loss_w):
        self.resize(grad_loss_w * self.before)
        self.before = grad_loss_w
        return w - np.sign(grad_loss_w) * self.D


@wrong("rprop")
class RProp(RPropSettings):
    """It waits, but remembers the gradient for which it did."""

    def update(self, w, grad_loss_w):
        agree = grad_loss_w * self.before
        self.resize(agree)
        self.before = grad_loss_w
        return w - np.where(agree < 0, 0, np.sign(grad_loss_w)) * self.D


@wrong("rprop")
class RProp(RPropSettings):
    """RProp+: the last step is taken back."""

    last = 0

    def update(self, w, grad_loss_w):
        back = np.where(grad_loss_w * self.before < 0, -self.last, 0)
        self.last = self.move(grad_loss_w)
        return w + self.last + back


@wrong("rprop")
class RProp(RPropSettings):
    """The first update counts as agreement: the first step is eta_plus times too long."""

    def update(self, w, grad_loss_w):
        self.before = np.where(self.D is self.learning_rate, grad_loss_w, self.before)
        return w + self.move(grad_loss_w)


@wrong("rprop")
class RProp(RPropSettings):
    """The factors are added, not multiplied."""

    def resize(self, agree):
        D = self.D + np.where(agree > 0, self.eta_plus, np.where(agree < 0, -self.eta_minus, 0))
        self.D = np.clip(D, self.step_min, self.step_max)

    def update(self, w, grad_loss_w):
        return w + self.move(grad_loss_w)


@wrong("rprop")
class RProp(RPropSettings):
    """No longest step."""

    def resize(self, agree):
        self.D = np.where(agree > 0, self.D * self.eta_plus, np.where(agree < 0, self.D * self.eta_minus, self.D))
        self.D = np.maximum(self.D, self.step_min)

    def update(self, w, grad_loss_w):
        return w + self.move(grad_loss_w)


@wrong("rprop")
class RProp(RPropSettings):
    """No shortest step."""

    def resize(self, agree):
        self.D = np.where(agree > 0, self.D * self.eta_plus, np.where(agree < 0, self.D * self.eta_minus, self.D))
        self.D = np.minimum(self.D, self.step_max)

    def update(self, w, grad_loss_w):
        return w + self.move(grad_loss_w)


@wrong("rprop")
class RProp(RPropSettings):
    """The limits are swapped, so that all steps are step_min or step_max."""

    def resize(self, agree):
        super().resize(agree)
        self.D = np.minimum(np.maximum(self.D, self.step_max), self.step_min)

    def update(self, w, grad_loss_w):
        return w + self.move(grad_loss_w)


@wrong("rprop")
class RProp(RPropSettings):
    """The factors are those of the paper, whatever was asked for."""

    def update(self, w, grad_loss_w):
        self.eta_plus, self.eta_minus = 1.2, 0.5
        return w + self.move(grad_loss_w)


@wrong("rprop")
class RProp(RPropSettings):
    """The gradient's size counts."""

    def update(self, w, grad_loss_w):
        return w + self.move(grad_loss_w) * np.abs(grad_loss_w)


@wrong("rprop")
class RProp(RPropSettings):
    """One agreement for all entries, by the sign of a sum."""

    def update(self, w, grad_loss_w):
        agree = np.sum(grad_loss_w * self.before)
        self.resize(agree)
        self.before = grad_loss_w * (agree >= 0)
        return w - np.sign(self.before) * self.D


@wrong("rprop")
class RProp(RPropSettings):
    """Uphill."""

    def update(self, w, grad_loss_w):
        return w - self.move(grad_loss_w)


@wrong("rprop")
class RProp(RPropSettings):
    """The parameter is changed in place."""

    def update(self, w, grad_loss_w):
        w += self.move(grad_loss_w)
        return w


@wrong("rprop")
class RProp(RPropSettings):
    """The gradient is set to 0 in place."""

    def update(self, w, grad_loss_w):
        agree = grad_loss_w * self.before
        self.resize(agree)
        grad_loss_w[agree < 0] = 0
        self.before = grad_loss_w
        return w - np.sign(grad_loss_w) * self.D


@wrong("rprop")
class RProp(RPropSettings):
    """The default of step_max is 1."""

    def __init__(self, learning_rate=0.01, eta_plus=1.2, eta_minus=0.5, step_min=1e-6, step_max=1.0):
        super().__init__(learning_rate, eta_plus, eta_minus, step_min, step_max)

    def update(self, w, grad_loss_w):
        return w + self.move(grad_loss_w)


@wrong("rprop")
class RProp(RPropSettings):
    """The default of step_min is 0."""

    def __init__(self, learning_rate=0.01, eta_plus=1.2, eta_minus=0.5, step_min=0.0, step_max=50.0):
        super().__init__(learning_rate, eta_plus, eta_minus, step_min, step_max)

    def update(self, w, grad_loss_w):
        return w + self.move(grad_loss_w)


@wrong("rprop")
class RProp(RPropSettings):
    """eta_minus comes before eta_plus in the arguments."""

    def __init__(self, learning_rate=0.01, eta_minus=0.5, eta_plus=1.2, step_min=1e-6, step_max=50.0):
        super().__init__(learning_rate, eta_plus, eta_minus, step_min, step_max)

    def update(self, w, grad_loss_w):
        return w + self.move(grad_loss_w)


# ---- quickprop, right


@right("quickprop")
class Quickprop(Optimizer):
    """The three cases with np.where."""

    def __init__(self, learning_rate=0.01, mu=1.75):
        super().__init__(learning_rate)
        self.mu, self.s, self.g_before = mu, None, None

    def update(self, w, grad_loss_w):
        if self.s is None:
            self.s, self.g_before = np.zeros_like(w), np.zeros_like(w)
        g, g_before, s = grad_loss_w, self.g_before, self.s
        jump = g / (g_before - g) * s
        jump = np.sign(jump) * np.minimum(np.abs(jump), self.mu * np.abs(s))
        step = np.where((g * g_before > 0) & (np.abs(g) >= np.abs(g_before)), self.mu * s, jump)
        self.s = np.where((s == 0) | (g == g_before), -self.learning_rate * g, step)
        self.g_before = g.copy()
        return w + self.s


@right("quickprop")
class Quickprop(Optimizer):
    """Entry by entry, with ifs, the last two numbers of each in a dictionary."""

    def __init__(self, learning_rate=0.01, mu=1.75):
        self.alpha, self.mu, self.last = learning_rate, mu, {}

    def update(self, w, grad_loss_w):
        new = np.array(w)
        for place, g in np.ndenumerate(grad_loss_w):
            s, old = self.last.get(place, (0.0, 0.0))
            if s == 0 or g == old:
                step = -self.alpha * g
            elif g * old > 0 and abs(g) >= abs(old):
                step = self.mu * s
            else:
                step = g / (old - g) * s
                if abs(step) > self.mu * abs(s):
                    step = math.copysign(self.mu * abs(s), step)
            self.last[place] = step, g
            new[place] += step
        return new


@right("quickprop")
class Quickprop(Optimizer):
    """Masks on arrays of its own; the factor of s is limited, not the jump."""

    def __init__(self, learning_rate=0.01, mu=1.75):
        super().__init__(learning_rate)
        self.mu, self.state = mu, {"s": 0.0, "g": 0.0}

    def update(self, w, grad_loss_w):
        old, s = self.state["g"] * np.ones_like(w), self.state["s"] * np.ones_like(w)
        plain = (s == 0) | (grad_loss_w == old)
        factor = np.ones_like(w)
        factor[~plain] = grad_loss_w[~plain] / (old[~plain] - grad_loss_w[~plain])
        np.clip(factor, -self.mu, self.mu, out=factor)
        factor[(grad_loss_w / np.where(old == 0, 1, old) >= 1) & (old != 0)] = self.mu
        s *= factor
        s[plain] = -self.learning_rate * grad_loss_w[plain]
        self.state = {"s": s, "g": grad_loss_w.copy()}
        return w + s


@right("quickprop")
@dataclass
class Quickprop(Optimizer):
    """A dataclass; np.select, in float32."""

    learning_rate: float = 0.01
    mu: float = 1.75
    step: object = np.float32(0)
    before: object = np.float32(0)

    def update(self, w, grad_loss_w):
        g, s = grad_loss_w.astype(np.float32), self.step
        largest = np.float32(self.mu) * np.abs(s)
        self.step = np.select(
            [(s == 0) | (g == self.before), (g * self.before > 0) & (np.abs(g) >= np.abs(self.before))],
            [np.float32(-self.learning_rate) * g, np.float32(self.mu) * s],
            np.clip(s * g / (self.before - g), -largest, largest),
        )
        self.before = g
        return w.astype(np.float32) + self.step


@right("quickprop")
class Quickprop(Optimizer):
    """The slope of the slope, a Newton step: -g / ((g - g') / s)."""

    def __init__(self, learning_rate=0.01, mu=1.75):
        super().__init__(learning_rate)
        self.mu, self.w_before, self.g_before = mu, None, 0

    def update(self, w, grad_loss_w):
        s = np.zeros_like(w) if self.w_before is None else self.s
        curvature = (grad_loss_w - self.g_before) / np.where(s == 0, 1, s)
        newton = -grad_loss_w / np.where(curvature == 0, 1, curvature)
        newton = np.maximum(np.minimum(newton, self.mu * abs(s)), -self.mu * abs(s))
        beyond = np.maximum(grad_loss_w / self.g_before, 0) >= 1
        newton[beyond] = self.mu * s[beyond]
        self.s = np.where((curvature == 0) | (s == 0), -self.learning_rate * grad_loss_w, newton)
        self.w_before, self.g_before = w, grad_loss_w.copy()
        return w + self.s


@right("quickprop")
class Quickprop:
    """np.vectorize of a rule for one entry; a list comes back, and it is no subclass of anything."""

    def __init__(self, learning_rate=0.01, mu=1.75):
        def rule(g, old, s):
            if s == 0 or g == old:
                return -learning_rate * g
            if old < 0 and g <= old or old > 0 and g >= old:
                return mu * s
            return s * max(-mu, min(mu, g / (old - g)))

        self.rule, self.s, self.old = np.vectorize(rule, otypes=[float]), 0.0, 0.0

    def update(self, w, grad_loss_w):
        self.s = self.rule(grad_loss_w, self.old, self.s)
        self.old = grad_loss_w + 0
        return (w + self.s).tolist()


# ---- quickprop, wrong


class QuickpropSettings(Optimizer):
    """What most of the wrong answers below share: the arguments, no step, and no gradient before."""

    def __init__(self, learning_rate=0.01, mu=1.75):
        super().__init__(learning_rate)
        self.mu, self.s, self.before = mu, 0.0, 0.0

    def jump(self, g):
        """Return the way to the parabola's lowest point."""
        return g / (self.before - g) * self.s

    def limited(self, step):
        return np.clip(step, -self.mu * np.abs(self.s), self.mu * np.abs(self.s))

    def plain(self, g):
        return (self.s == 0) | (g == self.before)

    def beyond(self, g):
        return (g * self.before > 0) & (np.abs(g) >= np.abs(self.before))

    def next_step(self, g):
        """Return the next step, of the parts above, and remember it."""
        step = np.where(self.beyond(g), self.mu * self.s, self.limited(self.jump(g)))
        self.s, self.before = np.where(self.plain(g), -self.learning_rate * g, step), g.copy()
        return self.s

    def update(self, w, grad_loss_w):
        return w + self.next_step(grad_loss_w)


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """Not attempted: the settings are kept, update is still to be written."""

    def update(self, w, grad_loss_w):
        raise NotImplementedError


@wrong("quickprop")
class Quickprop(Optimizer):
    """Not attempted: the cell as released."""

    def __init__(self, learning_rate=0.01, mu=1.75):
        raise NotImplementedError

    def update(self, w, grad_loss_w):
        raise NotImplementedError


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """All zeros."""

    def update(self, w, grad_loss_w):
        return np.zeros_like(w)


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """Returns None."""

    def update(self, w, grad_loss_w):
        w = w + self.next_step(grad_loss_w)


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """Gradient descent."""

    def update(self, w, grad_loss_w):
        return w - self.learning_rate * grad_loss_w


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """The difference is turned round."""

    def jump(self, g):
        return g / (g - self.before) * self.s


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """No limit."""

    def limited(self, step):
        return step


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """The limit is mu itself."""

    def limited(self, step):
        return np.clip(step, -self.mu, self.mu)


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """The limit is the first step's, for ever."""

    first = None

    def limited(self, step):
        self.first = np.abs(self.s) if self.first is None and np.any(self.s) else self.first
        return step if self.first is None else np.clip(step, -self.mu * self.first, self.mu * self.first)


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """Upwards a jump may be as long as it likes."""

    def limited(self, step):
        return np.maximum(step, -self.mu * np.abs(self.s))


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """Where the slope grows, it jumps all the same: uphill."""

    def beyond(self, g):
        return np.zeros(g.shape, bool)


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """The signs are not looked at."""

    def beyond(self, g):
        return np.abs(g) >= np.abs(self.before)


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """nan where g = g'."""

    def plain(self, g):
        return np.full(g.shape, self.s == 0) if np.ndim(self.s) == 0 else self.s == 0

    def beyond(self, g):
        return (g * self.before > 0) & (np.abs(g) > np.abs(self.before))


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """An entry that has come to rest stays there."""

    def plain(self, g):
        return (g == self.before) | (np.ndim(self.s) == 0)


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """The plain step is taken in the first update only."""

    def plain(self, g):
        return np.full(g.shape, np.ndim(self.s) == 0)


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """The plain step goes up."""

    def next_step(self, g):
        plain = self.plain(g)
        step = super().next_step(g)
        self.s = np.where(plain, -step, step)
        return self.s


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """Fahlman's: the gradient is added to each step."""

    def next_step(self, g):
        plain = self.plain(g)
        self.s = super().next_step(g) - np.where(plain, 0, self.learning_rate * g)
        return self.s


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """All entries decide together."""

    def plain(self, g):
        return np.all(super().plain(g))


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """The gradient before is never renewed."""

    def next_step(self, g):
        before = self.before
        step = super().next_step(g)
        self.before = self.before if np.ndim(before) == 0 else before
        return step


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """The parameter is changed in place."""

    def update(self, w, grad_loss_w):
        w += self.next_step(grad_loss_w)
        return w


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """The gradient is changed in place."""

    def update(self, w, grad_loss_w):
        step = self.next_step(grad_loss_w)
        grad_loss_w *= -self.learning_rate
        return w + step


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """The step alone."""

    def update(self, w, grad_loss_w):
        return self.next_step(grad_loss_w)


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """The default of mu is 2."""

    def __init__(self, learning_rate=0.01, mu=2.0):
        super().__init__(learning_rate, mu)


@wrong("quickprop")
class Quickprop(QuickpropSettings):
    """mu is 1.75, whatever was asked for."""

    def __init__(self, learning_rate=0.01, mu=1.75):
        super().__init__(learning_rate)


# ---- levenberg-marquardt, right


@right("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """The equation, solved."""
    A = jacobian.T @ jacobian + damping * np.eye(jacobian.shape[1])
    return np.linalg.solve(A, -jacobian.T @ residuals)


@right("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """The inverse, and a minus in front."""
    return -np.linalg.inv(jacobian.T.dot(jacobian) + damping * np.identity(len(jacobian.T))).dot(
        jacobian.T.dot(residuals)
    )


@right("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Least squares of J, with the root of the damping below it."""
    p = jacobian.shape[1]
    J, r = np.vstack([jacobian, np.sqrt(damping) * np.eye(p)]), np.concatenate([residuals, np.zeros(p)])
    return np.linalg.lstsq(J, -r, rcond=None)[0]


@right("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """The damping is put on the diagonal in place; the pseudo-inverse; a list comes back."""
    A = np.einsum("ij,ik->jk", jacobian, jacobian)
    A[np.diag_indices_from(A)] += damping
    return list(np.linalg.pinv(A) @ np.einsum("ij,i->j", jacobian, -residuals))


@right("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Cholesky, in float32."""
    J, r = jacobian.astype(np.float32), residuals.astype(np.float32)
    L = np.linalg.cholesky(J.T @ J + np.float32(damping) * np.eye(J.shape[1], dtype=np.float32))
    return -np.linalg.solve(L.T, np.linalg.solve(L, J.T @ r))


@right("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Singular values: each direction is damped on its own."""
    U, s, Vt = np.linalg.svd(jacobian, full_matrices=False)
    return -Vt.T @ (s / (s**2 + damping) * (U.T @ residuals))


@right("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Through the residuals: J^T (J J^T + damping I)^-1 is the same matrix."""
    return -jacobian.T @ np.linalg.solve(jacobian @ jacobian.T + damping * np.eye(len(jacobian)), residuals)


@right("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Loops for the sums, and conjugate gradients in place of a solver."""
    p = jacobian.shape[1]
    A, b = damping * np.eye(p), np.zeros(p)
    for row, r in zip(jacobian, residuals, strict=True):
        A += np.outer(row, row)
        b -= row * r
    step = np.zeros(p)
    rest = direction = b
    for _ in range(p):
        along = A @ direction
        if not np.any(direction):
            break
        length = rest @ rest / (direction @ along)
        step, new = step + length * direction, rest - length * along
        rest, direction = new, new + new @ new / (rest @ rest) * direction
    return step


# ---- levenberg-marquardt, wrong


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Not attempted: the cell as released."""
    raise NotImplementedError


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """All zeros."""
    return np.zeros(jacobian.shape[1])


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Returns None."""
    np.linalg.solve(jacobian.T @ jacobian + damping * np.eye(jacobian.shape[1]), -jacobian.T @ residuals)


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Uphill."""
    return np.linalg.solve(jacobian.T @ jacobian + damping * np.eye(jacobian.shape[1]), jacobian.T @ residuals)


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Gauss and Newton."""
    return -np.linalg.pinv(jacobian) @ residuals


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """J J^T."""
    return np.linalg.solve(jacobian @ jacobian.T + damping * np.eye(len(jacobian)), -residuals)


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """The damping on every entry."""
    return np.linalg.solve(jacobian.T @ jacobian + damping, -jacobian.T @ residuals)


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Marquardt's scaling."""
    A = jacobian.T @ jacobian
    A[np.diag_indices_from(A)] *= 1 + damping
    return np.linalg.solve(A, -jacobian.T @ residuals)


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """The damping itself below J, not its root."""
    p = jacobian.shape[1]
    J, r = np.vstack([jacobian, damping * np.eye(p)]), np.append(residuals, np.zeros(p))
    return np.linalg.lstsq(J, -r)[0]


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """The damping is fixed."""
    return np.linalg.solve(jacobian.T @ jacobian + 0.01 * np.eye(jacobian.shape[1]), -jacobian.T @ residuals)


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Only where J^T J has no inverse it is damped."""
    A = jacobian.T @ jacobian
    if np.linalg.cond(A) > 1e8:
        A = A + damping * np.eye(len(A))
    return np.linalg.solve(A, -jacobian.T @ residuals)


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """A step of gradient descent."""
    return -damping * jacobian.T @ residuals


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Only the diagonal of J^T J."""
    return -jacobian.T @ residuals / (np.sum(jacobian**2, axis=0) + damping)


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """The whole return of lstsq."""
    A = jacobian.T @ jacobian + damping * np.eye(jacobian.shape[1])
    return np.linalg.lstsq(A, -jacobian.T @ residuals)


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """A column."""
    A = jacobian.T @ jacobian + damping * np.eye(jacobian.shape[1])
    return np.linalg.solve(A, -jacobian.T @ residuals[:, None])


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Means in place of sums."""
    A = jacobian.T @ jacobian / len(residuals) + damping * np.eye(jacobian.shape[1])
    return np.linalg.solve(A, -jacobian.T @ residuals / len(residuals))


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Right, but J is damped in place."""
    A = jacobian.T @ jacobian + damping * np.eye(jacobian.shape[1])
    step = np.linalg.solve(A, -jacobian.T @ residuals)
    jacobian += damping
    return step


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Right but where there are fewer residuals than parameters: by QR without the damping's rows, it damps none."""
    m, p = jacobian.shape
    A = jacobian.T @ jacobian + (damping if m >= p else 0) * np.eye(p)
    return np.linalg.lstsq(A, -jacobian.T @ residuals)[0]


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Right for little damping: from 100 on it is cut off."""
    A = jacobian.T @ jacobian + min(damping, 100) * np.eye(jacobian.shape[1])
    return np.linalg.solve(A, -jacobian.T @ residuals)


@wrong("levenberg-marquardt")
def levenberg_marquardt_step(jacobian, residuals, damping):
    """Right but for twins: it checks for an inverse of J^T J first, and finds none."""
    A = jacobian.T @ jacobian
    if np.linalg.matrix_rank(A) < min(jacobian.shape):
        raise ValueError("the Jacobian has two columns that are the same")
    return np.linalg.solve(A + damping * np.eye(len(A)), -jacobian.T @ residuals)


# ---- stopping, right


@right("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """The best so far, and a count."""
    best = float("inf")
    waited = 0
    for loss in val_losses:
        if loss < best - min_delta:
            best = loss
            waited = 0
        else:
            waited += 1
    return waited >= patience


@right("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """The first loss is the best to begin with; the epoch that improved last is remembered."""
    if len(val_losses) == 0:
        return False
    best, improved = val_losses[0], 0
    for epoch in range(1, len(val_losses)):
        if best - val_losses[epoch] > min_delta:
            best, improved = val_losses[epoch], epoch
    return len(val_losses) - 1 - improved >= patience


@right("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """It stops as soon as the count is reached, and looks no further; 1 and 0 come back."""
    best, left = None, patience
    for loss in val_losses:
        if best is None or loss + min_delta < best:
            best, left = loss, patience
            continue
        left -= 1
        if left == 0:
            return 1
    return 0


@right("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """Every epoch is marked, then the last `patience` marks are looked at; NumPy's bool comes back."""
    losses, best, marks = np.asarray(val_losses, float), np.inf, []
    for loss in losses:
        marks.append(bool(loss < best - min_delta))
        best = loss if marks[-1] else best
    return np.all(np.logical_not(marks[-patience:])) if len(marks) > patience else np.False_


@right("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """Recursion over the history, from the end."""

    def best_and_waited(n):
        if n == 0:
            return math.inf, 0
        best, waited = best_and_waited(n - 1)
        return (val_losses[n - 1], 0) if val_losses[n - 1] < best - min_delta else (best, waited + 1)

    return best_and_waited(len(val_losses))[1] >= patience


@right("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """functools.reduce, and a slip that does no harm: before the first epoch it raises an IndexError."""
    best, waited = functools.reduce(
        lambda state, loss: (loss, 0) if loss < state[0] - min_delta else (state[0], state[1] + 1),
        val_losses[1:],
        (val_losses[0], 0),
    )
    return bool(waited >= patience)


@right("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """Only those epochs are looked for that make a new best; `index` finds them in the list."""
    n, improved = len(val_losses), -1
    best = math.inf
    while True:
        better = [epoch for epoch in range(improved + 1, n) if best - val_losses[epoch] > min_delta]
        if not better:
            return n > 0 and n - (improved + 1) >= patience
        improved = better[0]
        best = val_losses[improved]


# ---- stopping, wrong


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """Not attempted: the cell as released."""
    raise NotImplementedError


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """Never."""
    return False


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """Always."""
    return True


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """Returns None."""
    best = min(val_losses)
    best < val_losses[-1]  # noqa: B015 - as seen


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """By the number of epochs alone."""
    return len(val_losses) > patience


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """The slide's slip: it stops when the losses fall."""
    last = val_losses[-patience - 1 :]
    return len(last) > patience and all(b < a - min_delta for a, b in zip(last, last[1:], strict=False))


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """Each of the last epochs is worse than the one before it."""
    last = val_losses[-patience - 1 :]
    return len(last) > patience and all(b >= a - min_delta for a, b in zip(last, last[1:], strict=False))


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """The last epoch against the one `patience` before."""
    return len(val_losses) > patience and val_losses[-1] >= val_losses[-1 - patience] - min_delta


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """Where the lowest loss stands, the last time: right without a min_delta and without ties."""
    if len(val_losses) == 0:
        return False
    lowest = len(val_losses) - 1 - int(np.argmin(val_losses[::-1]))
    return len(val_losses) - 1 - lowest >= patience


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """Where the lowest loss stands: right without a min_delta."""
    return len(val_losses) > 0 and len(val_losses) - 1 - int(np.argmin(val_losses)) >= patience


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """The best of the last against the best before: right but where small steps add up."""
    if len(val_losses) <= patience:
        return False
    return min(val_losses[-patience:]) >= min(val_losses[:-patience]) - min_delta


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """The best follows each lower loss."""
    best, waited = math.inf, 0
    for loss in val_losses:
        waited = 0 if loss < best - min_delta else waited + 1
        best = min(best, loss)
    return waited >= patience


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """min_delta is a share of the best."""
    best, waited = math.inf, 0
    for loss in val_losses:
        best, waited = (loss, 0) if loss < best * (1 - min_delta) else (best, waited + 1)
    return waited >= patience


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """At least min_delta, and <= where it is 0."""
    best, waited = math.inf, 0
    for loss in val_losses:
        best, waited = (loss, 0) if loss <= best - min_delta else (best, waited + 1)
    return waited >= patience


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """At least min_delta, though below the best in any case."""
    best, waited = math.inf, 0
    for loss in val_losses:
        best, waited = (loss, 0) if best - loss >= max(min_delta, 1e-12) else (best, waited + 1)
    return waited >= patience


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """More than patience."""
    best, waited = math.inf, 0
    for loss in val_losses:
        best, waited = (loss, 0) if loss < best - min_delta else (best, waited + 1)
    return waited > patience


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """Exactly patience."""
    best, waited = math.inf, 0
    for loss in val_losses:
        best, waited = (loss, 0) if loss < best - min_delta else (best, waited + 1)
    return waited == patience


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """The count comes back."""
    best, waited = math.inf, 0
    for loss in val_losses:
        best, waited = (loss, 0) if loss < best - min_delta else (best, waited + 1)
    return waited


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """Text comes back."""
    best, waited = math.inf, 0
    for loss in val_losses:
        best, waited = (loss, 0) if loss < best - min_delta else (best, waited + 1)
    return "stop" if waited >= patience else "go on"


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """Epochs without improvement are counted, in a row or not."""
    best, waited = math.inf, 0
    for loss in val_losses:
        if loss < best - min_delta:
            best = loss
        else:
            waited += 1
    return waited >= patience


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0, memory={"best": math.inf, "waited": 0}):  # noqa: B006 - the mistake
    """Only the newest loss is looked at; the rest is remembered from call to call."""
    memory.update(best=math.inf, waited=0) if len(val_losses) == 1 else None
    if val_losses[-1] < memory["best"] - min_delta:
        memory.update(best=val_losses[-1], waited=0)
    else:
        memory["waited"] += 1
    return memory["waited"] >= patience


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=1e-4):
    """Another default of min_delta."""
    best, waited = math.inf, 0
    for loss in val_losses:
        best, waited = (loss, 0) if loss < best - min_delta else (best, waited + 1)
    return waited >= patience


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """The history is emptied."""
    best, waited = math.inf, 0
    while val_losses:
        loss = val_losses.pop(0)
        best, waited = (loss, 0) if loss < best - min_delta else (best, waited + 1)
    return waited >= patience


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """With nothing to look at, it stops."""
    best, waited = math.inf, 0 if val_losses else patience
    for loss in val_losses:
        best, waited = (loss, 0) if loss < best - min_delta else (best, waited + 1)
    return waited >= patience


@wrong("stopping")
def should_stop(val_losses, patience, min_delta=0.0):
    """Accuracy's rule: higher is better."""
    best, waited = -math.inf, 0
    for loss in val_losses:
        best, waited = (loss, 0) if loss > best + min_delta else (best, waited + 1)
    return waited >= patience
