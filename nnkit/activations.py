"""Activation functions: what bends the line, so that a stack of layers can do more than a single one.

Each is a layer without parameters: forward it applies f to every entry of X, back it multiplies the error by f'.

    Y = f(X)               Y, X (batch, n)
    dE/dX = dE/dY * f'(X)  entry by entry, because y_i depends on x_i alone

Softmax is the exception: each of its outputs depends on all inputs of the row, so its derivative is a whole
matrix for each row, the Jacobian.
"""

from abc import abstractmethod

import numpy as np

from nnkit import expect
from nnkit.layers import Layer

__all__ = ["ActivationLayer", "ReLUActivation", "SigmoidActivation", "SoftmaxActivation", "TanhActivation"]


class ActivationLayer(Layer):
    """A layer that applies a function; subclasses say which one, and its derivative."""

    @abstractmethod
    def activation_function(self, input):
        """Return f(x), shaped like input."""

    @abstractmethod
    def derivative(self, input):
        """Return f'(x), shaped like input (softmax: the Jacobian of each row)."""

    def forward_propagation(self, input, training=True):
        """Y = f(X)."""
        expect.batch(self, input)
        self.input = input
        self.output = self.activation_function(input)
        return self.output

    def backward_propagation(self, output_error):
        """dE/dX = dE/dY * f'(X)."""
        return output_error * self.derivative(self.input)

    def output_shape(self):
        return self._input_shape

    def parameters(self):
        return 0


class ReLUActivation(ActivationLayer):
    """Let what is positive through, stop the rest."""

    def activation_function(self, input):
        """f(x) = max(x, 0)."""
        return np.maximum(input, 0)

    def derivative(self, input):
        """f'(x) = 1 where x > 0, else 0. (At 0 there is none; any value from 0 to 1 is a convention, here Keras's.)"""
        return (np.asarray(input) > 0).astype(np.result_type(input, np.float32))


class SigmoidActivation(ActivationLayer):
    """Squash any number into 0..1: a probability."""

    def activation_function(self, input):
        """f(x) = 1 / (1 + e^-x), which for x < 0 is computed as e^x / (1 + e^x): no exponential overflows."""
        e = np.exp(-np.abs(input))
        return np.where(np.asarray(input) >= 0, 1, e) / (1 + e)

    def derivative(self, input):
        """f'(x) = f(x) (1 - f(x))."""
        f = self.activation_function(input)
        return f * (1 - f)


class TanhActivation(ActivationLayer):
    """Squash any number into -1..1."""

    def activation_function(self, input):
        """f(x) = tanh x."""
        return np.tanh(input)

    def derivative(self, input):
        """f'(x) = 1 - tanh^2 x."""
        return 1 - np.tanh(input) ** 2


class SoftmaxActivation(ActivationLayer):
    """Turn a row of n numbers into n probabilities that add up to 1."""

    def activation_function(self, input):
        """f(x_i) = e^x_i / sum_j e^x_j. Taking the row's maximum off first changes nothing and overflows nothing."""
        e = np.exp(input - np.max(input, axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def derivative(self, input):
        """J_ij = df_i/dx_j = f_i (delta_ij - f_j), for each row: (batch, n, n).

        The slide's f (1 - f) is its diagonal alone. Off it, -f_i f_j: a class can only win what the others lose.
        """
        f = self.activation_function(input)
        return f[..., :, None] * (np.eye(f.shape[-1], dtype=f.dtype) - f[..., None, :])

    def backward_propagation(self, output_error):
        """dE/dX = J^T dE/dY in each row, which comes to f * (dE/dY - sum_i f_i dE/dy_i): no matrix is needed."""
        f = self.output
        return f * (output_error - (f * output_error).sum(axis=-1, keepdims=True))
