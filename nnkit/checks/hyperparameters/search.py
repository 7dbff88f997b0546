"""Exercise: the search for the best configuration.

Which configurations a search tries is its own affair, as is how it trains. So it is asked only what any right search
must answer alike, on problems where the outcome is known (see `rigged`): with one option for each hyperparameter the
configuration is known, and its accuracy too. And the very same search, by the same seed, on a validation set on which
good is bad and bad is good, must choose another configuration.
"""

import contextlib
import copy
import io
import itertools
from dataclasses import dataclass

import numpy as np

from nnkit.checks.hyperparameters.models import setup_model, setup_model_exercise
from nnkit.checks.hyperparameters.rigged import COUNTS, RATES, predicted, separate_classes, silent_inputs
from nnkit.checks.hyperparameters.sampling import sample_configuration, sample_configuration_exercise
from nnkit.checks.hyperparameters.stepwise import StepwiseExercise
from nnkit.checks.hyperparameters.training import train_dnn, train_dnn_exercise

__all__ = ["RiggedExercise", "dnn_optimization", "dnn_optimization_exercise"]

PLAIN = {"topology": [[60]], "algorithm": ["adam"], "lr": [0.1], "dropout": [0]}  # learns the separate classes
MANY = {  # so many that no configuration comes twice; the first topology and the first dropout hardly learn
    "topology": [[1], *([units] for units in range(60, 159))],
    "algorithm": ["adam"],
    "lr": np.linspace(0.08, 0.12, 1000).tolist(),
    "dropout": [0.999, *np.linspace(0, 0.1, 99).tolist()],
}
SPREAD = {  # these end with one of four classes, each as likely as the others
    "topology": [[units] for units in range(2, 22)],
    "algorithm": ["adam", "rmsprop"],
    "lr": list(RATES),
    "dropout": [0, 0.2, 0.5],
}
TRIED = 3  # configurations in a search: once in 16 searches all of them end with the same class
SEARCHES = 6  # so many may do so by chance: all of them do once in 17 million times
ALONE = 4  # searches for a single trial: one that makes two goes unseen once in 256 checks, more trials never


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
        super().__post_init__()


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
        "favour": _val_counts(rng),
        "majority": int(rng.integers(2)),
        "seeds": [int(seed) for seed in rng.choice(10000, size=SEARCHES, replace=False)],
    }


def _val_counts(rng):
    return rng.permutation([2, 3, 5, 8, 10, 11])


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
        "topology": "hardly learns",
        "dropout": "hardly learns",
        "fits": "as their configurations say",
        "seed": "the same by the same seed only",
        "each": [0.0] * 4,
        "best": "the best of those tried",
        "iterations": "one",
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
        with contextlib.redirect_stdout(io.StringIO() if verbose else self.printed):
            result = self.answer(given, *arrays, iterations=iterations, verbose=verbose, seed=seed)
        self.kept &= given == options and all(map(np.array_equal, arrays, [*train, *val]))
        return result


def _probe(answer, counts, val_counts, config, favour, majority, seeds):
    search, one_hot = _Searcher(answer), np.eye(len(counts), dtype="float32")
    single = {name: [value] for name, value in config.items()}
    (X, labels), (X_val, val_labels) = silent_inputs(counts), silent_inputs(val_counts)
    result = search(single, (X, one_hot[labels]), (X_val, one_hot[val_labels]), 2, seeds[0])
    yield "pair", _kind(result)
    yield "config", _words(result[0])
    yield "accuracy", result[1]
    train, val = (np.roll(sizes, majority) for sizes in ([41, 20], [6, 14]))
    yield "binary", search(PLAIN, silent_inputs(train), silent_inputs(val), 1, seeds[0])[1]

    separate = [separate_classes()] * 2
    yield "topology", _learnt(search(PLAIN | {"topology": [[1]]}, *separate, 1, seeds[0])[1])
    yield "dropout", _learnt(search(PLAIN | {"dropout": [0.999]}, *separate, 1, seeds[0])[1])
    found = [search(MANY, *separate, 1, seed, verbose=seed is None) for seed in (seeds[0], None, seeds[0], None)]
    yield "fits", _fits(found)
    yield "seed", _by_seed([_words(best) for best, _ in found])

    def opposite(seed, tried=TRIED):
        """Return the results of two searches alike, but that what is good for the first is bad for the second."""
        return [search(SPREAD, (X, labels), silent_inputs(val), tried, seed) for val in (favour, 13 - favour)]

    pairs = [opposite(seed) for seed in seeds[:2]]
    yield (
        "each",
        [
            round(acc - _share(val, counts, best), 6)
            for pair in pairs
            for (best, acc), val in zip(pair, (favour, 13 - favour), strict=True)
        ],
    )
    chosen = ([best for best, _ in pair] for pair in itertools.chain(pairs, map(opposite, seeds[2:])))
    yield "best", _choice(chosen, lambda best: _share(favour, counts, best), lambda: opposite(seeds[-1], tried=1)[0][0])
    alone = [opposite(seed, tried=1) for seed in seeds[:ALONE]]
    yield "iterations", "one" if all(_words(here[0]) == _words(there[0]) for here, there in alone) else "several"
    yield "quiet", "something" if search.printed.getvalue() else "nothing"
    yield "arguments", search.kept


def _kind(result):
    """Say what came back."""
    if not isinstance(result, tuple | list):
        return f"a {type(result).__name__}"
    words = [
        "a dictionary" if isinstance(item, dict) else "a number" if _is_number(item) else "something else"
        for item in result
    ]
    return " and ".join(words)


def _is_number(value):
    return np.ndim(value) == 0 and np.asarray(value).dtype.kind in "fiu"


def _words(config):
    """Return a configuration as a text, whichever kind of number and whichever order it has."""
    parts = (
        f"{name} {value if isinstance(value, str | list) else f'{value:.6g}'}" for name, value in sorted(config.items())
    )
    return ", ".join(parts)


def _learnt(acc):
    return "learns" if acc > 0.5 else "hardly learns"


def _fits(found):
    """Say whether the networks learnt that should: those with many hidden units and little dropout."""
    should = [best["topology"] != [1] and best["dropout"] < 0.5 for best, _ in found]
    return "as their configurations say" if should == [acc > 0.5 for _, acc in found] else "in another way"


def _by_seed(tried):
    """Say what the seed did to the configurations that were tried with a seed, without, with the same seed, without."""
    if len(set(tried)) == 1:
        return "the same, whatever the seed"
    if tried[0] != tried[2]:
        return "another, by the same seed"
    return "the same by the same seed only" if len(set(tried)) == 3 else "the same again after a seed, by none"


def _choice(pairs, accuracy, first_tried):
    """Say which configuration is chosen from those tried; the pairs are gone through until two differ in accuracy."""
    for here, there in pairs:
        if accuracy(here) != accuracy(there):
            return f"the {'best' if accuracy(here) > accuracy(there) else 'worst'} of those tried"
    first = _words(here) == _words(first_tried())
    return "the first one tried, always" if first else "one that does not depend on the validation set"


dnn_optimization_exercise = RiggedExercise(
    id="dnn-optimization",
    reference=dnn_optimization,
    claims={
        "pair": "dnn_optimization returns two things: the best configuration and its accuracy",
        "config": "the configuration has one option for each name",
        "accuracy": "best_acc is its accuracy on the validation set after the last epoch, each trial with a new model",
        "binary": "labels 0 and 1 work, too",
        "topology": "integer labels work, too, and a topology of a single unit hardly learns",
        "dropout": "at a dropout of 0.999 a network hardly learns",
        "fits": "what is returned was trained as its configuration says",
        "seed": "one seed tries the same configurations; without a seed they are new each time",
        "each": "best_acc belongs to the configuration that is returned",
        "best": "of the configurations tried, the best on the validation set is returned",
        "iterations": "where iterations is 1, a single configuration is tried",
        "quiet": "nothing is printed where verbose is False",
        "arguments": "opt_params and the arrays stay as they were",
    },
    draw=_draw,
    probe=_probe,
    known=_known,
    uses=(setup_model_exercise, train_dnn_exercise, sample_configuration_exercise),
    rounds=1,
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


@_mistake("nothing is returned: end with `return best_config, best_acc`.")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    _tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed)


@_mistake("only the configuration is returned; its accuracy is asked for, too: return best_config, best_acc.")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed))[0]


@_mistake("the two results are in the wrong order: first the configuration, then its accuracy.")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed))[::-1]


@_mistake("the accuracy is that of the best epoch. A model is what it is after the last one: evaluate it then.")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    def trained(config, X, Y):
        models = [_new(config, X, Y) for _ in range(5)]
        for epochs, model in enumerate(models, 1):
            train_dnn(model, config["algorithm"], config["lr"], X, Y, epochs=epochs)
        return max(models, key=lambda model: _accuracy(model, Xval, Yval))

    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed, trained=trained))


@_mistake("the accuracy is that on the training set. What was learnt by heart counts there: evaluate on Xval and Yval.")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    return _best(_tried(opt_params, Xtrain, Ytrain, Xtrain, Ytrain, iterations, seed))


@_mistake(
    "the accuracy is the one in the history, from the training set as it was being learnt: evaluate on Xval and Yval."
)
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    rng, trials = np.random.default_rng(seed), []
    for _ in range(iterations):
        config = sample_configuration(opt_params, rng)
        history = train_dnn(_new(config, Xtrain, Ytrain), config["algorithm"], config["lr"], Xtrain, Ytrain)
        trials.append((history.history["accuracy"][-1], config))
    return _best(trials)


@_mistake("the loss is taken for the accuracy: model.evaluate returns both, the loss first.")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    def loss(model, X, Y):
        return model.test_on_batch(X, Y)[0]

    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed, loss))


@_mistake("all trials train one model, each going on where the last one ended: build a new model in the loop.")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    models = []

    def trained(config, X, Y):
        models.append(models[0] if models else _new(config, X, Y))
        train_dnn(models[0], config["algorithm"], config["lr"], X, Y)
        return models[0]

    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed, trained=trained))


for _name, _value, _word in (
    ("lr", 0.001, "the learning rate"),
    ("algorithm", "sgd", "the algorithm"),
    ("topology", [100], "the topology"),
    ("dropout", 0, "the dropout"),
):

    @_mistake(f'{_word} of the configuration is not used: hand config["{_name}"] on.')
    def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None, name=_name, value=_value):
        def trained(config, X, Y):
            return _trained(config | {name: value}, X, Y)

        return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed, trained=trained))


@_mistake("the first options are used for all models: use those of the configuration that was drawn.")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    def trained(config, X, Y):
        return _trained({name: options[0] for name, options in opt_params.items()}, X, Y)

    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed, trained=trained))


@_mistake("the number of outputs is read off one-hot columns; integer labels have none: count their classes.")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    def trained(config, X, Y):
        assert Y.shape[1]
        return _trained(config, X, Y)

    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed, trained=trained))


@_mistake("the seed is not used: make the generator from it, np.random.default_rng(seed).")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, None))


@_mistake("the generator has a fixed seed, so every search is the same one: np.random.default_rng(seed).")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, 0))


@_mistake(
    "the seed is set for all of NumPy, so it rules later draws, too: make a generator, np.random.default_rng(seed)."
)
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    if seed is not None:
        np.random.seed(seed)  # noqa: NPY002 - the mistake itself
    rng = np.random.default_rng(np.random.randint(2**31))  # noqa: NPY002
    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, rng))


@_mistake("only the first configuration is tried. Loop over the iterations, and return after the loop.")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, 1, seed))


@_mistake(
    "the choice does not depend on the validation set: is the last configuration returned, or the best in training? "
    "Keep the one whose validation accuracy is the highest so far."
)
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed)[-1:])


@_mistake("the worst configuration is kept: a new one is better where its accuracy is higher, >.")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    acc, config = min(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, seed), key=lambda trial: trial[0])
    return config, acc


@_mistake("more configurations are tried than iterations says: `range(iterations)` has as many numbers as it says.")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    return _best(_tried(opt_params, Xtrain, Ytrain, Xval, Yval, iterations + 1, seed))


@_mistake("something is printed although verbose is False: ask for it, and give evaluate and predict verbose=0.")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    print("searching")
    return dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations, verbose, seed)


@_mistake("opt_params is emptied on the way: it is the caller's, who may search again.")
def _(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    result = dnn_optimization(dict(opt_params), Xtrain, Ytrain, Xval, Yval, iterations, verbose, seed)
    opt_params.clear()
    return result
