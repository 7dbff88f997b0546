"""Exercise: one gradient-descent step of a network of two layers, all by hand."""

import numpy as np

from nnkit.checks.backprop import formulas
from nnkit.checks.backprop.dense import dense_biases_error, dense_input_error, dense_weights_error
from nnkit.checks.backprop.formulas import sigmoid
from nnkit.checks.exercise import Exercise

__all__ = ["one_step_by_hand"]

ORDER = "W1", "B1", "W2", "B2"


def _draw(rng):
    """Draw a batch and a network, of four different sizes, so that no shape and no factor fits by chance."""
    n_batch, n_inputs, n_hidden, n_outputs = rng.permutation([3, 4, 5, 7])
    shapes = {"W1": (n_inputs, n_hidden), "B1": (1, n_hidden), "W2": (n_hidden, n_outputs), "B2": (1, n_outputs)}
    return {
        "x": rng.normal(size=(n_batch, n_inputs)),
        "y": 3 * rng.normal(size=(n_batch, n_outputs)),
        **{name: rng.normal(size=shape) for name, shape in shapes.items()},
        "learning_rate": round(float(rng.uniform(0.55, 0.95)), 3),
    }


def _probe(answer, x, y, W1, B1, W2, B2, learning_rate):
    before = x, y, W1, B1, W2, B2
    given = [array.copy() for array in before]
    result = answer(*given, learning_rate)
    yield "results", _words_for(result)
    after = dict(zip(ORDER, result, strict=True))
    for name, parameter in {"W2": W2, "B2": B2, "W1": W1, "B1": B1}.items():
        yield name, _gradient(parameter, after[name], learning_rate)
    yield "arguments", [np.array_equal(*pair) for pair in zip(given, before, strict=True)]
    half = answer(*(array.copy() for array in before), learning_rate / 2)
    yield "half a step", [value for array in half for value in np.ravel(array)]
    one = answer(x[:1].copy(), y[:1].copy(), W1.copy(), B1.copy(), W2.copy(), B2.copy(), learning_rate)
    yield "one example", [value for array in one for value in np.ravel(array)]


def _words_for(result):
    """Say what came; "4 arrays" is expected."""
    if not isinstance(result, tuple | list):
        return None if result is None else type(result).__name__
    return f"{len(result)} arrays"


def _gradient(before, after, learning_rate):
    """Return the gradient that the step went down, or what came, where that is not shaped like the parameter."""
    if np.shape(after) != before.shape:
        return after
    return (before - np.asarray(after)) / learning_rate


def _sizes(x, y, W1, learning_rate, **_):
    return {
        "the learning rate": learning_rate,
        "the number of entries of y": y.size,
        "the batch size": len(x),
        "the number of outputs": y.shape[1],
    }


one_step_by_hand = Exercise(
    id="one-step-by-hand",
    reference=formulas.train_step,
    claims={
        "results": "it returns four arrays: W1, B1, W2, B2",
        "W2": "W2 takes a step down dE/dW2 (shown as gradient: the step over the learning rate)",
        "B2": "B2 takes a step down dE/dB2",
        "W1": "W1 takes a step down dE/dW1",
        "B1": "B1 takes a step down dE/dB1",
        "arguments": "what was handed in stays as it was",
        "half a step": "with half the learning rate each step is half as long",
        "one example": "it works for a batch of one example",
    },
    draw=_draw,
    probe=_probe,
    uses=(dense_input_error, dense_weights_error, dense_biases_error),
    sizes=_sizes,
)


def _version(
    forward=sigmoid,
    slope=lambda Z, H: H * (1 - H),
    loss=lambda y, Y: 2 / y.size * (Y - y),
    way_back=lambda W2, new_W2: W2,
    rows=formulas.biases_error,
    step=lambda parameter, gradient, learning_rate: parameter - learning_rate * gradient,
):
    """Return a version of train_step that is right but for what is handed in: most of the versions below."""

    def train_step(x, y, W1, B1, W2, B2, learning_rate):
        Z = x @ W1 + B1
        H = forward(Z)
        dY = loss(y, H @ W2 + B2)
        new_W2 = step(W2, H.T @ dY, learning_rate)
        dZ = dY @ way_back(W2, new_W2).T * slope(Z, H)
        new_B1, new_B2 = step(B1, rows(dZ), learning_rate), step(B2, rows(dY), learning_rate)
        return step(W1, x.T @ dZ, learning_rate), new_B1, new_W2, new_B2

    return train_step


# What is wrong in a version, and the sentence that says so.
_versions = {
    "the error goes back through the new W2. The output was made with the old one: go all the way back first, then "
    "take the steps.": {"way_back": lambda W2, new_W2: new_W2},
    "this goes uphill. Look for a reversed sign in two places: the error at the output is Y* - Y, and the step is "
    "minus learning_rate times the gradient.": {"step": lambda parameter, gradient, rate: parameter + rate * gradient},
    "the gradients come back. Return the weights and biases after the step.": {
        "step": lambda parameter, gradient, rate: gradient
    },
    "the steps come back. Return the weights and biases after them.": {
        "step": lambda parameter, gradient, rate: -rate * gradient
    },
    "the learning rate is missing from the steps.": {"step": lambda parameter, gradient, rate: parameter - gradient},
    "the 2/n is missing: E is the mean of the squares, so dE/dY* = 2/n (Y* - Y).": {"loss": lambda y, Y: Y - y},
    "the 2 is missing: the derivative of a square brings it down, dE/dY* = 2/n (Y* - Y).": {
        "loss": lambda y, Y: (Y - y) / y.size
    },
    "the 1/n is missing: E is a mean, so dE/dY* = 2/n (Y* - Y).": {"loss": lambda y, Y: 2 * (Y - y)},
    "n counts the examples only. The mean is over every entry of Y*, so n is y.size.": {
        "loss": lambda y, Y: 2 / len(y) * (Y - y)
    },
    "n counts the examples only, and the 2 is missing: dE/dY* = 2/n (Y* - Y), with n = y.size.": {
        "loss": lambda y, Y: (Y - y) / len(y)
    },
    "n counts the outputs only. The mean is over every entry of Y*, so n is y.size.": {
        "loss": lambda y, Y: 2 / y.shape[1] * (Y - y)
    },
    "the difference is still squared: dE/dY* = 2/n (Y* - Y).": {"loss": lambda y, Y: 2 / y.size * (Y - y) ** 2},
    "the output layer has a sigmoid too. Here it is linear: Y* = H W2 + B2.": {
        "loss": lambda y, Y: 2 / y.size * (sigmoid(Y) - y) * sigmoid(Y) * (1 - sigmoid(Y))
    },
    "the output layer is linear, so the error there is 2/n (Y* - Y), without any slope Y* (1 - Y*).": {
        "loss": lambda y, Y: 2 / y.size * (Y - y) * Y * (1 - Y)
    },
    "the hidden layer's sigmoid is skipped on the way back: multiply its error by H (1 - H).": {
        "slope": lambda Z, H: 1
    },
    "the slope is taken of H as if it were the input. H is sigmoid's output already: H (1 - H).": {
        "slope": lambda Z, H: sigmoid(H) * (1 - sigmoid(H))
    },
    "Z (1 - Z) treats the input of sigmoid as its output: the slope is H (1 - H), with H = sigmoid(Z).": {
        "slope": lambda Z, H: Z * (1 - Z)
    },
    "on the way back sigmoid itself stands where its slope should: H (1 - H).": {"slope": lambda Z, H: H},
    "1 - H^2 is the slope of tanh. The hidden layer has sigmoid, whose slope is H (1 - H).": {
        "slope": lambda Z, H: 1 - H**2
    },
    "the hidden layer has no activation function on the way forward: H = sigmoid(x W1 + B1).": {"forward": lambda Z: Z},
    "the hidden layer uses tanh. Sigmoid is asked for, on the way forward and back.": {
        "forward": np.tanh,
        "slope": lambda Z, H: 1 - H**2,
    },
    "the hidden layer uses ReLU. Sigmoid is asked for, on the way forward and back.": {
        "forward": lambda Z: np.maximum(Z, 0),
        "slope": lambda Z, H: Z > 0,
    },
    "the errors of the biases are averaged. All examples share the biases: add up the rows.": {
        "rows": lambda error: error.mean(axis=0, keepdims=True)
    },
    "the errors of the biases are not added up over the batch, so that there is a row for each example: sum along "
    "axis 0.": {"rows": lambda error: error},
    "the errors of the biases are added up to one number. Each unit has a bias of its own: axis=0.": {
        "rows": lambda error: error.sum()
    },
    "the biases stay as they were. They take a step too.": {"rows": lambda error: 0},
}
for _sentence, _changes in _versions.items():
    one_step_by_hand.mistake(_sentence)(_version(**_changes))


@one_step_by_hand.mistake("only the output layer took a step. W1 and B1 learn too.")
def _(x, y, W1, B1, W2, B2, learning_rate):
    return W1, B1, *formulas.train_step(x, y, W1, B1, W2, B2, learning_rate)[2:]


@one_step_by_hand.mistake("only the hidden layer took a step. W2 and B2 learn too.")
def _(x, y, W1, B1, W2, B2, learning_rate):
    return *formulas.train_step(x, y, W1, B1, W2, B2, learning_rate)[:2], W2, B2


@one_step_by_hand.mistake("nothing has moved: the weights come back as they were handed in.")
def _(x, y, W1, B1, W2, B2, learning_rate):
    return W1, B1, W2, B2


@one_step_by_hand.mistake("the order is W1, B1, W2, B2; here it is W2, B2, W1, B1.")
def _(x, y, W1, B1, W2, B2, learning_rate):
    W1, B1, W2, B2 = formulas.train_step(x, y, W1, B1, W2, B2, learning_rate)
    return W2, B2, W1, B1


@one_step_by_hand.mistake("the order is W1, B1, W2, B2; here it is W1, W2, B1, B2.")
def _(x, y, W1, B1, W2, B2, learning_rate):
    W1, B1, W2, B2 = formulas.train_step(x, y, W1, B1, W2, B2, learning_rate)
    return W1, W2, B1, B2


@one_step_by_hand.mistake("W -= ... changes the caller's arrays. Write W1 = W1 - ..., which makes new ones.")
def _(x, y, W1, B1, W2, B2, learning_rate):
    after = formulas.train_step(x, y, W1, B1, W2, B2, learning_rate)
    for parameter, new in zip((W1, B1, W2, B2), after, strict=True):
        parameter[...] = new
    return W1, B1, W2, B2
