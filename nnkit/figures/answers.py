"""Answers: what a student's function returned, made sure of before it is drawn.

Figures draw with the student's own functions, often before the check has seen them. So what comes back may be of any
shape, or nothing at all; then a sentence that says what was expected and what came is worth more than half a picture.
"""

import numpy as np

__all__ = ["as_drawn", "number"]


def as_drawn(name, result, shape, meaning):
    """Return a result as a float array, a copy; ValueError says so where it has not this shape.

    `name` is that of the function, and `meaning` says what the shape stands for: "a row for each step".
    """
    expected = f"{name} must return {f'an array of shape {shape}' if shape else 'a number'}, {meaning}"
    if result is None:
        raise ValueError(f"{expected}; it returned None: is a `return` missing?")
    try:
        array = np.array(result, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(
            f"{expected}; it returned {type(result).__name__}, which are no numbers of one shape."
        ) from None
    if array.shape != shape:
        raise ValueError(f"{expected}; it returned {f'shape {array.shape}' if array.ndim else 'a single number'}.")
    return array


def number(value, digits=4):
    """Return a number in so many digits, with a minus as long as the one that formulas have."""
    return f"{value + 0:.{digits}g}".replace("-", "−")  # + 0 turns -0.0 into 0
