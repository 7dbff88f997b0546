"""Solutions, right and wrong: what students hand in, made on purpose to test the checks.

A check that nobody has tried on a wrong answer may accept it, and one that nobody has tried on an unusual right answer
may refuse it. Each module here holds such answers for one assignment, written as they would stand in a notebook:

    @wrong("dense-forward")
    class DenseLayer(nnkit.DenseLayer):
        "The biases are missing."

        def forward_propagation(self, input, training=True): ...

The docstring says what is special about the answer. Where it begins with "Not attempted", that is the verdict to
expect. NumPy and nnkit are enough to import them: what else an answer needs, Keras say, it imports when it is called.
"""

import importlib
from collections import defaultdict

__all__ = ["right", "solutions", "wrong"]

MODULES = ("backprop", "numpy_network", "training_algorithms", "mnist", "imdb", "hyperparameters")
_RIGHT, _WRONG = defaultdict(list), defaultdict(list)


def right(exercise_id):
    """Decorate an answer that the check must accept."""
    return _into(_RIGHT[exercise_id])


def wrong(exercise_id):
    """Decorate an answer that the check must not accept."""
    return _into(_WRONG[exercise_id])


def solutions(exercise_id):
    """Return the answers to one exercise: (right ones, wrong ones), both empty for an unknown id."""
    for module in MODULES:  # here, because they need `right` and `wrong` to fill the lists
        importlib.import_module(f"coursekit.solutions.{module}")
    return list(_RIGHT[exercise_id]), list(_WRONG[exercise_id])


def _into(answers):
    def add(answer):
        answers.append(answer)
        return answer

    return add
