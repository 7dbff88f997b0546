"""Layers: the pieces that a network is built of, each a function with a way forward and a way back.

Going forward, a layer turns its input X into its output Y. Going back, it is told how the loss E changes with its
output and works out, by the chain rule, how E changes with its input: that is the output error of the layer before.

    forward    X (batch, n_inputs)  ->  Y (batch, n_units)          rows are examples
    back   dE/dX (batch, n_inputs)  <-  dE/dY (batch, n_units)

    DenseLayer:  Y = X W + B    with    W (n_inputs, n_units)    B (1, n_units)
"""

import copy
from abc import ABC, abstractmethod

import numpy as np

from nnkit import expect

__all__ = ["DenseLayer", "Dropout", "Layer"]


class Layer(ABC):
    """What every layer can do. Shapes are those of one example: `(n_features,)`, without the batch."""

    _input_shape = None
    needs_input_error = True  # False for the first layer while a network trains: nobody asks for its dE/dX

    @abstractmethod
    def forward_propagation(self, input, training=True):
        """Return the output Y for the input X; `training` is False when only a prediction is wanted."""

    @abstractmethod
    def backward_propagation(self, output_error):
        """Take dE/dY for the batch of the last forward propagation, learn from it, and return dE/dX if it is needed."""

    @abstractmethod
    def output_shape(self):
        """Return the shape of the output for one example."""

    @abstractmethod
    def parameters(self):
        """Return the number of parameters that are learnt."""

    def initialize(self, optimizer, rng, dtype=np.float64):
        """Get ready to train: draw parameters from the Generator `rng`, take copies of the optimizer."""

    def set_input_shape(self, shape):
        """Set the shape of one example's input, a tuple."""
        self._input_shape = expect.shape("input_shape", shape)

    def input_shape(self):
        """Return the shape of one example's input, or None while it is not known."""
        return self._input_shape

    def layer_name(self):
        """Return the layer's name, for summaries."""
        return type(self).__name__

    def penalty(self):
        """Return what the layer's parameters add to the loss (L1 and L2); 0 for most layers."""
        return 0.0

    def get_weights(self):
        """Return the layer's own parameter arrays, not copies: training writes into them. Empty if it has none."""
        return []

    def get_gradients(self):
        """Return dE/dparameter of the last back-propagation, not copies; zeros before it. Order as in get_weights."""
        return []

    def set_weights(self, arrays):
        """Replace the layer's parameters by copies of these arrays, in the order of get_weights."""
        for own, new in expect.parameters(self.get_weights(), arrays):
            own[...] = new


class DenseLayer(Layer):
    """A fully connected layer: each of its n_units weighs all inputs and adds its bias.

    `input_shape`, `(n_features,)`, is needed for the first layer only. `l1` and `l2` are the strengths of the
    penalties on large weights, which are added to the loss.
    """

    def __init__(self, n_units, input_shape=None, l1=0.0, l2=0.0):
        self.n_units = expect.whole_number("n_units", n_units)
        self.l1, self.l2 = expect.at_least_zero("l1", l1), expect.at_least_zero("l2", l2)
        if input_shape is not None:
            self.set_input_shape(input_shape)

    def initialize(self, optimizer, rng, dtype=np.float64):
        """Draw W evenly from -limit to limit, limit^2 = 6 / (n_inputs + n_units); B starts at zero.

        With this limit signals neither grow nor fade from layer to layer (Glorot and Bengio, 2010).
        """
        n_inputs = expect.row_shape(self.n_units, self._input_shape)
        limit = np.sqrt(6 / (n_inputs + self.n_units))
        self.weights = rng.uniform(-limit, limit, (n_inputs, self.n_units)).astype(dtype)
        self.biases = np.zeros((1, self.n_units), dtype)
        self.weights_gradient, self.biases_gradient = np.zeros_like(self.weights), np.zeros_like(self.biases)
        self.weights_optimizer, self.biases_optimizer = copy.deepcopy(optimizer), copy.deepcopy(optimizer)

    def forward_propagation(self, input, training=True):
        """Y = X W + B."""
        expect.batch(self, input)
        self.input = input
        self.output = self.input @ self.weights + self.biases
        return self.output

    def backward_propagation(self, output_error):
        """The slides' four steps, for a batch: learn from dE/dY, return dE/dX (None unless `needs_input_error`).

        1. dE/dX = dE/dY W^T        with the weights that made the output, so before step 4
        2. dE/dW = X^T dE/dY        (+ the penalty's gradient)
        3. dE/dB = sum of the rows of dE/dY
        4. the optimizers update W and B

        Gradients, weights and biases overwrite the last ones: large new arrays for each batch would be dear (see
        nnkit.in_place). So copy what you want to compare with later.
        """
        input_error = output_error @ self.weights.T if self.needs_input_error else None
        product = np.multiply if len(output_error) == 1 else np.matmul  # one example: x_i dE/dy_j, nothing to add up
        product(self.input.T, output_error, out=self.weights_gradient)
        if self.l1 or self.l2:
            self.weights_gradient += self.penalty_gradient()
        self.biases_gradient[...] = output_error.sum(axis=0, keepdims=True)
        self.weights_optimizer.update_in_place(self.weights, self.weights_gradient)
        self.biases_optimizer.update_in_place(self.biases, self.biases_gradient)
        return input_error

    def penalty(self):
        """l1 sum |W| + l2 sum W^2; the biases go free."""
        if not (self.l1 or self.l2):
            return 0.0
        return float(self.l1 * np.abs(self.weights).sum() + self.l2 * (self.weights**2).sum())

    def penalty_gradient(self):
        """l1 sign(W) + 2 l2 W, shaped like W."""
        return self.l1 * np.sign(self.weights) + 2 * self.l2 * self.weights

    def output_shape(self):
        return (self.n_units,)

    def parameters(self):
        return (expect.row_shape(self.n_units, self._input_shape) + 1) * self.n_units

    def get_weights(self):
        return [self.weights, self.biases]

    def get_gradients(self):
        return [self.weights_gradient, self.biases_gradient]


class Dropout(Layer):
    """Silence each input with probability `rate` while training, so that no unit can rely on a single other.

    Inverted dropout: those that stay are divided by 1 - rate, which keeps the expected sum. So nothing needs to
    change at prediction, when the layer lets everything through. (Srivastava and others, 2014.)
    """

    def __init__(self, rate):
        self.rate = expect.fraction("rate", rate)

    def initialize(self, optimizer, rng, dtype=np.float64):
        self.rng = rng

    def forward_propagation(self, input, training=True):
        """Y = X * mask, where mask is 0 or 1 / (1 - rate)."""
        expect.batch(self, input)
        input = np.asarray(input)
        self.mask = np.ones(input.shape, dtype=np.result_type(input, np.float32))
        if training:
            self.mask[self.rng.random(input.shape) < self.rate] = 0
            self.mask /= 1 - self.rate
        return input * self.mask

    def backward_propagation(self, output_error):
        """dE/dX = dE/dY * mask."""
        return output_error * self.mask

    def output_shape(self):
        return self._input_shape

    def parameters(self):
        return 0
