"""Exercises: RMSProp, Adam and Adagrad, which divide each entry's step by the size of its gradients."""

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
    still,
)
from nnkit.optimizer import Adagrad, Adam, RMSProp

__all__ = ["adagrad", "adam", "rmsprop"]

SMALL = 1e-7  # a gradient as small as the default epsilon shows it
DEFAULTS = {
    RMSProp: {"learning_rate": 0.001, "beta": 0.9, "epsilon": 1e-7},
    Adam: {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
    Adagrad: {"learning_rate": 0.01, "epsilon": 1e-7},
}


def _exercise(exercise_id, reference, claims):
    """Return an exercise on one of the three; the claims that they share come after its own."""
    defaults = DEFAULTS[reference]

    def draw(rng):
        """Draw settings at which each of them matters: epsilon is as large as the gradients' averages are."""
        low = {"learning_rate": 0.1, "beta": 0.6, "beta_1": 0.6, "beta_2": 0.92, "epsilon": 0.3}
        high = {"learning_rate": 0.4, "beta": 0.9, "beta_1": 0.9, "beta_2": 0.98, "epsilon": 0.6}
        return draw_walk(rng) | {"settings": {name: rng.uniform(low[name], high[name]) for name in defaults}}

    def probe(answer, w, gradients, settings):
        yield from probe_updates(answer, w, gradients, settings)
        yield "still", end(answer(**settings | {"epsilon": 1e-7}), w, still(gradients))
        yield "apart", in_turns(answer, w, gradients, settings)
        yield "defaults", by_default(answer, SMALL * gradients, defaults)
        yield "arguments", are_unchanged(answer(**settings), w, gradients)

    names = ", ".join(f"{name}={value:g}" for name, value in defaults.items())
    shared = {
        "still": "an entry whose gradient is always 0 stays where it is, and is never nan",
        "apart": "a layer's weights and its biases, (1, n), have an optimizer each, and neither disturbs the other",
        "defaults": f"the arguments are {names}, in this order".replace("e-07", "e-7"),
        "arguments": "w and grad_loss_w stay as they were",
    }
    return Exercise(id=exercise_id, reference=reference, claims=claims | shared, draw=draw, probe=probe)


# ---- rmsprop

rmsprop = _exercise(
    "rmsprop",
    RMSProp,
    {
        "step 1": "a new optimizer starts with S = 0: first S = (1 - beta) g^2, then W - alpha g / (sqrt(S) + epsilon)",
        "step 2": "the second update remembers: S = beta S + (1 - beta) g^2",
        "later": "so do all that follow",
    },
)
_rmsprop_rule = rule(RMSProp, "squared_gradient")


def _scaled(self, g, S):
    """Return alpha g / (sqrt(S) + epsilon), the step that RMSProp and Adagrad share."""
    return self.learning_rate * g / (np.sqrt(S) + self.epsilon)


@rmsprop.mistake("epsilon stands under the root. The formula adds it after the root: sqrt(S) + epsilon.")
@_rmsprop_rule
def _(self, W, g, S):
    S = self.beta * S + (1 - self.beta) * g**2
    return W - self.learning_rate * g / np.sqrt(S + self.epsilon), S


@rmsprop.mistake("the root is missing: S has the size of g^2, its root that of g.")
@_rmsprop_rule
def _(self, W, g, S):
    S = self.beta * S + (1 - self.beta) * g**2
    return W - self.learning_rate * g / (S + self.epsilon), S


@rmsprop.mistake("the gradients are averaged, not their squares: S = beta S + (1 - beta) g^2.")
@_rmsprop_rule
def _(self, W, g, S):
    S = self.beta * S + (1 - self.beta) * g
    return W - _scaled(self, g, S), S


@rmsprop.mistake("the sizes |g| are averaged, not the squares: S = beta S + (1 - beta) g^2, and then its root.")
@_rmsprop_rule
def _(self, W, g, S):
    S = self.beta * S + (1 - self.beta) * np.abs(g)
    return W - self.learning_rate * g / (S + self.epsilon), S


@rmsprop.mistake("the squares are summed up, which is Adagrad. RMSProp averages: S = beta S + (1 - beta) g^2.")
@_rmsprop_rule
def _(self, W, g, S):
    S = S + g**2
    return W - _scaled(self, g, S), S


@rmsprop.mistake("the factor 1 - beta of the new square is missing, so S is no average: S = beta S + (1 - beta) g^2.")
@_rmsprop_rule
def _(self, W, g, S):
    S = self.beta * S + g**2
    return W - _scaled(self, g, S), S


@rmsprop.mistake("beta and 1 - beta are swapped: beta multiplies what is remembered, 1 - beta the new square.")
@_rmsprop_rule
def _(self, W, g, S):
    S = (1 - self.beta) * S + self.beta * g**2
    return W - _scaled(self, g, S), S


@rmsprop.mistake("S starts from zero at each update. Keep the new one in an attribute.")
@_rmsprop_rule
def _(self, W, g, S):
    S = (1 - self.beta) * g**2
    return W - _scaled(self, g, S), S


@rmsprop.mistake("the first S is g^2 itself. State starts at zero, so the first S is (1 - beta) g^2.")
@_rmsprop_rule
def _(self, W, g, S):
    S = self.beta * S + (1 - self.beta) * g**2 if np.any(S) else g**2
    return W - _scaled(self, g, S), S


@rmsprop.mistake("S is corrected for its start at zero, as in Adam. RMSProp takes it as it is.")
@_rmsprop_rule
def _(self, W, g, S):
    self.t = getattr(self, "t", 0) + 1
    S = self.beta * S + (1 - self.beta) * g**2
    return W - _scaled(self, g, S / (1 - self.beta**self.t)), S


@rmsprop.mistake("the step is divided by the S before this update. First the new S, then the step.")
@_rmsprop_rule
def _(self, W, g, S):
    return W - _scaled(self, g, S), self.beta * S + (1 - self.beta) * g**2


@rmsprop.mistake("epsilon is missing, or not the one asked for: the step is divided by sqrt(S) + self.epsilon.")
@_rmsprop_rule
def _(self, W, g, S):
    S = self.beta * S + (1 - self.beta) * g**2
    return W - self.learning_rate * g / np.sqrt(S), S


@rmsprop.mistake("alpha is divided, but g is missing: the step is alpha g / (sqrt(S) + epsilon).")
@_rmsprop_rule
def _(self, W, g, S):
    S = self.beta * S + (1 - self.beta) * g**2
    return W - _scaled(self, 1, S), S


@rmsprop.mistake("the step goes uphill. The gradient points up, so the step is subtracted.")
@_rmsprop_rule
def _(self, W, g, S):
    S = self.beta * S + (1 - self.beta) * g**2
    return W + _scaled(self, g, S), S


@rmsprop.mistake("one S serves all entries. Each entry has an S of its own: no mean and no sum over the array.")
@_rmsprop_rule
def _(self, W, g, S):
    S = self.beta * S + (1 - self.beta) * np.mean(g**2)
    return W - _scaled(self, g, S), S


@rmsprop.mistake("nothing is returned: end with `return` and the new parameter.")
@_rmsprop_rule
def _(self, W, g, S):
    return None, self.beta * S + (1 - self.beta) * g**2


@rmsprop.mistake("`w -= ...` changes the array that was handed in. A new one is asked for: w - ...")
@_rmsprop_rule
def _(self, W, g, S):
    S = self.beta * S + (1 - self.beta) * g**2
    W -= _scaled(self, g, S)
    return W, S


def _rmsprop_of(beta):
    def __init__(self, learning_rate=0.001, beta=beta, epsilon=1e-7):
        RMSProp.__init__(self, learning_rate, beta, epsilon)

    return override(RMSProp, __init__=__init__)


rmsprop.mistake("the default of beta is 0.999, as of Adam's second average. RMSProp's is 0.9.")(_rmsprop_of(0.999))
rmsprop.mistake("the default of beta is 0.99. The course's RMSProp has 0.9.")(_rmsprop_of(0.99))


# ---- adam

adam = _exercise(
    "adam",
    Adam,
    {
        "step 1": "first V^ = g and S^ = g^2, both corrected, and the result is W - alpha V^ / (sqrt(S^) + epsilon)",
        "step 2": "the second update remembers V and S; V^ = V / (1 - beta_1^2) and S^ = S / (1 - beta_2^2)",
        "step 3": "the third remembers too, and divides by 1 - beta_1^3 and 1 - beta_2^3",
        "later": "so do all that follow, with 1 - beta^t",
    },
)
_adam_rule = rule(Adam, "retained_gradient", "squared_gradient", "t")


def _averages(self, g, V, S):
    """Return V and S, moved on."""
    return self.beta_1 * V + (1 - self.beta_1) * g, self.beta_2 * S + (1 - self.beta_2) * g**2


def _corrected(self, V, S, t):
    """Return V^ and S^."""
    return V / (1 - self.beta_1**t), S / (1 - self.beta_2**t)


def _adam_step(self, V, S):
    return self.learning_rate * V / (np.sqrt(S) + self.epsilon)


@adam.mistake(
    "the bias correction is missing, as on the slide. Both averages start at zero and are too small at first: "
    "divide V by 1 - beta_1^t and S by 1 - beta_2^t."
)
@_adam_rule
def _(self, W, g, V, S, t):
    V, S = _averages(self, g, V, S)
    return W - _adam_step(self, V, S), V, S, t + 1


@adam.mistake("only V is corrected for its start at zero. S starts there too: divide it by 1 - beta_2^t.")
@_adam_rule
def _(self, W, g, V, S, t):
    V, S = _averages(self, g, V, S)
    return W - _adam_step(self, _corrected(self, V, S, t + 1)[0], S), V, S, t + 1


@adam.mistake("only S is corrected for its start at zero. V starts there too: divide it by 1 - beta_1^t.")
@_adam_rule
def _(self, W, g, V, S, t):
    V, S = _averages(self, g, V, S)
    return W - _adam_step(self, V, _corrected(self, V, S, t + 1)[1]), V, S, t + 1


@adam.mistake("t is 0 in the first update, and 1 - beta^0 is 0. Count from 1: raise t before it is used.")
@_adam_rule
def _(self, W, g, V, S, t):
    V, S = _averages(self, g, V, S)
    return W - _adam_step(self, *_corrected(self, V, S, t)), V, S, t + 1


@adam.mistake("the correction is always that of the first update: 1 - beta. The exponent t grows by 1 at each update.")
@_adam_rule
def _(self, W, g, V, S, t):
    V, S = _averages(self, g, V, S)
    return W - _adam_step(self, *_corrected(self, V, S, 1)), V, S, t


@adam.mistake("the correction has beta times t where it needs beta to the power of t: beta**t.")
@_adam_rule
def _(self, W, g, V, S, t):
    (V, S), t = _averages(self, g, V, S), t + 1
    return W - _adam_step(self, V / (1 - self.beta_1 * t), S / (1 - self.beta_2 * t)), V, S, t


@adam.mistake("the averages are multiplied by 1 - beta^t. They are too small at first, so divide.")
@_adam_rule
def _(self, W, g, V, S, t):
    (V, S), t = _averages(self, g, V, S), t + 1
    return W - _adam_step(self, V * (1 - self.beta_1**t), S * (1 - self.beta_2**t)), V, S, t


@adam.mistake(
    "the corrected averages are what is remembered, so they are corrected again and again. Keep V and S as they are; "
    "V^ and S^ are for this step only."
)
@_adam_rule
def _(self, W, g, V, S, t):
    V, S = _corrected(self, *_averages(self, g, V, S), t + 1)
    return W - _adam_step(self, V, S), V, S, t + 1


@adam.mistake(
    "epsilon is added before the root of S is corrected, as Keras does. Here S is corrected first: sqrt(S^) + epsilon."
)
@_adam_rule
def _(self, W, g, V, S, t):
    (V, S), t = _averages(self, g, V, S), t + 1
    rate = self.learning_rate * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
    return W - rate * V / (np.sqrt(S) + self.epsilon), V, S, t


@adam.mistake("epsilon stands under the root. The formula adds it after the root: sqrt(S^) + epsilon.")
@_adam_rule
def _(self, W, g, V, S, t):
    V, S = _averages(self, g, V, S)
    V_hat, S_hat = _corrected(self, V, S, t + 1)
    return W - self.learning_rate * V_hat / np.sqrt(S_hat + self.epsilon), V, S, t + 1


@adam.mistake("epsilon is missing, or not the one asked for: the step is divided by sqrt(S^) + self.epsilon.")
@_adam_rule
def _(self, W, g, V, S, t):
    V, S = _averages(self, g, V, S)
    V_hat, S_hat = _corrected(self, V, S, t + 1)
    return W - self.learning_rate * V_hat / np.sqrt(S_hat), V, S, t + 1


@adam.mistake("the root is missing: S^ has the size of g^2, its root that of g.")
@_adam_rule
def _(self, W, g, V, S, t):
    V, S = _averages(self, g, V, S)
    V_hat, S_hat = _corrected(self, V, S, t + 1)
    return W - self.learning_rate * V_hat / (S_hat + self.epsilon), V, S, t + 1


@adam.mistake(
    "the step follows the gradient, not its average: alpha V^ stands above the line, with V^ the corrected V."
)
@_adam_rule
def _(self, W, g, V, S, t):
    V, S = _averages(self, g, V, S)
    return W - _adam_step(self, g, _corrected(self, V, S, t + 1)[1]), V, S, t + 1


@adam.mistake("S averages V^2. It averages the squared gradients: S = beta_2 S + (1 - beta_2) g^2.")
@_adam_rule
def _(self, W, g, V, S, t):
    V, _ = _averages(self, g, V, S)
    S = self.beta_2 * S + (1 - self.beta_2) * V**2
    return W - _adam_step(self, *_corrected(self, V, S, t + 1)), V, S, t + 1


@adam.mistake(
    "beta_1 and beta_2 are swapped: beta_1 is V's, the average of gradients; beta_2 is S's, of their squares."
)
@_adam_rule
def _(self, W, g, V, S, t):
    V, S = self.beta_2 * V + (1 - self.beta_2) * g, self.beta_1 * S + (1 - self.beta_1) * g**2
    return W - _adam_step(self, V / (1 - self.beta_2 ** (t + 1)), S / (1 - self.beta_1 ** (t + 1))), V, S, t + 1


@adam.mistake("V and S start from zero at each update. Keep the new ones in attributes.")
@_adam_rule
def _(self, W, g, V, S, t):
    V, S = _averages(self, g, 0, 0)
    return W - _adam_step(self, *_corrected(self, V, S, t + 1)), V, S, t + 1


@adam.mistake("the step goes uphill. The averaged gradient points up, so the step is subtracted.")
@_adam_rule
def _(self, W, g, V, S, t):
    V, S = _averages(self, g, V, S)
    return W + _adam_step(self, *_corrected(self, V, S, t + 1)), V, S, t + 1


@adam.mistake("nothing is returned: end with `return` and the new parameter.")
@_adam_rule
def _(self, W, g, V, S, t):
    return None, *_averages(self, g, V, S), t + 1


@adam.mistake("`w -= ...` changes the array that was handed in. A new one is asked for: w - ...")
@_adam_rule
def _(self, W, g, V, S, t):
    V, S = _averages(self, g, V, S)
    W -= _adam_step(self, *_corrected(self, V, S, t + 1))
    return W, V, S, t + 1


def _adam_of(beta_2, epsilon):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=beta_2, epsilon=epsilon):
        Adam.__init__(self, learning_rate, beta_1, beta_2, epsilon)

    return override(Adam, __init__=__init__)


adam.mistake("the default of beta_2 is 0.99. Adam's second average is the longer one: 0.999.")(_adam_of(0.99, 1e-7))
adam.mistake("the default of epsilon is 1e-8, as in the paper. Here it is 1e-7, as in Keras.")(_adam_of(0.999, 1e-8))


# ---- adagrad

adagrad = _exercise(
    "adagrad",
    Adagrad,
    {
        "step 1": "a new optimizer starts with S = 0: first S = g^2, then W - alpha g / (sqrt(S) + epsilon)",
        "step 2": "the second update adds to what is remembered: S = S + g^2",
        "later": "so do all that follow",
    },
)
_adagrad_rule = rule(Adagrad, "squared_gradient")


@adagrad.mistake("epsilon stands under the root. The formula adds it after the root: sqrt(S) + epsilon.")
@_adagrad_rule
def _(self, W, g, S):
    S = S + g**2
    return W - self.learning_rate * g / np.sqrt(S + self.epsilon), S


@adagrad.mistake("the root is missing: S has the size of g^2, its root that of g.")
@_adagrad_rule
def _(self, W, g, S):
    S = S + g**2
    return W - self.learning_rate * g / (S + self.epsilon), S


@adagrad.mistake("the gradients are summed, not their squares, so both signs cancel: S = S + g^2.")
@_adagrad_rule
def _(self, W, g, S):
    S = S + g
    return W - _scaled(self, g, S), S


@adagrad.mistake("the sizes |g| are summed, not the squares: S = S + g^2, and then its root.")
@_adagrad_rule
def _(self, W, g, S):
    S = S + np.abs(g)
    return W - self.learning_rate * g / (S + self.epsilon), S


@adagrad.mistake("S is an average, 0.9 S + 0.1 g^2: that is RMSProp. Adagrad sums, S = S + g^2.")
@_adagrad_rule
def _(self, W, g, S):
    S = 0.9 * S + 0.1 * g**2
    return W - _scaled(self, g, S), S


@adagrad.mistake("S starts from zero at each update. Keep the sum in an attribute.")
@_adagrad_rule
def _(self, W, g, S):
    S = g**2
    return W - _scaled(self, g, S), S


@adagrad.mistake("the step is divided by the S before this update. First add g^2, then make the step.")
@_adagrad_rule
def _(self, W, g, S):
    return W - _scaled(self, g, S), S + g**2


@adagrad.mistake("S is divided by the number of updates, which makes a mean of it. Adagrad sums.")
@_adagrad_rule
def _(self, W, g, S):
    self.t = getattr(self, "t", 0) + 1
    S = S + g**2
    return W - _scaled(self, g, S / self.t), S


@adagrad.mistake("epsilon is missing, or not the one asked for: the step is divided by sqrt(S) + self.epsilon.")
@_adagrad_rule
def _(self, W, g, S):
    S = S + g**2
    return W - self.learning_rate * g / np.sqrt(S), S


@adagrad.mistake("one S serves all entries. Each entry has an S of its own: no mean and no sum over the array.")
@_adagrad_rule
def _(self, W, g, S):
    S = S + np.sum(g**2)
    return W - _scaled(self, g, S), S


@adagrad.mistake("the step goes uphill. The gradient points up, so the step is subtracted.")
@_adagrad_rule
def _(self, W, g, S):
    S = S + g**2
    return W + _scaled(self, g, S), S


@adagrad.mistake("nothing is returned: end with `return` and the new parameter.")
@_adagrad_rule
def _(self, W, g, S):
    return None, S + g**2


@adagrad.mistake("`w -= ...` changes the array that was handed in. A new one is asked for: w - ...")
@_adagrad_rule
def _(self, W, g, S):
    S = S + g**2
    W -= _scaled(self, g, S)
    return W, S
