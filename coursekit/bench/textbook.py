"""A network as textbooks write it: float64, a class for each kind of layer, new arrays at every step.

    X (batch, n_inputs) -> [Dense] -> [ReLU] -> ... -> [Dense] -> softmax -> Y* (batch, n_classes)

Nothing is tuned here, and nothing is left out that the equations name: the error of the input is worked out for the
first layer as well, though nobody asks for it. This is what nnkit is measured against, and must agree with.
"""

import copy

import numpy as np

__all__ = ["SGD", "Adam", "Dense", "Network", "ReLU", "softmax", "train"]


class SGD:
    """V <- beta V + (1 - beta) g, W <- W - alpha V: gradient descent with the slides' averaged momentum."""

    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.V = 0.0

    def update(self, W, g):
        """Return the new W; V remembers the gradients g of this one parameter."""
        self.V = self.momentum * self.V + (1 - self.momentum) * g
        return W - self.learning_rate * self.V


class Adam:
    """Kingma and Ba's algorithm 1: both averages corrected for their start at zero, epsilon outside the root.

    V <- beta_1 V + (1 - beta_1) g          V^ = V / (1 - beta_1^t)
    S <- beta_2 S + (1 - beta_2) g^2        S^ = S / (1 - beta_2^t)
    W <- W - alpha V^ / (sqrt(S^) + epsilon)
    """

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        self.learning_rate, self.beta_1, self.beta_2, self.epsilon = learning_rate, beta_1, beta_2, epsilon
        self.V = self.S = 0.0
        self.t = 0

    def update(self, W, g):
        """Return the new W; V, S and t remember the gradients g of this one parameter."""
        self.t += 1
        self.V = self.beta_1 * self.V + (1 - self.beta_1) * g
        self.S = self.beta_2 * self.S + (1 - self.beta_2) * g**2
        V_hat = self.V / (1 - self.beta_1**self.t)
        S_hat = self.S / (1 - self.beta_2**self.t)
        return W - self.learning_rate * V_hat / (np.sqrt(S_hat) + self.epsilon)


class Dense:
    """Y = X W + B, with W (n_inputs, n_units) and B (1, n_units)."""

    def __init__(self, W, B, optimizer):
        self.W, self.B = np.array(W, float), np.array(B, float)
        self.W_optimizer, self.B_optimizer = copy.deepcopy(optimizer), copy.deepcopy(optimizer)

    def forward(self, X):
        """Y = X W + B."""
        self.X = X
        return X @ self.W + self.B

    def backward(self, error):
        """dE/dX = dE/dY W^T, dE/dW = X^T dE/dY, dE/dB = the sum of the rows of dE/dY; then a step."""
        input_error = error @ self.W.T
        self.W = self.W_optimizer.update(self.W, self.X.T @ error)
        self.B = self.B_optimizer.update(self.B, error.sum(axis=0, keepdims=True))
        return input_error


class ReLU:
    """Y = max(X, 0)."""

    def forward(self, X):
        """Y = max(X, 0)."""
        self.X = X
        return np.maximum(X, 0)

    def backward(self, error):
        """dE/dX = dE/dY where X > 0, else 0."""
        return error * (self.X > 0)


def softmax(Z):
    """y*_i = e^z_i / sum_j e^z_j in each row; the row's maximum is taken off first, lest an exponential overflow."""
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class Network:
    """Dense layers with ReLU between them, softmax at the end, and the categorical cross-entropy as the loss.

    weights    [W, B, W, B, ...], copied
    optimizer  an SGD or an Adam; each parameter gets a copy
    """

    def __init__(self, weights, optimizer):
        self.layers = []
        for W, B in zip(weights[::2], weights[1::2], strict=True):
            self.layers += [Dense(W, B, optimizer), ReLU()]
        self.layers.pop()

    def predict(self, X):
        """Return Y*, the probability of each class: (n, n_classes)."""
        for layer in self.layers:
            X = layer.forward(X)
        return softmax(X)

    def train(self, X, y, order, batch_size):
        """Train for one epoch: take the rows of X and the one-hot y in this order, batch by batch."""
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            self.step(X[rows], y[rows])

    def step(self, X, y):
        """Learn from one batch. Softmax and cross-entropy together have a simple derivative: dE/dZ = (Y* - Y) / n."""
        error = (self.predict(X) - y) / len(X)
        for layer in reversed(self.layers):
            error = layer.backward(error)

    def weights(self):
        """Return [W, B, W, B, ...]."""
        return [array for layer in self.layers[::2] for array in (layer.W, layer.B)]


def train(X, y, weights, order_of_epochs, batch_size, optimizer):
    """Train from these weights, an epoch for each order of the rows; return the weights that come of it.

    X (n, n_inputs), y (n, n_classes) one-hot, weights [W, B, W, B, ...], order_of_epochs: a list of arrays of n rows.
    """
    network = Network(weights, optimizer)
    for order in order_of_epochs:
        network.train(X, y, order, batch_size)
    return network.weights()
