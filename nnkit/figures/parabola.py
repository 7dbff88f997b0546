"""Parabola: how Quickprop thinks, seen on the curve with two valleys that notebook 01 has as well.

Two slopes, at the place before and here, are enough for a parabola in place of the curve. Its slope is a straight line
through the two; where that line is 0, the parabola has its lowest point:

    slope of the line   c = (g - g') / s          s = w - w' is the step before
    0 = g + c x         x = -g / c = g / (g' - g) s

`draw` shows one step of the student's own `Quickprop`.
"""

import matplotlib.pyplot as plt
import numpy as np

from nnkit import plots
from nnkit.figures.descent import curve_error, curve_gradient

__all__ = ["draw", "path"]

RANGE = (-2.2, 2.4)


def path(optimizer, start, n_steps):
    """Return the places that an optimizer visits on the curve, (n_steps + 1,)."""
    places = [np.array([float(start)])]
    for _ in range(n_steps):
        places.append(optimizer.update(places[-1].copy(), curve_gradient(places[-1])))
    return np.concatenate(places)


@plots._STYLE
def draw(make_optimizer, start=2.0, learning_rate=0.1, step=2):
    """Draw the step with this number, from 1: on the curve with the parabola, and on its slope with the line.

    `make_optimizer(learning_rate)` returns the student's Quickprop. Returns the figure.
    """
    w = path(make_optimizer(learning_rate), start, step)
    figure, axes = plt.subplots(1, 2, figsize=(10.5, 3.6))
    x = np.linspace(*RANGE, 301)
    for ax, curve in zip(axes, (curve_error, curve_gradient), strict=True):
        ax.plot(x, curve(x), color=plots._PALETTE[0], linewidth=2)
        for place, marker, size, words in _named(w):
            style = {"color": plots._INK, "markerfacecolor": "white" if words == "before" else plots._INK}
            ax.plot(place, curve(place), marker, markersize=size, label=words, linestyle="", zorder=4, **style)
    if step > 1 and w[-2] != w[-3]:
        _draw_parabola(axes, x, *w[-3:-1])
    axes[0].set(xlim=RANGE, ylim=(-2, 3), xlabel="w", ylabel="E", title=f"step {step} is {w[-1] - w[-2]:+.3g}")
    axes[1].axhline(0, color=plots._QUIET, linewidth=1)
    axes[1].set(xlim=RANGE, ylim=(-4, 6), xlabel="w", title="its slope g = dE/dw")
    for ax in axes:
        ax.axvline(w[-1], color=plots._QUIET, linewidth=1, linestyle=":")
    axes[1].legend(*axes[0].get_legend_handles_labels(), frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def _named(w):
    """Return (place, marker, size, words) of the last three places of a path."""
    three = [(w[-1], "*", 14, "the step leads to"), (w[-2], "o", 8, "here"), *[(v, "o", 8, "before") for v in w[-3:-2]]]
    return three[::-1]


def _draw_parabola(axes, x, before, here):
    """Draw the parabola that has the curve's slopes at two places, and that slope, a line."""
    g = curve_gradient(here)
    c = (g - curve_gradient(before)) / (here - before)
    style = {"color": plots._PALETTE[1], "linestyle": "--", "linewidth": 2}
    axes[0].plot(x, curve_error(here) + g * (x - here) + c / 2 * (x - here) ** 2, label="parabola", **style)
    axes[1].plot(x, g + c * (x - here), **style)
