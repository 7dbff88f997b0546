"""Chance: where NumPy's global generator stands, to see whether somebody has used it."""

import numpy as np

__all__ = ["global_state"]


def global_state(_=None):
    """Return the state of NumPy's global generator as a text. The argument is not looked at."""
    kind, numbers, *rest = np.random.get_state()  # noqa: NPY002 - to see that nobody used it
    return f"{kind} {numbers.tolist()} {rest}"
