"""Plots: what training did, as pictures.

A table of losses hides what a curve shows at a glance. Each function draws one picture on `ax` (on a new figure
where none is given) and returns the Axes, so that the caller may add to it or save it:

    learning_curves    how loss and metrics went, epoch by epoch
    digits             small images, each with its label, the mistakes framed
    decision_boundary  which class a network gives to each place in the plane
    confusion_matrix   which classes it takes for which others
    function_and_slope an activation function beside its derivative
    caption            a remark in small print below, as "offline sample: ..."

Colours are those of Okabe and Ito, which colour-blind readers tell apart: without the yellow, and with orange and sky
blue darkened, to a contrast of 3 to 1 on white at least. (Text, which needs 4.5 to 1, is in _INK, _QUIET or _MISTAKE.)
New figures are opaque and white, so that they read on JupyterLab's dark theme too. matplotlib's settings stay as they
were: `_STYLE` holds only while a picture is drawn. `import nnkit` leaves this module, which needs matplotlib, alone.
"""

import math
import textwrap

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from nnkit import alt
from nnkit.metrics import classes

__all__ = ["caption", "confusion_matrix", "decision_boundary", "digits", "function_and_slope", "learning_curves"]

# In a notebook, the first figure turns drawing on. Do that now: within `_STYLE` it would be undone with the style.
plt.switch_backend(plt.get_backend())
alt.speak()  # and let figures say in words what they show

_PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B87A00", "#3A93CC", "#1A1A1A"]
_MARKERS = ["o", "s", "^", "D", "v", "P", "X", "<", ">", "*"]
_INK, _QUIET, _MISTAKE = "#1A1A1A", "#595959", "#B84A00"

_STYLE = plt.rc_context(
    {
        "figure.constrained_layout.use": True,
        "figure.facecolor": "white",
        "axes.facecolor": "white",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlelocation": "left",
        "axes.titlesize": 12,
        "font.size": 11,
        **dict.fromkeys(["text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"], _INK),
    }
)


@_STYLE
def learning_curves(history, keys=("loss",), ax=None, title=None):
    """Draw one line for each key of a training history, over the epochs 1, 2, ...; return the Axes.

    `history` is a dictionary of lists, one number an epoch: a network's `history`, or Keras's `history.history`.
    A key that begins with `val_` is dashed, in the colour of its training twin. To compare runs, put together a
    history of your own: `{"SGD": sgd.history["loss"], "Adam": adam.history["loss"]}`; lengths may differ.
    Raises TypeError where `history` is no dictionary, ValueError where a key is missing or has no epoch.
    """
    keys = [keys] if isinstance(keys, str) else list(keys)
    _check_history(history, keys)
    ax = _axes(ax, (7, 4))
    quantities = list(dict.fromkeys(key.removeprefix("val_") for key in keys))
    for key in keys:
        quantity, epochs = key.removeprefix("val_"), np.arange(1, len(history[key]) + 1)
        line, marker, words = ("-", "o", "") if key == quantity else ("--", "s", " (validation)")
        marker = marker if len(epochs) == 1 else None  # a line through one point cannot be seen
        colour = _PALETTE[quantities.index(quantity) % len(_PALETTE)]
        ax.plot(epochs, history[key], line, marker=marker, color=colour, linewidth=2, label=quantity + words)
    _label_curves(ax, quantities)
    if title is not None:
        ax.set_title(title)
    return ax


@_STYLE
def digits(images, labels=None, predictions=None, n_columns=10, ax=None):
    """Draw small grey images side by side, `n_columns` in a row, each above its label; return the Axes.

    `images` is (n, 64), (n, 784), (n, 8, 8), (n, 28, 28) or any other square size, at most 400 of them; black is the
    largest value. `labels` and `predictions` are n classes, or (n, k) one-hot rows or scores, whose largest counts.
    Where predictions are given, a mistake has a frame and says "5→3": a true 5, taken for a 3.
    Raises ValueError for images that are not square, labels of another length, or predictions without labels.
    """
    images = _square_images(images)
    texts, wrong = _what_to_write(len(images), labels, predictions)
    n_columns = min(_at_least(1, "n_columns", n_columns), len(images))
    width, height = 1.25, 1.25 if labels is None else 1.5  # of a place in the mosaic; the image in it is 1 by 1
    rows, columns = np.divmod(np.arange(len(images)), n_columns)
    corners = np.column_stack([columns * width, rows * height])
    ax = _axes(ax, (0.75 * max(n_columns, 6), 0.6 * height * (rows[-1] + 1) + 0.4 * (predictions is not None)))
    for (x, y), image in zip(corners, images, strict=True):
        ax.imshow(image, cmap="gray_r", vmin=images.min(), vmax=images.max(), extent=(x, x + 1, y + 1, y))
    ax.set(xlim=(-0.15, n_columns * width - 0.1), ylim=((rows[-1] + 1) * height, -0.1), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    if predictions is not None:
        ax.set_xlabel(_count_mistakes(texts, wrong))
    _write_labels(ax, corners, texts, wrong, n_columns)
    labelled = f", labelled {', '.join(texts)}" if labels is not None else ""
    ax.set_label(f"{len(images)} small grey images{labelled}")
    return ax


@_STYLE
def decision_boundary(predict, dataset, ax=None, resolution=200):
    """Fill the plane with the class that `predict` gives to each place, and put the examples on it; return the Axes.

    `predict` is a network, or a function from (n, 2) inputs to (n, 1) probabilities of class 1 or (n, k) scores.
    `dataset` has `X` (n, 2) and `y`, labels or one-hot rows. Each class has a marker of its own, which is hollow
    where the network takes the example for another class. `resolution` places are tried along each axis.
    Raises ValueError where X has not two columns, or the predictions do not fit the inputs or the classes.
    """
    X, labels = np.asarray(dataset.X), classes(dataset.y)
    if X.ndim != 2 or X.shape[1] != 2:
        raise ValueError(f"a plane has two features: dataset.X must be (n, 2); it is {X.shape}. Choose two columns.")
    predict = getattr(predict, "predict", predict)
    predicted = _scores(predict, X, labels.max() + 1).argmax(axis=1)
    margin = 0.1 * np.ptp(X, axis=0) + 1e-9  # never 0, even where all examples have one value
    x1, x2 = np.linspace(X.min(axis=0) - margin, X.max(axis=0) + margin, _at_least(2, "resolution", resolution)).T
    places = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
    scores = _scores(predict, places, labels.max() + 1)
    ax = _axes(ax, (7, 5))
    for k in range(scores.shape[1]):
        _fill_region(ax, x1, x2, scores, k)
        _put_examples(ax, X[labels == k], predicted[labels == k] == k, k)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", xlim=x1[[0, -1]], ylim=x2[[0, -1]])
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    ax.set_label(_describe_regions(X, labels, predicted))
    return ax


@_STYLE
def confusion_matrix(matrix, class_names=None, ax=None):
    """Draw the counts of a confusion matrix, coloured by how many mistakes each cell holds; return the Axes.

    `matrix` (k, k) holds whole numbers: rows are true classes, columns are predicted ones, as
    `nnkit.metrics.confusion_matrix` gives them. The diagonal, where predictions are right, stays grey: the eye goes
    to the mistakes. `class_names` are k names; without them, classes are 0 to k - 1.
    Raises ValueError for a matrix that is not square or holds no counts, or names of another number.
    """
    matrix = _counts(matrix)
    names = [str(name) for name in (range(len(matrix)) if class_names is None else class_names)]
    _check_length("class_names", names, len(matrix), "class of the matrix")
    ax = _axes(ax, (max(4, 0.6 * len(matrix) + 1.2), max(3.6, 0.6 * len(matrix) + 1)))
    colours = _cell_colours(matrix)
    ax.imshow(colours)
    ax.spines[:].set_visible(True)
    ax.tick_params(length=0)
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel="predicted class", ylabel="true class", title=f"{matrix.trace()} of {matrix.sum()} right")
    if _font_size(ax, len(names), names) < 11:  # side by side, the names would run into each other
        plt.setp(ax.get_xticklabels(), rotation=45, ha="right", rotation_mode="anchor")
    size = _font_size(ax, len(matrix), [str(matrix.max())])
    for (row, column), count in np.ndenumerate(matrix):
        style = {"color": _readable_on(colours[row, column]) if count else _QUIET, "size": size}
        ax.text(column, row, str(count), ha="center", va="center", **style)
    ax.set_label(_describe_matrix(matrix, names))
    return ax


@_STYLE
def function_and_slope(function, derivative, x, ax=None, title=None):
    """Draw f(x) and, dashed, f'(x) over the points `x` of shape (n,); return the Axes.

    Both functions take an array and return one shaped like it, as the methods of an ActivationLayer do.
    """
    ax = _axes(ax, (6, 3.4))
    ax.plot(x, function(x), "-", color=_PALETTE[0], linewidth=2, label="f(x)")
    ax.plot(x, derivative(x), "--", color=_PALETTE[1], linewidth=2, label="f'(x), the slope")
    ax.set_xlabel("x")
    ax.legend(frameon=False, loc="upper left")
    if title is not None:
        ax.set_title(title)
    return ax


@_STYLE
def caption(ax, text):
    """Write `text` in small print below everything else of `ax`, in lines as long as `ax` is wide; return the Axes.

    Every figure drawn from a sample data set says so: `caption(ax, "offline sample: ...")`.
    """
    lines = textwrap.wrap(text, max(20, int(14 * _inches(ax)[0])))  # 14 letters of this size go in an inch
    figure = ax.get_figure(root=True)
    figure.set_size_inches(figure.get_size_inches() + (0, 0.1 + 0.15 * len(lines)))  # so the drawing keeps its room
    ax.set_anchor("S")  # the layout measures from the bottom of the place for ax, where square images may not reach
    below = ("axes fraction", ax.xaxis.label)  # the label of the x axis is where the drawing ends, even if it is empty
    style = {"va": "top", "size": 9, "color": _QUIET, "annotation_clip": False, "label": "caption"}
    ax.annotate("\n".join(lines), (0, 0), xycoords=below, xytext=(0, -6), textcoords="offset points", **style)
    return ax


def _axes(ax, figsize):
    """Return `ax`, or the Axes of a new figure, `figsize` inches wide and high."""
    return plt.subplots(figsize=figsize)[1] if ax is None else ax


def _inches(ax):
    """Return the width and height of `ax` in inches, once its figure has found room for all that is written so far."""
    figure = ax.get_figure(root=True)
    figure.draw_without_rendering()
    return ax.get_window_extent().size / figure.dpi


def _font_size(ax, n_columns, texts):
    """Return the size in points, at most 11, at which each of `texts` fits a column: a letter is 0.75 of it wide."""
    return min(11, 72 * _inches(ax)[0] / n_columns / (0.75 * max(1, *map(len, texts))))


def _label_curves(ax, quantities):
    """Mark whole epochs; name the lines by the y axis where they show one quantity, by a legend where they are many."""
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))
    ax.set(xlabel="epoch", xlim=(0.5, max(len(line.get_xdata()) for line in ax.lines) + 0.5))
    if len(quantities) == 1:
        ax.set_ylabel(quantities[0])
    if len(ax.lines) > 1:
        # A long legend finds no room among the curves.
        ax.legend(frameon=False, **({"loc": "upper left", "bbox_to_anchor": (1, 1)} if len(ax.lines) > 4 else {}))


def _what_to_write(n, labels, predictions):
    """Return what to write under each of n images, and which predictions are wrong: n strings, (n,) booleans."""
    if labels is None and predictions is not None:
        raise ValueError("predictions are judged by labels: give both, digits(images, labels, predictions).")
    if labels is None:
        return [""] * n, np.zeros(n, dtype=bool)
    labels = _class_words("labels", labels, n)
    predictions = labels if predictions is None else _class_words("predictions", predictions, n)
    wrong = labels != predictions
    return np.where(wrong, np.char.add(np.char.add(labels, "→"), predictions), labels), wrong


def _class_words(name, values, n):
    """Return as words the n classes that `values` stand for: labels, one-hot rows, scores, or words already."""
    values = np.asarray(values)
    _check_length(name, values, n, "image")
    return (classes(values) if values.dtype.kind in "biuf" else values).astype(str)


def _count_mistakes(texts, wrong):
    """Return how many are wrong and, if any is, how to read what is written under the first."""
    example = [" ({}: true {}, predicted {})".format(text, *text.split("→")) for text in np.extract(wrong, texts)[:1]]
    return "".join([f"{wrong.sum()} of {len(wrong)} wrong", *example])


def _write_labels(ax, corners, texts, wrong, n_columns):
    """Write under each image its text; frame the wrong ones."""
    size = _font_size(ax, n_columns, ["00000", *texts])  # no larger than five letters fit: a line is as high as its row
    for (x, y), text, mistaken in zip(corners, texts, wrong, strict=True):
        style = {"color": _MISTAKE, "weight": "bold"} if mistaken else {"color": _INK}
        if text:
            ax.text(x + 0.5, y + 1.08, text, ha="center", va="top", size=size, **style)
        if mistaken:
            ax.add_patch(Rectangle((x, y), 1, 1, fill=False, edgecolor=_MISTAKE, linewidth=2.5))


def _describe_regions(X, labels, predicted):
    """Say in words which regions there are, and how many examples of each class lie in their own."""
    counts = [
        f"{sum((labels == k) & (predicted == k))} of {sum(labels == k)} examples of class {k}" for k in set(labels)
    ]
    return (
        f"The plane, tinted by the class that the network gives to each place. In their own region: {', '.join(counts)}"
    )


def _describe_matrix(matrix, names):
    """Say in words which classes are most often taken for which others."""
    mistakes = [(count, t, p) for (t, p), count in np.ndenumerate(matrix) if t != p and count]
    told = [f"true {names[t]}, predicted {names[p]}: {count}" for count, t, p in sorted(mistakes, reverse=True)[:5]]
    return f"Confusion matrix of {len(matrix)} classes. " + (
        "Most frequent mistakes: " + "; ".join(told) if told else ""
    )


def _fill_region(ax, x1, x2, scores, k):
    """Tint where class k has the largest score: where its lead over the best other class is above 0.

    The lead is continuous, so its contour at 0 is smooth. One drawn through the class numbers would not be, and
    would pass class 1 on its way from 0 to 2.
    """
    lead = (scores[:, k] - np.delete(scores, k, axis=1).max(axis=1)).reshape(len(x2), len(x1))
    if lead.max() > 0:
        ax.contourf(x1, x2, lead, levels=[0, lead.max() + 1], colors=[_PALETTE[k % len(_PALETTE)]], alpha=0.25)
    if lead.min() < 0 < lead.max():
        ax.contour(x1, x2, lead, levels=[0], colors=[_INK], linewidths=1)


def _put_examples(ax, X, right, k):
    """Draw the examples of class k with its marker, hollow where they are not `right`; the legend names each class."""
    colour = _PALETTE[k % len(_PALETTE)]
    style = {"marker": _MARKERS[k % len(_MARKERS)], "s": 36, "zorder": 3}
    ax.scatter(*X[right].T, facecolor=colour, edgecolor=_INK, linewidth=0.8, label=f"class {k}", **style)
    if not right.all():
        ax.scatter(
            *X[~right].T, facecolor="white", edgecolor=colour, linewidth=2, label=f"class {k}, mistaken", **style
        )


def _cell_colours(matrix):
    """Return the colour of each cell, (k, k, 4): the more mistakes the darker; white without, grey on the diagonal."""
    mistakes = matrix * (1 - np.eye(len(matrix), dtype=int))
    colours = plt.get_cmap("Oranges")(mistakes / max(mistakes.max(), 1))
    colours[mistakes == 0] = 1
    colours[np.diag_indices(len(matrix))] = (0.9, 0.9, 0.9, 1)
    return colours


def _readable_on(colour):
    """Return white or black, whichever has more contrast on `colour` (r, g, b, a): the change is at luminance 0.18."""
    return "white" if colour[:3] ** 2.2 @ (0.2126, 0.7152, 0.0722) < 0.18 else "black"


def _scores(predict, X, n_classes):
    """Return the score of each class at each row of X: (n, k). The probability p of class 1 becomes (1 - p, p)."""
    scores = np.asarray(predict(X), dtype=float)
    scores = scores.reshape(-1, 1) if scores.ndim == 1 else scores
    if scores.ndim != 2 or len(scores) != len(X):
        raise ValueError(
            f"predict must give a row for each of {len(X)} inputs, (n, 1) or (n, k); it gave {scores.shape}."
        )
    if not np.isfinite(scores).all():
        raise ValueError("predict gave NaN or infinity: training has diverged. Try a smaller learning rate.")
    scores = np.hstack([1 - scores, scores]) if scores.shape[1] == 1 else scores
    if n_classes > scores.shape[1]:
        raise ValueError(
            f"the dataset has classes 0 to {n_classes - 1}, but predict tells {scores.shape[1]} classes apart. "
            f"It must give one column of scores for each class."
        )
    return scores


def _square_images(images):
    """Return `images` as (n, side, side)."""
    images = np.asarray(images, dtype=float)
    side = math.isqrt(images[0].size) if images.size and images.ndim > 1 else 0
    if images.shape[1:] not in [(side * side,), (side, side)]:
        raise ValueError(
            f"images must be square: (n, side, side), or (n, side * side) as 64 or 784 pixels; they are "
            f"{images.shape}. A single image goes in as image[None]."
        )
    if len(images) > 400:
        raise ValueError(f"{len(images)} images are too many to look at; choose up to 400, as images[:100].")
    return images.reshape(-1, side, side)


def _counts(matrix):
    """Return `matrix` as whole numbers (k, k)."""
    matrix = np.asarray(matrix)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
        raise ValueError(f"matrix must be square, (k, k), a row and a column for each class; it is {matrix.shape}.")
    if matrix.dtype.kind not in "iuf" or (matrix < 0).any() or (matrix != np.round(matrix)).any():
        raise ValueError("matrix must hold counts, 0, 1, 2, ...; it holds other values. Do not normalise it.")
    return matrix.astype(int)


def _check_history(history, keys):
    """Refuse a history that cannot give a line for each key."""
    if not isinstance(history, dict):
        raise TypeError(
            f"history must be a dictionary of lists; it is a {type(history).__name__}. "
            f"Pass network.history, or the .history of what Keras's fit returned."
        )
    missing = [key for key in keys if key not in history]
    if history and missing:
        raise ValueError(
            f"history has no {missing}; choose from {list(history)}. Keys with val_ need a validation set in fit."
        )
    if not keys or not history or any(len(history[key]) == 0 for key in keys):
        raise ValueError("there is nothing to draw yet: fit the network first, and ask for one key or more.")


def _check_length(name, values, n, thing):
    if np.ndim(values) == 0 or len(values) != n:
        raise ValueError(f"{name} must have one entry for each {thing}, {n} in all; it has {np.shape(values)}.")


def _at_least(least, name, value):
    if value < least:
        raise ValueError(f"{name} must be {least} or more; it is {value}.")
    return value
