"""Parts: which classes the playground builds with: the student's where they work, and nnkit's for the rest.

A class counts as the student's where it stands in the notebook under the name that nnkit has for it. Before it is used
it takes one step in a network in which all else is nnkit's: what is not written yet, or stops, is told in a sentence.
"""

import contextlib
import io
import traceback
import warnings

import numpy as np

import nnkit
from nnkit.playground.network import Watched, build
from nnkit.playground.setup import CHOICES, LOSSES, Setup, changed

__all__ = ["NAMES", "Parts", "checked", "culprit", "explained", "found", "quiet"]

BASES = {  # what the student's class must be derived from, to be taken for one
    **dict.fromkeys(["SGD", "RMSProp", "Adam", "Adagrad", "RProp", "Quickprop"], nnkit.Optimizer),
    **dict.fromkeys(["MeanSquaredError", "BinaryCrossEntropy", "CategoricalCrossEntropy"], nnkit.LossFunction),
    **dict.fromkeys(["ReLUActivation", "SigmoidActivation", "TanhActivation", "SoftmaxActivation"], nnkit.Layer),
    "DenseLayer": nnkit.DenseLayer,
    "NeuralNetwork": nnkit.NeuralNetwork,
}
NAMES = sorted(BASES)
NOT_WRITTEN = "not written yet"
LONGEST = 160  # characters of an error that are shown


def found(namespace):
    """Return the student's classes in a notebook's namespace, {name: class}."""
    classes = {name: namespace[name] for name in NAMES if isinstance(namespace.get(name), type)}
    return {name: cls for name, cls in classes.items() if issubclass(cls, BASES[name]) and not _is_ours(cls)}


def checked(parts):
    """Return `parts`, {name: class}, as handed over by the student.

    Raises TypeError for another name than nnkit's, and for a class that is not derived from the right one.
    """
    for name, cls in parts.items():
        if name not in BASES:
            raise TypeError(f"parts has no place for {name!r}; there are {', '.join(NAMES)}.")
        if not isinstance(cls, type) or not issubclass(cls, BASES[name]):
            base = BASES[name].__name__
            raise TypeError(f"parts[{name!r}] must be a class derived from nnkit.{base}; it is {cls!r}.")
    return {name: cls for name, cls in parts.items() if not _is_ours(cls)}


class Parts:
    """The classes for one run: `own` are the student's that work; `refused` says why for those that do not."""

    def __init__(self, own, setup, refused=()):
        self.own, self.refused = {}, {}
        for name, cls in own.items():
            why = dict(refused).get(cls) or _trouble(name, own, setup)
            if why:
                self.refused[name] = why
            else:
                self.own[name] = cls

    def __call__(self, name):
        """Return the class to use for this name."""
        return self.own.get(name) or getattr(nnkit, name)

    def sentences(self):
        """Say which classes are whose, and why a class of the student's is not used."""
        mine = f"yours: {', '.join(self.own)}; nnkit's: the rest." if self.own else "all nnkit's."
        missing = [name for name, why in self.refused.items() if why == NOT_WRITTEN]
        told = [f"Not written yet, so nnkit's for now: {', '.join(missing)}."] if missing else []
        told += [f"{why} nnkit's takes its place." for why in self.refused.values() if why != NOT_WRITTEN]
        return [f"Classes: {mine}", *told]


def explained(name, error):
    """Say in one sentence why a class of the student's is not used."""
    if isinstance(error, NotImplementedError):
        return NOT_WRITTEN
    words = f"{type(error).__name__}: {' '.join(str(error).split())}".removesuffix(".")
    return f"Your {name} stopped with {words[:LONGEST]}{'...' if len(words) > LONGEST else ''}."


@contextlib.contextmanager
def quiet():
    """Keep what the student's code prints, and NumPy's warnings, from piling up below the cell."""
    nowhere = io.StringIO()
    with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _trouble(name, own, setup):
    """Say what is wrong with a class, or "" where one step with it goes through, or cannot be taken."""
    try:
        with quiet():
            unpenalised, penalised = (_step({name: own[name]}, changed(_trial(name), l2=l2)) for l2 in (0.0, 0.5))
    except Exception as error:
        left_out = isinstance(error, NotImplementedError) and not culprit(error, own)
        return "" if left_out else explained(name, error)  # some courses hand out an nnkit without the answers
    if name == "DenseLayer" and (setup.l1 or setup.l2) and np.array_equal(unpenalised, penalised):
        return "Your DenseLayer leaves out the gradient of L1 and L2, which no exercise asks for: while one is on,"
    return ""


def _trial(name):
    """Return a Setup, of the smallest kind, in which the class of this name has something to do."""
    data = {"CategoricalCrossEntropy": "clouds", "SoftmaxActivation": "clouds", "MeanSquaredError": "waves"}
    setup = changed(Setup(), data=data.get(name, "moons"), hidden=[3], noise=0.1)
    if name in CHOICES["activation"]:
        setup = changed(setup, activation=name)
    if name in CHOICES["optimizer"]:
        setup = changed(setup, optimizer=name)
    return setup if name not in LOSSES[setup.task] else changed(setup, loss=name)


def culprit(error, own):
    """Return the name in `own` of the class that an error passed last; if it says "not written", that raised it."""
    passed = [_owner(frame.f_code, own) for frame, _ in traceback.walk_tb(error.__traceback__)]
    if isinstance(error, NotImplementedError):
        return passed[-1]
    return next((name for name in reversed(passed) if name), None)


def _owner(code, own):
    """Return the name in `own` of the class whose method this code is, or None."""
    for name, cls in own.items():
        if any(getattr(method, "__code__", None) is code for c in _written(cls) for method in vars(c).values()):
            return name


def _step(own, setup):
    """Take a step with the student's class and nnkit's others; return the gradient of the first weights, if seen."""
    network = build(setup, lambda name: own.get(name) or getattr(nnkit, name))
    X = np.linspace(-1, 1, 10).reshape(5, 2)
    output = X
    for layer in network.layers:
        output = layer.forward_propagation(output, training=True)
        _expect_shape("forward_propagation returns", output, (5, *layer.output_shape()))
    y = np.eye(3)[[0, 1, 2, 0, 1], : output.shape[1]]
    output = network.forward_propagation(X, training=True)
    _expect_shape("forward_propagation returns", output, y.shape)
    error = network.loss.derivative(y, output)
    _expect_shape("the derivative of the loss is", error, y.shape)
    _expect_shape("backward_propagation returns", network.backward_propagation(error), X.shape)
    _expect_shape("the weights become", network.layers[0].weights, (2, 3))
    _expect_shape("the loss is", network.loss.loss(y, output), ())
    watched = network.layers[0].weights_optimizer
    return watched.gradient if isinstance(watched, Watched) else None


def _expect_shape(what, value, shape):
    if value is None or np.shape(value) != shape:
        came = "None" if value is None else f"shape {np.shape(value)}"
        raise ValueError(f"{what} {came}, where {shape} is needed")


def _is_ours(cls):
    return cls.__module__.split(".")[0] == "nnkit"


def _written(cls):
    """Return the classes that the student wrote: a class, and those before it of the same name."""
    return [c for c in cls.__mro__ if not _is_ours(c) and c.__module__ != "builtins" and c.__module__ != "abc"]
