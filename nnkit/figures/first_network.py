"""First network: a network that learns by the student's own step, and what it answers meanwhile.

Forty points of a sine, one input, one output, and a hidden layer of sigmoids. Every epoch is one call of
`train_step(x, y, W1, B1, W2, B2, learning_rate) -> (W1, B1, W2, B2)` with all forty, and nothing else happens.
"""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from nnkit import plots
from nnkit.activations import SigmoidActivation
from nnkit.figures.answers import as_drawn, number
from nnkit.figures.explore import choose, explore

__all__ = ["X", "Y", "draw", "explore_training", "start", "train"]

X = np.linspace(-1, 1, 40)[:, None]
Y = np.sin(4 * X)
HIGHEST = 1e6  # the largest loss that is drawn
NAMES = "W1", "B1", "W2", "B2"


def start(hidden, seed=0):
    """Return W1 (1, hidden), B1 (1, hidden), W2 (hidden, 1) and B2 (1, 1), random but the same for one seed."""
    rng = np.random.default_rng(seed)
    W1, B1 = rng.normal(0, 4, (1, hidden)), rng.normal(0, 2, (1, hidden))
    return W1, B1, rng.normal(0, 1 / np.sqrt(hidden), (hidden, 1)), np.zeros((1, 1))


def train(train_step, learning_rate, epochs, hidden):
    """Return the parameters after so many epochs, and the loss before the first epoch and after each.

    The list of losses is shorter where the loss grew beyond what a computer can hold.
    Raises ValueError where a step returns something else than four arrays, shaped like those that it was given.
    """
    parameters = start(hidden)
    losses = [_loss(parameters)]
    with np.errstate(all="ignore"):
        for _ in range(epochs):
            after = _checked(train_step(X, Y, *parameters, learning_rate), parameters)
            if not np.isfinite(_loss(after)):
                break
            parameters = after
            losses.append(_loss(parameters))
    return parameters, losses


@plots._STYLE
def draw(train_step, learning_rate, epochs, hidden):
    """Draw what the network answers, beside its loss after each epoch; return the Figure."""
    parameters, losses = train(train_step, learning_rate, epochs, hidden)
    figure, (answers, curve) = plt.subplots(1, 2, figsize=(9.5, 3.6))
    answers.plot(X, Y, "o", color=plots._INK, markersize=3, label="targets y")
    answers.plot(X, _forward(start(hidden)), "--", color=plots._QUIET, label="at the start")
    answers.plot(X, _forward(parameters), color=plots._PALETTE[1], linewidth=2, label=f"after {len(losses) - 1} epochs")
    answers.set(xlabel="x", ylabel="Y*", ylim=(-2.2, 2.2), xticks=[-1, -0.5, 0, 0.5, 1])
    answers.legend(frameon=False, loc="upper left", ncols=2)
    seen = np.minimum(losses, 10 * HIGHEST)  # what is higher leaves the picture at its top
    curve.semilogy(seen, color=plots._PALETTE[0], linewidth=2, marker="o" if len(losses) == 1 else None)
    curve.set(xlabel="epoch", ylabel="mean squared error", title=_how_it_went(losses, epochs))
    curve.set_xlim(-0.02 * epochs, max(epochs, 1))
    curve.set_ylim(2e-4, np.clip(2 * max(losses), 2, HIGHEST))  # one scale for most settings
    return figure


def explore_training(train_step):
    """Show the network with sliders for the learning rate, the number of epochs and of hidden units."""
    explore(
        partial(draw, train_step),
        "Left, points of a sine and the curve that the network has learnt; right, its loss, which falls.",
        learning_rate=choose([0.01, 0.03, 0.1, 0.3, 1.0, 3.0], start=0.3),
        epochs=choose([0, 1, 10, 30, 100, 300, 1000, 3000], start=1000),
        hidden=choose([1, 2, 4, 8, 16], start=8),
    )


def _forward(parameters):
    W1, B1, W2, B2 = parameters
    return SigmoidActivation().activation_function(X @ W1 + B1) @ W2 + B2


def _loss(parameters):
    return float(np.mean((_forward(parameters) - Y) ** 2))


def _checked(result, before):
    """Return the student's four arrays."""
    if not isinstance(result, tuple | list) or len(result) != len(NAMES):
        got = f"{len(result)} of them" if isinstance(result, tuple | list) else type(result).__name__
        raise ValueError(f"train_step must return four arrays, W1, B1, W2 and B2; it returned {got}.")
    return tuple(
        as_drawn(f"train_step, for {name},", after, old.shape, "as it was given")
        for name, after, old in zip(NAMES, result, before, strict=True)
    )


def _how_it_went(losses, epochs):
    """Say how large the loss was and is, or that it left all bounds."""
    if len(losses) <= epochs:
        return f"the loss was beyond all numbers in epoch {len(losses)}"
    return f"loss {number(losses[0], 2)} at the start, {number(losses[-1], 2)} now"
