"""The notebooks as students meet them: solved and unsolved, run from top to bottom, and held against the curriculum.

What each of them promises is in `notebooks/`, a module for each:

    NOTEBOOK          its place in source/
    POINTS, WRITTEN   exercise -> points, of those that are checked and of those that a person marks; from the curriculum
    FIGURES           the cells that draw
    PRELUDE, CLAIMS   what the text claims of its own results, as expressions that hold after the last cell and PRELUDE
"""

import ast
import importlib
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from coursekit.course import RELEASE, SOURCE
from nnkit.checks import EXERCISES, PATIENCE

PROMISES = [
    importlib.import_module(f"notebooks.{path.stem}") for path in sorted(Path(__file__).parent.glob("notebooks/*.py"))
]
FUNCTION = ast.FunctionDef | ast.ClassDef
every_notebook = pytest.mark.parametrize("promised", PROMISES, ids=[promised.__name__ for promised in PROMISES])
every_exercise = pytest.mark.parametrize(("promised", "name"), [(p, name) for p in PROMISES for name in p.POINTS])


def cells(folder, promised, kind=None):
    notebook = nbformat.read(folder / promised.NOTEBOOK, as_version=4)
    return [cell for cell in notebook.cells if kind in (None, cell.cell_type)]


def solutions(cell):
    """The text between the solution marks of a cell."""
    return re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, re.S)


def run(folder, promised, more=(), allow_errors=False):
    """Run a notebook in a kernel of its own, and `more` cells after it; return its code cells by id."""
    notebook = nbformat.read(folder / promised.NOTEBOOK, as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell(source, id=f"more-{i}") for i, source in enumerate(more)]
    NotebookClient(notebook, timeout=300, allow_errors=allow_errors).execute()
    return {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}


def written(cell):
    """All that a cell has written, errors included."""
    return "".join(o.get("text", "") + "\n".join(o.get("traceback", [])) for o in cell.outputs)


def draws(cell):
    """Say whether a cell shows a picture: matplotlib's own, or one with sliders."""
    shown = [output.get("data", {}) for output in cell.outputs]
    return any("image/png" in data or "<img src=" in data.get("text/html", "") for data in shown)


def is_described(cell):
    """Say whether each picture that a cell shows has an alternative text."""
    pictures = [output.data for output in cell.outputs if "data" in output and draws(NotebookNode(outputs=[output]))]
    return all(re.search(r'<img [^>]*alt="[^"]{12,}"', data.get("text/html", "")) for data in pictures)


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """No real data within reach, as on a machine without internet: the samples it is."""
    monkeypatch.delenv("NNKIT_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")  # which downloads nothing


# ---- as they lie in the repository


def test_every_notebook_and_every_exercise_is_promised():
    there = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.glob("*/*.ipynb"))
    assert sorted(promised.NOTEBOOK for promised in PROMISES) == there
    assert [name for promised in PROMISES for name in promised.POINTS if name not in EXERCISES] == []
    assert set(EXERCISES) == {name for promised in PROMISES for name in promised.POINTS}


@every_notebook
def test_ids_and_points_are_those_of_the_curriculum(promised):
    graded = {cell.id: cell.metadata.nbgrader for cell in cells(SOURCE, promised) if cell.metadata.get("nbgrader")}
    assert {name: data.points for name, data in graded.items() if data.grade} == {
        **{f"test-{name}": points for name, points in promised.POINTS.items()},
        **promised.WRITTEN,
    }
    assert {name for name, data in graded.items() if data.solution} == {*promised.POINTS, *promised.WRITTEN}


@every_exercise
def test_a_test_cell_is_its_check_alone(promised, name):
    (cell,) = (cell for cell in cells(SOURCE, promised) if cell.id == f"test-{name}")
    assert cell.source == f'check("{name}", {EXERCISES[name].name})'


@every_notebook
def test_each_exercise_has_three_hints_a_click_away(promised):
    before_solution, text = {}, ""
    for cell in cells(SOURCE, promised):
        text = cell.source if cell.cell_type == "markdown" else text
        before_solution[cell.id] = text
    for name in promised.POINTS:
        hints = re.findall(
            r"<details><summary>Hint (\d): .+?</summary>\n\n.+?\n</details>", before_solution[name], re.S
        )
        assert hints == ["1", "2", "3"], name


@every_notebook
def test_each_exercise_says_its_points_in_the_heading_above(promised):
    heading = ""
    for cell in cells(SOURCE, promised):
        if cell.cell_type == "markdown":
            heading = (re.findall(r"^## .+ points\)$", cell.source, re.M) or [heading])[-1]
        points = {**promised.POINTS, **promised.WRITTEN}.get(cell.id)
        assert points is None or re.search(rf"\b{points}\b.* points\)$", heading), cell.id


@every_notebook
def test_a_written_answer_has_a_model_and_a_marking_guide_that_adds_up(promised):
    by_id = {cell.id: cell for cell in cells(SOURCE, promised)}
    for name, points in promised.WRITTEN.items():
        (model,) = solutions(by_id[name])
        answer, guide = model.split("**Marking guide**")
        assert len(answer.split()) >= 30
        assert sum(map(int, re.findall(r"^- (\d+) points?: ", guide, re.M))) == points, name


@every_notebook
def test_prose_leads(promised):
    assert 25 <= len(cells(SOURCE, promised)) <= 50
    code = [cell.source for cell in cells(SOURCE, promised, "code")]
    stubs = [re.sub(r"### BEGIN SOLUTION\n.*?### END SOLUTION", "...", source, flags=re.S) for source in code]
    assert max(len(source.splitlines()) for source in stubs) <= 12  # as students open them
    words = sum(len(cell.source.split()) for cell in cells(SOURCE, promised, "markdown"))
    assert words >= 6 * sum(len(source.splitlines()) for source in code)


@every_notebook
def test_the_reader_is_asked_to_predict(promised):
    text = "\n".join(cell.source for cell in cells(SOURCE, promised, "markdown"))
    assert len(re.findall(r"\*\*Predict\.\*\*", text)) >= 3


@every_notebook
def test_the_release_holds_no_solution(promised):
    """No line of a solution is in the release, unless a hint or another cell of the source says it as well."""
    in_release = "".join(cell.source for cell in cells(RELEASE, promised))
    told = "".join(re.sub(r"### BEGIN.*?### END SOLUTION", "", c.source, flags=re.S) for c in cells(SOURCE, promised))
    assert "SOLUTION" not in in_release and "Marking guide" not in in_release
    for cell in cells(SOURCE, promised):
        for solution in solutions(cell):
            secret = [line.strip() for line in solution.splitlines() if line.strip() not in told]
            assert secret and not [line for line in secret if line in in_release], cell.id


@every_notebook
def test_solutions_define_what_the_exercise_asks_for_and_nothing_else(promised):
    for cell in cells(SOURCE, promised, "code"):
        if cell.id in promised.POINTS:
            (statement,) = ast.parse(cell.source).body
            assert isinstance(statement, FUNCTION) and statement.name == EXERCISES[cell.id].name


@every_notebook
def test_a_stub_says_what_to_return(promised):
    by_id = {cell.id: cell for cell in cells(RELEASE, promised, "code")}
    for name in promised.POINTS:
        (statement,) = ast.parse(by_id[name].source).body
        documented = [node for node in ast.walk(statement) if isinstance(node, FUNCTION) and ast.get_docstring(node)]
        assert documented, name
        assert "raise NotImplementedError(" in by_id[name].source


# ---- run


@pytest.mark.slow
@every_notebook
def test_solved_it_keeps_what_it_promises(promised, offline):
    solved = run(SOURCE, promised, (promised.PRELUDE, *promised.CLAIMS))
    unmet = [name for name in promised.POINTS if f"✓ {name}: right" not in written(solved[f"test-{name}"])]
    loud = [cell.id for cell in solved.values() for output in cell.outputs if output.get("name") == "stderr"]
    claims = [solved[f"more-{i + 1}"].outputs for i in range(len(promised.CLAIMS))]
    untrue = [
        claim
        for claim, (output,) in zip(promised.CLAIMS, claims, strict=True)
        if "True" not in output.data["text/plain"]
    ]
    assert (unmet, loud, untrue) == ([], [], [])
    assert [cell.id for cell in solved.values() if draws(cell)] == promised.FIGURES
    assert [cell.id for cell in solved.values() if not is_described(cell)] == []


@pytest.mark.slow
@every_notebook
def test_unsolved_every_check_says_so_kindly(promised, offline):
    unsolved = run(RELEASE, promised, allow_errors=True)
    for name in promised.POINTS:
        seconds = getattr(EXERCISES[name], "seconds", 0)
        before = PATIENCE.format(seconds) + "\n" if seconds else ""
        assert written(unsolved[f"test-{name}"]) == f"{before}○ {name}: not attempted yet."
