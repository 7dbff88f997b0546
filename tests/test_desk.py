"""The student's desk: cards, hints, solutions, the map, and the logbook that they rest on."""

import json
import os
import re
import stat
import subprocess
import sys

import numpy as np
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from contrast import contrast

import nnkit
from coursekit import guide as maker
from nnkit import checks
from nnkit.checks import EXERCISES, CheckFailed, NotAttempted, Verdict, check, hint, progress, solution
from nnkit.checks.compare import differing
from nnkit.desk import card, guide, logbook, screen
from nnkit.desk import map as course_map


@pytest.fixture
def desk(monkeypatch, tmp_path):
    """A desk of its own: somebody watches, what is shown is kept, the logbook is empty."""
    shown = []
    monkeypatch.setenv("NNKIT_LOGBOOK", str(tmp_path / "own" / "logbook.jsonl"))
    monkeypatch.delenv("NNKIT_SOLUTIONS", raising=False)
    monkeypatch.setattr(screen, "is_watched", lambda: True)
    for module in (screen, sys.modules["nnkit.desk.help"], course_map):
        monkeypatch.setattr(module, "show", lambda text, **forms: shown.append({"text": text, **forms}), raising=False)
    return shown


def relu(derivative):
    return type("ReLUActivation", (nnkit.ReLUActivation,), {"derivative": derivative})


RIGHT = relu(lambda self, input: input > 0)
ALWAYS_ONE = relu(lambda self, input: np.ones_like(input))
ZERO = relu(lambda self, input: 0 * input)
HALF = relu(lambda self, input: (input > 0) / 2)


def fails(answer, id="relu-derivative"):
    with pytest.raises(CheckFailed) as error:
        check(id, answer)
    return error.value


# ---- what is shown


def test_a_right_answer_is_shown_as_a_card_and_as_plain_text(desk):
    assert check("relu-derivative", RIGHT) is None
    assert desk[0]["text"] == str(EXERCISES["relu-derivative"].examine(RIGHT, np.random.default_rng(0)))
    section = BeautifulSoup(desk[0]["html"], "html.parser").section
    assert section["data-exercise"] == "relu-derivative" and section["data-state"] == "right"
    assert section["aria-label"] == "Check of relu-derivative: Right. Well done!"
    assert "3. The slope of ReLU (4 points)" in section.text


def test_a_wrong_answer_is_shown_and_raised_in_one_line(desk):
    error = fails(ALWAYS_ONE)
    assert error._render_traceback_() == ["✗ relu-derivative: not right yet."]
    assert str(error) == desk[0]["text"], "the notebook's file has the whole of it"
    text = BeautifulSoup(desk[0]["html"], "html.parser").section.get_text(" ")
    for part in ("Not right yet", "does not hold:", "Expected", "received", "Probably:", 'hint("relu-derivative")'):
        assert part.lower() in text.lower(), part


def test_the_card_says_everything_that_the_text_says(desk):
    fails(ALWAYS_ONE)
    text = " ".join(BeautifulSoup(desk[0]["html"], "html.parser").section.get_text(" ").split())
    for line in desk[0]["text"].splitlines()[1:]:
        assert line.strip(" ✓✗·").removeprefix("Probably: ") in text


def test_what_is_not_attempted_is_told_how_to_begin(desk):
    with pytest.raises(NotAttempted) as error:
        check("relu-derivative", nnkit.ReLUActivation)
    assert error.value._render_traceback_() == ["○ relu-derivative: not attempted yet."]
    assert "raise NotImplementedError" in desk[0]["html"]


def test_where_nobody_watches_a_check_is_plain_text_and_notes_nothing(desk, monkeypatch, capsys):
    monkeypatch.undo()
    monkeypatch.setattr(screen, "is_watched", lambda: False)
    check("relu-derivative", RIGHT)
    assert "✓ relu-derivative: right" in capsys.readouterr().out
    assert len(fails(ALWAYS_ONE)._render_traceback_()) > 3


@pytest.mark.parametrize("mode", ["autograde", "validate"])
def test_nobody_watches_while_a_notebook_is_marked(monkeypatch, mode):
    monkeypatch.setenv("NBGRADER_EXECUTION", mode)
    assert not screen.is_watched()


def test_a_students_text_is_not_taken_for_html(desk):
    def derivative(self, input):
        raise ValueError("<script>alert(1)</script>")

    fails(relu(derivative))
    assert "<script>" not in desk[0]["html"] and "&lt;script&gt;" in desk[0]["html"]


@pytest.mark.parametrize(
    ("expected", "received", "rows"),
    [
        ([[1, 2], [3, 4]], [[1, 2], [3, 5]], ["..", ".x"]),
        ([1, 2, 3], [1, 9, 3], [".x."]),
        ([1, 2, 3], [9, 9, 9], []),  # all differ: nothing to see
        ([1, 2, 3], [1, 2], []),
        (1, 2, []),
        ("a text", "another", []),
        (np.zeros((2, 2, 2)), [[[0, 0], [1, 1]], [[0, 0], [0, 0]]], ["..", "xx", "..", ".."]),
        (np.zeros((99, 2)), np.eye(99)[:, :2], []),  # too large
        ([1, 2, 3], None, []),
        (np.zeros((0, 3)), np.zeros((0, 3)), []),
    ],
)
def test_which_entries_differ(expected, received, rows):
    assert differing(expected, received) == rows


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["xx", ".."], "2 of 4 entries differ (row 0)"),
        (["x.x", "x.x"], "4 of 6 entries differ (columns 0, 2)"),
        (["x.", ".x"], "2 of 4 entries differ"),
    ],
)
def test_the_picture_of_entries_has_words(rows, words):
    verdict = Verdict("relu-derivative", "wrong", [("a claim", False)], ["Expected"], differs=rows)
    picture = BeautifulSoup(card.of(verdict), "html.parser").pre
    assert picture["role"] == "img" and picture["aria-label"] == words
    drawn = picture.get_text("").replace("■", "x").replace("·", ".")
    assert drawn == "".join(rows) and len(picture.find_all("br")) == len(rows) - 1


def test_the_cards_colours_have_contrast_in_both_themes():
    light, dark = re.findall(r"--good: (#\w+); --bad: (#\w+); --calm: (#\w+)", card.STYLE)
    for colours, ground in ((light, "#ffffff"), (dark, "#212121")):  # JupyterLab's own
        for colour in colours:
            assert contrast(colour, ground) >= 4.5, colour


# ---- hints and solutions


def test_hints_go_one_level_further_each_time_and_then_are_all_there(desk):
    hints = guide.entry("relu-derivative").hints
    for _ in range(4):
        hint("relu-derivative")
    for level, words in enumerate(("the idea", "the place and the tools", "the shape of the code")):
        assert f"Hint {level + 1} of 3 for relu-derivative: {words}" in desk[level]["text"]
        assert hints[level] in desk[level]["markdown"]
    assert all(text in desk[3]["markdown"] for text in hints)


def test_the_second_hint_says_where_the_last_answer_went_wrong(desk):
    error = fails(ALWAYS_ONE)
    hint("relu-derivative")
    hint("relu-derivative")
    assert error.verdict.failing not in desk[1]["text"] and error.verdict.failing in desk[2]["text"]


def test_a_solution_opens_after_three_different_answers(desk):
    for n_tried, answer in enumerate((ALWAYS_ONE, ZERO, HALF)):
        fails(answer)
        fails(answer)  # the same once more is no other attempt
        solution("relu-derivative")
        is_open = "(input > 0).astype(float)" in desk[-1]["text"]
        assert is_open == (n_tried == 2)
        assert is_open or f"so far: {n_tried + 1}" in desk[-1]["text"]
    assert "f'(x)" in desk[-1]["markdown"], "the derivation"
    assert "Predict" not in desk[-1]["markdown"] and "<details>" not in desk[-1]["markdown"]


def test_the_card_says_when_the_solution_opens(desk, monkeypatch):
    said = []
    for answer in (ALWAYS_ONE, ALWAYS_ONE, ZERO, HALF):
        fails(answer)
        said.append(" ".join(BeautifulSoup(desk[-1]["html"], "html.parser").find_all("small")[-1].text.split()))
    sentence = 'hint("relu-derivative") helps one step further. solution("relu-derivative")'
    opens = ["opens after 2 more different answers.", "opens after 1 more different answer.", "is open."]
    assert said == [f"{sentence} {when}" for when in (opens[0], *opens)]
    monkeypatch.setenv("NNKIT_SOLUTIONS", "0")
    fails(HALF)
    assert "solution(" not in desk[-1]["html"]


def test_a_solution_opens_for_those_who_solved_it(desk):
    solution("relu-derivative")
    assert "astype" not in desk[-1]["text"]
    check("relu-derivative", RIGHT)
    solution("relu-derivative")
    assert "astype" in desk[-1]["text"]


def test_other_spaces_and_comments_are_no_other_attempt():
    def compiled(source):
        space = {}
        exec(source, space)
        return logbook.fingerprint(space["f"])

    assert compiled("def f(x):\n    return x + 1") == compiled("def f(x):\n    # think\n    return (x   + 1)")
    assert compiled("def f(x):\n    return x + 1") != compiled("def f(x):\n    return x + 2")
    assert compiled("def f(x):\n    def g(): return 1\n    return g()") != compiled(
        "def f(x):\n    def g(): return 2\n    return g()"
    )


@pytest.mark.parametrize("id", ["explain-overfitting", "derive-weights-error"])
def test_a_model_answer_is_for_those_who_wrote_their_own(desk, id):
    hint(id)
    assert "no hints" in desk[0]["text"]
    solution(id)
    assert "Write your own answer first" in desk[1]["text"]
    solution(id)
    assert guide.solution_of(id)["model"][:40] in desk[2]["markdown"]


def test_a_course_may_keep_its_solutions(desk, monkeypatch, tmp_path):
    check("relu-derivative", RIGHT)
    monkeypatch.setenv("NNKIT_SOLUTIONS", "0")
    solution("relu-derivative")
    assert "keeps its solutions" in desk[-1]["text"] and "astype" not in desk[-1]["text"]
    monkeypatch.delenv("NNKIT_SOLUTIONS")
    monkeypatch.setattr(guide, "HERE", tmp_path)  # the file is not there
    assert guide.solution_of("relu-derivative") is None


@pytest.mark.parametrize("ask", [hint, solution, lambda id: check(id, RIGHT)])
def test_an_unknown_exercise_is_answered_in_one_sentence(ask):
    with pytest.raises(KeyError) as error:
        ask("relu-derivativ")
    assert str(error.value) == "There is no exercise 'relu-derivativ'. Did you mean 'relu-derivative'?"
    assert error.value._render_traceback_() == [str(error.value)]


# ---- the logbook and the map


def test_progress_shows_what_was_solved_and_what_comes_next(desk):
    progress()
    assert "Next: gradient-descent" in desk[-1]["text"]
    check("relu-derivative", RIGHT)
    flat = type("SigmoidActivation", (nnkit.SigmoidActivation,), {"derivative": lambda self, input: 0 * input})
    fails(flat, "sigmoid-derivative")
    progress()
    assert "02-numpy-network: 4 of 50 points" in desk[-1]["text"]
    assert "✓ relu-derivative (4 points): solved" in desk[-1]["text"]
    assert "✗ sigmoid-derivative (4 points): tried" in desk[-1]["text"]
    assert "Next: sigmoid-derivative" in desk[-1]["text"]
    page = BeautifulSoup(desk[-1]["html"], "html.parser")
    assert {row.code.text: row["data-state"] for row in page.select("tr[data-state]")}["relu-derivative"] == "solved"
    assert [part.summary.text.split()[0] for part in page.select("details[open]")] == ["02-numpy-network"]
    assert all(bar["aria-label"] for bar in page.select("progress"))


def test_what_comes_next_is_in_the_assignment_where_somebody_is_at_work(desk):
    check("relu-derivative", RIGHT)
    progress()
    assert "Next: dense-forward" in desk[-1]["text"]
    hint("adam")
    progress()
    assert "Next: mini-batches" in desk[-1]["text"]
    for entry in [entry for part in guide.assignments() for entry in part.exercises]:
        logbook.note(exercise=entry.id, state="right")
    progress()
    assert "Every exercise with a check is solved" in desk[-1]["text"]


def test_a_logbook_of_another_course_does_no_harm(desk):
    logbook.note(exercise="of-another-course", state="right")
    progress()
    assert "Next: gradient-descent" in desk[-1]["text"]


def test_a_later_wrong_answer_does_not_undo_a_solved_exercise(desk):
    check("relu-derivative", RIGHT)
    fails(ZERO)
    assert logbook.tried()["relu-derivative"].state == "solved"


def test_the_logbook_is_the_students_alone(desk):
    fails(ZERO)
    assert stat.S_IMODE(os.stat(logbook.path()).st_mode) == 0o600
    entry = json.loads(logbook.path().read_text("utf-8"))
    assert set(entry) == {"exercise", "state", "code", "failing"} and re.fullmatch(r"\w{12}", entry["code"])


def test_what_cannot_be_read_in_the_logbook_is_passed_by(desk):
    check("relu-derivative", RIGHT)
    with open(logbook.path(), "ab") as file:
        file.write(b'\xff\xfe{"exercise": \n[]\n{"exercise": 3}\n{}\n')
    fails(ZERO)
    assert list(logbook.tried()) == ["relu-derivative"]


def test_a_logbook_that_cannot_be_written_costs_no_answer(desk, monkeypatch, tmp_path, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("NNKIT_LOGBOOK", str(tmp_path / "file" / "logbook.jsonl"))
    check("relu-derivative", RIGHT)
    assert "could not be noted" in capsys.readouterr().out
    assert desk[0]["html"] and logbook.tried() == {}


def test_the_logbook_has_a_place_of_its_own(monkeypatch):
    monkeypatch.delenv("NNKIT_LOGBOOK")
    assert logbook.path().name == "logbook.jsonl" and logbook.path().parent.name == "nnkit"


# ---- the guide


def test_the_guide_knows_every_exercise_and_every_hint():
    entries = {entry.id: entry for part in guide.assignments() for entry in part.exercises}
    assert {id for id, entry in entries.items() if not entry.written} == set(EXERCISES)
    assert all(len(entry.hints) == (0 if entry.written else 3) for entry in entries.values())
    assert all(entry.title[0].isdigit() and entry.points > 0 for entry in entries.values())


def test_the_guide_is_up_to_date():
    assert maker.guide(check=True) == 0


def test_every_solution_is_right_and_complete():
    for id in EXERCISES:
        found = guide.solution_of(id)
        assert "SOLUTION" not in found["code"] and "NotImplementedError" not in found["code"]
        assert len(found["derivation"].split()) > 15, id
        compile(found["code"], id, "exec")


def test_asking_for_the_checks_imports_neither_ipython_nor_matplotlib():
    code = "import sys, nnkit.checks; print(*{'IPython', 'matplotlib', 'tensorflow', 'ipywidgets'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


def test_what_checks_offers_is_listed():
    assert {"check", "hint", "progress", "solution"} <= set(checks.__all__)
