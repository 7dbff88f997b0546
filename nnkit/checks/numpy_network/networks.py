"""Exercises: sending a batch through a whole network, forward and back."""

import numpy as np

from nnkit.activations import ReLUActivation, TanhActivation
from nnkit.checks.exercise import Exercise
from nnkit.layers import DenseLayer, Dropout
from nnkit.neuralnet import NeuralNetwork
from nnkit.optimizer import SGD

__all__ = ["network_backward", "network_forward"]


def _draw(rng):
    """Draw a batch for a network whose layers all have one width, so that a layer left out does not show in shapes."""
    n_batch, width = rng.integers(3, 6), rng.integers(3, 6)
    return {
        "X": rng.normal(size=(n_batch, width)),
        "output_error": rng.normal(size=(n_batch, width)),
        "seed": int(rng.integers(1 << 30)),
    }


def _network(answer, width, seed):
    """Return a network of the student's class: dense, tanh, dropout, and two to four dense, with random parameters."""
    network, rng = answer(optimizer=SGD(0.5), random_state=seed, dtype=float), np.random.default_rng(seed)
    more = [DenseLayer(width) for _ in range(rng.integers(2, 5))]
    for layer in (DenseLayer(width, (width,)), TanhActivation(), Dropout(0.5), *more):
        network.add(layer)
    network.set_weights([rng.normal(size=array.shape) for array in network.get_weights()])
    return network


# ---- network-forward


def _probe_forward(answer, X, output_error, seed):
    network, given = _network(answer, X.shape[1], seed), X.copy()
    yield "prediction", network.forward_propagation(given, training=False)
    yield "training", network.forward_propagation(X.copy(), training=True)
    two = answer(random_state=seed, dtype=float).add(DenseLayer(4, (X.shape[1],))).add(ReLUActivation())
    yield "shapes", two.forward_propagation(X.copy(), training=False)
    yield "arguments", given


network_forward = Exercise(
    id="network-forward",
    method="forward_propagation",
    reference=NeuralNetwork,
    claims={
        "prediction": "forward_propagation returns the last layer's output, each layer fed by the one before",
        "training": "each layer is told whether this is training (dropout acts in training only)",
        "shapes": "a network of two layers that changes the number of columns works too",
        "arguments": "X stays as it was",
    },
    draw=_draw,
    probe=_probe_forward,
)


@network_forward.mistake("each layer is fed X. From the second layer on, the input is the output of the layer before.")
def _(self, X, training=True):
    for layer in self.layers:
        output = layer.forward_propagation(X, training)
    return output


@network_forward.mistake("`training` is not passed on, so dropout stays active when predicting: hand it to each layer.")
def _(self, X, training=True):
    for layer in self.layers:
        X = layer.forward_propagation(X)
    return X


@network_forward.mistake("dropout is switched off in training too: hand each layer the `training` that you were given.")
def _(self, X, training=True):
    for layer in self.layers:
        X = layer.forward_propagation(X, False)
    return X


@network_forward.mistake("the last layer is left out: go through all of self.layers.")
def _(self, X, training=True):
    for layer in self.layers[:-1]:
        X = layer.forward_propagation(X, training)
    return X


@network_forward.mistake("the first layer is left out: go through all of self.layers.")
def _(self, X, training=True):
    for layer in self.layers[1:]:
        X = layer.forward_propagation(X, training)
    return X


@network_forward.mistake(
    "`return` stands inside the loop, so the first layer's output comes back: return after the loop."
)
def _(self, X, training=True):
    for layer in self.layers:
        return layer.forward_propagation(X, training)


@network_forward.mistake("the layers' outputs are computed and dropped, so X comes back: keep each as the next input.")
def _(self, X, training=True):
    for layer in self.layers:
        layer.forward_propagation(X, training)
    return X


@network_forward.mistake("the layers are gone through from last to first; that is the way back.")
def _(self, X, training=True):
    for layer in reversed(self.layers):
        X = layer.forward_propagation(X, training)
    return X


@network_forward.mistake("nothing is returned: return the output after the loop.")
def _(self, X, training=True):
    for layer in self.layers:
        X = layer.forward_propagation(X, training)


@network_forward.mistake("the outputs of all layers are returned; only the last one is the network's.")
def _(self, X, training=True):
    outputs = []
    for layer in self.layers:
        X = layer.forward_propagation(X, training)
        outputs.append(X)
    return outputs


# ---- network-backward


def _ready(answer, X, seed):
    """Return a network whose layers have all seen a batch: the student's own way forward is not needed here."""
    network = _network(answer, X.shape[1], seed)
    _see(network.layers, X)
    return network


def _see(layers, output):
    for layer in layers:
        output = layer.forward_propagation(output, training=True)


def _probe_backward(answer, X, output_error, seed):
    network, given = _ready(answer, X, seed), output_error.copy()
    order = list(network.layers)
    result = network.backward_propagation(given)
    yield "last layer", _parameters(order[-1:])
    yield "all layers", _parameters(order)
    yield "dE/dX", result
    yield "order", [order.index(layer) for layer in network.layers]
    yield "arguments", given
    _see(order, X)
    yield "again", network.backward_propagation(output_error.copy())


def _parameters(layers):
    return np.concatenate([array.ravel() for layer in layers for array in layer.get_weights()])


network_backward = Exercise(
    id="network-backward",
    method="backward_propagation",
    reference=NeuralNetwork,
    claims={
        "last layer": "the last layer learns from the error that is handed in",
        "all layers": "each layer before it learns from the error that the layer behind it returns",
        "dE/dX": "backward_propagation returns the error of the network's input",
        "order": "self.layers keep their order",
        "arguments": "output_error stays as it was",
        "again": "it works a second time",
    },
    draw=_draw,
    probe=_probe_backward,
)


@network_backward.mistake(
    "the layers are gone through from first to last. Errors travel backwards: reversed(self.layers)."
)
def _(self, output_error):
    for layer in self.layers:
        output_error = layer.backward_propagation(output_error)
    return output_error


@network_backward.mistake(
    "each layer is handed the network's error. From the second step on, it is what the layer behind returned."
)
def _(self, output_error):
    for layer in reversed(self.layers):
        error = layer.backward_propagation(output_error)
    return error


@network_backward.mistake("nothing is returned: return the error of the network's input after the loop.")
def _(self, output_error):
    for layer in reversed(self.layers):
        output_error = layer.backward_propagation(output_error)


@network_backward.mistake("the error that was handed in comes back. Return what the first layer's way back gave.")
def _(self, output_error):
    error = output_error
    for layer in reversed(self.layers):
        error = layer.backward_propagation(error)
    return output_error


@network_backward.mistake("no layer learns: the backward_propagation of each has to be called.")
def _(self, output_error):
    return output_error


@network_backward.mistake("the last layer is left out: it learns first, from the error that is handed in.")
def _(self, output_error):
    for layer in reversed(self.layers[:-1]):
        output_error = layer.backward_propagation(output_error)
    return output_error


@network_backward.mistake("the first layer is left out: it learns too, and its input error is the network's.")
def _(self, output_error):
    for layer in reversed(self.layers[1:]):
        output_error = layer.backward_propagation(output_error)
    return output_error


@network_backward.mistake("`return` stands inside the loop, so only the last layer learns: return after the loop.")
def _(self, output_error):
    for layer in reversed(self.layers):
        return layer.backward_propagation(output_error)


@network_backward.mistake("self.layers.reverse() turns the network round for good: use reversed(self.layers).")
def _(self, output_error):
    self.layers.reverse()
    for layer in self.layers:
        output_error = layer.backward_propagation(output_error)
    return output_error


@network_backward.mistake("only layers with weights are gone through. Activations and dropout shape the error too.")
def _(self, output_error):
    for layer in reversed(self.layers):
        if layer.parameters():
            output_error = layer.backward_propagation(output_error)
    return output_error


@network_backward.mistake("each layer is sent back twice, so it learns twice: call backward_propagation once.")
def _(self, output_error):
    for layer in reversed(self.layers):
        layer.backward_propagation(output_error)
        output_error = layer.backward_propagation(output_error)
    return output_error


@network_backward.mistake("the errors of all layers are returned; only the network's input error is asked for.")
def _(self, output_error):
    errors = []
    for layer in reversed(self.layers):
        output_error = layer.backward_propagation(output_error)
        errors.append(output_error)
    return errors
