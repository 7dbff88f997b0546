"""What is the same for all contestants: digits, network, starting weights, the order of the batches, the step.

A setting is one network, batch size and optimizer. It is trained in turns, which everyone takes one after the other:
a whole epoch from the start, each with a seed of its own; or, where the batch is a single digit and an epoch takes
long, a leg, so that the turns together are one epoch.

    weights  [W, B, W, B, ...]   W (n_inputs, n_units), B (1, n_units), float32
    order    (n,)                row numbers in the order in which they are seen; batch by batch
"""

import copy
from dataclasses import dataclass

import numpy as np

from nnkit.activations import ReLUActivation, SoftmaxActivation
from nnkit.layers import DenseLayer
from nnkit.losses import CategoricalCrossEntropy
from nnkit.metrics import accuracy
from nnkit.neuralnet import NeuralNetwork
from nnkit.optimizer import SGD, Adam

__all__ = ["BATCHES", "NETWORKS", "OPTIMIZERS", "Digits", "Setting", "Turn", "network", "orders"]

NETWORKS = {"784-100-10": (784, 100, 10), "784-250-100-10": (784, 250, 100, 10)}
BATCHES, OPTIMIZERS = (1, 64, 512), ("SGD", "Adam")
MOMENTUM, EPSILON, SEED = 0.9, 1e-7, 20260000
# Of V <- beta V + (1 - beta) g. Where V <- beta V + g, as in Keras, the rate is a tenth of it.
RATES = {"SGD": {1: 0.01, 64: 0.1, 512: 0.5}, "Adam": dict.fromkeys(BATCHES, 0.001)}


@dataclass(frozen=True)
class Turn:
    """What is trained in one go: rows `start` to `stop`, from the seed's starting weights if `fresh`."""

    seed: int
    start: int
    stop: int
    fresh: bool


@dataclass(frozen=True)
class Setting:
    """One network, batch size and optimizer ("SGD" or "Adam"), for n digits and so many turns.

    epsilon is Adam's. Textbook, nnkit and PyTorch add it to the root of the corrected S^, as Kingma and Ba's algorithm
    says; Keras and scikit-learn to that of S, which leaves the correction to the learning rate. Only where gradients
    are tiny does it matter.
    """

    network: str
    batch: int
    optimizer: str
    n: int
    n_turns: int
    epsilon: float = EPSILON

    @property
    def sizes(self):
        """The numbers of units, input first."""
        return NETWORKS[self.network]

    @property
    def in_legs(self):
        """Whether all turns together are one epoch."""
        return self.batch == 1

    @property
    def rate(self):
        """The learning rate as nnkit takes it, in front of an averaged momentum."""
        return RATES[self.optimizer][self.batch]

    def turns(self):
        """Return the list of turns."""
        if not self.in_legs:
            return [Turn(SEED + number, 0, self.n, True) for number in range(self.n_turns)]
        ends = [self.n * number // self.n_turns for number in range(self.n_turns + 1)]
        return [Turn(SEED, start, stop, start == 0) for start, stop in zip(ends, ends[1:], strict=False)]

    def updates(self, turn):
        """Return how often the weights are changed in a turn."""
        return -(-(turn.stop - turn.start) // self.batch)

    def words(self):
        """Return the setting in a few words."""
        return f"{self.network}, batch {self.batch}, {self.optimizer}"


def network(setting, seed, dtype=np.float32):
    """Return nnkit's network of the setting, one epoch long, at its starting weights."""
    rule = SGD(setting.rate, MOMENTUM) if setting.optimizer == "SGD" else Adam(setting.rate, epsilon=setting.epsilon)
    loss = CategoricalCrossEntropy
    made = NeuralNetwork(1, setting.batch, rule, loss=loss, metric=accuracy, random_state=seed, dtype=dtype)
    *hidden, last = setting.sizes[1:]
    for number, n_units in enumerate(hidden):
        made.add(DenseLayer(n_units, input_shape=None if number else setting.sizes[:1])).add(ReLUActivation())
    return made.add(DenseLayer(last)).add(SoftmaxActivation())


def orders(made, lengths):
    """Yield the order in which a network, as `network` makes it, will see its rows in each of its next `fit`s.

    A copy of the network is asked for its batches of row numbers. It draws from a copy of the Generator, so that the
    network itself will draw the same. `lengths` are the numbers of rows.
    """
    twin = copy.deepcopy(made)
    for length in lengths:
        rows = np.arange(length)[:, None]
        yield np.concatenate([X[:, 0].astype(np.int64) for X, _ in twin.get_mini_batches(rows, rows)])


class Digits:
    """The digits as they lie in the files, and in the forms in which contestants ask for them.

    images (n, 784) uint8, labels (n,) uint8
    """

    def __init__(self, images, labels):
        self.images, self.labels = images.reshape(len(images), -1), labels

    def __len__(self):
        return len(self.images)

    def rows(self, chosen):
        """Return the Digits of these rows: a slice, or an array of row numbers."""
        return Digits(self.images[chosen], self.labels[chosen])

    def X(self, dtype=np.float32):
        """Return the pixels from 0 to 1, (n, 784)."""
        return np.divide(self.images, 255, dtype=dtype)

    def y(self, dtype=np.float32):
        """Return the targets, one-hot, (n, 10)."""
        return (self.labels[:, None] == np.arange(10)).astype(dtype)
