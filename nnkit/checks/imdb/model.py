"""Exercise: the slides' network for reviews, as a Keras model.

What is looked at is what the model does: its weights are set, and then its predictions, its losses and its steps are
compared with those of a right model. Dropout is random, so it is made to speak: with weights that are chosen for it,
the prediction says which units were silent.
"""

import functools

import numpy as np

from nnkit.checks.compare import same
from nnkit.checks.exercise import Exercise
from nnkit.checks.imdb.dropout import near

__all__ = ["build_imdb_model"]

N_TRIES = 20_000  # examples on which dropout is tried: the share of zeros is then right to about 0.004


def _compiled(
    hidden,
    n_words,
    dropout,
    penalty,
    layers="12",
    activation="relu",
    end=("sigmoid", 1),
    dropped="12",
    penalised="12",
    regularizer="kernel_regularizer",
    **settings,
):
    """Return the slides' model; what comes after `penalty`, and settings of `compile`, is there for the mistakes.

    Places in the model are letters: i for the input, 1 and 2 for the hidden layers, o for the output.
    """
    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for place in "i" + layers + "o":
        function, units = end if place == "o" else (activation, hidden)
        if place != "i":
            penalties = {regularizer: penalty if place in penalised else None}
            model.add(keras.layers.Dense(units, function, **penalties))
        if place in dropped and dropout:
            model.add(keras.layers.Dropout(dropout))
    settings = {"optimizer": "rmsprop", "loss": "binary_crossentropy", "metrics": ["accuracy"]} | settings
    if settings["optimizer"]:
        model.compile(**settings)
    return model


def _l1_l2(l1, l2):
    from nnkit.quietly import keras

    return keras.regularizers.L1L2(l1=l1, l2=l2)


def _build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Return n_words inputs, twice a dense ReLU layer (l1, l2 on its kernel) and dropout, a sigmoid unit, compiled."""
    return _compiled(hidden, n_words, dropout, _l1_l2(l1, l2))


_build_model.__name__ = "build_model"


def _draw(rng):
    """Draw weights for a small model, reviews for it, and strengths of penalties that no two of them share."""
    n_words, hidden, n = (int(size) for size in rng.permutation([7, 5, 9]) + rng.integers(0, 2))
    shapes = [(n_words, hidden), (hidden,), (hidden, hidden), (hidden,), (hidden, 1), (1,)]
    return {
        "weights": [rng.normal(size=shape).astype(np.float32) for shape in shapes],
        "x": rng.integers(0, 2, size=(n, n_words)).astype(np.float32),
        "y": rng.permutation(np.arange(n) % 2).astype(np.float32),
        "l1": float(rng.uniform(0.01, 0.02)),
        "l2": float(rng.uniform(0.03, 0.05)),
        "rate": float(rng.choice([0.25, 0.35])),
    }


# ---- what is looked at: each part makes models of its own


def _plain(answer, weights, x, y, **_):
    model = answer(hidden=len(weights[1]), n_words=len(weights[0]))
    yield "shapes", _shapes(model)
    yield "start", [np.ptp(kernel) > 0 for kernel in model.get_weights()[::2]]
    model.set_weights(weights)
    yield "output", _predict(model, x)
    reported = _evaluate(model, x, y)
    yield "loss", reported["loss"]
    yield "accuracy", reported.get("accuracy", f"nothing of that name, but {', '.join(reported)}")


def _penalised(name, *strengths):
    """Return a part that reports, as `name`, the loss with these strengths ("l1", "l2") in place of 0."""

    def part(answer, weights, x, y, **inputs):
        model = _made(answer, weights, **{strength: inputs[strength] for strength in strengths})
        yield name, _evaluate(model, x, y)["loss"]

    part.__name__ = name
    return part


def _dropping(answer, rate, **_):
    """Dropout is seen by a model whose prediction tells which of two of its units are silent.

    Both units of the first layer give 1. The first unit of the second layer gives 1 more than the second unit of the
    first, and is handed on. With s = 1/(1 - rate) the logit is therefore 0 where the last of these is silent, s where
    the other is, and s + s^2 where none is. (The two have different places in their layers, as a seed may be fixed.)
    """
    weights = [[[1, 1]], [0, 0], [[0, 0], [1, 0]], [1, 0], [[1], [0]], [0]]
    model = _made(answer, [np.array(array, np.float32) for array in weights], dropout=rate)
    yield "prediction", _predict(model, np.ones((1, 1)))
    p = _predict(model, np.ones((N_TRIES, 1), np.float32), training=True).ravel()
    yield "dropout", _silent(np.round(np.log(p / (1 - p)), 2), rate)


def _training(answer, weights, x, y, **_):
    model = _made(answer, weights)
    yield "new", _is_new(model, answer(hidden=len(weights[1]), n_words=len(weights[0])))
    yield "step", _step(model, x, y)


def _default(answer, **_):
    yield "default", _shapes(answer())


PARTS = {
    _plain: ("shapes", "start", "output", "loss", "accuracy"),
    _penalised("l1", "l1"): ("l1",),
    _penalised("l2", "l2"): ("l2",),
    _penalised("both", "l1", "l2"): ("both",),
    _dropping: ("prediction", "dropout"),
    _training: ("new", "step"),
    _default: ("default",),
}


def _probe(answer, **inputs):
    for part in PARTS:
        yield from part(answer, **inputs)


class LongExercise(Exercise):
    """An exercise with many known mistakes, each of which takes a while to be tried: nothing is tried in vain.

    What the student is told about comes first, and a mistake is tried for as long as it gives what the student's gave.
    """

    awaited = None  # while mistakes run: the first wrong piece, and what the student's answer gave

    def parts(self):
        """Return what the probe is made of."""
        return list(PARTS)

    def _pieces(self, answer, inputs):
        piece, pieces = self.awaited or (None, None)
        for part in sorted(PARTS, key=lambda part: piece not in PARTS[part]):
            for name, value in self.play(part, answer, inputs):
                yield name, value
                if self.awaited and not (name in pieces and same(value, pieces[name])):
                    return

    def _explain(self, verdict, piece, inputs, expected, received):
        self.awaited = piece, received.pieces
        try:
            super()._explain(verdict, piece, inputs, expected, received)
        finally:
            self.awaited = None


def _made(answer, weights, **settings):
    """Return the answer's model of these weights' sizes, with these weights."""
    model = answer(hidden=len(weights[1]), n_words=len(weights[0]), **settings)
    model.set_weights(weights)
    return model


def _silent(logits, rate):
    """Say which share of the two units (see `_dropping`) is silent, and which logits come."""
    awake = logits[logits != 0]
    shares = [0, rate, 0.5, 1 - rate, 1 - (1 - rate) ** 2, 1]
    first, second = (near(np.mean(silent), shares) for silent in (awake < awake.max(initial=0), logits == 0))
    return f"first {first:.0%}, second {second:.0%}, logits " + " ".join(f"{way:.2f}" for way in np.unique(logits)[:6])


def _is_new(old, model):
    """Say whether a model is one of its own: what happens to it leaves the old one alone."""
    before = old.get_weights()
    model.set_weights([array + 1 for array in before])
    untouched = all(map(np.array_equal, before, old.get_weights()))
    return "a new model" if untouched else "the same model again"


def _shapes(model):
    return " ".join(str(tuple(array.shape)) for array in model.get_weights())


def _predict(model, x, training=False):
    return np.array(model(x, training=training))


def _evaluate(model, x, y):
    """Return {"loss": ..., "accuracy": ...}, without a compiled graph, which would take longer to make than to use."""
    model.run_eagerly = True
    model.reset_metrics()  # they are means over all batches since the last reset, of an earlier look too
    return model.test_on_batch(x, y, return_dict=True)


def _step(model, x, y):
    """Return how two steps of training change the weights."""
    before = model.get_weights()
    model.run_eagerly = True
    for _ in range(2):
        model.train_on_batch(x, y)
    return np.concatenate([(new - old).ravel() for new, old in zip(model.get_weights(), before, strict=True)])


build_imdb_model = LongExercise(
    id="build-imdb-model",
    reference=_build_model,
    claims={
        "shapes": "two hidden dense layers and an output of one unit, each with weights and biases, of these shapes",
        "start": "the weights start at random",
        "output": "hidden layers end in ReLU, the output in sigmoid",
        "loss": "it is compiled with binary cross-entropy, and without penalties where none are asked for",
        "accuracy": 'evaluate gives an "accuracy" too',
        "l1": "l1 adds l1 times the sum of |w| over the kernels of both hidden layers to the loss",
        "l2": "l2 adds l2 times the sum of w squared over the same kernels",
        "both": "with l1 and l2, both are added",
        "prediction": "dropout does nothing in prediction",
        "dropout": "in training, units of both hidden layers are silent at the rate, the others scaled by 1/(1 - rate)",
        "new": "each call makes a new model, which leaves the others alone",
        "step": "the optimizer is RMSprop with Keras's own settings",
        "default": "without arguments there are 10,000 inputs and 16 units in each hidden layer",
    },
    draw=_draw,
    probe=_probe,
    rounds=1,  # weights, inputs and strengths are all drawn: one model of each kind says enough
)


def _builder(penalty=_l1_l2, **changes):
    """Return a build_model that does one thing in another way."""

    def build(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
        return _compiled(hidden, n_words, dropout, penalty(l1, l2), **changes)

    return build


for _sentence, _changes in {
    "the activation of the hidden layers is missing: Dense(hidden, activation='relu').": {"activation": None},
    "the hidden layers have tanh in place of ReLU.": {"activation": "tanh"},
    "the output is a plain number. A probability needs activation='sigmoid' in the last layer.": {"end": (None, 1)},
    "softmax of a single unit is always 1. For yes or no, the last layer has one unit with sigmoid.": {
        "end": ("softmax", 1)
    },
    "the output has two units. One is enough: the probability that the review is positive.": {"end": ("softmax", 2)},
    "there is one hidden layer; the slides have two.": {"layers": "1"},
    "the model is not compiled: call model.compile(optimizer=..., loss=..., metrics=[...]) before you return it.": {
        "optimizer": None
    },
    "compile takes metrics by name, as its third place is for something else: say metrics=['accuracy'].": {
        "loss_weights": ["accuracy"],
        "metrics": None,
    },
    "the optimizer is Adam; the slides have 'rmsprop'.": {"optimizer": "adam"},
    "the optimizer is SGD; the slides have 'rmsprop'.": {"optimizer": "sgd"},
    "the loss is the mean squared error. For a probability, it is 'binary_crossentropy'.": {"loss": "mse"},
    "no metric is compiled: metrics=['accuracy'].": {"metrics": None},
    "the metric is called 'acc', so Keras's history has that name. Say metrics=['accuracy'].": {"metrics": ["acc"]},
    "dropout comes after the second hidden layer only. Put one after the first too.": {"dropped": "2"},
    "dropout comes after the first hidden layer only. Put one after the second too.": {"dropped": "1"},
    "there is no dropout: add keras.layers.Dropout(dropout) after each hidden layer.": {"dropped": ""},
    "dropout comes before each hidden layer, so the inputs are dropped. Put it after.": {"dropped": "i1"},
    "the inputs are dropped too. Dropout comes after the hidden layers only.": {"dropped": "i12"},
    "the output is dropped too. Dropout comes after the hidden layers only.": {"dropped": "12o"},
    "only the first hidden layer has the penalties; both need kernel_regularizer.": {"penalised": "1"},
    "only the second hidden layer has the penalties; both need kernel_regularizer.": {"penalised": "2"},
    "the output layer is penalised too. Give the penalties to the two hidden layers only.": {"penalised": "12o"},
    "the penalties are on the biases. Only the kernels are penalised: kernel_regularizer.": {
        "regularizer": "bias_regularizer"
    },
    "the penalties are on the layers' outputs, activity_regularizer. Penalise weights: kernel_regularizer.": {
        "regularizer": "activity_regularizer"
    },
}.items():
    build_imdb_model.mistake(_sentence)(_builder(**_changes))

for _sentence, _penalty in {
    "there are no penalties: give both hidden layers kernel_regularizer=keras.regularizers.L1L2(l1=l1, l2=l2).": (
        lambda l1, l2: None
    ),
    "l1 is left out: keras.regularizers.L1L2 takes both, l1=l1 and l2=l2.": lambda l1, l2: _l1_l2(0.0, l2),
    "l2 is left out: keras.regularizers.L1L2 takes both, l1=l1 and l2=l2.": lambda l1, l2: _l1_l2(l1, 0.0),
    "where both are given, only l1 counts. Both are added.": lambda l1, l2: _l1_l2(l1, 0.0 if l1 else l2),
    "the penalties have a strength of 0.001 even where 0 is asked for: use the arguments.": (
        lambda l1, l2: _l1_l2(l1 or 0.001, l2 or 0.001)
    ),
}.items():
    build_imdb_model.mistake(_sentence)(_builder(penalty=_penalty))


@build_imdb_model.mistake("the number of units is always 16: use the argument hidden.")
def _(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    return _build_model(16, l1, l2, dropout, n_words)


@build_imdb_model.mistake("the number of inputs is always 10,000: use the argument n_words.")
def _(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    return _build_model(hidden, l1, l2, dropout, 10000)


@build_imdb_model.mistake("the dropout rate is always 0.5 where there is any: use the argument dropout.")
def _(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    return _build_model(hidden, l1, l2, 0.5 if dropout else 0.0, n_words)


@build_imdb_model.mistake("the rate is the share that is silenced, not the one that is kept: Dropout(dropout).")
def _(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    return _build_model(hidden, l1, l2, 1 - dropout if dropout else 0.0, n_words)


@build_imdb_model.mistake(
    "the model does not know its inputs, so it has no weights yet. Begin with keras.Input((n_words,))."
)
def _(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    from nnkit.quietly import keras

    return keras.Sequential([keras.layers.Dense(hidden, activation="relu") for _ in range(2)])


@build_imdb_model.mistake("every call returns one and the same model. Make it inside the function.")
@functools.cache
def _(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    return _build_model(hidden, l1, l2, dropout, n_words)


@build_imdb_model.mistake("the model is not returned: end with `return model`.")
def _(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    return None
