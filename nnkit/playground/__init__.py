"""Playground: a small network to play with, in JupyterLab, built of the student's own classes where they exist.

    from nnkit.playground import playground
    playground()                                         or  playground(data="spirals", hidden=(8, 8, 8))

From the ground up: `data` (what is learnt), `setup` (what can be chosen), `network` (what is built of it), `parts` (out
of whose classes), `run` (how it learns, half-step by half-step), `words` and `code` (what is said and written of it),
`session` (all of this together, without a screen), and then `screen` (a widget) and `still` (a picture where there can
be none).
"""

import asyncio
import os

from nnkit.playground.parts import checked, found
from nnkit.playground.session import Session
from nnkit.playground.setup import started

__all__ = ["playground"]


def playground(parts=None, **start):
    """Show the playground below the cell; return None.

    It is built of the classes in the notebook that bear the names of nnkit's, or of `parts`, {"DenseLayer": a class,
    ...}, where that is given ({} for nnkit's alone). `start` are the starting values: data, noise, hidden, activation,
    loss, optimizer, learning_rate, batch_size, l1, l2, dropout, seed, as in `nnkit.playground.setup.Setup`.
    Raises TypeError or ValueError for parts and values that will not do.
    """
    setup, own = started(**start), None if parts is None else checked(parts)
    classes = _in_the_notebook if own is None else lambda: own
    if "NBGRADER_EXECUTION" in os.environ:
        print("(There is no playground while a notebook is validated or marked.)")
        return
    try:
        session, picture = Session(setup, classes), Session(setup, classes)
    except NotImplementedError:
        print("○ no playground yet: here nnkit comes without what you are asked to write. Write these classes first.")
        return
    if _widgets_can_run():
        from nnkit.playground import screen

        screen.show(session)
    from nnkit.playground import still

    still.show(picture)


def _in_the_notebook():
    """Return the student's classes in the notebook that this runs in; none where it is no notebook."""
    try:
        from IPython import get_ipython
    except ImportError:
        return {}
    shell = get_ipython()
    return {} if shell is None else found(shell.user_ns)


def _widgets_can_run():
    """Say whether there is anywidget, and a kernel with a loop that it can run on."""
    try:
        import anywidget  # noqa: F401

        asyncio.get_running_loop()
    except (ImportError, RuntimeError):
        return False
    return True
