"""Exercise: RProp, which trusts the gradient's sign alone and learns how far to step."""

import numpy as np

from nnkit.checks.exercise import Exercise, override
from nnkit.checks.training_algorithms.walks import are_unchanged, by_default, draw_walk, end, in_turns, rule
from nnkit.full_batch import RProp

__all__ = ["rprop"]

DEFAULTS = {"learning_rate": 0.01, "eta_plus": 1.2, "eta_minus": 0.5, "step_min": 1e-6, "step_max": 50.0}
ONWARD = [1, 1, 1, 1, 1]  # signs of gradients that make the steps longer and longer
TO_AND_FRO = [1, -1, -1, 1, 1]  # or shorter: at each change of sign there is a wait, and then a shorter step


def _draw(rng):
    """Draw settings whose limits are far away, and gradients of which a few are 0."""
    alpha, eta_plus, eta_minus = rng.uniform([0.1, 1.3, 0.4], [0.2, 1.5, 0.7]).tolist()
    inputs = draw_walk(rng)
    inputs["gradients"][[0, 3], 0, [0, 1]] = 0
    settings = alpha, eta_plus, eta_minus, alpha / 100, alpha * 100
    return inputs | {"settings": dict(zip(DEFAULTS, settings, strict=True))}


def _signed(gradients, signs):
    """Return one gradient for each of these signs (one for all entries, or for each column), of the drawn sizes."""
    first = np.sign(gradients[0])
    return np.array([sign * first * (1 + np.abs(g)) for sign, g in zip(signs, gradients, strict=False)])


def _probe(answer, w, gradients, settings):
    yield "first", end(answer(**settings), w, gradients[:1])
    yield "same", end(answer(**settings), w, _signed(gradients, [1, 1, 1]))
    on_or_back = np.where(np.arange(w.shape[1]) % 2, 1, -1)
    yield "change", end(answer(**settings), w, _signed(gradients, [1, on_or_back]))
    yield "after", end(answer(**settings), w, _signed(gradients, [1, -1, on_or_back, on_or_back]))
    yield "limits", _at_the_limits(answer, gradients, **settings)
    yield "apart", in_turns(answer, w, gradients, settings)
    yield "defaults", _by_default(answer, gradients)
    yield "arguments", are_unchanged(answer(**settings), w, gradients)


def _at_the_limits(answer, gradients, learning_rate, eta_plus, eta_minus, **_):
    """Return how far one moves with limits that the second longer and the second shorter step would pass."""
    settings = {"learning_rate": learning_rate, "eta_plus": eta_plus, "eta_minus": eta_minus}
    optimizer = {"step_min": learning_rate * eta_minus * 0.9, "step_max": learning_rate * eta_plus * 1.1} | settings
    start = np.zeros_like(gradients[0])
    return np.array([end(answer(**optimizer), start, _signed(gradients, signs)) for signs in (ONWARD, TO_AND_FRO)])


def _by_default(answer, gradients):
    """Return moves by default; step_min and step_max show in first steps near them, so each is taken as unit."""
    start, moves = np.zeros_like(gradients[0]), by_default(answer, gradients, DEFAULTS) / 0.01
    longest = np.divide(end(answer(learning_rate=40.0), start, _signed(gradients, ONWARD)), 50)
    shortest = np.divide(end(answer(learning_rate=3e-6), start, _signed(gradients, TO_AND_FRO)), 1e-6)
    return np.array([*moves, longest, shortest])


rprop = Exercise(
    id="rprop",
    reference=RProp,
    claims={
        "first": "the first update moves each entry by learning_rate against its gradient's sign; by 0 where g = 0",
        "same": "where the sign stays the same, the step is eta_plus times the step before",
        "change": "where the sign changes, the entry waits this once: its gradient counts as 0",
        "after": "there the next step is eta_minus times the step before, whatever its sign: 0 is the last gradient",
        "limits": "no step is longer than step_max or shorter than step_min",
        "apart": "a layer's weights and its biases, (1, n), have an optimizer each, and neither disturbs the other",
        "defaults": "the arguments are learning_rate=0.01, eta_plus=1.2, eta_minus=0.5, step_min=1e-6, step_max=50.0",
        "arguments": "w and grad_loss_w stay as they were",
    },
    draw=_draw,
    probe=_probe,
)
_rule = rule(RProp, "previous_gradient", "step_size")


def _step_sizes(self, agreement, D):
    """Return the new step sizes where gradients agree (> 0) or not (< 0); the first is learning_rate."""
    D = np.where(D == 0, self.learning_rate, D)
    longer, shorter = np.minimum(D * self.eta_plus, self.step_max), np.maximum(D * self.eta_minus, self.step_min)
    return np.where(agreement > 0, longer, np.where(agreement < 0, shorter, D))


@rprop.mistake("where the sign changes, the entry moves at once, by the shorter step. It has to wait: g counts as 0.")
@_rule
def _(self, W, g, g_before, D):
    D = _step_sizes(self, g * g_before, D)
    return W - np.sign(g) * D, g, D


@rprop.mistake(
    "where the sign changes, the entry moves at once, by the shorter step. The 0 is remembered, but it counts already "
    "in this update."
)
@_rule
def _(self, W, g, g_before, D):
    D = _step_sizes(self, g * g_before, D)
    return W - np.sign(g) * D, np.where(g * g_before < 0, 0, g), D


@rprop.mistake(
    "the entry waits where the sign changes, but its gradient is remembered. It counts as 0 in the next update as well,"
    " so that the step size stays."
)
@_rule
def _(self, W, g, g_before, D):
    D = _step_sizes(self, g * g_before, D)
    return W - np.where(g * g_before < 0, 0, np.sign(g)) * D, g, D


@rprop.mistake(
    "where the sign changes, the last step is taken back. That is RProp+; here (iRprop-) the entry just waits."
)
@_rule
def _(self, W, g, g_before, D):
    new_D = _step_sizes(self, g * g_before, D)
    g_now = np.where(g * g_before < 0, 0, g)
    return W - np.sign(g_now) * new_D + np.where(g * g_before < 0, np.sign(g_before) * D, 0), g_now, new_D


@rprop.mistake("the step is as long as the gradient says. Only its sign counts: sign(g) times the step size.")
@_rule
def _(self, W, g, g_before, D):
    D = _step_sizes(self, g * g_before, D)
    g = np.where(g * g_before < 0, 0, g)
    return W - g * D, g, D


@rprop.mistake("eta_plus and eta_minus are swapped: steps grow while the sign stays, and shrink where it changes.")
@_rule
def _(self, W, g, g_before, D):
    D = np.where(D == 0, self.learning_rate, D)
    D = np.where(g * g_before > 0, D * self.eta_minus, np.where(g * g_before < 0, D * self.eta_plus, D))
    g = np.where(g * g_before < 0, 0, g)
    return W - np.sign(g) * D, g, D


@rprop.mistake("the step goes uphill. The gradient points up, so sign(g) times the step size is subtracted.")
@_rule
def _(self, W, g, g_before, D):
    D = _step_sizes(self, g * g_before, D)
    g = np.where(g * g_before < 0, 0, g)
    return W + np.sign(g) * D, g, D


@rprop.mistake("steps become longer than step_max.")
class _(RProp):
    def update(self, w, grad_loss_w):
        self.step_max = np.inf
        return super().update(w, grad_loss_w)


@rprop.mistake("steps become shorter than step_min.")
class _(RProp):
    def update(self, w, grad_loss_w):
        self.step_min = 0
        return super().update(w, grad_loss_w)


@rprop.mistake("steps become longer than step_max and shorter than step_min: limit them with np.minimum, np.maximum.")
class _(RProp):
    def update(self, w, grad_loss_w):
        self.step_min, self.step_max = 0, np.inf
        return super().update(w, grad_loss_w)


@rprop.mistake("one sign decides for all entries. Each has a step size of its own: multiply entry by entry, no sum.")
@_rule
def _(self, W, g, g_before, D):
    agreement = np.sum(g * g_before)
    D = _step_sizes(self, agreement, D)
    g = np.where(agreement < 0, 0, g)
    return W - np.sign(g) * D, g, D


@rprop.mistake(
    "the step shrinks wherever the product of the gradients is not above 0. Where it is 0 (at the start, after a wait) "
    "the step size stays."
)
@_rule
def _(self, W, g, g_before, D):
    agreement = np.where(g * g_before > 0, 1, -1)
    D = _step_sizes(self, agreement, D)
    g = np.where(g * g_before < 0, 0, g)
    return W - np.sign(g) * D, g, D


@rprop.mistake(
    "the step grows wherever the product of the gradients is not below 0. Where it is 0 (at the start, after a wait) "
    "the step size stays."
)
@_rule
def _(self, W, g, g_before, D):
    D = _step_sizes(self, np.where(g * g_before < 0, -1, 1), D)
    g = np.where(g * g_before < 0, 0, g)
    return W - np.sign(g) * D, g, D


@rprop.mistake("all steps have the size of the first: keep the last gradient, so that the signs can be compared.")
@_rule
def _(self, W, g, g_before, D):
    D = _step_sizes(self, 0, D)
    return W - np.sign(g) * D, g, D


@rprop.mistake("the step sizes start anew in each update. Keep them in an attribute.")
@_rule
def _(self, W, g, g_before, D):
    D = _step_sizes(self, g * g_before, 0)
    g = np.where(g * g_before < 0, 0, g)
    return W - np.sign(g) * D, g, D


@rprop.mistake("the entry waits where the sign changes, but its step stays as long as it was: times eta_minus.")
@_rule
def _(self, W, g, g_before, D):
    D = _step_sizes(self, np.maximum(g * g_before, 0), D)
    g = np.where(g * g_before < 0, 0, g)
    return W - np.sign(g) * D, g, D


@rprop.mistake("nothing is returned: end with `return` and the new parameter.")
@_rule
def _(self, W, g, g_before, D):
    return None, g, D


@rprop.mistake("`w -= ...` changes the array that was handed in. A new one is asked for: w - ...")
@_rule
def _(self, W, g, g_before, D):
    D = _step_sizes(self, g * g_before, D)
    g = np.where(g * g_before < 0, 0, g)
    W -= np.sign(g) * D
    return W, g, D


@rprop.mistake("setting grad_loss_w to 0 changes the array that was handed in. Make a new one, with np.where.")
@_rule
def _(self, W, g, g_before, D):
    D = _step_sizes(self, g * g_before, D)
    g[g * g_before < 0] = 0
    return W - np.sign(g) * D, g.copy(), D


def _init(self, learning_rate=0.1, eta_plus=1.2, eta_minus=0.5, step_min=1e-6, step_max=50.0):
    RProp.__init__(self, learning_rate, eta_plus, eta_minus, step_min, step_max)


rprop.mistake("the default of learning_rate, which is the first step size, is not 0.01.")(
    override(RProp, __init__=_init)
)
