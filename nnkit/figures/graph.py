"""Graph: a computation as boxes and arrows, values going forward and gradients coming back.

The chain rule is easy to write and hard to see. Here E = (sigmoid(w x + b) - y)^2 is taken apart into steps so small
that each has a slope anybody can write down. Forward, every box computes its value from those before it:

    p = w x    z = p + b    s = sigmoid(z)    d = s - y    E = d^2

Backward, each hands to the boxes before it its own gradient times the slope of that one step: dE/dz = dE/ds * ds/dz.
Every value is used once here; one that is used several times would add up what comes back.
"""

import math
from dataclasses import dataclass
from functools import partial

from nnkit import plots
from nnkit.figures.explore import explore, slide
from nnkit.figures.schemes import arrow, box, canvas

__all__ = ["N_STEPS", "backward", "draw", "explore_graph", "forward"]


@dataclass(frozen=True)
class Node:
    """A box: its place; how its value comes from the values `v` so far; its slope with respect to each input."""

    place: tuple
    formula: str
    value: object
    slopes: dict  # input -> (the slope in letters, the slope as a function of v)


LEAVES = {"x": (0, 2.4), "w": (0, 0), "b": (3, 0), "y": (9, 0)}  # what is given: no box computes it
NODES = {
    "p": Node(
        (3, 2.4),
        "w x",
        lambda v: v["w"] * v["x"],
        {"w": ("x", lambda v: v["x"]), "x": ("w", lambda v: v["w"])},
    ),
    "z": Node(
        (6, 2.4),
        "p + b",
        lambda v: v["p"] + v["b"],
        {"p": ("1", lambda v: 1), "b": ("1", lambda v: 1)},
    ),
    "s": Node(
        (9, 2.4),
        "σ(z)",
        lambda v: 1 / (1 + math.exp(-v["z"])),
        {"z": ("s (1 − s)", lambda v: v["s"] * (1 - v["s"]))},
    ),
    "d": Node((12, 2.4), "s − y", lambda v: v["s"] - v["y"], {"s": ("1", lambda v: 1)}),
    "E": Node((15, 2.4), "d²", lambda v: v["d"] ** 2, {"d": ("2 d", lambda v: 2 * v["d"])}),
}
TARGET = "y", "d"  # an arrow along which no gradient is asked for: the target stays as it is
N_STEPS = 13  # five values forward, eight gradients back
SIZE = 2.0, 1.1
FORWARD, BACKWARD = plots._PALETTE[0], plots._MISTAKE


def forward(**given):
    """Return all values by name, in the order in which they are computed: x, w, b, y, p, z, s, d, E."""
    values = dict(given)
    for name, node in NODES.items():
        values[name] = node.value(values)
    return values


def backward(values):
    """Return dE/d(each value) by name, in the order of the way back: E, d, s, z, p, b, w, x."""
    gradients = {"E": 1.0}
    for name, node in reversed(NODES.items()):
        for given, (_, slope) in node.slopes.items():
            gradients[given] = gradients[name] * slope(values)
    return gradients


@plots._STYLE
def draw(graph_backward, step, x, w, b, y, ax=None):
    """Draw the graph after so many steps of N_STEPS: values first, then gradients; return the Axes.

    The last gradients, at x, w and b, are those that `graph_backward(x, w, b, y)` returns, marked where the graph
    says otherwise. As long as that function is to be written, or is None, they are the graph's.
    """
    values = forward(x=x, w=w, b=b, y=y)
    gradients = backward(values)
    seen_values = [*LEAVES, *NODES][: len(LEAVES) + step]
    seen_gradients = list(gradients)[: max(0, step - len(NODES))]
    ax = canvas(ax, (10, 3.6), (-1.2, 16.2), (-1.7, 4.3))
    _draw_boxes(ax, {name: values[name] for name in seen_values})
    answers = _answers(graph_backward, x, w, b, y)
    for name in seen_gradients:
        _write_gradient(ax, name, gradients[name], answers.get(name))
    ax.set_title(_what_happened(values, gradients, [*seen_values[len(LEAVES) :], *seen_gradients]))
    return ax


def explore_graph(graph_backward):
    """Show the graph with sliders for the step and for what is given."""
    explore(
        partial(draw, graph_backward),
        "The computation graph of a squared error: values in boxes, gradients beside them.",
        step=slide(0, N_STEPS, start=N_STEPS),
        x=slide(-3.0, 3.0, 0.5, start=2.0),
        w=slide(-2.0, 2.0, 0.25, start=0.5),
        b=slide(-2.0, 2.0, 0.25, start=-0.5),
        y=slide(0.0, 1.0, 1.0, start=1.0),
    )


def _place(name):
    return LEAVES[name] if name in LEAVES else NODES[name].place


def _draw_boxes(ax, seen):
    """Draw all boxes and arrows; only the values seen so far are written."""
    patches = {}
    for name in [*LEAVES, *NODES]:
        head = name if name in LEAVES else f"{name} = {NODES[name].formula}"
        value = _number(seen[name]) if name in seen else "?"
        patches[name] = box(ax, _place(name), SIZE, f"{head}\n{value}", edge=FORWARD if name in seen else plots._QUIET)
    for name, node in NODES.items():
        for given in node.slopes:
            arrow(ax, patches[given], patches[name])
    arrow(ax, *(patches[name] for name in TARGET))


def _answers(graph_backward, x, w, b, y):
    """Return the student's gradients by name; none as long as the function is to be written."""
    try:
        return graph_backward(x, w, b, y) if graph_backward else {}
    except NotImplementedError:
        return {}


def _write_gradient(ax, name, gradient, answer):
    """Write a gradient beside its box: the student's, if there is one, and the graph's where they differ."""
    (column, row), shown = _place(name), gradient if answer is None else float(answer)
    text = f"∂E/∂{name} = {_number(shown)}"
    if answer is not None:
        agrees = math.isclose(shown, gradient, rel_tol=1e-6, abs_tol=1e-9)
        text += "\n✓ yours" if agrees else f"\n✗ yours; it is {_number(gradient)}"
    side, va = (1, "bottom") if row else (-1, "top")  # above the upper row, below the lower one: clear of the arrows
    ax.text(column, row + side * (SIZE[1] / 2 + 0.1), text, ha="center", va=va, size=10, color=BACKWARD)


def _what_happened(values, gradients, seen):
    """Say in one line which value or gradient came last, and how."""
    if not seen:
        return "Given: x, w, b and the target y. Move the step slider to compute the rest."
    name = seen[-1]
    if seen.count(name) == 1 and name in NODES and len(seen) <= len(NODES):
        return f"Forward: {name} = {NODES[name].formula} = {_number(values[name])}"
    if name == "E":
        return "Backward: ∂E/∂E = 1, where the way back begins"
    after = next(after for after, node in NODES.items() if name in node.slopes)
    letters, slope = NODES[after].slopes[name]
    product = f"{_number(gradients[after])} × {_in_brackets(slope(values))} = {_number(gradients[name])}"
    return f"Backward: ∂E/∂{name} = ∂E/∂{after} · ∂{after}/∂{name} = ∂E/∂{after} · {letters} = {product}"


def _in_brackets(number):
    return f"({_number(number)})" if number < 0 else _number(number)


def _number(number):
    """Return a number in four digits, with a minus as long as the one that the formulas have."""
    return f"{number:.4g}".replace("-", "−")
