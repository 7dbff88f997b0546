"""Still: one picture of a session, for where no widget can run: on paper, in a web page, without a kernel."""

import html

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from nnkit import plots
from nnkit.figures.explore import _picture
from nnkit.metrics import classes
from nnkit.playground.session import REACH, SIDE, places

__all__ = ["EPOCHS", "draw", "show"]

EPOCHS = 30
TINTS = LinearSegmentedColormap.from_list("tints", ["#F0B890", "white", "#92C3E2"])
COLOURS = [plots._PALETTE[1], plots._PALETTE[0], plots._PALETTE[2]]


@plots._STYLE
def draw(session):
    """Draw the data and what the network answers everywhere, beside its losses; return the Figure."""
    figure, (plane, curve) = plt.subplots(1, 2, figsize=(9.5, 3.8))
    answers = session.run.answers(places())[-1]
    line = np.linspace(-REACH, REACH, SIDE)
    numbers = session.setup.task == "numbers"
    if answers.shape[1] == 1:
        lowest, middle = (-1, 0) if numbers else (0, 0.5)
        grid = answers[:, 0].reshape(SIDE, SIDE)[::-1]
        plane.contourf(line, line, np.clip(grid, lowest, 1), np.linspace(lowest, 1, 11), cmap=TINTS)
        plane.contour(line, line, grid, [middle], colors=plots._INK, linewidths=1.5)
    else:
        for k in range(answers.shape[1]):
            inside = (answers.argmax(axis=1) == k).reshape(SIDE, SIDE)[::-1]
            plane.contourf(line, line, inside, [0.5, 1.5], colors=[COLOURS[k]], alpha=0.25)
    train = session.run.train
    labels = (train.y[:, 0] > 0).astype(int) if numbers else classes(train.y)
    names = ("below 0", "above 0") if numbers else [f"class {k}" for k in range(3)]
    for k in range(labels.max() + 1):
        marker = {"marker": plots._MARKERS[k], "s": 26, "edgecolor": "white", "linewidth": 0.5}
        plane.scatter(*train.X[labels == k].T, color=COLOURS[k], label=names[k], **marker)
    plane.set(xlabel="$x_1$", ylabel="$x_2$", title=f"{session.setup.data} after {_epochs(session)}")
    plane.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    plots.learning_curves(session.run.history, ("loss", "val_loss"), ax=curve, title="Loss")
    curve.legend(["training", "test"], frameon=False)
    curve.set_ylim(bottom=0)
    return figure


def show(session):
    """Display the picture of a session after some epochs of training, with words for those who cannot see it."""
    from IPython.display import display

    while session.run.epoch < EPOCHS and not session.run.stopped:  # a class that stops begins the run again, without it
        session.advance()
    history = session.run.history
    alt = (
        f"The playground as a still picture. Left, the examples of the set {session.setup.data} and what the network "
        f"answers everywhere after {_epochs(session)}; right, its losses"
    )
    if np.isfinite(history["loss"]).all():
        alt += f": training {history['loss'][0]:.3g} to {history['loss'][-1]:.3g}, test {history['val_loss'][-1]:.3g}"
    picture = _picture(draw, {"session": session}, alt + ".")
    data = {
        "text/html": f'<div class="nnkit-playground-still">{picture}<br><small>{html.escape(alt)}. '
        "Run this cell in JupyterLab to play.</small></div>",
        "text/plain": alt + ".",
    }
    display(data, raw=True)


def _epochs(session):
    n = session.run.epoch
    return "1 epoch" if n == 1 else f"{n} epochs"
