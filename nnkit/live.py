"""Live: learning curves that draw themselves while a network trains, nnkit's or Keras's.

    NeuralNetwork(verbose="curves")                              nnkit
    model.fit(..., callbacks=[LiveCurves()], verbose=0)          Keras
    fit(model, x, y, 10, "16 units", live=True)                  Keras, with nnkit.fitting

To compare, hand earlier histories in, and they are drawn thin and grey on the same axes: for Keras
LiveCurves(beside={"SGD": history}), for nnkit verbose=Curves(beside={"SGD": history}). One picture is shown and drawn
anew in its place, five times a second at most; the last one stays in the notebook. Where there is no notebook, it is a
bar.
"""

import base64
import contextlib
import html
import math
import time

from nnkit import curves
from nnkit.desk import screen

__all__ = ["Curves", "LiveCurves"]

PAUSE = 0.2  # seconds between two drawings, at least
SHARE = 0.05  # of the time, at most, is spent on drawing
MOST_BATCHES = 400  # points of the epoch under way
BY_HAND = "Stopped by hand after {}. What was learnt so far is kept."


class Curves:
    """A picture of the learning curves of one training, which is drawn anew while it goes on.

    label    names this run, above the curves
    beside   earlier runs to compare with: {name: history}, each a dictionary of lists, one number an epoch
    metric   which quantity the second panel has; without it, the first that is there beside the loss

    `training(epochs)` is for a `with`, and gives `show(history)`. Used for one run after the other, it keeps those
    before beside the newest, in one picture for each cell.
    """

    def __init__(self, label="", beside=None, metric=None):
        self.label, self.beside, self.metric = label, dict(beside or {}), metric
        self.history, self.epochs, self.is_drawing = {}, 1, False
        self._handle = self._cell = self._drawn_as = None

    @contextlib.contextmanager
    def training(self, epochs):
        """Show the picture while the block of the `with` runs; the square in the toolbar ends the block, not the cell.

        Gives `show(history)`, to be called after each epoch with the history so far.
        """
        self.start(epochs)
        try:
            yield self.show
        except KeyboardInterrupt:
            self.finish(BY_HAND)
        except BaseException:
            self.finish("Broken off by an error after {}.")
            raise
        self.finish()

    def start(self, epochs):
        """Put a picture without curves on the screen, or with those of earlier runs."""
        if self.history:
            self.beside[self._drawn_as or f"run {len(self.beside) + 1}"] = self.history
        self.history, self.epochs, self.done, self.so_far = {}, epochs, 0, []
        self.started, self.is_drawing, self._drawn_as = time.perf_counter(), True, self.label
        self._put_on_screen()
        self._next = time.perf_counter() + PAUSE

    def show(self, history):
        """Draw the history, a dictionary of lists; but not if the last drawing was a moment ago."""
        self.history, self.done, self.so_far = history, len(history.get("loss", [])), []
        self._draw_if_due()

    def within(self, done, loss):
        """Draw the loss within an epoch: `done` is how many epochs are done, as a decimal number."""
        if self._is_due():
            self.done = done
            self.so_far.append((done, loss))
            self.so_far = self.so_far[:: 1 + len(self.so_far) // MOST_BATCHES]
            self._draw_if_due()

    def finish(self, why=""):
        """Draw the last picture, which says how it ended: `why`, where {} stands for the epochs done."""
        if self.is_drawing:
            epochs = len(self.history.get("loss", []))
            count = f"{epochs} of {self.epochs} epochs" if epochs < self.epochs else _epochs(epochs)
            took = _time(time.perf_counter() - self.started)
            longest = max([1, epochs, *(len(earlier.get("loss", [])) for earlier in self.beside.values())])
            self.is_drawing, self.epochs = False, min(self.epochs, longest)  # the axis ends where the curves do
            self._handle.update(self._bundle(why.format(count) or f"{count.capitalize()} in {took}."), raw=True)

    def _put_on_screen(self):
        """Show the picture where this cell has one already, or in a place of its own."""
        from IPython import get_ipython
        from IPython.display import display

        cell = getattr(get_ipython(), "execution_count", None)
        if self._handle is not None and cell == self._cell:
            self._handle.update(self._bundle(), raw=True)
        else:
            self._handle, self._cell = display(self._bundle(), raw=True, display_id=True), cell

    def _is_due(self):
        return time.perf_counter() >= self._next

    def _draw_if_due(self):
        """Draw, and see to it that drawing takes a small share of the time, on a slow computer too."""
        before = time.perf_counter()
        if before >= self._next:
            self._handle.update(self._bundle(), raw=True)
            took = time.perf_counter() - before
            self._next = before + max(PAUSE, took / SHARE)

    def _bundle(self, title=None):
        """Return the picture and what stands for it where there is none, by MIME type."""
        panels = self.panels()
        title = self._now() if title is None else title
        title = f"{self.label}: {title}" if self.label else title
        alt = f"Learning curves. {title} Newest values: {curves.describe(panels)}."
        svg = curves.draw(panels, self.epochs, title)
        data = base64.b64encode(svg.encode()).decode()
        width, height = curves.size(panels)  # told, so that nothing moves while the browser reads the next picture
        picture = (
            f'<img src="data:image/svg+xml;base64,{data}" alt="{html.escape(alt)}" width="{width}" height="{height}" '
            f'decoding="sync" style="max-width: 100%; height: auto">'
        )
        return {"text/html": picture, "text/plain": alt}

    def panels(self):
        """Return the curves as they are now: {"loss": [Line, ...]}, and those of the metric if there is one."""
        beside = {name: _first(history, self.epochs) for name, history in self.beside.items()}
        panels = {"loss": curves.lines(self.history, "loss", beside, self.so_far)}
        metric = self.metric or _metric(self.history) or next(filter(None, map(_metric, beside.values())), None)
        if metric:  # nnkit calls it "metric" whatever it is; others by its name
            beside = {name: _with_metric(history, metric) for name, history in beside.items()}
            panels[metric] = curves.lines(self.history, metric, beside)
        return panels

    def _now(self):
        """Return how far the training is, and how long it will take."""
        passed = time.perf_counter() - self.started
        now = f"Epoch {min(math.floor(self.done) + 1, self.epochs)} of {self.epochs}, {_time(passed)} so far"
        return now + (f", about {_time(passed / self.done * (self.epochs - self.done))} left." if self.done else ".")


def LiveCurves(beside=None, metric=None, label="", curves=None):
    """Return a Keras callback that draws the learning curves while `model.fit(..., verbose=0)` runs.

    `beside`, `metric` and `label` are those of Curves; or hand your own `curves` in. Its attribute `history` is the
    history so far, which is there after an interrupt as well.
    """
    from nnkit.progress import progress
    from nnkit.quietly import keras

    picture = curves or Curves(label, beside, metric)

    class Watch(keras.callbacks.Callback):
        """Hands on what Keras reports to the picture, or to a bar where there is no screen."""

        def __init__(self):
            super().__init__()
            self.on_train_begin()  # an interrupt may come before training has begun

        def on_train_begin(self, logs=None):
            self.history, self.first, self.epochs, self.end = {}, None, 0, contextlib.ExitStack()

        def on_epoch_begin(self, epoch, logs=None):
            if self.first is None:  # 0, unless `fit` was told to go on from another epoch
                self.first, self.epochs = epoch, self.params["epochs"] - epoch
                self.end.enter_context(_told_when_the_cell_ends(self.stop))
                self.show = self.end.enter_context(progress(self.epochs, picture))
            self.epoch = epoch - self.first

        def on_train_batch_end(self, batch, logs=None):
            if picture.is_drawing and self.params["steps"]:
                picture.within(self.epoch + (batch + 1) / self.params["steps"], logs["loss"])

        def on_epoch_end(self, epoch, logs=None):
            for name, value in (logs or {}).items():
                self.history.setdefault(name, []).append(float(value))
            self.show(self.history)

        def on_train_end(self, logs=None):
            self.end.close()

        def stop(self, why=BY_HAND):
            """End what is shown, after an interrupt of which Keras tells its callbacks nothing."""
            pictured = picture.is_drawing
            picture.finish(why)
            self.end.close()
            if not pictured:
                print("\n" + why.format(f"{len(self.history.get('loss', []))} of {self.epochs} epochs"))

    return Watch()


@contextlib.contextmanager
def _told_when_the_cell_ends(stop):
    """Call `stop` when a notebook's cell ends while the block is still open, as after an interrupt of `model.fit`."""

    def cell_ended(result):
        if isinstance(result.error_in_exec, KeyboardInterrupt):
            stop()
        else:
            stop("Broken off by an error after {}.")

    if not screen.is_watched():
        yield
        return
    from IPython import get_ipython

    events = get_ipython().events
    events.register("post_run_cell", cell_ended)
    try:
        yield
    finally:
        events.unregister("post_run_cell", cell_ended)


def _first(history, epochs):
    """Return the first epochs of a history: what is compared has been trained as long."""
    return {name: values[:epochs] for name, values in history.items()}


def _metric(history):
    """Return the first quantity of a history that is no loss and no learning rate, or None."""
    names = [name for name in history if not name.startswith("val_") and "loss" not in name and "rate" not in name]
    return next(iter(names), None)


def _with_metric(history, metric):
    """Return a history with its metric under the name `metric`: where one of the two is nnkit's, they are the same."""
    own = _metric(history)
    if metric in history or own is None or "metric" not in (own, metric):
        return history
    return {metric: history[own], f"val_{metric}": history.get(f"val_{own}", [])}


def _epochs(number):
    return "1 epoch" if number == 1 else f"{number} epochs"


def _time(seconds):
    """Return a time in words: "0.4 s", "12 s", "3 min"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
