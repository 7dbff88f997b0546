"""Comparison: one model trained by many algorithms at many learning rates, in curves, tables and mistakes.

    collect      train one after another, with a progress bar; what is finished survives an interrupt
    lines        one quantity of several histories, epoch by epoch, on one axis
    logarithmic  a logarithmic axis of losses, with plain numbers
    rates        how well each algorithm did at each learning rate
    table        the same in text
    mistakes     digits that each model takes for another

A history is a dictionary of lists, one number an epoch, as Keras's `fit(...).history` is.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator, PercentFormatter

from nnkit import plots

__all__ = ["collect", "lines", "logarithmic", "mistakes", "rates", "table"]

STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
TICKS = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2)
CEILING = 2.5  # a little more than log 10, the loss of a model that knows nothing


def collect(train, runs):
    """Return {run: train(*run)} for each of the tuples in `runs`; interrupted, return what is finished."""
    from tqdm import tqdm

    results = {}
    with tqdm(runs, unit="run", mininterval=0.5, file=sys.stdout) as bar:
        try:
            for run in bar:
                results[run] = train(*run)
        except KeyboardInterrupt:
            bar.write(f"Stopped by hand after {len(results)} of {len(runs)} runs. These are kept.", file=sys.stdout)
    return results


@plots._STYLE
def lines(histories, key="val_accuracy", title=None, note=""):
    """Draw one quantity of each history, {label: history}, over the epochs; return the Axes.

    Losses stand on a logarithmic scale; above 2.5, or where they are no longer numbers, they are drawn at 2.5.
    """
    ax = plots._axes(None, (8.2, 4))
    is_loss = key.endswith("loss")
    for i, (label, history) in enumerate(histories.items()):
        values = np.array(history.get(key, ()), dtype=float)
        if is_loss:
            values = np.minimum(np.nan_to_num(values, nan=np.inf), CEILING)
        style = {"color": plots._PALETTE[i % len(plots._PALETTE)], "linestyle": STYLES[i % len(STYLES)]}
        end = f": {history[key][-1]:.3f}" if len(values) else ""
        ax.plot(np.arange(1, len(values) + 1), values, linewidth=2, label=f"{label}{end}", **style)
    if is_loss:
        logarithmic(ax)
    else:
        ax.set_ylim(0, 1.02)
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel="epoch", ylabel=key.replace("val_", "validation "), title=title or "")
    where = {"loc": "upper left", "bbox_to_anchor": (1, 1), "frameon": False, "alignment": "left"}
    ax.legend(title="after the last epoch", **where)
    return plots.caption(ax, note) if note else ax


def logarithmic(ax):
    """Make the y axis of some losses logarithmic, with plain numbers on it; return the Axes."""
    ax.set_yscale("log")
    low, high = ax.get_ylim()
    ticks = [tick for tick in TICKS if low <= tick <= high]
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.tick_params(axis="y", which="minor", left=False, labelleft=False)
    return ax


@plots._STYLE
def rates(values, note="", ylabel="validation accuracy"):
    """Draw a number for each algorithm over the learning rate, of {(name, rate): number}; return the Axes."""
    ax = plots._axes(None, (8.2, 4))
    for i, name in enumerate(_names(values)):
        at = sorted(rate for other, rate in values if other == name)
        style = {"color": plots._PALETTE[i % len(plots._PALETTE)], "marker": plots._MARKERS[i % len(plots._MARKERS)]}
        ax.plot(at, [values[name, rate] for rate in at], linestyle=STYLES[i % len(STYLES)], label=name, **style)
    ax.set(xscale="log", xlabel="learning rate", ylabel=ylabel, ylim=(0, 1.02))
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    all_rates = sorted({rate for _, rate in values})
    ax.set_xticks(all_rates, [f"{rate:g}" for rate in all_rates])
    ax.tick_params(axis="x", which="minor", bottom=False, labelbottom=False)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return plots.caption(ax, note) if note else ax


def table(values):
    """Return {(name, rate): number} as text: a row for each name, a column for each rate; - is missing."""
    all_rates = sorted({rate for _, rate in values})
    rows = [f"{'':14}" + "".join(f"{rate:>8g}" for rate in all_rates)]
    for name in _names(values):
        numbers = [f"{values[name, rate]:8.3f}" if (name, rate) in values else f"{'-':>8}" for rate in all_rates]
        rows.append(f"{name:14}" + "".join(numbers))
    return "\n".join(rows)


@plots._STYLE
def mistakes(images, labels, predictions, n=10, note=""):
    """Draw the first n digits that each model gets wrong, a row for each model; return the figure.

    `images` (m, 28, 28) and `labels` (m,) are the same for all; `predictions` is {label: (m,) classes}.
    """
    size = (0.75 * n, 1.25 * len(predictions) + 0.1)
    figure, axes = plt.subplots(len(predictions), 1, figsize=size, squeeze=False)
    for ax, (label, guesses) in zip(axes[:, 0], predictions.items(), strict=True):
        wrong = np.flatnonzero(guesses != labels)
        first = wrong[:n]
        if len(first):
            plots.digits(images[first], labels[first], guesses[first], n_columns=n, ax=ax)
            ax.set_xlim(-0.15, 1.25 * n - 0.1)  # so that a short row has digits of the same size
        else:
            ax.set_axis_off()
        ax.set(xlabel="", title=f"{label}: {len(wrong)} of {len(labels)} wrong")
    if note:
        plots.caption(axes[-1, 0], note)
    return figure


def _names(values):
    """Return the names of {(name, rate): number}, in order, each once."""
    return list(dict.fromkeys(name for name, _ in values))
