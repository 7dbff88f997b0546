"""Attacks: notebooks that try for marks that they have not earned, or for what is none of their business.

Each answers relu-derivative right, and nothing else. What an attack does stands in a cell of its own at the beginning
(`first`) or at the end (`last`), in an answer, or in what is done to the notebook's JSON (`edit`). @COURSE@ and other
such words stand for the places of the course that it is handed in to: see corpus.Course.words.

    notes     kinds of notes that must be there for the instructor
    harmless  whether it can also be run without a sandbox, to see what stock nbgrader makes of it
    marks     what it earns where that is not the 4 points of relu-derivative
"""

import textwrap
from dataclasses import dataclass, field

from corpus import DENSE, HONEST, RELU, RIGHT, WRONG, answer, cell, find, mse

__all__ = ["ATTACKS", "Attack"]


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
    harmless: bool = True
    marks: dict = field(default_factory=lambda: dict(HONEST))

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
)
attack(SHELL, "showtraceback", "type(get_ipython()).showtraceback = lambda self, *args, **kwargs: None")
attack(SHELL, "custom-exc", "get_ipython().set_custom_exc((Exception,), lambda *args, **kwargs: None)")
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
)

# ---- what is shown pretends to be a mark

SHOWN = "a displayed mark"
attack(
    SHOWN,
    "execute-result",
    """
    import nnkit.checks
    check = lambda *args: 440
    """,
)
attack(
    SHOWN,
    "display-hook",
    """
    shell = get_ipython()
    shell.ast_node_interactivity = "all"
    class Hook(type(shell.displayhook)):
        def __call__(self, result=None):
            super().__call__(440)
    shell.displayhook.__class__ = Hook
    type(shell).showtraceback = lambda self, *args, **kwargs: self.displayhook(440)
    """,
)
attack(
    SHOWN,
    "published-result",
    """
    kernel = get_ipython().kernel
    def show(*args, **kwargs):
        content = {"data": {"text/plain": "440"}, "metadata": {}, "execution_count": 1}
        kernel.session.send(kernel.iopub_socket, "execute_result", content, parent=kernel.get_parent("shell"))
    check = type(get_ipython()).showtraceback = show
    """,
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
    notes=("check-cut-short",),
    marks=dict.fromkeys(HONEST, 0),
)
