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

__all__ = ["DenseLayer", "Dropout", "Layer", "put_parameters"]


class Layer(ABC):
    """What every layer can do. Shapes are those of one example: `(n_features,)`, without the batch."""

    _input_shape = None

    @abstractmethod
    def forward_propagation(self, input, training=True):
        """Return the output Y for the input X; `training` is False when only a prediction is wanted."""

    @abstractmethod
    def backward_propagation(self, output_error):
        """Take dE/dY for the batch of the last forward propagation, learn from it, and return dE/dX."""

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
        if np.ndim(shape) != 1:
            raise TypeError(f"input_shape is a tuple, such as (64,) for 64 features; it is {shape!r}.")
        self._input_shape = tuple(shape)

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
        """Return the list of the layer's parameter arrays; empty where there are none."""
        return []

    def get_gradients(self):
        """Return the list of dE/dparameter of the last back-propagation, in the order of get_weights."""
        return []

    def set_weights(self, arrays):
        """Replace the layer's parameters by copies of these arrays, in the order of get_weights."""
        put_parameters(self.get_weights(), arrays)

    def _check_input(self, input):
        """Refuse a batch whose examples do not have the shape that this layer was made for."""
        if self._input_shape is not None and np.shape(input)[1:] != self._input_shape:
            raise ValueError(
                f"{self.layer_name()} takes a batch of shape (n, {', '.join(map(str, self._input_shape))}); "
                f"it was given {np.shape(input)}."
            )


class DenseLayer(Layer):
    """A fully connected layer: each of its n_units weighs all inputs and adds its bias.

    `input_shape`, `(n_features,)`, is needed for the first layer only. `l1` and `l2` are the strengths of the
    penalties on large weights, which are added to the loss.
    """

    def __init__(self, n_units, input_shape=None, l1=0.0, l2=0.0):
        if n_units < 1:
            raise ValueError(f"a DenseLayer needs at least one unit; n_units is {n_units}.")
        self.n_units, self.l1, self.l2 = n_units, float(l1), float(l2)
        if input_shape is not None:
            self.set_input_shape(input_shape)

    def initialize(self, optimizer, rng, dtype=np.float64):
        """Draw W evenly from -limit to limit, limit^2 = 6 / (n_inputs + n_units); B starts at zero.

        With this limit signals neither grow nor fade from layer to layer (Glorot and Bengio, 2010).
        """
        n_inputs = self._n_inputs()
        limit = np.sqrt(6 / (n_inputs + self.n_units))
        self.weights = rng.uniform(-limit, limit, (n_inputs, self.n_units)).astype(dtype)
        self.biases = np.zeros((1, self.n_units), dtype)
        self.weights_optimizer, self.biases_optimizer = copy.deepcopy(optimizer), copy.deepcopy(optimizer)

    def forward_propagation(self, input, training=True):
        """Y = X W + B."""
        self._check_input(input)
        self.input = input
        self.output = self.input @ self.weights + self.biases
        return self.output

    def backward_propagation(self, output_error):
        """The slides' four steps, for a batch: learn from dE/dY, return dE/dX.

        1. dE/dX = dE/dY W^T        with the weights that made the output, so before step 4
        2. dE/dW = X^T dE/dY        (+ the penalty's gradient)
        3. dE/dB = sum of the rows of dE/dY
        4. the optimizers update W and B
        """
        input_error = output_error @ self.weights.T
        self.weights_gradient = self.input.T @ output_error + self.penalty_gradient()
        self.biases_gradient = output_error.sum(axis=0, keepdims=True)
        self.weights = self.weights_optimizer.update(self.weights, self.weights_gradient)
        self.biases = self.biases_optimizer.update(self.biases, self.biases_gradient)
        return input_error

    def penalty(self):
        """l1 sum |W| + l2 sum W^2; the biases go free."""
        return float(self.l1 * np.abs(self.weights).sum() + self.l2 * (self.weights**2).sum())

    def penalty_gradient(self):
        """l1 sign(W) + 2 l2 W, shaped like W."""
        return self.l1 * np.sign(self.weights) + 2 * self.l2 * self.weights

    def output_shape(self):
        return (self.n_units,)

    def parameters(self):
        return self._n_inputs() * self.n_units + self.n_units

    def get_weights(self):
        return [self.weights, self.biases]

    def get_gradients(self):
        return [self.weights_gradient, self.biases_gradient]

    def _n_inputs(self):
        if self._input_shape is None:
            raise ValueError(
                f"this DenseLayer does not know its number of inputs. Say it for the first layer of a network: "
                f"DenseLayer({self.n_units}, input_shape=(n_features,))."
            )
        if len(self._input_shape) != 1:
            raise ValueError(
                f"a DenseLayer's input_shape is (n_features,), not {self._input_shape}. Flatten the examples first: "
                f"X.reshape(len(X), -1)."
            )
        return self._input_shape[0]


class Dropout(Layer):
    """Silence each input with probability `rate` while training, so that no unit can rely on a single other.

    Inverted dropout: those that stay are divided by 1 - rate, which keeps the expected sum. So nothing needs to
    change at prediction, when the layer lets everything through. (Srivastava and others, 2014.)
    """

    def __init__(self, rate):
        if not 0 <= rate < 1:
            raise ValueError(f"a dropout rate is at least 0 and less than 1; it is {rate}.")
        self.rate = float(rate)

    def initialize(self, optimizer, rng, dtype=np.float64):
        self.rng = rng

    def forward_propagation(self, input, training=True):
        """Y = X * mask, where mask is 0 or 1 / (1 - rate)."""
        self._check_input(input)
        input = np.asarray(input)
        self.mask = np.ones_like(input)
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


def put_parameters(own, new):
    """Copy the arrays `new` into the arrays `own`; refuse other shapes, which NumPy would broadcast."""
    shapes, given = [array.shape for array in own], [np.shape(array) for array in new]
    if shapes != given:
        raise ValueError(f"the parameters have the shapes {shapes}; those given have {given}.")
    for mine, array in zip(own, new, strict=True):
        mine[...] = array
