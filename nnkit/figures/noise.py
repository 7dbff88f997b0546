"""Noise: what the size of a batch does to the path, and what a moving average does to the noise.

A line y* = w x + b is fitted to 512 points by least squares. It has two parameters, so its loss is a surface; and it
is small enough to know the gradient of all examples, which a mini-batch only estimates.

    E = 1/n sum (w x + b - y)^2        dE/dw = 2/n sum (w x + b - y) x        dE/db = 2/n sum (w x + b - y)

`path_of_batches` draws with the student's own `mini_batches`, and `retained_gradients` with the student's `SGD`.
"""

from functools import lru_cache

import matplotlib.pyplot as plt
import numpy as np

from nnkit import plots
from nnkit.figures.surfaces import GROUND

__all__ = ["N_EXAMPLES", "follow", "gradient", "gradients", "loss", "path_of_batches", "problem", "retained_gradients"]

N_EXAMPLES = 512
START = (-1.0, 2.2)  # w and b, far from the best


@lru_cache
def problem():
    """Return x (512, 1) and y (512, 1): a line of slope 1.5 through -0.5, and noise of standard deviation 1."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((N_EXAMPLES, 1))
    return x, 1.5 * x - 0.5 + rng.standard_normal(x.shape)


def loss(p):
    """Return E at each of the points p (..., 2), which hold w and b; over all examples."""
    x, y = problem()
    w, b = np.moveaxis(np.asarray(p, dtype=float), -1, 0)
    return np.mean((w[..., None] * x[:, 0] + b[..., None] - y[:, 0]) ** 2, axis=-1)


def gradient(p, x, y):
    """Return dE/dw and dE/db, (2,), over the examples x, y (n, 1): a mini-batch, or all."""
    error = p[0] * x + p[1] - y
    return np.array([np.mean(2 * error * x), np.mean(2 * error)])


def follow(mini_batches, batch_size, learning_rate, n_epochs, seed=0):
    """Return the path of gradient descent on mini-batches, (n_updates + 1, 2): p <- p - alpha dE/dp."""
    rng, path = np.random.default_rng(seed), [np.array(START)]
    for _ in range(n_epochs):
        for x, y in mini_batches(*problem(), batch_size, rng):
            path.append(path[-1] - learning_rate * gradient(path[-1], x, y))
    return np.array(path)


def gradients(optimizer, batch_size=8, n_updates=400, seed=0):
    """Return three arrays (n_updates, 2): each batch's gradient, what the optimizer retained, the gradient of all.

    The optimizer, an SGD, walks as it likes; all three are taken at the places where it has been. Each batch is drawn
    from all examples, so that the batches' errors are independent.
    """
    rng, p, rows = np.random.default_rng(seed), np.array(START), []
    x, y = problem()
    for _ in range(n_updates):
        batch = rng.integers(N_EXAMPLES, size=batch_size)
        raw, full = gradient(p, x[batch], y[batch]), gradient(p, x, y)
        p = optimizer.update(p, raw)
        rows.append([raw, np.array(optimizer.retained_gradient), full])  # a copy: SGD writes the next V over it
    return np.array(rows).transpose(1, 0, 2)


@plots._STYLE
def path_of_batches(mini_batches, batch_size=8, learning_rate=0.1, n_epochs=2):
    """Draw the path on the loss surface, and the loss of all examples against how many were seen; return the figure."""
    path = follow(mini_batches, batch_size, learning_rate, n_epochs)
    figure, (ground, curve) = plt.subplots(1, 2, figsize=(9.5, 4))
    w, b, height = _map()
    ground.contourf(w, b, height, levels=10, cmap=GROUND)
    ground.plot(*path.T, "-", color=plots._PALETTE[1], linewidth=1)
    ground.plot(*path.T, ".", color=plots._PALETTE[1], markersize=4)
    ground.plot(*START, "o", color=plots._INK, markersize=7)
    ground.plot(*_best(), "*", color=plots._INK, markersize=13)
    ground.set(xlabel="w", ylabel="b", xlim=w[[0, -1]], ylim=b[[0, -1]])
    ground.set_title(f"batches of {batch_size}: {len(path) - 1} updates in {n_epochs} epochs")
    n_last = (len(path) - 1) // n_epochs  # updates in an epoch
    seen = np.linspace(0, n_epochs, len(path))
    losses = loss(path)
    curve.plot(seen, losses, ".-", color=plots._PALETTE[1], markersize=4, linewidth=1, label="loss of all examples")
    curve.axhline(
        loss(_best()), linestyle="--", color=plots._INK, linewidth=1, label=f"the lowest there is: {loss(_best()):.2f}"
    )
    curve.set(xlabel="epochs", yscale="log", ylim=(0.8, 20), yticks=[1, 2, 5, 10, 20])
    curve.set_title(f"loss: {losses[-n_last:].mean():,.2f} on average in the last epoch")
    curve.set_yticklabels(["1", "2", "5", "10", "20"])
    curve.minorticks_off()
    curve.legend(loc="upper right", facecolor="white", framealpha=0.9, edgecolor="none")
    return figure


@plots._STYLE
def retained_gradients(make_optimizer, momentum=0.9, batch_size=8):
    """Draw dE/dw of each mini-batch, the retained gradient and the gradient of all examples; return the Axes.

    `make_optimizer(momentum)` returns an SGD. How far the first two are from the last, on average over the second
    half, is in the legend.
    """
    raw, retained, full = gradients(make_optimizer(momentum), batch_size)[:, :, 0]
    ax = plt.subplots(figsize=(9, 4))[1]
    style = {"linestyle": "none", "marker": "o", "markersize": 4, "alpha": 0.6, "markeredgewidth": 0}
    ax.plot(raw, color=plots._PALETTE[0], label=f"g of a batch: {_size(raw, full):.2f}", **style)
    style = {"color": plots._PALETTE[1], "linewidth": 2.2}
    ax.plot(retained, label=f"V, retained: {_size(retained, full):.2f}", **style)
    ax.plot(full, "--", color=plots._INK, linewidth=1.4, label="g of all examples")
    ax.set(xlabel="update", ylabel="dE/dw", title=f"the gradients that an SGD with beta = {momentum:g} meets and keeps")
    ax.set_ylim(-10, 5)
    ax.legend(
        frameon=False, title="distance from g of all examples, from update 200 on:", alignment="left", loc="lower right"
    )
    return ax


@lru_cache
def _map():
    """Return w, b and the logarithm of the loss's excess over the lowest, on a grid."""
    w, b = np.linspace(-1.6, 3.4, 101), np.linspace(-2, 2.8, 101)
    excess = loss(np.stack(np.meshgrid(w, b), axis=-1)) - loss(_best())
    return w, b, np.log10(excess + 0.01)


@lru_cache
def _best():
    """Return the w and b of the lowest loss, which for a line need no training: the least squares solution."""
    x, y = problem()
    return np.linalg.lstsq(np.hstack([x, np.ones_like(x)]), y[:, 0])[0]


def _size(estimate, truth):
    """Return the root mean square of estimate - truth over the second half."""
    half = len(truth) // 2
    return np.sqrt(np.mean((estimate - truth)[half:] ** 2))
