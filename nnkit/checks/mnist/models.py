"""Exercise: a Keras model of dense layers, judged by what it computes and never by how it was put together.

Any model with the right numbers of weights is given random ones, the same as the reference has; then both must answer
the same for the same images. So it is all one whether it is Sequential or functional, and whether ReLU is a layer of
its own.
"""

import contextlib
import functools

import numpy as np

from nnkit.checks.exercise import Exercise

__all__ = ["build_model"]

N_PIXELS, N_CLASSES = 784, 10


def _build_model(hidden=(100,)):
    """784 -> dense ReLU layers of `hidden` units -> softmax of 10; not compiled."""
    return _model([("relu", units) for units in hidden] + [("softmax", N_CLASSES)])


_build_model.__name__ = "build_model"


def _model(layers, n_inputs=N_PIXELS, **options):
    """Return a model of dense layers, each given as (activation, units); options go to every layer."""
    from nnkit.quietly import keras

    dense = [keras.layers.Dense(units, activation=activation, **options) for activation, units in layers]
    return keras.Sequential([keras.Input((n_inputs,)), *dense])


def _draw(rng):
    """Draw images from pale to far too bright, with negative pixels, and the sizes of two hidden layers."""
    first, second = (int(units) for units in rng.permutation(np.arange(5, 40))[:2])
    return {
        "x": (np.geomspace(0.5, 10, 7)[:, None] * rng.normal(size=(7, N_PIXELS))).astype(np.float32),
        "two": (first, second),
        "seed": int(rng.integers(99)),
    }


def _probe(answer, x, two, seed):
    models = {"one hidden layer": answer(), "none": answer(()), "two": answer(two)}
    for name, model in models.items():
        yield f"{name}: weights", _shapes(model)
        fill(model, seed)
        yield f"{name}: output", np.array(model(x))
    yield "training", _in_training(models["two"], x)
    yield "fresh", _untouched_by_another(answer, two)
    yield "start", " ".join(_start(weights) for weights in answer(two).get_weights())
    yield "penalty", float(sum(np.sum(np.array(loss)) for loss in models["two"].losses))
    yield "trainable", len(models["two"].trainable_weights)
    yield "compiled", _evaluates(answer(two), x)


def _shapes(model):
    """Return the shapes of a model's weights, as text; what else it is, if it is no model."""
    if not hasattr(model, "get_weights"):
        return f"no model, but {type(model).__name__}"
    return " ".join(str(weights.shape) for weights in model.get_weights()) or "no weights yet"


def fill(model, seed):
    """Give a model random weights and biases, the same for all models of the same shapes.

    They are about as large as Glorot's, so that neither ReLU nor softmax has made up its mind for all inputs.
    """
    rng = np.random.default_rng(seed)
    weights = model.get_weights()
    model.set_weights([rng.normal(size=w.shape) / np.sqrt(len(w)) for w in weights])


def _in_training(model, x):
    """Say whether a model answers while it is trained as it does later, when it is used."""
    outputs = np.array(model(x, training=True)), np.array(model(x, training=False))
    return "the same" if np.allclose(*outputs, atol=1e-5) else "something else"


def _untouched_by_another(answer, hidden):
    """Say what a second model has to do with the first: nothing, it is to be hoped."""
    first, second = answer(hidden), answer(hidden)
    before = first.get_weights()
    second.set_weights([w + 1 for w in second.get_weights()])
    same = all(map(np.array_equal, before, first.get_weights()))
    return "a new model" if same else "a model that shares weights with another"


def _start(weights):
    """Describe the weights or biases that a new layer starts from."""
    if weights.ndim < 2:
        return "biases"
    return "random" if np.ptp(weights, axis=1).max() > 0 else "alike"


def _evaluates(model, x):
    """Say whether a model has an optimizer or can be evaluated, which Keras refuses with a ValueError before `compile`.

    With one kind of targets or another, that is: a loss that does not fit the targets is a ValueError too.
    """
    if getattr(model, "optimizer", None) is not None:
        return "compiled"
    labels = np.arange(len(x))
    for targets in (np.eye(N_CLASSES, dtype=np.float32)[labels], labels):
        with contextlib.suppress(ValueError):
            model.evaluate(x, targets, verbose=0)
            return "compiled"
    return "not compiled"


build_model = Exercise(
    id="build-mnist-model",
    reference=_build_model,
    claims={
        "one hidden layer: weights": "build_model() has weights for 784 inputs, 100 hidden units and 10 outputs",
        "one hidden layer: output": "it computes softmax(relu(X W1 + B1) W2 + B2)",
        "none: weights": "build_model(hidden=()) leads from 784 inputs straight to 10 outputs",
        "none: output": "it computes softmax(X W + B)",
        "two: weights": "with two numbers in hidden there are two hidden layers, in that order",
        "two: output": "each hidden layer ends with ReLU, the last one with softmax",
        "training": "it computes the same while it is trained",
        "fresh": "each call returns a new model",
        "start": "its weights start random: equal units would stay equal for ever",
        "penalty": "it adds no penalty to the loss",
        "trainable": "all of its weights can learn",
        "compiled": "it is not compiled yet",
    },
    draw=_draw,
    probe=_probe,
    rounds=2,
)


def _variant(middle="relu", end="softmax", **options):
    """Return a build_model with other activations, or other options of its layers."""

    def build(hidden=(100,)):
        return _model([(middle, units) for units in hidden] + [(end, N_CLASSES)], **options)

    return build


_mistake = build_model.mistake

_mistake(
    "the hidden layers have no activation, so the whole network is one straight line: they need activation='relu'."
)(_variant(middle=None))
_mistake("the hidden layers end with sigmoid. ReLU is asked for: activation='relu'.")(_variant(middle="sigmoid"))
_mistake("the hidden layers end with tanh. ReLU is asked for: activation='relu'.")(_variant(middle="tanh"))
_mistake("the last layer has no softmax, so its outputs are no probabilities: activation='softmax'.")(
    _variant(end=None)
)
_mistake("the last layer ends with sigmoid, which judges each class by itself. For one class out of ten: 'softmax'.")(
    _variant(end="sigmoid")
)
_mistake("the last layer ends with ReLU. Probabilities come from activation='softmax'.")(_variant(end="relu"))
_mistake("softmax stands in the hidden layers too. It belongs to the last layer alone; the others have ReLU.")(
    _variant(middle="softmax")
)
_mistake("the layers have no biases. Leave use_bias alone.")(_variant(use_bias=False))
_mistake("the weights of a layer start alike, so all its units learn the same. Leave the initializer alone.")(
    _variant(kernel_initializer="zeros")
)
_mistake("a penalty on the weights is added to the loss. Leave kernel_regularizer out.")(
    _variant(kernel_regularizer="l2")
)


@_mistake("`hidden` is not used: there is always one hidden layer of 100 units.")
def _(hidden=(100,)):
    return _build_model((100,))


@_mistake("only the first number in `hidden` becomes a layer. Loop over all of them: `for units in hidden:`.")
def _(hidden=(100,)):
    return _build_model(hidden[:1])


@_mistake("the hidden layers are in reverse order: the first number belongs to the layer next to the images.")
def _(hidden=(100,)):
    return _build_model(hidden[::-1])


@_mistake(
    "the model does not know its inputs, so it has no weights yet. Begin with keras.Input((784,)); its shape is that "
    "of one example, without the batch."
)
def _(hidden=(100,)):
    from nnkit.quietly import keras

    dense = [keras.layers.Dense(units, activation="relu") for units in hidden]
    return keras.Sequential([*dense, keras.layers.Dense(N_CLASSES, activation="softmax")])


@_mistake("the model takes squares, (28, 28), but images are rows by now. Begin with keras.Input((784,)).")
def _(hidden=(100,)):
    from nnkit.quietly import keras

    dense = [keras.layers.Dense(units, activation="relu") for units in hidden]
    last = keras.layers.Dense(N_CLASSES, activation="softmax")
    return keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), *dense, last])


@_mistake("there is a dropout layer, which silences units in training. Only dense layers are asked for.")
def _(hidden=(100,)):
    from nnkit.quietly import keras

    layers = [keras.Input((N_PIXELS,))]
    for units in hidden:
        layers += [keras.layers.Dense(units, activation="relu"), keras.layers.Dropout(0.5, seed=0)]
    return keras.Sequential([*layers, keras.layers.Dense(N_CLASSES, activation="softmax")])


@_mistake("the model is compiled already. Leave that to the one who trains it, who chooses the algorithm.")
def _(hidden=(100,)):
    model = _build_model(hidden)
    model.compile(loss="categorical_crossentropy")
    return model


@_mistake("nothing is returned: end with `return model`.")
def _(hidden=(100,)):
    _build_model(hidden)


_mistake("two calls share layers, so what one model learns changes the other. Make all layers inside the function.")(
    functools.cache(_build_model)
)
