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


# ---- files that are no notebook, or hardly one


@malformed("truncated", notes=("damaged",), words="A word about the file")
def _(notebook):
    whole = text(notebook)
    return whole[: whole.index("class MeanSquaredError")].encode()


@malformed("binary", marks=NOTHING, notes=("unreadable",))
def _(notebook):
    return bytes(range(256)) * 40


@malformed("a-picture", marks=NOTHING, notes=("unreadable",), words="a picture")
def _(notebook):
    return b"\x89PNG\r\n\x1a\n" + bytes(100)


@malformed("a-web-page", marks=NOTHING, notes=("unreadable",), words="a web page")
def _(notebook):
    return b"<!DOCTYPE html><script>alert(1)</script>"


@malformed("json-but-no-notebook", marks=NOTHING, notes=("unreadable",))
def _(notebook):
    return b"[1, 2, 3]"


@malformed("utf-16")
def _(notebook):
    return text(notebook).encode("utf-16")


@malformed("byte-order-mark")
def _(notebook):
    return codecs.BOM_UTF8 + text(notebook).encode()


@malformed("crlf")
def _(notebook):
    for a_cell in notebook["cells"]:
        a_cell["source"] = a_cell["source"].replace("\n", "\r\n")
    return text(notebook).replace("\n", "\r\n").encode()


@malformed("half-signs")
def _(notebook):
    notebook["cells"].append(cell("# \ud83d"))
    return notebook


@malformed("latin-1")
def _(notebook):
    notebook["cells"].append(cell("# é ü"))
    return json.dumps(notebook, ensure_ascii=False).encode("latin-1")


# ---- formats, names, cells


@malformed("format-3")
def _(notebook):
    cells = [dict(a_cell) for a_cell in notebook["cells"]]
    for a_cell in cells:
        a_cell.pop("id", None)
        if a_cell["cell_type"] == "code":
            a_cell |= {"input": a_cell.pop("source"), "prompt_number": 1, "language": "python", "collapsed": False}
            a_cell.pop("execution_count")
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}


@malformed("format-99")
def _(notebook):
    return notebook | {"nbformat": 99, "nbformat_minor": "x"}


@malformed("no-ids")
def _(notebook):
    for a_cell in notebook["cells"]:
        a_cell.pop("id", None)
    return notebook


@malformed("same-ids")
def _(notebook):
    for a_cell in notebook["cells"]:
        a_cell["id"] = "same"
    return notebook


@malformed("no-metadata", notes=())
def _(notebook):
    for a_cell in notebook["cells"]:
        a_cell["metadata"] = {}
    return notebook


@malformed("no-ids-and-no-metadata", notes=("names-lost",))
def _(notebook):
    for a_cell in notebook["cells"]:
        a_cell.pop("id", None)
        a_cell["metadata"] = {}
    return notebook


@malformed("no-kernelspec")
def _(notebook):
    notebook["metadata"] = {}
    return notebook


@malformed("unknown-kernelspec")
def _(notebook):
    notebook["metadata"]["kernelspec"] = {"name": "conda-env-mine-py", "display_name": "mine", "language": "python"}
    return notebook


@malformed("r-kernel")
def _(notebook):
    notebook["metadata"] = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}
    return notebook


@malformed("cells-of-odd-kinds")
def _(notebook):
    notebook["cells"] += [{"cell_type": "heading", "source": "x", "level": "a"}, {"cell_type": 5}, 7, None, {}]
    return notebook


@malformed("values-of-odd-kinds")
def _(notebook):
    notebook["cells"].append({"cell_type": "code", "id": 5, "metadata": [], "source": {"a": 1}, "outputs": "none"})
    notebook["metadata"] = "none"
    return notebook


@malformed("duplicated-test", notes=("duplicate",))
def _(notebook):
    notebook["cells"].append(dict(find(notebook, "test-relu-derivative")))
    return notebook


@malformed("another-schema-version")
def _(notebook):
    for a_cell in notebook["cells"]:
        if "nbgrader" in a_cell["metadata"]:
            a_cell["metadata"]["nbgrader"]["schema_version"] = 1
    return notebook


@malformed("cells-reversed", notes=("moved",))
def _(notebook):
    setup, *others = notebook["cells"]
    return notebook | {"cells": [find(notebook, "setup"), *(c for c in others[::-1] if c.get("id") != "setup")]}


@malformed("solution-retyped", notes=("retyped",))
def _(notebook):
    find(notebook, "relu-derivative")["cell_type"] = "raw"
    return notebook


@malformed("no-cells", marks=NOTHING)
def _(notebook):
    return notebook | {"cells": []}


@malformed("large-outputs")
def _(notebook):
    output = {"output_type": "stream", "name": "stdout", "text": "x" * 50_000_000}
    find(notebook, "setup")["outputs"] = [output]
    return notebook


@malformed("widget-state")
def _(notebook):
    state = {f"{i:032x}": {"model_name": "IntSliderModel", "state": {"value": i}} for i in range(20_000)}
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": state}}
    return notebook


# ---- where the notebook lies

malformed("nothing-handed-in", marks=NOTHING, notes=("no-notebook",))(lambda notebook: None)
malformed("renamed", file=f"{NOTEBOOK} (1).ipynb", notes=("renamed",))(same)
malformed("in-a-folder", file=f"my work/{NOTEBOOK}.ipynb", notes=("renamed",))(same)
malformed("with-txt", file=f"{NOTEBOOK}.ipynb.txt", notes=("renamed",))(same)


def several(folder, course):
    for name in ("Untitled.ipynb", f"{NOTEBOOK}-Copy1.ipynb"):
        (folder / name).write_text("{}", "utf-8")


def pipes(folder, course):
    for name in ("pipe", "timestamp.txt", "pipe.csv"):
        os.mkfifo(folder / name)


def a_link(folder, course):
    (folder / f"{NOTEBOOK}.ipynb").symlink_to(course.course / "submitted" / "zoe" / folder.name / f"{NOTEBOOK}.ipynb")


def read_only(folder, course):
    (folder / f"{NOTEBOOK}.ipynb").chmod(0o444)
    (folder / "data.csv").write_text("1\n", "utf-8")
    (folder / "data.csv").chmod(0o400)


def bad_timestamp(folder, course):
    (folder / "timestamp.txt").write_bytes(b"\xff\xfe the day before yesterday")


malformed("several-notebooks", folder=several, notes=("several",))(same)
malformed("pipes", folder=pipes, notes=("file-left-out",))(same)
malformed("notebook-is-a-link", folder=a_link, marks=NOTHING)(lambda notebook: None)
malformed("read-only", folder=read_only)(same)
malformed("timestamp-of-noise", folder=bad_timestamp)(same)
malformed("odd name é (2) O'Neil, Jr.")(same)

# ---- cells that stop a kernel, or wait for somebody


def own(name, source, **more):
    """A submission whose last cell but the tests is this."""

    @malformed(name, **more)
    def _(notebook):
        place = notebook["cells"].index(find(notebook, "setup")) + 1
        notebook["cells"].insert(place, cell(source))
        return notebook


own("syntax-error", "def f(:\n  return")
own("input", "name = input('What is your name?')\nimport getpass\ngetpass.getpass()")
own("bash-cell", "%%bash\necho here; exit 3")
own("pip-install", "!pip install a-package-that-is-not-here", words="a-package-that-is-not-here")
own("show-and-wait", "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show(block=True)")
own("gui-backend", "import matplotlib\nmatplotlib.use('TkAgg')\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])")
own("endless-loop", "while True:\n    pass", notes=("time-over",))
own("recursion", "def f():\n    return f()\nf()")
own("exit", "exit()")
own("python-exit", "import os\nos._exit(1)", notes=("kernel-ended",))
own("crash", "import ctypes\nctypes.string_at(0)", notes=("kernel-ended",))
own("widget", "import ipywidgets\nipywidgets.IntSlider()")
own("missing-package", "import a_package_that_is_not_here")
own("debugger", "breakpoint()\n1 / 0")
own(
    "warnings",
    "import logging, sys, warnings\nwarnings.simplefilter('error')\nlogging.error('x')\nprint(1, file=sys.stderr)",
)


@malformed("prints-in-an-answer", marks=dict(HONEST))
def _(notebook):
    noisy = (
        "        import logging, sys, warnings\n        print('here', file=sys.stderr)\n        warnings.warn('x')\n"
    )
    noisy += "        logging.warning('x')\n"
    find(notebook, "relu-derivative")["source"] = RELU.replace("        return", noisy + "        return")
    return notebook


@malformed("answers-empty", marks=NOTHING)
def _(notebook):
    for name in HONEST:
        find(notebook, name)["source"] = ""
    return notebook
