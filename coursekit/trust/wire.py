"""The wire between the grader and a student's kernel: plain data, and nothing that could be code.

One process has the checks, the other has the student's functions, and neither may reach into the other. So what goes
from one to the other is JSON, with each array beside it in NumPy's own format `.npy`:

    frame   = sizes of what follows | JSON | array | array | ...
    JSON    = numbers, texts, None; lists, tuples, dictionaries; "array 3"; and what `pack` and `unpack` know besides

Nothing is pickled in either direction. What the student's side sends is limited in size, number and depth, and an array
is looked at before memory is set aside for it: its numbers must be there, and must be numbers.

The student's kernel imports this module too, so it needs the standard library and NumPy alone.
"""

import io
import json
import math
import struct
import time

import numpy as np

__all__ = ["Refused", "Wire", "decode", "encode", "expect"]

MAX_JSON, MAX_BYTES, MAX_ARRAYS, MAX_DEPTH = 8 << 20, 256 << 20, 20_000, 30
KINDS = "biufcU"  # booleans, whole numbers, floats, complex numbers, texts
TAG = "~"  # marks a JSON object that stands for something else


class Refused(ValueError):
    """What came over the wire is not what may come; the message says what it was."""


class Wire:
    """One end of the wire: a connected socket, on which frames are sent and received.

    `end` is when, on the monotonic clock, all sending and receiving must be over; None: never.
    """

    def __init__(self, connection):
        self.connection, self.end = connection, None

    def send(self, value, pack=None):
        """Send a value; `pack` turns what JSON and `.npy` do not know into a tagged dictionary."""
        arrays = []
        text = json.dumps(encode(value, arrays, pack), allow_nan=False).encode()
        sizes = [len(text), *map(len, arrays)]
        self._hurry()
        self.connection.sendall(struct.pack(f"<I{len(sizes)}Q", len(sizes), *sizes) + text + b"".join(arrays))

    def receive(self, unpack=None):
        """Return the next value; `unpack` turns a tagged dictionary into what it stands for.

        Raises Refused where the frame is not as it should be, EOFError where the other end is gone, and TimeoutError
        where the socket's time is over.
        """
        (count,) = struct.unpack("<I", self._read(4))
        expect(1 <= count <= MAX_ARRAYS, f"a message of {count} parts")
        sizes = struct.unpack(f"<{count}Q", self._read(8 * count))
        expect(sizes[0] <= MAX_JSON, f"a message of {sizes[0]:,} letters (at most {MAX_JSON:,} are read)")
        expect(sum(sizes) <= MAX_BYTES, f"a message of {sum(sizes):,} bytes (at most {MAX_BYTES:,} are read)")
        text, *arrays = (self._read(size) for size in sizes)
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Refused(f"what came is not JSON: {error}") from None
        return decode(value, arrays, unpack)

    def _hurry(self):
        """Give the socket the time that is left. One who sends byte after byte gets no more than one who sends none."""
        if self.end is not None:
            left = self.end - time.monotonic()
            if left <= 0:
                raise TimeoutError("the time is over")
            self.connection.settimeout(left)

    def _read(self, size):
        parts, missing = [], size
        while missing:
            self._hurry()
            part = self.connection.recv(min(missing, 1 << 20))
            if not part:
                raise EOFError("the other end is gone")
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)


def expect(holds, what):
    """Raise Refused, naming what came, unless it holds."""
    if not holds:
        raise Refused(f"{what} is not what may come")


# ---- to plain data


def encode(value, arrays, pack=None, depth=0):
    """Return a value as JSON has it; arrays go to the list `arrays`, in `.npy` format.

    Raises Refused for what is neither plain data nor known to `pack`.
    """
    expect(depth <= MAX_DEPTH, "a list in a list in a list, and so on for more than 30 times,")
    if value is None or isinstance(value, bool) or type(value) is int and abs(value) < 1 << 63:
        return value
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in KINDS:
        return _array(value, arrays)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {TAG: "float", "is": repr(float(value))}
    packed = pack(value) if pack else None
    if packed is not None:
        return {key: encode(part, arrays, pack, depth + 1) for key, part in packed.items()} | {TAG: packed[TAG]}
    return _container(value, lambda part: encode(part, arrays, pack, depth + 1))


def _array(value, arrays):
    file = io.BytesIO()
    np.save(file, np.asarray(value), allow_pickle=False)
    arrays.append(file.getvalue())
    return {TAG: "scalar" if isinstance(value, np.generic) else "array", "at": len(arrays) - 1}


def _container(value, each):
    if isinstance(value, list | range):
        return [each(part) for part in value]
    if isinstance(value, tuple):
        return {TAG: "tuple", "of": [each(part) for part in value]}
    if isinstance(value, dict):
        return {TAG: "dict", "of": [[each(key), each(part)] for key, part in value.items()]}
    raise Refused(f"{type(value).__name__} is not plain data")


# ---- from plain data


def decode(value, arrays, unpack=None, depth=0):
    """Return what `encode` was given, from JSON and the `.npy` files in `arrays`. Raises Refused for anything else."""
    expect(depth <= MAX_DEPTH, "a list in a list in a list, and so on for more than 30 times,")
    if isinstance(value, list):
        return [decode(part, arrays, unpack, depth + 1) for part in value]
    if not isinstance(value, dict):
        return value
    kind = value.get(TAG)
    if kind in ("array", "scalar"):
        return _from_npy(arrays, value.get("at"), kind)
    if kind == "float":
        expect(value.get("is") in ("nan", "inf", "-inf"), f"the number {str(value.get('is'))[:20]!r}")
        return float(value["is"])
    parts = {key: decode(part, arrays, unpack, depth + 1) for key, part in value.items() if key != TAG}
    if kind == "tuple" and isinstance(parts.get("of"), list):
        return tuple(parts["of"])
    if kind == "dict":
        return _from_pairs(parts.get("of"))
    expect(unpack is not None, f"something of the kind {str(kind)[:20]!r}")
    return unpack({TAG: kind, **parts})


def _from_pairs(pairs):
    expect(isinstance(pairs, list) and all(isinstance(p, list) and len(p) == 2 for p in pairs), "a dictionary so made")
    try:
        return dict(map(tuple, pairs))
    except TypeError:
        raise Refused("a dictionary with lists for keys is not what may come") from None


def _from_npy(arrays, place, kind):
    """Return an array whose header was looked at first: what it promises must be there, byte for byte."""
    expect(isinstance(place, int) and 0 <= place < len(arrays), "an array that was not sent")
    file = io.BytesIO(arrays[place])
    try:
        expect(np.lib.format.read_magic(file) == (1, 0), "an array in another version of .npy")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(file, max_header_size=2000)
    except (ValueError, EOFError) as error:
        raise Refused(f"an array that cannot be read: {error}") from None
    data = file.read()
    expect(dtype.kind in KINDS and not dtype.hasobject, f"an array of {dtype}")
    expect(math.prod(shape) * dtype.itemsize == len(data), "an array that is not all there")
    array = np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C").copy()
    return array[()] if kind == "scalar" else array
