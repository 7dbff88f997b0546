"""Surfaces: four landscapes with two parameters, on which training algorithms can be watched.

A network has thousands of weights, so nobody can see its loss. With two weights w = (x, y) the loss is a landscape,
and each of these four has one difficulty that real losses have as well:

    bowl         E = (x^2 + y^2) / 2                 none: it is equally steep on all sides
    ravine       E = (x^2 + 50 y^2) / 2              fifty times as curved across as along
    Rosenbrock   E = (1 - x)^2 + 100 (y - x^2)^2     a ravine with a bend and an almost level floor
    saddle       E = x^2 / 2 + (y^2 - 1)^2 / 4       the slope vanishes at (0, 0), where no minimum is

The loss at each minimum is 0. Points are arrays whose last axis is (x, y), so that one call gives a whole grid.
"""

from collections.abc import Callable
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from nnkit import plots

__all__ = ["SURFACES", "Surface", "draw", "draw_all"]

N_LEVELS, N_GRID = 10, 121
# Low ground is blue and high ground white: paths, which are darker, are seen everywhere.
GROUND = LinearSegmentedColormap.from_list("ground", ["#8DB8DE", "#FFFFFF"])


@dataclass(frozen=True)
class Surface:
    """A loss of two parameters: its formula in LaTeX, E, dE/dw, where to start, and a minimum to arrive at.

    `loss` takes points (..., 2) and returns (...); `gradient` returns (..., 2). `window` is what a picture shows:
    x from, x to, y from, y to.
    """

    name: str
    formula: str
    loss: Callable
    gradient: Callable
    start: tuple
    minimum: tuple
    window: tuple

    def grid(self):
        """Return the coordinates of a picture's grid, and the loss at each of its points."""
        x, y = np.linspace(*self.window[:2], N_GRID), np.linspace(*self.window[2:], N_GRID)
        return x, y, self.loss(np.stack(np.meshgrid(x, y), axis=-1))


def _bowl(w):
    """E = (x^2 + y^2) / 2."""
    x, y = np.moveaxis(w, -1, 0)
    return (x**2 + y**2) / 2


def _bowl_gradient(w):
    """dE/dx = x, dE/dy = y."""
    x, y = np.moveaxis(w, -1, 0)
    return np.stack([x, y], axis=-1)


def _ravine(w):
    """E = (x^2 + 50 y^2) / 2."""
    x, y = np.moveaxis(w, -1, 0)
    return (x**2 + 50 * y**2) / 2


def _ravine_gradient(w):
    """dE/dx = x, dE/dy = 50 y."""
    x, y = np.moveaxis(w, -1, 0)
    return np.stack([x, 50 * y], axis=-1)


def _rosenbrock(w):
    """E = (1 - x)^2 + 100 (y - x^2)^2."""
    x, y = np.moveaxis(w, -1, 0)
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _rosenbrock_gradient(w):
    """dE/dx = -2 (1 - x) - 400 x (y - x^2), dE/dy = 200 (y - x^2)."""
    x, y = np.moveaxis(w, -1, 0)
    return np.stack([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)], axis=-1)


def _saddle(w):
    """E = x^2 / 2 + (y^2 - 1)^2 / 4."""
    x, y = np.moveaxis(w, -1, 0)
    return x**2 / 2 + (y**2 - 1) ** 2 / 4


def _saddle_gradient(w):
    """dE/dx = x, dE/dy = y (y^2 - 1)."""
    x, y = np.moveaxis(w, -1, 0)
    return np.stack([x, y * (y**2 - 1)], axis=-1)


_ALL = (
    Surface(
        name="bowl",
        formula=r"$E = (x^2 + y^2)\,/\,2$",
        loss=_bowl,
        gradient=_bowl_gradient,
        start=(-2.2, 1.4),
        minimum=(0.0, 0.0),
        window=(-3, 3, -2.25, 2.25),
    ),
    Surface(
        name="ravine",
        formula=r"$E = (x^2 + 50\,y^2)\,/\,2$",
        loss=_ravine,
        gradient=_ravine_gradient,
        start=(-2.5, 0.6),
        minimum=(0.0, 0.0),
        window=(-3, 1, -0.8, 0.8),
    ),
    Surface(
        name="Rosenbrock",
        formula=r"$E = (1 - x)^2 + 100\,(y - x^2)^2$",
        loss=_rosenbrock,
        gradient=_rosenbrock_gradient,
        start=(-1.2, 1.0),
        minimum=(1.0, 1.0),
        window=(-1.6, 1.6, -0.6, 1.8),
    ),
    Surface(
        name="saddle",
        formula=r"$E = x^2\,/\,2 + (y^2 - 1)^2\,/\,4$",
        loss=_saddle,
        gradient=_saddle_gradient,
        start=(-1.6, 0.01),
        minimum=(0.0, 1.0),
        window=(-2, 2, -1.5, 1.5),
    ),
)
SURFACES = {surface.name: surface for surface in _ALL}


@plots._STYLE
def draw(surface, ax=None):
    """Draw a Surface as a map, the lower the bluer, with its start (black dot) and a minimum (star); return the Axes.

    From one shade to the next the loss grows by a factor, so that a valley's floor is seen as well as its walls.
    """
    ax = plt.subplots(figsize=(5, 4))[1] if ax is None else ax
    x, y, loss = surface.grid()
    height = np.log10(loss + 1e-3 * loss.max())
    ax.contourf(x, y, height, levels=N_LEVELS, cmap=GROUND)
    ax.plot(*surface.start, "o", color=plots._INK, markersize=7, label="start", zorder=4)
    ax.plot(*surface.minimum, "*", color=plots._INK, markersize=13, label="minimum", zorder=4)
    ax.set(xlabel="x", ylabel="y", xlim=surface.window[:2], ylim=surface.window[2:], title=surface.name)
    return ax


@plots._STYLE
def draw_all(learning_rate=0.03, n_steps=60):
    """Draw the four surfaces, each with the path of plain gradient descent, w <- w - alpha dE/dw; return the figure."""
    room = {"left": 0.08, "right": 0.98, "bottom": 0.08, "top": 0.92, "hspace": 0.45, "wspace": 0.2}
    figure, axes = plt.subplots(2, 2, figsize=(9.5, 7), layout="none", gridspec_kw=room)  # fixed places draw fast
    for ax, surface in zip(axes.flat, SURFACES.values(), strict=True):
        draw(surface, ax)
        path = _descent(surface, learning_rate, n_steps)
        ax.plot(*path.T, ".-", color=plots._PALETTE[1], linewidth=1.2, markersize=4, label="gradient descent")
        ax.set_title(f"{surface.name}: {surface.formula}\n{_where_it_is(surface, path[-1])}", fontsize=10.5)
    axes.flat[0].legend(loc="lower right", fontsize=9)
    return figure


def _descent(surface, learning_rate, n_steps):
    """Return the path of gradient descent, (n_steps + 1, 2) or shorter: it ends where it has left the map for good."""
    path = [np.array(surface.start)]
    while len(path) <= n_steps and np.abs(path[-1]).max() < 100:
        path.append(path[-1] - learning_rate * surface.gradient(path[-1]))
    return np.array(path)


def _where_it_is(surface, w):
    return "leaves the map: it diverges" if np.abs(w).max() >= 100 else f"loss at the end: {surface.loss(w):.2g}"
