"""Curves: a picture of learning curves as text (SVG), drawn in a few milliseconds with nothing but Python.

matplotlib takes some tenths of a second for a figure: too long for one that changes five times a second. What is drawn:

    a panel for the loss, one for the metric   training solid, ending in a disc; validation dashed, ending in a square
    earlier runs, to compare with              thin and grey, each with dashes and an end of its own
    the epoch that is under way                a thin line: the loss so far, batch by batch

Each curve has its name and its newest value at its end. `nnkit.live` shows the picture while a network trains.
"""

import html
import math
from dataclasses import dataclass

__all__ = ["Line", "describe", "draw", "lines", "size"]

INK, QUIET, GRID, PAPER = "#1A1A1A", "#595959", "#DDDDDD", "#FFFFFF"
COLOURS = {"training": "#0072B2", "validation": "#B84A00", "so far": "#0072B2", "earlier": "#6E6E6E"}
DASHES = ["2 3", "8 3 2 3", "12 4", "4 4"]  # of earlier runs, one after the other
ENDS = ["M-4 3.5h8L0-4z", "M0-5L5 0L0 5L-5 0z", "M-4-4L4 4M-4 4L4-4", "M0-5V5M-5 0H5"]  # of those: a shape each
DISC, SQUARE = "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "M-4-4h8v8h-8z"

WIDTH, HEIGHT = 408, 190  # of a panel's room, of the plot in it
LEFT, TOP, RIGHT, BOTTOM = 48, 44, 130, 36  # around the plot, where its numbers and names are
MOST_POINTS = 300  # of a curve in the picture; more cannot be told apart
LETTERS = 10  # of an earlier run's name


@dataclass
class Line:
    """A curve: its name, how it looks ("training", "validation", "so far", "earlier"), and its points [(x, y), ...]."""

    name: str
    look: str
    points: list


def lines(history, quantity, beside=(), so_far=()):
    """Return the Lines of one panel: what `history` and the earlier histories `beside` have of a quantity.

    `history` is a dictionary of lists, one number an epoch; `quantity` is "loss", "metric", "accuracy", ...; `beside`
    is {name: history}: its validation curve is taken where it has one, as the fairer comparison; `so_far` are points of
    the epoch under way. What is not a finite number is left out.
    """
    found = [Line(name, "earlier", _points(_newest(earlier, quantity))) for name, earlier in dict(beside).items()]
    found.append(Line("", "so far", [(x, y) for x, y in so_far if math.isfinite(y)]))
    found.append(Line("training", "training", _points(history.get(quantity, []))))
    found.append(Line("validation", "validation", _points(history.get(f"val_{quantity}", []))))
    return [line for line in found if line.points]


def describe(panels):
    """Return the newest values of {quantity: [Line, ...]} in words, as an alt text says them."""
    said = [
        f"{line.name} {quantity} {line.points[-1][1]:.3g}"
        for quantity, curves in panels.items()
        for line in curves
        if line.look != "so far"
    ]
    return ", ".join(said) or "no epoch finished yet"


def draw(panels, epochs, title=""):
    """Return an SVG picture of {quantity: [Line, ...]}, over the epochs 0 to `epochs`, with a line of text above it."""
    width, height = size(panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="system-ui, Helvetica, Arial, sans-serif" font-size="12">',
        f'<rect width="100%" height="100%" fill="{PAPER}"/>',
        _text(LEFT, 16, title, INK),
    ]
    for place, (quantity, curves) in enumerate(panels.items()):
        parts += [f'<g transform="translate({place * WIDTH + LEFT} {TOP})">', *_panel(quantity, curves, epochs), "</g>"]
    return "".join([*parts, "</svg>"])


def size(panels):
    """Return the picture's width and height."""
    return WIDTH * len(panels), TOP + HEIGHT + BOTTOM


def _newest(history, quantity):
    """Return an earlier run's values to compare with: those of its validation where it has them."""
    return history.get(f"val_{quantity}") or history.get(quantity, [])


def _points(values):
    """Return (epoch, value) of the finite values; of many, some hundred and the last."""
    points = [(epoch, float(value)) for epoch, value in enumerate(values, 1) if math.isfinite(value)]
    return points[: -1 : 1 + len(points) // MOST_POINTS] + points[-1:]


def _panel(quantity, curves, epochs):
    """Return the parts of one panel, its plot's top left corner at 0, 0."""
    height_of, ticks, word = _scale([y for line in curves for _, y in line.points])

    def place(point):
        return point[0] / epochs * (WIDTH - LEFT - RIGHT), HEIGHT * (1 - height_of(point[1]))

    parts = [_text(0, -8, quantity + word, INK, "font-weight='bold'"), *_grid(ticks, height_of), *_epochs(epochs)]
    earlier = [line for line in curves if line.look == "earlier"]
    for line in curves:
        which = earlier.index(line) if line in earlier else 0
        parts += _curve(line, [place(point) for point in line.points], which)
    named = [line for line in curves if line.look != "so far"]
    return [*parts, *_names(named, [place(line.points[-1]) for line in named])]


def _scale(values):
    """Return y -> 0..1, the values to mark on the axis, and a word: logarithmic if they are a hundredfold apart."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if low > 0 and high > 100 * low:
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        ticks = [10.0**k for k in range(first, last + 1, 1 + (last - first) // 6)]
        return lambda y: (math.log10(y) - first) / (last - first), ticks, " (powers of ten)"
    step = _round_step((high - low) or abs(high) or 1.0)
    first, last = math.floor(low / step), math.ceil(high / step)
    last += first == last
    return lambda y: (y / step - first) / (last - first), [step * k for k in range(first, last + 1)], ""


def _round_step(span):
    """Return the step of 1, 2 or 5 times a power of ten that goes into the span three to six times."""
    power = 10.0 ** math.floor(math.log10(span / 6))
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= 0.999 * span / 6)


def _grid(ticks, height_of):
    """Return a pale line and a number for each tick of the y axis."""
    for tick in ticks:
        y = HEIGHT * (1 - height_of(tick))
        yield f'<path d="M0 {y:.1f}H{WIDTH - LEFT - RIGHT}" stroke="{GRID}"/>'
        yield _text(-6, y + 4, f"{tick:.4g}", QUIET, 'text-anchor="end"')


def _epochs(epochs):
    """Return the x axis: whole epochs, up to seven of them."""
    step = max(1, round(_round_step(epochs)))
    for epoch in range(0, epochs + 1, step):
        yield _text(epoch / epochs * (WIDTH - LEFT - RIGHT), HEIGHT + 16, str(epoch), QUIET, 'text-anchor="middle"')
    yield _text((WIDTH - LEFT - RIGHT) / 2, HEIGHT + 31, "epoch", QUIET, 'text-anchor="middle"')
    yield f'<path d="M0 0V{HEIGHT}H{WIDTH - LEFT - RIGHT}" fill="none" stroke="{QUIET}"/>'


def _curve(line, places, which):
    """Return a curve and the shape at its end; `which` of the earlier runs it is, if it is one."""
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dashes = {"validation": "7 4", "earlier": DASHES[which % len(DASHES)]}.get(line.look, "none")
    width = 2 if line.look in ("training", "validation") else 1.2
    style = f'stroke="{COLOURS[line.look]}" stroke-width="{width}" stroke-linejoin="round"'
    yield f'<polyline points="{way}" fill="none" stroke-dasharray="{dashes}" {style}/>'
    shape = {"training": DISC, "validation": SQUARE, "earlier": ENDS[which % len(ENDS)]}.get(line.look)
    if shape:
        x, y = places[-1]
        yield f'<path d="{shape}" transform="translate({x:.1f} {y:.1f})" fill="{PAPER}" {style}/>'


def _names(curves, ends):
    """Return each curve's name and newest value beside its end, moved apart where they would lie on each other."""
    order = sorted(range(len(ends)), key=lambda i: ends[i][1])
    heights, bottom = {}, HEIGHT - 4 - 14 * len(ends)  # above the axis
    for rank, i in enumerate(order):  # downwards, each below the one before, with room kept for those after it
        least = heights[order[rank - 1]] + 14 if rank else 4
        heights[i] = min(max(ends[i][1] + 4, least), max(least, bottom + 14 * (rank + 1)))
    for i, line in enumerate(curves):
        name = line.name if len(line.name) <= LETTERS else line.name[: LETTERS - 1] + "…"
        text = f"{name} {line.points[-1][1]:.3g}"
        halo = f'stroke="{PAPER}" stroke-width="3" paint-order="stroke"'  # readable where it lies on another curve
        yield _text(ends[i][0] + 9, heights[i], text, COLOURS[line.look], halo)


def _text(x, y, words, colour, more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" {more}>{html.escape(words)}</text>'
