"""The figures of 01-backprop: what they show is true, and what is wrong in an answer is marked or said."""

import math
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy
from matplotlib.patches import FancyBboxPatch, Rectangle

from nnkit.checks.backprop import formulas
from nnkit.figures import answers, descent, differences, first_network, graph, schemes, shapes, slopes
from nnkit.gradients import numerical_gradient, relative_error


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def written(ax):
    return [text.get_text() for text in ax.texts]


def title(ax):
    return ax.get_title(loc="left")


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def line(ax, label):
    """The line of this label, as x and y."""
    (found,) = (line for line in ax.lines if line.get_label() == label)
    return found.get_xdata(), found.get_ydata()


def unsolved(*args, **kwargs):
    raise NotImplementedError


def read(text):
    """The number that a text of our figures stands for."""
    return float(text.replace("−", "-").lstrip("✗ "))


# ---- answers


def test_an_answer_that_can_be_drawn_comes_back_as_a_copy_in_float():
    given = [[1, 2]]
    array = answers.as_drawn("f", given, (1, 2), "a row")
    assert array.tolist() == given and array.dtype == float
    original = np.ones(3)
    answers.as_drawn("f", original, (3,), "a row")[0] = 5
    assert original[0] == 1


@pytest.mark.parametrize(
    ("result", "shape", "words"),
    [
        (None, (2, 1), "f must return an array of shape (2, 1), a row each; it returned None: is a `return` missing?"),
        (np.ones(2), (2, 1), "f must return an array of shape (2, 1), a row each; it returned shape (2,)."),
        (7, (2, 1), "f must return an array of shape (2, 1), a row each; it returned a single number."),
        (np.ones(1), (), "f must return a number, a row each; it returned shape (1,)."),
        (
            "s",
            (2,),
            "f must return an array of shape (2,), a row each; it returned str, which are no numbers of one shape.",
        ),
        (
            [[1], [1, 2]],
            (2,),
            "f must return an array of shape (2,), a row each; it returned list, which are no numbers of one shape.",
        ),
    ],
)
def test_what_cannot_be_drawn_is_said_with_what_was_expected(result, shape, words):
    with pytest.raises(ValueError) as raised:
        answers.as_drawn("f", result, shape, "a row each")
    assert str(raised.value) == words


@pytest.mark.parametrize(
    ("value", "digits", "text"), [(-0.12345, 3, "−0.123"), (-0.0, 4, "0"), (2, 4, "2"), (1e-7, 2, "1e−07")]
)
def test_numbers_have_a_real_minus_and_no_minus_zero(value, digits, text):
    assert answers.number(value, digits) == text


# ---- schemes


def test_training_goes_round_in_four_steps():
    ax = schemes.training()
    stages = [text.split("\n")[0] for text in written(ax)]
    assert [stage for stage in stages if stage[:1].isdigit()] == ["1. Forward", "2. Loss", "3. Backward", "4. Update"]
    ways = {(start, end) for start, end, _ in schemes.ARROWS}
    loop = ["forward", "loss", "backward", "update", "forward"]
    assert ways >= set(zip(loop[:-1], loop[1:], strict=True)) | {("examples", "forward"), ("update", "trained")}


@pytest.mark.parametrize(
    "draw", [schemes.training, lambda: graph.draw(None, graph.N_STEPS, x=-3.0, w=-1.75, b=-1.75, y=0.0)]
)
def test_what_is_written_in_a_box_fits_into_it(draw):
    ax = draw()
    ax.figure.draw_without_rendering()
    boxes = [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    extents = [box.get_window_extent() for box in boxes]
    inside = [text for text in ax.texts if "\n" in text.get_text() and "∂E/∂x" not in text.get_text()]
    for text in inside[: len(boxes)]:
        extent = text.get_window_extent()
        assert any(e.x0 < extent.x0 and extent.x1 < e.x1 and e.y0 < extent.y0 and extent.y1 < e.y1 for e in extents)


# ---- descent


def test_the_gradients_are_those_of_the_landscapes():
    w = np.linspace(-2, 2, 9)
    measured = numerical_gradient(lambda w: descent.curve_error(w).sum(), w)
    assert np.allclose(descent.curve_gradient(w), measured, rtol=1e-7, atol=1e-9)
    w = np.random.default_rng(0).normal(size=(5, 2))
    assert np.allclose(descent.surface_gradient(w), numerical_gradient(lambda w: descent.surface_error(w).sum(), w))
    assert descent.curve_gradient([1.0]).tolist() == descent.curve_gradient(np.array([1.0])).tolist()
    assert descent.surface_gradient([1.0, 2.0]).tolist() == [1.0, 20.0]


def test_the_ball_is_where_the_students_path_ends_and_the_title_says_where():
    ax = descent.curve(lambda gradient, start, rate, n: np.linspace(start, [-1.5], n + 1), 0.1, 2.0, 7)
    assert title(ax) == "after 7 steps: w = −1.5, E = −1.36"
    (w,), (height,) = line(ax, "now")
    assert w == -1.5 and math.isclose(height, descent.curve_error(-1.5))
    assert [values[0] for values in line(ax, "start")] == [2.0, descent.curve_error(2.0)]


def test_the_ball_in_the_bowl_is_seen_from_both_sides():
    figure = descent.surface(formulas.gradient_descent, 0.1, -4.0, 1.0, 2)
    side, above = figure.axes
    assert title(above) == "after 2 steps: w = (−3.24, 0), E = 5.25"
    assert np.allclose([values[0] for values in line(above, "now")], [-3.24, 0])
    (ball,) = (line for line in side.lines if line.get_label() == "now")
    assert np.allclose([values[0] for values in ball.get_data_3d()], [-3.24, 0, 3.24**2 / 2])


@pytest.mark.parametrize(("rate", "step"), [(1.0, 1), (0.9, 1), (100.0, 1)])
def test_a_ball_that_leaves_is_last_seen_where_it_was_and_the_title_says_when(rate, step):
    ax = descent.curve(formulas.gradient_descent, rate, 2.1, 40)  # which soon overflows, without a warning
    assert title(ax) == f"out of the picture at step {step} of 40"
    assert line(ax, "last seen")[0].tolist() == [2.1]
    dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert len(dashed) == (rate < 100)  # a short leap is drawn up to the edge, a long one is not
    for leap in dashed:
        assert np.allclose(leap.get_xdata(), [2.1, 2.1 - rate * descent.curve_gradient(2.1)])


def test_a_ball_that_never_was_in_the_picture_does_no_harm():
    ax = descent.curve(lambda gradient, start, rate, n: np.full((n + 1, 1), np.nan), 0.1, 2.0, 3)
    assert title(ax) == "out of the picture at step 0 of 3"


def test_a_path_may_be_a_list_of_lists():
    def in_lists(gradient, start, rate, n):
        path = [[float(w) for w in start]]
        while len(path) <= n:
            path.append([w - rate * slope for w, slope in zip(path[-1], gradient(path[-1]), strict=True)])
        return path

    ours = descent.surface(formulas.gradient_descent, 0.1, -4.0, 1.0, 5).axes[1].get_title()
    assert descent.surface(in_lists, 0.1, -4.0, 1.0, 5).axes[1].get_title() == ours


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (
            lambda *_: np.zeros((10, 1)),
            r"shape \(11, 1\), a row for the start and for each step; it returned shape \(10, 1\)",
        ),
        (lambda *_: np.zeros(11), r"it returned shape \(11,\)"),
        (lambda *_: None, "it returned None: is a `return` missing"),
    ],
)
def test_a_path_of_another_shape_is_explained(path, words):
    with pytest.raises(ValueError, match=f"gradient_descent must return .*{words}"):
        descent.curve(path, 0.1, 2.0, 10)


# ---- graph


def error_from(name, value, given):
    """E, with the value of one box or leaf changed to this."""
    values = dict(given) | {name: value}
    for box, node in graph.NODES.items():
        values[box] = value if box == name else node.value(values)
    return values["E"]


@pytest.mark.parametrize("seed", range(5))
def test_every_gradient_in_the_graph_agrees_with_nudging_its_box(seed):
    rng = np.random.default_rng(seed)
    given = dict(zip("xwby", rng.uniform(-2, 2, 4), strict=True))
    values = graph.forward(**given)
    for name, gradient in graph.backward(values).items():
        measured = numerical_gradient(lambda v, name=name: error_from(name, v[0], given), np.array([values[name]]))
        assert relative_error(gradient, measured[0]) < 1e-6, name


def test_the_graphs_values_and_gradients_are_those_of_the_formulas():
    values = graph.forward(x=2.0, w=0.5, b=-0.5, y=1.0)
    assert values["E"] == (formulas.sigmoid(0.5) - 1) ** 2
    gradients = graph.backward(values)
    right = formulas.graph_backward(2.0, 0.5, -0.5, 1.0)
    assert all(math.isclose(gradients[name], right[name]) for name in "xwb")
    assert len(graph.NODES) + len(gradients) == graph.N_STEPS


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (0, "Given: x, w, b and the target y. Move the step slider, or press its button, to compute the rest."),
        (1, "Forward: p = w x = −3"),
        (2, "Forward: z = p + b = −2"),
        (5, "Forward: E = d² = 0.7758"),
        (6, "Backward: ∂E/∂E = 1, where the way back begins"),
        (7, "Backward: ∂E/∂d = ∂E/∂E · ∂E/∂d = ∂E/∂E · 2 d = 1 × (−1.762) = −1.762"),
        (9, "Backward: ∂E/∂z = ∂E/∂s · ∂s/∂z = ∂E/∂s · s (1 − s) = −1.762 × 0.105 = −0.185"),
        (13, "Backward: ∂E/∂x = ∂E/∂p · ∂p/∂x = ∂E/∂p · w = −0.185 × (−1.5) = 0.2774"),
    ],
)
def test_each_step_is_told_in_the_title(step, said):
    assert title(graph.draw(None, step, x=2.0, w=-1.5, b=1.0, y=1.0)) == said


@pytest.mark.parametrize("step", range(graph.N_STEPS + 1))
def test_each_step_adds_one_value_or_one_gradient_with_its_slope(step):
    shown = written(graph.draw(None, step, x=2.0, w=-1.5, b=1.0, y=1.0))
    forward, backward = min(step, 5), max(0, step - 5)
    assert sum(text.endswith("\n?") for text in shown) == 5 - forward
    assert sum(text.startswith("∂E/∂") for text in shown) == backward
    assert sum(text.startswith("× ") for text in shown) == max(0, backward - 1)


def test_the_slopes_at_the_arrows_multiply_to_the_gradients():
    shown = written(graph.draw(None, graph.N_STEPS, x=2.0, w=-1.5, b=1.0, y=1.0))
    at_arrows = [read(text.removeprefix("× ")) for text in shown if text.startswith("× ")]
    w, x, _, b, z, s, d = at_arrows
    gradients = graph.backward(graph.forward(x=2.0, w=-1.5, b=1.0, y=1.0))
    assert math.isclose(d * s * z * b, gradients["b"], rel_tol=0.01)
    assert (w, x) == (2.0, -1.5)


def test_the_students_gradients_are_marked_right_or_wrong():
    place = {"x": 2.0, "w": -1.5, "b": 1.0, "y": 1.0}
    shown = written(graph.draw(formulas.graph_backward, graph.N_STEPS, **place))
    assert sum("✓ yours" in text for text in shown) == 3 and not any("✗" in text for text in shown)
    wrong = graph.draw(lambda *at: formulas.graph_backward(*at) | {"w": 99.0}, graph.N_STEPS, **place)
    (marked,) = (text for text in written(wrong) if "✗" in text)
    assert marked == "∂E/∂w = 99\n✗ yours; it is −0.3699"
    assert sum("✓ yours" in text for text in written(wrong)) == 2


def test_float32_is_no_mistake_and_nan_is_one():
    place = {"x": 2.0, "w": -1.5, "b": 1.0, "y": 1.0}
    single = {name: np.float32(value) for name, value in formulas.graph_backward(**place).items()}
    assert sum("✓" in text for text in written(graph.draw(lambda *_: single, graph.N_STEPS, **place))) == 3
    lost = dict.fromkeys("xwb", np.nan)
    assert sum("✗" in text for text in written(graph.draw(lambda *_: lost, graph.N_STEPS, **place))) == 3


@pytest.mark.parametrize("function", [None, unsolved])
def test_without_an_answer_the_graph_shows_its_own_gradients(function):
    shown = written(graph.draw(function, graph.N_STEPS, x=2.0, w=-1.5, b=1.0, y=1.0))
    assert "∂E/∂w = −0.3699" in shown and not any("yours" in text for text in shown)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ((1.0, 2.0, 3.0), 'must return a dictionary with the keys "x", "w" and "b"; it returned tuple'),
        (None, "it returned NoneType"),
        ({"dx": 1.0}, "it returned the keys 'dx'"),
        (
            {"x": 1.0, "w": [1.0], "b": 1.0},
            r'graph_backward\(...\)\["w"\] must return a number, .* it returned shape \(1,\)',
        ),
    ],
)
def test_gradients_of_another_form_are_explained(result, words):
    with pytest.raises(ValueError, match=words):
        graph.draw(lambda *_: result, 3, x=2.0, w=-1.5, b=1.0, y=1.0)


# ---- shapes

X = np.array([[2.0, 1.0, 0.0], [-1.0, 0.5, 3.0], [0.0, -2.0, 1.0], [1.0, 1.0, -1.0]])
W = np.array([[1.0, -2.0], [0.5, 1.0], [-1.0, 3.0]])
B = np.array([[0.5, -1.0]])
DY = np.array([[0.3, -0.1], [-0.2, 0.5], [0.1, 0.4], [-0.4, 0.2]])
RIGHT = DY @ W.T, X.T @ DY, DY.sum(axis=0, keepdims=True)


def sums(ax):
    """The sums beside the rows: (name, what the sum gives, what is written below it, the rest)."""
    found = []
    for text in written(ax):
        if "\n= " in text:
            name, total, value, *rest = text.split("\n")
            worth = eval(total.removeprefix("= ").replace("−", "-").replace("·", "*"))
            found.append((name, worth, read(value.removeprefix("= ")), "\n".join(rest)))
    return found


def frames(ax):
    return [patch for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_linewidth() == 2.5]


@pytest.mark.parametrize(("example", "unit"), [(0, 0), (3, 1), (2, 1)])
def test_the_sum_beside_an_output_is_that_output(example, unit):
    ax = shapes.output(X, W, B, X @ W + B, example, unit)
    ((name, worth, value, _),) = sums(ax)
    assert name == f"Y[{example}, {unit}]"
    assert math.isclose(worth, (X @ W + B)[example, unit], abs_tol=1e-9) and math.isclose(worth, value, rel_tol=0.01)
    assert len(frames(ax)) == 3 + 3 + 1 + 1  # a row of X, a column of W, one bias, the output


@pytest.mark.parametrize(("example", "input", "unit"), [(0, 0, 0), (3, 2, 1), (1, 1, 0)])
def test_the_sums_beside_the_errors_are_those_errors(example, input, unit):
    ax = shapes.errors(X, W, DY, *RIGHT, example, input, unit)
    entries = RIGHT[0][example, input], RIGHT[1][input, unit], RIGHT[2][0, unit]
    assert [name for name, *_ in sums(ax)] == [
        f"∂E/∂X[{example}, {input}]",
        f"∂E/∂W[{input}, {unit}]",
        f"∂E/∂B[0, {unit}]",
    ]
    for entry, (_, worth, value, verdict) in zip(entries, sums(ax), strict=True):
        assert math.isclose(worth, entry, abs_tol=1e-9) and math.isclose(value, entry, rel_tol=0.01, abs_tol=1e-9)
        assert verdict == "✓ yours"
    assert len(frames(ax)) == (2 + 2 + 1) + (4 + 4 + 1) + (4 + 1)


def test_every_shape_stands_below_its_matrix():
    shown = written(shapes.errors(X, W, DY, *RIGHT))
    assert [text for text in shown if re.fullmatch(r"\(\d, \d\)", text)] == [
        *("(4, 2)", "(2, 3)", "(4, 3)"),
        *("(3, 4)", "(4, 2)", "(3, 2)"),
        *("(4, 2)", "(1, 2)"),
    ]


def test_entries_that_are_wrong_have_a_cross_and_are_counted():
    dX = RIGHT[0].copy()
    dX[2, 1] += 1
    ax = shapes.errors(X, W, DY, dX, RIGHT[1] / 4, RIGHT[2])
    first, second, third = (verdict for *_, verdict in sums(ax))
    assert first == "✗ 1 of 12 entries of yours differ,\nthe first is [2, 1]"
    assert second.startswith("✗ 6 of 6 entries of yours differ") and third == "✓ yours"
    crossed = [read(text) for text in written(ax) if re.match(r"✗[−\d]", text)]
    assert len(crossed) == 7 and math.isclose(crossed[0], dX[2, 1], rel_tol=0.01)


def test_float32_and_lists_are_no_mistakes():
    ax = shapes.errors(X, W, DY, RIGHT[0].astype(np.float32), RIGHT[1].tolist(), RIGHT[2])
    assert [verdict for *_, verdict in sums(ax)] == ["✓ yours"] * 3


@pytest.mark.parametrize(
    ("which", "wrong", "words"),
    [
        (
            0,
            RIGHT[0].T,
            r"input_error must return an array of shape \(4, 3\), shaped like X; it returned shape \(3, 4\)",
        ),
        (
            1,
            RIGHT[1].T,
            r"weights_error must return an array of shape \(3, 2\), shaped like W; it returned shape \(2, 3\)",
        ),
        (
            2,
            DY,
            r"biases_error must return an array of shape \(1, 2\), one row, shaped like B; it returned shape \(4, 2\)",
        ),
        (2, None, "biases_error .* it returned None"),
    ],
)
def test_an_error_of_another_shape_is_explained(which, wrong, words):
    given = list(RIGHT)
    given[which] = wrong
    with pytest.raises(ValueError, match=words):
        shapes.errors(X, W, DY, *given)


# ---- slopes

PLACES = np.linspace(-4, 4, 81)


@pytest.mark.parametrize(
    ("derivation", "function"),
    [
        (formulas.d_sigmoid, formulas.sigmoid),
        (formulas.d_tanh, np.tanh),
        (lambda s: sympy.Poly(s - s**2, s), formulas.sigmoid),
        (lambda s: sympy.Derivative(s**2 / 2 - s**3 / 3, s), formulas.sigmoid),
    ],
)
def test_a_derivation_in_the_output_becomes_the_slope_at_the_input(derivation, function):
    slope = slopes.from_output(derivation, function)
    assert np.allclose(slope(PLACES), numerical_gradient(lambda x: function(x).sum(), PLACES), rtol=1e-6)


def test_a_constant_slope_is_as_long_as_x():
    for one in (lambda s: 1, lambda s: sympy.Integer(1)):
        assert slopes.from_output(one, np.tanh)(PLACES).tolist() == [1.0] * len(PLACES)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("s * (1 - s)", r"d_sigmoid must return a SymPy expression; it returned 's \* \(1 - s\)'"),
        (None, "it returned None"),
        (sympy.Symbol("x"), r"must use the symbol handed in \(here f\) and no other; it used \{x\}"),
    ],
)
def test_a_derivation_that_is_no_expression_in_the_output_is_explained(result, words):
    def d_sigmoid(s):
        return result

    with pytest.raises(TypeError, match=words):
        slopes.from_output(d_sigmoid, formulas.sigmoid)


def activations(d_tanh=formulas.d_tanh):
    return {
        "ReLU": (lambda x: np.maximum(x, 0), lambda x: np.where(x == 0, np.nan, x > 0)),
        "sigmoid": (formulas.sigmoid, slopes.from_output(formulas.d_sigmoid, formulas.sigmoid)),
        "tanh": (np.tanh, slopes.from_output(d_tanh, np.tanh)),
    }


def test_the_titles_say_how_steep_each_function_is():
    figure = slopes.side_by_side(activations(), PLACES)
    titles = [title(ax) for ax in figure.axes]
    assert titles == ["ReLU: slope up to 1", "sigmoid: slope up to 0.25", "tanh: slope up to 1"]


def test_measured_slopes_lie_on_a_right_derivative_and_off_a_wrong_one():
    figure = slopes.side_by_side(activations(lambda t: 1 - t), PLACES, numerical_gradient)
    off = []
    for ax, (_, slope) in zip(figure.axes, activations(lambda t: 1 - t).values(), strict=True):
        x, y = line(ax, "measured")
        off.append(np.abs(y - slope(x)).max())
        assert 0 not in x  # ReLU's corner has no slope
    assert off[0] < 1e-8 and off[1] < 1e-8 and off[2] > 0.5


@pytest.mark.parametrize("function", [None, unsolved])
def test_slopes_are_drawn_without_dots_as_long_as_nothing_measures_them(function):
    figure = slopes.side_by_side(activations(), PLACES, function)
    assert all(legend(ax) == ["f(x)", "f'(x), the slope"] for ax in figure.axes)


def test_a_numerical_gradient_of_another_shape_is_explained():
    with pytest.raises(ValueError, match=r"numerical_gradient must return an array of shape \(12,\).* a single number"):
        slopes.side_by_side(activations(), PLACES, lambda f, x: 1.0)


def test_softmax_and_its_jacobian_are_those_of_the_formula():
    bars, heat, _ = slopes.softmax(formulas.softmax_jacobian, z1=2.0, z2=1.0, z3=-3.5).axes
    f = formulas.softmax(np.array([2.0, 1.0, -3.5]))
    assert np.allclose([bar.get_height() for bar in bars.patches], f)
    assert [label.get_text() for label in bars.get_xticklabels()] == ["$z_1$ = 2", "$z_2$ = 1", "$z_3$ = −3.5"]
    entries = np.reshape([read(text) for text in written(heat)], (3, 3))
    assert np.allclose(entries, np.diag(f) - np.outer(f, f), atol=5e-4)
    assert title(heat) == r"its Jacobian, $\partial f_i/\partial z_j$"


@pytest.mark.parametrize(
    ("wrong", "n_wrong"),
    [
        (lambda z: np.diag(formulas.softmax(z) * (1 - formulas.softmax(z))), 6),  # the slide's
        (lambda z: np.full((3, 3), np.nan), 9),
        (lambda z: 1.01 * formulas.softmax_jacobian(z), 9),
    ],
)
def test_entries_that_are_no_slopes_of_softmax_have_a_cross(wrong, n_wrong):
    heat = slopes.softmax(wrong, z1=2.0, z2=1.0, z3=0.0).axes[1]
    assert sum(text.startswith("✗ ") for text in written(heat)) == n_wrong
    assert title(heat).endswith(f" ({n_wrong} of 9 entries are not)")


def test_a_student_may_change_the_logits_without_harm_to_the_picture():
    def shifting(z):
        z -= z.max()
        return formulas.softmax_jacobian(z)

    bars, heat, _ = slopes.softmax(shifting, z1=2.0, z2=1.0, z3=0.0).axes
    assert bars.get_xticklabels()[0].get_text() == "$z_1$ = 2" and not any("✗" in text for text in written(heat))


def test_a_jacobian_of_another_shape_is_explained():
    with pytest.raises(ValueError, match=r"softmax_jacobian must return an array of shape \(3, 3\), a row for each"):
        slopes.softmax(lambda z: formulas.softmax(z), z1=2.0, z2=1.0, z3=0.0)


# ---- differences


def test_the_error_of_a_central_difference_falls_twice_as_steeply():
    forward, central = differences.errors(numerical_gradient, np.array([1e-1, 1e-2, 1e-3]))
    assert np.allclose(np.diff(np.log10(forward)), -1, atol=0.05)
    assert np.allclose(np.diff(np.log10(central)), -2, atol=0.05)


def test_the_curve_called_yours_is_the_students_function():
    def one_sided(f, x, eps):
        return np.array([(f(x + eps) - f(x)) / eps])

    forward, mine = differences.errors(one_sided)
    assert np.allclose(forward, mine)
    figure = differences.slopes(one_sided, 0.1)
    assert np.allclose(line(figure.axes[1], "yours")[1], line(figure.axes[1], "forward")[1])


def test_the_legend_says_each_slope_and_how_far_it_is_off():
    lines, sizes = differences.slopes(numerical_gradient, 0.1).axes
    assert legend(lines) == ["true: 0.5403", "forward: 0.4974, off by 4e-02", "yours: 0.5394, off by 9e-04"]
    assert title(lines) == "slopes at x = 1, with eps = 0.1"
    assert re.match(r"yours is best with eps near \de-0[4-7]: error \de-1\d", title(sizes))
    assert any(np.allclose(line.get_xdata(), 0.1) for line in sizes.lines)  # where eps is now


def test_an_error_of_exactly_0_has_a_place_on_the_logarithmic_scale():
    _, exact = differences.errors(lambda f, x, eps: np.cos(x))
    assert exact.tolist() == [differences.SMALLEST] * len(differences.SIZES)


def test_a_slope_of_another_shape_is_explained():
    with pytest.raises(ValueError, match=r"numerical_gradient must return an array of shape \(1,\), shaped like x"):
        differences.slopes(lambda f, x, eps: 0.5, 0.1)


# ---- first_network


def test_the_network_learns_by_the_students_step_alone():
    parameters, losses = first_network.train(formulas.train_step, 0.3, 3, 8)
    expected = first_network.start(8)
    for _ in range(3):
        expected = formulas.train_step(first_network.X, first_network.Y, *expected, 0.3)
    assert all(np.array_equal(*pair) for pair in zip(parameters, expected, strict=True))
    assert len(losses) == 4 and losses == sorted(losses, reverse=True)
    still = first_network.train(lambda x, y, W1, B1, W2, B2, rate: (W1, B1, W2, B2), 0.3, 3, 8)[1]
    assert still == [losses[0]] * 4


def test_the_titles_say_how_the_training_went():
    answers_, curve = first_network.draw(formulas.train_step, 0.3, 100, 8).axes
    losses = first_network.train(formulas.train_step, 0.3, 100, 8)[1]
    assert title(curve) == f"loss {losses[0]:.2g} at the start, {losses[-1]:.2g} now"
    assert np.allclose(curve.lines[0].get_ydata(), losses)
    assert "after 100 epochs" in legend(answers_)


def test_a_loss_beyond_all_numbers_ends_the_training_and_is_said():
    losses = first_network.train(formulas.train_step, 3.0, 1000, 8)[1]
    assert len(losses) < 1000 and np.all(np.isfinite(losses))
    curve = first_network.draw(formulas.train_step, 3.0, 1000, 8).axes[1]
    assert title(curve) == f"the loss was beyond all numbers in epoch {len(losses)}"


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (lambda *_: None, "train_step must return four arrays, W1, B1, W2 and B2; it returned NoneType"),
        (lambda x, y, *p: p[:3], "it returned 3 of them"),
        (
            lambda x, y, W1, B1, W2, B2, a: (W1, B1 + np.zeros((40, 1)), W2, B2),
            r"for B1, .* \(1, 8\), .* shape \(40, 8\)",
        ),
    ],
)
def test_a_step_that_returns_something_else_is_explained(step, words):
    with pytest.raises(ValueError, match=words):
        first_network.draw(step, 0.3, 1, 8)


# ---- the sliders

EXPLORED = {
    "descent curve": (descent, descent.explore_curve, (formulas.gradient_descent,)),
    "descent surface": (descent, descent.explore_surface, (formulas.gradient_descent,)),
    "graph": (graph, graph.explore_graph, (formulas.graph_backward,)),
    "shapes output": (shapes, shapes.explore_output, (X, W, B, X @ W + B)),
    "shapes errors": (shapes, shapes.explore_errors, (X, W, DY, *RIGHT)),
    "softmax": (slopes, slopes.explore_softmax, (formulas.softmax_jacobian,)),
    "differences": (differences, differences.explore_slopes, (numerical_gradient,)),
    "first network": (first_network, first_network.explore_training, (formulas.train_step,)),
}


def start(control):
    return control.start


def low(control):
    return control.settings["options"][0] if "options" in control.settings else control.settings["min"]


def high(control):
    return control.settings["options"][-1] if "options" in control.settings else control.settings["max"]


@pytest.mark.parametrize(("module", "explore", "given"), EXPLORED.values(), ids=EXPLORED)
def test_at_the_start_and_at_both_ends_of_all_sliders_there_is_a_picture_of_the_same_size(
    module, explore, given, monkeypatch
):
    explored = []
    monkeypatch.setattr(module, "explore", lambda draw, alt, **controls: explored.append((draw, alt, controls)))
    explore(*given)
    ((draw, alt, controls),) = explored
    assert len(alt.split()) >= 10 and alt.endswith(".")
    figures = [draw(**{name: place(control) for name, control in controls.items()}) for place in (start, low, high)]
    figures = [drawn.get_figure(root=True) if isinstance(drawn, plt.Axes) else drawn for drawn in figures]
    for figure in figures:
        figure.draw_without_rendering()
    assert len({round(figure.get_figheight(), 6) for figure in figures}) == 1  # so that nothing below it jumps
