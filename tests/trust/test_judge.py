"""The judge: through stand-ins, every answer gets the verdict that it gets where it was written."""

import contextlib
import io
import random
import socket
import threading

import numpy as np
import pytest

from coursekit.solutions import solutions
from coursekit.trust.agent import Agent
from coursekit.trust.judge import judge
from coursekit.trust.standins import Kernel
from coursekit.trust.wire import Wire
from nnkit.checks import EXERCISES
from nnkit.checks.hyperparameters import EXERCISES as SEARCHES
from nnkit.checks.imdb import EXERCISES as REVIEWS
from nnkit.checks.mnist import EXERCISES as DIGITS
from nnkit.quietly import keras

SLOW = {exercise.id for exercise in (*SEARCHES, *REVIEWS, *DIGITS)} | {"your-network-learns"}


@pytest.fixture
def judged(monkeypatch):
    """A function that has an answer judged as if it stood in a notebook's kernel: here, a thread."""

    def judged(exercise_id, answer, seed=0):
        ours, theirs = socket.socketpair()
        namespace = getattr(answer, "__globals__", {})  # a function finds names where it was defined
        monkeypatch.setitem(namespace, EXERCISES[exercise_id].name, answer)
        agent = threading.Thread(target=Agent(Wire(theirs), namespace).run, daemon=True)
        agent.start()
        verdict, lost = judge(exercise_id, ours, seconds=100, rng=np.random.default_rng(seed))
        agent.join(10)
        theirs.close()
        assert lost is None and not agent.is_alive()
        return verdict

    return judged


def answers(which, most=None):
    """Right (0) or wrong (1) answers, as parameters; of exercises that train networks, the first few."""
    return [
        pytest.param(name, answer, id=f"{name}-{i}", marks=marks(name, i))
        for name in EXERCISES
        for i, answer in enumerate(solutions(name)[which][: most if name in SLOW else None])
    ]


def marks(name, place):
    """How long an answer takes: of the search's, which take ten seconds each, the first three are tried by default."""
    longest = name == "dnn-optimization" and place >= 3
    return [pytest.mark.slow] * (name in SLOW) + [pytest.mark.exhaustive] * longest


@pytest.mark.parametrize(("name", "answer"), answers(0))
def test_a_right_answer_is_right_however_it_is_written(judged, name, answer, capsys):
    verdict = judged(name, answer)
    assert verdict.state == "right", f"{answer.__doc__}\n{verdict}"


@pytest.mark.parametrize(("name", "answer"), answers(1, most=6))
def test_a_wrong_answer_is_not_right(judged, name, answer, capsys):
    if (answer.__doc__ or "").startswith("Not attempted"):
        pytest.skip("what nobody has written has no body in a graded kernel: see test_room")
    assert judged(name, answer).state == "wrong", answer.__doc__


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "about"),
    [
        ("prepare-images", "Right, but the argument has another shape afterwards."),
        ("build-mnist-model", "New models, which share their first hidden layer."),
        ("make-optimizer", "One optimizer for each name, which remembers the model before."),
    ],
)
def test_what_two_things_share_is_seen_from_afar(judged, name, about, capsys):
    [answer] = [answer for answer in solutions(name)[1] if answer.__doc__ == about]
    assert judged(name, answer).state == "wrong"


def test_a_lent_function_draws_from_the_chance_of_the_students_code(monkeypatch):
    """What the student seeds over there decides what is drawn here, where chance is another one."""
    ours, theirs = socket.socketpair()
    drawn = []

    def draw():
        drawn.append(keras.random.uniform((1,), seed=keras.random.SeedGenerator())[0].numpy())

    def answer(seed):
        random.seed(seed)
        namespace["draw"]()

    namespace = {"answer": answer}
    agent = threading.Thread(target=Agent(Wire(theirs), namespace).run, daemon=True)
    agent.start()
    kernel = Kernel(ours)
    with kernel.lending({"draw": draw}):
        for seed in (1, 1, 2):
            kernel.find("answer")(seed)
    ours.close()
    agent.join(10)
    theirs.close()
    assert drawn[0] == drawn[1] != drawn[2]


def test_the_words_are_those_of_the_notebook(judged):
    def input_error(output_error, weights):
        return output_error @ weights

    with contextlib.redirect_stdout(io.StringIO()):
        here = EXERCISES["dense-input-error"].examine(input_error, np.random.default_rng(0))
    there = judged("dense-input-error", input_error)
    assert (there.claims, there.mistake) == (here.claims, here.mistake)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (3, "check takes the function itself"),
        (np.zeros(3), "check takes the function itself"),
        (lambda *_: exit(), "It stopped with SystemExit"),
        (lambda *_: 1 / 0, "It stopped with ZeroDivisionError: division by zero"),
        (lambda *_: object(), "Expected numbers, received object"),
        (lambda *_: np.array([object()]), "Expected numbers, received ndarray"),
    ],
)
def test_what_is_no_answer_is_said_in_words(judged, answer, words):
    verdict = judged("dense-input-error", answer)
    assert verdict.state == "wrong" and words in str(verdict)


def test_a_name_that_is_not_there_is_said_in_words():
    ours, theirs = socket.socketpair()
    threading.Thread(target=Agent(Wire(theirs), {}).run, daemon=True).start()
    verdict, _ = judge("dense-input-error", ours, seconds=10)
    assert "input_error is not defined" in str(verdict)
    theirs.close()


def test_an_answer_that_does_not_come_is_not_waited_for(judged):
    ours, theirs = socket.socketpair()
    over = threading.Event()
    agent = Agent(Wire(theirs), {"input_error": lambda *_: over.wait(60)})

    def run():
        with contextlib.suppress(OSError):  # nobody listens any more when it comes
            agent.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    verdict, lost = judge("dense-input-error", ours, seconds=1)
    assert "did not come to an end within 1 seconds" in str(verdict) and lost
    over.set()
    thread.join(10)
    theirs.close()


def test_a_kernel_that_hangs_up_is_noticed():
    ours, theirs = socket.socketpair()
    theirs.close()
    verdict, lost = judge("dense-input-error", ours, seconds=5)
    assert "It ended Python itself" in str(verdict) and lost
