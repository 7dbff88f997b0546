"""Exercise: a network from its hyperparameters.

The model is looked at from outside only: it is given known weights, and what it answers then is compared. Dropout shows
itself in training, in a network of single units: through them an example comes with few values, one for each way in
which units can be silenced, and these values are known.
"""

import numpy as np

from nnkit.checks.exercise import StandIn
from nnkit.checks.hyperparameters.stepwise import StepwiseExercise

__all__ = ["setup_model", "setup_model_exercise"]

RATES = 0.23, 0.36, 0.42, 0.45, 0.55, 0.61, 0.65  # unusual ones, whose logits are far from the edges of rounding


def setup_model(topo, dropout_rate, input_size, output_size):
    """Return a Keras model, not compiled: dense ReLU layers of `topo` units, then a sigmoid unit or a softmax.

    Each hidden layer is followed by dropout if its rate is above 0. An output of size 1 is a sigmoid unit.
    """
    from nnkit.quietly import keras

    layers = [keras.Input((input_size,))]
    for units in topo:
        layers.append(keras.layers.Dense(int(units), activation="relu"))  # Keras refuses NumPy's integers
        if dropout_rate > 0:
            layers.append(keras.layers.Dropout(dropout_rate))
    layers.append(keras.layers.Dense(int(output_size), activation="sigmoid" if output_size == 1 else "softmax"))
    return keras.Sequential(layers)


# ---- what is asked


def _draw(rng):
    """Draw three networks of different depth and unlike sizes, with weights and inputs; and a rate of dropout."""
    *widths, n_inputs, n_outputs = (int(size) for size in rng.permutation([3, 4, 5, 6, 7, 8, 9, 10]))
    topologies = {"one": widths[:1], "two": widths[1:3], "three": widths[3:6]}
    sizes = {"one": (n_inputs, n_outputs), "two": (n_inputs + 1, 1), "three": (n_inputs, n_outputs + 1)}
    return {
        "topologies": topologies,
        "sizes": sizes,
        "weights": {name: _weights(rng, [sizes[name][0], *topologies[name], sizes[name][1]]) for name in sizes},
        "X": {name: rng.normal(size=(6, sizes[name][0])) for name in sizes},
        "rate": float(rng.choice(RATES)),
    }


def _weights(rng, widths):
    """Return weights and biases between layers of these widths, small enough that no output saturates."""
    pairs = zip(widths[:-1], widths[1:], strict=True)
    return [array for n, m in pairs for array in (rng.normal(size=(n, m)) / np.sqrt(n), rng.normal(size=m))]


def _probe(answer, topologies, sizes, weights, X, rate):
    given = {name: list(topo) for name, topo in topologies.items()}
    models = {name: answer(given[name], 0, *sizes[name]) for name in topologies}
    yield "model", ", ".join(_kind(model) for model in models.values())
    for name, model in models.items():
        yield name, _shapes(model)
    yield "softmax", _output(models["one"], weights["one"], X["one"])
    yield "sigmoid", _output(models["two"], weights["two"], X["two"])
    yield "deep", _output(models["three"], weights["three"], X["three"])
    yield "no dropout", _same_in_training(models["three"], X["three"])
    dropping = answer(given["two"], rate, *sizes["two"])
    yield "prediction", _output(dropping, weights["two"], X["two"])
    yield "dropout", _values_in_training(answer([1, 1], rate, 1, 1))
    yield "compiled", "compiled" if models["one"].compiled else "not compiled"
    yield "new", _start(answer(given["two"], 0, *sizes["two"]), answer(given["two"], 0, *sizes["two"]))
    yield "arguments", [given[name] == topologies[name] for name in topologies]


def _kind(model):
    from nnkit.quietly import keras

    is_model = model.is_model if isinstance(model, StandIn) else isinstance(model, keras.Model)
    return "Keras model" if is_model else type(model).__name__


def _shapes(model):
    return " ".join(str(array.shape) for array in model.get_weights())


def _output(model, weights, X, training=False):
    """Return the model's output at X once it has these weights; a sentence where they do not fit it."""
    if [array.shape for array in model.get_weights()] != [array.shape for array in weights]:
        return "the weights do not fit"
    model.set_weights(weights)
    return np.asarray(model(X.astype("float32"), training=training))


def _start(model, other):
    """Say what a model starts with, and whether it is the other one again."""
    weights, trainable = model.get_weights(), len(model.trainable_weights)
    other.set_weights([0 * array for array in weights])
    if not all(map(np.any, model.get_weights()[::2])):  # the others are biases
        return "no random weights, or those of an earlier model"
    return "random weights" if trainable == len(weights) else f"{trainable} of {len(weights)} arrays that can learn"


def _same_in_training(model, X):
    same = np.allclose(model(X, training=True), model(X, training=False), atol=1e-5)
    return "the same in training" if same else "another output in training"


def _values_in_training(model):
    """Return the different logits, in training, of a network 1-1-1-1 for an input of 1, smallest first.

    With weights of 1 and biases of 0, 1, 0 a first unit gives 1 or is silenced, a second adds 1 and may be silenced
    too. Of 2000 tries none of the ways is left out: the rarest comes 80 times on average.
    """
    one = np.ones((1, 1))
    p = _output(model, [one, [0.0] * one[0], one, one[0], 0.5 * one, 0 * one[0]], np.ones((2000, 1)), training=True)
    if isinstance(p, str):
        return p
    with np.errstate(all="ignore"):
        return np.unique(np.round(np.log(p / (1 - p)), 2))


setup_model_exercise = StepwiseExercise(
    id="setup-model",
    reference=setup_model,
    claims={
        "model": "setup_model returns a Keras model",
        "one": "with one hidden layer, weights and biases have the shapes of the topology",
        "two": "with two hidden layers and a single output, too",
        "three": "with three hidden layers, too",
        "softmax": "hidden layers are ReLU, and several outputs are a softmax",
        "sigmoid": "a single output is a sigmoid",
        "deep": "three hidden layers give the right output, too",
        "no dropout": "at a rate of 0 nothing is dropped in training",
        "prediction": "dropout leaves predictions alone",
        "dropout": "in training, units are dropped at the rate after each hidden layer, and nowhere else",
        "compiled": "the model is not compiled: that is train_dnn's business",
        "new": "each call makes a new model, whose weights are random and can learn",
        "arguments": "the list topo stays as it was",
    },
    draw=_draw,
    probe=_probe,
    rounds=2,
)


# ---- known mistakes


def _built(hidden, output, activation="relu", after_input=0, compiled=False, last=0):
    """Return a model from (units, rate of dropout) of each hidden layer; what the versions below differ in is named."""

    def build(input_size, output_size):
        from nnkit.quietly import keras

        model = keras.Sequential([keras.Input((input_size,))])
        if after_input:
            model.add(keras.layers.Dropout(after_input))
        for units, rate in hidden:
            model.add(keras.layers.Dense(units, activation=activation))
            if rate:
                model.add(keras.layers.Dropout(rate))
        model.add(keras.layers.Dense(output_size, activation=output))
        if last:
            model.add(keras.layers.Dropout(last))
        if compiled:
            model.compile(loss="mse")
        return model

    return build


def _end(output_size):
    return "sigmoid" if output_size == 1 else "softmax"


@setup_model_exercise.mistake("nothing is returned: end with `return model`.")
def _(topo, dropout_rate, input_size, output_size):
    _built([(units, dropout_rate) for units in topo], _end(output_size))(input_size, output_size)


@setup_model_exercise.mistake(
    "the output is a softmax always. Of a single unit that is 1 for every input: use a sigmoid."
)
def _(topo, dropout_rate, input_size, output_size):
    return _built([(units, dropout_rate) for units in topo], "softmax")(input_size, output_size)


@setup_model_exercise.mistake(
    "the output is a sigmoid always. For several classes the outputs must add up to 1: softmax."
)
def _(topo, dropout_rate, input_size, output_size):
    return _built([(units, dropout_rate) for units in topo], "sigmoid")(input_size, output_size)


@setup_model_exercise.mistake('the last layer has no activation: give it activation="softmax" or "sigmoid".')
def _(topo, dropout_rate, input_size, output_size):
    return _built([(units, dropout_rate) for units in topo], None)(input_size, output_size)


@setup_model_exercise.mistake(
    'the hidden layers have no activation, so all of them together are one linear layer: activation="relu".'
)
def _(topo, dropout_rate, input_size, output_size):
    return _built([(units, dropout_rate) for units in topo], _end(output_size), None)(input_size, output_size)


@setup_model_exercise.mistake("the hidden layers are sigmoids; they should be ReLU.")
def _(topo, dropout_rate, input_size, output_size):
    return _built([(units, dropout_rate) for units in topo], _end(output_size), "sigmoid")(input_size, output_size)


@setup_model_exercise.mistake("only the first number of topo is used: add a hidden layer for each, in a loop.")
def _(topo, dropout_rate, input_size, output_size):
    return _built([(topo[0], dropout_rate)], _end(output_size))(input_size, output_size)


@setup_model_exercise.mistake("every hidden layer has the first one's number of units; use the number of each.")
def _(topo, dropout_rate, input_size, output_size):
    return _built([(topo[0], dropout_rate) for _ in topo], _end(output_size))(input_size, output_size)


@setup_model_exercise.mistake("the hidden layers come in reverse: topo goes from the input to the output.")
def _(topo, dropout_rate, input_size, output_size):
    return _built([(units, dropout_rate) for units in topo[::-1]], _end(output_size))(input_size, output_size)


@setup_model_exercise.mistake("there is no dropout: after each hidden layer add Dropout(dropout_rate).")
def _(topo, dropout_rate, input_size, output_size):
    return _built([(units, 0) for units in topo], _end(output_size))(input_size, output_size)


@setup_model_exercise.mistake("dropout follows the last hidden layer only: add it in the loop, after each.")
def _(topo, dropout_rate, input_size, output_size):
    rates = [0] * (len(topo) - 1) + [dropout_rate]
    return _built(zip(topo, rates, strict=True), _end(output_size))(input_size, output_size)


@setup_model_exercise.mistake("dropout follows the first hidden layer only: add it after each.")
def _(topo, dropout_rate, input_size, output_size):
    rates = [dropout_rate] + [0] * (len(topo) - 1)
    return _built(zip(topo, rates, strict=True), _end(output_size))(input_size, output_size)


@setup_model_exercise.mistake("the inputs are dropped, too. Dropout belongs after hidden layers only.")
def _(topo, dropout_rate, input_size, output_size):
    hidden = [(units, dropout_rate) for units in topo]
    return _built(hidden, _end(output_size), after_input=dropout_rate)(input_size, output_size)


@setup_model_exercise.mistake(
    "the outputs are dropped, too: a probability must not be. Dropout follows hidden layers only."
)
def _(topo, dropout_rate, input_size, output_size):
    return _built([(units, dropout_rate) for units in topo], _end(output_size), last=dropout_rate)(
        input_size, output_size
    )


@setup_model_exercise.mistake("the rate is that of units to keep. Keras's Dropout takes the rate of units to drop.")
def _(topo, dropout_rate, input_size, output_size):
    rate = 1 - dropout_rate if dropout_rate else 0
    return _built([(units, rate) for units in topo], _end(output_size))(input_size, output_size)


@setup_model_exercise.mistake("the rate is always 0.5, also where dropout_rate says 0: use dropout_rate.")
def _(topo, dropout_rate, input_size, output_size):
    return _built([(units, 0.5) for units in topo], _end(output_size))(input_size, output_size)


@setup_model_exercise.mistake("the model is compiled already. Leave that to train_dnn, which knows the algorithm.")
def _(topo, dropout_rate, input_size, output_size):
    return _built([(units, dropout_rate) for units in topo], _end(output_size), compiled=True)(input_size, output_size)


MADE = {}


@setup_model_exercise.mistake(
    "a model that was made before is returned again, with all that it has learnt. Make a new one at each call."
)
def _(topo, dropout_rate, input_size, output_size):
    key = (*topo, "dropout", dropout_rate, input_size, output_size)
    if key not in MADE:
        MADE[key] = setup_model(topo, dropout_rate, input_size, output_size)
    return MADE[key]


@setup_model_exercise.mistake("topo.pop() takes the numbers out of the caller's list: loop over topo, do not empty it.")
def _(topo, dropout_rate, input_size, output_size):
    hidden = [(topo.pop(0), dropout_rate) for _ in range(len(topo))]
    return _built(hidden, _end(output_size))(input_size, output_size)
