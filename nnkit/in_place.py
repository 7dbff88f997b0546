"""In place: how to change large arrays, batch after batch, without asking for memory each time.

`W = W - step` makes a second array as large as W; `W -= step` writes where W is. New memory is dear: many systems take
it back when it is free, and hand it out again, emptied, for the next batch. So what is needed for a moment is kept
small as well: a formula goes through its arrays in pieces of a few rows, and then `alpha * V` is as long as a piece,
not as W. (What that gains, in memory and in time: docs/performance.md.)

    W (784, 100) float32  ->  W[:327]  W[327:654]  W[654:]       slices are views: what is written there is written in W
"""

import numpy as np

from nnkit import expect

__all__ = ["memory", "pieces"]

PIECE = 2**17  # bytes: long enough that the loop costs little, short enough for the memory that Python keeps at hand


def pieces(w, *others):
    """Yield w and the other arrays, all of w's shape, in pieces of the same rows; small arrays come whole."""
    if w.nbytes <= PIECE:
        yield w, *others
        return
    rows = max(1, PIECE // w[:1].nbytes)
    for start in range(0, len(w), rows):
        yield [array[start : start + rows] for array in (w, *others)]


def memory(state, w, grad_loss_w):
    """Return what an optimizer remembers of the parameter w: zeros, shaped like it, before the first update.

    Raises ValueError where it is the memory of another parameter, or the gradient is not shaped like w.
    """
    expect.state_of(state, w, grad_loss_w)
    return np.zeros(np.shape(w), dtype=np.result_type(grad_loss_w, np.float32)) if state is None else state
