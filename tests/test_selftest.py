"""The selftest: it finds the check that is too lax and the one that is too strict, and nothing stops it."""

import io
import os
import re
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest
from conftest import ROOT
from rich.console import Console

from coursekit import selftest
from coursekit.__main__ import main
from coursekit.course import CourseError
from coursekit.solutions import solutions
from nnkit.checks import EXERCISES

FAKES = '''
"""Exercises of halving: one right, one that is too lax, one too strict, and answers that behave badly."""

import os

import numpy as np

from coursekit.solutions import right, wrong
from nnkit.checks import EXERCISES
from nnkit.checks.exercise import Exercise


def halve(x):
    return x / 2


def add(id, seen):
    exercise = Exercise(
        id, halve, {"half": "it is half"}, lambda rng: {"x": rng.normal(size=3)}, lambda f, x: [("half", seen(f(x)))]
    )
    exercise.mistake("this is twice of it.")(lambda x: 2 * x)
    exercise.mistake("it has the wrong sign.")(lambda x: -x / 2)
    EXERCISES[id] = exercise


add("fake-right", lambda y: y)
add("fake-lax", abs)
add("fake-strict", lambda y: str(type(y)))
add("fake-bad", lambda y: y)

for id in ("fake-right", "fake-lax", "fake-strict"):

    @right(id)
    def halve(x):
        """By a product."""
        return 0.5 * x

    @right(id)
    def halve(x):
        """One after the other, by itself."""
        return np.append(x[:1] / 2, halve(x[1:])) if len(x) else x

    @wrong(id)
    def halve(x):
        """Not attempted."""
        raise NotImplementedError

    @wrong(id)
    def halve(x):
        """Its sign is lost
        on the way."""
        return abs(x) / 2


@right("fake-right")
def halve(x):
    """In a list."""
    return [value / 2 for value in x]


@right("fake-strict")
def halve(x):
    """A list, where an array is demanded."""
    return [value / 2 for value in x]


@right("fake-bad")
def halve(x):
    """Right, before."""
    return x / 2


@right("fake-bad")
def halve(x):
    """Ends Python."""
    os._exit(3)


@right("fake-bad")
def halve(x):
    """Never ends."""
    while True:
        pass


@right("fake-bad")
def halve(x):
    """Right, after."""
    return x / 2


@wrong("fake-bad")
def halve(x):
    """Wrong, after."""
    return x / 3
'''


@pytest.fixture(scope="module", autouse=True)
def fakes(tmp_path_factory):
    """The module `fakes_of_selftest`, which every process can import; its exercises are gone afterwards."""
    folder = tmp_path_factory.mktemp("fakes")
    (folder / "fakes_of_selftest.py").write_text(FAKES, "utf-8")
    before = dict(EXERCISES)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield folder
    EXERCISES.clear()
    EXERCISES.update(before)
    sys.modules.pop("fakes_of_selftest", None)


def tried(*names, **settings):
    """Run the selftest with the fakes; return its status and what it prints."""
    said = io.StringIO()
    console = Console(file=said, force_terminal=False)
    status = selftest.selftest(names, jobs=2, also=("fakes_of_selftest",), console=console, **settings)
    return status, said.getvalue()


def numbers(said, name):
    """Return the counts in a row of the table."""
    [line] = re.findall(rf"^{name} +((?:\d+ +){{7}})[\d.]+ *$", said, re.MULTILINE)
    return list(map(int, line.split()))


def test_a_check_that_is_as_it_should_be_is_told_so():
    status, said = tried("fake-right")
    assert status == 0
    assert "✓ 1/1  fake-right (7 of 7): as it should be" in said
    assert numbers(said, "fake-right") == numbers(said, "all") == [3, 0, 2, 0, 2, 0, 0]
    assert said.rstrip().splitlines()[-1].startswith("all ")


def test_a_wrong_answer_that_is_missed_is_reported(fakes):
    status, said = tried("fake-lax")
    assert status == 1
    assert numbers(said, "fake-lax") == [2, 0, 1, 1, 1, 0, 1]
    line = next(i for i, text in enumerate(FAKES.splitlines(), 1) if "Its sign is lost" in text) - 2
    assert f"✗ fake-lax: a wrong answer is accepted (seed 0).  {fakes}/fakes_of_selftest.py:{line}\n" in said
    assert "    Its sign is lost on the way.\n      ✓ fake-lax: right. Well done!\n        ✓ it is half\n" in said
    assert "✗ fake-lax: a known mistake is accepted (seed 0)." in said and "    it has the wrong sign.\n" in said


def test_a_right_answer_that_is_rejected_is_reported():
    status, said = tried("fake-strict", "fake-right", seeds=1)
    assert status == 1
    assert numbers(said, "fake-strict")[:2] == [2, 1]
    assert numbers(said, "all")[:3] == [5, 1, numbers(said, "fake-strict")[2] + 2]
    assert "✗ fake-strict: a right answer is rejected (seed 0)." in said
    assert (
        "    A list, where an array is demanded.\n      ✗ fake-strict: not right yet.\n        ✗ it is half\n" in said
    )


def test_a_crash_and_an_endless_loop_do_not_stop_the_rest():
    status, said = tried("fake-bad", seconds=2)
    assert status == 1
    assert numbers(said, "fake-bad") == [2, 2, 1, 0, 2, 0, 0]
    assert "    Ends Python.\n" in said and "It ended Python itself" in said
    assert "    Never ends.\n" in said and "It did not come to an end within 2 seconds." in said


def test_quick_tries_three_of_each_kind():
    name = "dense-forward"
    assert min(map(len, solutions(name))) > 3
    status, said = tried(name, quick=True, seeds=1)
    assert status == 0
    assert numbers(said, name) == [3, 0, 3, 0, 3, 0, 0]


@pytest.mark.parametrize("name", ["relu-derivative", "dense-biases-error"])
def test_what_nobody_has_written_has_no_body(name):
    cases = {case.place: case for case in selftest.cases_of(name) if case.kind == "wrong"}
    answer = [answer for answer, words in selftest.answers(name)["wrong"] if words.startswith("Not attempted")][0]
    graded = selftest.as_graded(EXERCISES[name], answer)
    assert EXERCISES[name].examine(graded, np.random.default_rng(0)).state == "not attempted" and cases
    assert (
        selftest.as_graded(EXERCISES["dense-biases-error"], EXERCISES["dense-biases-error"].reference)
        is selftest.no_body
    )


def test_the_place_of_an_answer_is_the_line_where_it_is_defined():
    for name in EXERCISES:
        for case in selftest.cases_of(name):
            path, _, line = case.where.rpartition(":")
            if case.kind != "mistake" and line.isdigit() and path.startswith("coursekit"):
                text = (ROOT / path).read_text("utf-8").splitlines()[int(line) - 1]
                assert re.match(r"\s*(@|def |class |.*lambda)", text), (case, text)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dense-foward", "no exercise or assignment dense-foward. Do you mean dense-forward"),
        ("5-imdb", "Do you mean 05-imdb"),
        ("zzzz", "There are: gradient-descent, "),
    ],
)
def test_a_name_that_nothing_has_is_answered_with_the_nearest(name, words, capsys):
    with pytest.raises(CourseError, match=words):
        selftest.chosen([name])
    assert main(["selftest", name]) == 1
    assert words in capsys.readouterr().out


def test_an_assignment_means_all_its_exercises_and_nothing_means_everything():
    assert selftest.chosen(["05-imdb", "diagnose"]) == [e for e in EXERCISES if e in selftest.ids_of("05-imdb")]
    assert {"dense-forward", "diagnose"} <= set(selftest.chosen([]))


def test_a_number_below_one_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["selftest", "--jobs", "0"])
    assert "--jobs" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="signals are sent")
def test_ctrl_c_prints_what_was_found_and_leaves_nothing_behind(fakes, tmp_path):
    program = """
        from coursekit.selftest import selftest

        if __name__ == "__main__":
            raise SystemExit(selftest(["fake-right", "fake-bad"], jobs=1, also=("fakes_of_selftest",)))
    """
    (tmp_path / "program.py").write_text(textwrap.dedent(program), "utf-8")
    settings = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(fakes)]), "PYTHONUNBUFFERED": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    command = [sys.executable, str(tmp_path / "program.py")]
    with subprocess.Popen(command, env=settings, start_new_session=True, **pipes) as process:
        first = process.stdout.readline()
        time.sleep(3)  # the endless loop of fake-bad is under way
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 130, said
    assert "fake-right" in first and "Interrupted after" in said and "Traceback" not in said
    assert numbers(said, "fake-right") == [3, 0, 2, 0, 2, 0, 0]
    with pytest.raises(ProcessLookupError):  # once those that watch their parent have left, too
        for _ in range(100):
            os.killpg(process.pid, 0)
            time.sleep(0.1)
