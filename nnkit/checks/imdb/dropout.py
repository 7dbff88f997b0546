"""Exercise: inverted dropout.

Everyone draws a mask in a way of their own, so masks cannot be compared. What can: which values a mask has, how many
of them are 0, and what became of the entries that it keeps and of those that it silences.
"""

import copy

import numpy as np

from nnkit.chance import global_state
from nnkit.checks.exercise import Exercise, view

__all__ = ["dropout_forward", "near"]


def near(observed, candidates, tolerance=0.03):
    """Return the candidate that an observed share is close to; the share itself, in hundredths, if there is none.

    A share of random zeros is never twice the same. Brought to what it must be an estimate of, it can be compared.
    """
    nearest = min(candidates, key=lambda candidate: abs(candidate - observed))
    return nearest if abs(nearest - observed) < tolerance else round(observed, 2)


def _dropout_forward(x, rate, rng, training):
    """Return out = x * mask / (1 - rate) and the mask, of 0 with chance `rate` and else 1; x and ones in prediction."""
    mask = (rng.random(x.shape) >= rate).astype(x.dtype) if training else np.ones_like(x)
    return x * mask / (1 - rate if training else 1), mask


_dropout_forward.__name__ = "dropout_forward"


def _draw(rng):
    """Draw inputs away from 0, in which a silenced entry is seen, and a rate that is not its own opposite.

    Rows and columns are so long that chance alone never keeps a whole one: 0.8^100 is 2e-10.
    """
    x = rng.uniform(0.5, 2, size=(200, 100)) * rng.choice([-1, 1], size=(200, 100))
    return {
        "x": x.astype(np.float32),
        "rate": float(rng.choice([0.2, 0.3, 0.35, 0.65])),
        "seed": int(rng.integers(1e6)),
    }


def _probe(answer, x, rate, seed):
    def run(given=None, seed=seed, rate=rate, training=True):
        return answer(x.copy() if given is None else given, rate, np.random.default_rng(seed), training)

    given, before = x.copy(), view(answer, global_state)
    out, mask = run(given)
    out, mask = np.array(out, float), np.array(mask, float)
    yield "shapes", [*out.shape, *mask.shape]
    yield "values", np.unique(mask)
    yield "share", near(np.mean(mask == 0), [rate, 1 - rate, 0, 1])
    yield "each", np.mean([np.ptp(line) > 0 for line in [*mask, *mask.T]])
    kept = (out / x)[mask == 1]
    yield "kept", [kept.min(), kept.max()]
    yield "silenced", np.abs(out[mask == 0]).max(initial=0)
    yield "seed", [np.array_equal(run()[1], mask), np.array_equal(run(seed=seed + 1)[1], mask)]
    yield "again", _masks_differ(answer, x, rate, seed)
    yield "global", before == view(answer, global_state)
    yield "prediction", run(training=False)
    yield "rate 0", run(rate=0.0)
    yield "arguments", given


def _masks_differ(answer, x, rate, seed):
    """Say whether two calls with one generator give two masks."""
    rng = np.random.default_rng(seed)
    masks = [answer(x.copy(), rate, rng, True)[1] for _ in range(2)]
    return not np.array_equal(*masks)


dropout_forward = Exercise(
    id="dropout-forward",
    reference=_dropout_forward,
    claims={
        "shapes": "out and mask, in this order, have the shape of x",
        "values": "the mask holds 0 and 1, both of them",
        "share": "the share of zeros in the mask is the rate",
        "each": "each entry has a chance of its own, not one for a whole row or column",
        "kept": "where the mask is 1, out is x / (1 - rate)",
        "silenced": "where the mask is 0, out is 0",
        "seed": "chance comes from rng: the same seed gives the same mask, another seed another one",
        "again": "a second call with the same generator draws a new mask",
        "global": "NumPy's global generator is left alone",
        "prediction": "where training is false, out is x itself and the mask is all ones",
        "rate 0": "a rate of 0 silences nothing and scales nothing",
        "arguments": "x stays as it was",
    },
    draw=_draw,
    probe=_probe,
    sizes=lambda rate, **_: {"1 - rate": 1 - rate, "the rate": rate},
)


def _dropper(scale=lambda rate: 1 - rate, keep=lambda draw, rate: draw >= rate, shape=lambda x: x.shape):
    """Return a dropout that does one thing in another way: the divisor, what is kept, or how many numbers are drawn."""

    def dropout(x, rate, rng, training):
        if not training:
            return x, np.ones(x.shape)
        mask = keep(rng.random(shape(x)), rate) * np.ones(x.shape)
        return x * mask / scale(rate), mask

    return dropout


dropout_forward.mistake(
    "the entries that are kept are not scaled up. Divide by 1 - rate, so that a unit's sum stays the same on average."
)(_dropper(scale=lambda rate: 1))
dropout_forward.mistake("out was multiplied by 1 - rate, which makes it smaller still: divide by it.")(
    _dropper(scale=lambda rate: 1 / (1 - rate))
)
dropout_forward.mistake("out was divided by the rate: a share of 1 - rate is kept, so divide by that.")(
    _dropper(scale=lambda rate: rate or 1)
)
dropout_forward.mistake(
    "the mask is the wrong way round: rate is the share that is silenced, so 1 where the random number is >= rate."
)(_dropper(keep=lambda draw, rate: draw < rate))
dropout_forward.mistake(
    "one row was drawn for all examples, so they lose the same units. Draw as many numbers as x has: x.shape."
)(_dropper(shape=lambda x: (1, x.shape[1])))
dropout_forward.mistake("one number was drawn for each example, so it loses all units or none. Draw as many as x has.")(
    _dropper(shape=lambda x: (len(x), 1))
)
dropout_forward.mistake("one number was drawn for everything: all is kept or all is lost. Draw as many as x has.")(
    _dropper(shape=lambda x: (1, 1))
)


@dropout_forward.mistake(
    "training is not looked at. In prediction nothing is silenced and nothing scaled: return x and a mask of ones."
)
def _(x, rate, rng, training):
    return _dropout_forward(x, rate, rng, True)


@dropout_forward.mistake("it is the wrong way round: units are silenced where training is true, not in prediction.")
def _(x, rate, rng, training):
    return _dropout_forward(x, rate, rng, not training)


@dropout_forward.mistake(
    "this is dropout as it first was, scaled in prediction. Inverted dropout scales in training: divide by 1 - rate."
)
def _(x, rate, rng, training):
    mask = rng.random(x.shape) >= rate if training else np.ones(x.shape)
    return (x * mask if training else x * (1 - rate)), mask


@dropout_forward.mistake("in prediction, x is still divided by 1 - rate. There it stays as it is.")
def _(x, rate, rng, training):
    mask = rng.random(x.shape) >= rate if training else np.ones(x.shape)
    return x * mask / (1 - rate), mask


@dropout_forward.mistake("the mask holds the scale already, 1/(1 - rate). Keep it to 0 and 1; scale out.")
def _(x, rate, rng, training):
    mask = (rng.random(x.shape) >= rate) / (1 - rate) if training else np.ones(x.shape)
    return x * mask, mask


@dropout_forward.mistake("the two results are swapped: return out, then mask.")
def _(x, rate, rng, training):
    return _dropout_forward(x, rate, rng, training)[::-1]


@dropout_forward.mistake("only out is returned: return out, mask.")
def _(x, rate, rng, training):
    return _dropout_forward(x, rate, rng, training)[0]


@dropout_forward.mistake("the mask was computed but not used: multiply x by it.")
def _(x, rate, rng, training):
    mask = _dropout_forward(x, rate, rng, training)[1]
    return x / (1 - rate if training else 1), mask


@dropout_forward.mistake("the mask is the same for every generator: draw it with rng, which is handed in.")
def _(x, rate, rng, training):
    return _dropout_forward(x, rate, np.random.default_rng(0), training)


@dropout_forward.mistake("a second call gives the same mask again: draw with rng itself, not with a copy of it.")
def _(x, rate, rng, training):
    return _dropout_forward(x, rate, copy.deepcopy(rng), training)


@dropout_forward.mistake("x was changed in place. Make a new array: out = x * mask / (1 - rate).")
def _(x, rate, rng, training):
    mask = (rng.random(x.shape) >= rate).astype(x.dtype) if training else np.ones_like(x)
    x *= mask / (1 - rate if training else 1)
    return x, mask


@dropout_forward.mistake("nothing is returned: end with `return out, mask`.")
def _(x, rate, rng, training):
    return None
