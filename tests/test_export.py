"""Export: marks as Moodle, Canvas and programs take them in, on a course whose marks are known."""

import csv
import io
import json
import sqlite3
from datetime import datetime

import pytest
from nbgrader.api import Gradebook
from synthetic import Handed, add_assignment, add_submissions, make_course, right, small_notebook, untouched, wrong

from coursekit import export
from coursekit.__main__ import main
from coursekit.course import CourseError
from coursekit.export import Marks, canvas, everything, filled_in, harmless, marks, moodle, number, text_of
from coursekit.people import Table, read_table
from coursekit.trust.notes import Note

SLOPE = "this is ReLU itself: its slope is asked for."
RENAMED = Note("renamed", None, "The notebook was handed in under another name.")
HANDED = [
    Handed(
        "amuller",
        {"dense-forward": right("dense-forward"), "relu-derivative": wrong("relu-derivative", mistake=SLOPE)},
        {"explain": (2.5, False, "Good.")},
        [RENAMED],
        first_name="Anna",
        last_name="Müller",
        penalty=1.0,
    ),
    Handed("ben-5", {"dense-forward": untouched("dense-forward")}, {"explain": (None, True, None)}),
    Handed("=cmd|' /C calc'!A0", {"dense-forward": right("dense-forward")}, first_name="+cmd", last_name="@SUM(A1)"),
]


@pytest.fixture
def course(tmp_path):
    """01-small: Anna has 5 + 0 + 2.5 - 1 points, Ben 0 and waits for a person, the third 5; 02-next: Cleo has 5."""
    folder = make_course(tmp_path / "course", HANDED, absent=["absent"])
    with Gradebook(f"sqlite:///{folder}/gradebook.db", "a-course") as gradebook:
        add_assignment(gradebook, "02-next", "next", small_notebook({"dense-forward": 5}))
        add_submissions(gradebook, "02-next", "next", [Handed("cleo", {"dense-forward": right("dense-forward")})])
        gradebook.update_or_create_student("amuller", email="a@x.org", lms_user_id="11")
        gradebook.update_or_create_submission("01-small", "amuller", timestamp=datetime(2026, 11, 3, 9, 15))
    return folder


def rows(text, separator=","):
    return list(csv.reader(io.StringIO(text), delimiter=separator))


# -------------------------------------------------------------------------------- tables


def test_moodles_table(course):
    assert rows(text_of(moodle(marks(course)))) == [
        ["First name", "Last name", "Username", "ID number", "Email address", "01-small", "02-next"],
        ["'+cmd", "'@SUM(A1)", "'=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0", "", "5", "-"],
        ["", "", "absent", "absent", "", "-", "-"],
        ["Anna", "Müller", "amuller", "11", "a@x.org", "6.5", "-"],
        ["", "", "ben-5", "ben-5", "", "0", "-"],
        ["", "", "cleo", "cleo", "", "-", "5"],
    ]


def test_canvas_table(course):
    table = rows(text_of(canvas(marks(course, ["01-small"]))))
    assert table[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "01-small"]
    assert table[1] == ["    Points Possible", "", "", "", "", "17"]
    assert ["Müller, Anna", "11", "", "amuller", "", "6.5"] in table
    assert ["absent", "", "", "absent", "", ""] in table


def test_an_identifier_that_is_an_address_is_one():
    [row] = moodle(Marks({}, [export.Student("a@x.org")])).rows
    assert row == ["", "", "a@x.org", "a@x.org", "a@x.org"]


@pytest.mark.parametrize(
    "points, text", [(0, "0"), (5.0, "5"), (10, "10"), (2.5, "2.5"), (1 / 3, "0.33"), (12345.678, "12345.68")]
)
def test_points_are_short_and_whole(points, text):
    assert number(points) == text


@pytest.mark.parametrize("field", ["=1+1", "+49 1", "-x", "@SUM(1)", " =1", "\t=1", "\r=1", "-1+1", "=", "+"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(field):
    assert harmless(field) == f"'{field}"


@pytest.mark.parametrize(
    "field", ["", "-", "-5", "+2.5", "-1,5", "12%", "Anna", "a-b", "    Points Possible", "01-small (12)"]
)
def test_what_it_would_not_run_stays(field):
    assert harmless(field) == field


# -------------------------------------------------------------------------------- filling in


CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,01-small (4711),Essay (12),02 Next (13),Final Score
,,,,,Manual Posting,,,
    Points Possible,,,,,17,10,100,(read only)
"Müller, Anna",11,777,other-login,Monday,,7,EX,55
"Ben",5,778,ben,Monday,3,N/A,,
"Cleo",12,779,CLEO,Monday,1,,,
"Student, Test",99,,f00,Monday,,,,
"""


def like(tmp_path, text, encoding="utf-8"):
    (tmp_path / "like.csv").write_bytes(text.encode(encoding))
    return read_table(tmp_path / "like.csv")


def test_canvas_own_export_is_filled_in_and_nothing_else_is_touched(course, tmp_path):
    table = like(tmp_path, CANVAS)
    told = filled_in(table, marks(course))
    before = rows(CANVAS)
    before[3][5], before[4][5], before[5][7] = "6.5", "0", "5"
    assert rows(text_of(table)) == before
    assert "There is no row for “=cmd|' /C calc'!A0” in it." in told
    assert "02-next has 100 points there and 5 here: the marks are out of 5." in told
    assert len(told) == 2


MOODLE = """First name;Last name;ID number;Email address;Assignment: 01-small (Real);Assignment: 01-small (Feedback);Course total (Real)
Anna;Müller;s1;A@X.org;-;good;1
Ben;;s2;b@x.org;-;;
Ben;;s3;b3@x.org;-;;
"""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_moodles_own_export_is_filled_in(course, tmp_path, encoding):
    table = like(tmp_path, MOODLE, encoding)
    told = filled_in(table, marks(course))
    after = rows(text_of(table), ";")
    assert after[1] == ["Anna", "Müller", "s1", "A@X.org", "6.5", "good", "1"]
    assert after[2:] == rows(MOODLE, ";")[2:], "two are called Ben: neither is taken for him"
    assert "There is no column for 02-next in it, or more than one." in told
    assert "There is no row for “ben-5” in it." in told


def test_a_number_is_not_taken_for_another_kind_of_number():
    table = Table(
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "a"],
        [["X", "7", "11", "x", "", ""], ["Y", "11", "7", "y", "", ""]],
    )
    found = Marks({"a": 1}, [export.Student("someone", lms_user_id="11")], {("someone", "a"): 1.0})
    assert filled_in(table, found) == []
    assert [row[5] for row in table.rows] == ["", "1"]


# -------------------------------------------------------------------------------- JSON


def test_json_has_everything(course):
    found = json.loads(json.dumps(everything(course), allow_nan=False))
    assert [(entry["name"], entry["points"]) for entry in found["assignments"]] == [("01-small", 17), ("02-next", 5)]
    students = {student["id"]: student for student in found["students"]}
    assert students["absent"]["submissions"] == []
    anna = students["amuller"]
    assert (anna["first_name"], anna["last_name"], anna["email"], anna["lms_user_id"]) == (
        "Anna",
        "Müller",
        "a@x.org",
        "11",
    )
    [handed] = anna["submissions"]
    assert (handed["assignment"], handed["score"], handed["points"], handed["late_penalty"]) == (
        "01-small",
        6.5,
        17,
        1.0,
    )
    assert handed["timestamp"] == "2026-11-03T09:15:00Z" and handed["notes"][0]["kind"] == "renamed"
    exercises = {entry["exercise"]: entry for entry in handed["exercises"]}
    assert (
        exercises["dense-forward"] | {"points": 5, "max": 5, "state": "right", "mistake": None}
        == exercises["dense-forward"]
    )
    assert (exercises["relu-derivative"]["state"], exercises["relu-derivative"]["mistake"]) == ("wrong", SLOPE)
    assert (exercises["explain"]["points"], exercises["explain"]["by_hand"], exercises["explain"]["comment"]) == (
        2.5,
        True,
        "Good.",
    )
    assert students["ben-5"]["submissions"][0]["waiting"] and not handed["waiting"]


# -------------------------------------------------------------------------------- what a person types


def test_what_a_person_types(course, tmp_path, capsys):
    assert main(["export", "moodle", "--course", str(course)]) == 0
    said = capsys.readouterr()
    assert said.out == text_of(moodle(marks(course)))
    assert "01-small: answers of 1 student wait for a person" in said.err
    assert "the maximum grade of 01-small should be 17" in said.err
    into = tmp_path / "marks.csv"
    assert main(["export", "canvas", "--course", str(course), "--into", str(into), "--assignment", "02-next"]) == 0
    assert rows(into.read_text("utf-8"))[0][5:] == ["02-next"]
    assert f"Written: {into}" in capsys.readouterr().out
    assert main(["export", "json", "--course", str(course), "--into", str(into)]) == 0
    assert json.loads(into.read_text("utf-8")) == everything(course)
    like(tmp_path, CANVAS)
    assert (
        main(["export", "canvas", "--course", str(course), "--like", str(tmp_path / "like.csv"), "--into", str(into)])
        == 0
    )
    assert rows(into.read_text("utf-8"))[3][5] == "6.5"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course", "like.csv", "marks.csv"]


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["moodle", "--assignment", "09"], "has no assignment 09: there are 01-small, 02-next"),
        (["json", "--like", "x.csv"], "goes with moodle and canvas"),
        (["canvas", "--like", "nowhere.csv"], "cannot be read"),
        (["canvas", "--into", "/nowhere/x.csv"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said(course, capsys, arguments, words):
    assert main(["export", *arguments, "--course", str(course)]) == 1
    assert words in capsys.readouterr().out


def test_the_file_that_is_filled_in_is_not_written_over(course, tmp_path, capsys):
    like(tmp_path, CANVAS)
    path = str(tmp_path / "like.csv")
    assert main(["export", "canvas", "--course", str(course), "--like", path, "--into", path]) == 1
    assert "name one file" in capsys.readouterr().out
    assert (tmp_path / "like.csv").read_text("utf-8") == CANVAS


def test_a_course_without_a_gradebook_says_so_and_gets_none(tmp_path):
    with pytest.raises(CourseError, match="no gradebook"):
        marks(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_gradebook_is_not_changed(course):
    def content():
        with sqlite3.connect(course / "gradebook.db") as database:
            return list(database.iterdump())

    before = content()
    marks(course), everything(course)
    assert content() == before


def test_an_identifier_that_intake_made_finds_its_row_by_name_and_number():
    rows = [
        ["Müller, Anna", "11", "", "x", "", ""],
        ["Müller, Anna", "12", "", "y", "", ""],
        ["Ng, Li", "13", "", "z", "", ""],
    ]
    table = Table(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "a"], rows)
    ids = ["mulleranna-12", "mulleranna-99", "ngli-7"]
    found = Marks({"a": 1}, [export.Student(id) for id in ids], {(id, "a"): 1.0 for id in ids})
    assert filled_in(table, found) == [
        "There is no row for “mulleranna-99” in it.",
        "“ngli-7” was found by the name alone: please check.",
    ]
    assert [row[5] for row in table.rows] == ["", "1", "1"]
