"""Expectations: what the library refuses, and in which words.

NumPy stretches shapes that do not fit and computes on with NaN; a network then learns nonsense without a word. So
what comes in is looked at here, once, and an error says what was expected, what came, and what to do. The other modules
stay free for the lesson.
"""

import array as arrays
import reprlib
from numbers import Real

import numpy as np

__all__ = [
    "at_least_zero",
    "batch",
    "codes",
    "finite_loss",
    "fitting_layer",
    "fraction",
    "kind",
    "labels",
    "numbers",
    "parameters",
    "probabilities",
    "row_shape",
    "rows",
    "rows_of_probabilities",
    "same_shape",
    "shape",
    "some_layers",
    "state_of",
    "targets",
    "targets_from_0_to_1",
    "updated",
    "validation_set",
    "whole_number",
]


def numbers(name, values):
    """Return values as an array of finite numbers, one or more."""
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold numbers; it holds {array.dtype}. Convert it with {name}.astype(float).")
    if array.size == 0:
        raise ValueError(f"{name} is empty: its shape is {array.shape}. Give at least one example.")
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(array.sum()):  # NaN and infinity spoil a sum; large numbers can too, so then each is looked at
            return array
    bad = array.size - np.isfinite(array).sum()
    if bad:
        raise ValueError(
            f"{name} must hold finite numbers; {bad} of its {array.size} entries are NaN or infinite. "
            f"Remove or replace them first."
        )
    return array


def rows(X, y):
    """Refuse examples without a row for each, and targets that are not one for each example."""
    if X.ndim < 2:
        raise ValueError(
            f"X must have a row for each example, (n_examples, n_features); it has shape {X.shape}. "
            f"For a single feature, use X.reshape(-1, 1)."
        )
    if len(X) != len(y):
        raise ValueError(f"X and y must have one row for each example; X has {len(X)}, y has {len(y)}.")


def labels(labels, n_classes=None):
    """Return labels as an array and the number of classes; they must be whole numbers from 0 to n_classes - 1."""
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.size == 0 or labels.dtype.kind not in "iu":
        raise ValueError(
            f"labels must be one or more whole numbers of shape (n,); these are {labels.dtype}, shape {labels.shape}. "
            f"Whole numbers kept as floats become labels with labels.astype(int)."
        )
    n_classes = int(labels.max()) + 1 if n_classes is None else n_classes
    if labels.min() < 0 or labels.max() >= n_classes:
        raise ValueError(f"labels must lie from 0 to {n_classes - 1}; these go from {labels.min()} to {labels.max()}.")
    return labels, n_classes


def codes(sequences, n_words):
    """Return the codes of all sequences, end to end; they must be whole numbers from 0 to n_words - 1."""
    codes = arrays.array("q")  # Python's own: takes lists quicker than NumPy does, and whole numbers alone
    try:
        for review in sequences:
            codes.fromlist(list(review))
    except (TypeError, OverflowError) as error:
        raise ValueError(
            f"sequences must hold reviews, each of them the codes of its words, whole numbers; here {error}. "
            f"A single review comes in a list of its own: multi_hot([review])."
        ) from error
    codes = np.asarray(codes)
    if codes.size and (codes.min() < 0 or codes.max() >= n_words):
        raise ValueError(
            f"codes must lie from 0 to {n_words - 1}; these go from {codes.min()} to {codes.max()}. Load no rarer "
            f"words, imdb(num_words={n_words}), or ask for more columns: multi_hot(sequences, n_words)."
        )
    return codes


def targets(y, output_shape):
    """Refuse targets that are not shaped like a network's output."""
    if y.shape[1:] != output_shape:
        raise ValueError(
            f"the targets have shape {y.shape} and the network's last layer gives (n, {output_shape[0]}): "
            f"one column for each output is needed. Labels of classes become columns with one_hot(labels)."
        )


def targets_from_0_to_1(y_true):
    """Refuse targets that binary cross-entropy cannot take for probabilities."""
    if y_true.min() < 0 or y_true.max() > 1:
        raise ValueError(
            f"BinaryCrossEntropy needs targets from 0 to 1; these go from {y_true.min()} to {y_true.max()}. For "
            f"several classes use one_hot(labels) and CategoricalCrossEntropy, for other numbers MeanSquaredError."
        )


def rows_of_probabilities(y_true):
    """Refuse targets whose rows do not share out a probability of 1."""
    if y_true.min() < 0 or not np.allclose(y_true.sum(axis=1), 1):
        raise ValueError(
            f"CategoricalCrossEntropy needs one row of class probabilities for each example, adding up to 1; "
            f"the first row is {y_true[0]}. Turn labels into such rows with one_hot(labels)."
        )


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


def updated(w, new):
    """Return the new parameters that an optimizer gives for w; refuse another shape, which NumPy would stretch."""
    if np.shape(new) != np.shape(w):
        raise ValueError(
            f"an optimizer's update must return the new parameters, shaped like w, {np.shape(w)}; it returned "
            f"{'nothing' if new is None else f'shape {np.shape(new)}'}."
        )
    return new


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
    """Return the pairs of one's own parameter arrays and the new ones; refuse other shapes, or another number."""
    shapes, given = [array.shape for array in own], [np.shape(array) for array in new]
    if shapes != given:
        raise ValueError(f"the parameters have the shapes {shapes}; those given have {given}.")
    return zip(own, new, strict=True)


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


def some_layers(layers):
    """Refuse to compute with a network that has no layers."""
    if not layers:
        raise ValueError("this network has no layers yet: network.add(DenseLayer(n_units, input_shape=(...,))).")


def shape(name, value):
    """Return value, the shape of one example, as a tuple."""
    if np.ndim(value) != 1:
        raise TypeError(f"{name} is a tuple, such as (64,) for 64 features; it is {value!r}.")
    return tuple(value)


def kind(name, value, cls, wanted):
    """Return value, which is of a class; `wanted` says which in words."""
    if not isinstance(value, cls):
        raise TypeError(f"{name} must be {wanted}; it is {reprlib.repr(value)}.")
    return value


def validation_set(validation, is_needed):
    """Refuse to stop early with nothing to watch."""
    if is_needed and validation is None:
        raise ValueError("early stopping watches a validation set: call fit(dataset, validation=another_dataset).")


def finite_loss(loss, epoch, learning_rate):
    """Raise FloatingPointError where the loss is no longer a number: training has diverged."""
    if not np.isfinite(loss):
        raise FloatingPointError(
            f"training diverged: the loss became {loss} in epoch {epoch}. The learning rate, {learning_rate}, is "
            f"probably too large: build the network anew with a tenth of it."
        )
