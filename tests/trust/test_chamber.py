"""The judge's chamber: whatever a student's code has the grader work out, it comes to an end, and in little memory."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT

from coursekit.trust import chamber
from coursekit.trust.agent import Agent
from coursekit.trust.room import left_out
from coursekit.trust.wire import Wire
from nnkit import NeuralNetwork
from nnkit.checks import EXERCISES

pytestmark = pytest.mark.skipif(not hasattr(socket, "send_fds"), reason="there are no descriptors to be sent here")


@pytest.fixture
def judged(monkeypatch):
    """A function that has an answer judged in a chamber, as if the answer stood in a notebook's kernel: here, a thread."""

    def judged(exercise_id, answer, seconds=60):
        ours, theirs = socket.socketpair()
        namespace = answer.__globals__ if hasattr(answer, "__globals__") else {}
        monkeypatch.setitem(namespace, EXERCISES[exercise_id].name, answer)
        agent = threading.Thread(target=served, args=[theirs, namespace], daemon=True)
        agent.start()
        try:
            return chamber.judged(exercise_id, ours, left_out("02-numpy-network"), seconds)[0]
        finally:
            agent.join(20)
            theirs.close()
            assert not agent.is_alive()

    yield judged
    chamber.end_all()


def served(connection, namespace):
    """Be the agent for as long as the grader asks."""
    with contextlib.suppress(OSError):
        Agent(Wire(connection), namespace).run()


def right(output_error, weights):
    return output_error @ weights.T


def processes():
    """The chambers that there are in the whole system, children of this process."""
    return [each for each in map(int, children(os.getpid())) if b"chamber.sit" in command(each)]


def children(pid):
    return [c for t in Path(f"/proc/{pid}/task").iterdir() for c in (t / "children").read_text().split()]


def command(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc is needed")


def test_verdicts_are_the_judges_and_a_chamber_is_used_again(judged):
    assert judged("dense-input-error", right).state == "right"
    [first] = chamber._free
    verdict = judged("dense-input-error", lambda output_error, weights: output_error @ weights)
    assert verdict.state == "wrong" and "Probably" in str(verdict) and all(len(claim) == 2 for claim in verdict.claims)
    assert chamber._free == [first]


def greedy(width):
    """A network whose forward propagation has a layer of the grader's multiply column by row: width x width numbers."""

    class Greedy(NeuralNetwork):
        def forward_propagation(self, X, training=True):
            layer = self.layers[0]
            layer._input_shape = (1,)
            layer.weights, layer.biases = np.ones((1, width)), np.zeros(width)
            layer.forward_propagation(np.ones((width, 1)), training)
            return X

    Greedy.__name__ = "NeuralNetwork"
    return Greedy


@needs_linux
def test_memory_that_is_not_there_costs_the_exercise_and_nothing_else(judged):
    before = rss(os.getpid())
    verdict = judged("network-forward", greedy(25_000))  # 5 GB
    assert verdict.state == "wrong" and "emory" in str(verdict)
    assert rss(os.getpid()) - before < 200 << 10
    assert judged("dense-input-error", right).state == "right"


def rss(pid):
    """A process's memory in kB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


@needs_linux
def test_a_chamber_that_has_grown_large_is_not_used_again(judged):
    assert judged("network-forward", greedy(13_000)).state == "wrong"  # 1.35 GB, which there are
    assert chamber._free == [] and processes() == []


def test_whole_numbers_beyond_all_lessons_are_refused(judged):
    def gradient_descent(gradient, start, learning_rate, n_steps):
        return gradient([10**9] * len(start))

    verdict = judged("gradient-descent", gradient_descent)
    assert verdict.state == "wrong" and "the number 1000000000 is not what may come" in str(verdict)


@pytest.mark.slow
def test_trainings_without_end_and_layers_without_bound_are_ended(judged):
    def compare_algorithms(names, learning_rates, x, y, x_val, y_val, epochs, batch_size=64):
        return build_model((900_000,))  # noqa: F821  (lent by the check)

    def endless(opt_params, Xtrain, Ytrain, Xval, Yval, **_):
        model = setup_model([3], 0, Xtrain.shape[1], Ytrain.shape[1])  # noqa: F821
        for _ in range(10**9):
            train_dnn(model, "adam", 0.1, Xtrain, Ytrain, epochs=10**6)  # noqa: F821

    verdict = judged("compare-algorithms", compare_algorithms)
    assert verdict.state == "wrong" and "OOM" in str(verdict)
    began = time.monotonic()
    with pytest.raises(chamber.Overstrained, match=r"in time: look at the sizes and at the numbers of steps"):
        judged("dnn-optimization", endless, seconds=12)
    assert time.monotonic() - began < 40
    assert judged("dense-input-error", right).state == "right"


@needs_linux
def test_a_chamber_that_ends_by_itself_costs_one_check(judged):
    def hit(output_error, weights):
        for process in processes():
            os.kill(process, signal.SIGSEGV)
        return output_error

    with pytest.raises(chamber.Overstrained, match="with the memory that there is"):
        judged("dense-input-error", hit)
    assert judged("dense-input-error", right).state == "right"


def test_an_error_that_ends_programs_does_not_end_the_judge(judged):
    class Hostile(Agent):
        def do(self, request):
            return {"error": {"type": "SystemExit", "kinds": ["SystemExit"], "args": [0], "where": None}}

    ours, theirs = socket.socketpair()
    threading.Thread(target=Hostile(Wire(theirs), {}).run, daemon=True).start()
    verdict, _ = chamber.judged("dense-input-error", ours, seconds=20)
    assert verdict.state == "wrong" and "SystemExit" in str(verdict)
    theirs.close()


def test_a_fault_of_ours_is_no_students(judged, monkeypatch):
    monkeypatch.setattr(chamber, "START", "raise OSError('no such thing', {!r}, {})")
    with pytest.raises(RuntimeError, match="(?s)did not start: .*no such thing"):
        judged("dense-input-error", right)
    sits = "import sys; sys.path.insert(0, {!r}); from coursekit.trust import chamber, judge; judge.judge = None; "
    monkeypatch.setattr(chamber, "START", sits + "chamber.sit({})")
    with pytest.raises(RuntimeError, match="(?s)ended by a fault: .*NoneType"):
        judged("dense-input-error", right)


@needs_linux
def test_a_chamber_ends_with_its_grader_and_has_but_one(judged):
    program = "import os, time\nfrom coursekit.trust import chamber\nchamber.prepare()\nif not os.fork():\n"
    program += "    assert not chamber._free\n    os._exit(0)\nassert os.wait()[1] == 0\n"
    program += "chamber._free[0].expect_ready()\nprint(chamber._free[0].process.pid, flush=True)\ntime.sleep(60)\n"
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as grader:
        number = int(grader.stdout.readline())
        grader.kill()
    end = time.monotonic() + 20
    while b"chamber.sit" in command(number) and time.monotonic() < end:
        time.sleep(0.05)
    assert b"chamber.sit" not in command(number)
