"""Datasets: examples and targets stay paired, and what is not data is refused with a way out."""

import numpy as np
import pytest

from nnkit import Dataset, one_hot

SQUARE = [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    ("y", "kept"),
    [
        ([5, 6], [[5], [6]]),  # a vector of targets becomes a column, the shape of predictions
        ([[5], [6]], [[5], [6]]),
        ([[1, 0], [0, 1]], [[1, 0], [0, 1]]),
        ([True, False], [[1], [0]]),
    ],
)
def test_targets_have_a_row_for_each_example(y, kept):
    dataset = Dataset(SQUARE, y)
    np.testing.assert_array_equal(dataset.X, SQUARE)
    np.testing.assert_array_equal(dataset.y, kept)
    assert dataset.y.shape == np.shape(kept)
    assert len(dataset) == 2


def test_images_keep_their_shape():
    assert Dataset(np.zeros((3, 8, 8)), [0, 1, 2]).X.shape == (3, 8, 8)


@pytest.mark.parametrize(
    ("X", "y", "error", "words"),
    [
        ([1.0, 2.0], [0, 1], ValueError, r"row for each example.*\(2,\).*reshape\(-1, 1\)"),
        (3.0, [0], ValueError, r"row for each example.*\(\)"),
        (SQUARE, [0, 1, 2], ValueError, "X has 2, y has 3"),
        (SQUARE, 3, ValueError, r"y must .*row for each example"),
        (np.empty((0, 2)), [], ValueError, r"X is empty.*\(0, 2\).*at least one example"),
        ([[1.0, np.nan], [np.inf, 2.0]], [0, 1], ValueError, "X .*finite.*2 of its 4 entries.*Remove or replace"),
        (SQUARE, [0, np.nan], ValueError, "y .*finite.*1 of its 2 entries"),
        ([["1", "2"], ["3", "4"]], [0, 1], TypeError, r"X must hold numbers.*<U1.*astype\(float\)"),
        (SQUARE, ["cat", "dog"], TypeError, r"y must hold numbers.*<U3"),
        (np.array(SQUARE, dtype=object), [0, 1], TypeError, "X must hold numbers.*object"),
        (SQUARE, [1j, 2j], TypeError, "y must hold numbers.*complex"),
    ],
)
def test_what_is_not_data_is_refused(X, y, error, words):
    with pytest.raises(error, match=words):
        Dataset(X, y)


@pytest.mark.parametrize(
    ("labels", "n_classes", "rows"),
    [
        ([0, 2, 1], None, [[1, 0, 0], [0, 0, 1], [0, 1, 0]]),
        ([1, 1], None, [[0, 1], [0, 1]]),
        ([0, 1], 4, [[1, 0, 0, 0], [0, 1, 0, 0]]),  # classes that no example belongs to
    ],
)
@pytest.mark.parametrize("dtype", [np.int64, np.uint8])
def test_one_hot(labels, n_classes, rows, dtype):
    encoded = one_hot(np.array(labels, dtype), n_classes)
    np.testing.assert_array_equal(encoded, rows)
    assert encoded.dtype == float


def test_one_hot_counts_classes_beyond_what_the_labels_type_can_hold():
    assert one_hot(np.array([0, 255], np.uint8)).shape == (2, 256)


@pytest.mark.parametrize(
    ("labels", "n_classes", "words"),
    [
        ([0, 3], 3, "from 0 to 2; these go from 0 to 3"),
        ([-1, 1], None, "from 0 to 1; these go from -1 to 1"),
        ([0.0, 1.0], None, r"whole numbers of shape \(n,\); these are float64"),
        ([[0], [1]], None, r"shape \(2, 1\)"),
        (["cat"], None, "whole numbers.*<U3"),
        (np.array([], int), None, r"labels.*\(0,\)"),
    ],
)
def test_one_hot_refuses_what_is_no_label(labels, n_classes, words):
    with pytest.raises(ValueError, match=words):
        one_hot(labels, n_classes)
