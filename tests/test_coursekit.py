"""What instructors run, on the small course of conftest.py: normal form, release, samples, demonstration, grading."""

import contextlib
import copy
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from conftest import ASSIGNMENT, NOTEBOOK, cell, run, small_notebook

from coursekit import lab as lab_module
from coursekit import release as release_module
from coursekit.course import CourseError, files
from coursekit.notebooks import dump, normalise
from coursekit.samples import fill_in, read_answers
from nnkit.desk import logbook

# -------------------------------------------------------------------------------- normal form


def used_notebook():
    """The small notebook as Jupyter leaves it after a day's work."""
    notebook = small_notebook()
    for number, used in enumerate(notebook["cells"]):
        used["id"] = f"random-{number}"
        used["source"] = "".join(used["source"])
        used["metadata"] |= {"collapsed": False, "editable": True, "tags": ["keep"] if number == 0 else []}
        if used["cell_type"] == "code":
            used["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "hello"}]
            used["execution_count"] = number
            used["metadata"]["jupyter"] = {"source_hidden": number == 1, "outputs_hidden": True}
    notebook["cells"][2]["metadata"]["nbgrader"] |= {"checksum": "0" * 32, "cell_type": "code"}
    notebook["metadata"] = {"kernelspec": {"name": "my-env"}, "language_info": {"name": "python", "version": "3.12.1"}}
    return notebook | {"nbformat_minor": 4}


def test_normal_form_keeps_what_the_author_means_and_nothing_else():
    normal = normalise(used_notebook())
    expected = small_notebook()
    expected["cells"][0] |= {"id": "random-0", "metadata": {"tags": ["keep"]}}
    expected["cells"][1]["metadata"]["jupyter"] = {"source_hidden": True}
    assert normal == expected
    assert dump(normal) == json.dumps(expected, indent=1, sort_keys=True) + "\n"


def test_normal_form_of_the_normal_form_is_itself_and_the_original_is_left_alone():
    used = used_notebook()
    before = copy.deepcopy(used)
    once = normalise(used)
    assert used == before
    assert dump(normalise(once)) == dump(once)


def test_a_cell_without_an_id_or_with_a_taken_one_gets_one_that_stays():
    notebook = small_notebook()
    del notebook["cells"][0]["id"]
    notebook["cells"].append(cell("markdown", "double", "a cell whose id is the grade_id of another"))
    ids = [normal["id"] for normal in normalise(notebook)["cells"]]
    assert len(set(ids)) == len(ids)
    assert ids == [normal["id"] for normal in normalise(copy.deepcopy(notebook))["cells"]]
    assert ids[2] == "double"
    assert all(re.fullmatch("[a-zA-Z0-9_-]{1,64}", name) for name in ids)


def test_normalise_rewrites_what_check_complains_of(checkout):
    path = checkout / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    normal = path.read_text("utf-8")
    used = small_notebook()
    used["cells"][2]["execution_count"] = 7
    path.write_text(json.dumps(used), "utf-8")
    assert f"{NOTEBOOK}.ipynb is not in normal form" in run(checkout, "coursekit", "normalise", "--check", expect=1)
    assert path.read_text("utf-8") == json.dumps(used)
    run(checkout, "coursekit", "normalise")
    assert path.read_text("utf-8") == normal
    run(checkout, "coursekit", "normalise", "--check")


# -------------------------------------------------------------------------------- answers


def test_answers_take_the_place_of_the_cells_they_name(tmp_path):
    path = tmp_path / "ana.py"
    path.write_text("# Ana.\n\n# %% double\ndef double(x):\n    return x + x\n\n\n# %% explain\n# Because\n#\n# so.\n")
    notebook, answers = small_notebook(), read_answers(path)
    fill_in(notebook, answers)
    sources = {filled["id"]: "".join(filled["source"]) for filled in notebook["cells"]}
    assert answers == {}
    assert sources["double"] == "def double(x):\n    return x + x"
    assert sources["explain"] == "Because\n\nso."
    assert sources["square"] == "".join(small_notebook()["cells"][4]["source"])


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("ana.py", "x = 1\n", "who is this student"),
        ("ana.txt", "# Ana.\n", "expected a .py or .broken file"),
        ("ana.py", "# Ana.\n# %% double\n1\n# %% double\n2\n", "a cell is answered twice"),
    ],
)
def test_answers_that_make_no_sense_are_refused(tmp_path, name, text, complaint):
    (tmp_path / name).write_text(text)
    with pytest.raises(CourseError, match=complaint):
        read_answers(tmp_path / name)


# -------------------------------------------------------------------------------- generated folders


def write(folder, **contents):
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def test_a_generated_folder_is_compared_and_then_replaced_as_a_whole(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(release_module, "ROOT", tmp_path)
    there, built = tmp_path / "release", tmp_path / "built"
    write(there, same="1", edited="mine", stale="2")
    write(built, same="1", edited="right", new="3")
    write(tmp_path / ".release-new", half="an interrupted run")
    assert release_module.settle(there, built, check=True, cure="make release") == 1
    said = capsys.readouterr().out
    assert {"  missing: new", "  changed: edited", "  no longer made: stale"} <= set(said.splitlines())
    assert "make release" in said
    assert files(there)["edited"] == b"mine"
    assert release_module.settle(there, built, check=False, cure="make release") == 0
    assert files(there) == files(built)
    assert release_module.settle(there, built, check=True, cure="make release") == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["built", "release"]


def test_the_lab_copies_what_is_new_and_never_overwrites(tmp_path, monkeypatch):
    monkeypatch.setattr(lab_module, "RELEASE", tmp_path / "release")
    monkeypatch.setattr(lab_module, "WORK", tmp_path / "work")
    with pytest.raises(CourseError, match="make release"):
        lab_module.copy_new_files()
    write(tmp_path / "release", **{"01/a.ipynb": "new", "01/data.csv": "1"})
    write(tmp_path / "work", **{"01/a.ipynb": "a student's"})
    assert lab_module.copy_new_files() == ["01/data.csv"]
    assert files(tmp_path / "work") == {"01/a.ipynb": b"a student's", "01/data.csv": b"1"}
    assert lab_module.copy_new_files() == []


def test_the_lab_opens_on_the_first_notebook_for_those_who_have_not_begun(tmp_path, monkeypatch):
    monkeypatch.setattr(lab_module, "WORK", tmp_path / "work")
    for name in ("02/b.ipynb", "01/a.ipynb"):
        (tmp_path / "work" / name).parent.mkdir(parents=True)
        (tmp_path / "work" / name).touch()
    monkeypatch.setenv("NNKIT_LOGBOOK", str(tmp_path / "logbook.jsonl"))
    assert lab_module.first_page() == ["--LabApp.default_url=/lab/tree/01/a.ipynb"]
    logbook.note(exercise="dense-forward", state="wrong", code="1", failing="it does")
    assert lab_module.first_page() == []


# -------------------------------------------------------------------------------- release, samples, demo


@pytest.mark.slow
def test_release_is_what_the_stock_command_writes_and_check_leaves_it_alone(checkout):
    assert "missing: 01-small/small.ipynb" in run(checkout, "coursekit", "release", "--check", expect=1)
    assert not (checkout / "release").exists()
    run(checkout, "coursekit", "release")
    ours = files(checkout / "release")
    assert sorted(ours) == ["01-small/data.csv", "01-small/small.ipynb"]
    text = ours["01-small/small.ipynb"].decode()
    assert "not attempted yet" in text and "# YOUR CODE HERE" in text and "2 * x" not in text
    run(checkout, "nbgrader", "generate_assignment", ASSIGNMENT)  # though release/ is there, as in a clone
    assert files(checkout / "release") == ours
    assert ASSIGNMENT in run(checkout, "nbgrader", "db", "assignment", "list")


ANSWERS = {
    "ana.py": "# Ana is right.\n# %% double\ndef double(x):\n    return x + x\n# %% square\ndef square(x):\n"
    "    warnings.warn('right all the same')\n    return x**2\n# %% explain\n# Because.\n",
    "ben.py": "# Ben has half.\n# %% double\ndef double(x):\n    return x + x\n",
    "cy.py": "# Cy did nothing.\n",
    "dora.broken": "# Dora's upload broke off.\n# %% double\ndef double(x):\n    return x + x\n",
    "eli.py": "# Eli ends Python.\n# %% double\nimport os\n\nos._exit(1)\n",
}


def table(said):
    """The lines of the marks table as a dict: name -> the rest of the line."""
    return dict(line.split(maxsplit=1) for line in said.splitlines() if re.match(r"  [a-z]+ ", line))


@pytest.mark.slow
def test_demo_marks_the_sample_class_and_leaves_the_checkout_as_it_was(checkout):
    write(checkout / "examples" / "answers" / ASSIGNMENT, **ANSWERS)
    run(checkout, "coursekit", "release")
    run(checkout, "coursekit", "samples")
    run(checkout, "coursekit", "samples", "--check")
    before = files(checkout)
    for _ in range(2):
        said = run(checkout, "coursekit", "demo")
        rows = table(said)
        assert rows["points"].split() == ["2", "3", "4", "9"]
        assert rows["ana"].split() == ["2", "3", "?", "5"]
        assert rows["ben"].split() == ["2", "0", "0", "2"]
        assert rows["cy"].split() == ["0", "0", "0", "0"]
        assert rows["dora"].split() == ["2", "0", "0", "2"]  # what could be read of it
        assert re.search(r"noted of dora: .small.ipynb. is damaged or breaks off \(.*line \d+", said)
        assert rows["eli"].split() == ["0", "0", "0", "0"]
        ended = "The kernel ended while this cell ran: its Python ended by itself, with exit status 1."
        assert f"noted of eli: {ended}" in said
        assert files(checkout) == before
    feedback = Path(re.search(r"in a browser: (\S+)/<student>", said).group(1))
    assert sorted(page.name for page in feedback.glob("*/*/*.html")) == [f"{NOTEBOOK}.html"] * 5
    assert "Traceback" not in said and "WARNING" not in said


@pytest.mark.slow
def test_a_fault_that_is_ours_is_said_and_ends_in_failure(checkout):
    path = checkout / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    notebook = small_notebook()
    notebook["cells"][2]["metadata"]["nbgrader"]["grade_id"] = "test-double"
    path.write_text(json.dumps(notebook), "utf-8")
    assert "make samples" in run(checkout, "coursekit", "demo", expect=1)
    (checkout / "examples" / "submissions").mkdir(parents=True)
    assert "Duplicate grade id: test-double" in run(checkout, "coursekit", "demo", expect=1)
    path.unlink()
    assert "There is no notebook in" in run(checkout, "coursekit", "demo", expect=1)


# -------------------------------------------------------------------------------- old marks


def right():
    """A submission that earns 2 + 3 points, and 4 from a person."""
    notebook = small_notebook()
    for answered in notebook["cells"]:
        answered["source"] = [line for line in answered["source"] if "###" not in line]
    notebook["cells"][-1]["source"] = ["Because."]
    return notebook


def without(*names):
    notebook = right()
    notebook["cells"] = [kept for kept in notebook["cells"] if kept["id"] not in names]
    return notebook


def edited(edit, notebook=None):
    """The right submission after `edit` has been applied to each of its cells."""
    notebook = notebook or right()
    for each in notebook["cells"]:
        edit(each)
    return notebook


def forget_ids(each):
    each["metadata"].pop("nbgrader", None)
    each.pop("id")


def wrong(each):
    each["source"] = [line.replace("2 * x", "3 * x") for line in each["source"]]


def old_schema(each):
    each["metadata"].get("nbgrader", {}).pop("schema_version", None)


def skip_tests(each):
    each["metadata"]["tags"] = ["skip-execution"]
    wrong(each)


def doubled(place, *names):
    """The right submission with copies of the cells `names` inserted at `place`."""
    notebook = right()
    copies = [copy.deepcopy(each) | {"id": f"copy-{each['id']}"} for each in notebook["cells"] if each["id"] in names]
    notebook["cells"][place:place] = copies
    return notebook


def changed(name, **fields):
    return edited(lambda each: each.update(fields) if each["id"] == name else None)


def raw_test():
    notebook = right()
    test = notebook["cells"][3]
    test["cell_type"] = "raw"
    del test["outputs"], test["execution_count"]
    return notebook


QUIT = ["import os\n", "os._exit(1)"]
NOTHING = (0, 0, 0)  # nothing can be read, so nothing is answered
# What is handed in the second time -> the marks of (double, square, explain) afterwards; None: a person decides.
RESUBMISSIONS = {
    "as-good": (right(), (2, 3, None)),
    "now-wrong": (edited(wrong), (0, 3, None)),
    "test-deleted": (without("test-double"), (2, 3, None)),
    "test-deleted-now-wrong": (edited(wrong, without("test-double")), (0, 3, None)),
    "exercise-deleted": (without("double", "test-double"), (0, 3, None)),
    "all-but-setup-deleted": (without("double", "test-double", "square", "test-square", "explain"), (0, 0, 0)),
    "metadata-gone": (edited(lambda each: each["metadata"].clear(), edited(wrong)), (0, 3, None)),
    "metadata-and-ids-gone": (edited(forget_ids, edited(wrong)) | {"nbformat_minor": 4}, (0, 3, None)),
    "old-schema": (edited(old_schema), (2, 3, None)),
    "test-copied": (doubled(7, "test-double", "square"), (2, 3, None)),
    "all-copied": (doubled(0, "double", "test-double", "square", "test-square", "explain"), (2, 3, None)),
    "test-edited": (changed("test-double", source=["pass"]), (2, 3, None)),
    "test-made-raw": (raw_test(), (2, 3, None)),
    "tests-skipped": (edited(skip_tests), (0, 3, None)),
    "kernel-killed": (changed("square", source=QUIT), (2, 0, None)),
    "unknown-cells": (right() | {"cells": [*right()["cells"], cell("code", "mine", "1", solution=True)]}, (2, 3, None)),
    "not-json": ("{", NOTHING),
    "empty-file": ("", NOTHING),
    "not-a-notebook": ("[]", NOTHING),
    "no-cells": ({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, (0, 0, 0)),
}


def submit(course, student, notebook, day, name=NOTEBOOK):
    """Hand in `notebook` (a dict, or text as it is) as `student`, on that day, in place of all that was there."""
    folder = course / "submitted" / student / ASSIGNMENT
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    text = notebook if isinstance(notebook, str) else json.dumps(notebook)
    if name:
        (folder / f"{name}.ipynb").write_text(text, "utf-8")
    (folder / "timestamp.txt").write_text(f"2030-01-{day:02} 12:00:00 UTC\n")


def gradebook(course):
    """The gradebook's automatic marks: student -> (double, square, explain)."""
    query = """
        SELECT student.id, base_cell.name, grade.auto_score FROM grade
        JOIN base_cell ON base_cell.id = grade.cell_id
        JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
        JOIN student ON student.id = submitted_assignment.student_id"""
    marks = {}
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as database:
        for student, name, score in database.execute(query):
            marks.setdefault(student, {})[name] = score
    return {
        who: tuple(given[name] for name in ("test-double", "test-square", "explain")) for who, given in marks.items()
    }


@pytest.mark.slow
def test_old_marks_never_survive_a_resubmission_that_no_longer_earns_them(checkout):
    expected = {student: marks for student, (_, marks) in RESUBMISSIONS.items()}
    expected |= {"renamed": (2, 3, None), "nothing": NOTHING, "stays": (2, 3, None)}
    run(checkout, "nbgrader", "generate_assignment", ASSIGNMENT)
    for student in expected:
        submit(checkout, student, right(), day=1)
    run(checkout, "nbgrader", "autograde", ASSIGNMENT, timeout=300)
    assert gradebook(checkout) == dict.fromkeys(expected, (2, 3, None))

    for student, (notebook, _) in RESUBMISSIONS.items():
        submit(checkout, student, notebook, day=2)
    submit(checkout, "renamed", right(), day=2, name="my-solution")
    submit(checkout, "nothing", right(), day=2, name=None)
    run(checkout, "nbgrader", "autograde", ASSIGNMENT, timeout=300)
    assert gradebook(checkout) == expected

    submit(checkout, "stays", "{", day=1)
    assert "Skipping existing" in run(checkout, "nbgrader", "autograde", ASSIGNMENT, "--student=stays")
    assert gradebook(checkout)["stays"] == (2, 3, None)
    run(checkout, "nbgrader", "autograde", ASSIGNMENT, "--student=stays", "--force")
    assert gradebook(checkout)["stays"] == NOTHING


@pytest.mark.slow
def test_marks_that_a_person_gave_stay_and_are_to_be_looked_at_again(checkout):
    run(checkout, "nbgrader", "generate_assignment", ASSIGNMENT)
    submit(checkout, "ana", right(), day=1)
    run(checkout, "nbgrader", "autograde", ASSIGNMENT)
    given = "UPDATE grade SET manual_score = 3.5, needs_manual_grade = 0 WHERE auto_score IS NULL"
    with contextlib.closing(sqlite3.connect(checkout / "gradebook.db")) as database:
        assert database.execute(given).rowcount == 1
        database.commit()
    submit(checkout, "ana", "{", day=2)
    run(checkout, "nbgrader", "autograde", ASSIGNMENT)
    with contextlib.closing(sqlite3.connect(checkout / "gradebook.db")) as database:
        kept = database.execute("SELECT auto_score, manual_score, needs_manual_grade FROM grade").fetchall()
    assert sorted(kept, key=str) == [(0.0, 3.5, 1), (0.0, None, 0), (0.0, None, 0)]


# -------------------------------------------------------------------------------- JupyterLab


def get(port, path):
    """The answer of the server to a GET: (status, text)."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return answer.status, answer.read().decode()


@contextlib.contextmanager
def serving(root, *command):
    """A Jupyter server started by `python -m <command>` in `root`, on a port of its own; ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--ServerApp.token="]
    options += ["--ServerApp.allow_root=True", "--ServerApp.disable_check_xsrf=True"]
    settings = {**os.environ, "PYTHONPATH": str(root), "HOME": str(root.parent)}
    with open(root.parent / "server.log", "w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *command, *options], cwd=root, env=settings, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        wait_until_up(server, port, root.parent / "server.log")
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_until_up(server, port, log):
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError):
            if get(port, "/api/status")[0] == 200:
                return
        time.sleep(0.3)
    raise AssertionError(f"the server did not come up:\n{log.read_text()}")


@pytest.mark.slow
def test_formgrader_works_in_the_course(checkout):
    run(checkout, "nbgrader", "generate_assignment", ASSIGNMENT)
    submit(checkout, "ana", right(), day=1)
    run(checkout, "nbgrader", "autograde", ASSIGNMENT)
    with serving(checkout, "jupyterlab") as port:
        assert get(port, "/formgrader/")[0] == 200
        status, text = get(port, "/formgrader/api/assignments")
        assert status == 200
        [assignment] = json.loads(text)
        assert (assignment["name"], assignment["num_submissions"], assignment["max_score"]) == (ASSIGNMENT, 1, 9)
    log = (checkout.parent / "server.log").read_text()
    assert "Unwritable directory" not in log and "Traceback" not in log


@pytest.mark.slow
def test_the_lab_opens_on_a_copy_without_what_instructors_use(checkout):
    write(checkout / "release" / ASSIGNMENT, **{f"{NOTEBOOK}.ipynb": json.dumps(small_notebook())})
    with serving(checkout, "coursekit", "lab") as port:
        status, text = get(port, f"/api/contents/{ASSIGNMENT}?content=1")
        assert status == 200
        assert [entry["name"] for entry in json.loads(text)["content"]] == [f"{NOTEBOOK}.ipynb"]
        page = get(port, "/lab")[1]
    assert "@jupyterlab/apputils-extension:announcements" in page
    assert "@jupyter/nbgrader:formgrader" in page
    assert "new in work/: 01-small/small.ipynb" in (checkout.parent / "server.log").read_text()
