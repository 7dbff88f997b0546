"""Overfitting: pictures of what a network learns by heart, and of what holds it back.

Each shows the same two things side by side: how a model does on the examples it learns from, and on those it does not.

    reviews         how long the reviews are, good and bad, and in how many of them each word appears
    curves          accuracy and loss of one model or several, epoch by epoch, in training and validation
    band            the same quantity over several seeds: the mean, and how far luck moves it
    gaps            how much worse each model is in validation than in training, as bars
    weights         how large the weights are that each model has learnt
    dropped_units   which outputs of a layer a dropout mask silences
    words           the words that move a model's answer most, from `word_effects`

A history is a dictionary of lists, one number an epoch, as `nnkit.fitting.fit` returns it.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator, PercentFormatter, StrMethodFormatter

from nnkit import plots

__all__ = ["band", "curves", "dropped_units", "gaps", "reviews", "weights", "word_effects", "words"]

TRAINING, VALIDATION = plots._PALETTE[:2]
LINES = ("-", "--", "-.", ":") * 2  # beside colours, which not everyone tells apart
PERCENT = PercentFormatter(1, decimals=0)


@plots._STYLE
def reviews(sequences, labels, n_words=10000, note=""):
    """Draw how many reviews of each label are how long, and in how many reviews each word appears; return the figure.

    `sequences` are n lists of codes below `n_words`, `labels` (n,) is 1 for a positive review. Words stand by rank, the
    most frequent first: codes below 4, which are no words, are left out.
    """
    lengths = np.array([len(sequence) for sequence in sequences])
    counts = np.zeros(n_words, dtype=int)
    for sequence in sequences:
        counts[list(set(sequence))] += 1
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4))
    longest = np.quantile(lengths, 0.98)
    width = max(1, round(longest / 20))  # a whole number, so that each bar has as many lengths
    edges = np.arange(0, longest + 1, width)
    for label, name, colour, line in ((1, "positive", TRAINING, "-"), (0, "negative", VALIDATION, "--")):
        of_label, style = lengths[np.asarray(labels) == label], {"color": colour, "linestyle": line, "linewidth": 2}
        text = f"{name}: {len(of_label)}, median {np.median(of_label):.0f} words"
        left.hist(of_label, edges, histtype="step", label=text, **style)
    left.set(xlabel="words in a review (the longest 2 % are left out)", ylabel="reviews")
    left.margins(y=0.35)
    left.legend(frameon=False, loc="upper right")
    right.plot(np.arange(1, n_words - 3), np.sort(counts[4:])[::-1], color=TRAINING, linewidth=2)
    right.axhline(100, color=plots._QUIET, linewidth=1, linestyle=":")
    right.text(1, 110, f"100 reviews: {np.mean(counts[4:] < 100):.0%} of the words are below", size=9)
    right.set(xscale="log", yscale="log", xlabel="words, the most frequent first", ylabel="reviews that have the word")
    for axis in (right.xaxis, right.yaxis):
        axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    return _noted(figure, left, note)


@plots._STYLE
def curves(histories, note="", mark_best=False):
    """Draw accuracy and loss of each model, training solid and validation dashed; return the figure.

    `histories` is {name: history}. One model has its accuracy beside its loss; of several, each has a column, with one
    scale for all. `note` is small print; with `mark_best` the epoch of the lowest validation loss is marked. A history
    without an epoch, of a training that was stopped at once, draws nothing.
    """
    if len(histories) == 1:
        figure, axes = plt.subplots(1, 2, figsize=(10, 3.6))
        axes = axes[:, None]
    else:
        size = (2.6 * len(histories) + 0.6, 5.2)
        figure, axes = plt.subplots(2, len(histories), figsize=size, sharex="col", sharey="row", squeeze=False)
    for column, (name, history) in zip(axes.T, histories.items(), strict=True):
        for ax, key in zip(column, ("accuracy", "loss"), strict=True):
            _two_curves(ax, history, key, mark_best)
        column[0].set_title(name)
    for ax, key in zip(axes[:, 0], ("accuracy", "loss"), strict=True):
        ax.set_ylabel(key)
    for ax in axes[-1] if len(histories) > 1 else axes[:, 0]:
        ax.set_xlabel("epoch")
    axes[0, 0].legend(frameon=False, loc="best")
    return _noted(figure, axes[-1, 0] if len(histories) > 1 else axes[0, 0], note)


@plots._STYLE
def band(runs, key="val_accuracy", note=""):
    """Draw the mean of `key` over several runs of each model, in a band from lowest to highest; return the Axes.

    `runs` is {name: [history, ...]}, one history a seed; epochs that not all of them have are left out.
    """
    ax = plots._axes(None, (7, 3.8))
    for (name, histories), colour, line in zip(runs.items(), plots._PALETTE, LINES, strict=False):
        n_epochs = min(len(history.get(key, ())) for history in histories)
        values = np.array([history.get(key, ())[:n_epochs] for history in histories])
        epochs = np.arange(1, n_epochs + 1)
        ax.fill_between(epochs, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.2, linewidth=0)
        ax.plot(epochs, values.mean(axis=0), line, color=colour, linewidth=2, label=f"{name}, {len(histories)} seeds")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel="epoch", ylabel=key.replace("val_", "validation "))
    ax.legend(frameon=False)
    return plots.caption(ax, note) if note else ax


@plots._STYLE
def gaps(accuracies, note=""):
    """Draw how far each model's validation accuracy lies below its training accuracy, as bars; return the Axes.

    `accuracies` is {name: (training, validation)}. Each bar goes from one to the other, so its length is the gap, which
    is written beside it in percentage points. Raises ValueError where there is no model.
    """
    if not accuracies:
        raise ValueError("there is nothing to draw yet: train a model first.")
    names, values = list(accuracies), np.array(list(accuracies.values()))
    ax = plots._axes(None, (8, 0.42 * len(names) + 1.2))
    ax.use_sticky_edges = False  # else nothing is left between the axis and the lowest bar
    rows = np.arange(len(names))
    ax.barh(rows, values[:, 0] - values[:, 1], left=values[:, 1], height=0.55, color=TRAINING, alpha=0.35)
    ax.plot(values[:, 0], rows, "o", color=TRAINING, label="training")
    ax.plot(values[:, 1], rows, "s", color=VALIDATION, label="validation")
    for row, (training, validation) in enumerate(values):
        place = (max(training, validation), row)
        text = f"{100 * (training - validation):.1f}"
        ax.annotate(text, place, xytext=(9, 0), textcoords="offset points", va="center", size=10)
    ax.set_yticks(rows, names)
    ax.invert_yaxis()
    ax.margins(x=0.1)
    ax.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))  # whole percentages
    ax.xaxis.set_major_formatter(PERCENT)
    ax.set(xlabel="accuracy; beside each bar, the gap in percentage points")
    ax.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    told = [f"{name}: {t:.1%} in training, {v:.1%} in validation" for name, (t, v) in accuracies.items()]
    ax.set_label(f"Accuracies. {'; '.join(told)}")
    return plots.caption(ax, note) if note else ax


@plots._STYLE
def weights(models, note=""):
    """Draw how the sizes of the first layer's weights are spread in each model, from 1/100,000 to 1; return the Axes.

    `models` is {name: Keras model}. Each curve says which share of the weights is smaller than what stands below it.
    """
    ax = plots._axes(None, (7, 3.8))
    for (name, model), colour, line in zip(models.items(), plots._PALETTE, LINES, strict=False):
        sizes = np.sort(np.abs(model.get_weights()[0]).ravel())
        shares = np.linspace(0, 1, len(sizes))
        ax.plot(np.maximum(sizes, 1e-12), shares, line, color=colour, linewidth=2, label=name)
    ax.set(xscale="log", xlim=(1e-5, 1), ylim=(0, 1), xlabel="size of a weight, |w|", ylabel="share of smaller weights")
    ax.yaxis.set_major_formatter(PERCENT)
    ax.legend(frameon=False, loc="upper left")
    return plots.caption(ax, note) if note else ax


@plots._STYLE
def dropped_units(dropout_forward, rate, seed=0, n_examples=6, n_units=16):
    """Draw a layer's outputs before and after `dropout_forward(x, rate, rng, True)`; return the figure.

    A row is an example, a column a unit. What was silenced has a cross; the rest is darker, as it is scaled up.
    """
    x = np.random.default_rng(1).uniform(0.2, 1, size=(n_examples, n_units))
    out, mask = dropout_forward(x.copy(), rate, np.random.default_rng(seed), True)
    figure, axes = plt.subplots(1, 2, figsize=(10, 2.9), sharey=True)
    titles = (f"before: mean {x.mean():.2f}", f"in training: {np.mean(mask == 0):.0%} silent, mean {np.mean(out):.2f}")
    for ax, values, title in zip(axes, (x, out), titles, strict=True):
        ax.imshow(values, cmap="Blues", vmin=0, vmax=2, aspect="auto")
        ax.set(title=title, xlabel="unit", xticks=range(0, n_units, 5), yticks=range(n_examples))
    axes[0].set_ylabel("example")
    axes[1].plot(*np.argwhere(np.asarray(mask) == 0).T[::-1], "x", color=VALIDATION)
    return figure


def word_effects(model, x):
    """Return how much each word moves the logit of a 0/1 review, on average over the reviews `x`: (n_words,).

    The logit z is what the last sigmoid turns into a probability. Back-propagation gives, for each review, the slopes
    dz/dH1 = (dz/dH2 * relu'(H2)) W2^T with dz/dH2 = W3^T; the word i reaches H1 through its row of W1, so

        effect_i = sum_j W1[i, j] * mean over reviews of (dz/dH1 * relu'(H1))_j

    Raises ValueError for a model that has other than two hidden layers and one output.
    """
    parameters = model.get_weights()
    if [array.ndim for array in parameters] != [2, 1] * 3 or parameters[-1].size != 1:
        raise ValueError(
            f"word_effects needs two hidden layers and one output: six arrays of weights and biases. This model has "
            f"{len(parameters)}, of the shapes {[array.shape for array in parameters]}."
        )
    W1, B1, W2, B2, W3, _ = parameters
    H1 = np.asarray(x, np.float32) @ W1 + B1
    H2 = np.maximum(H1, 0) @ W2 + B2
    slopes = ((H2 > 0) * W3.T) @ W2.T * (H1 > 0)
    return W1 @ slopes.mean(axis=0)


@plots._STYLE
def words(effects, names, counts, n=10, note=""):
    """Draw, for each model, the n words that push its answer most to either side; return the figure.

    `effects` is {model name: (n_words,) effects}, `names` what each column's word is, `counts` in how many reviews it
    stands: that number is written beside the word.
    """
    figure, axes = plt.subplots(1, len(effects), figsize=(4.6 * len(effects), 0.26 * 2 * n + 1.2), squeeze=False)
    for ax, (title, effect) in zip(axes[0], effects.items(), strict=True):
        order = np.argsort(effect)
        shown = np.concatenate([order[:n], order[-n:]])
        colours = np.where(effect[shown] > 0, plots._PALETTE[0], plots._PALETTE[1])
        ax.barh(range(2 * n), effect[shown], color=colours)
        ax.set_yticks(range(2 * n), [f"{names[i]}  ({counts[i]})" for i in shown], size=9)
        ax.axvline(0, color=plots._INK, linewidth=0.8)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5))
        ax.set(title=title, xlabel="effect on the logit", ylim=(-0.6, 2 * n - 0.4))
    return _noted(figure, axes[0, 0], note)


def _two_curves(ax, history, key, mark_best):
    """Draw a quantity in training, solid, and in validation, dashed."""
    for name, colour, line, words in ((key, TRAINING, "-", "training"), (f"val_{key}", VALIDATION, "--", "validation")):
        values = history.get(name, ())
        ax.plot(np.arange(1, len(values) + 1), values, line, color=colour, linewidth=2, label=words)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    if mark_best and history.get("val_loss"):
        best = int(np.argmin(history["val_loss"])) + 1
        ax.axvline(best, color=plots._QUIET, linewidth=1, linestyle=":", label=f"best epoch: {best}")


def _noted(figure, ax, note):
    """Put the small print, if there is any, under `ax`; return the figure."""
    if note:
        plots.caption(ax, note)
    return figure
