"""Answers to the eleven graded exercises of 01-backprop, right and wrong, as students write them.

Every answer has the name that the notebook gives it, so that one name is defined again and again. In each exercise the
right answers come first: other formulas, other types, loops. Then the wrong ones, from the untouched cell to answers
that are right almost everywhere.
"""
# ruff: noqa: F811 - in the notebook, too, each answer is a function of that one name

import math

import numpy as np

import nnkit.gradients
from coursekit.solutions import right, wrong

# ---- gradient-descent, right


@right("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """A list of points, each made from the one before."""
    path = [np.array(start, dtype=float)]
    for _ in range(n_steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return np.array(path)


@right("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """An array of the right size, filled row by row."""
    path = np.zeros((n_steps + 1, len(start)))
    path[0] = start
    for step in range(1, n_steps + 1):
        path[step] = path[step - 1] - learning_rate * gradient(path[step - 1])
    return path


@right("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """A list of lists comes back."""
    path = [[float(number) for number in start]]
    while len(path) <= n_steps:
        slopes = gradient(path[-1])
        path.append([p - learning_rate * slope for p, slope in zip(path[-1], slopes, strict=True)])
    return path


@right("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """Recursion, from the end of the path to its start."""
    if n_steps == 0:
        return np.array([start], dtype=float)
    path = gradient_descent_by_recursion(gradient, start, learning_rate, n_steps - 1)
    return np.vstack([path, path[-1] - learning_rate * gradient(path[-1])])


gradient_descent_by_recursion = gradient_descent  # the name itself means the last answer of this module


@right("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """Worked in place, on an array of its own, and a print at each step."""
    p = np.asarray(start).astype(float)
    path = [p.copy()]
    for step in range(n_steps):
        p -= learning_rate * np.asarray(gradient(p))
        print(f"step {step}: {p}")
        path.append(p.copy())
    return np.stack(path)


@right("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """The steps first, then their running sum."""
    steps, p = [np.asarray(start, float)], np.asarray(start, float)
    for _ in range(n_steps):
        steps.append(-learning_rate * gradient(p))
        p = sum(steps)
    return np.cumsum(steps, axis=0)


@right("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """float32 throughout."""
    path = np.empty((n_steps + 1, len(start)), np.float32)
    path[0] = start
    for i in range(n_steps):
        path[i + 1] = path[i] - np.float32(learning_rate) * gradient(path[i]).astype(np.float32)
    return path


# ---- gradient-descent, wrong


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """Not attempted: the cell as released."""
    raise NotImplementedError


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """All zeros."""
    return np.zeros((n_steps + 1, len(start)))


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """It stays at the start."""
    return np.tile(np.asarray(start, float), (n_steps + 1, 1))


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """Returns None."""
    p = np.array(start, float)
    for _ in range(n_steps):
        p = p - learning_rate * gradient(p)


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """Uphill."""
    path = [np.array(start, dtype=float)]
    for _ in range(n_steps):
        path.append(path[-1] + learning_rate * gradient(path[-1]))
    return np.array(path)


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """The slope of the start is used all the way."""
    path, slope = [np.array(start, dtype=float)], gradient(start)
    for _ in range(n_steps):
        path.append(path[-1] - learning_rate * slope)
    return np.array(path)


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """The start is left out, and there is one point more at the end."""
    path, p = [], np.array(start, dtype=float)
    for _ in range(n_steps + 1):
        p = p - learning_rate * gradient(p)
        path.append(p)
    return np.array(path)


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """The same array in every row, changed in place."""
    p = np.array(start, dtype=float)
    path = [p]
    for _ in range(n_steps):
        p -= learning_rate * gradient(p)
        path.append(p)
    return np.array(path)


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """The path is right, but the caller's start walks along."""
    p = np.asarray(start)
    path = [p.copy()]
    for _ in range(n_steps):
        p -= learning_rate * gradient(p)
        path.append(p.copy())
    return np.array(path)


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """Transposed: a point in each column."""
    path = [np.array(start, dtype=float)]
    for _ in range(n_steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return np.array(path).T


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """The learning rate is divided by the number of the step."""
    path = [np.array(start, dtype=float)]
    for step in range(n_steps):
        path.append(path[-1] - learning_rate / (step + 1) * gradient(path[-1]))
    return np.array(path)


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps, path=[]):  # noqa: B006 - the mistake itself
    """Right the first time: the list is shared by all calls."""
    path.append(np.array(start, dtype=float))
    for _ in range(n_steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return np.array(path)


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """Wrong with no steps only: the start is written after the first step."""
    path, p = [], np.array(start, dtype=float)
    for _ in range(n_steps):
        path.append(p)
        p = p - learning_rate * gradient(p)
        last = p
    return np.array([*path, last])


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """Wrong for whole numbers only: the path has the type of the start."""
    path = np.tile(np.array(start), (n_steps + 1, 1))
    for i in range(n_steps):
        path[i + 1] = path[i] - learning_rate * gradient(path[i])
    return path


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """Raises for a list only: a list has no size."""
    path = np.zeros((n_steps + 1, start.size))
    path[0] = start
    for i in range(n_steps):
        path[i + 1] = path[i] - learning_rate * gradient(path[i])
    return path


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """Raises: the gradient is asked at each coordinate, not at the point."""
    path = np.array([start] * (n_steps + 1), dtype=float)
    for i in range(n_steps):
        for j in range(len(start)):
            path[i + 1, j] = path[i, j] - learning_rate * gradient(path[i, j])
    return path


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """The learning rate is a constant of one's own."""
    path = [np.array(start, dtype=float)]
    for _ in range(n_steps):
        path.append(path[-1] - 0.1 * gradient(path[-1]))
    return np.array(path)


@wrong("gradient-descent")
def gradient_descent(gradient, start, learning_rate, n_steps):
    """With momentum, which comes later in the course."""
    path, v = [np.array(start, dtype=float)], 0
    for _ in range(n_steps):
        v = 0.5 * v + 0.5 * gradient(path[-1])
        path.append(path[-1] - learning_rate * v)
    return np.array(path)


# ---- graph-backward, right


def sigmoid(z):
    """A helper as the notebook has it, imported or written there."""
    return 1 / (1 + np.exp(-z))


@right("graph-backward")
def graph_backward(x, w, b, y):
    """A node a line, forward, then backward."""
    z = w * x + b
    s = sigmoid(z)
    dE_ds = 2 * (s - y)
    dE_dz = dE_ds * s * (1 - s)
    return {"x": dE_dz * w, "w": dE_dz * x, "b": dE_dz}


@right("graph-backward")
def graph_backward(x, w, b, y):
    """With the math module, and a dict made by name."""
    s = 1 / (1 + math.exp(-(w * x + b)))
    common = -2 * (y - s) * (s - s**2)
    return dict(b=common, w=x * common, x=w * common)


@right("graph-backward")
def graph_backward(x, w, b, y):
    """The slope of sigmoid by exponentials, and arrays without axes."""
    z = np.array(w * x + b)
    dz = 2 * (1 / (1 + np.exp(-z)) - y) * np.exp(-z) / (1 + np.exp(-z)) ** 2
    return {"w": np.array(dz * x), "b": np.array(dz), "x": np.array(dz * w)}


@right("graph-backward")
def graph_backward(x, w, b, y):
    """float32, and more keys than asked for."""
    x, w, b, y = np.float32([x, w, b, y])
    s = sigmoid(w * x + b)
    dz = 2 * (s - y) * s * (1 - s)
    return {"E": (s - y) ** 2, "z": dz, "x": dz * w, "w": dz * x, "b": dz}


@right("graph-backward")
def graph_backward(x, w, b, y):
    """A loop over the graph's nodes."""
    s = sigmoid(w * x + b)
    gradient = 1.0
    for local in (2 * (s - y), s, 1 - s):
        gradient *= local
    return {name: gradient * local for name, local in {"x": w, "w": x, "b": 1}.items()}


@right("graph-backward")
def graph_backward(x, w, b, y):
    """By tanh, since sigmoid(z) = (1 + tanh(z/2)) / 2."""
    t = math.tanh((w * x + b) / 2)
    dz = ((1 + t) / 2 - y) * (1 - t * t) / 2
    return {"x": dz * w, "w": dz * x, "b": dz}


# ---- graph-backward, wrong


@wrong("graph-backward")
def graph_backward(x, w, b, y):
    """Not attempted: the cell as released."""
    raise NotImplementedError


@wrong("graph-backward")
def graph_backward(x, w, b, y):
    """All zeros."""
    return {"x": 0.0, "w": 0.0, "b": 0.0}


@wrong("graph-backward")
def graph_backward(x, w, b, y):
    """Returns None."""
    s = sigmoid(w * x + b)
    dz = 2 * (s - y) * s * (1 - s)
    {"x": dz * w, "w": dz * x, "b": dz}


@wrong("graph-backward")
def graph_backward(x, w, b, y):
    """The 2 is missing."""
    s = sigmoid(w * x + b)
    dz = (s - y) * s * (1 - s)
    return {"x": dz * w, "w": dz * x, "b": dz}


@wrong("graph-backward")
def graph_backward(x, w, b, y):
    """The slope of sigmoid is missing."""
    dz = 2 * (sigmoid(w * x + b) - y)
    return {"x": dz * w, "w": dz * x, "b": dz}


@wrong("graph-backward")
def graph_backward(x, w, b, y):
    """sigmoid'(s) in place of sigmoid'(z)."""
    s = sigmoid(w * x + b)
    dz = 2 * (s - y) * sigmoid(s) * (1 - sigmoid(s))
    return {"x": dz * w, "w": dz * x, "b": dz}


@wrong("graph-backward")
def graph_backward(x, w, b, y):
    """x and w change places."""
    s = sigmoid(w * x + b)
    dz = 2 * (s - y) * s * (1 - s)
    return {"x": dz * x, "w": dz * w, "b": dz}


@wrong("graph-backward")
def graph_backward(x, w, b, y):
    """The opposite sign: the step down, not the slope."""
    s = sigmoid(w * x + b)
    dz = -2 * (s - y) * s * (1 - s)
    return {"x": dz * w, "w": dz * x, "b": dz}


@wrong("graph-backward")
def graph_backward(x, w, b, y):
    """The bias is left out on the way forward."""
    s = sigmoid(w * x)
    dz = 2 * (s - y) * s * (1 - s)
    return {"x": dz * w, "w": dz * x, "b": dz}


@wrong("graph-backward")
def graph_backward(x, w, b, y):
    """Wrong only for x: its derivative is left at that of z."""
    s = sigmoid(w * x + b)
    dz = 2 * (s - y) * s * (1 - s)
    return {"x": dz, "w": dz * x, "b": dz}


@wrong("graph-backward")
def graph_backward(x, w, b, y):
    """A key is missing."""
    s = sigmoid(w * x + b)
    dz = 2 * (s - y) * s * (1 - s)
    return {"w": dz * x, "b": dz}


@wrong("graph-backward")
def graph_backward(x, w, b, y):
    """A list in place of a dict."""
    s = sigmoid(w * x + b)
    dz = 2 * (s - y) * s * (1 - s)
    return [dz * w, dz * x, dz]


@wrong("graph-backward")
def graph_backward(x, w, b, y):
    """Arrays of one entry in place of numbers."""
    s = sigmoid(w * np.array([x]) + b)
    dz = 2 * (s - y) * s * (1 - s)
    return {"x": dz * w, "w": dz * x, "b": dz}


@wrong("graph-backward")
def graph_backward(x, w, b, y):
    """Wrong only for targets that are neither 0 nor 1: the target is rounded."""
    s, target = sigmoid(w * x + b), 1 if y > 0.5 else 0
    dz = 2 * (s - target) * s * (1 - s)
    return {"x": dz * w, "w": dz * x, "b": dz}


@wrong("graph-backward")
def graph_backward(x, w, b, y):
    """Wrong only where x or w is negative: their sizes are taken."""
    s = sigmoid(w * x + b)
    dz = 2 * (s - y) * s * (1 - s)
    return {"x": dz * abs(w), "w": dz * abs(x), "b": dz}


@wrong("graph-backward")
def graph_backward(x, w, b, y, gradients={"x": 0, "w": 0, "b": 0}):  # noqa: B006 - the mistake itself
    """Right the first time: the gradients of all calls are added up."""
    s = sigmoid(w * x + b)
    dz = 2 * (s - y) * s * (1 - s)
    for name, slope in {"x": dz * w, "w": dz * x, "b": dz}.items():
        gradients[name] += slope
    return dict(gradients)


@wrong("graph-backward")
def graph_backward(x, w, b, y):
    """The forward difference, with so long a nudge that it shows."""

    def E(x, w, b):
        return (sigmoid(w * x + b) - y) ** 2

    E_here, eps = E(x, w, b), 0.01
    return {
        "x": (E(x + eps, w, b) - E_here) / eps,
        "w": (E(x, w + eps, b) - E_here) / eps,
        "b": (E(x, w, b + eps) - E_here) / eps,
    }


# ---- numerical-gradient, right


@right("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """A fresh copy for each nudge."""
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[index] += eps
        below[index] -= eps
        gradient[index] = (f(above) - f(below)) / (2 * eps)
    return gradient


@right("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """x itself is nudged and put back."""
    gradient = np.zeros_like(x)
    for index, value in np.ndenumerate(x):
        x[index] = value + eps
        above = f(x)
        x[index] = value - eps
        below = f(x)
        x[index] = value
        gradient[index] = (above - below) / (2 * eps)
    return gradient


@right("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """x itself is nudged by += and -=, which rounds in the last digit."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        x[index] += eps
        above = f(x)
        x[index] -= 2 * eps
        below = f(x)
        x[index] += eps
        gradient[index] = (above - below) / 2 / eps
    return gradient


@right("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """The unit directions as a matrix, and a list comprehension."""
    directions = eps * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + d) - f(x - d)) / (2 * eps) for d in directions]).reshape(x.shape)


@right("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """A flat view of the result, and np.nditer."""
    gradient = np.empty(np.shape(x))
    places = np.nditer(x, flags=["multi_index"])
    for _ in places:
        nudge = np.zeros(np.shape(x))
        nudge[places.multi_index] = eps
        gradient[places.multi_index] = 0.5 * (f(x + nudge) / eps - f(x - nudge) / eps)
    return gradient


@right("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """The mean of the forward and the backward difference, with prints."""
    gradient, here = np.zeros(x.size), f(x)
    for i in range(x.size):
        nudge = np.zeros(x.size)
        nudge[i] = eps
        nudge = nudge.reshape(x.shape)
        forward, backward = (f(x + nudge) - here) / eps, (here - f(x - nudge)) / eps
        print(f"entry {i}: {forward} {backward}")
        gradient[i] = (forward + backward) / 2
    return gradient.reshape(x.shape)


@right("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """Recursion over the axes; nested lists come back."""
    x = np.array(x)

    def along(index):
        if len(index) < x.ndim:
            return [along((*index, i)) for i in range(x.shape[len(index)])]
        nudge = np.zeros(x.shape)
        nudge[index] = eps
        return float(f(x + nudge) - f(x - nudge)) / (2 * eps)

    return along(())


# ---- numerical-gradient, wrong


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """Not attempted: the cell as released."""
    raise NotImplementedError


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """All zeros."""
    return np.zeros_like(x)


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """Returns None."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        nudge = np.zeros_like(x)
        nudge[index] = eps
        gradient[index] = (f(x + nudge) - f(x - nudge)) / (2 * eps)


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """Forward differences: right in the first digits only."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        nudge = np.zeros_like(x)
        nudge[index] = eps
        gradient[index] = (f(x + nudge) - f(x)) / eps
    return gradient


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """Backward differences."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        nudge = np.zeros_like(x)
        nudge[index] = eps
        gradient[index] = (f(x) - f(x - nudge)) / eps
    return gradient


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """Divided by eps in place of 2 eps."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        nudge = np.zeros_like(x)
        nudge[index] = eps
        gradient[index] = (f(x + nudge) - f(x - nudge)) / eps
    return gradient


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """The brackets below are missing."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        nudge = np.zeros_like(x)
        nudge[index] = eps
        gradient[index] = (f(x + nudge) - f(x - nudge)) / 2 * eps
    return gradient


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """eps is a constant of one's own, whatever is handed in."""
    gradient, eps = np.zeros_like(x), 1e-6
    for index in np.ndindex(x.shape):
        nudge = np.zeros_like(x)
        nudge[index] = eps
        gradient[index] = (f(x + nudge) - f(x - nudge)) / (2 * eps)
    return gradient


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-4):
    """Another default."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        nudge = np.zeros_like(x)
        nudge[index] = eps
        gradient[index] = (f(x + nudge) - f(x - nudge)) / (2 * eps)
    return gradient


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-6):
    """Another default, so small that it hardly shows."""
    return nnkit.gradients.numerical_gradient(f, x, eps)


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """All entries are nudged at once."""
    return (f(x + eps) - f(x - eps)) / (2 * eps) * np.ones_like(x)


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """The two nudges are made to one array, which is x."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above = below = x
        above[index] += eps
        below[index] -= eps
        gradient[index] = (f(above) - f(below)) / (2 * eps)
    return gradient


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """The gradient is right to many digits, but x stays nudged, the more so the larger eps."""
    gradient = nnkit.gradients.numerical_gradient(f, x, eps)
    x += eps
    return gradient


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """x is put back to where it was only after the first nudge."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += eps
        above = f(x)
        x[index] -= eps
        gradient[index] = (above - f(x)) / (2 * eps)
    return gradient


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """Vectors only: x[i] of a matrix is a whole row."""
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        nudge = np.zeros_like(x)
        nudge[i] = eps
        gradient[i] = (f(x + nudge) - f(x - nudge)) / (2 * eps)
    return gradient


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """Vectors and matrices, but no third axis."""
    if x.ndim > 2:
        raise ValueError("too many axes")
    return np.reshape([(f(x + d) - f(x - d)) / (2 * eps) for d in eps * np.eye(x.size).reshape(-1, *x.shape)], x.shape)


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """The result is flat, and f is called with what is flat."""
    flat = x.ravel()
    return np.array([(f(flat + d) - f(flat - d)) / (2 * eps) for d in eps * np.eye(x.size)])


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """float32 leaves a digit or two of the difference."""
    x = x.astype(np.float32)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        nudge = np.zeros_like(x)
        nudge[index] = eps
        gradient[index] = (f(x + nudge) - f(x - nudge)) / (2 * eps)
    return gradient


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """The last entry is left out."""
    gradient = np.zeros_like(x)
    for index in list(np.ndindex(x.shape))[:-1]:
        nudge = np.zeros_like(x)
        nudge[index] = eps
        gradient[index] = (f(x + nudge) - f(x - nudge)) / (2 * eps)
    return gradient


@wrong("numerical-gradient")
def numerical_gradient(f, x, eps=1e-5):
    """The nudge grows with the entry, as some libraries have it."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        nudge = np.zeros_like(x)
        nudge[index] = eps * max(1, abs(x[index]))
        gradient[index] = (f(x + nudge) - f(x - nudge)) / (2 * nudge[index])
    return gradient


# ---- dense-input-error, right


@right("dense-input-error")
def input_error(output_error, weights):
    """The formula."""
    return output_error @ weights.T


@right("dense-input-error")
def input_error(output_error, weights):
    """np.dot and np.transpose."""
    return np.dot(output_error, np.transpose(weights))


@right("dense-input-error")
def input_error(output_error, weights):
    """Einstein's summation."""
    return np.einsum("nu,iu->ni", output_error, weights)


@right("dense-input-error")
def input_error(output_error, weights):
    """Turned over twice."""
    return (weights @ output_error.T).T


@right("dense-input-error")
def input_error(output_error, weights):
    """Lists of numbers, by three loops."""
    return [[sum(e * w for e, w in zip(error, row, strict=True)) for row in weights] for error in output_error]


@right("dense-input-error")
def input_error(output_error, weights):
    """float32, by broadcasting."""
    error, W = np.float32(output_error), np.float32(weights)
    return (error[:, None, :] * W[None, :, :]).sum(axis=-1)


# ---- dense-input-error, wrong


@wrong("dense-input-error")
def input_error(output_error, weights):
    """Not attempted: the cell as released."""
    raise NotImplementedError


@wrong("dense-input-error")
def input_error(output_error, weights):
    """All zeros."""
    return np.zeros((len(output_error), len(weights)))


@wrong("dense-input-error")
def input_error(output_error, weights):
    """A constant."""
    return np.ones((len(output_error), len(weights)))


@wrong("dense-input-error")
def input_error(output_error, weights):
    """Returns None."""
    output_error @ weights.T


@wrong("dense-input-error")
def input_error(output_error, weights):
    """W is not transposed."""
    return output_error @ weights


@wrong("dense-input-error")
def input_error(output_error, weights):
    """The factors change places."""
    return weights.T @ output_error


@wrong("dense-input-error")
def input_error(output_error, weights):
    """Entry by entry."""
    return output_error * weights.T


@wrong("dense-input-error")
def input_error(output_error, weights):
    """The result is transposed."""
    return weights @ output_error.T


@wrong("dense-input-error")
def input_error(output_error, weights):
    """The opposite sign."""
    return -(output_error @ weights.T)


@wrong("dense-input-error")
def input_error(output_error, weights):
    """Divided by the batch size."""
    return output_error @ weights.T / len(output_error)


@wrong("dense-input-error")
def input_error(output_error, weights):
    """A batch of one loses its axis."""
    return np.squeeze(output_error @ weights.T)


@wrong("dense-input-error")
def input_error(output_error, weights):
    """The weights are changed in place."""
    result = output_error @ weights.T
    weights -= 0.1
    return result


@wrong("dense-input-error")
def input_error(output_error, weights):
    """The error is changed in place."""
    result = output_error @ weights.T
    output_error[:] = 0
    return result


@wrong("dense-input-error")
def input_error(output_error, weights):
    """The pseudo-inverse in place of the transpose: it has the right shape, but solves another problem."""
    return output_error @ np.linalg.pinv(weights)


@wrong("dense-input-error")
def input_error(output_error, weights):
    """Only one row: the batch is added up."""
    return (output_error @ weights.T).sum(axis=0, keepdims=True)


# ---- dense-weights-error, right


@right("dense-weights-error")
def weights_error(layer_input, output_error):
    """The formula."""
    return layer_input.T @ output_error


@right("dense-weights-error")
def weights_error(layer_input, output_error):
    """A sum of outer products, example by example."""
    return sum(np.outer(x, e) for x, e in zip(layer_input, output_error, strict=True))


@right("dense-weights-error")
def weights_error(layer_input, output_error):
    """Einstein's summation."""
    return np.einsum("ni,nu->iu", layer_input, output_error)


@right("dense-weights-error")
def weights_error(layer_input, output_error):
    """Lists of numbers, by three loops."""
    (n, n_inputs), n_units = layer_input.shape, output_error.shape[1]
    return [
        [sum(layer_input[k, i] * output_error[k, u] for k in range(n)) for u in range(n_units)] for i in range(n_inputs)
    ]


@right("dense-weights-error")
def weights_error(layer_input, output_error):
    """np.tensordot, in float32."""
    return np.tensordot(layer_input.astype(np.float32), output_error.astype(np.float32), axes=(0, 0))


@right("dense-weights-error")
def weights_error(layer_input, output_error):
    """Turned over twice, and a print."""
    result = np.dot(output_error.T, layer_input).T
    print(result.shape)
    return result


# ---- dense-weights-error, wrong


@wrong("dense-weights-error")
def weights_error(layer_input, output_error):
    """Not attempted: the cell as released."""
    raise NotImplementedError


@wrong("dense-weights-error")
def weights_error(layer_input, output_error):
    """All zeros."""
    return np.zeros((layer_input.shape[1], output_error.shape[1]))


@wrong("dense-weights-error")
def weights_error(layer_input, output_error):
    """Returns None."""
    layer_input.T @ output_error


@wrong("dense-weights-error")
def weights_error(layer_input, output_error):
    """X is not transposed."""
    return layer_input @ output_error


@wrong("dense-weights-error")
def weights_error(layer_input, output_error):
    """The result is transposed."""
    return output_error.T @ layer_input


@wrong("dense-weights-error")
def weights_error(layer_input, output_error):
    """A mean over the batch."""
    return layer_input.T @ output_error / len(output_error)


@wrong("dense-weights-error")
def weights_error(layer_input, output_error):
    """Right for a batch of one: the outer product of sums."""
    return np.outer(layer_input.sum(axis=0), output_error.sum(axis=0))


@wrong("dense-weights-error")
def weights_error(layer_input, output_error):
    """Right for a batch of one: the first example stands for all."""
    return np.outer(layer_input[0], output_error[0])


@wrong("dense-weights-error")
def weights_error(layer_input, output_error):
    """Entry by entry."""
    return layer_input * output_error


@wrong("dense-weights-error")
def weights_error(layer_input, output_error):
    """The opposite sign."""
    return -layer_input.T @ output_error


@wrong("dense-weights-error")
def weights_error(layer_input, output_error):
    """A unit alone loses its axis."""
    return np.squeeze(layer_input.T @ output_error)


@wrong("dense-weights-error")
def weights_error(layer_input, output_error):
    """The input is changed in place: centred."""
    result = layer_input.T @ output_error
    layer_input -= layer_input.mean()
    return result


@wrong("dense-weights-error")
def weights_error(layer_input, output_error):
    """float16 keeps three digits only."""
    return (layer_input.T @ output_error).astype(np.float16)


@wrong("dense-weights-error")
def weights_error(layer_input, output_error):
    """The last example is left out."""
    return layer_input[:-1].T @ output_error[:-1]


# ---- dense-biases-error, right


@right("dense-biases-error")
def biases_error(output_error):
    """The formula."""
    return output_error.sum(axis=0, keepdims=True)


@right("dense-biases-error")
def biases_error(output_error):
    """np.sum, and a new axis."""
    return np.sum(output_error, axis=0)[np.newaxis, :]


@right("dense-biases-error")
def biases_error(output_error):
    """The biases are the weights of an input that is always 1."""
    return np.ones((1, len(output_error))) @ output_error


@right("dense-biases-error")
def biases_error(output_error):
    """Lists, column by column."""
    return [[sum(column) for column in zip(*output_error, strict=True)]]


@right("dense-biases-error")
def biases_error(output_error):
    """A row that grows."""
    total = np.zeros((1, output_error.shape[1]))
    for row in output_error:
        total += row
    return total


@right("dense-biases-error")
def biases_error(output_error):
    """The mean times the batch size, in float32."""
    return np.float32(len(output_error)) * output_error.astype(np.float32).mean(axis=0).reshape(1, -1)


# ---- dense-biases-error, wrong


@wrong("dense-biases-error")
def biases_error(output_error):
    """Not attempted: the cell as released."""
    raise NotImplementedError


@wrong("dense-biases-error")
def biases_error(output_error):
    """All zeros."""
    return np.zeros((1, output_error.shape[1]))


@wrong("dense-biases-error")
def biases_error(output_error):
    """Returns None."""
    output_error.sum(axis=0, keepdims=True)


@wrong("dense-biases-error")
def biases_error(output_error):
    """The slide's: dE/dY as it is."""
    return output_error


@wrong("dense-biases-error")
def biases_error(output_error):
    """A vector."""
    return output_error.sum(axis=0)


@wrong("dense-biases-error")
def biases_error(output_error):
    """A mean."""
    return output_error.mean(axis=0, keepdims=True)


@wrong("dense-biases-error")
def biases_error(output_error):
    """The other axis."""
    return output_error.sum(axis=1, keepdims=True)


@wrong("dense-biases-error")
def biases_error(output_error):
    """The other axis, laid down as a row."""
    return output_error.sum(axis=1)[None]


@wrong("dense-biases-error")
def biases_error(output_error):
    """A single number."""
    return np.sum(output_error)


@wrong("dense-biases-error")
def biases_error(output_error):
    """The opposite sign."""
    return -output_error.sum(axis=0, keepdims=True)


@wrong("dense-biases-error")
def biases_error(output_error):
    """Right for a batch of one: the first row."""
    return output_error[:1].copy()


@wrong("dense-biases-error")
def biases_error(output_error):
    """The rows are added up in the first of them, in place."""
    for row in output_error[1:]:
        output_error[0] += row
    return output_error[:1]


@wrong("dense-biases-error")
def biases_error(output_error):
    """Sizes are added up, so that errors of both signs do not cancel."""
    return np.abs(output_error).sum(axis=0, keepdims=True)


# ---- sigmoid-derivation, right


@right("sigmoid-derivation")
def d_sigmoid(s):
    """The formula."""
    return s * (1 - s)


@right("sigmoid-derivation")
def d_sigmoid(s):
    """Multiplied out."""
    return s - s**2


@right("sigmoid-derivation")
def d_sigmoid(s):
    """A completed square, with fractions."""
    import sympy

    return sympy.Rational(1, 4) - (s - sympy.Rational(1, 2)) ** 2


@right("sigmoid-derivation")
def d_sigmoid(s):
    """SymPy derives by x, and puts in the x that belongs to s."""
    import sympy

    x = sympy.Symbol("x")
    return sympy.diff(1 / (1 + sympy.exp(-x)), x).subs(x, sympy.log(s / (1 - s)))


@right("sigmoid-derivation")
def d_sigmoid(s):
    """One over the derivative of the inverse."""
    import sympy

    return 1 / sympy.diff(sympy.log(s) - sympy.log(1 - s), s)


@right("sigmoid-derivation")
def d_sigmoid(s):
    """A derivative that SymPy has still to carry out."""
    import sympy

    return sympy.Derivative(s**2 / 2 - s**3 / 3, s)


@right("sigmoid-derivation")
def d_sigmoid(s):
    """A polynomial, and floats."""
    import sympy

    return sympy.Poly(1.0 * s - 1.0 * s * s, s)


@right("sigmoid-derivation")
def d_sigmoid(s):
    """The steps on the slides' way: e^-x is 1/s - 1."""
    e = 1 / s - 1
    return e / (1 + e) ** 2


# ---- sigmoid-derivation, wrong


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """Not attempted: the cell as released."""
    raise NotImplementedError


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """Returns None."""
    s * (1 - s)


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """A constant: the slope at 0."""
    import sympy

    return sympy.Rational(1, 4)


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """A plain number."""
    return 0.25


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """Text."""
    return "s * (1 - s)"


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """A function."""
    return lambda s: s * (1 - s)


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """An equation."""
    import sympy

    return sympy.Eq(sympy.Symbol("ds"), s * (1 - s))


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """The output itself."""
    return s


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """The opposite sign."""
    return s**2 - s


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """Tanh's."""
    return 1 - s**2


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """By x, and left in x."""
    import sympy

    x = sympy.Symbol("x")
    return sympy.diff(1 / (1 + sympy.exp(-x)), x)


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """Half of it still in x."""
    import sympy

    return s**2 * sympy.exp(-sympy.Symbol("x"))


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """s is taken for the input."""
    import sympy

    return sympy.diff(1 / (1 + sympy.exp(-s)), s)


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """NumPy cannot work on a symbol."""
    return np.exp(-s) / (1 + np.exp(-s)) ** 2


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """A function without a formula, which has no value."""
    import sympy

    return sympy.Function("sigmoid")(s) * (1 - s)


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """Right for a symbol named s alone: the argument is not used."""
    import sympy

    return sympy.sympify("s * (1 - s)")


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """A new symbol of the same name and other assumptions."""
    import sympy

    s = sympy.Symbol("s", positive=True)
    return s * (1 - s)


@wrong("sigmoid-derivation")
def d_sigmoid(s):
    """1 % off."""
    return 1.01 * s * (1 - s)


# ---- tanh-derivation, right


@right("tanh-derivation")
def d_tanh(t):
    """The formula."""
    return 1 - t**2


@right("tanh-derivation")
def d_tanh(t):
    """As a product."""
    return (1 - t) * (1 + t)


@right("tanh-derivation")
def d_tanh(t):
    """SymPy derives by x, and puts in the x that belongs to t."""
    import sympy

    x = sympy.Symbol("x")
    return sympy.diff(sympy.tanh(x), x).subs(x, sympy.atanh(t))


@right("tanh-derivation")
def d_tanh(t):
    """One over the square of the hyperbolic cosine."""
    import sympy

    return 1 / sympy.cosh(sympy.atanh(t)) ** 2


@right("tanh-derivation")
def d_tanh(t):
    """By exponentials, with x = log((1 + t) / (1 - t)) / 2."""
    import sympy

    x = sympy.log((1 + t) / (1 - t)) / 2
    return 4 / (sympy.exp(x) + sympy.exp(-x)) ** 2


@right("tanh-derivation")
def d_tanh(t):
    """A derivative that SymPy has still to carry out, and a print."""
    import sympy

    print(t)
    return sympy.Derivative(t - t**3 / 3, t)


@right("tanh-derivation")
def d_tanh(t):
    """From that of sigmoid: t = 2 s - 1, at twice the input."""
    s = (1 + t) / 2
    return 4 * s * (1 - s)


# ---- tanh-derivation, wrong


@wrong("tanh-derivation")
def d_tanh(t):
    """Not attempted: the cell as released."""
    raise NotImplementedError


@wrong("tanh-derivation")
def d_tanh(t):
    """Returns None."""
    1 - t**2


@wrong("tanh-derivation")
def d_tanh(t):
    """A plain number."""
    return 1


@wrong("tanh-derivation")
def d_tanh(t):
    """Text."""
    return "1 - t**2"


@wrong("tanh-derivation")
def d_tanh(t):
    """A list."""
    return [1 - t**2]


@wrong("tanh-derivation")
def d_tanh(t):
    """Sigmoid's."""
    return t * (1 - t)


@wrong("tanh-derivation")
def d_tanh(t):
    """The opposite sign."""
    return t**2 - 1


@wrong("tanh-derivation")
def d_tanh(t):
    """A sign slipped."""
    return 1 + t**2


@wrong("tanh-derivation")
def d_tanh(t):
    """^ is not a power in Python."""
    return 1 - t ^ 2


@wrong("tanh-derivation")
def d_tanh(t):
    """t is taken for the input."""
    import sympy

    return 1 - sympy.tanh(t) ** 2


@wrong("tanh-derivation")
def d_tanh(t):
    """By x, and left in x."""
    import sympy

    x = sympy.Symbol("x")
    return sympy.diff(sympy.tanh(x), x)


@wrong("tanh-derivation")
def d_tanh(t):
    """NumPy cannot work on a symbol."""
    return 1 - np.tanh(t) ** 2


@wrong("tanh-derivation")
def d_tanh(t):
    """Right for a positive output only."""
    return 1 - t * abs(t)


@wrong("tanh-derivation")
def d_tanh(t):
    """Right for a symbol named t alone."""
    import sympy

    return 1 - sympy.Symbol("t") ** 2


# ---- softmax-jacobian, right


def softmax(z):
    """A helper as students write it."""
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


@right("softmax-jacobian")
def softmax_jacobian(z):
    """The formula, as matrices."""
    e = np.exp(z - z.max())
    f = e / e.sum()
    return np.diag(f) - np.outer(f, f)


@right("softmax-jacobian")
def softmax_jacobian(z):
    """Two loops and an if."""
    f, n = softmax(z), len(z)
    J = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            J[i, j] = f[i] * (1 - f[i]) if i == j else -f[i] * f[j]
    return J


@right("softmax-jacobian")
def softmax_jacobian(z):
    """Broadcasting, with the identity as delta."""
    f = softmax(z)
    return f[:, None] * (np.eye(len(f)) - f[None, :])


@right("softmax-jacobian")
def softmax_jacobian(z):
    """Lists, and no probability at all: each is one over a sum of differences."""
    f = [1 / sum(math.exp(min(b - a, 700)) for b in z) for a in z]
    return [[f[i] * ((i == j) - f[j]) for j in range(len(z))] for i in range(len(z))]


@right("softmax-jacobian")
def softmax_jacobian(z):
    """float32, by way of the logarithm of the sum."""
    z = np.asarray(z, np.float32)
    shifted = z - z.max()
    f = np.exp(shifted - np.log(np.exp(shifted).sum()))
    return f * np.eye(len(f), dtype=np.float32) - f[:, None] @ f[None]


@right("softmax-jacobian")
def softmax_jacobian(z):
    """Column by column, by central differences."""
    columns = [(softmax(z + d) - softmax(z - d)) / 2e-5 for d in 1e-5 * np.eye(len(z))]
    return np.stack(columns, axis=1)


# ---- softmax-jacobian, wrong


@wrong("softmax-jacobian")
def softmax_jacobian(z):
    """Not attempted: the cell as released."""
    raise NotImplementedError


@wrong("softmax-jacobian")
def softmax_jacobian(z):
    """All zeros."""
    return np.zeros((len(z), len(z)))


@wrong("softmax-jacobian")
def softmax_jacobian(z):
    """The identity."""
    return np.eye(len(z))


@wrong("softmax-jacobian")
def softmax_jacobian(z):
    """Returns None."""
    f = softmax(z)
    np.diag(f) - np.outer(f, f)


@wrong("softmax-jacobian")
def softmax_jacobian(z):
    """The slide's: the diagonal alone, as a vector."""
    f = softmax(z)
    return f * (1 - f)


@wrong("softmax-jacobian")
def softmax_jacobian(z):
    """The slide's: the diagonal alone, as a matrix."""
    f = softmax(z)
    return np.diag(f * (1 - f))


@wrong("softmax-jacobian")
def softmax_jacobian(z):
    """A sign slipped off the diagonal."""
    f = softmax(z)
    J = np.outer(f, f)
    np.fill_diagonal(J, f * (1 - f))
    return J


@wrong("softmax-jacobian")
def softmax_jacobian(z):
    """The formula without a care: nan for large logits."""
    f = np.exp(z) / np.exp(z).sum()
    return np.diag(f) - np.outer(f, f)


@wrong("softmax-jacobian")
def softmax_jacobian(z):
    """Right for large logits, not for those far below 0: the sum is 0."""
    f = np.exp(np.minimum(z, 700) - max(0, min(z.max(), 700)))
    f = f / f.sum()
    return np.diag(f) - np.outer(f, f)


@wrong("softmax-jacobian")
def softmax_jacobian(z):
    """Finite everywhere, but wrong for large logits: they are cut off."""
    f = softmax(np.clip(z, -100, 100))
    return np.diag(f) - np.outer(f, f)


@wrong("softmax-jacobian")
def softmax_jacobian(z):
    """Finite everywhere, but nan is swept under the carpet."""
    f = np.nan_to_num(np.exp(z) / np.exp(z).sum())
    return np.diag(f) - np.outer(f, f)


@wrong("softmax-jacobian")
def softmax_jacobian(z):
    """The logits are shifted in place."""
    z -= z.max()
    f = np.exp(z) / np.exp(z).sum()
    return np.diag(f) - np.outer(f, f)


@wrong("softmax-jacobian")
def softmax_jacobian(z):
    """Three classes only."""
    f = softmax(z)
    return np.array([[f[i] * ((i == j) - f[j]) for j in range(3)] for i in range(3)])


@wrong("softmax-jacobian")
def softmax_jacobian(z):
    """A batch of one: an axis too many."""
    f = softmax(z)
    return (np.diag(f) - np.outer(f, f))[None]


@wrong("softmax-jacobian")
def softmax_jacobian(z):
    """Softmax itself, n times."""
    return np.tile(softmax(z), (len(z), 1))


@wrong("softmax-jacobian")
def softmax_jacobian(z):
    """float16 keeps three digits only, and has no number near 100,000."""
    f = softmax(z.astype(np.float16))
    return np.diag(f) - np.outer(f, f)


# ---- softmax-cross-entropy, right


@right("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """The formula."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True) - y_true) / len(logits)


@right("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """One is taken off at the true class."""
    gradient = softmax(logits)
    gradient[np.arange(len(logits)), y_true.argmax(axis=1)] -= 1
    return gradient / logits.shape[0]


@right("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """Row by row; a list of lists comes back."""
    rows = []
    for z, y in zip(logits, y_true, strict=True):
        largest = max(z)
        e = [math.exp(number - largest) for number in z]
        rows.append([(e_k / sum(e) - y_k) / len(logits) for e_k, y_k in zip(e, y, strict=True)])
    return rows


@right("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """Through the Jacobian of each row and -Y/Y*, with probabilities that are never 0."""
    n, rows = len(logits), []
    for z, y in zip(logits, y_true, strict=True):
        f = np.clip(softmax(z), 1e-30, 1)
        J = np.diag(f) - np.outer(f, f)
        rows.append(J.T @ (-y / f) / n)
    return np.array(rows)


@right("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """float32, by way of the logarithm of the sum."""
    z, y = np.float32(logits), np.float32(y_true)
    z = z - z.max(axis=-1, keepdims=True)
    return (np.exp(z - np.log(np.exp(z).sum(axis=-1, keepdims=True))) - y) / np.float32(len(z))


@right("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """The batch as columns, then turned back, with a print."""
    z = logits.T - logits.max(axis=1)
    e = np.exp(z)
    print(e.sum(axis=0))
    return ((e / e.sum(axis=0)).T - y_true) / logits.shape[0]


# ---- softmax-cross-entropy, wrong


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """Not attempted: the cell as released."""
    raise NotImplementedError


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """All zeros."""
    return np.zeros_like(logits)


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """Returns None."""
    (softmax(logits) - y_true) / len(logits)


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """The 1/n is missing."""
    return softmax(logits) - y_true


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """n counts every entry."""
    return (softmax(logits) - y_true) / logits.size


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """The opposite sign."""
    return (y_true - softmax(logits)) / len(logits)


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """With respect to the probabilities."""
    return -y_true / softmax(logits) / len(logits)


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """With respect to the probabilities, then times the slide's f (1 - f)."""
    f = softmax(logits)
    return -y_true / f / len(f) * f * (1 - f)


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """nan for large logits."""
    e = np.exp(logits)
    return (e / e.sum(axis=1, keepdims=True) - y_true) / len(logits)


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """The sum runs down the columns."""
    e = np.exp(logits - logits.max())
    return (e / e.sum(axis=0) - y_true) / len(logits)


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """One sum for the whole batch."""
    e = np.exp(logits - logits.max())
    return (e / e.sum() - y_true) / len(logits)


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """Wrong only where rows lie far apart: one maximum for all."""
    e = np.exp(logits - logits.max())
    return (e / e.sum(axis=1, keepdims=True) - y_true) / len(logits)


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """Wrong only where the true class is hopeless: 0 / 0 on the way through the probabilities."""
    f = softmax(logits)
    error = -y_true / f / len(f)
    return f * (error - (f * error).sum(axis=1, keepdims=True))


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """The mean is taken over the classes."""
    return (softmax(logits) - y_true) / logits.shape[1]


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """The logits are shifted in place."""
    logits -= logits.max(axis=1, keepdims=True)
    return (softmax(logits) - y_true) / len(logits)


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """The targets are scaled in place."""
    y_true /= len(y_true)
    return softmax(logits) / len(logits) - y_true


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """The loss."""
    return float(-np.sum(y_true * np.log(softmax(logits))) / len(logits))


@wrong("softmax-cross-entropy")
def softmax_cross_entropy_gradient(logits, y_true):
    """Wrong only for a batch of one: without its axis, len counts the classes."""
    f = softmax(np.squeeze(logits))
    return (f - y_true) / len(f)


# ---- one-step-by-hand, right


@right("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """A line for each step, forward, backward, down."""
    H = 1 / (1 + np.exp(-(x @ W1 + B1)))
    y_pred = H @ W2 + B2
    error = 2 * (y_pred - y) / y_pred.size
    dW2 = H.T @ error
    dB2 = error.sum(axis=0, keepdims=True)
    hidden_error = (error @ W2.T) * H * (1 - H)
    dW1 = x.T @ hidden_error
    dB1 = hidden_error.sum(axis=0, keepdims=True)
    return W1 - learning_rate * dW1, B1 - learning_rate * dB1, W2 - learning_rate * dW2, B2 - learning_rate * dB2


@right("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """With the functions of the exercises before, whatever this student made of them."""
    H = sigmoid(x @ W1 + B1)
    dY = 2 / y.size * (H @ W2 + B2 - y)
    dZ = input_error(dY, W2) * H * (1 - H)
    W1, B1 = W1 - learning_rate * weights_error(x, dZ), B1 - learning_rate * biases_error(dZ)
    W2, B2 = W2 - learning_rate * weights_error(H, dY), B2 - learning_rate * biases_error(dY)
    return W1, B1, W2, B2


@right("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """Copies, worked in place; a list comes back."""
    W1, B1, W2, B2 = (array.copy() for array in (W1, B1, W2, B2))
    H = sigmoid(np.dot(x, W1) + B1)
    dY = np.dot(H, W2) + B2 - y
    dY *= 2 / dY.size
    dZ = np.dot(dY, W2.T) * H * (1 - H)
    W2 -= learning_rate * np.dot(H.T, dY)
    B2 -= learning_rate * dY.sum(axis=0)
    W1 -= learning_rate * np.dot(x.T, dZ)
    B1 -= learning_rate * dZ.sum(axis=0)
    return [W1, B1, W2, B2]


@right("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """With nnkit's own layers."""
    network = nnkit.NeuralNetwork(optimizer=nnkit.SGD(learning_rate), loss=nnkit.MeanSquaredError, dtype=float)
    network.add(nnkit.DenseLayer(W1.shape[1], (W1.shape[0],))).add(nnkit.SigmoidActivation())
    network.add(nnkit.DenseLayer(W2.shape[1]))
    network.set_weights([W1.copy(), B1.copy(), W2.copy(), B2.copy()])
    output = network.forward_propagation(x, training=True)
    network.backward_propagation(network.loss.derivative(y, output))
    return tuple(network.get_weights())


@right("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """No formula: each gradient by central differences."""
    parameters = [W1, B1, W2, B2]

    def slope(i):
        def E(array):
            W1, B1, W2, B2 = [*parameters[:i], array, *parameters[i + 1 :]]
            return np.mean((sigmoid(x @ W1 + B1) @ W2 + B2 - y) ** 2)

        return nnkit.gradients.numerical_gradient(E, parameters[i])

    return tuple(array - learning_rate * slope(i) for i, array in enumerate(parameters))


@right("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """float32, with the biases as a row of weights."""
    x1 = np.hstack([x, np.ones((len(x), 1))]).astype(np.float32)
    V1, V2 = np.vstack([W1, B1]).astype(np.float32), np.vstack([W2, B2]).astype(np.float32)
    H = 1 / (1 + np.exp(-x1 @ V1))
    H1 = np.hstack([H, np.ones((len(x), 1), np.float32)])
    dY = 2 * (H1 @ V2 - y.astype(np.float32)) / y.size
    dZ = dY @ V2[:-1].T * (H - H**2)
    V1, V2 = V1 - learning_rate * x1.T @ dZ, V2 - learning_rate * H1.T @ dY
    return V1[:-1], V1[-1:], V2[:-1], V2[-1:]


@right("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """Example by example, the gradients added up, with a print."""
    dW1, dB1, dW2, dB2 = (np.zeros_like(array) for array in (W1, B1, W2, B2))
    for x_row, y_row in zip(x, y, strict=True):
        h = 1 / (1 + np.exp(-(x_row @ W1 + B1[0])))
        error = 2 / y.size * (h @ W2 + B2[0] - y_row)
        below = W2 @ error * h * (1 - h)
        dW2 += np.outer(h, error)
        dB2 += error
        dW1 += np.outer(x_row, below)
        dB1 += below
    print(dW1)
    return W1 - learning_rate * dW1, B1 - learning_rate * dB1, W2 - learning_rate * dW2, B2 - learning_rate * dB2


# ---- one-step-by-hand, wrong


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """Not attempted: the cell as released."""
    raise NotImplementedError


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """No step at all."""
    return W1, B1, W2, B2


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """All zeros."""
    return tuple(np.zeros_like(array) for array in (W1, B1, W2, B2))


def gradients(x, y, W1, B1, W2, B2):
    """Return the four gradients: what most of the wrong answers below share."""
    H = 1 / (1 + np.exp(-(x @ W1 + B1)))
    dY = 2 * (H @ W2 + B2 - y) / y.size
    dZ = (dY @ W2.T) * H * (1 - H)
    return x.T @ dZ, dZ.sum(axis=0, keepdims=True), H.T @ dY, dY.sum(axis=0, keepdims=True)


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """Returns None: the new arrays are local."""
    dW1, dB1, dW2, dB2 = gradients(x, y, W1, B1, W2, B2)
    W1, B1 = W1 - learning_rate * dW1, B1 - learning_rate * dB1
    W2, B2 = W2 - learning_rate * dW2, B2 - learning_rate * dB2


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """The gradients come back."""
    return gradients(x, y, W1, B1, W2, B2)


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """The step is right, but it is made in place."""
    for array, slope in zip((W1, B1, W2, B2), gradients(x, y, W1, B1, W2, B2), strict=True):
        array -= learning_rate * slope
    return W1, B1, W2, B2


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """Uphill."""
    return tuple(
        array + learning_rate * slope
        for array, slope in zip((W1, B1, W2, B2), gradients(x, y, W1, B1, W2, B2), strict=True)
    )


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """Back through the new W2."""
    H = sigmoid(x @ W1 + B1)
    dY = 2 / y.size * (H @ W2 + B2 - y)
    W2, B2 = W2 - learning_rate * H.T @ dY, B2 - learning_rate * dY.sum(axis=0, keepdims=True)
    dZ = dY @ W2.T * H * (1 - H)
    return W1 - learning_rate * x.T @ dZ, B1 - learning_rate * dZ.sum(axis=0, keepdims=True), W2, B2


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """n counts the examples only."""
    steps = [learning_rate * y.shape[1] * slope for slope in gradients(x, y, W1, B1, W2, B2)]
    return W1 - steps[0], B1 - steps[1], W2 - steps[2], B2 - steps[3]


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """The slope of sigmoid is left out."""
    H = sigmoid(x @ W1 + B1)
    dY = 2 / y.size * (H @ W2 + B2 - y)
    dZ = dY @ W2.T
    W1, B1 = W1 - learning_rate * x.T @ dZ, B1 - learning_rate * dZ.sum(axis=0, keepdims=True)
    return W1, B1, W2 - learning_rate * H.T @ dY, B2 - learning_rate * dY.sum(axis=0, keepdims=True)


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """The slope of sigmoid is taken at H."""
    H = sigmoid(x @ W1 + B1)
    dY = 2 / y.size * (H @ W2 + B2 - y)
    dZ = dY @ W2.T * sigmoid(H) * (1 - sigmoid(H))
    W1, B1 = W1 - learning_rate * x.T @ dZ, B1 - learning_rate * dZ.sum(axis=0, keepdims=True)
    return W1, B1, W2 - learning_rate * H.T @ dY, B2 - learning_rate * dY.sum(axis=0, keepdims=True)


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """The biases' errors are not added up: the biases get a row for each example."""
    H = sigmoid(x @ W1 + B1)
    dY = 2 / y.size * (H @ W2 + B2 - y)
    dZ = dY @ W2.T * H * (1 - H)
    return (
        W1 - learning_rate * x.T @ dZ,
        B1 - learning_rate * dZ,
        W2 - learning_rate * H.T @ dY,
        B2 - learning_rate * dY,
    )


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """Right but for their shape: the biases come back as vectors."""
    dW1, dB1, dW2, dB2 = (learning_rate * slope for slope in gradients(x, y, W1, B1, W2, B2))
    return W1 - dW1, (B1 - dB1)[0], W2 - dW2, (B2 - dB2)[0]


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """Only the output layer learns."""
    dW1, dB1, dW2, dB2 = gradients(x, y, W1, B1, W2, B2)
    return W1, B1, W2 - learning_rate * dW2, B2 - learning_rate * dB2


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """The order of what comes back."""
    dW1, dB1, dW2, dB2 = (learning_rate * slope for slope in gradients(x, y, W1, B1, W2, B2))
    return W1 - dW1, W2 - dW2, B1 - dB1, B2 - dB2


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """A dict comes back."""
    dW1, dB1, dW2, dB2 = (learning_rate * slope for slope in gradients(x, y, W1, B1, W2, B2))
    return {"W1": W1 - dW1, "B1": B1 - dB1, "W2": W2 - dW2, "B2": B2 - dB2}


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """Only the weights come back."""
    dW1, _, dW2, _ = (learning_rate * slope for slope in gradients(x, y, W1, B1, W2, B2))
    return W1 - dW1, W2 - dW2


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """The targets are changed in place: the error is kept in them."""
    result = [p - learning_rate * g for p, g in zip((W1, B1, W2, B2), gradients(x, y, W1, B1, W2, B2), strict=True)]
    y -= sigmoid(x @ W1 + B1) @ W2 + B2
    return result


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate, memory={}):  # noqa: B006 - the mistake itself
    """Right the first time: the first call's gradients are kept."""
    slopes = memory.setdefault(W1.tobytes(), gradients(x, y, W1, B1, W2, B2))
    return tuple(p - learning_rate * g for p, g in zip((W1, B1, W2, B2), slopes, strict=True))


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """Steps of a fixed size, whatever the learning rate."""
    return tuple(p - 0.1 * g for p, g in zip((W1, B1, W2, B2), gradients(x, y, W1, B1, W2, B2), strict=True))


@wrong("one-step-by-hand")
def train_step(x, y, W1, B1, W2, B2, learning_rate):
    """Two steps at once."""
    for _ in range(2):
        slopes = gradients(x, y, W1, B1, W2, B2)
        W1, B1, W2, B2 = (p - learning_rate / 2 * g for p, g in zip((W1, B1, W2, B2), slopes, strict=True))
    return W1, B1, W2, B2
