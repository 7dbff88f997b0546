"""Graph: a computation as boxes and arrows, values going forward and gradients coming back.

The chain rule is easy to write and hard to see. Here E = (sigmoid(w x + b) - y)^2 is taken apart into steps so small
that each has a slope anybody can write down. Forward, every box computes its value from those before it:

    p = w x    z = p + b    s = sigmoid(z)    d = s - y    E = d^2

Backward, each hands to the boxes before it its own gradient times the slope of that one step: dE/dz = dE/ds * ds/dz.
The slope is written at the arrow, once a gradient has come back along it.
Every value is used once here; one that is used several times would add up what comes back.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from nnkit import plots
from nnkit.figures.answers import as_drawn, number
from nnkit.figures.explore import explore, play, slide
from nnkit.figures.schemes import arrow, box, canvas

__all__ = ["N_STEPS", "backward", "draw", "explore_graph", "forward"]


@dataclass(frozen=True)
class Node:
    """A box: its place; how its value comes from the values `v` so far; its slope with respect to each input."""

    place: tuple
    formula: str
    value: object
    slopes: dict  # input -> (the slope in letters, the slope as a function of v)


LEAVES = {"x": (0, 2.4), "w": (0, 0), "b": (3.5, 0), "y": (10.5, 0)}  # what is given: no box computes it
NODES = {
    "p": Node(
        (3.5, 2.4),
        "w x",
        lambda v: v["w"] * v["x"],
        {"w": ("x", lambda v: v["x"]), "x": ("w", lambda v: v["w"])},
    ),
    "z": Node(
        (7, 2.4),
        "p + b",
        lambda v: v["p"] + v["b"],
        {"p": ("1", lambda v: 1), "b": ("1", lambda v: 1)},
    ),
    "s": Node(
        (10.5, 2.4),
        "σ(z)",
        lambda v: 1 / (1 + math.exp(-v["z"])),
        {"z": ("s (1 − s)", lambda v: v["s"] * (1 - v["s"]))},
    ),
    "d": Node((14, 2.4), "s − y", lambda v: v["s"] - v["y"], {"s": ("1", lambda v: 1)}),
    "E": Node((17.5, 2.4), "d²", lambda v: v["d"] ** 2, {"d": ("2 d", lambda v: 2 * v["d"])}),
}
ASKED = "x", "w", "b"  # what the student's function gives the gradients of
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
    Raises ValueError where it returns no dictionary of three numbers.
    """
    values = forward(x=x, w=w, b=b, y=y)
    gradients, answers = backward(values), _answers(graph_backward, x, w, b, y)
    seen_values = [*LEAVES, *NODES][: len(LEAVES) + step]
    seen_gradients = list(gradients)[: max(0, step - len(NODES))]
    last = [*seen_values[len(LEAVES) :], *seen_gradients][-1:]
    ax = canvas(ax, (10.5, 3.5), (-1.3, 18.8), (-1.7, 4.3))
    patches = _draw_boxes(ax, {name: values[name] for name in seen_values}, last)
    _draw_arrows(ax, patches, values, seen_gradients)
    for name in seen_gradients:
        _write_gradient(ax, name, gradients[name], answers.get(name))
    ax.set_title(_what_happened(values, gradients, last, step))
    return ax


def explore_graph(graph_backward):
    """Show the graph with sliders for the step, which has a button that plays it, and for what is given."""
    explore(
        partial(draw, graph_backward),
        "The computation graph of a squared error: values in boxes, gradients beside them, slopes at the arrows.",
        step=play(N_STEPS, interval=1500, start=N_STEPS),
        x=slide(-3.0, 3.0, 0.5, start=2.0),
        w=slide(-2.0, 2.0, 0.25, start=0.5),
        b=slide(-2.0, 2.0, 0.25, start=-0.5),
        y=slide(0.0, 1.0, 1.0, start=1.0),
    )


def _place(name):
    return LEAVES[name] if name in LEAVES else NODES[name].place


def _after(name):
    """Name the box that a value goes to."""
    return next(after for after, node in NODES.items() if name in node.slopes)


def _draw_boxes(ax, seen, last):
    """Draw all boxes, with the values seen so far, the one that the last step was about with a thick edge."""
    patches = {}
    for name in [*LEAVES, *NODES]:
        head = name if name in LEAVES else f"{name} = {NODES[name].formula}"
        value = number(seen[name]) if name in seen else "?"
        patches[name] = box(ax, _place(name), SIZE, f"{head}\n{value}", edge=FORWARD if name in seen else plots._QUIET)
        if name in last:
            patches[name].set_linewidth(3.5)
    return patches


def _draw_arrows(ax, patches, values, seen_gradients):
    """Draw all arrows; where a gradient has come back along one, in its colour, and with the slope beside it."""
    arrow(ax, *(patches[name] for name in TARGET))
    for name, node in NODES.items():
        for given, (_, slope) in node.slopes.items():
            back = given in seen_gradients
            arrow(ax, patches[given], patches[name], colour=BACKWARD if back else plots._QUIET)
            if back:
                _write_slope(ax, _place(given), _place(name), slope(values))


def _write_slope(ax, start, end, slope):
    """Write a slope beside the middle of an arrow: below one that lies, to the right of one that climbs."""
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    at, align = ((x, y - 0.12), ("center", "top")) if start[1] == end[1] else ((x + 0.3, y), ("left", "center"))
    ax.text(*at, f"× {number(slope, 3)}", ha=align[0], va=align[1], size=8.5, color=BACKWARD)


def _answers(graph_backward, x, w, b, y):
    """Return the student's gradients by name; none as long as the function is to be written."""
    if graph_backward is None:
        return {}
    try:
        answers = graph_backward(x, w, b, y)
    except NotImplementedError:
        return {}
    if not isinstance(answers, Mapping) or not set(ASKED) <= set(answers):
        got = f"the keys {', '.join(map(repr, answers))}" if isinstance(answers, Mapping) else type(answers).__name__
        raise ValueError(f'graph_backward must return a dictionary with the keys "x", "w" and "b"; it returned {got}.')
    name = 'graph_backward(...)["{}"]'
    return {key: float(as_drawn(name.format(key), answers[key], (), "the derivative of E by it")) for key in ASKED}


def _write_gradient(ax, name, gradient, answer):
    """Write a gradient beside its box: the student's, if there is one, and the graph's where they differ."""
    (column, row), shown = _place(name), gradient if answer is None else answer
    text = f"∂E/∂{name} = {number(shown)}"
    if answer is not None:
        agrees = math.isclose(shown, gradient, rel_tol=1e-4, abs_tol=1e-9)
        text += "\n✓ yours" if agrees else f"\n✗ yours; it is {number(gradient)}"
    side, va = (1, "bottom") if row else (-1, "top")  # above the upper row, below the lower one: clear of the arrows
    ax.text(column, row + side * (SIZE[1] / 2 + 0.1), text, ha="center", va=va, size=10, color=BACKWARD)


def _what_happened(values, gradients, last, step):
    """Say in one line which value or gradient came last, and how."""
    if not last:
        return "Given: x, w, b and the target y. Move the step slider, or press its button, to compute the rest."
    (name,) = last
    if step <= len(NODES):
        return f"Forward: {name} = {NODES[name].formula} = {number(values[name])}"
    if name == "E":
        return "Backward: ∂E/∂E = 1, where the way back begins"
    after = _after(name)
    letters, slope = NODES[after].slopes[name]
    product = f"{number(gradients[after])} × {_in_brackets(slope(values))} = {number(gradients[name])}"
    return f"Backward: ∂E/∂{name} = ∂E/∂{after} · ∂{after}/∂{name} = ∂E/∂{after} · {letters} = {product}"


def _in_brackets(value):
    return f"({number(value)})" if value < 0 else number(value)
