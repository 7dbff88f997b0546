"""Exercises: what keeps a network general: decay, stopping in time, and seeing what is wrong.

Early stopping is looked at while it works: it is led, epoch by epoch, through validation losses that are chosen
beforehand, and what counts is when it ends the training and which weights the model then has.
"""

import numpy as np

from nnkit.checks.exercise import Exercise

__all__ = ["diagnose", "early_stopping", "l2_gradient"]


# ---- l2-gradient


def _l2_gradient(weights, strength):
    """Return the gradient of strength * sum(w ** 2): 2 * strength * w."""
    return 2 * strength * np.asarray(weights)


_l2_gradient.__name__ = "l2_gradient"


def _draw_l2(rng):
    shape = tuple(rng.permutation([3, 4, 6])[:2].tolist())
    weights = rng.uniform(0.3, 3, size=shape) * rng.choice([-1, 1], size=shape)
    weights.flat[:2] = np.abs(weights.flat[:2]) * (1, -1)  # both signs, whatever chance says
    return {"weights": weights, "strength": float(rng.uniform(0.05, 0.4))}


def _probe_l2(answer, weights, strength):
    given = weights.copy()
    yield "gradient", answer(given, strength)
    yield "vector", answer(weights[0].copy(), 2.7 * strength)
    yield "arguments", given


l2_gradient = Exercise(
    id="l2-gradient",
    reference=_l2_gradient,
    claims={
        "gradient": "the gradient is 2 strength w, an entry for each weight",
        "vector": "that holds for a row of weights and another strength too",
        "arguments": "the weights stay as they were",
    },
    draw=_draw_l2,
    probe=_probe_l2,
    sizes=lambda weights, strength: {"the number of weights": weights.size, "the strength": strength},
)


@l2_gradient.mistake("the factor 2 is missing: the derivative of w squared is 2w.")
def _(weights, strength):
    return strength * weights


@l2_gradient.mistake("this is the penalty itself, one number. Its gradient has an entry for each weight.")
def _(weights, strength):
    return strength * np.sum(weights**2)


@l2_gradient.mistake("the gradients were added up. Each weight keeps its own: no sum.")
def _(weights, strength):
    return np.sum(2 * strength * weights)


@l2_gradient.mistake("the weights are still squared: the derivative of w squared is 2w.")
def _(weights, strength):
    return strength * weights**2


@l2_gradient.mistake("the weights are still squared: the derivative of w squared is 2w.")
def _(weights, strength):
    return 2 * strength * weights**2


@l2_gradient.mistake("the strength is missing: it multiplies the penalty, so it multiplies the gradient.")
def _(weights, strength):
    return 2 * weights


@l2_gradient.mistake("the strength is squared as well. It is a constant factor: 2 strength w.")
def _(weights, strength):
    return 2 * strength**2 * weights


@l2_gradient.mistake("this is the gradient of the L1 penalty, the sum of |w|: all weights pulled alike.")
def _(weights, strength):
    return strength * np.sign(weights)


@l2_gradient.mistake("the sign is reversed. The penalty grows with a positive weight; the minus comes with the update.")
def _(weights, strength):
    return -2 * strength * weights


@l2_gradient.mistake("it was divided by the number of weights. The penalty is a sum, not a mean.")
def _(weights, strength):
    return 2 * strength * weights / weights.size


@l2_gradient.mistake("the sign of the weights is lost. A negative weight is pulled up, so its gradient is negative.")
def _(weights, strength):
    return 2 * strength * np.abs(weights)


@l2_gradient.mistake("nothing is returned: end with `return` and the gradient.")
def _(weights, strength):
    return None


# ---- early-stopping


def _make_early_stopping(patience=5):
    """Return a callback that stops once the validation loss has not improved for `patience` epochs in a row."""
    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience, restore_best_weights=True)


_make_early_stopping.__name__ = "make_early_stopping"


def _draw_stopping(rng):
    """Draw the validation loss of each epoch: down, a bump shorter than the patience, a little lower, then up for long.

    The best epoch improves by a thousandth only: that is an improvement too.
    """
    patience = int(rng.choice([3, 4, 6]))
    falling = np.linspace(2, 1, int(rng.integers(2, 4))) + rng.uniform(0, 0.2)
    bump = falling[-1] + rng.uniform(0.1, 0.3, size=patience - 1)
    best = falling[-1] - 0.001
    rising = best + np.linspace(0.05, 0.5, patience + 4)
    return {
        "patience": patience,
        "val_losses": [*falling, *bump, best, *rising],
        "late": [*falling, *(falling[-1] + np.linspace(0.1, 0.9, 9))],
    }


def _probe_stopping(answer, patience, val_losses, late):
    from nnkit.quietly import keras

    callback, model = answer(patience), _tiny_model()
    is_one = isinstance(callback, keras.callbacks.EarlyStopping)
    yield "kind", "EarlyStopping" if is_one else type(callback).__name__
    epochs, loss = _lead(callback, model, val_losses)
    yield "epochs", epochs
    yield "best", loss
    yield "default", _lead(answer(), model, late)[0]
    yield "improving", _lead(answer(patience), model, [2 - 0.1 * i for i in range(9)])[0]


def _tiny_model():
    """Return a model of a single weight, which has been tried once, so that it knows its metrics."""
    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile("sgd", "mse", metrics=["accuracy"], run_eagerly=True)
    model.test_on_batch(np.ones((1, 1)), np.ones((1, 1)))
    return model


def _lead(callback, model, val_losses):
    """Lead a callback through these epochs as `fit` does; return how many it lets pass and the loss it ends with.

    The weight of the model is each epoch's validation loss, so at the end it says which epoch's weights were kept. The
    training loss falls throughout, and the accuracies go their own ways: who watches those stops elsewhere.
    """
    callback.set_model(model)
    model.stop_training = False
    callback.on_train_begin()
    for epoch, loss in enumerate(val_losses):
        model.set_weights([np.full((1, 1), loss)])
        falling = 1 / (2 + epoch)
        logs = {"loss": falling, "val_loss": loss, "accuracy": 1 - falling, "val_accuracy": 0.9 - 0.1 * abs(epoch - 3)}
        callback.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    callback.on_train_end()
    return epoch + 1, model.get_weights()[0].item()


early_stopping = Exercise(
    id="early-stopping",
    reference=_make_early_stopping,
    claims={
        "kind": "make_early_stopping returns a keras.callbacks.EarlyStopping",
        "epochs": "training ends once the validation loss has not improved for `patience` epochs in a row",
        "best": "the model then has the weights of the epoch with the lowest validation loss",
        "default": "the patience is 5 where none is given",
        "improving": "while the validation loss falls, training goes on",
    },
    draw=_draw_stopping,
    probe=_probe_stopping,
    rounds=2,
    sizes=lambda patience, **_: {"the patience": patience},
)


def _stopper(change):
    """Return a maker of callbacks in which `change(patience)` gives other settings than the right ones."""

    def make(patience=5):
        from nnkit.quietly import keras

        settings = {"monitor": "val_loss", "patience": patience, "restore_best_weights": True} | change(patience)
        return keras.callbacks.EarlyStopping(**settings)

    return make


for _sentence, _change in {
    "the best weights are not restored: the model is left as it was after the last, worse epochs. "
    "Say restore_best_weights=True.": lambda patience: {"restore_best_weights": False},
    "it watches the training loss, which falls for as long as one trains. Watch monitor='val_loss'.": lambda patience: {
        "monitor": "loss"
    },
    "it watches the validation accuracy. Here the validation loss is asked for: monitor='val_loss'.": lambda patience: {
        "monitor": "val_accuracy",
        "mode": "max",
    },
    "a loss is best where it is lowest, so mode must not be 'max'. Leave it out, or say 'min'.": lambda patience: {
        "mode": "max"
    },
    "the argument is not used, and Keras's own patience is 0: say patience=patience.": lambda patience: {"patience": 0},
    "the argument is not used, the patience is always 5: say patience=patience.": lambda patience: {"patience": 5},
    "it waits one epoch too long: patience=patience, without adding 1.": lambda patience: {"patience": patience + 1},
    "it waits one epoch too short: patience=patience, without taking 1 away.": lambda patience: {
        "patience": patience - 1
    },
    "small improvements are not counted: leave min_delta at 0.": lambda patience: {"min_delta": 0.01},
}.items():
    early_stopping.mistake(_sentence)(_stopper(_change))


@early_stopping.mistake("the patience is not 5 where none is given: write def make_early_stopping(patience=5).")
def _(patience=3):
    return _make_early_stopping(patience)


@early_stopping.mistake("the callback is in a list. Return the callback alone; fit is given the list later.")
def _(patience=5):
    return [_make_early_stopping(patience)]


@early_stopping.mistake("nothing is returned: end with `return` and the callback.")
def _(patience=5):
    return None


@early_stopping.mistake("the class is returned, not a callback: call it, EarlyStopping(...).")
def _(patience=5):
    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping


# ---- diagnose


def _diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """Say what ails a model: "underfitting" (bias), else "overfitting" (variance), else "ok"."""
    if train_error > target_error + tolerance:
        return "underfitting"
    return "overfitting" if validation_error > train_error + tolerance else "ok"


_diagnose.__name__ = "diagnose"


def _draw_diagnose(rng):
    """Draw errors at least 0.004 away from every border, as fractions."""
    target = rng.uniform(0.15, 0.2)
    far, small = rng.uniform(0.05, 0.09, size=4), rng.uniform(0.003, 0.016, size=4)
    return {
        "cases": {
            "bias": (target + far[0], target + far[0] + small[0], target),
            "both": (target + far[1], target + far[1] + far[2], target),
            "variance": (target - far[3], target + small[1], target),
            "variance 2": (target + small[3], target + small[3] + far[0], target),
            "ok": (target - far[1], target - far[1] + small[2], target),
            "margin": (target + small[0], target + 2 * small[0], target),
            "lower": (target - small[1], target - small[1] - far[2], target),
            "better": (target - 2 * far[0], target - 2 * far[0] - small[0], target),
        },
        "wide": (target + far[2], target + 2 * far[2] + small[0], target),
        "tolerance": float(far[2] + small[0] + 0.005),
    }


def _probe_diagnose(answer, cases, wide, tolerance):
    for name, errors in cases.items():
        yield name, answer(*errors)
    yield "tolerance", answer(*wide, tolerance=tolerance)
    yield "tolerance 2", answer(*wide, tolerance=0.001)


diagnose = Exercise(
    id="diagnose",
    reference=_diagnose,
    claims={
        "bias": "a training error far above the target is underfitting",
        "both": "that comes first, even where the validation error is far higher still",
        "variance": "else, a validation error far above the training error is overfitting",
        "variance 2": "overfitting is measured from the training error, not from the target",
        "ok": "else it is ok",
        "margin": "errors within the tolerance, 0.02, are ok too",
        "lower": "a validation error below the training error is no fault",
        "better": "nor is a training error below the target",
        "tolerance": "a wider tolerance forgives more",
        "tolerance 2": "and a narrower one less",
    },
    draw=_draw_diagnose,
    probe=_probe_diagnose,
)


@diagnose.mistake("overfitting is looked for first. Ask about the training error first: bias before variance.")
def _(train_error, validation_error, target_error, tolerance=0.02):
    if validation_error > train_error + tolerance:
        return "overfitting"
    return "underfitting" if train_error > target_error + tolerance else "ok"


@diagnose.mistake("the two names are swapped: a high training error is underfitting, a high gap is overfitting.")
def _(train_error, validation_error, target_error, tolerance=0.02):
    swapped = {"underfitting": "overfitting", "overfitting": "underfitting", "ok": "ok"}
    return swapped[_diagnose(train_error, validation_error, target_error, tolerance)]


@diagnose.mistake("overfitting is measured from the target. It is the gap between validation and training error.")
def _(train_error, validation_error, target_error, tolerance=0.02):
    if train_error > target_error + tolerance:
        return "underfitting"
    return "overfitting" if validation_error > target_error + tolerance else "ok"


@diagnose.mistake("the tolerance is left out: only a difference of more than the tolerance counts.")
def _(train_error, validation_error, target_error, tolerance=0.02):
    return _diagnose(train_error, validation_error, target_error, 0)


@diagnose.mistake("the tolerance is always 0.02: use the argument.")
def _(train_error, validation_error, target_error, tolerance=0.02):
    return _diagnose(train_error, validation_error, target_error)


@diagnose.mistake("the difference has lost its sign. An error below the other is no fault: no abs.")
def _(train_error, validation_error, target_error, tolerance=0.02):
    if train_error - target_error > tolerance:
        return "underfitting"
    return "overfitting" if abs(validation_error - train_error) > tolerance else "ok"


@diagnose.mistake("the difference has lost its sign. A training error below the target is no fault: no abs.")
def _(train_error, validation_error, target_error, tolerance=0.02):
    if abs(train_error - target_error) > tolerance:
        return "underfitting"
    return "overfitting" if validation_error - train_error > tolerance else "ok"


@diagnose.mistake("underfitting is looked for in the validation error. Bias shows in the training error.")
def _(train_error, validation_error, target_error, tolerance=0.02):
    if validation_error > target_error + tolerance:
        return "underfitting"
    return "overfitting" if validation_error > train_error + tolerance else "ok"


@diagnose.mistake("these were taken for accuracies: an error is the worse the higher it is.")
def _(train_error, validation_error, target_error, tolerance=0.02):
    if train_error < target_error - tolerance:
        return "underfitting"
    return "overfitting" if validation_error < train_error - tolerance else "ok"


@diagnose.mistake("the names must be exactly 'underfitting', 'overfitting' and 'ok', in small letters.")
def _(train_error, validation_error, target_error, tolerance=0.02):
    return _diagnose(train_error, validation_error, target_error, tolerance).capitalize()


@diagnose.mistake("where neither holds, nothing is returned: the last line is return 'ok'.")
def _(train_error, validation_error, target_error, tolerance=0.02):
    verdict = _diagnose(train_error, validation_error, target_error, tolerance)
    return None if verdict == "ok" else verdict
