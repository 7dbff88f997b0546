"""Exercises: the derivatives of ReLU and sigmoid."""

import numpy as np

from nnkit.activations import ReLUActivation, SigmoidActivation
from nnkit.checks.exercise import Exercise

__all__ = ["relu_derivative", "sigmoid_derivative"]


def _probe_derivative(answer, **batches):
    """Ask for the derivative at each batch; then see whether a batch was changed on the way."""
    layer, before = answer(), {name: x.copy() for name, x in batches.items()}
    for name, x in batches.items():
        yield name, layer.derivative(x)
    yield "arguments", [np.array_equal(x, before[name]) for name, x in batches.items()]


# ---- relu-derivative


def _draw_relu(rng):
    """Draw inputs on both sides of 0, near and far, none at it: there the derivative is a convention."""
    sizes = rng.permuted([*rng.uniform(0.1, 3, size=6), 10, 100, 0.01, 0.001, 0.01, 0.001]).reshape(4, 3)
    return {"X": sizes * rng.choice([-1, 1], size=(4, 3)), "positive": sizes.T, "negative": -sizes.T}


relu_derivative = Exercise(
    id="relu-derivative",
    method="derivative",
    reference=ReLUActivation,
    claims={
        "X": "derivative has an entry for each entry of the input: the slope of max(x, 0) there",
        "positive": "the slope is 1 wherever the input is positive",
        "negative": "the slope is 0 wherever the input is negative",
        "arguments": "the input stays as it was",
    },
    draw=_draw_relu,
    probe=_probe_derivative,
)


@relu_derivative.mistake("this is ReLU itself, max(x, 0). Its slope is asked for: 1 or 0.")
def _(self, input):
    return np.maximum(input, 0)


@relu_derivative.mistake("the slope is that of |x|: on the left ReLU is flat, so the slope there is 0, not -1.")
def _(self, input):
    return np.sign(input)


@relu_derivative.mistake("the two sides are swapped: ReLU rises where the input is positive.")
def _(self, input):
    return (np.asarray(input) < 0).astype(float)


@relu_derivative.mistake("the slope is 1 everywhere. Where the input is negative, ReLU is flat.")
def _(self, input):
    return np.ones_like(input)


@relu_derivative.mistake("the slope is 0 everywhere. Where the input is positive, ReLU rises as fast as x.")
def _(self, input):
    return np.zeros_like(input)


@relu_derivative.mistake("the comparison is with 1; ReLU has its corner at 0.")
def _(self, input):
    return (np.asarray(input) > 1).astype(float)


@relu_derivative.mistake("the slope is taken of what the layer saw last, self.input; take it of the argument, input.")
def _(self, input):
    return self.input > 0


@relu_derivative.mistake("nothing is returned: end with `return` and the slope.")
def _(self, input):
    np.asarray(input) > 0  # noqa: B015 - the mistake itself


@relu_derivative.mistake("the input array itself is overwritten. Others still need it: make a new array.")
def _(self, input):
    input[input > 0] = 1
    input[input <= 0] = 0
    return input


# ---- sigmoid-derivative


def _draw_sigmoid(rng):
    """Draw inputs where sigmoid bends, and so large that exponentials overflow."""
    large = rng.permutation([-1000.0, -800.0, -200.0, -50.0, 50.0, 200.0, 800.0, 1000.0])
    middling = rng.uniform(5, 8, size=(1, 3)) * rng.choice([-1, 1], size=(1, 3))
    return {"X": np.concatenate([rng.uniform(-4, 4, size=(3, 3)), middling]), "large": large.reshape(4, 2)}


sigmoid_derivative = Exercise(
    id="sigmoid-derivative",
    method="derivative",
    reference=SigmoidActivation,
    claims={
        "X": "derivative has an entry for each entry of the input: the slope of sigmoid there",
        "large": "it is right (practically 0) for inputs as large as -1000 and 1000",
        "arguments": "the input stays as it was",
    },
    draw=_draw_sigmoid,
    probe=_probe_derivative,
)


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


@sigmoid_derivative.mistake("this is sigmoid itself. Its slope is asked for: s (1 - s), where s is the sigmoid.")
def _(self, input):
    return _sigmoid(input)


@sigmoid_derivative.mistake("x (1 - x) treats the input as the output. First s = sigmoid(x), then s (1 - s).")
def _(self, input):
    return input * (1 - input)


@sigmoid_derivative.mistake("1 - s is one factor only: the slope is s (1 - s).")
def _(self, input):
    return 1 - _sigmoid(input)


@sigmoid_derivative.mistake("a sign slipped: the slope is s (1 - s), not s (1 + s).")
def _(self, input):
    return _sigmoid(input) * (1 + _sigmoid(input))


@sigmoid_derivative.mistake("the slope has the wrong sign: sigmoid always rises, so s (1 - s), not s (s - 1).")
def _(self, input):
    return _sigmoid(input) * (_sigmoid(input) - 1)


@sigmoid_derivative.mistake("this is the derivative of tanh, 1 - f^2. Sigmoid's is s (1 - s).")
def _(self, input):
    return 1 - np.tanh(input) ** 2


@sigmoid_derivative.mistake("1 - s^2 is tanh's rule applied to sigmoid. For sigmoid it is s (1 - s) = s - s^2.")
def _(self, input):
    return 1 - _sigmoid(input) ** 2


@sigmoid_derivative.mistake("sigmoid is applied twice: take s = sigmoid(x) once, then s (1 - s).")
def _(self, input):
    return _sigmoid(_sigmoid(input)) * (1 - _sigmoid(_sigmoid(input)))


@sigmoid_derivative.mistake("the formula is right, but e^1000 overflows and infinity / infinity is nan: use s (1 - s).")
def _(self, input):
    return np.exp(-input) / (1 + np.exp(-input)) ** 2


@sigmoid_derivative.mistake("the formula is right, but e^1000 overflows and infinity / infinity is nan: use s (1 - s).")
def _(self, input):
    return np.exp(input) / (1 + np.exp(input)) ** 2


@sigmoid_derivative.mistake("nothing is returned: end with `return` and the slope.")
def _(self, input):
    _sigmoid(input)


@sigmoid_derivative.mistake(
    "the slope is taken of what the layer saw last, self.input; take it of the argument, input."
)
def _(self, input):
    return _sigmoid(self.input) * (1 - _sigmoid(self.input))
