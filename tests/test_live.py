"""Curves that draw themselves: one picture in one place, seldom drawn, right in what it says, and kept after a stop."""

import base64
import math
import re
import time
import xml.etree.ElementTree as xml
from types import SimpleNamespace

import IPython.display
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from nnkit import BinaryCrossEntropy, DenseLayer, NeuralNetwork, SigmoidActivation, accuracy, curves, datasets, live
from nnkit.live import Curves
from nnkit.progress import progress

HISTORY = {
    "loss": [0.9, 0.512345, 0.25],
    "val_loss": [1.0, 0.7, 0.6125],
    "metric": [0.5, 0.75, 0.875],
    "val_metric": [0.4, 0.5, 0.8],
}


@pytest.fixture
def screen(monkeypatch):
    """A notebook's screen: the bundles that were displayed, in order; `.ids` are the places that they went to."""

    class Screen(list):
        ids = []

    class Handle:
        def __init__(self, place):
            self.place = place

        def update(self, bundle, raw):
            assert raw
            shown.ids.append(self.place)
            shown.append(bundle)

    def display(bundle, raw, display_id):
        assert raw and display_id
        handle = Handle(len(shown))
        handle.update(bundle, raw)
        return handle

    class Shell:
        """As much of IPython's as is asked for: which cell it is, and who is told when it ends."""

        execution_count, waiting = 1, []

        @property
        def events(self):
            return SimpleNamespace(
                register=lambda event, call: self.waiting.append((event, call)),
                unregister=lambda event, call: self.waiting.remove((event, call)),
            )

    shown = Screen()
    shown.ids, shown.shell = [], Shell()
    shown.shell.waiting = []
    monkeypatch.setattr("IPython.get_ipython", lambda: shown.shell)
    monkeypatch.setattr(IPython.display, "display", display)
    monkeypatch.setattr("nnkit.desk.screen.is_watched", lambda: True)
    return shown


def svg(bundle):
    """The picture in what was displayed, as a tree: it is valid XML, and of the size that its <img> says."""
    data, *size = re.search(r'base64,([^"]+)".* width="(\d+)" height="(\d+)"', bundle["text/html"]).groups()
    tree = xml.fromstring(base64.b64decode(data))
    assert [tree.get("width"), tree.get("height")] == size
    return tree


def words(bundle):
    """All texts of the picture in what was displayed."""
    return [text.text or "" for text in svg(bundle).iter("{http://www.w3.org/2000/svg}text")]


def network(**settings):
    settings = {"epochs": 5, "loss": BinaryCrossEntropy, "metric": accuracy, "random_state": 0, **settings}
    return NeuralNetwork(**settings).add(DenseLayer(1, input_shape=(2,))).add(SigmoidActivation())


# ---- the picture


def test_each_curve_has_its_name_and_its_newest_value(screen):
    picture = Curves("Adam & <co>", beside={"SGD": {"loss": [0.8, 0.7654], "metric": [0.1, 0.2]}})
    with picture.training(10) as show:
        show(HISTORY)
    texts = words(screen[-1])
    for text in ("training 0.25", "validation 0.613", "training 0.875", "validation 0.8", "SGD 0.765", "SGD 0.2"):
        assert text in texts
    assert texts[0].startswith("Adam & <co>: 3 of 10 epochs in 0.")
    assert {"loss", "metric", "epoch"} <= set(texts)


def test_the_alt_text_says_the_newest_values_and_the_plain_text_is_one_line(screen):
    with Curves().training(3) as show:
        show(HISTORY)
    alt = re.search(r'alt="([^"]+)"', screen[-1]["text/html"])[1]
    assert alt == screen[-1]["text/plain"] and "\n" not in alt
    values = "training loss 0.25, validation loss 0.613, training metric 0.875, validation metric 0.8"
    assert re.fullmatch(rf"Learning curves\. 3 epochs in \d\.\d s\. Newest values: {values}\.", alt)


def test_curves_are_told_apart_without_colour(screen):
    beside = {name: {"loss": [1.0, 0.5]} for name in "ABCD"}
    with Curves(beside=beside).training(3) as show:
        show({"loss": [1.0], "val_loss": [2.0]})
    tree = svg(screen[-1])
    dashes = [line.get("stroke-dasharray") for line in tree.iter("{http://www.w3.org/2000/svg}polyline")]
    ends = [path.get("d") for path in tree.iter("{http://www.w3.org/2000/svg}path") if path.get("transform")]
    assert len(set(dashes)) == len(set(ends)) == 6


def test_curves_are_where_their_values_are():
    picture = curves.draw({"loss": curves.lines({"loss": [0.0, 1.0, 0.5]}, "loss")}, 4)
    wide = curves.WIDTH - curves.LEFT - curves.RIGHT
    points = [(wide / 4, curves.HEIGHT), (wide / 2, 0), (3 * wide / 4, curves.HEIGHT / 2)]
    assert f'points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"' in picture


@pytest.mark.parametrize(
    ("values", "ticks", "word"),
    [
        ([0.21, 0.98], [0.2, 0.4, 0.6, 0.8, 1.0], ""),
        ([3.0], [3.0, 3.5], ""),
        ([0.0, 0.0], [0.0, 0.2], ""),
        ([-2.0, 2.0], [-2.0, -1.0, 0.0, 1.0, 2.0], ""),
        ([0.002, 5.0], [0.001, 0.01, 0.1, 1.0, 10.0], " (powers of ten)"),
        ([], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0], ""),
    ],
)
def test_the_axis_has_round_numbers_around_all_values(values, ticks, word):
    height_of, found, said = curves._scale(values)
    assert found[: len(ticks)] == pytest.approx(ticks) and said == word
    assert all(-1e-9 <= height_of(value) <= 1 + 1e-9 for value in values)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_a_number_is_left_out(bad):
    (line,) = curves.lines({"loss": [1.0, bad, 0.5]}, "loss")
    assert line.points == [(1, 1.0), (3, 0.5)]
    assert curves.lines({"loss": [bad]}, "loss", so_far=[(0.5, bad)]) == []


def test_a_long_history_is_drawn_with_some_hundred_points_and_its_last():
    (line,) = curves.lines({"loss": [1 / (1 + k) for k in range(10_000)]}, "loss")
    assert len(line.points) <= curves.MOST_POINTS + 1 and line.points[-1] == (10_000, 1 / 10_000)


def test_names_do_not_lie_on_each_other():
    many = {str(k): {"loss": [1.0, 0.5 + k / 1000]} for k in range(10)}
    picture = curves.draw({"loss": curves.lines({"loss": [1.0, 0.5]}, "loss", many)}, 2)
    heights = sorted(float(y) for y in re.findall(r'<text x="2[34]\d\.\d" y="([\d.]+)"[^>]*>[^<]* 0\.5', picture))
    assert len(heights) == 11 and min(np.diff(heights)) >= 13.9
    assert -10 <= heights[0] and heights[-1] <= curves.HEIGHT + 10


def test_a_metric_of_nnkit_and_one_of_keras_share_a_panel(screen):
    keras = {"accuracy": [0.5, 0.6], "loss": [1.0, 0.9], "val_accuracy": [0.5, 0.55], "val_loss": [1.0, 0.95]}
    with Curves(beside={"Keras": keras}).training(3) as show:
        show({"loss": [1.0], "metric": [0.5]})
    assert "Keras 0.55" in words(screen[-1]) and "metric" in words(screen[-1])
    with Curves(beside={"nnkit": HISTORY}, metric="accuracy").training(3) as show:
        show(keras)
    assert "nnkit 0.8" in words(screen[-1]) and "accuracy" in words(screen[-1])


def test_used_again_it_keeps_the_run_before_in_the_same_picture(screen):
    picture = Curves("slow")
    for label, loss in (("slow", 0.9), ("fast", 0.4), ("", 0.2)):
        picture.label = label
        with picture.training(3) as show:
            show({"loss": [1.0, loss]})
    assert {"slow 0.9", "fast 0.4", "training 0.2"} <= set(words(screen[-1])) and set(screen.ids) == {0}
    screen.shell.execution_count += 1  # the next cell has a picture of its own
    with picture.training(3) as show:
        show({"loss": [1.0, 0.1]})
    assert "run 3 0.2" in words(screen[-1]) and len(set(screen.ids)) == 2


def test_of_a_longer_run_before_as_many_epochs_are_drawn(screen):
    with Curves(beside={"long": {"loss": [1.0, 0.8, 0.6, 0.4]}}).training(2) as show:
        show({"loss": [1.0]})
    assert "long 0.8" in words(screen[-1])


# ---- nnkit


def test_a_network_draws_in_one_place_and_ends_with_its_history(screen):
    net = network(verbose="curves", epochs=3).fit(datasets.xor(), validation=datasets.xor())
    assert set(screen.ids) == {0}
    assert f"training {net.history['loss'][-1]:.3g}" in words(screen[-1])
    assert f"validation {net.history['val_metric'][-1]:.3g}" in words(screen[-1])
    assert "of 3" in words(screen[0])[0] and words(screen[-1])[0].startswith("3 epochs in")


def test_however_many_epochs_five_pictures_a_second(screen):
    before = time.perf_counter()
    network(verbose="curves", epochs=3000).fit(datasets.xor())
    assert len(screen) <= 2 + (time.perf_counter() - before) / live.PAUSE
    assert "3000 epochs in" in words(screen[-1])[0]


def test_on_a_slow_computer_drawing_is_a_small_share_of_the_time(screen, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(live.time, "perf_counter", lambda: now[0])
    original = Curves._bundle

    def slowly(self, title=None):
        now[0] += 0.5
        return original(self, title)

    monkeypatch.setattr(Curves, "_bundle", slowly)
    with Curves().training(1000) as show:
        for epoch in range(1000):
            now[0] += 0.1
            show({"loss": [1.0] * (epoch + 1)})
    assert len(screen) <= 3 + 100 / 10


def test_an_interrupt_leaves_the_weights_and_the_picture(screen):
    class Stopping(SigmoidActivation):
        batches = 0

        def backward_propagation(self, output_error):
            Stopping.batches += 1
            if Stopping.batches == 3:
                raise KeyboardInterrupt
            return super().backward_propagation(output_error)

    net = NeuralNetwork(epochs=10, batch_size=4, loss=BinaryCrossEntropy, random_state=0, verbose="curves")
    net.add(DenseLayer(1, input_shape=(2,))).add(Stopping())
    before = net.get_weights()
    assert net.fit(datasets.xor()) is net
    assert len(net.history["loss"]) == 2 and not np.array_equal(before[0], net.get_weights()[0])
    assert words(screen[-1])[0] == "Stopped by hand after 2 of 10 epochs. What was learnt so far is kept."
    assert f"training {net.history['loss'][-1]:.3g}" in words(screen[-1])
    assert "Stopped by hand" in screen[-1]["text/plain"]


def test_after_an_early_end_the_axis_ends_as_well(screen):
    picture = Curves(beside={"before": {"loss": [1.0, 0.9, 0.8]}})
    with picture.training(100) as show:
        show({"loss": [1.0, 0.5]})
    assert picture.epochs == 3 and words(screen[-1])[0].startswith("2 of 100 epochs in")


def test_an_error_is_raised_and_said(screen):
    with pytest.raises(FloatingPointError), Curves().training(10) as show:
        show({"loss": [1.0]})
        raise FloatingPointError
    assert words(screen[-1])[0] == "Broken off by an error after 1 of 10 epochs."


def test_the_time_that_is_left_is_told(screen, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(live.time, "perf_counter", lambda: now[0])
    with Curves().training(10) as show:
        now[0] = 20.0
        show({"loss": [1.0, 0.9]})
        assert words(screen[-1])[0] == "Epoch 3 of 10, 20 s so far, about 80 s left."
        now[0] = 60.0
        show({"loss": [1.0, 0.9, 0.8]})
        assert words(screen[-1])[0] == "Epoch 4 of 10, 60 s so far, about 2 min left."


def test_without_a_screen_it_is_the_bar(capsys):
    net = network(verbose="curves", epochs=3).fit(datasets.xor())
    out, err = capsys.readouterr()
    assert "epoch 3/3" in out and err == "" and len(net.history["loss"]) == 3


@pytest.mark.parametrize("verbose", ["curve", 2, None, "", [1]])
def test_another_verbose_is_refused_with_the_choices(verbose):
    with pytest.raises(ValueError, match=r'verbose must be False, True, "curves" or Curves\(\.\.\.\); it is '):
        network(verbose=verbose).fit(datasets.xor())


@pytest.mark.parametrize("verbose", [0, 1, np.True_, np.False_])
def test_numbers_that_are_true_or_false_are_taken_as_such(verbose, capsys):
    with progress(1, verbose) as show:
        show({"loss": [1.0]})
    assert bool(capsys.readouterr().out) == bool(verbose)


def test_a_picture_costs_a_few_milliseconds():
    histories = {name: {key: values * 100 for key, values in HISTORY.items()} for name in "ABC"}
    picture = Curves(beside=histories)
    picture.history, picture.epochs, picture.so_far = histories["A"], 300, [(300, 0.2)] * live.MOST_BATCHES
    times = []
    for _ in range(20):
        before = time.perf_counter()
        picture._bundle("300 epochs")
        times.append(time.perf_counter() - before)
    assert np.median(times) < 0.03  # some 3 ms on the computer where this was written


# ---- Keras


@pytest.fixture
def line():
    """A model of one weight, 3 to begin with, and eight examples of y = 0 x: the weight is halved with each batch."""
    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.array([[3.0]])])
    model.compile(keras.optimizers.SGD(0.25), "mse", metrics=["mae"])
    return model, np.ones((8, 1)), np.zeros((8, 1))


def interrupt_at(epoch):
    from nnkit.quietly import keras

    def stop(now, logs):
        if now == epoch:
            raise KeyboardInterrupt

    return keras.callbacks.LambdaCallback(on_epoch_begin=stop)


@pytest.mark.slow
def test_keras_draws_on_the_same_picture(line, screen):
    model, x, y = line
    watch = live.LiveCurves(beside={"nnkit": HISTORY}, label="Keras")
    history = model.fit(x, y, epochs=3, batch_size=8, verbose=0, validation_data=(x, y), callbacks=[watch]).history
    assert watch.history == history and set(screen.ids) == {0}
    texts = words(screen[-1])
    assert {f"training {history['loss'][-1]:.3g}", f"validation {history['val_mae'][-1]:.3g}"} <= set(texts)
    assert "nnkit 0.8" in texts and "mae" in texts and texts[0].startswith("Keras: 3 epochs in")


@pytest.mark.slow
def test_within_an_epoch_the_loss_so_far_is_drawn(line, screen, monkeypatch):
    model, x, y = line
    monkeypatch.setattr(live, "PAUSE", 0.0)
    monkeypatch.setattr(live, "SHARE", 1e9)
    model.fit(x, y, epochs=1, batch_size=2, verbose=0, callbacks=[live.LiveCurves()])
    alone = [bundle for bundle in screen if "no epoch finished yet" in bundle["text/plain"]]
    assert len(alone) == 5  # the empty one, and one for each batch
    (thin,) = svg(alone[-1]).iter("{http://www.w3.org/2000/svg}polyline")
    assert len(thin.get("points").split()) == 4
    assert words(screen[-1])[0].startswith("1 epoch in")


@pytest.mark.slow
def test_going_on_from_another_epoch_counts_from_there(line, screen):
    model, x, y = line
    model.fit(x, y, initial_epoch=4, epochs=6, verbose=0, callbacks=[live.LiveCurves()])
    assert words(screen[-1])[0].startswith("2 epochs in")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "said"), [(KeyboardInterrupt(), "Stopped by hand"), (None, "Broken off by an error")]
)
def test_when_keras_is_broken_off_the_end_of_the_cell_tells(line, screen, error, said):
    model, x, y = line
    with pytest.raises(KeyboardInterrupt):
        model.fit(x, y, epochs=9, batch_size=8, verbose=0, callbacks=[interrupt_at(2), live.LiveCurves()])
    [(event, told)] = screen.shell.waiting
    told(SimpleNamespace(error_in_exec=error))
    assert event == "post_run_cell" and screen.shell.waiting == []
    assert words(screen[-1])[0].startswith(f"{said} after 2 of 9 epochs.") and "training 2.25" in words(screen[-1])


@pytest.mark.slow
def test_fit_draws_where_it_is_told_to_and_keeps_what_was_learnt(line, screen, capsys):
    from nnkit.fitting import fit

    model, x, y = line
    history = fit(model, x, y, 10, "a line", callbacks=[interrupt_at(2)], live=True, batch_size=8)
    assert history["loss"] == pytest.approx([9, 2.25]) and model.get_weights()[0].item() == pytest.approx(0.75)
    assert words(screen[-1])[0] == ("a line: Stopped by hand after 2 of 10 epochs. What was learnt so far is kept.")
    assert capsys.readouterr() == ("", "")
    again = fit(model, x, y, 2, "more", live=Curves(beside={"a line": history}))
    assert len(again["loss"]) == 2 and "a line 2.25" in words(screen[-1])


@pytest.mark.slow
def test_keras_without_a_screen_has_the_bar(line, capsys):
    from nnkit.fitting import fit

    model, x, y = line
    fit(model, x, y, 3, live=True)
    out, err = capsys.readouterr()
    assert "epoch 3/3" in out and err == ""
    fit(model, x, y, 3, live=True, callbacks=[interrupt_at(1)])
    assert "Stopped by hand after 1 of 3 epochs" in capsys.readouterr().out


# ---- in a kernel

STOP = """
import _thread, threading
threading.Timer({}, _thread.interrupt_main).start()
"""
NNKIT = """
from nnkit import DenseLayer, NeuralNetwork, datasets
net = NeuralNetwork(epochs=1_000_000, verbose="curves", random_state=0).add(DenseLayer(1, input_shape=(2,)))
net.fit(datasets.xor())
print("and on it goes")
"""
KERAS = """
from nnkit.quietly import keras
from nnkit.live import LiveCurves
import numpy as np
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
watch = LiveCurves()
model.fit(np.ones((64, 1)), np.ones((64, 1)), epochs=100_000, batch_size=1, verbose=0, callbacks=[watch])
"""


def run(source, monkeypatch):
    """Run cells in a kernel; return them and all display messages that came."""
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in source])
    client, messages = NotebookClient(notebook, timeout=120, allow_errors=True), []
    original = client.process_message

    def noting(message, *arguments):
        if "display" in message["msg_type"]:
            messages.append((message["msg_type"], message["content"]["transient"]["display_id"]))
        return original(message, *arguments)

    monkeypatch.setattr(client, "process_message", noting)
    client.execute()
    return notebook.cells, messages


@pytest.mark.slow
def test_in_a_kernel_one_output_is_updated_and_a_stop_ends_the_training_alone(monkeypatch):
    (cell,), messages = run([STOP.format(1.5) + NNKIT], monkeypatch)
    assert [kind for kind, _ in messages[:2]] == ["display_data", "update_display_data"]
    assert len({place for _, place in messages}) == 1 and 3 <= len(messages) <= 12
    picture, said = cell.outputs
    assert said.text == "and on it goes\n"
    assert re.match(r"Stopped by hand after \d+ of 1000000 epochs\.", words(picture.data)[0])


@pytest.mark.slow
def test_in_a_kernel_keras_is_stopped_and_the_picture_says_so(monkeypatch):
    (cell, after), messages = run(
        [KERAS.replace("watch =", STOP.format(3) + "watch ="), "print(len(watch.history['loss']))"], monkeypatch
    )
    picture, error = cell.outputs
    assert error.ename == "KeyboardInterrupt" and len({place for _, place in messages}) == 1
    epochs = after.outputs[0].text.strip()
    assert words(picture.data)[0].startswith(f"Stopped by hand after {epochs} of 100000 epochs.")
