"""Exercise: the derivatives of one neuron's error, backward through its computation graph."""

from nnkit.checks.backprop import formulas
from nnkit.checks.backprop.formulas import sigmoid
from nnkit.checks.compare import as_array
from nnkit.checks.exercise import Exercise

__all__ = ["graph_backward"]

KEYS = "x", "w", "b"


def _draw(rng):
    """Draw four neurons, whose numbers differ clearly from each other, from 0 and from 1, and whose sigmoid bends."""
    places = []
    for y in rng.permutation([0.0, 1.0, 0.2, 0.8]):
        small, large = rng.uniform(0.3, 0.6), rng.uniform(1.3, 1.9)
        x, w = rng.permutation([small, large]) * rng.choice([-1, 1], size=2)
        places.append((x, w, rng.choice([-0.8, 0.8]) * rng.uniform(0.9, 1.1), y))
    return {"places": [[float(number) for number in place] for place in places]}


def _probe(answer, places):
    results = [answer(*place) for place in places]
    yield "dict", _words_for(results[0])
    if not isinstance(results[0], dict):
        return
    for name in ("b", "w", "x"):
        yield name, [result.get(name) for result in results]


def _words_for(result):
    """Say what came. "x: number, w: number, b: number" is expected; other keys beside these do no harm."""
    if not isinstance(result, dict):
        return None if result is None else type(result).__name__
    names = KEYS if set(KEYS) <= set(result) else result
    return ", ".join(f"{name}: {_kind(result[name])}" for name in names)


def _kind(value):
    array = as_array(value)
    if array is None:
        return type(value).__name__
    return f"array {array.shape}" if array.ndim else "number"


graph_backward = Exercise(
    id="graph-backward",
    reference=formulas.graph_backward,
    claims={
        "dict": 'it returns a dict of three numbers, with the keys "x", "w" and "b"',
        "b": '"b" is dE/db: from E = (s - y)^2 back through s = sigmoid(z) to z = w x + b, and on to b',
        "w": '"w" is dE/dw: the same way back to z, and on to w',
        "x": '"x" is dE/dx: the same way back to z, and on to x',
    },
    draw=_draw,
    probe=_probe,
)


def _from(dz):
    """Return a version that goes on from this dE/dz(s, y, z) as is right: what most of the versions below share."""

    def graph_backward(x, w, b, y):
        z = w * x + b
        slope = dz(sigmoid(z), y, z)
        return {"x": slope * w, "w": slope * x, "b": slope}

    return graph_backward


# What stands in place of dE/dz = 2 (s - y) s (1 - s), and the sentence that says so.
_from_z = {
    "the 2 is missing: the derivative of the square (s - y)^2 is 2 (s - y).": lambda s, y, z: (s - y) * s * (1 - s),
    "the node sigmoid is skipped on the way back: multiply by its slope, s (1 - s).": lambda s, y, z: 2 * (s - y),
    "this is the error of cross-entropy, s - y. Here E is a square, (s - y)^2, and the slope of sigmoid stays: "
    "2 (s - y) s (1 - s).": lambda s, y, z: s - y,
    "the slope of sigmoid is taken at s, which is sigmoid's output already: with s at hand it is s (1 - s).": (
        lambda s, y, z: 2 * (s - y) * sigmoid(s) * (1 - sigmoid(s))
    ),
    "z (1 - z) treats the input of sigmoid as its output: the slope is s (1 - s), with s = sigmoid(z).": (
        lambda s, y, z: 2 * (s - y) * z * (1 - z)
    ),
    "sigmoid itself stands where its slope should: s (1 - s).": lambda s, y, z: 2 * (s - y) * s,
    "1 - s is only one factor of sigmoid's slope, s (1 - s).": lambda s, y, z: 2 * (s - y) * (1 - s),
    "1 - s^2 is the slope of tanh. Sigmoid's is s (1 - s).": lambda s, y, z: 2 * (s - y) * (1 - s**2),
    "every derivative has the wrong sign: dE/ds is 2 (s - y), not 2 (y - s), and no minus comes in before the step.": (
        lambda s, y, z: 2 * (y - s) * s * (1 - s)
    ),
    "the difference is still squared: the derivative of (s - y)^2 is 2 (s - y).": (
        lambda s, y, z: 2 * (s - y) ** 2 * s * (1 - s)
    ),
    "E itself stands where dE/ds should: 2 (s - y).": lambda s, y, z: (s - y) ** 2 * s * (1 - s),
    "the target y is missing: E = (s - y)^2, so dE/ds = 2 (s - y).": lambda s, y, z: 2 * s * s * (1 - s),
    "dE/ds is 2 s - y, but the 2 multiplies the whole difference: 2 (s - y).": lambda s, y, z: (
        (2 * s - y) * s * (1 - s)
    ),
    "sigmoid is left out on the way forward: E compares sigmoid(z) with y, not z.": lambda s, y, z: 2 * (z - y),
}
for _sentence, _formula in _from_z.items():
    graph_backward.mistake(_sentence)(_from(_formula))


def _dz(x, w, b, y):
    """Return the right dE/dz, which is dE/db."""
    return formulas.graph_backward(x, w, b, y)["b"]


@graph_backward.mistake("x and w are swapped: the derivative of w x by w is x, and by x it is w.")
def _(x, w, b, y):
    return {"x": _dz(x, w, b, y) * x, "w": _dz(x, w, b, y) * w, "b": _dz(x, w, b, y)}


@graph_backward.mistake("the way ends at z for x and w: a last factor is missing, which is w for x, and x for w.")
def _(x, w, b, y):
    return dict.fromkeys(KEYS, _dz(x, w, b, y))


@graph_backward.mistake("the way to w ends at z. In z = w x + b the derivative by w is x: one factor more.")
def _(x, w, b, y):
    return formulas.graph_backward(x, w, b, y) | {"w": _dz(x, w, b, y)}


@graph_backward.mistake("the way to x ends at z. In z = w x + b the derivative by x is w: one factor more.")
def _(x, w, b, y):
    return formulas.graph_backward(x, w, b, y) | {"x": _dz(x, w, b, y)}


@graph_backward.mistake("the bias is left out on the way forward: z = w x + b.")
def _(x, w, b, y):
    return formulas.graph_backward(x, w, 0, y)


@graph_backward.mistake("dE/db is multiplied by b. In z = w x + b, z grows as fast as b: the factor is 1.")
def _(x, w, b, y):
    return formulas.graph_backward(x, w, b, y) | {"b": _dz(x, w, b, y) * b}


@graph_backward.mistake("dE/db is 1, which is only dz/db. The factors before it, dE/ds and ds/dz, belong to it too.")
def _(x, w, b, y):
    return formulas.graph_backward(x, w, b, y) | {"b": 1.0}


@graph_backward.mistake("these are the values of the way forward, not the derivatives.")
def _(x, w, b, y):
    return {"x": x, "w": w, "b": b}


@graph_backward.mistake("this is E itself, three times. Its derivatives are asked for.")
def _(x, w, b, y):
    return dict.fromkeys(KEYS, (sigmoid(w * x + b) - y) ** 2)


@graph_backward.mistake('the keys are "dx", "dw", "db": name them "x", "w", "b".')
def _(x, w, b, y):
    return {f"d{name}": slope for name, slope in formulas.graph_backward(x, w, b, y).items()}


@graph_backward.mistake('a tuple does not say which is which: return {"x": ..., "w": ..., "b": ...}.')
def _(x, w, b, y):
    return tuple(formulas.graph_backward(x, w, b, y).values())
