"""The right answers of 01-backprop: what the notebook derives, a formula to a function.

They stand apart from the exercises so that a test can hold each of them against numerical differences. The one of
numerical-gradient is nnkit.gradients.numerical_gradient.
"""

import numpy as np

__all__ = [
    "biases_error",
    "d_sigmoid",
    "d_tanh",
    "gradient_descent",
    "graph_backward",
    "input_error",
    "sigmoid",
    "softmax",
    "softmax_cross_entropy_gradient",
    "softmax_jacobian",
    "train_step",
    "weights_error",
]


def sigmoid(z):
    """s = 1 / (1 + e^-z)."""
    return 1 / (1 + np.exp(-z))


def softmax(z):
    """f_i = e^z_i / sum_j e^z_j in each row. Taking the largest off first changes nothing and overflows nothing."""
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def gradient_descent(gradient, start, learning_rate, n_steps):
    """p <- p - alpha gradient(p), n_steps times: the points p in rows, the start first."""
    path = [np.asarray(start, float)]
    for _ in range(n_steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return np.array(path)


def graph_backward(x, w, b, y):
    """E = (s - y)^2 with s = sigmoid(z), z = w x + b, from the end to the start.

    dE/dz = 2 (s - y) s (1 - s)
    dE/dx = dE/dz w,  dE/dw = dE/dz x,  dE/db = dE/dz
    """
    s = sigmoid(w * x + b)
    dz = 2 * (s - y) * s * (1 - s)
    return {"x": dz * w, "w": dz * x, "b": dz}


def input_error(output_error, weights):
    """dE/dX = dE/dY W^T."""
    return output_error @ weights.T


def weights_error(layer_input, output_error):
    """dE/dW = X^T dE/dY."""
    return layer_input.T @ output_error


def biases_error(output_error):
    """dE/dB = the sum of the rows of dE/dY, because all examples share the biases."""
    return output_error.sum(axis=0, keepdims=True)


def d_sigmoid(s):
    """s' = s (1 - s), where s = sigmoid(x)."""
    return s * (1 - s)


def d_tanh(t):
    """t' = 1 - t^2, where t = tanh(x)."""
    return 1 - t**2


def softmax_jacobian(z):
    """J_ij = f_i (delta_ij - f_j), where f = softmax(z)."""
    f = softmax(z)
    return np.diag(f) - np.outer(f, f)


def softmax_cross_entropy_gradient(logits, y_true):
    """dE/dZ = 1/n (Y* - Y), where Y* = softmax(Z) and n is the number of examples."""
    return (softmax(logits) - y_true) / len(logits)


def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """Take one step down: W <- W - alpha dE/dW, and so for B1, W2 and B2.

    H = sigmoid(X W1 + B1)            Y* = H W2 + B2
    dE/dY* = 2/n (Y* - Y)             dE/dZ1 = dE/dY* W2^T * H (1 - H)
    """
    H = sigmoid(x @ W1 + B1)
    dY = 2 / y.size * (H @ W2 + B2 - y)
    dZ1 = dY @ W2.T * H * (1 - H)
    gradients = weights_error(x, dZ1), biases_error(dZ1), weights_error(H, dY), biases_error(dY)
    return tuple(p - learning_rate * g for p, g in zip((W1, B1, W2, B2), gradients, strict=True))
