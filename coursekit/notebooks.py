"""The one form in which notebooks lie in `source/`, so that a diff shows what a person changed and nothing else.

Jupyter writes into a notebook what it last saw: outputs, counters, the version of Python, who folded which cell. In
normal form there is only what the course means: the cells' text, their nbgrader metadata, tags and hidden inputs, and
an id for each cell that stays the same for ever. A cell with a `grade_id` has that as its id: one name everywhere.
"""

import hashlib
import json

from coursekit.course import ROOT, SOURCE

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# What an author says about a cell. nbgrader adds "checksum" and "cell_type" when it releases: they are not for source.
NBGRADER_KEYS = ("grade", "grade_id", "locked", "points", "schema_version", "solution", "task")


def normalise_all(check=False):
    """Bring the notebooks of `source/` into normal form; with `check` only name those that are not. The exit status."""
    odd = [path for path in sorted(SOURCE.glob("*/*.ipynb")) if path.read_text("utf-8") != normal_form(path)]
    for path in odd:
        name = path.relative_to(ROOT)
        print(f"{name} is not in normal form: run `make normalise`" if check else f"{name}: brought into normal form")
        if not check:
            path.write_text(normal_form(path), "utf-8", newline="\n")
    if not odd:
        print("All notebooks in source/ are in normal form.")
    return 1 if check and odd else 0


def normal_form(path):
    """The text of the notebook at `path` in normal form."""
    return dump(normalise(json.loads(path.read_text("utf-8"))))


def dump(notebook):
    """The text of a notebook, as Jupyter and nbgrader write it: one-space indent, keys in alphabetical order."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def normalise(notebook):
    """The notebook (a dict, as JSON has it) in normal form; the one given stays as it is."""
    cells, taken = [], {grade_id(cell) for cell in notebook["cells"]} - {None}
    for number, cell in enumerate(notebook["cells"]):
        name = grade_id(cell) or free_id(cell, number, taken)
        taken.add(name)
        cells.append(normalise_cell(cell, name))
    return {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


def normalise_cell(cell, name):
    """One cell in normal form, with `name` for its id."""
    text = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    normal = {"cell_type": cell["cell_type"], "id": name, "metadata": meant(cell.get("metadata", {}))}
    normal["source"] = text.splitlines(keepends=True)
    if cell.get("attachments"):
        normal["attachments"] = cell["attachments"]
    if cell["cell_type"] == "code":
        normal |= {"execution_count": None, "outputs": []}
    return normal


def meant(metadata):
    """The part of a cell's metadata that an author means and Jupyter does not write by itself."""
    kept = {"tags": metadata["tags"]} if metadata.get("tags") else {}
    if metadata.get("nbgrader"):
        kept["nbgrader"] = {key: metadata["nbgrader"][key] for key in NBGRADER_KEYS if key in metadata["nbgrader"]}
    hidden = metadata.get("jupyter", {}).get("source_hidden")
    return kept | ({"jupyter": {"source_hidden": True}} if hidden else {})


def grade_id(cell):
    """The cell's name for nbgrader, or None."""
    return cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")


def free_id(cell, number, taken):
    """The id of a cell that nbgrader does not know: its own; or, missing or taken, one made from its text and place."""
    own = cell.get("id")
    if own and own not in taken:
        return own
    text = "".join(cell["source"])
    return hashlib.sha256(f"{number}\n{text}".encode()).hexdigest()[:8]
