"""Schemes: how training goes round, as boxes and arrows.

Before any formula stands the loop that all formulas serve: examples go forward through the network, the loss says
how wrong it was, the gradient says what to change, and a small change is made. Then again, until it is time to stop.

`canvas`, `box` and `arrow` are what such pictures are made of; `nnkit.figures.graph` draws with them as well.
"""

from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from nnkit import plots

__all__ = ["arrow", "box", "canvas", "training"]

DATA, WORK, RESULT = "#DCEBF5", "#FFFFFF", "#D9F0E8"  # pale blue, white, pale green
STAGES = {  # name: (x, y, what is written in it, colour)
    "examples": (0, 2.6, "Training examples\ninputs X, targets Y", DATA),
    "forward": (5, 2.6, "1. Forward\nY* = network(X)", WORK),
    "loss": (10, 2.6, "2. Loss\nE(Y, Y*): how wrong?", WORK),
    "backward": (10, 0, "3. Backward\n∂E/∂W and ∂E/∂B", WORK),
    "update": (5, 0, "4. Update\nW ← W − α ∂E/∂W", WORK),
    "trained": (0, 0, "Trained network\nfor new inputs", RESULT),
}
ARROWS = [  # from, to, what goes along
    ("examples", "forward", "X, a batch"),
    ("forward", "loss", "Y*"),
    ("loss", "backward", " chain rule"),
    ("backward", "update", "gradients"),
    ("update", "forward", " again"),
    ("update", "trained", "time to stop"),
]
SIZE = 3.2, 1.2  # of a stage
TARGETS = [(0, 3.2), (0, 4.0), (10, 4.0), (10, 3.2)]  # the way of the targets, over the head of the network


@plots._STYLE
def training(ax=None):
    """Draw the loop of training, forward, loss, backward, update, with what enters and what leaves; return the Axes."""
    ax = canvas(ax, (9.5, 3.8), (-1.8, 11.8), (-0.8, 4.5))
    patches = {name: box(ax, (x, y), SIZE, text, colour) for name, (x, y, text, colour) in STAGES.items()}
    for start, end, label in ARROWS:
        arrow(ax, patches[start], patches[end], label)
    ax.plot(*zip(*TARGETS[:-1], strict=True), color=plots._QUIET, linewidth=1.5)
    ax.annotate(
        "",
        TARGETS[-1],
        TARGETS[-2],
        arrowprops={"arrowstyle": "-|>", "color": plots._QUIET, "shrinkA": 0, "mutation_scale": 14, "linewidth": 1.5},
    )
    ax.text(5, 4.05, "Y, the right answers", ha="center", va="bottom", size=10, color=plots._QUIET)
    ways = [
        f"from {start} to {end}: {label.strip()}" for start, end, label in [*ARROWS, ("examples", "loss", "targets")]
    ]
    ax.set_label(f"The loop of training, as boxes and arrows. {'; '.join(ways)}")
    return ax


def canvas(ax, figsize, xlim, ylim):
    """Return Axes to draw boxes on, without scales: `ax`, or that of a new figure."""
    ax = plots._axes(ax, figsize)
    ax.set(xlim=xlim, ylim=ylim, aspect="equal")
    ax.axis("off")
    return ax


def box(ax, centre, size, text, colour="white", edge=plots._INK):
    """Draw a box of this size (width, height) with text in it; return the box, for arrows to begin and end at."""
    (x, y), (width, height) = centre, size
    style = {"boxstyle": "round,pad=0,rounding_size=0.15", "facecolor": colour, "edgecolor": edge, "linewidth": 1.5}
    patch = ax.add_patch(FancyBboxPatch((x - width / 2, y - height / 2), width, height, **style))
    ax.text(x, y, text, ha="center", va="center", linespacing=1.5)
    return patch


def arrow(ax, start, end, label="", colour=plots._QUIET):
    """Draw an arrow from one box to another, with a label at its middle; return the arrow."""
    ends = [(patch.get_x() + patch.get_width() / 2, patch.get_y() + patch.get_height() / 2) for patch in (start, end)]
    style = {"arrowstyle": "-|>", "mutation_scale": 14, "color": colour, "linewidth": 1.5, "shrinkA": 2, "shrinkB": 2}
    patch = ax.add_patch(FancyArrowPatch(*ends, patchA=start, patchB=end, **style))
    (x1, y1), (x2, y2) = ends
    beside = {"ha": "left", "va": "center"} if x1 == x2 else {"ha": "center", "va": "bottom"}
    if label:
        ax.text((x1 + x2) / 2, (y1 + y2) / 2 + 0.1 * (x1 != x2), label, size=10, color=colour, **beside)
    return patch
