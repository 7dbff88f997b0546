"""The folder that a student handed in: which file in it is the notebook, and which files may be copied.

A notebook may have been renamed by a browser, lie in a folder of its own, or be one of several; beside it there may be
data, and also links to what is not the student's, pipes, or ten thousand files of an environment. What was handed in
is only looked at, never changed, and no link is followed.
"""

import mimetypes
import os
import re
import stat
from pathlib import Path

from coursekit.trust.notes import Note, printable
from coursekit.trust.reading import Read, read
from coursekit.trust.rebuild import message, rebuild, unanswered

MAX_DEPTH, MAX_NOTEBOOKS, MAX_FILES = 6, 20, 1000
MAX_FILE, MAX_TOTAL = 100_000_000, 300_000_000
NOTEBOOK = re.compile(r"(.+)\.ipynb(?:\.txt|\.json)?", re.IGNORECASE)
LITTER = (".ipynb_checkpoints", "__pycache__", "__MACOSX", ".git", ".venv", "node_modules")
# What a browser would run or draw if someone opened it from the marked folder.
PAGES = re.compile(r"(text|application)/(html|xml|.*\+xml|(x-)?(java|ecma)script)|image/svg\+xml")

# A stand-in for a notebook that is missing from a submission's top: see coursekit.trust.converter.make_findable.
PLACEHOLDER = b'{"cells": [], "metadata": {"placeholder": true}, "nbformat": 4, "nbformat_minor": 5}\n'


# ------------------------------------------------------------------------------------- the notebook in it


def notebook_from(folder, name, known, released=None, others=()):
    """The notebook `name` (no .ipynb) of the submission in `folder`, rebuilt, and the notes about it.

    known, released  as in coursekit.trust.rebuild.Handout
    others           the names of the assignment's other notebooks
    Whatever is in the folder, this gives a notebook: where nothing can be read, the released one with nothing answered
    and the reason on top.
    """
    path, notes = find_notebook(folder, name, known, others)
    found = read(path) if path else nothing(name)
    notes += found.notes
    if found.cells is None:
        return unanswered(known, found.reason, released), notes
    notebook, more = rebuild(known, found.cells, released)
    damage = [message(note.words) for note in found.notes if note.kind == "damaged"]
    notebook.cells = damage + notebook.cells
    return notebook, [*notes, *more]


def nothing(name):
    """What is read where there is no notebook."""
    words = f"There is no notebook “{name}.ipynb” in what was handed in."
    return Read(None, [Note("no-notebook", None, words)], words)


def find_notebook(folder, name, names=(), others=()):
    """The file in `folder` that is the notebook `name`, or None; and the notes about that.

    The one at the top with that name is it; else one with that name in a folder; else one with a name like it, the one
    changed last; else one in which cells bear one of `names`, or the only one. One that can be read goes before one
    that cannot. No link is followed.
    """
    folder = Path(folder)
    paths = sorted(notebooks_in(folder, others), key=lambda path: rank(path, folder, name))[:MAX_NOTEBOOKS]
    if len(paths) == 1:
        return paths[0], list(notes_on(paths[0], paths, folder, name))
    likely = [path for path in paths if alike(path, name) or bears(path, names)]
    chosen = next((path for path in likely if read(path).cells is not None), likely[0] if likely else None)
    return chosen, list(notes_on(chosen, paths, folder, name))


def notebooks_in(folder, others):
    """The notebooks in `folder` and its folders; placeholders and the assignment's `others` are not among them."""
    for path in walk(folder):
        match = NOTEBOOK.fullmatch(path.name)
        if match and match[1] not in others and not path.name.startswith("._") and not is_placeholder(path):
            yield path


def rank(path, folder, name):
    """The smaller, the likelier `path` is the notebook `name`."""
    depth, exact = len(path.relative_to(folder).parts), path.name == f"{name}.ipynb"
    return not exact, not alike(path, name), depth if exact else 0, -os.lstat(path).st_mtime, str(path)


def alike(path, name):
    """Does the file's name hold the notebook's, up to signs and case?"""
    letters = (re.sub(r"[\W_]", "", text.lower()) for text in (name, path.name))
    return next(letters) in next(letters)


def bears(path, names):
    """Does a cell of the notebook at `path` bear one of `names`?"""
    return any(cell.grade_id in names or cell.id in names for cell in read(path).cells or [])


def is_placeholder(path):
    """Is this a file that `make_findable` wrote?"""
    status = os.lstat(path)
    return stat.S_ISREG(status.st_mode) and status.st_size == len(PLACEHOLDER) and path.read_bytes() == PLACEHOLDER


def notes_on(chosen, paths, folder, name):
    """Notes on where the chosen notebook lay, and on those that were passed by."""
    if chosen and chosen != folder / f"{name}.ipynb":
        place = printable(chosen.relative_to(folder).as_posix())
        yield Note("renamed", None, f"The notebook was handed in as “{place}”, not as “{name}.ipynb”.")
    passed = [printable(path.relative_to(folder).as_posix(), 60) for path in paths if path != chosen]
    if passed:
        yield Note("several", None, f"Other notebooks were handed in with it and not marked: {', '.join(passed[:10])}.")


# ------------------------------------------------------------------------------------- its other files


def walk(folder, depth=1):
    """Whatever lies in `folder` and its folders, but for litter: files, links, pipes. Links are not followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries[: 10 * MAX_FILES]:
        if not entry.is_dir(follow_symlinks=False):
            yield Path(entry.path)
        elif depth < MAX_DEPTH and entry.name not in LITTER:
            yield from walk(entry.path, depth + 1)


def safe_files(folder):
    """The files of a submission, its notebooks apart, that may be copied: paths; and notes on those that may not be."""
    safe, notes, total = [], [], 0
    for path in walk(Path(folder)):
        if NOTEBOOK.fullmatch(path.name):
            continue
        size, fault = os.lstat(path).st_size, unfit(path)
        if not fault and (len(safe) == MAX_FILES or total + size > MAX_TOTAL):
            fault = f"more than {MAX_FILES} files or {MAX_TOTAL // 1_000_000} MB were handed in"
        if fault:
            where = printable(path.relative_to(folder).as_posix())
            notes.append(Note("file-left-out", None, f"The file “{where}” was left out: {fault}."))
        else:
            safe.append(path)
            total += size
    return safe, notes[:50]


def unfit(path):
    """Why the file at `path` is not copied, in words, or None."""
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        return "it is a link, a pipe or a device"
    if status.st_size > MAX_FILE:
        return f"it is larger than {MAX_FILE // 1_000_000} MB"
    if not os.access(path, os.R_OK):
        return "it cannot be read"
    if not path.name.isprintable():
        return "its name cannot be printed"
    if PAGES.fullmatch(mimetypes.guess_type(path.name)[0] or ""):
        return "it is a page or script for a browser"
    return None
