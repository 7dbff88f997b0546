"""Curve fit: a problem for Levenberg-Marquardt, small enough to see everything.

A hot drink cools down: its temperature falls fast at first and ends at that of the room. Three numbers describe it,

    y*(t) = a e^(-b t) + c         w = (a, b, c): how much too hot, how fast it cools, the room

and are found from measured temperatures y by least squares.

    r  residuals  y* - y  (m,)     J  dr/dw  (m, 3): columns e^(-b t),  -a t e^(-b t),  1     E = 1/m sum r^2
"""

from functools import lru_cache

import matplotlib.pyplot as plt
import numpy as np

from nnkit import plots

__all__ = [
    "START",
    "TIMES",
    "adapt",
    "descend",
    "draw",
    "follow",
    "gradient",
    "jacobian",
    "loss",
    "measured",
    "predict",
    "residuals",
]

TIMES = np.linspace(0, 1, 31)  # hours
START = np.array([40.0, 1.0, 40.0])
TRUTH = np.array([65.0, 3.5, 21.0])
RATE, N_DESCENT = 0.04, 2000  # from a learning rate of 0.042 on, gradient descent never settles
N_SHOWN, CEILING = 20, 1e5


@lru_cache
def measured():
    """Return the temperatures that a thermometer, right to about 1 degree, has shown at TIMES."""
    return predict(TRUTH, TIMES) + np.random.default_rng(1).standard_normal(len(TIMES))


def predict(w, t):
    """Return y* = a e^(-b t) + c."""
    a, b, c = w
    return a * np.exp(-b * t) + c


def residuals(w):
    """Return r = y* - y, (m,)."""
    return predict(w, TIMES) - measured()


def jacobian(w):
    """Return J = dr/dw, (m, 3)."""
    a, b, _ = w
    decay = np.exp(-b * TIMES)
    return np.column_stack([decay, -a * TIMES * decay, np.ones_like(TIMES)])


def loss(w):
    """Return E = 1/m sum r^2; infinite where w is so far off that it overflows."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.nan_to_num(np.mean(residuals(w) ** 2), nan=np.inf, posinf=np.inf)


def gradient(w):
    """Return dE/dw = 2/m J^T r, (3,)."""
    return 2 / len(TIMES) * jacobian(w).T @ residuals(w)


def follow(step, damping, n_steps):
    """Return the path (n_steps + 1, 3) of w <- w + step(J, r, damping) from START, always with the same damping."""
    path = [START]
    with np.errstate(all="ignore"):
        for _ in range(n_steps):
            path.append(path[-1] + step(jacobian(path[-1]), residuals(path[-1]), damping))
    return np.array(path)


def adapt(step, n_steps, damping=1.0):
    """Return the path (n_steps + 1, 3) of Levenberg-Marquardt from START, which finds the damping by itself.

    A step that lowers the loss is made, and the damping divided by 10; another is not made, and the damping is
    multiplied by 10.
    """
    path = [START]
    with np.errstate(all="ignore"):
        for _ in range(n_steps):
            tried = path[-1] + step(jacobian(path[-1]), residuals(path[-1]), damping)
            better = loss(tried) < loss(path[-1])
            path.append(tried if better else path[-1])
            damping = damping / 10 if better else damping * 10
    return np.array(path)


def descend(learning_rate=RATE, n_steps=N_DESCENT):
    """Return the path (n_steps + 1, 3) of gradient descent from START: w <- w - alpha dE/dw."""
    path = [START]
    for _ in range(n_steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return np.array(path)


@plots._STYLE
def draw(step, damping=1.0, n_steps=5):
    """Draw the fit after n_steps with this damping, and the losses of three ways to go on; return the figure.

    `step(jacobian, residuals, damping)` is the student's. The three ways: this damping always, the damping that adapts
    itself, and gradient descent at its best learning rate.
    """
    fixed = follow(step, damping, N_SHOWN)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.8, 4), width_ratios=[1, 1.1])
    _draw_fit(left, fixed[n_steps])
    ways = {f"damping {damping:g}": _losses(fixed), "damping adapts": _losses(adapt(step, N_SHOWN))}
    ways["gradient descent"] = _losses_of_descent()
    for (name, losses), colour, marker in zip(ways.items(), plots._PALETTE, plots._MARKERS, strict=False):
        shown = np.minimum(losses[1:], 10 * CEILING)  # beyond the picture, where a line can still lead to
        style = {"color": colour, "marker": marker, "markersize": 4, "markevery": 1 if len(shown) < 100 else 0.1}
        right.plot(np.arange(1, len(losses)), shown, label=name, **style)
    right.axvline(n_steps, color=plots._QUIET, linewidth=1, linestyle=":")
    right.set(xscale="log", yscale="log", xlabel="step", ylim=(0.5, CEILING), title="loss (mean squared error)")
    right.legend(frameon=False, loc="upper right")
    left.set_title(f"step {n_steps}, damping {damping:g}: loss {_words(loss(fixed[n_steps]))}")
    return figure


def _draw_fit(ax, w):
    """Draw the measured points, and the curves at the start and at w, as far as they are in the picture."""
    ax.plot(TIMES, measured(), "o", color=plots._INK, markersize=4, label="measured")
    for at, line, colour, name in (
        (START, "--", plots._PALETTE[1], "at the start"),
        (w, "-", plots._PALETTE[0], "now"),
    ):
        with np.errstate(all="ignore"):
            ax.plot(TIMES, np.clip(predict(at, TIMES), -1e3, 1e3), line, color=colour, linewidth=2, label=name)
    ax.set(xlabel="hours", ylabel="degrees", ylim=(0, 100))
    ax.legend(frameon=False, loc="upper right")


def _losses(path):
    """Return the loss at each place of a path."""
    return np.array([loss(w) for w in path])


@lru_cache
def _losses_of_descent():
    return _losses(descend())


def _words(loss):
    """A loss in few letters."""
    if not loss < 1e6:
        return "beyond all bounds"
    return f"{loss:,.0f}" if loss >= 100 else f"{loss:.3g}"
