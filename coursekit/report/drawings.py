"""The report's pictures: SVG in the page itself, whose colours and patterns are those of its style sheet.

Lengths across are in percent, so that a picture is as wide as the page and its letters stay as large as the text. What
a picture shows is also in words (its title and description) and in a table beside it.
"""

import math

from markupsafe import Markup

from coursekit.report.words import count, points

STATES = (("right", "right"), ("wrong", "wrong"), ("not attempted", "untouched"), ("not tried", "untried"))
MOST_BINS = 12

# The fillings that bars share: lines and dots, so that no one needs the colours.
PATTERNS = Markup("""<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>
<pattern id="lines" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect class="lines-back" width="6" height="6"/><rect class="lines-front" width="2.4" height="6"/></pattern>
<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">
<rect class="dots-back" width="6" height="6"/><circle class="dots-front" cx="3" cy="3" r="1.3"/></pattern>
</defs></svg>""")


def picture(name, title, description, shapes, height, kind):
    """An SVG element with a title and a description, for those who do not see it; `name` is its own in the page."""
    return Markup(
        '<svg class="{}" role="img" width="100%" height="{}" aria-labelledby="{}-title {}-words">'
        '<title id="{}-title">{}</title><desc id="{}-words">{}</desc>{}</svg>'
    ).format(kind, height, name, name, name, title, name, description, Markup("").join(shapes))


def bar(name, title, states, total):
    """How a class's answers to one exercise divide into STATES: a bar of parts."""
    shapes, left = [], 0.0
    for state, kind in STATES:
        share = 100 * states[state] / total if total else 0
        if share:
            shapes.append(rectangle(kind, left, share, 0, 18))
        left += share
    words = ", ".join(f"{states[state]} {state}" for state, _ in STATES)
    return picture(name, title, f"Of {total}: {words}.", shapes, 18, "bar")


def key(kind):
    """A small square with the filling of one state, for the legend."""
    return Markup('<svg class="key" width="18" height="14" aria-hidden="true" focusable="false">{}</svg>').format(
        Markup('<rect class="{}" x="1" y="1" width="16" height="12"/>').format(kind)
    )


def rectangle(kind, left, width, top, height):
    """A part of a picture; `left` and `width` in percent."""
    return Markup('<rect class="{}" x="{:.3f}%" y="{:.1f}" width="{:.3f}%" height="{:.1f}"/>').format(
        kind, left, top, width, height
    )


def letters(x, y, words, kind="", anchor="middle"):
    """Words in a picture; `x` in percent."""
    return Markup('<text class="{}" x="{:.3f}%" y="{:.1f}" text-anchor="{}">{}</text>').format(
        kind, x, y, anchor, words
    )


# ------------------------------------------------------------------------------------- marks


def bins(most):
    """The edges of bins for marks from 0 to `most`: at most MOST_BINS of one round width, the last one maybe less."""
    if most <= 0:
        return [0.0, 1.0]
    rough = most / MOST_BINS
    power = 10.0 ** math.floor(math.log10(rough))
    width = next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= rough * (1 - 1e-9))
    width = max(width, 1.0) if most >= 4 else width
    edges = [width * step for step in range(math.ceil(most / width - 1e-9))]
    return [*edges, edges[-1] + width]


def into_bins(marks, edges):
    """How many marks are in each bin: an edge belongs to the bin that it begins, the last one to the last bin."""
    counts = [0] * (len(edges) - 1)
    for mark in marks:
        place = next((place for place, edge in enumerate(edges[1:]) if mark < edge - 1e-9), len(counts) - 1)
        counts[place] += 1
    return counts


def ranges(edges, most):
    """The bins in words: "0 to under 5", ..., "45 to 50"."""
    names = [f"{points(left)} to under {points(right)}" for left, right in zip(edges, edges[1:], strict=False)]
    return [*names[:-1], f"{points(edges[-2])} to {points(max(most, edges[-2]))}"]


def histogram(marks, most, median):
    """The marks of a class, as columns, with a line at the median."""
    edges = bins(most)
    counts = into_bins(marks, edges)
    width, tallest = 100 / len(counts), max(counts) or 1
    floor, height = 186, 136
    shapes = [Markup('<line class="floor" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(floor)]
    for place, value in enumerate(counts):
        tall = height * value / tallest
        if value:
            shapes.append(rectangle("column", place * width + 0.08 * width, 0.84 * width, floor - tall, tall))
            shapes.append(letters((place + 0.5) * width, floor - tall - 6, f"{value:,}", "value"))
    for place, edge in enumerate(edges):
        anchor = "start" if place == 0 else "end" if place == len(counts) else "middle"
        shapes.append(letters(place * width, floor + 18, points(edge), "edge", anchor))
    shapes += median_line(100 * min(max(median, 0), edges[-1]) / edges[-1], median, floor)
    words = "; ".join(f"{name}: {value}" for name, value in zip(ranges(edges, most), counts, strict=True))
    return picture(
        "marks", "Marks of the class", f"{count(len(marks), 'submission')}. {words}.", shapes, 210, "histogram"
    )


def median_line(x, median, floor):
    """A line at the median, with its name above."""
    anchor = "start" if x < 15 else "end" if x > 85 else "middle"
    line = Markup('<line class="{0}" x1="{1:.3f}%" x2="{1:.3f}%" y1="18" y2="{2}"/>')
    return [
        line.format("halo", x, floor),  # keeps it apart from a column behind it
        line.format("median", x, floor),
        letters(x, 12, f"median {points(median)}", "median-name", anchor),
    ]
