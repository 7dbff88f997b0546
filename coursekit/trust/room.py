"""The room: what a student's kernel may import while marks are given.

An exercise asks for a function that nnkit has. A notebook could call nnkit's own, and earn points for work that is not
its author's. So the kernel of a graded notebook finds another nnkit, in a folder made for the assignment:

    nnkit/               the same modules; what the exercises ask for has no body, and says so when it is called
    nnkit/checks/        `check` alone: references and known mistakes stay with the grader
    coursekit_agent.py   what the grader's process speaks with

What has no body is derived from the exercises: their references, and the functions in `ALSO`, from which an answer
follows without a thought of one's own. Nothing here hides how an answer is found: reading is allowed, calling is not.
"""

import ast
import compileall
import hashlib
import importlib
import os
import pkgutil
import py_compile
import shutil
import stat
import sys
import tempfile
import time
from pathlib import Path

import nnkit
from nnkit import checks
from nnkit.checks import EXERCISES

__all__ = ["ALSO", "answers_to", "build", "cache", "left_out", "module_name", "references", "room", "stripped"]

NNKIT, TRUST = Path(nnkit.__file__).resolve().parent, Path(__file__).resolve().parent

# Exercise -> what else in nnkit gives its answer: called as it is, or with what it uses replaced.
LAYERS_BACK = "nnkit.layers.DenseLayer.backward_propagation"  # returns dE/dX; leaves dE/dW and dE/dB behind
DENSE = [LAYERS_BACK, "nnkit.figures.shapes.errors"]
GRAPH = ["nnkit.figures.graph.NODES", "nnkit.figures.graph.backward"]  # the slopes of the steps, and their product
SOFTMAX = ["nnkit.activations.SoftmaxActivation.derivative", "nnkit.activations.SoftmaxActivation.backward_propagation"]
SLIDES_ADAM = [
    "nnkit.figures.averages.UncorrectedAdam.update"
]  # with beta_1 = 0 it is RMSProp, with beta_2 = 1 momentum
ALSO = {
    "gradient-descent": [
        "nnkit.figures.curve_fit.descend",
        "nnkit.figures.noise.follow",
        "nnkit.figures.parabola.path",
        "nnkit.figures.race.Race._run",
        "nnkit.figures.surfaces._descent",
    ],
    "graph-backward": GRAPH,
    "dense-input-error": DENSE,
    "dense-weights-error": DENSE,
    "dense-biases-error": DENSE,
    "sigmoid-derivation": ["nnkit.activations.SigmoidActivation.derivative", *GRAPH],
    "tanh-derivation": ["nnkit.activations.TanhActivation.derivative"],
    "softmax-jacobian": [*SOFTMAX, "nnkit.figures.slopes._measured"],
    "softmax-cross-entropy": SOFTMAX,
    "one-step-by-hand": [LAYERS_BACK],
    "sigmoid-derivative": GRAPH,
    "mini-batches": ["nnkit.neuralnet.NeuralNetwork.get_mini_batches"],
    "sgd-momentum": SLIDES_ADAM,
    "rmsprop": SLIDES_ADAM,
    "adam": SLIDES_ADAM,
    "one-hot": ["nnkit.data.one_hot"],
    "vectorize-sequences": ["nnkit.datasets.multi_hot"],
    "dropout-forward": ["nnkit.layers.Dropout.forward_propagation"],
    "l2-gradient": ["nnkit.layers.DenseLayer.penalty_gradient"],
}

CHECKS = '''"""Checks: in this copy of nnkit there are none. They run where the marks are given."""

from nnkit.checks.verdict import CheckFailed, NotAttempted, Verdict

__all__ = ["EXERCISES", "CheckFailed", "NotAttempted", "Verdict", "check", "hint", "progress", "solution"]

EXERCISES = {}


def check(exercise_id, answer):
    """Leave the answer to the grader."""
    print("(checked when marks are given)")


def hint(exercise_id):
    """Say nothing: a student asks for hints, and nobody is here."""


solution = hint


def progress():
    """Say nothing."""
'''
LEFT_OUT = '''"""What stands in place of a function that an exercise asks for."""


class LeftOut(NotImplementedError):
    """Raised by such a function; a notebook shows it in one line."""

    def _render_traceback_(self):
        return [str(self)]


def left_out(exercise_id):
    """Raise LeftOut."""
    raise LeftOut(f"This part of nnkit is left out while marks are given: the exercise {exercise_id} asks for it.")
'''
NOT_HERE = 'raise ImportError("coursekit belongs to the instructor; it is not here while marks are given.")\n'
A_MONTH = 30 * 24 * 3600


def left_out(assignment, exercises=()):
    """Return what has no body in the assignment's room: {"nnkit.layers.DenseLayer.backward_propagation": exercise id}.

    The assignment's exercises are those of its package in nnkit.checks ("02-numpy-network": numpy_network), and those
    whose ids are in `exercises`, whatever the assignment is called.
    """
    package, ids = assignment.partition("-")[2].replace("-", "_"), dict.fromkeys(exercises)
    if package in {module.name for module in pkgutil.iter_modules(checks.__path__) if module.ispkg}:
        ids |= dict.fromkeys(exercise.id for exercise in importlib.import_module(f"nnkit.checks.{package}").EXERCISES)
    absent = {}
    for id in ids:
        absent |= {name: id for name in answers_to(id) if name not in absent}
    return absent


def answers_to(exercise_id):
    """Return the names of what gives the answer to an exercise: its reference, and what `ALSO` has."""
    return [*references(EXERCISES.get(exercise_id)), *ALSO.get(exercise_id, [])]


def build(assignment, folder, exercises=()):
    """Fill the empty `folder` with the assignment's room. Raises LookupError where `ALSO` names what nnkit has not."""
    folder, absent = Path(folder), left_out(assignment, exercises)
    for path in sorted(NNKIT.rglob("*.py")):
        name = path.relative_to(NNKIT)
        if name.parts[0] != "checks":
            _write(folder / "nnkit" / name, stripped(path.read_text("utf-8"), module_name(name), absent))
    for path in sorted([*NNKIT.rglob("*.js"), *NNKIT.rglob("*.css")]):  # what the playground shows itself with
        _write(folder / "nnkit" / path.relative_to(NNKIT), path.read_text("utf-8"))
    if absent:
        raise LookupError(f"nnkit has no {', no '.join(absent)}: mend the table ALSO in {__file__}.")
    _write(folder / "nnkit/left_out.py", LEFT_OUT)
    _write(folder / "nnkit/checks/__init__.py", CHECKS)
    shutil.copy(NNKIT / "checks/verdict.py", folder / "nnkit/checks")
    for name in ("agent", "wire", "witness"):
        shutil.copy(TRUST / f"{name}.py", folder / f"coursekit_{name}.py")
    _write(folder / "coursekit.py", NOT_HERE)
    compileall.compile_dir(folder, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)


def room(assignment, exercises=()):
    """Return the folder of the assignment's room: the one made earlier from the same sources, or a new one."""
    place = cache("rooms") / _fingerprint(assignment, exercises)
    if not place.exists():
        aside = Path(tempfile.mkdtemp(dir=place.parent))
        aside.chmod(0o755)  # the folder around it is ours alone
        build(assignment, aside, exercises)
        try:
            aside.rename(place)
        except OSError:  # another process was quicker
            shutil.rmtree(aside)
        _forget_old_rooms(place.parent)
    os.utime(place)
    return place


# ---- nnkit without the answers


def references(exercise):
    """Return where in nnkit an exercise's reference stands; of a whole class, all methods. nnkit.checks goes anyway."""
    reference = getattr(exercise, "reference", None)
    if reference is None or reference.__module__.startswith("nnkit.checks"):
        return []
    name = f"{reference.__module__}.{reference.__qualname__}"
    if not isinstance(reference, type):
        return [name]
    methods = [exercise.method] if exercise.method else [m for m, what in vars(reference).items() if callable(what)]
    return [f"{name}.{method}" for method in methods]


def module_name(path):
    """Return the name of the module in a file of nnkit's: figures/graph.py is nnkit.figures.graph."""
    parts = ("nnkit", *path.with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _leave_out(node, name, exercise_id):
    """Return the expression that stands in place of a body: one that says what is missing."""
    return ast.parse(f"_left_out({exercise_id!r})", mode="eval").body


def stripped(source, module, absent, stand_in=_leave_out, imported="left_out"):
    """Return the source of a module without what is in `absent`, and take that out of `absent`.

    stand_in(node, name, exercise id) gives the expression that stands in its place, which may call the function of
    nnkit.left_out that is called `imported`, with an underscore before it.
    """
    tree = ast.parse(source)
    here = [name for name in absent if _found(tree, module, name)]
    if not here:
        return source
    for name in here:
        node = _found(tree, module, name)
        _empty(tree, node, stand_in(node, name, absent.pop(name)))
    after_docstring = 1 if ast.get_docstring(tree) else 0
    tree.body[after_docstring:after_docstring] = ast.parse(f"from nnkit.left_out import {imported} as _{imported}").body
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _found(node, at, name):
    """Return the node of the function, method, class or constant called `name`, where `node` is called `at`."""
    for child in getattr(node, "body", ()):
        for own in _names(child):
            if f"{at}.{own}" == name:
                return child
            if name.startswith(f"{at}.{own}."):
                return _found(child, f"{at}.{own}", name)


def _names(node):
    """Return the names that a statement of a module or class defines: of functions, classes and constants."""
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef) else []


def _empty(tree, node, call):
    """Empty a function, or every lambda of a constant; its class loses its docstring too, which has the formula."""
    if isinstance(node, ast.FunctionDef):
        node.body = [ast.Return(call)]
    for child in ast.walk(tree):
        if isinstance(child, ast.ClassDef) and node in child.body and ast.get_docstring(child):
            del child.body[0]
    for child in ast.walk(node):
        if isinstance(child, ast.Lambda):
            child.body = call


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


# ---- rooms are kept


def _fingerprint(assignment, exercises):
    """Return a name for a room that is another one whenever anything that it is made from is another."""
    digest = hashlib.sha256(repr((assignment, sorted(exercises), sys.version, str(NNKIT))).encode())
    for path in [
        *sorted(NNKIT.rglob("*.py")),
        *(TRUST / f"{name}.py" for name in ("agent", "wire", "witness", "room")),
    ]:
        digest.update(f"{path}\0".encode() + path.read_bytes() + b"\0")
    return f"{assignment}-{digest.hexdigest()[:16]}"


def cache(kind):
    """Return a folder for things of this kind, which nobody else can enter: in the user's cache, or else in /tmp."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for folder in (home / "coursekit" / kind, Path(tempfile.gettempdir()) / f"coursekit-{kind}-{_user()}"):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_ours(folder):
                return folder
        except OSError:
            continue
    return Path(tempfile.mkdtemp(prefix=f"coursekit-{kind}-"))


def _user():
    return os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")


def _is_ours(folder):
    """Say whether a folder is a true one, ours, and closed to others. (Windows keeps this in other ways.)"""
    about = folder.lstat()
    closed = os.name == "nt" or (about.st_uid == os.getuid() and not about.st_mode & 0o077)
    return stat.S_ISDIR(about.st_mode) and closed and os.access(folder, os.W_OK)


def _forget_old_rooms(folder):
    """Remove the rooms that nobody has used for a month."""
    for place in folder.iterdir():
        if place.stat().st_mtime < time.time() - A_MONTH:
            shutil.rmtree(place, ignore_errors=True)
