"""Exercise: Quickprop, which lays a parabola through two gradients and jumps to its lowest point."""

import numpy as np

from nnkit.checks.exercise import Exercise, override
from nnkit.checks.training_algorithms.walks import are_unchanged, by_default, end, in_turns, rule
from nnkit.full_batch import Quickprop

__all__ = ["quickprop"]

DEFAULTS = {"learning_rate": 0.01, "mu": 1.75}
# How many times the gradient before a gradient is: lowest, highest
FLATTER, BEYOND_THE_MINIMUM = (0.1, 0.4), (-3, -0.3)  # the parabola's lowest point is near
LITTLE_FLATTER, FAR_BEYOND = (0.75, 0.9), (-4, -2)  # it is far away
STEEPER = (1.2, 2)  # there is none ahead


def _draw(rng):
    shape = tuple(rng.permutation([3, 4, 5])[:2])
    ranges = {"near": (FLATTER, BEYOND_THE_MINIMUM), "far": (LITTLE_FLATTER, FAR_BEYOND), "steeper": (STEEPER, STEEPER)}
    all_ranges = FLATTER, BEYOND_THE_MINIMUM, LITTLE_FLATTER, STEEPER
    g = rng.uniform(0.5, 2, size=shape) * rng.choice([-1, 1], size=shape)
    factors = [_factors(rng, all_ranges, shape) for _ in range(5)]
    return {
        "w": rng.normal(size=shape),
        "gradients": np.cumprod([g, *factors], axis=0),
        "seconds": {name: g * _factors(rng, two, shape) for name, two in ranges.items()},
        "learning_rate": rng.uniform(0.1, 0.3),
        "mu": rng.uniform(1.5, 2),
    }


def _factors(rng, ranges, shape):
    """Draw a factor for each entry from one of the ranges; from each of them in turn, column by column."""
    lowest, highest = np.transpose(rng.permutation(ranges)[np.arange(shape[1]) % len(ranges)])
    return rng.uniform(lowest, highest, size=shape)


def _probe(answer, w, gradients, seconds, learning_rate, mu):
    settings, g = {"learning_rate": learning_rate, "mu": mu}, gradients[0]
    yield "first", end(answer(**settings), w, [g])
    yield "near", end(answer(**settings), w, [g, seconds["near"]])
    yield "steeper", end(answer(**settings), w, [g, seconds["steeper"]])
    yield "far", end(answer(learning_rate=learning_rate, mu=0.4), w, [g, seconds["far"]])
    yield "fresh", end(answer(**settings), w, _without_parabolas(g))
    yield "later", end(answer(**settings), w, gradients)
    yield "apart", in_turns(answer, w, gradients, settings)
    yield "defaults", by_default(answer, gradients, DEFAULTS)
    yield "arguments", are_unchanged(answer(**settings), w, gradients)


def _without_parabolas(g):
    """Return gradients that give no parabola: in one column s is 0 at first, in one s becomes 0, in the rest g = g'."""
    columns = np.arange(g.shape[1])
    return [g * (columns != 0), g * (columns != 1), g]


quickprop = Exercise(
    id="quickprop",
    reference=Quickprop,
    claims={
        "first": "the first update is a plain step: -learning_rate g",
        "near": "the second jumps to the lowest point of the parabola: g / (g' - g) s",
        "steeper": "where g has the sign of g' and is at least as large, the step is mu s",
        "far": "no jump is longer than mu abs(s)",
        "fresh": "where s = 0 or g = g', the step is plain again",
        "later": "so it goes on, update after update",
        "apart": "a layer's weights and its biases, (1, n), have an optimizer each, and neither disturbs the other",
        "defaults": "the arguments are learning_rate=0.01, mu=1.75, in this order",
        "arguments": "w and grad_loss_w stay as they were",
    },
    draw=_draw,
    probe=_probe,
)
_rule = rule(Quickprop, "previous_gradient", "step")


def _jump(g, g_before, s):
    """Return g / (g' - g) s, the way to the parabola's lowest point; what it gives where g = g' is not used."""
    return g / np.where(g == g_before, 1, g_before - g) * s


def _limited(self, step, s):
    return np.clip(step, -self.mu * np.abs(s), self.mu * np.abs(s))


def _is_fresh(g, g_before, s):
    return (s == 0) | (g == g_before)


def _is_beyond(g, g_before):
    """Say where g has the sign of g' and is at least as large."""
    return (np.sign(g) == np.sign(g_before)) & (np.abs(g) >= np.abs(g_before))


def _step(self, g, g_before, s, fresh=None, beyond=None, jump=None):
    """Return the right step, but for the parts that are given: what the versions below share."""
    fresh = _is_fresh(g, g_before, s) if fresh is None else fresh
    beyond = _is_beyond(g, g_before) if beyond is None else beyond
    jump = _limited(self, _jump(g, g_before, s), s) if jump is None else jump
    return np.where(fresh, -self.learning_rate * g, np.where(beyond, self.mu * s, jump))


@quickprop.mistake("this is gradient descent: all steps are -learning_rate g. Keep s and g', and jump with them.")
@_rule
def _(self, W, g, g_before, s):
    return W - self.learning_rate * g, g, s


@quickprop.mistake("the denominator is turned round: it is g' - g, the gradient before less this one.")
@_rule
def _(self, W, g, g_before, s):
    s = _step(self, g, g_before, s, jump=_limited(self, -_jump(g, g_before, s), s))
    return W + s, g, s


@quickprop.mistake("the factor g / (g' - g) is turned over: the difference g' - g stands below.")
@_rule
def _(self, W, g, g_before, s):
    s = _step(self, g, g_before, s, jump=_limited(self, (g_before - g) / np.where(g == 0, 1, g) * s, s))
    return W + s, g, s


@quickprop.mistake("g' stands above the line. It is g, the new gradient: g / (g' - g) s.")
@_rule
def _(self, W, g, g_before, s):
    jump = g_before / np.where(g == g_before, 1, g_before - g) * s
    s = _step(self, g, g_before, s, jump=_limited(self, jump, s))
    return W + s, g, s


@quickprop.mistake("the factor s is missing: g / (g' - g) says how many times the last step the next one is.")
@_rule
def _(self, W, g, g_before, s):
    s = _step(self, g, g_before, s, jump=_limited(self, _jump(g, g_before, 1), s))
    return W + s, g, s


@quickprop.mistake("the jump is subtracted. s is a step, with its sign: W + s. Only the plain step has a minus.")
@_rule
def _(self, W, g, g_before, s):
    fresh = _is_fresh(g, g_before, s)
    s = _step(self, g, g_before, s)
    return np.where(fresh, W + s, W - s), g, s


@quickprop.mistake("the plain step goes uphill. It is -learning_rate g.")
@_rule
def _(self, W, g, g_before, s):
    fresh = _is_fresh(g, g_before, s)
    s = np.where(fresh, self.learning_rate * g, _step(self, g, g_before, s))
    return W + s, g, s


@quickprop.mistake("a plain step is added to the jump, as Fahlman does. Here the jump stands alone.")
@_rule
def _(self, W, g, g_before, s):
    fresh = _is_fresh(g, g_before, s)
    s = _step(self, g, g_before, s) - np.where(fresh, 0, self.learning_rate * g)
    return W + s, g, s


@quickprop.mistake(
    "the jump is made where g has the sign of g' and is at least as large, too. There the parabola's lowest point lies "
    "behind, if it has one, and the jump goes uphill: the step is mu s."
)
@_rule
def _(self, W, g, g_before, s):
    s = _step(self, g, g_before, s, beyond=False)
    return W + s, g, s


@quickprop.mistake(
    "only the sizes of g and g' are compared. The step is mu s where they have the same sign, too; "
    "where the sign has changed, the lowest point lies between, and the step goes back to it."
)
@_rule
def _(self, W, g, g_before, s):
    s = _step(self, g, g_before, s, beyond=np.abs(g) >= np.abs(g_before))
    return W + s, g, s


@quickprop.mistake("the step is mu s wherever g and g' have one sign. It is so only where g is at least as large.")
@_rule
def _(self, W, g, g_before, s):
    s = _step(self, g, g_before, s, beyond=np.sign(g) == np.sign(g_before))
    return W + s, g, s


@quickprop.mistake("where g is the steeper, the step is s once more: its factor mu is missing.")
@_rule
def _(self, W, g, g_before, s):
    s = np.where(_is_beyond(g, g_before) & ~_is_fresh(g, g_before, s), s, _step(self, g, g_before, s))
    return W + s, g, s


@quickprop.mistake("where g is the steeper, the step is a plain one, -learning_rate g. It is mu s.")
@_rule
def _(self, W, g, g_before, s):
    s = _step(self, g, g_before, s, fresh=_is_fresh(g, g_before, s) | _is_beyond(g, g_before))
    return W + s, g, s


@quickprop.mistake("the jump is not limited. Its size is mu abs(s) at most.")
@_rule
def _(self, W, g, g_before, s):
    s = _step(self, g, g_before, s, jump=_jump(g, g_before, s))
    return W + s, g, s


@quickprop.mistake("the jump is limited by mu alone. The limit is mu abs(s), mu times the last step.")
@_rule
def _(self, W, g, g_before, s):
    s = _step(self, g, g_before, s, jump=np.clip(_jump(g, g_before, s), -self.mu, self.mu))
    return W + s, g, s


@quickprop.mistake(
    "the limit mu abs(s) holds in one direction only. Limit the size: np.clip from -mu abs(s) to mu abs(s)."
)
@_rule
def _(self, W, g, g_before, s):
    s = _step(self, g, g_before, s, jump=np.minimum(_jump(g, g_before, s), self.mu * np.abs(s)))
    return W + s, g, s


@quickprop.mistake(
    "the factor g / (g' - g) is limited from above, but not from below: a jump back may be longer than mu abs(s)."
)
@_rule
def _(self, W, g, g_before, s):
    s = _step(self, g, g_before, s, jump=np.minimum(_jump(g, g_before, 1), self.mu) * s)
    return W + s, g, s


@quickprop.mistake("a jump that is too long becomes mu s, forwards, even where it should go back. Keep its sign.")
@_rule
def _(self, W, g, g_before, s):
    jump = _jump(g, g_before, s)
    s = _step(self, g, g_before, s, jump=np.where(np.abs(jump) > self.mu * np.abs(s), self.mu * s, jump))
    return W + s, g, s


@quickprop.mistake("where g = g' this divides by 0. There the step is plain, -learning_rate g.")
@_rule
def _(self, W, g, g_before, s):
    jump = _limited(self, g / (g_before - g) * s, s)
    s = _step(self, g, g_before, s, fresh=s == 0, beyond=_is_beyond(g, g_before) & (g != g_before), jump=jump)
    return W + s, g, s


@quickprop.mistake("where g = g' the step is mu s. There it is plain, -learning_rate g, so ask for that first.")
@_rule
def _(self, W, g, g_before, s):
    s = _step(self, g, g_before, s, fresh=s == 0)
    return W + s, g, s


@quickprop.mistake("an entry whose last step was 0 never moves again: where s = 0 the step is plain, -learning_rate g.")
@_rule
def _(self, W, g, g_before, s):
    started = np.any(g_before)
    s = _step(self, g, g_before, s, fresh=g == g_before if started else True)
    return W + s, g, s


@quickprop.mistake("only the first update is plain. Later, too, the step is plain where s = 0 or g = g'.")
@_rule
def _(self, W, g, g_before, s):
    jump = _limited(self, g / (g_before - g) * s, s)
    s = _step(self, g, g_before, s, fresh=not np.any(g_before), jump=jump)
    return W + s, g, s


@quickprop.mistake("s is always the first step. Keep the last one: self.step = s after each update.")
@_rule
def _(self, W, g, g_before, s):
    new = _step(self, g, g_before, s)
    return W + new, g, np.where(s == 0, new, s)


@quickprop.mistake("g' is always the first gradient. Keep the last one: self.previous_gradient = g after each update.")
@_rule
def _(self, W, g, g_before, s):
    s = _step(self, g, g_before, s)
    return W + s, np.where(g_before == 0, g, g_before), s


@quickprop.mistake("all entries jump together. Each has a parabola of its own: decide with np.where, entry by entry.")
@_rule
def _(self, W, g, g_before, s):
    fresh, beyond = np.all(_is_fresh(g, g_before, s)), np.all(_is_beyond(g, g_before))
    s = _step(self, g, g_before, s, fresh=fresh, beyond=beyond)
    return W + s, g, s


@quickprop.mistake("the step comes back, not the parameter: return W + s.")
@_rule
def _(self, W, g, g_before, s):
    s = _step(self, g, g_before, s)
    return s, g, s


@quickprop.mistake("nothing is returned: end with `return` and the new parameter, W + s.")
@_rule
def _(self, W, g, g_before, s):
    return None, g, _step(self, g, g_before, s)


@quickprop.mistake("`w += ...` changes the array that was handed in. A new one is asked for: w + s.")
@_rule
def _(self, W, g, g_before, s):
    s = _step(self, g, g_before, s)
    W += s
    return W, g, s


def _quickprop_of(learning_rate, mu):
    def __init__(self, learning_rate=learning_rate, mu=mu):
        Quickprop.__init__(self, learning_rate, mu)

    return override(Quickprop, __init__=__init__)


quickprop.mistake("the default of mu is not 1.75.")(_quickprop_of(0.01, 2.0))
quickprop.mistake("the default of learning_rate is not 0.01.")(_quickprop_of(0.1, 1.75))
