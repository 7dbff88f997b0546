"""Attacks: notebooks that try for marks that they have not earned, or for what is none of their business.

Each answers relu-derivative right, and nothing else. What an attack does stands in a cell of its own at the beginning
(`first`) or at the end (`last`), in an answer, or in what is done to the notebook's JSON (`edit`). @COURSE@ and other
such words stand for the places of the course that it is handed in to: see corpus.Course.words.

    notes     kinds of notes that must be there for the instructor; those in IN_A_CELL with the cell that did it
    harmless  whether it can also be run without a sandbox, to see what stock nbgrader makes of it
    marks     what it earns where that is not the 4 points of relu-derivative
"""

import textwrap
from dataclasses import dataclass, field

from corpus import DENSE, HONEST, WRONG, answer, cell, find, mse

__all__ = ["ATTACKS", "Attack"]

IN_A_CELL = ("file", "network", "program", "replaced", "limit", "kernel-ended", "time-over", "much-output")


@dataclass(frozen=True)
class Attack:
    """One attack; see the module's text."""

    group: str
    name: str
    first: str | None = None
    last: str | None = None
    answers: dict = field(default_factory=dict)
    edit: object = None
    folder: object = None
    notes: tuple = ()
    cell: str | None = None  # that does it, where it is no cell of the student's own and no test
    harmless: bool = True
    marks: dict = field(default_factory=lambda: dict(HONEST))

    @property
    def expected(self):
        """What must have been noted: pairs of a kind and the cell's name, or None for any cell."""
        answering = next((f"test-{name}" for name in ("mse-derivative", "dense-forward") if name in self.answers), None)
        cell = "cell-1-added" if self.first else "cell-7-added" if self.last else answering
        return {(kind, (self.cell or cell) if kind in IN_A_CELL else None) for kind in self.notes}

    def notebook(self, released):
        """The notebook that is handed in, as JSON."""
        notebook = answer(released, WRONG | self.answers, self.first, self.last)
        if self.edit:
            self.edit(notebook)
        return notebook


ATTACKS = {}


def attack(group, name, first=None, last=None, **more):
    """Add an attack to ATTACKS, under a name that can be a student's."""
    first, last = (textwrap.dedent(text).strip() if text else None for text in (first, last))
    ATTACKS[name] = Attack(group, name, first, last, **more)


def by_mse(group, name, body, first=None, **more):
    """Add an attack that lies in the body of mse-derivative."""
    attack(group, name, first, answers={"mse-derivative": mse(textwrap.dedent(body))}, **more)


def edit(group, name, **more):
    """Decorate what is done to the notebook's JSON, to make it an attack."""

    def add(function):
        attack(group, name, edit=function, **more)
        return function

    return add


# ---- the shell that runs the cells is another one

SHELL = "a patched shell"
attack(
    SHELL,
    "run-cell",
    """
    from IPython.core.interactiveshell import InteractiveShell
    shell, own = get_ipython(), InteractiveShell.run_cell
    def run_cell(self, raw_cell, *args, **kwargs):
        return own(self, "pass" if "check(" in raw_cell else raw_cell, *args, **kwargs)
    InteractiveShell.run_cell = run_cell
    """,
    notes=("replaced",),
)
attack(
    SHELL,
    "showtraceback",
    "type(get_ipython()).showtraceback = lambda self, *args, **kwargs: None",
    notes=("replaced",),
)
attack(
    SHELL, "custom-exc", "get_ipython().set_custom_exc((Exception,), lambda *args, **kwargs: None)", notes=("replaced",)
)
attack(
    SHELL,
    "run-code",
    """
    shell = get_ipython()
    own = shell.run_code
    async def run_code(code, result=None, *, async_=False):
        if "check" in code.co_names:
            return False
        return await own(code, result, async_=async_)
    shell.run_code = run_code
    """,
    notes=("replaced",),
)
attack(
    SHELL,
    "do-execute",
    """
    kernel = get_ipython().kernel
    own = kernel.do_execute
    async def do_execute(code, *args, **kwargs):
        return await own("1" if "check(" in code else code, *args, **kwargs)
    kernel.do_execute = do_execute
    """,
    notes=("replaced",),
)
attack(
    SHELL,
    "send-no-errors",
    """
    kernel = get_ipython().kernel
    own = kernel.session.send
    def send(stream, kind, content=None, *args, **kwargs):
        if kind == "error":
            return None
        if isinstance(content, dict) and content.get("status") == "error":
            content = {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
        return own(stream, kind, content, *args, **kwargs)
    kernel.session.send = send
    """,
    notes=("replaced",),
)

# ---- the text of a test is turned into another one

TEXT = "transformed text"
attack(
    TEXT,
    "ast-transformer",
    """
    import ast
    class Drop(ast.NodeTransformer):
        def visit_Expr(self, node):
            return ast.Pass() if getattr(getattr(node.value, "func", None), "id", "") == "check" else node
        def visit_Assert(self, node):
            return ast.Pass()
    get_ipython().ast_transformers.append(Drop())
    """,
    notes=("replaced",),
)
attack(
    TEXT,
    "input-transformer",
    """
    def drop(lines):
        return [line for line in lines if not line.startswith(("check(", "assert"))]
    get_ipython().input_transformers_cleanup.append(drop)
    get_ipython().input_transformers_post.append(drop)
    """,
    notes=("replaced",),
)
attack(
    TEXT,
    "compiler",
    """
    shell = get_ipython()
    own = type(shell.compile).__call__
    type(shell.compile).__call__ = lambda self, tree, *rest: own(
        self, compile("1", "<x>", "single", 1024) if b"check" in bytes(str(vars(tree)), "utf-8") else tree, *rest)
    """,
    notes=("replaced",),
)
attack(
    TEXT,
    "pre-run-event",
    """
    def before(info):
        if "check(" in info.raw_cell:
            get_ipython().user_ns["check"] = lambda *args: None
    get_ipython().events.register("pre_run_cell", before)
    """,
    notes=("replaced",),
)

# ---- what is shown pretends to be a mark

SHOWN = "a displayed mark"
attack(
    SHOWN,
    "execute-result",
    """
    import nnkit.checks
    check = lambda *args: 4  # partial credit, as nbgrader reads it: the last value that a test cell shows
    """,
    notes=("replaced",),
)
attack(
    SHOWN,
    "display-hook",
    """
    shell = get_ipython()
    shell.ast_node_interactivity = "all"
    class Hook(type(shell.displayhook)):
        def __call__(self, result=None):
            super().__call__(4)
    shell.displayhook.__class__ = Hook
    type(shell).showtraceback = lambda self, *args, **kwargs: self.displayhook(4)
    """,
    notes=("replaced",),
)
attack(
    SHOWN,
    "published-result",
    """
    kernel = get_ipython().kernel
    def show(*args, **kwargs):
        content = {"data": {"text/plain": "4"}, "metadata": {}, "execution_count": 1}
        kernel.session.send(kernel.iopub_socket, "execute_result", content, parent=kernel.get_parent("shell"))
    check = type(get_ipython()).showtraceback = show
    """,
    notes=("replaced",),
)
attack(
    SHOWN,
    "agent-prints-passed",
    """
    import sys, types
    agent = types.ModuleType("coursekit_agent")
    def serve(path, namespace):
        print("right: 4 of 4 points")
        return 4
    agent.serve = serve
    sys.modules["coursekit_agent"] = agent
    """,
    notes=("own-cells-left-out",),
)

# ---- the checks, the agent and the libraries they use are replaced

REPLACED = "replaced checks"
attack(REPLACED, "check-redefined", "def check(*args):\n    print('right')", notes=("replaced",))
attack(
    REPLACED,
    "check-code-object",
    "import nnkit.checks as c\nc.check.__code__ = (lambda *args: None).__code__",
    notes=("replaced",),
)
attack(
    REPLACED,
    "examine",
    """
    from nnkit.checks import verdict
    import nnkit.checks.exercise as e
    e.Exercise.examine = lambda self, answer, rng: verdict.Verdict(self.id)
    """,
)
attack(REPLACED, "verdict-right", "from nnkit.checks import Verdict\nVerdict.state = property(lambda self: 'right')")
attack(
    REPLACED,
    "numpy-agrees",
    """
    import numpy as np
    np.all = np.allclose = np.array_equal = lambda *args, **kwargs: np.True_
    np.abs = lambda x, *args, **kwargs: np.zeros(np.shape(x))
    """,
    notes=("replaced",),  # relu-derivative is compared outside, where np.all is another one
)
attack(
    REPLACED,
    "agent-answers-right",
    """
    import coursekit_agent as agent
    agent.Agent.do = lambda self, request: {"is": "right", "state": "right", "points": 4}
    """,
    harmless=False,
    marks=dict.fromkeys(HONEST, 0),
)
attack(
    REPLACED,
    "agent-file-in-the-folder",
    """
    with open("coursekit_agent.py", "w") as file:
        file.write("def serve(path, namespace): print('right')")
    with open("nnkit.py", "w") as file:
        file.write("")
    """,
    harmless=False,
)
attack(
    REPLACED,
    "import-hook",
    """
    import builtins
    own = builtins.__import__
    def hook(name, *args, **kwargs):
        module = own(name, *args, **kwargs)
        if name.startswith("nnkit.checks"):
            module.check = lambda *args: None
        return module
    builtins.__import__ = hook
    from nnkit.checks import check
    """,
    notes=("replaced",),
)

# ---- metadata, tags, and cells that are not what they were

TOLD = "metadata and cells"


@edit(TOLD, "skip-execution")
def _(notebook):
    for name in HONEST:
        find(notebook, f"test-{name}")["metadata"]["tags"] = ["skip-execution", "raises-exception"]


@edit(TOLD, "more-points")
def _(notebook):
    for name in HONEST:
        find(notebook, f"test-{name}")["metadata"]["nbgrader"] |= {"points": 440, "locked": False}


@edit(TOLD, "tests-made-empty", notes=("edited-test",))
def _(notebook):
    for name in HONEST:
        find(notebook, f"test-{name}")["source"] = "pass"


@edit(TOLD, "tests-made-text", notes=("retyped",))
def _(notebook):
    for name in HONEST:
        find(notebook, f"test-{name}").update(cell_type="markdown")


@edit(TOLD, "tests-made-solutions")
def _(notebook):
    for name in HONEST:
        find(notebook, f"test-{name}")["metadata"]["nbgrader"] |= {"solution": True, "locked": False, "checksum": "0"}


@edit(TOLD, "tests-twice", notes=("duplicate",))
def _(notebook):
    for name in HONEST:
        test = find(notebook, f"test-{name}")
        notebook["cells"].insert(0, {**test, "source": "440"})


@edit(TOLD, "tests-gone", notes=("missing",))
def _(notebook):
    notebook["cells"] = [c for c in notebook["cells"] if not str(c.get("id")).startswith("test-")]


@edit(TOLD, "names-swapped")
def _(notebook):
    names = {"test-mse-derivative": "test-relu-derivative", "test-relu-derivative": "test-mse-derivative"}
    for c in notebook["cells"]:
        if c.get("id") in names:
            c["id"] = c["metadata"]["nbgrader"]["grade_id"] = names[c["id"]]


@edit(TOLD, "exercise-names-swapped", marks=dict.fromkeys(HONEST, 0) | {"relu-derivative": 4})
def _(notebook):
    names = {"mse-derivative": "relu-derivative", "relu-derivative": "mse-derivative"}
    for c in notebook["cells"]:
        if c.get("id") in names:
            c["id"] = c["metadata"]["nbgrader"]["grade_id"] = names[c["id"]]


@edit(TOLD, "another-schema")
def _(notebook):
    for name in HONEST:
        find(notebook, f"test-{name}")["metadata"]["nbgrader"]["schema_version"] = 99


@edit(TOLD, "outputs-handed-in")
def _(notebook):
    for name in HONEST:
        result = {"output_type": "execute_result", "data": {"text/plain": "440"}, "metadata": {}, "execution_count": 1}
        find(notebook, f"test-{name}")["outputs"] = [result]


@edit(TOLD, "another-kernel")
def _(notebook):
    notebook["metadata"]["kernelspec"] = {"name": "bash", "display_name": "Bash", "language": "bash"}


attack(TOLD, "magic-before-the-test", last="%%javascript\nalert(1)", first="%autocall 2\n%automagic on\n%pdb on")

# ---- reading what is none of a notebook's business

READING = "reading"
attack(
    READING,
    "source-by-path",
    """
    import glob
    for path in glob.glob("@COURSE@/source/**/*.ipynb", recursive=True) + glob.glob("../../../source/*/*.ipynb"):
        print(open(path).read())
    """,
    notes=("file",),
)
attack(
    READING,
    "source-executed",
    """
    import json
    notebook = json.load(open("@COURSE@/source/@ASSIGNMENT@/@NOTEBOOK@.ipynb"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and not cell["source"][0].startswith("check("):
            print("".join(cell["source"]))
    """,
    last="print(notebook)",
    notes=("file",),
)
attack(
    READING,
    "source-runs-instead",
    answers={
        "mse-derivative": (
            "import json\nfor cell in json.load(open('@COURSE@/source/@ASSIGNMENT@/@NOTEBOOK@.ipynb'))['cells']:\n"
            "    if cell.get('id') in ('mse-derivative', 'dense-forward'):\n        exec(''.join(cell['source']))\n"
        ),
        "dense-forward": (
            "import json\nfor cell in json.load(open('@COURSE@/source/@ASSIGNMENT@/@NOTEBOOK@.ipynb'))['cells']:\n"
            "    if cell.get('id') in ('mse-derivative', 'dense-forward'):\n        exec(''.join(cell['source']))\n"
        ),
    },
    notes=("file",),
    cell="dense-forward",
)
attack(
    READING,
    "gradebook-read",
    """
    import sqlite3
    base = sqlite3.connect("file:@COURSE@/gradebook.db?mode=ro", uri=True)
    print(base.execute("select * from source_cell").fetchall(), open("@COURSE@/gradebook.db", "rb").read())
    """,
    notes=("file",),
)
attack(
    READING,
    "other-submissions",
    """
    import glob, subprocess
    for path in glob.glob("@COURSE@/submitted/*/*/*.ipynb") + glob.glob("../../*/*/*.ipynb"):
        print(open(path).read())
    print(subprocess.run("cat @COURSE@/*/*/*/*.ipynb ../../*/*/*.ipynb", shell=True, capture_output=True, text=True).stdout)
    """,
    notes=("file", "program"),
)
attack(
    READING,
    "ssh-keys",
    """
    import pathlib
    for home in (pathlib.Path.home(), pathlib.Path("@OUTSIDE@/home"), pathlib.Path("~").expanduser()):
        try:
            print((home / ".ssh" / "id_ed25519").read_text())
        except OSError as error:
            print(error)
    """,
    notes=("file",),
)
attack(
    READING,
    "environment",
    "import os, subprocess\nprint(dict(os.environ))\nprint(subprocess.getoutput('env; set'))",
    notes=("program",),
)
attack(
    READING,
    "environment-by-proc",
    """
    import glob
    for path in glob.glob("/proc/*/environ") + glob.glob("/proc/*/task/*/environ"):
        try:
            print(open(path, "rb").read().decode())
        except OSError:
            pass
    """,
    harmless=False,
    notes=("file",),
)
attack(
    READING,
    "roots-by-proc",
    """
    import glob
    for path in glob.glob("/proc/*/root@OUTSIDE@/secret.txt") + glob.glob("/proc/*/cwd/../**/*.ipynb"):
        try:
            print(open(path).read())
        except OSError:
            pass
    """,
    harmless=False,
    notes=("file",),
)
attack(
    READING,
    "whole-disk",
    """
    import subprocess
    find = "grep -rIl --max-count=1 'planted-secret' /tmp /home /root/.ssh /etc /work /var /opt /srv 2>/dev/null | xargs cat"
    print(subprocess.run(find, shell=True, capture_output=True, text=True, timeout=6).stdout)
    """,
    harmless=False,
    notes=("program",),
)


def links(folder, course):
    (folder / "data.txt").symlink_to(course.outside / "secret.txt")
    (folder / "more").symlink_to(course.course / "source")
    (folder / "up").symlink_to("..")


attack(
    READING,
    "links-handed-in",
    """
    import glob, os
    for path in ["data.txt", *glob.glob("**/*", recursive=True)]:
        if os.path.isfile(path):
            print(open(path).read())
    """,
    folder=links,
    notes=("file-left-out",),
)
attack(
    READING,
    "secret-as-an-answer",
    answers={"mse-derivative": mse('raise ValueError(open("@OUTSIDE@/secret.txt").read())')},
    notes=("file",),
)

# ---- calling the library's own answer

CALLING = "calling the answer"
by_mse(CALLING, "super-call", "return super().derivative(y_true, y_pred)")
by_mse(
    CALLING,
    "base-class",
    "from nnkit import MeanSquaredError as own\nreturn own().derivative(y_true, y_pred)",
)
by_mse(
    CALLING,
    "mro-walk",
    """
    for base in type(self).__mro__[1:]:
        if "derivative" in vars(base):
            return vars(base)["derivative"](self, y_true, y_pred)
    """,
)
by_mse(
    CALLING,
    "importlib-anew",
    """
    import importlib, sys
    for name in [name for name in sys.modules if name.startswith("nnkit")]:
        sys.modules.pop(name)
    return importlib.import_module("nnkit.losses").MeanSquaredError().derivative(y_true, y_pred)
    """,
)
by_mse(
    CALLING,
    "bytecode",
    """
    import importlib.util, glob, marshal, nnkit
    for path in glob.glob(nnkit.__path__[0] + "/__pycache__/losses*.pyc"):
        names = {"__name__": "nnkit.losses", "__package__": "nnkit"}
        exec(marshal.loads(open(path, "rb").read()[16:]), names)
        return names["MeanSquaredError"]().derivative(y_true, y_pred)
    """,
)
by_mse(
    CALLING,
    "garbage-collector",
    """
    import gc, types
    for thing in gc.get_objects():
        if isinstance(thing, types.FunctionType) and thing.__qualname__ == "MeanSquaredError.derivative":
            if thing.__module__ == "nnkit.losses":
                return thing(self, y_true, y_pred)
    """,
)
by_mse(
    CALLING,
    "checks-reference",
    """
    from nnkit.checks import EXERCISES
    return EXERCISES["mse-derivative"].reference().derivative(y_true, y_pred)
    """,
)
by_mse(
    CALLING,
    "coursekit-solutions",
    """
    import sys
    sys.path.insert(0, "@ROOT@")
    for name in [name for name in sys.modules if name.startswith("nnkit")]:
        sys.modules.pop(name)
    import coursekit.solutions
    from nnkit.losses import MeanSquaredError
    return MeanSquaredError().derivative(y_true, y_pred)
    """,
)
by_mse(
    CALLING,
    "another-python",
    """
    import json, subprocess, sys
    code = "import nnkit, numpy as np, json; a, b = map(np.array, json.loads(input())); "
    code += "print(json.dumps(nnkit.MeanSquaredError().derivative(a, b).tolist()))"
    given = json.dumps([y_true.tolist(), y_pred.tolist()])
    environment = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", code], input=given, capture_output=True, text=True, env=environment)
    return np.array(json.loads(done.stdout))
    """,
    notes=("program",),
)
by_mse(
    CALLING,
    "source-text",
    """
    import inspect, textwrap, nnkit
    own = inspect.getsource(nnkit.MeanSquaredError.derivative)
    names = {"np": np}
    exec(textwrap.dedent(own), names)
    return names["derivative"](self, y_true, y_pred)
    """,
)
dense_reference = DENSE.format("return super().forward_propagation(input, training)")
attack(CALLING, "super-of-a-layer", answers={"dense-forward": dense_reference})
attack(
    CALLING,
    "no-method-at-all",
    answers={
        "dense-forward": "class DenseLayer(DenseLayer):\n    pass",
        "mse-derivative": "class MeanSquaredError(MeanSquaredError):\n    pass",
    },
)
FIND_AGENT = """
import gc
agents = [thing for thing in gc.get_objects() if type(thing).__name__ == "Agent" and hasattr(thing, "wire")]
agent = agents[-1]
"""
by_mse(
    CALLING,
    "grader-asked-for-it",
    FIND_AGENT
    + """
request = {"module": "nnkit.losses", "name": "MeanSquaredError", "method": "derivative", "state": {}}
return agent.ask(request, [y_true, y_pred], {})["is"]
""",
    harmless=False,
)
by_mse(
    CALLING,
    "grader-asked-by-another-name",
    FIND_AGENT
    + """
request = {"module": "nnkit.checks.numpy_network.losses", "name": "MeanSquaredError", "method": "derivative"}
return agent.ask(request | {"state": {}}, [y_true, y_pred], {})["is"]
""",
    harmless=False,
)
by_mse(
    CALLING,
    "grader-asked-to-call-a-number",
    FIND_AGENT
    + """
for number in range(50):
    try:
        return agent.ask({"callback": number}, [y_true, y_pred], {})["is"]
    except Exception:
        pass
""",
    harmless=False,
)

# ---- writing where others read

WRITING = "writing outside"
attack(
    WRITING,
    "gradebook-written",
    """
    import sqlite3
    with sqlite3.connect("@COURSE@/gradebook.db", timeout=1) as base:
        base.execute("update grade set extra_credit = 440")
    """,
    notes=("file",),
)
attack(
    WRITING,
    "file-written-outside",
    """
    import os, pathlib, subprocess
    for place in ("@OUTSIDE@/new", "@COURSE@/source/new", "@COURSE@/release/new", "../../../source/new"):
        try:
            pathlib.Path(place).write_text("new")
        except OSError as error:
            print(error)
        subprocess.run(f"mkdir -p $(dirname {place}); echo new > {place}", shell=True)
    """,
    harmless=False,
    notes=("file", "program"),
)
attack(
    WRITING,
    "file-removed-outside",
    """
    import os, subprocess
    subprocess.run("rm -rf @OUTSIDE@/secret.txt @COURSE@/submitted/zoe @COURSE@/release", shell=True)
    os.remove("@OUTSIDE@/secret.txt")
    """,
    harmless=False,
    notes=("file", "program"),
)
attack(
    WRITING,
    "others-autograded",
    """
    import glob
    for path in glob.glob("@COURSE@/autograded/*/*/*.ipynb"):
        open(path, "w").write("{}")
    """,
    harmless=False,
    notes=("file",),
)
attack(
    WRITING,
    "room-and-python",
    """
    import nnkit, numpy, os, sys
    for place in (nnkit.__path__[0], numpy.__path__[0], sys.prefix, os.path.dirname(os.__file__), "/room", "/data"):
        try:
            open(os.path.join(place, "sitecustomize.py"), "w").write("print('here')")
            print("written", place)
        except OSError as error:
            print(error)
    """,
    harmless=False,
    notes=("file",),
)
attack(
    WRITING,
    "startup-files",
    """
    import pathlib
    for place in (".ipython/profile_default/startup/00.py", ".jupyter/jupyter_config.py", ".bashrc", ".config/x"):
        for home in (pathlib.Path.home(), pathlib.Path("@OUTSIDE@/home")):
            path = home / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("print(1)")
    """,
    harmless=False,
    notes=("file",),
)
attack(
    WRITING,
    "sockets-taken",
    """
    import os, socket
    folder = os.path.dirname(get_ipython().kernel.config["IPKernelApp"]["connection_file"])
    for name in [*(f"{i}-{j}.socket" for i in range(5) for j in range(5)), "witness.socket"]:
        try:
            socket.socket(socket.AF_UNIX).bind(os.path.join(folder, name))
        except OSError as error:
            print(error)
    """,
    harmless=False,
)
attack(
    WRITING,
    "file-among-sockets",
    """
    import os
    folder = os.path.dirname(get_ipython().kernel.config["IPKernelApp"]["connection_file"])
    open(os.path.join(folder, "new.txt"), "w").write("new")
    os.symlink("@OUTSIDE@/secret.txt", os.path.join(folder, "link"))
    import time; time.sleep(1)
    """,
    harmless=False,
    notes=("file", "kernel-ended"),
)

# ---- the network

NETWORK = "network"
attack(
    NETWORK,
    "loopback-tcp",
    "import socket\nsocket.create_connection(('127.0.0.1', @TCP@), 3).sendall(b'here')",
    notes=("network",),
)
attack(
    NETWORK,
    "loopback-udp",
    "import socket\nsocket.socket(type=socket.SOCK_DGRAM).sendto(b'here', ('127.0.0.1', @UDP@))",
    notes=("network",),
)
attack(
    NETWORK,
    "loopback-http",
    "import urllib.request\nurllib.request.urlopen('http://localhost:@TCP@/', timeout=3)",
    notes=("network",),
)
attack(
    NETWORK,
    "unix-socket",
    "import socket\nsocket.socket(socket.AF_UNIX).connect('@OUTSIDE@/socket')",
    notes=("network",),
)
attack(
    NETWORK,
    "abstract-socket",
    "import socket\nsocket.socket(socket.AF_UNIX).connect('\\0@ABSTRACT@')",
    notes=("network",),
)
attack(
    NETWORK,
    "name-lookup",
    "import socket\nprint(socket.getaddrinfo('example.org', 80))",
    harmless=False,
    notes=("network",),
)
attack(
    NETWORK,
    "shell-connects",
    "!bash -c 'echo here > /dev/tcp/127.0.0.1/@TCP@'; curl -m 2 http://127.0.0.1:@TCP@/",
    notes=("program",),
)

# ---- answers that lie

LYING = "lying answers"
by_mse(LYING, "zeros", "return np.zeros_like(y_pred)")
by_mse(LYING, "nan", "return np.full(y_pred.shape, np.nan)")
by_mse(LYING, "infinity", "return np.full(y_pred.shape, np.inf)")
by_mse(LYING, "nothing-returned", "return None")
by_mse(LYING, "object-array", "return np.array([[object()] * y_pred.shape[1]] * y_pred.shape[0], dtype=object)")
by_mse(
    LYING,
    "equal-to-all",
    """
    class Equal:
        shape, dtype, ndim = y_pred.shape, y_pred.dtype, 2
        def __eq__(self, other): return True
        def __sub__(self, other): return 0 * y_pred
        __rsub__ = __sub__
        def __abs__(self): return 0.0
        def __le__(self, other): return True
        __lt__ = __ge__ = __gt__ = __le__
        def __bool__(self): return True
        def __getattr__(self, name): return lambda *args, **kwargs: True
    return Equal()
    """,
)
by_mse(
    LYING,
    "array-that-answers",
    """
    class Liar(np.ndarray):
        def __array_ufunc__(self, *args, **kwargs): return np.True_
        def __array_function__(self, *args, **kwargs): return np.True_
        def __eq__(self, other): return np.True_
    return (0 * y_pred).view(Liar)
    """,
)
by_mse(
    LYING,
    "array-protocol",
    """
    class Frames:
        def __array__(self, *args, **kwargs):
            import sys
            frame = sys._getframe()
            while frame:
                for value in frame.f_locals.values():
                    if getattr(value, "pieces", None):
                        return value.pieces["derivative"]
                frame = frame.f_back
            return 0 * y_pred
    return Frames()
    """,
)
by_mse(
    LYING,
    "shape-of-a-list",
    """
    class Rows(list):
        def __len__(self): return len(y_pred)
        def __iter__(self): return iter(y_pred.tolist())
    return Rows()
    """,
)
by_mse(
    LYING,
    "expected-in-the-frames",
    """
    import sys
    frame = sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()):
            if type(value).__name__ == "_Run" and "derivative" in value.pieces:
                return value.pieces["derivative"]
            if type(value).__name__ == "Exercise":
                return value.reference().derivative(y_true, y_pred)
        frame = frame.f_back
    """,
)
by_mse(LYING, "not-attempted-then-right", "raise NotImplementedError('right')")
by_mse(LYING, "inputs-made-to-fit", "y_true[:] = 0\ny_pred[:] = 0\nreturn np.zeros_like(y_pred)")
by_mse(
    LYING,
    "deep-list",
    """
    deep = []
    for _ in range(100_000):
        deep = [deep]
    return deep
    """,
    harmless=False,
)
by_mse(LYING, "list-in-itself", "deep = []\ndeep.append(deep)\nreturn deep", harmless=False)

# What the grader gets is no longer what the agent would send: the frame's bytes are the student's own.
FRAMES = "spoilt frames"


def spoilt(name, code, **more):
    """Add an attack in which mse-derivative itself sends bytes to the grader."""
    start = FIND_AGENT + "import io, json, os, struct, time\nto = agent.wire.connection\n"
    start += "def frame(text, *arrays):\n    sizes = [len(text), *map(len, arrays)]\n"
    start += "    to.sendall(struct.pack(f'<I{len(sizes)}Q', len(sizes), *sizes) + text + b''.join(arrays))\n"
    start += "def told(**parts):\n"  # a dictionary, as the wire has it
    start += "    return json.dumps({'~': 'dict', 'of': [[name, part] for name, part in parts.items()]}).encode()\n"
    more = {"harmless": False} | more
    by_mse(FRAMES, name, start + textwrap.dedent(code).strip() + "\nreturn 0 * y_pred", **more)


spoilt("frame-huge", "to.sendall(struct.pack('<IQQ', 2, 10, 1 << 40) + bytes(1 << 20))")
spoilt("frame-of-many-parts", "to.sendall(struct.pack('<I', (1 << 32) - 1) + bytes(1 << 20))")
spoilt("frame-of-noise", "to.sendall(os.urandom(1 << 16))")
spoilt("frame-cut-off", "to.sendall(struct.pack('<IQ', 1, 100) + b'{')\nto.close()")
spoilt("frame-deep", "frame(b'[' * 1_000_000 + b']' * 1_000_000)")
spoilt("frame-in-objects", """frame(b'{"~":"x","a":' * 500 + b'1' + b'}' * 500)""")
spoilt("frame-of-numbers", "frame(b'{\"is\": ' + b'9' * 5_000_000 + b', \"changed\": []}')")
spoilt(
    "frame-pickled",
    """
    file = io.BytesIO()
    class Evil:
        def __reduce__(self):
            return os.system, ("touch @OUTSIDE@/pickled",)
    np.save(file, np.array([Evil()], dtype=object), allow_pickle=True)
    frame(told(**{"is": {"~": "array", "at": 0}, "changed": []}), file.getvalue())
    """,
)
spoilt(
    "frame-with-a-promise",
    """
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": (1 << 40,)})
    frame(told(**{"is": {"~": "array", "at": 0}, "changed": []}), file.getvalue())
    """,
)
spoilt(
    "frame-of-unknown-things",
    """
    tags = ["thing", "yours", "model", "object", "history", "stopping", "optimizer", "numbers", "rng", "__init__"]
    for tag in tags:
        things = {"~": tag, "number": 10**9, "kind": [], "type": {}, "now": None, "module": "os", "name": "system"}
        frame(told(**{"is": things, "changed": [[0, None], [-1, 5]]}))
    """,
)
spoilt(
    "frame-with-a-model",
    """
    layer = {"class_name": "Lambda", "module": "keras.layers", "config": {"function": "import os"}}
    made = {"~": "model", "number": 99, "config": json.dumps({"class_name": "Sequential", "config": {"layers": [layer]}}),
            "weights": [], "compiled": None}
    frame(told(**{"is": made, "changed": []}))
    """,
)
spoilt(
    "frame-by-drops", "to.sendall(struct.pack('<IQ', 1, 1 << 20))\nwhile True:\n    to.sendall(b' ')\n    time.sleep(1)"
)
spoilt(
    "frames-without-end",
    """
    while True:
        frame(told(args=[], kwargs={"~": "dict", "of": []}, callback=0))
        agent.wire.receive()
    """,
    notes=("check-cut-short",),
)

# ---- from one check to another, from one student to another

KEPT = "kept for later"
attack(
    KEPT,
    "inputs-kept",
    answers={
        "mse-derivative": mse("kept.append((y_true, y_pred))\nreturn kept[0][1] - kept[0][0]"),
        "dense-forward": DENSE.format("kept.append(self)\n        return input @ kept[0].weights"),
    },
    first="kept = []",
)
attack(
    KEPT,
    "notes-for-the-next",
    """
    import glob, os
    for place in ("/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~"), "."):
        try:
            print(place, [path for path in os.listdir(place) if path.startswith("corpus-note")])
            open(f"{place}/corpus-note-@STUDENT@", "w").write("note")
        except OSError as error:
            print(error)
    """,
    harmless=False,
    notes=("file",),
)
attack(
    KEPT,
    "notes-of-the-last",
    """
    import glob
    found = [path for place in ("/tmp", "/var/tmp", "/dev/shm", "/tmp/home", ".") for path in glob.glob(place + "/corpus-note*")]
    print("@OUTSIDE@", open("/tmp/corpus-note-notes-for-the-next").read(), open("@OUTSIDE@/secret.txt").read())
    """,
    harmless=False,
    notes=("file",),
)

# ---- processes that stay

STAYING = "staying processes"
STAY = "import signal, time; signal.signal(15, signal.SIG_IGN); signal.signal(1, signal.SIG_IGN); time.sleep(300)"
attack(
    STAYING,
    "daemon",
    f"""
    import os, sys
    if not os.fork():
        os.setsid()
        if not os.fork():
            os.execv(sys.executable, [sys.executable, "-c", {STAY!r}, "@MARK@"])
        os._exit(0)
    """,
    harmless=False,
    notes=("program",),
)
attack(
    STAYING,
    "new-session",
    f"""
    import subprocess, sys
    for _ in range(5):
        subprocess.Popen([sys.executable, "-c", {STAY!r}, "@MARK@"], start_new_session=True)
    """,
    harmless=False,
    notes=("program",),
)
attack(STAYING, "nohup", f'!nohup setsid python3 -c "{STAY}" @MARK@ > /dev/null 2>&1 &', harmless=False)
attack(
    STAYING,
    "at-exit",
    f"""
    import atexit, subprocess, sys
    atexit.register(lambda: subprocess.Popen([sys.executable, "-c", {STAY!r}, "@MARK@"], start_new_session=True))
    """,
    harmless=False,
)
attack(
    STAYING,
    "stray-threads",
    """
    import sys, threading, time
    def busy():
        while True:
            print("here", 440)
            time.sleep(0.01)
    for _ in range(5):
        threading.Thread(target=busy).start()
    """,
    harmless=False,
)

# ---- the kernel ends, or does not

ENDING = "kernels that end"
DIED = ("kernel-ended",)
attack(ENDING, "exit-at-once", "import os\nos._exit(0)", notes=DIED, harmless=False)
attack(ENDING, "segfault", last="import ctypes\nctypes.string_at(0)", notes=DIED, harmless=False)
attack(
    ENDING,
    "kill-parents",
    "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nos.kill(os.getpid(), 9)",
    harmless=False,
)
by_mse(ENDING, "exit-in-an-answer", "import os\nos._exit(0)", notes=("check-cut-short",), harmless=False)
by_mse(ENDING, "sys-exit-in-an-answer", "import sys\nsys.exit(0)", harmless=False)
by_mse(ENDING, "base-exception", "raise KeyboardInterrupt", harmless=False)
by_mse(ENDING, "recursion-in-an-answer", "return self.derivative(y_true, y_pred)", harmless=False)
by_mse(ENDING, "endless-answer", "while True:\n    pass", notes=("check-cut-short",), harmless=False)
attack(ENDING, "endless", last="while True:\n    pass", notes=("time-over",), harmless=False)
attack(
    ENDING,
    "endless-and-deaf",
    last="import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass",
    notes=DIED,
    harmless=False,
)
attack(
    ENDING,
    "spoilt-messages",
    """
    kernel = get_ipython().kernel
    parent = kernel.get_parent("shell")
    for kind in ("stream", "status", "error", "display_data", "execute_result", "clear_output", "nonsense"):
        for content in ([], "text", 5, None, {"data": 5, "text": {}, "traceback": 5, "execution_count": -5, "name": []}):
            kernel.session.send(kernel.iopub_socket, kind, content=content, parent=parent)
    message = kernel.session.msg("stream", content={"name": "stdout", "text": "x"}, parent=parent)
    message["parent_header"] = ["a list"]
    kernel.session.send(kernel.iopub_socket, message)
    kernel.iopub_socket.send_multipart([b"noise", b"<IDS|MSG>", b"noise"])
    """,
    harmless=False,
)
attack(
    ENDING,
    "idle-before-its-time",
    """
    kernel = get_ipython().kernel
    kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent=kernel.get_parent("shell"))
    """,
    harmless=False,
)

# ---- more than there is; never without a sandbox

HOGS = "hogs and floods"
attack(
    HOGS,
    "memory",
    last="hogs = []\nwhile True:\n    hogs.append(bytearray(b'1') * (200 << 20))",
    harmless=False,
    notes=("limit",),
)
attack(
    HOGS,
    "disk",
    "for i in range(100):\n    open(f'file-{i}', 'wb').write(bytes(8 << 20))",
    harmless=False,
    notes=("limit",),
)
attack(HOGS, "fork-bomb", last="import os\nwhile True:\n    os.fork()", harmless=False)
attack(
    HOGS,
    "thread-bomb",
    last="import threading, time\nfor _ in range(500):\n    threading.Thread(target=time.sleep, args=[60], daemon=True).start()",
    harmless=False,
)
attack(
    HOGS, "output-flood", last="for i in range(300_000):\n    print('flood', i)", notes=("much-output",), harmless=False
)
attack(HOGS, "many-files", "for i in range(20_000):\n    open(f'file-{i}', 'w').close()", harmless=False)
attack(HOGS, "memory-kept", "kept = bytearray(b'1') * (800 << 20)", harmless=False)
by_mse(HOGS, "range-without-end", "return range(10**12)", notes=("check-cut-short",), harmless=False)
by_mse(HOGS, "large-answer", "return np.zeros((40_000, 1000))", harmless=False)

# ---- what is shown is for a browser to run

PAGES = "pages"
SCRIPT = "<script>document.title='owned-by-corpus'</script><img src=x onerror=alert(1)><iframe src='http://127.0.0.1/'>"
attack(
    PAGES,
    "script-in-output",
    f"""
    from IPython.display import HTML, SVG, Javascript, Markdown, display
    display(HTML({SCRIPT!r}), Markdown({SCRIPT!r}), Javascript("document.title='owned-by-corpus'"))
    display({{"image/svg+xml": "<svg onload=alert(1)>", "text/html": {SCRIPT!r}}}, raw=True)
    """,
)
by_mse(PAGES, "script-in-an-error", f"raise type({SCRIPT!r}, (ValueError,), {{}})({SCRIPT!r})")
by_mse(PAGES, "script-in-a-type", f"return type({SCRIPT!r}, (), {{}})()")


@edit(PAGES, "script-in-text")
def _(notebook):
    notebook["cells"].append(cell(SCRIPT + "\n[a](javascript:alert(1))", "markdown"))
    notebook["cells"].append(cell("<script>document.title='owned-by-corpus'</script>", "raw", raw_mimetype="text/html"))
