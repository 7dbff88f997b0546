"""Metrics, each by hand."""

import numpy as np
import pytest

from nnkit import accuracy, confusion_matrix, mae, mse
from nnkit.metrics import classes


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        ([2, 0, 1], [2, 0, 1]),
        ([[2.0], [0.0]], [2, 0]),  # labels in a column, as a Dataset keeps them
        ([[0, 0, 1], [1, 0, 0]], [2, 0]),
        ([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]], [1, 0]),
        ([[0.4], [0.5], [0.6]], [0, 1, 1]),
        ([0.0, 0.2, 1.0], [0, 0, 1]),
        ([True, False], [1, 0]),
    ],
)
def test_the_class_of_a_row(y, expected):
    np.testing.assert_array_equal(classes(y), expected)


@pytest.mark.parametrize(
    ("y_true", "y_pred", "share"),
    [
        ([0, 1, 2, 2], [0, 1, 2, 0], 0.75),
        ([[1, 0], [0, 1]], [[0.6, 0.4], [0.9, 0.1]], 0.5),
        ([1, 0], [[0.4, 0.6], [0.9, 0.1]], 1.0),  # labels against a softmax
        ([[1], [0], [1]], [[0.9], [0.8], [0.2]], 1 / 3),  # a column against a sigmoid
        ([[1.0], [0.0]], [0, 1], 0.0),
    ],
)
def test_accuracy(y_true, y_pred, share):
    assert accuracy(y_true, y_pred) == share


@pytest.mark.parametrize(
    ("metric", "y_true", "y_pred", "value"),
    [
        (mse, [1.0, 2.0], [2.0, 4.0], (1 + 4) / 2),
        (mse, [[1, 2], [3, 4]], [[1, 2], [3, 0]], 16 / 4),
        (mse, np.array([0], np.uint8), np.array([3], np.uint8), 9.0),  # 0 - 3 is 253 in uint8
        (mae, [1.0, 2.0], [2.0, 0.0], (1 + 2) / 2),
        (mae, np.array([0], np.uint8), np.array([3], np.uint8), 3.0),
    ],
)
def test_mean_errors(metric, y_true, y_pred, value):
    assert metric(y_true, y_pred) == value


@pytest.mark.parametrize(
    ("y_true", "y_pred", "n_classes", "counts"),
    [
        ([0, 0, 1, 2], [0, 1, 1, 0], None, [[1, 1, 0], [0, 1, 0], [1, 0, 0]]),  # row: true class, column: predicted
        ([0, 0, 0], [0, 1, 1], None, [[1, 2], [0, 0]]),
        ([[1, 0], [0, 1]], [[0.9, 0.1], [0.7, 0.3]], None, [[1, 0], [1, 0]]),
        ([0, 1], [1, 1], 3, [[0, 1, 0], [0, 1, 0], [0, 0, 0]]),
    ],
)
def test_confusion_matrix(y_true, y_pred, n_classes, counts):
    matrix = confusion_matrix(y_true, y_pred, n_classes)
    np.testing.assert_array_equal(matrix, counts)
    assert matrix.dtype == int


@pytest.mark.parametrize("metric", [accuracy, mse, mae, confusion_matrix])
def test_shapes_that_differ_are_refused(metric):
    with pytest.raises(ValueError, match=r"one shape; y_true is \(3,\), y_pred is \(2,\)"):
        metric([0, 1, 1], [0, 1])


@pytest.mark.parametrize("metric", [mse, mae])
def test_a_vector_is_not_broadcast_against_a_column(metric):
    with pytest.raises(ValueError, match=r"y_true is \(3,\), y_pred is \(3, 1\)"):
        metric([0, 1, 1], [[0], [1], [1]])


@pytest.mark.parametrize(("y_true", "y_pred", "n_classes"), [([0, 5], [0, 1], 3), ([0, 1], [0, -1], None)])
def test_a_label_outside_the_matrix_is_refused(y_true, y_pred, n_classes):
    with pytest.raises(ValueError, match="from 0 to"):
        confusion_matrix(y_true, y_pred, n_classes)


@pytest.mark.parametrize("metric", [accuracy, mse, mae, confusion_matrix])
def test_nothing_to_measure_is_refused(metric):
    with pytest.raises(ValueError, match=r"empty: their shape is \(0,\)"):
        metric([], [])
