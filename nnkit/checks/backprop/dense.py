"""Exercises: the three errors of a dense layer, the slides' steps 1 to 3."""

import numpy as np

from nnkit.checks.backprop import formulas
from nnkit.checks.exercise import Exercise

__all__ = ["dense_biases_error", "dense_input_error", "dense_weights_error"]


def _draw(rng):
    """Draw a batch for a layer of three different sizes, so that no shape fits by chance."""
    n_batch, n_inputs, n_units = rng.permutation([3, 4, 5]) + rng.integers(0, 2) * 3
    return {
        "X": rng.normal(size=(n_batch, n_inputs)),
        "W": rng.normal(size=(n_inputs, n_units)),
        "error": rng.normal(size=(n_batch, n_units)),
    }


def _sizes(X, W, **_):
    return {"the batch size": len(X), "the number of inputs": len(W), "the number of units": W.shape[1]}


def _unchanged(given, before):
    return [np.array_equal(*pair) for pair in zip(given, before, strict=True)]


# ---- dense-input-error


def _probe_input(answer, X, W, error):
    given = error.copy(), W.copy()
    yield "dE/dX", answer(*given)
    yield "one example", answer(error[:1].copy(), W.copy())
    yield "one unit", answer(error[:, :1].copy(), W[:, :1].copy())
    yield "arguments", _unchanged(given, (error, W))


dense_input_error = Exercise(
    id="dense-input-error",
    reference=formulas.input_error,
    claims={
        "dE/dX": "it returns dE/dX = dE/dY W^T, shaped like X: (batch, n_inputs)",
        "one example": "that holds for a batch of one example",
        "one unit": "it holds for a layer of one unit",
        "arguments": "output_error and weights stay as they were",
    },
    draw=_draw,
    probe=_probe_input,
    sizes=_sizes,
)


@dense_input_error.mistake("W is not transposed: each input collects the errors of its own row of weights, dE/dY W^T.")
def _(output_error, weights):
    return output_error @ weights


@dense_input_error.mistake("the factors are the other way round: rows are examples, so dE/dY stands on the left.")
def _(output_error, weights):
    return weights.T @ output_error


@dense_input_error.mistake("the factors are the other way round, and W is not transposed: dE/dX = dE/dY W^T.")
def _(output_error, weights):
    return weights @ output_error


@dense_input_error.mistake("the result is transposed. Rows are examples, so dE/dY stands on the left: dE/dY W^T.")
def _(output_error, weights):
    return weights @ output_error.T


@dense_input_error.mistake("the error of the output is transposed. It has a row for each example already: dE/dY W^T.")
def _(output_error, weights):
    return output_error.T @ weights.T


@dense_input_error.mistake("* multiplies entry by entry; the sum over the units is a matrix product, written @.")
def _(output_error, weights):
    return output_error * weights.T


@dense_input_error.mistake("* multiplies entry by entry; the sum over the units is a matrix product, written @.")
def _(output_error, weights):
    return output_error * weights


@dense_input_error.mistake("dE/dY comes back as it was. On the way to X it goes through the weights: dE/dY W^T.")
def _(output_error, weights):
    return output_error


@dense_input_error.mistake("the errors are added up over the batch. Each example keeps a row of its own: no sum here.")
def _(output_error, weights):
    return (output_error @ weights.T).sum(axis=0, keepdims=True)


@dense_input_error.mistake("the errors are averaged over the batch. Each example keeps a row of its own: no mean here.")
def _(output_error, weights):
    return (output_error @ weights.T).mean(axis=0, keepdims=True)


@dense_input_error.mistake("it is divided by the batch size. If E is a mean, dE/dY holds that factor already.")
def _(output_error, weights):
    return output_error @ weights.T / len(output_error)


@dense_input_error.mistake("the sign is reversed. An error is passed on as it is; the minus comes with the step.")
def _(output_error, weights):
    return -output_error @ weights.T


# ---- dense-weights-error


def _probe_weights(answer, X, W, error):
    given = X.copy(), error.copy()
    yield "dE/dW", answer(*given)
    yield "one example", answer(X[:1].copy(), error[:1].copy())
    yield "one unit", answer(X.copy(), error[:, :1].copy())
    yield "arguments", _unchanged(given, (X, error))


dense_weights_error = Exercise(
    id="dense-weights-error",
    reference=formulas.weights_error,
    claims={
        "dE/dW": "it returns dE/dW = X^T dE/dY, shaped like W: (n_inputs, n_units)",
        "one example": "that holds for a batch of one example",
        "one unit": "it holds for a layer of one unit",
        "arguments": "layer_input and output_error stay as they were",
    },
    draw=_draw,
    probe=_probe_weights,
    sizes=_sizes,
)


@dense_weights_error.mistake("X is not transposed: the sum runs over the examples, X^T dE/dY.")
def _(layer_input, output_error):
    return layer_input @ output_error


@dense_weights_error.mistake("the factors are the other way round: X^T stands on the left, X^T dE/dY.")
def _(layer_input, output_error):
    return output_error @ layer_input.T


@dense_weights_error.mistake("the factors are the other way round, and nothing is transposed: X^T dE/dY.")
def _(layer_input, output_error):
    return output_error @ layer_input


@dense_weights_error.mistake("the result is transposed. Like W it has a row for each input: X^T dE/dY.")
def _(layer_input, output_error):
    return output_error.T @ layer_input


@dense_weights_error.mistake("dE/dY is transposed in place of X: X^T dE/dY.")
def _(layer_input, output_error):
    return layer_input @ output_error.T


@dense_weights_error.mistake("both are transposed. Only X is: X^T dE/dY.")
def _(layer_input, output_error):
    return layer_input.T @ output_error.T


@dense_weights_error.mistake("* multiplies entry by entry; the sum over the examples is a matrix product, written @.")
def _(layer_input, output_error):
    return layer_input.T * output_error


@dense_weights_error.mistake("* multiplies entry by entry; the sum over the examples is a matrix product, written @.")
def _(layer_input, output_error):
    return layer_input * output_error


@dense_weights_error.mistake("it is divided by the batch size. If E is a mean, dE/dY holds that factor already.")
def _(layer_input, output_error):
    return layer_input.T @ output_error / len(layer_input)


@dense_weights_error.mistake(
    "inputs and errors are added up over the batch before they are multiplied. The input of one example meets "
    "the error of the same example: multiply first, then add."
)
def _(layer_input, output_error):
    return np.outer(layer_input.sum(axis=0), output_error.sum(axis=0))


@dense_weights_error.mistake(
    "inputs and errors are averaged over the batch before they are multiplied. The input of one example meets "
    "the error of the same example: multiply first, then add."
)
def _(layer_input, output_error):
    return np.outer(layer_input.mean(axis=0), output_error.mean(axis=0))


@dense_weights_error.mistake("only the first example counts. The weights are shared, so add up over the batch.")
def _(layer_input, output_error):
    return np.outer(layer_input[0], output_error[0])


@dense_weights_error.mistake("only the last example counts. The weights are shared, so add up over the batch.")
def _(layer_input, output_error):
    return np.outer(layer_input[-1], output_error[-1])


@dense_weights_error.mistake(
    "each example has a matrix of its own. The weights are shared, so add them up over the batch."
)
def _(layer_input, output_error):
    return layer_input[:, :, None] * output_error[:, None, :]


@dense_weights_error.mistake("the sign is reversed. This is the derivative; the minus comes with the step.")
def _(layer_input, output_error):
    return -layer_input.T @ output_error


# ---- dense-biases-error


def _probe_biases(answer, X, W, error):
    given = error.copy()
    yield "dE/dB", answer(given)
    yield "one example", answer(error[:1].copy())
    yield "one unit", answer(error[:, :1].copy())
    yield "arguments", np.array_equal(given, error)


dense_biases_error = Exercise(
    id="dense-biases-error",
    reference=formulas.biases_error,
    claims={
        "dE/dB": "it returns dE/dB, the sum of the rows of dE/dY, shaped like B: (1, n_units)",
        "one example": "for a batch of one example it is dE/dY itself",
        "one unit": "it works for a layer of one unit",
        "arguments": "output_error stays as it was",
    },
    draw=_draw,
    probe=_probe_biases,
    sizes=_sizes,
)


@dense_biases_error.mistake(
    "dE/dB = dE/dY holds for one example, which is what the slide shows. All examples of a batch share the biases: "
    "add up the rows."
)
def _(output_error):
    return output_error


@dense_biases_error.mistake("the shape is (n_units,), a vector. Like B it is one row, (1, n_units): keepdims=True.")
def _(output_error):
    return output_error.sum(axis=0)


@dense_biases_error.mistake("this is a mean. E counts every example, so the rows are added up: a sum.")
def _(output_error):
    return output_error.mean(axis=0, keepdims=True)


@dense_biases_error.mistake("this is a mean, and a vector. Add up the rows and keep one row: sum, with keepdims=True.")
def _(output_error):
    return output_error.mean(axis=0)


@dense_biases_error.mistake("the sum runs over the units. Rows are examples: add up along axis 0.")
def _(output_error):
    return output_error.sum(axis=1, keepdims=True)


@dense_biases_error.mistake("the sum runs over the units. Rows are examples: add up along axis 0, with keepdims=True.")
def _(output_error):
    return output_error.sum(axis=1)


@dense_biases_error.mistake("everything is added up to one number. Each unit has a bias of its own: axis=0.")
def _(output_error):
    return output_error.sum()


@dense_biases_error.mistake("everything is added up to one number. Each unit has a bias of its own: axis=0.")
def _(output_error):
    return output_error.sum(keepdims=True)


@dense_biases_error.mistake("the result stands upright, (n_units, 1). Like B it is a row, (1, n_units).")
def _(output_error):
    return output_error.sum(axis=0)[:, None]


@dense_biases_error.mistake("only the first example counts. All examples share the biases: add up the rows.")
def _(output_error):
    return output_error[:1]


@dense_biases_error.mistake("only the last example counts. All examples share the biases: add up the rows.")
def _(output_error):
    return output_error[-1:]


@dense_biases_error.mistake("the sign is reversed. This is the derivative; the minus comes with the step.")
def _(output_error):
    return -output_error.sum(axis=0, keepdims=True)
