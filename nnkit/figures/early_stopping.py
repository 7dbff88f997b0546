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
    """Draw a history's two losses, its best epoch and the epoch at which the rule stops; return the Axes."""
    ax = plots.learning_curves(history, ("loss", "val_loss"), ax=plt.subplots(figsize=(8, 4))[1])
    losses = history["val_loss"]
    best, stop = int(np.argmin(losses)) + 1, stopping_epoch(should_stop, losses, patience, min_delta)
    ax.plot(best, losses[best - 1], "*", color=plots._INK, markersize=14, zorder=4, label=f"lowest: epoch {best}")
    if stop is not None:
        ax.axvline(stop, color=plots._MISTAKE, linewidth=2, linestyle=":", label=f"stopped after epoch {stop}")
    saved = "it never stops" if stop is None else f"{len(losses) - stop} of {len(losses)} epochs saved"
    ax.set(yscale="log", title=f"patience {patience}: {saved}", ylabel="loss")
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return ax
