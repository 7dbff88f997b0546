"""Slopes: activation functions beside their derivatives, and softmax's, which is a whole matrix.

What an activation function lets through on the way back is its slope, so the slope decides how fast a layer learns:
where the dashed line is near zero, nearly nothing passes.
"""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from nnkit import plots
from nnkit.figures.explore import explore, slide

__all__ = ["explore_softmax", "from_output", "side_by_side", "softmax"]


def from_output(derivation, function):
    """Return x -> f'(x), from f and a derivation that writes f' in f's own output (a SymPy expression)."""
    import sympy

    f = sympy.Symbol("f")
    slope = sympy.lambdify(f, derivation(f))
    return lambda x: slope(function(x)) * np.ones(np.shape(x))  # a constant slope has to have x's shape, too


@plots._STYLE
def side_by_side(functions, x):
    """Draw functions over x, each beside its slope, with one scale for all; return the Figure.

    `functions` is {name: (f, f')}; both take an array and return one shaped like it.
    """
    figure, axes = plt.subplots(1, len(functions), figsize=(3.3 * len(functions), 3.3), sharey=True, squeeze=False)
    for ax, (name, (function, slope)) in zip(axes[0], functions.items(), strict=True):
        plots.function_and_slope(function, slope, x, ax=ax, title=name)
        ax.axhline(0, color=plots._QUIET, linewidth=0.8, zorder=0)
    axes[0, 0].set_ylim(-1.2, 2.2)
    return figure


@plots._STYLE
def softmax(softmax_jacobian, **logits):
    """Draw softmax's outputs as bars and, beside them, its Jacobian as a heat map; return the Figure."""
    z = np.array(list(logits.values()), dtype=float)
    outputs, jacobian = _softmax(z), np.asarray(softmax_jacobian(z), dtype=float)
    _expect_square(jacobian, len(z))
    figure, (bars, heat) = plt.subplots(1, 2, figsize=(9, 3.6), width_ratios=(1, 1.2))
    drawn = bars.bar(range(1, len(z) + 1), outputs, color=plots._PALETTE[0])
    bars.bar_label(drawn, [f"{f:.3f}" for f in outputs])
    bars.set(
        ylim=(0, 1.1), xticks=range(1, len(z) + 1), xlabel="class i", ylabel="$f_i$", title="softmax of the logits"
    )
    image = heat.imshow(jacobian, cmap="RdBu", vmin=-0.25, vmax=0.25)
    for (i, j), entry in np.ndenumerate(jacobian):
        ink = plots._readable_on(np.array(image.cmap(image.norm(entry))))
        heat.text(j, i, f"{entry:+.3f}", ha="center", va="center", color=ink)
    ticks = [str(k + 1) for k in range(len(z))]
    heat.set(xlabel="logit j", ylabel="output i", title=r"its Jacobian, $\partial f_i/\partial z_j$")
    heat.set_xticks(range(len(z)), ticks)
    heat.set_yticks(range(len(z)), ticks)
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


def _softmax(z):
    """f_i = e^z_i / sum_j e^z_j, with the maximum taken off first."""
    e = np.exp(z - z.max())
    return e / e.sum()


def _expect_square(jacobian, n):
    if jacobian.shape != (n, n):
        raise ValueError(
            f"softmax_jacobian must return an array of shape {(n, n)} for {n} logits, a row for each output and a "
            f"column for each logit; it returned {jacobian.shape}."
        )
