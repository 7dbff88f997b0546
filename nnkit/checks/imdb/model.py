"""Exercise: the slides' network for reviews, as a Keras model.

What is looked at is what the model does: its weights are set, and then its predictions, its losses and its steps are
compared with those of a right model. Dropout is random, so it is made to speak: with a single unit in each hidden
layer, three different predictions say which of the two units was silent.
"""

import dataclasses

import numpy as np

from nnkit.checks.compare import same
from nnkit.checks.exercise import Exercise
from nnkit.checks.imdb.dropout import near

__all__ = ["build_imdb_model"]

N_TRIES = 20_000  # examples on which dropout is tried: the share of zeros is then right to about 0.004


class LongExercise(Exercise):
    """An exercise whose probe takes long: a known mistake is run for as long as it gives what the student's gave."""

    def _explain(self, verdict, piece, inputs, expected, received):
        def probe(answer, **inputs):
            for name, value in self.probe(answer, **inputs):
                yield name, value
                if name not in received.pieces or not same(value, received.pieces[name]):
                    return

        shorter = dataclasses.replace(self, probe=probe)
        Exercise._explain(shorter, verdict, piece, inputs, expected, received)


def _compiled(hidden, n_words, dropout=0.0, penalty=None, **changes):
    """Return the slides' model; `penalty` is a regularizer for both hidden layers, `changes` are for the mistakes."""
    from nnkit.quietly import keras

    parts = {"activation": "relu", "end": "sigmoid", "outputs": 1, "places": "12", "last_penalty": None} | changes
    model = keras.Sequential([keras.Input((n_words,))])
    if "i" in parts["places"] and dropout:
        model.add(keras.layers.Dropout(dropout))
    for i in range(parts.get("n_layers", 2)):
        regularizers = {
            parts.get("which", "kernel") + "_regularizer": penalty if i in parts.get("on", (0, 1)) else None
        }
        model.add(keras.layers.Dense(hidden, activation=parts["activation"], **regularizers))
        if dropout and str(i + 1) in parts["places"]:
            model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(parts["outputs"], activation=parts["end"], kernel_regularizer=parts["last_penalty"]))
    if "o" in parts["places"] and dropout:
        model.add(keras.layers.Dropout(dropout))
    compiled = {"optimizer": "rmsprop", "loss": "binary_crossentropy", "metrics": ["accuracy"]}
    return _compile(model, compiled | {key: value for key, value in parts.items() if key in compiled})


def _compile(model, settings):
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


def _probe(answer, weights, x, y, l1, l2, rate):
    n_words, hidden = weights[0].shape
    model = answer(hidden=hidden, n_words=n_words)
    yield "shapes", _shapes(model)
    yield "default", _shapes(answer())
    yield "start", [np.ptp(kernel) > 0 for kernel in model.get_weights()[::2]]
    model.set_weights(weights)
    yield "output", _predict(model, x)
    reported = _evaluate(model, x, y)
    yield "loss", reported["loss"]
    yield "accuracy", reported.get("accuracy", f"nothing of that name, but {', '.join(reported)}")
    both = {"l1": l1, "l2": l2, "dropout": rate}
    for name, settings in {"l1": {"l1": l1}, "l2": {"l2": l2}, "both": both}.items():
        other = answer(hidden=hidden, n_words=n_words, **settings)
        other.set_weights(weights)
        yield name, _evaluate(other, x, y)["loss"]
    yield "prediction", _predict(other, x)
    yield "another", [np.abs(old - new).max() for old, new in zip(weights, model.get_weights(), strict=True)]
    yield "step", _step(model, x, y)
    yield from _probe_dropout(answer, rate)


def _probe_dropout(answer, rate):
    """Report what dropout does, by a model with one unit a layer whose prediction tells which of them is silent.

    The first unit gives 1, the second what the first gives plus 1, and the last one hands it on. With s = 1/(1 - rate)
    the logit is therefore 0 where the second unit is silent, s where the first one is, and (s + 1) s where none is.
    """
    single = answer(hidden=1, n_words=1, dropout=rate)
    single.set_weights(
        [np.full(shape, value) for shape, value in zip([(1, 1), (1,)] * 3, [1, 0, 1, 1, 1, 0], strict=True)]
    )
    p = _predict(single, np.ones((N_TRIES, 1), np.float32), training=True).ravel()
    logits = np.log(p / (1 - p))
    shares = [0, rate, 0.5, 1 - rate, 1 - (1 - rate) ** 2, 1]
    yield "second", near(np.mean(np.abs(logits) < 1e-3), shares)
    awake = logits[np.abs(logits) > 1e-3]
    yield "first", near(np.mean(awake < (awake.max(initial=0) + awake.min(initial=9)) / 2), shares)
    yield "levels", np.unique(np.round(logits, 2))[:9]


def _shapes(model):
    return " ".join(str(tuple(array.shape)) for array in model.get_weights())


def _predict(model, x, training=False):
    return np.array(model(x, training=training))


def _evaluate(model, x, y):
    """Return {"loss": ..., "accuracy": ...}, without a compiled graph, which would take longer to make than to use."""
    model.run_eagerly = True
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
        "default": "without arguments there are 10,000 inputs and 16 units in each hidden layer",
        "start": "the weights start at random",
        "output": "hidden layers end in ReLU, the output in sigmoid",
        "loss": "it is compiled with binary cross-entropy, and without penalties where none are asked for",
        "accuracy": 'evaluate gives an "accuracy" too',
        "l1": "l1 adds l1 times the sum of |w| over the kernels of both hidden layers to the loss",
        "l2": "l2 adds l2 times the sum of w squared over the same kernels",
        "both": "with l1 and l2, both are added",
        "prediction": "dropout does nothing in prediction",
        "another": "each call makes a new model, which leaves the others alone",
        "step": "the optimizer is RMSprop with Keras's own settings",
        "second": "in training, the second hidden layer's units are silent at the dropout rate",
        "first": "so are the first hidden layer's",
        "levels": "units that are kept are scaled by 1/(1 - rate), and nothing else is silenced",
    },
    draw=_draw,
    probe=_probe,
    rounds=2,
)


def _builder(penalty=_l1_l2, **changes):
    """Return a build_model that does one thing in another way."""

    def build(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
        return _compiled(hidden, n_words, dropout, penalty(l1, l2), **changes)

    return build


for _sentence, _changes in {
    "the activation of the hidden layers is missing: Dense(hidden, activation='relu').": {"activation": None},
    "the hidden layers have tanh in place of ReLU.": {"activation": "tanh"},
    "the output is a plain number. A probability needs activation='sigmoid' in the last layer.": {"end": None},
    "softmax of a single unit is always 1. For yes or no, the last layer has one unit with sigmoid.": {
        "end": "softmax"
    },
    "the output has two units. One is enough: the probability that the review is positive.": {
        "outputs": 2,
        "end": "softmax",
    },
    "there is one hidden layer; the slides have two.": {"n_layers": 1},
    "the model is not compiled: call model.compile(optimizer=..., loss=..., metrics=[...]) before you return it.": {
        "optimizer": None
    },
    "the optimizer is Adam; the slides have 'rmsprop'.": {"optimizer": "adam"},
    "the optimizer is SGD; the slides have 'rmsprop'.": {"optimizer": "sgd"},
    "the loss is the mean squared error. For a probability, it is 'binary_crossentropy'.": {"loss": "mse"},
    "no metric is compiled: metrics=['accuracy'].": {"metrics": None},
    "the metric is called 'acc', so Keras's history has that name. Say metrics=['accuracy'].": {"metrics": ["acc"]},
    "dropout comes after the second hidden layer only. Put one after the first too.": {"places": "2"},
    "dropout comes after the first hidden layer only. Put one after the second too.": {"places": "1"},
    "there is no dropout: add keras.layers.Dropout(dropout) after each hidden layer.": {"places": ""},
    "the inputs are dropped too. Dropout comes after the hidden layers only.": {"places": "i12"},
    "the output is dropped too. Dropout comes after the hidden layers only.": {"places": "12o"},
    "only the first hidden layer has the penalties; both need kernel_regularizer.": {"on": (0,)},
    "the penalties are on the biases. Only the kernels are penalised: kernel_regularizer.": {"which": "bias"},
    "the penalties are on the layers' outputs, activity_regularizer. Penalise weights: kernel_regularizer.": {
        "which": "activity"
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


@build_imdb_model.mistake("the output layer is penalised too. Give the penalties to the two hidden layers only.")
def _(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    return _compiled(hidden, n_words, dropout, _l1_l2(l1, l2), last_penalty=_l1_l2(l1, l2))


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


@build_imdb_model.mistake("the model is not returned: end with `return model`.")
def _(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    return None
