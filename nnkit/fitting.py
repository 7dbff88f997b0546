"""Fitting: train a Keras model with one quiet progress bar, and keep what was learnt when it is interrupted.

Keras's own bar writes thousands of lines into a notebook, and a run that is stopped by hand loses its history. `fit`
writes one line, and returns the history as far as it got; the model keeps its weights in any case.
"""

import sys

__all__ = ["fit"]


def fit(model, x, y, epochs, label="training", callbacks=(), live=False, **options):
    """Train a compiled Keras model on x, y; return its history, {"loss": [one number an epoch], ...}.

    `label` names the run in its progress bar; "" shows none. `live` draws learning curves in its place: True, or a
    Curves of nnkit.live, which compares with earlier runs and with the next. `callbacks` and `options` are those of
    Keras's own `fit`: batch_size, validation_data, ... To stop early, press the square in the toolbar: epochs that were
    finished are in the history, and the model keeps what it has learnt.
    """
    if live:
        return _fit_live(model, x, y, epochs, label, callbacks, live, options)
    from tqdm import tqdm

    from nnkit.quietly import keras

    history = {}
    with tqdm(total=epochs, desc=label, unit="epoch", file=sys.stdout, disable=not label) as bar:

        def after_epoch(_, logs):
            for name, value in logs.items():
                history.setdefault(name, []).append(float(value))
            bar.set_postfix({name: f"{value:.3f}" for name, value in logs.items() if "val" in name} or None)
            bar.update()

        try:
            watch = keras.callbacks.LambdaCallback(on_epoch_end=after_epoch)
            model.fit(x, y, epochs=epochs, verbose=0, callbacks=[*callbacks, watch], **options)
        except KeyboardInterrupt:
            print(f"\nStopped by hand after {bar.n} of {epochs} epochs. What was learnt so far is kept.")
    return history


def _fit_live(model, x, y, epochs, label, callbacks, live, options):
    """The same with curves, which say themselves how it ended."""
    from nnkit.live import Curves, LiveCurves

    curves = Curves() if live is True else live
    curves.label = label
    watch = LiveCurves(curves=curves)
    try:
        model.fit(x, y, epochs=epochs, verbose=0, callbacks=[*callbacks, watch], **options)
    except KeyboardInterrupt:
        watch.stop()
    return watch.history
