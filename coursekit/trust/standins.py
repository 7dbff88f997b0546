"""Stand-ins: objects of the grader's that stand for the student's, which live in another process.

A check calls a student's function, sets attributes of a student's layer, goes through a student's generator. On a
stand-in each of these becomes a request over the wire, and what comes back is plain data:

    grader                                    student's kernel
    layer = DenseLayer(4, (3,))       ->      DenseLayer(4, (3,)), which is kept and gets a number
    layer.weights = W                 ->      thing 1 .weights = W
    layer.forward_propagation(X)      ->      thing 1 .forward_propagation(X)
    array (5, 4)                      <-      an array

What a check hands in crosses as plain data, too: the expected values never do. A Keras model comes as its architecture
and its weights, and is built here anew, from Keras's own layers alone. Functions of the check stay here and are called
over the wire; so are those methods of nnkit's objects that have no body in the kernel, since they are being graded.
"""

import builtins
import contextlib
import importlib
import inspect
import socket
import sys
import time
import types

import numpy as np

from coursekit.trust import kerasmodels
from coursekit.trust.agent import alike, from_hex, now_trained, snapshot, to_hex, trained
from coursekit.trust.wire import TAG, Refused, Wire, expect
from nnkit.checks.exercise import StandIn

__all__ = ["Kernel", "Listener", "Lost"]

TYPES = (bool, int, float, complex, str, list, tuple, dict)
MAX_WORDS = 300
MAX_NUMBERS = 100_000  # in what a student's code may have the grader work out: more is no lesson, but an attack
MAX_WHOLE = 1_000_000  # for a whole number in it: of units, of epochs


class Lost(Exception):
    """The kernel is gone or does not answer in time; what it says is why, in words for a student."""

    told = True  # the words are the whole story


class Listener:
    """A socket on which one agent connects, at `path`; a context that cleans up."""

    def __init__(self, path):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(path))
        self.socket.listen(1)

    def accept(self, seconds, alive=lambda: True):
        """Return the connection of the agent, once it is there. Raises Lost where it does not come, or has ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and alive():
            self.socket.settimeout(0.2)
            with contextlib.suppress(TimeoutError):
                return self.socket.accept()[0]
        raise Lost("the notebook's Python did not answer")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.path.unlink(missing_ok=True)


class Kernel:
    """The student's kernel as a check sees it: `find` gives a stand-in for what has a name in the notebook.

    `absent` is a set of "module.Class.method": nnkit's methods that have no body in the kernel. `seconds` is how long
    all requests together may take there.
    """

    def __init__(self, connection, absent=(), seconds=60):
        self.connection, self.wire = connection, Wire(connection)
        self.absent, self.end, self.seconds = frozenset(absent), time.monotonic() + seconds, seconds
        self.ours, self.our_numbers = {}, {}  # number -> what was handed in; id -> number
        self.theirs = {}  # number -> stand-in, or model built here
        self.owners = {}  # number of a model's variable -> number of the model that came with it
        self.seen = {}  # number of an object of nnkit's that was handed in -> its attributes when last sent or received
        self.lost = None  # or why no more answers come
        self.callable = set()  # what the agent may have called here: numbers, and (module, class, method)

    def find(self, name):
        """Return a stand-in for what has this name in the notebook. Raises NameError where nothing has."""
        return self.ask("find", name=name)

    @contextlib.contextmanager
    def lending(self, functions):
        """Let names of the notebook mean functions of the grader's for a while."""
        lent = self.ask("lend", names={name: _Callback(function) for name, function in functions.items()})
        try:
            yield
        finally:
            self.ask("take_back", lent=lent)

    def ask(self, what, **request):
        """Have the agent do something; return what came of it, or raise what went wrong in the student's code."""
        self._send({"do": what, "pushed": self._pushed(), **request})
        reply = self._receive()
        while isinstance(reply, dict) and "args" in reply:
            self._reply(self._answer(reply))
            reply = self._receive()
        expect(isinstance(reply, dict) and isinstance(reply.get("changed"), list), "a reply of another form")
        for number, now in map(_pair, reply["changed"]):
            self._change(self.ours.get(number), now)
            if number in self.seen:
                self.seen[number] = snapshot(self.ours[number])
        if "error" in reply:
            raise _error(reply["error"])
        return reply.get("is")

    def _pushed(self):
        """Return [number, attributes] of each of nnkit's objects handed in that the check itself has changed since."""
        pushed = []
        for number, before in self.seen.items():
            now = snapshot(self.ours[number])
            if not alike(before, now):
                pushed.append([number, now])
                self.seen[number] = now
        return pushed

    # ---- the wire, with an eye on the clock

    def _send(self, message):
        self._limit()
        try:
            self.wire.send(message, self._pack)
        except OSError:
            raise self._lose() from None

    def _receive(self):
        self._limit()
        try:
            return self.wire.receive(self._unpack)
        except (OSError, EOFError):
            raise self._lose() from None

    def _limit(self):
        left = self.end - time.monotonic()
        if left <= 0 or self.lost:
            raise self._lose()
        self.wire.end = self.end

    def _lose(self):
        """Note that there is nothing more to be had, and why; return the error that says so."""
        late = f"it did not come to an end within {self.seconds:g} seconds"
        ended = "it ended Python itself (by exit, a crash, or too much memory), so nothing came back"
        self.lost = self.lost or (late if time.monotonic() >= self.end else ended)
        return Lost(self.lost)

    # ---- what goes out

    def _pack(self, value):
        """Return what stands for a thing that the check hands in."""
        if isinstance(value, StandIn):
            return {TAG: "thing", "number": value._number}
        if isinstance(value, _Given):
            return {TAG: "given", "number": self._number(value.value), "value": value.value}
        if isinstance(value, np.random.Generator):
            return {TAG: "rng", "number": self._number(value), "state": to_hex(value.bit_generator.state)}
        if isinstance(value, list | tuple | dict | range):
            return None
        if isinstance(value, np.ndarray):
            return {TAG: "objects", "number": self._number(value), "of": list(value)}
        return self._pack_kind(value) or self._pack_thing(value)

    def _pack_kind(self, value):
        """Return what stands for a type, a function or a symbol."""
        if isinstance(value, type) and value in TYPES:
            return {TAG: "type", "name": value.__name__}
        if isinstance(value, type):
            return {TAG: "class", "module": value.__module__, "name": value.__name__}
        if isinstance(value, _Callback):
            return self._pack_callback(value.function)
        if type(value).__module__ == "sympy.core.symbol":
            return {TAG: "symbol", "name": value.name}

    def _pack_thing(self, value):
        """Return what stands for a Keras model, an object of nnkit's, or anything that can be called."""
        cls = type(value)
        if kerasmodels.is_model(value):
            made = {"config": value.to_json(), **trained(value)}
            return {TAG: "model", "number": self._number(value), **made}
        if kerasmodels.is_of(value, "optimizers", "Optimizer"):
            return {TAG: "optimizer", "name": cls.__name__, "of": value.get_config()}
        if kerasmodels.is_of(value, "callbacks", "History"):
            return {TAG: "history", "of": value.history}
        if cls.__module__.startswith("nnkit.") and not cls.__module__.startswith("nnkit.checks"):
            absent = [n for n, _ in inspect.getmembers(cls, callable) if self._is_absent(cls, n)]
            self.callable |= {(cls.__module__, cls.__name__, name) for name in absent}
            made = {"module": cls.__module__, "name": cls.__name__, "state": vars(value), "absent": absent}
            self.seen[self._number(value)] = snapshot(value)
            return {TAG: "object", "number": self._number(value), **made}
        expect(callable(value), f"handing in {cls.__name__}")
        return self._pack_callback(value)

    def _pack_callback(self, function):
        """Return what stands for a function that the agent may call over the wire."""
        self.callable.add(self._number(function))
        return {TAG: "callback", "at": self._number(function)}

    def _is_absent(self, cls, method):
        homes = [base for base in cls.__mro__ if method in vars(base)]
        return f"{homes[0].__module__}.{homes[0].__name__}.{method}" in self.absent if homes else False

    def _number(self, value):
        """Keep what is handed in, and return its number."""
        number = self.our_numbers.setdefault(id(value), len(self.our_numbers))
        self.ours[number] = value
        return number

    # ---- what comes in

    def _unpack(self, packed):
        """Return what a tagged dictionary of the agent's stands for; Refused for any that it may not send."""
        make = getattr(self, f"_make_{packed.pop(TAG)}", None)
        expect(make is not None, "something of an unknown kind")
        try:
            return make(**packed)
        except (TypeError, KeyError, AttributeError) as error:
            raise Refused(f"what came cannot be read: {type(error).__name__}: {error}") from None

    def _make_thing(self, number, kind, type):
        if number not in self.theirs:
            self.theirs[number] = _stand_in(self, number, kind, type)
        return self.theirs[number]

    def _make_yours(self, number, now):
        ours = self.ours[number]
        if isinstance(ours, list | dict):
            return now
        self._change(ours, now)
        return ours

    def _make_rng(self, number, state, **_):
        rng = self.theirs.setdefault(number, np.random.Generator(np.random.PCG64()))
        rng.bit_generator.state = from_hex(state)
        return rng

    def _make_numbers(self, **packed):
        expect(isinstance(packed["is"], np.ndarray), "a tensor without numbers")
        return packed["is"]

    def _make_model(self, number, kind, type, config, weights, compiled, variables):
        """A model of Keras's own layers, built here; of any others a stand-in, as for other things."""
        shared = any(self.owners.setdefault(variable, number) != number for variable in variables)
        expect(not shared, "a model that shares a layer with an earlier one: make new layers for each model")
        if number not in self.theirs:
            try:
                self.theirs[number] = kerasmodels.model(config, weights, compiled)
            except Refused:
                vars(self._make_thing(number, kind, type))["is_model"] = True
        elif kerasmodels.is_model(self.theirs[number]):
            self._change(self.theirs[number], {"weights": weights, "compiled": compiled})
        return self.theirs[number]

    def _make_history(self, of):
        return kerasmodels.history(of)

    def _make_stopping(self, of):
        return kerasmodels.early_stopping(of)

    def _make_optimizer(self, number, name, of, **_):
        if number not in self.theirs:  # the same one again has kept its memory of earlier steps
            self.theirs[number] = kerasmodels.optimizer(name, of)
        return self.theirs[number]

    def _make_object(self, module, name, state):
        """An optimizer of nnkit's, with plain attributes: all that an agent may send of that kind."""
        optimizers = importlib.import_module("nnkit.optimizer")
        expect(module == optimizers.__name__ and name in optimizers.__all__, f"an object of {str(module)[:50]}")
        thing = object.__new__(getattr(optimizers, name))
        vars(thing).update(state)
        return thing

    def _change(self, ours, now):
        """Bring what was handed in to what the student's code has made of it; what does not fit is left as it is."""
        if isinstance(ours, np.random.Generator):
            with contextlib.suppress(TypeError, ValueError, KeyError, AttributeError):
                ours.bit_generator.state = from_hex(now)
        elif isinstance(ours, np.ndarray) and isinstance(now, np.ndarray) and ours.size == now.size:
            ours.shape = now.shape
            np.copyto(ours, now, casting="unsafe")
        elif isinstance(ours, list | np.ndarray) and isinstance(now, list) and len(ours) == len(now):
            for place, value in enumerate(now):
                ours[place] = value
        elif isinstance(ours, list) and isinstance(now, list):
            ours[:] = now
        elif isinstance(ours, dict) and isinstance(now, dict):
            ours.clear()
            ours.update(now)
        elif kerasmodels.is_model(ours):
            kerasmodels.check_compiled(now["compiled"])
            now_trained(ours, now)
        elif type(ours).__module__.startswith("nnkit.") and isinstance(now, dict):
            vars(ours).update(now)

    # ---- what the agent asks of the grader

    def _reply(self, answer):
        """Send what the agent asked for; where that cannot be sent, say so, or the two would wait for each other."""
        try:
            self._send(answer)
        except Refused as error:
            self._send({"error": "RuntimeError", "words": str(error)})

    def _answer(self, request):
        """Call what the agent asks for, which must have been handed in, or be a method without a body over there."""
        try:
            return self._called(request)
        except Exception as error:
            known = type(error).__name__ if hasattr(builtins, type(error).__name__) else "RuntimeError"
            return {"error": known, "words": str(error)}

    def _called(self, request):
        size = sum(np.size(part) for part in _parts([request["args"], request["kwargs"], request.get("state")]))
        expect(size <= MAX_NUMBERS, f"a call with {size:,} numbers")
        for part in _parts([request["args"], request["kwargs"]]):
            expect(not isinstance(part, int) or part <= MAX_WHOLE, f"a call with the number {part}")
        _set_chance(request.pop("chance", None))
        before = [_moving(things) for things in (self.theirs, self.ours)]
        if "callback" in request:
            expect(request["callback"] in self.callable, "a call of what was not handed in to be called")
            value, state = self.ours[request["callback"]](*request["args"], **request["kwargs"]), None
        else:
            value, state = self._method(**request)
        theirs, ours = (
            [[number, now] for number, now in _moving(things).items() if number in old and not alike(old[number], now)]
            for old, things in zip(before, (self.theirs, self.ours), strict=True)
        )
        return {"is": value, "state": state, "changed": theirs, "ours": ours}

    def _method(self, module, name, method, state, args, kwargs):
        """Run a method of nnkit's on an object with these attributes; return its result and the attributes after it.

        Only where the check has handed in an object of that class: else an answer could be had by asking for it.
        """
        expect((module, name, method) in self.callable, f"a call of {str(name)[:50]}.{str(method)[:50]}")
        cls = getattr(importlib.import_module(module), name)
        thing = object.__new__(cls)
        vars(thing).update(state)
        return getattr(thing, method)(*args, **kwargs), dict(vars(thing))


def _set_chance(number):
    """Have Keras draw from here what it would draw where the student's code is."""
    expect(isinstance(number, int) and 0 <= number < 1 << 31, "a call without a number of chance")
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(number)


def _moving(things):
    """Return what a call may change in these things, {number: ...}: what models have learnt, where generators are."""
    return {
        number: snapshot(thing)
        for number, thing in things.items()
        if isinstance(thing, np.random.Generator) or kerasmodels.is_model(thing)
    }


def _parts(value):
    """Yield what is in lists and dictionaries, however deep: numbers, arrays and all other things."""
    if isinstance(value, list | tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _parts(part)
    else:
        yield value


class _Given:
    """An argument whose changes are to be told of."""

    def __init__(self, value):
        self.value = value


class _Callback:
    """A function that is lent."""

    def __init__(self, function):
        self.function = function


def _given(value):
    return _Given(value) if isinstance(value, np.ndarray | list | dict) else value


class _Standing(StandIn):
    """What all stand-ins can do. Names with an underscore are their own; all others are the student's."""

    def __init__(self, kernel, number, kind):
        own = {"_kernel": kernel, "_number": number, "is_class": kind == "class", "is_callable": kind in CALLABLE}
        vars(self).update(own, is_model=False)

    def __call__(self, *args, **kwargs):
        return self._call(None, args, kwargs)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = self._kernel.ask("get", on=self, name=name)
        if isinstance(value, StandIn) and value.is_callable and not value.is_class:
            return lambda *args, **kwargs: self._call(name, args, kwargs)
        return value

    def __setattr__(self, name, value):
        self._kernel.ask("set", on=self, name=name, value=_given(value))

    def _call(self, method, args, kwargs):
        args, kwargs = [_given(value) for value in args], {name: _given(value) for name, value in kwargs.items()}
        return self._kernel.ask("call", on=self, method=method, args=args, kwargs=kwargs)

    def view(self, function, *args):
        """Return what a function of nnkit's, run over there, tells of the thing."""
        module, name = function.__module__, function.__name__
        return self._kernel.ask("view", on=self, module=module, function=name, args=list(args))

    def lending(self, functions):
        """Let names of the notebook mean functions of the grader's for a while."""
        return self._kernel.lending(functions)

    def __iter__(self):
        return _steps(self._kernel.ask("iterate", on=self))


def _steps(iterator):
    """Yield what a student's iterator gives, one request at a time."""
    while step := iterator._kernel.ask("next", on=iterator):
        expect(isinstance(step, list), "a step of another form")
        yield step[0]


CALLABLE = ("class", "function")


def _stand_in(kernel, number, kind, name):
    """Return a stand-in whose type has the name that the thing's type has over there."""
    name = str(name)[:80]
    cls = type(name if name.isidentifier() else "object", (_Standing,), {})
    return cls(kernel, number, kind)


def _pair(entry):
    expect(isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], int), "a change of another form")
    return entry


def _error(told):
    """Return the error that the student's code met, as one of Python's own with the same name and words."""
    expect(isinstance(told, dict), "an error of another form")
    kinds = [getattr(builtins, str(kind), None) for kind in told.get("kinds", [])]
    errors = (kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Exception | SystemExit))
    base = next(errors, RuntimeError)
    name = str(told.get("type"))[:80]
    kind = base if name == base.__name__ else types.new_class(name if name.isidentifier() else "Error", (base,))
    parts = [part[:MAX_WORDS] if isinstance(part, str) else part for part in told.get("args", [])[:3]]
    error = kind(*(part for part in parts if isinstance(part, str | int | float)))
    error.where = _where(told.get("where"))
    return error


def _where(told):
    """Return (function, line number, text) of the student's line at which an error came up, or None."""
    if isinstance(told, list) and len(told) == 3 and all(isinstance(part, str | int) for part in told):
        return str(told[0])[:80], told[1], str(told[2])[:MAX_WORDS]
    return None
