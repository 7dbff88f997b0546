"""Exercise: walking downhill.

What is handed to an answer as `gradient` can be called like a function, and says what it wanted where it is called
with something else. (It is an object of a small class, not a function in a function, so that it can be sent to the
process in which marks are given.)
"""

import numpy as np

from nnkit.checks.backprop import formulas
from nnkit.checks.exercise import Exercise

__all__ = ["gradient_descent"]


class _Bowl:
    """The gradient A (p - centre) of a tilted bowl, at a point p given as an array or a list."""

    def __init__(self, A, centre):
        self.A, self.centre = A, centre

    def __call__(self, p):
        if np.shape(p) != self.centre.shape:
            raise ValueError(f"gradient takes a point of shape {self.centre.shape}, but received {np.shape(p)}")
        return self.A @ (np.asarray(p, float) - self.centre)


def _draw(rng):
    """Draw a tilted bowl, so that no coordinate goes its own way, and a start away from its centre."""
    d, n_steps = rng.permutation([3, 4, 5])[:2]
    M = rng.normal(size=(d, d))
    return {
        "A": M @ M.T / d + np.eye(d),
        "centre": rng.normal(size=d),
        "start": rng.choice([-3, 3], size=d) + rng.uniform(0.1, 0.4, size=d),
        "learning_rate": round(float(rng.uniform(0.12, 0.25)), 3),
        "n_steps": int(n_steps),
    }


def _probe(answer, A, centre, start, learning_rate, n_steps):
    bowl, valley, given = _Bowl(A, centre), _Bowl(A[:1, :1], centre[:1]), start.copy()
    yield "path", answer(bowl, given, learning_rate, n_steps)
    yield "arguments", given
    yield "one coordinate", answer(valley, start[:1].copy(), learning_rate / 2, n_steps + 3)
    yield "no steps", answer(bowl, start.copy(), learning_rate, 0)
    yield "whole numbers", answer(bowl, start.round().astype(int), learning_rate, n_steps)
    yield "list", answer(bowl, start.tolist(), learning_rate, n_steps)


gradient_descent = Exercise(
    id="gradient-descent",
    reference=formulas.gradient_descent,
    claims={
        "path": "the path has n_steps + 1 rows: the start, then each point less learning_rate times the gradient there",
        "arguments": "the start stays as it was",
        "one coordinate": "it works for one coordinate, another learning rate and more steps",
        "no steps": "with n_steps=0 the path is the start alone, one row",
        "whole numbers": "the start may be of whole numbers, although the points after it are not",
        "list": "the start may be a list",
    },
    draw=_draw,
    probe=_probe,
)


def _walk(start, n_steps, next_point):
    """Return the path whose points follow each other so: what most of the versions below share."""
    path = [np.array(start, float)]
    for _ in range(n_steps):
        path.append(next_point(path[-1]))
    return np.array(path)


@gradient_descent.mistake(
    "the gradient is always that of the start. Ask for it anew at each point: the slope changes on the way down."
)
def _(gradient, start, learning_rate, n_steps):
    return _walk(start, n_steps, lambda p: p - learning_rate * gradient(start))


@gradient_descent.mistake("this walks uphill: the gradient points up, so the step is minus learning_rate times it.")
def _(gradient, start, learning_rate, n_steps):
    return _walk(start, n_steps, lambda p: p + learning_rate * gradient(p))


@gradient_descent.mistake("the start is missing: it is the first row of the path, before any step.")
def _(gradient, start, learning_rate, n_steps):
    return _walk(start, n_steps, lambda p: p - learning_rate * gradient(p))[1:]


@gradient_descent.mistake(
    "all rows are the last point: the path holds one array many times, changed in place. Make a new point at each step."
)
def _(gradient, start, learning_rate, n_steps):
    last = formulas.gradient_descent(gradient, start, learning_rate, n_steps)[-1]
    return np.array([last] * (n_steps + 1))


@gradient_descent.mistake(
    "all rows are the last point, and the start has moved there too: p = start is no copy, and -= changes it in place. "
    "Write p = p - ..., which makes a new point."
)
def _(gradient, start, learning_rate, n_steps):
    p, path = start, [start]
    for _ in range(n_steps):
        p -= learning_rate * gradient(p)
        path.append(p)
    return np.array(path)


@gradient_descent.mistake("each step sets out from the start. It must set out from the point reached so far.")
def _(gradient, start, learning_rate, n_steps):
    return _walk(start, n_steps, lambda p: np.asarray(start) - learning_rate * gradient(p))


@gradient_descent.mistake("the learning rate is missing: it scales each step.")
def _(gradient, start, learning_rate, n_steps):
    return _walk(start, n_steps, lambda p: p - gradient(p))


@gradient_descent.mistake("the learning rate multiplies the point as well: p - learning_rate * gradient(p).")
def _(gradient, start, learning_rate, n_steps):
    return _walk(start, n_steps, lambda p: learning_rate * (p - gradient(p)))


@gradient_descent.mistake(
    "every step has the same length: the gradient was divided by its own. Keep it, flat places ask for short steps."
)
def _(gradient, start, learning_rate, n_steps):
    return _walk(start, n_steps, lambda p: p - learning_rate * gradient(p) / np.linalg.norm(gradient(p)))


@gradient_descent.mistake("the rows are the steps, not the points: add each step to the point before.")
def _(gradient, start, learning_rate, n_steps):
    path = formulas.gradient_descent(gradient, start, learning_rate, n_steps)
    return np.vstack([path[:1], np.diff(path, axis=0)])


@gradient_descent.mistake("only the last point comes back. The whole path is asked for, a point in each row.")
def _(gradient, start, learning_rate, n_steps):
    return formulas.gradient_descent(gradient, start, learning_rate, n_steps)[-1]


@gradient_descent.mistake("there is one step too few: n_steps steps make n_steps + 1 points, the start included.")
def _(gradient, start, learning_rate, n_steps):
    return formulas.gradient_descent(gradient, start, learning_rate, n_steps - 1)


@gradient_descent.mistake("there is one step too many: n_steps steps make n_steps + 1 points, the start included.")
def _(gradient, start, learning_rate, n_steps):
    return formulas.gradient_descent(gradient, start, learning_rate, n_steps + 1)


@gradient_descent.mistake("the last row is still 0: the loop takes one step too few.")
def _(gradient, start, learning_rate, n_steps):
    path = formulas.gradient_descent(gradient, start, learning_rate, n_steps)
    path[-1] = 0
    return path


@gradient_descent.mistake("the first row is 0 and the walk sets out from there: put the start into path[0] first.")
def _(gradient, start, learning_rate, n_steps):
    return formulas.gradient_descent(gradient, np.zeros(np.shape(start)), learning_rate, n_steps)


@gradient_descent.mistake("the start is changed: p = start is no copy, and -= changes it in place. Write p = p - ...")
def _(gradient, start, learning_rate, n_steps):
    path = formulas.gradient_descent(gradient, start, learning_rate, n_steps)
    start[:] = path[-1]
    return path


@gradient_descent.mistake("the start is changed: p = start is no copy, and -= changes it in place. Write p = p - ...")
def _(gradient, start, learning_rate, n_steps):
    p = np.asarray(start)
    path = [p.copy()]
    for _ in range(n_steps):
        p -= learning_rate * gradient(p)
        path.append(p.copy())
    return np.array(path)


@gradient_descent.mistake(
    "the path was made with the start's type, so whole numbers stay whole and the rest is cut off: make it float."
)
def _(gradient, start, learning_rate, n_steps):
    path = np.zeros((n_steps + 1, len(start)), np.asarray(start).dtype)
    path[0] = start
    for i in range(n_steps):
        path[i + 1] = path[i] - learning_rate * gradient(path[i])
    return path


@gradient_descent.mistake(
    "-= cannot put fractions into an array of whole numbers: write p = p - ..., or start in float."
)
def _(gradient, start, learning_rate, n_steps):
    p = np.array(start)
    path = [p.copy()]
    for _ in range(n_steps):
        p -= learning_rate * gradient(p)
        path.append(p.copy())
    return np.array(path)


@gradient_descent.mistake("a list has no .shape. Make an array of the start first: np.array(start, float).")
def _(gradient, start, learning_rate, n_steps):
    path = np.zeros((n_steps + 1, start.shape[0]))
    path[0] = start
    for i in range(n_steps):
        path[i + 1] = path[i] - learning_rate * gradient(path[i])
    return path
