"""Exercises: the derivatives of the mean squared error and of binary cross-entropy."""

import numpy as np

from nnkit.checks.exercise import Exercise
from nnkit.losses import BinaryCrossEntropy, MeanSquaredError

__all__ = ["bce_derivative", "mse_derivative"]


def _sizes(y_pred, **_):
    rows, columns = y_pred.shape
    return {
        "the number of entries, n": y_pred.size,
        "the number of examples (n counts every entry)": rows,
        "the number of outputs": columns,
    }


# ---- mse-derivative


def _draw_mse(rng):
    shape = tuple(rng.permutation([3, 5, 7])[:2])
    return {"y_true": 100 * rng.normal(size=shape), "y_pred": 100 * rng.normal(size=shape)}


def _probe_mse(answer, y_true, y_pred):
    loss, given = answer(), (y_true.copy(), y_pred.copy())
    yield "derivative", loss.derivative(*given)
    yield "one column", loss.derivative(y_true[:, :1].copy(), y_pred[:, :1].copy())
    yield "arguments", given


mse_derivative = Exercise(
    id="mse-derivative",
    method="derivative",
    reference=MeanSquaredError,
    claims={
        "derivative": "derivative is 2/n (Y* - Y), where n counts every entry",
        "one column": "that holds for a single output too",
        "arguments": "y_true and y_pred stay as they were",
    },
    draw=_draw_mse,
    probe=_probe_mse,
    sizes=_sizes,
)


@mse_derivative.mistake("Y - Y* in place of Y* - Y: the derivative is with respect to the prediction, Y*.")
def _(self, y_true, y_pred):
    return 2 / y_pred.size * (y_true - y_pred)


@mse_derivative.mistake("the 2 is missing: the derivative of a square brings it down.")
def _(self, y_true, y_pred):
    return (y_pred - y_true) / y_pred.size


@mse_derivative.mistake("the 1/n is missing: the loss is a mean, so each entry's share of it is 1/n.")
def _(self, y_true, y_pred):
    return 2 * (y_pred - y_true)


@mse_derivative.mistake("n counts the examples only. The mean is over every entry, so n is y_pred.size.")
def _(self, y_true, y_pred):
    return 2 / len(y_pred) * (y_pred - y_true)


@mse_derivative.mistake("n counts the outputs only. The mean is over every entry, so n is y_pred.size.")
def _(self, y_true, y_pred):
    return 2 / y_pred.shape[1] * (y_pred - y_true)


@mse_derivative.mistake("this is the loss, a single number. Its derivative has an entry for each prediction.")
def _(self, y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)


@mse_derivative.mistake("the derivatives were averaged into one number. Each prediction keeps its own: no mean.")
def _(self, y_true, y_pred):
    return np.mean(2 * (y_pred - y_true))


@mse_derivative.mistake("the difference is squared; after taking the derivative it stands there once.")
def _(self, y_true, y_pred):
    return 2 / y_pred.size * (y_pred - y_true) ** 2


@mse_derivative.mistake("the derivatives were averaged over the examples. Each row keeps its own: no mean.")
def _(self, y_true, y_pred):
    return np.mean(2 * (y_pred - y_true), axis=0)


@mse_derivative.mistake("nothing is returned: end with `return` and the derivative.")
def _(self, y_true, y_pred):
    2 / y_pred.size * (y_pred - y_true)


# ---- bce-derivative


def _draw_bce(rng):
    """Draw targets of 0 and 1 with both in each column, predictions between, and predictions of exactly 0 and 1."""
    rows, columns = rng.permutation([4, 5, 7])[:2]
    y_true = rng.permuted(np.arange(rows)[:, None] % 2 * np.ones(columns), axis=0)
    return {
        "y_true": y_true,
        "y_pred": 0.5 + rng.choice([-0.495, 0.495, 0.4, -0.4, 0.1, -0.3], size=(rows, columns)) * rng.uniform(0.99, 1),
        "exact": rng.permuted(np.arange(rows)[:, None] % 2 * np.ones(columns), axis=0),
    }


def _probe_bce(answer, y_true, y_pred, exact):
    loss, given = answer(), (y_true.copy(), y_pred.copy(), exact.copy())
    yield "derivative", loss.derivative(*given[:2])
    yield "one column", loss.derivative(y_true[:, :1].copy(), y_pred[:, :1].copy())
    certain = np.asarray(loss.derivative(given[0], given[2]), float)
    yield "finite", np.where(np.isfinite(certain), 0, certain)
    yield "sign", np.sign(np.where(exact != y_true, certain, 0))
    yield "arguments", [np.array_equal(*pair) for pair in zip(given, (y_true, y_pred, exact), strict=True)]


bce_derivative = Exercise(
    id="bce-derivative",
    method="derivative",
    reference=BinaryCrossEntropy,
    claims={
        "derivative": "derivative is 1/n (-Y/Y* + (1 - Y)/(1 - Y*)), where n counts every entry",
        "one column": "that holds for a single output too",
        "finite": "it is finite at predictions of exactly 0 and 1",
        "sign": "where such a prediction is wrong, it still points the right way: -1 to raise it, +1 to lower it",
        "arguments": "y_true and y_pred stay as they were",
    },
    draw=_draw_bce,
    probe=_probe_bce,
    sizes=_sizes,
)


def _unscaled(y_true, y_pred):
    """Return n times the derivative, clipped: what most of the versions below start from."""
    p = np.clip(y_pred, 1e-12, 1 - 1e-12)
    return -y_true / p + (1 - y_true) / (1 - p)


@bce_derivative.mistake("the formula is right, but it divides by 0: keep predictions off 0 and 1 first, with np.clip.")
def _(self, y_true, y_pred):
    return (-y_true / y_pred + (1 - y_true) / (1 - y_pred)) / y_pred.size


@bce_derivative.mistake("the formula is right, but it divides by 0: keep predictions off 0 and 1 first, with np.clip.")
def _(self, y_true, y_pred):
    return (y_pred - y_true) / (y_pred * (1 - y_pred)) / y_pred.size


@bce_derivative.mistake("the 1/n is missing (the slide drops it too): the loss is a mean over all entries.")
def _(self, y_true, y_pred):
    return _unscaled(y_true, y_pred)


@bce_derivative.mistake("the sign is reversed: raising Y* where Y is 1 lowers the loss, so dE/dY* is negative there.")
def _(self, y_true, y_pred):
    return -_unscaled(y_true, y_pred) / y_pred.size


@bce_derivative.mistake("n counts the examples only. The mean is over every entry, so n is y_pred.size.")
def _(self, y_true, y_pred):
    return _unscaled(y_true, y_pred) / len(y_pred)


@bce_derivative.mistake(
    "this is the derivative with respect to the input of a sigmoid, (Y* - Y)/n. The sigmoid layer adds that factor."
)
def _(self, y_true, y_pred):
    return (y_pred - y_true) / y_pred.size


@bce_derivative.mistake("only the first term is there. Examples with target 0 count too: + (1 - Y)/(1 - Y*).")
def _(self, y_true, y_pred):
    return -y_true / np.clip(y_pred, 1e-12, 1) / y_pred.size


@bce_derivative.mistake(
    "a sign slipped: the derivative of log(1 - Y*) brings a second minus, so the terms differ in sign."
)
def _(self, y_true, y_pred):
    p = np.clip(y_pred, 1e-12, 1 - 1e-12)
    return (-y_true / p - (1 - y_true) / (1 - p)) / y_pred.size


@bce_derivative.mistake("Y and Y* are swapped: the prediction stands in the denominators.")
def _(self, y_true, y_pred):
    p = np.clip(y_true, 1e-12, 1 - 1e-12)
    return (-y_pred / p + (1 - y_pred) / (1 - p)) / y_pred.size


@bce_derivative.mistake("this is the loss, a single number. Its derivative has an entry for each prediction.")
def _(self, y_true, y_pred):
    p = np.clip(y_pred, 1e-12, 1 - 1e-12)
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


@bce_derivative.mistake("the derivatives were averaged into one number. Each prediction keeps its own: no mean.")
def _(self, y_true, y_pred):
    return np.mean(_unscaled(y_true, y_pred))


@bce_derivative.mistake("the logarithms are still there: the derivative of log Y* is 1/Y*.")
def _(self, y_true, y_pred):
    p = np.clip(y_pred, 1e-12, 1 - 1e-12)
    return -(y_true * np.log(p) + (1 - y_true) * np.log(1 - p)) / y_pred.size


@bce_derivative.mistake(
    "nan and infinity were replaced by 0, which stops learning just where it is most wrong: clip instead."
)
def _(self, y_true, y_pred):
    d = (-y_true / y_pred + (1 - y_true) / (1 - y_pred)) / y_pred.size
    return np.where(np.isfinite(d), d, 0)


@bce_derivative.mistake("nothing is returned: end with `return` and the derivative.")
def _(self, y_true, y_pred):
    _unscaled(y_true, y_pred)
