"""Exercises: the dense layer, forward and back."""

import numpy as np

from nnkit.checks.exercise import Exercise
from nnkit.layers import DenseLayer
from nnkit.optimizer import SGD, RMSProp

__all__ = ["dense_backward", "dense_forward"]


def _draw(rng):
    """Draw a batch for a layer of three different sizes, so that no shape fits by chance."""
    n_batch, n_inputs, n_units = rng.permutation([3, 4, 5]) + rng.integers(0, 2) * 3
    return {
        "X": rng.normal(size=(n_batch, n_inputs)),
        "W": rng.normal(size=(n_inputs, n_units)),
        "B": rng.normal(size=(1, n_units)),
        "errors": rng.normal(size=(2, n_batch, n_units)),
    }


def _layer(answer, W, B, optimizer=SGD(0.5)):  # noqa: B008 - the layer takes copies
    """Return a layer of the student's class with these weights."""
    layer = answer(W.shape[1], (W.shape[0],))
    layer.initialize(optimizer, np.random.default_rng(0))
    layer.weights, layer.biases = W.copy(), B.copy()
    return layer


def _sizes(X, W, **_):
    return {"the batch size": len(X), "the number of inputs": len(W), "the number of units": W.shape[1]}


# ---- dense-forward


def _probe_forward(answer, X, W, B, errors):
    layer, given = _layer(answer, W, B), X.copy()
    yield "output", layer.forward_propagation(given)
    yield "self.input", layer.input
    yield "self.output", layer.output
    yield "prediction", layer.forward_propagation(X.copy(), training=False)
    yield "one example", layer.forward_propagation(X[:1].copy())
    yield "arguments", [*given.ravel(), *layer.weights.ravel(), *layer.biases.ravel()]


dense_forward = Exercise(
    id="dense-forward",
    method="forward_propagation",
    reference=DenseLayer,
    claims={
        "output": "forward_propagation returns X W + B",
        "self.input": "self.input is the input, kept for the way back",
        "self.output": "self.output is the output",
        "prediction": "the output is the same with training=False",
        "one example": "a batch of one example has an output of one row",
        "arguments": "the input, the weights and the biases stay as they were",
    },
    draw=_draw,
    probe=_probe_forward,
    sizes=_sizes,
)


@dense_forward.mistake("the biases are missing: add self.biases to X W.")
def _(self, input, training=True):
    self.input, self.output = input, input @ self.weights
    return self.output


@dense_forward.mistake("the biases are subtracted; the formula adds them.")
def _(self, input, training=True):
    self.input, self.output = input, input @ self.weights - self.biases
    return self.output


@dense_forward.mistake("nothing is returned: end with `return self.output`.")
def _(self, input, training=True):
    self.input, self.output = input, input @ self.weights + self.biases


@dense_forward.mistake("the input is not kept. The way back needs it: self.input = input.")
def _(self, input, training=True):
    self.output = input @ self.weights + self.biases
    return self.output


@dense_forward.mistake("the output is not kept: store it in self.output as well as returning it.")
def _(self, input, training=True):
    self.input = input
    return input @ self.weights + self.biases


@dense_forward.mistake("W X in place of X W: rows are examples, so the input stands on the left of the product.")
def _(self, input, training=True):
    self.input, self.output = input, self.weights @ input + self.biases
    return self.output


@dense_forward.mistake("the weights are transposed. They have a row for each input already: X W, not X W^T.")
def _(self, input, training=True):
    self.input, self.output = input, input @ self.weights.T + self.biases
    return self.output


@dense_forward.mistake("* multiplies entry by entry; the sum over the inputs is a matrix product, written @.")
def _(self, input, training=True):
    self.input, self.output = input, input * self.weights + self.biases
    return self.output


@dense_forward.mistake("an activation function is applied as well. It has a layer of its own: here only X W + B.")
def _(self, input, training=True):
    self.input, self.output = input, np.maximum(input @ self.weights + self.biases, 0)
    return self.output


@dense_forward.mistake("a sigmoid is applied as well. It has a layer of its own: here only X W + B.")
def _(self, input, training=True):
    self.input, self.output = input, 1 / (1 + np.exp(-(input @ self.weights + self.biases)))
    return self.output


@dense_forward.mistake("one bias is used for all units: self.biases has one for each, so add it as it is.")
def _(self, input, training=True):
    self.input, self.output = input, input @ self.weights + self.biases.sum()
    return self.output


@dense_forward.mistake("the output is averaged over the batch. Each example keeps a row of its own: no mean here.")
def _(self, input, training=True):
    self.input, self.output = input, (input @ self.weights + self.biases).mean(axis=0, keepdims=True)
    return self.output


# ---- dense-backward


def _after_forward(layer, X):
    """Bring a layer to where the way back begins, even if its own way forward is not right yet; return its input."""
    W, B = layer.weights.copy(), layer.biases.copy()
    try:
        layer.forward_propagation(X.copy())
    except Exception:  # the exercise before this one; here it costs nothing
        pass
    layer.weights, layer.biases = W, B
    given = X.copy()
    layer.input, layer.output = given, X @ W + B
    return given


def _probe_backward(answer, X, W, B, errors):
    layer, given = _layer(answer, W, B), errors[0].copy()
    seen = _after_forward(layer, X)
    result = layer.backward_propagation(given)
    yield "dE/dX", result
    yield "dE/dW", (W - layer.weights) / 0.5
    yield "dE/dB", (B - layer.biases) / 0.5
    yield "arguments", [np.array_equal(given, errors[0]), np.array_equal(seen, X)]

    after = []
    for optimizer in (SGD(0.5, momentum=0.9), RMSProp(0.1)):
        layer = _layer(answer, W, B, optimizer)
        for batch, output_error in zip((X, X[::-1] + 1), errors, strict=True):
            _after_forward(layer, batch)
            result = layer.backward_propagation(output_error.copy())
        after += [*layer.weights.ravel(), *layer.biases.ravel()]
    yield "optimizers", after
    yield "again", result


dense_backward = Exercise(
    id="dense-backward",
    method="backward_propagation",
    reference=DenseLayer,
    claims={
        "dE/dX": "it returns dE/dX = dE/dY W^T, with the weights that made the output",
        "dE/dW": "the weights take a step along dE/dW = X^T dE/dY",
        "dE/dB": "the biases take a step along dE/dB, the sum of the rows of dE/dY",
        "arguments": "output_error and the layer's input stay as they were",
        "optimizers": "each step is the one that the layer's optimizers make, whichever they are, with their memory",
        "again": "it works again on the next batch",
    },
    draw=_draw,
    probe=_probe_backward,
    sizes=_sizes,
)


def _step(self, dW, dB):
    """Let the optimizers take their step: what all the versions below share."""
    self.weights = self.weights_optimizer.update(self.weights, dW)
    self.biases = self.biases_optimizer.update(self.biases, dB)


def _rows(output_error):
    return output_error.sum(axis=0, keepdims=True)


@dense_backward.mistake(
    "dE/dX uses the weights after the update. The output was made with the old ones: compute dE/dX first."
)
def _(self, output_error):
    _step(self, self.input.T @ output_error, _rows(output_error))
    return output_error @ self.weights.T


@dense_backward.mistake("nothing is returned. The layer before needs dE/dX as its dE/dY: end with `return` and dE/dX.")
def _(self, output_error):
    _step(self, self.input.T @ output_error, _rows(output_error))


@dense_backward.mistake("dE/dY is returned as it came. The layer before needs dE/dX = dE/dY W^T.")
def _(self, output_error):
    _step(self, self.input.T @ output_error, _rows(output_error))
    return output_error


@dense_backward.mistake("dE/dW is returned. That stays in the layer; what goes on to the layer before is dE/dX.")
def _(self, output_error):
    dW = self.input.T @ output_error
    _step(self, dW, _rows(output_error))
    return dW


@dense_backward.mistake("W is not transposed in dE/dX: each input collects the errors of its own row of weights, W^T.")
def _(self, output_error):
    return output_error @ self.weights


@dense_backward.mistake("dE/dX has the factors the other way round: rows are examples, so dE/dY stands on the left.")
def _(self, output_error):
    return self.weights @ output_error


@dense_backward.mistake("dE/dX has the factors the other way round: rows are examples, so dE/dY stands on the left.")
def _(self, output_error):
    return self.weights.T @ output_error


@dense_backward.mistake("dE/dW has the factors the other way round: X^T stands on the left, X^T dE/dY.")
def _(self, output_error):
    return output_error @ self.input


@dense_backward.mistake("dE/dW has the factors the other way round: X^T stands on the left, X^T dE/dY.")
def _(self, output_error):
    return output_error @ self.input.T


@dense_backward.mistake("dE/dX is averaged over the batch. Each example has an input error of its own: no mean here.")
def _(self, output_error):
    dX = output_error @ self.weights.T / len(output_error)
    _step(self, self.input.T @ output_error, _rows(output_error))
    return dX


@dense_backward.mistake("X is not transposed in dE/dW = X^T dE/dY, so the sum does not run over the examples.")
def _(self, output_error):
    _step(self, self.input @ output_error, _rows(output_error))


@dense_backward.mistake("dE/dW is transposed: its shape must be that of the weights, (n_inputs, n_units).")
def _(self, output_error):
    _step(self, output_error.T @ self.input, _rows(output_error))


@dense_backward.mistake("dE/dW uses the layer's output. A weight's slope is the input it multiplies: self.input.")
def _(self, output_error):
    _step(self, self.output.T @ output_error, _rows(output_error))


@dense_backward.mistake(
    "your dE/dB is one row per example. A batch's biases share one gradient, so sum over the rows: axis=0."
)
def _(self, output_error):
    _step(self, self.input.T @ output_error, output_error)


@dense_backward.mistake(
    "your dE/dB is one row per example. A batch's biases share one gradient, so sum over the rows: axis=0."
)
def _(self, output_error):
    dX = output_error @ self.weights.T
    self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
    self.biases = self.biases - self.biases_optimizer.learning_rate * output_error
    return dX


@dense_backward.mistake("dE/dB is summed along the wrong axis, over the units: sum over the examples, axis=0.")
def _(self, output_error):
    _step(self, self.input.T @ output_error, output_error.sum(axis=1, keepdims=True))


@dense_backward.mistake("dE/dB lost a dimension: the biases have shape (1, n_units), so sum with keepdims=True.")
def _(self, output_error):
    _step(self, self.input.T @ output_error, output_error.sum(axis=0))


@dense_backward.mistake("dE/dB is a mean over the batch. The loss has its 1/n already; here the rows are summed.")
def _(self, output_error):
    dX = output_error @ self.weights.T
    _step(self, self.input.T @ output_error, output_error.mean(axis=0, keepdims=True))
    return dX


@dense_backward.mistake("dE/dB is summed over everything: each unit's bias has its own error, so sum with axis=0.")
def _(self, output_error):
    dX = output_error @ self.weights.T
    _step(self, self.input.T @ output_error, np.full_like(self.biases, output_error.sum()))
    return dX


@dense_backward.mistake("dE/dW is divided by the batch size. The loss has its 1/n already: no mean here.")
def _(self, output_error):
    dX = output_error @ self.weights.T
    _step(self, self.input.T @ output_error / len(output_error), _rows(output_error))
    return dX


@dense_backward.mistake("the weights do not move: replace self.weights by what self.weights_optimizer.update returns.")
def _(self, output_error):
    dX = output_error @ self.weights.T
    self.biases = self.biases_optimizer.update(self.biases, _rows(output_error))
    return dX


@dense_backward.mistake("the biases do not move: replace self.biases by what self.biases_optimizer.update returns.")
def _(self, output_error):
    dX = output_error @ self.weights.T
    self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
    return dX


@dense_backward.mistake("the step goes uphill: the gradient is subtracted, and the optimizer does that for you.")
def _(self, output_error):
    dX = output_error @ self.weights.T
    _step(self, -self.input.T @ output_error, -_rows(output_error))
    return dX


@dense_backward.mistake(
    "the optimizer's update is added to the parameters. update already returns the new ones: just assign them."
)
def _(self, output_error):
    dX = output_error @ self.weights.T
    self.weights = self.weights + self.weights_optimizer.update(self.weights, self.input.T @ output_error)
    self.biases = self.biases + self.biases_optimizer.update(self.biases, _rows(output_error))
    return dX


@dense_backward.mistake(
    "the step is taken by hand, learning rate times gradient. Leave it to the optimizers: they remember (momentum)."
)
def _(self, output_error):
    dX = output_error @ self.weights.T
    self.weights = self.weights - self.weights_optimizer.learning_rate * self.input.T @ output_error
    self.biases = self.biases - self.biases_optimizer.learning_rate * _rows(output_error)
    return dX


@dense_backward.mistake(
    "one optimizer serves both parameters. What it remembers belongs to one: use biases_optimizer too."
)
def _(self, output_error):
    dX = output_error @ self.weights.T
    self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
    self.biases = self.weights_optimizer.update(self.biases, _rows(output_error))
    return dX


@dense_backward.mistake("each optimizer is used twice in one step, so its memory moves on twice: call update once.")
def _(self, output_error):
    dX = output_error @ self.weights.T
    dW, dB = self.input.T @ output_error, _rows(output_error)
    self.weights_optimizer.update(self.weights, dW)
    self.biases_optimizer.update(self.biases, dB)
    _step(self, dW, dB)
    return dX
