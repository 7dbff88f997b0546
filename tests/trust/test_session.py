"""A session: what one cell uses up costs the exercise that it is in, and no other."""

import os
import socket

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from coursekit.trust.room import left_out, room
from coursekit.trust.sandbox import Limits, SandboxedKernel, available
from coursekit.trust.session import Hearing, Session, Times

PROBLEM = available()
REQUIRED = os.environ.get("REQUIRE_SANDBOX") == "1"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROBLEM is not None and not REQUIRED, reason=str(PROBLEM)),
]
ASSIGNMENT = "02-numpy-network"
LIMITS = Limits(memory_mb=600, processes=60, start_seconds=120)
SETUP = "import numpy as np\nfrom nnkit import MeanSquaredError, ReLUActivation\nfrom nnkit.checks import check"
ANSWERS = {
    "relu-derivative": """class ReLUActivation(ReLUActivation):
    def derivative(self, input):
        return (input > 0).astype(float)""",
    "mse-derivative": """class MeanSquaredError(MeanSquaredError):
    def derivative(self, y_true, y_pred):
        return 2 / y_pred.size * (y_pred - y_true)""",
}
MEMORY = "kept = bytearray(b'1') * ({} << 20)\n"
NEEDY = (
    "import numpy as np\nmuch = np.ones(({} << 20) // 8).sum()\n"  # needs memory for a moment, and is none the worse
)
THREAD = "import threading, time\ndef work():\n    {}\nthreading.Thread(target=work).start()\n"
GROW = """held = []
    while True:
        time.sleep(0.04)
        try:
            held.append(bytearray(b'1') * (8 << 20))
        except MemoryError:
            pass"""
BURN = "while True:\n        list(range(300_000)).sort(key=lambda number: -number)"


def session(first="", before_mse="", answers=None, seconds=6, cells=()):
    """Run a notebook of two exercises with these additions; return the session, and the outputs by cell."""
    answers = ANSWERS | (answers or {})
    made = [("setup", SETUP, False), ("first", first, False), ("relu", answers["relu-derivative"], False)]
    made += [("test-relu", 'check("relu-derivative", ReLUActivation)', True), ("later", before_mse, False)]
    made += [
        *cells,
        ("mse", answers["mse-derivative"], False),
        ("test-mse", 'check("mse-derivative", MeanSquaredError)', True),
    ]
    notebook = [cell(*parts) for parts in made]
    times = Times(cell=seconds, check=seconds, notebook=120)
    run = Session(
        lambda: SandboxedKernel(room(ASSIGNMENT), None, LIMITS).start(), frozenset(left_out(ASSIGNMENT)), times
    )
    run.run(notebook)
    return run, {each.id: each.outputs for each in notebook}


def cell(name, source, is_test):
    made = new_code_cell(source, metadata=NotebookNode(nbgrader=NotebookNode(grade=is_test, solution=False)))
    made.id = name
    return made


def states(run):
    return {name: verdict.state for name, verdict in run.verdicts.items()}


BOTH = dict.fromkeys(ANSWERS, "right")


def noted(run, kind):
    return {note.cell for note in run.notes if note.kind == kind}


def test_a_notebook_that_needs_little_has_no_restart_and_no_note():
    run, _ = session(NEEDY.format(100))
    assert states(run) == BOTH and run.restarts == 0 and run.notes == []


def test_memory_that_a_cell_keeps_costs_that_cell():
    run, outputs = session(MEMORY.format(420), NEEDY.format(200))
    assert states(run) == BOTH and run.restarts == 1
    assert outputs["first"][-1]["ename"] == "TooMuchMemory" and outputs["later"] == []


def test_memory_kept_in_part_is_found_when_another_cell_needs_it():
    run, outputs = session(MEMORY.format(280), NEEDY.format(330))
    assert states(run) == BOTH and noted(run, "cell-left-out") == {"first"}
    assert outputs["later"] == []  # it ran again, to its end


def test_memory_kept_by_an_answer_costs_that_exercise():
    hog = ANSWERS["relu-derivative"].replace(
        "        return", "        held.append(bytearray(b'1') * (300 << 20))\n        return"
    )
    run, _ = session(answers={"relu-derivative": "held = []\n" + hog})
    assert states(run) == {"relu-derivative": "wrong", "mse-derivative": "right"}
    assert noted(run, "cell-left-out") == set()


def test_a_thread_that_grows_is_found_whichever_cell_runs_when_memory_is_over():
    run, _ = session(THREAD.format(GROW), "import time\ntime.sleep(5)\nslept = 1")
    assert states(run) == BOTH and noted(run, "cell-left-out") == {"first"}


@pytest.mark.parametrize(
    "stray",
    [
        THREAD.format(BURN) * 6,
        "import os, time\nif not os.fork():\n    a = []\n    while True:\n        a.append(bytearray(b'1') * (8 << 20)); time.sleep(0.04)",
    ],
)
def test_threads_and_processes_that_go_on_take_no_others_time_or_memory(stray):
    work = (
        "import time\nbegan = time.process_time()\nfor _ in range(60):\n    time.sleep(0.02)\n    sum(range(200_000))"
    )
    run, outputs = session(stray, work, seconds=3, cells=[("last", "import time; time.sleep(2.5)", False)])
    assert states(run) == BOTH and noted(run, "cell-left-out") == {"first"}
    assert outputs["later"] == []


def test_an_endless_cell_is_its_own_fault_though_a_thread_is_there():
    run, outputs = session(THREAD.format("time.sleep(60)"), "while True:\n    pass", seconds=2)
    assert states(run) == BOTH and run.restarts == 0
    assert outputs["later"][-1]["ename"] == "TimeOver"


def test_what_a_witness_says_is_taken_for_words_or_passed_by(tmp_path):
    hearing = Hearing(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as witness:
        witness.connect(str(hearing.path))
        for said in (b"", b"noise", b"5", b"{}", b"[5]", b'["ab"]', b'[["file", "a\\nb"]]', b'[["x", {"y": []}]]'):
            witness.send(said)
        assert hearing.heard() == [("a", "b"), ("file", "a b"), ("x", "{'y': []}")]
    hearing.socket.close()
