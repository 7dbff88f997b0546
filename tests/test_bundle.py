"""The package for students: without solutions it holds none, in any file, and its checks say the very same things."""

import ast
import builtins
import contextlib
import copy
import functools
import importlib.util
import inspect
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
import textwrap
import tomllib
import zipfile
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT

from coursekit import bundle
from coursekit.__main__ import main
from coursekit.bundle import needs
from coursekit.bundle.record import record
from coursekit.bundle.strip import package_of
from coursekit.course import RELEASE, SOURCE, CourseError, assignments
from coursekit.solutions import solutions
from nnkit import checks
from nnkit.checks import EXERCISES
from nnkit.checks.compare import same
from nnkit.checks.recording import Recorded, Recording, packed, unpacked
from nnkit.figures import averages

FAST = ("01-backprop", "02-numpy-network", "03-training-algorithms")
LEARNING = "your-network-learns"
every_assignment = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in FAST else [pytest.mark.slow]) for name in assignments(RELEASE)]
)


@functools.cache
def package(name, solutions=False):
    """The package for one assignment, {path: bytes}."""
    return bundle.contents([name], solutions)


@pytest.fixture
def unpacked_in(tmp_path):
    """A function that unpacks the package for one assignment and returns its folder."""

    def unpack(name, solutions=False):
        folder = tmp_path / f"{name}-{solutions}"
        bundle.write(package(name, solutions), folder)
        return folder

    return unpack


def exercises(name):
    return [EXERCISES[id] for id in bundle.exercises([name])]


def python(program, folder, *arguments):
    """Run a program that finds nnkit in `folder`, and has a home of its own; what it printed."""
    with tempfile.TemporaryDirectory() as home:
        own = {"PYTHONPATH": str(folder), "HOME": home, "KERAS_HOME": home, "MPLBACKEND": "agg"}
        settings = {
            name: value for name, value in os.environ.items() if name not in ("NNKIT_DATA", "NBGRADER_EXECUTION")
        }
        command = [sys.executable, "-c", program, *arguments]
        finished = subprocess.run(command, cwd=home, env=settings | own, capture_output=True, text=True, timeout=1200)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


# ---- no solution is in it: what is searched for


def sources(answer):
    """Yield the source of a function, or of each method of a class; nothing for what has none of its own."""
    functions = vars(answer).values() if isinstance(answer, type) else [answer]
    for function in filter(inspect.isfunction, functions):
        with contextlib.suppress(OSError):  # made by program
            source = textwrap.dedent(inspect.getsource(function))
            if source.lstrip().startswith(("def ", "@")):  # a lambda's line is not a statement of its own
                yield source


def solution_sources(name):
    """Yield the source of every solution: the notebook's, the reference, known mistakes, right answers."""
    for path in (SOURCE / name).glob("*.ipynb"):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                for block in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", "".join(cell["source"]), re.S):
                    yield "def solution():\n" + textwrap.indent(textwrap.dedent(block), "    ")
    for exercise in exercises(name):
        for answer in solutions(exercise.id)[0]:
            yield from sources(answer)
        if exercise.id != LEARNING:
            reference = exercise.reference
            yield from sources(getattr(reference, exercise.method) if exercise.method else reference)
            for mistake in exercise.mistakes:
                yield from sources(mistake.answer)


KINDS = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return | ast.Expr
KEPT = {"np", "keras", "sympy", "nnkit", "self", *dir(builtins)}
WORK = ast.BinOp | ast.Call | ast.Subscript | ast.Compare | ast.IfExp | ast.comprehension


def statements(source):
    """Yield the simple statements of some code that are long enough to be telling: something is computed, twice."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, KINDS) and getattr(node, "value", None) is not None:
            computed = sum(isinstance(child, WORK) for child in ast.walk(node))
            if computed >= 2 and len(squeezed(ast.unparse(node))) >= 20:
                yield node


def squeezed(text):
    """Return a text without any white space, and with one kind of quotes."""
    return re.sub(r"\s+", "", text.replace('\\"', '"')).replace('"', "'")


class Anonymous(ast.NodeTransformer):
    """Gives variables the names v0, v1, ... in the order in which they come; NumPy and Keras keep theirs."""

    def __init__(self):
        self.names = {}

    def visit_Name(self, node):
        return node if node.id in KEPT else ast.Name(self.names.setdefault(node.id, f"v{len(self.names)}"))


def anonymous(node):
    """Return what a statement computes, whatever its variables are called, and whether it is kept or returned."""
    node = copy.deepcopy(node)
    is_kept = isinstance(node, ast.Return) or (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name))
    return ast.unparse(Anonymous().visit(ast.Expr(node.value) if is_kept else node))


@functools.cache
def telling(name):
    """Return all that must not be found: (statements as text, statements whatever their names)."""
    found = [node for source in solution_sources(name) for node in statements(source)]
    return {squeezed(ast.unparse(node)) for node in found}, {anonymous(node) for node in found}


def found_in(files, name):
    """Yield (path, statement) of everything telling in some files: in any text, and in code under other names."""
    texts, forms = telling(name)
    for path, data in files.items():
        text, codes = data.decode("utf-8"), []
        if path.endswith(".ipynb"):
            cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(text)["cells"]]
            text, codes = "\n".join(source for _, source in cells), [source for kind, source in cells if kind == "code"]
        if path.endswith(".py"):
            codes = [text]
        tight = squeezed(text)
        yield from ((path, statement) for statement in texts if statement in tight)
        for node in (node for code in codes for node in statements(code)):
            if anonymous(node) in forms:
                yield path, squeezed(ast.unparse(node))


# What is found and is no solution of the assignment: (assignment, file, beginning of the statement).
NO_SOLUTION = {
    # other parts of nnkit, which that assignment does not ask for
    ("01-backprop", "nnkit/losses.py", "return-y_true/_positive(y_pred)"),  # cross-entropy alone: a known mistake there
    ("02-numpy-network", "nnkit/activations.py", "return1-np.tanh(input)**2"),  # tanh's slope: a known mistake there
    ("02-numpy-network", "nnkit/activations.py", "e=np.exp(-np.abs(input))"),  # sigmoid itself
    # idioms
    ("02-numpy-network", "release/02-numpy-network/numpy_network.ipynb", "network.add("),  # the network that learns XOR
    ("03-training-algorithms", "nnkit/figures/averages.py", "super().__init__(learning_rate)"),
    ("03-training-algorithms", "release/03-training-algorithms/training_algorithms.ipynb", "super().__init__("),
    ("03-training-algorithms", "nnkit/figures/explore.py", "boxes.append(sliders[name])"),
    ("03-training-algorithms", "nnkit/figures/overfitting.py", "rows=np.arange(len(names))"),
    ("03-training-algorithms", "nnkit/playground/data.py", "order=rng.permutation(len(X))"),
    ("05-imdb", "nnkit/playground/data.py", "train,test=(order[:N_TRAIN],order[N_TRAIN:])"),
    # a hint's last level, "the shape of the code", and later cells that use what the student has written
    ("04-mnist", "release/04-mnist/ex_mnist_train_algs.ipynb", "start=build_model().get_weights()"),
    ("04-mnist", "nnkit/desk/course.json", "start=build_model().get_weights()"),
    ("06-hyperparameters", "release/06-hyperparameters/ex_optimiz_hyperpar.ipynb", "train_dnn(final,"),
    ("06-hyperparameters", "release/06-hyperparameters/ex_optimiz_hyperpar.ipynb", "train_dnn(model,"),
    ("06-hyperparameters", "release/06-hyperparameters/ex_optimiz_hyperpar.ipynb", "returnmodel.evaluate("),
}


def is_known(name, path, statement):
    return any((name, path) == known[:2] and statement.startswith(known[2]) for known in NO_SOLUTION)


@every_assignment
def test_no_solution_is_in_a_package_without(name):
    assert {hit for hit in found_in(package(name), name) if not is_known(name, *hit)} == set()


@every_assignment
def test_the_search_finds_them_where_they_are(name):
    """In the package with solutions it finds most references and mistakes, and in the notebook each of its own."""
    there = {statement for _, statement in found_in(package(name, solutions=True), name)}
    assert len(there) > 0.3 * len(telling(name)[0])
    (notebook,) = (path for path in (SOURCE / name).glob("*.ipynb"))
    assert len({statement for _, statement in found_in({"n.ipynb": notebook.read_bytes()}, name)}) > 5


@every_assignment
def test_only_what_students_need_is_in_it(name):
    for whole in (False, True):
        names = set(package(name, whole))
        assert {path for path in names if path.startswith("release/")} == {
            f"release/{path.relative_to(RELEASE).as_posix()}" for path in (RELEASE / name).rglob("*") if path.is_file()
        }
        tops = {path.split("/")[0] for path in names}
        assert tops == {
            *(path.split("/")[0] for path in bundle.PARTS),
            "START.html",
            "nnkit",
            "pyproject.toml",
            "release",
        }
        assert not any(path.endswith((".pyc", ".pkl", ".npz")) for path in names)
        assert ("nnkit/desk/solutions.json" in names) is whole
        assert any(path.startswith("nnkit/checks/recorded/") for path in names) is not whole
        assert ("nnkit/left_out.py" in names) is not whole
    checked = {
        path.split("/")[2] for path in package(name) if path.count("/") == 3 and path.startswith("nnkit/checks/")
    }
    assert checked == {package_of(name), "recorded"}


@every_assignment
def test_no_file_tells_where_it_was_made(name):
    for whole in (False, True):
        for path, data in package(name, whole).items():
            assert not re.search(
                rf"{re.escape(str(ROOT))}|{re.escape(str(Path.home()))}/|/tmp/", data.decode("utf-8")
            ), path


# ---- its checks say the same

VERDICTS = """
import contextlib, importlib, io, json, sys, zlib
import numpy as np
root, notebook, module, most, *ids = sys.argv[1:]
sys.path.append(root)
import nnkit
from nnkit.checks import EXERCISES
main = vars(sys.modules["__main__"])
code = [cell for cell in json.load(open(notebook, encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
for cell in code:
    if cell is code[0] or cell["metadata"].get("nbgrader", {}).get("solution"):
        exec("".join(cell["source"]), main)  # the notebook, solved
import coursekit.solutions
answers = importlib.import_module(f"coursekit.solutions.{module}")
told = {}
for id in ids:
    exercise = EXERCISES[id]
    for used in getattr(exercise, "uses", ()):
        setattr(answers, used.name, main[used.name])
    kinds = {"right": coursekit.solutions._RIGHT[id], "wrong": coursekit.solutions._WRONG[id]}
    for kind, some in kinds.items():
        for i, answer in enumerate(some[:int(most)]):
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                verdict = exercise.examine(answer, np.random.default_rng(zlib.crc32(id.encode())))
            told[f"{id} {kind} {i}"] = vars(verdict)
print(json.dumps(told))
"""
NOT_HERE = "not in this package"  # what an answer is told that calls nnkit's own


def is_borrowed(id, details):
    """Say whether an answer stopped at nnkit's own, or at the notebook's where what is lent would be more lenient."""
    return any(words in details for words in (NOT_HERE, *(f"In {one.name}, line" for one in EXERCISES[id].uses)))


def compare(name, ids, most, folder):
    """Hold the verdicts in a package against those of the whole nnkit; how many there were."""
    (notebook,) = (SOURCE / name).glob("*.ipynb")
    arguments = str(ROOT), str(notebook), package_of(name), str(most), *ids
    here, whole = (json.loads(python(VERDICTS, place, *arguments).splitlines()[-1]) for place in (folder, ROOT))
    borrowed = [case for case in here if is_borrowed(case.split()[0], str(here[case]["details"]))]
    assert len(borrowed) <= 2, borrowed
    for case in set(whole) - set(borrowed):
        if here[case]["mistake"] != whole[case]["mistake"] and " Or: " in (here[case]["mistake"] or ""):
            assert whole[case]["mistake"] in here[case]["mistake"]  # equal up to rounding, which is another each time
            here[case]["mistake"] = whole[case]["mistake"]
        assert here[case] == whole[case], case
    return len(whole)


@pytest.mark.parametrize("name", FAST)
def test_verdicts_are_those_of_the_whole_package(name, unpacked_in):
    ids = [exercise.id for exercise in exercises(name) if exercise.id != LEARNING]
    assert compare(name, ids, 99, unpacked_in(name)) > 100


KERAS = [exercise.id for name in assignments(RELEASE) if name not in FAST for exercise in exercises(name)]
LONG = {"compare-algorithms", "dnn-optimization"}
TRAINED = LONG | {"build-mnist-model", "build-imdb-model", "early-stopping", "setup-model", "train-dnn"}


@pytest.mark.slow
@pytest.mark.parametrize("id", [pytest.param(id, marks=[pytest.mark.exhaustive] if id in LONG else []) for id in KERAS])
def test_verdicts_with_keras_are_those_of_the_whole_package(id, unpacked_in):
    (name,) = (name for name in assignments(RELEASE) if id in bundle.exercises([name]))
    compare(name, [id], 4 if id in TRAINED else 8, unpacked_in(name))


@pytest.mark.slow
def test_a_network_is_trained_with_the_students_own_layers(unpacked_in):
    name = "02-numpy-network"
    (notebook,) = (SOURCE / name).glob("*.ipynb")
    told = json.loads(python(VERDICTS, unpacked_in(name), str(ROOT), str(notebook), "numpy_network", "7", LEARNING))
    assert {
        case: verdict["state"] for case, verdict in told.items() if "right" in case and verdict["state"] != "right"
    } == {}
    assert {case for case, verdict in told.items() if "wrong" in case and verdict["state"] == "right"} == set()


# ---- what stands in place of what is left out

OWN = """
import numpy as np
import nnkit
from nnkit.checks import CheckFailed, check
X = np.ones((4, 3))
layer = nnkit.DenseLayer(2, (3,))
layer.initialize(nnkit.SGD(0.1), np.random.default_rng(0))
{}
"""


def test_nnkits_own_is_missing_until_the_students_is_there(unpacked_in):
    program = OWN.format("""
try:
    layer.forward_propagation(X)
except Exception as error:
    print(type(error).__name__, *error._render_traceback_())
class DenseLayer(nnkit.DenseLayer):
    def forward_propagation(self, input, training=True):
        return 7
print(layer.forward_propagation(X))
class DenseLayer(nnkit.DenseLayer):
    def forward_propagation(self, input, training=True):
        return super().forward_propagation(input)
try:
    DenseLayer(2, (3,)).forward_propagation(X)
except Exception as error:
    print(type(error).__name__)
""")
    said = python(program, unpacked_in("02-numpy-network")).splitlines()
    assert said[0].startswith(
        "LeftOut nnkit's own DenseLayer.forward_propagation is not in this package, because the ex"
    )
    assert said[1:] == ["7", "LeftOut"]


def test_a_check_that_stands_on_another_answer_says_so(unpacked_in):
    program = OWN.format("""
class DenseLayer(nnkit.DenseLayer):
    def forward_propagation(self, input, training=True):
        return input * 0
class NeuralNetwork(nnkit.NeuralNetwork):
    def forward_propagation(self, X, training=True):
        for layer in self.layers:
            X = layer.forward_propagation(X, training)
        return X
try:
    check("network-forward", NeuralNetwork)
except CheckFailed as failed:
    print(failed)
""")
    said = python(program, unpacked_in("02-numpy-network"))
    sentence = (
        "It was tried with your own DenseLayer, which is not right yet: make check('dense-forward', DenseLayer) pass"
    )
    assert sentence in said


def test_an_optimizer_of_nnkits_is_the_students(unpacked_in):
    program = """
import nnkit
from nnkit.optimizer import Optimizer
class SGD(Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.0):
        super().__init__(learning_rate)
    def update(self, w, grad_loss_w):
        return "mine"
print(nnkit.SGD(0.5).update(1, 2), nnkit.SGD(0.5).learning_rate, nnkit.NeuralNetwork().optimizer.update(1, 2))
"""
    assert python(program, unpacked_in("03-training-algorithms")).split() == ["mine", "0.5", "mine"]


def test_a_solution_stays_closed_and_hints_are_there(unpacked_in):
    program = """
import os
os.environ["NNKIT_LOGBOOK"] = "logbook"
from nnkit.checks import hint, progress, solution
from nnkit.desk import guide
hint("dense-backward")
progress()
assert guide.solution_of("dense-backward") is None
"""
    said = python(program, unpacked_in("02-numpy-network"))
    assert "02-numpy-network" in said and "01-backprop" not in said


def test_with_solutions_nnkit_is_whole(unpacked_in):
    folder = unpacked_in("02-numpy-network", solutions=True)
    for path in (ROOT / "nnkit").rglob("*.py"):
        assert (folder / path.relative_to(ROOT)).read_bytes() == path.read_bytes()


# ---- recordings


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        0.1,
        "text",
        [1, "a", None],
        (1, 2),
        {"a": (1.5,), 2: []},
        np.arange(6, dtype=np.uint8).reshape(2, 3),
        np.random.default_rng(0).normal(size=(20, 10)).astype(np.float32),
        np.array([np.nan, np.inf, -0.0]),
        np.zeros((0, 3)),
        np.float32(0.5),
        np.array(["a", "bc"]),
    ],
)
def test_what_is_packed_comes_back(value):
    back = unpacked(json.loads(json.dumps(packed(value))))
    assert type(back) is type(value)
    np.testing.assert_array_equal(back, value)
    if isinstance(value, np.ndarray):
        assert (back.dtype, back.shape) == (value.dtype, value.shape)


def test_what_cannot_be_told_is_not_recorded():
    with pytest.raises(TypeError, match="function cannot be recorded"):
        packed([lambda: 0])


def test_a_recording_plays_what_was_recorded():
    recording = Recording.from_json(record("dense-input-error").to_json())
    exercise = EXERCISES["dense-input-error"]
    for number, inputs in enumerate(recording.rounds()):
        for place, answer in enumerate([exercise.reference, *(mistake.answer for mistake in exercise.mistakes)]):
            run = exercise._run(answer, inputs)
            pieces, error = recording.runs[number][place][exercise.probe.__name__]
            assert [name for name, _ in pieces] == list(run.pieces)
            assert all(same(value, run.pieces[name]) for name, value in pieces)
            assert error == (run.error and [type(run.error).__name__, str(run.error)])
    with pytest.raises(Exception, match="matmul") as raised:
        dict(recording.pieces(Recorded(2), exercise.probe.__name__))
    assert type(raised.value).__name__ == "ValueError"


def test_the_whole_package_runs_everything():
    assert [exercise.id for exercise in EXERCISES.values() if getattr(exercise, "recording", None)] == []
    assert not (Path(checks.__file__).parent / "recorded").exists()


# ---- which assignments go together


def test_assignments_that_need_each_others_answers_are_refused(monkeypatch, tmp_path, capsys):
    called = {
        "02-numpy-network": {"sgd-momentum": "optimizer.SGD.__init__"},
        "03-training-algorithms": {},
        "05-imdb": {},
    }
    monkeypatch.setattr(needs, "needed", called.get)
    names = ["02-numpy-network", "03-training-algorithms"]
    assert main(["bundle", *names, "--to", str(tmp_path / "both.zip")]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == (
        "02-numpy-network needs nnkit's own optimizer.SGD, which 03-training-algorithms asks for (exercise "
        "sgd-momentum): one package cannot leave it out and have it. Bundle 02-numpy-network now, and "
        "03-training-algorithms by itself when the first is due."
    )
    assert not (tmp_path / "both.zip").exists()
    assert needs.conflict(["02-numpy-network", "05-imdb"]) is None


@pytest.mark.slow
@pytest.mark.parametrize("name", FAST)
def test_a_notebook_solved_runs_in_the_package_of_its_students(name):
    assert needs.needed(name).keys() <= set(EXERCISES)


@pytest.mark.slow
def test_what_02_and_03_need_of_each_other_is_found():
    assert "sgd-momentum" in needs.needed("02-numpy-network")
    assert {"dense-forward", "dense-backward"} <= needs.needed("03-training-algorithms").keys()


# ---- the package as a whole


def entries_of(path):
    with zipfile.ZipFile(path) as archive:
        return archive.infolist()


def test_without_solutions_is_what_one_gets_unasked(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["bundle", "01-backprop"]) == 0
    assert "01-backprop.zip: 01-backprop, without solutions" in capsys.readouterr().out
    entries = entries_of(Path("01-backprop.zip"))
    assert "training-neural-networks/nnkit/left_out.py" in [entry.filename for entry in entries]
    assert main(["bundle", "01-backprop", "--solutions", "--to", "whole"]) == 0
    assert (tmp_path / "whole/nnkit/desk/solutions.json").exists()
    assert main(["bundle", "01-backprop", "--to", "whole"]) == 1
    assert capsys.readouterr().out.endswith("whole is there already, and not empty: name another folder, or a .zip.\n")


def test_what_there_is_not_is_told():
    with pytest.raises(CourseError, match="There is no 07-rest in release/. There are: 01-backprop, 02-"):
        bundle.chosen(["07-rest"])


def test_the_same_sources_make_the_same_bytes(tmp_path):
    for place in ("a", "b"):
        bundle.write(bundle.contents(["01-backprop"], False), tmp_path / place / "course.zip")
    assert (tmp_path / "a/course.zip").read_bytes() == (tmp_path / "b/course.zip").read_bytes()
    entries = entries_of(tmp_path / "a/course.zip")
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.external_attr >> 16 for entry in entries} == {stat.S_IFREG | 0o644}
    assert {entry.date_time[0] for entry in entries} == {1980}
    assert all(entry.filename.startswith("training-neural-networks/") for entry in entries)


@pytest.mark.parametrize("solutions", [False, True])
def test_its_project_has_its_packages_and_the_same_pins(solutions):
    files = package("02-numpy-network", solutions)
    project = tomllib.loads(files["pyproject.toml"].decode())
    there = {str(Path(name).parent).replace("/", ".") for name in files if name.endswith("/__init__.py")}
    assert set(project["tool"]["setuptools"]["packages"]) == there
    assert all(name.split(".")[0] == "nnkit" for name in there)
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["project"]["optional-dependencies"]
    assert list(wanted) == ["course"] and set(wanted["course"]) < set(ours["optional-dependencies"]["course"])
    assert {"jupyterlab", "nbgrader", "tensorflow"} <= {re.split("[<>=]", text)[0] for text in wanted["course"]}
    assert project["project"]["dependencies"] == ours["dependencies"]
    assert files["requirements.lock"] == (ROOT / "requirements.lock").read_bytes()


@pytest.mark.parametrize("solutions", [False, True])
def test_its_first_page_says_what_to_do(solutions):
    page = package("02-numpy-network", solutions)["START.html"].decode()
    assert "$" not in page
    assert 'check("dense-forward", DenseLayer)' in page and 'hint("dense-forward")' in page
    assert "work/02-numpy-network/numpy_network.ipynb" in page
    assert ("solution(" in page) is solutions
    assert ("handed in" in page) is not solutions
    assert not re.search(r"—|–", page)


def test_the_lab_of_the_package_copies_and_never_overwrites(unpacked_in):
    folder = unpacked_in("01-backprop")
    spec = importlib.util.spec_from_file_location("students_lab", folder / "lab.py")
    lab = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(lab)
    assert lab.copy_new_files() == ["01-backprop/backprop.ipynb"]
    notebook = folder / "work/01-backprop/backprop.ipynb"
    notebook.write_text("mine")
    assert lab.copy_new_files() == []
    assert notebook.read_text() == "mine"


# ---- pictures that do without an answer


def test_adams_steps_without_correction_are_those_that_its_picture_draws():
    run = averages.step_lengths(averages.UncorrectedAdam(1.0), 50)
    np.testing.assert_allclose(averages.uncorrected_lengths(50), run, rtol=1e-5)
