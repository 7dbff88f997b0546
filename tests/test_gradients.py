"""Every derivative is the derivative: it agrees with central differences to 1e-7, on every entry.

The judge comes first: functions whose derivatives are known by heart. Then the rest stands before it. Where it takes
two step sizes, their errors of eps^2 cancel: (4 d(eps/2) - d(eps)) / 3. That lets eps be large enough for rounding not
to drown small derivatives, so that no entry has to be let off. Inputs are drawn away from ReLU's kink.
"""

import itertools

import numpy as np
import pytest

from nnkit import (
    SGD,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Dataset,
    DenseLayer,
    Dropout,
    MeanSquaredError,
    NeuralNetwork,
    ReLUActivation,
    SigmoidActivation,
    SoftmaxActivation,
    TanhActivation,
    one_hot,
    samples,
)
from nnkit.gradients import check_gradients, numerical_gradient, relative_error

ELEMENTWISE = [ReLUActivation, SigmoidActivation, TanhActivation]
ENOUGH = 1e-7


def central(f, x, eps=2e-3):
    """Central differences of f at x, from two step sizes (see above)."""
    return (4 * numerical_gradient(f, x, eps / 2) - numerical_gradient(f, x, eps)) / 3


def assert_agree(derivative, numerical):
    """Every entry agrees, and the comparison means something: not all of them are 0."""
    assert np.shape(derivative) == np.shape(numerical)
    assert np.any(numerical)
    assert relative_error(derivative, numerical).max() < ENOUGH


def away_from_zero(shape, seed=0):
    """Numbers from -2 to 2, none nearer to 0 than 0.05: eps never reaches across a kink."""
    rng = np.random.default_rng(seed)
    return rng.choice([-1, 1], shape) * rng.uniform(0.05, 2, shape)


# --------------------------------------------------------------------------------------------------------- the judge


@pytest.mark.parametrize(
    ("f", "x", "gradient"),
    [
        (lambda x: (x**2).sum(), [[1.0, -2.0], [3.0, 0.5]], [[2, -4], [6, 1]]),
        (lambda x: x[0] * x[1] ** 3, [2.0, 3.0], [27, 54]),
        (lambda x: np.sin(x), 0.3, np.cos(0.3)),
        (lambda x: 7.0, [1.0, 2.0], [0, 0]),
        (lambda x: float(x[0] ** 2), [3], [6]),  # whole numbers are nudged too
    ],
)
def test_numerical_gradient_of_what_is_known(f, x, gradient):
    x = np.array(x)
    before = x.copy()
    np.testing.assert_allclose(numerical_gradient(f, x), gradient, rtol=1e-9)
    np.testing.assert_array_equal(x, before)


def test_numerical_gradient_is_of_second_order():
    def error(eps):
        return abs(numerical_gradient(np.exp, np.array(0.0), eps) - 1)

    assert error(1e-2) == pytest.approx(100 * error(1e-3), rel=1e-3)


@pytest.mark.parametrize(
    ("a", "b", "error"),
    [([1.0, 2.0], [1.0, 1.0], [0, 0.5]), ([0.0], [0.0], [0]), ([0.0], [1e-9], [1]), ([-1], [1], [2])],
)
def test_relative_error(a, b, error):
    np.testing.assert_array_equal(relative_error(a, b), error)


# ------------------------------------------------------------------------------------------------- activations, losses


@pytest.mark.parametrize("activation", ELEMENTWISE)
def test_activation(activation):
    f, x = activation(), away_from_zero((7, 5))
    numerical = central(lambda x: f.activation_function(x).sum(), x)
    assert_agree(f.derivative(x), numerical)
    weights = away_from_zero((7, 5), seed=1)
    f.forward_propagation(x)
    assert_agree(f.backward_propagation(weights), weights * numerical)


def test_softmax_whole_jacobian_and_the_way_back_without_it():
    f, x, dE_dY = SoftmaxActivation(), away_from_zero((4, 5)), away_from_zero((4, 5), seed=1)
    jacobian = f.derivative(x)
    for i in range(5):  # f_i summed over the rows: a row depends on its own inputs alone
        assert_agree(jacobian[:, i, :], central(lambda x, i=i: f.activation_function(x)[:, i].sum(), x))
    f.forward_propagation(x)
    contracted = np.einsum("bi,bij->bj", dE_dY, jacobian)
    np.testing.assert_allclose(f.backward_propagation(dE_dY), contracted, rtol=1e-12)
    assert_agree(f.backward_propagation(dE_dY), central(lambda x: (dE_dY * f.activation_function(x)).sum(), x))


@pytest.mark.parametrize(
    ("loss", "y_true"),
    [
        (MeanSquaredError(), away_from_zero((6, 3), seed=1)),
        (BinaryCrossEntropy(), np.random.default_rng(1).integers(0, 2, (6, 3))),
        (BinaryCrossEntropy(), np.random.default_rng(1).uniform(0, 0.1, (6, 3))),
        (CategoricalCrossEntropy(), one_hot([0, 1, 2, 2, 1, 0])),
        (CategoricalCrossEntropy(), np.random.default_rng(1).dirichlet(np.ones(3), 6)),
    ],
)
def test_loss(loss, y_true):
    y_pred = np.random.default_rng(0).uniform(0.2, 0.9, (6, 3))
    assert_agree(loss.derivative(y_true, y_pred), central(lambda p: loss.loss(y_true, p), y_pred, eps=1e-3))


# ------------------------------------------------------------------------------------------------------------- layers


@pytest.mark.parametrize(("l1", "l2"), [(0, 0), (0.1, 0), (0, 0.1), (0.03, 0.05)])
def test_dense_layer(l1, l2):
    X, dE_dY = away_from_zero((6, 4)), away_from_zero((6, 3), seed=1)
    W, B = away_from_zero((4, 3), seed=2), away_from_zero((1, 3), seed=3)
    layer = DenseLayer(3, input_shape=(4,), l1=l1, l2=l2)
    layer.initialize(SGD(0.1), np.random.default_rng(0))

    def error(X, W, B):
        layer.set_weights([W, B])
        return (dE_dY * layer.forward_propagation(X)).sum() + layer.penalty()

    numerical = [
        central(lambda X: error(X, W, B), X), central(lambda W: error(X, W, B), W), central(lambda B: error(X, W, B), B)
    ]  # fmt: skip
    error(X, W, B)
    derivatives = [layer.backward_propagation(dE_dY), *layer.get_gradients()]
    for derivative, expected in zip(derivatives, numerical, strict=True):
        assert_agree(derivative, expected)
    for weights, before, gradient in zip(layer.get_weights(), [W, B], derivatives[1:], strict=True):
        np.testing.assert_allclose(weights, before - 0.1 * gradient, rtol=1e-14)  # and these are what was learnt from


def test_dropout_with_its_mask_held():
    layer, X, dE_dY = Dropout(0.4), away_from_zero((6, 4)), away_from_zero((6, 4), seed=1)

    def error(X):
        layer.initialize(SGD(), np.random.default_rng(0))  # the same seed, the same mask
        return (dE_dY * layer.forward_propagation(X)).sum()

    numerical = central(error, X)
    assert 0 < np.count_nonzero(numerical == 0) < X.size  # some are silenced, some are not
    assert_agree(layer.backward_propagation(dE_dY), numerical)


# ----------------------------------------------------------------------------------------------------------- networks


def network(hidden, outputs, activation, loss, **penalties):
    """A float64 network 4-5-outputs; its optimizer stands still, so that it may be asked twice."""
    network = NeuralNetwork(optimizer=SGD(0), loss=loss, random_state=0, dtype=float)
    network.add(DenseLayer(5, input_shape=(4,), **penalties)).add(hidden()).add(DenseLayer(outputs, **penalties))
    network.set_weights([away_from_zero(w.shape, seed) / 2 for seed, w in enumerate(network.get_weights())])
    return network.add(activation()) if activation else network


LABELS = np.array([0, 2, 1, 1, 0, 2])
TARGETS = {
    MeanSquaredError: np.random.default_rng(5).normal(0, 2, (6, 3)),
    BinaryCrossEntropy: np.random.default_rng(5).integers(0, 2, (6, 3)),
    CategoricalCrossEntropy: one_hot(LABELS),
}
OUTPUTS = [
    (MeanSquaredError, None),
    *itertools.product([MeanSquaredError], [ReLUActivation, SigmoidActivation, TanhActivation, SoftmaxActivation]),
    *itertools.product([BinaryCrossEntropy, CategoricalCrossEntropy], [SigmoidActivation, SoftmaxActivation]),
]


@pytest.mark.parametrize("penalties", [{}, {"l1": 0.01, "l2": 0.02}], ids=["free", "l1+l2"])
@pytest.mark.parametrize("hidden", ELEMENTWISE)
@pytest.mark.parametrize(("loss", "activation"), OUTPUTS)
def test_network(loss, activation, hidden, penalties):
    net, X, y = network(hidden, 3, activation, loss, **penalties), away_from_zero((6, 4), seed=1), TARGETS[loss]
    parameters = net.get_weights()

    def error(X, *parameters):
        net.set_weights(parameters)
        penalty = sum(layer.penalty() for layer in net.layers)
        return net.loss.loss(y, net.forward_propagation(X, training=False)) + penalty

    output = net.forward_propagation(X)
    kinks = [np.abs(layer.input).min() for layer in net.layers if isinstance(layer, ReLUActivation)]
    assert min(kinks, default=1) > 0.01, "draw other inputs: one lies on a kink"
    derivatives = [net.backward_propagation(net.loss.derivative(y, output))]
    derivatives += [gradient for layer in net.layers for gradient in layer.get_gradients()]
    arguments = [X, *parameters]
    for i, (derivative, x) in enumerate(zip(derivatives, arguments, strict=True)):
        numerical = central(lambda x, i=i: error(*arguments[:i], x, *arguments[i + 1 :]), x)
        assert_agree(derivative, numerical)


# ---------------------------------------------------------------------------------------------------- check_gradients


def test_check_gradients_passes_what_is_right_and_leaves_it_as_it_was():
    net = network(TanhActivation, 3, SoftmaxActivation, CategoricalCrossEntropy, l2=0.02)
    before = net.get_weights()
    assert check_gradients(net, Dataset(away_from_zero((6, 4), seed=1), one_hot(LABELS))) < ENOUGH
    for now, then in zip(net.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)
    assert net.history == {}


class HalfASigmoid(SigmoidActivation):
    def derivative(self, input):
        return 0.5 * super().derivative(input)


class OneWrongBias(DenseLayer):
    def get_gradients(self):
        self.biases_gradient[0, 1] *= 1.00001
        return super().get_gradients()


@pytest.mark.parametrize(
    ("layers", "error"),
    [
        ([DenseLayer(5, input_shape=(4,)), HalfASigmoid(), DenseLayer(3)], 0.5),
        ([DenseLayer(5, input_shape=(4,)), SigmoidActivation(), OneWrongBias(3)], 1e-5),
    ],
)
def test_check_gradients_finds_what_is_wrong(layers, error):
    net = NeuralNetwork(random_state=0, dtype=float)
    for layer in layers:
        net.add(layer)
    found = check_gradients(net, Dataset(away_from_zero((6, 4)), TARGETS[MeanSquaredError]))
    assert found == pytest.approx(error, rel=0.01)


def digits_network(first):
    """A network for 28x28 images, with this first layer."""
    net = NeuralNetwork(loss=CategoricalCrossEntropy, random_state=0, dtype=float).add(first)
    for layer in (ReLUActivation(), DenseLayer(10), SoftmaxActivation()):
        net.add(layer)
    return net


def images(n=10):
    (x, labels), _ = samples.digits_as_mnist()
    return Dataset(x[:n].reshape(n, -1) / 255, one_hot(labels[:n].astype(int), 10))


def test_check_gradients_of_a_large_network_along_directions():
    net = digits_network(DenseLayer(100, input_shape=(784,), l2=0.01))
    before = net.get_weights()
    assert 0 < check_gradients(net, images(), directions=10) < 1e-8
    for now, then in zip(net.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


class OneWrongWeight(DenseLayer):
    def get_gradients(self):
        place = np.unravel_index(np.abs(self.weights_gradient).argmax(), self.weights.shape)
        self.weights_gradient[place] *= 1.001
        return super().get_gradients()


@pytest.mark.parametrize("seed", range(5))
def test_one_wrong_entry_of_78400_shows_along_directions(seed):
    net = digits_network(OneWrongWeight(100, input_shape=(784,)))
    assert check_gradients(net, images(), directions=5, rng=np.random.default_rng(seed)) > 1e-5


class LosesItsWeights(DenseLayer):
    """As students write it: each update gives the layer new arrays."""

    def backward_propagation(self, output_error):
        input_error = output_error @ self.weights.T
        self.weights_gradient, self.biases_gradient = self.input.T @ output_error, output_error.sum(0, keepdims=True)
        self.weights = self.weights_optimizer.update(self.weights, self.weights_gradient)
        self.biases = self.biases_optimizer.update(self.biases, self.biases_gradient)
        return input_error


def test_check_gradients_nudges_the_arrays_that_a_layer_has_after_its_update():
    net = NeuralNetwork(random_state=0, dtype=float).add(LosesItsWeights(3, input_shape=(4,)))
    assert check_gradients(net, Dataset(away_from_zero((6, 4)), TARGETS[MeanSquaredError])) < ENOUGH


def test_check_gradients_refuses_float32():
    net = NeuralNetwork().add(DenseLayer(1, input_shape=(2,)))
    with pytest.raises(ValueError, match="float64.*dtype=float"):
        check_gradients(net, Dataset([[1.0, 2.0]], [1.0]))
