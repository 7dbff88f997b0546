"""Keras in a notebook: nothing in red, one bar, and a stop by hand that loses nothing."""

import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

pytestmark = pytest.mark.slow  # TensorFlow takes its time


def python(program):
    """Run a program in a process of its own; what it wrote to stdout and to stderr."""
    finished = subprocess.run([sys.executable, "-W", "error", "-c", program], cwd=ROOT, capture_output=True, text=True)
    return finished.stdout, finished.stderr


def test_keras_is_imported_without_a_word():
    program = """
import nnkit.quietly, keras, numpy as np, sys
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(np.ones((4, 4)), np.ones((4, 1)), verbose=0)
print("done")
print("heard", file=sys.stderr)
"""
    assert python(program) == ("done\n", "heard\n")  # what is said afterwards is heard


def test_an_import_that_fails_says_so():
    program = """
import sys
sys.modules["keras"] = None
import nnkit.quietly
"""
    out, err = python(program)
    assert "ImportError" in err or "ModuleNotFoundError" in err


@pytest.fixture
def line():
    """A model of one weight, 3 to begin with, and four examples of y = 0 x."""
    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.array([[3.0]])])
    model.compile(keras.optimizers.SGD(0.25), "mse", metrics=["mae"])
    return model, np.ones((4, 1)), np.zeros((4, 1))


def test_the_history_is_that_of_keras(line, capsys):
    from nnkit.fitting import fit

    model, x, y = line
    history = fit(model, x, y, 3, "a line", batch_size=4, validation_data=(x, 1 + y))
    # Each epoch's gradient is 2 w, so w is halved: 3, 1.5, 0.75; validation comes after the step.
    assert history["loss"] == pytest.approx([9, 2.25, 0.5625])
    assert history["val_mae"] == pytest.approx([0.5, 0.25, 0.625])
    assert set(history) == {"loss", "mae", "val_loss", "val_mae"}
    out, err = capsys.readouterr()
    assert "a line: 100%" in out and "3/3" in out and err == ""


def test_without_a_label_there_is_no_bar(line, capsys):
    from nnkit.fitting import fit

    assert len(fit(*line, 2, "")["loss"]) == 2
    assert capsys.readouterr() == ("", "")


def test_a_stop_by_hand_keeps_what_was_learnt(line, capsys):
    from nnkit.fitting import fit
    from nnkit.quietly import keras

    def stop(epoch, logs):
        if epoch == 2:
            raise KeyboardInterrupt

    model, x, y = line
    history = fit(model, x, y, 10, callbacks=[keras.callbacks.LambdaCallback(on_epoch_begin=stop)], batch_size=4)
    assert history["loss"] == pytest.approx([9, 2.25])
    assert model.get_weights()[0].item() == pytest.approx(0.75)
    assert "Stopped by hand after 2 of 10 epochs. What was learnt so far is kept." in capsys.readouterr().out
