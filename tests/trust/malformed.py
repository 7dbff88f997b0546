"""Malformed submissions: what comes in when things go wrong for people who mean well, and what stops a kernel.

Each is a function that turns the notebook (JSON, with relu-derivative right and nothing else) into what is handed in:
JSON again, bytes, or None for nothing; `folder` does more to the folder.
"""

import codecs
import json
import os
from dataclasses import dataclass, field

from corpus import HONEST, NOTEBOOK, RELU, cell, find

__all__ = ["MALFORMED", "Malformed"]

NOTHING = dict.fromkeys(HONEST, 0)


@dataclass(frozen=True)
class Malformed:
    """One malformed submission; `marks` are what it earns, `notes` the kinds of notes that must be there."""

    name: str
    make: object
    marks: dict = field(default_factory=lambda: dict(HONEST))
    notes: tuple = ()
    file: str = f"{NOTEBOOK}.ipynb"
    folder: object = None
    words: str | None = None


MALFORMED = {}


def malformed(name, **more):
    """Decorate what makes one, to add it to MALFORMED."""

    def add(make):
        MALFORMED[name] = Malformed(name, make, **more)
        return make

    return add


def same(notebook):
    """The notebook as it is."""
    return notebook


def text(notebook):
    return json.dumps(notebook, indent=1)


@malformed("empty", marks=NOTHING, notes=("unreadable",), words="is empty")
def _(notebook):
    return b""


@malformed("invalid-json", notes=("damaged",))
def _(notebook):
    return text(notebook).replace('"nbformat"', "nbformat").encode()
