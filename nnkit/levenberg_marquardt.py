"""Levenberg-Marquardt: for squared errors, curvature comes almost free.

Near a minimum each residual is almost a straight line in the parameters, so J^T J (from first derivatives alone)
stands in for the second derivatives of the loss. Solving with it jumps to the minimum of that approximation; a
damping, raised after a bad step and lowered after a good one, keeps the jump to where the lines can be trusted.

    r  residuals  Y* - Y, flat        (m,)      m = n_examples * n_outputs
    J  dr/dw                          (m, p)    p = number of parameters
    (J^T J + damping I) step = -J^T r           large damping: a short step down the gradient

For full batches and small networks: J holds m * p numbers. Source: Marquardt, An Algorithm for Least-Squares
Estimation of Nonlinear Parameters, 1963.
"""

import copy

import numpy as np

from nnkit.losses import MeanSquaredError
from nnkit.progress import progress

__all__ = ["levenberg_marquardt", "levenberg_marquardt_step", "network_jacobian"]


def levenberg_marquardt(network, dataset, epochs=50, damping=0.01):
    """Train a NeuralNetwork on the whole Dataset at each step; return the network.

    `history` has the loss and the metric after each epoch. Stops early where no step lowers the loss any more.
    Raises ValueError for a loss that is not MeanSquaredError, and for layers with L1 or L2 penalties.
    """
    if not 0 < damping < np.inf:
        raise ValueError(f"damping must be more than 0, and finite; it is {damping}.")
    if not isinstance(network.loss, MeanSquaredError) or network.penalty():
        raise ValueError("Levenberg-Marquardt minimises squared errors alone: use loss=MeanSquaredError, no l1, no l2.")
    dataset = network.checked(dataset)
    network.history = {"loss": [], "metric": []}
    loss = network.loss.loss(dataset.y, network.predict(dataset.X))
    with progress(epochs, network.verbose) as show:
        for _ in range(epochs):
            new_loss, damping = _descend(network, dataset, loss, damping)
            if new_loss == loss:
                break
            loss = new_loss
            network.history["loss"].append(loss)
            network.history["metric"].append(network.score(dataset))
            show(network.history)
    return network


def levenberg_marquardt_step(jacobian, residuals, damping):
    """Return the step (p,) that solves (J^T J + damping I) step = -J^T r."""
    J, r = jacobian, residuals
    return np.linalg.solve(J.T @ J + damping * np.eye(J.shape[1]), -J.T @ r)


def network_jacobian(network, X):
    """Return d prediction / d parameter, (n * n_outputs, p), parameters in the order of network.get_weights().

    Each row is one back-propagation, of an error that is 1 at one output of one example and 0 elsewhere, through
    a copy of the network: its layers take a step each time, which is undone before the next.
    """
    network, rows = copy.deepcopy(network), []
    weights = network.get_weights()
    for i in range(len(X)):
        for output_error in np.eye(*network.layers[-1].output_shape()):
            network.forward_propagation(X[i : i + 1], training=False)
            network.backward_propagation(output_error[None])
            rows.append(_flat(network.get_gradients()))
            network.set_weights(weights)
    return np.array(rows)


def _descend(network, dataset, loss, damping):
    """Try steps with more and more damping until one lowers the loss; return the new loss and damping."""
    weights = network.get_weights()
    residuals = (network.predict(dataset.X) - dataset.y).ravel()
    J = network_jacobian(network, dataset.X)
    while damping < 1e10:
        step = levenberg_marquardt_step(J, residuals, damping)
        network.set_weights(_shaped(_flat(weights) + step, weights))
        new_loss = network.loss.loss(dataset.y, network.predict(dataset.X))
        if new_loss < loss:
            return new_loss, max(damping / 10, 1e-10)  # never none: J^T J alone may be singular
        damping *= 10
    network.set_weights(weights)
    return loss, damping


def _flat(arrays):
    """Lay arrays end to end: (p,)."""
    return np.concatenate([array.ravel() for array in arrays])


def _shaped(vector, like):
    """Cut a vector into arrays shaped like those of `like`: the reverse of _flat."""
    pieces = np.split(vector, np.cumsum([array.size for array in like])[:-1])
    return [piece.reshape(array.shape) for piece, array in zip(pieces, like, strict=True)]
