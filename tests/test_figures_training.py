"""The figures of 03-training-algorithms: what they draw is what they say."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnkit.figures import averages, curve_fit, early_stopping, noise, parabola, surfaces, sweep
from nnkit.figures.race import Race
from nnkit.figures.surfaces import SURFACES
from nnkit.full_batch import Quickprop
from nnkit.gradients import numerical_gradient
from nnkit.levenberg_marquardt import levenberg_marquardt_step
from nnkit.optimizer import SGD, Adam, Optimizer, RMSProp
from nnkit.stopping import should_stop

every_surface = pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)


@pytest.fixture(autouse=True)
def tidy():
    """Each test starts without open figures, and leaves none."""
    assert plt.get_fignums() == []
    yield
    plt.close("all")


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def line(ax, label):
    """The points (n, 2) of the line whose label begins with this."""
    (found,) = (line for line in ax.lines if line.get_label().startswith(label))
    return found.get_xydata()


def not_written(learning_rate):
    class Unwritten(Optimizer):
        def update(self, w, grad_loss_w):
            raise NotImplementedError("not attempted yet")

    return Unwritten(learning_rate)


def in_order(X, y, batch_size, rng):
    """Mini-batches that are not shuffled."""
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


# ---- surfaces


@every_surface
def test_a_surfaces_gradient_is_the_derivative_of_its_loss(surface):
    rng = np.random.default_rng(0)
    for w in rng.uniform(-1.5, 1.5, size=(20, 2)):
        assert np.allclose(surface.gradient(w), numerical_gradient(surface.loss, w), rtol=1e-6, atol=1e-6)


@every_surface
def test_at_its_minimum_a_surface_is_0_and_level_and_nowhere_lower(surface):
    minimum = np.array(surface.minimum)
    x, y, loss = surface.grid()
    assert surface.loss(minimum) == 0 and np.array_equal(surface.gradient(minimum), [0, 0])
    assert loss.shape == (len(y), len(x)) and loss.min() >= 0
    assert loss[7, 11] == surface.loss(np.array([x[11], y[7]]))


@every_surface
def test_start_and_minimum_are_on_the_map(surface):
    x0, x1, y0, y1 = surface.window
    for x, y in (surface.start, surface.minimum):
        assert x0 < x < x1 and y0 < y < y1
    ax = surfaces.draw(surface)
    assert line(ax, "start").tolist() == [list(surface.start)]
    assert line(ax, "minimum").tolist() == [list(surface.minimum)]


def test_the_saddle_has_a_place_without_slope_that_is_no_minimum():
    saddle = SURFACES["saddle"]
    assert np.array_equal(saddle.gradient(np.zeros(2)), [0, 0])
    assert saddle.loss(np.array([0, 0.1])) < saddle.loss(np.zeros(2)) < saddle.loss(np.array([0.1, 0]))


@pytest.mark.parametrize(("learning_rate", "diverges"), [(0.039, False), (0.041, True)])
def test_gradient_descent_holds_in_the_ravine_up_to_2_over_50(learning_rate, diverges):
    axes = surfaces.draw_all(learning_rate, n_steps=500).axes
    assert ("it diverges" in axes[1].get_title("left")) == diverges
    factors = 1 - learning_rate * np.array([1, 50])
    by_hand = SURFACES["ravine"].start * factors ** np.arange(60)[:, None]
    assert np.allclose(line(axes[1], "gradient descent")[:60], by_hand)


def test_the_map_says_the_loss_at_the_end():
    axes = surfaces.draw_all(learning_rate=0.1, n_steps=3).axes
    assert axes[0].get_title("left").endswith(f"loss at the end: {(2.2**2 + 1.4**2) / 2 * 0.9**6:.2g}")


# ---- race


def test_a_racers_path_is_that_of_its_updates():
    race = Race({"SGD": SGD, "momentum": lambda rate: SGD(rate, momentum=0.5)}, n_steps=20)
    paths = race.paths("bowl", 0.1)
    start = np.array(SURFACES["bowl"].start)
    assert np.allclose(paths["SGD"], start * 0.9 ** np.arange(21)[:, None])
    w, V = start, 0
    for i in range(20):
        assert np.allclose(paths["momentum"][i], w)
        V = 0.5 * V + 0.5 * w
        w = w - 0.1 * V
    assert np.allclose(race.losses("bowl", 0.1)["SGD"], (paths["SGD"] ** 2).sum(axis=1) / 2)


def test_who_diverges_is_said_to():
    race = Race({"SGD": SGD, "RMSProp": RMSProp})
    assert np.isnan(race.paths("ravine", 0.3)["SGD"][-1]).all() and np.isinf(race.losses("ravine", 0.3)["SGD"][-1])
    ground, curves = race.draw("ravine", 0.3, step=150).axes
    assert legend(curves) == ["SGD: diverged", f"RMSProp: {race.losses('ravine', 0.3)['RMSProp'][150]:.2g}"]
    assert race.table("ravine", [0.3]).splitlines()[1].split() == ["SGD", "diverged"]


def test_who_is_not_written_or_fails_keeps_nobody_else_from_racing():
    class NoResult(Optimizer):
        def update(self, w, grad_loss_w):
            return None

    race = Race({"later": not_written, "broken": NoResult, "SGD": SGD})
    ground, curves = race.draw("bowl", 0.1, step=0).axes
    assert legend(curves)[:2] == ["later: not written yet", "broken: fails (TypeError)"]
    assert set(race.losses("bowl", 0.1)) == {"SGD"}
    rows = [row.split() for row in race.table("bowl", [0.1, 0.3]).splitlines()]
    assert rows[:3] == [["bowl", "0.1", "0.3"], ["later", "-", "-"], ["broken", "-", "-"]]


def test_a_field_in_which_nobody_can_start_is_drawn_all_the_same():
    assert legend(Race({"later": not_written}).draw().axes[1]) == ["later: not written yet"]


def test_an_update_that_changes_its_arguments_spoils_only_itself():
    class InPlace(SGD):
        def update(self, w, grad_loss_w):
            w -= self.learning_rate * grad_loss_w
            return w

    race = Race({"in place": InPlace, "SGD": SGD})
    paths = race.paths("bowl", 0.1)
    assert np.array_equal(paths["in place"], paths["SGD"])


def test_playing_the_race_only_draws():
    made = []
    race = Race({"SGD": lambda rate: made.append(rate) or SGD(rate)})
    limits = [race.draw("ravine", 0.03, step=step).axes[1].get_ylim() for step in (0, 10, 150)]
    assert made == [0.03] and len(set(limits)) == 1
    race.draw("ravine", 0.01, step=0)
    assert made == [0.03, 0.01]


def test_the_race_shows_as_much_of_a_path_as_has_been_run():
    race = Race({"SGD": SGD})
    ground, curves = race.draw("bowl", 0.1, step=12).axes
    assert len(line(curves, "SGD")) == 13 and ground.get_title("left") == "bowl, learning rate 0.1, step 12"
    (trail,) = (line for line in ground.lines if len(line.get_xdata()) == 13)
    assert np.array_equal(trail.get_xydata(), race.paths("bowl", 0.1)["SGD"][:13])


# ---- noise


def test_the_gradient_of_all_examples_is_the_derivative_of_the_loss():
    rng = np.random.default_rng(0)
    for p in rng.normal(size=(10, 2)):
        assert np.allclose(noise.gradient(p, *noise.problem()), numerical_gradient(noise.loss, p), rtol=1e-7)


def test_the_best_line_has_no_slope_left_and_points_have_a_loss_each():
    best = noise._best()
    assert np.allclose(noise.gradient(best, *noise.problem()), 0, atol=1e-12)
    points = best + np.random.default_rng(0).normal(size=(3, 4, 2))
    assert noise.loss(points).shape == (3, 4) and np.all(noise.loss(points) > noise.loss(best))


def test_batches_are_right_on_average():
    p = np.array([0.3, -2.0])
    batches = [noise.gradient(p, x, y) for x, y in in_order(*noise.problem(), 8, None)]
    assert len(batches) == 64 and np.allclose(np.mean(batches, axis=0), noise.gradient(p, *noise.problem()))


def test_the_path_is_one_of_gradient_descent_with_an_update_for_each_batch():
    path = noise.follow(in_order, 100, 0.1, n_epochs=2)
    assert len(path) == 1 + 2 * 6
    x, y = noise.problem()
    assert np.allclose(path[6], path[5] - 0.1 * noise.gradient(path[5], x[500:], y[500:]))


def test_the_picture_of_batches_says_how_many_updates_and_what_loss():
    ground, curve = noise.path_of_batches(in_order, batch_size=64, learning_rate=0.1).axes
    assert ground.get_title("left") == "batches of 64: 16 updates in 2 epochs"
    losses = line(curve, "loss of all")[:, 1]
    assert np.allclose(losses, noise.loss(noise.follow(in_order, 64, 0.1, 2)))
    assert curve.get_title("left") == f"loss: {losses[-8:].mean():.2f} on average in the last epoch"


def test_mini_batches_that_are_not_written_leave_no_half_drawn_figure():
    def later(X, y, batch_size, rng):
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        noise.path_of_batches(later)
    with pytest.raises(NotImplementedError):
        noise.retained_gradients(lambda momentum: not_written(0.01))
    assert plt.get_fignums() == []


def test_what_is_retained_is_the_average_of_the_gradients_met():
    raw, retained, full = noise.gradients(SGD(0.01, momentum=0.9), n_updates=50)
    weights = 0.1 * 0.9 ** np.arange(50)[::-1]
    assert raw.shape == full.shape == (50, 2) and np.allclose(retained[-1], weights @ raw)
    raw, retained, _ = noise.gradients(SGD(0.01, momentum=0.0), n_updates=50)
    assert np.array_equal(raw, retained)


def test_averaging_leaves_as_much_noise_as_the_formula_says():
    """The root of (1 - beta) / (1 + beta), give or take what 200 updates can tell."""
    for beta in (0.5, 0.8, 0.9):
        raw, retained, full = noise.gradients(SGD(0.01, momentum=beta))
        left = noise._size(retained, full) / noise._size(raw, full)
        assert left == pytest.approx(np.sqrt((1 - beta) / (1 + beta)), rel=0.15)


def test_the_picture_of_what_is_retained_says_how_far_it_is_off():
    ax = noise.retained_gradients(lambda momentum: SGD(0.01, momentum), momentum=0.9)
    raw, retained, full = noise.gradients(SGD(0.01, momentum=0.9))[:, :, 0]
    off = [np.sqrt(np.mean((estimate - full)[200:] ** 2)) for estimate in (raw, retained)]
    assert legend(ax)[:2] == [f"g of a batch: {off[0]:.2f}", f"V, retained: {off[1]:.2f}"]
    assert np.array_equal(line(ax, "V, retained")[:, 1], retained)


# ---- averages


def test_adam_without_correction_is_wrong_by_the_factor_that_is_derived():
    t = np.arange(1, 51)
    wrong = averages.step_lengths(averages.UncorrectedAdam(0.01), 50, gradient=3.0)
    assert np.allclose(wrong, 0.01 * (1 - 0.9**t) / np.sqrt(1 - 0.999**t))
    assert np.allclose(averages.step_lengths(Adam(0.01), 50, gradient=3.0), 0.01)


def test_the_picture_of_adam_shows_both_in_learning_rates():
    ax = averages.draw_first_steps(Adam, learning_rate=0.001, n_steps=20)
    assert np.allclose(line(ax, "your Adam")[:, 1], 1, atol=1e-5)
    assert line(ax, "as on the slide")[0, 1] == pytest.approx(0.1 / np.sqrt(0.001), rel=1e-4)


def test_an_adam_that_is_not_written_leaves_no_half_drawn_figure():
    with pytest.raises(NotImplementedError):
        averages.draw_first_steps(not_written)
    assert plt.get_fignums() == []


# ---- curve_fit


def test_the_jacobian_is_the_derivative_of_the_residuals():
    rng = np.random.default_rng(0)
    for w in rng.uniform([10, 0.5, 0], [80, 5, 40], size=(5, 3)):
        for k in range(len(curve_fit.TIMES)):
            slope = numerical_gradient(lambda w, k=k: curve_fit.residuals(w)[k], w)
            assert np.allclose(curve_fit.jacobian(w)[k], slope, rtol=1e-6, atol=1e-6)
        assert np.allclose(curve_fit.gradient(w), numerical_gradient(curve_fit.loss, w), rtol=1e-5)


def test_far_off_the_loss_is_infinite_and_quiet():
    assert curve_fit.loss(np.array([1.0, -1e4, 0.0])) == np.inf


def test_followed_steps_have_the_damping_that_was_asked_for():
    def step(jacobian, residuals, damping):
        assert jacobian.shape == (len(residuals), 3)
        return np.full(3, damping)

    assert np.allclose(curve_fit.follow(step, 0.5, 3), curve_fit.START + 0.5 * np.arange(4)[:, None])


def test_the_damping_adapts():
    tried = []

    def step(jacobian, residuals, damping):
        tried.append(damping)
        return 1e-3 * -jacobian.T @ residuals / len(residuals) if len(tried) < 3 else np.full(3, 1e3)

    losses = [curve_fit.loss(w) for w in curve_fit.adapt(step, 5)]
    assert tried == pytest.approx([1, 0.1, 0.01, 0.1, 1])  # two steps downhill, then three that are not made
    assert losses[0] > losses[1] > losses[2] == losses[3] == losses[5]


def test_levenberg_and_marquardt_find_the_best_fit_and_never_go_up():
    path = curve_fit.adapt(levenberg_marquardt_step, 20)
    losses = [curve_fit.loss(w) for w in path]
    assert np.all(np.diff(losses) <= 0)
    assert np.allclose(curve_fit.gradient(path[-1]), 0, atol=1e-4)
    assert np.allclose(path[-1], curve_fit.TRUTH, atol=1)


def test_gradient_descent_settles_at_the_rate_it_is_given_and_not_much_above():
    assert curve_fit.loss(curve_fit.descend()[-1]) < 0.7911
    assert curve_fit.loss(curve_fit.descend(1.1 * curve_fit.RATE, 3000)[-1]) > 0.8


@pytest.mark.parametrize(
    ("damping", "words"), [(0, "step 3, damping 0: loss beyond all bounds"), (1000, "step 3, damping 1000: loss 131")]
)
def test_the_picture_of_the_fit_says_step_damping_and_loss(damping, words):
    fit, losses = curve_fit.draw(levenberg_marquardt_step, damping, 3).axes
    assert fit.get_title("left") == words
    assert legend(losses) == [f"damping {damping}", "damping adapts", "gradient descent"]
    assert line(losses, "damping adapts")[2].tolist() == [
        3,
        curve_fit.loss(curve_fit.adapt(levenberg_marquardt_step, 3)[3]),
    ]


# ---- parabola


def test_quickprops_places_are_those_of_its_updates():
    assert np.allclose(parabola.path(SGD(0.1), 2.0, 1), [2.0, 2.0 - 0.1 * (8 - 4 + 0.25)])


def test_the_parabola_has_the_curves_slopes_and_the_step_leads_to_its_lowest_point():
    curve, slope = parabola.draw(Quickprop, start=2.0, step=2).axes
    before, here, to = parabola.path(Quickprop(0.1), 2.0, 2)
    x, y = line(curve, "parabola").T
    assert x[np.argmin(y)] == pytest.approx(to, abs=x[1] - x[0])
    (straight,) = (line for line in slope.lines if line.get_linestyle() == "--")
    for place in (before, here):
        assert np.interp(place, *straight.get_data()) == pytest.approx(parabola.curve_gradient(place), abs=1e-9)
    assert np.interp(to, *straight.get_data()) == pytest.approx(0, abs=1e-9)
    assert curve.get_title("left") == f"step 2 is {to - here:+.3g}"
    assert legend(slope) == ["before", "here", "the step leads to", "parabola"]


def test_the_first_step_has_no_parabola():
    _, slope = parabola.draw(Quickprop, start=2.0, step=1).axes
    assert legend(slope) == ["here", "the step leads to"]


# ---- sweep


def test_every_algorithm_meets_the_same_rates_and_seeds_with_a_new_optimizer_each_time(capsys):
    met = []

    def train(optimizer, seed):
        met.append((type(optimizer), optimizer.learning_rate, seed, optimizer))
        return [seed, seed + optimizer.learning_rate]

    results = sweep.sweep(train, {"SGD": SGD, "Adam": Adam}, [0.1, 0.2], seeds=(3, 4))
    expected = [(kind, rate, seed) for kind in (SGD, Adam) for rate in (0.1, 0.2) for seed in (3, 4)]
    assert [entry[:3] for entry in met] == expected and len({id(entry[3]) for entry in met}) == 8
    assert np.allclose(results["Adam"][0.2], [[3, 3.2], [4, 4.2]])
    assert capsys.readouterr().err == ""


def test_runs_that_diverge_count_as_infinite():
    def train(optimizer, seed):
        if seed:
            raise FloatingPointError
        return [2.0, 1.0]

    assert np.array_equal(sweep.sweep(train, {"SGD": SGD}, [0.1], seeds=(0, 1))["SGD"][0.1], [[2, 1], [np.inf, np.inf]])


def test_what_is_not_written_is_left_out_and_that_is_said(capsys):
    def train(optimizer, seed):
        return optimizer.update(np.ones(1), np.ones(1))

    assert list(sweep.sweep(train, {"later": not_written, "SGD": SGD}, [0.1])) == ["SGD"]
    assert "later: not written yet" in capsys.readouterr().out


def test_an_interrupted_sweep_keeps_what_is_finished(capsys):
    def train(optimizer, seed):
        if isinstance(optimizer, Adam) and seed == 1:
            raise KeyboardInterrupt
        return [1.0]

    assert list(sweep.sweep(train, {"SGD": SGD, "Adam": Adam}, [0.1])) == ["SGD"]
    assert "Stopped by hand. Finished: SGD." in capsys.readouterr().out


RUNS = {
    "SGD": {0.1: np.array([[0.9, 0.8], [0.7, 0.5], [0.9, 0.1]]), 1.0: np.array([[0.9, 0.4], [1.0, 0.4], [1, np.inf]])}
}


def test_the_best_rate_is_that_of_the_middle_run():
    assert sweep.best_rate(RUNS["SGD"]) == 1.0


def test_the_picture_of_a_sweep_shows_the_middle_run_in_a_band():
    at_rates, over_epochs = sweep.draw(RUNS, ceiling=2.5).axes
    assert legend(over_epochs) == ["SGD, 1: 0.400"]
    assert line(over_epochs, "SGD").tolist() == [[1, 1.0], [2, 0.4]]
    assert at_rates.lines[0].get_xydata().tolist() == [[0.1, 0.5], [1.0, 0.4]]
    band = at_rates.collections[0].get_paths()[0].vertices
    assert set(band[band[:, 0] == 0.1][:, 1]) == {0.1, 0.8} and band[:, 1].max() == 2.5


def test_a_sweep_without_results_is_drawn_all_the_same():
    assert len(sweep.draw({}).axes) == 2


# ---- early_stopping

HISTORY = {"loss": [5.0, 4, 3, 2, 1, 0.5], "val_loss": [1.0, 0.9, 0.95, 0.8, 0.85, 0.9]}


def test_the_stopping_epoch_is_the_first_after_which_the_rule_says_yes():
    stops = [early_stopping.stopping_epoch(should_stop, HISTORY["val_loss"], patience) for patience in (1, 2, 3)]
    assert stops == [3, 6, None]
    assert early_stopping.stopping_epoch(should_stop, HISTORY["val_loss"], 2, min_delta=0.15) == 3


@pytest.mark.parametrize(
    ("patience", "title", "words"),
    [
        (
            1,
            "patience 1: 3 of 6 epochs saved",
            ["lowest: epoch 4", "lowest until then: epoch 2", "stopped after epoch 3"],
        ),
        (2, "patience 2: 0 of 6 epochs saved", ["lowest: epoch 4", "stopped after epoch 6"]),
        (3, "patience 3: it never stops", ["lowest: epoch 4"]),
    ],
)
def test_the_picture_says_where_it_stops_and_what_was_missed(patience, title, words):
    both, close = early_stopping.draw(should_stop, HISTORY, patience).axes
    assert close.get_title("left") == title and legend(close) == words
    assert line(close, "lowest: epoch 4").tolist() == [[4, 0.8]]


def test_a_loss_that_only_falls_is_drawn_as_well():
    falling = {"loss": [3.0, 2, 1], "val_loss": [3.0, 2, 1]}
    _, close = early_stopping.draw(should_stop, falling, 1).axes
    assert legend(close) == ["lowest: epoch 3"] and close.get_ylim()[0] < 1 < close.get_ylim()[1]
