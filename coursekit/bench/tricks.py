"""What each trick gains: nnkit's training with one thing undone, everything else as it is.

A trick is worth its line where leaving it out costs time or memory that one would notice. Here each is undone from
outside, as a plainer nnkit would have it, and both train in turn:

    seconds  CPU time of an epoch without the trick over that of nnkit as it is, in the same round; the median
    memory   the most that one `fit` held beyond the data (as Python counts), without the trick and as it is
"""

import contextlib
import gc
import time
import tracemalloc
from statistics import median
from unittest import mock

import numpy as np

from coursekit.bench import page
from coursekit.bench.record import PAGE, write_tables
from coursekit.bench.setting import SEED, Digits, Setting, network
from coursekit.bench.turns import rotated
from coursekit.bench.worker import ONE_THREAD
from nnkit import Dataset, DenseLayer, NeuralNetwork, datasets, expect, in_place, neuralnet
from nnkit.optimizer import SGD, Adam

__all__ = ["TRICKS", "report"]

CASES = (("784-100-10", 64, "SGD"), ("784-100-10", 64, "Adam"), ("784-100-10", 1, "SGD"))
DIGITS = {64: 60_000, 1: 6_000}  # of an epoch here
HEAD = ("without", *(f"batch {batch}, {optimizer}" for _, batch, optimizer in CASES), "memory, batch 64, SGD", "Adam")


# ---- nnkit without one of them


def plain_walk(self, w, g):
    """Take SGD's and Adam's steps with new arrays, whole ones, and Adam's corrections on arrays."""
    V = in_place.memory(self.retained_gradient, w, g)
    if isinstance(self, SGD):
        self.retained_gradient = V = self.momentum * V + (1 - self.momentum) * g
        w[...] = w - self.learning_rate * V
        return
    S, self.t = in_place.memory(self.squared_gradient, w, g), self.t + 1
    self.retained_gradient = V = self.beta_1 * V + (1 - self.beta_1) * g
    self.squared_gradient = S = self.beta_2 * S + (1 - self.beta_2) * g**2
    V_hat, S_hat = V / (1 - self.beta_1**self.t), S / (1 - self.beta_2**self.t)
    w[...] = w - self.learning_rate * V_hat / (np.sqrt(S_hat) + self.epsilon)


def corrected_arrays(self, w, g):
    """Take Adam's steps in place and in pieces, with the corrections on arrays."""
    self.t += 1
    self.retained_gradient = in_place.memory(self.retained_gradient, w, g)
    self.squared_gradient = in_place.memory(self.squared_gradient, w, g)
    c_1, c_2 = 1 - self.beta_1**self.t, 1 - self.beta_2**self.t
    for W, G, V, S in in_place.pieces(w, g, self.retained_gradient, self.squared_gradient):
        V *= self.beta_1
        V += (1 - self.beta_1) * G
        S *= self.beta_2
        S += (1 - self.beta_2) * G**2
        W -= self.learning_rate * (V / c_1) / (np.sqrt(S / c_2) + self.epsilon)


def way_back(buffer=True, outer=True, only_where_wanted=True, free=True):
    """Return DenseLayer.backward_propagation, with what is False undone."""

    def backward_propagation(self, output_error):
        input_error = output_error @ self.weights.T if self.needs_input_error or not only_where_wanted else None
        product = np.multiply if outer and len(output_error) == 1 else np.matmul
        if buffer:
            product(self.input.T, output_error, out=self.weights_gradient)
        else:
            self.weights_gradient = product(self.input.T, output_error)
        if self.l1 or self.l2 or not free:
            self.weights_gradient += self.penalty_gradient()
        self.biases_gradient[...] = output_error.sum(axis=0, keepdims=True)
        self.weights_optimizer.update_in_place(self.weights, self.weights_gradient)
        self.biases_optimizer.update_in_place(self.biases, self.biases_gradient)
        return input_error

    return mock.patch.object(DenseLayer, "backward_propagation", backward_propagation)


class Everything(neuralnet.Tally):
    """A tally that keeps all predictions and targets until the epoch is over."""

    def add(self, y_true, y_pred):
        self._batches.append((y_true, y_pred))


def wide_order(self, X, y):
    """Yield batches in an order of eight bytes for each example."""
    order = self.rng.permutation(len(X))
    for start in range(0, len(X), self.batch_size):
        rows = order[start : start + self.batch_size]
        yield X[rows], y[rows]


def looked_at_one_by_one(name, values):
    """Look at all numbers, with an answer for each."""
    array = np.asarray(values)
    assert np.isfinite(array).all(), name
    return array


@contextlib.contextmanager
def plain_optimizers():
    """Undo all that is done in place."""
    with mock.patch.object(SGD, "_walk", plain_walk), mock.patch.object(Adam, "_walk", plain_walk):
        yield


TRICKS = {  # what is left out -> (how, the type of the numbers)
    "nothing": (contextlib.nullcontext, np.float32),
    "float32: float64": (contextlib.nullcontext, np.float64),
    "optimizers in place": (plain_optimizers, np.float32),
    "pieces: arrays as a whole": (lambda: mock.patch.object(in_place, "PIECE", 1 << 40), np.float32),
    "corrections of numbers (Adam)": (lambda: mock.patch.object(Adam, "_walk", corrected_arrays), np.float32),
    "a place for the gradient": (lambda: way_back(buffer=False), np.float32),
    "no input error of the first layer": (lambda: way_back(only_where_wanted=False), np.float32),
    "no penalty's gradient where there is none": (lambda: way_back(free=False), np.float32),
    "x times e for a single example": (lambda: way_back(outer=False), np.float32),
    "a tally: all predictions kept": (lambda: mock.patch.object(neuralnet, "Tally", Everything), np.float32),
    "an order of two bytes": (lambda: mock.patch.object(NeuralNetwork, "get_mini_batches", wide_order), np.float32),
    "one sum to find NaN": (lambda: mock.patch.object(expect, "numbers", looked_at_one_by_one), np.float32),
}


# ---- measuring


def report(options):
    """Measure every trick, print the table and, if asked, put it into docs/performance.md; return plain data."""
    from threadpoolctl import threadpool_limits

    digits = Digits(*datasets.mnist()[0])
    rounds, few = options.rounds or (1 if options.quick else 7), 10 if options.quick else 1
    X, y = digits.X(), digits.y()
    with threadpool_limits(int(ONE_THREAD["OPENBLAS_NUM_THREADS"])):
        found = {" ".join(map(str, case)): one_case(case, X, y, rounds, few) for case in CASES}
    rows = table(found)
    page.say(page.table(rows))
    if options.record:
        write_tables(PAGE, "tricks", page.table(rows))
    return found


def one_case(case, X, y, rounds, few):
    """Return {trick: {"seconds": the ratio, "memory": bytes}} for one network, batch and optimizer."""
    setting = Setting(*case, n=DIGITS[case[1]] // few, n_turns=1)
    seconds = {name: [] for name in TRICKS}
    for number in range(rounds):
        for name in rotated(list(TRICKS), number):
            seconds[name].append(epoch(name, setting, X, y))
        page.say(f"{setting.words()}: round {number + 1} of {rounds}")
    return {
        name: {
            "seconds": median(a / b for a, b in zip(seconds[name], seconds["nothing"], strict=True)),
            "memory": held(name, setting, X, y),
        }
        for name in TRICKS
    }


def trained(name, setting, X, y):
    """Return a function that builds and trains a network without the trick."""
    dtype = TRICKS[name][1]
    data = Dataset(X[: setting.n].astype(dtype, copy=False), y[: setting.n].astype(dtype))
    return lambda: network(setting, SEED, dtype).fit(data)


def epoch(name, setting, X, y):
    """Return the CPU seconds of an epoch without the trick."""
    fit = trained(name, setting, X, y)
    gc.collect()
    with TRICKS[name][0]():
        start = time.process_time()
        fit()
        return time.process_time() - start


def held(name, setting, X, y):
    """Return the most bytes that building and training held at a time."""
    fit = trained(name, setting, X, y)
    with TRICKS[name][0]():
        tracemalloc.start()
        fit()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


def table(found):
    """Return the rows of the table, its head first."""
    rows = [HEAD]
    for name in TRICKS:
        cases = [costs[name] for costs in found.values()]
        ratios = [f"{case['seconds']:.2f}" for case in cases]
        rows.append((name, *ratios, *(f"{case['memory'] / 1e6:.1f} MB" for case in cases[:2])))
    return rows
