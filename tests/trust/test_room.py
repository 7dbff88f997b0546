"""The room: a graded notebook finds no answer in it, by whatever door it goes in, and everything else."""

import ast
import importlib
import inspect
import json
import marshal
import os
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from conftest import ROOT

from coursekit.trust import room as rooms
from nnkit.checks import EXERCISES

ASSIGNMENTS = (
    "01-backprop", "02-numpy-network", "03-training-algorithms", "04-mnist", "05-imdb", "06-hyperparameters",
)  # fmt: skip
CHECKS = ROOT / "nnkit" / "checks"
NOTEBOOKS = sorted((ROOT / "source").glob("*/*.ipynb"))


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """Rooms of these tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


def inside(room, program, folder, *arguments):
    """Run a program where only the room is on the path, as a kernel does; return what it prints, from JSON."""
    settings = {"PYTHONPATH": str(room), "MPLBACKEND": "Agg", "HOME": str(folder), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-P", "-c", textwrap.dedent(program), *arguments]
    options = {"cwd": folder, "env": settings | {"NBGRADER_EXECUTION": "autograde"}, "text": True, "timeout": 300}
    finished = subprocess.run(command, capture_output=True, **options)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout.splitlines()[-1])


def exercises(assignment):
    package = assignment.partition("-")[2].replace("-", "_")
    return importlib.import_module(f"nnkit.checks.{package}").EXERCISES


def sources(room):
    return {path: path.read_text("utf-8") for path in sorted(room.rglob("*.py")) if path.name != "coursekit_agent.py"}


# ---- what is written there


def functions(tree):
    """Return the bodies of all functions and lambdas in a tree, without docstrings."""
    bodies = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            bodies.append(node.body[1:] if ast.get_docstring(node) else node.body)
        elif isinstance(node, ast.Lambda):
            bodies.append([ast.Expr(node.body)])
    return bodies


class Plain(ast.NodeTransformer):
    """Names by number: two functions that differ only in what they call things become the same."""

    def __init__(self):
        self.names = {}

    def number(self, name):
        return self.names.setdefault(name, f"v{len(self.names)}")

    def visit_Name(self, node):
        return ast.Name(self.number(node.id), node.ctx)

    def visit_arg(self, node):
        return ast.arg(self.number(node.arg))

    def visit_Attribute(self, node):
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            return ast.Name(self.number(f"self.{node.attr}"), node.ctx)
        return self.generic_visit(node)


def plain(statements):
    copied = ast.parse(ast.unparse(ast.Module(statements, [])))
    return ast.dump(Plain().visit(copied))


def telling(body):
    """Return the statements of a body, however deep, that are long enough to be an answer or a large part of one."""
    statements = [node for statement in body for node in ast.walk(statement) if isinstance(node, ast.stmt)]
    return {plain([node]) for node in statements if sum(1 for _ in ast.walk(node)) >= 25}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_function_is_written_as_a_reference_is(assignment):
    trees = [ast.parse(source) for source in sources(rooms.room(assignment)).values()]
    bodies = [body for tree in trees for body in functions(tree)]
    found, lines = {plain(body) for body in bodies}, set().union(*map(telling, bodies))
    for exercise in exercises(assignment):
        reference = getattr(exercise, "reference", None)
        if reference is None:
            continue
        code = getattr(reference, exercise.method) if exercise.method else reference
        for body in functions(ast.parse(textwrap.dedent(inspect.getsource(code)))):
            if getattr(body[0], "name", None) != "__init__":
                assert plain(body) not in found, f"{exercise.id}: {ast.unparse(ast.Module(body, []))}"
                assert not telling(body) & lines, exercise.id


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_bytecode_is_that_of_what_is_written(assignment):
    room = rooms.room(assignment)
    compiled = {path: path.read_bytes() for path in room.rglob("*.pyc")}
    assert len(compiled) == len(list(room.rglob("*.py")))
    for path, content in compiled.items():
        source = path.parent.parent / f"{path.name.partition('.')[0]}.py"
        ours = compile(source.read_bytes(), marshal.loads(content[16:]).co_filename, "exec", dont_inherit=True)
        assert marshal.loads(content[16:]) == ours, path


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_word_of_the_checks_is_there(assignment):
    room = rooms.room(assignment)
    everything = "\n".join(sources(room).values())
    mistakes = [mistake for exercise in exercises(assignment) for mistake in getattr(exercise, "mistakes", ())]
    sentences = {getattr(mistake, "sentence", None) or mistake[0] for mistake in mistakes}
    for path in [path for path in CHECKS.rglob("*.py") if path.name not in ("__init__.py", "verdict.py")]:
        texts = (node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant))
        sentences |= {text for text in texts if isinstance(text, str) and len(text) > 40}
    assert len(sentences) > 500
    assert [text for text in sentences if text in everything] == []
    assert sorted(path.name for path in (room / "nnkit/checks").glob("*.py")) == ["__init__.py", "verdict.py"]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_docstrings_that_hold_a_formula_are_gone(assignment):
    for path, source in sources(rooms.room(assignment)).items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and "return _left_out(" in ast.unparse(node):
                assert ast.get_docstring(node) is None, path


# ---- what can be called there

ALL = """
    import importlib, json, pkgutil, sys
    import nnkit

    names = [module.name for module in pkgutil.walk_packages(nnkit.__path__, "nnkit.")]
    modules = [importlib.import_module(name) for name in names if name != "nnkit.quietly"]  # which takes seconds
"""


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_everything_is_imported_and_comes_from_the_room(assignment, tmp_path):
    room = rooms.room(assignment)
    program = (
        ALL
        + """
    try:
        import coursekit
    except ImportError:
        names.append("no coursekit")
    import coursekit_wire, coursekit_agent
    ours = [m for n, m in sys.modules.items() if n.partition(".")[0] in ("nnkit", "coursekit_wire", "coursekit_agent")]
    print(json.dumps([names, [module.__file__ for module in ours]]))
    """
    )
    names, files = inside(room, program, tmp_path)
    assert names[-1] == "no coursekit" and len(names) > 25
    assert [file for file in files if not file.startswith(f"{room}{os.sep}")] == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_what_is_left_out_says_so_when_it_is_called(assignment, tmp_path):
    program = (
        ALL
        + """
    import inspect

    def find(name):
        parts = name.split(".")
        while ".".join(parts) not in sys.modules:
            parts.pop()
        thing = sys.modules[".".join(parts)]
        for part in name.split(".")[len(parts):]:
            thing = getattr(thing, part)
        return thing

    def lambdas(thing):
        if isinstance(thing, (dict, tuple)):
            return [f for part in (thing.values() if isinstance(thing, dict) else thing) for f in lambdas(part)]
        return [thing] if callable(thing) else lambdas(vars(thing)) if hasattr(thing, "__dict__") else []

    said = {}
    for name in json.loads(sys.argv[1]):
        for function in lambdas(find(name)):
            function = inspect.unwrap(function)
            try:
                function(*[None] * len(inspect.signature(function).parameters))
            except NotImplementedError as error:
                said.setdefault(name, str(error))
    print(json.dumps(said))
    """
    )
    absent = rooms.left_out(assignment)
    said = inside(rooms.room(assignment), program, tmp_path, json.dumps(list(absent)))
    assert said == {name: f"This part of nnkit is left out while marks are given: the exercise {id} asks for it."
                    for name, id in absent.items()}  # fmt: skip


def test_the_checks_there_give_no_verdict(tmp_path):
    program = """
    import contextlib, io, json
    from nnkit.checks import EXERCISES, CheckFailed, NotAttempted, Verdict, check

    with contextlib.redirect_stdout(io.StringIO()) as said:
        came = check("adam", None)
    print(json.dumps([came, said.getvalue(), EXERCISES]))
    """
    assert inside(rooms.room("01-backprop"), program, tmp_path) == [None, "(checked when marks are given)\n", {}]


PREAMBLE = """
    import types
    import numpy as np
    import nnkit, nnkit.gradients, nnkit.stopping
    import nnkit.datasets
    from nnkit.levenberg_marquardt import levenberg_marquardt_step, network_jacobian
    from nnkit.figures import averages, curve_fit, graph, noise, parabola, race, shapes, slopes, surfaces

    rng, lr, n = np.random.default_rng(0), 0.1, 3
    start, gradient = np.array([1.0, 2.0]), lambda w: w
    surface = types.SimpleNamespace(start=start, gradient=gradient)
    X, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))

    def replaced(module, **names):
        vars(module).update(names)
        return module

    def dense():
        layer = nnkit.DenseLayer(2, (3,), l2=1.0)
        layer.initialize(nnkit.Optimizer.__new__(type("Still", (nnkit.Optimizer,), {"update": lambda s, w, g: w})), rng)
        layer.input, layer.output = X, X @ layer.weights
        return layer

    def network(**settings):
        rest = lambda s, w, g: w
        optimizer = type("Still", (nnkit.Optimizer,), {"update": rest})(0.1)
        net = nnkit.NeuralNetwork(1, 2, optimizer, random_state=0, dtype=float, **settings)
        net.layers, net._checked_input = [dense()], lambda X: X
        return net
"""
SLIDES = "averages.UncorrectedAdam"
DENSE = ["dense().backward_propagation(y)", "shapes.errors(X, X.T @ y, y, X, X.T @ y, y[:1])"]
SLOPE = 'graph.NODES["s"].slopes["z"][1]({"s": 0.3})'
SOFTMAX = [
    "nnkit.SoftmaxActivation().derivative(X)",
    "replaced(nnkit.SoftmaxActivation(), output=X).backward_propagation(X)",
]
ROUTES = {  # ways to an answer that work with the whole nnkit, by exercise
    "gradient-descent": [
        "surfaces._descent(surface, lr, n)",
        "race.Race({}, n)._run(lambda lr: nnkit.SGD(lr), surface, lr)",
        "replaced(noise, START=start, gradient=lambda p, *_: p).follow(lambda *_: [(X, y)] * n, 1, lr, 1)",
        "replaced(curve_fit, START=start, gradient=gradient).descend(lr, n)",
        "replaced(parabola, curve_gradient=gradient).path(nnkit.SGD(lr), 1.0, n)",
    ],
    "graph-backward": ["graph.backward(dict(x=1, w=2, b=3, y=0, p=2, z=5, s=0.9, d=0.9, E=0.81))", SLOPE],
    "numerical-gradient": ["nnkit.gradients.numerical_gradient(np.sum, X)"],
    "dense-input-error": DENSE,
    "dense-weights-error": DENSE,
    "dense-biases-error": DENSE,
    "sigmoid-derivation": ["replaced(nnkit.SigmoidActivation(), activation_function=lambda s: s).derivative(0.3)", SLOPE],
    "tanh-derivation": ["nnkit.TanhActivation().derivative(0.3)"],
    "softmax-jacobian": [*SOFTMAX, "slopes._measured(X[0])"],
    "softmax-cross-entropy": SOFTMAX,
    "one-step-by-hand": ["network().backward_propagation(y)", "network().fit(nnkit.Dataset(X, y))"],
    "dense-forward": ["dense().forward_propagation(X)"],
    "dense-backward": ["dense().backward_propagation(y)", "network_jacobian(network(), X)"],
    "relu-derivative": ["nnkit.ReLUActivation().derivative(X)"],
    "sigmoid-derivative": ["nnkit.SigmoidActivation().derivative(X)", SLOPE],
    "mse-derivative": ["nnkit.MeanSquaredError().derivative(y, y)"],
    "bce-derivative": ["nnkit.BinaryCrossEntropy().derivative(y, y)"],
    "network-forward": ["network().forward_propagation(X)", "network().predict(X)"],
    "network-backward": ["network().backward_propagation(y)"],
    "mini-batches": ["list(network().get_mini_batches(X, y))", "network().fit(nnkit.Dataset(X, y))"],
    "sgd-momentum": ["nnkit.SGD(lr, 0.9)", f"{SLIDES}(lr * 1e-7, 0.9, 1.0).update(X, X)"],
    "rmsprop": ["nnkit.RMSProp(lr)", f"{SLIDES}(lr, 0.0, 0.9).update(X, X)"],
    "adam": ["nnkit.Adam(lr)", f"{SLIDES}(lr).update(X, X)"],
    "adagrad": ["nnkit.Adagrad(lr)"],
    "rprop": ["nnkit.RProp(lr)"],
    "quickprop": ["nnkit.Quickprop(lr)"],
    "levenberg-marquardt": ["levenberg_marquardt_step(X, X[:, 0], 1.0)"],
    "stopping": ["nnkit.stopping.should_stop([1.0, 2.0], 1)", "replaced(network(patience=1), history={'val_loss': [1]})._is_finished(0)"],
    "one-hot": ["nnkit.one_hot(np.arange(3), 3)"],
    "vectorize-sequences": ["nnkit.datasets.multi_hot([[1, 3], [2]], 4)"],
    "dropout-forward": ["replaced(nnkit.Dropout(0.5), rng=rng).forward_propagation(X)"],
    "l2-gradient": ["dense().penalty_gradient()", "replaced(dense(), input=0 * X).backward_propagation(y)"],
}  # fmt: skip
TRY = (
    PREAMBLE
    + """
    import json, sys

    def outcome(route):
        space = dict(globals())
        try:
            eval(route, space)
        except NotImplementedError:
            return "closed"
        return "open"

    print(json.dumps({route: outcome(route) for route in json.loads(sys.argv[1])}))
"""
)


@pytest.mark.parametrize("assignment", ASSIGNMENTS[:5])
def test_every_known_way_to_an_answer_is_closed(assignment, tmp_path):
    routes = [route for exercise in exercises(assignment) for route in ROUTES.get(exercise.id, [])]
    assert set(inside(ROOT, TRY, tmp_path, json.dumps(routes)).values()) <= {"open"}
    assert set(inside(rooms.room(assignment), TRY, tmp_path, json.dumps(routes)).values()) <= {"closed"}


def test_every_exercise_with_something_to_leave_out_has_its_ways_tried():
    assert {id for id in EXERCISES if rooms.answers_to(id)} == set(ROUTES)


AS_THEY_ARE = (
    ALL
    + """
    # Collect what could be handed in, then put the whole nnkit in the room's place and have its checks judge it.
    import contextlib, inspect, io, os, signal

    candidates = {}
    for module in modules:
        for name, thing in vars(module).items():
            if callable(thing) and getattr(thing, "__module__", "") == module.__name__:
                candidates[f"{module.__name__}.{name}"] = thing
    for name in [name for name in sys.modules if name.partition(".")[0] == "nnkit"]:
        del sys.modules[name]
    sys.path[:] = [sys.argv[1], *(place for place in sys.path if place != os.environ["PYTHONPATH"])]
    import matplotlib.pyplot as plt
    import numpy as np
    from nnkit.checks import EXERCISES

    def fits(candidate, reference):
        if isinstance(reference, type) or isinstance(candidate, type):
            return isinstance(reference, type) and isinstance(candidate, type)
        try:
            inspect.signature(candidate).bind(*inspect.signature(reference).parameters)
        except (TypeError, ValueError):
            return False
        return True

    def too_long(*_):
        raise TimeoutError

    def state(exercise, candidate):
        exercise.mistakes, exercise.rounds = [], 1  # nobody asks for an explanation
        signal.alarm(5)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                return exercise.examine(candidate, np.random.default_rng(0)).state
        except Exception as error:
            return type(error).__name__
        finally:
            signal.alarm(0)
            plt.close("all")

    signal.signal(signal.SIGALRM, too_long)
    tried, right = 0, []
    for id in json.loads(sys.argv[2]):
        for name, candidate in candidates.items():
            if fits(candidate, EXERCISES[id].reference):
                tried += 1
                right += [[id, name]] * (state(EXERCISES[id], candidate) == "right")
    print(json.dumps([tried, right]))
"""
)
NO_KERAS = {"01-backprop", "02-numpy-network", "03-training-algorithms"}  # where a check takes no seconds
QUICK = ("one-hot", "prepare-images", "dropout-forward", "l2-gradient", "split-validation", "diagnose")


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS[:5])
def test_nothing_that_is_there_passes_a_check_as_it_is(assignment, tmp_path):
    ids = [exercise.id for exercise in exercises(assignment) if hasattr(exercise, "reference")]
    ids = [id for id in ids if assignment in NO_KERAS or id in QUICK]
    tried, right = inside(rooms.room(assignment), AS_THEY_ARE, tmp_path, str(ROOT), json.dumps(ids))
    assert tried > 10
    assert right == []


def test_that_search_finds_an_answer_where_there_is_one(tmp_path):
    room = tmp_path / "room"
    room.mkdir()
    rooms.build("01-backprop", room)
    with (room / "nnkit/metrics.py").open("a") as file:
        file.write("\n\ndef errors(a, b):\n    return a @ b.T\n")
    for compiled in room.rglob("*.pyc"):
        compiled.unlink()
    _, right = inside(room, AS_THEY_ARE, tmp_path, str(ROOT), json.dumps(["dense-input-error", "dense-weights-error"]))
    assert right == [["dense-input-error", "nnkit.metrics.errors"]]


# ---- what a notebook needs is there


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_first_cell_of_a_notebook_runs(notebook, tmp_path):
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    [setup] = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"][:1]
    assert inside(rooms.room(notebook.parent.name), f"{setup}\nprint(1)", tmp_path) == 1


def test_an_assignment_that_nnkit_does_not_know_has_all_of_nnkit_and_no_checks(tmp_path):
    assert rooms.left_out("01-small") == rooms.left_out("course") == rooms.left_out("01-checks.verdict") == {}
    program = "import json, nnkit, numpy as np; print(json.dumps(nnkit.one_hot(np.arange(2)).tolist()))"
    assert inside(rooms.room("01-small"), program, tmp_path) == [[1, 0], [0, 1]]


def test_exercises_that_stand_in_an_assignment_of_another_name_are_left_out_too():
    assert rooms.left_out("homework", ["one-hot"]) == {"nnkit.data.one_hot": "one-hot"}
    assert rooms.left_out("homework", ["no-such-exercise"]) == {}
    assert rooms.room("homework", ["one-hot"]) != rooms.room("homework")


def test_a_table_that_names_what_is_not_there_is_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(rooms.ALSO, "one-hot", ["nnkit.data.two_hot"])
    with pytest.raises(LookupError, match="nnkit has no nnkit.data.two_hot"):
        rooms.build("04-mnist", tmp_path)


# ---- rooms are kept


def test_a_room_is_made_once_and_quickly():
    started = time.perf_counter()
    room = rooms.room("02-numpy-network")
    assert room == rooms.room("02-numpy-network")
    assert time.perf_counter() - started < 5
    assert room != rooms.room("01-backprop")


def test_a_room_is_closed_to_other_users():
    place = rooms.room("01-backprop").parent
    assert stat.S_IMODE(place.stat().st_mode) == 0o700 or os.name == "nt"


def test_a_cache_that_is_not_ours_alone_is_not_used(tmp_path, monkeypatch):
    (tmp_path / "coursekit/rooms").mkdir(parents=True, mode=0o777)
    (tmp_path / "coursekit/rooms").chmod(0o777)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(rooms.tempfile, "tempdir", None)
    assert tmp_path / "coursekit" not in rooms.room("01-backprop").parents


def test_two_processes_that_want_a_new_room_at_once_both_get_it(tmp_path):
    program = "from coursekit.trust.room import room; print(room('03-training-algorithms'))"
    settings = os.environ | {"XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    options = {"env": settings, "stdout": subprocess.PIPE, "text": True}
    both = [subprocess.Popen([sys.executable, "-c", program], **options) for _ in range(2)]
    places = {Path(process.communicate(timeout=60)[0].strip()) for process in both}
    [place] = places
    assert list(place.parent.iterdir()) == [place]
    assert (place / "nnkit/layers.py").is_file()


def test_a_change_of_the_sources_makes_another_room(tmp_path, monkeypatch):
    before = rooms._fingerprint("01-backprop", ())
    (tmp_path / "new.py").write_text("x = 1\n")
    monkeypatch.setattr(rooms, "NNKIT", tmp_path)
    assert rooms._fingerprint("01-backprop", ()) != before


def test_rooms_that_nobody_has_used_for_a_month_go(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    old = rooms.room("04-mnist")
    os.utime(old, (0, 0))
    rooms.room("05-imdb")
    assert not old.exists()
