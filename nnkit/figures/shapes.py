"""Shapes: a dense layer's matrices as grids of numbers, so that rows and columns can be pointed at.

Y = X W + B and its three errors are sums over different things, and the shapes say over which. The sliders choose one
example k, one input i and one unit j; framed is what the entry for them is made of.

    Y      (batch, units)    y_kj      from row k of X and column j of W
    dE/dX  (batch, inputs)   dE/dx_ki  from row k of dE/dY and column i of W^T
    dE/dW  (inputs, units)   dE/dw_ij  from row i of X^T and column j of dE/dY
    dE/dB  (1, units)        dE/db_j   from column j of dE/dY
"""

from functools import partial

import numpy as np
from matplotlib.patches import Rectangle

from nnkit import plots
from nnkit.figures.explore import explore, slide
from nnkit.figures.schemes import canvas

__all__ = ["errors", "explore_errors", "explore_output", "output"]

CELL = 1.3  # how much wider than high a cell is
GAP = 1.1  # between two matrices, where the sign stands
POSITIVE, NEGATIVE = "#DCEBF5", "#FBE6D9"  # pale blue and pale orange; the number has its sign as well
ALL = slice(None)


@plots._STYLE
def output(X, W, B, Y, example=0, unit=0, ax=None):
    """Draw X W + B = Y, with what entry (example, unit) of Y is made of in frames; return the Axes."""
    row = [
        ("X", X, (example, ALL)),
        "@",
        ("W", W, (ALL, unit)),
        "+",
        ("B", B, (0, unit)),
        "=",
        ("Y", Y, (example, unit)),
    ]
    return _draw(ax, [row])


@plots._STYLE
def errors(X, W, output_error, input_error, weights_error, biases_error, example=0, input=0, unit=0, ax=None):
    """Draw how the three errors come from dE/dY, what one entry of each is made of in frames; return the Axes."""
    k, i, j, dY = example, input, unit, "∂E/∂Y"
    return _draw(
        ax,
        [
            [(dY, output_error, (k, ALL)), "@", ("Wᵀ", W.T, (ALL, i)), "=", ("∂E/∂X", input_error, (k, i))],
            [("Xᵀ", X.T, (i, ALL)), "@", (dY, output_error, (ALL, j)), "=", ("∂E/∂W", weights_error, (i, j))],
            [("∂E/∂Y, rows added", output_error, (ALL, j)), "=", ("∂E/∂B", biases_error, (0, j))],
        ],
    )


def explore_output(X, W, B, Y):
    """Show X W + B = Y with sliders for the example and the unit."""
    explore(
        partial(output, X, W, B, Y),
        "The matrices X, W, B and Y as grids of numbers, with a frame around what one entry of Y is made of.",
        example=slide(0, len(X) - 1),
        unit=slide(0, W.shape[1] - 1),
    )


def explore_errors(X, W, output_error, input_error, weights_error, biases_error):
    """Show the three errors with sliders for the example, the input and the unit."""
    explore(
        partial(errors, X, W, output_error, input_error, weights_error, biases_error),
        "Three products of matrices, one for each error of a dense layer; frames around what an entry is made of.",
        example=slide(0, len(X) - 1),
        input=slide(0, len(W) - 1),
        unit=slide(0, W.shape[1] - 1),
    )


def _draw(ax, rows):
    """Draw rows of matrices and signs, one below the other, and make the picture as large as they need."""
    widths = [sum(GAP if isinstance(item, str) else CELL * np.shape(item[1])[1] for item in row) for row in rows]
    heights = [2.3 + max(np.shape(item[1])[0] for item in row if not isinstance(item, str)) for row in rows]
    width, height = max(widths), sum(heights)
    ax = canvas(ax, (0.5 * width + 0.4, 0.42 * height), (-0.2, width + 0.2), (height, 0))
    ax.set_aspect("auto")
    for row, top, room in zip(rows, np.cumsum([0, *heights[:-1]]), heights, strict=True):
        _draw_row(ax, row, top + room / 2)
    return ax


def _draw_row(ax, row, middle):
    left = 0
    for item in row:
        if isinstance(item, str):
            ax.text(left + GAP / 2, middle, item, ha="center", va="center", size=14)
            left += GAP
        else:
            left = _draw_matrix(ax, *item, left, middle)


def _draw_matrix(ax, name, matrix, framed, left, middle):
    """Draw a matrix as a grid, its name above and its shape below; return where it ends."""
    matrix = np.atleast_2d(np.asarray(matrix, dtype=float))
    (n_rows, n_columns), top = matrix.shape, middle - len(matrix) / 2
    chosen = np.zeros(matrix.shape, dtype=bool)
    chosen[framed] = True
    for (row, column), value in np.ndenumerate(matrix):
        corner, frame = (left + CELL * column, top + row), chosen[row, column]
        style = {"edgecolor": plots._INK, "linewidth": 2.5, "zorder": 3} if frame else {"edgecolor": "white"}
        ax.add_patch(Rectangle(corner, CELL, 1, facecolor=NEGATIVE if value < 0 else POSITIVE, **style))
        ax.text(corner[0] + CELL / 2, corner[1] + 0.5, f"{value:.3g}", ha="center", va="center", zorder=4, size=10)
    centre = left + CELL * n_columns / 2
    ax.text(centre, top - 0.15, name, ha="center", va="bottom", weight="bold")
    ax.text(centre, top + n_rows + 0.15, str(matrix.shape), ha="center", va="top", size=9, color=plots._QUIET)
    return left + CELL * n_columns
