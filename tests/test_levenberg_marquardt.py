"""Levenberg-Marquardt: its step by hand, its Jacobian against differences, and where it must arrive."""

import sys

import numpy as np
import pytest

from nnkit import (
    BinaryCrossEntropy,
    Dataset,
    DenseLayer,
    NeuralNetwork,
    TanhActivation,
    levenberg_marquardt,
    mae,
)
from nnkit.gradients import numerical_gradient, relative_error
from nnkit.levenberg_marquardt import levenberg_marquardt_step, network_jacobian

trainer = sys.modules[levenberg_marquardt.__module__]  # the module, whose name the function has taken

rng = np.random.default_rng(0)
X = rng.normal(size=(30, 2))
CURVE = Dataset(X, np.tanh(X[:, :1] - 0.5) + X[:, 1:] ** 2)


def network(outputs=1, **settings):
    net = NeuralNetwork(**{"random_state": 0, "dtype": float, **settings}).add(DenseLayer(4, input_shape=(2,)))
    return net.add(TanhActivation()).add(DenseLayer(outputs))


@pytest.mark.parametrize(
    ("jacobian", "residuals", "damping", "step"),
    [
        ([[1], [2]], [1, 1], 0, [-3 / 5]),  # J^T J = 5, J^T r = 3
        ([[1], [2]], [1, 1], 5, [-3 / 10]),
        ([[1, 0], [0, 2]], [3, 4], 0, [-3, -2]),
        ([[1, 0], [0, 2]], [3, 4], 4, [-3 / 5, -8 / 8]),
        ([[1, 1], [1, 1]], [2, 2], 1, [-4 / 5, -4 / 5]),  # damping makes a singular system solvable
    ],
)
def test_step_by_hand(jacobian, residuals, damping, step):
    found = levenberg_marquardt_step(np.array(jacobian, float), np.array(residuals, float), damping)
    np.testing.assert_allclose(found, step, rtol=1e-14)


def test_much_damping_is_a_short_step_down_the_gradient():
    J, r = rng.normal(size=(9, 4)), rng.normal(size=9)
    np.testing.assert_allclose(levenberg_marquardt_step(J, r, 1e9), -J.T @ r / 1e9, rtol=1e-6)


def test_jacobian_agrees_with_differences_and_leaves_the_network_as_it_was():
    net, inputs = network(outputs=2), X[:5]
    parameters = net.get_weights()
    jacobian = network_jacobian(net, inputs)
    assert jacobian.shape == (5 * 2, 4 * 2 + 4 + 4 * 2 + 2)

    def output(row, i, array):
        net.set_weights([*parameters[:i], array, *parameters[i + 1 :]])
        return net.predict(inputs).ravel()[row]

    for row, entries in enumerate(jacobian):
        numerical = [
            numerical_gradient(lambda array, row=row, i=i: output(row, i, array), array, eps=1e-4).ravel()
            for i, array in enumerate(parameters)
        ]
        assert relative_error(entries, np.concatenate(numerical)).max() < 1e-7
    net.set_weights(parameters)
    network_jacobian(net, inputs)
    for now, then in zip(net.get_weights(), parameters, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_straight_line_is_found_where_least_squares_finds_it():
    y = X @ [2.0, -1.0] + 3 + rng.normal(size=30)
    net = NeuralNetwork(random_state=0, dtype=float).add(DenseLayer(1, input_shape=(2,)))
    assert levenberg_marquardt(net, Dataset(X, y), epochs=20) is net
    solution = np.linalg.lstsq(np.column_stack([X, np.ones(30)]), y)[0]
    np.testing.assert_allclose(np.concatenate([w.ravel() for w in net.get_weights()]), solution, rtol=1e-6)
    assert len(net.history["loss"]) < 20  # where nothing can be gained any more, it stops


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_loss_only_falls_and_history_tells_it(dtype):
    net = network(dtype=dtype, metric=mae)
    before = np.mean((net.predict(X) - CURVE.y) ** 2)
    levenberg_marquardt(net, CURVE, epochs=15)
    losses = net.history["loss"]
    assert len(losses) == len(net.history["metric"]) == 15
    assert (np.diff([before, *losses]) < 0).all()
    assert losses[-1] < 1e-2 * before
    assert losses[-1] == pytest.approx(np.mean((net.predict(X) - CURVE.y) ** 2), rel=1e-5)
    assert net.history["metric"][-1] == net.score(CURVE)
    assert {array.dtype for array in net.get_weights()} == {np.dtype(dtype)}


def test_where_every_step_makes_it_worse_it_stays_and_stops(monkeypatch):
    monkeypatch.setattr(trainer, "levenberg_marquardt_step", lambda J, r, damping: np.full(J.shape[1], 100.0))
    net = network()
    before = net.get_weights()
    assert levenberg_marquardt(net, CURVE, epochs=3).history == {"loss": [], "metric": []}
    for now, then in zip(net.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_twice_the_same_column_does_not_stop_it():
    twins = Dataset(np.column_stack([X[:, 0], X[:, 0]]), np.sin(2 * X[:, 0]))
    assert levenberg_marquardt(network(random_state=1), twins, epochs=60).history["loss"][-1] < 1e-3


def test_verbose_shows_a_bar_on_stdout_and_nothing_on_stderr(capsys):
    levenberg_marquardt(network(verbose=True), CURVE, epochs=3)
    out, err = capsys.readouterr()
    assert "3/3" in out
    assert "loss=" in out
    assert err == ""


@pytest.mark.parametrize(
    ("net", "dataset", "error", "words"),
    [
        (network(loss=BinaryCrossEntropy), CURVE, ValueError, "squared errors alone: use loss=MeanSquaredError"),
        (NeuralNetwork().add(DenseLayer(1, (2,), l2=0.1)), CURVE, ValueError, "no l1, no l2"),
        (network(), (X, CURVE.y), TypeError, r"takes a Dataset\(X, y\); it was given tuple"),
        (network(), Dataset(X, X), ValueError, r"\(30, 2\).*\(30, 1\)|targets have shape \(30, 2\)"),
        (network(), Dataset(X[:, :1], CURVE.y), ValueError, r"\(n, 2\).*given \(30, 1\)"),
        (NeuralNetwork(), CURVE, ValueError, "no layers yet"),
    ],
)
def test_what_it_cannot_train_is_refused(net, dataset, error, words):
    with pytest.raises(error, match=words):
        levenberg_marquardt(net, dataset)
    assert net.history == {}


@pytest.mark.parametrize("damping", [0, -1.0, np.nan])
def test_without_damping_it_says_so_and_does_not_try_for_ever(damping, monkeypatch):
    steps = iter(range(100))
    monkeypatch.setattr(trainer, "levenberg_marquardt_step", lambda J, r, d: np.zeros(J.shape[1]) + 0 * next(steps))
    with pytest.raises(ValueError, match=f"damping .*{damping}"):
        levenberg_marquardt(network(), CURVE, damping=damping)
