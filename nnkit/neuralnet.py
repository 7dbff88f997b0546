"""The network: layers in a row, and the loop that trains them.

Forward propagation goes through the layers from first to last, back-propagation from last to first. Training
repeats the two, batch after batch, and the layers' optimizers take a step each time.

    X (batch, n_features) -> [layer] -> [layer] -> ... -> Y* (batch, n_outputs)   prediction
                             [layer] <- [layer] <- ... <- dE/dY*                  derivative of the loss
"""

import contextlib
import time

import numpy as np

from nnkit import expect, storage
from nnkit.data import Dataset
from nnkit.layers import DenseLayer
from nnkit.losses import LossFunction, MeanSquaredError
from nnkit.metrics import mse
from nnkit.optimizer import SGD, Optimizer
from nnkit.progress import progress
from nnkit.stopping import should_stop
from nnkit.tally import Tally

__all__ = ["NeuralNetwork"]


class NeuralNetwork:
    """A feedforward neural network.

    epochs, batch_size     how often to see all examples, and how many to look at for one update
    optimizer              an Optimizer with its own rates, such as Adam(0.001), or the class: then learning_rate
                           and, for SGD, momentum apply. Each parameter gets a copy of its own
    loss, metric           a LossFunction (or its class); a function of (y_true, y_pred). An epoch's value is the mean
                           over its examples
    verbose                show a progress bar, or with "curves" the learning curves as they grow
    random_state           a seed or a Generator for the starting weights, the shuffling and dropout
    dtype                  of the parameters and all arithmetic; float64 for checking gradients
    max_seconds            stop after the epoch in which this time is up
    patience, min_delta    stop when the validation loss has not improved by more than min_delta for `patience`
                           epochs in a row
    restore_best_weights   then go back to the weights of the epoch with the lowest validation loss

    After `fit`, `history` is a dictionary of lists with an entry for each epoch: "loss" and "metric", and
    "val_loss" and "val_metric" where there is a validation set.
    """

    def __init__(
        self, epochs=100, batch_size=128, optimizer=SGD, learning_rate=0.01, momentum=0.9, verbose=False,
        loss=MeanSquaredError, metric=mse, *, random_state=None, dtype=np.float32, max_seconds=None,
        patience=None, min_delta=0.0, restore_best_weights=False,
    ):  # fmt: skip
        self.epochs = expect.whole_number("epochs", epochs)
        self.batch_size = expect.whole_number("batch_size", batch_size)
        self.verbose, self.metric = verbose, metric
        self.optimizer = _optimizer(optimizer, learning_rate, momentum)
        self.loss = loss() if isinstance(loss, type) else loss
        expect.kind("loss", self.loss, LossFunction, "a LossFunction, such as MeanSquaredError")
        self.rng, self.dtype = np.random.default_rng(random_state), np.dtype(dtype)
        self.patience = None if patience is None else expect.whole_number("patience", patience)
        self.max_seconds, self.min_delta = max_seconds, min_delta
        self.restore_best_weights = restore_best_weights
        self.layers, self.history, self._best_weights = [], {}, None

    def add(self, layer):
        """Add a layer behind the last one, and give it its starting weights. Returns the network."""
        expect.fitting_layer(layer, self.layers)
        if self.layers:
            layer.set_input_shape(self.layers[-1].output_shape())
        layer.initialize(self.optimizer, self.rng, self.dtype)
        self.layers.append(layer)
        return self

    def get_mini_batches(self, X, y):
        """Yield pairs (X_batch, y_batch) of batch_size rows in a new random order; the last may be smaller."""
        order = np.arange(len(X), dtype=np.min_scalar_type(len(X)))  # 2 bytes for each of 60,000: 8 outweigh W
        self.rng.shuffle(order)
        for start in range(0, len(X), self.batch_size):
            rows = order[start : start + self.batch_size]
            yield X[rows], y[rows]

    def forward_propagation(self, X, training=True):
        """Send X (batch, n_features) through all layers; return the output of the last."""
        output = X
        for layer in self.layers:
            output = layer.forward_propagation(output, training)
        return output

    def backward_propagation(self, output_error):
        """Send dE/dY* back through all layers, which learn from it; return dE/dX (None inside `fit`: not needed)."""
        error = output_error
        for layer in reversed(self.layers):
            error = layer.backward_propagation(error)
        return error

    def fit(self, dataset, validation=None):
        """Train on a Dataset in the slides' ten steps; return the network.

        Raises ValueError where the data do not fit the network or its loss, FloatingPointError where the loss is no
        longer a number. Interrupted or diverged, the network keeps its weights and the history so far.
        """
        dataset, validation = self.checked(dataset), self._checked_validation(validation)
        self.history, started = {}, time.perf_counter()
        with progress(self.epochs, self.verbose) as show, self._training():
            for _ in range(self.epochs):
                tally = Tally(self.loss.loss, self.metric)
                for X, y in self.get_mini_batches(dataset.X, dataset.y):  # step 1
                    output = self.forward_propagation(X, training=True)  # step 2
                    output_error = self.loss.derivative(y, output)  # step 3
                    self.backward_propagation(output_error)  # step 4
                    tally.add(y, output)  # step 5: the same for all mini-batches
                self._record("", *tally.means())  # steps 6 to 8
                self._validate(validation)
                show(self.history)  # step 9
                if self._is_finished(started):
                    break  # step 10: else the same for all epochs
        if self._best_weights is not None:
            self.set_weights(self._best_weights)
        return self

    def predict(self, X):
        """Return the network's output for X (n, n_features), without training: (n, n_outputs)."""
        return self.forward_propagation(self._checked_input(X), training=False)

    def score(self, dataset):
        """Return the metric of the predictions for a Dataset."""
        dataset = self.checked(dataset)
        return self.metric(dataset.y, self.predict(dataset.X))

    def get_weights(self):
        """Return copies of all parameter arrays, first layer first."""
        return [array.copy() for layer in self.layers for array in layer.get_weights()]

    def set_weights(self, arrays):
        """Replace all parameters by copies of these arrays, in the order of get_weights."""
        parameters = [array for layer in self.layers for array in layer.get_weights()]
        for own, new in expect.parameters(parameters, arrays):
            own[...] = new

    def get_gradients(self):
        """Return copies of dE/dparameter of the last back-propagation, in the order of get_weights."""
        return [array.copy() for layer in self.layers for array in layer.get_gradients()]

    def penalty(self):
        """Return what the parameters of all layers add to the loss (L1 and L2)."""
        return sum(layer.penalty() for layer in self.layers)

    def description(self):
        """Return [name, output shape, number of parameters] of each layer."""
        return [[layer.layer_name(), str(layer.output_shape()), layer.parameters()] for layer in self.layers]

    def summary(self):
        """Print the layers with the shapes of their outputs and their numbers of parameters."""
        rows = [("Layer", "Output shape", "Parameters"), *self.description()]
        rows.append(("Total", "", sum(layer.parameters() for layer in self.layers)))
        for name, shape, parameters in rows:
            print(f"{name:<24}{shape!s:<16}{parameters:>12}")

    def save(self, path):
        """Write the parameters and the history to a file (see nnkit.storage: no pickle)."""
        storage.save(self, path)

    def load(self, path):
        """Fill this network with what was saved from one of the same layers; return it."""
        return storage.load(self, path)

    @contextlib.contextmanager
    def _training(self):
        """While training: no warning where numbers get too large, and no input error that nobody asks for."""
        ways_back = type(self).backward_propagation, type(self.layers[0]).backward_propagation
        known = NeuralNetwork.backward_propagation, DenseLayer.backward_propagation
        self.layers[0].needs_input_error = ways_back != known  # who writes a way back may work with dE/dX
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                yield
        finally:
            self.layers[0].needs_input_error = True

    def _record(self, prefix, loss, metric):
        """Append the loss, with the layers' penalties, and the metric to the history."""
        loss = float(loss) + self.penalty()
        self.history.setdefault(f"{prefix}loss", []).append(loss)
        self.history.setdefault(f"{prefix}metric", []).append(float(metric))
        expect.finite_loss(loss, len(self.history[f"{prefix}loss"]), self.optimizer.learning_rate)

    def _validate(self, validation):
        """Record how the network does on the validation set, and keep its weights if they are the best so far."""
        if validation is None:
            return
        pair = validation.y, self.predict(validation.X)
        self._record("val_", self.loss.loss(*pair), self.metric(*pair))
        losses = self.history["val_loss"]
        if self.restore_best_weights and losses[-1] < min(losses[:-1], default=np.inf):
            self._best_weights = self.get_weights()

    def _is_finished(self, started):
        """Say whether it is time to stop before the last epoch."""
        out_of_time = self.max_seconds is not None and time.perf_counter() - started >= self.max_seconds
        out_of_patience = self.patience and should_stop(self.history["val_loss"], self.patience, self.min_delta)
        return out_of_time or out_of_patience

    def checked(self, dataset):
        """Return the dataset in the network's dtype; refuse one that does not fit the network or its loss."""
        if not isinstance(dataset, Dataset):
            raise TypeError(f"the network takes a Dataset(X, y); it was given {type(dataset).__name__}.")
        X = self._checked_input(dataset.X)
        expect.targets(dataset.y, self.layers[-1].output_shape())
        self.loss.check_targets(dataset.y)
        y = dataset.y.astype(self.dtype, copy=False)
        return dataset if X is dataset.X and y is dataset.y else Dataset(X, y)

    def _checked_validation(self, validation):
        """The same for the validation set, which `patience` and `restore_best_weights` cannot do without."""
        self._best_weights = None
        expect.validation_set(validation, self.patience or self.restore_best_weights)
        return None if validation is None else self.checked(validation)

    def _checked_input(self, X):
        """Return X in the network's dtype; refuse another shape, and what is not a finite number."""
        expect.some_layers(self.layers)
        X = expect.numbers("X", X)
        expect.batch(self.layers[0], X)
        if X.dtype == self.dtype:
            return X
        with np.errstate(over="ignore"):  # what is too large for float32 becomes infinite, and is refused as such
            return expect.numbers("X", X.astype(self.dtype))


def _optimizer(optimizer, learning_rate, momentum):
    """Return an Optimizer: the one given, or one of the class given."""
    if isinstance(optimizer, type) and issubclass(optimizer, Optimizer):
        return optimizer(learning_rate, momentum) if issubclass(optimizer, SGD) else optimizer(learning_rate)
    return expect.kind("optimizer", optimizer, Optimizer, "an Optimizer, such as Adam(0.001), or its class")
