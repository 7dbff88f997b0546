"""Exercise: early stopping.

An answer is asked after each epoch whether to stop, and what it says is written into the history: "9 7 8 9 stop 11"
stops after the fourth. Losses are multiples of 1/4, so that sums and differences are exact, and "exactly min_delta
below" means just that. No history that should have stopped improves again: training would have ended.
"""

import contextlib
import itertools

import numpy as np

from nnkit.checks.compare import as_array
from nnkit.checks.exercise import Exercise
from nnkit.stopping import should_stop

__all__ = ["stopping"]


def _draw(rng):
    """Draw histories of a few epochs each, as single steps below min_delta and their sum above it."""
    patience, best, tiny = int(rng.integers(2, 4)), float(rng.integers(5, 9)), int(rng.integers(1, 4))
    min_delta = float(rng.choice([0.5, 0.75]))

    def rising(n):
        return (best + rng.integers(1, 4, size=n).cumsum()).tolist()

    falling, worse = [best + 2, best], rising(patience + 1)
    return {
        "patience": patience,
        "min_delta": min_delta,
        "falling": [best - 0.25 * i for i in range(patience + 3)],
        "worse": [*falling, *worse],
        "from the start": [best, *worse],
        "back": [*falling, *rising(patience + 2)[::-1]],
        "anew": [*falling, *rising(patience - 1), best - 1, *rising(patience - 1), best - 2, *worse],
        "equal": [best + 1, *[best] * (patience + 2)],
        "little": [best, best - 0.25, *(best + 0.25 * np.arange(patience + 1)).tolist()],
        "exactly": [best + 2, best, best - min_delta, *worse],
        "creeping": [best, best - min_delta + 0.25, best - min_delta - 0.25, *worse],
        "default": [(tiny + i) * 1e-6 for i in range(patience + 3)][::-1],
    }


def _probe(answer, patience, min_delta, **histories):
    for name in ("falling", "worse", "from the start", "back", "anew", "equal"):
        yield name, _told(answer, histories[name], patience)
    yield "one", _told(answer, histories["worse"], 1)
    yield "little", _told(answer, histories["little"], patience, min_delta)
    yield "exactly", _told(answer, histories["exactly"], patience, min_delta)
    yield "creeping", _told(answer, histories["creeping"], patience, min_delta=min_delta)
    yield "default", _told(answer, histories["default"], patience)
    yield "none", _before_the_first(answer, patience)
    given = list(histories["back"])
    answer(given, patience)
    yield "arguments", given


def _told(answer, losses, *settings, **named):
    """Write what an answer says between the losses, after the epochs at which it changes its mind.

    The longest history comes first, so that only those answers are right that look at all of it, each time.
    """
    says = [_word(answer(losses[:n], *settings, **named)) for n in range(len(losses), 0, -1)][::-1]
    words = [f"patience {settings[0]}" + "".join(f", min_delta {d:g}" for d in [*settings[1:], *named.values()]) + ":"]
    for loss, before, now in zip(losses, ["go on", *says], says, strict=False):
        words += [f"{loss:g}"] + ([now] if now != before else [])
    return " ".join(words)


def _word(said):
    """Say "stop" for true and "go on" for false; anything else does not answer a question of yes or no."""
    array = as_array(said)
    if array is None or array.shape != () or array not in (0, 1):
        return f"({said!r})"[:20]
    return "stop" if array else "go on"


def _before_the_first(answer, patience):
    """Return what an answer says before the first epoch. Nobody needs to ask then: an error does no harm."""
    with contextlib.suppress(IndexError, TypeError, ValueError):
        return _word(answer([], patience))
    return "go on"


stopping = Exercise(
    id="stopping",
    reference=should_stop,
    claims={
        "falling": "while each loss is below all before it, should_stop is False",
        "worse": "it is True once `patience` epochs in a row are no better than the best, and not earlier",
        "from the start": "the first epoch is always an improvement",
        "back": "an epoch improves only if it is better than the best so far, not just than the one before",
        "anew": "after an improvement the count begins again",
        "equal": "a loss that equals the best is no improvement",
        "one": "with patience=1 the first epoch that does not improve stops",
        "little": "a loss that is below the best by less than min_delta is no improvement",
        "exactly": "nor is one that is below it by exactly min_delta",
        "creeping": "such losses do not become the best, so small steps add up",
        "default": "where no min_delta is given, it is 0: the smallest improvement counts",
        "none": "before the first epoch there is no reason to stop",
        "arguments": "val_losses stays as it was",
    },
    draw=_draw,
    probe=_probe,
)


# ---- known mistakes


def _waited(val_losses, improves, best=np.inf):
    """Return how many epochs have passed since the last that improved: what most of the versions below share."""
    waited = 0
    for loss in val_losses:
        best, waited = (loss, 0) if improves(loss, best) else (best, waited + 1)
    return waited


@stopping.mistake(
    "this stops when the loss HAS improved for `patience` epochs in a row, the slide's slip. Stop when it has not."
)
def _(val_losses, patience, min_delta=0.0):
    best, improved = np.inf, 0
    for loss in val_losses:
        best, improved = (loss, improved + 1) if loss < best - min_delta else (best, 0)
    return improved >= patience


@stopping.mistake(
    "this stops when the loss HAS improved for `patience` epochs in a row, the slide's slip. Stop when it has not."
)
def _(val_losses, patience, min_delta=0.0):
    last = val_losses[-patience - 1 :]
    return len(last) > patience and all(b < a - min_delta for a, b in itertools.pairwise(last))


@stopping.mistake("the number of epochs alone decides. Count those that have not improved.")
def _(val_losses, patience, min_delta=0.0):
    return len(val_losses) > patience


@stopping.mistake("it never stops.")
def _(val_losses, patience, min_delta=0.0):
    return False


@stopping.mistake("it always stops.")
def _(val_losses, patience, min_delta=0.0):
    return True


@stopping.mistake(
    "only the last epoch is looked at, against the one `patience` epochs before. It takes all in between."
)
def _(val_losses, patience, min_delta=0.0):
    return len(val_losses) > patience and val_losses[-1] >= val_losses[-1 - patience] - min_delta


@stopping.mistake("each epoch is compared with the one before it. Compare it with the best so far.")
def _(val_losses, patience, min_delta=0.0):
    waited, before = 0, np.inf
    for loss in val_losses:
        waited, before = (0 if loss < before - min_delta else waited + 1), loss
    return waited >= patience


@stopping.mistake("the last epochs are compared with the one just before them, which need not be the best so far.")
def _(val_losses, patience, min_delta=0.0):
    *_, before = val_losses[: max(len(val_losses) - patience, 0)] or [np.inf]
    return all(loss >= before - min_delta for loss in val_losses[-patience:])


@stopping.mistake("it stops an epoch late: `patience` epochs without improvement are enough, >= in place of >.")
def _(val_losses, patience, min_delta=0.0):
    return _waited(val_losses, lambda loss, best: loss < best - min_delta) > patience


@stopping.mistake("it stops an epoch early: `patience` epochs without improvement are needed.")
def _(val_losses, patience, min_delta=0.0):
    return _waited(val_losses, lambda loss, best: loss < best - min_delta) >= patience - 1


@stopping.mistake("the patience is not used: it stops at the first epoch that does not improve.")
def _(val_losses, patience, min_delta=0.0):
    return _waited(val_losses, lambda loss, best: loss < best - min_delta) >= 1


@stopping.mistake(
    "it is True in one epoch only, and False again in the next: ask whether the count has reached it, with >=."
)
def _(val_losses, patience, min_delta=0.0):
    return _waited(val_losses, lambda loss, best: loss < best - min_delta) == patience


@stopping.mistake(
    "all epochs without improvement are counted. Only those in a row count: back to 0 after each one that improves."
)
def _(val_losses, patience, min_delta=0.0):
    best, count = np.inf, 0
    for loss in val_losses:
        best, count = (loss, count) if loss < best - min_delta else (best, count + 1)
    return count >= patience


@stopping.mistake(
    "the first loss is compared with itself, and its epoch is counted as one without improvement. "
    "Start with best = np.inf, or count from the second epoch."
)
def _(val_losses, patience, min_delta=0.0):
    return _waited(val_losses, lambda loss, best: loss < best - min_delta, val_losses[0]) >= patience


@stopping.mistake("the best so far starts at 0, and no loss is below that. Start with np.inf or the first loss.")
def _(val_losses, patience, min_delta=0.0):
    return _waited(val_losses, lambda loss, best: loss < best - min_delta, 0) >= patience


@stopping.mistake("the best so far is the largest loss. A loss is the better, the smaller it is.")
def _(val_losses, patience, min_delta=0.0):
    return _waited(val_losses, lambda loss, best: loss > best + min_delta, -np.inf) >= patience


@stopping.mistake("a loss that equals the best counts as an improvement. It has to be below: <, not <=.")
def _(val_losses, patience, min_delta=0.0):
    return _waited(val_losses, lambda loss, best: loss <= best - min_delta) >= patience


@stopping.mistake("min_delta is not used: an improvement is a loss below best - min_delta.")
def _(val_losses, patience, min_delta=0.0):
    return _waited(val_losses, lambda loss, best: loss < best) >= patience


@stopping.mistake("min_delta has the wrong sign, so that worse losses count as improvements: loss < best - min_delta.")
def _(val_losses, patience, min_delta=0.0):
    return _waited(val_losses, lambda loss, best: loss < best + min_delta) >= patience


@stopping.mistake(
    "a loss that is below the best by exactly min_delta counts as an improvement. It takes more than that."
)
def _(val_losses, patience, min_delta=0.0):
    return _waited(val_losses, lambda loss, best: loss < best and loss <= best - min_delta) >= patience


@stopping.mistake(
    "the best follows each lower loss, an improvement or not. Then steps below min_delta never add up: "
    "take a new best only where the epoch improves."
)
def _(val_losses, patience, min_delta=0.0):
    best, waited = np.inf, 0
    for loss in val_losses:
        waited = 0 if loss < best - min_delta else waited + 1
        best = min(best, loss)
    return waited >= patience


@stopping.mistake(
    "the best of the last `patience` epochs is compared with the lowest loss before. With a min_delta that is not the "
    "best: only an epoch that improved by more than min_delta makes a new one."
)
def _(val_losses, patience, min_delta=0.0):
    before, last = val_losses[:-patience], val_losses[-patience:]
    return len(before) > 0 and min(last) >= min(before) - min_delta


@stopping.mistake("min_delta is taken for a share of the best. It is a difference: loss < best - min_delta.")
def _(val_losses, patience, min_delta=0.0):
    return _waited(val_losses, lambda loss, best: best == np.inf or loss < best * (1 - min_delta)) >= patience


@stopping.mistake("the default of min_delta is not 0. Where nothing is said, the smallest improvement counts.")
def _(val_losses, patience, min_delta=0.001):
    return should_stop(val_losses, patience, min_delta)


@stopping.mistake(
    "nothing is returned while training goes on: end with `return False`, or return the comparison itself."
)
def _(val_losses, patience, min_delta=0.0):
    return should_stop(val_losses, patience, min_delta) or None


@stopping.mistake("nothing is returned: end with `return` and the answer, True or False.")
def _(val_losses, patience, min_delta=0.0):
    return None


@stopping.mistake("before the first epoch it already says stop: no epoch has failed to improve yet.")
def _(val_losses, patience, min_delta=0.0):
    return not val_losses or should_stop(val_losses, patience, min_delta)


@stopping.mistake("val_losses is sorted in place, for whoever uses it next. sorted(val_losses) and min leave it alone.")
def _(val_losses, patience, min_delta=0.0):
    stop = should_stop(val_losses, patience, min_delta)
    val_losses.sort()
    return stop
