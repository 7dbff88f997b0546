"""Averages: why a moving average that starts at zero is too small at first, and what Adam does about it.

    V <- beta V + (1 - beta) g        after t equal gradients g:  V = (1 - beta^t) g

Dividing by 1 - beta^t puts that right: the bias correction, which the slides leave out.
"""

import matplotlib.pyplot as plt
import numpy as np

from nnkit import plots
from nnkit.optimizer import Optimizer

__all__ = ["UncorrectedAdam", "draw_first_steps", "step_lengths", "uncorrected_lengths"]


class UncorrectedAdam(Optimizer):
    """Adam as the slides have it, without bias correction.

    V <- beta_1 V + (1 - beta_1) g
    S <- beta_2 S + (1 - beta_2) g^2
    W <- W - alpha V / (sqrt(S) + epsilon)
    """

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon
        self.V = self.S = 0.0

    def update(self, w, grad_loss_w):
        self.V = self.beta_1 * self.V + (1 - self.beta_1) * grad_loss_w
        self.S = self.beta_2 * self.S + (1 - self.beta_2) * grad_loss_w**2
        return w - self.learning_rate * self.V / (np.sqrt(self.S) + self.epsilon)


def step_lengths(optimizer, n_steps, gradient=1.0):
    """Return how far each of n_steps updates goes when the gradient is always the same, (n_steps,)."""
    w, lengths = np.zeros(1), []
    for _ in range(n_steps):
        new = optimizer.update(w, np.full(1, gradient))
        lengths.append(abs(new - w)[0])
        w = new
    return np.array(lengths)


def uncorrected_lengths(n_steps, beta_1=0.9, beta_2=0.999):
    """Return how many learning rates each of UncorrectedAdam's steps goes when the gradient is always the same.

    Then V = (1 - beta_1^t) g and S = (1 - beta_2^t) g^2, so nothing needs to be run.
    """
    t = np.arange(1, n_steps + 1)
    return (1 - beta_1**t) / np.sqrt(1 - beta_2**t)


@plots._STYLE
def draw_first_steps(adam, learning_rate=0.001, n_steps=1000):
    """Draw the step lengths of an Adam class, in learning rates, with those of UncorrectedAdam; return the Axes."""
    corrected = step_lengths(adam(learning_rate), n_steps) / learning_rate
    ax, t = plt.subplots(figsize=(8, 3.6))[1], np.arange(1, n_steps + 1)
    for lengths, line, colour, name in (
        (uncorrected_lengths(n_steps), "--", plots._PALETTE[1], "as on the slide, without correction"),
        (corrected, "-", plots._PALETTE[0], "your Adam, with correction"),
    ):
        ax.plot(t, lengths, line, color=colour, linewidth=2, label=name)
    ax.set(xscale="log", xlim=(1, n_steps), ylim=(0, None), xlabel="update", ylabel="step / learning rate")
    ax.set_title("A gradient that is always the same: how long are Adam's steps?")
    ax.legend(frameon=False)
    return ax
