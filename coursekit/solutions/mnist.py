"""Answers to the five graded exercises of 04-mnist, right and wrong, as students write them.

Each has the name that the exercise asks for, so that one name is defined again and again. In each exercise the right
answers come first, written in different ways; then the wrong ones, from the untouched cell to answers that are right
almost everywhere. Keras is imported when an answer is called, as the notebook has imported it before.

Where `compare_algorithms` calls `build_model` and `make_optimizer`, these names mean the last answers of their
exercises here, which are wrong: the check has to lend it right ones.
"""
# ruff: noqa: F811 - in the notebook, too, each answer is a function of that one name

import functools

import numpy as np

from coursekit.solutions import right, wrong

# ---- prepare-images, right


@right("prepare-images")
def prepare_images(images):
    """Reshape, astype, divide."""
    return images.reshape(-1, 784).astype("float32") / 255


@right("prepare-images")
def prepare_images(images):
    """The number of rows is said, the number of columns is not."""
    return np.array(images, dtype=np.float32).reshape(len(images), -1) / 255.0


@right("prepare-images")
def prepare_images(images):
    """Loops over every pixel, and lists of lists."""
    rows = []
    for image in images:
        row = []
        for line in image:
            for pixel in line:
                row.append(float(pixel) / 255)
        rows.append(row)
    return rows


@right("prepare-images")
def prepare_images(images):
    """Image by image, in float64."""
    return np.stack([image.flatten() / 255 for image in images])


@right("prepare-images")
def prepare_images(images):
    """An array of the right size, filled."""
    x = np.empty((images.shape[0], 28 * 28), dtype="float32")
    for i, image in enumerate(images):
        x[i] = image.ravel()
    x /= 255
    return x


@right("prepare-images")
def prepare_images(images):
    """A table of the 256 shades."""
    return np.linspace(0, 1, 256, dtype="float32")[images].reshape(-1, 784)


@right("prepare-images")
def prepare_images(images):
    """Keras's layers."""
    from nnkit.quietly import keras

    return np.asarray(keras.layers.Rescaling(1 / 255)(keras.layers.Flatten()(images)))


# ---- prepare-images, wrong


@wrong("prepare-images")
def prepare_images(images):
    """Not attempted: the cell as released."""
    raise NotImplementedError("prepare_images is not written yet")


@wrong("prepare-images")
def prepare_images(images):
    """Returns None."""
    images.reshape(-1, 784) / 255


@wrong("prepare-images")
def prepare_images(images):
    """All zeros."""
    return np.zeros((len(images), 784), dtype="float32")


@wrong("prepare-images")
def prepare_images(images):
    """Not scaled."""
    return images.reshape(-1, 784).astype("float32")


@wrong("prepare-images")
def prepare_images(images):
    """256 shades, so 256."""
    return images.reshape(-1, 784).astype("float32") / 256


@wrong("prepare-images")
def prepare_images(images):
    """Integer division."""
    return (images.reshape(-1, 784) // 255).astype("float32")


@wrong("prepare-images")
def prepare_images(images):
    """Integers again after the division."""
    return (images.reshape(-1, 784) / 255).astype("uint8")


@wrong("prepare-images")
def prepare_images(images):
    """By the largest pixel that there happens to be."""
    x = images.reshape(-1, 784).astype("float32")
    return x / x.max()


@wrong("prepare-images")
def prepare_images(images):
    """Each image by its own largest pixel."""
    x = images.reshape(-1, 784).astype("float32")
    return x / x.max(axis=1, keepdims=True)


@wrong("prepare-images")
def prepare_images(images):
    """Standardised, which is sensible elsewhere."""
    x = images.reshape(-1, 784).astype("float32")
    return (x - x.mean()) / x.std()


@wrong("prepare-images")
def prepare_images(images):
    """From -1 to 1."""
    return images.reshape(-1, 784).astype("float32") / 127.5 - 1


@wrong("prepare-images")
def prepare_images(images):
    """Black and white."""
    return (images.reshape(-1, 784) > 127).astype("float32")


@wrong("prepare-images")
def prepare_images(images):
    """Black is 1."""
    return 1 - images.reshape(-1, 784).astype("float32") / 255


@wrong("prepare-images")
def prepare_images(images):
    """Still squares."""
    return images.astype("float32") / 255


@wrong("prepare-images")
def prepare_images(images):
    """Column after column."""
    return images.reshape(-1, 784, order="F").astype("float32") / 255


@wrong("prepare-images")
def prepare_images(images):
    """A column for each image."""
    return images.reshape(784, -1).astype("float32") / 255


@wrong("prepare-images")
def prepare_images(images):
    """One long row."""
    return images.flatten().astype("float32") / 255


@wrong("prepare-images")
def prepare_images(images):
    """The first image only."""
    return images[:1].reshape(-1, 784).astype("float32") / 255


@wrong("prepare-images")
def prepare_images(images):
    """Rounded to two places."""
    return (images.reshape(-1, 784) / 255).round(2)


@wrong("prepare-images")
def prepare_images(images):
    """A single image loses its row."""
    return np.squeeze(images.reshape(-1, 784).astype("float32") / 255)


@wrong("prepare-images")
def prepare_images(images):
    """Right, but the argument is black afterwards."""
    x = images.reshape(-1, 784).astype("float32") / 255
    images[:] = 0
    return x


@wrong("prepare-images")
def prepare_images(images):
    """Right, but the argument has another shape afterwards."""
    images.resize((len(images), 784))
    return images / np.float32(255)


# ---- one-hot, right


@right("one-hot")
def one_hot(labels, n_classes=10):
    """Rows of the identity."""
    return np.eye(n_classes, dtype="float32")[labels]


@right("one-hot")
def one_hot(labels, n_classes=10):
    """Zeros, and a 1 for each row."""
    y = np.zeros((len(labels), n_classes), dtype="float32")
    y[np.arange(len(labels)), labels] = 1
    return y


@right("one-hot")
def one_hot(labels, n_classes=10):
    """A loop."""
    y = np.zeros((len(labels), n_classes))
    for i, label in enumerate(labels):
        y[i, label] = 1.0
    return y


@right("one-hot")
def one_hot(labels, n_classes=10):
    """A comparison, and its booleans."""
    return np.equal.outer(labels, np.arange(n_classes))


@right("one-hot")
def one_hot(labels, n_classes=10):
    """Lists of whole numbers."""
    return [[int(label == k) for k in range(n_classes)] for label in labels]


@right("one-hot")
def one_hot(labels, n_classes=10):
    """Through the flat array."""
    y = np.zeros(len(labels) * n_classes, dtype=np.float32)
    y[n_classes * np.arange(len(labels)) + labels] = 1
    return y.reshape(-1, n_classes)


@right("one-hot")
def one_hot(labels, n_classes=10):
    """Counts of one label each."""
    return np.array([np.bincount([label], minlength=n_classes) for label in labels], dtype="float32")


# ---- one-hot, wrong


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """Not attempted: the cell as released."""
    raise NotImplementedError("one_hot is not written yet")


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """Returns None."""
    y = np.zeros((len(labels), n_classes))
    y[np.arange(len(labels)), labels] = 1


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """All zeros."""
    return np.zeros((len(labels), n_classes), dtype="float32")


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """As many columns as the largest label needs."""
    return np.eye(labels.max() + 1, dtype="float32")[labels]


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """A column for each class that occurs."""
    classes = sorted(set(labels.tolist()))
    return np.array([[float(label == k) for k in classes] for label in labels])


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """Always ten columns."""
    return np.eye(10, dtype="float32")[labels]


@wrong("one-hot")
def one_hot(labels, n_classes):
    """No default."""
    return np.eye(n_classes, dtype="float32")[labels]


@wrong("one-hot")
def one_hot(labels, n_classes=9):
    """Another default."""
    return np.eye(n_classes, dtype="float32")[labels]


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """Counted from one."""
    return np.eye(n_classes, dtype="float32")[labels.astype(int) - 1]


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """A column for each example."""
    return np.eye(n_classes, dtype="float32")[labels].T


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """0 where it should be 1."""
    return 1 - np.eye(n_classes, dtype="float32")[labels]


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """y[:, labels] = 1 fills whole columns."""
    y = np.zeros((len(labels), n_classes), dtype="float32")
    y[:, labels] = 1
    return y


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """Multi-hot."""
    y = np.zeros(n_classes, dtype="float32")
    y[labels] = 1
    return y


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """The label in place of 1."""
    y = np.zeros((len(labels), n_classes), dtype="float32")
    y[np.arange(len(labels)), labels] = labels
    return y


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """Ones up to the label, as a thermometer."""
    return (np.arange(n_classes) <= labels[:, None]).astype("float32")


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """The identity, whatever the labels are."""
    return np.eye(len(labels), n_classes, dtype="float32")


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """The labels are sorted first."""
    return np.eye(n_classes, dtype="float32")[np.sort(labels)]


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """Right, but the labels are sorted afterwards."""
    y = np.eye(n_classes, dtype="float32")[labels]
    labels.sort()
    return y


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """One label becomes a row without an array around it."""
    return np.squeeze(np.eye(n_classes, dtype="float32")[labels])


@wrong("one-hot")
def one_hot(labels, n_classes=10):
    """A matrix for each label."""
    return np.eye(n_classes, dtype="float32")[labels][:, :, None]


# ---- build-mnist-model, right


@right("build-mnist-model")
def build_model(hidden=(100,)):
    """A Sequential model, layer after layer."""
    from nnkit.quietly import keras

    model = keras.Sequential()
    model.add(keras.Input((784,)))
    for units in hidden:
        model.add(keras.layers.Dense(units, activation="relu"))
    model.add(keras.layers.Dense(10, activation="softmax"))
    return model


@right("build-mnist-model")
def build_model(hidden=(100,)):
    """A list of layers."""
    from nnkit.quietly import keras

    layers = [keras.layers.Dense(units, "relu") for units in hidden]
    return keras.Sequential([keras.Input(shape=(784,)), *layers, keras.layers.Dense(10, "softmax")], name="digits")


@right("build-mnist-model")
def build_model(hidden=(100,)):
    """The functional way."""
    from nnkit.quietly import keras

    inputs = keras.Input((784,), name="pixels")
    outputs = inputs
    for units in hidden:
        outputs = keras.layers.Dense(units, activation=keras.activations.relu)(outputs)
    outputs = keras.layers.Dense(10, activation=keras.activations.softmax)(outputs)
    return keras.Model(inputs, outputs)


@right("build-mnist-model")
def build_model(hidden=(100,)):
    """Activations as layers of their own."""
    from nnkit.quietly import keras

    model = keras.Sequential([keras.layers.InputLayer(shape=(784,))])
    for units in list(hidden):
        model.add(keras.layers.Dense(units))
        model.add(keras.layers.Activation("relu"))
    model.add(keras.layers.Dense(10))
    model.add(keras.layers.Activation("softmax"))
    return model


@right("build-mnist-model")
def build_model(hidden=(100,)):
    """ReLU and Softmax layers, behind a Flatten that has nothing to do, and He's starting weights."""
    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((784,)), keras.layers.Flatten()])
    for units in hidden:
        model.add(keras.layers.Dense(units, kernel_initializer="he_normal"))
        model.add(keras.layers.ReLU())
    model.add(keras.layers.Dense(10, kernel_initializer="glorot_normal"))
    model.add(keras.layers.Softmax())
    return model


@right("build-mnist-model")
def build_model(hidden=[100]):  # noqa: B006 - students write it, and nobody changes it
    """A list as default, a seed inside, and biases that do not start at 0."""
    from nnkit.quietly import keras

    keras.utils.set_random_seed(3)
    widths = [784, *hidden, 10]
    model = keras.Sequential([keras.Input((widths[0],))])
    for units in widths[1:]:
        activation = "softmax" if units is widths[-1] else "relu"
        model.add(keras.layers.Dense(units, activation=activation, bias_initializer="random_normal"))
    return model


@right("build-mnist-model")
def build_model(hidden=(100,)):
    """A class of its own, called once so that it has weights."""
    from nnkit.quietly import keras

    class Digits(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = [keras.layers.Dense(units, activation="relu") for units in hidden]
            self.last = keras.layers.Dense(10, activation="softmax")

        def call(self, x):
            for layer in self.inner:
                x = layer(x)
            return self.last(x)

    model = Digits()
    model(np.zeros((1, 784), dtype="float32"))
    return model


@right("build-mnist-model")
def build_model(hidden=(100,)):
    """A model within a model, a dropout of 0, and a ReLU by hand."""
    from nnkit.quietly import keras

    body = []
    for units in hidden:
        body.append(keras.layers.Dense(units, activation=lambda z: keras.ops.maximum(z, 0.0)))
        body.append(keras.layers.Dropout(0.0))
    inner = [keras.Sequential(body)] if body else []
    return keras.Sequential([keras.Input((784,)), *inner, keras.layers.Dense(10, activation="softmax")])


# ---- build-mnist-model, wrong


def _dense(hidden, middle="relu", end="softmax", n_outputs=10, **options):
    """Return a model whose layers may have what they should not."""
    from nnkit.quietly import keras

    layers = [keras.layers.Dense(units, activation=middle, **options) for units in hidden]
    last = keras.layers.Dense(n_outputs, activation=end, **options)
    return keras.Sequential([keras.Input((784,)), *layers, last])


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """Not attempted: the cell as released."""
    raise NotImplementedError("build_model is not written yet")


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """Returns None."""
    _dense(hidden)


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """The layers in a list, not in a model."""
    from nnkit.quietly import keras

    return [keras.layers.Dense(units, activation="relu") for units in hidden]


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """The hidden layers are linear."""
    return _dense(hidden, middle=None)


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """Sigmoid in the hidden layers."""
    return _dense(hidden, middle="sigmoid")


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """Leaky ReLU, which is nearly ReLU."""
    return _dense(hidden, middle="leaky_relu")


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """ReLU that ends at 6."""
    return _dense(hidden, middle="relu6")


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """The outputs are logits."""
    return _dense(hidden, end=None)


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """Ten sigmoids."""
    return _dense(hidden, end="sigmoid")


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """Logarithms of the probabilities."""
    return _dense(hidden, end="log_softmax")


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """Softmax twice."""
    from nnkit.quietly import keras

    return keras.Sequential([_dense(hidden), keras.layers.Softmax()])


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """A single output."""
    return _dense(hidden, n_outputs=1)


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """One hidden layer, always."""
    return _dense((100,))


@wrong("build-mnist-model")
def build_model(hidden=(64,)):
    """Another default."""
    return _dense(hidden)


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """The first hidden layer only."""
    return _dense(hidden[:1])


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """Every hidden layer as wide as the first."""
    return _dense([hidden[0]] * len(hidden) if hidden else [])


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """The order is turned round."""
    return _dense(list(hidden)[::-1])


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """The number of hidden layers is taken for their width."""
    return _dense([len(hidden)])


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """No input, so no weights yet."""
    from nnkit.quietly import keras

    layers = [keras.layers.Dense(units, activation="relu") for units in hidden]
    return keras.Sequential([*layers, keras.layers.Dense(10, activation="softmax")])


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """It takes squares, and flattens them."""
    from nnkit.quietly import keras

    layers = [keras.layers.Dense(units, activation="relu") for units in hidden]
    last = keras.layers.Dense(10, activation="softmax")
    return keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), *layers, last])


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """The pixels are divided by 255 once more."""
    from nnkit.quietly import keras

    return keras.Sequential([keras.Input((784,)), keras.layers.Rescaling(1 / 255), _dense(hidden)])


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """Compiled."""
    model = _dense(hidden)
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """Compiled for integer labels."""
    model = _dense(hidden)
    model.compile(loss="sparse_categorical_crossentropy")
    return model


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """Compiled without a loss."""
    model = _dense(hidden)
    model.compile(optimizer="adam")
    return model


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """A little dropout."""
    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((784,))])
    for units in hidden:
        model.add(keras.layers.Dense(units, activation="relu"))
        model.add(keras.layers.Dropout(0.05))
    model.add(keras.layers.Dense(10, activation="softmax"))
    return model


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """Batch normalisation."""
    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((784,))])
    for units in hidden:
        model.add(keras.layers.Dense(units, activation="relu"))
        model.add(keras.layers.BatchNormalization())
    model.add(keras.layers.Dense(10, activation="softmax"))
    return model


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """A penalty on the weights."""
    return _dense(hidden, kernel_regularizer="l2")


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """All weights start alike."""
    return _dense(hidden, kernel_initializer="ones")


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """The hidden layers cannot learn."""
    model = _dense(hidden)
    for layer in model.layers[:-1]:
        layer.trainable = False
    return model


_kept = {}


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """One model for each size, made once."""
    return _kept.setdefault(tuple(hidden), _dense(hidden))


_layers = {}


@wrong("build-mnist-model")
def build_model(hidden=(100,)):
    """New models, which share their first hidden layer."""
    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((784,))])
    for place, units in enumerate(hidden):
        layer = keras.layers.Dense(units, activation="relu")
        model.add(_layers.setdefault(units, layer) if place == 0 else layer)
    model.add(keras.layers.Dense(10, activation="softmax"))
    return model


# ---- make-optimizer, right


@right("make-optimizer")
def make_optimizer(name, learning_rate):
    """One question after the other."""
    from nnkit.quietly import keras

    if name == "sgd":
        return keras.optimizers.SGD(learning_rate=learning_rate)
    if name == "sgd_momentum":
        return keras.optimizers.SGD(learning_rate=learning_rate, momentum=0.9)
    if name == "rmsprop":
        return keras.optimizers.RMSprop(learning_rate=learning_rate)
    if name == "adam":
        return keras.optimizers.Adam(learning_rate=learning_rate)
    if name == "adagrad":
        return keras.optimizers.Adagrad(learning_rate=learning_rate)
    raise ValueError(f"name must be sgd, sgd_momentum, rmsprop, adam or adagrad, not {name}")


@right("make-optimizer")
def make_optimizer(name, learning_rate):
    """A dictionary of optimizers, all of which are made."""
    from nnkit.quietly import keras

    optimizers = {
        "sgd": keras.optimizers.SGD(learning_rate),
        "sgd_momentum": keras.optimizers.SGD(learning_rate, 0.9),
        "rmsprop": keras.optimizers.RMSprop(learning_rate),
        "adam": keras.optimizers.Adam(learning_rate),
        "adagrad": keras.optimizers.Adagrad(learning_rate),
    }
    if name not in optimizers:
        raise ValueError(f"there is no {name!r}: choose from {list(optimizers)}")
    return optimizers[name]


@right("make-optimizer")
def make_optimizer(name, learning_rate):
    """Functions that make them, and a KeyError turned into a ValueError."""
    from nnkit.quietly import keras

    makers = {
        "sgd": keras.optimizers.SGD,
        "sgd_momentum": functools.partial(keras.optimizers.SGD, momentum=0.9),
        "rmsprop": keras.optimizers.RMSprop,
        "adam": keras.optimizers.Adam,
        "adagrad": keras.optimizers.Adagrad,
    }
    try:
        return makers[name](learning_rate=learning_rate)
    except KeyError:
        raise ValueError("the choices are " + " / ".join(makers)) from None


@right("make-optimizer")
def make_optimizer(name, learning_rate):
    """match and case; the rate is set afterwards."""
    from nnkit.quietly import keras

    match name:
        case "sgd":
            optimizer = keras.optimizers.SGD()
        case "sgd_momentum":
            optimizer = keras.optimizers.SGD(momentum=0.9, nesterov=False)
        case "rmsprop":
            optimizer = keras.optimizers.RMSprop()
        case "adam":
            optimizer = keras.optimizers.Adam()
        case "adagrad":
            optimizer = keras.optimizers.Adagrad()
        case _:
            raise ValueError(f"{name} is none of: sgd sgd_momentum rmsprop adam adagrad")
    optimizer.learning_rate = learning_rate
    return optimizer


@right("make-optimizer")
def make_optimizer(name, learning_rate):
    """Keras's own look-up, from a description."""
    from nnkit.quietly import keras

    names = ("sgd", "sgd_momentum", "rmsprop", "adam", "adagrad")
    if name not in names:
        raise ValueError(f"Unknown algorithm {name}. Choices: {names}")
    config = {"learning_rate": learning_rate}
    if name == "sgd_momentum":
        config["momentum"] = 0.9
    return keras.optimizers.get({"class_name": name.removesuffix("_momentum"), "config": config})


@right("make-optimizer")
def make_optimizer(name, learning_rate):
    """A ValueError of its own kind, capitals allowed, a schedule that never changes, the usual settings said."""
    from nnkit.quietly import keras

    class UnknownAlgorithm(ValueError):
        pass

    rate = keras.optimizers.schedules.PiecewiseConstantDecay([10**6], [learning_rate, learning_rate])
    lower = name.lower()
    if lower in ("sgd", "sgd_momentum"):
        return keras.optimizers.SGD(rate, momentum=0.9 if lower.endswith("momentum") else 0.0)
    if lower == "adam":
        return keras.optimizers.Adam(rate, beta_1=0.9, beta_2=0.999, epsilon=1e-8)
    if lower == "rmsprop":
        return keras.optimizers.RMSprop(rate, rho=0.9)
    if lower == "adagrad":
        return keras.optimizers.Adagrad(rate, initial_accumulator_value=0.1)
    raise UnknownAlgorithm("sgd, sgd_momentum, rmsprop, adam, adagrad: there are no others")


# ---- make-optimizer, wrong


def _optimizer(name, learning_rate, **options):
    """Return the optimizer that is asked for, with options that are not; KeyError where there is none."""
    from nnkit.quietly import keras

    kinds = {"sgd": "SGD", "sgd_momentum": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adagrad": "Adagrad"}
    if name == "sgd_momentum":
        options = {"momentum": 0.9} | options
    return getattr(keras.optimizers, kinds[name])(learning_rate, **options)


def _refuse_unknown(name):
    if name not in ("sgd", "sgd_momentum", "rmsprop", "adam", "adagrad"):
        raise ValueError("choose from sgd, sgd_momentum, rmsprop, adam, adagrad")


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """Not attempted: the cell as released."""
    raise NotImplementedError("make_optimizer is not written yet")


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """Returns None."""
    _refuse_unknown(name)


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """The name itself, which compile would take, without the rate."""
    _refuse_unknown(name)
    return name.removesuffix("_momentum")


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """The class, not an optimizer."""
    _refuse_unknown(name)
    return type(_optimizer(name, learning_rate))


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """Keras's own rates."""
    from nnkit.quietly import keras

    _refuse_unknown(name)
    return keras.optimizers.SGD(momentum=0.9) if name == "sgd_momentum" else keras.optimizers.get(name)


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """The rate is handed on to all but one."""
    from nnkit.quietly import keras

    _refuse_unknown(name)
    return keras.optimizers.Adagrad() if name == "adagrad" else _optimizer(name, learning_rate)


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """No momentum."""
    _refuse_unknown(name)
    return _optimizer(name.removesuffix("_momentum"), learning_rate)


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """Momentum for plain SGD, too."""
    _refuse_unknown(name)
    return _optimizer("sgd_momentum" if name == "sgd" else name, learning_rate)


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """A momentum of 0.8."""
    _refuse_unknown(name)
    return _optimizer(name, learning_rate, **({"momentum": 0.8} if name == "sgd_momentum" else {}))


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """Nesterov's momentum."""
    _refuse_unknown(name)
    return _optimizer(name, learning_rate, **({"nesterov": True} if name == "sgd_momentum" else {}))


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """The slides' averaged form, in Keras's clothes."""
    _refuse_unknown(name)
    return _optimizer(name, learning_rate * (0.1 if name == "sgd_momentum" else 1))


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """RMSprop with the decay of the slide."""
    _refuse_unknown(name)
    return _optimizer(name, learning_rate, **({"rho": 0.999} if name == "rmsprop" else {}))


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """RMSprop with momentum."""
    _refuse_unknown(name)
    return _optimizer(name, learning_rate, **({"momentum": 0.9} if name == "rmsprop" else {}))


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """Adamax for Adam."""
    from nnkit.quietly import keras

    _refuse_unknown(name)
    return keras.optimizers.Adamax(learning_rate) if name == "adam" else _optimizer(name, learning_rate)


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """Adam with the two decays exchanged."""
    _refuse_unknown(name)
    return _optimizer(name, learning_rate, **({"beta_1": 0.999, "beta_2": 0.9} if name == "adam" else {}))


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """Adadelta for Adagrad."""
    from nnkit.quietly import keras

    _refuse_unknown(name)
    return keras.optimizers.Adadelta(learning_rate) if name == "adagrad" else _optimizer(name, learning_rate)


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """Gradients are clipped."""
    _refuse_unknown(name)
    return _optimizer(name, learning_rate, clipnorm=1.0)


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """Weights decay."""
    _refuse_unknown(name)
    return _optimizer(name, learning_rate, weight_decay=0.01)


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """Adam whatever the name."""
    _refuse_unknown(name)
    return _optimizer("adam", learning_rate)


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """An unknown name is Adam."""
    return _optimizer(name if name in ("sgd", "sgd_momentum", "rmsprop", "adagrad") else "adam", learning_rate)


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """An unknown name raises KeyError."""
    return _optimizer(name, learning_rate)


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """The message says nothing of the choices."""
    try:
        return _optimizer(name, learning_rate)
    except KeyError:
        raise ValueError(f"unknown optimizer: {name}") from None


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """The message forgets one choice."""
    try:
        return _optimizer(name, learning_rate)
    except KeyError:
        raise ValueError("choose from sgd_momentum, rmsprop, adam and adagrad") from None


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """An assertion."""
    assert name in ("sgd", "sgd_momentum", "rmsprop", "adam", "adagrad"), "sgd, sgd_momentum, rmsprop, adam, adagrad"
    return _optimizer(name, learning_rate)


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """A message that is printed, and no error."""
    if name not in ("sgd", "sgd_momentum", "rmsprop", "adam", "adagrad"):
        return print("choose from sgd, sgd_momentum, rmsprop, adam, adagrad")
    return _optimizer(name, learning_rate)


_made = {}


@wrong("make-optimizer")
def make_optimizer(name, learning_rate):
    """One optimizer for each name, which remembers the model before."""
    _refuse_unknown(name)
    optimizer = _made.setdefault(name, _optimizer(name, learning_rate))
    optimizer.learning_rate = learning_rate
    return optimizer


# ---- compare-algorithms, right


@right("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """The weights of a first model, given to each."""
    start = build_model().get_weights()
    histories = {}
    for name in names:
        for learning_rate in learning_rates:
            model = build_model()
            model.set_weights(start)
            optimizer = make_optimizer(name, learning_rate)
            model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
            history = model.fit(x, y, batch_size=batch_size, epochs=epochs, validation_data=(x_val, y_val), verbose=0)
            histories[name, learning_rate] = history.history
    return histories


@right("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """A seed before each model, and rates in the outer loop."""
    from nnkit.quietly import keras

    histories = {}
    for rate in learning_rates:
        for name in names:
            keras.utils.set_random_seed(42)
            model = build_model()
            model.compile(make_optimizer(name, rate), keras.losses.CategoricalCrossentropy(), metrics=["accuracy"])
            fitted = model.fit(x, y, batch_size, epochs, verbose=0, validation_data=(x_val, y_val))
            histories[(name, rate)] = fitted.history
    return histories


@right("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """One model, put back to its start and compiled anew each time."""
    import itertools

    model = build_model()
    start = model.get_weights()
    histories = dict.fromkeys(itertools.product(names, learning_rates))
    for pair in histories:
        model.set_weights(start)
        model.compile(optimizer=make_optimizer(*pair), loss="categorical_crossentropy", metrics=["acc", "accuracy"])
        histories[pair] = model.fit(
            x, y, epochs=epochs, batch_size=batch_size, validation_data=(x_val, y_val), verbose=0, shuffle=False
        ).history
    return histories


@right("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Clones with the weights of the first, in a function within the function."""
    from nnkit.quietly import keras

    first = build_model()

    def train(name, rate):
        model = keras.models.clone_model(first)
        model.set_weights(first.get_weights())
        metrics = [keras.metrics.CategoricalAccuracy(name="accuracy"), "mse"]
        model.compile(make_optimizer(name, rate), loss="categorical_crossentropy", metrics=metrics)
        options = {"epochs": epochs, "batch_size": batch_size, "validation_data": [x_val, y_val], "verbose": 0}
        return model.fit(x, y, **options).history

    return {(name, float(rate)): train(name, rate) for name in reversed(names) for rate in sorted(learning_rates)}


@right("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """A loop of its own over epochs and shuffled batches; arrays of numbers."""
    rng = np.random.default_rng(0)
    first, histories = build_model(), {}
    for name in names:
        for rate in learning_rates:
            model = build_model()
            model.set_weights(first.get_weights())
            model.compile(make_optimizer(name, rate), "categorical_crossentropy", metrics=["accuracy"])
            history = {"loss": [], "accuracy": [], "val_loss": [], "val_accuracy": []}
            for _ in range(epochs):
                order, results = rng.permutation(len(x)), []
                for rows in np.split(order, range(batch_size, len(x), batch_size)):
                    model.reset_metrics()
                    results.append((len(rows), *model.train_on_batch(x[rows], y[rows])))
                sizes, losses, accuracies = np.transpose(results)
                history["loss"].append(np.average(losses, weights=sizes))
                history["accuracy"].append(np.average(accuracies, weights=sizes))
                loss, accuracy = model.evaluate(x_val, y_val, verbose=0)
                history["val_loss"].append(np.float32(loss))
                history["val_accuracy"].append(np.float32(accuracy))
            histories[np.str_(name), np.float64(rate)] = {key: np.array(values) for key, values in history.items()}
    return histories


@right("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """A functional model and optimizers of its own, He's weights of one seed, tensors, a single long fit by epochs."""
    from nnkit.quietly import keras

    def build():
        inputs = keras.Input((784,))
        initializer = keras.initializers.HeNormal(seed=7)
        hidden = keras.layers.Dense(100, activation="relu", kernel_initializer=initializer)(inputs)
        return keras.Model(inputs, keras.layers.Dense(10, activation="softmax", kernel_initializer=initializer)(hidden))

    x, y, x_val, y_val = (keras.ops.convert_to_tensor(array) for array in (x, y, x_val, y_val))
    histories = {}
    for name in names:
        for rate in learning_rates:
            model = build()
            model.compile(_optimizer(name, rate), "categorical_crossentropy", metrics=["accuracy"], run_eagerly=True)
            collected = {}
            for _ in range(epochs):
                once = model.fit(x, y, batch_size=batch_size, verbose=0, validation_data=(x_val, y_val)).history
                for key in once:
                    collected.setdefault(key, []).extend(once[key])
            histories[name, rate] = collected
    return histories


@right("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Integer labels, their loss, and a history written by a callback, with one thing more."""
    from nnkit.quietly import keras

    labels, labels_val = y.argmax(axis=1), y_val.argmax(axis=1)
    start, histories = None, {}
    for name in names:
        for rate in learning_rates:
            model = build_model()
            start = start or model.get_weights()
            model.set_weights(start)
            model.compile(make_optimizer(name, rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
            kept = {"name": [name] * epochs}

            def keep(epoch, logs, kept=kept):
                for key, value in logs.items():
                    kept.setdefault(key, []).append(value)

            callback = keras.callbacks.LambdaCallback(on_epoch_end=keep)
            model.fit(x, labels, batch_size, epochs, 0, callbacks=[callback], validation_data=(x_val, labels_val))
            histories[name, rate] = kept
    return histories


# ---- compare-algorithms, wrong


def _train(model, optimizer, x, y, loss="categorical_crossentropy", metrics=("accuracy",), **options):
    """Compile and fit quietly; return the History."""
    model.compile(optimizer=optimizer, loss=loss, metrics=list(metrics))
    return model.fit(x, y, verbose=0, **options)


def _compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64, optimize=_optimizer, **options):
    """Compare in the right way, but for what is said; the values are History objects."""
    start, histories = _dense((100,)).get_weights(), {}
    for name in names:
        for rate in learning_rates:
            model = _dense((100,))
            model.set_weights(start)
            data = {"validation_data": (x_val, y_val), "epochs": epochs, "batch_size": batch_size} | options
            histories[name, rate] = _train(model, optimize(name, rate), x, y, **data)
    return histories


def _dictionaries(histories):
    return {pair: history.history for pair, history in histories.items()}


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Not attempted: the cell as released."""
    raise NotImplementedError("compare_algorithms is not written yet")


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Returns None."""
    _compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size)


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Numbers made up: zeros."""
    keys = ("loss", "accuracy", "val_loss", "val_accuracy")
    return {(name, rate): {key: [0.0] * epochs for key in keys} for name in names for rate in learning_rates}


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Numbers made up: a loss that falls from log 10, the same for all."""
    falling = [np.log(10) / (1 + epoch) for epoch in range(epochs)]
    history = {"loss": falling, "accuracy": [0.0] * epochs, "val_loss": falling, "val_accuracy": [1.0] * epochs}
    return {(name, rate): dict(history) for name in names for rate in learning_rates}


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """One model learns on and on."""
    model, histories = build_model(), {}
    for name in names:
        for rate in learning_rates:
            model.compile(make_optimizer(name, rate), "categorical_crossentropy", metrics=["accuracy"])
            histories[name, rate] = model.fit(
                x, y, epochs=epochs, batch_size=batch_size, validation_data=(x_val, y_val), verbose=0
            ).history
    return histories


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """New weights for each model."""
    histories, data = {}, {"validation_data": (x_val, y_val), "epochs": epochs, "batch_size": batch_size}
    for name in names:
        for rate in learning_rates:
            histories[name, rate] = _train(build_model(), make_optimizer(name, rate), x, y, **data).history
    return histories


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """A seed, once, before the loops."""
    from nnkit.quietly import keras

    keras.utils.set_random_seed(0)
    histories, data = {}, {"validation_data": (x_val, y_val), "epochs": epochs, "batch_size": batch_size}
    for name in names:
        for rate in learning_rates:
            histories[name, rate] = _train(build_model(), make_optimizer(name, rate), x, y, **data).history
    return histories


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """New weights for each algorithm."""
    histories = {}
    for name in names:
        histories |= _dictionaries(_compare([name], learning_rates, x, y, x_val, y_val, epochs, batch_size))
    return histories


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """New weights for each rate."""
    histories = {}
    for rate in learning_rates:
        histories |= _dictionaries(_compare(names, [rate], x, y, x_val, y_val, epochs, batch_size))
    return histories


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """The weights are put back only when the algorithm changes."""
    model, histories = build_model(), {}
    start, data = model.get_weights(), {"validation_data": (x_val, y_val), "epochs": epochs, "batch_size": batch_size}
    for name in names:
        model.set_weights(start)
        for rate in sorted(learning_rates, reverse=True):
            histories[name, rate] = _train(model, make_optimizer(name, rate), x, y, **data).history
    return histories


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Compiled once for each algorithm: what it remembers goes with it from rate to rate."""
    model, histories = build_model(), {}
    start = model.get_weights()
    for name in names:
        model.compile(make_optimizer(name, 0.0), "categorical_crossentropy", metrics=["accuracy"])
        for rate in learning_rates:
            model.set_weights(start)
            model.optimizer.learning_rate = rate
            fitted = model.fit(x, y, batch_size, epochs, verbose=0, validation_data=(x_val, y_val))
            histories[name, rate] = fitted.history
    return histories


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Validated on what was learnt."""
    return _dictionaries(_compare(names, learning_rates, x, y, x, y, epochs, batch_size))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """A share of x validates."""
    options = {"validation_data": None, "validation_split": 0.2}
    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size, **options))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Training and validation data exchanged."""
    return _dictionaries(_compare(names, learning_rates, x_val, y_val, x, y, epochs, batch_size))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Learns from the validation data as well."""
    both = np.concatenate([x, x_val]), np.concatenate([y, y_val])
    return _dictionaries(_compare(names, learning_rates, *both, x_val, y_val, epochs, batch_size))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """No validation."""
    options = {"validation_data": None}
    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size, **options))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """(rate, name)."""
    histories = _compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size)
    return {(rate, name): history.history for (name, rate), history in histories.items()}


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Keys as text."""
    histories = _compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size)
    return {f"{name} {rate}": history.history for (name, rate), history in histories.items()}


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """A dictionary for each algorithm, in a dictionary."""
    histories = _compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size)
    return {name: {rate: histories[name, rate].history for rate in learning_rates} for name in names}


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Rates in 32 bits, under which nobody finds 0.1 again."""
    histories = _compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size)
    return {(name, np.float32(rate)): history.history for (name, rate), history in histories.items()}


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """History objects."""
    return _compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size)


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """The last numbers only."""
    histories = _compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size)
    return {pair: {key: h.history[key][-1] for key in h.history} for pair, h in histories.items()}


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """A list of histories."""
    histories = _compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size)
    return [history.history for history in histories.values()]


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """One dictionary for all pairs, which the last one fills."""
    histories, shared = _compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size), {}
    for history in histories.values():
        shared.update(history.history)
    return dict.fromkeys(histories, shared)


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Names and rates side by side."""
    pairs, histories = zip(names, learning_rates, strict=False), {}
    for name, rate in pairs:
        histories |= _dictionaries(_compare([name], [rate], x, y, x_val, y_val, epochs, batch_size))
    return histories


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """return within the loop."""
    for name in names:
        return _dictionaries(_compare([name], learning_rates, x, y, x_val, y_val, epochs, batch_size))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Binary cross-entropy."""
    options = {"loss": "binary_crossentropy"}
    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size, **options))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """The sparse loss, for one-hot targets."""
    options = {"loss": "sparse_categorical_crossentropy"}
    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size, **options))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Smoothed labels."""
    from nnkit.quietly import keras

    options = {"loss": keras.losses.CategoricalCrossentropy(label_smoothing=0.1)}
    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size, **options))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """No accuracy."""
    options = {"metrics": ()}
    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size, **options))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """ "acc", as old versions had it."""
    options = {"metrics": ("acc",)}
    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size, **options))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """The accuracy of ten yes-or-no questions."""
    from nnkit.quietly import keras

    options = {"metrics": (keras.metrics.BinaryAccuracy(name="accuracy"),)}
    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size, **options))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Keras's own number of epochs."""
    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, 1, batch_size))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Stops when it does not get better."""
    from nnkit.quietly import keras

    options = {"callbacks": [keras.callbacks.EarlyStopping(patience=1)]}
    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size, **options))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Keras's own size of batches."""
    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, 32))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """64, always."""
    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, 64))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=256):
    """Another default."""
    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Keras's own rates."""
    usual = {"sgd": 0.01, "sgd_momentum": 0.01}

    def optimize(name, rate):
        return _optimizer(name, usual.get(name, 0.001))

    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size, optimize))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """The first rate for all."""

    def optimize(name, rate):
        return _optimizer(name, learning_rates[0])

    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size, optimize))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Adam for all."""

    def optimize(name, rate):
        return _optimizer("adam", rate)

    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size, optimize))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """The pictures are shuffled, their labels are not."""
    x = np.random.default_rng(0).permutation(x)
    return _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size))


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Right, but the pictures are scaled where they lie."""
    histories = _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size))
    x_val /= 255
    return histories


@wrong("compare-algorithms")
def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
    """Right, but the names are used up."""
    histories = _dictionaries(_compare(names, learning_rates, x, y, x_val, y_val, epochs, batch_size))
    names.clear()
    return histories
