"""A search in pictures: every configuration that was tried, the best so far, and how lucky a best of many is.

A search leaves a list of trials, (configuration, accuracy). Numbers in a list say which was best. A picture says more:
which choice made the difference, and whether it would have been enough to stop sooner. `watch` keeps the list while a
search runs that returns the best alone.
"""

import contextlib
import inspect
import sys

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

from nnkit import plots

__all__ = ["all_trials", "best_so_far", "lucky_best", "watch"]

CURVE = np.linspace(0, 1, 25)


@contextlib.contextmanager
def watch(search, iterations, validation):
    """Show a progress bar while `search` runs, and give the list of its trials, (configuration, accuracy), as it grows.

    `search` is a function of the notebook that trains with the notebook's `train_dnn`. Until the block ends, each call
    of that is followed by a look at its model: which it is, and its accuracy on `validation`, a pair (X, Y). Where the
    search is stopped by hand, the finished trials stay in the list; if there is none, KeyboardInterrupt goes on.
    """
    from tqdm import tqdm

    names, trials = search.__globals__, []
    train = names["train_dnn"]
    with tqdm(total=iterations, desc="search", unit="trial", file=sys.stdout) as bar:

        def train_and_note(*args, **options):
            history = train(*args, **options)
            model, alg, lr = list(inspect.signature(train).bind(*args, **options).arguments.values())[:3]
            trials.append((_configuration(model, alg, lr), model.evaluate(*validation, verbose=0)[1]))
            bar.set_postfix({"best": f"{max(accuracy for _, accuracy in trials):.4f}"}, refresh=False)
            bar.update()
            return history

        names["train_dnn"] = train_and_note
        try:
            yield trials
        except KeyboardInterrupt:
            if not trials:
                raise
            print(f"\nStopped by hand after {len(trials)} of {iterations} trials, which are kept.")
        finally:
            names["train_dnn"] = train


@plots._STYLE
def all_trials(trials, options, names=None, ax=None):
    """Draw each trial as a line through its choices to its accuracy, the best one thick; return the Axes.

    `trials` is a list of (configuration, accuracy); `options` maps each hyperparameter to its possible values, and
    has a vertical line for each: parallel coordinates. `names` are other words for them.
    Lines that share a choice run a little apart, so that each can be followed.
    """
    if not trials:
        raise ValueError("there is no trial to draw yet: run the search first.")
    ax = ax or plt.subplots(figsize=(9, 4.6))[1]
    accuracies = np.array([accuracy for _, accuracy in trials])
    low, high = _limits(accuracies)
    order = np.argsort(accuracies)
    for rank, i in enumerate(order):
        apart = 0.14 * (rank / max(1, len(trials) - 1) - 0.5)
        heights = [_height(options[name], trials[i][0][name], apart) for name in options]
        _thread(ax, [*heights, (accuracies[i] - low) / (high - low)], rank / max(1, len(trials) - 1), i == order[-1])
    _rulers(ax, options, names or {}, low, high)
    best = f"the best: {accuracies.max():.2%}"
    ax.legend(
        handles=[plt.Line2D([], [], color=plots._MISTAKE, linewidth=4, label=best)],
        frameon=False,
        loc="lower left",
        bbox_to_anchor=(0, 1.06),
    )
    choices = ", ".join(f"{(names or {}).get(name, name)} {value}" for name, value in trials[order[-1]][0].items())
    range_ = f"from {accuracies.min():.2%} to {accuracies.max():.2%}"
    ax.set_label(
        f"{len(trials)} trials, each a line through its choices to its accuracy, {range_}. The best: {choices}"
    )
    return ax


@plots._STYLE
def best_so_far(searches, ax=None):
    """Draw the accuracy of each trial, and the best until then as a staircase; return the Axes.

    `searches` maps the name of a search to its accuracies, in the order in which they came.
    """
    ax = ax or plt.subplots(figsize=(8, 4))[1]
    for k, (name, accuracies) in enumerate(searches.items()):
        colour, marker = plots._PALETTE[k], plots._MARKERS[k]
        numbers = np.arange(1, len(accuracies) + 1)
        ax.plot(
            numbers, accuracies, marker, color=colour, markerfacecolor="white", markersize=7, label=f"{name}: a trial"
        )
        line = ["-", "--", ":"][k % 3]
        ax.step(
            numbers,
            np.maximum.accumulate(accuracies),
            line,
            where="post",
            color=colour,
            linewidth=2.5,
            label=f"{name}: best so far",
        )
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    ax.set(xlabel="trial", ylabel="validation accuracy")
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return ax


@plots._STYLE
def lucky_best(trials=10, examples=300, accuracy=0.9):
    """Draw how the best of many equally good models looks on the examples that chose it; return the Axes.

    Every model is right with probability `accuracy`, so what is above that, in the best one's result, is luck. 20,000
    searches are simulated.
    """
    rng = np.random.default_rng(0)
    best = rng.binomial(examples, accuracy, size=(20000, trials)).max(axis=1) / examples
    again = rng.binomial(examples, accuracy, size=20000) / examples
    ax = plt.subplots(figsize=(8, 3.8))[1]
    width = 1 / examples
    bins = np.arange(min(best.min(), again.min()) - width / 2, 1 + width, max(1, round(0.006 / width)) * width)
    ax.hist(
        again,
        bins,
        weights=np.full(20000, 1 / 20000),
        color=plots._PALETTE[0],
        alpha=0.45,
        label=f"on new examples: {again.mean():.1%} on average",
    )
    ax.hist(
        best,
        bins,
        weights=np.full(20000, 1 / 20000),
        histtype="step",
        hatch="//",
        linewidth=2,
        color=plots._PALETTE[1],
        label=f"on those that chose it: {best.mean():.1%} on average",
    )
    ax.axvline(accuracy, color=plots._INK, linewidth=2, linestyle=":", label=f"the truth: {accuracy:.1%}")
    ax.set(xlabel="accuracy of the chosen model", ylabel="share of searches", xlim=(max(0, accuracy - 0.15), 1.005))
    ax.set_title(
        f"the best of {trials} equal models, chosen on {examples} examples"
        if trials > 1
        else f"a single model, on {examples} examples"
    )
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(0, -0.18), ncols=1)
    return ax


def _configuration(model, alg, lr):
    """Return the hyperparameters of a model that was just trained, under the slides' names for them."""
    from nnkit.quietly import keras

    units = [layer.units for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    rates = [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    return {"topology": units[:-1], "algorithm": alg, "lr": lr, "dropout": rates[0] if rates else 0}


def _limits(accuracies):
    """Return where the ruler of accuracies begins and ends: a little beyond them."""
    margin = 0.08 * np.ptp(accuracies) or 0.01
    return accuracies.min() - margin, accuracies.max() + margin


def _height(options, value, apart):
    """Return the height of a choice, from 0 to 1, with as much room below the first option as above the last."""
    return (list(options).index(value) + 0.5 + apart * 3) / len(options)


def _thread(ax, heights, quality, is_best):
    """Draw one trial's line, smooth and level where it crosses a ruler; the better the darker, the best in orange."""
    smooth = CURVE**2 * (3 - 2 * CURVE)
    y = np.concatenate([a + (b - a) * smooth for a, b in zip(heights[:-1], heights[1:], strict=True)])
    x = np.concatenate([i + CURVE for i in range(len(heights) - 1)])
    colour = plots._MISTAKE if is_best else plt.get_cmap("Blues")(0.6 + 0.38 * quality)
    ax.plot(x, y, color=colour, linewidth=4 if is_best else 1.8, zorder=3 if is_best else 2, solid_capstyle="round")
    ax.plot(x[-1], y[-1], "o", color=colour, markersize=9 if is_best else 5, zorder=4, clip_on=False)


def _rulers(ax, options, names, low, high):
    """Draw a vertical line for each hyperparameter with its options, and one for the accuracy."""
    for i, values in enumerate(options.values()):
        ax.axvline(i, color=plots._QUIET, linewidth=1, zorder=1)
        for k, value in enumerate(values):
            words = "-".join(map(str, value)) if isinstance(value, list) else str(value)
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85}
            ax.text(i + 0.04, (k + 0.5) / len(values), words, va="center", fontsize=10, zorder=5, bbox=box)
    ax.axvline(len(options), color=plots._QUIET, linewidth=1, zorder=1)
    ticks = [t for t in MaxNLocator(6).tick_values(low, high) if low <= t <= high]
    ax.yaxis.tick_right()
    ax.set_yticks([(t - low) / (high - low) for t in ticks], [f"{t:.3f}" for t in ticks])
    ax.set_xticks(range(len(options) + 1), [*(names.get(name, name) for name in options), "validation\naccuracy"])
    ax.set(xlim=(-0.1, len(options) + 0.02), ylim=(0, 1))
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
