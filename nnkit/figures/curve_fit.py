"""Curve fit: a problem for Levenberg-Marquardt, small enough to see everything.

A hot drink cools down: its temperature falls fast at first and ends at that of the room. Three numbers describe it,

    y*(t) = a e^(-b t) + c         w = (a, b, c): how much too hot, how fast it cools, the room

and are found from measured temperatures y by least squares.

    r  residuals  y* - y  (m,)     J  dr/dw  (m, 3): columns e^(-b t),  -a t e^(-b t),  1     E = 1/m sum r^2
"""

import matplotlib.pyplot as plt
import numpy as np

from nnkit import plots

__all__ = ["START", "TIMES", "draw", "gradient", "jacobian", "loss", "measured", "predict", "residuals"]

TIMES = np.linspace(0, 1, 31)  # hours
START = np.array([40.0, 1.0, 40.0])
TRUTH = np.array([65.0, 3.5, 21.0])


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


@plots._STYLE
def draw(w, losses):
    """Draw the measured points with the curves at the start and at w, and the losses {name: [...]}; return the figure."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.8))
    left.plot(TIMES, measured(), "o", color=plots._INK, markersize=4, label="measured")
    left.plot(TIMES, predict(START, TIMES), "--", color=plots._PALETTE[1], linewidth=2, label="at the start")
    left.plot(TIMES, predict(w, TIMES), "-", color=plots._PALETTE[0], linewidth=2, label="fitted")
    left.set(xlabel="hours", ylabel="degrees", title="a hot drink cools down")
    left.legend(frameon=False)
    for (name, values), colour, marker in zip(losses.items(), plots._PALETTE, plots._MARKERS, strict=False):
        steps = np.arange(1, len(values) + 1)
        few = max(1, len(values) // 20)
        right.plot(steps, values, marker=marker, markevery=few, markersize=4, color=colour, label=name)
    right.set(xscale="log", yscale="log", xlabel="step", title="loss (mean squared error)")
    right.legend(frameon=False)
    return figure
