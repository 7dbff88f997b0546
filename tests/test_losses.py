"""Losses by hand, at the ends of their range, and what they refuse. (test_gradients: each derivative is the loss's own.)"""

import numpy as np
import pytest

from nnkit import BinaryCrossEntropy, CategoricalCrossEntropy, MeanSquaredError, one_hot

LOSSES = [MeanSquaredError, BinaryCrossEntropy, CategoricalCrossEntropy]
log = np.log


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("loss", "y_true", "y_pred", "value", "derivative"),
    [
        (MeanSquaredError, [[1], [2]], [[2], [4]], (1 + 4) / 2, [[1], [2]]),
        # a mean over all four entries, not over the two rows
        (MeanSquaredError, [[1, 0], [0, 1]], [[1, 2], [0, 0]], (4 + 1) / 4, [[0, 1], [0, -0.5]]),
        (BinaryCrossEntropy, [[1], [0]], [[0.8], [0.6]], -(log(0.8) + log(0.4)) / 2, [[-0.625], [1.25]]),
        (BinaryCrossEntropy, [[1, 0]], [[0.8, 0.6]], -(log(0.8) + log(0.4)) / 2, [[-0.625, 1.25]]),
        (BinaryCrossEntropy, [[0.5]], [[0.5]], log(2), [[0]]),  # a target between 0 and 1
        # a mean over the two rows, not over the six entries
        (
            CategoricalCrossEntropy, [[1, 0, 0], [0, 0, 1]], [[0.5, 0.3, 0.2], [0.1, 0.5, 0.4]],
            -(log(0.5) + log(0.4)) / 2, [[-1, 0, 0], [0, 0, -1.25]],
        ),
    ],
)  # fmt: skip
def test_by_hand(loss, y_true, y_pred, value, derivative, dtype):
    y_true, y_pred = np.array(y_true), np.array(y_pred, dtype)
    close = {"rtol": 1e-6 if dtype == np.float32 else 1e-14}
    assert loss().loss(y_true, y_pred) == pytest.approx(value, rel=close["rtol"])
    assert type(loss().loss(y_true, y_pred)) is float
    np.testing.assert_allclose(loss().derivative(y_true, y_pred), derivative, **close)
    assert loss().derivative(y_true, y_pred).dtype == dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", [BinaryCrossEntropy, CategoricalCrossEntropy])
def test_predictions_of_0_and_1_give_finite_numbers_of_the_right_sign(loss, dtype):
    y_true, certain = np.array([[1, 0], [0, 1]]), np.array([[1, 0], [0, 1]], dtype)
    right, wrong = loss().loss(y_true, certain), loss().loss(y_true, 1 - certain)
    assert right == 0
    assert 50 < wrong < np.inf
    slope = loss().derivative(y_true, 1 - certain)
    assert np.isfinite(slope).all()
    assert (slope[y_true == 1] < 0).all()  # more of it would be better
    if loss is BinaryCrossEntropy:
        assert (slope[y_true == 0] > 0).all()
    assert np.isfinite(loss().derivative(y_true, certain)).all()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("method", ["loss", "derivative"])
@pytest.mark.parametrize(
    ("true_shape", "shape"), [((4,), (4, 1)), ((4, 1), (4, 2)), ((1, 2), (4, 2)), ((3, 2), (4, 2))]
)
def test_shapes_that_differ_are_refused_and_never_broadcast(loss, method, true_shape, shape):
    with pytest.raises(ValueError, match=r"y_true is \(.*\), y_pred is \(.*reshape\(-1, 1\).*one_hot"):
        getattr(loss(), method)(np.ones(true_shape), np.full(shape, 0.5))


@pytest.mark.parametrize("loss", LOSSES)
def test_arguments_stay_as_they_are(loss):
    y_true, y_pred = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    loss().loss(y_true, y_pred)
    loss().derivative(y_true, y_pred)
    np.testing.assert_array_equal(y_true, [[1.0, 0.0]])
    np.testing.assert_array_equal(y_pred, [[0.0, 1.0]])


@pytest.mark.parametrize("loss", [BinaryCrossEntropy, CategoricalCrossEntropy])
@pytest.mark.parametrize("y_pred", [[[1.5, 0.5]], [[-0.5, 0.5]]])
def test_predictions_that_are_no_probabilities_are_refused(loss, y_pred):
    low, high = np.min(y_pred), np.max(y_pred)
    with pytest.raises(ValueError, match=f"from 0 to 1; these go from {low} to {high}.*SigmoidActivation.*Softmax"):
        loss().loss(np.array([[1, 0]]), np.array(y_pred))


@pytest.mark.parametrize(
    ("loss", "y_true", "words"),
    [
        (BinaryCrossEntropy, [[0], [2]], "targets from 0 to 1; these go from 0 to 2.*one_hot.*MeanSquaredError"),
        (BinaryCrossEntropy, [[-1], [1]], "these go from -1 to 1"),
        (CategoricalCrossEntropy, [[3], [0]], r"adding up to 1; the first row is \[3\].*one_hot\(labels\)"),
        (CategoricalCrossEntropy, [[1, 0], [1, 1]], "adding up to 1"),
        (CategoricalCrossEntropy, [[2, -1]], "adding up to 1"),
    ],
)
def test_targets_that_do_not_fit_are_refused(loss, y_true, words):
    with pytest.raises(ValueError, match=words):
        loss().check_targets(np.array(y_true))


@pytest.mark.parametrize(
    ("loss", "y_true"),
    [
        (MeanSquaredError, [[-3.5], [1e6]]),
        (BinaryCrossEntropy, [[0], [1], [0.3]]),
        (BinaryCrossEntropy, [[1, 1], [0, 0]]),  # two questions, each with its own answer
        (CategoricalCrossEntropy, one_hot([0, 2, 1])),
        (CategoricalCrossEntropy, np.full((1, 10), 0.1, np.float32)),  # adds up to 1 but for the last bits
    ],
)
def test_targets_that_fit_pass(loss, y_true):
    loss().check_targets(np.array(y_true))
