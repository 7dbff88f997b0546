"""The figures of 04-mnist: what they draw is what they say."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnkit.figures import comparison

VALUES = {("sgd", 0.01): 0.5, ("sgd", 0.1): 0.9, ("adam", 0.01): 0.8}


@pytest.fixture(autouse=True)
def tidy():
    """Each test starts without open figures, and leaves none."""
    assert plt.get_fignums() == []
    yield
    plt.close("all")


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_collect_trains_each_run_with_its_arguments(capsys):
    assert comparison.collect(lambda a, b: a + b, [(1, 2), (3, 4)]) == {(1, 2): 3, (3, 4): 7}
    out, err = capsys.readouterr()
    assert "2/2" in out and err == ""


def test_an_interrupt_keeps_what_is_finished(capsys):
    def train(i):
        if i == 2:
            raise KeyboardInterrupt
        return i

    assert comparison.collect(train, [(0,), (1,), (2,), (3,)]) == {(0,): 0, (1,): 1}
    assert "Stopped by hand after 2 of 4 runs" in capsys.readouterr().out


def test_what_is_not_written_yet_is_said_and_not_kept(capsys):
    def train(i):
        raise NotImplementedError("not written yet")

    with pytest.raises(NotImplementedError):
        comparison.collect(train, [(0,)])


def test_lines_are_the_histories_with_their_last_number():
    ax = comparison.lines({"sgd": {"val_accuracy": [0.2, 0.7]}, "adam": {"val_accuracy": [0.5, 0.9]}}, note="MNIST")
    assert [line.get_xydata().tolist() for line in ax.lines] == [[[1, 0.2], [2, 0.7]], [[1, 0.5], [2, 0.9]]]
    assert legend(ax) == ["sgd: 0.700", "adam: 0.900"]


def test_a_loss_that_is_lost_is_drawn_at_the_ceiling():
    ax = comparison.lines({"sgd": {"loss": [0.5, 9.0, np.nan]}}, "loss")
    assert ax.lines[0].get_ydata().tolist() == [0.5, 2.5, 2.5] and ax.get_yscale() == "log"


def test_a_history_without_an_epoch_draws_nothing():
    ax = comparison.lines({"sgd": {}}, "loss")
    assert len(ax.lines[0].get_xdata()) == 0 and legend(ax) == ["sgd"]


def test_rates_has_a_line_for_each_algorithm():
    ax = comparison.rates(VALUES)
    assert [line.get_xydata().tolist() for line in ax.lines] == [[[0.01, 0.5], [0.1, 0.9]], [[0.01, 0.8]]]
    assert legend(ax) == ["sgd", "adam"]


def test_table_has_a_dash_where_nothing_was_trained():
    rows = [row.split() for row in comparison.table(VALUES).splitlines()]
    assert rows == [["0.01", "0.1"], ["sgd", "0.500", "0.900"], ["adam", "0.800", "-"]]


def test_mistakes_are_those_of_each_model_and_none_is_none():
    images = np.random.default_rng(0).integers(0, 256, size=(4, 28, 28)).astype(np.uint8)
    labels = np.array([0, 1, 2, 3])
    figure = comparison.mistakes(images, labels, {"bad": np.array([0, 7, 8, 3]), "good": labels}, n=5, note="MNIST")
    first, second = figure.axes
    assert (first.get_title("left"), second.get_title("left")) == ("bad: 2 of 4 wrong", "good: 0 of 4 wrong")
    assert {"1→7", "2→8"} <= {text.get_text() for text in first.texts}
    assert len(first.images) == 2 and len(second.images) == 0
