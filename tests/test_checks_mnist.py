"""The references of 04-mnist, held against values worked out by hand."""

import numpy as np
import pytest

from nnkit import SGD
from nnkit.checks import EXERCISES
from nnkit.checks.mnist.algorithms import CHOICES
from nnkit.checks.mnist.models import fill
from nnkit.quietly import keras

prepare_images, one_hot, build_model, make_optimizer, compare_algorithms = (
    EXERCISES[name].reference
    for name in ("prepare-images", "one-hot", "build-mnist-model", "make-optimizer", "compare-algorithms")
)


def walk(optimizer, gradients, start=1.0):
    """Where the optimizer takes a single weight, step by step."""
    variable, places = keras.Variable([start]), []
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor([gradient])], [variable])
        places.append(float(variable[0]))
    return places


def test_images_become_rows_from_0_to_1():
    image = np.zeros((1, 28, 28), dtype=np.uint8)
    image[0, 1, 2], image[0, 27, 27] = 51, 255
    x = prepare_images(image)
    assert x.shape == (1, 784) and x.dtype == np.float32
    assert x[0, 28 + 2] == np.float32(0.2) and x[0, 783] == 1 and np.count_nonzero(x) == 2


def test_labels_become_rows_with_one_1():
    assert one_hot(np.array([2, 0]), 4).tolist() == [[0, 0, 1, 0], [1, 0, 0, 0]]
    assert one_hot(np.array([2, 0])).shape == (2, 10)


def test_the_model_is_relu_then_softmax():
    model = build_model((5,))
    fill(model, seed=0)
    W1, B1, W2, B2 = model.get_weights()
    x = np.random.default_rng(0).normal(size=(3, 784)).astype(np.float32)
    e = np.exp(np.maximum(x @ W1 + B1, 0) @ W2 + B2)
    assert np.allclose(np.array(model(x)), e / e.sum(axis=1, keepdims=True), atol=1e-5)


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("sgd", [0.8, 0.9]),  # 1 - 0.1 * 2, then + 0.1 * 1
        ("sgd_momentum", [0.8, 0.72]),  # V = -0.2, then 0.9 * -0.2 + 0.1 = -0.08
        ("rmsprop", [1 - 0.2 / 0.4**0.5, 1 - 0.2 / 0.4**0.5 + 0.1 / 0.46**0.5]),  # S = 0.4, then 0.36 + 0.1
        ("adam", [0.9, 0.9 - 0.1 * (0.08 / 0.19) / (0.004996 / 0.001999) ** 0.5]),  # M = 0.2, then 0.08
        ("adagrad", [1 - 0.2 / 4.1**0.5, 1 - 0.2 / 4.1**0.5 + 0.1 / 5.1**0.5]),  # Keras's S begins with 0.1
    ],
)
def test_two_steps_of_each_optimizer_by_hand(name, places):
    assert walk(make_optimizer(name, 0.1), [2.0, -1.0]) == pytest.approx(places, abs=1e-5)


def test_keras_momentum_takes_ten_times_the_slides_steps():
    gradients, slides, w = [1.0, 0.5, -2.0, 3.0], SGD(0.1, momentum=0.9), np.zeros(1)
    for gradient, place in zip(gradients, walk(make_optimizer("sgd_momentum", 0.1), gradients, start=0.0), strict=True):
        w = slides.update(w, np.array([gradient]))
        assert place == pytest.approx(10 * w[0], abs=1e-5)


def test_an_unknown_optimizer_is_refused_and_the_choices_are_named():
    with pytest.raises(ValueError) as refused:
        make_optimizer("adamax", 0.1)
    assert all(name in str(refused.value) for name in CHOICES)


def test_what_is_compared_starts_from_the_same_weights():
    rng = np.random.default_rng(0)
    x, y = rng.random((20, 784), dtype=np.float32), one_hot(rng.integers(0, 10, size=20))
    histories = compare_algorithms(["sgd", "adam"], [0.0, 0.01], x, y, x, y, epochs=2)
    assert list(histories) == [("sgd", 0.0), ("sgd", 0.01), ("adam", 0.0), ("adam", 0.01)]
    assert all(len(history[key]) == 2 for history in histories.values() for key in ("loss", "val_accuracy"))
    assert np.allclose(histories["sgd", 0.0]["val_loss"], histories["adam", 0.0]["val_loss"], rtol=1e-5)
    assert histories["adam", 0.01]["loss"][0] != histories["adam", 0.01]["loss"][1]
