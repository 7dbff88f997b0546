"""Exercise: train one model by several algorithms and learning rates, so that nothing else differs.

Starting weights are random and everyone may draw them in another way, so no loss can be foretold, it seems. But where
pictures are black, every input is 0: the hidden units are silent, and the biases of the last layer alone learn, from 0
on. What they learn depends on the algorithm, the rate and the batches, and on no weight. The probe sets two problems:

    black pictures, all of one label     the losses are known: log 10 first, and then what nnkit's optimizers make of it
    validated on a picture, same label   its log odds are those of a black one plus what the starting weights say of it:
                                         the same number for all models, if they start from the same weights
    ten pictures without a common pixel  Adam learns them in a few steps, whatever the weights, if labels stay with them
"""

import numpy as np

import nnkit
from nnkit.checks.eager import TrainingExercise
from nnkit.checks.mnist.algorithms import CHOICES, make_optimizer
from nnkit.checks.mnist.models import build_model
from nnkit.data import Dataset
from nnkit.metrics import accuracy

__all__ = ["compare_algorithms"]

KEYS = ("accuracy", "loss", "val_accuracy", "val_loss")
EPOCHS, N_BLACK = 3, 96
ONE_HOT = np.eye(10, dtype=np.float32)


def _compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Train a new network, with the same starting weights, for each name and rate: {(name, rate): history}."""
    start = _network().get_weights()
    return {
        (name, rate): _history(_network(name, rate, start), x, y, x_val, y_val, epochs, batch_size)
        for name in names
        for rate in learning_rates
    }


_compare_algorithms.__name__ = "compare_algorithms"


class _Adagrad(nnkit.Adagrad):
    """Keras's Adagrad, whose sum of squares begins with 0.1."""

    def update(self, w, grad_loss_w):
        if self.squared_gradient is None:
            self.squared_gradient = np.full_like(grad_loss_w, 0.1)
        return super().update(w, grad_loss_w)


def _network(name="sgd", rate=0.0, weights=None, seed=0, loss=nnkit.CategoricalCrossEntropy):
    """Return nnkit's network 784-30-10: fewer hidden units do for what is looked at here, and are faster.

    The weights are those given, or drawn with the seed.
    """
    optimizers = {
        "sgd": nnkit.SGD(rate),
        "sgd_momentum": nnkit.SGD(10 * rate, momentum=0.9),  # the slides' form: ten times the rate for Keras's steps
        "rmsprop": nnkit.RMSProp(rate),
        "adam": nnkit.Adam(rate),
        "adagrad": _Adagrad(rate),
    }
    network = nnkit.NeuralNetwork(optimizer=optimizers[name], loss=loss, metric=accuracy, random_state=seed)
    network.add(nnkit.DenseLayer(30, (784,))).add(nnkit.ReLUActivation())
    network.add(nnkit.DenseLayer(10)).add(nnkit.SoftmaxActivation())
    if weights is not None:
        network.set_weights(weights)
    return network


def _history(network, x, y, x_val, y_val, epochs, batch_size):
    """Train a network; return its history as Keras names it."""
    network.epochs, network.batch_size = epochs, batch_size
    network.fit(Dataset(x, y), Dataset(x_val, y_val))
    return {key.replace("metric", "accuracy"): values for key, values in network.history.items()}


# ---- the problems


def _draw(rng):
    """Draw two algorithms and a rate, a label and a picture of it, and labels of ten more pictures."""
    return {
        "names": [str(name) for name in rng.permutation(CHOICES)[:2]],
        "rate": int(rng.integers(50, 100)) / 1000,
        "label": int(rng.integers(1, 9)),  # not the first or last class, one of which counts as largest of equals
        "picture": rng.random((1, 784), dtype=np.float32),
        "labels": rng.permutation(10),
    }


def _probe(answer, names, rate, label, picture, labels):
    data = np.zeros((N_BLACK, 784), np.float32), ONE_HOT[[label] * N_BLACK], picture, ONE_HOT[[label]]
    given, asked = [array.copy() for array in data], (list(names), [0.0, rate])
    histories = answer(*asked, *given, EPOCHS, batch_size=N_BLACK)
    yield "keys", _keys(histories)
    yield "histories", _kinds(histories.values())
    yield "epochs", [np.size(history[key]) for history in histories.values() for key in KEYS]
    pairs = [histories[name, r] for name in names for r in (0.0, rate)]
    yield "loss", _loss(pairs[0])
    yield "validation", "x" if np.isclose(pairs[0]["val_loss"][0], pairs[0]["loss"][0]) else "x_val"
    yield "rates", [int(np.ptp(history["loss"]) > 1e-3) for history in pairs]
    yield "steps", np.array([[history["loss"], history["accuracy"]] for history in pairs[1::2]])
    yield "start", _starts(pairs)
    learnt = _learn(answer, ONE_HOT[labels])
    yield "batches", "one" if np.allclose(learnt["loss"][1:3], learnt["val_loss"][:2], rtol=1e-3) else "several"
    yield "learns", "learnt" if learnt["val_accuracy"][-1] == 1 and learnt["val_loss"][-1] < 0.2 else "not learnt"
    yield "arguments", asked == (list(names), [0.0, rate]) and all(map(np.array_equal, given, data))


def _learn(answer, ten_labels):
    """Return the history of ten pictures, each of which is bright where the others are black; x has ten copies."""
    ten = np.pad(np.repeat(np.eye(10, dtype=np.float32), 78, axis=1), ((0, 0), (2, 2)))
    x, y = np.tile(ten, (10, 1)), np.tile(ten_labels, (10, 1))
    return answer(["adam"], [0.01], x, y, ten, ten_labels, 6)["adam", 0.01]


def _keys(histories):
    """Return the keys as text, in one order; the type, if it is no dictionary."""
    if not isinstance(histories, dict):
        return f"no dictionary, but {type(histories).__name__}"
    return " ".join(sorted(map(_key, histories)))


def _key(key):
    """Return a key as text: ('adam', 0.1), whatever type the text and the number have."""
    parts = key if isinstance(key, tuple) else (key,)
    return f"({', '.join(repr(str(p)) if isinstance(p, str) else format(p) for p in parts)})"


def _kinds(histories):
    """Return what the values are: dictionaries, and with which of the four keys."""
    kinds = {
        f"dict with {', '.join(key for key in KEYS if key in history)}"
        if isinstance(history, dict)
        else type(history).__name__
        for history in histories
    }
    return " or ".join(sorted(kinds))


def _loss(history):
    """Name the loss, from what it is on black pictures before anything is learnt: every class has 1/10."""
    losses = {
        "categorical cross-entropy": np.log(10),
        "binary cross-entropy": np.log(10) / 10 - 0.9 * np.log(0.9),
        "mean squared error": (0.9**2 + 9 * 0.1**2) / 10,
    }
    named = [name for name, loss in losses.items() if np.isclose(history["loss"][0], loss, rtol=1e-4)]
    return named[0] if named else "another loss, or other pictures"


def _starts(histories):
    """Return a letter for each model, the same letter where the starting weights are the same.

    With one update an epoch, the loss of an epoch and the validation loss of the epoch before belong to the same
    weights. Each is that of a single picture, so exp(-loss) is the probability of its label.
    """
    said = [_log_odds(history["val_loss"][0]) - _log_odds(history["loss"][1]) for history in histories]
    letters = []
    for one in said:
        alike = [letter for letter, other in zip(letters, said, strict=False) if abs(one - other) < 1e-4]
        letters.append(alike[0] if alike else "ABCD"[len(set(letters))])
    return " ".join(letters)


def _log_odds(loss):
    """Return log(p / (1 - p)) of the probability p = exp(-loss)."""
    return -loss - np.log(-np.expm1(-loss))


compare_algorithms = TrainingExercise(
    id="compare-algorithms",
    reference=_compare_algorithms,
    claims={
        "keys": "there is an entry for every pair (name, learning_rate)",
        "histories": "each is a dictionary of loss and accuracy, val_loss and val_accuracy",
        "epochs": "each has a number for every epoch",
        "loss": "the models learn from x and y, and the loss is the categorical cross-entropy",
        "validation": "they are validated on x_val and y_val",
        "rates": "every model has its own learning rate: with 0 it stands still, else it moves (0: still, 1: moves)",
        "steps": "every model is trained by the algorithm of its name, from its first step on, one step for each batch "
        "(below, loss and accuracy of two models)",
        "start": "every model starts from the same weights (below, a letter for each start)",
        "batches": "without batch_size, 100 examples make several batches",
        "learns": "with Adam at 0.01, ten simple pictures are learnt by heart in six epochs",
        "arguments": "the arguments stay as they were",
    },
    draw=_draw,
    probe=_probe,
    uses=(build_model, make_optimizer),
    rounds=1,
    seconds=3,
)

_mistake = compare_algorithms.mistake


def _trained(names, rates, data, epochs, batch_size, network):
    """Compare in the right order, each time with the network that `network(name, rate)` gives."""
    return {(name, rate): _history(network(name, rate), *data, epochs, batch_size) for name in names for rate in rates}


@_mistake(
    "one model is trained on and on, so the second algorithm starts where the first one stopped. Build a new model "
    "in the inner loop, and give it the starting weights."
)
def _(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    histories, weights = {}, None
    for name in names:
        for rate in learning_rates:
            network = _network(name, rate, weights)
            histories[name, rate] = _history(network, x, y, x_val, y_val, epochs, batch_size)
            weights = network.get_weights()
    return histories


@_mistake(
    "every model starts from random weights of its own, so luck is compared too. Keep the first model's get_weights() "
    "and hand it to each with set_weights."
)
def _(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    seeds = iter(range(len(names) * len(learning_rates)))
    data = (x, y, x_val, y_val)
    return _trained(names, learning_rates, data, epochs, batch_size, lambda n, r: _network(n, r, seed=next(seeds)))


@_mistake("the starting weights are drawn anew for each algorithm. Draw them once, before both loops.")
def _(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    data = (x, y, x_val, y_val)
    return _trained(
        names, learning_rates, data, epochs, batch_size, lambda n, r: _network(n, r, seed=list(names).index(n))
    )


@_mistake("the starting weights are drawn anew for each learning rate. Draw them once, before both loops.")
def _(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    data = (x, y, x_val, y_val)
    return _trained(
        names, learning_rates, data, epochs, batch_size, lambda n, r: _network(n, r, seed=list(learning_rates).index(r))
    )


@_mistake(
    "the models are validated on what they learn from, which says nothing on new digits. It should be: "
    "validation_data=(x_val, y_val)."
)
def _(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    return _compare_algorithms(names, learning_rates, x, y, x, y, epochs, batch_size)


@_mistake("training and validation data are exchanged: fit(x, y), validation_data=(x_val, y_val).")
def _(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    return _compare_algorithms(names, learning_rates, x_val, y_val, x, y, epochs, batch_size)


@_mistake("the models learn from the validation data as well, which are then no longer new to them.")
def _(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    both = np.concatenate([x, x_val]), np.concatenate([y, y_val])
    return _compare_algorithms(names, learning_rates, *both, x_val, y_val, epochs, batch_size)


UNNAMED = "there is no accuracy of this name in the histories: compile with metrics=['accuracy'], and it has it."


@_mistake(UNNAMED)
def _(*args, **kwargs):
    return _renamed(_compare_algorithms(*args, **kwargs), {"accuracy": None, "val_accuracy": None})


@_mistake(UNNAMED)
def _(*args, **kwargs):
    return _renamed(_compare_algorithms(*args, **kwargs), {"accuracy": "acc", "val_accuracy": "val_acc"})


@_mistake("nothing is validated: fit needs validation_data=(x_val, y_val).")
def _(*args, **kwargs):
    return _renamed(_compare_algorithms(*args, **kwargs), {"val_loss": None, "val_accuracy": None})


def _renamed(histories, names):
    """Return histories with some keys renamed; those renamed to None are left out."""
    return {
        key: {names.get(k, k): values for k, values in history.items() if names.get(k, k)}
        for key, history in histories.items()
    }


@_mistake("the loss is the mean squared error. For classes: loss='categorical_crossentropy'.")
def _(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    return _with_loss(nnkit.MeanSquaredError, names, learning_rates, (x, y, x_val, y_val), epochs, batch_size)


@_mistake(
    "the loss is the binary cross-entropy, which takes each class as a question of its own. For one class out of ten: "
    "loss='categorical_crossentropy'."
)
def _(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    return _with_loss(nnkit.BinaryCrossEntropy, names, learning_rates, (x, y, x_val, y_val), epochs, batch_size)


def _with_loss(loss, names, rates, data, epochs, batch_size):
    start = _network().get_weights()
    return _trained(names, rates, data, epochs, batch_size, lambda n, r: _network(n, r, start, loss=loss))


@_mistake("epochs is not used: there is one epoch, Keras's own choice. Hand it on: epochs=epochs.")
def _(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    return _compare_algorithms(names, learning_rates, x, y, x_val, y_val, 1, batch_size)


@_mistake("batch_size is not used: batches have 32 examples, Keras's own choice. Hand it on: batch_size=batch_size.")
def _(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    return _compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, 32)


@_mistake("batch_size is not used: batches have always 64 examples. Hand it on: batch_size=batch_size.")
def _(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    return _compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, 64)


@_mistake(
    "the learning rate of the key is not the one that the model is trained with. Inside the inner loop: "
    "make_optimizer(name, learning_rate)."
)
def _(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    start, data = _network().get_weights(), (x, y, x_val, y_val)
    return _trained(
        names, learning_rates, data, epochs, batch_size, lambda n, r: _network(n, max(learning_rates), start)
    )


@_mistake("every name is trained by the same algorithm. Inside the loops: make_optimizer(name, learning_rate).")
def _(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    start, data = _network().get_weights(), (x, y, x_val, y_val)
    return _trained(names, learning_rates, data, epochs, batch_size, lambda n, r: _network("adam", r, start))


@_mistake("names and rates are gone through side by side. Every name needs every rate: one loop inside the other.")
def _(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    histories = _compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size)
    return {key: histories[key] for key in zip(names, learning_rates, strict=False)}


@_mistake("the keys are the wrong way round: (name, learning_rate).")
def _(*args, **kwargs):
    return {(rate, name): history for (name, rate), history in _compare_algorithms(*args, **kwargs).items()}


@_mistake("the keys are names only, so each rate replaces the one before: histories[name, learning_rate] = ...")
def _(*args, **kwargs):
    return {name: history for (name, _), history in _compare_algorithms(*args, **kwargs).items()}


class History:
    """What Keras's fit returns, as far as a check looks at it."""

    def __init__(self, history):
        self.history = history


@_mistake("the values are what fit returns, History objects. Their dictionaries are asked for: fit(...).history.")
def _(*args, **kwargs):
    return {key: History(history) for key, history in _compare_algorithms(*args, **kwargs).items()}


@_mistake("only the first pair is there: `return` stands inside a loop. Move it to the left, behind both loops.")
def _(*args, **kwargs):
    return dict(list(_compare_algorithms(*args, **kwargs).items())[:1])


@_mistake("nothing is returned: end with `return` and the dictionary.")
def _(*args, **kwargs):
    _compare_algorithms(*args, **kwargs)
