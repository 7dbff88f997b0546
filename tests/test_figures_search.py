"""The figures of 06-hyperparameters: what they draw is what they say."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnkit.figures.search import all_trials, best_so_far, lucky_best, watch
from nnkit.quietly import keras

OPTIONS = {"topology": [[100], [100, 50]], "lr": [0.01, 0.001]}
TRIALS = [
    ({"topology": [100], "lr": 0.01}, 0.9),
    ({"topology": [100, 50], "lr": 0.01}, 0.97),
    ({"topology": [100], "lr": 0.001}, 0.8),
]
X, Y = np.eye(4, dtype="float32"), np.arange(4) % 2


@pytest.fixture(autouse=True)
def tidy():
    """Each test starts without open figures, and leaves none."""
    assert plt.get_fignums() == []
    yield
    plt.close("all")


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


# ---- every trial


def threads(ax):
    return [line for line in ax.lines if len(line.get_xdata()) > 2]


def test_there_is_a_line_for_each_trial_and_the_best_is_the_thick_one():
    ax = all_trials(TRIALS, OPTIONS)
    thick = [line for line in threads(ax) if line.get_linewidth() > 3]
    assert len(threads(ax)) == 3 and len(thick) == 1
    assert thick[0].get_ydata()[-1] == max(line.get_ydata()[-1] for line in threads(ax))
    assert legend(ax) == ["the best: 97.00%"]


def test_a_line_goes_through_its_choices():
    worst, middle, best = threads(all_trials(TRIALS, OPTIONS))
    assert worst.get_ydata()[0] < 0.5 and middle.get_ydata()[0] < 0.5 < best.get_ydata()[0]  # topologies
    lr = [np.interp(1, line.get_xdata(), line.get_ydata()) for line in (worst, middle, best)]
    assert lr[0] > 0.5 > max(lr[1:])
    assert worst.get_ydata()[0] != middle.get_ydata()[0]  # side by side, not one above the other


def test_the_options_are_written_as_words_and_names_can_be_others():
    ax = all_trials(TRIALS, OPTIONS, names={"lr": "learning rate"})
    assert [text.get_text() for text in ax.texts] == ["100", "100-50", "0.01", "0.001"]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["topology", "learning rate", "validation\naccuracy"]


def test_a_single_trial_and_equal_trials_are_drawn_too():
    assert len(threads(all_trials(TRIALS[:1], OPTIONS))) == 1
    assert len(threads(all_trials(2 * TRIALS[:1], OPTIONS))) == 2


def test_no_trial_at_all_is_said():
    with pytest.raises(ValueError, match="no trial to draw yet"):
        all_trials([], OPTIONS)


# ---- the best so far


def test_the_staircase_is_the_best_until_then_and_the_markers_are_the_trials():
    ax = best_so_far({"random": [0.8, 0.7, 0.9], "other": [0.6]})
    markers, stairs = ax.lines[:2]
    assert markers.get_xydata().tolist() == [[1, 0.8], [2, 0.7], [3, 0.9]]
    assert stairs.get_ydata().tolist() == [0.8, 0.8, 0.9]
    assert legend(ax) == ["random: a trial", "random: best so far", "other: a trial", "other: best so far"]


# ---- luck


def average(ax, beginning):
    (found,) = (text for text in legend(ax) if text.startswith(beginning))
    return float(found.split(": ")[1].split("%")[0]) / 100


def test_a_single_model_is_not_lucky_and_the_best_of_many_is():
    one, many = lucky_best(trials=1), lucky_best(trials=100)
    assert abs(average(one, "on those") - 0.9) < 0.001
    assert average(many, "on those") > 0.93 and abs(average(many, "on new") - 0.9) < 0.001


def test_more_examples_leave_less_room_for_luck():
    lucks = [average(lucky_best(examples=n), "on those") - 0.9 for n in (100, 1000, 10000)]
    assert lucks == sorted(lucks, reverse=True) and 0 < lucks[-1] < 0.01


# ---- a search that is watched


def a_notebook():
    """A notebook's names: a training that counts its calls, and a search over two configurations that uses it."""
    names = {"keras": keras, "calls": []}
    exec(NOTEBOOK, names)  # as a notebook does: the functions' names live in `names`
    return names


NOTEBOOK = """
def train_dnn(model, alg, lr, X, Y):
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    calls.append((alg, lr))
    return "history"


def search(X, Y, stop_at=None):
    for i, (alg, lr) in enumerate([("adam", 0.1), ("sgd", 0.2)]):
        if i == stop_at:
            raise KeyboardInterrupt
        layers = [keras.layers.Dense(3), keras.layers.Dropout(0.2), keras.layers.Dense(2, activation="softmax")]
        assert train_dnn(keras.Sequential([keras.Input((4,)), *layers]), alg, lr=lr, X=X, Y=Y) == "history"
    return "the best"
"""


def test_watch_notes_each_training_and_shows_it_on_stdout(capsys):
    names = a_notebook()
    original = names["train_dnn"]
    with watch(names["search"], 2, (X, Y)) as trials:
        assert names["search"](X, Y) == "the best"
    assert [trial[0] for trial in trials] == [
        {"topology": [3], "algorithm": alg, "lr": lr, "dropout": 0.2} for alg, lr in (("adam", 0.1), ("sgd", 0.2))
    ]
    assert all(accuracy in (0, 0.25, 0.5, 0.75, 1) for _, accuracy in trials)
    assert names["calls"] == [("adam", 0.1), ("sgd", 0.2)] and names["train_dnn"] is original
    written = capsys.readouterr()
    assert "2/2" in written.out and written.err == ""


def test_watch_keeps_what_is_finished_when_stopped_by_hand(capsys):
    names = a_notebook()
    original = names["train_dnn"]
    with watch(names["search"], 2, (X, Y)) as trials:
        names["search"](X, Y, stop_at=1)
    assert len(trials) == 1 and names["train_dnn"] is original
    assert "Stopped by hand after 1 of 2 trials" in capsys.readouterr().out


def test_watch_does_not_hide_that_nothing_is_finished_or_went_wrong():
    names = a_notebook()
    with pytest.raises(KeyboardInterrupt), watch(names["search"], 2, (X, Y)):
        names["search"](X, Y, stop_at=0)
    with pytest.raises(ZeroDivisionError), watch(names["search"], 2, (X, Y)):
        raise ZeroDivisionError
