"""The checks are checked: wrong answers must fail, unusual right ones must pass, and what is said must be true."""

import functools
import statistics
import sys

import numpy as np
import pytest

import nnkit
from coursekit.solutions import solutions
from nnkit.checks import EXERCISES, CheckFailed, NotAttempted, check
from nnkit.checks.compare import describe, same
from nnkit.checks.exercise import Exercise, override
from nnkit.checks.numpy_network import learning

LEARNING = "your-network-learns"
FORMULAS = [name for name in EXERCISES if name != LEARNING]
TRAINED = {  # by checks that train networks or build many, which takes seconds: they are tried on one draw each
    LEARNING,
    "build-mnist-model",
    "compare-algorithms",
    "build-imdb-model",
    "early-stopping",
    "setup-model",
    "train-dnn",
    "dnn-optimization",
}


def marks(name, i):
    """The first few are tried always; of exercises whose checks take seconds the rest is slow, or even for the patient."""
    if name in LONGEST and i >= 6:
        return [pytest.mark.slow, pytest.mark.exhaustive]
    return [pytest.mark.slow] if name in TRAINED and i > 2 else []


def answers(which):
    """Every right (0) or wrong (1) answer to every exercise, as parameters."""
    return [
        pytest.param(name, answer, id=f"{name}-{i}", marks=marks(name, i))
        for name in EXERCISES
        for i, answer in enumerate(solutions(name)[which])
    ]


LONGEST = {"compare-algorithms", "dnn-optimization"}  # ten seconds and more for each answer


def seeds(name):
    """On how many draws the answers to an exercise are tried."""
    return range(1 if name in TRAINED else 3)


def mistakes():
    return [
        pytest.param(name, mistake, id=f"{name}-{i}", marks=marks(name, i))
        for name in FORMULAS
        for i, mistake in enumerate(EXERCISES[name].mistakes)
    ]


def examine(name, answer, seed=0):
    return EXERCISES[name].examine(answer, np.random.default_rng(seed))


# ---- right answers pass, wrong ones do not


@pytest.mark.parametrize(("name", "answer"), answers(0))
def test_an_equivalent_right_answer_passes(name, answer, capsys):
    for seed in seeds(name):
        verdict = examine(name, answer, seed)
        assert verdict.state == "right", f"{answer.__doc__}\n{verdict}"


@pytest.mark.parametrize(("name", "answer"), answers(1))
def test_a_wrong_answer_does_not_pass(name, answer, capsys):
    not_attempted = (answer.__doc__ or "").startswith("Not attempted")
    for seed in seeds(name):
        verdict = examine(name, answer, seed)
        assert verdict.state == ("not attempted" if not_attempted else "wrong"), f"{answer.__doc__}\n{verdict}"
        if not not_attempted:
            assert verdict.details and not all(holds for _, holds in verdict.claims)
            assert len(str(verdict).splitlines()) <= len(verdict.claims) + 5 <= 18  # one screen


@pytest.mark.parametrize("name", EXERCISES)
def test_each_check_was_tried_on_enough_answers(name):
    right, wrong = solutions(name)
    assert len(right) >= 5 and len(wrong) >= 10


# ---- known mistakes


@pytest.mark.parametrize(("name", "mistake"), mistakes())
def test_a_known_mistake_is_recognised_as_itself(name, mistake):
    for seed in seeds(name):
        said = examine(name, mistake.answer, seed).mistake.split(" Or: ")
        assert mistake.sentence in said
        assert len(said) == 1 or examine(name, mistake.answer, seed).details[0].startswith("It stopped with ValueError")


@pytest.mark.parametrize(
    ("wrong_product", "told"),
    [
        (lambda X, W, E: (E @ W.T, E @ X), "dE/dW has the factors the other way round"),
        (lambda X, W, E: (E @ W.T, E @ X.T), "dE/dW has the factors the other way round"),
        (lambda X, W, E: (W.T @ E, X.T @ E), "dE/dX has the factors the other way round"),
        (lambda X, W, E: (W @ E, X.T @ E), "dE/dX has the factors the other way round"),
        (lambda X, W, E: (E @ W, X.T @ E), "W is not transposed in dE/dX"),
        (lambda X, W, E: (E @ W.T, X @ E), "X is not transposed in dE/dW"),
    ],
)
def test_a_product_that_does_not_fit_is_not_blamed_on_another_one(wrong_product, told):
    """NumPy's error is the same for several products, so an explanation may have to name two; the true one is there."""

    def backward_propagation(self, output_error):
        dX, dW = wrong_product(self.input, self.weights, output_error)
        self.weights = self.weights_optimizer.update(self.weights, dW)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return dX

    answer = override(nnkit.DenseLayer, backward_propagation=backward_propagation)
    for seed in seeds("dense-backward"):
        assert told in examine("dense-backward", answer, seed).mistake


def test_a_network_that_does_nothing_is_told_more_than_that_its_last_layer_is_left_out():
    answer = override(nnkit.NeuralNetwork, backward_propagation=lambda self, error: np.zeros_like(error))
    assert examine("network-backward", answer).mistake.startswith("no layer learns")


def test_an_argument_that_is_changed_is_the_only_thing_complained_of():
    def forward_propagation(self, X, training=True):
        output = nnkit.NeuralNetwork.forward_propagation(self, X.copy(), training)
        X *= 0
        return output

    verdict = examine("network-forward", override(nnkit.NeuralNetwork, forward_propagation=forward_propagation))
    assert [sentence for sentence, holds in verdict.claims if not holds] == ["X stays as it was"]


def test_a_factor_of_two_is_explained_by_the_square_only_where_there_is_one():
    double = override(
        nnkit.BinaryCrossEntropy, derivative=lambda self, t, p: 2 * nnkit.BinaryCrossEntropy().derivative(t, p)
    )
    assert "square" not in str(examine("bce-derivative", double))


@pytest.mark.parametrize(
    ("name", "least"), [(name, 6 if name in ("dense-backward", "network-backward") else 3) for name in EXERCISES]
)
def test_there_are_enough_known_mistakes(name, least):
    exercise = EXERCISES[name]
    sentences = {mistake.sentence if name in FORMULAS else mistake[0] for mistake in exercise.mistakes}
    assert len(sentences) >= least
    for sentence in sentences:
        assert len(sentence.split()) <= 60 and sentence.endswith(".")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"learning_rate": 0.0001}, "too small"),
        ({"learning_rate": 300.0}, "too large"),
        ({"epochs": 1, "learning_rate": 0.02}, "too few times|too small"),
        ({"hidden": 1}, "too narrow"),
        ({"loss": nnkit.MeanSquaredError, "end": nnkit.ReLUActivation}, "the loss does not fit|too small"),
    ],
)
@pytest.mark.slow
def test_what_would_help_a_network_is_found_by_trying(change, words, capsys):
    def build_network():
        settings = {
            "epochs": 30,
            "learning_rate": 0.1,
            "loss": nnkit.CategoricalCrossEntropy,
            "batch_size": 32,
            **change,
        }
        hidden, end = settings.pop("hidden", 32), settings.pop("end", nnkit.SoftmaxActivation)
        network = nnkit.NeuralNetwork(random_state=0, **settings).add(nnkit.DenseLayer(hidden, (64,)))
        return network.add(nnkit.ReLUActivation()).add(nnkit.DenseLayer(10)).add(end())

    with pytest.raises(CheckFailed, match=words):
        check(LEARNING, build_network)


# ---- each exercise stands alone


def test_the_way_back_is_judged_without_the_way_forward():
    unsolved = override(nnkit.DenseLayer, forward_propagation=_unsolved)
    broken = override(nnkit.DenseLayer, forward_propagation=lambda self, input, training=True: input * 0)
    for first in (unsolved, broken):
        solved = override(
            first, backward_propagation=lambda self, error: nnkit.DenseLayer.backward_propagation(self, error)
        )
        assert examine("dense-backward", solved).state == "right"
    network = override(nnkit.NeuralNetwork, forward_propagation=_unsolved)
    solved = override(network, backward_propagation=lambda self, e: nnkit.NeuralNetwork.backward_propagation(self, e))
    assert examine("network-backward", solved).state == "right"


def _unsolved(self, *args, **kwargs):
    raise NotImplementedError


def half(x):
    """Return x / 2."""
    return x / 2


def quarter(x):
    """Return x / 4, by halves."""
    return half(half(x))


halving = Exercise("half", half, {"x": "it is half"}, lambda rng: {"x": rng.normal(size=3)}, lambda f, x: [("x", f(x))])
quartering = Exercise(
    "quarter", quarter, {"x": "it is a quarter"}, halving.draw, lambda f, x: [("x", f(x))], uses=(halving,)
)


def test_a_function_finds_right_ones_where_it_uses_those_of_other_exercises():
    namespace = {"half": _unsolved}
    exec("def quarter(x):\n    return half(half(x))", namespace)
    assert quartering.examine(namespace["quarter"], np.random.default_rng(0)).state == "right"
    assert namespace["half"] is _unsolved
    del namespace["half"]
    assert quartering.examine(namespace["quarter"], np.random.default_rng(0)).state == "right"
    assert "half" not in namespace
    wrong = quartering.examine(lambda x: half(x), np.random.default_rng(0))
    assert wrong.details[1] == "Yours is 2 times the right one everywhere."


@pytest.mark.parametrize(
    "answer", [lambda x: x * 0.5, np.vectorize(lambda x: x / 2), functools.partial(np.multiply, 0.5)]
)
def test_whatever_can_be_called_may_stand_for_a_function(answer):
    assert halving.examine(answer, np.random.default_rng(0)).state == "right"


@pytest.mark.parametrize("answer", [half, _unsolved])
def test_a_function_is_not_attempted_where_nothing_is_the_students(answer):
    assert halving.examine(answer, np.random.default_rng(0)).state == "not attempted"


def test_a_whole_class_is_not_attempted_where_nothing_in_it_is_the_students():
    exercise = EXERCISES["sgd-momentum"]
    assert examine("sgd-momentum", type("SGD", (nnkit.SGD,), {})).state == "not attempted"
    assert exercise.method is None
    ours = {"update": lambda self, w, grad_loss_w: nnkit.SGD.update(self, w, grad_loss_w)}
    assert examine("sgd-momentum", type("SGD", (nnkit.SGD,), ours)).state == "right"


@pytest.mark.parametrize("answer", [half(2.0), None, type("half", (), {})])
def test_a_call_where_the_function_should_be_is_explained(answer):
    with pytest.raises(TypeError, match=r"check takes the function itself, without brackets: check\('half', half\)"):
        halving.examine(answer, np.random.default_rng(0))


# ---- what check does


@pytest.mark.parametrize("name", FORMULAS)
def test_a_right_answer_is_told_so_on_stdout_and_none_comes_back(name, capsys):
    assert check(name, solutions(name)[0][0]) is None
    out, err = capsys.readouterr()
    assert f"✓ {name}: right. Well done!\n" in out
    assert err == ""


def test_a_failure_shows_itself_without_a_traceback():
    with pytest.raises(CheckFailed) as failed:
        check("relu-derivative", override(nnkit.ReLUActivation, derivative=lambda self, input: np.maximum(input, 0)))
    lines = failed.value._render_traceback_()
    assert lines == str(failed.value).splitlines()
    assert lines[0] == "✗ relu-derivative: not right yet."
    assert "expected" in lines[2] and "received" in lines[2]
    assert lines[-1] == "Probably: this is ReLU itself, max(x, 0). Its slope is asked for: 1 or 0."


def test_what_is_still_to_be_written_is_not_called_wrong():
    with pytest.raises(NotAttempted, match="^○ mse-derivative: not attempted yet.$"):
        check("mse-derivative", override(nnkit.MeanSquaredError, derivative=_unsolved))
    with pytest.raises(NotAttempted):
        check("mse-derivative", nnkit.MeanSquaredError)


def test_an_error_in_the_students_code_is_quoted_with_its_line():
    def derivative(self, input):
        return input.slope

    with pytest.raises(
        CheckFailed, match="AttributeError.*no attribute 'slope'.*In derivative, line .*return input.slope"
    ):
        check("relu-derivative", override(nnkit.ReLUActivation, derivative=derivative))


@pytest.mark.parametrize("leave", [sys.exit, statistics.mean])
def test_an_error_is_placed_in_the_students_code_wherever_it_arose(leave):
    def derivative(self, input):
        return leave([])

    with pytest.raises(CheckFailed, match="In derivative, line .*return leave"):
        check("relu-derivative", override(nnkit.ReLUActivation, derivative=derivative))


def test_a_hopeless_network_is_given_up_in_time(monkeypatch, capsys):
    """By a clock of our own: two trainings, and as long again as one of them to look for what would help."""
    clock = [0.0]

    def train_as_long_as_allowed(build, train, test, seconds=learning.MAX_SECONDS):
        clock[0] += seconds
        return 0.0, ""

    monkeypatch.setattr(learning, "_reach", train_as_long_as_allowed)
    monkeypatch.setattr(learning.time, "perf_counter", lambda: clock[0])
    network = nnkit.NeuralNetwork().add(nnkit.DenseLayer(10, (64,)))
    assert examine(LEARNING, lambda: network).state == "wrong"
    assert clock[0] == 3 * learning.MAX_SECONDS


def test_a_training_takes_the_shorter_of_its_own_time_and_what_is_left():
    for own, left, limit in ((None, 5, 5), (2, 5, 2), (9, 5, 5), (0, 5, 0)):
        network = nnkit.NeuralNetwork(max_seconds=own)
        learning._reach(lambda network=network: network, None, None, left)
        assert network.max_seconds == limit


def test_calls_that_cannot_be_are_explained():
    with pytest.raises(KeyError, match="no exercise 'layer'. There are: gradient-descent, .*, dense-forward, "):
        check("layer", nnkit.DenseLayer)
    with pytest.raises(KeyError, match=r"no exercise 'dense'. Did you mean 'dense-input-error' or '.*' or '.*'\?"):
        check("dense", nnkit.DenseLayer)
    with pytest.raises(TypeError, match=r"without brackets: check\('relu-derivative', ReLUActivation\)"):
        check("relu-derivative", nnkit.ReLUActivation())
    with pytest.raises(TypeError, match=r"without brackets: check\('your-network-learns', build_network\)"):
        check(LEARNING, nnkit.NeuralNetwork())


def test_inputs_stay_the_same_for_a_student_and_are_new_when_marks_are_given(monkeypatch):
    seen = []

    def derivative(self, input):
        seen.append(input.sum())
        return input > 0

    answer = override(nnkit.ReLUActivation, derivative=derivative)
    for execution in ("", "", "autograde", "autograde"):
        monkeypatch.setenv("NBGRADER_EXECUTION", execution)
        check("relu-derivative", answer)
    first, second, third, fourth = np.reshape(seen, (4, -1)).tolist()
    assert first == second
    assert len({tuple(first), tuple(third), tuple(fourth)}) == 3


# ---- the words for a difference


@pytest.mark.parametrize(
    ("expected", "received", "words"),
    [
        (np.eye(2), None, ["Expected an array, received None: is a `return` missing?"]),
        (2.0, None, ["Expected a number, received None: is a `return` missing?"]),
        (np.eye(2), "eye", ["Expected numbers, received str."]),
        (np.eye(2), [[1], [2, 3]], ["Expected numbers, received list."]),
        (np.ones((2, 3)), np.ones((2, 1)), ["Expected shape (2, 3), received (2, 1)."]),
        (
            np.ones((2, 3)),
            np.ones((3, 2)),
            ["Expected shape (2, 3), received (3, 2).", "It is the right array, transposed."],
        ),
        ([[1, 2], [3, 4]], [[1, 2], [3, 5]], ["Entry [1, 1]: expected 4, received 5 (1 of 4 entries differ)."]),
        ([1, 2], [1, np.nan], ["Entry [1]: expected a finite number, received nan (1 of 2 entries differ)."]),
        (3, 4, ["The value: expected 3, received 4."]),
        ([1, 2], [7, 14], [None, "Yours is 7 times the right one: 7 is the batch size."]),
        ([7, 14], [1, 2], [None, "Yours is 1/7 of the right one: 7 is the batch size."]),
        ([1, 2], [-1, -2], [None, "Yours has the opposite sign everywhere."]),
        ([1, 2], [1.5, 3], [None, "Yours is 1.5 times the right one everywhere."]),
        ([1, 2], [0, 0], [None]),
        ([1, 2], [2, 5], [None]),
    ],
)
def test_describe(expected, received, words):
    said = describe(np.array(expected), received, {"the batch size": 7})
    assert len(said) == len(words)
    assert all(word in (None, sentence) for word, sentence in zip(words, said, strict=True))


LONG = "the film was long and the seats were hard but nobody left before its end"


@pytest.mark.parametrize(
    ("expected", "received", "words"),
    [
        ("ok", "overfitting", "Expected 'ok', received 'overfitting'."),
        ("ok", None, "Expected 'ok', received None: is a `return` missing?"),
        ("ok", 3, "Expected text, 'ok', received int."),
        (LONG, LONG[:40] + "?", f"From character 20 on: expected {LONG[20:80]!r}, received {LONG[20:40] + '?'!r}."),
        (LONG, "?" + LONG, f"Expected {LONG[:60]!r}, received {'?' + LONG[:59]!r}."),
    ],
)
def test_describe_texts(expected, received, words):
    assert describe(expected, received, {}) == [words]


@pytest.mark.parametrize(
    ("expected", "received", "equal"),
    [
        ("ok", "ok", True),
        ("ok", np.str_("ok"), True),
        ("ok", "ok ", False),
        ("1", 1, False),
        (1, "1", False),
        (None, None, True),
        (None, "", False),
        (np.zeros(0), None, False),
    ],
)
def test_same_texts(expected, received, equal):
    assert same(expected, received) is equal


@pytest.mark.parametrize(
    ("expected", "received", "equal"),
    [
        ([1.0, 2.0], np.float32([1.0, 2.0]) * (1 + 1e-6), True),
        ([1.0, 2.0], [1.0, 2.001], False),
        ([1.0, 0.0], [True, False], True),
        ([0.0, 0.0], [1e-12, -1e-12], True),
        ([0.0, 0.0], [1e-3, 0.0], False),
        ([1e6, 1.0], [1e6, 1.5], True),  # rounding, beside an entry of a million
        ([1.0], [[1.0]], False),
        ([1.0], None, False),
        ([1.0], [np.inf], False),
    ],
)
def test_same(expected, received, equal):
    assert same(np.array(expected), received) is equal
