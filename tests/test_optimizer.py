"""Optimizers, step by step by hand: from w = 1, the gradients that come and the w after each."""

import numpy as np
import pytest

from nnkit import SGD, Adagrad, Adam, Optimizer, Quickprop, RMSProp, RProp
from nnkit.in_place import PIECE, pieces

OPTIMIZERS = [SGD, RMSProp, Adam, Adagrad, RProp, Quickprop]
sqrt = np.sqrt


def walk(optimizer, gradients, w=1.0, dtype=float):
    """Return w after each update."""
    w, path = np.array([w], dtype), []
    for g in gradients:
        w = optimizer.update(w, np.array([g], dtype))
        path.append(w[0])
    return path


@pytest.mark.parametrize(
    ("optimizer", "gradients", "path"),
    [
        pytest.param(SGD(0.1), [2, -4], [0.8, 1.2], id="sgd"),
        # V: 0.5*0 + 0.5*2 = 1, then 0.5*1 + 0.5*4 = 2.5, then 0.5*2.5 + 0 = 1.25: it rolls on without a slope
        pytest.param(SGD(0.1, momentum=0.5), [2, 4, 0], [0.9, 0.65, 0.525], id="momentum"),
        # S: 0.25*4 = 1, then 0.75*1 + 0.25*1 = 1; root of S plus epsilon: 2 and 2
        pytest.param(RMSProp(0.1, beta=0.75, epsilon=1.0), [2, -1], [0.9, 0.95], id="rmsprop"),
        pytest.param(RMSProp(0.1, epsilon=0), [2, 1], [1 - 0.2 / sqrt(0.4), 1 - 0.2 / sqrt(0.4) - 0.1 / sqrt(0.46)]),
        # S: 9, then 9 + 16 = 25; steps 0.1 * 3/3 and 0.1 * 4/5
        pytest.param(Adagrad(0.1, epsilon=0), [3, 4], [0.9, 0.82], id="adagrad"),
        pytest.param(Adagrad(0.1, epsilon=1), [3, 4], [1 - 0.3 / 4, 1 - 0.3 / 4 - 0.4 / 6], id="adagrad-epsilon"),
        # V: 1, then 0.5*1 + 0.5*4 = 2.5; corrected by 0.5 and 0.75: 2 and 10/3
        # S: 1, then 0.75*1 + 0.25*16 = 4.75; corrected by 0.25 and 0.4375: 4 and 76/7
        pytest.param(
            Adam(0.1, beta_1=0.5, beta_2=0.75, epsilon=0), [2, 4], [0.9, 0.9 - 0.1 * (10 / 3) / sqrt(76 / 7)],
            id="adam",
        ),
        pytest.param(Adam(0.1, beta_1=0.5, beta_2=0.75, epsilon=2), [2], [1 - 0.1 * 2 / (2 + 2)], id="adam-epsilon"),
        # D: 0.1; 0.12 the same way; 0.06 after the change of sign, and no step; then off again the other way;
        # 0.072 the same way; and a gradient of 0 agrees with nobody
        pytest.param(RProp(0.1), [3, 5, -2, -7, -1, 0, 1], [0.9, 0.78, 0.78, 0.84, 0.912, 0.912, 0.84], id="rprop"),
        pytest.param(RProp(0.1, step_max=0.11), [1, 1, 1], [0.9, 0.79, 0.68], id="rprop-longest"),
        pytest.param(RProp(0.1, step_min=0.08), [1, -1, -1], [0.9, 0.9, 0.98], id="rprop-shortest"),
        # 0.1 * 4 to start; between 4 and 1 the slope falls by 3 in 0.4, so the rest, 1, takes 0.4/3; then past the
        # minimum, -0.5: back by a third of the last step
        pytest.param(
            Quickprop(0.1), [4, 1, -0.5], [0.6, 0.6 - 0.4 / 3, 0.6 - 0.4 / 3 + 0.4 / 9], id="quickprop-parabola"
        ),
        pytest.param(Quickprop(0.1), [4, 3], [0.6, 0.6 - 1.75 * 0.4], id="quickprop-limit"),  # it would be 3 * 0.4
        pytest.param(Quickprop(0.1, mu=0.5), [4, -8], [0.6, 0.6 + 0.2], id="quickprop-limit-back"),  # 2/3 * 0.4
        pytest.param(Quickprop(0.1), [4, 6], [0.6, 0.6 - 1.75 * 0.4], id="quickprop-steeper"),  # no minimum ahead
        pytest.param(Quickprop(0.1), [4, 4], [0.6, 0.2], id="quickprop-straight"),  # equal slopes: no parabola
        pytest.param(Quickprop(0.1), [0, 4], [1, 0.6], id="quickprop-from-rest"),  # no step to learn from
        pytest.param(Quickprop(0.1), [4, 0, 2], [0.6, 0.6, 0.4], id="quickprop-flat"),
    ],
)  # fmt: skip
def test_by_hand(optimizer, gradients, path):
    np.testing.assert_allclose(walk(optimizer, gradients), path, rtol=1e-14)


@pytest.mark.parametrize("g", [1e-3, -2.0, 1e6])
def test_adams_first_step_is_the_learning_rate_downhill_however_steep(g):
    assert walk(Adam(0.01), [g], w=0)[0] == pytest.approx(-0.01 * np.sign(g), rel=1e-3)  # epsilon takes 1e-4 of it
    assert walk(Adam(0.01, epsilon=0), [g], w=0)[0] == pytest.approx(-0.01 * np.sign(g), rel=1e-14)


def test_quickprop_finds_a_parabolas_minimum_in_two_steps():
    optimizer, w = Quickprop(0.2), np.array([3.0])
    for _ in range(2):
        w = optimizer.update(w, 3 * (w - 1))  # E = 1.5 (w - 1)^2
    assert w[0] == pytest.approx(1, rel=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_rprop_and_quickprop_read_signs_however_small_or_large_the_gradients(size, dtype):
    gradients = np.array([1, 2, -1, -3, -2])
    np.testing.assert_allclose(walk(RProp(0.1), gradients * size, 0, dtype), walk(RProp(0.1), gradients, 0), rtol=1e-6)
    np.testing.assert_allclose(
        walk(Quickprop(0.1), gradients * size, 0, dtype),
        np.multiply(walk(Quickprop(0.1), gradients, 0), size),
        rtol=1e-5,
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_entry_goes_its_own_way(optimizer):
    gradients = np.random.default_rng(0).normal(size=(6, 2, 3))
    whole, w = optimizer(), np.ones((2, 3))
    for g in gradients:
        w = whole.update(w, g)
    alone = [[walk(optimizer(), gradients[:, i, j])[-1] for j in range(3)] for i in range(2)]
    np.testing.assert_allclose(w, alone, rtol=1e-14)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("shape", [(2, 3), (1, 4), (5,), ()])
def test_an_update_keeps_the_shape_and_leaves_its_arguments_alone(optimizer, shape):
    optimizer, rng = optimizer(0.1), np.random.default_rng(0)
    w = np.ones(shape)
    for _ in range(4):
        g = np.array(rng.normal(size=shape))
        w_before, g_before = w.copy(), g.copy()
        updated = optimizer.update(w, g)
        np.testing.assert_array_equal(w, w_before)
        np.testing.assert_array_equal(g, g_before)
        assert np.shape(updated) == shape
        w = updated


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_gradients_memory_may_be_used_again(optimizer):
    gradients = np.random.default_rng(0).normal(size=(4, 3))
    fresh, reusing, w, v, buffer = optimizer(0.1), optimizer(0.1), np.ones(3), np.ones(3), np.empty(3)
    for g in gradients:
        buffer[...] = g
        w, v = fresh.update(w, g), reusing.update(v, buffer)
    np.testing.assert_array_equal(w, v)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_shared_optimizer_is_refused(optimizer):
    optimizer = optimizer()
    optimizer.update(np.ones((1, 4)), np.ones((1, 4)))
    with pytest.raises(ValueError, match=r"shape \(1, 4\).*shape \(3, 4\).*copy\.deepcopy\(optimizer\)"):
        optimizer.update(np.ones((3, 4)), np.ones((3, 4)))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_gradient_of_another_shape_is_refused(optimizer):
    with pytest.raises(ValueError, match=r"shaped like w, \(3, 4\); it has shape \(1, 4\)"):
        optimizer().update(np.ones((3, 4)), np.ones((1, 4)))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("learning_rate", [0.1, np.float64(0.1)], ids=["float", "from np.logspace"])
def test_float32_stays_float32(optimizer, learning_rate):
    optimizer, w = optimizer(learning_rate), np.ones(3, np.float32)
    for g in np.random.default_rng(0).normal(size=(3, 3)).astype(np.float32):
        w = optimizer.update(w, g)
        assert w.dtype == np.float32


@pytest.mark.parametrize(
    ("make", "words"),
    [
        *[(lambda o=o, bad=bad: o(bad), f"learning_rate must be 0 or more, and finite; it is {bad}")
          for o in OPTIMIZERS for bad in (-0.1, np.inf, np.nan)],
        (lambda: SGD(momentum=1), "momentum must be at least 0 and less than 1; it is 1"),
        (lambda: SGD(momentum=-0.5), "momentum"),
        (lambda: RMSProp(beta=1.5), "beta"),
        (lambda: Adam(beta_1=1), "beta_1"),
        (lambda: Adam(beta_2=-1), "beta_2"),
    ],
)  # fmt: skip
def test_rates_out_of_range_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_an_optimizer_in_general_is_none_in_particular():
    with pytest.raises(TypeError, match="abstract"):
        Optimizer(0.1)


# ------------------------------------------------------------------------------------------------------------ in place


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("shape", [(300, 100), (3, 4), (1, 70000), (70000,), ()], ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_in_place_is_the_same_for_arrays_of_any_size(optimizer, shape, dtype):
    aside, in_place, rng = optimizer(0.1), optimizer(0.1), np.random.default_rng(0)
    w = rng.normal(size=shape).astype(dtype)
    moved = np.array(w)
    for _ in range(3):
        g = np.array(rng.normal(size=shape).astype(dtype))
        before = g.copy()
        w = np.array(aside.update(w, g))
        assert in_place.update_in_place(moved, g) is None
        np.testing.assert_array_equal(g, before)
    np.testing.assert_array_equal(moved, w)
    assert moved.dtype == dtype


def test_in_place_writes_into_the_array_that_a_view_shows():
    whole = np.ones((400, 400), np.float32)
    Adam(0.1).update_in_place(whole[:, :300], np.ones((400, 300), np.float32))
    np.testing.assert_allclose(whole[:, :300], 0.9, rtol=1e-5)
    assert np.all(whole[:, 300:] == 1)


class Uphill(SGD):
    """Only `update` is written, as in the course's exercise; its parent works in place."""

    def update(self, w, grad_loss_w):
        return w + self.learning_rate * grad_loss_w


class FromScratch(Optimizer):
    def update(self, w, grad_loss_w):
        return w + self.learning_rate * grad_loss_w


@pytest.mark.parametrize("own", [Uphill, FromScratch])
def test_an_optimizer_of_ones_own_needs_update_alone(own):
    w = np.ones((2, 3))
    own(0.5).update_in_place(w, np.full((2, 3), 2.0))
    np.testing.assert_array_equal(w, np.full((2, 3), 2.0))


@pytest.mark.parametrize(("result", "said"), [(0.0, r"it returned shape \(\)"), (None, "it returned nothing")])
def test_an_update_of_another_shape_is_refused(result, said):
    class Wrong(Optimizer):
        def update(self, w, grad_loss_w):
            return result

    w = np.ones((2, 3))
    with pytest.raises(ValueError, match=rf"shaped like w, \(2, 3\); {said}"):
        Wrong(0.1).update_in_place(w, w)
    assert np.all(w == 1)


def test_pieces_are_views_of_the_same_rows_and_leave_none_out():
    w, g = np.zeros((1000, 100), np.float32), np.arange(1000.0)[:, None] * np.ones((1, 100))
    sizes = []
    for W, G in pieces(w, g):
        W += G
        sizes.append(W.nbytes)
    np.testing.assert_array_equal(w, g)
    assert len(sizes) > 1 and max(sizes) <= PIECE
    [[whole, _]] = pieces(w[:2], g[:2])
    assert whole.base is w
