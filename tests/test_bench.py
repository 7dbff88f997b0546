"""The training part of the benchmark: all contestants do the same work, each in its turn, and sums are right."""

import json
import platform
import sys
from argparse import ArgumentParser
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT

from coursekit import bench
from coursekit.bench import gradients, memory, page, plot, record, setting, summary, textbook, training, tricks, turns
from coursekit.bench.contestants import CONTESTANTS, missing
from coursekit.bench.floor import Products
from coursekit.bench.setting import Digits, Setting, network, orders
from coursekit.course import CourseError
from nnkit import DenseLayer, NeuralNetwork, samples
from nnkit.optimizer import SGD, Adam

SLOW = ("keras", "pytorch")
LEARNERS = [
    pytest.param(name, marks=[pytest.mark.skipif(missing(name), reason="not installed"), *([pytest.mark.slow] if name in SLOW else [])])
    for name in CONTESTANTS
    if CONTESTANTS[name].learns and name != "textbook"
]  # fmt: skip
NO_EPSILON = 1e-12  # of Adam: whether it is added to a corrected root or not is then no matter (see Setting)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The sample digits, where contestants look for them."""
    place = tmp_path_factory.mktemp("digits")
    for name, (images, labels) in zip(("train", "test"), samples.digits_as_mnist(), strict=True):
        np.savez(place / f"{name}.npz", images=images.reshape(len(images), -1), labels=labels)
    return place


def digits(folder, part="train"):
    with np.load(folder / f"{part}.npz") as file:
        return Digits(file["images"], file["labels"])


def by_textbook(made_for, folder):
    """Starting weights, and what the textbook makes of them in the setting's first epoch."""
    made, all_digits = network(made_for, made_for.turns()[0].seed), digits(folder)
    lengths = [turn.stop - turn.start for turn in made_for.turns() if turn.seed == made_for.turns()[0].seed]
    starts = np.cumsum([0, *lengths])
    order = np.concatenate([start + order for start, order in zip(starts, orders(made, lengths), strict=False)])
    rule = textbook.Adam(made_for.rate, epsilon=made_for.epsilon)
    rule = textbook.SGD(made_for.rate, setting.MOMENTUM) if made_for.optimizer == "SGD" else rule
    start = made.get_weights()
    return start, textbook.train(all_digits.X(float), all_digits.y(float), start, [order], made_for.batch, rule)


def assert_same_work(weights, start, expected):
    """The way from the start agrees to float32's precision, and no weight is off by more than half a step of Adam's.

    Where a gradient is next to nothing, its sign is a matter of rounding, and Adam makes a whole step of it.
    """
    for own, first, other in zip(weights, start, expected, strict=True):
        np.testing.assert_allclose(own, other, rtol=1e-3, atol=5e-4)
        assert np.linalg.norm(own - other) < 2e-4 * np.linalg.norm(other - first)


# -------------------------------------------------------------------------------- the same work


@pytest.mark.parametrize("optimizer", setting.OPTIMIZERS)
@pytest.mark.parametrize("name", LEARNERS)
def test_all_contestants_do_the_same_work(name, optimizer, folder):
    same = Setting("784-250-100-10", 64, optimizer, len(digits(folder)), 1, NO_EPSILON)
    with turns.running([name], same, folder) as [runner]:
        cost, weights = runner.ask(0), runner.ask("weights")
    assert_same_work(weights, *by_textbook(same, folder))
    assert min(cost["cpu"], cost["wall"], cost["predict_cpu"]) > 0
    assert 0.5 < cost["accuracy"] <= 1


@pytest.mark.parametrize("name", LEARNERS)
def test_legs_go_on_where_the_last_one_ended(name, folder):
    same = Setting("784-100-10", 1, "SGD", len(digits(folder)), 3)
    with turns.running([name], same, folder) as [runner]:
        costs, weights = [runner.ask(number) for number in range(3)], runner.ask("weights")
    assert_same_work(weights, *by_textbook(same, folder))
    assert [cost["memory"] is None for cost in costs[1:]] == [True, True], "it is measured once, in the first turn"


def test_epochs_begin_anew_from_another_seed(folder):
    same = Setting("784-100-10", 64, "Adam", len(digits(folder)), 2)
    with turns.running(["nnkit", "textbook"], same, folder) as runners:
        for runner in runners:
            runner.ask(1)
        nnkit, text = (runner.ask("weights") for runner in runners)
    assert_same_work(nnkit, network(same, same.turns()[1].seed).get_weights(), text)


def test_accuracies_are_near_each_other(folder):
    same = Setting("784-100-10", 64, "Adam", len(digits(folder)), 2)
    costs = turns.race(["floor", "nnkit", "textbook", "scikit-learn"], same, folder)
    found = [[cost["accuracy"] for cost in costs[name]] for name in ("nnkit", "textbook", "scikit-learn")]
    assert np.ptp(found, axis=0).max() < 0.02
    assert [cost["accuracy"] for cost in costs["floor"]] == [None, None]


def test_the_order_is_the_one_that_the_network_will_draw():
    made = network(Setting("784-100-10", 64, "SGD", 200, 1), 3)
    first, second = orders(made, [200, 150])
    rows = np.arange(200.0)[:, None]
    assert np.array_equal(np.concatenate([X[:, 0].copy() for X, _ in made.get_mini_batches(rows, rows)]), first)
    assert np.array_equal(np.sort(first), np.arange(200)) and np.array_equal(np.sort(second), np.arange(150))


def test_the_textbooks_step_is_the_derivative_of_its_loss():
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=shape) for shape in ((4, 5), (1, 5), (5, 3), (1, 3))]
    X, y = rng.normal(size=(6, 4)), np.eye(3)[rng.integers(3, size=6)]

    def loss(weights):
        return -np.sum(y * np.log(textbook.Network(weights, None).predict(X))) / len(X)

    stepped = textbook.train(X, y, weights, [np.arange(6)], 6, textbook.SGD(1.0, 0.0))
    for number, (W, new) in enumerate(zip(weights, stepped, strict=True)):
        for place in np.ndindex(W.shape):
            moved = [[array.copy() for array in weights] for _ in range(2)]
            moved[0][number][place] += 1e-6
            moved[1][number][place] -= 1e-6
            slope = (loss(moved[0]) - loss(moved[1])) / 2e-6
            assert W[place] - new[place] == pytest.approx(slope, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("n", [1, 3, 4])
def test_the_floor_does_the_products_and_no_others(n):
    rng = np.random.default_rng(0)
    W, V = rng.random((6, 5), np.float32), rng.random((5, 2), np.float32)
    products = Products([W, np.zeros((1, 5)), V, np.zeros((1, 2))], 4)
    X = rng.random((n, 6), np.float32)
    products.step(X)
    E = np.full((n, 2), 0.01)
    np.testing.assert_allclose(products.Y[1][:n], X @ W @ V, rtol=1e-5)
    np.testing.assert_allclose(products.dW[1], (X @ W).T @ E, rtol=1e-5)
    np.testing.assert_allclose(products.dW[0], X.T @ (E @ V.T), rtol=1e-5)
    np.testing.assert_allclose(products.predict(X), X @ W @ V, rtol=1e-5)


# -------------------------------------------------------------------------------- turns


@pytest.mark.parametrize("batch", setting.BATCHES)
def test_turns_are_epochs_or_legs_of_one(batch):
    made = Setting("784-100-10", batch, "SGD", 1003, 5)
    spans = [(turn.start, turn.stop) for turn in made.turns()]
    if batch == 1:
        assert [a for _, a in spans[:-1]] == [b for b, _ in spans[1:]] and (spans[0][0], spans[-1][1]) == (0, 1003)
        assert [turn.fresh for turn in made.turns()] == [True, False, False, False, False]
        assert sum(map(made.updates, made.turns())) == 1003
    else:
        assert set(spans) == {(0, 1003)} and len({turn.seed for turn in made.turns()}) == 5
        assert made.updates(made.turns()[0]) == int(np.ceil(1003 / batch))


def test_who_begins_changes_and_a_round_is_told(folder, monkeypatch):
    asked, told = [], []

    class Told:
        def __init__(self, name, *_):
            self.name, self.stop, self.answer = name, lambda: None, lambda: None

        def ask(self, number):
            asked.append((number, self.name))
            return {"cpu": number}

    monkeypatch.setattr(turns, "Runner", Told)
    costs = turns.race(["a", "b"], Setting("784-100-10", 64, "SGD", 10, 3), folder, lambda *args: told.append(args))
    assert [name for _, name in asked] == ["a", "b", "b", "a", "a", "b"]
    assert costs == {name: [{"cpu": number} for number in range(3)] for name in "ab"}
    assert told[1] == (1, {"a": {"cpu": 1}, "b": {"cpu": 1}})


def test_a_contestant_that_fails_says_so_and_nobody_lives_on(tmp_path, folder):
    made = Setting("784-100-10", 64, "SGD", 10, 1)
    with pytest.raises(CourseError, match="textbook failed:\n(.|\n)*train.npz"):
        turns.race(["textbook"], made, tmp_path)
    with pytest.raises(CourseError, match="ended without a word"), turns.running(["floor"], made, folder) as [runner]:
        runner.process.kill()
        runner.answer()
    assert not runner.process.is_alive()


def test_everyone_has_one_thread(folder):
    assert turns.ONE_THREAD["OPENBLAS_NUM_THREADS"] == turns.ONE_THREAD["OMP_NUM_THREADS"] == "1"
    with turns.running(["floor"], Setting("784-100-10", 512, "SGD", len(digits(folder)), 2), folder) as [runner]:
        if sys.platform == "linux":
            environment = Path(f"/proc/{runner.process.pid}/environ").read_text().split("\0")
            assert {f"{name}=1" for name in turns.ONE_THREAD} <= set(environment)
            assert len(list(Path(f"/proc/{runner.process.pid}/task").iterdir())) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a peak is not forgotten")
def test_a_peak_is_what_was_held_beyond_the_start():
    before = np.ones(20_000_000)
    del before
    peak = memory.Peak()
    held = np.ones(10_000_000)
    del held
    assert 75e6 < peak.above() < 95e6


# -------------------------------------------------------------------------------- sums and words


def cost(cpu, accuracy=0.9):
    return {"cpu": cpu, "wall": 2 * cpu, "memory": 3e6, "predict_cpu": 0.01, "predict_wall": 0.01, "accuracy": accuracy}


def measurement(batch=64, optimizer="SGD", **seconds):
    costs = {name.replace("_", "-"): [cost(s, i / 10) for i, s in enumerate(times)] for name, times in seconds.items()}
    n_turns = len(next(iter(seconds.values())))
    return {"network": "784-100-10", "batch": batch, "optimizer": optimizer, "in_legs": batch == 1,
            "updates": [100] * n_turns, "costs": costs}  # fmt: skip


def test_epochs_have_medians_and_legs_have_sums():
    times = {"floor": [1, 2, 4], "nnkit": [2, 3, 12]}
    epochs, legs = (summary.row(measurement(batch, **times), "nnkit") for batch in (64, 1))
    assert (epochs["cpu"], epochs["wall"], epochs["update"], epochs["accuracy"]) == (3, 6, 0.03, 0.1)
    assert (legs["cpu"], legs["wall"], legs["update"], legs["accuracy"]) == (17, 34, 17 / 300, 0.2)
    assert epochs["ratio"] == legs["ratio"] == (1.5, 2, 3), "each of its own round"


def test_targets_are_of_medians_and_of_those_who_were_there():
    kept = measurement(floor=[1, 1, 1], nnkit=[1.6, 1.7, 5], keras=[6, 6.7, 9], scikit_learn=[2, 2.6, 9])
    found = {words.split(": ")[1]: (aim, well) for words, aim, _, well in summary.targets([kept])}
    assert found == {
        "nnkit over the floor": ("at most 1.7", True),
        "Keras over nnkit": ("at least 4", False),
        "scikit-learn over nnkit": ("at least 1.5", True),
    }
    adam = summary.targets([measurement(512, "Adam", floor=[1], nnkit=[1.9], keras=[1])])
    assert [(aim, well) for _, aim, _, well in adam] == [("at most 1.8", False)]
    single = summary.targets([measurement(1, floor=[1], nnkit=[1], keras=[10], pytorch=[1])])
    assert [(aim, well) for _, aim, _, well in single] == [("at least 10", True), ("more than 1", False)]


def test_a_missed_target_is_said(capsys):
    page.say_targets(summary.targets([measurement(floor=[1], nnkit=[2], keras=[9])]))
    said = capsys.readouterr().out
    assert "MISSED    2.00, at most 1.7" in said and "kept      4.50, at least 4" in said
    assert "1 of 2 kept. 1 MISSED." in said


def test_a_page_keeps_what_is_around_a_part():
    text = "# Title\n\nprose\n\n<!-- bench: training -->\nold\n<!-- /bench: training -->\n\nmore \\1 prose\n"
    once = page.put(text, "training", "| new \\1 |")
    assert once == page.put(once, "training", "| new \\1 |") == text.replace("old", "\n| new \\1 |\n")
    assert page.put("# T\n", "x", "y") == "# T\n\n<!-- bench: x -->\n\ny\n\n<!-- /bench: x -->\n"


@pytest.mark.parametrize("text", ["", "65", "1;64", "64,,2"])
def test_names_that_are_none_are_refused(text):
    with pytest.raises(CourseError, match="--batch takes one or several of 1, 64, 512; it is"):
        training.chosen("--batch", text, [1], setting.BATCHES)


def test_names_are_taken_in_any_case():
    assert training.chosen("--optimizer", "adam, SGD", (), setting.OPTIMIZERS) == ["Adam", "SGD"]
    assert training.chosen("--optimizer", None, setting.OPTIMIZERS, ()) == ["SGD", "Adam"]


def test_who_is_not_installed_is_left_out_and_said(monkeypatch, capsys):
    monkeypatch.setattr(training, "missing", lambda name: name == "pytorch")
    assert training.contestants(None) == (["floor", "nnkit", "textbook", "scikit-learn", "keras"], ["pytorch"])
    assert "PyTorch is not installed: left out. It comes with the extra peers" in capsys.readouterr().out
    assert training.contestants("pytorch,nnkit") == (["floor", "nnkit"], ["pytorch"])


# -------------------------------------------------------------------------------- the whole


def options(*words):
    parser = ArgumentParser()
    bench.arguments(parser)
    return parser.parse_args(words)


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """The sample digits only."""
    monkeypatch.delenv("NNKIT_DATA", raising=False)
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))


def test_a_quick_run_from_the_options_to_the_files(offline, tmp_path, capsys):
    words = "--part training --quick --only nnkit,textbook --batch 64,512 --rounds 2"
    found = training.report(options(*words.split()))
    said = capsys.readouterr().out
    assert "offline sample" in said and "784-100-10, batch 512, Adam" in said and "round 2: floor" in said
    assert [m["batch"] for m in found["measurements"]] == [64, 64, 512, 512]
    record.record({"training": found, "data": {"a": 1}}, tmp_path)
    first = (tmp_path / "speed.svg").read_bytes()
    plot.draw(json.loads((tmp_path / "speed.json").read_text())["training"], tmp_path / "speed.svg")
    assert (tmp_path / "speed.svg").read_bytes() == first, "the same numbers make the same picture"
    written = "".join((tmp_path / name).read_text("utf-8") for name in ("speed.json", "speed.svg", "performance.md"))
    for own in (str(ROOT), str(tmp_path), str(Path.home()), platform.node()):
        assert len(own) < 3 or own not in written
    assert "textbook NumPy, float64" in written and "matrix products alone" in written


def test_a_setting_that_is_not_run_again_stays_recorded():
    base = {"rounds": 5, "digits": 10}
    old = base | {"measurements": [measurement(64, floor=[1]), measurement(512, floor=[1])]}
    new = base | {"measurements": [measurement(64, floor=[2])]}
    assert [m["costs"]["floor"][0]["cpu"] for m in record.merged(old, new)["measurements"]] == [2, 1]
    assert record.merged(old | {"digits": 11}, new) == record.merged(None, new) == new


@pytest.mark.parametrize("words", ["--record --quick", "--record --only nnkit"])
def test_part_of_a_run_is_not_recorded(words):
    with pytest.raises(CourseError, match="--record is for a whole run"):
        bench.main(options(*words.split()))


def test_parts_are_run_as_asked(monkeypatch):
    asked = []
    monkeypatch.setattr(bench, "report", lambda part, _: asked.append(part))
    assert bench.main(options()) == bench.main(options("--part", "data")) == 0
    assert asked == ["training", "tricks", "gradients", "data", "data"]


@pytest.mark.parametrize("n", ["0", "-1", "many"])
def test_rounds_are_a_number_from_one(n, capsys):
    with pytest.raises(SystemExit):
        options("--rounds", n)
    assert "--rounds" in capsys.readouterr().err


# ---- tricks


@pytest.mark.parametrize("case", tricks.CASES, ids=str)
@pytest.mark.parametrize("name", tricks.TRICKS)
def test_a_trick_undone_changes_no_result(name, case):
    setting = Setting(*case, n=300 if case[1] > 1 else 40, n_turns=1)
    (images, labels), _ = samples.digits_as_mnist()
    X, y = images[: setting.n].reshape(-1, 784).astype(np.float32) / 255, np.eye(10)[labels[: setting.n]]
    whole = tricks.trained("nothing", setting, X, y)().get_weights()
    patched, plain = [], (DenseLayer.backward_propagation, NeuralNetwork.get_mini_batches, SGD._walk, Adam._walk)
    with tricks.TRICKS[name][0]():
        weights = tricks.trained(name, setting, X, y)().get_weights()
        patched = (DenseLayer.backward_propagation, NeuralNetwork.get_mini_batches, SGD._walk, Adam._walk)
    for array, other in zip(weights, whole, strict=True):
        np.testing.assert_allclose(array, other, rtol=1e-3, atol=2e-5)
    assert plain == (DenseLayer.backward_propagation, NeuralNetwork.get_mini_batches, SGD._walk, Adam._walk)
    elsewhere = ("nothing", "float32", "pieces", "a tally", "one sum")  # a type, a number, a class, a function
    assert (patched == plain) is name.startswith(elsewhere)


def test_the_table_of_tricks_has_a_row_for_each(capsys):
    X, y = np.random.default_rng(0).random((60, 784), np.float32), np.eye(10)[np.arange(60) % 10]
    found = {" ".join(map(str, case)): tricks.one_case(case, X, y, 1, 1000) for case in tricks.CASES}
    rows = tricks.table(found)
    assert [row[0] for row in rows[1:]] == list(tricks.TRICKS) and len({len(row) for row in rows}) == 1
    assert rows[1][1] == "1.00"
    assert "round 1 of 1" in capsys.readouterr().out


# ---- gradients


def test_checking_gradients_finds_them_right_and_says_what_it_took():
    made = network(Setting("784-100-10", 64, "SGD", 10, 1), 0, float)
    found = gradients.measured(made, gradients.digits(), 1)
    assert found["parameters"] == 784 * 100 + 100 + 100 * 10 + 10
    assert 0 < found["error"] < 1e-7 and found["seconds"] < found["one_by_one"]
    assert "79,510 parameters" in gradients.words(found)
