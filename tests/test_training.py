"""Every algorithm that the slides name trains a network on a real problem, to a number that is stated here.

digits          scikit-learn's 1797 handwritten digits, 8x8, a quarter kept for the test
breast cancer   569 tumours, 30 measurements each: malignant or benign? 63 % are benign; a quarter kept for the test
diabetes        442 patients, 10 measurements each: how far has it gone in a year?
"""

import os
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT

from nnkit import (
    SGD,
    Adagrad,
    Adam,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Dataset,
    DenseLayer,
    Dropout,
    NeuralNetwork,
    Quickprop,
    ReLUActivation,
    RMSProp,
    RProp,
    SigmoidActivation,
    SoftmaxActivation,
    TanhActivation,
    accuracy,
    datasets,
    levenberg_marquardt,
    one_hot,
)

FULL = 10_000  # a batch size that no training set here reaches: one update an epoch


def split(X, labels, y):
    """A training and a test set, every class in proportion."""
    from sklearn.model_selection import train_test_split

    rows = train_test_split(np.arange(len(X)), test_size=0.25, stratify=labels, random_state=0)
    return [Dataset(X[part], y[part]) for part in rows]


@pytest.fixture(scope="module")
def digits():
    from sklearn.datasets import load_digits

    X, labels = load_digits(return_X_y=True)
    return split(X / 16, labels, one_hot(labels))


@pytest.fixture(scope="module")
def tumours():
    from sklearn.datasets import load_breast_cancer

    X, labels = load_breast_cancer(return_X_y=True)
    return split((X - X.mean(axis=0)) / X.std(axis=0), labels, labels)


def classifier(n_inputs, n_hidden, n_classes, hidden=ReLUActivation, **settings):
    """n_inputs - n_hidden - n_classes, with softmax and the loss that goes with it, or sigmoid for a single output."""
    output, loss = (
        (SoftmaxActivation, CategoricalCrossEntropy) if n_classes > 1 else (SigmoidActivation, BinaryCrossEntropy)
    )
    net = NeuralNetwork(loss=loss, metric=accuracy, random_state=0, **settings)
    net.add(DenseLayer(n_hidden, input_shape=(n_inputs,))).add(hidden())
    return net.add(DenseLayer(n_classes)).add(output())


@pytest.mark.parametrize(
    ("optimizer", "batch_size", "epochs"),
    [
        pytest.param(SGD(0.05), 1, 3, id="stochastic"),
        pytest.param(SGD(0.2), 32, 15, id="mini-batch"),
        pytest.param(SGD(0.5, momentum=0.9), 32, 12, id="momentum"),
        pytest.param(RMSProp(0.005), 32, 10, id="rmsprop"),
        pytest.param(Adam(0.005), 32, 10, id="adam"),
        pytest.param(Adagrad(0.05), 32, 10, id="adagrad"),
    ],
)
def test_digits_in_mini_batches(optimizer, batch_size, epochs, digits):
    train, test = digits
    net = classifier(64, 32, 10, optimizer=optimizer, batch_size=batch_size, epochs=epochs).fit(train)
    assert net.history["loss"][-1] < 0.25
    assert net.score(test) >= 0.93


@pytest.mark.parametrize(
    ("optimizer", "epochs", "loss"),
    [
        pytest.param(SGD(1.0), 60, 0.06, id="gradient descent"),
        pytest.param(SGD(1.0, momentum=0.9), 60, 0.06, id="momentum"),
        pytest.param(RProp(), 25, 0.04, id="rprop"),
        pytest.param(Quickprop(0.1), 25, 0.04, id="quickprop"),
    ],
)
def test_tumours_in_full_batches(optimizer, epochs, loss, tumours):
    train, test = tumours
    net = classifier(30, 8, 1, TanhActivation, optimizer=optimizer, batch_size=FULL, epochs=epochs).fit(train)
    assert net.history["loss"][-1] < loss
    assert net.score(test) >= 0.93


def test_levenberg_marquardt_bends_the_best_straight_line():
    from sklearn.datasets import load_diabetes

    X, y = load_diabetes(return_X_y=True)
    X, y = X / X.std(axis=0), (y - y.mean()) / y.std()
    _, [squared_errors], *_ = np.linalg.lstsq(X, y)
    net = NeuralNetwork(random_state=1).add(DenseLayer(3, input_shape=(10,))).add(TanhActivation()).add(DenseLayer(1))
    levenberg_marquardt(net, Dataset(X, y), epochs=8)
    assert net.history["loss"][-1] < 0.97 * squared_errors / len(y)  # 0.48 is what no straight line goes below


def test_dropout_and_penalties_still_learn_and_keep_weights_small(digits):
    train, test = digits
    free = classifier(64, 32, 10, optimizer=Adam(0.005), batch_size=32, epochs=8).fit(train)
    held = NeuralNetwork(
        optimizer=Adam(0.005), batch_size=32, epochs=8, loss=CategoricalCrossEntropy, metric=accuracy, random_state=0
    )
    held.add(DenseLayer(32, input_shape=(64,), l2=0.002)).add(ReLUActivation()).add(Dropout(0.1))
    held.add(DenseLayer(10, l2=0.002)).add(SoftmaxActivation()).fit(train)
    assert held.score(test) >= 0.92
    assert np.abs(held.get_weights()[0]).mean() < 0.8 * np.abs(free.get_weights()[0]).mean()


@pytest.mark.parametrize(
    ("toy", "settings"),
    [
        (datasets.xor(), {"epochs": 300, "optimizer": Adam(0.05)}),
        (datasets.spirals(), {"epochs": 60, "optimizer": Adam(0.02), "batch_size": 32}),
    ],
    ids=["xor", "spirals"],
)
def test_problems_that_no_straight_line_solves(toy, settings):
    net = classifier(2, 32, toy.y.shape[1], TanhActivation, **settings).fit(toy)
    assert net.score(toy) >= 0.98


# --------------------------------------------------------------------------------------------------- the slides' images


def mnist_network(**settings):
    return classifier(784, 100, 10, **{"optimizer": Adam(0.001), "batch_size": 64, "epochs": 5, **settings})


def as_datasets(train, test):
    return [Dataset(x.reshape(-1, 784).astype(np.float32) / 255, one_hot(y)) for x, y in (train, test)]


@pytest.mark.slow
def test_mnist_itself_reaches_97_percent_within_5_epochs(monkeypatch):
    folder = Path(os.environ.get("NNKIT_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "mnist.npz").exists():
        pytest.skip(f"the real MNIST is not here: set NNKIT_DATA to a folder that holds mnist.npz (looked in {folder})")
    monkeypatch.setenv("NNKIT_DATA", str(folder))
    train, test = as_datasets(*datasets.mnist())
    assert (len(train), len(test)) == (60_000, 10_000)
    assert mnist_network().fit(train).score(test) >= 0.97


def test_the_offline_sample_reaches_95_percent(monkeypatch, capsys):
    monkeypatch.delenv("NNKIT_DATA", raising=False)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")  # while grading nothing is downloaded: the sample
    train, test = as_datasets(*datasets.mnist())
    assert "offline sample" in capsys.readouterr().out
    assert mnist_network(batch_size=32).fit(train).score(test) >= 0.95
