"""nnkit without the answers to some assignments, as text: {path below nnkit/: source}.

    nnkit/...            what the exercises ask for has no body: the student's own takes its place (see `left_out`)
    nnkit/checks/...     of the bundled assignments alone; of each module what its checks need at the student's desk,
                         which is all that can be reached from its exercises, save the references and known mistakes

What has no body is derived from the exercises, as it is for the room in which marks are given (coursekit.trust.room).
"""

import ast
from collections import defaultdict
from pathlib import PurePosixPath

from coursekit.course import files
from coursekit.trust.room import NNKIT, left_out, module_name, references, stripped
from nnkit.checks import EXERCISES

__all__ = ["SHOWN", "package_of", "stand_ins", "stripped_package"]

# What gives an answer away when it is called, but is needed for a picture that the notebook shows before it is asked
# for, and holds no line of a solution. Marks are given without it (coursekit.trust.room.ALSO).
SHOWN = {
    "nnkit.figures.graph.NODES",  # the slopes that stand at the graph's arrows
    "nnkit.figures.graph.backward",
    "nnkit.figures.slopes._measured",  # differences, against which the student's Jacobian is drawn
    "nnkit.figures.shapes.errors",  # differences again
}
# Where the student's own has other arguments than nnkit's: the expression that calls it.
CALLS = {"nnkit.neuralnet.NeuralNetwork.get_mini_batches": ("mini_batches", "(X, y, self.batch_size, self.rng)")}
WITHOUT = "desk/solutions.json", "left_out.py"


def package_of(assignment):
    """Return the name of an assignment's package in nnkit.checks: 02-numpy-network has numpy_network."""
    return assignment.partition("-")[2].replace("-", "_")


def stripped_package(assignments):
    """Return {path below nnkit/: text} of nnkit without the answers to these assignments."""
    absent = stand_ins(assignments)
    texts = {name: data.decode() for name, data in files(NNKIT).items() if not name.endswith(".pyc")}
    kept = {name: text for name, text in texts.items() if not name.startswith("checks/") and name not in WITHOUT}
    for name in [name for name in kept if name.endswith(".py")]:
        kept[name] = _without(kept[name], module_name_of(name), absent)
    if absent:
        raise LookupError(f"nnkit has no {', no '.join(absent)}: mend coursekit.trust.room.ALSO.")
    return kept | _checks(texts, {package_of(assignment) for assignment in assignments})


def stand_ins(assignments):
    """Return what has no body: {"nnkit.layers.DenseLayer.backward_propagation": exercise id}."""
    absent = {}
    for assignment in assignments:
        absent = left_out(assignment) | absent
    return {name: id for name, id in absent.items() if name not in SHOWN}


def module_name_of(path):
    """Return the name of the module whose path below nnkit/ this is."""
    return module_name(PurePosixPath(path))


# ---- nnkit itself


def _without(source, module, absent):
    """Return the source of a module with the student's own in place of what is in `absent`, and take that out of it."""
    whole = {id: name for name, id in absent.items() if name.startswith(f"{module}.") and _is_whole_class(id, name)}
    text = stripped(source, module, absent, _call_of_own, "own")
    for id, name in whole.items():
        text = _made_by_own(text, name.removeprefix(f"{module}.").split(".")[0], id)
    return text


def _is_whole_class(exercise_id, name):
    """Say whether a method is that of a class which the student writes as a whole."""
    exercise = EXERCISES[exercise_id]
    reference = getattr(exercise, "reference", None)
    return isinstance(reference, type) and not exercise.method and name.split(".")[-2] == reference.__name__


def _call_of_own(node, name, exercise_id):
    """Return the expression that calls the student's own with the arguments that came.

    Of what only gives the answer away there is no own one: the expression says that it is missing.
    """
    called, arguments = CALLS.get(name, (None, None))
    if called is None and name not in references(EXERCISES[exercise_id]):
        return ast.parse(f"_own({exercise_id!r})", mode="eval").body
    called = called or _students_name(name, EXERCISES[exercise_id])
    return ast.parse(f"_own({exercise_id!r}, {called!r}){arguments or _arguments(node)}", mode="eval").body


def _students_name(name, exercise):
    """Return what the student's notebook has: a function of the exercise's name, or a class with this method."""
    return f"{exercise.name}.{name.split('.')[-1]}" if isinstance(exercise.reference, type) else exercise.name


def _arguments(node):
    """Return the arguments of a call that hands on all parameters of a function."""
    if not isinstance(node, ast.FunctionDef):
        return "()"
    arguments = node.args
    names = [a.arg for a in [*arguments.posonlyargs, *arguments.args]]
    names += [f"*{arguments.vararg.arg}"] if arguments.vararg else []
    names += [f"{a.arg}={a.arg}" for a in arguments.kwonlyargs]
    names += [f"**{arguments.kwarg.arg}"] if arguments.kwarg else []
    return f"({', '.join(names)})"


def _made_by_own(source, name, exercise_id):
    """Let a class of nnkit make objects of the student's class."""
    tree = ast.parse(source)
    new = f"""
def __new__(cls, *args, **settings):
    return _own({exercise_id!r}, {name!r})(*args, **settings) if cls is {name} else object.__new__(cls)
"""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            node.body[:0] = ast.parse(new).body
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


# ---- nnkit.checks


def _checks(texts, packages):
    """Return {path: text} of the checks of these packages."""
    trees = {
        module_name_of(name): ast.parse(text)
        for name, text in texts.items()
        if name.startswith("checks/") and name.split("/")[1] in packages
    }
    kept = {name: text for name, text in texts.items() if name.startswith("checks/") and name.count("/") == 1}
    kept["checks/__init__.py"] = _of_packages(kept["checks/__init__.py"], packages)
    for module, tree in Reachable(trees).trees().items():
        name = module.removeprefix("nnkit.").replace(".", "/")
        path = f"{name}/__init__.py" if name.count("/") == 1 else f"{name}.py"
        kept[path] = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    return kept


def _of_packages(source, packages):
    """Return the text of nnkit/checks/__init__.py for some of the assignments."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "nnkit.checks":
            node.names = [alias for alias in node.names if alias.name in {"foundations", *packages}]
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_ASSIGNMENTS":
            node.value.elts = [name for name in node.value.elts if name.id in packages]
    return ast.unparse(tree) + "\n"


# Modules whose mistakes mend a student's own design, and are no wrong answers: they run at the desk.
DESIGNS = {type(exercise).__module__ for exercise in EXERCISES.values() if not hasattr(exercise, "reference")}


class Reachable:
    """The parts of modules that can be reached from the exercises. `trees` is {module: tree} of whole packages."""

    def __init__(self, trees):
        self.sources, self.wanted, self.modules = trees, defaultdict(set), set()
        self.references = dict(_references(trees))
        for module in trees:
            if not _is_of_exercises(module, trees):
                continue
            self._want_imports(trees[module].body)
            self.modules.add(module)

    def trees(self):
        """Return {module: tree} with what is wanted alone."""
        whole = {module: tree for module, tree in self.sources.items() if module in self.modules}
        parts = {module: self._part(module) for module in self.wanted if module not in self.modules}
        return whole | parts

    def _want(self, module, name):
        """Note that a module's name is wanted, and all that it needs in turn."""
        if module not in self.sources or name in self.wanted[module]:
            return
        self.wanted[module].add(name)
        for node in self.sources[module].body:
            if name in _defined(node):
                self._want_names(module, node if (module, name) not in self.references else node.args)
            self._want_imports([node], name)

    def _want_names(self, module, node):
        aliases = _modules_imported(self.sources[module], self.sources)
        for child in ast.walk(node):
            if isinstance(child, ast.Attribute) and isinstance(child.value, ast.Name) and child.value.id in aliases:
                self._want(aliases[child.value.id], child.attr)
            elif isinstance(child, ast.Name):
                self._want(module, child.id)

    def _want_imports(self, nodes, name=None):
        """Note that what these statements import from other modules is wanted: all of it, or that of this name."""
        for node in nodes:
            for alias in node.names if isinstance(node, ast.ImportFrom) else ():
                if name in (None, alias.asname or alias.name):
                    self._want(node.module, alias.name)

    def _part(self, module):
        """Return a module's tree with what is wanted of it, and references as stand-ins."""
        if module in DESIGNS:
            return self.sources[module]
        wanted, body, stands_in = self.wanted[module], [], False
        for node in self.sources[module].body:
            names = _defined(node)
            reference = next(filter(None, (self.references.get((module, name)) for name in names)), None)
            if isinstance(node, ast.Import | ast.ImportFrom):
                body.append(node)
            elif names == {"__all__"}:
                kept = [item.value for item in node.value.elts if item.value in wanted]
                body.append(ast.parse(f"__all__ = {kept!r}").body[0])
            elif reference and names & wanted:
                stands_in = True
                body.append(_stand_in(node, reference))
            elif names & wanted or _renames(node) & wanted:
                body.append(node)
        first = [DOCSTRING, OWN] if stands_in else [DOCSTRING]
        return ast.Module(ast.parse("\n".join(first)).body + _with_used_imports(body), [])


DOCSTRING = '"""What the checks of these exercises need at a student\'s desk; what is expected was recorded."""'
OWN = "from nnkit.left_out import own as _own"


def _is_of_exercises(module, trees):
    """Say whether a module is a package's own, which gathers its exercises."""
    return module.count(".") == 2 and any(other.startswith(f"{module}.") for other in trees)


def _references(trees):
    """Yield ((module, name of the function there), exercise) of each reference that stands in these modules."""
    for exercise in EXERCISES.values():
        reference = getattr(exercise, "reference", None)
        if reference is not None and reference.__module__ in trees and not isinstance(reference, type):
            yield (reference.__module__, reference.__code__.co_name), exercise


def _stand_in(node, exercise):
    """Return a function of the same name and parameters that is the student's own."""
    call = f"_own({exercise.id!r}, {exercise.name!r}){_arguments(node)}"
    node.body, node.decorator_list = [ast.Return(ast.parse(call, mode="eval").body)], []
    return node


def _defined(node):
    """Return the names that a statement of a module defines; none for a known mistake."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return set() if any("mistake" in ast.unparse(d) for d in node.decorator_list) else {node.name}
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return _names_in(targets) - _renames(node)
    return set()


def _renames(node):
    """Return the name of what a statement such as f.__name__ = "g" is about."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {t.value.id for t in targets if isinstance(t, ast.Attribute) and isinstance(t.value, ast.Name)}


def _modules_imported(tree, sources):
    """Return {name: module} of the modules that `from package import module` brings in."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if f"{node.module}.{alias.name}" in sources
    }


def _names_in(nodes):
    """Return all names that stand in some nodes."""
    return {child.id for node in nodes for child in ast.walk(node) if isinstance(child, ast.Name)}


def _with_used_imports(body):
    """Return the statements without imports of names that no other one uses."""
    used = _names_in(node for node in body if not isinstance(node, ast.Import | ast.ImportFrom))
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            node.names = [a for a in node.names if (a.asname or a.name).split(".")[0] in used]
    return [node for node in body if not isinstance(node, ast.Import | ast.ImportFrom) or node.names]
