"""Exercise: the search for the best configuration.

Which configurations a search tries is its own affair, as is how it trains. So it is asked only what any right search
must answer alike, on problems where the outcome is known (see `rigged`): with one option for each hyperparameter the
configuration is known, and its accuracy too. And the very same search, by the same seed, on a validation set on which
good is bad and bad is good, must choose another configuration.
"""

import contextlib
import copy
import io
from dataclasses import dataclass

import numpy as np

from nnkit.checks.hyperparameters.models import setup_model, setup_model_exercise
from nnkit.checks.hyperparameters.rigged import COUNTS, OUTCOMES, RATES, predicted, separate_classes, silent_inputs
from nnkit.checks.hyperparameters.sampling import sample_configuration, sample_configuration_exercise
from nnkit.checks.hyperparameters.stepwise import StepwiseExercise
from nnkit.checks.hyperparameters.training import train_dnn, train_dnn_exercise

__all__ = ["RiggedExercise", "dnn_optimization", "dnn_optimization_exercise"]

PLAIN = {"topology": [[60]], "algorithm": ["adam"], "lr": [0.1], "dropout": [0]}  # learns the separate classes
SPREAD = {  # so many that none comes twice; each ends with one of four classes, which are equally likely
    "topology": [[units] for units in range(2, 22)],
    "algorithm": ["adam", "rmsprop"],
    "lr": list(RATES),
    "dropout": [0, *np.linspace(0.1, 0.7, 999).tolist()],
}
SEEDS = 5  # searches by different seeds
TRIED = 3  # configurations in each: once in 16 searches all of them end with the same class, once in a million in all


def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    """Return the best of `iterations` random configurations, and its validation accuracy after the last epoch."""
    rng, best_config, best_acc = np.random.default_rng(seed), None, -1.0
    for trial in range(iterations):
        config = sample_configuration(opt_params, rng)
        acc = _accuracy(_trained(config, Xtrain, Ytrain), Xval, Yval)
        if verbose:
            print(f"{trial + 1}. {config}: {acc:.4f}")
        if acc > best_acc:
            best_config, best_acc = config, acc
    return best_config, best_acc


def _trained(config, X, Y):
    """Return a new model of this configuration, trained."""
    model = _new(config, X, Y)
    train_dnn(model, config["algorithm"], config["lr"], X, Y)
    return model


def _new(config, X, Y):
    return setup_model(config["topology"], config["dropout"], X.shape[1], _n_outputs(Y))


def _n_outputs(Y):
    """Return how many outputs targets need: a column each of one-hot rows; of labels one for each class, or for two."""
    n_classes = Y.shape[1] if Y.ndim == 2 and Y.shape[1] > 1 else int(Y.max()) + 1
    return 1 if Y.ndim == 1 and n_classes == 2 else n_classes


def _accuracy(model, X, Y):
    """Return what model.evaluate(X, Y)[1] does; on a single batch this is quicker."""
    model.reset_metrics()  # older versions of Keras go on counting where training ended
    return model.test_on_batch(X, Y)[1]


# ---- what is asked


@dataclass
class RiggedExercise(StepwiseExercise):
    """An exercise whose right pieces are known from how its inputs were made: known(**inputs) -> {piece: value}."""

    known: object = None

    def __post_init__(self):
        rigged = self.probe

        def probe(answer, **inputs):
            yield from self.known(**inputs).items() if answer is self.reference else rigged(answer, **inputs)

        self.probe = probe


def _draw(rng):
    """Draw which class is how frequent, where; a configuration whose outcome is telling; and seeds."""
    counts, val_counts = rng.permutation(COUNTS), _val_counts(rng)
    config = {"topology": [int(rng.integers(3, 9))], "algorithm": "rmsprop", "lr": RATES[2], "dropout": 0.25}
    while not _is_telling(val_counts, predicted(counts, config["algorithm"], config["lr"], trainings=2)):
        val_counts = _val_counts(rng)
    return {
        "counts": counts,
        "val_counts": val_counts,
        "config": config,
        "favour": _favour(rng, counts),
        "majority": int(rng.integers(2)),
        "seeds": [int(seed) for seed in rng.choice(10000, size=SEEDS, replace=False)],
    }


def _val_counts(rng):
    return rng.permutation([2, 3, 5, 8, 10, 11])


def _favour(rng, counts):
    """Return how many validation examples each class has: those that may be predicted in the end, and no others.

    The numbers are unlike, so the accuracies are; but so nearly alike that the loss has its own favourite, whichever
    class has most of them. The opposite, `_opposite(favour)`, is as near to it as that.
    """
    favour = np.zeros(len(counts), dtype=int)
    favour[np.isin(counts, OUTCOMES)] = 14 + rng.permutation(len(OUTCOMES))
    return favour


def _opposite(favour):
    """Return the counts where what is good for `favour` is bad: the class with most of them has fewest."""
    return np.where(favour, 31 - favour, 0)


def _is_telling(val_counts, path):
    """Say whether the accuracy after the last epoch, the fifth, can be told from what could be taken for it.

    An epoch before it must have been better, the fourth best of all. A model that is trained again, for ten epochs,
    must end better, too. (Other algorithms, and small rates, end with other classes, whose numbers are other ones.)
    """
    best = max(val_counts[path[:5]])
    return val_counts[path[4]] < val_counts[path[9]] < best == val_counts[path[3]]


def _known(counts, val_counts, config, **_):
    """Return what any right search comes to."""
    return {
        "pair": "a dictionary and a number",
        "config": _words(config),
        "accuracy": _share(val_counts, counts, config),
        "binary": 0.3,
        "labels": "learns",
        "hindered": "hardly learns, and hardly learns",
        "seed": "the same by the same seed only",
        "as drawn": "that of the configuration",
        "iterations": "one",
        "each": "that of the configuration",
        "best": "the best of those tried",
        "quiet": "nothing",
        "arguments": True,
    }


def _share(val_counts, counts, config):
    """Return the validation accuracy of a configuration, on the problem of silent inputs."""
    return val_counts[predicted(counts, config["algorithm"], config["lr"])[-1]] / val_counts.sum()


class _Searcher:
    """The student's search, called as in the slides; it notes what is printed, and whether the arguments are kept."""

    def __init__(self, answer):
        self.answer, self.printed, self.kept = answer, io.StringIO(), True

    def __call__(self, options, train, val, iterations, seed, verbose=False):
        given, arrays = copy.deepcopy(options), copy.deepcopy([*train, *val])
        out = io.StringIO() if verbose else self.printed
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            result = self.answer(given, *arrays, iterations=iterations, verbose=verbose, seed=seed)
        self.kept &= given == options and all(map(np.array_equal, arrays, [*train, *val]))
        return result


def _probe(answer, counts, val_counts, config, favour, majority, seeds):
    search, one_hot = _Searcher(answer), np.eye(len(counts), dtype="float32")
    single = {name: [value] for name, value in config.items()}
    (X, labels), (X_val, val_labels) = silent_inputs(counts), silent_inputs(val_counts)
    result = search(single, (X, one_hot[labels]), (X_val, one_hot[val_labels]), 1, seeds[0])
    yield "pair", _kind(result)
    yield "config", _words(result[0])
    yield "accuracy", search(single, (X, one_hot[labels]), (X_val, one_hot[val_labels]), 2, seeds[0])[1]
    train, val = (np.roll(sizes, majority) for sizes in ([41, 20], [6, 14]))
    yield "binary", search(PLAIN, silent_inputs(train), silent_inputs(val), 1, seeds[0])[1]

    separate = [separate_classes()] * 2
    yield "labels", _learnt(search(PLAIN, *separate, 1, seeds[0])[1])
    hindered = [PLAIN | {"topology": [[1]]}, PLAIN | {"dropout": [0.999]}]
    yield "hindered", ", and ".join(_learnt(search(options, *separate, 1, seeds[0])[1]) for options in hindered)

    found = []  # (validation counts, best configuration, its accuracy) of each search

    def best(seed, val, tried, verbose=False):
        config, acc = search(SPREAD, (X, labels), silent_inputs(val), tried, seed, verbose)
        found.append((val, config, acc))
        return config

    by_seed = [best(seed, favour, 1, verbose=seed is None) for seed in (seeds[0], None, seeds[0], None)]
    yield "seed", _by_seed(list(map(_words, by_seed)))
    yield "as drawn", _whose(found, counts)
    first = [by_seed[0], *(best(seed, favour, 1) for seed in seeds[1:-1])]
    again = [best(seed, _opposite(favour), 1) for seed in seeds[:-1]]
    yield "iterations", "one" if list(map(_words, first)) == list(map(_words, again)) else "more than one"

    def accuracy(config):
        return _share(favour, counts, config)

    pairs = _until_they_differ(
        ([best(seed, val, TRIED) for val in (favour, _opposite(favour))] for seed in seeds), accuracy
    )
    yield "each", _whose(found, counts)
    yield "best", _choice(pairs, accuracy, first)
    yield "quiet", "something" if search.printed.getvalue() else "nothing"
    yield "arguments", search.kept


def _kind(result):
    """Say what came back."""
    if not isinstance(result, tuple | list):
        return f"a {type(result).__name__}"
    return " and ".join(map(_kind_of_item, result))


def _kind_of_item(item):
    if isinstance(item, dict):
        return "a dictionary"
    return "None" if item is None else "a number" if _is_number(item) else "something else"


def _is_number(value):
    return (
        not isinstance(value, str | list | tuple | dict)
        and np.ndim(value) == 0
        and np.asarray(value).dtype.kind in "fiu"
    )


def _words(config):
    """Return a configuration as a text, whichever kind of number and whichever order it has."""
    parts = (f"{name} {f'{value:.6g}' if _is_number(value) else value}" for name, value in sorted(config.items()))
    return ", ".join(parts)


def _learnt(acc):
    return "learns" if acc > 0.5 else "hardly learns"


def _by_seed(tried):
    """Say what the seed did to the configurations that were tried with a seed, without, with the same seed, without."""
    if len(set(tried)) == 1:
        return "the same, whatever the seed"
    if tried[0] != tried[2]:
        return "another, by the same seed"
    return "the same by the same seed only" if len(set(tried)) == 3 else "the same again after a seed, by none"


def _whose(found, counts):
    """Say whose accuracy came with each configuration that was found on validation examples of known classes."""
    own = all(abs(acc - _share(val_counts, counts, config)) < 1e-5 for val_counts, config, acc in found)
    return "that of the configuration" if own else "another one's"


def _until_they_differ(pairs, accuracy):
    """Return pairs of configurations up to the first of which one is better; all of them where there is none."""
    pairs_so_far = []
    for here, there in pairs:
        pairs_so_far.append((here, there))
        if accuracy(here) != accuracy(there):
            break
    return pairs_so_far


def _choice(pairs, accuracy, first):
    """Say which configuration is chosen from those tried, of which `first` are the first ones."""
    here, there = map(accuracy, pairs[-1])
    if here != there:
        return f"the {'best' if here > there else 'worst'} of those tried"
    stuck = all(_words(pair[0]) == _words(config) for pair, config in zip(pairs, first, strict=False))
    return "the first one tried, always" if stuck else "one that does not depend on the validation set"


dnn_optimization_exercise = RiggedExercise(
    id="dnn-optimization",
    reference=dnn_optimization,
    claims={
        "pair": "dnn_optimization returns two things: the best configuration and its accuracy",
        "config": "the configuration has one option for each name",
        "accuracy": "best_acc is its accuracy on the validation set after the last epoch, each trial with a new model",
        "binary": "labels 0 and 1 work, too",
        "labels": "integer labels of several classes work, too",
        "hindered": "hardly anything is learnt with a topology of a single unit, nor at a dropout of 0.999",
        "seed": "one seed tries the same configurations; without a seed they are new each time",
        "as drawn": "a single trial trains the configuration that was drawn",
        "iterations": "where iterations is 1, one configuration is tried",
        "each": "of several trials, best_acc belongs to the configuration that is returned",
        "best": "of the configurations tried, the best on the validation set is returned",
        "quiet": "nothing is printed where verbose is False",
        "arguments": "opt_params and the arrays stay as they were",
    },
    draw=_draw,
    probe=_probe,
    known=_known,
    uses=(setup_model_exercise, train_dnn_exercise, sample_configuration_exercise),
    rounds=1,
    seconds=10,
)


# ---- known mistakes: the search above, but for one thing each


def _tried(opt_params, X, Y, X_val, Y_val, iterations, seed, accuracy=_accuracy, trained=_trained):
    """Return [(accuracy, configuration), ...] of all trials."""
    rng = seed if isinstance(seed, np.random.Generator) else np.random.default_rng(seed)
    configs = [sample_configuration(opt_params, rng) for _ in range(iterations)]
    return [(accuracy(trained(config, X, Y), X_val, Y_val), config) for config in configs]


def _best(trials):
    """Return the configuration of highest accuracy, and that accuracy."""
    acc, config = max(trials, key=lambda trial: trial[0])
    return config, acc


_mistake = dnn_optimization_exercise.mistake


@_mistake("nothing is returned: end with `return best_config, best_acc`.", shows_in="pair")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    _tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed)


@_mistake(
    "only the configuration is returned; its accuracy is asked for, too: return best_config, best_acc.", shows_in="pair"
)
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed))[0]


@_mistake("the two results are in the wrong order: first the configuration, then its accuracy.", shows_in="pair")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed))[::-1]


@_mistake(
    "the accuracy is that of the best epoch. A model is what it is after the last one: evaluate it then.",
    shows_in="accuracy",
)
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    def trained(config, X, Y):
        models = [_new(config, X, Y) for _ in range(5)]
        for epochs, model in enumerate(models, 1):
            train_dnn(model, config["algorithm"], config["lr"], X, Y, epochs=epochs)
        return max(models, key=lambda model: _accuracy(model, Xval, Yval))

    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed, trained=trained))


@_mistake(
    "the accuracy is that on the training set. What was learnt by heart counts there: evaluate on Xval and Yval.",
    shows_in="accuracy",
)
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    return _best(_tried(opt_params, Xtrain, Ytrain, Xtrain, Ytrain, iterations, seed))


@_mistake(
    "the accuracy is the one in the history, from the training set as it was being learnt: evaluate on Xval and Yval.",
    shows_in="accuracy",
)
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    rng, trials = np.random.default_rng(seed), []
    for _ in range(iterations):
        config = sample_configuration(opt_params, rng)
        history = train_dnn(_new(config, Xtrain, Ytrain), config["algorithm"], config["lr"], Xtrain, Ytrain)
        trials.append((history.history["accuracy"][-1], config))
    return _best(trials)


@_mistake("the loss is taken for the accuracy: model.evaluate returns both, the loss first.", shows_in="accuracy")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    def loss(model, X, Y):
        return model.test_on_batch(X, Y)[0]

    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed, loss))


@_mistake(
    "all trials train one model, each going on where the last one ended: build a new model in the loop.",
    shows_in="accuracy",
)
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    models = []

    def trained(config, X, Y):
        models.append(models[0] if models else _new(config, X, Y))
        train_dnn(models[0], config["algorithm"], config["lr"], X, Y)
        return models[0]

    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed, trained=trained))


for _name, _value, _word, _piece in (
    ("lr", 0.001, "the learning rate", "accuracy"),
    ("algorithm", "adam", "the algorithm", "accuracy"),
    ("topology", [100], "the topology", "hindered"),
    ("dropout", 0, "the dropout", "hindered"),
):

    @_mistake(f'{_word} of the configuration is not used: hand config["{_name}"] on.', shows_in=_piece)
    def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None, name=_name, value=_value):
        def trained(config, X, Y):
            return _trained(config | {name: value}, X, Y)

        return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed, trained=trained))


@_mistake(
    "the first options are used for all models: use those of the configuration that was drawn.", shows_in="as drawn"
)
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    def trained(config, X, Y):
        return _trained({name: options[0] for name, options in opt_params.items()}, X, Y)

    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed, trained=trained))


@_mistake(
    "the number of outputs is read off one-hot columns; integer labels have none: count their classes.",
    shows_in="binary",
)
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    def trained(config, X, Y):
        assert Y.shape[1]
        return _trained(config, X, Y)

    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed, trained=trained))


@_mistake("the seed is not used: make the generator from it, np.random.default_rng(seed).", shows_in="seed")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, None))


@_mistake(
    "the generator has a fixed seed, so every search is the same one: np.random.default_rng(seed).", shows_in="seed"
)
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, 0))


@_mistake(
    "the seed is set for all of NumPy, so it rules later draws, too: make a generator, np.random.default_rng(seed).",
    shows_in="seed",
)
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    if seed is not None:
        np.random.seed(seed)  # noqa: NPY002 - the mistake itself
    rng = np.random.default_rng(np.random.randint(2**31))  # noqa: NPY002
    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, rng))


@_mistake(
    "only the first configuration is tried. Loop over the iterations, and return after the loop.",
    shows_in="best",
)
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, 1, seed))


STUCK = (
    "the choice does not depend on the validation accuracy: is the last configuration returned, the best in training, "
    "or that of the lowest loss? Keep the one whose validation accuracy is the highest so far."
)


@_mistake(STUCK, shows_in="best")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed)[-1:])


SPLIT = "configuration and accuracy come from different trials: where an accuracy is higher, keep both, in one step."


@_mistake(SPLIT, shows_in="each")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    trials = _tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed)
    return trials[-1][1], _best(trials)[1]


@_mistake("the worst configuration is kept: a new one is better where its accuracy is higher, >.", shows_in="best")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    acc, config = min(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed), key=lambda trial: trial[0])
    return config, acc


MORE = "more configurations are tried than iterations says: the loop is `for _ in range(iterations)`."
for _number in (lambda iterations: iterations + 1, lambda iterations: 10):

    @_mistake(MORE, shows_in="iterations")
    def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None, number=_number):
        return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, number(iterations), seed))


@_mistake(
    "one configuration too few is tried: range(iterations) already begins at 0 and ends before iterations.",
    shows_in="pair",
)
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    return _best([(0.0, None), *_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations - 1, seed)])


@_mistake(
    "something is printed although verbose is False: ask for it, and give evaluate and predict verbose=0.",
    shows_in="quiet",
)
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    print("searching")
    return dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, verbose, seed)


@_mistake("opt_params is emptied on the way: it is the caller's, who may search again.", shows_in="arguments")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    result = dnn_optimization(dict(opt_params), Xtrain, Ytrain, Xval, Yval, iterations, verbose, seed)
    opt_params.clear()
    return result
