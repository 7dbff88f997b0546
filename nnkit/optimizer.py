"""Optimizers: how far to step, and where to, when the gradient is known.

The gradient of the loss points uphill. Every algorithm here walks down; they differ in what they remember of
earlier gradients. `update(w, grad_loss_w)` returns the new parameters and leaves its arguments as they were.

    w            W, any shape: the weights or biases of one layer
    grad_loss_w  g = dE/dW, shaped like w
    result       shaped like w

What an optimizer remembers belongs to one parameter, so a layer keeps a copy for each; one that is handed
another shape refuses. All memory starts at zero. (Names: alpha = learning_rate, beta = momentum or decay.)
"""

from abc import ABC, abstractmethod

import numpy as np

from nnkit import expect

__all__ = ["SGD", "Adagrad", "Adam", "Optimizer", "Quickprop", "RMSProp", "RProp"]


class Optimizer(ABC):
    """What every optimizer can do."""

    def __init__(self, learning_rate):
        self.learning_rate = expect.at_least_zero("learning_rate", learning_rate)

    @abstractmethod
    def update(self, w, grad_loss_w):
        """Return the updated parameters, shaped like w."""


class SGD(Optimizer):
    """Gradient descent with momentum: walk along a moving average of the gradients.

        V <- beta V + (1 - beta) g
        W <- W - alpha V

    `momentum` is beta; 0 gives plain gradient descent. As in the slides, V is an average. Keras and PyTorch use
    V <- beta V + g instead, whose step is 1 / (1 - beta) times as long: ten times at beta = 0.9.
    """

    def __init__(self, learning_rate=0.01, momentum=0.0):
        super().__init__(learning_rate)
        self.momentum = expect.fraction("momentum", momentum)
        self.retained_gradient = None

    def update(self, w, grad_loss_w):
        V = _memory(self.retained_gradient, w, grad_loss_w)
        self.retained_gradient = self.momentum * V + (1 - self.momentum) * grad_loss_w
        return w - self.learning_rate * self.retained_gradient


class RMSProp(Optimizer):
    """Divide each entry's step by the size that its gradients usually have.

        S <- beta S + (1 - beta) g^2
        W <- W - alpha g / (sqrt(S) + epsilon)

    The average is of squared gradients (the slide says errors), usually with beta = 0.9.
    Source: Tieleman and Hinton, Neural Networks for Machine Learning, lecture 6.5, 2012.
    """

    def __init__(self, learning_rate=0.001, beta=0.9, epsilon=1e-7):
        super().__init__(learning_rate)
        self.beta, self.epsilon = expect.fraction("beta", beta), expect.at_least_zero("epsilon", epsilon)
        self.squared_gradient = None

    def update(self, w, grad_loss_w):
        S = _memory(self.squared_gradient, w, grad_loss_w)
        self.squared_gradient = self.beta * S + (1 - self.beta) * grad_loss_w**2
        return w - self.learning_rate * grad_loss_w / (np.sqrt(self.squared_gradient) + self.epsilon)


class Adam(Optimizer):
    """Momentum and RMSProp together, both averages corrected for their start at zero.

        V <- beta_1 V + (1 - beta_1) g          V^ = V / (1 - beta_1^t)
        S <- beta_2 S + (1 - beta_2) g^2        S^ = S / (1 - beta_2^t)
        W <- W - alpha V^ / (sqrt(S^) + epsilon)

    t counts the updates from 1. Without the correction, which the slides leave out, the first steps are wrong by
    (1 - beta_1) / sqrt(1 - beta_2): three times too long. Source: Kingma and Ba, Adam, 2015, algorithm 1.
    """

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate)
        self.beta_1, self.beta_2 = expect.fraction("beta_1", beta_1), expect.fraction("beta_2", beta_2)
        self.epsilon = expect.at_least_zero("epsilon", epsilon)
        self.retained_gradient = self.squared_gradient = None
        self.t = 0

    def update(self, w, grad_loss_w):
        V = _memory(self.retained_gradient, w, grad_loss_w)
        S = _memory(self.squared_gradient, w, grad_loss_w)
        self.t += 1
        self.retained_gradient = self.beta_1 * V + (1 - self.beta_1) * grad_loss_w
        self.squared_gradient = self.beta_2 * S + (1 - self.beta_2) * grad_loss_w**2
        V_hat = self.retained_gradient / (1 - self.beta_1**self.t)
        S_hat = self.squared_gradient / (1 - self.beta_2**self.t)
        return w - self.learning_rate * V_hat / (np.sqrt(S_hat) + self.epsilon)


class Adagrad(Optimizer):
    """Divide each entry's step by the size of all its gradients so far: the steps only ever shrink.

        S <- S + g^2
        W <- W - alpha g / (sqrt(S) + epsilon)

    Source: Duchi, Hazan and Singer, Adaptive Subgradient Methods, 2011.
    """

    def __init__(self, learning_rate=0.01, epsilon=1e-7):
        super().__init__(learning_rate)
        self.epsilon = expect.at_least_zero("epsilon", epsilon)
        self.squared_gradient = None

    def update(self, w, grad_loss_w):
        self.squared_gradient = _memory(self.squared_gradient, w, grad_loss_w) + grad_loss_w**2
        return w - self.learning_rate * grad_loss_w / (np.sqrt(self.squared_gradient) + self.epsilon)


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
        g_before = _memory(self.previous_gradient, w, grad_loss_w)
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
        g, g_before = grad_loss_w, _memory(self.previous_gradient, w, grad_loss_w)
        s = _memory(self.step, w, grad_loss_w)
        fresh = (s == 0) | (g == g_before)
        beyond = (np.sign(g) == np.sign(g_before)) & (np.abs(g) >= np.abs(g_before))
        jump = g / np.where(fresh, 1, g_before - g) * s
        jump = np.clip(jump, -self.mu * np.abs(s), self.mu * np.abs(s))
        self.step = np.where(fresh, -self.learning_rate * g, np.where(beyond, self.mu * s, jump))
        self.previous_gradient = np.array(g)
        return w + self.step


def _memory(state, w, grad_loss_w):
    """Return what is remembered of parameter w: zeros before the first update."""
    expect.state_of(state, w, grad_loss_w)
    return np.zeros(np.shape(w), dtype=np.result_type(grad_loss_w, np.float32)) if state is None else state
