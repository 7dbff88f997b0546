"""Tally: the loss and the metric of an epoch, added up as its batches go by.

What a network predicts for all examples of an epoch can take more memory than the network. So predictions are kept
until there are many, then measured together and let go. The epoch's value is their mean over the examples; for what is
no such mean (R^2, F1) it is only near the value of the whole. (To measure each batch of 1 would slow training down.)
"""

import numpy as np

__all__ = ["Tally"]

EXAMPLES, BATCHES = 1000, 100  # as soon as there are so many of either, they are measured


class Tally:
    """The means over an epoch of some `measures`, functions of (y_true, y_pred) that return one number."""

    def __init__(self, *measures):
        self.measures = measures
        self.sums, self.n_examples = np.zeros(len(measures)), 0
        self._batches, self._n_kept = [], 0

    def add(self, y_true, y_pred):
        """Add a batch of targets and predictions, both (batch, n_outputs)."""
        self._batches.append((y_true, y_pred))
        self._n_kept += len(y_true)
        if self._n_kept >= EXAMPLES or len(self._batches) >= BATCHES:
            self._measure()

    def means(self):
        """Return the mean over all examples so far of each measure."""
        if self._batches:
            self._measure()
        return self.sums / self.n_examples

    def _measure(self):
        """Measure what is kept, weighted by the number of examples, and let it go."""
        y_true, y_pred = map(np.concatenate, zip(*self._batches, strict=True))
        self.sums += [len(y_true) * measure(y_true, y_pred) for measure in self.measures]
        self.n_examples += len(y_true)
        self._batches, self._n_kept = [], 0
