"""Two problems on which it is known beforehand what a search over hyperparameters must find.

Training is a matter of luck, and a check must not be. In the first problem every input is 0. Then the hidden units are
silent, whatever their weights, and dropout has nothing to drop: the output's biases alone learn, from 0 on, and they
learn how frequent the classes are. Which class is predicted after each epoch follows from the algorithm and the
learning rate, so `predicted` can tell it with nnkit's optimizers in place of Keras's. The rates are so large that the
biases overshoot: it is another class almost every epoch.

In the second, each of 30 classes has a single example, an input of its own. A network with many hidden units learns
all of them in five updates. One with a single unit, or with hardly a unit that is not dropped, gets a few right.
"""

import numpy as np

from nnkit.optimizer import Adam, RMSProp

__all__ = ["COUNTS", "OUTCOMES", "RATES", "predicted", "separate_classes", "silent_inputs"]

COUNTS = np.array([17, 14, 12, 11, 5, 2])  # examples of each class, most frequent first; fewer than one batch holds
RATES = (0.58, 0.62, 1.2, 1.29)  # at which the class with the largest bias is ahead of the next by 0.1 and more
OUTCOMES = (17, 14, 11, 5)  # the classes that are predicted in the end, each by a quarter of algorithms and rates
OPTIMIZERS = {"adam": Adam, "rmsprop": RMSProp}


def silent_inputs(counts):
    """Return inputs (n, 2) of 0 and labels (n,): `counts[k]` examples of class k."""
    return np.zeros((counts.sum(), 2), dtype="float32"), np.repeat(np.arange(len(counts)), counts)


def predicted(counts, algorithm, rate, trainings=1, epochs=5):
    """Return the class that is predicted after each epoch, where a training has one update an epoch.

    A second training goes on with the biases, b, of the first. The gradient of the loss is softmax(b) minus the
    shares of the classes.
    """
    b, shares, path = np.zeros((1, len(counts))), counts / counts.sum(), []
    for _ in range(trainings):
        optimizer = OPTIMIZERS[algorithm](rate)
        for _ in range(epochs):
            e = np.exp(b - b.max())
            b = optimizer.update(b, e / e.sum() - shares)
            path.append(int(b.argmax()))
    return path


def separate_classes():
    """Return 30 inputs (30, 30) that have nothing in common, and their labels 0 to 29."""
    return 3 * np.eye(30, dtype="float32"), np.arange(30)
