"""In place: how to change large arrays quickly, batch after batch.

`W = W - step` makes a second array as large as W each time, and memory that is new has to be fetched from the system;
`W -= step` writes where W is. And a formula of five lines goes through its arrays five times. If they are larger than
the processor's cache, each line pushes out what the next one needs; so the arrays are cut into pieces that fit, and all
lines are done for one piece before the next.

    W (784, 100) float32  ->  W[:327]  W[327:654]  W[654:]       slices are views: what is written there is written in W
"""

import numpy as np

from nnkit import expect

__all__ = ["memory", "pieces"]

PIECE = 2**17  # bytes: the six or seven arrays of a formula, temporary ones too, then fit into a megabyte


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
