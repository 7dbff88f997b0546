"""Optimizers: how far to step, and where to, when the gradient is known.

The gradient of the loss points uphill. Every algorithm here walks down; they differ in what they remember of
earlier gradients.

    update(w, grad_loss_w)           returns the new parameters and leaves its arguments as they were
    update_in_place(w, grad_loss_w)  puts them in the place of the old ones: what a layer asks for

    w            W, any shape: the weights or biases of one layer
    grad_loss_w  g = dE/dW, shaped like w

What an optimizer remembers belongs to one parameter, so a layer keeps a copy for each; one that is handed
another shape refuses. All memory starts at zero. (Names: alpha = learning_rate, beta = momentum or decay.)
"""

from abc import ABC, abstractmethod

import numpy as np

from nnkit import expect
from nnkit.in_place import memory, pieces

__all__ = ["SGD", "Adagrad", "Adam", "Optimizer", "RMSProp"]


class Optimizer(ABC):
    """What every optimizer can do. One of your own needs `update` alone."""

    def __init__(self, learning_rate):
        self.learning_rate = expect.at_least_zero("learning_rate", learning_rate)

    @abstractmethod
    def update(self, w, grad_loss_w):
        """Return the updated parameters, shaped like w."""

    def update_in_place(self, w, grad_loss_w):
        """Update the array w itself. Raises ValueError where `update` returns another shape than w's."""
        w[...] = expect.updated(w, self.update(w, grad_loss_w))


class _InPlace(Optimizer):
    """An optimizer whose formula works in place (see nnkit.in_place)."""

    @abstractmethod
    def _walk(self, w, grad_loss_w):
        """Update w itself. The loop's W, g, V and S are views of pieces: `W -= ...` writes into w."""

    def update(self, w, grad_loss_w):
        w = np.array(w, dtype=np.result_type(w, grad_loss_w, np.float32))
        self._walk(w, grad_loss_w)
        return w

    def update_in_place(self, w, grad_loss_w):
        if type(self).update is _InPlace.update:
            self._walk(w, grad_loss_w)
        else:  # a subclass has a rule of its own, and need not know of _walk
            super().update_in_place(w, grad_loss_w)


class SGD(_InPlace):
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

    def _walk(self, w, grad_loss_w):
        self.retained_gradient = memory(self.retained_gradient, w, grad_loss_w)
        for W, g, V in pieces(w, grad_loss_w, self.retained_gradient):
            V *= self.momentum
            V += (1 - self.momentum) * g
            W -= self.learning_rate * V


class RMSProp(_InPlace):
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

    def _walk(self, w, grad_loss_w):
        self.squared_gradient = memory(self.squared_gradient, w, grad_loss_w)
        for W, g, S in pieces(w, grad_loss_w, self.squared_gradient):
            S *= self.beta
            S += (1 - self.beta) * g**2
            W -= self.learning_rate * g / (np.sqrt(S) + self.epsilon)


class Adam(_InPlace):
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

    def _walk(self, w, grad_loss_w):
        self.t += 1
        self.retained_gradient = memory(self.retained_gradient, w, grad_loss_w)
        self.squared_gradient = memory(self.squared_gradient, w, grad_loss_w)
        root = float(np.sqrt(1 - self.beta_2**self.t))  # sqrt(S^) = sqrt(S) / root
        alpha_t, epsilon_t = self.learning_rate * root / (1 - self.beta_1**self.t), self.epsilon * root
        for W, g, V, S in pieces(w, grad_loss_w, self.retained_gradient, self.squared_gradient):
            V *= self.beta_1
            V += (1 - self.beta_1) * g
            S *= self.beta_2
            S += (1 - self.beta_2) * g**2
            W -= alpha_t * (V / (np.sqrt(S) + epsilon_t))  # = alpha V^ / (sqrt(S^) + epsilon), by root / root


class Adagrad(_InPlace):
    """Divide each entry's step by the size of all its gradients so far: the steps only ever shrink.

        S <- S + g^2
        W <- W - alpha g / (sqrt(S) + epsilon)

    Source: Duchi, Hazan and Singer, Adaptive Subgradient Methods, 2011.
    """

    def __init__(self, learning_rate=0.01, epsilon=1e-7):
        super().__init__(learning_rate)
        self.epsilon = expect.at_least_zero("epsilon", epsilon)
        self.squared_gradient = None

    def _walk(self, w, grad_loss_w):
        self.squared_gradient = memory(self.squared_gradient, w, grad_loss_w)
        for W, g, S in pieces(w, grad_loss_w, self.squared_gradient):
            S += g**2
            W -= self.learning_rate * g / (np.sqrt(S) + self.epsilon)
