"""Activations by hand and at the far ends. (test_gradients: each derivative is the function's own.)"""

import numpy as np
import pytest

from nnkit import ReLUActivation, SigmoidActivation, SoftmaxActivation, TanhActivation

ACTIVATIONS = [ReLUActivation, SigmoidActivation, TanhActivation, SoftmaxActivation]


@pytest.mark.parametrize(
    ("activation", "x", "y", "derivative"),
    [
        (ReLUActivation, [[-2, 3]], [[0, 3]], [[0, 1]]),
        (ReLUActivation, [[-1e-9, 1e-9]], [[0, 1e-9]], [[0, 1]]),  # the two sides of the kink
        (SigmoidActivation, [[0, np.log(3), -np.log(3)]], [[0.5, 0.75, 0.25]], [[0.25, 0.1875, 0.1875]]),
        (TanhActivation, [[0, np.log(2)]], [[0, 0.6]], [[1, 0.64]]),  # (2 - 1/2) / (2 + 1/2)
        (
            SoftmaxActivation, [[0, np.log(3)], [5, 5]], [[0.25, 0.75], [0.5, 0.5]],
            [[[3 / 16, -3 / 16], [-3 / 16, 3 / 16]], [[0.25, -0.25], [-0.25, 0.25]]],
        ),
    ],
)  # fmt: skip
def test_by_hand(activation, x, y, derivative):
    layer, x = activation(), np.array(x, float)
    np.testing.assert_allclose(layer.activation_function(x), y, rtol=1e-14)
    np.testing.assert_allclose(layer.derivative(x), derivative, rtol=1e-14)
    np.testing.assert_array_equal(layer.forward_propagation(x), layer.activation_function(x))


@pytest.mark.parametrize(
    ("activation", "dE_dY", "dE_dX"),
    [
        (ReLUActivation, [[5, 7]], [[0, 7]]),
        (SigmoidActivation, [[4, 16]], [[1, 3]]),
        (SoftmaxActivation, [[4, 8]], [[-0.75, 0.75]]),  # J^T (4, 8) with the Jacobian of the table above
    ],
)
def test_the_way_back_by_hand(activation, dE_dY, dE_dX):
    layer = activation()
    layer.forward_propagation({ReLUActivation: np.array([[-2.0, 3.0]])}.get(activation, np.array([[0, np.log(3)]])))
    np.testing.assert_allclose(layer.backward_propagation(np.array(dE_dY, float)), dE_dX, rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("activation", "y", "derivative"),
    [
        (ReLUActivation, [[0, 0, 1000]], [[0, 0, 1]]),
        (SigmoidActivation, [[0, 0.5, 1]], [[0, 0.25, 0]]),
        (TanhActivation, [[-1, 0, 1]], [[0, 1, 0]]),
        (SoftmaxActivation, [[0, 0, 1]], np.zeros((1, 3, 3))),
    ],
)
def test_a_thousand_is_not_too_far_out(activation, y, derivative, dtype):
    layer, x = activation(), np.array([[-1000, 0, 1000]], dtype)
    for result, expected in [(layer.activation_function(x), y), (layer.derivative(x), derivative)]:
        away_from_the_kink = result[..., [0, 2]] if activation is ReLUActivation else result
        expected = np.array(expected)[..., [0, 2]] if activation is ReLUActivation else expected
        np.testing.assert_array_equal(away_from_the_kink, expected)
        assert result.dtype == dtype


def test_small_probabilities_keep_their_digits():
    assert SigmoidActivation().activation_function(np.array([-50.0]))[0] == pytest.approx(np.exp(-50), rel=1e-14)
    far = SoftmaxActivation().activation_function(np.array([[0.0, -50.0]]))
    assert far[0, 1] == pytest.approx(np.exp(-50), rel=1e-14)


def test_softmax_of_a_row_knows_nothing_of_the_rows_beside_it():
    rows = SoftmaxActivation().activation_function(np.array([[1000.0, 1000.0], [-1000.0, -1000.0]]))
    np.testing.assert_array_equal(rows, np.full((2, 2), 0.5))


def test_softmax_gives_probabilities_which_only_differences_decide():
    x = np.random.default_rng(0).normal(0, 5, (6, 4))
    softmax = SoftmaxActivation()
    np.testing.assert_allclose(softmax.activation_function(x).sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(softmax.activation_function(x + 100), softmax.activation_function(x), rtol=1e-12)


@pytest.mark.parametrize("x", [[True, False], [3, -2], [3.0, -2.0]], ids=["booleans", "integers", "floats"])
def test_relu_takes_any_numbers(x):
    derivative = ReLUActivation().derivative(np.array(x))
    np.testing.assert_array_equal(derivative, [1, 0])
    assert derivative.dtype.kind == "f"


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_an_activation_keeps_the_shape_learns_nothing_and_leaves_its_input_alone(activation):
    layer, x = activation(), np.array([[-1.0, 0.5, 2.0]])
    layer.set_input_shape((3,))
    assert layer.output_shape() == (3,)
    assert (layer.parameters(), layer.penalty(), layer.get_weights()) == (0, 0, [])
    assert layer.layer_name() == activation.__name__
    layer.backward_propagation(layer.forward_propagation(x))
    np.testing.assert_array_equal(x, [[-1.0, 0.5, 2.0]])
    with pytest.raises(ValueError, match=rf"{activation.__name__} takes a batch of shape \(n, 3\).*given \(1, 2\)"):
        layer.forward_propagation(x[:, :2])
