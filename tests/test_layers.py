"""Layers: what their derivatives cannot show. (test_gradients: dE/dX, dE/dW, dE/dB are the derivatives.)"""

import numpy as np
import pytest

from nnkit import SGD, Adam, DenseLayer, Dropout, Layer, ReLUActivation


def rng():
    return np.random.default_rng(0)


def dense(W, B, optimizer=None, **penalties):
    """A DenseLayer with these weights and biases."""
    layer = DenseLayer(np.shape(W)[1], input_shape=np.shape(W)[:1], **penalties)
    layer.initialize(optimizer or SGD(0.1), rng())
    layer.set_weights([np.array(W, float), np.array(B, float)])
    return layer


# ------------------------------------------------------------------------------------------------------------- dense


def test_one_step_of_a_dense_layer_by_hand():
    layer = dense(W=[[1], [2]], B=[[0.5]])
    X, dE_dY = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0], [2.0]])
    np.testing.assert_array_equal(layer.forward_propagation(X), [[1 + 4 + 0.5], [3 + 8 + 0.5]])
    # dE/dX = dE/dY W^T, with the weights 1 and 2 that made the output, not with 0.3 and 1.0 that they become
    np.testing.assert_array_equal(layer.backward_propagation(dE_dY), [[1, 2], [2, 4]])
    weights_gradient, biases_gradient = layer.get_gradients()
    np.testing.assert_array_equal(weights_gradient, [[1 * 1 + 3 * 2], [2 * 1 + 4 * 2]])
    np.testing.assert_array_equal(biases_gradient, [[1 + 2]])
    W, B = layer.get_weights()
    np.testing.assert_allclose(W, [[1 - 0.1 * 7], [2 - 0.1 * 10]], rtol=1e-15)
    np.testing.assert_allclose(B, [[0.5 - 0.1 * 3]], rtol=1e-15)
    np.testing.assert_array_equal(X, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(dE_dY, [[1], [2]])


def test_penalties_by_hand_and_biases_go_free():
    layer = dense(W=[[3], [-2]], B=[[7]], l1=0.1, l2=0.01)
    assert layer.penalty() == pytest.approx(0.1 * (3 + 2) + 0.01 * (9 + 4), rel=1e-15)
    np.testing.assert_allclose(layer.penalty_gradient(), [[0.1 + 0.06], [-0.1 - 0.04]], rtol=1e-14)
    layer.forward_propagation(np.zeros((1, 2)))
    layer.backward_propagation(np.zeros((1, 1)))  # the data have nothing to say: only the penalty moves the weights
    np.testing.assert_allclose(layer.get_weights()[0], [[3 - 0.016], [-2 + 0.014]], rtol=1e-14)
    np.testing.assert_array_equal(layer.get_weights()[1], [[7]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_weights_start_evenly_within_glorots_limit(dtype):
    layer, limit = DenseLayer(100, input_shape=(200,)), np.sqrt(6 / (200 + 100))
    layer.initialize(SGD(), rng(), dtype)
    W, B = layer.get_weights()
    assert W.shape == (200, 100)
    assert W.dtype == B.dtype == dtype
    assert 0.999 * limit < np.abs(W).max() <= limit * (1 + 1e-7)  # 20,000 numbers fill the range
    # of an even distribution: mean 0, standard deviation limit / sqrt 3; five standard errors of each
    assert abs(W.mean()) < 5 * limit / np.sqrt(3 * W.size)
    assert W.std() == pytest.approx(limit / np.sqrt(3), rel=5 / np.sqrt(W.size))
    np.testing.assert_array_equal(B, np.zeros((1, 100)))


def test_each_parameter_has_an_optimizer_of_its_own():
    shared = Adam(0.1)
    first, second = dense(np.ones((3, 4)), np.zeros((1, 4)), shared), dense(np.ones((4, 2)), np.zeros((1, 2)), shared)
    output = second.forward_propagation(first.forward_propagation(np.ones((1, 3))))
    first.backward_propagation(second.backward_propagation(np.ones_like(output)))
    own = [o for layer in (first, second) for o in (layer.weights_optimizer, layer.biases_optimizer)]
    assert len({id(optimizer) for optimizer in [shared, *own]}) == 5
    assert [optimizer.t for optimizer in [shared, *own]] == [0, 1, 1, 1, 1]
    for W in (first.get_weights()[0], second.get_weights()[0]):  # Adam's first step, in each: the learning rate
        np.testing.assert_allclose(W, 0.9, rtol=1e-6)


@pytest.mark.parametrize(
    ("layer", "output_shape", "parameters"),
    [
        (DenseLayer(10, input_shape=(784,)), (10,), 7850),
        (DenseLayer(1, input_shape=[3]), (1,), 4),
        (Dropout(0.5), None, 0),
    ],
)
def test_a_layer_says_its_shape_size_and_name(layer, output_shape, parameters):
    assert layer.output_shape() == output_shape
    assert layer.parameters() == parameters
    assert layer.layer_name() == type(layer).__name__


def test_input_shape_is_kept_as_a_tuple():
    layer = DenseLayer(2)
    assert layer.input_shape() is None
    layer.set_input_shape([3])
    assert layer.input_shape() == (3,)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: DenseLayer(0), ValueError, "n_units must be a whole number of 1 or more; it is 0"),
        (lambda: DenseLayer(3).initialize(SGD(), rng()), ValueError, r"DenseLayer\(3, input_shape=\(n_features,\)\)"),
        (lambda: DenseLayer(3).parameters(), ValueError, "does not know its number of inputs"),
        (
            lambda: DenseLayer(3, input_shape=(28, 28)).initialize(SGD(), rng()), ValueError,
            r"\(n_features,\), not \(28, 28\).*X\.reshape\(len\(X\), -1\)",
        ),
        (lambda: DenseLayer(3, input_shape=64), (TypeError, ValueError), r"\(64,\)|input_shape"),
        (lambda: Dropout(-0.1), ValueError, "at least 0 and less than 1; it is -0.1"),
        (lambda: Dropout(1), ValueError, "less than 1; it is 1"),
        (lambda: Layer(), TypeError, "abstract"),
    ],
)  # fmt: skip
def test_layers_that_cannot_be_are_refused(make, error, words):
    with pytest.raises(error, match=words):
        make()


@pytest.mark.parametrize("X", [np.zeros((5, 3)), np.zeros(2), np.zeros((5, 2, 1))])
def test_a_batch_of_another_shape_is_refused(X):
    with pytest.raises(ValueError, match=r"DenseLayer takes a batch of shape \(n, 2\); it was given \("):
        dense(W=[[1], [2]], B=[[0]]).forward_propagation(X)


def test_parameters_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"shapes \[\(2, 1\), .*given have \[\(1, 2\)"):
        dense(W=[[1], [2]], B=[[0]]).set_weights([np.zeros((1, 2)), np.zeros((1, 1))])


def test_parameters_are_copied_in():
    layer, W = dense(W=[[1], [2]], B=[[0]]), np.array([[5.0], [6.0]])
    layer.set_weights([W, np.zeros((1, 1))])
    W[0] = 99
    np.testing.assert_array_equal(layer.get_weights()[0], [[5], [6]])


# ----------------------------------------------------------------------------------------------------------- dropout


def dropout(rate):
    layer = Dropout(rate)
    layer.initialize(SGD(), rng())
    return layer


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rate", [0, 0.2, 0.5, 0.9])
def test_dropout_silences_a_share_and_keeps_the_expectation(rate, dtype):
    layer, X = dropout(rate), np.full((400, 250), 3, dtype)
    Y = layer.forward_propagation(X)
    assert Y.dtype == dtype
    np.testing.assert_allclose(Y[Y != 0], 3 / (1 - rate), rtol=1e-6)  # what stays makes up for what goes
    # 100,000 coins of standard deviation sqrt(rate (1 - rate)): within five standard errors
    error = 5 * np.sqrt(rate * (1 - rate) / X.size)
    assert np.mean(Y == 0) == pytest.approx(rate, abs=error)
    assert layer.mask.mean(dtype=float) == pytest.approx(1, abs=error / (1 - rate) + 1e-6)
    assert Y.mean(dtype=float) == pytest.approx(3, abs=3 * error / (1 - rate) + 1e-6)
    np.testing.assert_array_equal(layer.backward_propagation(X), Y)  # back through the same mask
    assert layer.backward_propagation(X).dtype == dtype


def test_each_batch_has_a_mask_of_its_own_and_each_example_too():
    layer, X = dropout(0.5), np.ones((20, 20))
    first, second = layer.forward_propagation(X), layer.forward_propagation(X)
    assert (first != second).any()
    assert len(np.unique(first, axis=0)) == 20


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dropout_lets_everything_through_at_prediction(dtype):
    layer, X = dropout(0.9), np.ones((5, 4), dtype)
    layer.forward_propagation(X)
    np.testing.assert_array_equal(layer.forward_propagation(X, training=False), X)
    np.testing.assert_array_equal(layer.mask, X)
    np.testing.assert_array_equal(layer.backward_propagation(X), X)


@pytest.mark.parametrize("layer", [DenseLayer(3, input_shape=(2,), l1=0.1, l2=0.1), Dropout(0.5), ReLUActivation()])
def test_float32_stays_float32(layer):
    layer.initialize(SGD(0.1, 0.9), rng(), np.float32)
    output = layer.forward_propagation(np.ones((4, 2), np.float32))
    error = layer.backward_propagation(np.ones_like(output))
    assert {array.dtype for array in [output, error, *layer.get_weights(), *layer.get_gradients()]} == {
        np.dtype(np.float32)
    }


def test_dropout_takes_whole_numbers_too():
    layer = Dropout(0.5)
    layer.initialize(SGD(), rng())
    output = layer.forward_propagation(np.ones((50, 4), dtype=int))
    assert set(np.unique(output)) == {0.0, 2.0}
