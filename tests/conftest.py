"""A course small enough to be graded in a second, in a checkout of its own that tests may do anything to."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENT, NOTEBOOK = "01-small", "small"

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_browser = pytest.mark.skipif(
    not CHROMIUM and os.environ.get("REQUIRE_BROWSER") != "1", reason="there is no Chromium here"
)
os.environ["NNKIT_LOGBOOK"] = os.devnull  # tests leave no trace in the logbook of whoever runs them


def cell(kind, name, source, **nbgrader):
    """One cell as an author leaves it: known to nbgrader by its `grade_id` if there is any metadata for it."""
    metadata = {}
    if nbgrader:
        flags = {"grade": False, "solution": False, "locked": False, "task": False}
        metadata = {"nbgrader": {"schema_version": 3, "grade_id": name, **flags, **nbgrader}}
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": metadata, "source": source.splitlines(keepends=True), **code}


def small_notebook():
    """Two functions to complete, a test for each, and a question that a person marks."""
    solution = "def {0}(x):\n    ### BEGIN SOLUTION\n    return {1}\n    ### END SOLUTION"
    cells = [
        cell("markdown", "title", "# Small"),
        cell("code", "setup", "import warnings", locked=True),
        cell("code", "double", solution.format("double", "2 * x"), solution=True),
        cell("code", "test-double", "assert double(3) == 6", grade=True, locked=True, points=2),
        cell("code", "square", solution.format("square", "x * x"), solution=True),
        cell("code", "test-square", "assert square(3) == 9", grade=True, locked=True, points=3),
        cell("markdown", "explain", "Why?", grade=True, solution=True, points=4),
    ]
    spec = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": spec, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def checkout(tmp_path):
    """A folder laid out as the repository is, with the small course in it."""
    root = tmp_path / "checkout"
    shutil.copytree(ROOT / "coursekit", root / "coursekit", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "nbgrader_config.py", root)
    place = root / "source" / ASSIGNMENT
    place.mkdir(parents=True)
    (place / f"{NOTEBOOK}.ipynb").write_text(json.dumps(small_notebook(), indent=1, sort_keys=True) + "\n", "utf-8")
    (place / "data.csv").write_text("1,2\n", "utf-8")
    return root


def run(root, *command, expect=0, timeout=120):
    """Run `python -m <command>` in the checkout `root`, expecting that exit status; what it wrote, stderr included."""
    temporary = root.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    settings = {**os.environ, "TMPDIR": str(temporary), "TEMP": str(temporary), "PYTHONPATH": str(root)}
    finished = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        env=settings,
        text=True,
        timeout=timeout,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert finished.returncode == expect, finished.stdout
    return finished.stdout
