"""What 03-training-algorithms expects, against steps by hand and Keras; and what its checks say to whom."""

import itertools
import pickle

import numpy as np
import pytest

from nnkit.checks import EXERCISES, NotAttempted, check, training_algorithms
from nnkit.checks.exercise import override
from nnkit.full_batch import Quickprop, RProp
from nnkit.optimizer import SGD, Adagrad, Adam, Optimizer, RMSProp

OPTIMIZERS = {
    "sgd-momentum": SGD,
    "rmsprop": RMSProp,
    "adam": Adam,
    "adagrad": Adagrad,
    "rprop": RProp,
    "quickprop": Quickprop,
}
mini_batches, levenberg_marquardt_step, should_stop = (
    EXERCISES[name].reference for name in ("mini-batches", "levenberg-marquardt", "stopping")
)
SEEDS = range(3)


def examine(name, answer, seed=0):
    return EXERCISES[name].examine(answer, np.random.default_rng(seed))


def walk(optimizer, gradients, w=1.0):
    """Return w after each update."""
    path = []
    for g in gradients:
        w = optimizer.update(np.array([w]), np.array([float(g)]))[0]
        path.append(float(w))
    return path


# ---- the right answers are right


def test_all_nine_are_there_and_the_optimizers_are_nnkits():
    assert [exercise.id for exercise in training_algorithms.EXERCISES] == [
        "mini-batches", *OPTIMIZERS, "levenberg-marquardt", "stopping",
    ]  # fmt: skip
    assert all(EXERCISES[name].reference is optimizer for name, optimizer in OPTIMIZERS.items())


def test_two_steps_with_momentum_by_hand():
    """V = 0.9 * 0 + 0.1 * 2 = 0.2, w = 1 - 0.5 * 0.2; then V = 0.9 * 0.2 + 0.1 * (-4) = -0.22, w = 0.9 + 0.11."""
    sgd = SGD(learning_rate=0.5, momentum=0.9)
    assert walk(sgd, [2, -4]) == pytest.approx([0.9, 1.01], rel=1e-14)
    assert sgd.retained_gradient == pytest.approx(-0.22, rel=1e-14)


def test_the_slides_momentum_is_one_minus_beta_times_the_usual_form():
    gradients, V, w, usual = [2.0, -4.0, 1.0], 0.0, 1.0, []
    for g in gradients:
        V = 0.9 * V + g
        usual.append(w := w - 0.05 * V)
    assert walk(SGD(0.5, momentum=0.9), gradients) == pytest.approx(usual, rel=1e-14)


def test_two_steps_of_rmsprop_and_of_adagrad_by_hand():
    """RMSProp: S = 4 / 4 = 1, then 3/4 + 1/4. Adagrad: S = 9, then 9 + 16. The steps are 0.1 g / (sqrt(S) + 1)."""
    assert walk(RMSProp(0.1, beta=0.75, epsilon=1), [2, -1]) == pytest.approx([0.9, 0.95], rel=1e-14)
    assert walk(Adagrad(0.1, epsilon=1), [3, 4]) == pytest.approx([1 - 0.3 / 4, 1 - 0.3 / 4 - 0.4 / 6], rel=1e-14)


@pytest.mark.parametrize("g", [1e-3, -2.0, 1e6])
def test_adams_first_step_is_alpha_downhill_however_steep_it_is(g):
    assert walk(Adam(0.01, epsilon=0), [g]) == pytest.approx([1 - 0.01 * np.sign(g)], rel=1e-14)


def test_rprops_steps_by_hand():
    """0.1; longer, 0.12; a change of sign and a wait; then 0.06 the other way; longer, 0.072; no move where g = 0."""
    assert walk(RProp(0.1), [3, 5, -2, -7, -1, 0]) == pytest.approx([0.9, 0.78, 0.78, 0.84, 0.912, 0.912], rel=1e-14)


def test_quickprop_jumps_to_the_lowest_point_of_a_parabola():
    """E = 1.5 (w - 1)^2 has g = 3 (w - 1): from 3 a plain step of 0.2 * 6 leads to 1.8, and a jump of -0.8 to 1."""
    quickprop, w, path = Quickprop(0.2), np.array([3.0]), []
    for _ in range(2):
        w = quickprop.update(w, 3 * (w - 1))
        path.append(w[0])
    assert path == pytest.approx([1.8, 1.0], rel=1e-14)


@pytest.mark.parametrize("shape", [(9, 4), (3, 5)])
def test_the_damped_step_is_least_squares_of_the_stacked_system(shape):
    """It minimises abs(J step + r)^2 + damping abs(step)^2: the damping's root stands below J."""
    rng = np.random.default_rng(0)
    J, r = rng.normal(size=shape), rng.normal(size=shape[0])
    stacked = np.vstack([J, np.sqrt(0.3) * np.eye(shape[1])]), np.concatenate([-r, np.zeros(shape[1])])
    np.testing.assert_allclose(levenberg_marquardt_step(J, r, 0.3), np.linalg.lstsq(*stacked)[0], rtol=1e-12)


def test_mini_batches_of_seven_examples():
    X, y, rng = np.arange(14.0).reshape(7, 2), np.arange(7), np.random.default_rng(0)
    batches = list(mini_batches(X, y, 3, rng))
    assert [X_batch.shape for X_batch, _ in batches] == [(3, 2), (3, 2), (1, 2)]
    order = np.concatenate([y_batch for _, y_batch in batches])
    assert sorted(order) == list(range(7))
    np.testing.assert_array_equal(np.concatenate([X_batch for X_batch, _ in batches]), X[order])


@pytest.mark.parametrize(
    ("losses", "patience", "min_delta", "stops_after"),
    [
        ([5, 4, 3, 2], 1, 0, None),
        ([5, 4, 4.5, 4.25], 2, 0, 4),  # better than the one before, but not than the best
        ([5, 4, 4], 1, 0, 3),  # as good is not better
        ([5, 6, 4, 6, 3, 6], 2, 0, None),  # not in a row
        ([5, 4.5], 1, 0.5, 2),  # by more than min_delta
        ([5, 4.75, 4.25], 2, 0.5, None),  # two small steps make a large one
        ([5], 1, 0, None),
    ],
)
def test_when_to_stop_by_hand(losses, patience, min_delta, stops_after):
    after = (n for n in range(len(losses) + 1) if should_stop(losses[:n], patience, min_delta))
    assert next(after, None) == stops_after


# ---- and Keras agrees


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ours", "name", "settings"),
    [
        (SGD(0.2, momentum=0.9), "SGD", {"learning_rate": 0.2 * (1 - 0.9), "momentum": 0.9}),
        (SGD(0.2), "SGD", {"learning_rate": 0.2}),
        (RMSProp(0.2, epsilon=0), "RMSprop", {"learning_rate": 0.2, "rho": 0.9, "epsilon": 1e-12}),
        (Adam(0.2, epsilon=0), "Adam", {"learning_rate": 0.2, "epsilon": 1e-12}),
        (Adagrad(0.2, epsilon=0), "Adagrad", {"learning_rate": 0.2, "initial_accumulator_value": 0, "epsilon": 1e-12}),
    ],
)
def test_keras_takes_the_same_steps(ours, name, settings):
    """SGD too, if its rate has the factor 1 - beta that the slides' average has."""
    from nnkit.quietly import keras

    gradients = np.random.default_rng(0).normal(size=(6, 3, 2)).astype(np.float32)
    w, variable = np.ones((3, 2)), keras.Variable(np.ones((3, 2), np.float32))
    theirs = getattr(keras.optimizers, name)(**settings)
    for g in gradients:
        w = ours.update(w, g)
        theirs.apply([keras.ops.convert_to_tensor(g)], [variable])
        np.testing.assert_allclose(w, variable.numpy(), rtol=1e-4)  # float32 over there


@pytest.mark.slow
def test_keras_stops_after_the_same_epoch():
    """Losses and min_delta are multiples of 1/4, so that Keras's way to add and ours to subtract are both exact."""
    from nnkit.quietly import keras

    def keras_stops_after(losses, patience, min_delta):
        callback, model = keras.callbacks.EarlyStopping("val_loss", min_delta, patience, mode="min"), keras.Sequential()
        model.stop_training = False
        callback.set_model(model)
        callback.on_train_begin()
        for epoch, loss in enumerate(losses):
            callback.on_epoch_end(epoch, {"val_loss": loss})
            if model.stop_training:
                return epoch + 1

    rng, stopped = np.random.default_rng(0), set()
    for patience, min_delta in itertools.product([1, 2, 3, 5], [0, 0.25, 0.75]):
        for _ in range(40):
            losses = (rng.integers(0, 12, size=10) / 4 + np.linspace(4, 0, 10).round()).tolist()
            after = (n for n in range(11) if should_stop(losses[:n], patience, min_delta))
            stops_after = next(after, None)
            assert stops_after == keras_stops_after(losses, patience, min_delta), (losses, patience, min_delta)
            stopped.add(stops_after)
    assert len(stopped) > 5


# ---- what is handed over and comes back can be sent to another process


@pytest.mark.parametrize("exercise", training_algorithms.EXERCISES, ids=lambda exercise: exercise.id)
def test_arguments_and_results_can_be_sent(exercise):
    def sent(value):
        return pickle.loads(pickle.dumps(value))

    class Sending:
        def __init__(self, *args, **kwargs):
            self.optimizer = exercise.reference(*sent(args), **sent(kwargs))

        def update(self, w, grad_loss_w):
            return sent(self.optimizer.update(*sent((w, grad_loss_w))))

        @property
        def retained_gradient(self):
            return sent(self.optimizer.retained_gradient)

    def sending(*args, **kwargs):
        args = [arg if isinstance(arg, np.random.Generator) else sent(arg) for arg in args]
        result = exercise.reference(*args, **sent(kwargs))
        return sent(list(result) if hasattr(result, "__next__") else result)

    answer = Sending if exercise.id in OPTIMIZERS else sending
    assert exercise.examine(answer, np.random.default_rng(0)).state == "right"


# ---- what is still to be written


def _unwritten(self, *args, **kwargs):
    raise NotImplementedError


def _settings_only(self, learning_rate=0.01, *args, **kwargs):
    Optimizer.__init__(self, learning_rate)
    self.settings = args, kwargs


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize(
    "methods",
    [
        {"__init__": _unwritten, "update": _unwritten},
        {"__init__": _settings_only, "update": _unwritten},
        {"__init__": lambda self, *args, **kwargs: None, "update": _unwritten},
        {},
    ],
    ids=["nothing is written", "settings are kept", "settings are passed over", "a subclass of nnkit's own"],
)
def test_an_optimizer_that_is_still_to_be_written_is_not_called_wrong(name, methods):
    base = Optimizer if methods else OPTIMIZERS[name]
    with pytest.raises(NotAttempted):
        check(name, type(OPTIMIZERS[name].__name__, (base,), methods))


@pytest.mark.parametrize("name", ["mini-batches", "levenberg-marquardt", "stopping"])
def test_a_function_that_is_still_to_be_written_is_not_called_wrong(name):
    with pytest.raises(NotAttempted):
        check(name, lambda *args, **kwargs: _unwritten(None))
    with pytest.raises(NotAttempted):
        check(name, EXERCISES[name].reference)


def test_a_generator_that_is_still_to_be_written_is_not_called_wrong():
    def unwritten(X, y, batch_size, rng):
        raise NotImplementedError
        yield

    with pytest.raises(NotAttempted):
        check("mini-batches", unwritten)


# ---- what is said


class Kept:
    """Settings as attributes, for answers that say their rule only."""

    defaults = {}

    def __init__(self, **settings):
        vars(self).update(self.defaults | settings)
        self.retained_gradient = self.S = self.t = 0


def kept(update, **defaults):
    return type("Kept", (Kept,), {"update": update, "defaults": defaults})


def keras_sgd(self, w, g):
    self.retained_gradient = self.momentum * self.retained_gradient + g
    return w - self.learning_rate * self.retained_gradient


def corrected_sgd(self, w, g):
    self.t += 1
    self.retained_gradient = self.momentum * self.retained_gradient + (1 - self.momentum) * g
    return w - self.learning_rate * self.retained_gradient / (1 - self.momentum**self.t)


def rmsprop_in_place_of_adagrad(self, w, g):
    self.S = 0.9 * self.S + (1 - 0.9) * g * g
    return w - self.learning_rate * g / (self.S**0.5 + self.epsilon)


def slides_adam(self, w, g):
    self.retained_gradient = self.beta_1 * self.retained_gradient + (1 - self.beta_1) * g
    self.S = self.beta_2 * self.S + (1 - self.beta_2) * g**2
    return w - self.learning_rate * self.retained_gradient / (np.sqrt(self.S) + self.epsilon)


def two_losses(val_losses, patience, min_delta=0.0):
    """Each epoch against the one before, written with np.diff."""
    worse = np.diff(val_losses) >= -min_delta
    return len(worse) >= patience and bool(worse[-patience:].all())


def padded(X, y, batch_size, rng):
    order = np.resize(rng.permutation(len(X)), -(-len(X) // batch_size) * batch_size)
    return [(X[rows], y[rows]) for rows in order.reshape(-1, batch_size)]


def several_at_once(X, y, batch_size, rng):
    return [(X[rows], y[rows]) for rows in rng.integers(len(X), size=(-(-len(X) // batch_size), batch_size))]


def starts(X, y, batch_size, rng):
    where = list(range(0, len(X), batch_size))
    rng.shuffle(where)
    return [(X[i : i + batch_size], y[i : i + batch_size]) for i in where]


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        ("mini-batches", starts, "the batches come in a random order"),
        ("mini-batches", padded, "filled up with rows that have been before"),
        ("mini-batches", several_at_once, "batch_size rows are drawn for each batch"),
        ("mini-batches", lambda X, y, n, rng: mini_batches(X, y, n, np.random.default_rng(7)), "from a fixed seed"),
        ("mini-batches", lambda X, y, n, rng: next(mini_batches(X, y, n, rng)), "`return` in the loop"),
        ("sgd-momentum", kept(keras_sgd), "the form of Keras and PyTorch"),
        ("sgd-momentum", kept(corrected_sgd), "corrected for its start at zero, as in Adam"),
        ("adagrad", kept(rmsprop_in_place_of_adagrad), "that is RMSProp"),
        ("adam", kept(slides_adam), "the bias correction is missing, as on the slide"),
        ("levenberg-marquardt", lambda J, r, damping: -np.linalg.pinv(J) @ r, "the damping is missing"),
        ("levenberg-marquardt", lambda J, r, damping: -J.T @ r / damping, "J^T J has been left out"),
        ("stopping", two_losses, "compared with the one before it"),
        ("stopping", lambda losses, patience, min_delta=0.0: False, "it never stops"),
        (
            "stopping",
            lambda losses, patience, min_delta=0.0: (
                len(losses) > patience and min(losses[-patience:]) >= min(losses[:-patience])
            ),
            "min_delta is not used",
        ),
    ],
)
def test_a_wrong_answer_in_another_form_is_told_its_mistake(name, answer, told):
    for seed in SEEDS:
        assert told in examine(name, answer, seed).mistake


def third_power(self, w, g):
    self.S = self.S + np.abs(g) ** 3
    return w - self.learning_rate * g / (np.cbrt(self.S) + self.epsilon)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("adagrad", kept(third_power)),
        ("levenberg-marquardt", lambda J, r, damping: levenberg_marquardt_step(J, r, 3 * damping)),
        ("mini-batches", lambda X, y, n, rng: [(X[::-1][i : i + n], y[::-1][i : i + n]) for i in range(0, len(X), n)]),
    ],
)
def test_what_equals_nothing_known_is_not_explained_by_chance(name, answer):
    for seed in SEEDS:
        verdict = examine(name, answer, seed)
        assert verdict.state == "wrong" and verdict.mistake is None


def test_only_the_piece_that_is_wrong_is_complained_of():
    """An optimizer that is right, but for a gradient that it changes."""

    def update(self, w, grad_loss_w):
        w = SGD.update(self, w, grad_loss_w.copy())
        grad_loss_w *= 2
        return w

    verdict = examine("sgd-momentum", override(SGD, update=update))
    assert [claim for claim, holds in verdict.claims if not holds] == ["w and grad_loss_w stay as they were"]


def test_an_optimizer_made_of_nothing_but_a_name_says_what_is_missing():
    assert "abstract" in examine("adam", type("Adam", (Optimizer,), {})).details[0]


def test_histories_are_told_with_the_place_where_training_stops():
    verdict = examine("stopping", lambda val_losses, patience, min_delta=0.0: len(val_losses) == 3)
    assert verdict.details[0].startswith("Expected 'patience ")
    assert " stop " in verdict.details[0] and " go on " in verdict.details[0]


def test_an_error_before_the_first_epoch_does_no_harm_but_to_stop_there_does():
    def from_the_first(val_losses, patience, min_delta=0.0):
        best, waited = val_losses[0], 0
        for loss in val_losses[1:]:
            best, waited = (loss, 0) if loss < best - min_delta else (best, waited + 1)
        return waited >= patience

    assert examine("stopping", from_the_first).state == "right"
    stops = examine("stopping", lambda losses, *args, **kwargs: not losses or from_the_first(losses, *args, **kwargs))
    assert stops.state == "wrong" and "before the first epoch" in stops.mistake


def test_once_it_should_have_stopped_nobody_asks_what_would_come_later():
    """Whether an answer goes on looking after that is its own affair: training would have ended."""

    def once_and_for_all(val_losses, patience, min_delta=0.0):
        return any(should_stop(val_losses[:n], patience, min_delta) for n in range(len(val_losses) + 1))

    losses = [3, 4, 5, 1]
    assert once_and_for_all(losses, 2) and not should_stop(losses, 2)
    for seed in range(20):
        assert examine("stopping", once_and_for_all, seed).state == "right"


def test_mini_batches_that_draw_too_many_are_shown_their_own_line():
    """NumPy's generators are compiled: their files are not the student's, though they stand in no folder of ours."""

    def draw_too_many(X, y, batch_size, rng):
        return rng.choice(len(X), size=2 * len(X), replace=False)

    assert "In draw_too_many, line" in examine("mini-batches", draw_too_many).details[0]
