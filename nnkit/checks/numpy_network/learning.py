"""Exercise: a network that learns to read digits.

No formula says what a good network is, so this check does what a person would do: it trains the student's network
and counts. If that is not enough it changes one thing at a time, trains again, and tells which change would have
been enough. So here, too, an explanation is something that was run.

The network is made of the student's own classes. Where those are not right yet, the same design is tried with nnkit's
own pieces: this exercise is about the design alone.
"""

import copy
import inspect
import sys
import time

import nnkit
from nnkit import blueprint
from nnkit.checks.exercise import StandIn, kind_of, view
from nnkit.checks.verdict import Verdict
from nnkit.data import Dataset, one_hot
from nnkit.metrics import accuracy

__all__ = ["LearningExercise", "your_network_learns"]

NEEDED = 0.90
MAX_SECONDS = 60  # for one training, and for all trials of what would help; these digits take a second or two
CLAIMS = (
    "build_network returns a NeuralNetwork",
    "it takes 64 inputs and gives 10 outputs",
    "it is new: nothing has been learnt yet",
    "trained on the digits, it reaches 90 % test accuracy",
)


class LearningExercise:
    """`examine` is an Exercise's; each known mistake is a design that is better in one thing, and a sentence."""

    id = "your-network-learns"
    name = "build_network"
    seconds = 0  # it is as quick as the design that is tried

    def __init__(self):
        self.mistakes = []

    def mistake(self, sentence):
        """Decorate a function that mends one thing in a design; {} in the sentence is the accuracy it then has."""

        def add(mend):
            self.mistakes.append((sentence, mend))
            return mend

        return add

    def examine(self, answer, rng):
        """Return the Verdict on a student's build_network."""
        if kind_of(answer) != "function":
            raise TypeError(f"check takes the function itself, without brackets: check({self.id!r}, {self.name}).")
        try:
            network = answer()
        except NotImplementedError:
            return Verdict(self.id, "not attempted")
        except Exception as error:
            return self._wrong(0, f"build_network stopped with {type(error).__name__}: {error}.")
        if isinstance(network, StandIn):
            network = self._rebuilt(network)
        if isinstance(network, Verdict):
            return network
        if not isinstance(network, nnkit.NeuralNetwork):
            return self._wrong(0, f"It returned {type(network).__name__}: end with `return network`.")
        return self._wrong_shape(network) or self._train(network, *_digits(rng))

    def _rebuilt(self, stand_in):
        """Return a network of the same design, made of nnkit's own pieces; or what stands there, or a Verdict."""
        try:
            design = view(stand_in, blueprint.design)
            network = blueprint.network(design) if isinstance(design, dict) else stand_in
        except Exception as error:
            return self._wrong(0, f"Its design cannot be read: {error}")
        if isinstance(design, dict) and design.get("fitted"):
            network.history = {"loss": []}
        return network

    def _wrong_shape(self, network):
        inputs = network.layers[0].input_shape() if network.layers else "no layers"
        outputs = network.layers[-1].output_shape() if network.layers else "no layers"
        if (inputs, outputs) != ((64,), (10,)):
            return self._wrong(1, f"Expected (64,) and (10,), received {inputs} and {outputs}.")
        if network.history:
            return self._wrong(
                2, "It has a history already. Leave fit to the check: return the network as it is built."
            )

    def _train(self, network, train, test):
        from tqdm import tqdm  # here, so that `import nnkit.checks` needs NumPy alone

        network.verbose = True
        design = _design(network)
        reached, complaint = _reach(lambda: network, train, test)
        if reached < NEEDED:  # perhaps the fault is in the student's classes, which have exercises of their own
            reached, complaint = max((reached, complaint), _reach(lambda: _build(**design), train, test))
        if reached >= NEEDED:
            return Verdict(self.id, claims=[(sentence, True) for sentence in CLAIMS])
        verdict = self._wrong(3, complaint or f"Expected at least {NEEDED:.0%}, received {reached:.1%}.")
        end = time.perf_counter() + MAX_SECONDS
        for sentence, mend in tqdm(self.mistakes, "Looking for what would help", file=sys.stdout, leave=False):
            left = end - time.perf_counter()
            if left <= 0:
                break
            mended, _ = _reach(lambda mend=mend: _build(**mend(copy.deepcopy(design))), train, test, left)
            if mended >= NEEDED:
                verdict.mistake = sentence.format(f"{mended:.0%}")
                break
        return verdict

    def _wrong(self, claim, detail):
        """Return a Verdict whose first wrong claim is this one."""
        holds = [True] * claim + [False] + [None] * (len(CLAIMS) - claim - 1)
        return Verdict(self.id, "wrong", list(zip(CLAIMS, holds, strict=True)), [detail])


def _digits(rng):
    """Return the digits as (train, test), split anew: what is asked for is learning, not these very digits."""
    from sklearn.datasets import load_digits  # here, so that `import nnkit.checks` needs NumPy alone

    X, labels = load_digits(return_X_y=True)
    order = rng.permutation(len(X))
    return [Dataset(X[rows] / 16, one_hot(labels[rows], 10)) for rows in (order[360:], order[:360])]


def _reach(build, train, test, seconds=MAX_SECONDS):
    """Build and train a network; return its test accuracy and, if that failed, a sentence that says how."""
    try:
        network = build()
        network.max_seconds = seconds if network.max_seconds is None else min(seconds, network.max_seconds)
        network.fit(train)
        return accuracy(test.y, network.predict(test.X)), ""
    except Exception as error:
        return 0.0, f"Training stopped with {type(error).__name__}: {error}"


def _design(network):
    """Return what a network was built of, in nnkit's own pieces where the student's are derived from them."""
    return {
        "layers": [_own(layer) for layer in network.layers],
        "loss": _class_of_nnkit(network.loss),
        "settings": {name: getattr(network, name) for name in ("optimizer", "epochs", "batch_size", "max_seconds")},
        "weights": network.get_weights(),
    }


def _build(layers, loss, settings, weights):
    """Return a new network of this design, with the student's starting weights unless they are None."""
    network = nnkit.NeuralNetwork(loss=loss, metric=accuracy, random_state=0, **copy.deepcopy(settings))
    for layer in copy.deepcopy(layers):
        network.add(layer)
    if weights is not None:
        network.set_weights(weights)
    return network


def _own(layer):
    """Return nnkit's own layer with the arguments of this one; a copy of this one where nnkit has none like it."""
    if inspect.isabstract(_class_of_nnkit(layer)):
        return copy.deepcopy(layer)
    arguments = {name: getattr(layer, name) for name in blueprint.ARGUMENTS if name in vars(layer)}
    own = _class_of_nnkit(layer)(**arguments)
    own.set_input_shape(layer.input_shape())
    return own


def _class_of_nnkit(thing):
    """Return nnkit's own class of a thing: its class, or the one that the student's class was derived from."""
    return next((cls for cls in type(thing).__mro__ if cls.__module__.startswith("nnkit.")), type(thing))


your_network_learns = LearningExercise()


def _rate_times(factor):
    """Return a function that multiplies a design's learning rate."""

    def mend(design):
        design["settings"]["optimizer"].learning_rate *= factor
        return design

    return mend


for _times in (10, 100, 1000):
    your_network_learns.mistake(f"the learning rate is too small. With {_times} times as much it reaches {{}}.")(
        _rate_times(_times)
    )
    your_network_learns.mistake(f"the learning rate is too large. With 1/{_times} of it, it reaches {{}}.")(
        _rate_times(1 / _times)
    )


@your_network_learns.mistake("it sees the digits too few times. With ten times the epochs it reaches {}.")
def _(design):
    design["settings"]["epochs"] *= 10
    return design


@your_network_learns.mistake("its time is up too soon. Without max_seconds it reaches {}.")
def _(design):
    design["settings"]["max_seconds"] = None
    return design


@your_network_learns.mistake("it starts from weights that cannot learn. With weights drawn at random it reaches {}.")
def _(design):
    design["weights"] = None
    return design


@your_network_learns.mistake(
    "the loss does not fit the way the network ends. With SoftmaxActivation and CategoricalCrossEntropy it reaches {}."
)
def _(design):
    while not isinstance(design["layers"][-1], nnkit.DenseLayer):
        design["layers"].pop()
    design["layers"].append(nnkit.SoftmaxActivation())
    design["loss"] = nnkit.CategoricalCrossEntropy
    return design


@your_network_learns.mistake("its hidden layers are too narrow. With at least 32 units in each it reaches {}.")
def _(design):
    *hidden, last = [layer for layer in design["layers"] if isinstance(layer, nnkit.DenseLayer)]
    for layer in hidden:
        layer.n_units = max(32, layer.n_units)
    for layer in design["layers"][1:]:
        layer._input_shape = None  # it follows from the layer before, whose size has changed
    return design | {"weights": None}


@your_network_learns.mistake("dropout silences too much. Without it, it reaches {}.")
def _(design):
    design["layers"] = [layer for layer in design["layers"] if not isinstance(layer, nnkit.Dropout)]
    return design


@your_network_learns.mistake("the penalties on the weights are too strong. Without them it reaches {}.")
def _(design):
    for layer in design["layers"]:
        if isinstance(layer, nnkit.DenseLayer):
            layer.l1 = layer.l2 = 0.0
    return design
