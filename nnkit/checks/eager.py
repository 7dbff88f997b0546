"""Eager: checks that train small networks, without what TensorFlow does for large ones.

Before it trains or evaluates a model, TensorFlow builds a graph of all that is to be done, which takes half a second.
Networks as small as those of a check are done sooner without.
"""

import contextlib

from nnkit.checks.exercise import Exercise

__all__ = ["TrainingExercise", "without_graphs"]


@contextlib.contextmanager
def without_graphs():
    """Let TensorFlow do what it is told at once, step by step, and set it back afterwards."""
    from nnkit.quietly import tensorflow

    before = tensorflow.config.functions_run_eagerly()
    tensorflow.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tensorflow.config.run_functions_eagerly(before)


class TrainingExercise(Exercise):
    """An Exercise whose answers train Keras models, small ones."""

    @contextlib.contextmanager
    def conditions(self, answer):
        """Return a context as any exercise's, in which TensorFlow does at once what it is told."""
        with super().conditions(answer), without_graphs():
            yield
