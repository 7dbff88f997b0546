"""Alt: every figure says in words what it shows, for those who listen to a notebook in place of looking at it.

matplotlib's pictures come into a notebook without an alternative text. `nnkit.plots`, when it is imported in a kernel,
has them shown as <img alt="...">, with the words that `describe` finds:

    "XOR: the loss goes down. loss over epoch: curve 1 falls from 0.71 to 0.0021, half-way at 60."

They are read off the figure: titles, axes, curves, bars, points. A figure, or an Axes, may say something better of
itself: `ax.set_label("Where the network errs: ...")`.
"""

import html
import sys

__all__ = ["describe", "speak"]

MOST = 12  # curves, bars, ... that are spoken of one by one


def speak():
    """In a notebook's kernel, show each matplotlib figure as <img> with its description; elsewhere do nothing."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if getattr(shell, "kernel", None) is not None:
        shell.display_formatter.formatters["text/html"].for_type_by_name("matplotlib.figure", "Figure", _picture)


def describe(figure):
    """Return in words what a matplotlib figure shows: its own label, or what can be read off its Axes."""
    return figure.get_label() or " ".join(filter(None, map(_axes, figure.axes))) or "An empty figure."


def _picture(figure):
    """Return the figure as HTML, drawn as the notebook draws it."""
    formatter = sys.modules["IPython"].get_ipython().display_formatter.formatters["image/png"]
    drawn = formatter(figure)
    png, metadata = drawn if isinstance(drawn, tuple) else (drawn, {})
    if not png:
        return None
    width = f' width="{metadata["width"]}"' if "width" in metadata else ""
    return f'<img src="data:image/png;base64,{png.strip()}" alt="{html.escape(describe(figure))}"{width}>'


def _axes(ax):
    """Return what one Axes shows, as a sentence or two; "" where there is nothing."""
    titles = [ax.get_title(loc) for loc in ("left", "center", "right")]
    notes = [text.get_text() for text in ax.texts if text.get_label() == "caption"]
    return " ".join(_one_line(part).rstrip(".") + "." for part in [*titles, _told(ax), *notes] if part)


def _told(ax):
    """Return what an Axes says of itself, or else its axes' names and what is drawn in it."""
    own = ax.get_label()
    if own and own[0] not in "_<":  # matplotlib's own labels begin with these
        return own
    shown = "; ".join([*_curves(ax), *_bars(ax), *_points(ax), *_images(ax)] or _legend(ax))
    names = " over ".join(filter(None, [ax.get_ylabel(), ax.get_xlabel()]))
    return f"{names}: {shown}" if names else shown


def _curves(ax):
    """Say of each curve how it goes."""
    lines = [line for line in ax.lines if len(line.get_xdata()) > 1 and line.get_linestyle() not in ("None", "")]
    lines = [line for line in lines if line.get_transform() is ax.transData]  # no mere rulers
    for number, line in enumerate(lines[:MOST], 1):
        name = line.get_label() if not line.get_label().startswith("_") else f"curve {number}"
        yield f"{name} {_way(line.get_xdata(orig=False), line.get_ydata(orig=False))}"
    if len(lines) > MOST:
        yield f"{len(lines) - MOST} more curves"


def _way(x, y):
    """Say how a curve goes from its beginning to its end."""
    import numpy as np

    kept = np.isfinite(y)
    x, y = np.asarray(x, float)[kept], np.asarray(y, float)[kept]
    if not len(y):
        return "has no finite values"
    ends, steps = f"from {y[0]:.3g} to {y[-1]:.3g}", np.diff(y)
    if not steps.any():
        return f"stays {ends}"
    if (steps >= 0).all() or (steps <= 0).all():
        half = np.argmax(abs(y - y[0]) >= abs(y[-1] - y[0]) / 2)
        return f"{'rises' if y[-1] > y[0] else 'falls'} {ends}, half-way at {x[half]:.3g}"
    low, high = int(y.argmin()), int(y.argmax())
    turns = [f"lowest {y[low]:.3g} at {x[low]:.3g}"] * (0 < low < len(y) - 1)
    turns += [f"highest {y[high]:.3g} at {x[high]:.3g}"] * (0 < high < len(y) - 1)
    return ", ".join(["goes " + ends, *turns])


def _bars(ax):
    """Say how long each bar is; of many, how they lie."""
    from matplotlib.container import BarContainer

    for bars in (group for group in ax.containers if isinstance(group, BarContainer)):
        across = bars.orientation == "horizontal"
        sizes = [bar.get_width() if across else bar.get_height() for bar in bars]
        names = [tick.get_text() for tick in (ax.get_yticklabels() if across else ax.get_xticklabels())]
        label = "" if bars.get_label().startswith("_") else f"{bars.get_label()}: "
        if len(sizes) == len(names) <= 2 * MOST:
            yield label + ", ".join(f"{name} {size:.3g}" for name, size in zip(names, sizes, strict=True))
        elif sizes:
            yield f"{label}{len(sizes)} bars, from {min(sizes):.3g} to {max(sizes):.3g}"


def _points(ax):
    """Say how many points there are of each kind."""
    for points in ax.collections:
        if not points.get_label().startswith("_") and len(points.get_offsets()) > 1:
            yield f"{len(points.get_offsets())} points, {points.get_label()}"
    for line in ax.lines:
        if line.get_linestyle() in ("None", "") and not line.get_label().startswith("_"):
            yield f"{len(line.get_xdata())} points, {line.get_label()}"


def _images(ax):
    if ax.images:
        yield "an image" if len(ax.images) == 1 else f"{len(ax.images)} images"


def _legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()] if ax.get_legend() else []


def _one_line(text):
    return " ".join(text.replace("$", "").split())
