"""The notebook that is marked, made of the instructor's cells and what the student typed."""

import copy
import random

import nbformat
import pytest
from conftest import small_notebook
from nbformat import NotebookNode

from coursekit.course import ANSWERS, RELEASE, SUBMISSIONS
from coursekit.trust.reading import Cell, read
from coursekit.trust.rebuild import rebuild, unanswered

PICTURE = {"image.png": {"image/png": "iVBORw0KGgo="}}


def handout():
    """The small course's released notebook: (known cells, all cells)."""
    notebook = nbformat.from_dict(small_notebook())
    for cell in notebook.cells:
        cell.source = "".join(line for line in cell.source if "###" not in line and "return" not in line)
        if cell.id in ("double", "square"):
            cell.source += "    raise NotImplementedError"
    return {cell.id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}, notebook.cells


KNOWN, RELEASED = handout()
TYPED = {
    "double": "def double(x):\n    return 2 * x",
    "square": "def square(x):\n    return x * x",
    "explain": "Because.",
}


def cells(**changes):
    """The released notebook, answered, as a student hands it in; `changes`: name -> fields, or None to leave it out."""
    made = {}
    for cell in RELEASED:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        made[cell.id] = Cell(cell.cell_type, TYPED.get(cell.id, cell.source), cell.id, name)
    for name, fields in changes.items():
        made[name.replace("_", "-")] = fields and Cell(**{**vars(made[name.replace("_", "-")]), **fields})
    return list(filter(None, made.values()))


def build(cells, released=RELEASED):
    """What is rebuilt: [(name or None, source)], and the kinds of the notes with their cells. Checks what always holds."""
    notebook, notes = rebuild(KNOWN, cells, released)
    nbformat.validate(notebook)
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    for name, cell in zip(names, notebook.cells, strict=True):
        assert set(cell.metadata) <= {"nbgrader"}
        assert cell.get("outputs", []) == [] and cell.get("execution_count") is None
        if name:
            assert cell.metadata.nbgrader == KNOWN[name].metadata.nbgrader
            assert (cell.cell_type, cell.id) == (KNOWN[name].cell_type, name)
            if KNOWN[name].metadata.nbgrader.locked:
                assert cell.source == KNOWN[name].source
    known = [name for name in names if name]
    assert len(known) == len(set(known))
    assert {"test-double", "test-square", "explain"} <= set(known)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    return [(name, cell.source) for name, cell in zip(names, notebook.cells, strict=True)], kinds(notes)


def kinds(notes):
    assert all(note.words.endswith(".") and len(note.words) < 400 for note in notes)
    return [(note.kind, note.cell) for note in notes]


def names(built):
    return [name or "-" for name, _ in built]


ORDER = ["-", "setup", "double", "test-double", "square", "test-square", "explain"]


def test_an_honest_notebook_is_the_released_one_with_its_answers():
    built, notes = build(cells())
    assert built == [(name if name != "title" else None, source) for name, source in asked().items()]
    assert notes == []


def asked():
    return {cell.id: TYPED.get(cell.id, cell.source) for cell in RELEASED}


def test_what_is_known_only_from_the_gradebook_is_enough():
    built, notes = build(cells(), released=None)
    assert names(built) == ORDER
    assert notes == [("extra", None)]


CASES = {
    # what is handed in -> the names of the cells that result, and the notes
    "a test is gone": (cells(test_double=None), ORDER, [("missing", "test-double")]),
    "two tests are gone": (
        cells(test_double=None, test_square=None),
        ORDER,
        [("missing", "test-double"), ("missing", "test-square")],
    ),
    "an exercise and its test are gone": (
        cells(double=None, test_double=None),
        ["-", "setup", "square", "test-square", "explain", "test-double"],
        [("missing", "double"), ("missing", "test-double")],
    ),
    "the answer is gone": (cells(explain=None), ORDER, [("missing", "explain")]),
    "the setup is gone": (cells(setup=None), [n for n in ORDER if n != "setup"], [("missing", "setup")]),
    "nothing is there": (
        [],
        ["test-double", "test-square", "explain"],
        [("missing", name) for name in KNOWN],
    ),
    "a test was edited": (cells(test_double={"source": "pass"}), ORDER, [("edited-test", "test-double")]),
    "a test was emptied": (cells(test_double={"source": ""}), ORDER, [("edited-test", "test-double")]),
    "a test is raw": (cells(test_double={"kind": "raw"}), ORDER, [("retyped", "test-double")]),
    "an answer is code": (cells(explain={"kind": "code"}), ORDER, [("retyped", "explain")]),
    "an exercise is text": (cells(double={"kind": "markdown"}), ORDER, [("retyped", "double")]),
    "the setup was edited": (
        cells(setup={"source": "import warnings, os"}),
        [*ORDER[:2], "-", *ORDER[2:]],
        [("edited-locked", "setup")],
    ),
    "space at line ends": (cells(setup={"source": "import warnings  \n\n"}), ORDER, []),
    "metadata is gone": (cells(**{name.replace("-", "_"): {"grade_id": None} for name in KNOWN}), ORDER, []),
    "ids are others": (cells(**{name.replace("-", "_"): {"id": "x" + name} for name in KNOWN}), ORDER, []),
    "a cell of their own": (
        [*cells()[:3], Cell("code", "mine()", "mine", "mine"), *cells()[3:]],
        [*ORDER[:3], "-", *ORDER[3:]],
        [("extra", None)],
    ),
    "a cell split in two": (
        [*cells()[:3], Cell("code", "double = 3", "new", "double"), *cells()[3:]],
        [*ORDER[:3], "-", *ORDER[3:]],
        [("duplicate", "double")],
    ),
    "a cell split in two, its test gone": (
        [*cells()[:3], Cell("code", "double = 3", "new", "double"), *cells()[4:]],
        [*ORDER[:3], "-", *ORDER[3:]],
        [("duplicate", "double"), ("missing", "test-double")],
    ),
    "all is there twice": (
        [*cells(), *cells()],
        [*ORDER, *["-"] * 7],
        [("duplicate", name) for name in ("title", *KNOWN)],
    ),
    "a test is there three times, the first edited": (
        [Cell("code", "pass", "a", "test-double"), *cells(), Cell("code", "pass", "b", "test-double")],
        ["-", "setup", "double", "-", "test-double", "square", "test-square", "explain", "-"],
        [("edited-test", "test-double"), ("duplicate", "test-double"), ("moved", "test-double")],
    ),
    "a test before its exercise": (
        [cells()[3], *cells()[:3], *cells()[4:]],
        ORDER,
        [("moved", "test-double")],
    ),
    "upside down": (
        cells()[::-1],
        ["explain", "square", "test-square", "double", "test-double", "setup", "-"],
        [("moved", "test-square"), ("moved", "test-double")],
    ),
    "a locked name on a cell of their own": (
        [*cells(test_double=None), Cell("code", "cheat()", "c", "test-double")],
        ["-", "setup", "double", "square", "test-square", "explain", "test-double"],
        [("edited-test", "test-double")],
    ),
}


@pytest.mark.parametrize(("handed_in", "expected", "noted"), CASES.values(), ids=CASES)
def test_rules(handed_in, expected, noted):
    built, notes = build(handed_in)
    assert names(built) == expected
    assert notes == noted


def test_answers_are_what_the_student_typed_whatever_kind_of_cell_it_was_made():
    for kind in ("code", "markdown", "raw"):
        built, _ = build(cells(double={"kind": kind}, explain={"kind": kind}))
        assert dict(built)["double"] == TYPED["double"]
        assert dict(built)["explain"] == TYPED["explain"]


def test_what_was_written_into_a_locked_cell_stays_behind_it_and_into_a_test_does_not():
    built, _ = build(cells(setup={"source": "import os"}, test_double={"source": "double(3)"}))
    assert built[1:3] == [("setup", "import warnings"), (None, "import os")]
    assert "double(3)" not in [source for _, source in built]


def nameless(**changes):
    return [Cell(cell.kind, cell.source) for cell in cells(**changes)]


def test_cells_without_names_are_known_by_text_definition_and_place():
    built, notes = build(nameless())
    assert names(built) == ORDER
    assert notes == [("names-lost", None)]
    assert [source for _, source in built] == list(asked().values())


def test_without_names_and_with_only_the_gradebook_to_go_by():
    assert names(build(nameless(), released=None)[0]) == ORDER


@pytest.mark.parametrize("released", [RELEASED, None], ids=["with the release", "with the gradebook only"])
@pytest.mark.parametrize("name", ["title", *KNOWN])
def test_without_names_a_cell_that_is_gone_costs_no_other(name, released):
    built, _ = build(nameless(**{name.replace("-", "_"): None}), released)
    found = {key: source for key, source in built if key}
    for other in KNOWN:
        if other != name:
            assert found[other] == asked()[other]
    assert found.get("explain") == (KNOWN["explain"].source if name == "explain" else TYPED["explain"])


def test_two_cells_without_names_that_define_the_same_are_not_both_it():
    handed_in = nameless()
    handed_in.insert(3, Cell("code", "import math\n\n\ndef double(x):\n    return x + x"))
    built, notes = build(handed_in)
    assert names(built) == [*ORDER[:3], "-", *ORDER[3:]]
    assert notes == [("names-lost", None), ("extra", None)]


def test_pictures_pasted_into_an_answer_stay_and_into_a_locked_cell_do_not():
    notebook, _ = rebuild(KNOWN, cells(explain={"pictures": PICTURE}, setup={"pictures": PICTURE}), RELEASED)
    pictured = [cell.id for cell in notebook.cells if "attachments" in cell]
    assert pictured == ["explain"]


def test_nothing_answered_is_the_released_notebook_with_the_reason_on_top():
    notebook = unanswered(KNOWN, "“a_*b*<script>” is empty.", RELEASED)
    nbformat.validate(notebook)
    assert [cell.source for cell in notebook.cells[1:]] == [cell.source for cell in RELEASED]
    assert notebook.cells[0].source.endswith(r"“a\_\*b\*\<script\>” is empty.")
    assert [cell.id for cell in unanswered(KNOWN, "Empty.").cells[1:]] == list(KNOWN)


def test_nothing_given_is_changed():
    known, handed_in = copy.deepcopy(KNOWN), cells()
    rebuild(KNOWN, handed_in, RELEASED)[0].cells[2].metadata.nbgrader.points = 100
    assert known == KNOWN and handed_in == cells()


def test_whatever_is_handed_in_every_test_is_there_once_with_the_instructors_text():
    rng = random.Random(0)
    for _ in range(300):
        handed_in = cells() + nameless() + [Cell("raw", ""), Cell("markdown", "x", "cell-1-added", "y")]
        rng.shuffle(handed_in)
        handed_in = handed_in[: rng.randrange(len(handed_in) + 1)]
        for place in range(len(handed_in)):
            if rng.random() < 0.3:
                other = rng.choice(cells())
                handed_in[place] = Cell(rng.choice(["code", "markdown", "raw"]), "z", other.id, other.grade_id)
        built, _ = build(handed_in, rng.choice([RELEASED, None]))
        order = names(built)
        for exercise in ("double", "square"):
            if exercise in order:
                assert order.index(exercise) < order.index(f"test-{exercise}")


def test_a_new_test_that_the_release_does_not_have_yet_is_put_in():
    released = [cell for cell in RELEASED if cell.id != "test-double"]
    assert "test-double" in names(build([cell for cell in cells() if cell.id != "test-double"], released)[0])


def test_tasks_come_back_as_graded_cells_do():
    nbgrader = {
        "schema_version": 3,
        "grade_id": "task",
        "task": True,
        "grade": False,
        "solution": False,
        "locked": True,
    }
    task = NotebookNode(
        cell_type="markdown", id="task", source="Do it.", metadata=NotebookNode(nbgrader=NotebookNode(nbgrader))
    )
    notebook, notes = rebuild({**KNOWN, "task": task}, cells())
    assert notebook.cells[-1].source == "Do it."
    assert ("missing", "task") in kinds(notes)


def samples():
    return [
        pytest.param(path, id="/".join(path.relative_to(SUBMISSIONS).parts[:2]))
        for path in sorted(SUBMISSIONS.glob("*/*/*.ipynb"))
        if (ANSWERS / path.parent.name / f"{path.parts[-3]}.py").exists()
    ]


@pytest.mark.parametrize("path", samples())
def test_a_sample_is_rebuilt_as_it_is_with_nothing_to_note(path):
    submitted = nbformat.read(path, as_version=4)
    released = nbformat.read(RELEASE / path.parent.name / path.name, as_version=4).cells
    known = {cell.id: cell for cell in released if "nbgrader" in cell.metadata}
    notebook, notes = rebuild(known, read(path).cells, released)
    assert [(cell.id, cell.source) for cell in notebook.cells] == [(cell.id, cell.source) for cell in submitted.cells]
    assert notes == []
    nameless = [Cell(cell.cell_type, cell.source) for cell in submitted.cells]
    again = rebuild(known, nameless, released)[0]
    assert [cell.source for cell in again.cells] == [cell.source for cell in submitted.cells]
    assert set(known) <= {cell.id for cell in again.cells}
