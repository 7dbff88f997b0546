"""Exercise: train one model by several algorithms and learning rates, so that nothing else differs.

Starting weights are random and everyone may draw them in another way, so no loss can be foretold. The probe therefore
sets problems on which every right comparison shares some property, whatever the weights are:

    one picture, many times over   a batch is like any other, so the loss falls as the algorithm steps: momentum speeds
                                   up, RMSprop slows down; and the accuracy is 0 or 1
    validated on blank pictures,   all answers are alike, so the accuracy is 1/10, and categorical cross-entropy is at
    one of each label              least log 10
    one batch an epoch             the first loss was measured before the first step: the loss of the start
    a learning rate of 0           nothing moves

What is expected comes from nnkit's own network and optimizers. Keras has no part in it, and no seconds are lost.
"""

import numpy as np

import nnkit
from nnkit.checks.exercise import Exercise
from nnkit.checks.mnist.algorithms import make_optimizer
from nnkit.checks.mnist.models import build_model
from nnkit.data import Dataset
from nnkit.metrics import accuracy

__all__ = ["compare_algorithms"]

KEYS = ("accuracy", "loss", "val_accuracy", "val_loss")
EPOCHS = 4


def _compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Train a new network, with the same starting weights, for each name and rate: {(name, rate): history}."""
    start = _network().get_weights()
    return {
        (name, rate): _history(_network(name, rate, start), x, y, x_val, y_val, epochs, batch_size)
        for name in names
        for rate in learning_rates
    }


_compare_algorithms.__name__ = "compare_algorithms"


def _network(name="sgd", rate=0.0, weights=None, seed=0, loss=nnkit.CategoricalCrossEntropy):
    """Return nnkit's network 784-100-10; the weights are those given, or drawn with the seed."""
    optimizers = {
        "sgd": nnkit.SGD(rate),
        "sgd_momentum": nnkit.SGD(10 * rate, momentum=0.9),  # the slides' form: ten times the rate for Keras's steps
        "rmsprop": nnkit.RMSProp(rate),
        "adam": nnkit.Adam(rate),
        "adagrad": nnkit.Adagrad(rate),
    }
    network = nnkit.NeuralNetwork(optimizer=optimizers[name], loss=loss, metric=accuracy, random_state=seed)
    network.add(nnkit.DenseLayer(100, (784,))).add(nnkit.ReLUActivation())
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
    """Draw a picture, its label, ten more to learn, and two algorithms of different gait in any order."""
    return {
        "names": [str(name) for name in rng.permutation(["rmsprop", "sgd_momentum"])],
        "rate": float(rng.uniform(1e-5, 2e-5)),  # small: the loss falls on a straight line
        "picture": rng.random(784, dtype=np.float32),
        "label": int(rng.integers(10)),
        "ten": rng.random((10, 784), dtype=np.float32),
        "labels": rng.permutation(10),
    }


def _probe(answer, names, rate, picture, label, ten, labels):
    ten_labels = np.eye(10, dtype=np.float32)
    x, y = np.tile(picture, (64, 1)), np.tile(ten_labels[label], (64, 1))
    blank = np.zeros((10, 784), np.float32)
    given = [array.copy() for array in (x, y, blank, ten_labels)]
    histories = answer(list(names), [rate, 0.0], *given, EPOCHS)
    yield "keys", _keys(histories)
    yield "histories", _kinds(histories.values())
    yield "epochs", [np.size(history[key]) for history in histories.values() for key in KEYS]
    moved, still = ([histories[name, r] for name in names] for r in (rate, 0.0))
    yield "data", _data(still)
    yield "loss", _loss(still)
    learnt = answer(["adam"], [0.01], ten, ten_labels[labels], ten, ten_labels[labels], 8, batch_size=2)
    yield "batches", _batches(learnt["adam", 0.01])
    yield "start", _starts([history["loss"][0] for pair in zip(moved, still, strict=True) for history in pair])
    yield "rates", [int(np.ptp(history["loss"]) > 1e-5) for history in moved + still]
    yield "gait", ", ".join(f"{name} {_gait(history['loss'])}" for name, history in zip(names, moved, strict=True))
    yield "learns", "learnt" if learnt["adam", 0.01]["loss"][-1] < 0.2 else "not learnt"
    yield "arguments", all(map(np.array_equal, given, (x, y, blank, ten_labels)))


def _keys(histories):
    """Return the keys as text, in one order; the type, if it is no dictionary."""
    if not isinstance(histories, dict):
        return f"no dictionary, but {type(histories).__name__}"
    return " ".join(sorted(map(_key, histories)))


def _key(key):
    """Return a key as text, rounded: a rate may come as a number of any type."""
    parts = key if isinstance(key, tuple) else (key,)
    return f"({', '.join(repr(str(p)) if isinstance(p, str) else f'{float(p):.3g}' for p in parts)})"


def _kinds(histories):
    """Return what the values are: dictionaries, and with which of the four keys."""
    kinds = {
        f"dict with {', '.join(key for key in KEYS if key in history)}"
        if isinstance(history, dict)
        else type(history).__name__
        for history in histories
    }
    return " or ".join(sorted(kinds))


def _data(histories):
    """Say on what a model was trained and on what it was validated, from the accuracies; its weights stay still."""
    names = {0.0: "x", 1.0: "x", 0.1: "x_val"}
    trained, validated = (
        {names.get(round(float(history[key][-1]), 4), "something else") for history in histories}
        for key in ("accuracy", "val_accuracy")
    )
    return f"trained on {' and '.join(sorted(trained))}, validated on {' and '.join(sorted(validated))}"


def _loss(histories):
    """Name the loss: cross-entropy is at least log 10, and not far above it where weights are small."""
    losses = [float(history["val_loss"][-1]) for history in histories]
    return " ".join("cross-entropy" if np.log(10) - 1e-3 <= loss < 4 else f"{loss:.2g}" for loss in losses)


def _batches(history):
    """Say whether there was more than one update in an epoch.

    If there was one only, its loss was measured on the weights that the epoch before had ended, and validated, with.
    """
    one = np.allclose(history["loss"][1:3], history["val_loss"][:2], rtol=1e-3)
    return "one update an epoch" if one else "several updates an epoch"


def _starts(losses):
    """Return a letter for each loss, the same letter where losses are the same."""
    letters = []
    for loss in losses:
        alike = [letter for letter, other in zip(letters, losses, strict=False) if abs(loss - other) < 1e-4]
        letters.append(alike[0] if alike else "ABCD"[len(set(letters))])
    return " ".join(letters)


def _gait(losses):
    """Say how a loss falls on a straight slope, from how far it comes in three steps when the first is of length 1.

    Plain steps come to 3, with momentum 1 + 1.9 + 2.71; RMSprop's shrink, as its average forgets that it began with 0.
    """
    first, third = losses[0] - losses[1], losses[0] - losses[3]
    if abs(first) < 1e-5:
        return "stands still"
    return "speeds up" if third / first > 4.3 else "slows down" if third / first < 2.65 else "goes evenly"


compare_algorithms = Exercise(
    id="compare-algorithms",
    reference=_compare_algorithms,
    claims={
        "keys": "there is an entry for every pair (name, learning_rate)",
        "histories": "each is a dictionary of loss and accuracy, val_loss and val_accuracy",
        "epochs": "each has a number for every epoch",
        "data": "x is what a model learns from, x_val what it is validated on",
        "loss": "the loss is the categorical cross-entropy",
        "batches": "batch_size is used: ten examples in batches of 2 make several updates an epoch",
        "start": "every model starts from the same weights (below, a letter for each start)",
        "rates": "every model has its own learning rate: those with rate 0 stand still, the others move (0: still, 1: moves)",
        "gait": "every model is trained by the algorithm of its name: RMSprop's first steps slow down, momentum's speed up",
        "learns": "with Adam at 0.01, ten pictures are learnt by heart in eight epochs",
        "arguments": "the data stay as they were",
    },
    draw=_draw,
    probe=_probe,
    uses=(build_model, make_optimizer),
    rounds=1,
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
    "the models are validated on what they learn from, which says nothing on new digits: validation_data=(x_val, y_val)."
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


@_mistake("there is no accuracy in the histories: compile with metrics=['accuracy'].")
def _(*args, **kwargs):
    return _renamed(_compare_algorithms(*args, **kwargs), {"accuracy": None, "val_accuracy": None})


@_mistake("the accuracy goes by another name in the histories. It is named as you name it: metrics=['accuracy'].")
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
