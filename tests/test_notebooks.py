"""The notebooks as students meet them: solved and unsolved, run from top to bottom, and held against the curriculum."""

import ast
import functools
import re

import nbformat
import pytest
from nbclient import NotebookClient

from coursekit.course import RELEASE, SOURCE
from nnkit.checks import EXERCISES

NUMPY_NETWORK = "02-numpy-network/numpy_network.ipynb"
POINTS = {  # as the curriculum has them: other tools rely on these ids
    "dense-forward": 5,
    "dense-backward": 10,
    "relu-derivative": 4,
    "sigmoid-derivative": 4,
    "mse-derivative": 4,
    "bce-derivative": 6,
    "network-forward": 5,
    "network-backward": 7,
    "your-network-learns": 5,
}
# What the text of the notebook claims of its own results, as expressions that hold after the last cell.
CLAIMS = [
    "labels_test.shape == (360,) and len(x_train) + len(x_test) == 1797",
    "len(wrong) == 13 and round(network.score(test), 2) == 0.96",
    "sum((labels_test[wrong] == 8) & (predicted[wrong] == 1)) == 3",
    "confusion_matrix(labels_test[wrong], predicted[wrong], 10).flatten().tolist().count(1) == len(wrong) - 3",
    "[round(SigmoidActivation().derivative(np.array([x]))[0], 6) for x in (0.0, 10.0)] == [0.25, 0.000045]",
    "np.allclose(BinaryCrossEntropy().derivative(np.ones((1, 1)), np.array([[0.001]])), -1000)",
    "abs(numerical_gradient(loss_with, B) - 4).max() < 1e-6",
    "xor_network(16, 0, True).predict(xor.X).round().ravel().tolist() == [0, 1, 1, 0]",
    "round(xor_network(8, 1, True).history['loss'][-1], 2) == 0.35",
    "abs(xor_network(16, 0, False).predict(xor.X) - 0.5).max() < 1e-3",
]
XOR_NETWORK = """
def xor_network(units, seed, bent):
    network = NeuralNetwork(epochs=500, batch_size=4, learning_rate=0.5, loss=BinaryCrossEntropy, random_state=seed)
    network.add(DenseLayer(units, input_shape=(2,)))
    if bent:
        network.add(ReLUActivation())
    return network.add(DenseLayer(1)).add(SigmoidActivation()).fit(xor)
"""


def cells(folder, kind=None):
    notebook = nbformat.read(folder / NUMPY_NETWORK, as_version=4)
    return [cell for cell in notebook.cells if kind in (None, cell.cell_type)]


@functools.cache
def run(folder, more=(), allow_errors=False):
    """Run a notebook in a kernel of its own, and `more` cells after it; return its code cells by id."""
    notebook = nbformat.read(folder / NUMPY_NETWORK, as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell(source, id=f"more-{i}") for i, source in enumerate(more)]
    NotebookClient(notebook, timeout=120, allow_errors=allow_errors).execute()
    return {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}


def written(cell):
    """All that a cell has written, errors included."""
    return "".join(o.get("text", "") + "\n".join(o.get("traceback", [])) for o in cell.outputs)


# ---- as they lie in the repository


def test_ids_and_points_are_those_of_the_curriculum():
    graded = {cell.id: cell.metadata.nbgrader for cell in cells(SOURCE) if cell.metadata.get("nbgrader")}
    assert {name: data.points for name, data in graded.items() if data.grade} == {
        f"test-{name}": points for name, points in POINTS.items()
    }
    assert {name for name, data in graded.items() if data.solution} == set(POINTS)
    assert set(EXERCISES) >= set(POINTS)


@pytest.mark.parametrize("name", POINTS)
def test_a_test_cell_is_its_check_alone(name):
    (cell,) = (cell for cell in cells(SOURCE) if cell.id == f"test-{name}")
    assert cell.source == f'check("{name}", {EXERCISES[name].name})'


def test_each_exercise_has_three_hints_a_click_away():
    before_solution, text = {}, ""
    for cell in cells(SOURCE):
        text = cell.source if cell.cell_type == "markdown" else text
        before_solution[cell.id] = text
    for name in POINTS:
        hints = re.findall(
            r"<details><summary>Hint (\d): .+?</summary>\n\n.+?\n</details>", before_solution[name], re.S
        )
        assert hints == ["1", "2", "3"], name


def test_prose_leads():
    assert 25 <= len(cells(SOURCE)) <= 50
    code = [cell.source for cell in cells(SOURCE, "code")]
    assert max(len(source.splitlines()) for source in code) <= 12
    words = sum(len(cell.source.split()) for cell in cells(SOURCE, "markdown"))
    assert words >= 6 * sum(len(source.splitlines()) for source in code)


def test_the_release_holds_no_solution():
    """No line of a solution is in the release, unless a hint or another cell of the source says it as well."""
    in_release = "".join(cell.source for cell in cells(RELEASE))
    told = "".join(re.sub(r"### BEGIN SOLUTION.*?### END SOLUTION", "", c.source, flags=re.S) for c in cells(SOURCE))
    assert "SOLUTION" not in in_release
    for cell in cells(SOURCE, "code"):
        for solution in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, re.S):
            secret = [line.strip() for line in solution.splitlines() if line.strip() not in told]
            assert secret and not [line for line in secret if line in in_release], cell.id


def test_solutions_define_what_the_exercise_asks_for_and_nothing_else():
    for cell in cells(SOURCE, "code"):
        if cell.id in POINTS:
            (statement,) = ast.parse(cell.source).body
            assert statement.name == EXERCISES[cell.id].name


# ---- run


@pytest.mark.slow
def test_solved_every_check_passes_and_nothing_goes_to_stderr():
    solved = run(SOURCE, (XOR_NETWORK, *CLAIMS))
    for name in POINTS:
        assert f"✓ {name}: right" in written(solved[f"test-{name}"])
    loud = [cell.id for cell in solved.values() for output in cell.outputs if output.get("name") == "stderr"]
    assert loud == []


@pytest.mark.slow
@pytest.mark.parametrize("i", range(len(CLAIMS)), ids=CLAIMS)
def test_what_the_text_claims_is_what_the_run_gave(i):
    (output,) = run(SOURCE, (XOR_NETWORK, *CLAIMS))[f"more-{i + 1}"].outputs
    assert "True" in output.data["text/plain"], CLAIMS[i]


@pytest.mark.slow
def test_figures_are_drawn():
    solved = run(SOURCE, (XOR_NETWORK, *CLAIMS))
    drawn = [cell.id for cell in solved.values() if any("image/png" in o.get("data", {}) for o in cell.outputs)]
    assert drawn == [
        "relu-derivative-try", "sigmoid-derivative-try", "xor-figure", "digits-look", "digits-curves", "digits-mistakes",
    ]  # fmt: skip


@pytest.mark.slow
def test_unsolved_every_check_says_so_kindly():
    unsolved = run(RELEASE, allow_errors=True)
    for name in POINTS:
        assert written(unsolved[f"test-{name}"]) == f"○ {name}: not attempted yet."
