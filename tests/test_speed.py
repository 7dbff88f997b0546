"""Speed: what was done for it changes no result, and keeps memory small. (How quick it is: `make bench`.)"""

import copy
import tracemalloc

import numpy as np
import pytest

from coursekit.bench import textbook
from nnkit import (
    SGD,
    Adam,
    CategoricalCrossEntropy,
    Dataset,
    DenseLayer,
    NeuralNetwork,
    ReLUActivation,
    SoftmaxActivation,
    accuracy,
    one_hot,
    samples,
)

IMAGES, LABELS = samples.digits_as_mnist()[0]
X, Y = IMAGES.reshape(len(IMAGES), -1) / 255, one_hot(LABELS.astype(int), 10)
OPTIMIZERS = [(SGD(0.05, 0.9), textbook.SGD(0.05, 0.9)), (Adam(0.001), textbook.Adam(0.001))]


def network(hidden, cls=NeuralNetwork, **settings):
    net = cls(loss=CategoricalCrossEntropy, metric=accuracy, random_state=0, **settings)
    for units in hidden:
        net.add(DenseLayer(units, None if net.layers else (784,)))
        net.add(ReLUActivation())
    return net.add(DenseLayer(10)).add(SoftmaxActivation())


# ------------------------------------------------------------------------------------------------- the results are the same


@pytest.mark.parametrize(("ours", "theirs"), OPTIMIZERS, ids=["sgd", "adam"])
@pytest.mark.parametrize("batch_size", [1, 64])
@pytest.mark.parametrize("hidden", [(100,), (250, 100)], ids=str)
def test_float64_agrees_with_the_textbook_after_two_epochs(hidden, batch_size, ours, theirs):
    n = len(X) if batch_size > 1 else 150
    net = network(hidden, epochs=2, batch_size=batch_size, optimizer=ours, dtype=float)
    start, rng = net.get_weights(), copy.deepcopy(net.rng)
    net.fit(Dataset(X[:n], Y[:n]))
    orders = [rng.permutation(n) for _ in range(2)]
    expected = textbook.train(X[:n], Y[:n], start, orders, batch_size, theirs)
    for now, then, before in zip(net.get_weights(), expected, start, strict=True):
        assert np.abs(now - then).max() < 1e-12 * max(1, np.abs(then).max())
        assert np.abs(now - before).max() > 1e-3  # they have moved


def test_float32_comes_out_near_float64():
    nets = [network((100,), epochs=2, optimizer=SGD(0.05, 0.9), dtype=dtype) for dtype in (np.float32, float)]
    w32, w64 = ([*net.fit(Dataset(X, Y)).get_weights()] for net in nets)
    assert max(np.abs(a - b).max() for a, b in zip(w32, w64, strict=True)) < 1e-4
    assert nets[0].history["loss"] == pytest.approx(nets[1].history["loss"], rel=1e-4)


@pytest.mark.parametrize("n", [1, 2, 255, 256, 257, 70_000])
def test_the_order_of_an_epoch_is_that_of_a_permutation(n):
    net = NeuralNetwork(batch_size=100, random_state=3)
    rows = np.arange(n).reshape(-1, 1)
    order = np.concatenate([X_batch for X_batch, _ in net.get_mini_batches(rows, rows)])
    np.testing.assert_array_equal(order.ravel(), np.random.default_rng(3).permutation(n))


# ------------------------------------------------------------------------------------------------- nobody misses what is left out


class Doubled(DenseLayer):
    """Works with what its parent gives back."""

    def backward_propagation(self, output_error):
        self.given = 2 * super().backward_propagation(output_error)
        return self.given


class OwnWayBack(NeuralNetwork):
    """As a student completes it."""

    def backward_propagation(self, output_error):
        error = output_error
        for layer in reversed(self.layers):
            error = layer.backward_propagation(error)
        self.seen = error.copy()
        return error


def small(cls=NeuralNetwork, layer=DenseLayer, **settings):
    return cls(epochs=1, random_state=0, **settings).add(layer(3, (4,))).add(DenseLayer(1))


DATA = Dataset(np.arange(40.0).reshape(10, 4) / 40, np.ones(10))


def test_no_input_error_of_the_first_layer_while_training(monkeypatch):
    given = []
    plain = DenseLayer.backward_propagation

    def watched(self, output_error):
        given.append(plain(self, output_error))
        return given[-1]

    monkeypatch.setattr(DenseLayer, "backward_propagation", watched)
    small().fit(DATA)
    assert given[0].shape == (10, 3) and given[1] is None


@pytest.mark.parametrize("metric", [accuracy, lambda y_true, y_pred: 1 / 0])
def test_afterwards_the_input_error_is_there_again(metric):
    net = small(metric=metric)
    try:
        net.fit(DATA)
    except ZeroDivisionError:
        pass
    net.forward_propagation(DATA.X)
    assert net.backward_propagation(np.ones((10, 1))).shape == (10, 4)


def test_a_network_or_layer_with_a_way_back_of_its_own_gets_the_input_error():
    assert small(OwnWayBack).fit(DATA).seen.shape == (10, 4)
    assert small(layer=Doubled).fit(DATA).layers[0].given.shape == (10, 4)


def test_gradients_and_weights_stay_where_they_are():
    net = small(dtype=float)
    arrays = [array for layer in net.layers for array in [*layer.get_weights(), *layer.get_gradients()]]
    net.fit(DATA)
    now = [array for layer in net.layers for array in [*layer.get_weights(), *layer.get_gradients()]]
    assert all(a is b for a, b in zip(arrays, now, strict=True))


# ------------------------------------------------------------------------------------------------- memory


@pytest.mark.parametrize("hidden", [(100,), (250, 100)], ids=str)
@pytest.mark.parametrize(("optimizer", "memories"), [(SGD(0.01, 0.9), 1), (Adam(), 2)], ids=["sgd", "adam"])
@pytest.mark.parametrize("batch_size", [1, 64, 512])
def test_training_needs_little_more_than_its_parameters_and_one_batch(hidden, batch_size, optimizer, memories):
    """One for the parameters, their gradients, what is being computed, and each memory; and one batch, there and back."""
    n = 1024 if batch_size > 1 else 256
    data = Dataset(X[:n].astype(np.float32), Y[:n].astype(np.float32))
    network(hidden, epochs=1).fit(data)  # what is imported and kept once
    tracemalloc.start()
    net = network(hidden, epochs=1, batch_size=batch_size, optimizer=optimizer)
    net.fit(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    parameters = sum(array.nbytes for array in net.get_weights())
    one_batch = 2 * 4 * batch_size * (784 + sum(2 * units for units in (*hidden, 10)))
    assert peak < (3 + memories) * parameters + one_batch
