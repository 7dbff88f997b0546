"""Early stopping: where a rule would have stopped a training that went on."""

import matplotlib.pyplot as plt
import numpy as np

from nnkit import plots

__all__ = ["draw", "stopping_epoch"]


def stopping_epoch(should_stop, val_losses, patience, min_delta=0.0):
    """Return the first epoch, counted from 1, after which `should_stop` says yes; None where it never does."""
    epochs = range(1, len(val_losses) + 1)
    return next((n for n in epochs if should_stop(val_losses[:n], patience, min_delta)), None)


@plots._STYLE
def draw(should_stop, history, patience=5, min_delta=0.0):
    """Draw a history's two losses and, larger, the validation loss with the epoch at which the rule stops.

    A star marks the lowest validation loss, another the lowest that the rule has seen when it stops: the weights that
    would be kept. Returns the figure.
    """
    losses = np.array(history["val_loss"])
    best, stop = int(np.argmin(losses)) + 1, stopping_epoch(should_stop, losses.tolist(), patience, min_delta)
    kept = int(np.argmin(losses[:stop])) + 1
    room = {"left": 0.07, "right": 0.985, "bottom": 0.14, "top": 0.9, "wspace": 0.22}
    figure, (both, close) = plt.subplots(1, 2, figsize=(9.8, 3.8), layout="none", gridspec_kw=room)
    plots.learning_curves(history, ("loss", "val_loss"), ax=both, title="both losses")
    both.set(yscale="log", ylabel="")
    close.plot(np.arange(1, len(losses) + 1), losses, "--", color=plots._PALETTE[0], linewidth=2)
    close.plot(best, losses[best - 1], "*", color=plots._INK, markersize=15, zorder=4, label=f"lowest: epoch {best}")
    if kept != best:
        style = {"color": plots._INK, "markerfacecolor": "white", "markersize": 15, "zorder": 4}
        close.plot(kept, losses[kept - 1], "*", label=f"lowest until then: epoch {kept}", **style)
    if stop is not None:
        for ax in (both, close):
            label = f"stopped after epoch {stop}"
            ax.axvline(stop, color=plots._MISTAKE, linewidth=2, linestyle=":", label=label)
    saved = "it never stops" if stop is None else f"{len(losses) - stop} of {len(losses)} epochs saved"
    rise = max(np.ptp(losses[best - 1 :]), 0.05 * losses.min())  # what comes after the lowest fills half of the height
    close.set(xlim=both.get_xlim(), ylim=(losses.min() - 0.2 * rise, losses.min() + 2.2 * rise))
    close.set(xlabel="epoch", ylabel="validation loss", title=f"patience {patience}: {saved}")
    close.legend(frameon=False, loc="upper right")
    return figure
