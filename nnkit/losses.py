"""Loss functions: one number that says how wrong the predictions are, and the slope to walk down.

Training lowers the loss E. `loss` computes it; `derivative` computes dE/dY*, the error that back-propagation
takes from the last layer to the first. The derivative is exactly that of the number that `loss` returns.

    y_true (n_examples, n_outputs)   Y, the targets
    y_pred (n_examples, n_outputs)   Y*, the predictions
    derivative: shaped like y_pred

The slides head these derivatives dL/dY; they are taken with respect to the prediction Y*, as here.
"""

from abc import ABC, abstractmethod

import numpy as np

from nnkit import expect

__all__ = ["BinaryCrossEntropy", "CategoricalCrossEntropy", "LossFunction", "MeanSquaredError"]


class LossFunction(ABC):
    """What every loss can do. Both methods raise ValueError where y_true and y_pred differ in shape."""

    @abstractmethod
    def loss(self, y_true, y_pred):
        """Return the loss, a float."""

    @abstractmethod
    def derivative(self, y_true, y_pred):
        """Return dE/dY*, shaped like y_pred."""

    def check_targets(self, y_true):
        """Raise ValueError where these targets make no sense for this loss."""


class MeanSquaredError(LossFunction):
    """For regression: the mean over all n entries of the squared errors."""

    def loss(self, y_true, y_pred):
        """E = 1/n sum (Y - Y*)^2."""
        y_true, y_pred = _pair(y_true, y_pred)
        return float(np.mean((y_true - y_pred) ** 2))

    def derivative(self, y_true, y_pred):
        """dE/dY* = 2/n (Y* - Y)."""
        y_true, y_pred = _pair(y_true, y_pred)
        return 2 / y_pred.size * (y_pred - y_true)


class BinaryCrossEntropy(LossFunction):
    """For yes-or-no questions: how surprised the predicted probabilities are by the truth, 0 or 1.

    Finite at predictions of exactly 0 and 1: there the smallest positive number of the type stands in for zero.
    (The slides write log(y) where it must be log(y*), and their derivative lacks the 1/n of the loss.)
    """

    def loss(self, y_true, y_pred):
        """E = -1/n sum (Y log Y* + (1 - Y) log(1 - Y*))."""
        y_true, y_pred = _pair(y_true, y_pred)
        expect.probabilities(y_pred)
        log_likelihood = y_true * np.log(_positive(y_pred)) + (1 - y_true) * np.log(_positive(1 - y_pred))
        return float(-np.mean(log_likelihood))

    def derivative(self, y_true, y_pred):
        """dE/dY* = 1/n (-Y/Y* + (1 - Y)/(1 - Y*))."""
        y_true, y_pred = _pair(y_true, y_pred)
        return (-y_true / _positive(y_pred) + (1 - y_true) / _positive(1 - y_pred)) / y_pred.size

    def check_targets(self, y_true):
        """Targets are probabilities: 0, 1 or between."""
        expect.targets_from_0_to_1(y_true)


class CategoricalCrossEntropy(LossFunction):
    """For one class out of several: minus the log-probability of the true class, a mean over the n examples (rows)."""

    def loss(self, y_true, y_pred):
        """E = -1/n sum Y log Y*."""
        y_true, y_pred = _pair(y_true, y_pred)
        expect.probabilities(y_pred)
        return float(-np.sum(y_true * np.log(_positive(y_pred))) / len(y_pred))

    def derivative(self, y_true, y_pred):
        """dE/dY* = -1/n Y/Y*."""
        y_true, y_pred = _pair(y_true, y_pred)
        return -y_true / _positive(y_pred) / len(y_pred)

    def check_targets(self, y_true):
        """Each row of targets is one-hot, or shares out a probability of 1."""
        expect.rows_of_probabilities(y_true)


def _pair(y_true, y_pred):
    """Return both as arrays of the prediction's float type."""
    y_true, y_pred = expect.same_shape(y_true, y_pred)
    dtype = np.result_type(y_pred, np.float32)
    return y_true.astype(dtype, copy=False), y_pred.astype(dtype, copy=False)


def _positive(p):
    """Return p, with zeros raised to the smallest normal number of its type (2e-308 in float64)."""
    return np.maximum(p, np.finfo(p.dtype).tiny)
