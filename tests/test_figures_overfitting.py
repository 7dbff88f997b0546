"""The figures of 05-imdb: what they draw is what they say."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnkit.checks import EXERCISES
from nnkit.figures import overfitting
from nnkit.gradients import numerical_gradient

HISTORY = {"accuracy": [0.6, 0.8, 0.9], "val_accuracy": [0.7, 0.8, 0.75], "loss": [3.0, 2, 1], "val_loss": [3.0, 1, 2]}


class Model:
    """What the figures know of a Keras model: its weights."""

    def __init__(self, *weights):
        self._weights = weights

    def get_weights(self):
        return list(self._weights)


def network(rng, n_words=7, hidden=4):
    shapes = [(n_words, hidden), (hidden,), (hidden, hidden), (hidden,), (hidden, 1), (1,)]
    return Model(*(rng.normal(size=shape) for shape in shapes))


def logit(model, x):
    W1, B1, W2, B2, W3, B3 = model.get_weights()
    return np.maximum(np.maximum(x @ W1 + B1, 0) @ W2 + B2, 0) @ W3 + B3


def written(figure):
    return [text.get_text() for ax in figure.axes for text in ax.texts]


@pytest.fixture(autouse=True)
def tidy():
    """Each test starts without open figures, and leaves none."""
    assert plt.get_fignums() == []
    yield
    plt.close("all")


# ---- word_effects


def test_word_effects_are_the_mean_derivative_of_the_logit():
    rng = np.random.default_rng(0)
    model, x = network(rng), rng.integers(0, 2, size=(5, 7)).astype(float)
    slopes = numerical_gradient(lambda x: logit(model, x).sum(), x)  # a row for each review
    assert np.abs(slopes).max() > 0.1
    assert np.allclose(overfitting.word_effects(model, x), slopes.mean(axis=0), atol=1e-5)


@pytest.mark.parametrize("shapes", [[(7, 4), (4,), (4, 1), (1,)], [(7, 4), (4,), (4, 4), (4,), (4, 2), (2,)], []])
def test_word_effects_refuses_another_network(shapes):
    with pytest.raises(ValueError, match="two hidden layers and one output"):
        overfitting.word_effects(Model(*map(np.zeros, shapes)), np.zeros((2, 7)))


def test_the_strongest_words_are_drawn_with_the_number_of_their_reviews():
    effect = np.array([0.5, -2.0, 0.1, 3.0, -0.2])
    figure = overfitting.words({"a model": effect}, list("abcde"), np.arange(10, 15), n=2, note="from a test")
    (ax,) = figure.axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b  (11)", "e  (14)", "a  (10)", "d  (13)"]
    assert [bar.get_width() for bar in ax.patches] == [-2.0, -0.2, 0.5, 3.0]
    assert ax.get_title("left") == "a model" and "from a test" in written(figure)


# ---- gaps


def test_a_bar_is_as_long_as_the_gap_that_is_written_beside_it():
    ax = overfitting.gaps({"learnt by heart": (0.99, 0.87), "better in validation": (0.80, 0.82)}, "from a test")
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([0.12, -0.02])
    assert [bar.get_x() + max(0, bar.get_width()) for bar in ax.patches] == pytest.approx([0.99, 0.82])
    assert [text.get_text() for text in ax.texts] == ["12.0", "-2.0", "from a test"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["learnt by heart", "better in validation"]


def test_without_a_model_there_are_no_gaps():
    with pytest.raises(ValueError, match="train a model first"):
        overfitting.gaps({})


# ---- curves and bands


@pytest.mark.parametrize("names", [["one"], ["one", "two"], ["one", "two", "three", "four"]])
def test_curves_are_the_histories(names):
    figure = overfitting.curves(dict.fromkeys(names, HISTORY), "from a test", mark_best=True)
    assert len(figure.axes) == 2 * len(names) and "from a test" in written(figure)
    assert sorted(filter(None, (ax.get_title("left") for ax in figure.axes))) == sorted(names)
    drawn = [line.get_xydata().tolist() for ax in figure.axes for line in ax.lines[:2]]
    assert all([[epoch, value] for epoch, value in enumerate(values, 1)] in drawn for values in HISTORY.values())
    assert all(ax.lines[2].get_label() == "best epoch: 2" for ax in figure.axes)


def test_a_training_that_was_stopped_at_once_is_drawn_all_the_same():
    assert len(overfitting.curves({"stopped": {}}, mark_best=True).axes) == 2
    assert overfitting.band({"stopped": [{}, HISTORY]}).lines[0].get_xydata().size == 0


def test_a_band_is_the_mean_between_the_lowest_and_the_highest_of_the_epochs_that_all_have():
    other = {"val_accuracy": [0.5, 0.9]}
    ax = overfitting.band({"a model": [HISTORY, other]}, note="from a test")
    assert ax.lines[0].get_xydata() == pytest.approx(np.array([[1, 0.6], [2, 0.85]]))
    low_and_high = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert [low_and_high.min(), low_and_high.max()] == [0.5, 0.9]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a model, 2 seeds"]
    assert [text.get_text() for text in ax.texts] == ["from a test"]


# ---- reviews, weights and dropout


def test_reviews_are_counted_by_label_and_by_word():
    sequences = [[1, 4, 4, 5], [1, 4], [1, 6, 4]]
    figure = overfitting.reviews(sequences, [1, 0, 0], n_words=8, note="from a test")
    left, right = figure.axes
    legend = [text.get_text() for text in left.get_legend().get_texts()]
    assert legend == ["positive: 1, median 4 words", "negative: 2, median 2 words"]
    assert right.lines[0].get_xydata().tolist() == [[1, 3], [2, 1], [3, 1], [4, 0]]
    assert {"from a test", "100 reviews: 100% of the words are below"} <= set(written(figure))


def test_the_curve_of_weights_says_which_share_is_smaller():
    ax = overfitting.weights({"a model": Model(np.array([[0.5, -0.001], [0.0, -0.1]]))}, "from a test")
    assert ax.lines[0].get_xdata() == pytest.approx([1e-12, 0.001, 0.1, 0.5])
    assert ax.lines[0].get_ydata() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert [text.get_text() for text in ax.texts] == ["from a test"]


@pytest.mark.parametrize("rate", [0.0, 0.5])
def test_a_cross_is_where_a_unit_is_silent(rate):
    figure = overfitting.dropped_units(EXERCISES["dropout-forward"].reference, rate, seed=1)
    before, after = (ax.images[0].get_array() for ax in figure.axes)
    crosses = figure.axes[1].lines[0].get_xydata().astype(int)
    assert len(crosses) == np.sum(after == 0) and (len(crosses) > 0) == (rate > 0)
    assert all(after[example, unit] == 0 for unit, example in crosses)
    assert np.allclose(after[after > 0], before[after > 0] / (1 - rate))


def test_a_dropout_that_is_not_written_yet_says_so():
    def dropout_forward(x, rate, rng, training):
        raise NotImplementedError("not attempted yet")

    with pytest.raises(NotImplementedError):
        overfitting.dropped_units(dropout_forward, 0.5)
