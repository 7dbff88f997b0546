"""Datasets: examples and targets stay paired, and what is not data is refused with a way out."""

import tracemalloc

import numpy as np
import pytest

from nnkit import Dataset, one_hot
from nnkit.datasets import multi_hot

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


REVIEWS = [[1, 3, 1], [], [0, 4]]  # a word twice, no word, the first and the last code
ROWS = [[0, 1, 0, 1, 0], [0, 0, 0, 0, 0], [1, 0, 0, 0, 1]]


def as_objects(reviews):
    """The reviews in an object array, as `datasets.imdb` gives them."""
    array = np.empty(len(reviews), dtype=object)
    array[:] = reviews
    return array


@pytest.mark.parametrize(
    "reviews",
    [REVIEWS, tuple(map(tuple, REVIEWS)), as_objects(REVIEWS), [np.array(r, np.uint16) for r in REVIEWS]],
    ids=["lists", "tuples", "object array", "arrays"],
)
def test_multi_hot(reviews):
    rows = multi_hot(reviews, 5)
    np.testing.assert_array_equal(rows, ROWS)
    assert rows.dtype == np.float32


def test_multi_hot_has_as_many_columns_as_it_is_told_and_the_type_that_is_asked_for():
    assert multi_hot([[9999]]).shape == (1, 10000)
    assert multi_hot(REVIEWS, 5, np.uint8).dtype == np.uint8
    assert multi_hot([], 5).shape == (0, 5)
    assert multi_hot([[], []], 5).tolist() == [[0] * 5] * 2


def test_multi_hot_of_more_reviews_than_are_turned_at_a_time():
    rng = np.random.default_rng(0)
    reviews = [rng.integers(0, 50, length).tolist() for length in rng.integers(0, 30, 317)]
    expected = np.zeros((317, 50))
    for i, review in enumerate(reviews):  # the slides' loop
        expected[i, review] = 1
    np.testing.assert_array_equal(multi_hot(reviews, 50), expected)


def test_multi_hot_takes_little_more_memory_than_its_rows():
    reviews = [list(range(200)) for _ in range(2000)]
    tracemalloc.start()
    rows = multi_hot(reviews, 2000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.1 * rows.nbytes


@pytest.mark.parametrize(
    ("reviews", "words"),
    [
        ([[1], [5]], r"from 0 to 4; these go from 1 to 5.*imdb\(num_words=5\)"),
        ([[-1, 2]], "from 0 to 4; these go from -1 to 2"),
        ([[]] * 150 + [[7]], "these go from 7 to 7"),
        ([1, 2], r"'int' object is not iterable.*multi_hot\(\[review\]\)"),
        ([[1.0, 2.0]], "whole numbers; here 'float'"),
        ([np.array([1.0])], "whole numbers; here 'numpy.float64'"),
        (["a fine film"], "the codes of its words.*'str'"),
        ([[1], [[2]]], "whole numbers; here 'list'"),
        ([[10**30]], "whole numbers; here int too big"),
    ],
)
def test_multi_hot_refuses_what_is_no_code(reviews, words):
    with pytest.raises(ValueError, match=words):
        multi_hot(reviews, 5)


def test_multi_hot_needs_a_column():
    with pytest.raises(ValueError, match="n_words must be a whole number of 1 or more; it is 0"):
        multi_hot([[]], 0)
