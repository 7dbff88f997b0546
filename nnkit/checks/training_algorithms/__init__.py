"""The exercises of 03-training-algorithms: optimizers, and what surrounds them."""

from nnkit.checks.training_algorithms.adaptive import adagrad, adam, rmsprop
from nnkit.checks.training_algorithms.batches import mini_batches
from nnkit.checks.training_algorithms.least_squares import levenberg_marquardt
from nnkit.checks.training_algorithms.momentum import sgd_momentum
from nnkit.checks.training_algorithms.parabola import quickprop
from nnkit.checks.training_algorithms.sign_steps import rprop
from nnkit.checks.training_algorithms.stopping import stopping

__all__ = ["EXERCISES"]

EXERCISES = (
    mini_batches,
    sgd_momentum,
    rmsprop,
    adam,
    adagrad,
    rprop,
    quickprop,
    levenberg_marquardt,
    stopping,
)
