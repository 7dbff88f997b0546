"""The work on one submission, done by any process of any machine that sees the course's folder.

    Handout   what the course knows of an assignment: plain data, made once by the process that writes the gradebook,
              and laid down as a file in the course's folder, from which every worker takes it
    mark      a submission -> what its notebooks are when rebuilt, what their cells put out, and their records
    Done      that, on its way into the gradebook: nbgrader goes through its steps, and finds the running done

A worker sees neither the gradebook nor the instructor's settings, and what it sends back is JSON.
"""

import atexit
import functools
import hashlib
import json
import tempfile
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat

import nnkit
from coursekit.trust import record, warm
from coursekit.trust.conditions import Conditions
from coursekit.trust.converter import copy_files
from coursekit.trust.submission import notebook_from

__all__ = ["Done", "Handout", "as_json", "done", "mark", "mark_by_file", "version"]

ONE_AT_A_TIME = threading.Lock()  # a worker with several threads would share one judge among them


@dataclass(frozen=True)
class Handout:
    """An assignment.

    assignment  its name
    notebooks   name -> (the cells that the gradebook knows, those of the released notebook or None), as JSON
    files       (name, path) of the course's own files that go with it
    conditions  the Conditions under which notebooks are run
    """

    assignment: str
    notebooks: dict
    files: tuple = ()
    conditions: Conditions = Conditions()

    def cells(self, name):
        """Return the known cells of a notebook, a dict, and those that were released, a list or None."""
        known, released = self.notebooks[name]
        return {cell.metadata.nbgrader.grade_id: cell for cell in _cells(known)}, released and _cells(released)

    def fingerprint(self):
        """Return a text that is another one whenever marks might be: for other cells, files, or another course kit."""
        pairs = self.notebooks.values()
        cells = [[[cell | {"id": ""} for cell in _cells(text or EMPTY)] for text in pair] for pair in pairs]
        digest = hashlib.sha256(json.dumps([version(), sorted(self.notebooks), cells], sort_keys=True).encode())
        for name, path in sorted(self.files):
            digest.update(f"\0{name}\0".encode() + Path(path).read_bytes())
        return digest.hexdigest()

    def save(self, folder):
        """Write this into a file of its own in `folder`, where `load` finds it; return the file's path."""
        held = asdict(self) | {"files": [(name, str(path)) for name, path in self.files]}
        path = Path(folder) / f"handout-{self.assignment}.json"
        path.write_text(json.dumps(held), "utf-8")
        return str(path)


@functools.lru_cache(maxsize=8)
def load(path, changed):
    """Return the Handout in the file at `path`, read once for each time that it `changed`."""
    held = json.loads(Path(path).read_text("utf-8"))
    files = tuple(map(tuple, held["files"]))
    pairs = {name: tuple(pair) for name, pair in held["notebooks"].items()}
    return Handout(held["assignment"], pairs, files, Conditions(**held["conditions"]))


def as_json(cells):
    """Return a list of cells as JSON."""
    return nbformat.writes(nbformat.v4.new_notebook(cells=list(cells)))


def _cells(text):
    return nbformat.reads(text, as_version=4).cells


EMPTY = as_json([])


@functools.cache
def version():
    """Return a text that is the same on machines that have the same course kit, and would give the same marks."""
    digest = hashlib.sha256()
    for folder in (Path(nnkit.__file__).parent, Path(record.__file__).parent):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


# ---- in a worker


def mark_by_file(path, submitted, cold=False):
    """Do the same as `mark`, with the Handout in the file at `path`: Dask keeps all arguments until the run ends."""
    return mark(load(path, Path(path).stat().st_mtime_ns), submitted, cold)


def mark(handout, submitted, cold=False):
    """Mark the submission in the folder `submitted`; return JSON, for `done`."""
    with ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="marking-", ignore_cleanup_errors=True) as folder:
        notes = copy_files(submitted, handout.files, Path(folder))
        notebooks = {name: _mark(handout, name, submitted, folder, notes, cold) for name in sorted(handout.notebooks)}
    return json.dumps({"version": version(), "notebooks": notebooks})


def _mark(handout, name, submitted, folder, file_notes, cold):
    """Rebuild and run one notebook; return what is to be known of it, in plain data."""
    known, released = handout.cells(name)
    notebook, notes = notebook_from(submitted, name, known, released, set(handout.notebooks) - {name})
    rebuilt = nbformat.writes(notebook)
    parent = None if cold else warm_parent(handout.conditions.sandbox, "keras" in handout.notebooks[name][0])
    session = handout.conditions.session(handout.assignment, folder, parent)
    session.run(notebook.cells)
    outputs = [[cell.id, cell.source, cell.get("outputs", [])] for cell in notebook.cells]
    return {
        "rebuilt": rebuilt,
        "cells": outputs,
        "record": record.plain(session.record([*file_notes, *notes, *session.notes])),
    }


@functools.cache
def _warm_parent(modules):
    parent = warm.WarmParent(modules).start()
    atexit.register(parent.stop)
    return parent


def warm_parent(sandbox, keras):
    """Return this process's WarmParent for notebooks with or without Keras; None where there can be none."""
    if sandbox != "bubblewrap" or not warm.works():
        return None
    parent = _warm_parent(warm.KERAS if keras else warm.COMMON)
    if not parent.is_alive():
        _warm_parent.cache_clear()
        return warm_parent(sandbox, keras)
    return parent


# ---- where the gradebook is written


class Done:
    """One notebook that a worker has run."""

    def __init__(self, plain):
        self.plain = plain

    def rebuilt(self):
        """Return the notebook as it was rebuilt, before it ran."""
        return nbformat.reads(self.plain["rebuilt"], as_version=4)

    def is_of(self, cells):
        """Say whether these are the cells that were run."""
        return [[cell.id, cell.source] for cell in cells] == [ran[:2] for ran in self.plain["cells"]]

    def fill(self, cells):
        """Give the cells their outputs; return the Record."""
        for cell, (_, _, outputs) in zip(cells, self.plain["cells"], strict=True):
            if cell.cell_type == "code":
                cell.outputs = [nbformat.from_dict(output) for output in outputs]
        return record.from_plain(self.plain["record"])


def done(text):
    """Return {name of a notebook: Done} for what `mark` has sent. Raises ValueError for that of another course kit."""
    held = json.loads(text)
    if held["version"] != version():
        raise ValueError("the worker has another version of the course kit: install the same one there")
    return {name: Done(plain) for name, plain in held["notebooks"].items()}
