"""Experiments: cells that train for minutes to show something, and are not repeated when marks are given."""

import argparse
import json
import shutil

import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_notebook

from coursekit.course import assignments, chatter_to, make_course
from coursekit.grade import arguments
from coursekit.grade.run import Run
from coursekit.grade.work import as_json, mark
from coursekit.trust import rebuild
from coursekit.trust.conditions import Conditions
from coursekit.trust.reading import Cell
from coursekit.trust.sandbox import available
from coursekit.trust.session import NOT_REPEATED

SANDBOX = "none" if available() else "bubblewrap"
TAG = {"tags": [rebuild.EXPERIMENT]}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A Run on a course with all assignments, released, with their own solutions handed in."""
    course = tmp_path_factory.mktemp("experiments") / "course"
    course.mkdir()
    make_course(course)
    for name in assignments(ROOT / "source"):
        shutil.copytree(ROOT / "source" / name, course / "submitted" / "ada" / name)
    parser = argparse.ArgumentParser()
    arguments(parser)
    run = Run(parser.parse_args(["--course", str(course), "--sandbox", SANDBOX]))
    with chatter_to(course / "log"):
        run.open(assignments(ROOT / "source"))
    return run


@pytest.mark.slow
@pytest.mark.parametrize("name", assignments(ROOT / "source"))
def test_no_mark_depends_on_an_experiment(run, name):
    came = json.loads(mark(run.handouts[name], str(run.course / "submitted/ada" / name)))
    [notebook] = came["notebooks"].values()
    assert {verdict["exercise"]: verdict["state"] for verdict in notebook["record"]["exercises"]} == {
        exercise: "right" for exercise in checked(run.handouts[name])
    }
    assert notebook["record"]["restarts"] == 0 and notebook["record"]["notes"] == []
    outputs = [output for _, _, cell in notebook["cells"] for output in cell]
    assert [output for output in outputs if output["output_type"] == "error"] == []
    passed_by = sum(output.get("text") == f"{NOT_REPEATED}\n" for output in outputs)
    assert passed_by == sum("experiment" in cell.metadata.get("tags", []) for cell in released(run.handouts[name]))
    assert passed_by > 0


def checked(handout):
    """Return the ids of an assignment's exercises that are checked."""
    [name] = handout.notebooks
    known, _ = handout.cells(name)
    return [cell.removeprefix("test-") for cell in known if cell.startswith("test-")]


def released(handout):
    [name] = handout.notebooks
    return handout.cells(name)[1]


# ---- which cells are passed by


def test_only_released_text_keeps_the_tag():
    handout = rebuild.Handout(
        {}, [new_code_cell("train()", id="train", metadata=TAG), new_code_cell("look()", id="look")]
    )
    assert handout.cell("train", "train()  \n", "code").metadata.get("tags") == [rebuild.EXPERIMENT]
    assert "tags" not in handout.cell("train", "train(2)", "code").metadata
    assert "tags" not in handout.cell("look", "look()", "code").metadata


def test_a_tag_of_the_students_own_counts_for_nothing():
    cells = [Cell("code", "print(1)", "own")]
    notebook, _ = rebuild.rebuild({}, cells, [new_code_cell("look()", id="look")])
    assert [cell.metadata for cell in notebook.cells if cell.source == "print(1)"] == [{}]


CELLS = [
    ("train", "slope = 1.0\nprint('trained')", TAG),
    ("class", "import nnkit\nclass ReLUActivation(nnkit.ReLUActivation):\n    def derivative(self, input):\n        return {} * (input > 0)", {}),
    ("test", 'check("relu-derivative", ReLUActivation)', {"nbgrader": {"grade": True, "solution": False}}),
    ("plain-test", "assert {} == 1", {"nbgrader": {"grade": True, "solution": False}}),
]  # fmt: skip


@pytest.mark.parametrize(("names", "restarts"), [(("1", "1"), 0), (("slope", "1"), 1), (("1", "slope"), 1)])
def test_they_are_run_after_all_where_an_answer_needs_a_name_from_there(tmp_path, names, restarts):
    cells = [new_code_cell(text, id=name, metadata=metadata) for name, text, metadata in CELLS]
    cells[1].source, cells[3].source = (cells[i].source.format(name) for i, name in ((1, names[0]), (3, names[1])))
    session = Conditions(sandbox=SANDBOX).session("02-numpy-network", tmp_path)
    session.run(cells)
    assert cells[0].outputs[0].text == f"{NOT_REPEATED}\n"
    assert session.verdicts["relu-derivative"].state == "right" and session.restarts == restarts
    assert not any(output.output_type == "error" for cell in cells for output in cell.outputs)


def test_they_are_run_where_the_settings_say_so(tmp_path):
    cells = [new_code_cell(text, id=name, metadata=metadata) for name, text, metadata in CELLS[:1]]
    Conditions(sandbox=SANDBOX, experiments=True).session("02-numpy-network", tmp_path).run(cells)
    assert cells[0].outputs[0].text == "trained\n"
    assert as_json(new_notebook(cells=cells).cells)
