"""Slopes: activation functions beside their derivatives, and softmax's, which is a whole matrix.

What an activation function lets through on the way back is its slope, so the slope decides how fast a layer learns:
where the dashed line is near zero, nearly nothing passes.
"""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from nnkit import plots
from nnkit.figures.answers import as_drawn, number
from nnkit.figures.explore import explore, slide

__all__ = ["explore_softmax", "from_output", "side_by_side", "softmax"]

N_MEASURED = 12  # places where slopes are measured; an even number of them leaves out the middle, ReLU's corner


def from_output(derivation, function):
    """Return x -> f'(x), from f and a derivation that writes f' in f's own output (a SymPy expression).

    Raises TypeError where the derivation gives no expression, or one that is not written in the output alone.
    """
    import sympy

    f = sympy.Symbol("f")
    expression = derivation(f)
    if not isinstance(expression, sympy.Expr | sympy.Poly | int | float):
        raise TypeError(f"{derivation.__name__} must return a SymPy expression; it returned {expression!r}.")
    expression = sympy.sympify(expression).as_expr().doit()
    others = expression.free_symbols - {f}
    if others:
        raise TypeError(f"{derivation.__name__} must use the symbol handed in (here f) and no other; it used {others}.")
    slope = sympy.lambdify(f, expression)
    return lambda x: slope(function(x)) * np.ones(np.shape(x))  # a constant slope has to have x's shape, too


@plots._STYLE
def side_by_side(functions, x, numerical_gradient=None):
    """Draw functions over x, each beside its slope, with one scale for all; return the Figure.

    `functions` is {name: (f, f')}; both take an array and return one shaped like it. With the student's
    `numerical_gradient`, a few slopes are measured too: dots, which lie on the dashed line where f' is right.
    """
    figure, axes = plt.subplots(1, len(functions), figsize=(3.3 * len(functions), 3.3), sharey=True, squeeze=False)
    for ax, (name, (function, slope)) in zip(axes[0], functions.items(), strict=True):
        plots.function_and_slope(function, slope, x, ax=ax, title=f"{name}: slope up to {_largest(slope(x))}")
        ax.axhline(0, color=plots._QUIET, linewidth=0.8, zorder=0)
        _measure(ax, function, np.linspace(x[0], x[-1], N_MEASURED), numerical_gradient)
    axes[0, 0].set_ylim(-1.2, 2.4)
    return figure


@plots._STYLE
def softmax(softmax_jacobian, **logits):
    """Draw softmax's outputs as bars and, beside them, its Jacobian as a heat map; return the Figure.

    The Jacobian is the student's; entries that differ from measured slopes are marked.
    """
    z = np.array(list(logits.values()), dtype=float)
    outputs, shape = _softmax(z), (len(z), len(z))
    meaning = "a row for each output and a column for each logit"
    jacobian = as_drawn("softmax_jacobian", softmax_jacobian(z.copy()), shape, meaning)
    wrong = ~np.isclose(jacobian, _measured(z), rtol=1e-4, atol=1e-6)
    figure, (bars, heat) = plt.subplots(1, 2, figsize=(9, 3.6), width_ratios=(1, 1.2))
    _draw_bars(bars, z, outputs)
    image = heat.imshow(jacobian, cmap="RdBu", vmin=-0.25, vmax=0.25)
    for (i, j), entry in np.ndenumerate(jacobian):
        ink = plots._readable_on(np.array(image.cmap(image.norm(entry))) if np.isfinite(entry) else np.ones(4))
        text = ("✗ " if wrong[i, j] else "") + _signed(entry)
        heat.text(j, i, text, ha="center", va="center", color=ink)
    verdict = f" ({wrong.sum()} of {wrong.size} entries are not)" if wrong.any() else ""
    classes = [str(k + 1) for k in range(len(z))]
    heat.set(xlabel="logit j", ylabel="output i", title=r"its Jacobian, $\partial f_i/\partial z_j$" + verdict)
    heat.set_xticks(range(len(z)), classes)
    heat.set_yticks(range(len(z)), classes)
    heat.spines[:].set_visible(False)
    figure.colorbar(image, ax=heat)
    return figure


def explore_softmax(softmax_jacobian):
    """Show softmax and its Jacobian with a slider for each of three logits."""
    explore(
        partial(softmax, softmax_jacobian),
        "Three bars of softmax's outputs, and its Jacobian as a heat map: positive diagonal, the rest negative.",
        z1=slide(-4.0, 4.0, 0.5, start=2.0),
        z2=slide(-4.0, 4.0, 0.5, start=1.0),
        z3=slide(-4.0, 4.0, 0.5, start=0.0),
    )


def _largest(slopes):
    return number(np.nanmax(slopes), 3)


def _measure(ax, function, x, numerical_gradient):
    """Put dots where the student's function measures the slopes; none as long as it is to be written."""
    try:
        slopes = numerical_gradient(lambda x: float(np.sum(function(x))), x) if numerical_gradient else None
    except NotImplementedError:
        return
    if numerical_gradient:
        slopes = as_drawn("numerical_gradient", slopes, x.shape, "shaped like x")
        style = {"color": plots._INK, "linestyle": "", "marker": "o", "markersize": 4}
        ax.plot(x, slopes, **style, label="measured")
        ax.legend(frameon=False, loc="upper left")


def _draw_bars(ax, z, outputs):
    """Draw softmax's outputs, above the logits that they come from."""
    places = range(1, len(z) + 1)
    ax.bar_label(ax.bar(places, outputs, color=plots._PALETTE[0]), [f"{f:.3f}" for f in outputs])
    ax.set(ylim=(0, 1.1), ylabel="$f_i$", title="softmax of the logits")
    ax.set_xticks(places, [f"$z_{k}$ = {number(value)}" for k, value in zip(places, z, strict=True)])


def _signed(entry):
    """Return a number in three decimals, with its sign unless it is 0 in all of them."""
    text = f"{entry:+.3f}".replace("-", "−")
    return text if text.strip("+−0.") else "0"


def _softmax(z):
    """f_i = e^z_i / sum_j e^z_j, with the maximum taken off first."""
    e = np.exp(z - z.max())
    return e / e.sum()


def _measured(z, eps=1e-5):
    """Return softmax's Jacobian at z by central differences."""
    return np.column_stack([(_softmax(z + d) - _softmax(z - d)) / (2 * eps) for d in eps * np.eye(len(z))])
