"""The agent: what runs in a student's kernel and does what the grader asks, one request at a time.

    {"do": "find", "name": "DenseLayer"}                    what has this name in the notebook?
    {"do": "call", "on": <a thing>, "args": ..., ...}       call it, or a method of it, and tell what came
    {"do": "get" | "set" | "next" | "view", "on": <a thing>, ...}

A thing that is no plain data stays here and gets a number, by which the grader speaks of it. What the grader hands in
is made here: arrays, random generators in the same state, layers of nnkit. A function of the grader stays there and is
called over the wire, and so are those methods of nnkit's that are being graded: their bodies are not in this room.

After each request the grader is told which of the things it handed in have changed.

Nothing here is secret and nothing is trusted: the student's code may do to this module what it likes, and will at worst
spoil its own answers. The grader believes numbers only.
"""

import builtins
import copy
import importlib
import random
import socket
import sys
import traceback
import warnings
from collections import deque
from pathlib import Path

import numpy as np

try:
    from coursekit_wire import TAG, Wire
except ImportError:  # where this module stands in the project, not in the room
    from coursekit.trust.wire import TAG, Wire

__all__ = ["Agent", "serve"]

REMEMBERED = 64  # of what was handed in, so many are looked at for changes
LIBRARIES = __file__, *(str(Path(place).resolve()) for place in (sys.prefix, sys.base_prefix, Path(__file__).parent))
BUILTINS = {kind.__name__: kind for kind in (bool, int, float, complex, str, list, tuple, dict)}


def serve(path, namespace):
    """Connect to the grader's socket at `path`, and do what it asks with the names in `namespace` until it hangs up."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        Agent(Wire(connection), namespace).run()


class Agent:
    """Answers requests from one wire. `namespace` is a dictionary: the notebook's own names."""

    def __init__(self, wire, namespace):
        self.wire, self.namespace = wire, namespace
        self.kept = {}  # number -> a thing that stays here
        self.numbers = {}  # id of such a thing -> its number
        self.given = {}  # id of a thing that the grader handed in -> (the grader's number, the thing)
        self.watched = deque(maxlen=REMEMBERED)  # [the grader's number, the thing, what it was]

    def run(self):
        """Answer until the grader hangs up."""
        while True:
            try:
                request = self.wire.receive(self.unpack)
            except EOFError:
                return
            answer = self.do(request)
            try:
                self.wire.send(answer | {"changed": self.changes()}, self.pack)
            except ValueError as error:
                self.wire.send({"error": describe(error), "changed": []})

    def do(self, request):
        """Do one request; return what came, or what went wrong."""
        try:
            for number, state in request["pushed"]:
                self.take(number, state)
            arguments = {name: value for name, value in request.items() if name not in ("do", "pushed")}
            with warnings.catch_warnings(), np.errstate(all="ignore"):  # a warning is not a wrong answer
                warnings.simplefilter("ignore")
                return {"is": getattr(self, "do_" + request["do"])(**arguments)}
        except (Exception, SystemExit) as error:
            return {"error": describe(error)}

    def take(self, number, state):
        """Give an object that the grader handed in the attributes that it has there now."""
        for entry in self.watched:
            if entry[0] == number:
                vars(entry[1]).update(state)
                entry[2] = snapshot(entry[1])

    # ---- what can be asked

    def do_find(self, name):
        """Return what has this name in the notebook, as a thing that stays here."""
        if name not in self.namespace:
            raise NameError(f"{name} is not defined: the cell that defines it did not run to its end")
        return Stays(self.namespace[name])

    def do_lend(self, names):
        """Give the notebook these names for a while; return what they meant before, as a thing that stays here."""
        before = {name: self.namespace[name] for name in names if name in self.namespace}
        self.namespace.update(names)
        return Stays([before, list(names)])

    def do_take_back(self, lent):
        """Give the names that were lent their meaning back."""
        before, names = lent
        for name in names:
            self.namespace.pop(name, None)
        self.namespace.update(before)

    def do_call(self, on, method, args, kwargs):
        """Call a thing, or a method of it."""
        result = (getattr(on, method) if method else on)(*args, **kwargs)
        return Stays(result) if hasattr(result, "__next__") else result

    def do_get(self, on, name):
        """Return an attribute."""
        return getattr(on, name)

    def do_set(self, on, name, value):
        """Set an attribute."""
        setattr(on, name, value)

    def do_iterate(self, on):
        """Return an iterator over a thing."""
        return Stays(iter(on))

    def do_next(self, on):
        """Return the next of an iterator, in a list; an empty list at its end."""
        return next(([value] for value in on), [])

    def do_view(self, on, module, function, args):
        """Return what a function of nnkit's tells of a thing, in plain data."""
        return getattr(importlib.import_module(module), function)(on, *args)

    # ---- things become plain data

    def pack(self, value):
        """Return what stands for a thing that is no plain data; None for containers, which have a way of their own."""
        if isinstance(value, Stays):
            return self.number(value.thing)
        if id(value) in self.given and self.given[id(value)][1] is value:
            return {TAG: "yours", "number": self.given[id(value)][0], "now": snapshot(value)}
        if isinstance(value, list | tuple | dict | range):
            return None
        if isinstance(value, np.random.Generator):
            return self.number(value) | {TAG: "rng", "state": to_hex(value.bit_generator.state)}
        return self.keras_data(value) or optimizer_data(value) or numbers_of(value) or self.number(value)

    def number(self, thing):
        """Keep a thing here, and return its number with what the grader should know of it."""
        number = self.numbers.setdefault(id(thing), len(self.numbers))
        self.kept[number] = thing
        return {TAG: "thing", "number": number, "kind": kind_of(thing), "type": type(thing).__name__}

    def keras_data(self, thing):
        """Return a model's architecture and weights, a history's lists, a callback's or an optimizer's settings."""
        keras = sys.modules.get("keras")
        if keras is None:
            return None
        if isinstance(thing, keras.Model):
            return self.model_data(thing)
        if isinstance(thing, keras.callbacks.History):
            return {TAG: "history", "of": thing.history}
        if type(thing) is keras.callbacks.EarlyStopping:
            names = ("monitor", "patience", "restore_best_weights", "baseline", "start_from_epoch", "mode")
            settings = {name: getattr(thing, name) for name in names if hasattr(thing, name)}
            return {TAG: "stopping", "of": settings | {"min_delta": abs(thing.min_delta)}}
        if isinstance(thing, keras.optimizers.Optimizer):
            return self.number(thing) | {TAG: "optimizer", "name": type(thing).__name__, "of": thing.get_config()}

    def model_data(self, model):
        """Return a Keras model as its architecture in JSON, its weights, and how it was compiled."""
        try:
            config = model.to_json()
        except Exception:
            return self.number(model)
        variables = [self.number(variable)["number"] for variable in model.weights]
        return self.number(model) | {TAG: "model", "config": config, "variables": variables, **trained(model)}

    # ---- plain data becomes things

    def unpack(self, packed):
        """Return the thing that a tagged dictionary of the grader's stands for."""
        kind, number = packed.pop(TAG), packed.pop("number", None)
        if kind == "thing":
            return self.kept[number]
        thing = getattr(self, "make_" + kind)(**packed)
        if number is not None:
            self.given[id(thing)] = (number, thing)
            self.watched.append([number, thing, snapshot(thing)])
        return thing

    def make_given(self, value):
        """An array, a list or a dictionary, which the student's code might change."""
        return value

    def make_objects(self, of):
        """An array of objects, as IMDB's reviews are: lists of unequal length."""
        array = np.empty(len(of), dtype=object)
        array[:] = of
        return array

    def make_type(self, name):
        """One of Python's own types."""
        return getattr(builtins, name)

    def make_class(self, module, name):
        """A class of nnkit's."""
        return getattr(importlib.import_module(module), name)

    def make_symbol(self, name):
        """A symbol of SymPy's."""
        return importlib.import_module("sympy").Symbol(name)

    def make_rng(self, state):
        """A random generator in the state that the grader's is in."""
        rng = np.random.Generator(np.random.PCG64())
        rng.bit_generator.state = from_hex(state)
        return rng

    def make_callback(self, at):
        """A function that stays with the grader."""
        return lambda *args, **kwargs: self.ask({"callback": at}, args, kwargs)["is"]

    def make_object(self, module, name, state, absent):
        """An object of nnkit's with these attributes. Those of its methods that are `absent` here are called there."""
        cls, own = self.make_class(module, name), {"__module__": module}
        for method in absent:
            own[method] = self.method_there(module, name, method)
        thing = object.__new__(type(name, (cls,), own) if absent else cls)
        vars(thing).update(state)
        return thing

    def method_there(self, module, name, method):
        """Return a method that has the grader run nnkit's own, on an object with the same attributes."""

        def call(thing, *args, **kwargs):
            request = {"module": module, "name": name, "method": method, "state": vars(thing)}
            reply = self.ask(request, args, kwargs)
            vars(thing).update(reply["state"])
            return reply["is"]

        return call

    def make_model(self, config, weights, compiled, **_):
        """A Keras model with the same layers and weights."""
        from nnkit.quietly import keras

        model = keras.models.model_from_json(config)
        return now_trained(model, {"weights": weights, "compiled": compiled})

    def make_optimizer(self, name, of):
        """An optimizer of Keras's with these settings."""
        from nnkit.quietly import keras

        return getattr(keras.optimizers, name).from_config(of)

    def make_history(self, of):
        """A Keras History with these lists."""
        from nnkit.quietly import keras

        callback = keras.callbacks.History()
        callback.history = of
        return callback

    # ---- what has changed, and what the grader is asked for

    def changes(self):
        """Return [number, what it is now] of everything handed in that is no longer what it was."""
        changed = []
        for entry in self.watched:
            number, thing, before = entry
            entry[2] = snapshot(thing)
            if not alike(before, entry[2]):
                changed.append([number, entry[2]])
        return changed

    def ask(self, request, args, kwargs):
        """Have the grader call something of its own; return its reply, or raise what went wrong there.

        A number of chance goes along: called here, a function that draws a model's first weights would draw from this
        process's chance, which the student may have set (`keras.utils.set_random_seed`).
        """
        chance = random.getrandbits(31)
        self.wire.send(request | {"args": list(args), "kwargs": kwargs, "chance": chance}, self.pack)
        reply = self.wire.receive(self.unpack)
        if "error" in reply:
            raise getattr(builtins, reply["error"], RuntimeError)(reply["words"])
        for number, now in reply["changed"]:
            move_on(self.kept[number], now)
        for number, now in reply["ours"]:
            self.move(number, now)
        return reply

    def move(self, number, now):
        """Bring a model or a generator that the grader handed in to where it is there."""
        for own, thing in list(self.given.values()):
            if own == number:
                move_on(thing, now)
        for entry in self.watched:
            if entry[0] == number:
                entry[2] = snapshot(entry[1])


class Stays:
    """A thing that is not to be sent, whatever it is."""

    def __init__(self, thing):
        self.thing = thing


def kind_of(thing):
    """Say in a word what a thing is to the grader."""
    sympy = sys.modules.get("sympy")
    if sympy is not None and isinstance(thing, sympy.Expr | sympy.Poly):
        return "expression"
    if hasattr(thing, "__next__"):
        return "iterator"
    return "class" if isinstance(thing, type) else "function" if callable(thing) else "thing"


def optimizer_data(thing):
    """Return an optimizer of nnkit's as its name and attributes."""
    cls = type(thing)
    if cls.__module__ == "nnkit.optimizer" and hasattr(sys.modules["nnkit.optimizer"], cls.__name__):
        return {TAG: "object", "module": cls.__module__, "name": cls.__name__, "state": dict(vars(thing))}


def numbers_of(thing):
    """Return the array that a tensor, or whatever else can be seen as one, holds."""
    if hasattr(thing, "__array__") and not isinstance(thing, type):
        array = np.asarray(thing)
        return {TAG: "numbers", "is": array} if array.dtype.kind in "biufcU" else None


def trained(model):
    """Return what training changes in a Keras model."""
    compiled = model.get_compile_config() if model.compiled else None
    return {"weights": model.get_weights(), "compiled": compiled}


def now_trained(model, now):
    """Bring a Keras model to what training has made of its twin."""
    if now["compiled"] and not model.compiled:
        model.compile_from_config(now["compiled"])
    if len(model.get_weights()) == len(now["weights"]):
        model.set_weights(now["weights"])
    return model


def move_on(thing, now):
    """Bring a Keras model to what training has made of its twin, a random generator to where its own is."""
    if isinstance(thing, np.random.Generator):
        thing.bit_generator.state = from_hex(now)
    else:
        now_trained(thing, now)


def snapshot(thing):
    """Return what a thing handed in is now, in plain data; None for what cannot change or is not looked at."""
    if isinstance(thing, np.random.Generator):
        return to_hex(thing.bit_generator.state)
    if isinstance(thing, np.ndarray | list | dict):
        return copy.deepcopy(list(thing) if isinstance(thing, np.ndarray) and thing.dtype.hasobject else thing)
    if type(thing).__module__.startswith("nnkit."):
        return {name: copy.deepcopy(value) for name, value in vars(thing).items()}
    keras = sys.modules.get("keras")
    return trained(thing) if keras is not None and isinstance(thing, keras.Model) else None


def alike(before, now):
    """Say whether two snapshots are the same, in type and in every entry."""
    if isinstance(before, np.ndarray):
        same_kind = isinstance(now, np.ndarray) and before.dtype == now.dtype and before.shape == now.shape
        return same_kind and before.tobytes() == now.tobytes()
    if isinstance(before, dict) and isinstance(now, dict):
        return before.keys() == now.keys() and all(alike(before[key], now[key]) for key in before)
    if isinstance(before, list) and isinstance(now, list):
        return len(before) == len(now) and all(map(alike, before, now))
    if type(before).__module__.startswith("nnkit."):
        return type(before) is type(now) and alike(vars(before), vars(now))
    if isinstance(before, np.random.Generator):
        return before.bit_generator.state == now.bit_generator.state
    return type(before) is type(now) and before == now


def to_hex(state):
    """Return a random generator's state with its large numbers as texts."""
    return state | {"state": {name: hex(number) for name, number in state["state"].items()}}


def from_hex(state):
    """Return a random generator's state from what `to_hex` made of it."""
    return state | {"state": {name: int(number, 16) for name, number in state["state"].items()}}


def describe(error):
    """Return what is known of an error: its kind, what it says, and where in the student's code it happened."""
    kinds = [cls.__name__ for cls in type(error).__mro__ if cls.__module__ == "builtins"]
    simple = all(isinstance(part, str | int | float) for part in error.args)
    frames = [
        f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith((*LIBRARIES, "<frozen"))
    ]
    return {
        "type": type(error).__name__,
        "kinds": kinds,
        "args": list(error.args) if simple else [str(error)],
        "where": [frames[-1].name, frames[-1].lineno, frames[-1].line] if frames else None,
    }
