"""Metrics: how good are the predictions, in numbers that people read.

A loss is made for gradients; a metric is made for us. Nothing is learnt from a metric, so it may count, round
and compare as it likes.

    y_true (n,) labels or (n, k) targets       y_pred (n,) labels or (n, k) outputs of a network
"""

import numpy as np

from nnkit import expect

__all__ = ["accuracy", "classes", "confusion_matrix", "mae", "mse"]


def classes(y):
    """Return the class of each row: `(n,)` whole numbers.

    A row of several columns (one-hot targets, softmax outputs) belongs to the column that is largest; a single
    column is a probability of class 1 and counts as 1 from 0.5 on, unless it already holds labels.
    """
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] > 1:
        return y.argmax(axis=1)
    y = y.reshape(-1)
    return y.astype(int) if np.all(y == np.round(y)) else (y >= 0.5).astype(int)


def accuracy(y_true, y_pred):
    """Return the share of examples, from 0 to 1, whose predicted class is the true one."""
    true, predicted = classes(y_true), classes(y_pred)
    expect.same_shape(true, predicted)
    return float(np.mean(true == predicted))


def mse(y_true, y_pred):
    """Return the mean over all entries of `(y_true - y_pred)**2`, in the target's units squared."""
    y_true, y_pred = expect.same_shape(y_true, y_pred)
    return float(np.mean(np.subtract(y_true, y_pred, dtype=float) ** 2))


def mae(y_true, y_pred):
    """Return the mean over all entries of `|y_true - y_pred|`, in the target's units."""
    y_true, y_pred = expect.same_shape(y_true, y_pred)
    return float(np.mean(np.abs(np.subtract(y_true, y_pred, dtype=float))))


def confusion_matrix(y_true, y_pred, n_classes=None):
    """Count the examples of each true class (row) that were taken for each class (column): `(n_classes, n_classes)`."""
    true, predicted = classes(y_true), classes(y_pred)
    expect.same_shape(true, predicted)
    _, n_classes = expect.labels(np.concatenate([true, predicted]), n_classes)
    counts = np.zeros((n_classes, n_classes), dtype=int)
    np.add.at(counts, (true, predicted), 1)
    return counts
