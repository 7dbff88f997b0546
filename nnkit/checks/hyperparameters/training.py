"""Exercise: train a model with the algorithm, the rate and the loss that fit.

The networks are so small, and start from weights so well known, that what they are after a few updates is known too:
another algorithm, rate, loss or number of updates leads elsewhere. Where there are several batches, all examples are
the same one, so that the order in which they come does not matter.
"""

import numpy as np

from nnkit.checks.hyperparameters.models import setup_model
from nnkit.checks.hyperparameters.stepwise import StepwiseExercise

__all__ = ["ALGORITHMS", "train_dnn", "train_dnn_exercise"]

ALGORITHMS = ("adam", "rmsprop", "sgd", "sgd_momentum")


def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """Train the model with Keras's optimizer `alg` at learning rate lr; return the History of loss and accuracy."""
    return _fit(model, _optimizer(alg, lr), _loss(model, Ytrain), Xtrain, Ytrain, epochs, batch_size)


def _fit(model, optimizer, loss, X, Y, epochs, batch_size, metrics=("accuracy",)):
    """Do what Keras's `fit` does, but for shuffling: that one is made for large data, and slow to begin."""
    from nnkit.quietly import keras

    model.compile(optimizer=optimizer, loss=loss, metrics=list(metrics))
    history = keras.callbacks.History()
    history.set_model(model)
    history.on_train_begin()
    for epoch in range(epochs):
        history.on_epoch_end(epoch, _one_epoch(model, X, Y, batch_size))
    return history


def _one_epoch(model, X, Y, batch_size):
    """Update once for each batch; return the means over all examples, {"loss": ..., "accuracy": ...}."""
    sums = {}
    for start in range(0, len(X), batch_size):
        x, y = X[start : start + batch_size], Y[start : start + batch_size]
        model.reset_metrics()  # which some versions of Keras do by themselves
        for name, value in model.train_on_batch(x, y, return_dict=True).items():
            sums[name] = sums.get(name, 0.0) + len(x) * float(value)
    return {name: value / len(X) for name, value in sums.items()}


def _optimizer(alg, lr):
    from nnkit.quietly import keras

    if alg not in ALGORITHMS:
        raise ValueError(f"alg must be one of {', '.join(ALGORITHMS)}; it is {alg!r}.")
    if alg == "sgd_momentum":
        return keras.optimizers.SGD(lr, momentum=0.9)
    return {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop, "sgd": keras.optimizers.SGD}[alg](lr)


def _loss(model, Y):
    """Return the loss for a sigmoid unit, for one-hot rows, or for integer labels."""
    if model.output_shape[-1] == 1:
        return "binary_crossentropy"
    one_hot = np.ndim(Y) == 2 and np.shape(Y)[1] > 1
    return "categorical_crossentropy" if one_hot else "sparse_categorical_crossentropy"


# ---- what is asked


def _draw(rng):
    """Draw a few examples in three classes and in two, one example that will be repeated, weights and rates."""
    labels = rng.permutation([0, 0, 1, 1, 1, 2, 2, 2, 2])
    return {
        "X": rng.normal(size=(9, 4)).astype("float32"),
        "labels": labels,
        "X_same": np.repeat(rng.uniform(0.5, 2, size=(1, 4)).astype("float32"), 150, axis=0),
        "label": int(rng.integers(2)),  # 0 or 1: what that means is for the model's output to say
        "several": _weights(rng, 3),
        "single": _weights(rng, 1),
        "lr": rng.uniform(0.05, 0.15, size=4).tolist(),
    }


def _weights(rng, n_outputs):
    """Return weights of a network 4-5-n; its hidden units start alive, and no output is sure of itself."""
    W1, W2 = rng.normal(size=(4, 5)) / 2, rng.normal(size=(5, n_outputs)) / 2
    return [W1, rng.uniform(0.5, 1, size=5), W2, rng.normal(size=n_outputs) / 4]


def _model(weights):
    model = setup_model([5], 0, 4, weights[2].shape[1])
    model.set_weights(weights)
    return model


def _probe(answer, X, labels, X_same, label, several, single, lr):
    one_hot, given = np.eye(3, dtype="float32")[labels], (X.copy(), labels.copy())
    model = _model(several)
    history = _history(answer(model, "sgd", lr[0], X, one_hot, 2))
    yield "history", _kept(history)
    yield "loss", _metrics(history)
    yield "sgd", _flat(model)

    model = _model(single)
    history = _history(answer(model, "sgd_momentum", 5 * lr[1], X, (labels == 2).astype("float32"), epochs=4))
    yield "binary", _metrics(history)[:, 0]
    yield "momentum", _flat(model)

    model = _model(several)
    history = _history(answer(model, "rmsprop", lr[2], *given, epochs=1))
    yield "sparse", _metrics(history)
    yield "rmsprop", _flat(model)

    model, column = _model(several), np.full((len(X_same), 1), label)
    history = _history(answer(model, "adam", lr[3], X_same, column, batch_size=50))
    yield "column", _metrics(history)[0, 0]
    yield "epochs", len(history["loss"])
    yield "adam", _flat(model)
    model = _model(several)
    answer(model, "sgd", lr[3] / 10, X_same, column, epochs=1)
    yield "batches", _flat(model)

    yield "alg", _refusal(answer, _model(several), X, one_hot)
    yield "arguments", [np.array_equal(X, given[0]), np.array_equal(labels, given[1])]


def _history(result):
    """Return what a History holds; of anything else, its kind."""
    return getattr(result, "history", None) or {f"a {type(result).__name__}": []}


def _kept(history):
    """Say what was kept of loss and accuracy; if one is missing, what there is."""
    names = [name for name in ("loss", "accuracy") if name in history]
    names = names if len(names) == 2 else list(history)
    return ", ".join(f"{name} of {len(history[name])} epochs" if history[name] else name for name in names)


def _metrics(history):
    """Return the losses and the accuracies, a row for each."""
    return np.array([history.get(key, [np.nan]) for key in ("loss", "accuracy")])


def _flat(model):
    return np.concatenate([array.ravel() for array in model.get_weights()])


def _refusal(answer, model, X, Y):
    """Say what comes of an algorithm that there is not."""
    try:
        answer(model, "newton", 0.1, X, Y, epochs=1)
    except Exception as error:
        return "ValueError" if isinstance(error, ValueError) else type(error).__name__
    return "no error"


train_dnn_exercise = StepwiseExercise(
    id="train-dnn",
    reference=train_dnn,
    claims={
        "history": "train_dnn returns Keras's History, with loss and accuracy of each epoch",
        "loss": "one-hot targets: the loss is categorical cross-entropy",
        "sgd": '"sgd" takes the steps of gradient descent, at the rate lr, with this very model',
        "binary": "a single output: the loss is binary cross-entropy",
        "momentum": '"sgd_momentum" has a momentum of 0.9',
        "sparse": "integer labels: the loss is sparse categorical cross-entropy",
        "rmsprop": '"rmsprop" takes the steps of RMSprop',
        "column": "integer labels may stand in a column, (n, 1)",
        "epochs": "there are 5 epochs where nothing else is said",
        "adam": '"adam" takes the steps of Adam, one for each batch of batch_size examples',
        "batches": "there are 64 examples in a batch where nothing else is said",
        "alg": "an algorithm that there is not raises a ValueError",
        "arguments": "Xtrain and Ytrain stay as they were",
    },
    draw=_draw,
    probe=_probe,
    rounds=1,
)


# ---- known mistakes


def _trained(model, alg, lr, X, Y, epochs, batch_size, optimizer=None, loss=None, metrics=("accuracy",)):
    """Train as above, but for what is given here."""
    optimizer, loss = optimizer or _optimizer(alg, lr), loss or _loss(model, Y)
    return _fit(model, optimizer, loss, X, Y, epochs, batch_size, metrics)


@train_dnn_exercise.mistake("nothing is returned: end with `return` and what model.fit returned.")
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    _trained(model, alg, lr, Xtrain, Ytrain, epochs, batch_size)


@train_dnn_exercise.mistake("the dictionary history.history is returned; return the History itself.")
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    return _trained(model, alg, lr, Xtrain, Ytrain, epochs, batch_size).history


@train_dnn_exercise.mistake("the model is returned; return the History that model.fit gives.")
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    _trained(model, alg, lr, Xtrain, Ytrain, epochs, batch_size)
    return model


@train_dnn_exercise.mistake('the accuracy is not measured: compile with metrics=["accuracy"].')
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    return _trained(model, alg, lr, Xtrain, Ytrain, epochs, batch_size, metrics=())


@train_dnn_exercise.mistake("epochs is not handed on to model.fit, which then trains for a single epoch.")
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    return _trained(model, alg, lr, Xtrain, Ytrain, 1, batch_size)


@train_dnn_exercise.mistake("there are always 5 epochs: hand epochs on to model.fit.")
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    return _trained(model, alg, lr, Xtrain, Ytrain, 5, batch_size)


@train_dnn_exercise.mistake("batch_size is not handed on to model.fit, which then takes 32 examples at a time.")
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    return _trained(model, alg, lr, Xtrain, Ytrain, epochs, 32)


@train_dnn_exercise.mistake("lr is not used: optimizers named by a word alone have Keras's own rates.")
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    usual = 0.01 if alg.startswith("sgd") else 0.001
    return _trained(model, alg, usual, Xtrain, Ytrain, epochs, batch_size)


@train_dnn_exercise.mistake("Adam is used, whatever alg says.")
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    return _trained(model, "adam", lr, Xtrain, Ytrain, epochs, batch_size)


@train_dnn_exercise.mistake('"sgd_momentum" has no momentum: it is SGD(lr, momentum=0.9).')
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    return _trained(model, alg.removesuffix("_momentum"), lr, Xtrain, Ytrain, epochs, batch_size)


@train_dnn_exercise.mistake('"sgd" has momentum: only "sgd_momentum" should.')
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    return _trained(
        model,
        alg.replace("_momentum", "") + "_momentum" if "sgd" in alg else alg,
        lr,
        Xtrain,
        Ytrain,
        epochs,
        batch_size,
    )


@train_dnn_exercise.mistake("the momentum is Nesterov's, which looks a step ahead: leave nesterov out.")
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    from nnkit.quietly import keras

    ahead = keras.optimizers.SGD(lr, momentum=0.9, nesterov=True) if alg == "sgd_momentum" else None
    return _trained(model, alg, lr, Xtrain, Ytrain, epochs, batch_size, optimizer=ahead)


@train_dnn_exercise.mistake("the loss is categorical cross-entropy always; a single output needs the binary one.")
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    return _trained(model, alg, lr, Xtrain, Ytrain, epochs, batch_size, loss="categorical_crossentropy")


@train_dnn_exercise.mistake(
    "the loss is binary cross-entropy always; classes that exclude each other need the categorical one."
)
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    return _trained(model, alg, lr, Xtrain, Ytrain, epochs, batch_size, loss="binary_crossentropy")


@train_dnn_exercise.mistake(
    "the loss is sparse categorical cross-entropy always; that is for integer labels of several classes."
)
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    return _trained(model, alg, lr, Xtrain, Ytrain, epochs, batch_size, loss="sparse_categorical_crossentropy")


@train_dnn_exercise.mistake("the loss is the mean squared error; probabilities of classes call for cross-entropy.")
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    return _trained(model, alg, lr, Xtrain, Ytrain, epochs, batch_size, loss="mse")


@train_dnn_exercise.mistake(
    "1-dimensional targets are taken for integer labels, also where the model has a single output: look at that first."
)
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    loss = "sparse_categorical_crossentropy" if Ytrain.ndim == 1 else None
    return _trained(model, alg, lr, Xtrain, Ytrain, epochs, batch_size, loss=loss)


@train_dnn_exercise.mistake(
    "a column of integer labels, (n, 1), is taken for one-hot rows. Those have a column for each class."
)
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    one_hot = model.output_shape[-1] > 1 and Ytrain.ndim == 2
    loss = "categorical_crossentropy" if one_hot else None
    return _trained(model, alg, lr, Xtrain, Ytrain, epochs, batch_size, loss=loss)


@train_dnn_exercise.mistake(
    "labels that are 0 and 1 get the binary loss, also where the model has several outputs: look at model.output_shape."
)
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    looks_binary = np.size(Ytrain) == len(Ytrain) and np.max(Ytrain) <= 1
    loss = "binary_crossentropy" if looks_binary else None
    return _trained(model, alg, lr, Xtrain, Ytrain, epochs, batch_size, loss=loss)


@train_dnn_exercise.mistake("a copy of the model is trained, so the model itself learns nothing.")
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    from nnkit.quietly import keras

    other = keras.models.clone_model(model)
    other.set_weights(model.get_weights())
    return _trained(other, alg, lr, Xtrain, Ytrain, epochs, batch_size)


@train_dnn_exercise.mistake(
    "an algorithm that there is not is let through: raise a ValueError for it, which names the four."
)
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    alg = alg if alg in ALGORITHMS else "adam"
    return _trained(model, alg, lr, Xtrain, Ytrain, epochs, batch_size)


@train_dnn_exercise.mistake(
    "a dictionary raises KeyError for a name that it does not have; raise a ValueError, which names the four."
)
def _(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    alg = {name: name for name in ALGORITHMS}[alg]
    return _trained(model, alg, lr, Xtrain, Ytrain, epochs, batch_size)
