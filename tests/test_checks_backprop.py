"""The formulas of 01-backprop against numerical differences, and what its checks say to whom."""

import pickle

import numpy as np
import pytest
import sympy

import nnkit
from nnkit.checks import EXERCISES, backprop
from nnkit.checks.backprop import formulas
from nnkit.gradients import numerical_gradient, relative_error

RNG = np.random.default_rng(1)
X, W, B, C = (RNG.normal(size=shape) for shape in [(4, 3), (3, 5), (1, 5), (4, 5)])


def agree(analytic, f, at, tolerance=1e-7):
    return relative_error(analytic, numerical_gradient(f, at)).max() < tolerance


def examine(name, answer, seed=0):
    return EXERCISES[name].examine(answer, np.random.default_rng(seed))


# ---- the right answers are right


def test_the_three_errors_of_a_dense_layer_are_derivatives():
    """E = sum C * Y has dE/dY = C, whatever X, W and B are."""
    assert agree(formulas.input_error(C, W), lambda x: np.sum(C * (x @ W + B)), X)
    assert agree(formulas.weights_error(X, C), lambda w: np.sum(C * (X @ w + B)), W)
    assert agree(formulas.biases_error(C), lambda b: np.sum(C * (X @ W + b)), B)


@pytest.mark.parametrize("place", [(0.5, -1.5, 0.8, 1.0), (-1.4, 0.6, -0.9, 0.0), (1.2, 0.4, 0.1, 0.3)])
def test_the_way_back_through_the_graph_is_a_derivative(place):
    *parameters, y = place

    def E(at):
        x, w, b = at
        return (formulas.sigmoid(w * x + b) - y) ** 2

    slopes = formulas.graph_backward(*place)
    assert agree(np.array([slopes[name] for name in ("x", "w", "b")]), E, np.array(parameters))


def test_a_neuron_by_hand():
    """z = 3 * 2 - 6 = 0, s = 1/2, E = (1/2 - 1)^2: dE/dz = 2 * (-1/2) * 1/4 = -1/4."""
    assert formulas.graph_backward(x=2, w=3, b=-6, y=1) == {"x": -0.75, "w": -0.5, "b": -0.25}


@pytest.mark.parametrize(
    ("function", "derivative"), [(formulas.sigmoid, formulas.d_sigmoid), (np.tanh, formulas.d_tanh)]
)
def test_a_derivative_in_the_functions_own_output(function, derivative):
    x = np.linspace(-3, 3, 13)
    assert agree(derivative(function(x)), lambda x: np.sum(function(x)), x)


def test_the_jacobian_of_softmax_is_a_derivative_row_by_row():
    z = RNG.normal(size=4)
    J = formulas.softmax_jacobian(z)
    for i in range(4):
        assert agree(J[i], lambda z, i=i: formulas.softmax(z)[i], z)
    np.testing.assert_allclose(J.sum(axis=0), 0, atol=1e-15)  # the probabilities still add up to 1


def test_softmax_and_cross_entropy_together_are_a_derivative_of_nnkits_loss():
    y_true = np.eye(5)[[1, 4, 0, 1]]

    def E(logits):
        return nnkit.CategoricalCrossEntropy().loss(y_true, formulas.softmax(logits))

    assert agree(formulas.softmax_cross_entropy_gradient(C, y_true), E, C)


@pytest.mark.parametrize("parameter", range(4))
def test_a_step_goes_down_the_gradient_of_nnkits_loss(parameter):
    parameters, y = [W, B, RNG.normal(size=(5, 2)), RNG.normal(size=(1, 2))], RNG.normal(size=(4, 2))

    def E(array):
        W1, B1, W2, B2 = [*parameters[:parameter], array, *parameters[parameter + 1 :]]
        return nnkit.MeanSquaredError().loss(y, formulas.sigmoid(X @ W1 + B1) @ W2 + B2)

    after = formulas.train_step(X, y, *parameters, learning_rate=0.5)
    assert agree((parameters[parameter] - after[parameter]) / 0.5, E, parameters[parameter])


def test_a_walk_down_a_parabola_by_hand():
    """The gradient of p^2 is 2 p, so with a rate of 1/4 each step halves p."""
    path = formulas.gradient_descent(lambda p: 2 * p, [4, -8], 0.25, 3)
    assert path.tolist() == [[4, -8], [2, -4], [1, -2], [0.5, -1]]


# ---- what is handed over and comes back can be sent to another process


@pytest.mark.parametrize("exercise", backprop.EXERCISES, ids=lambda exercise: exercise.id)
def test_arguments_and_results_can_be_sent(exercise):
    def answer(*arguments):
        result = exercise.reference(*pickle.loads(pickle.dumps(arguments)))
        return pickle.loads(pickle.dumps(result))

    assert exercise.examine(answer, np.random.default_rng(0)).state == "right"


# ---- what is said


def test_nnkits_own_function_handed_in_is_no_attempt():
    assert examine("numerical-gradient", nnkit.gradients.numerical_gradient).state == "not attempted"


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        ("sigmoid-derivation", lambda s: 1 - s**2, "derivative of tanh"),
        ("sigmoid-derivation", lambda s: (1 - s) * (1 + s), "derivative of tanh"),
        ("sigmoid-derivation", lambda s: s, "sigmoid's output s itself"),
        ("sigmoid-derivation", lambda s: 1 / (1 + sympy.exp(-sympy.Symbol("x"))), "sigmoid itself, in x"),
        (
            "sigmoid-derivation",
            lambda s: 1 / (2 + 2 * sympy.cosh(sympy.Symbol("x"))),
            "with respect to the logit x, and right, but written in x",
        ),
        ("sigmoid-derivation", lambda s: sympy.diff(s - s**2, s), "one derivative too many"),
        ("tanh-derivation", lambda t: t - t**2, "derivative of sigmoid"),
        ("tanh-derivation", lambda t: 1 / sympy.cosh(sympy.Symbol("x")) ** 2, "right, but written in x"),
        ("tanh-derivation", lambda t: sympy.sech(t) ** 2, "as if t were the input"),
        ("softmax-cross-entropy", lambda z, y: -y / formulas.softmax(z) / len(z), "with respect to the probabilities"),
    ],
)
def test_a_wrong_derivative_is_told_what_it_equals(name, answer, told):
    for seed in range(3):
        assert told in examine(name, answer, seed).mistake


@pytest.mark.parametrize("power", [3, 5])
def test_what_equals_nothing_known_is_not_explained_by_chance(power):
    for seed in range(3):
        assert examine("sigmoid-derivation", lambda s: s**power, seed).mistake is None
        assert examine("sigmoid-derivation", lambda s: sympy.Symbol("x") ** power, seed).mistake is None


def test_only_the_piece_that_is_wrong_is_explained():
    """dE/dx = 0 is no mistake that we know, and what is right about b and w is no reason to name another."""
    wrong_for_x = examine("graph-backward", lambda *place: formulas.graph_backward(*place) | {"x": 0.0})
    assert [holds for _, holds in wrong_for_x.claims] == [True, True, True, False]
    assert wrong_for_x.mistake is None


def test_a_step_by_hand_finds_right_functions_whatever_came_before():
    """The student's three errors are still to be written or wrong; the step that uses them is judged alone."""
    notebook = {}
    exec(
        """
import numpy as np

def input_error(output_error, weights):
    raise NotImplementedError

def weights_error(layer_input, output_error):
    return 0 * layer_input.T @ output_error

def train_step(x, y, W1, B1, W2, B2, learning_rate):
    H = 1 / (1 + np.exp(-(x @ W1 + B1)))
    dY = 2 / y.size * (H @ W2 + B2 - y)
    dZ = input_error(dY, W2) * H * (1 - H)
    return (W1 - learning_rate * weights_error(x, dZ), B1 - learning_rate * biases_error(dZ),
            W2 - learning_rate * weights_error(H, dY), B2 - learning_rate * biases_error(dY))
""",
        notebook,
    )
    before = dict(notebook)
    assert examine("one-step-by-hand", notebook["train_step"]).state == "right"
    assert notebook == before


def test_a_gradient_says_what_it_takes_where_it_is_called_with_something_else():
    verdict = examine("gradient-descent", lambda gradient, start, learning_rate, n_steps: gradient(start[0]))
    assert "gradient takes a point of shape" in verdict.details[0]
