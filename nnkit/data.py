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
        if self.X.ndim < 2:
            raise ValueError(
                f"X must have a row for each example, (n_examples, n_features); it has shape {self.X.shape}. "
                f"For a single feature, use X.reshape(-1, 1)."
            )
        if self.y.ndim < 2:
            self.y = self.y.reshape(-1, 1)
        if len(self.X) != len(self.y):
            raise ValueError(f"X and y must have one row for each example; X has {len(self.X)}, y has {len(self.y)}.")

    def __len__(self):
        return len(self.X)


def one_hot(labels, n_classes=None):
    """Turn labels 0, 1, ..., n_classes - 1 of shape (n,) into rows (n, n_classes) with a single 1.

    Raises ValueError for a label that is not a whole number from 0 to n_classes - 1.
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.size == 0 or labels.dtype.kind not in "iu":
        raise ValueError(
            f"labels must be one or more whole numbers of shape (n,); these are {labels.dtype}, shape {labels.shape}. "
            f"Whole numbers kept as floats become labels with labels.astype(int)."
        )
    n_classes = int(labels.max()) + 1 if n_classes is None else n_classes
    if labels.min() < 0 or labels.max() >= n_classes:
        raise ValueError(f"labels must lie from 0 to {n_classes - 1}; these go from {labels.min()} to {labels.max()}.")
    return (labels[:, None] == np.arange(n_classes)).astype(float)
