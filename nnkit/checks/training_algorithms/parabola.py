"""Exercise: Quickprop, which lays a parabola through two gradients and jumps to its lowest point."""

import numpy as np

from nnkit.checks.exercise import Exercise
from nnkit.checks.training_algorithms.walks import are_unchanged, by_default, end, in_turns
from nnkit.optimizer import Quickprop

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
