"""The playground without its screen: what is shown is what the network holds, and a run can be had again."""

import asyncio
import builtins
import importlib
import inspect
import json
import re
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT
from contrast import contrast

import nnkit
from nnkit.gradients import numerical_gradient, relative_error
from nnkit.playground import parts as parts_of
from nnkit.playground import playground
from nnkit.playground.data import TASKS, make
from nnkit.playground.network import stages
from nnkit.playground.parts import Parts, checked, found
from nnkit.playground.session import SIDE, Session, places
from nnkit.playground.setup import CHOICES, LOSSES, Setup, changed, difference, started

EVERY_DATA = pytest.mark.parametrize("data", TASKS)


def session(classes=None, **start):
    return Session(started(**start), lambda: classes or {})


def weights(session):
    return session.run.network.get_weights()


def same(some, others):
    return all(np.array_equal(a, b) for a, b in zip(some, others, strict=True))


# ------------------------------------------------------------------------------------------------------------ the data


@EVERY_DATA
def test_data_lie_in_the_picture_and_have_the_targets_of_their_task(data):
    train, test = make(data, 0.1, np.random.default_rng(1))
    assert (len(train), len(test)) == (200, 100)
    assert np.abs(np.concatenate([train.X, test.X])).max() < 1.5
    if TASKS[data] == "numbers":
        assert train.y.shape == (200, 1) and -1.5 < train.y.min() < 0 < train.y.max() < 1.5
    else:
        values = [0, 1]
        assert set(np.unique(train.y)) == set(values)
        assert 0.2 < train.y.mean(axis=0).min() and train.y.mean(axis=0).max() < 0.7


@EVERY_DATA
def test_data_are_the_same_for_a_generator_of_the_same_seed_alone(data):
    one, same, other = (make(data, 0.1, np.random.default_rng(seed))[0].X for seed in (0, 0, 1))
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    assert np.array_equal(make(data)[0].X, one)


@EVERY_DATA
def test_a_small_network_learns_each_of_them(data):
    playing = session(data=data, noise=0.05)
    playing.advance(times=60)
    assert playing.run.history["val_loss"][-1] < 0.2


# ------------------------------------------------------------------------------------------------------------ set-ups


@pytest.mark.parametrize(
    "start, words",
    [
        ({"lerning_rate": 1}, "no setting 'lerning_rate'. Did you mean learning_rate?"),
        ({"data": "moon"}, "data must be one of moons, circles, xor, spirals, clouds, waves; it is 'moon'"),
        ({"data": "waves", "loss": "BinaryCrossEntropy"}, "loss must be one of MeanSquaredError with waves"),
        ({"optimizer": "adam"}, "optimizer must be one of SGD"),
        ({"activation": None}, "activation must be one of"),
        ({"learning_rate": -1}, "learning_rate must be 0 or more"),
        ({"learning_rate": "fast"}, "learning_rate must be a number; it is 'fast'"),
        ({"batch_size": 0}, "batch_size must be a whole number of 1 or more"),
        ({"dropout": 1.0}, "dropout must be at least 0 and less than 1"),
        ({"hidden": 8}, "hidden lists the units of 0 to 3 layers"),
        ({"hidden": (2, 2, 2, 2)}, "hidden lists the units of 0 to 3 layers"),
        ({"hidden": (9,)}, "a hidden layer has 1 to 8 units here"),
        ({"hidden": (0,)}, "each number in hidden must be a whole number of 1 or more"),
        ({"seed": -1}, "seed must be a whole number of 0 or more"),
        ({"seed": 0.5}, "seed must be a whole number of 0 or more"),
    ],
)
def test_a_value_that_will_not_do_is_told(start, words):
    with pytest.raises((TypeError, ValueError)) as told:
        playground(**start)
    assert words in str(told.value)


def test_new_data_bring_a_loss_that_fits():
    assert changed(Setup(), data="waves").loss == "MeanSquaredError"
    assert started(data="clouds").loss == "CategoricalCrossEntropy"
    assert changed(started(loss="MeanSquaredError"), data="circles").loss == "MeanSquaredError"


def test_what_differs_is_said():
    assert difference(Setup(), Setup()) == "Nothing differs yet: change one thing, and run."
    one = changed(Setup(), learning_rate=0.1)
    assert difference(Setup(), one) == "One thing differs: learning rate (kept 0.01, now 0.1)."
    two = difference(Setup(), changed(one, hidden=()))
    assert two.startswith("2 things differ: hidden (kept 8-8, now none), learning rate (kept 0.01, now 0.1).")


# --------------------------------------------------------------------------------------------------------------- runs


CASES = [
    {"optimizer": name, "data": data, "dropout": dropout, "l2": 0.001, "hidden": hidden}
    for name, data, dropout, hidden in [
        ("SGD", "moons", 0.2, (8, 8)),
        ("SGD with momentum", "circles", 0.0, ()),
        ("RMSProp", "clouds", 0.1, (4,)),
        ("Adam", "waves", 0.0, (8, 8, 8)),
        ("Adagrad", "xor", 0.0, (5, 3)),
        ("RProp", "spirals", 0.0, (8,)),
        ("Quickprop", "moons", 0.0, (2,)),
    ]
]


@pytest.mark.parametrize("start", CASES, ids=lambda start: start["optimizer"])
def test_the_code_runs_as_it_is_and_trains_the_same_network(start, capsys):
    playing, program = session(**start, l1=0.0001, activation="ReLUActivation", batch_size=64), {}
    playing.advance(times=3)
    exec(playing.code(), program)
    assert same(program["network"].get_weights(), weights(playing))
    history = playing.run.history
    assert {name: program["network"].history[name] for name in history} == history
    assert capsys.readouterr().out == f"training loss {history['loss'][-1]}\ntest loss {history['val_loss'][-1]}\n"


def test_half_steps_steps_and_epochs_are_the_same_way():
    by_epoch, by_half, by_step = (session(dropout=0.2) for _ in range(3))
    by_epoch.advance(times=2)
    for _ in range(2 * by_half.run.n_batches):
        by_half.forward()
        by_half.backward()
        by_step.advance("step")
    assert same(weights(by_epoch), weights(by_half)) and same(weights(by_epoch), weights(by_step))
    assert by_epoch.run.history == by_half.run.history == by_step.run.history


def test_rewinding_gives_the_same_start_and_the_same_run_again():
    playing = session(dropout=0.3, seed=3)
    start = weights(playing)
    playing.advance(times=3)
    first, history = weights(playing), playing.run.history
    playing.forward()
    playing.rewind()
    assert same(start, weights(playing)) and playing.run.epoch == 0 and not playing.run.halfway
    playing.advance(times=3)
    assert same(first, weights(playing)) and history == playing.run.history
    playing.change("seed", 4)
    assert not same(start, weights(playing))


@pytest.mark.parametrize(
    "name, value", [("learning_rate", 1.0), ("optimizer", "SGD"), ("dropout", 0.5), ("noise", 0.3)]
)
def test_what_is_changed_starts_from_the_same_weights(name, value):
    playing = session()
    start = weights(playing)
    playing.advance()
    playing.change(name, value)
    assert same(start, weights(playing))


@pytest.mark.parametrize("data, loss", [(data, loss) for data, task in TASKS.items() for loss in LOSSES[task]])
def test_gradients_of_a_half_step_are_those_of_numerical_differentiation(data, loss):
    playing = session(data=data, loss=loss, hidden=(3, 2), l2=0.01)
    playing.forward()
    run, network = playing.run, playing.run.network
    before, shown = network.get_weights(), []

    def loss_with(i, array):
        network.set_weights([*before[:i], array, *before[i + 1 :]])
        return run.network.loss.loss(run.y, network.forward_propagation(run.X, training=False)) + network.penalty()

    numerical = [numerical_gradient(lambda w, i=i: loss_with(i, w), array) for i, array in enumerate(before)]
    network.set_weights(before)
    assert np.array_equal(network.forward_propagation(run.X, training=True), run.output)
    playing.backward()
    for layer in playing.numbers()["layers"]:
        shown += [np.array(layer["weights_gradient"]), np.array([layer["biases_gradient"]])]
    for gradient, expected in zip(shown, numerical, strict=True):
        assert relative_error(gradient, expected)[np.abs(expected) > 1e-6].max(initial=0) < 1e-6


def test_the_numbers_shown_are_those_of_the_network():
    playing = session(hidden=(4,))
    playing.forward()
    shown, run = playing.numbers(), playing.run
    dense, activation = run.network.layers[:2]
    assert shown["halfway"] and (shown["batch"], shown["batches"]) == (1, 13)
    assert np.array_equal(shown["layers"][0]["sums"], (run.X @ dense.weights + dense.biases)[:6])
    assert np.array_equal(shown["layers"][0]["answers"], np.tanh(run.X @ dense.weights + dense.biases)[:6])
    assert np.array_equal(shown["layers"][0]["answers"], activation.output[:6])
    assert shown["layers"][0]["weights_gradient"] is None
    assert shown["said"][-1].endswith(f"= {run.network.loss.loss(run.y, run.output):.4g}")
    playing.backward()
    shown = playing.numbers()
    for layer, (dense, _) in zip(shown["layers"], stages(run.network), strict=True):
        assert np.array_equal(layer["weights"], dense.weights) and np.array_equal(layer["biases"], dense.biases[0])
        assert np.array_equal(layer["weights_gradient"], dense.weights_gradient)
        assert np.array_equal(layer["biases_gradient"], dense.biases_gradient[0])
        assert layer["answers"] is None
    json.dumps(shown, allow_nan=False)


def test_the_pictures_are_what_the_units_answer():
    playing = session(data="clouds", hidden=(4,))
    playing.advance()
    units, outputs = playing.pictures
    assert units.shape == (4, SIDE**2) and outputs.shape == (3, SIDE**2)
    answers = playing.run.network.predict(places())
    assert np.array_equal(outputs.T, answers.astype(np.float32))
    hidden = np.tanh(places() @ weights(playing)[0] + weights(playing)[1])
    assert np.abs((units.T - 128.0) / 127 * playing.scales - hidden).max() < 1 / 127


def test_looking_changes_nothing():
    looked_at, left_alone = session(dropout=0.3), session(dropout=0.3)
    for _ in range(20):
        looked_at.forward()
        looked_at.numbers()
        looked_at.backward()
        left_alone.run.step()
    assert same(weights(looked_at), weights(left_alone))


def test_a_long_curve_is_thinned_and_keeps_its_ends():
    playing = session(batch_size=200, hidden=())
    for _ in range(400):
        playing.run.to_end_of_epoch()
    shown = playing.numbers()
    assert len(shown["epochs"]) == len(shown["loss"]) == 300
    assert shown["epochs"][0] == 1 and shown["epochs"][-1] == 400
    assert shown["loss"][-1] == playing.run.history["loss"][-1]


def test_a_run_that_diverges_stops_with_a_sentence():
    playing = session(data="waves", activation="ReLUActivation", optimizer="SGD", learning_rate=1e6)
    playing.running = True
    playing.advance(times=50)
    assert "diverged" in playing.note and not playing.running
    playing.forward()
    assert "diverged" in playing.note and not playing.run.halfway
    json.dumps(playing.numbers(), allow_nan=False)
    playing.advance()
    assert "diverged" in playing.note


def test_backward_needs_a_batch_that_went_forward():
    playing = session()
    playing.backward()
    assert playing.note == "Nothing to send back: first a batch must go forward."
    playing.forward()
    start = playing.run.X
    playing.forward()
    assert playing.run.X is start and playing.run.batch == 1


# ---------------------------------------------------------------------------------------------------------- comparing


def test_a_kept_run_stays_while_another_goes_on_and_both_meet_at_the_same_epoch():
    playing = session()
    playing.advance(times=5)
    playing.keep()
    picture, kept = playing.kept["picture"].copy(), playing.numbers()["kept"]
    playing.running = True
    playing.change("learning_rate", 0.1)
    assert playing.running, "a change goes on running, from the start"
    playing.advance(times=9)
    assert playing.run.epoch == 5 and not playing.running
    assert playing.note == "Both runs have had 5 epochs: compare them."
    now = playing.numbers()
    assert now["kept"] == {**kept, "difference": "One thing differs: learning rate (kept 0.01, now 0.1)."}
    assert np.array_equal(playing.kept["picture"], picture) and not np.array_equal(playing.pictures[-1], picture)
    playing.advance(times=2)
    assert playing.run.epoch == 7, "and then goes on"
    playing.forget()
    assert playing.numbers()["kept"] is None


def test_a_change_that_will_not_do_changes_nothing():
    playing = session()
    playing.advance()
    playing.change("hidden", [9])
    assert playing.setup == Setup() and playing.run.epoch == 1
    assert playing.note.startswith("a hidden layer has 1 to 8 units here")


# -------------------------------------------------------------------------------------------------- the student's parts


def student(source):
    """What a notebook's namespace is after a cell like this one."""
    namespace = {**vars(nnkit), "np": np, "__name__": "__main__"}
    exec(source, namespace)
    return namespace


GOOD = student("""
class DenseLayer(DenseLayer):
    def forward_propagation(self, input, training=True):
        self.input = input
        self.output = input @ self.weights + self.biases
        return self.output

class DenseLayer(DenseLayer):
    def backward_propagation(self, output_error):
        input_error = output_error @ self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return input_error

class TanhActivation(TanhActivation):
    def derivative(self, input):
        print("noise")
        return 1 / np.cosh(input) ** 2

class Adam(Optimizer):
    def update(self, w, grad_loss_w):
        return w - self.learning_rate * grad_loss_w
""")


def test_the_students_classes_are_found_and_named():
    own = found(GOOD)
    assert sorted(own) == ["Adam", "DenseLayer", "TanhActivation"]
    playing = session(own)
    assert playing.parts.sentences() == ["Classes: yours: Adam, DenseLayer, TanhActivation; nnkit's: the rest."]
    assert type(playing.run.network.layers[0]) is GOOD["DenseLayer"]
    assert session().parts.sentences() == ["Classes: all nnkit's."]


def test_the_students_classes_do_the_learning_and_their_gradients_are_seen(capsys):
    playing, twin = session(found(GOOD)), session(optimizer="SGD")
    playing.advance()
    twin.advance()
    pairs = list(zip(weights(playing), weights(twin), strict=True))
    assert all(np.allclose(a, b) for a, b in pairs), "this Adam is plain gradient descent"
    shown = [np.array(layer["weights_gradient"]) for layer in playing.numbers()["layers"]]
    expected = [np.array(layer["weights_gradient"]) for layer in twin.numbers()["layers"]]
    assert all(np.allclose(a, b) for a, b in zip(shown, expected, strict=True))
    assert capsys.readouterr().out == "", "what a class prints does not pile up below the cell"


def test_code_for_the_students_classes_runs_in_the_notebook():
    playing = session(found(GOOD))
    playing.advance()
    assert "# Adam, DenseLayer, TanhActivation: yours, as this notebook defines them" in playing.code()
    program = dict(GOOD)
    exec(playing.code(), program)
    assert type(program["network"].layers[0]) is GOOD["DenseLayer"]
    assert same(program["network"].get_weights(), weights(playing))


def test_a_dense_layer_that_knows_no_penalty_gives_way_while_there_is_one():
    playing = session(found(GOOD), l2=0.01)
    assert type(playing.run.network.layers[0]) is nnkit.DenseLayer
    assert "leaves out the gradient of L1 and L2" in playing.parts.sentences()[1]
    playing.change("l2", 0.0)
    assert type(playing.run.network.layers[0]) is GOOD["DenseLayer"]


BAD = {
    "stopped with ZeroDivisionError": ("DenseLayer", "def backward_propagation(self, output_error): return 1 / 0"),
    "forward_propagation returns None": ("DenseLayer", "def forward_propagation(self, input, training=True): pass"),
    "backward_propagation returns shape": ("DenseLayer", "def backward_propagation(self, e): return e"),
    "stopped with ValueError: forward": ("NeuralNetwork", "def forward_propagation(self, X, training=True): pass"),
    "derivative of the loss": ("BinaryCrossEntropy", "def derivative(self, y_true, y_pred): return 1.0"),
    "stopped with NameError": ("MeanSquaredError", "def derivative(self, y_true, y_pred): return y"),
    "stopped with TypeError": ("SoftmaxActivation", "def backward_propagation(self): return 0"),
    "stopped with": ("TanhActivation", "def derivative(self, input): return None"),
    "it returned shape ()": ("Adam", "def update(self, w, g): return 0.0"),
}


@pytest.mark.parametrize("why", BAD)
def test_a_class_that_does_not_work_is_told_and_nnkits_takes_its_place(why):
    name, method = BAD[why]
    namespace = student(f"class {name}({name}):\n    {method}")
    playing = session(found(namespace))
    assert playing.parts(name) is getattr(nnkit, name)
    told = playing.parts.sentences()
    assert told[0] == "Classes: all nnkit's." and len(told) == 2
    assert told[1].startswith(f"Your {name} ") and why in told[1] and told[1].endswith("nnkit's takes its place.")
    playing.advance()
    assert playing.run.epoch == 1


def test_classes_that_are_not_written_yet_are_told_in_one_line():
    stub = "class {0}({0}):\n    def {1}: raise NotImplementedError\n"
    stubs = [("DenseLayer", "forward_propagation(self, input, training=True)"), ("Adam", "update(self, w, g)")]
    playing = session(found(student("".join(stub.format(*names) for names in stubs))))
    told = ["Classes: all nnkit's.", "Not written yet, so nnkit's for now: Adam, DenseLayer."]
    assert playing.parts.sentences() == told


def test_a_class_that_stops_later_gives_way_and_the_run_begins_again():
    namespace = student("""
class SGD(SGD):
    count = 0
    def update(self, w, grad_loss_w):
        SGD.count += 1
        if SGD.count > 100:
            raise RuntimeError("a hundred\\nare enough")
        return super().update(w, grad_loss_w)
class TanhActivation(TanhActivation): pass
""")
    playing = session(found(namespace), optimizer="SGD")
    assert "SGD" in playing.parts.own
    playing.running = True
    playing.advance(times=10)
    assert not playing.running and playing.run.epoch == 0
    assert playing.note == "Your SGD stopped. The run begins again with nnkit's; the reason is below."
    assert playing.parts.sentences() == [
        "Classes: yours: TanhActivation; nnkit's: the rest.",
        "Your SGD stopped with RuntimeError: a hundred are enough. nnkit's takes its place.",
    ]
    playing.advance(times=10)
    assert playing.run.epoch == 10


def test_a_class_that_was_mended_is_used_from_the_next_rewind_on():
    notebook = student("class Adam(Adam):\n    def update(self, w, g): raise NotImplementedError")
    playing = Session(Setup(), lambda: found(notebook))
    assert "Adam" in playing.parts.refused
    notebook |= {"Adam": GOOD["Adam"]}
    playing.rewind()
    assert list(playing.parts.own) == ["Adam"] and not playing.parts.refused


@pytest.mark.parametrize(
    "parts, words",
    [({"Denselayer": GOOD["DenseLayer"]}, "no place for 'Denselayer'"), ({"Adam": 1}, "must be a class derived from")],
)
def test_parts_that_are_none_are_refused(parts, words):
    with pytest.raises(TypeError, match=words):
        playground(parts=parts)


def test_parts_may_be_nnkits_own():
    assert checked({"Adam": nnkit.Adam, "DenseLayer": GOOD["DenseLayer"]}) == {"DenseLayer": GOOD["DenseLayer"]}


@pytest.fixture
def without_answers(monkeypatch):
    """nnkit as some courses hand it out: what students are asked to write is left out."""

    def left_out(*_, **__):
        raise NotImplementedError("This part of nnkit is left out.")

    for method in ("forward_propagation", "backward_propagation"):
        monkeypatch.setattr(nnkit.DenseLayer, method, left_out)
        monkeypatch.setattr(nnkit.NeuralNetwork, method, left_out)


def test_where_nnkit_lacks_the_answers_the_students_are_enough(without_answers, monkeypatch, capsys):
    own = found(
        student("""
class DenseLayer(DenseLayer):
    def forward_propagation(self, input, training=True):
        self.input, self.output = input, input @ self.weights + self.biases
        return self.output
    def backward_propagation(self, output_error):
        input_error = output_error @ self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return input_error
class NeuralNetwork(NeuralNetwork):
    def forward_propagation(self, X, training=True):
        for layer in self.layers:
            X = layer.forward_propagation(X, training)
        return X
    def backward_propagation(self, error):
        for layer in reversed(self.layers):
            error = layer.backward_propagation(error)
        return error
""")
    )
    playing = session(own)
    playing.advance(times=10)
    assert playing.run.history["loss"][-1] < 0.4
    playground(parts={"DenseLayer": own["DenseLayer"]})
    assert capsys.readouterr().out.startswith("○ no playground yet: here nnkit comes without")


def test_there_is_no_playground_while_marks_are_given(monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert playground() is None
    assert capsys.readouterr().out == "(There is no playground while a notebook is validated or marked.)\n"


def test_every_part_is_tried_in_a_network_that_uses_it():
    for name in parts_of.NAMES:
        cls = type(name, (getattr(nnkit, name),), {"__module__": "__main__"})
        assert Parts({name: cls}, Setup()).own == {name: cls}
    assert {name for name in CHOICES["optimizer"] if " " not in name} < set(parts_of.NAMES)


# ---------------------------------------------------------------------------------------------------------- on a screen


@pytest.fixture
def shown(monkeypatch):
    """The bundles that are displayed."""
    import IPython.display

    bundles = []
    monkeypatch.setattr(IPython.display, "display", lambda data, raw, metadata=None: bundles.append(data))
    return bundles


@pytest.mark.parametrize("start", [{}, {"data": "clouds"}, {"data": "waves", "hidden": ()}], ids=str)
def test_where_no_widget_can_run_there_is_a_picture_with_words(shown, start):
    playground(parts={}, **start)
    [bundle] = shown
    assert set(bundle) == {"text/html", "text/plain"}
    assert '<img src="data:image/png;base64,' in bundle["text/html"] and 'alt="The playground' in bundle["text/html"]
    assert f"the set {start.get('data', 'moons')} and what the network answers" in bundle["text/plain"]
    assert "after 30 epochs" in bundle["text/plain"]


@pytest.mark.parametrize("activation", ["ReLUActivation", "TanhActivation"])
def test_the_picture_of_a_run_that_diverges_is_drawn(shown, activation):
    playground(parts={}, data="waves", optimizer="SGD", activation=activation, learning_rate=1e300)
    assert "after 1 epoch;" in shown[0]["text/plain"] and shown[0]["text/plain"].endswith("its losses.")


def test_the_picture_is_drawn_where_a_class_stops_on_the_way(shown):
    namespace = student("""
class Adam(Adam):
    left = 100
    def update(self, w, g):
        Adam.left -= 1
        return super().update(w, g) if Adam.left else 1 / 0
""")
    playground(parts={"Adam": namespace["Adam"]})
    assert "after 30 epochs" in shown[0]["text/plain"]


def test_without_anywidget_there_is_the_picture(shown, monkeypatch):
    original = builtins.__import__

    def without(name, *rest, **more):
        if name == "anywidget":
            raise ImportError
        return original(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)

    async def cell():
        playground(parts={})

    asyncio.run(cell())
    assert [set(bundle) for bundle in shown] == [{"text/html", "text/plain"}]


class Browser:
    """The other end of the wire: it draws every frame at once, and says so."""

    def __init__(self, screen):
        self.screen, self.frames, self.buffers = screen, [], []
        screen.send = self.receive

    def receive(self, frame, buffers):
        json.dumps(frame, allow_nan=False)
        self.frames.append(frame)
        self.buffers.append(buffers)
        self.screen.loop.call_soon(self.screen.act, {"do": "drawn"})

    async def press(self, **message):
        self.screen._handle_custom_msg(message, [])
        await asyncio.sleep(0.01)
        return self.frames[-1]


def on_screen(shown, play, **start):
    """Play on a screen with a browser that `play(browser)` presses; the frames that came."""
    from nnkit.playground.screen import Screen

    async def cell():
        playground(parts=start.pop("parts", {}), **start)
        browser = Browser(Screen._latest)
        try:
            await play(browser)
        finally:
            browser.screen.stop()

    asyncio.run(cell())


def test_a_screen_steps_runs_pauses_and_rewinds(shown):
    async def play(browser):
        assert (await browser.press(do="hello"))["epoch"] == 0
        assert (await browser.press(do="forward"))["halfway"]
        frame = await browser.press(do="backward")
        assert not frame["halfway"] and frame["batch"] == 1
        assert (await browser.press(do="epoch"))["epoch"] == 1
        assert (await browser.press(do="run"))["running"]
        await asyncio.sleep(0.5)
        frame = await browser.press(do="pause")
        assert not frame["running"] and frame["epoch"] > 3
        paused = len(browser.frames)
        await asyncio.sleep(0.1)
        assert len(browser.frames) == paused
        assert (await browser.press(do="rewind"))["epoch"] == 0
        frame = await browser.press(do="change", name="hidden", value=[3, 2])
        assert frame["setup"]["hidden"] == [3, 2]
        assert [len(buffer) for buffer in browser.buffers[-1]] == [5 * SIDE**2, 4 * SIDE**2]
        await browser.press(do="keep")
        assert len(browser.buffers[-1]) == 3
        assert "NeuralNetwork(" in (await browser.press(do="code"))["code"]

    on_screen(shown, play)
    assert "application/vnd.jupyter.widget-view+json" in shown[0] and set(shown[1]) == {"text/html", "text/plain"}


def test_a_browser_that_draws_nothing_is_sent_nothing_more(shown):
    async def play(browser):
        browser.receive = None
        frames = []
        browser.screen.send = lambda frame, buffers: frames.append(frame)
        browser.screen._handle_custom_msg({"do": "run"}, [])
        await asyncio.sleep(0.3)
        assert len(frames) == 2, "the answer to the button, and one frame"
        browser.screen._handle_custom_msg({"do": "pause"}, [])
        await asyncio.sleep(0.02)
        assert len(frames) == 3 and not frames[-1]["running"]

    on_screen(shown, play)


def test_a_second_playground_stops_the_first_and_leaves_nothing_of_it(shown):
    from ipywidgets import Widget

    from nnkit.playground.screen import Screen

    async def play(browser):
        first, there = browser.screen, len(Widget._instances) if hasattr(Widget, "_instances") else 0
        await browser.press(do="run")
        playground(parts={})
        await asyncio.sleep(0.05)
        assert first.comm is None and first.task.done() and not first.session.running
        if there:
            assert len(Widget._instances) == there
        Screen._latest.stop()

    on_screen(shown, play)


def test_a_kernel_interrupt_stops_the_students_code_and_not_the_playground(shown):
    async def play(browser):
        browser.screen.session.advance = lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        frame = await browser.press(do="epoch")
        assert frame["note"] == "Interrupted. Rewind before you go on." and not frame["running"]

    on_screen(shown, play)


def test_a_mistake_of_the_playground_itself_is_a_sentence_too(shown):
    async def play(browser):
        browser.screen.session.forward = lambda: 1 / 0
        frame = await browser.press(do="forward")
        assert (
            frame["note"] == "The playground itself stopped, with ZeroDivisionError: division by zero Rewind to go on."
        )

    on_screen(shown, play)


# -------------------------------------------------------------------------------------------------------------- the house


MODULES = sorted(path.stem for path in (ROOT / "nnkit" / "playground").glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("module", MODULES)
def test_all_lists_what_a_module_offers_and_all_of_it_is_explained(module):
    imported = importlib.import_module(f"nnkit.playground.{module}")
    own = [thing for thing in vars(imported).values() if getattr(thing, "__module__", "") == imported.__name__]
    assert inspect.getdoc(imported)
    assert {thing.__name__ for thing in own if not thing.__name__.startswith("_")} <= set(imported.__all__)
    assert all(inspect.getdoc(thing) for thing in own if not thing.__name__.startswith("_"))


def test_importing_the_playground_takes_numpy_alone():
    program = (
        "import sys, nnkit.playground; print({'matplotlib', 'anywidget', 'IPython', 'ipywidgets'} & set(sys.modules))"
    )
    finished = subprocess.run([sys.executable, "-W", "error", "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert finished.stdout == "set()\n", finished.stderr


@pytest.mark.parametrize("ground, rule", [("#ffffff", 0), ("#212121", 1)], ids=["light", "dark"])
def test_colours_of_words_and_lines_stand_out_in_both_themes(ground, rule):
    css = (ROOT / "nnkit" / "playground" / "front" / "screen.css").read_text("utf-8")
    for name, least in [("warm", 4.5), ("cool", 4.5), ("grey", 4.5), ("edge", 3)]:  # WCAG AA: words, and things
        found = re.findall(rf"--{name}: (#[0-9a-f]+);", css)
        assert contrast(found[rule % len(found)], ground) >= least, name


def test_the_front_is_written_in_lines_that_can_be_read():
    for path in (ROOT / "nnkit" / "playground" / "front").iterdir():
        assert max(map(len, path.read_text("utf-8").splitlines())) <= 120, path.name
