"""Differences: slopes as they are measured, and how far off they are.

A slope is measured by nudging x a little, by eps. The line through the two points is the steeper or flatter the more
the function bends between them, so a small eps is better. But a computer rounds: the smaller eps, the fewer digits are
left of the difference. One picture shows both: the lines at one eps, and the error at every eps.

    forward   (f(x + eps) - f(x)) / eps              error about eps
    central   (f(x + eps) - f(x - eps)) / (2 eps)    error about eps^2, until rounding takes over, about 1e-16 / eps
"""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from nnkit import plots
from nnkit.figures.answers import as_drawn, number
from nnkit.figures.explore import choose, explore

__all__ = ["PLACE", "errors", "explore_slopes", "slopes"]

PLACE, WIDTH = 1.0, 1.3  # where the slope of the sine is measured, and how far to both sides the sine is drawn
SIZES = 10.0 ** np.arange(-14, 0.1, 0.5)  # of eps
FORWARD, CENTRAL = plots._PALETTE[1], plots._PALETTE[0]
SMALLEST = 1e-17  # stands for an error of exactly 0, which has no place on a logarithmic scale


def errors(numerical_gradient, sizes=SIZES):
    """Return the errors of the forward and the central difference for each eps, two arrays shaped like sizes."""
    measured = [(_forward(eps), _central(numerical_gradient, eps)) for eps in sizes]
    return np.maximum(np.abs(np.array(measured) - np.cos(PLACE)), SMALLEST).T


@plots._STYLE
def slopes(numerical_gradient, eps):
    """Draw the slopes that are measured with this eps, and, beside them, the errors with any eps; return the Figure.

    The central difference is the student's `numerical_gradient`.
    """
    figure, (lines, sizes) = plt.subplots(1, 2, figsize=(9.5, 3.8))
    _draw_lines(lines, eps, _forward(eps), _central(numerical_gradient, eps))
    _draw_errors(sizes, eps, *errors(numerical_gradient))
    return figure


def explore_slopes(numerical_gradient):
    """Show the slopes with a slider for eps."""
    explore(
        partial(slopes, numerical_gradient),
        "Left, a sine with its tangent and two measured slopes; right, their errors, which fall and then rise again.",
        eps=choose([0.8, 0.4, 0.2, 0.1, 1e-2, 1e-3, 1e-5, 1e-8, 1e-11, 1e-14], start=0.8),
    )


def _forward(eps):
    return (np.sin(PLACE + eps) - np.sin(PLACE)) / eps


def _central(numerical_gradient, eps):
    """Return what the student's function measures."""
    gradient = numerical_gradient(lambda x: float(np.sin(x).sum()), np.array([PLACE]), eps)
    return as_drawn("numerical_gradient", gradient, (1,), "shaped like x")[0]


def _draw_lines(ax, eps, forward, central):
    """Draw the sine, its tangent, and the lines whose slopes were measured, each through its two points."""
    x = np.linspace(PLACE - WIDTH, PLACE + WIDTH, 201)
    ax.plot(x, np.sin(x), color=plots._INK, linewidth=2)
    ax.plot(
        x, np.sin(PLACE) + np.cos(PLACE) * (x - PLACE), ":", color=plots._INK, label=f"true: {number(np.cos(PLACE))}"
    )
    for name, slope, colour, left in (("forward", forward, FORWARD, 0), ("yours", central, CENTRAL, -eps)):
        ax.plot(x, np.sin(PLACE + left) + slope * (x - PLACE - left), color=colour, label=_said(name, slope))
        ax.plot([PLACE + left, PLACE + eps], np.sin([PLACE + left, PLACE + eps]), "o", color=colour)
    ax.set(xlabel="x", ylabel="f(x) = sin x", ylim=(-0.6, 1.9), title=f"slopes at x = 1, with eps = {eps:g}")
    ax.legend(frameon=False, loc="upper left")


def _draw_errors(ax, eps, forward, central):
    """Draw both errors over eps, on logarithmic scales, and where eps is now."""
    ax.loglog(SIZES, forward, "s-", color=FORWARD, markersize=3, label="forward")
    ax.loglog(SIZES, central, "o-", color=CENTRAL, markersize=3, label="yours")
    ax.axvline(eps, color=plots._QUIET, linewidth=1)
    best = np.argmin(central)
    title = f"yours is best with eps near {SIZES[best]:.0e}: error {central[best]:.0e}"
    ax.set(xlabel="eps", ylabel="error of the slope", title=title)
    ax.legend(frameon=False, loc="lower left")


def _said(name, slope):
    return f"{name}: {number(slope)}, off by {abs(slope - np.cos(PLACE)):.0e}"
