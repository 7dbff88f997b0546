"""The floor: the matrix products that training cannot do without, and nothing else.

    forward   Y = X W         for each layer
    back      dW = X^T E      for each layer
              E_before = E W^T    for each but the first, whose input has nothing to learn

All in float32, into arrays that are there already, and the batches of X lie in a row, so nothing is gathered. There is
no bias, no activation, no loss and no step, so nothing is learnt: the numbers in E are as good as any. Whoever trains
with these products in the same precision takes longer than this.
"""

import numpy as np

__all__ = ["Products"]


class Products:
    """The products of a network for batches of up to `batch` rows. `weights` are [W, B, W, B, ...]; B is not used."""

    def __init__(self, weights, batch):
        self.W = [np.array(W, np.float32) for W in weights[::2]]
        self.dW = [np.empty_like(W) for W in self.W]
        self.Y = [np.empty((batch, W.shape[1]), np.float32) for W in self.W]
        self.E = [np.full_like(Y, 0.01) for Y in self.Y]

    def train(self, X, batch):
        """Do an epoch's products, `batch` rows at a time."""
        for start in range(0, len(X), batch):
            self.step(X[start : start + batch])

    def step(self, X):
        """Do one batch's products."""
        product = np.matmul if len(X) > 1 else np.multiply  # of a column and a row, X^T E, it is the same, and faster
        Y, E = [buffer[: len(X)] for buffer in self.Y], [buffer[: len(X)] for buffer in self.E]
        for number, W in enumerate(self.W):
            np.matmul(Y[number - 1] if number else X, W, out=Y[number])
        for number in range(len(self.W) - 1, -1, -1):
            product((Y[number - 1] if number else X).T, E[number], out=self.dW[number])
            if number:
                np.matmul(E[number], self.W[number].T, out=E[number - 1])

    def predict(self, X):
        """Do the products forward, for all rows at once; return the last one."""
        for W in self.W:
            X = X @ W
        return X
