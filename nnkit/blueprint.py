"""Blueprint: a network's design in plain data, from which the same network can be built elsewhere.

Of a network there is said of which layers it is made, how large they are, how it is to be trained and from which
weights it starts: what its author decided. An activation that nnkit does not have is described by a table of its values
and its slopes; a layer of another kind that nnkit does not have cannot be described.

    design(network)  ->  {"layers": [...], "loss": "MeanSquaredError", ...}  ->  network(design)
"""

import numpy as np

import nnkit

__all__ = ["Tabulated", "design", "network"]

GRID = np.linspace(-60, 60, 24001)  # where activations are tabulated: every 0.005
SETTINGS = ("optimizer", "epochs", "batch_size", "max_seconds")
ARGUMENTS = ("n_units", "l1", "l2", "rate", "values", "slopes")  # of all layers: what their constructors take
MAX_LAYERS, MAX_UNITS, MAX_EPOCHS = 20, 2000, 2000


def design(network):
    """Return a network's design, or None for what is no network."""
    if not isinstance(network, nnkit.NeuralNetwork):
        return None
    return {
        "layers": [_described(layer) for layer in network.layers],
        "loss": _name_in_nnkit(network.loss),
        **{name: getattr(network, name) for name in SETTINGS},
        "weights": network.get_weights(),
        "fitted": bool(network.history),
    }


def network(design):
    """Build a network from its design. Raises ValueError, in words, for what cannot be built here or is too large."""
    layers, loss = design["layers"], getattr(nnkit, str(design["loss"]), None)
    _expect(len(layers) <= MAX_LAYERS, f"it has {len(layers)} layers; up to {MAX_LAYERS} can be tried")
    _expect(isinstance(loss, type) and issubclass(loss, nnkit.LossFunction), f"its loss is {design['loss']!r}")
    _expect(int(design["epochs"]) <= MAX_EPOCHS, f"it asks for {design['epochs']} epochs; {MAX_EPOCHS} can be tried")
    settings = {name: design[name] for name in SETTINGS}
    built = nnkit.NeuralNetwork(loss=loss, metric=nnkit.accuracy, random_state=0, **settings)
    for layer in layers:
        built.add(_built(**layer))
    built.set_weights(design["weights"])
    return built


class Tabulated(nnkit.ActivationLayer):
    """An activation that is known by its values and its slopes at many places, and straight between them."""

    def __init__(self, values, slopes):
        self.values, self.slopes = (np.broadcast_to(table, GRID.shape).astype(float) for table in (values, slopes))

    def activation_function(self, input):
        """Return the value at each entry of input."""
        return np.interp(input, GRID, self.values).astype(input.dtype)

    def derivative(self, input):
        """Return the slope at each entry of input."""
        return np.interp(input, GRID, self.slopes).astype(input.dtype)


def _described(layer):
    """Return a layer's kind, its arguments and the shape of its input."""
    name, tables = _name_in_nnkit(layer), {}
    if name == "ActivationLayer":
        column = GRID.reshape(-1, 1)
        tables = {"values": layer.activation_function(column).ravel(), "slopes": layer.derivative(column).ravel()}
    arguments = {name: getattr(layer, name) for name in ARGUMENTS if name in vars(layer)}
    own_name = type(layer).__name__
    return {"kind": name, "arguments": arguments | tables, "shape": layer.input_shape(), "own_name": own_name}


def _built(kind, arguments, shape, own_name):
    cls = Tabulated if kind == "ActivationLayer" else getattr(nnkit, str(kind), None)
    known = isinstance(cls, type) and issubclass(cls, nnkit.Layer) and cls is not nnkit.Layer
    _expect(known, f"{own_name} is a layer of a kind that nnkit does not have, and cannot be tried here")
    units = arguments.get("n_units", 1)
    _expect(int(units) <= MAX_UNITS, f"a layer has {units} units; up to {MAX_UNITS} can be tried")
    layer = cls(**arguments)
    layer.set_input_shape(shape)
    return layer


def _name_in_nnkit(thing):
    """Return the name of a thing's class in nnkit: its own, or that of the class that it was derived from."""
    return next((cls.__name__ for cls in type(thing).__mro__ if cls.__module__.startswith("nnkit.")), "")


def _expect(holds, what):
    if not holds:
        raise ValueError(f"{what}.")
