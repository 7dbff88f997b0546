"""The exercises of 06-hyperparameters: build, train, sample, search."""

from nnkit.checks.hyperparameters.models import setup_model_exercise
from nnkit.checks.hyperparameters.sampling import sample_configuration_exercise
from nnkit.checks.hyperparameters.search import dnn_optimization_exercise
from nnkit.checks.hyperparameters.training import train_dnn_exercise

__all__ = ["EXERCISES"]

EXERCISES = (setup_model_exercise, train_dnn_exercise, sample_configuration_exercise, dnn_optimization_exercise)
