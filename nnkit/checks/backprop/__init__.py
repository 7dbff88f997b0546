"""The exercises of 01-backprop: the derivations."""

from nnkit.checks.backprop.dense import dense_biases_error, dense_input_error, dense_weights_error
from nnkit.checks.backprop.derivations import sigmoid_derivation, tanh_derivation
from nnkit.checks.backprop.descent import gradient_descent
from nnkit.checks.backprop.graph import graph_backward
from nnkit.checks.backprop.nudges import numerical_gradient
from nnkit.checks.backprop.one_step import one_step_by_hand
from nnkit.checks.backprop.softmax import softmax_cross_entropy, softmax_jacobian

__all__ = ["EXERCISES"]

EXERCISES = (
    gradient_descent,
    graph_backward,
    numerical_gradient,
    dense_input_error,
    dense_weights_error,
    dense_biases_error,
    sigmoid_derivation,
    tanh_derivation,
    softmax_jacobian,
    softmax_cross_entropy,
    one_step_by_hand,
)
