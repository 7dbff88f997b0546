"""Optimizers for full batches: they compare a gradient with the one before, entry by entry.

From all examples at once a gradient is exact. So when its sign changes, a minimum was passed, and from two gradients
in a row one can guess where it lies. With mini-batches the noise between two batches would be taken for the shape of
the loss. (Names and shapes as in `nnkit.optimizer`.)
"""

import numpy as np

from nnkit.in_place import memory
from nnkit.optimizer import Optimizer

__all__ = ["Quickprop", "RProp"]


class RProp(Optimizer):
    """Trust only the gradient's sign; each entry has a step size of its own, learnt from sign changes.

        g g' > 0   D <- min(D eta_plus, step_max)                  same direction: stride out
        g g' < 0   D <- max(D eta_minus, step_min), g <- 0         overshot: shorten, and wait this once
        W <- W - sign(g) D

    g' is the gradient before; the first D is alpha. Made for full batches: noise flips signs.
    Source: Igel and Huesken, Improving the Rprop Learning Algorithm, 2000 (iRprop-).
    """

    def __init__(self, learning_rate=0.01, eta_plus=1.2, eta_minus=0.5, step_min=1e-6, step_max=50.0):
        super().__init__(learning_rate)
        self.eta_plus, self.eta_minus = float(eta_plus), float(eta_minus)
        self.step_min, self.step_max = float(step_min), float(step_max)
        self.step_size = self.previous_gradient = None

    def update(self, w, grad_loss_w):
        g_before = memory(self.previous_gradient, w, grad_loss_w)
        D = np.full_like(g_before, self.learning_rate) if self.step_size is None else self.step_size
        agreement = np.sign(grad_loss_w) * np.sign(g_before)  # of the signs: the product of tiny numbers is 0
        longer = np.minimum(D * self.eta_plus, self.step_max)
        shorter = np.maximum(D * self.eta_minus, self.step_min)
        self.step_size = np.where(agreement > 0, longer, np.where(agreement < 0, shorter, D))
        self.previous_gradient = np.where(agreement < 0, 0, grad_loss_w)
        return w - np.sign(self.previous_gradient) * self.step_size


class Quickprop(Optimizer):
    """Lay a parabola through two gradients of each entry, and jump to its lowest point.

        s <- g / (g' - g) s     the parabola's minimum, never further than mu |s|
        s <- mu s               where g has the sign of g' and is no smaller: no minimum lies ahead
        s <- -alpha g           where there is no earlier step (s = 0), or g = g'
        W <- W + s

    g' and s on the right are the gradient and the step before. Made for full batches.
    Source: Fahlman, An Empirical Study of Learning Speed in Back-Propagation Networks, 1988.
    """

    def __init__(self, learning_rate=0.01, mu=1.75):
        super().__init__(learning_rate)
        self.mu = float(mu)
        self.step = self.previous_gradient = None

    def update(self, w, grad_loss_w):
        g, g_before = grad_loss_w, memory(self.previous_gradient, w, grad_loss_w)
        s = memory(self.step, w, grad_loss_w)
        fresh = (s == 0) | (g == g_before)
        beyond = (np.sign(g) == np.sign(g_before)) & (np.abs(g) >= np.abs(g_before))
        jump = g / np.where(fresh, 1, g_before - g) * s
        jump = np.clip(jump, -self.mu * np.abs(s), self.mu * np.abs(s))
        self.step = np.where(fresh, -self.learning_rate * g, np.where(beyond, self.mu * s, jump))
        self.previous_gradient = np.array(g)
        return w + self.step
