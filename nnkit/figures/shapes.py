"""Shapes: a dense layer's matrices as grids of numbers, so that rows and columns can be pointed at.

Y = X W + B and its three errors are sums over different things, and the shapes say over which. The sliders choose one
example k, one input i and one unit j; framed is what the entry for them is made of, and beside it stands the sum.

    Y      (batch, units)    y_kj      from row k of X and column j of W
    dE/dX  (batch, inputs)   dE/dx_ki  from row k of dE/dY and column i of W^T
    dE/dW  (inputs, units)   dE/dw_ij  from row i of X^T and column j of dE/dY
    dE/dB  (1, units)        dE/db_j   from column j of dE/dY
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.patches import Rectangle

from nnkit import plots
from nnkit.figures.answers import as_drawn, number
from nnkit.figures.explore import explore, slide
from nnkit.figures.schemes import canvas

__all__ = ["errors", "explore_errors", "explore_output", "output"]

UNIT = 0.42  # inches: the height of a cell
CELL = 1.4  # how much wider than high a cell is
GAP = 1.1  # between two matrices, where the sign stands
ROOM = 1.9  # above and below a matrix, for its name and shape
LETTER = 0.19  # how wide a letter of the text beside a row is
POSITIVE, NEGATIVE = "#DCEBF5", "#FBE6D9"  # pale blue and pale orange; the number has its sign as well
ALL = slice(None)


@dataclass(frozen=True)
class Matrix:
    """A matrix to be drawn: its name, its numbers, which of them are framed, and which are marked as wrong."""

    name: str
    numbers: np.ndarray
    framed: tuple
    wrong: np.ndarray | bool = False


@plots._STYLE
def output(X, W, B, Y, example=0, unit=0, ax=None):
    """Draw X W + B = Y, with what entry (example, unit) of Y is made of in frames; return the Axes."""
    X, W, B, Y = map(np.asarray, (X, W, B, Y))
    k, j = example, unit
    row = [Matrix("X", X, (k, ALL)), "@", Matrix("W", W, (ALL, j)), "+", Matrix("B", B, (0, j)), "="]
    total = [*_products(X[k], W[:, j]), _in_brackets(B[0, j])]
    return _draw(ax, [([*row, Matrix("Y", Y, (k, j))], _sum(f"Y[{k}, {j}]", total, Y[k, j]))])


@plots._STYLE
def errors(X, W, output_error, input_error, weights_error, biases_error, example=0, input=0, unit=0, ax=None):
    """Draw how the three errors come from dE/dY, what one entry of each is made of in frames; return the Axes.

    The three errors are the student's: entries that are not the sum beside them are marked.
    Raises ValueError where one of them is not shaped like what it is the error of.
    """
    X, W, dY = map(np.asarray, (X, W, output_error))
    dX = as_drawn("input_error", input_error, X.shape, "shaped like X")
    dW = as_drawn("weights_error", weights_error, W.shape, "shaped like W")
    dB = as_drawn("biases_error", biases_error, (1, W.shape[1]), "one row, shaped like B")
    k, i, j, name = example, input, unit, "∂E/∂Y"
    to_X = [Matrix(name, dY, (k, ALL)), "@", Matrix("Wᵀ", W.T, (ALL, i)), "="]
    to_W = [Matrix("Xᵀ", X.T, (i, ALL)), "@", Matrix(name, dY, (ALL, j)), "="]
    to_B = [Matrix(f"{name}, rows added", dY, (ALL, j)), "="]
    sums = _products(dY[k], W[i]), _products(X[:, i], dY[:, j]), [_in_brackets(value) for value in dY[:, j]]
    return _draw(
        ax,
        [
            _judged(to_X, "∂E/∂X", dX, _rise(lambda X: np.sum(dY * (X @ W)), X), (k, i), sums[0]),
            _judged(to_W, "∂E/∂W", dW, _rise(lambda W: np.sum(dY * (X @ W)), W), (i, j), sums[1]),
            _judged(to_B, "∂E/∂B", dB, _rise(lambda B: np.sum(dY * B), np.zeros_like(dB)), (0, j), sums[2]),
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


def _judged(row, name, answer, right, at, total):
    """Return a row that ends with a student's matrix, and what stands beside it: the sum, and whether it is theirs."""
    wrong = ~np.isclose(answer, right, rtol=1e-4, atol=1e-6)
    verdict = "✓ yours"
    if wrong.any():
        place = ", ".join(map(str, np.argwhere(wrong)[0]))
        verdict = f"✗ {wrong.sum()} of {wrong.size} entries of yours differ,\nthe first is [{place}]"
    text = _sum(f"{name}[{at[0]}, {at[1]}]", total, right[at])
    return [*row, Matrix(name, answer, at, wrong)], f"{text}\n{verdict}"


def _rise(E, array):
    """Return by how much E rises where an entry is raised by 1, for each: for an E of first degree, its derivative."""
    ones = np.eye(array.size).reshape(-1, *array.shape)
    return np.reshape([E(array + one) - E(array) for one in ones], array.shape)


def _sum(name, terms, value):
    return f"{name}\n= {' + '.join(terms)}\n= {number(value, 3)}"


def _products(a, b):
    """Return the products of two vectors' entries, written out."""
    return [f"{_in_brackets(x)} · {_in_brackets(y)}" for x, y in zip(a, b, strict=True)]


def _in_brackets(value):
    return f"({number(value, 3)})" if value < 0 else number(value, 3)


def _draw(ax, rows):
    """Draw rows of matrices and signs, one below the other, each with its text at the right, as large as they need."""
    widths = [sum(GAP if isinstance(item, str) else CELL * item.numbers.shape[1] for item in row) for row, _ in rows]
    heights = [ROOM + max(len(item.numbers) for item in row if isinstance(item, Matrix)) for row, _ in rows]
    column, height = max(widths) + 0.5, sum(heights)
    width = column + LETTER * max(len(line) for _, text in rows for line in text.splitlines())
    ax = canvas(ax, (UNIT * width, UNIT * height), (-0.2, width), (height, 0))
    ax.set_aspect("auto")
    for (row, text), top, room in zip(rows, np.cumsum([0, *heights[:-1]]), heights, strict=True):
        _draw_row(ax, row, top + room / 2)
        ax.text(column, top + room / 2, text, va="center", linespacing=1.6, size=10)
    return ax


def _draw_row(ax, row, middle):
    left = 0
    for item in row:
        if isinstance(item, str):
            ax.text(left + GAP / 2, middle, item, ha="center", va="center", size=14)
            left += GAP
        else:
            left = _draw_matrix(ax, item, left, middle)


def _draw_matrix(ax, matrix, left, middle):
    """Draw a matrix as a grid, its name above and its shape below; return where it ends."""
    (n_rows, n_columns), top = matrix.numbers.shape, middle - len(matrix.numbers) / 2
    framed, wrong = np.zeros(matrix.numbers.shape, dtype=bool), np.broadcast_to(matrix.wrong, matrix.numbers.shape)
    framed[matrix.framed] = True
    for (row, column), value in np.ndenumerate(matrix.numbers):
        corner = (left + CELL * column, top + row)
        frame = {"edgecolor": plots._INK, "linewidth": 2.5, "zorder": 3}
        style = frame if framed[row, column] else {"edgecolor": "white"}
        ax.add_patch(Rectangle(corner, CELL, 1, facecolor=NEGATIVE if value < 0 else POSITIVE, **style))
        ink = {"color": plots._MISTAKE, "weight": "bold", "size": 8} if wrong[row, column] else {"size": 10}
        text = ("✗" if wrong[row, column] else "") + number(value, 3)
        ax.text(corner[0] + CELL / 2, corner[1] + 0.5, text, ha="center", va="center", zorder=4, **ink)
    centre = left + CELL * n_columns / 2
    ax.text(centre, top - 0.15, matrix.name, ha="center", va="bottom", weight="bold")
    ax.text(centre, top + n_rows + 0.15, f"({n_rows}, {n_columns})", ha="center", va="top", size=9, color=plots._QUIET)
    return left + CELL * n_columns
