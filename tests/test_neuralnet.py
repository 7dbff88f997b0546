"""The network and its training loop: each promise of its docstring, seen from outside."""

import numpy as np
import pytest

from nnkit import (
    SGD,
    Adagrad,
    Adam,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Dataset,
    DenseLayer,
    Dropout,
    MeanSquaredError,
    NeuralNetwork,
    Quickprop,
    ReLUActivation,
    RMSProp,
    RProp,
    SigmoidActivation,
    SoftmaxActivation,
    TanhActivation,
    accuracy,
    neuralnet,
    one_hot,
)
from nnkit.neuralnet import should_stop

X = np.random.default_rng(0).normal(size=(20, 3))
LABELS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)  # three classes
DATA = Dataset(X, X[:, :1] * X[:, 1:2])
VALIDATION = Dataset(X[:5] + 0.1, DATA.y[:5])


def network(outputs=1, last=None, **settings):
    """An untrained 3-4-outputs network."""
    settings = {"epochs": 3, "batch_size": 8, "random_state": 0, **settings}
    net = NeuralNetwork(**settings).add(DenseLayer(4, input_shape=(3,))).add(TanhActivation()).add(DenseLayer(outputs))
    return net.add(last) if last else net


def assert_same(arrays, others):
    for array, other in zip(arrays, others, strict=True):
        np.testing.assert_array_equal(array, other)


# ------------------------------------------------------------------------------------------------------- one epoch


@pytest.mark.parametrize(
    ("l2", "W", "penalty"), [(0, 2 - 0.01 * 13, 0), (0.5, 2 - 0.01 * (13 + 2), 0.5 * (2 - 0.01 * 15) ** 2)]
)
def test_one_epoch_by_hand(l2, W, penalty):
    net = NeuralNetwork(epochs=1, optimizer=SGD(0.01), dtype=float).add(DenseLayer(1, input_shape=(1,), l2=l2))
    net.set_weights([np.array([[2.0]]), np.array([[0.0]])])
    # Y* = (2, 6), errors (1, 4): dE/dY* = 2/2 (1, 4); dE/dW = 1*1 + 3*4 (+ 2 l2 W = 2); dE/dB = 1 + 4
    net.fit(Dataset([[1.0], [3.0]], [1.0, 2.0]), validation=Dataset([[0.0]], [0.0]))
    assert net.get_weights()[0][0, 0] == pytest.approx(W, rel=1e-15)
    assert net.get_weights()[1][0, 0] == pytest.approx(-0.01 * 5, rel=1e-15)
    assert net.history == {
        "loss": [pytest.approx((1 + 16) / 2 + penalty)],  # of the predictions while training, plus the penalties
        "metric": [(1 + 16) / 2],
        "val_loss": [pytest.approx(0.05**2 + penalty)],
        "val_metric": [pytest.approx(0.05**2)],
    }


class Watching(MeanSquaredError):
    """Remembers the batches that it is shown."""

    def __init__(self):
        self.batches = []

    def derivative(self, y_true, y_pred):
        self.batches.append((y_true.ravel(), y_pred.ravel()))
        return super().derivative(y_true, y_pred)


@pytest.mark.parametrize(
    ("n", "batch_size", "sizes"), [(10, 4, [4, 4, 2]), (10, 5, [5, 5]), (10, 1, [1] * 10), (10, 99, [10]), (1, 4, [1])]
)
def test_each_epoch_sees_each_example_once_in_pairs_and_in_a_new_order(n, batch_size, sizes):
    watching, examples = Watching(), np.arange(n, dtype=float)
    net = NeuralNetwork(epochs=2, batch_size=batch_size, optimizer=SGD(0), loss=watching, random_state=0)
    net.add(DenseLayer(1, input_shape=(1,))).set_weights([np.ones((1, 1)), np.zeros((1, 1))])  # Y* = X
    net.fit(Dataset(examples.reshape(-1, 1), -examples))
    epochs = watching.batches[: len(sizes)], watching.batches[len(sizes) :]
    orders = []
    for batches in epochs:
        assert [len(y) for y, _ in batches] == sizes
        y, order = (np.concatenate(column) for column in zip(*batches, strict=True))
        np.testing.assert_array_equal(y, -order)
        np.testing.assert_array_equal(np.sort(order), examples)
        orders.append(order)
    if n > 1:
        assert (orders[0] != examples).any()
        assert (orders[0] != orders[1]).any()


# ---------------------------------------------------------------------------------------------- settings and history


def test_history_has_an_entry_for_each_epoch():
    assert list(network().fit(DATA).history) == ["loss", "metric"]
    history = network(epochs=4, metric=accuracy).fit(DATA, validation=VALIDATION).history
    assert {name: len(values) for name, values in history.items()} == dict.fromkeys(
        ["loss", "metric", "val_loss", "val_metric"], 4
    )
    assert {type(value) for values in history.values() for value in values} == {float}


def test_fitting_again_goes_on_from_there_with_a_new_history():
    net = network().fit(DATA)
    first = net.history
    assert net.fit(DATA).history["loss"][0] < first["loss"][0]
    assert len(first["loss"]) == len(net.history["loss"]) == 3


@pytest.mark.parametrize(
    ("settings", "kind", "rates"),
    [
        ({}, SGD, {"learning_rate": 0.01, "momentum": 0.9}),
        ({"learning_rate": 0.5, "momentum": 0}, SGD, {"learning_rate": 0.5, "momentum": 0}),
        ({"optimizer": Adam, "learning_rate": 0.5}, Adam, {"learning_rate": 0.5, "beta_1": 0.9}),
        ({"optimizer": SGD(0.2), "learning_rate": 0.5}, SGD, {"learning_rate": 0.2, "momentum": 0}),
    ],
)
def test_rates_come_from_the_optimizer_or_its_class_takes_the_networks(settings, kind, rates):
    optimizer = NeuralNetwork(**settings).optimizer
    assert type(optimizer) is kind
    assert {name: getattr(optimizer, name) for name in rates} == rates


def test_score_is_the_metric_of_the_predictions():
    net = network(metric=lambda y_true, y_pred: float(np.max(np.abs(y_true - y_pred)))).fit(DATA)
    assert net.score(VALIDATION) == pytest.approx(np.max(np.abs(VALIDATION.y - net.predict(VALIDATION.X))), rel=1e-6)


def test_predicting_changes_nothing_and_takes_examples_one_by_one_too():
    net = network(optimizer=SGD(0.1))
    net.layers.insert(2, dropout := Dropout(0.5))
    dropout.set_input_shape((4,))
    dropout.initialize(net.optimizer, net.rng)
    before = net.get_weights()
    together = net.predict(X)
    np.testing.assert_allclose(np.concatenate([net.predict(x[None]) for x in X]), together, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(net.predict(X), together)  # dropout lets all through
    assert_same(net.get_weights(), before)
    assert (net.forward_propagation(X, training=True) != together).any()


def test_weights_go_out_and_in_as_copies():
    net, other = network(), network(random_state=1)
    weights = net.get_weights()
    other.set_weights(weights)
    weights[0][...] = 99
    assert_same(net.get_weights(), other.get_weights())
    np.testing.assert_array_equal(net.predict(X), other.predict(X))


# -------------------------------------------------------------------------------------------------- chance and types


def random_network(random_state):
    net = NeuralNetwork(epochs=2, batch_size=8, random_state=random_state)
    return net.add(DenseLayer(4, input_shape=(3,))).add(Dropout(0.3)).add(DenseLayer(1))


def test_the_same_seed_gives_the_same_network():
    first, second = (random_network(7).fit(DATA) for _ in range(2))
    assert first.history == second.history
    assert_same(first.get_weights(), second.get_weights())
    generator = random_network(np.random.default_rng(7)).fit(DATA)
    assert generator.history == first.history
    assert random_network(8).fit(DATA).history != first.history
    assert random_network(None).fit(DATA).history != random_network(None).fit(DATA).history


def test_the_global_generator_is_left_alone():
    before = np.random.get_state()  # noqa: NPY002
    random_network(None).fit(DATA, VALIDATION).predict(X)
    after = np.random.get_state()  # noqa: NPY002
    np.testing.assert_array_equal(before[1], after[1])
    assert before[2:] == after[2:]


@pytest.mark.parametrize(("dtype", "expected"), [({}, np.float32), ({"dtype": float}, np.float64)])
@pytest.mark.parametrize("rate", [float, np.float64])
@pytest.mark.parametrize("optimizer", [SGD, RMSProp, Adam, Adagrad, RProp, Quickprop])
def test_everything_is_computed_in_the_networks_type(optimizer, rate, dtype, expected):
    seen = set()

    class Spy(TanhActivation):
        def forward_propagation(self, input, training=True):
            seen.add(input.dtype)
            return super().forward_propagation(input, training)

        def backward_propagation(self, output_error):
            seen.add(output_error.dtype)
            return super().backward_propagation(output_error)

    net = NeuralNetwork(epochs=2, batch_size=8, optimizer=optimizer, learning_rate=rate(0.01), random_state=0, **dtype)
    for layer in [DenseLayer(4, (3,), l1=rate(0.1), l2=rate(0.1)), Spy(), Dropout(rate(0.2)), DenseLayer(1), Spy()]:
        net.add(layer)
    net.fit(DATA, VALIDATION)
    seen |= {array.dtype for layer in net.layers for array in [*layer.get_weights(), *layer.get_gradients()]}
    assert seen | {net.predict(X.astype(np.float16)).dtype} == {np.dtype(expected)}


# ----------------------------------------------------------------------------------------------------------- stopping


class Scripted(MeanSquaredError):
    """On a single example, the validation set of these tests, gives the losses of a script; remembers the predictions."""

    def __init__(self, script):
        self.script, self.predictions = list(script), []

    def loss(self, y_true, y_pred):
        if len(y_true) > 1:
            return super().loss(y_true, y_pred)
        self.predictions.append(y_pred.copy())
        return self.script[len(self.predictions) - 1]


ONE = Dataset(X[:1], DATA.y[:1])


@pytest.mark.parametrize(
    ("script", "settings", "epochs"),
    [
        ([5, 4, 3, 2, 1], {"patience": 1}, 5),
        ([5, 4, 4, 3, 2], {"patience": 1}, 3),  # no better is not better
        ([5, 6, 4, 7, 8], {"patience": 2}, 5),
        ([5, 6, 7, 4, 3], {"patience": 2}, 3),
        ([5, 4.5, 4, 3.5, 3], {"patience": 2, "min_delta": 1}, 3),  # improving, but by too little
        ([5, 4.5, 3.5, 3, 2], {"patience": 2, "min_delta": 1}, 5),  # little by little it has come far enough
        ([5, 6, 7, 8, 9], {}, 5),
    ],
)
@pytest.mark.parametrize("restore", [False, True])
def test_patience_and_the_best_weights(script, settings, epochs, restore):
    loss = Scripted(script)
    net = network(epochs=5, optimizer=SGD(0.1), loss=loss, restore_best_weights=restore, **settings).fit(DATA, ONE)
    assert net.history["val_loss"] == script[:epochs]
    assert {len(values) for values in net.history.values()} == {epochs}
    kept = np.argmin(script[:epochs]) if restore else epochs - 1
    then = [(net.predict(ONE.X) == prediction).all() for prediction in loss.predictions]
    assert [then[kept], *then[epochs:]] == [True]
    assert sum(then) <= 2  # the epochs differ: else this would prove nothing (the loss is level in one row)


def test_best_weights_are_of_the_last_fit_alone():
    loss = Scripted([1, 2, 5, 4])
    net = network(epochs=2, optimizer=SGD(0.1), loss=loss, restore_best_weights=True).fit(DATA, ONE).fit(DATA, ONE)
    np.testing.assert_array_equal(net.predict(ONE.X), loss.predictions[3])
    net.restore_best_weights, loss.script = False, [*loss.script, 3, 9]
    np.testing.assert_array_equal(net.fit(DATA, ONE).predict(ONE.X), loss.predictions[5])


@pytest.mark.parametrize(("max_seconds", "epochs"), [(None, 6), (100, 6), (25, 3), (20, 2), (0, 1)])
def test_time_runs_out_after_the_epoch_in_which_it_is_up(max_seconds, epochs, monkeypatch):
    clock = iter(range(0, 1000, 10))  # each epoch takes ten seconds
    monkeypatch.setattr(neuralnet.time, "perf_counter", lambda: next(clock))
    assert len(network(epochs=6, max_seconds=max_seconds).fit(DATA).history["loss"]) == epochs


@pytest.mark.parametrize(
    ("val_losses", "patience", "min_delta", "stop"),
    [
        ([], 1, 0, False),
        ([1], 1, 0, False),
        ([2, 1], 1, 0, False),
        ([1, 1], 1, 0, True),
        ([1, 2], 1, 0, True),
        ([1, 2], 2, 0, False),
        ([1, 2, 3], 2, 0, True),
        ([3, 4, 3.5], 2, 0, True),  # better than the one before, not than the best
        ([1, 2, 0.5, 2], 2, 0, False),  # the wait starts anew
        ([1, 2, 0.5, 2, 2], 2, 0, True),
        ([1, 0.75], 1, 0.5, True),
        ([1, 0.5], 1, 0.5, True),  # more than min_delta, not as much as
        ([1, 0.25], 1, 0.5, False),
        ([1, 0.75, 0.25], 2, 0.5, False),  # against the best that counted, which is 1
        ([1, 0.75, 0.5], 2, 0.5, True),
        ([np.nan, np.nan], 2, 0, True),
    ],
)
def test_should_stop(val_losses, patience, min_delta, stop):
    assert should_stop(val_losses, patience, min_delta) is stop


# ------------------------------------------------------------------------------------------------- what people see


def test_verbose_shows_a_bar_on_stdout_and_nothing_on_stderr(capsys):
    network(verbose=True).fit(DATA, validation=VALIDATION)
    out, err = capsys.readouterr()
    assert "3/3" in out
    for name in ("loss=", "metric=", "val_loss=", "val_metric="):
        assert name in out
    assert err == ""


def test_without_verbose_nothing_is_shown(capsys):
    network().fit(DATA, validation=VALIDATION)
    assert capsys.readouterr() == ("", "")


def test_summary(capsys):
    net = NeuralNetwork().add(DenseLayer(100, input_shape=(784,))).add(ReLUActivation()).add(Dropout(0.2))
    net.add(DenseLayer(10)).add(SoftmaxActivation()).summary()
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        ["Layer", "Output", "shape", "Parameters"],
        ["DenseLayer", "(100,)", "78500"],
        ["ReLUActivation", "(100,)", "0"],
        ["Dropout", "(100,)", "0"],
        ["DenseLayer", "(10,)", "1010"],
        ["SoftmaxActivation", "(10,)", "0"],
        ["Total", "79510"],
    ]


# ------------------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"batch_size": 0}, ValueError, "batch_size must be a whole number of 1 or more; it is 0"),
        ({"batch_size": 2.5}, ValueError, "batch_size must be .*; it is 2.5"),
        ({"batch_size": None}, ValueError, "batch_size must be .*; it is None"),
        ({"epochs": 0}, ValueError, "epochs must be .*; it is 0"),
        ({"epochs": -3}, ValueError, "epochs must be .*; it is -3"),
        ({"epochs": None}, ValueError, "epochs must be .*; it is None"),
        ({"epochs": np.nan}, ValueError, "epochs must be .*; it is nan"),
        ({"epochs": "many"}, ValueError, "epochs must be .*; it is '?many"),
        ({"patience": 0}, ValueError, "patience must be .*; it is 0"),
        ({"learning_rate": -0.1}, ValueError, "learning_rate must be 0 or more, and finite; it is -0.1"),
        ({"learning_rate": np.nan}, ValueError, "learning_rate must be .*; it is nan"),
        ({"optimizer": Adam, "learning_rate": np.inf}, ValueError, "learning_rate must be .*; it is inf"),
        ({"momentum": 1}, ValueError, "momentum must be at least 0 and less than 1; it is 1"),
        ({"optimizer": "adam"}, TypeError, "optimizer.*Adam.*adam"),
        ({"loss": "mse"}, TypeError, "loss.*MeanSquaredError.*mse"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings, error, words):
    with pytest.raises(error, match=words):
        NeuralNetwork(**settings)


@pytest.mark.parametrize("epochs", [5.0, np.int64(5)])
def test_whole_numbers_come_in_many_types(epochs):
    assert len(network(epochs=epochs, batch_size=epochs, patience=epochs).fit(DATA, VALIDATION).history["loss"]) == 5


@pytest.mark.parametrize("layer", [DenseLayer(3), Dropout(0.5), ReLUActivation()])
def test_a_first_layer_without_input_shape_is_refused(layer):
    with pytest.raises(ValueError, match=rf"this {layer.layer_name()} does not.*input_shape=\(n_features,\)"):
        NeuralNetwork().add(layer)


def test_a_layer_made_for_another_input_is_refused():
    with pytest.raises(ValueError, match=r"\(7,\).*\(1,\)|\(1,\).*\(7,\)"):
        network().add(DenseLayer(2, input_shape=(7,)))


def test_one_layer_cannot_be_in_two_places():
    tanh = TanhActivation()
    net = NeuralNetwork().add(DenseLayer(3, input_shape=(3,))).add(tanh).add(DenseLayer(3))
    with pytest.raises(ValueError, match="TanhActivation"):
        net.add(tanh)


@pytest.mark.parametrize(
    "use", [lambda net: net.fit(DATA), lambda net: net.predict(X), lambda net: net.score(DATA)], ids=["fit", "predict", "score"]
)  # fmt: skip
def test_a_network_without_layers_is_refused(use):
    with pytest.raises(ValueError, match=r"no layers yet: network\.add\(DenseLayer"):
        use(NeuralNetwork())


@pytest.mark.parametrize(
    ("net", "dataset", "error", "words"),
    [
        (network(), Dataset(X[:, :2], DATA.y), ValueError, r"DenseLayer takes a batch of shape \(n, 3\).*given \(20, 2\)"),
        (network(), Dataset(X[:, :, None], DATA.y), ValueError, r"\(n, 3\).*given \(20, 3, 1\)"),
        (network(2), DATA, ValueError, r"targets have shape \(20, 1\).*last layer gives \(n, 2\).*one_hot\(labels\)"),
        (network(), Dataset(X, X), ValueError, r"targets have shape \(20, 3\).*last layer gives \(n, 1\)"),
        (network(), (X, DATA.y), TypeError, r"takes a Dataset\(X, y\); it was given tuple"),
        (network(), X, TypeError, r"takes a Dataset\(X, y\); it was given ndarray"),
        (
            network(3, SoftmaxActivation(), loss=CategoricalCrossEntropy), Dataset(X, LABELS), ValueError,
            r"targets have shape \(20, 1\).*gives \(n, 3\).*one_hot\(labels\)",
        ),
        (
            network(1, SoftmaxActivation(), loss=CategoricalCrossEntropy), Dataset(X, LABELS), ValueError,
            r"CategoricalCrossEntropy needs.*one_hot\(labels\)",
        ),
        (
            network(1, SigmoidActivation(), loss=BinaryCrossEntropy), Dataset(X, LABELS), ValueError,
            "BinaryCrossEntropy needs targets from 0 to 1; these go from 0 to 2.*one_hot",
        ),
    ],
)  # fmt: skip
def test_a_dataset_that_does_not_fit_is_refused_before_training(net, dataset, error, words):
    before = net.get_weights()
    for use in (net.fit, net.score, lambda wrong: net.fit(DATA, validation=wrong)):
        with pytest.raises(error, match=words if use in (net.fit, net.score) else None):
            use(dataset)
    assert_same(net.get_weights(), before)
    assert net.history == {}


@pytest.mark.parametrize(
    ("inputs", "error", "words"),
    [
        (X[:, :2], ValueError, r"\(n, 3\); it was given \(20, 2\)"),
        (X[0], ValueError, r"\(n, 3\); it was given \(3,\)"),
        (np.full((1, 3), np.nan), ValueError, "X must hold finite numbers; 3 of its 3"),
        ([["1", "2", "3"]], TypeError, "X must hold numbers"),
        (X[:0], ValueError, "X is empty"),
        (np.full((1, 3), 1e300), ValueError, "3 of its 3 entries are NaN or infinite"),  # too large for float32
    ],
)
def test_inputs_that_do_not_fit_are_refused(inputs, error, words):
    with pytest.raises(error, match=words):
        network().predict(inputs)


@pytest.mark.parametrize("settings", [{"patience": 2}, {"restore_best_weights": True}])
def test_early_stopping_without_a_validation_set_is_refused(settings):
    with pytest.raises(ValueError, match=r"validation set: call fit\(dataset, validation="):
        network(**settings).fit(DATA)


@pytest.mark.parametrize("change", [lambda w: w[:-1], lambda w: [*w, w[0]], lambda w: [w[0].T, *w[1:]]])
def test_weights_of_another_network_are_refused(change):
    net = network()
    with pytest.raises(ValueError, match="parameters"):
        net.set_weights(change(net.get_weights()))


@pytest.mark.parametrize("batch_size", [4, 99])
@pytest.mark.parametrize(("outputs", "loss"), [(1, BinaryCrossEntropy), (3, CategoricalCrossEntropy)])
def test_cross_entropy_without_probabilities_says_which_layer_is_missing(outputs, loss, batch_size):
    dataset = Dataset(X, one_hot(LABELS) if outputs == 3 else LABELS > 0)
    with pytest.raises(ValueError, match="predictions from 0 to 1.*SigmoidActivation.*SoftmaxActivation"):
        network(outputs, loss=loss, batch_size=batch_size).fit(dataset)


@pytest.mark.parametrize("validation", [None, VALIDATION])
def test_training_that_diverges_says_so_and_keeps_the_history(validation):
    net = network(epochs=500, optimizer=SGD(3.0), batch_size=99)
    with pytest.raises(FloatingPointError, match="diverged: the loss became (inf|nan).*learning rate, 3.0.*a tenth"):
        net.fit(DATA, validation)
    losses = net.history["loss"]
    assert 2 < len(losses) < 500
    assert np.isfinite(losses[:-1]).all()
    assert losses[-2] > 1e6 * losses[0]


def test_training_that_is_interrupted_keeps_its_weights_and_the_history():
    calls = []

    def metric(y_true, y_pred):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return 0.0

    net, whole = network(epochs=9, metric=metric), network(epochs=3)
    with pytest.raises(KeyboardInterrupt):
        net.fit(DATA)
    assert net.history["loss"][:2] == whole.fit(DATA).history["loss"][:2]
    assert_same(net.get_weights(), whole.get_weights())
