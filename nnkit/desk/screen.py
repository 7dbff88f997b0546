"""The screen: whether a person looks at it, and how things are put on it.

Everything shown has a plain text beside it, for where neither HTML nor Markdown can be drawn.
"""

import os
import sys

__all__ = ["is_watched", "show"]


def is_watched():
    """Say whether a person sees what is shown: in a notebook's kernel, unless the notebook is marked or validated."""
    if "NBGRADER_EXECUTION" in os.environ or "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None


def show(text, html=None, markdown=None):
    """Show one thing: as HTML or Markdown where a notebook draws them, as plain text elsewhere."""
    if not is_watched():
        print(text)
        return
    from IPython.display import display

    forms = {"text/plain": text, "text/html": html, "text/markdown": markdown}
    display({kind: form for kind, form in forms.items() if form is not None}, raw=True)
