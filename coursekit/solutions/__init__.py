"""Solutions, right and wrong: what students hand in, made on purpose to test the checks.

A check that nobody has tried on a wrong answer may accept it, and one that nobody has tried on an unusual right answer
may refuse it. Each module here holds such answers for one assignment, written as they would stand in a notebook:

    @wrong("dense-forward")
    class DenseLayer(nnkit.DenseLayer):
        "The biases are missing."

        def forward_propagation(self, input, training=True): ...

The docstring says what is special about the answer. Where it begins with "Not attempted", that is the verdict to
expect. NumPy and nnkit are enough to import them.
"""

from collections import defaultdict

__all__ = ["right", "solutions", "wrong"]

_RIGHT, _WRONG = defaultdict(list), defaultdict(list)


def right(exercise_id):
    """Decorate an answer that the check must accept."""
    return _into(_RIGHT[exercise_id])


def wrong(exercise_id):
    """Decorate an answer that the check must not accept."""
    return _into(_WRONG[exercise_id])


def solutions(exercise_id):
    """Return the answers to one exercise: (right ones, wrong ones), both empty for an unknown id."""
    from coursekit.solutions import numpy_network  # noqa: F401 - here, because it needs `right` and `wrong` to fill them

    return list(_RIGHT[exercise_id]), list(_WRONG[exercise_id])


def _into(answers):
    def add(answer):
        answers.append(answer)
        return answer

    return add
