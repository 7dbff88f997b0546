"""The right answers of 06-hyperparameters by hand, the rigged problems, and that trials are counted."""

import numpy as np
import pytest

from nnkit.checks import EXERCISES
from nnkit.checks.hyperparameters import models, rigged, sampling, search, training


def examine(name, answer, seed=0):
    return EXERCISES[name].examine(answer, np.random.default_rng(seed))


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


# ---- setup_model


@pytest.mark.parametrize(("n_outputs", "expected"), [(1, [[1 / (1 + np.exp(-1))]]), (2, softmax(np.array([[1, 0]])))])
def test_a_network_by_hand(n_outputs, expected):
    """ReLU makes 3 and 0 of the hidden 3 and -1; the first output's logit is 3 - 2 = 1, the second's 0."""
    model = models.setup_model([2], 0, 1, n_outputs)
    W2, b2 = np.array([[1.0, 0], [5, 7]])[:, :n_outputs], np.array([-2.0, 0])[:n_outputs]
    model.set_weights([np.array([[2.0, -2]]), np.array([1.0, 1]), W2, b2])
    np.testing.assert_allclose(model.predict(np.array([[1.0]]), verbose=0), expected, rtol=1e-6)


def test_dropout_stands_after_hidden_layers_and_only_above_a_rate_of_0():
    def kinds(rate):
        return [type(layer).__name__ for layer in models.setup_model([4, 3], rate, 2, 2).layers]

    assert kinds(0) == ["Dense"] * 3
    assert kinds(0.5) == ["Dense", "Dropout", "Dense", "Dropout", "Dense"]


def test_numbers_may_be_numpys():
    assert models.setup_model(np.array([4, 3]), np.float64(0), np.int64(2), np.int64(5)).output_shape == (None, 5)


@pytest.mark.parametrize("rate", models.RATES)
def test_the_values_of_dropout_are_not_at_an_edge_of_rounding(rate):
    """A unit that stays is divided by 1 - rate, first 1 and then that plus 1; the logit is half of what comes out."""
    kept = 1 / (1 - rate)
    values = np.array([0, kept / 2, (kept + 1) * kept / 2])
    assert np.abs(values * 100 % 1 - 0.5).min() > 0.2
    seen = models._values_in_training(models.setup_model([1, 1], rate, 1, 1))
    np.testing.assert_allclose(seen, values.round(2), atol=1e-6)


# ---- train_dnn


def linear(n_outputs):
    """A network without hidden layers, of zero weights, for two inputs."""
    model = models.setup_model([], 0, 2, n_outputs)
    model.set_weights([np.zeros((2, n_outputs)), np.zeros(n_outputs)])
    return model


@pytest.mark.parametrize("targets", [np.array([0, 2]), np.array([[0], [2]]), np.eye(3)[[0, 2]]])
def test_a_first_step_by_hand_for_three_classes(targets):
    """At zero weights every probability is 1/3, so dE/dlogits = (1/3 - y) / 2 and E = log 3."""
    model, X = linear(3), np.array([[1.0, 2], [3, -1]])
    error = (1 / 3 - np.eye(3)[[0, 2]]) / 2
    history = training.train_dnn(model, "sgd", 0.1, X, targets, epochs=1)
    np.testing.assert_allclose(history.history["loss"], [np.log(3)], rtol=1e-6)
    W, b = model.get_weights()
    np.testing.assert_allclose(W, -0.1 * X.T @ error, rtol=1e-5)
    np.testing.assert_allclose(b, -0.1 * error.sum(axis=0), atol=1e-7)


@pytest.mark.parametrize(("alg", "factor"), [("sgd", 1), ("sgd_momentum", 1.9)])
def test_two_steps_by_hand_for_one_output(alg, factor):
    """Inputs are 0, so the bias alone learns: first by lr / 2; then momentum adds 0.9 of that step to its own."""
    model, rate = linear(1), 0.1
    training.train_dnn(model, alg, rate, np.zeros((4, 2)), np.ones(4), epochs=2)
    second = rate * (1 - 1 / (1 + np.exp(-rate / 2)))
    expected = rate / 2 * factor + second
    np.testing.assert_allclose(model.get_weights()[1], [expected], rtol=1e-5)


def test_what_is_reported_is_what_keras_reports():
    """Three batches of unequal size; shuffling changes nothing, as the examples are the same."""
    X, Y = np.full((150, 2), 0.5, dtype="float32"), np.ones(150, dtype=int)
    ours, keras_own = linear(3), linear(3)
    history = training.train_dnn(ours, "adam", 0.1, X, Y, epochs=3)
    keras_own.compile(training._optimizer("adam", 0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
    expected = keras_own.fit(X, Y, epochs=3, batch_size=64, verbose=0)
    assert list(history.history) == ["accuracy", "loss"] or list(history.history) == ["loss", "accuracy"]
    for name, values in expected.history.items():
        np.testing.assert_allclose(history.history[name], values, rtol=1e-5)
    for mine, theirs in zip(ours.get_weights(), keras_own.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4)


def test_an_unknown_algorithm_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="adam, rmsprop, sgd, sgd_momentum; it is 'newton'"):
        training.train_dnn(linear(1), "newton", 0.1, np.zeros((1, 2)), np.ones(1))


# ---- sample_configuration


def test_a_configuration_in_another_order_is_the_same():
    def answer(opt_params, rng):
        return dict(reversed(sampling.sample_configuration(opt_params, rng).items()))

    assert examine("sample-configuration", answer).state == "right"


# ---- the search on rigged problems


@pytest.mark.parametrize("algorithm", ["adam", "rmsprop"])
@pytest.mark.parametrize("rate", rigged.RATES)
def test_the_class_that_is_predicted_in_the_end_is_known_beforehand(algorithm, rate):
    """Of inputs that are 0, whatever the hidden units are."""
    X, labels = rigged.silent_inputs(rigged.COUNTS)
    model = models.setup_model([5], 0.5, 2, len(rigged.COUNTS))
    training.train_dnn(model, algorithm, rate, X, labels)
    assert model.predict_on_batch(X[:1]).argmax() == rigged.predicted(rigged.COUNTS, algorithm, rate)[-1]


def test_the_reference_finds_what_is_known():
    """The exercise awaits values that were worked out; here nnkit's own search is put to the same questions."""

    def answer(*arguments, **named):
        return search.dnn_optimization(*arguments, **named)

    assert examine("dnn-optimization", answer).state == "right"


def test_the_best_of_several_is_found_and_printed_if_asked(capsys):
    """A topology of a single unit hardly learns thirty classes, sixty units do."""
    options = search.PLAIN | {"topology": [[1], [60]]}
    data = rigged.separate_classes()
    best, acc = search.dnn_optimization(options, *data, *data, iterations=8, seed=0)
    assert best["topology"] == [60] and acc > 0.5
    assert len(capsys.readouterr().out.splitlines()) == 8
    search.dnn_optimization(options, *data, *data, iterations=1, verbose=False, seed=0)
    assert capsys.readouterr().out == ""


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("n_trials", [lambda iterations: iterations + 1, lambda iterations: 10])
def test_trials_beyond_those_asked_for_are_seen(n_trials, monkeypatch):
    """Without the known mistakes, whose turn takes long."""
    monkeypatch.setattr(EXERCISES["dnn-optimization"], "mistakes", [])

    def answer(opt_params, *data, iterations, verbose, seed):
        return search.dnn_optimization(opt_params, *data, iterations=n_trials(iterations), verbose=verbose, seed=seed)

    verdict = examine("dnn-optimization", answer)
    assert next(claim for claim, holds in verdict.claims if not holds).startswith("where iterations is 1")


def test_a_search_finds_right_functions_whatever_came_before():
    """The notebook's three functions are still to be written; the search is judged alone."""
    notebook = {"setup_model": None}
    exec(
        """
import numpy as np

def dnn_optimization(opt_params, Xtrain, Ytrain, Xval, Yval, iterations=10, verbose=True, seed=None):
    rng, trials = np.random.default_rng(seed), []
    for _ in range(iterations):
        config = sample_configuration(opt_params, rng)
        n_outputs = Ytrain.shape[1] if Ytrain.ndim == 2 else Ytrain.max() + 1
        model = setup_model(config["topology"], config["dropout"], Xtrain.shape[1], n_outputs)
        train_dnn(model, config["algorithm"], config["lr"], Xtrain, Ytrain)
        trials.append((config, model.evaluate(Xval, Yval, verbose=0)[1]))
    return max(trials, key=lambda trial: trial[1])
""",
        notebook,
    )
    before = dict(notebook)
    assert examine("dnn-optimization", notebook["dnn_optimization"]).state == "right"
    assert notebook == before
