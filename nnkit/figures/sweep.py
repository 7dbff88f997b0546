"""Sweep: the same network trained by each algorithm, at each learning rate, from several starts.

One run says little: its start may have been lucky. And one learning rate says less: the algorithm may like another.
So every algorithm gets the same learning rates, and at each of them the same starts and the same batches, and the
picture shows the middle of the runs with a band from the lowest to the highest.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np

from nnkit import plots

__all__ = ["best_rate", "draw", "sweep"]

TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2]


def sweep(train, makers, learning_rates, seeds=(0, 1, 2)):
    """Return {name: {learning rate: losses (n_seeds, n_epochs)}}, infinite from where training has diverged.

    `train(optimizer, seed)` trains a new network and returns its validation losses. `makers` maps a name to a function
    that makes an Optimizer of a learning rate; one whose class is not written yet is left out, and that is printed.
    Interrupted, it returns what is finished.
    """
    from tqdm import tqdm

    results, n_runs = {}, len(makers) * len(learning_rates) * len(seeds)
    with tqdm(total=n_runs, unit="run", mininterval=0.5, file=sys.stdout) as bar:
        try:
            for name, make in makers.items():
                try:
                    results[name] = {rate: _runs(train, make, rate, seeds, bar) for rate in learning_rates}
                except NotImplementedError:
                    bar.write(f"{name}: not written yet", file=sys.stdout)
        except KeyboardInterrupt:
            bar.write(f"Stopped by hand. Finished: {', '.join(results) or 'nothing'}.", file=sys.stdout)
    return results


def best_rate(losses_at):
    """Return the learning rate whose last loss, in the middle of the runs, is lowest, of {learning rate: losses}."""
    return min(losses_at, key=lambda rate: np.median(losses_at[rate][:, -1]))


@plots._STYLE
def draw(results, ceiling=2.5):
    """Draw the last loss over the learning rate and, at each algorithm's best rate, the loss over the epochs.

    Losses above `ceiling` are drawn at it. Returns the figure.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(10.5, 4.2), sharey=True)
    lowest = min((losses.min() for losses_at in results.values() for losses in losses_at.values()), default=0.1)
    for i, (name, losses_at) in enumerate(results.items()):
        style = {"color": plots._PALETTE[i % len(plots._PALETTE)], "marker": plots._MARKERS[i % len(plots._MARKERS)]}
        last = np.transpose([losses[:, -1] for losses in losses_at.values()])
        rate = best_rate(losses_at)
        losses = losses_at[rate]
        epochs = np.arange(1, losses.shape[1] + 1)
        _band(left, list(losses_at), last, ceiling, label=None, **style)
        label = f"{name}, {rate:g}: {np.median(losses[:, -1]):.3f}"
        _band(right, epochs, losses, ceiling, label=label, markevery=max(1, len(epochs) // 5), **style)
    left.set(xscale="log", xlabel="learning rate", ylabel="validation loss", title="after the last epoch")
    right.set(xlabel="epoch", title="each at its best learning rate")
    ticks = [tick for tick in TICKS if 0.8 * lowest < tick < ceiling]
    left.set(
        yscale="log", ylim=(0.8 * lowest, 1.1 * ceiling), yticks=ticks, yticklabels=[f"{tick:g}" for tick in ticks]
    )
    for ax in (left, right):
        ax.tick_params(axis="y", which="minor", left=False, labelleft=False)
    if results:
        where = {"loc": "upper left", "bbox_to_anchor": (1, 1), "frameon": False, "alignment": "left"}
        right.legend(title="at the best rate, at the end:", **where)
    return figure


def _runs(train, make, rate, seeds, bar):
    """Return the losses of one algorithm at one learning rate, a row for each seed."""
    rows = []
    for seed in seeds:
        try:
            rows.append(train(make(rate), seed))
        except FloatingPointError:  # nnkit's way to say that the loss is no longer a number
            rows.append([np.inf])
        bar.update()
    n_epochs = max(map(len, rows))
    return np.array([[*row, *[np.inf] * (n_epochs - len(row))] for row in rows])


def _band(ax, x, runs, ceiling, color, marker, label, markevery=None):
    """Draw the median of the runs (n_runs, n) over x, in a band from the lowest to the highest."""
    runs = np.minimum(runs, ceiling)
    ax.plot(x, np.median(runs, axis=0), color=color, marker=marker, markevery=markevery, markersize=6, label=label)
    ax.fill_between(x, runs.min(axis=0), runs.max(axis=0), color=color, alpha=0.15, linewidth=0)
