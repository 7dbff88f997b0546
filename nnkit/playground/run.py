"""Run: a network on its way, in half-steps.

    forward    the next batch goes through the layers           network.forward_propagation, loss.loss
    backward   the error comes back, and the layers learn       loss.derivative, network.backward_propagation

Two halves are a step, and a step for each batch is an epoch, as in NeuralNetwork.fit: the same batches in the same
order, the same history. Between steps the network can be asked what it answers; between halves its layers hold a batch.
"""

import numpy as np

from nnkit.metrics import accuracy
from nnkit.playground.data import make
from nnkit.playground.network import Watched, build, stages

__all__ = ["Run"]


class Run:
    """One training of a Setup's network, from its starting weights. `history` is like that of NeuralNetwork.fit."""

    def __init__(self, setup, part):
        self.setup = setup
        self.train, self.test = make(setup.data, setup.noise, np.random.default_rng(setup.seed))
        self.network = build(setup, part)
        self.train, self.test = self.network.checked(self.train), self.network.checked(self.test)
        self.history = {"loss": [], "val_loss": []}
        self.n_batches = -(-len(self.train) // setup.batch_size)
        self.X = self.y = self.output = self.batch_loss = None  # of the batch that was last sent forward
        self.halfway = self.stopped = False
        self._begin_epoch()

    @property
    def epoch(self):
        """How many epochs are complete."""
        return len(self.history["loss"])

    def forward(self):
        """Send the next batch through the network. Nothing where that is done already, or training has diverged."""
        if self.halfway or self.stopped:
            return
        self.X, self.y = next(self._batches)
        self.output = self.network.forward_propagation(self.X, training=True)
        self.batch_loss = self.network.loss.loss(self.y, self.output) + self.network.penalty()
        self.batch, self.halfway = self.batch + 1, True

    def backward(self):
        """Send the error back, so that the layers learn. Nothing where no batch was sent forward before."""
        if not self.halfway:
            return
        self.network.backward_propagation(self.network.loss.derivative(self.y, self.output))
        self._seen.append((self.y, self.output))
        self.halfway = False
        if self.batch == self.n_batches:
            self._end_epoch()

    def step(self):
        """Take the half-steps that are missing to the end of a step."""
        self.forward()
        self.backward()

    def to_end_of_epoch(self):
        """Take the steps that are missing to the end of this epoch, or of the next where one has just ended."""
        aim = self.epoch + 1
        while self.epoch < aim and not self.stopped:
            self.step()

    def gradients(self):
        """Return [dE/dW, dE/dB] for each dense layer as the last step had them; None for what was not seen."""
        pairs = [(dense.weights_optimizer, dense.biases_optimizer) for dense, _ in stages(self.network)]
        return [[o.gradient if isinstance(o, Watched) else None for o in pair] for pair in pairs]

    def activations(self):
        """Return (weighted sums, answers) of the last batch for each dense layer, where they are kept."""
        found = []
        for dense, behind in stages(self.network):
            sums = getattr(dense, "output", None)
            answers = [getattr(layer, "output", None) for layer in behind if hasattr(layer, "activation_function")]
            found.append((sums, answers[0] if answers else sums))
        return found

    def answers(self, places):
        """Return what the units of each dense layer and its activation answer for places (n, 2), without dropout."""
        found, output = [], places
        for dense, behind in stages(self.network):
            for layer in [dense, *behind]:
                output = layer.forward_propagation(output, training=False)
            found.append(output)
        return found

    def accuracies(self):
        """Return the shares of training and test examples that are told rightly; None where classes are no matter."""
        if self.setup.task == "numbers":
            return None
        return [accuracy(part.y, self.network.predict(part.X)) for part in (self.train, self.test)]

    def _begin_epoch(self):
        self.batch, self._seen = 0, []
        self._batches = self.network.get_mini_batches(self.train.X, self.train.y)

    def _end_epoch(self):
        """Enter the losses in the history, as NeuralNetwork.fit does."""
        y_true, y_pred = (np.concatenate(arrays) for arrays in zip(*self._seen, strict=True))
        loss, penalty = self.network.loss, self.network.penalty()
        self.history["loss"].append(loss.loss(y_true, y_pred) + penalty)
        self.history["val_loss"].append(loss.loss(self.test.y, self.network.predict(self.test.X)) + penalty)
        self.stopped = not np.isfinite([losses[-1] for losses in self.history.values()]).all()
        self._begin_epoch()
