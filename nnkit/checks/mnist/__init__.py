"""The exercises of 04-mnist: digits in, a model, an algorithm, and a fair comparison."""

from nnkit.checks.mnist.algorithms import make_optimizer
from nnkit.checks.mnist.comparison import compare_algorithms
from nnkit.checks.mnist.images import one_hot, prepare_images
from nnkit.checks.mnist.models import build_model

__all__ = ["EXERCISES"]

EXERCISES = (prepare_images, one_hot, build_model, make_optimizer, compare_algorithms)
