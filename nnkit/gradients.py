"""Gradients by brute force: nudge each number a little and see how much the result changes.

Slow, but so simple that there is little to get wrong, which makes it the judge of every formula in this course:
a derivative is believed when it agrees with its numerical twin on every entry.

    dE/dx ~ (E(x + eps) - E(x - eps)) / (2 eps)       central differences: the error shrinks with eps^2
"""

import copy
import functools

import numpy as np

__all__ = ["check_gradients", "numerical_gradient", "relative_error"]

MANY = 200  # entries of a parameter array; each costs two forward propagations


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


def relative_error(a, b, rounding=0.0):
    """Return |a - b| / max(|a|, |b|) for each entry, shaped like a; 0 where they differ by no more than `rounding`."""
    a, b = np.asarray(a), np.asarray(b)
    difference, larger = np.abs(a - b), np.maximum(np.abs(a), np.abs(b))
    return np.where(difference <= rounding, 0, difference) / np.where(larger == 0, 1, larger)


def check_gradients(network, dataset, eps=1e-5, directions=None, rng=None):
    """Return the largest relative error of a network's gradients on a Dataset, over every single parameter.

    Below 1e-7 they agree; differences that E's rounding alone explains count as none. The network must work in float64
    (dtype=float), and stays as it is. Penalties count; dropout does not: a random function has no derivative.

    directions    for large networks: arrays of more than MANY entries are nudged along so many random directions,
                  all entries at once, in place of one by one. A wrong entry shows in every direction; which it is, not
    rng           the Generator that draws them, by default of seed 0
    """
    network, rng = copy.deepcopy(network), np.random.default_rng(0) if rng is None else rng
    weights = network.get_weights()
    if any(w.dtype != np.float64 for w in weights):
        raise ValueError("gradients are checked in float64: build the network with dtype=float.")
    output = network.forward_propagation(dataset.X, training=False)
    network.backward_propagation(network.loss.derivative(dataset.y, output))
    gradients = network.get_gradients()
    network.set_weights(weights)  # back from where its layers have gone
    parameters = [array for layer in network.layers for array in layer.get_weights()]

    def loss_at(array, values):
        array[...] = values
        output = network.forward_propagation(dataset.X, training=False)
        return network.loss.loss(dataset.y, output) + network.penalty()

    errors = []
    for array, w, gradient in zip(parameters, weights, gradients, strict=True):
        f = functools.partial(loss_at, array)
        is_small = directions is None or w.size <= MANY
        errors.append(_error(f, w, gradient, eps) if is_small else _error_along(f, w, gradient, eps, directions, rng))
        array[...] = w
    return float(max(errors))


def _error(f, w, gradient, eps):
    """Return the largest relative error of the gradient of f at w, over all entries."""
    rounding = 4 * np.finfo(float).eps * abs(f(w)) / eps  # of the last digits of f, in (f(up) - f(down)) / (2 eps)
    return relative_error(gradient, numerical_gradient(f, w, eps), rounding).max()


def _error_along(f, w, gradient, eps, n, rng):
    """Return the largest error of the slopes of f along n random directions d (of length 1), relative to the largest.

    The slope along d is the sum of gradient * d: d/dt f(w + t d) at t = 0.
    """
    D = rng.standard_normal((n, *w.shape))
    D /= np.sqrt((D**2).sum(axis=tuple(range(1, D.ndim)), keepdims=True))
    slopes = np.array([(gradient * d).sum() for d in D])
    numerical = np.array([numerical_gradient(lambda t, d=d: f(w + t * d), 0.0, eps) for d in D])
    return np.abs(slopes - numerical).max() / max(np.abs([slopes, numerical]).max(), np.finfo(float).tiny)
