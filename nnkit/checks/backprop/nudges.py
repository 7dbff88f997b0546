"""Exercise: measuring a slope by brute force, with central differences.

The function f that is handed to an answer is curved, so that forward and central differences are two things, and
every entry of x matters to every slope, so that an entry that is left nudged shows.
"""

import numpy as np

from nnkit.checks.exercise import Exercise
from nnkit.gradients import numerical_gradient as central_differences

__all__ = ["numerical_gradient"]

EPS = 0.25  # so large that all formulas differ in the first digits
SCALE = 1e-5 / EPS  # hills so narrow that 1e-5 is as large on them


class _Hills:
    """f(x) = sum c x^3 + (sum d x)^2."""

    def __init__(self, c, d):
        self.c, self.d = c, d

    def __call__(self, x):
        if np.shape(x) != self.c.shape:
            raise ValueError(f"f takes an array shaped like x, {self.c.shape}, but received {np.shape(x)}")
        x = np.asarray(x)
        return float(np.sum(self.c * x**3) + np.sum(self.d * x) ** 2)


def _draw(rng):
    """Draw x, c and d for an x of one axis, two and three."""
    shapes = {"vector": (5,), "matrix": (3, 4), "block": (2, 3, 2)}
    return {
        name: rng.uniform(0.5, 1.5, (3, *shape)) * rng.choice([-1, 1], (3, *shape)) for name, shape in shapes.items()
    }


def _probe(answer, vector, matrix, block):
    x, c, d = vector
    yield "vector", answer(_Hills(c, d), x.copy())
    given = x.copy()
    yield "eps", answer(_Hills(c, d), given, EPS)
    yield "arguments", given
    yield "default", answer(_Hills(c / SCALE**3, d / SCALE), SCALE * x)
    for name, (x, c, d) in {"matrix": matrix, "block": block}.items():
        yield name, answer(_Hills(c, d), x.copy())


numerical_gradient = Exercise(
    id="numerical-gradient",
    reference=central_differences,
    claims={
        "vector": "it returns the slope of f along each entry of x",
        "eps": "it is (f(x + eps) - f(x - eps)) / (2 eps), an entry at a time, with the eps handed in (here 0.25)",
        "arguments": "x stays as it was",
        "default": "where no eps is handed in, it is 1e-5",
        "matrix": "a matrix x has a matrix of slopes",
        "block": "x may have three axes too",
    },
    draw=_draw,
    probe=_probe,
)


def _each(x, slope):
    """Return an array of slope(nudge), where nudge(eps) is x with one entry moved: what most versions below share."""
    x = np.array(x, float)

    def nudge(i, eps):
        moved = x.copy()
        moved[i] += eps
        return moved

    slopes = [slope(lambda eps, i=i: nudge(i, eps)) for i in np.ndindex(x.shape)]
    return np.reshape(slopes, x.shape)


@numerical_gradient.mistake(
    "this is the forward difference, (f(x + eps) - f(x)) / eps, whose error shrinks with eps only. "
    "Look to both sides: f(x - eps) in place of f(x), and 2 eps below."
)
def _(f, x, eps=1e-5):
    return _each(x, lambda nudge: (f(nudge(eps)) - f(x)) / eps)


@numerical_gradient.mistake(
    "this is the backward difference, (f(x) - f(x - eps)) / eps, whose error shrinks with eps only. "
    "Look to both sides: f(x + eps) in place of f(x), and 2 eps below."
)
def _(f, x, eps=1e-5):
    return _each(x, lambda nudge: (f(x) - f(nudge(-eps))) / eps)


@numerical_gradient.mistake("it is divided by eps, but from x - eps to x + eps it is 2 eps.")
def _(f, x, eps=1e-5):
    return _each(x, lambda nudge: (f(nudge(eps)) - f(nudge(-eps))) / eps)


@numerical_gradient.mistake(
    "this is f(x + eps) - f(x), divided by 2 eps. The second value is f(x - eps): from x + eps that is 2 eps back."
)
def _(f, x, eps=1e-5):
    return _each(x, lambda nudge: (f(nudge(eps)) - f(x)) / (2 * eps))


@numerical_gradient.mistake("/ 2 * eps divides by 2 and multiplies by eps: write / (2 * eps), with brackets.")
def _(f, x, eps=1e-5):
    return _each(x, lambda nudge: (f(nudge(eps)) - f(nudge(-eps))) / 2 * eps)


@numerical_gradient.mistake("only f(x - eps) is divided: put the difference in brackets.")
def _(f, x, eps=1e-5):
    return _each(x, lambda nudge: f(nudge(eps)) - f(nudge(-eps)) / (2 * eps))


@numerical_gradient.mistake("the difference is not divided: a slope is a difference per length, here 2 eps.")
def _(f, x, eps=1e-5):
    return _each(x, lambda nudge: f(nudge(eps)) - f(nudge(-eps)))


@numerical_gradient.mistake("the difference is the wrong way round: f(x + eps) - f(x - eps).")
def _(f, x, eps=1e-5):
    return _each(x, lambda nudge: (f(nudge(-eps)) - f(nudge(eps))) / (2 * eps))


@numerical_gradient.mistake("the eps that was handed in is not used: take the argument, whatever it is.")
def _(f, x, eps=1e-5):
    return central_differences(f, x)


@numerical_gradient.mistake("eps has another value where none is handed in: write eps=1e-5 among the arguments.")
def _(f, x, eps=1e-6):
    return central_differences(f, x, eps)


@numerical_gradient.mistake("eps has another value where none is handed in: write eps=1e-5 among the arguments.")
def _(f, x, eps=1e-4):
    return central_differences(f, x, eps)


@numerical_gradient.mistake("eps has another value where none is handed in: write eps=1e-5 among the arguments.")
def _(f, x, eps=1e-7):
    return central_differences(f, x, eps)


@numerical_gradient.mistake("all entries are nudged at once, which gives one number. Nudge one entry at a time.")
def _(f, x, eps=1e-5):
    return (f(x + eps) - f(x - eps)) / (2 * eps)


@numerical_gradient.mistake("all entries are nudged each time, so all slopes are their sum. Nudge one entry at a time.")
def _(f, x, eps=1e-5):
    return np.full(np.shape(x), (f(x + eps) - f(x - eps)) / (2 * eps))


@numerical_gradient.mistake(
    "all slopes are 0. If both nudges are made to one array, they cancel: up = x is no copy, x.copy() is one."
)
def _(f, x, eps=1e-5):
    return np.zeros(np.shape(x))


@numerical_gradient.mistake(
    "an entry stays nudged when the next one is looked at. Put it back before you go on, or nudge a fresh copy of x."
)
def _(f, x, eps=1e-5):
    return _left_behind(f, np.array(x, float), eps)


@numerical_gradient.mistake(
    "an entry of x itself stays nudged when the next one is looked at. Put it back before you go on, "
    "or nudge a fresh copy of x."
)
def _(f, x, eps=1e-5):
    return _left_behind(f, x, eps)


def _left_behind(f, x, eps):
    """Nudge each entry of x itself up, then down, and leave it there."""
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += eps
        above = f(x)
        x[i] -= 2 * eps
        gradient[i] = (above - f(x)) / (2 * eps)
    return gradient


@numerical_gradient.mistake("f is called with a single entry. It takes the whole array, with that entry nudged.")
def _(f, x, eps=1e-5):
    return np.array([(f(entry + eps) - f(entry - eps)) / (2 * eps) for entry in np.ravel(x)])


@numerical_gradient.mistake("a matrix is nudged a row at a time: go through all its entries, with np.ndindex(x.shape).")
def _(f, x, eps=1e-5):
    gradient = np.zeros(np.shape(x))
    for i in range(len(x)):
        up, down = np.array(x, float), np.array(x, float)
        up[i] += eps
        down[i] -= eps
        gradient[i] = (f(up) - f(down)) / (2 * eps)
    return gradient


@numerical_gradient.mistake("the slopes come in one long row. Give them the shape of x: .reshape(x.shape).")
def _(f, x, eps=1e-5):
    return central_differences(f, x, eps).ravel()


@numerical_gradient.mistake("f is called with x made flat. It takes an array of the shape of x.")
def _(f, x, eps=1e-5):
    return central_differences(f, np.ravel(x), eps).reshape(np.shape(x))


@numerical_gradient.mistake("x is taken for a matrix. It may have any number of axes: go through np.ndindex(x.shape).")
def _(f, x, eps=1e-5):
    n_rows, n_columns = x.shape
    return central_differences(f, x, eps).reshape(n_rows, n_columns)
