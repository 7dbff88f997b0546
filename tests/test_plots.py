"""What nnkit.plots draws: the lines, texts, frames and regions that are on the Axes, not that nothing was raised."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from contrast import contrast
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Annotation
from sklearn.datasets import load_digits

from nnkit import plots
from nnkit.data import Dataset, one_hot

HISTORY = {
    "loss": [0.9, 0.5, 0.4],
    "metric": [0.6, 0.7, 0.8],
    "val_loss": [1.0, 0.7, 0.8],
    "val_metric": [0.5, 0.6, 0.6],
}
KERAS = {"accuracy": [0.6, 0.7], "loss": [0.9, 0.5], "val_accuracy": [0.5, 0.6], "val_loss": [1.0, 0.7]}
IMAGES, LABELS = load_digits().images[:23], load_digits().target[:23]
PREDICTIONS = np.where(np.isin(np.arange(23), [3, 17]), (LABELS + 2) % 10, LABELS)  # 3 taken for 5, 7 for 9
MATRIX = np.array([[50, 3, 0], [10, 40, 1], [0, 6, 1200]])
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def right_of_the_middle(X):
    """The probability of class 1: it passes one half where x1 does."""
    return 1 / (1 + np.exp(-9 * (X[:, :1] - 0.5)))


def thirds(X):
    """Scores of three classes: below x1 = 0.3, above x1 = 0.7, and between them."""
    return np.column_stack([0.3 - X[:, 0], np.zeros(len(X)), X[:, 0] - 0.7])


DRAWINGS = {
    "learning_curves": lambda ax=None: plots.learning_curves(HISTORY, ("loss", "val_loss"), ax=ax, title="Adam"),
    "many curves": lambda ax=None: plots.learning_curves({c: [1, 2] for c in "abcdef"}, tuple("abcdef"), ax=ax),
    "digits": lambda ax=None: plots.digits(IMAGES, LABELS, PREDICTIONS, ax=ax),
    "one digit": lambda ax=None: plots.digits(IMAGES[:1], ["sandal"], ["boot"], ax=ax),
    "decision_boundary": lambda ax=None: plots.decision_boundary(thirds, Dataset(CORNERS, [0, 1, 2, 2]), ax=ax),
    "confusion_matrix": lambda ax=None: plots.confusion_matrix(MATRIX, ["sandal", "shirt", "ankle boot"], ax=ax),
    "function_and_slope": lambda ax=None: plots.function_and_slope(
        np.sin, np.cos, np.linspace(-3, 3), ax=ax, title="sin"
    ),
    "caption": lambda ax=None: plots.caption(DRAWINGS["digits"](ax), "offline sample: the digits of scikit-learn " * 4),
}
each_drawing = pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def texts_of(ax):
    return [text.get_text() for text in ax.texts]


def legend_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


# --- what all drawings have in common


@each_drawing
def test_draws_on_the_axes_that_it_is_given_and_opens_no_figure(draw):
    figure, (left, right) = plt.subplots(1, 2)
    assert draw(right) is right
    assert right.has_data() and not left.has_data()
    assert plt.get_fignums() == [figure.number] and figure.axes == [left, right]


@each_drawing
def test_opens_one_opaque_white_figure_where_none_is_given(draw):
    with plt.style.context("dark_background"):
        ax = draw()
    assert plt.get_fignums() == [ax.figure.number] and ax.figure.axes == [ax]
    assert to_hex(ax.figure.get_facecolor(), keep_alpha=True) == "#ffffffff"
    assert to_rgb(ax.xaxis.label.get_color()) < (0.2, 0.2, 0.2)


@each_drawing
def test_leaves_the_settings_of_matplotlib_alone(draw):
    before = dict(plt.rcParams)
    draw()
    assert dict(plt.rcParams) == before


@each_drawing
def test_cuts_nothing_off(draw):
    figure = draw().figure
    figure.canvas.draw()
    drawn, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert drawn.x0 >= 0 and drawn.y0 >= 0 and drawn.x1 <= width and drawn.y1 <= height


@each_drawing
def test_writes_nothing_in_letters_too_small_to_read(draw):
    ax = draw()
    assert min(text.get_size() for text in [*ax.texts, ax.xaxis.label, *ax.get_xticklabels()] if text.get_text()) >= 7


@pytest.mark.parametrize(
    "code",
    [
        "import sys, nnkit; assert not {'nnkit.plots', 'matplotlib'} & set(sys.modules)",
        "from matplotlib import rcParams as now; old = dict(now); import nnkit.plots; assert dict(now) == old",
    ],
)
def test_importing_has_no_side_effect(code):
    root = Path(plots.__file__).parents[1]
    environment = {**os.environ, "MPLBACKEND": "Agg"}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root, env=environment)


# --- learning curves


@pytest.mark.parametrize(
    ("history", "keys"),
    [(HISTORY, ("loss", "val_loss", "metric", "val_metric")), (KERAS, ("accuracy", "val_accuracy")), (KERAS, "loss")],
)
def test_a_line_for_each_key_over_the_epochs_from_one(history, keys):
    ax = plots.learning_curves(history, keys)
    keys = [keys] if isinstance(keys, str) else keys
    assert len(ax.lines) == len(keys)
    for key, line in zip(keys, ax.lines, strict=True):
        np.testing.assert_array_equal(line.get_xdata(), np.arange(1, len(history[key]) + 1))
        np.testing.assert_array_equal(line.get_ydata(), history[key])
        assert line.get_marker() == "None"


def test_a_validation_line_is_its_twin_dashed():
    lines = plots.learning_curves(HISTORY, ("val_metric", "loss", "val_loss", "metric")).lines
    assert [line.get_linestyle() for line in lines] == ["--", "-", "--", "-"]
    colours = [line.get_color() for line in lines]
    assert colours[0] == colours[3] != colours[1] == colours[2]


def test_lines_are_named_by_the_axis_or_a_legend():
    alone = plots.learning_curves(HISTORY, title="XOR")
    assert (alone.get_ylabel(), alone.get_xlabel(), alone.get_title("left")) == ("loss", "epoch", "XOR")
    assert alone.get_legend() is None
    assert legend_of(plots.learning_curves(HISTORY, ("loss", "val_loss"))) == ["loss", "loss (validation)"]
    several = plots.learning_curves({"SGD": [2, 1, 0], "Adam": [1]}, ("SGD", "Adam"))
    assert legend_of(several) == ["SGD", "Adam"] and several.get_ylabel() == ""


def test_a_long_legend_stands_beside_the_curves():
    ax = DRAWINGS["many curves"]()
    ax.figure.canvas.draw()
    assert legend_of(ax) == list("abcdef")
    assert ax.get_legend().get_window_extent().x0 >= ax.get_window_extent().x1


@pytest.mark.parametrize("n_epochs", [1, 2, 5, 100])
def test_epochs_are_whole_numbers_from_one(n_epochs):
    ax = plots.learning_curves({"loss": np.linspace(1, 0, n_epochs)})
    low, high = ax.get_xlim()
    shown = [tick for tick in ax.get_xticks() if low <= tick <= high]
    assert shown and all(tick == round(tick) and 1 <= tick <= n_epochs for tick in shown)
    assert low < 1 and high > n_epochs


def test_a_single_epoch_is_seen():
    lines = plots.learning_curves({"loss": [0.5], "val_loss": [0.6]}, ("loss", "val_loss")).lines
    assert [line.get_marker() for line in lines] == ["o", "s"]


# --- digits


@pytest.mark.parametrize("shape", [(23, 64), (23, 8, 8)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_each_image_is_drawn_once_in_rows(shape, dtype):
    ax = plots.digits(IMAGES.reshape(shape).astype(dtype), n_columns=5)
    assert len(ax.images) == 23 and len(ax.texts) == 0
    for drawn, image in zip(ax.images, IMAGES, strict=True):
        np.testing.assert_array_equal(drawn.get_array(), image)
        assert drawn.get_clim() == (0, 16) and drawn.get_cmap().name == "gray_r"
    left, right, bottom, top = np.transpose([drawn.get_extent() for drawn in ax.images])
    assert len(set(left)) == 5 and len(set(top)) == 5
    np.testing.assert_allclose([right - left, bottom - top], 1)
    assert left[6] > right[5] and top[5] > bottom[0] and left[5] == left[0]  # side by side, row below row, no overlap


def test_images_of_mnist_size():
    assert plots.digits(np.zeros((2, 784))).images[1].get_array().shape == (28, 28)
    assert plots.digits(np.zeros((2, 28, 28))).images[1].get_array().shape == (28, 28)


def test_each_image_stands_above_its_label():
    ax = plots.digits(IMAGES, LABELS)
    assert texts_of(ax) == [str(label) for label in LABELS]
    assert len(ax.patches) == 0 and ax.get_xlabel() == ""
    for text, image in zip(ax.texts, ax.images, strict=True):
        left, right, bottom, _ = image.get_extent()
        assert text.get_position()[0] == pytest.approx((left + right) / 2) and text.get_position()[1] > bottom


@pytest.mark.parametrize(
    ("labels", "predictions"), [(LABELS, PREDICTIONS), (LABELS.reshape(-1, 1), one_hot(PREDICTIONS) * 0.7)]
)
def test_mistakes_have_words_a_frame_and_a_colour(labels, predictions):
    ax = plots.digits(IMAGES, labels, predictions)
    assert [(i, text) for i, text in enumerate(texts_of(ax)) if "→" in text] == [(3, "3→5"), (17, "7→9")]
    assert [patch.get_xy() for patch in ax.patches] == [
        (ax.images[i].get_extent()[0], ax.images[i].get_extent()[3]) for i in (3, 17)
    ]
    colours = {to_hex(patch.get_edgecolor()) for patch in ax.patches} | {
        to_hex(ax.texts[i].get_color()) for i in (3, 17)
    }
    assert len(colours) == 1 and to_hex(ax.texts[0].get_color()) not in colours
    assert ax.get_xlabel() == "2 of 23 wrong (3→5: true 3, predicted 5)"


def test_no_mistake_has_no_frame():
    ax = plots.digits(IMAGES, LABELS, LABELS)
    assert len(ax.patches) == 0 and ax.get_xlabel() == "0 of 23 wrong"


def test_labels_do_not_run_into_their_neighbours_in_a_small_place():
    figure, axes = plt.subplots(1, 2, figsize=(8, 3))
    ax = plots.digits(IMAGES, LABELS, (LABELS + 1) % 10, ax=axes[0])
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts[:10]]
    assert all(left.x1 < right.x0 for left, right in zip(boxes, boxes[1:], strict=False))
    assert boxes[0].y0 > ax.images[10].get_window_extent().y1


# --- decision boundary


@pytest.mark.parametrize("as_network", [False, True])
@pytest.mark.parametrize("y", [np.array([0, 1, 1, 1]), one_hot(np.array([0, 1, 1, 1]))])
def test_the_regions_meet_where_the_probability_is_one_half(as_network, y):
    predict = SimpleNamespace(predict=right_of_the_middle) if as_network else right_of_the_middle
    ax = plots.decision_boundary(predict, Dataset(CORNERS, y), resolution=50)
    filled = [drawn for drawn in ax.collections if getattr(drawn, "filled", False)]
    edges = [np.vstack([path.vertices for path in region.get_paths()])[:, 0] for region in filled]
    np.testing.assert_allclose([(edge.min(), edge.max()) for edge in edges], [(-0.1, 0.5), (0.5, 1.1)], atol=1e-3)


def test_three_classes_have_three_regions():
    ax = plots.decision_boundary(thirds, Dataset(CORNERS, [0, 0, 2, 2]))
    filled = [drawn for drawn in ax.collections if getattr(drawn, "filled", False)]
    edges = [np.vstack([path.vertices for path in region.get_paths()])[:, 0] for region in filled]
    np.testing.assert_allclose(
        [(edge.min(), edge.max()) for edge in edges], [(-0.1, 0.3), (0.3, 0.7), (0.7, 1.1)], atol=1e-3
    )
    assert len({to_hex(region.get_facecolor()[0]) for region in filled}) == 3


def test_a_network_that_sees_one_class_fills_the_plane_with_it():
    ax = plots.decision_boundary(lambda X: np.zeros(len(X)), Dataset(CORNERS, [0, 1, 1, 0]))
    (region,) = [drawn for drawn in ax.collections if getattr(drawn, "filled", False)]
    np.testing.assert_allclose(region.get_paths()[0].get_extents().extents, (-0.1, -0.1, 1.1, 1.1))
    assert legend_of(ax) == ["class 0", "class 1", "class 1, mistaken"]


def test_each_class_has_a_marker_of_its_own_hollow_where_mistaken():
    ax = plots.decision_boundary(right_of_the_middle, Dataset(CORNERS, [0, 1, 1, 1]))  # (0, 1) is taken for class 0
    points = {drawn.get_label(): drawn for drawn in ax.collections if drawn.get_label() in legend_of(ax)}
    assert list(points) == legend_of(ax) == ["class 0", "class 1", "class 1, mistaken"]
    np.testing.assert_array_equal(points["class 0"].get_offsets(), CORNERS[[0]])
    np.testing.assert_array_equal(points["class 1"].get_offsets(), CORNERS[[2, 3]])
    np.testing.assert_array_equal(points["class 1, mistaken"].get_offsets(), CORNERS[[1]])
    assert [to_hex(points[name].get_facecolor()[0]) == "#ffffff" for name in points] == [False, False, True]
    outlines = [len(points[name].get_paths()[0].vertices) for name in points]
    assert outlines[0] != outlines[1] == outlines[2]


def test_resolution_is_the_number_of_places_along_each_axis():
    asked = []
    plots.decision_boundary(lambda X: asked.append(len(X)) or thirds(X), Dataset(CORNERS, [0, 1, 2, 2]), resolution=30)
    assert asked == [4, 900]


# --- confusion matrix


def test_true_classes_are_rows_and_predicted_ones_columns():
    ax = plots.confusion_matrix(MATRIX, ["cat", "dog", "owl"])
    counts = {text.get_position(): text.get_text() for text in ax.texts}
    assert counts == {(column, row): str(MATRIX[row, column]) for row in range(3) for column in range(3)}
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("true class", "predicted class")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog", "owl"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["cat", "dog", "owl"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # row 0 above
    assert ax.get_title("left") == "1290 of 1310 right"


def test_without_names_classes_are_numbers():
    assert [label.get_text() for label in plots.confusion_matrix(MATRIX).get_yticklabels()] == ["0", "1", "2"]


def test_the_darkest_cell_is_the_commonest_mistake_and_the_diagonal_is_grey():
    light = plots.confusion_matrix(MATRIX).images[0].get_array()[..., :3].mean(axis=-1)
    mistakes = np.where(np.eye(3), -1, MATRIX)
    assert np.argsort(light, axis=None)[0] == mistakes.argmax()
    assert light[1, 0] < light[2, 1] < light[0, 1] < light[1, 2] < light[0, 2] == 1
    np.testing.assert_allclose(plots.confusion_matrix(MATRIX).images[0].get_array()[[0, 1, 2], [0, 1, 2], :3], 0.9)


def test_counts_are_readable_on_every_shade():
    """The contrast of text and cell, as the Web Content Accessibility Guidelines define it, is 4.5 or more."""

    ax = plots.confusion_matrix(np.arange(144).reshape(12, 12))
    cells = ax.images[0].get_array()
    for text in ax.texts:
        column, row = text.get_position()
        assert contrast(text.get_color(), cells[row, column]) >= 4.5, text


def test_a_network_without_a_mistake():
    cells = plots.confusion_matrix(np.diag([5, 6])).images[0].get_array()
    np.testing.assert_allclose(cells[[0, 1], [1, 0]], 1)


@pytest.mark.parametrize(("names", "angle"), [(["no", "yes"], 0), (["an uncommonly long name", "another one"], 45)])
def test_long_names_are_turned_so_that_they_keep_apart(names, angle):
    ax = plots.confusion_matrix([[3, 1], [0, 4]], names)
    assert {label.get_rotation() for label in ax.get_xticklabels()} == {angle}


# --- a function and its slope


def test_a_function_is_drawn_solid_and_its_slope_dashed():
    x = np.linspace(-3, 3, 7)
    ax = plots.function_and_slope(np.sin, np.cos, x, title="sine")
    drawn = {line.get_linestyle(): line for line in ax.lines}
    assert len(ax.lines) == 2
    np.testing.assert_array_equal(drawn["-"].get_xydata(), np.column_stack([x, np.sin(x)]))
    np.testing.assert_array_equal(drawn["--"].get_xydata(), np.column_stack([x, np.cos(x)]))
    assert drawn["-"].get_color() != drawn["--"].get_color()
    assert legend_of(ax) == ["f(x)", "f'(x), the slope"] and ax.get_title("left") == "sine" and ax.get_xlabel() == "x"


# --- caption


@each_drawing
def test_the_caption_stands_below_everything_in_small_print(draw):
    ax = draw()
    ax.figure.canvas.draw()
    old_size = ax.xaxis.label.get_size()
    assert plots.caption(ax, "offline sample: " + "of something " * 20) is ax
    ax.figure.canvas.draw()
    note = ax.texts[-1]
    assert isinstance(note, Annotation) and note.get_text().replace("\n", " ").startswith(
        "offline sample: of something"
    )
    assert note.get_size() < old_size
    box = note.get_window_extent()
    above = [ax.xaxis.get_tightbbox(), ax.get_window_extent()]
    assert all(box.y1 <= thing.y0 for thing in above if thing is not None)
    assert box.y0 >= 0 and box.x0 >= 0 and box.x1 <= ax.figure.bbox.x1


# --- wrong input: what was expected, what came; and no figure is left behind

XOR = Dataset(CORNERS, [0, 1, 1, 0])
WRONG = [
    (
        lambda: plots.learning_curves(HISTORY, ("loss", "acc")),
        ValueError,
        r"no \['acc'\].*'loss', 'metric', 'val_loss'",
    ),
    (lambda: plots.learning_curves(SimpleNamespace(history=KERAS)), TypeError, "SimpleNamespace.*history"),
    (lambda: plots.learning_curves({}), ValueError, "fit the network first"),
    (lambda: plots.learning_curves({"loss": []}), ValueError, "fit the network first"),
    (lambda: plots.learning_curves(HISTORY, ()), ValueError, "ask for one key"),
    (lambda: plots.digits(np.zeros((3, 63))), ValueError, r"square.*\(3, 63\)"),
    (lambda: plots.digits(np.zeros((3, 4, 16))), ValueError, r"square.*\(3, 4, 16\)"),
    (lambda: plots.digits(IMAGES[0]), ValueError, r"square.*\(8, 8\).*image\[None\]"),
    (lambda: plots.digits(IMAGES[:0]), ValueError, r"square.*\(0, 8, 8\)"),
    (lambda: plots.digits(np.zeros(64)), ValueError, r"square.*\(64,\)"),
    (lambda: plots.digits(np.zeros((401, 64))), ValueError, "401 images.*400"),
    (lambda: plots.digits(IMAGES, LABELS[:22]), ValueError, r"labels.*23 in all.*\(22,\)"),
    (lambda: plots.digits(IMAGES, LABELS, LABELS[:1]), ValueError, r"predictions.*23 in all.*\(1,\)"),
    (lambda: plots.digits(IMAGES, 7), ValueError, r"labels.*23 in all"),
    (lambda: plots.digits(IMAGES, predictions=LABELS), ValueError, "give both"),
    (lambda: plots.digits(IMAGES, n_columns=0), ValueError, "n_columns must be 1 or more; it is 0"),
    (lambda: plots.decision_boundary(thirds, Dataset(IMAGES[:, 0], LABELS)), ValueError, r"\(n, 2\); it is \(23, 8\)"),
    (lambda: plots.decision_boundary(lambda X: thirds(X)[:3], XOR), ValueError, r"each of 4 inputs.*\(3, 3\)"),
    (lambda: plots.decision_boundary(lambda X: thirds(X) * np.nan, XOR), ValueError, "diverged"),
    (
        lambda: plots.decision_boundary(right_of_the_middle, Dataset(CORNERS, [0, 1, 2, 0])),
        ValueError,
        "0 to 2, but.* 2 ",
    ),
    (lambda: plots.decision_boundary(thirds, XOR, resolution=1), ValueError, "resolution must be 2 or more; it is 1"),
    (lambda: plots.confusion_matrix(MATRIX[:2]), ValueError, r"square.*\(2, 3\)"),
    (lambda: plots.confusion_matrix([]), ValueError, r"square.*\(0,\)"),
    (lambda: plots.confusion_matrix(MATRIX / MATRIX.sum()), ValueError, "counts"),
    (lambda: plots.confusion_matrix(-MATRIX), ValueError, "counts"),
    (lambda: plots.confusion_matrix(MATRIX, ["cat", "dog"]), ValueError, r"class_names.*3 in all.*\(2,\)"),
]


@pytest.mark.parametrize(("draw", "error", "words"), WRONG)
def test_wrong_input_is_explained(draw, error, words):
    with pytest.raises(error, match=words):
        draw()
    assert plt.get_fignums() == []
