"""Expectations: what the library refuses, and in which words.

NumPy stretches shapes that do not fit and computes on with NaN; a network then learns nonsense without a word. So
what comes in is looked at here, once, and an error says what was expected, what came, and what to do. The other modules
stay free for the lesson.
"""

from numbers import Real

import numpy as np

__all__ = [
    "at_least_zero",
    "batch",
    "fitting_layer",
    "fraction",
    "numbers",
    "parameters",
    "probabilities",
    "row_shape",
    "same_shape",
    "state_of",
    "whole_number",
]


def numbers(name, values):
    """Return values as an array of finite numbers, one or more."""
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold numbers; it holds {array.dtype}. Convert it with {name}.astype(float).")
    if array.size == 0:
        raise ValueError(f"{name} is empty: its shape is {array.shape}. Give at least one example.")
    bad = array.size - np.isfinite(array).sum()
    if bad:
        raise ValueError(
            f"{name} must hold finite numbers; {bad} of its {array.size} entries are NaN or infinite. "
            f"Remove or replace them first."
        )
    return array


def same_shape(y_true, y_pred):
    """Return both as arrays; refuse shapes that differ, which NumPy would silently broadcast."""
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    if y_true.shape != y_pred.shape:
        raise ValueError(
            f"y_true and y_pred must have one shape; y_true is {y_true.shape}, y_pred is {y_pred.shape}. "
            f"A vector of targets becomes a column with y.reshape(-1, 1), labels become rows with one_hot(labels)."
        )
    if y_true.size == 0:
        raise ValueError(f"y_true and y_pred are empty: their shape is {y_true.shape}. Give at least one example.")
    return y_true, y_pred


def probabilities(y_pred):
    """Refuse predictions outside 0..1, which would give a cross-entropy without meaning."""
    if np.any(y_pred < 0) or np.any(y_pred > 1):
        raise ValueError(
            f"cross-entropy needs predictions from 0 to 1; these go from {np.nanmin(y_pred):.4g} to "
            f"{np.nanmax(y_pred):.4g}. End the network with SigmoidActivation (yes or no) or SoftmaxActivation "
            f"(several classes)."
        )


def at_least_zero(name, value):
    """Return value as Python's float, which leaves float32 arrays float32 (NumPy's own would not)."""
    if not 0 <= value < np.inf:
        raise ValueError(f"{name} must be 0 or more, and finite; it is {value}.")
    return float(value)


def fraction(name, value):
    """Return value, which is at least 0 and less than 1, as Python's float."""
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be at least 0 and less than 1; it is {value}.")
    return float(value)


def whole_number(name, value):
    """Return value, a whole number of 1 or more, as an int."""
    if not isinstance(value, Real) or value < 1 or value != value // 1:
        raise ValueError(f"{name} must be a whole number of 1 or more; it is {value!r}.")
    return int(value)


def state_of(state, w, grad_loss_w):
    """Refuse a gradient that is not shaped like w, and the memory of another parameter."""
    if np.shape(grad_loss_w) != np.shape(w):
        raise ValueError(f"the gradient must be shaped like w, {np.shape(w)}; it has shape {np.shape(grad_loss_w)}.")
    if state is not None and state.shape != np.shape(w):
        raise ValueError(
            f"this optimizer remembers a parameter of shape {state.shape} and was handed one of shape {np.shape(w)}. "
            f"Give each parameter an optimizer of its own: copy.deepcopy(optimizer)."
        )


def batch(layer, input):
    """Refuse a batch whose examples do not have the shape that the layer was made for."""
    shape = layer.input_shape()
    if shape is not None and np.shape(input)[1:] != shape:
        raise ValueError(
            f"{layer.layer_name()} takes a batch of shape (n, {', '.join(map(str, shape))}); it was given "
            f"{np.shape(input)}."
        )


def row_shape(n_units, shape):
    """Return n_features of an input shape (n_features,), which a dense layer of n_units needs."""
    if shape is None:
        raise ValueError(
            f"this DenseLayer does not know its number of inputs. Say it for the first layer of a network: "
            f"DenseLayer({n_units}, input_shape=(n_features,))."
        )
    if len(shape) != 1:
        raise ValueError(
            f"a DenseLayer's input_shape is (n_features,), not {shape}. Flatten the examples first: "
            f"X.reshape(len(X), -1)."
        )
    return shape[0]


def parameters(own, new):
    """Refuse parameter arrays that are not shaped like one's own."""
    shapes, given = [array.shape for array in own], [np.shape(array) for array in new]
    if shapes != given:
        raise ValueError(f"the parameters have the shapes {shapes}; those given have {given}.")


def fitting_layer(layer, layers):
    """Refuse a layer that cannot come behind these layers."""
    name = layer.layer_name()
    if any(layer is other for other in layers):
        raise ValueError(f"this {name} is in the network already; each place needs a layer of its own.")
    if not layers and layer.input_shape() is None:
        raise ValueError(
            f"the first layer must know the shape of its input, and this {name} does not. "
            f"Start with DenseLayer(n_units, input_shape=(n_features,))."
        )
    if layers and layer.input_shape() not in (None, layers[-1].output_shape()):
        raise ValueError(
            f"this {name} was made for inputs of shape {layer.input_shape()}, and the layer before it gives "
            f"{layers[-1].output_shape()}. Leave out input_shape behind the first layer."
        )
