"""Recordings: checks whose right answers and known mistakes are not in this package.

A course that is marked gives its students nnkit without the answers (`coursekit bundle`). A check still has to know
what is expected, and which mistake gives what. A student's check draws the same inputs each time, so all that can be
noted when the package is made: a recording holds the inputs of each round, and what the reference and each known
mistake gave for them, piece by piece, up to the error that ended it. It is plain data, `recorded/<exercise>.json`.
In the whole package there is none, and everything is run.
"""

import base64
import json
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

__all__ = ["Recorded", "Recording", "packed", "recording_of", "unpacked"]

FOLDER = Path(__file__).parent / "recorded"
LONG = 64  # arrays with more entries are kept as compressed bytes


@dataclass(frozen=True)
class Recorded:
    """An answer that is not here; its place among the recorded ones, 0 for the reference."""

    place: int


@dataclass
class Recording:
    """What was recorded of an exercise.

    mistakes   (sentence, piece in which it shows or None) of each known mistake, in order
    inputs     the inputs of each round
    runs       for each round, for each answer: {name of the probe: ([(piece, value), ...], error or None)}, where an
               error is (name of its type, what it says)
    made_with  versions of what it was made with
    """

    mistakes: list
    inputs: list = field(default_factory=list)
    runs: list = field(default_factory=list)
    made_with: dict = field(default_factory=dict)
    round: int = 0

    def rounds(self):
        """Yield the inputs of each round; `pieces` is of the round whose inputs came last."""
        for number, inputs in enumerate(self.inputs):
            self.round = number
            yield inputs

    def pieces(self, recorded, probe):
        """Yield the (piece, value) that a probe reported of a recorded answer, and raise what ended it, if anything."""
        pieces, error = self.runs[self.round][recorded.place][probe]
        yield from pieces
        if error:
            name, message = error
            raise type(name, (Exception,), {})(message)

    def to_json(self):
        """Return the recording as text. What is the same in several runs is written once."""
        values, places = [], {}

        def place(value):
            text = json.dumps(packed(value))
            if text not in places:
                places[text] = len(values)
                values.append(text)
            return places[text]

        runs = [
            [{p: [[(n, place(v)) for n, v in pieces], error] for p, (pieces, error) in run.items()} for run in answers]
            for answers in self.runs
        ]
        parts = {"made_with": self.made_with, "mistakes": self.mistakes, "inputs": packed(self.inputs), "runs": runs}
        lines = [f'"{name}": {json.dumps(part)}' for name, part in parts.items()]
        return "{\n" + ",\n".join(lines) + ',\n"values": [\n' + ",\n".join(values) + "\n]\n}\n"

    @classmethod
    def from_json(cls, text):
        """Return the recording that was written as this text."""
        data = json.loads(text)
        values = [unpacked(value) for value in data["values"]]
        runs = [
            [{p: ([(n, values[v]) for n, v in pieces], error) for p, (pieces, error) in run.items()} for run in answers]
            for answers in data["runs"]
        ]
        return cls(data["mistakes"], unpacked(data["inputs"]), runs, data["made_with"])


def recording_of(exercise_id):
    """Return the recording of an exercise, or None where it is not needed, because the answers are here."""
    path = FOLDER / f"{exercise_id}.json"
    return Recording.from_json(path.read_text("utf-8")) if path.exists() else None


def packed(value):
    """Return a value as JSON can hold it: numbers, texts, None, arrays, and lists, tuples and dictionaries of them.

    Raises TypeError for anything else.
    """
    if isinstance(value, np.ndarray | np.generic):
        return {"array": _entries(np.asarray(value)), "dtype": value.dtype.str, "shape": list(np.shape(value))}
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [packed(item) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[packed(key), packed(item)] for key, item in value.items()]}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} cannot be recorded.")


def unpacked(value):
    """Return what `packed` was given; a single number of NumPy's comes back as one."""
    if not isinstance(value, dict):
        return value
    [kind] = value.keys() & {"array", "list", "tuple", "dict"}
    items = value[kind]
    if kind == "array":
        return _array(items, np.dtype(value["dtype"]), value["shape"])
    if kind == "dict":
        return {unpacked(key): unpacked(item) for key, item in items}
    return {"list": list, "tuple": tuple}[kind](map(unpacked, items))


def _entries(array):
    """Return the entries of an array in a list; of a long one, its compressed bytes in letters."""
    if array.size > LONG and array.dtype.kind in "biuf":
        return base64.b64encode(zlib.compress(array.astype(array.dtype.newbyteorder("<")).tobytes(), 9)).decode()
    return array.ravel().tolist()


def _array(entries, dtype, shape):
    if isinstance(entries, str):
        entries = np.frombuffer(zlib.decompress(base64.b64decode(entries)), dtype.newbyteorder("<"))
    return np.array(entries, dtype.newbyteorder("=")).reshape(shape)[()]
