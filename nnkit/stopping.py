"""Early stopping: when more training no longer helps.

The training loss falls for as long as one trains; the loss on examples that are held back falls and then rises, when
the network begins to learn the examples by heart. That is the time to stop.
"""

import numpy as np

__all__ = ["should_stop"]


def should_stop(val_losses, patience, min_delta=0.0):
    """Say whether the validation loss has not improved for `patience` epochs in a row.

    An epoch improves where its loss is below the best so far by more than min_delta. (The slide says to stop when
    the error *has* improved: a slip.) The rule is that of Keras's EarlyStopping.
    """
    best, waited = np.inf, 0
    for loss in val_losses:
        best, waited = (loss, 0) if loss < best - min_delta else (best, waited + 1)
    return waited >= patience
