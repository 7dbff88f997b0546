"""What lies in the folder that was handed in, and nbgrader's way with it."""

import json
import os
import re
import sqlite3
from pathlib import Path

import nbformat
import pytest
from conftest import ASSIGNMENT, NOTEBOOK, run, small_notebook
from nbformat import NotebookNode

from coursekit.trust.record import load
from coursekit.trust.submission import PLACEHOLDER, find_notebook, notebook_from, safe_files

needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")


def write(folder, *names, content=None, time=None):
    """Write notebooks (or other `content`) to the files `names` of `folder`; `time`: when they were last changed."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if content is not None else json.dumps(answered()).encode())
        if time:
            os.utime(path, (time, time))


def answered():
    """The small course's notebook with its right answers."""
    notebook = small_notebook()
    for cell in notebook["cells"]:
        cell["source"] = [line for line in cell["source"] if "###" not in line]
    notebook["cells"][-1]["source"] = ["Because."]
    return notebook


# -------------------------------------------------------------------------------- which file is the notebook

PLACES = {
    # the files there are -> the one that is it, and the notes
    "where it should be": (["small.ipynb"], "small.ipynb", []),
    "nothing": ([], None, []),
    "no notebook": (["small.py", "small.html"], None, []),
    "a browser's second download": (["small (1).ipynb"], "small (1).ipynb", ["renamed"]),
    "the student's name before it": (["Ana_SMALL-final.ipynb"], "Ana_SMALL-final.ipynb", ["renamed"]),
    "with .txt after it": (["small.ipynb.txt"], "small.ipynb.txt", ["renamed"]),
    "another name": (["homework.ipynb"], "homework.ipynb", ["renamed"]),
    "in a folder": (["a/small.ipynb"], "a/small.ipynb", ["renamed"]),
    "in a folder of a folder, renamed": (["a/b/solution.ipynb"], "a/b/solution.ipynb", ["renamed"]),
    "beside a copy": (["small.ipynb", "small-Copy1.ipynb"], "small.ipynb", ["several"]),
    "at the top and in folders": (["a/small.ipynb", "small.ipynb"], "small.ipynb", ["several"]),
    "in two folders": (["a/b/small.ipynb", "c/small.ipynb"], "c/small.ipynb", ["renamed", "several"]),
    "right name in a folder, like it at the top": (
        ["a/small.ipynb", "small2.ipynb"],
        "a/small.ipynb",
        ["renamed", "several"],
    ),
    "what Jupyter keeps": ([".ipynb_checkpoints/small-checkpoint.ipynb"], None, []),
    "what a Mac packs": (["__MACOSX/small.ipynb", "._small.ipynb", "small.ipynb"], "small.ipynb", []),
    "another of the assignment's": (["other.ipynb"], None, []),
    "two, of which one is another": (["other.ipynb", "x.ipynb"], "x.ipynb", ["renamed"]),
}


@pytest.mark.parametrize(("files", "expected", "noted"), PLACES.values(), ids=PLACES)
def test_the_notebook_is_found_where_it_is(tmp_path, files, expected, noted):
    write(tmp_path, *files)
    path, notes = find_notebook(tmp_path, "small", names={"double"}, others={"other"})
    assert path == (expected and tmp_path / expected)
    assert [note.kind for note in notes] == noted
    assert all(note.words.endswith(".") for note in notes)


def test_of_names_that_are_like_it_the_last_changed_is_it(tmp_path):
    write(tmp_path, "small (1).ipynb", time=2_000_000_000)
    write(tmp_path, "small (2).ipynb", "small (3).ipynb", time=1_000_000_000)
    assert find_notebook(tmp_path, "small")[0].name == "small (1).ipynb"


def test_of_other_names_the_one_whose_cells_have_names_is_it(tmp_path):
    write(tmp_path, "a.ipynb", content=b'{"cells": [{"cell_type": "code", "source": "1"}]}')
    write(tmp_path, "b.ipynb")
    assert find_notebook(tmp_path, "small", names={"double"})[0].name == "b.ipynb"
    path, notes = find_notebook(tmp_path, "small", names={"other"})
    assert (path, [note.kind for note in notes]) == (None, ["several"])


def test_one_that_can_be_read_goes_before_one_that_cannot(tmp_path):
    write(tmp_path, "small.ipynb", content=b"")
    assert find_notebook(tmp_path, "small")[0].name == "small.ipynb"
    write(tmp_path, "old/small.ipynb")
    assert find_notebook(tmp_path, "small")[0] == tmp_path / "old" / "small.ipynb"


def test_a_placeholder_is_no_notebook(tmp_path):
    write(tmp_path, "small.ipynb", content=PLACEHOLDER)
    assert find_notebook(tmp_path, "small") == (None, [])
    write(tmp_path, "a/small.ipynb")
    assert find_notebook(tmp_path, "small")[0] == tmp_path / "a" / "small.ipynb"


@needs_pipes
def test_links_and_pipes_are_not_followed(tmp_path):
    write(tmp_path / "other", "small.ipynb")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "folder").symlink_to(tmp_path / "other")
    assert find_notebook(mine, "small") == (None, [])
    (mine / "small.ipynb").symlink_to(tmp_path / "other" / "small.ipynb")
    os.mkfifo(mine / "small2.ipynb")
    notebook, notes = notebook_from(mine, "small", known())
    assert "is a link" in notebook.cells[0].source
    assert {note.kind for note in notes} == {"several", "unreadable"}


def known():
    return {
        cell["id"]: NotebookNode(nbformat.from_dict({**cell, "source": "".join(cell["source"])}))
        for cell in small_notebook()["cells"]
        if "nbgrader" in cell["metadata"]
    }


def test_whatever_there_is_there_is_a_notebook(tmp_path):
    for content, words in ((None, None), (b"", "is empty"), (b"{", "damaged"), (b"<html>", "a web page")):
        write(tmp_path, "small.ipynb", content=content)
        notebook, notes = notebook_from(tmp_path, "small", known())
        nbformat.validate(notebook)
        assert bool(words) == (notebook.cells[0].id == "about-this-file")
        assert [note.kind for note in notes] == (["unreadable"] if words else ["extra"])
        assert words is None or words in notebook.cells[0].source
    notebook, _ = notebook_from(tmp_path / "nothing", "small", known())
    assert "There is no notebook “small.ipynb” in what was handed in" in notebook.cells[0].source


def test_what_was_damaged_is_marked_as_far_as_it_goes_and_says_so(tmp_path):
    text = json.dumps(answered())
    write(tmp_path, "small.ipynb", content=text[: text.index('"square"')].encode())
    notebook, notes = notebook_from(tmp_path, "small", known())
    assert "4 cells of it could be read" in notebook.cells[0].source
    assert notebook.cells[3].source == "def double(x):\n    return 2 * x\n"
    assert [note.kind for note in notes] == ["damaged", "extra", *["missing"] * 3]


# -------------------------------------------------------------------------------- which files may be copied


@needs_pipes
def test_ordinary_files_may_be_copied_and_others_are_noted(tmp_path):
    write(tmp_path, "data.csv", "a/b.npy", ".hidden", "with space.txt", "timestamp.txt", content=b"1")
    write(tmp_path, "small.ipynb", "a/other.ipynb", ".git/config", "__pycache__/x.pyc")
    write(tmp_path, "page.html", "picture.svg", "run.js", "x.xhtml", "a\nb", content=b"1")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "passwords").symlink_to("/etc/passwd")
    (tmp_path / "everything").symlink_to("/")
    (tmp_path / "broken").symlink_to("nothing")
    with open(tmp_path / "huge.bin", "wb") as file:
        file.truncate(200_000_000)
    safe, notes = safe_files(tmp_path)
    names = [path.relative_to(tmp_path).as_posix() for path in safe]
    assert names == [".hidden", "a/b.npy", "data.csv", "timestamp.txt", "with space.txt"]
    left_out = [re.search("“(.*)”", note.words)[1] for note in notes]
    assert left_out == [
        *["a b", "broken", "everything", "huge.bin", "page.html", "passwords", "picture.svg", "pipe", "run.js"],
        "x.xhtml",
    ]


def test_of_very_many_files_the_first_are_copied(tmp_path):
    write(tmp_path, *(f"{number}.txt" for number in range(1500)), content=b"")
    safe, notes = safe_files(tmp_path)
    assert (len(safe), len(notes)) == (1000, 50)


def test_folders_in_folders_end_somewhere(tmp_path):
    write(tmp_path, "/".join("a" * 30) + "/x.txt", content=b"")
    assert safe_files(tmp_path) == ([], [])


# -------------------------------------------------------------------------------- with nbgrader

EXPORTER = """
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook

from coursekit.grading import known_cells
from coursekit.trust import converter, record, submission


class Rebuilding(NotebookExporter):
    "The least that nbgrader's exporter must do for a submission to be rebuilt; all else is nbgrader's."

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.parent.pre_convert_hook = self.prepare
        converter.expect(self.parent)

    def prepare(self, notebooks, **_):
        place = self.parent.init_single_notebook_resources(notebooks[0])["nbgrader"]
        self.left_out = converter.bring_files(self.parent, place["assignment"], place["student"])

    def from_filename(self, filename, resources=None, **kwargs):
        if not self.parent._sanitizing:
            return super().from_filename(filename, resources, **kwargs)
        path, place = Path(filename), resources["nbgrader"]
        with Gradebook(place["db_url"]) as gradebook:
            known = known_cells(gradebook.find_notebook(place["notebook"], place["assignment"]))
        release = Path(self.parent.coursedir.root) / "release" / place["assignment"] / path.name
        notebook, found = submission.notebook_from(path.parent, path.stem, known, nbformat.read(release, 4).cells)
        marked = Path(self.parent._format_dest(place["assignment"], place["student"]))
        marked.mkdir(parents=True, exist_ok=True)
        record.save(record.Record(notes=[*self.left_out, *found]), record.record_path(marked, path.stem))
        return self.from_notebook_node(notebook, resources)
"""
SETTINGS = """
from coursekit.trust.converter import make_findable

make_findable(Path(__file__).parent)
c.Autograde.exporter_class = "rebuilding.Rebuilding"
c.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors.OverwriteKernelspec"]
c.Autograde.autograde_preprocessors = [f"nbgrader.preprocessors.{name}" for name in ("Execute", "SaveAutoGrades")]
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.record.json"]
"""


@pytest.fixture
def rebuilding(checkout):
    """A checkout of the small course, released, whose configuration marks what is rebuilt."""
    (checkout / "rebuilding.py").write_text(EXPORTER)
    with open(checkout / "nbgrader_config.py", "a") as file:
        file.write(SETTINGS)
    run(checkout, "nbgrader", "generate_assignment", ASSIGNMENT)
    return checkout


def marks(course):
    """The gradebook's automatic marks: student -> [double, square, explain]."""
    query = """
        SELECT student.id, base_cell.name, grade.auto_score FROM grade
        JOIN base_cell ON base_cell.id = grade.cell_id
        JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
        JOIN student ON student.id = submitted_assignment.student_id"""
    found = {}
    with sqlite3.connect(course / "gradebook.db") as database:
        for student, name, score in database.execute(query):
            found.setdefault(student, {})[name] = score
    database.close()
    return {who: [given[name] for name in ("test-double", "test-square", "explain")] for who, given in found.items()}


def half():
    notebook = answered()
    del notebook["cells"][3]["metadata"]["nbgrader"], notebook["cells"][4:6]
    return json.dumps(notebook).encode()


ALL, NONE = [2, 3, None], [0, 0, 0]
SUBMISSIONS = {
    # who -> (the files: name -> content, None being the notebook answered; the marks; the words on top)
    "ana": ({"small.ipynb": None, "timestamp.txt": b"2030-01-01 12:00:00 UTC\n"}, ALL, None),
    "renamed": ({"small (1).ipynb": None}, ALL, None),
    "folder": ({"a/b/small.ipynb": None, "data.csv": b"3"}, ALL, None),
    "several": ({"small.ipynb": None, "other.ipynb": b"{", "small-Copy1.ipynb": b"{"}, ALL, None),
    "half": ({"small.ipynb": half()}, [2, 0, None], None),
    "nothing": ({}, NONE, "There is no notebook"),
    "empty": ({"small.ipynb": b""}, NONE, "is empty"),
    "zip": ({"small.ipynb": b"PK\x03\x04"}, NONE, "a ZIP archive"),
    "broken": ({"small.ipynb": json.dumps(answered())[:-900].encode()}, [2, 0, 0], "damaged"),
    "utf-16": ({"small.ipynb": json.dumps(answered()).encode("utf-16")}, ALL, None),
    "latest": ({"small.ipynb": None, "timestamp.txt": b"when I was done"}, ALL, None),
    "o'neil & sons": ({"small.ipynb": None}, None, None),
    "<b>": ({"small.ipynb": None}, None, None),
    "a[b]": ({"small.ipynb": None}, None, None),
    "two\nlines": ({"small.ipynb": None}, None, None),
    "Åsa Ö'Brien": ({"small.ipynb": None}, ALL, None),
}


@pytest.mark.slow
@needs_pipes
def test_every_submission_gives_marks_or_a_reason_and_the_run_goes_on(rebuilding):
    for student, (files, _, _) in SUBMISSIONS.items():
        folder = rebuilding / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        for name, content in files.items():
            write(folder, name, content=content)
    odd = rebuilding / "submitted" / "links" / ASSIGNMENT
    write(odd, "small.ipynb", "timestamp.txt/x")
    (odd / "data.csv").symlink_to("/etc/passwd")
    (odd / "zero").symlink_to("/dev/zero")
    os.mkfifo(odd / "pipe")
    piped = rebuilding / "submitted" / "piped" / ASSIGNMENT
    write(piped, "a/small.ipynb")
    os.mkfifo(piped / "timestamp.txt")
    said = run(rebuilding, "nbgrader", "autograde", ASSIGNMENT, timeout=300)

    expected = {student: marks for student, (_, marks, _) in SUBMISSIONS.items() if marks}
    assert marks(rebuilding) == expected | {"links": ALL, "piped": ALL}, said
    for student in set(SUBMISSIONS) - set(expected):
        assert re.search(rf"Not marked, .*{re.escape(student.replace(chr(10), ' '))}", said), student
    for student in expected:
        notebook = nbformat.read(rebuilding / "autograded" / student / ASSIGNMENT / "small.ipynb", as_version=4)
        words = SUBMISSIONS[student][2]
        assert (notebook.cells[0].id == "about-this-file") == bool(words), student
        assert not words or words in notebook.cells[0].source
    marked = rebuilding / "autograded" / "links" / ASSIGNMENT
    assert sorted(path.name for path in marked.iterdir()) == [
        "data.csv",
        "small.ipynb",
        "small.record.json",
        "timestamp.txt",
    ]
    assert (marked / "data.csv").read_text() == "1,2\n"
    assert [note.kind for note in load(marked / "small.record.json").notes] == ["file-left-out"] * 3

    run(rebuilding, "nbgrader", "generate_feedback", ASSIGNMENT)
    assert {path.suffix for path in (rebuilding / "feedback").rglob("*.*") if path.is_file()} <= {
        ".html",
        ".csv",
        ".txt",
    }


@pytest.mark.slow
def test_one_submission_alone_is_found_marked_again_and_skipped_as_nbgrader_does(rebuilding):
    folder = rebuilding / "submitted" / "ana" / ASSIGNMENT
    write(folder, "a/small.ipynb")
    write(folder, "timestamp.txt", content=b"2030-01-01 12:00:00 UTC\n")
    run(rebuilding, "nbgrader", "autograde", ASSIGNMENT, "--student=ana")
    assert marks(rebuilding) == {"ana": ALL}
    assert {path.name for path in folder.iterdir()} == {"a", "small.ipynb", "timestamp.txt"}
    (folder / "a" / "small.ipynb").unlink()
    assert "Skipping existing" in run(rebuilding, "nbgrader", "autograde", ASSIGNMENT, "--student=ana")
    assert marks(rebuilding) == {"ana": ALL}
    write(folder, "timestamp.txt", content=b"2030-01-02 12:00:00 UTC\n")
    run(rebuilding, "nbgrader", "autograde", ASSIGNMENT, "--student=ana")
    assert marks(rebuilding) == {"ana": NONE}
    assert "No notebooks" in run(rebuilding, "nbgrader", "autograde", ASSIGNMENT, "--student=ben", expect=1)


@pytest.mark.slow
def test_a_run_leaves_the_course_directory_that_it_was_given_as_it_was(rebuilding):
    write(rebuilding / "submitted" / "ana" / ASSIGNMENT, "small.ipynb", "data.csv")
    program = f"""
from coursekit.course import open_course
api = open_course({str(rebuilding)!r})
settings = lambda: {{name: getattr(api.coursedir, name) for name in api.coursedir.trait_names(config=True)}}
before = settings()
result = api.autograde({ASSIGNMENT!r}, "ana")
assert result["success"], result
assert settings() == before
"""
    (rebuilding / "program.py").write_text(program)
    run(rebuilding, "program")
    assert (rebuilding / "autograded" / "ana" / ASSIGNMENT / "data.csv").read_text() == "1,2\n"
    assert Path(rebuilding / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb").exists()
