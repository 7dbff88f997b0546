"""Descent: a ball that rolls down an error, on a curve over one weight and on a surface over two.

What the learning rate does, and what the starting point decides, is seen best on an error that can be drawn whole.
The path is made by the student's own function, `gradient_descent(gradient, start, learning_rate, n_steps)`.

    curve    E(w) = w^4 / 4 - w^2 + w / 4        two valleys, the left one deeper
    surface  E(w1, w2) = (w1^2 + 10 w2^2) / 2    a ravine, ten times steeper across than along
"""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from nnkit import plots
from nnkit.figures.answers import as_drawn, number
from nnkit.figures.explore import choose, explore, play, slide

__all__ = [
    "curve",
    "curve_error",
    "curve_gradient",
    "explore_curve",
    "explore_surface",
    "surface",
    "surface_error",
    "surface_gradient",
]

RANGE = 2.2  # the curve is drawn over -RANGE..RANGE
WIDTH, DEPTH = 5.0, 2.0  # the surface over -WIDTH..WIDTH and -DEPTH..DEPTH
LEVELS = [0.5, 2, 5, 10, 16, 24]  # of the surface, for the lines on its map
PATH = {"color": plots._PALETTE[1], "linewidth": 1, "marker": "o", "markersize": 4}
START = {"color": plots._INK, "marker": "o", "markersize": 9, "markerfacecolor": "white", "linestyle": ""}
BALL = {"color": plots._PALETTE[1], "marker": "o", "markersize": 13, "markeredgecolor": plots._INK, "linestyle": ""}


def curve_error(w):
    """E(w) = w^4 / 4 - w^2 + w / 4, entry by entry."""
    return w**4 / 4 - w**2 + w / 4


def curve_gradient(w):
    """dE/dw = w^3 - 2 w + 1/4, entry by entry; a point may come as a list."""
    w = np.asarray(w)
    return w**3 - 2 * w + 1 / 4


def surface_error(w):
    """E = (w1^2 + 10 w2^2) / 2 at w (..., 2)."""
    return (w[..., 0] ** 2 + 10 * w[..., 1] ** 2) / 2


def surface_gradient(w):
    """(dE/dw1, dE/dw2) = (w1, 10 w2), shaped like w (..., 2), which may be a list."""
    return np.asarray(w) * np.array([1.0, 10.0])


@plots._STYLE
def curve(gradient_descent, learning_rate, start, steps, ax=None):
    """Draw the ball on the curve after so many steps, and the way it took; return the Axes."""
    path = _path(gradient_descent, curve_gradient, [start], learning_rate, steps)
    ax = plots._axes(ax, (7, 4))
    w, seen = np.linspace(-RANGE, RANGE, 301), _until_lost(path, [RANGE])
    ax.plot(w, curve_error(w), color=plots._PALETTE[0], linewidth=2)
    ax.set(xlim=(-RANGE, RANGE), ylim=(-2, 2.5), xlabel="w", ylabel="E(w)")
    _leave(ax, path, len(seen), lambda p: [p[:, 0], curve_error(p[:, 0])])
    _roll(ax, [seen[:, 0], curve_error(seen[:, 0])], len(seen) < len(path))
    ax.set_title(_where(path, seen, curve_error))
    ax.legend(loc="upper center", frameon=False)
    return ax


@plots._STYLE
def surface(gradient_descent, learning_rate, start_w1, start_w2, steps):
    """Draw the ball on the surface, from the side and, as on a map, from above; return the Figure."""
    path = _path(gradient_descent, surface_gradient, [start_w1, start_w2], learning_rate, steps)
    seen = _until_lost(path, [WIDTH, DEPTH])
    figure = plt.figure(figsize=(9.5, 4))
    side = figure.add_subplot(1, 2, 1, projection="3d", computed_zorder=False)  # else the surface hides the ball
    above = figure.add_subplot(1, 2, 2)
    w = np.stack(np.meshgrid(np.linspace(-WIDTH, WIDTH, 61), np.linspace(-DEPTH, DEPTH, 61)), axis=-1)
    side.plot_surface(w[..., 0], w[..., 1], surface_error(w), cmap="Blues", alpha=0.8, rcount=20, ccount=20)
    above.set(xlim=(-WIDTH, WIDTH), ylim=(-DEPTH, DEPTH), xlabel="$w_1$", ylabel="$w_2$")
    lines = above.contour(w[..., 0], w[..., 1], surface_error(w), levels=LEVELS, cmap="Blues_r", vmax=2 * LEVELS[-1])
    above.clabel(lines, fmt="E = %g", fontsize=8, zorder=2.5)  # under the legend
    _leave(above, path, len(seen), np.transpose)
    _roll(side, [*seen.T, surface_error(seen)], len(seen) < len(path))
    _roll(above, seen.T, len(seen) < len(path))
    side.set(xlabel="$w_1$", ylabel="$w_2$", zlabel="E", zlim=(0, 35))
    side.view_init(elev=40, azim=-60)
    above.set_title(_where(path, seen, surface_error))
    above.legend(loc="upper right", framealpha=1, edgecolor="white").set_zorder(3)  # over the map, under the way
    return figure


def explore_curve(gradient_descent):
    """Show the curve with sliders for the learning rate, the start and the number of steps."""
    explore(
        partial(curve, gradient_descent),
        "A curve with two valleys; a ball rolls down it from the start that the sliders set.",
        learning_rate=choose([0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 1.0], start=0.1),
        start=slide(-2.1, 2.1, 0.1, start=2.0),
        steps=play(40, interval=400, start=10),
    )


def explore_surface(gradient_descent):
    """Show the surface with sliders for the learning rate, both coordinates of the start and the number of steps."""
    explore(
        partial(surface, gradient_descent),
        "A narrow ravine from the side and from above; a ball zigzags down into it.",
        learning_rate=choose([0.01, 0.05, 0.1, 0.15, 0.18, 0.19, 0.2, 0.21], start=0.18),
        start_w1=slide(-4.5, 4.5, 0.5, start=-4.5),
        start_w2=slide(-1.8, 1.8, 0.2, start=1.0),
        steps=play(60, interval=600, start=12),
    )


def _path(gradient_descent, gradient, start, learning_rate, steps):
    """Return the student's path as an array; too large a learning rate may take it out of all bounds, quietly."""
    with np.errstate(all="ignore"):
        path = gradient_descent(gradient, np.array(start, dtype=float), learning_rate, steps)
    shape = (steps + 1, len(start))
    return as_drawn("gradient_descent", path, shape, "a row for the start and for each step")


def _until_lost(path, bounds):
    """Return the path as far as it stays within -bounds..bounds."""
    lost = ~np.all(np.abs(path) <= bounds, axis=1)  # infinity and NaN are lost, too
    return path[: lost.argmax()] if lost.any() else path


def _leave(ax, path, n_seen, coordinates):
    """Draw, dashed, the step that led out of the picture, if one did and it is not a leap to the end of the world."""
    step = path[n_seen - 1 : n_seen + 1]
    if 0 < n_seen < len(path) and np.all(np.abs(step) < 100):
        ax.plot(*coordinates(step), color=PATH["color"], linewidth=1, linestyle="--", zorder=4)


def _roll(ax, path, lost):
    """Draw the way, where it began, and the ball where it is. `path` has an array for each coordinate."""
    ax.plot(*path, **PATH, zorder=4)
    ax.plot(*[values[:1] for values in path], **START, zorder=6, label="start")  # on the ball, before it has moved
    ax.plot(*[values[-1:] for values in path], **BALL, zorder=5, label="last seen" if lost else "now")


def _where(path, seen, error):
    """Say where the ball is, and how high; or when it went out of the picture."""
    if len(seen) < len(path):
        return f"out of the picture at step {len(seen)} of {len(path) - 1}"
    place = ", ".join(number(w, 3) for w in path[-1])
    height = number(float(np.squeeze(error(path[-1]))), 3)
    return f"after {len(path) - 1} steps: w = {place if path.shape[1] == 1 else f'({place})'}, E = {height}"
