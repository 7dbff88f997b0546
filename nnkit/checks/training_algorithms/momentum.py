"""Exercise: gradient descent with momentum, which walks along an average of the gradients."""

import numpy as np

from nnkit.checks.exercise import Exercise, override
from nnkit.checks.training_algorithms.walks import (
    are_unchanged,
    by_default,
    draw_walk,
    end,
    in_turns,
    probe_updates,
    rule,
    walk,
)
from nnkit.optimizer import SGD, Optimizer

__all__ = ["sgd_momentum"]

DEFAULTS = {"learning_rate": 0.01, "momentum": 0.0}


def _draw(rng):
    return draw_walk(rng) | {
        "learning_rate": round(rng.uniform(0.1, 0.4), 3),
        "momentum": round(rng.uniform(0.6, 0.9), 2),
    }


def _probe(answer, w, gradients, learning_rate, momentum):
    settings = {"learning_rate": learning_rate, "momentum": momentum}
    yield "plain", end(answer(learning_rate=learning_rate, momentum=0.0), w, gradients)
    yield from probe_updates(answer, w, gradients, settings)
    yield "V", _retained(answer(**settings), w, gradients)
    yield "plain V", _retained(answer(learning_rate=learning_rate, momentum=0.0), w, gradients)
    yield "apart", in_turns(answer, w, gradients, settings)
    yield "defaults", by_default(answer, gradients, DEFAULTS)
    yield "arguments", are_unchanged(answer(**settings), w, gradients)


def _retained(optimizer, w, gradients):
    """Return retained_gradient after each update; where it is still None or a number, for all entries."""
    kept = [np.array(optimizer.retained_gradient, dtype=float) for _ in walk(optimizer, w, gradients)]
    return np.array([np.nan_to_num(V) + 0 * w for V in kept])


sgd_momentum = Exercise(
    id="sgd-momentum",
    reference=SGD,
    claims={
        "plain": "with momentum=0, updates are plain gradient descent: W - alpha g",
        "step 1": "a new optimizer starts with V = 0: its first update makes V = (1 - beta) g and returns W - alpha V",
        "step 2": "the second remembers: V = beta V + (1 - beta) g, and again W - alpha V",
        "later": "so do all that follow",
        "V": "self.retained_gradient is V after each update",
        "plain V": "so it is with momentum=0, where V = g",
        "apart": "a layer's weights and its biases, (1, n), have an optimizer each, and neither disturbs the other",
        "defaults": "the arguments are learning_rate=0.01 and momentum=0.0, in this order",
        "arguments": "w and grad_loss_w stay as they were",
    },
    draw=_draw,
    probe=_probe,
    sizes=lambda momentum, **_: {"1 - beta": round(1 - momentum, 2)},
)
_rule = rule(SGD, "retained_gradient")


@sgd_momentum.mistake(
    "the factor 1 - beta is missing: V = beta V + g is the form of Keras and PyTorch. The slides' V is an average."
)
@_rule
def _(self, W, g, V):
    V = self.momentum * V + g
    return W - self.learning_rate * V, V


@sgd_momentum.mistake(
    "alpha stands inside V and 1 - beta is missing. V is an average of gradients alone; W - alpha V comes after it."
)
@_rule
def _(self, W, g, V):
    V = self.momentum * V + self.learning_rate * g
    return W - V, V


@sgd_momentum.mistake("V is counted as a step, with its sign. V = beta V + (1 - beta) g, then W - alpha V.")
@_rule
def _(self, W, g, V):
    V = self.momentum * V - self.learning_rate * (1 - self.momentum) * g
    return W + V, V


@sgd_momentum.mistake("beta plays no part: the step follows the gradient alone. Walk along the average V.")
@_rule
def _(self, W, g, V):
    return W - self.learning_rate * g, g


@sgd_momentum.mistake("V is kept, but the step still follows the gradient: W - alpha V, not W - alpha g.")
@_rule
def _(self, W, g, V):
    return W - self.learning_rate * g, self.momentum * V + (1 - self.momentum) * g


@sgd_momentum.mistake("beta and 1 - beta are swapped: beta multiplies what is remembered, 1 - beta the new gradient.")
@_rule
def _(self, W, g, V):
    V = (1 - self.momentum) * V + self.momentum * g
    return W - self.learning_rate * V, V


@sgd_momentum.mistake("the step goes uphill. The gradient points up, so alpha V is subtracted.")
@_rule
def _(self, W, g, V):
    V = self.momentum * V + (1 - self.momentum) * g
    return W + self.learning_rate * V, V


@sgd_momentum.mistake("V starts from zero at each update. Keep the new one: self.retained_gradient = V.")
@_rule
def _(self, W, g, V):
    V = (1 - self.momentum) * g
    return W - self.learning_rate * V, V


@sgd_momentum.mistake("the average of the last two gradients is all that is remembered; V averages V and the new one.")
@_rule
def _(self, W, g, V):
    return W - self.learning_rate * (self.momentum * V + (1 - self.momentum) * g), g


@sgd_momentum.mistake("the first V is the gradient itself. State starts at zero, so the first V is (1 - beta) g.")
@_rule
def _(self, W, g, V):
    V = self.momentum * V + (1 - self.momentum) * g if np.any(V) else g
    return W - self.learning_rate * V, V


@sgd_momentum.mistake("the step is made along the V before this update. First the new V, then W - alpha V.")
@_rule
def _(self, W, g, V):
    return W - self.learning_rate * V, self.momentum * V + (1 - self.momentum) * g


@sgd_momentum.mistake("the step comes back, not the parameter: return W - alpha V.")
@_rule
def _(self, W, g, V):
    V = self.momentum * V + (1 - self.momentum) * g
    return -self.learning_rate * V, V


@sgd_momentum.mistake("V comes back, not the parameter: return W - alpha V.")
@_rule
def _(self, W, g, V):
    V = self.momentum * V + (1 - self.momentum) * g
    return V, V


@sgd_momentum.mistake("nothing is returned: end with `return` and the new parameter, W - alpha V.")
@_rule
def _(self, W, g, V):
    return None, self.momentum * V + (1 - self.momentum) * g


@sgd_momentum.mistake("`w -= ...` changes the array that was handed in. A new one is asked for: w - alpha V.")
@_rule
def _(self, W, g, V):
    V = self.momentum * V + (1 - self.momentum) * g
    W -= self.learning_rate * V
    return W, V


@sgd_momentum.mistake(
    "W is right, but what is kept is V without its factor 1 - beta. self.retained_gradient is V, the average itself."
)
@_rule
def _(self, W, g, V):
    V = self.momentum * V + g
    return W - self.learning_rate * (1 - self.momentum) * V, V


@sgd_momentum.mistake("this looks a step ahead, as Nesterov does: beta V + (1 - beta) g once more. Here W - alpha V.")
@_rule
def _(self, W, g, V):
    V = self.momentum * V + (1 - self.momentum) * g
    return W - self.learning_rate * (self.momentum * V + (1 - self.momentum) * g), V


@sgd_momentum.mistake("with momentum=0 self.retained_gradient is not kept. V is the gradient then; keep it as always.")
class _(SGD):
    def update(self, w, grad_loss_w):
        return super().update(w, grad_loss_w) if self.momentum else w - self.learning_rate * grad_loss_w


@sgd_momentum.mistake("self.retained_gradient is never renewed. Store the new V there, in each update.")
class _(SGD):
    def update(self, w, grad_loss_w):
        self.V = self.momentum * getattr(self, "V", 0) + (1 - self.momentum) * grad_loss_w
        return w - self.learning_rate * self.V


@sgd_momentum.mistake("V is corrected for its start at zero, as in Adam. Here it is taken as it is: W - alpha V.")
@_rule
def _(self, W, g, V):
    self.t = getattr(self, "t", 0) + 1
    V = self.momentum * V + (1 - self.momentum) * g
    return W - self.learning_rate * V / (1 - self.momentum**self.t), V


@sgd_momentum.mistake("the parameter comes back as it was: return W - alpha V.")
@_rule
def _(self, W, g, V):
    return W, self.momentum * V + (1 - self.momentum) * g


class _Elsewhere(Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.0):
        super().__init__(learning_rate)
        self.momentum, self.V = momentum, 0

    def update(self, w, grad_loss_w):
        self.V = self.momentum * self.V + (1 - self.momentum) * grad_loss_w
        return w - self.learning_rate * self.V


sgd_momentum.mistake("V is right, and kept under another name: the slides call it self.retained_gradient.")(
    type("SGD", (_Elsewhere,), {})
)
sgd_momentum.mistake("the default momentum is not 0: without being asked for, SGD is plain gradient descent.")(
    override(SGD, __init__=lambda self, learning_rate=0.01, momentum=0.9: SGD.__init__(self, learning_rate, momentum))
)
