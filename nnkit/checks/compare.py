"""Comparing what came with what was expected, and saying in words how the two differ.

"Wrong" helps nobody. A difference is described by what a person would look at first: is it an array at all, does
the shape fit, is every entry a number, which entry is the first to differ, and is it all off by one factor? Texts are
compared as texts.
"""

import os
import textwrap

import numpy as np

__all__ = ["as_array", "describe", "differing", "same"]

RELATIVE = 1e-4  # right answers in float32 agree to about 1e-6; wrong ones differ by far more than this
ABSOLUTE = 1e-6  # of the largest entry: what rounding leaves where large numbers cancel
TINY = 1e-9  # practically 0, whatever the other entries are
ROWS, COLUMNS = 12, 40  # the largest array that is drawn entry by entry


def as_array(value):
    """Return value as an array of numbers (a copy, so that it stays what it is now), or None if it is none."""
    try:
        array = np.array(value)
    except ValueError:  # rows of different lengths
        return None
    return array.astype(float) if array.dtype.kind in "biuf" else None


def same(expected, received):
    """Say whether two results are equal: texts in every letter, numbers up to rounding, in shape and every entry."""
    if expected is None or received is None:
        return expected is received
    if isinstance(expected, str) or isinstance(received, str):
        return isinstance(expected, str) and isinstance(received, str) and str(expected) == str(received)
    expected, received = as_array(expected), as_array(received)
    if expected is None or received is None or expected.shape != received.shape:
        return False
    return bool(np.all(_agree(expected, received)))


def describe(expected, received, sizes):
    """Return sentences that say how received differs from expected, most telling first.

    `sizes` maps names to numbers that a factor could be: {"the batch size": 7}.
    """
    if isinstance(expected, str):
        return [_texts(expected, received)]
    array, expected = as_array(received), as_array(expected)
    if received is None:
        return [f"Expected {'an array' if expected.ndim else 'a number'}, received None: is a `return` missing?"]
    if array is None:
        return [f"Expected numbers, received {type(received).__name__}."]
    if array.shape != expected.shape:
        return [f"Expected shape {expected.shape}, received {array.shape}.", *_transposed(expected, array)]
    return [_first_difference(expected, array), *_factor(expected, array, sizes)]


def differing(expected, received):
    """Return which entries differ: a text for each row, "x" where they do and "." where not.

    It is empty where that tells nothing: a single number, texts, another shape, a large array, or one of which all
    entries differ. An array of more axes has a row for each of its rows, one below the other.
    """
    expected, received = (None if isinstance(value, str) else as_array(value) for value in (expected, received))
    if expected is None or received is None or expected.shape != received.shape or expected.size < 2:
        return []
    differs = ~_agree(expected, received).reshape(-1, expected.shape[-1])
    if len(differs) > ROWS or differs.shape[1] > COLUMNS or differs.all():
        return []
    return ["".join("x" if entry else "." for entry in row) for row in differs]


def _agree(expected, received):
    """Return where the entries agree. NaN agrees with NaN: two answers can be wrong in the same way."""
    finite = np.isfinite(expected)
    scale = np.max(np.abs(expected[finite]), initial=0)
    with np.errstate(invalid="ignore"):
        close = np.abs(expected - received) <= RELATIVE * np.abs(expected) + ABSOLUTE * scale + TINY
    return finite & close | (expected == received) | (np.isnan(expected) & np.isnan(received))


def _texts(expected, received):
    """Say how two texts differ; of long ones, only where they begin to."""
    if received is None:
        return f"Expected {textwrap.shorten(expected, 60)!r}, received None: is a `return` missing?"
    if not isinstance(received, str):
        return f"Expected text, {textwrap.shorten(expected, 60)!r}, received {type(received).__name__}."
    start = len(os.path.commonprefix([expected, received])) if max(len(expected), len(received)) > 60 else 0
    start = max(0, start - 20)
    place = f"From character {start} on: expected" if start else "Expected"
    return f"{place} {expected[start:][:60]!r}, received {received[start:][:60]!r}."


def _transposed(expected, received):
    if received.shape == expected.T.shape and same(expected.T, received):
        return ["It is the right array, transposed."]
    return []


def _first_difference(expected, received):
    """Name the first entry that differs, with both values, and how many others do."""
    wrong = np.argwhere(~_agree(expected, received))
    at = tuple(map(int, wrong[0]))
    place = f"Entry {list(at)}" if at else "The value"
    others = f" ({len(wrong)} of {expected.size} entries differ)" if expected.size > 1 else ""
    wanted = f"{expected[at]:.6g}" if np.isfinite(received[at]) else "a finite number"
    return f"{place}: expected {wanted}, received {received[at]:.6g}{others}."


def _factor(expected, received, sizes):
    """Say by which factor all entries are off, if it is one and the same, and what that number could be."""
    telling = np.abs(expected) > 1e-3 * np.max(np.abs(expected), initial=0)
    if telling.sum() < 2 or not np.all(np.isfinite(received)):
        return []
    ratio = float(np.median(received[telling] / expected[telling]))
    if ratio == 0 or not same(expected * ratio, received):
        return []
    if np.isclose(ratio, -1, rtol=1e-3):
        return ["Yours has the opposite sign everywhere."]
    for name, size in sizes.items():
        if np.isclose(ratio, size, rtol=1e-3):
            return [f"Yours is {size} times the right one: {size} is {name}."]
        if np.isclose(ratio, 1 / size, rtol=1e-3):
            return [f"Yours is 1/{size} of the right one: {size} is {name}."]
    return [f"Yours is {ratio:.4g} times the right one everywhere."]
