"""The exercises of 02-numpy-network: a network's parts, forward and back."""

from nnkit.checks.numpy_network.activations import relu_derivative, sigmoid_derivative
from nnkit.checks.numpy_network.dense import dense_backward, dense_forward
from nnkit.checks.numpy_network.learning import your_network_learns
from nnkit.checks.numpy_network.losses import bce_derivative, mse_derivative
from nnkit.checks.numpy_network.networks import network_backward, network_forward

__all__ = ["EXERCISES"]

EXERCISES = (
    dense_forward,
    dense_backward,
    relu_derivative,
    sigmoid_derivative,
    mse_derivative,
    bce_derivative,
    network_forward,
    network_backward,
    your_network_learns,
)
