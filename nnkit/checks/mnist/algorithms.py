"""Exercise: a name and a learning rate become an optimizer, judged by the steps that it takes."""

import re

import numpy as np

from nnkit.checks.exercise import Exercise

__all__ = ["CHOICES", "make_optimizer"]

CHOICES = ("sgd", "sgd_momentum", "rmsprop", "adam", "adagrad")


def _make_optimizer(name, learning_rate):
    """sgd: W <- W - alpha g. sgd_momentum: V <- 0.9 V - alpha g, W <- W + V (Keras's form). The rest as in Keras."""
    return _settings(name, learning_rate)


def _settings(name, learning_rate, momentum=0.9, **options):
    """Return the optimizer of a name; with a momentum other than it should have, or further options, a wrong one."""
    from nnkit.quietly import keras

    if name not in CHOICES:
        raise ValueError(f"name must be one of {', '.join(CHOICES)}; it is {name!r}.")
    kinds = {"rmsprop": keras.optimizers.RMSprop, "adam": keras.optimizers.Adam, "adagrad": keras.optimizers.Adagrad}
    if name == "sgd_momentum":
        options = {"momentum": momentum, **options}
    return kinds.get(name, keras.optimizers.SGD)(learning_rate, **options)


_make_optimizer.__name__ = "make_optimizer"


def _draw(rng):
    """Draw weights and a few gradients, from large to small, and two rates; and names that are no choice."""
    n_steps, n_weights = 5, 6
    sizes = np.geomspace(5, 0.05, n_steps)[:, None]
    return {
        "w": rng.normal(size=n_weights).astype(np.float32),
        "gradients": (sizes * rng.choice([-1, 1], size=n_weights) * rng.uniform(0.5, 1, (n_steps, n_weights))).astype(
            np.float32
        ),
        "rates": [float(rate) for rate in rng.uniform([0.02, 0.003], [0.05, 0.006])],
        "unknown": [str(name) for name in rng.permutation(["adamw", "sgd_nesterov", "quickprop", "Newton", "rms"])[:3]],
    }


def _probe(answer, w, gradients, rates, unknown):
    for name in CHOICES:
        yield name, np.array([_walk(answer(name, rate), w, gradients) for rate in rates])
    came = [_outcome(answer, name, rates[0]) for name in unknown]
    yield "unknown", " ".join("ValueError" if isinstance(it, ValueError) else type(it).__name__ for it in came)
    named = [{choice for choice in CHOICES if re.search(rf"\b{choice}\b", str(it))} for it in came]
    yield "choices", ", ".join(choice for choice in CHOICES if all(choice in names for names in named)) or "none"


def _walk(optimizer, w, gradients):
    """Return where the optimizer takes w, step by step."""
    from nnkit.quietly import keras

    variable, path = keras.Variable(w), []
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
        path.append(np.array(variable))
    return np.array(path) - w  # how far, so that a step is not lost beside the weight


def _outcome(answer, name, rate):
    """Return the error that a name brings about; where there is none, what came in its place."""
    try:
        return answer(name, rate)
    except Exception as error:
        return error


make_optimizer = Exercise(
    id="make-optimizer",
    reference=_make_optimizer,
    claims={
        "sgd": '"sgd" goes down the gradient, without momentum: W <- W - alpha g',
        "sgd_momentum": '"sgd_momentum" is SGD with momentum 0.9',
        "rmsprop": '"rmsprop" takes the steps of RMSprop with the learning rate given',
        "adam": '"adam" takes the steps of Adam',
        "adagrad": '"adagrad" takes the steps of Adagrad',
        "unknown": "another name raises ValueError",
        "choices": "its message names every choice",
    },
    draw=_draw,
    probe=_probe,
    rounds=2,
)

_mistake = make_optimizer.mistake


@_mistake("the learning rate is not handed on, so Keras takes its own: learning_rate=learning_rate.")
def _(name, learning_rate):
    right = _make_optimizer(name, learning_rate)
    return type(right)(momentum=0.9) if name == "sgd_momentum" else type(right)()


@_mistake("the momentum is missing: keras.optimizers.SGD(learning_rate, momentum=0.9).")
def _(name, learning_rate):
    return _settings(name, learning_rate, momentum=0.0)


@_mistake("the momentum is not 0.9.")
def _(name, learning_rate):
    return _settings(name, learning_rate, momentum=0.99)


@_mistake("the momentum is not 0.9.")
def _(name, learning_rate):
    return _settings(name, learning_rate, momentum=0.5)


@_mistake('"sgd" has momentum too. Only "sgd_momentum" should.')
def _(name, learning_rate):
    return _make_optimizer("sgd_momentum" if name == "sgd" else name, learning_rate)


@_mistake("nesterov is another form of momentum, which looks ahead. Leave it out.")
def _(name, learning_rate):
    return _settings(name, learning_rate, **({"nesterov": True} if name == "sgd_momentum" else {}))


@_mistake(
    'the learning rate of "sgd_momentum" is a tenth of what was asked for. Keras\'s form V <- 0.9 V - alpha g takes '
    "longer steps than the slides', and the exercise means Keras's."
)
def _(name, learning_rate):
    return _make_optimizer(name, learning_rate / 10 if name == "sgd_momentum" else learning_rate)


@_mistake(
    "the decay of \"rmsprop\" is 0.999, as on the slide. RMSprop's usual decay is 0.9, and Keras's own: leave rho "
    "alone. Adam's second decay is the one that is 0.999."
)
def _(name, learning_rate):
    return _settings(name, learning_rate, **({"rho": 0.999} if name == "rmsprop" else {}))


@_mistake("every name gives Adam: choose by `name`.")
def _(name, learning_rate):
    _make_optimizer(name, learning_rate)
    return _make_optimizer("adam", learning_rate)


@_mistake('"rmsprop" gives Adam.')
def _(name, learning_rate):
    return _make_optimizer("adam" if name == "rmsprop" else name, learning_rate)


@_mistake('"adagrad" gives Adam.')
def _(name, learning_rate):
    return _make_optimizer("adam" if name == "adagrad" else name, learning_rate)


@_mistake("an unknown name gets an optimizer all the same. Raise ValueError for it, or a typing error goes unseen.")
def _(name, learning_rate):
    return _make_optimizer(name if name in CHOICES else "adam", learning_rate)


@_mistake("an unknown name returns None. Raise ValueError for it, so that the mistake is seen where it was made.")
def _(name, learning_rate):
    return _make_optimizer(name, learning_rate) if name in CHOICES else None


@_mistake(
    "an unknown name raises the KeyError of a dictionary. Look first (`if name not in ...`), and raise ValueError."
)
def _(name, learning_rate):
    return {choice: _make_optimizer(choice, learning_rate) for choice in CHOICES}[name]


@_mistake("the message of the ValueError does not name the choices: whoever mistyped one wants to see them.")
def _(name, learning_rate):
    if name not in CHOICES:
        raise ValueError("there is no such algorithm.")
    return _make_optimizer(name, learning_rate)


@_mistake("what is returned is a class. Call it with the learning rate, and return the optimizer that it makes.")
def _(name, learning_rate):
    return type(_make_optimizer(name, learning_rate))


@_mistake("what is returned is a name. Keras would take it, but with a learning rate of its own: make an optimizer.")
def _(name, learning_rate):
    _make_optimizer(name, learning_rate)
    return name


@_mistake("nothing is returned: end with `return` and the optimizer.")
def _(name, learning_rate):
    _make_optimizer(name, learning_rate)
