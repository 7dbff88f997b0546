"""Answers to the four graded exercises of 06-hyperparameters, right and wrong, as students write them.

Each has the name that the exercise asks for, so that one name is defined again and again. In each exercise the right
answers come first, written in different ways; then the wrong ones, from the untouched cell to answers that are right
almost everywhere. Keras is imported when an answer is called, as the notebook has imported it before.

Where `dnn_optimization` calls `setup_model`, `train_dnn` and `sample_configuration`, these names mean the last answers
of their exercises here, which are wrong: the check has to lend it right ones.
"""
# ruff: noqa: F811 - in the notebook, too, each answer is a function of that one name

import random

import numpy as np

from coursekit.solutions import right, wrong

# ---- setup-model, right


@right("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """A Sequential model from a list of layers."""
    from nnkit.quietly import keras

    layers = [keras.Input(shape=(input_size,))]
    for units in topo:
        layers.append(keras.layers.Dense(units, activation="relu"))
        if dropout_rate > 0:
            layers.append(keras.layers.Dropout(dropout_rate))
    if output_size == 1:
        layers.append(keras.layers.Dense(1, activation="sigmoid"))
    else:
        layers.append(keras.layers.Dense(output_size, activation="softmax"))
    return keras.Sequential(layers)


@right("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """The functional way, and a dropout that may have a rate of 0."""
    from nnkit.quietly import keras

    inputs = keras.Input((input_size,))
    x = inputs
    for units in topo:
        x = keras.layers.Dense(units, "relu")(x)
        x = keras.layers.Dropout(dropout_rate)(x)
    outputs = keras.layers.Dense(output_size, "sigmoid" if output_size == 1 else "softmax")(x)
    return keras.Model(inputs, outputs)


@right("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Activations are layers of their own, dropout comes after them."""
    from nnkit.quietly import keras

    model = keras.Sequential()
    model.add(keras.Input((input_size,)))
    for units in topo:
        model.add(keras.layers.Dense(units))
        model.add(keras.layers.ReLU())
        if dropout_rate:
            model.add(keras.layers.Dropout(dropout_rate))
    model.add(keras.layers.Dense(output_size))
    model.add(keras.layers.Activation("sigmoid") if output_size == 1 else keras.layers.Softmax())
    return model


@right("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Dropout between dense layer and ReLU: as ReLU of 0 is 0 and it is proportional, the same comes out."""
    from nnkit.quietly import keras

    model = keras.Sequential([keras.layers.InputLayer(shape=(input_size,))])
    for units in topo:
        model.add(keras.layers.Dense(units, kernel_initializer="he_normal"))
        model.add(keras.layers.Dropout(dropout_rate))
        model.add(keras.layers.Activation(keras.activations.relu))
    model.add(keras.layers.Dense(output_size, [keras.activations.softmax, keras.activations.sigmoid][output_size == 1]))
    return model


@right("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Dropout is put before every layer but the first, which is the same place."""
    from nnkit.quietly import keras

    model = keras.Sequential(name="from_hyperparameters")
    model.add(keras.Input((input_size,), name="features"))
    for place, units in enumerate([*topo, output_size]):
        last = place == len(topo)
        if place > 0 and dropout_rate > 0:
            model.add(keras.layers.Dropout(dropout_rate))
        activation = "relu" if not last else "sigmoid" if units == 1 else "softmax"
        model.add(keras.layers.Dense(units, activation=activation))
    return model


@right("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """A recursion, and blocks that are models themselves."""
    from nnkit.quietly import keras

    def block(units):
        return keras.Sequential([keras.layers.Dense(units, "relu"), keras.layers.Dropout(dropout_rate)])

    def through(x, widths):
        return through(block(widths[0])(x), widths[1:]) if widths else x

    inputs = keras.Input((input_size,))
    last = {1: "sigmoid"}.get(output_size, "softmax")
    return keras.Model(inputs, keras.layers.Dense(output_size, last)(through(inputs, list(topo))))


@right("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """A class of its own, which is called once so that it has weights."""
    from nnkit.quietly import keras

    class Network(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = [keras.layers.Dense(units, "relu") for units in topo]
            self.drops = [keras.layers.Dropout(dropout_rate) for _ in topo]
            self.last = keras.layers.Dense(output_size, "sigmoid" if output_size == 1 else "softmax")

        def call(self, x, training=False):
            for dense, drop in zip(self.hidden, self.drops, strict=True):
                x = drop(dense(x), training=training)
            return self.last(x)

    network = Network()
    network(np.zeros((1, input_size), dtype="float32"))
    return network


@right("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """The seed is set first, and the list is used up, but a copy of it."""
    from nnkit.quietly import keras

    keras.utils.set_random_seed(1)
    left, x = list(topo), (inputs := keras.Input((int(input_size),)))
    while left:
        x = keras.layers.Dense(left.pop(0))(x)
        x = keras.ops.relu(x)
        x = keras.layers.Dropout(dropout_rate, seed=len(left))(x) if dropout_rate != 0 else x
    x = keras.layers.Dense(output_size)(x)
    return keras.Model(inputs, keras.ops.sigmoid(x) if output_size == 1 else keras.ops.softmax(x))


# ---- setup-model, wrong


def _network(hidden, output, input_size, output_size):
    """What most wrong answers below have in common: a model of the layers that `hidden` lists, and the last one."""
    from nnkit.quietly import keras

    return keras.Sequential([keras.Input((input_size,)), *hidden, keras.layers.Dense(output_size, activation=output)])


def _hidden(topo, dropout_rate, activation="relu", drop=None, **dense):
    """The hidden layers, each followed by dropout."""
    from nnkit.quietly import keras

    layers = []
    for units in topo:
        layers.append(keras.layers.Dense(units, activation=activation, **dense))
        layers.append((drop or keras.layers.Dropout)(dropout_rate))
    return layers


def _last(output_size):
    return "sigmoid" if output_size == 1 else "softmax"


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Not attempted: the cell as released."""
    raise NotImplementedError("setup_model is not written yet")


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Returns None."""
    _network(_hidden(topo, dropout_rate), _last(output_size), input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """The layers, and no model of them."""
    return _hidden(topo, dropout_rate)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """input_size is not used, so there are no weights yet."""
    from nnkit.quietly import keras

    return keras.Sequential([*_hidden(topo, dropout_rate), keras.layers.Dense(output_size, _last(output_size))])


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """A softmax of a single unit."""
    return _network(_hidden(topo, dropout_rate), "softmax", input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Sigmoids for several classes."""
    return _network(_hidden(topo, dropout_rate), "sigmoid", input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Sigmoid and softmax changed over."""
    return _network(_hidden(topo, dropout_rate), "softmax" if output_size == 1 else "sigmoid", input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Two outputs in place of one."""
    return _network(_hidden(topo, dropout_rate), "softmax", input_size, max(2, output_size))


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Logits are returned."""
    return _network(_hidden(topo, dropout_rate), None, input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Hidden layers are linear."""
    return _network(_hidden(topo, dropout_rate, None), _last(output_size), input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Hidden layers are almost ReLU."""
    return _network(_hidden(topo, dropout_rate, "leaky_relu"), _last(output_size), input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Only the first hidden layer is ReLU."""
    hidden = _hidden(topo[:1], dropout_rate) + _hidden(topo[1:], dropout_rate, "tanh")
    return _network(hidden, _last(output_size), input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """No biases."""
    return _network(_hidden(topo, dropout_rate, use_bias=False), _last(output_size), input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Two hidden layers, however many are asked for."""
    return _network(_hidden([topo[0], topo[-1]], dropout_rate), _last(output_size), input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """The last number of topo is left out where there are several."""
    return _network(_hidden(topo[: max(1, len(topo) - 1)], dropout_rate), _last(output_size), input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """In order of size."""
    return _network(_hidden(sorted(topo), dropout_rate), _last(output_size), input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """No dropout at all."""
    return _network(_hidden(topo, 0), _last(output_size), input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """A rate that is fixed, where there is one."""
    return _network(_hidden(topo, 0.2 if dropout_rate > 0 else 0), _last(output_size), input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Dropout once, after all hidden layers."""
    hidden = _hidden(topo[:-1], 0) + _hidden(topo[-1:], dropout_rate)
    return _network(hidden, _last(output_size), input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Dropout twice after each layer."""
    from nnkit.quietly import keras

    hidden = [
        twice for units in topo for twice in [*_hidden([units], dropout_rate), keras.layers.Dropout(dropout_rate)]
    ]
    return _network(hidden, _last(output_size), input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Gaussian dropout multiplies by noise, and silences nobody."""
    from nnkit.quietly import keras

    hidden = _hidden(topo, dropout_rate, drop=keras.layers.GaussianDropout)
    return _network(hidden, _last(output_size), input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Dropout in predictions, too."""
    from nnkit.quietly import keras

    def always(rate):
        return keras.layers.Lambda(lambda x: keras.random.dropout(x, rate) if rate else x)

    return _network(_hidden(topo, dropout_rate, drop=always), _last(output_size), input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """Compiled where it has a single output."""
    model = _network(_hidden(topo, dropout_rate), _last(output_size), input_size, output_size)
    model.compile("adam", "binary_crossentropy" if output_size == 1 else "categorical_crossentropy")
    return model


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """topo gets the output's size at its end."""
    topo.append(output_size)
    return _network(_hidden(topo[:-1], dropout_rate), _last(output_size), input_size, output_size)


@wrong("setup-model")
def setup_model(topo, dropout_rate, input_size, output_size):
    """The sizes of input and output changed over."""
    return _network(_hidden(topo, dropout_rate), _last(output_size), output_size, input_size)


# ---- train-dnn, right


@right("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """Optimizers in a dictionary, names of losses."""
    from nnkit.quietly import keras

    optimizers = {
        "adam": keras.optimizers.Adam(learning_rate=lr),
        "rmsprop": keras.optimizers.RMSprop(learning_rate=lr),
        "sgd": keras.optimizers.SGD(learning_rate=lr),
        "sgd_momentum": keras.optimizers.SGD(learning_rate=lr, momentum=0.9),
    }
    if alg not in optimizers:
        raise ValueError(f"unknown algorithm {alg!r}: choose one of {list(optimizers)}")
    if model.output_shape[-1] == 1:
        loss = "binary_crossentropy"
    elif Ytrain.ndim == 2 and Ytrain.shape[1] > 1:
        loss = "categorical_crossentropy"
    else:
        loss = "sparse_categorical_crossentropy"
    model.compile(optimizer=optimizers[alg], loss=loss, metrics=["accuracy"])
    return model.fit(Xtrain, Ytrain, epochs=epochs, batch_size=batch_size, verbose=0)


@right("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """A chain of ifs, losses that are objects, progress is shown."""
    from nnkit.quietly import keras

    if alg == "adam":
        optimizer = keras.optimizers.Adam(lr)
    elif alg == "rmsprop":
        optimizer = keras.optimizers.RMSprop(lr)
    elif alg == "sgd":
        optimizer = keras.optimizers.SGD(lr)
    elif alg == "sgd_momentum":
        optimizer = keras.optimizers.SGD(lr, momentum=0.9)
    else:
        raise ValueError("alg is adam, rmsprop, sgd or sgd_momentum")
    if model.output_shape == (None, 1):
        loss = keras.losses.BinaryCrossentropy()
    elif np.shape(Ytrain)[1:] == model.output_shape[1:]:
        loss = keras.losses.CategoricalCrossentropy()
    else:
        loss = keras.losses.SparseCategoricalCrossentropy()
    model.compile(optimizer, loss, metrics=["accuracy"])
    return model.fit(Xtrain, Ytrain, batch_size, epochs)


@right("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """A match, and labels made one-hot, so that there are two losses only."""
    from nnkit.quietly import keras

    match alg:
        case "adam":
            optimizer = keras.optimizers.Adam(lr)
        case "rmsprop":
            optimizer = keras.optimizers.RMSprop(lr)
        case "sgd" | "sgd_momentum":
            optimizer = keras.optimizers.SGD(lr, momentum=0.9 if alg.endswith("momentum") else 0.0)
        case _:
            raise ValueError(f"no algorithm {alg}; there are adam, rmsprop, sgd, sgd_momentum")
    n, Y = model.output_shape[-1], Ytrain
    if n > 1 and Ytrain.size == len(Ytrain):
        Y = keras.utils.to_categorical(Ytrain.ravel(), n)
    model.compile(optimizer, "categorical_crossentropy" if n > 1 else "binary_crossentropy", metrics=["accuracy"])
    return model.fit(Xtrain, Y, epochs=epochs, batch_size=batch_size, verbose=0, shuffle=False)


@right("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """The last layer's activation and the number of dimensions tell the loss; metrics are objects, run eagerly."""
    from nnkit.quietly import keras

    choices = dict(adam=("Adam", {}), rmsprop=("RMSprop", {}), sgd=("SGD", {}), sgd_momentum=("SGD", {"momentum": 0.9}))
    try:
        name, more = choices[alg]
    except KeyError:
        raise ValueError("choose from " + ", ".join(choices)) from None
    kind = "Sparse" if model.layers[-1].activation is not keras.activations.sigmoid else "Binary"
    Y = np.squeeze(Ytrain)
    if kind == "Sparse":
        kind = "Categorical" if Y.ndim == 2 else "SparseCategorical"
    loss = getattr(keras.losses, kind + "Crossentropy")()
    metric = getattr(keras.metrics, kind + "Accuracy")(name="accuracy")
    optimizer = getattr(keras.optimizers, name)(learning_rate=float(lr), **more)
    model.compile(optimizer=optimizer, loss=loss, metrics=[metric], run_eagerly=True)
    return model.fit(Xtrain, Y, epochs=epochs, batch_size=batch_size, verbose=0)


@right("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """The type of the targets tells the loss; the seed is set, and a History is handed in and given back."""
    from nnkit.quietly import keras

    keras.utils.set_random_seed(7)
    if alg not in ("adam", "rmsprop", "sgd", "sgd_momentum"):
        raise ValueError(f"{alg}? adam, rmsprop, sgd, sgd_momentum!")
    optimizer = keras.optimizers.get(alg.removesuffix("_momentum"))
    optimizer.learning_rate = lr
    if alg == "sgd_momentum":
        optimizer = keras.optimizers.SGD(learning_rate=lr, momentum=0.9)
    several = model.output_shape[-1] > 1
    loss = ("categorical" if Ytrain.dtype.kind == "f" else "sparse_categorical") if several else "binary"
    model.compile(optimizer=optimizer, loss=f"{loss}_crossentropy", metrics=["accuracy"], jit_compile=False)
    history = keras.callbacks.History()
    model.fit(Xtrain, Ytrain, epochs=epochs, batch_size=batch_size, verbose=0, callbacks=[history])
    return history


@right("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """Functions that make optimizers; the data go through a generator of batches with names of their own."""
    from nnkit.quietly import keras

    makers = {
        "adam": keras.optimizers.Adam,
        "rmsprop": keras.optimizers.RMSprop,
        "sgd": keras.optimizers.SGD,
        "sgd_momentum": lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    }
    maker = makers.get(alg)
    if maker is None:
        raise ValueError(f"alg must be one of {', '.join(sorted(makers))}")

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return -(-len(Xtrain) // batch_size)

        def __getitem__(self, i):
            place = slice(i * batch_size, (i + 1) * batch_size)
            return Xtrain[place], Ytrain[place]

    one_hot = np.ndim(Ytrain) > 1 and np.shape(Ytrain)[-1] > 1
    loss = [["sparse_categorical_crossentropy", "categorical_crossentropy"][one_hot], "binary_crossentropy"]
    model.compile(maker(lr), loss[model.output_shape[-1] == 1], metrics=["accuracy"])
    return model.fit(Batches(), epochs=epochs, verbose=0)


# ---- train-dnn, wrong


def _optimizer(alg, lr, momentum=0.9):
    """A right optimizer for the wrong answers below."""
    from nnkit.quietly import keras

    makers = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop, "sgd": keras.optimizers.SGD}
    if alg == "sgd_momentum":
        return keras.optimizers.SGD(lr, momentum=momentum)
    if alg not in makers:
        raise ValueError("alg must be adam, rmsprop, sgd or sgd_momentum")
    return makers[alg](lr)


def _loss(model, Y):
    """A right loss for the wrong answers below."""
    if model.output_shape[-1] == 1:
        return "binary_crossentropy"
    return "categorical_crossentropy" if Y.ndim == 2 and Y.shape[1] > 1 else "sparse_categorical_crossentropy"


def _fitted(model, optimizer, loss, X, Y, metrics=("accuracy",), **how):
    model.compile(optimizer, loss, metrics=list(metrics))
    return model.fit(X, Y, verbose=0, **how)


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """Not attempted: the cell as released."""
    raise NotImplementedError("train_dnn is not written yet")


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """Returns None."""
    _fitted(model, _optimizer(alg, lr), _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=batch_size)


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """The dictionary in place of the History."""
    return _fitted(
        model, _optimizer(alg, lr), _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=batch_size
    ).history


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """A History of zeros; nothing is trained."""
    from nnkit.quietly import keras

    history = keras.callbacks.History()
    history.history = {"loss": [0.0] * epochs, "accuracy": [1.0] * epochs}
    return history


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """Compiled, but not trained."""
    model.compile(_optimizer(alg, lr), _loss(model, Ytrain), metrics=["accuracy"])
    return model


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """The loss alone is measured."""
    return _fitted(
        model, _optimizer(alg, lr), _loss(model, Ytrain), Xtrain, Ytrain, (), epochs=epochs, batch_size=batch_size
    )


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """Another metric."""
    return _fitted(
        model, _optimizer(alg, lr), _loss(model, Ytrain), Xtrain, Ytrain, ["mse"], epochs=epochs, batch_size=batch_size
    )


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=10, batch_size=64):
    """Another default of epochs."""
    return _fitted(
        model, _optimizer(alg, lr), _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=batch_size
    )


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=128):
    """Another default of batch_size."""
    return _fitted(
        model, _optimizer(alg, lr), _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=batch_size
    )


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs, batch_size):
    """No defaults."""
    return _fitted(
        model, _optimizer(alg, lr), _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=batch_size
    )


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """batch_size is taken to be 64."""
    return _fitted(model, _optimizer(alg, lr), _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=64)


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """All examples are one batch."""
    return _fitted(
        model, _optimizer(alg, lr), _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=len(Xtrain)
    )


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """A tenth of the rate."""
    return _fitted(
        model, _optimizer(alg, lr / 10), _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=batch_size
    )


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """Names of optimizers, which then have their own rates."""
    name = {"adam": "adam", "rmsprop": "rmsprop", "sgd": "sgd", "sgd_momentum": "sgd"}.get(alg)
    if name is None:
        raise ValueError("adam, rmsprop, sgd, sgd_momentum")
    return _fitted(model, name, _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=batch_size)


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """A momentum of 0.99."""
    return _fitted(
        model, _optimizer(alg, lr, 0.99), _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=batch_size
    )


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """RMSprop for Adam and Adam for RMSprop."""
    alg = {"adam": "rmsprop", "rmsprop": "adam"}.get(alg, alg)
    return _fitted(
        model, _optimizer(alg, lr), _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=batch_size
    )


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """AdamW, whose weights decay, for Adam."""
    from nnkit.quietly import keras

    optimizer = keras.optimizers.AdamW(lr) if alg == "adam" else _optimizer(alg, lr)
    return _fitted(model, optimizer, _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=batch_size)


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """The same loss for one-hot targets and for labels."""
    loss = "binary_crossentropy" if model.output_shape[-1] == 1 else "categorical_crossentropy"
    return _fitted(model, _optimizer(alg, lr), loss, Xtrain, Ytrain, epochs=epochs, batch_size=batch_size)


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """Labels are known by their single dimension, so not in a column."""
    loss = "sparse_categorical_crossentropy" if Ytrain.ndim == 1 else "categorical_crossentropy"
    loss = "binary_crossentropy" if model.output_shape[-1] == 1 else loss
    return _fitted(model, _optimizer(alg, lr), loss, Xtrain, Ytrain, epochs=epochs, batch_size=batch_size)


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """A fifth of the examples is held back."""
    return _fitted(
        model,
        _optimizer(alg, lr),
        _loss(model, Ytrain),
        Xtrain,
        Ytrain,
        epochs=epochs,
        batch_size=batch_size,
        validation_split=0.2,
    )


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """Trained once too often, to show the progress first."""
    _fitted(model, _optimizer(alg, lr), _loss(model, Ytrain), Xtrain, Ytrain, epochs=1, batch_size=batch_size)
    return model.fit(Xtrain, Ytrain, epochs=epochs, batch_size=batch_size, verbose=0)


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """A clone is trained, which starts anew."""
    from nnkit.quietly import keras

    return _fitted(
        keras.models.clone_model(model),
        _optimizer(alg, lr),
        _loss(model, Ytrain),
        Xtrain,
        Ytrain,
        epochs=epochs,
        batch_size=batch_size,
    )


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """A KeyError in place of the ValueError."""
    optimizers = {name: _optimizer(name, lr) for name in ("adam", "rmsprop", "sgd", "sgd_momentum")}
    return _fitted(model, optimizers[alg], _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=batch_size)


@right("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """A ValueError of few words."""
    if alg not in ("adam", "rmsprop", "sgd", "sgd_momentum"):
        raise ValueError(f"there is no algorithm {alg}")
    return _fitted(
        model, _optimizer(alg, lr), _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=batch_size
    )


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """Whatever is not known is Adam."""
    alg = alg if alg in ("rmsprop", "sgd", "sgd_momentum") else "adam"
    return _fitted(
        model, _optimizer(alg, lr), _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=batch_size
    )


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """An unknown algorithm is printed, not raised."""
    try:
        optimizer = _optimizer(alg, lr)
    except ValueError as error:
        print(error)
        return None
    return _fitted(model, optimizer, _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=batch_size)


@wrong("train-dnn")
def train_dnn(model, alg, lr, Xtrain, Ytrain, epochs=5, batch_size=64):
    """Right, but the examples lie in another order afterwards."""
    history = _fitted(
        model, _optimizer(alg, lr), _loss(model, Ytrain), Xtrain, Ytrain, epochs=epochs, batch_size=batch_size
    )
    Xtrain[:], Ytrain[:] = Xtrain[::-1].copy(), Ytrain[::-1].copy()
    return history


# ---- sample-configuration, right


@right("sample-configuration")
def sample_configuration(opt_params, rng):
    """A place in each list of options."""
    return {name: options[rng.integers(len(options))] for name, options in opt_params.items()}


@right("sample-configuration")
def sample_configuration(opt_params, rng):
    """A loop, and choice among places."""
    config = {}
    for name in opt_params:
        i = rng.choice(len(opt_params[name]))
        config[name] = opt_params[name][i]
    return config


@right("sample-configuration")
def sample_configuration(opt_params, rng):
    """Options that are numbers or words by choice, which gives NumPy's; lists by their place."""
    config = {}
    for name, options in opt_params.items():
        if isinstance(options[0], list):
            config[name] = options[int(rng.integers(0, len(options)))]
        else:
            config[name] = rng.choice(options)
    return config


@right("sample-configuration")
def sample_configuration(opt_params, rng):
    """A number from 0 to 1, stretched."""
    return {name: options[int(rng.random() * len(options))] for name, options in opt_params.items()}


@right("sample-configuration")
def sample_configuration(opt_params, rng):
    """A copy of the options is shuffled, the first is taken."""
    config = dict()
    for name, options in opt_params.items():
        shuffled = list(options)
        rng.shuffle(shuffled)
        config[name] = shuffled[0]
    return config


@right("sample-configuration")
def sample_configuration(opt_params, rng):
    """All places at once."""
    places = rng.integers([len(options) for options in opt_params.values()])
    return dict(zip(opt_params, (o[i] for o, i in zip(opt_params.values(), places, strict=True)), strict=True))


@right("sample-configuration")
def sample_configuration(opt_params, rng):
    """The largest of as many random numbers as there are options; lists are copied."""
    config = {name: options[rng.random(len(options)).argmax()] for name, options in sorted(opt_params.items())}
    return {name: list(value) if isinstance(value, list) else value for name, value in config.items()}


@right("sample-configuration")
def sample_configuration(opt_params, rng):
    """Python's random, whose seed comes from rng."""
    chance = random.Random(int(rng.integers(2**60)))
    return {name: chance.choice(options) for name, options in opt_params.items()}


# ---- sample-configuration, wrong


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """Not attempted: the cell as released."""
    raise NotImplementedError("sample_configuration is not written yet")


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """Returns None."""
    {name: options[rng.integers(len(options))] for name, options in opt_params.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """Choice among lists of different lengths."""
    return {name: rng.choice(options) for name, options in opt_params.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """An array of objects: where all lists are as long as each other it has rows, and they are no lists."""
    return {name: rng.choice(np.array(options, dtype=object)) for name, options in opt_params.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """Places, not options."""
    return {name: int(rng.integers(len(options))) for name, options in opt_params.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """Lists of one option."""
    return {name: [options[rng.integers(len(options))]] for name, options in opt_params.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """Pairs in place of a dictionary."""
    return [(name, options[rng.integers(len(options))]) for name, options in opt_params.items()]


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """Everything is a text."""
    return {name: str(options[rng.integers(len(options))]) for name, options in opt_params.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """Topologies are tuples."""
    config = {name: options[rng.integers(len(options))] for name, options in opt_params.items()}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in config.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """A name is left out after the loop's first turn."""
    for name, options in opt_params.items():
        return {name: options[rng.integers(len(options))]}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """The four names of the slides only."""
    return {
        name: opt_params[name][rng.integers(len(opt_params[name]))]
        for name in ("topology", "algorithm", "lr", "dropout")
    }


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """NumPy's global generator."""
    return {name: options[np.random.randint(len(options))] for name, options in opt_params.items()}  # noqa: NPY002


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """The global generator, with a seed from rng: right numbers, wrong source."""
    np.random.seed(rng.integers(2**31))  # noqa: NPY002
    return {name: options[np.random.randint(len(options))] for name, options in opt_params.items()}  # noqa: NPY002


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """Python's generator, without a seed."""
    return {name: random.choice(options) for name, options in opt_params.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """A generator of its own with a seed of its own."""
    rng = np.random.default_rng(42)
    return {name: options[rng.integers(len(options))] for name, options in opt_params.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """The first option, always."""
    return {name: options[0] for name, options in opt_params.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """The option in the middle, always."""
    return {name: options[len(options) // 2] for name, options in opt_params.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """Never the last option, where there are several."""
    return {name: options[rng.integers(max(len(options) - 1, 1))] for name, options in opt_params.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """Rounded places: those at the ends come half as often."""
    return {name: options[round(rng.random() * (len(options) - 1))] for name, options in opt_params.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """Two options only."""
    return {name: options[rng.integers(2) * (len(options) > 1)] for name, options in opt_params.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """One number for all names."""
    i = rng.integers(1000)
    return {name: options[i % len(options)] for name, options in opt_params.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """The option that was drawn is taken out of the list."""
    return {name: options.pop(rng.integers(len(options))) for name, options in opt_params.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """The options are shuffled where they stand."""
    for options in opt_params.values():
        rng.shuffle(options)
    return {name: options[-1] for name, options in opt_params.items()}


@wrong("sample-configuration")
def sample_configuration(opt_params, rng):
    """opt_params itself becomes the configuration."""
    for name, options in opt_params.items():
        opt_params[name] = options[rng.integers(len(options))]
    return opt_params


# ---- dnn-optimization, right


@right("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """As in the notebook."""
    rng = np.random.default_rng(seed)
    output_size = Ytrain.shape[1] if Ytrain.ndim == 2 else int(Ytrain.max()) + 1
    best_config, best_acc = None, -1
    for i in range(iterations):
        config = sample_configuration(opt_params, rng)
        model = setup_model(config["topology"], config["dropout"], Xtrain.shape[1], output_size)
        train_dnn(model, config["algorithm"], config["lr"], Xtrain, Ytrain)
        loss, acc = model.evaluate(Xval, Yval, verbose=0)
        if verbose:
            print(i, config, loss, acc)
        if acc > best_acc:
            best_config, best_acc = config, acc
    return best_config, best_acc


@right("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The later one of equals, a list of two, a single output for labels 0 and 1, and Keras's seed, too."""
    from nnkit.quietly import keras

    if seed is not None:
        keras.utils.set_random_seed(seed)
    rng, best = np.random.default_rng(seed), [{}, 0.0]
    labels = Ytrain if Ytrain.ndim == 1 else Ytrain.argmax(axis=1)
    n_classes = len(np.unique(labels)) if Ytrain.ndim == 1 else Ytrain.shape[1]
    for _ in range(iterations):
        config = sample_configuration(opt_params, rng)
        model = setup_model(config["topology"], config["dropout"], Xtrain.shape[1], 1 if n_classes == 2 else n_classes)
        train_dnn(model, config["algorithm"], config["lr"], Xtrain, Ytrain)
        accuracy = model.evaluate(Xval, Yval, verbose=0, return_dict=True)["accuracy"]
        if accuracy >= best[1]:
            best = [config, accuracy]
        if verbose:
            print(f"{config}: {accuracy:.2%}, best {best[1]:.2%}")
    return best


@right("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """Predictions are counted, all trials are kept, the largest is looked for at the end."""
    rng = np.random.default_rng(seed)
    n_outputs = Ytrain.shape[-1] if len(Ytrain.shape) > 1 else Ytrain.max() + 1
    truth = Yval.argmax(axis=1) if Yval.ndim == 2 else Yval
    configs = [sample_configuration(opt_params, rng) for _ in range(iterations)]
    accuracies = []
    for config in configs:
        model = setup_model(config["topology"], config["dropout"], Xtrain.shape[1], n_outputs)
        train_dnn(model, config["algorithm"], config["lr"], Xtrain, Ytrain)
        accuracies.append(np.mean(model.predict(Xval, verbose=0).argmax(axis=1) == truth))
        if verbose:
            print(config, accuracies[-1])
    best = np.argmax(accuracies)
    return configs[best], accuracies[best]


@right("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """Labels are made one-hot first, whatever they are; the model is called."""
    rng = np.random.default_rng(seed)
    n = Ytrain.shape[1] if Ytrain.ndim == 2 else int(max(Ytrain.max(), Yval.max())) + 1
    one_hot, val_labels = (Ytrain, Yval.argmax(1)) if Ytrain.ndim == 2 else (np.eye(n)[Ytrain], Yval)

    def trial():
        config = sample_configuration(opt_params, rng)
        model = setup_model(config["topology"], config["dropout"], Xtrain.shape[1], n)
        train_dnn(model, config["algorithm"], config["lr"], Xtrain, one_hot, epochs=5, batch_size=64)
        accuracy = float((np.asarray(model(Xval, training=False)).argmax(axis=1) == val_labels).mean())
        if verbose:
            print(f"{accuracy:.4f}  {config}")
        return accuracy, config

    best_acc, best_config = max((trial() for _ in range(iterations)), key=lambda pair: pair[0])
    return best_config, best_acc


@right("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """None of the other exercises' functions: everything is written out, and run eagerly."""
    from nnkit.quietly import keras

    rng = np.random.default_rng(seed)
    one_hot = Ytrain.ndim == 2
    n_classes = Ytrain.shape[1] if one_hot else len(set(Ytrain.tolist()))
    best_config, best_acc = None, float("-inf")
    for _ in range(iterations):
        config = {name: options[int(rng.random() * len(options))] for name, options in opt_params.items()}
        model = keras.Sequential([keras.Input((Xtrain.shape[1],))])
        for units in config["topology"]:
            model.add(keras.layers.Dense(units, activation="relu"))
            model.add(keras.layers.Dropout(config["dropout"]))
        model.add(keras.layers.Dense(n_classes, activation="softmax"))
        algorithm, rate = config["algorithm"], config["lr"]
        optimizer = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}.get(
            algorithm, lambda r, name=algorithm: keras.optimizers.SGD(r, momentum=0.9 if "momentum" in name else 0)
        )(rate)
        loss = "categorical_crossentropy" if one_hot else "sparse_categorical_crossentropy"
        model.compile(optimizer, loss, metrics=["accuracy"], run_eagerly=True)
        history = model.fit(
            Xtrain, Ytrain, epochs=5, batch_size=64, validation_data=(Xval, Yval), verbose=1 if verbose else 0
        )
        if history.history["val_accuracy"][-1] > best_acc:
            best_config, best_acc = config, history.history["val_accuracy"][-1]
    return best_config, best_acc


@right("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """Python's random, trials sorted, a copy of the configuration, NumPy's number; the session is cleared."""
    from nnkit.quietly import keras

    chance = random.Random(seed)
    n_classes = Ytrain.shape[1] if Ytrain.ndim > 1 else int(np.unique(Ytrain).size)
    trials = []
    while len(trials) < iterations:
        keras.backend.clear_session()
        config = {name: chance.choice(opt_params[name]) for name in ("topology", "algorithm", "lr", "dropout")}
        net = setup_model(config["topology"], config["dropout"], Xtrain.shape[1], n_classes)
        train_dnn(net, config["algorithm"], config["lr"], Xtrain, Ytrain)
        trials.append((dict(config), np.float64(net.evaluate(Xval, Yval, batch_size=len(Xval), verbose=0)[1])))
        if verbose:
            print("trial", len(trials), *trials[-1])
    trials.sort(key=lambda trial: trial[1])
    return trials[-1]


# ---- dnn-optimization, wrong


def _outputs(Y):
    """What most wrong answers below take right: how many outputs there are."""
    return Y.shape[1] if Y.ndim == 2 else int(Y.max()) + 1


def _network_of(config, X, Y, train):
    """A new network of this configuration, trained with `train`, the train_dnn that the check lends."""
    layers = _hidden(config["topology"], config["dropout"])
    model = _network(layers, "softmax", X.shape[1], _outputs(Y))
    train(model, config["algorithm"], config["lr"], X, Y)
    return model


def _accuracy(model, X, Y):
    """What model.evaluate gives, for a single batch."""
    return model.test_on_batch(X, Y)[1]


def _trials(train, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed):
    """[(accuracy, configuration), ...], one by one; `seed` may be a generator."""
    rng = np.random.default_rng(seed)
    for _ in range(iterations):
        config = {name: options[rng.integers(len(options))] for name, options in opt_params.items()}
        yield _accuracy(_network_of(config, Xtrain, Ytrain, train), Xval, Yval), config


def _highest(trials):
    """(configuration, accuracy) of the best."""
    accuracy, config = max(trials, key=lambda trial: trial[0])
    return config, accuracy


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """Not attempted: the cell as released."""
    raise NotImplementedError("dnn_optimization is not written yet")


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """Returns None."""
    _highest(_trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed))


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """Nothing is trained: a configuration, and a good mark."""
    return sample_configuration(opt_params, np.random.default_rng(seed)), 1.0


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The models are not trained."""
    rng, trials = np.random.default_rng(seed), []
    for _ in range(iterations):
        config = sample_configuration(opt_params, rng)
        model = setup_model(config["topology"], config["dropout"], Xtrain.shape[1], _outputs(Ytrain))
        trials.append(
            (float((np.asarray(model(Xval)).argmax(1) == (Yval if Yval.ndim == 1 else Yval.argmax(1))).mean()), config)
        )
    return _highest(trials)


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """Only the accuracy."""
    return _highest(_trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed))[1]


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The accuracy first."""
    return max(_trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed), key=lambda trial: trial[0])


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The accuracy as a percentage."""
    config, acc = _highest(_trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed))
    return config, 100 * acc


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The lowest accuracy."""
    acc, config = min(
        _trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed), key=lambda trial: trial[0]
    )
    return config, acc


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The last trial."""
    acc, config = list(_trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed))[-1]
    return config, acc


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """A `return` in the loop."""
    for acc, config in _trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed):
        return config, acc


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The best accuracy, with the last configuration."""
    trials = list(_trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed))
    return trials[-1][1], max(acc for acc, _ in trials)


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The best configuration, with the last accuracy."""
    trials = list(_trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed))
    return _highest(trials)[0], trials[-1][0]


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The best configuration, with the mean accuracy."""
    trials = list(_trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed))
    return _highest(trials)[0], np.mean([acc for acc, _ in trials])


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The best in training."""
    return _highest(_trials(train_dnn, opt_params, Xtrain, Ytrain, Xtrain, Ytrain, iterations, seed))


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The best in training; only then its validation accuracy."""
    rng, trials = np.random.default_rng(seed), []
    for _ in range(iterations):
        config = sample_configuration(opt_params, rng)
        model = _network_of(config, Xtrain, Ytrain, train_dnn)
        trials.append((_accuracy(model, Xtrain, Ytrain), config, model))
    _, config, model = max(trials, key=lambda trial: trial[0])
    return config, _accuracy(model, Xval, Yval)


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The lowest validation loss; its accuracy."""
    rng, trials = np.random.default_rng(seed), []
    for _ in range(iterations):
        config = sample_configuration(opt_params, rng)
        trials.append((*_network_of(config, Xtrain, Ytrain, train_dnn).test_on_batch(Xval, Yval), config))
    _, acc, config = min(trials, key=lambda trial: trial[0])
    return config, acc


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The highest loss, taken for the accuracy."""
    rng, best_config, best = np.random.default_rng(seed), None, -1
    for _ in range(iterations):
        config = sample_configuration(opt_params, rng)
        value = _network_of(config, Xtrain, Ytrain, train_dnn).evaluate(Xval, Yval, verbose=0)[0]
        if value > best:
            best_config, best = config, value
    return best_config, best


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The accuracy of the best epoch."""
    rng, best_config, best_acc = np.random.default_rng(seed), None, -1
    for _ in range(iterations):
        config = sample_configuration(opt_params, rng)
        model = setup_model(config["topology"], config["dropout"], Xtrain.shape[1], _outputs(Ytrain))
        train_dnn(model, config["algorithm"], config["lr"], Xtrain, Ytrain, epochs=0)  # to compile it
        history = model.fit(Xtrain, Ytrain, epochs=5, batch_size=64, validation_data=(Xval, Yval), verbose=0).history
        if max(history["val_accuracy"]) > best_acc:
            best_config, best_acc = config, max(history["val_accuracy"])
    return best_config, best_acc


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """Trained on the validation set as well."""
    X, Y = np.concatenate([Xtrain, Xval]), np.concatenate([Ytrain, Yval])
    return _highest(_trials(train_dnn, opt_params, X, Y, Xval, Yval, iterations, seed))


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """Trained on the validation set, tried on the training set."""
    return _highest(_trials(train_dnn, opt_params, Xval, Yval, Xtrain, Ytrain, iterations, seed))


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """One model for all trials."""
    rng, trials = np.random.default_rng(seed), []
    first = {name: options[0] for name, options in opt_params.items()}
    model = setup_model(first["topology"], first["dropout"], Xtrain.shape[1], _outputs(Ytrain))
    for _ in range(iterations):
        config = sample_configuration(opt_params, rng)
        train_dnn(model, config["algorithm"], config["lr"], Xtrain, Ytrain)
        trials.append((_accuracy(model, Xval, Yval), config))
    return _highest(trials)


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """For a single epoch, to be quick."""

    def train(*arguments):
        return train_dnn(*arguments, epochs=1)

    return _highest(_trials(train, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed))


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """Always Adam."""

    def train(model, alg, *others):
        return train_dnn(model, "adam", *others)

    return _highest(_trials(train, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed))


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """Dropout is forgotten."""
    trials = _trials(train_dnn, opt_params | {"dropout": [0]}, Xtrain, Ytrain, Xval, Yval, iterations, seed)
    config, acc = _highest(trials)
    return config | {"dropout": opt_params["dropout"][0]}, acc


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """One-hot targets only."""
    return _highest(
        (_accuracy(_network_of(c, Xtrain, Ytrain[:, :], train_dnn), Xval, Yval), c)
        for c in [sample_configuration(opt_params, np.random.default_rng(seed)) for _ in range(iterations)]
    )


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """A new generator in every turn, so the same configuration again and again."""
    trials = []
    for _ in range(iterations):
        trials += _trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, 1, seed)
    return _highest(trials)


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The seed has no say."""
    return _highest(_trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, None))


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """Without a seed, 0 is taken."""
    return _highest(_trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed or 0))


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """One trial too few."""
    best_config, best_acc = None, -1
    for acc, config in _trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations - 1, seed):
        if acc > best_acc:
            best_config, best_acc = config, acc
    return best_config, best_acc


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """One trial too many."""
    return _highest(_trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations + 1, seed))


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """Ten trials, whatever iterations says."""
    return _highest(_trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, 10, seed))


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The trials are printed always."""
    trials = list(_trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed))
    print(trials)
    return _highest(trials)


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """Options that were tried are taken out of opt_params, as far as others are left."""
    result = _highest(_trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed))
    for options in opt_params.values():
        del options[1:]
    return result


@wrong("dnn-optimization")
def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """The training set is scaled in place."""
    result = _highest(_trials(train_dnn, opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed))
    Xtrain -= 1
    return result
