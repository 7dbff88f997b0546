"""Datasets: examples and their targets, kept side by side.

A network learns from pairs: an input and the output that we wish for it. Whatever is shuffled, split or cut
into batches has to keep the pairs together, so they travel as one object.

    X (n_examples, n_features)     rows are examples, columns are features
    y (n_examples, n_outputs)      row i is the target of row i of X
"""

import numpy as np

from nnkit import expect

__all__ = ["Dataset", "one_hot"]


class Dataset:
    """Examples `X` and targets `y`, one row each.

    A vector of n targets is kept as a column `(n, 1)`, the shape of a network's predictions.
    Raises ValueError where X and y differ in length, are empty, or hold NaN or infinity, and TypeError where they
    are not numbers.
    """

    def __init__(self, X, y):
        self.X, self.y = expect.numbers("X", X), expect.numbers("y", y)
        if self.y.ndim < 2:
            self.y = self.y.reshape(-1, 1)
        expect.rows(self.X, self.y)

    def __len__(self):
        return len(self.X)


def one_hot(labels, n_classes=None):
    """Turn labels 0, 1, ..., n_classes - 1 of shape (n,) into rows (n, n_classes) with a single 1.

    Raises ValueError for a label that is not a whole number from 0 to n_classes - 1.
    """
    labels, n_classes = expect.labels(labels, n_classes)
    return (labels[:, None] == np.arange(n_classes)).astype(float)
