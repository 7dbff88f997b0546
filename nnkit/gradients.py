"""Gradients by brute force: nudge each number a little and see how much the result changes.

Slow, but so simple that there is little to get wrong, which makes it the judge of every formula in this course:
a derivative is believed when it agrees with its numerical twin on every entry.

    dE/dx ~ (E(x + eps) - E(x - eps)) / (2 eps)       central differences: the error shrinks with eps^2
"""

import copy

import numpy as np

__all__ = ["check_gradients", "numerical_gradient", "relative_error"]


def numerical_gradient(f, x, eps=1e-5):
    """Return the gradient of f at x, shaped like x; f takes an array shaped like x and returns a number.

    Calls f twice for each entry of x, and leaves x unchanged. Use float64: in float32 the difference of two nearly
    equal numbers keeps only a digit or two.
    """
    x = np.array(x, dtype=float)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += eps
        down[i] -= eps
        gradient[i] = (f(up) - f(down)) / (2 * eps)
    return gradient


def relative_error(a, b):
    """Return |a - b| / max(|a|, |b|) for each entry, shaped like a; 0 where both are 0."""
    a, b = np.asarray(a), np.asarray(b)
    larger = np.maximum(np.abs(a), np.abs(b))
    return np.abs(a - b) / np.where(larger == 0, 1, larger)


def check_gradients(network, dataset, eps=1e-5):
    """Return the largest relative error of a network's gradients on a Dataset, over every single parameter.

    Below 1e-7 they agree. The network must work in float64 (dtype=float), and stays as it is. Penalties count;
    dropout does not, since a random function has no derivative.
    """
    network = copy.deepcopy(network)
    weights = network.get_weights()
    if any(array.dtype != np.float64 for array in weights):
        raise ValueError("gradients are checked in float64: build the network with dtype=float.")
    output = network.forward_propagation(dataset.X, training=False)
    network.backward_propagation(network.loss.derivative(dataset.y, output))
    gradients = network.get_gradients()

    def loss_with(i, array):
        network.set_weights([*weights[:i], array, *weights[i + 1 :]])
        output = network.forward_propagation(dataset.X, training=False)
        return network.loss.loss(dataset.y, output) + network.penalty()

    errors = []
    for i, array in enumerate(weights):
        numerical = numerical_gradient(lambda nudged, i=i: loss_with(i, nudged), array, eps)
        errors.append(relative_error(gradients[i], numerical).max())
    return float(max(errors))
