"""`coursekit grade`: the marks that one after the other would give, whatever breaks, and nothing twice."""

import argparse
import io
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import namedtuple

import pytest
from conftest import ROOT
from nbgrader.api import Gradebook
from rich.console import Console

from coursekit import grading
from coursekit.course import SUBMISSIONS, CourseError, chatter_to, make_course, open_course, release_into
from coursekit.grade import arguments, ground, main
from coursekit.grade.journal import Journal, fingerprint
from coursekit.grade.pool import Outcome, Pool
from coursekit.grade.progress import Progress, in_words
from coursekit.trust.sandbox import available
from coursekit.trust.submission import PLACEHOLDER

ASSIGNMENT, NOTEBOOK = "02-numpy-network", "numpy_network"
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own, harmless
CLASS = (
    "ada",
    "carl",
    "grace",
    "kurt",
    "niels",
)  # right, half right, wrong, one that ends too early, one that is no notebook
SANDBOX = "none" if available() else "bubblewrap"


def course_in(folder):
    """Make a course of the one assignment, released, with some of the sample class."""
    folder.mkdir()
    make_course(folder)
    for other in (path for path in (folder / "source").iterdir() if path.name != ASSIGNMENT):
        shutil.rmtree(other) if other.is_dir() else other.unlink()
    for student in (SUBMISSIONS / name for name in CLASS):
        shutil.copytree(student / ASSIGNMENT, folder / "submitted" / student.name / ASSIGNMENT)
    with chatter_to(folder / "log"):
        release_into(open_course(folder))
    return folder


def options(course, *words):
    parser = argparse.ArgumentParser()
    arguments(parser)
    return parser.parse_args(["--course", str(course), "--sandbox", SANDBOX, *words])


def marks(course):
    """Return all that the gradebook knows of marks and comments: {(student, cell): (...)}."""
    found = {}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for submission in gradebook.assignment_submissions(ASSIGNMENT):
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    about = (
                        grade.auto_score,
                        grade.manual_score,
                        grade.extra_credit,
                        grade.needs_manual_grade,
                        grade.score,
                    )
                    found[submission.student.id, grade.name] = about
                for comment in notebook.comments:
                    found[submission.student.id, f"comment {comment.name}"] = (
                        comment.auto_comment,
                        comment.manual_comment,
                    )
    return found


def is_sound(course):
    with sqlite3.connect(course / "gradebook.db") as gradebook:
        return gradebook.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.fixture(scope="module")
def one_after_the_other(tmp_path_factory):
    """The marks of the sample class, by nbgrader's own command, {(student, cell): ...}; and its marked notebooks."""
    course = course_in(tmp_path_factory.mktemp("one") / "course")
    with chatter_to(course / "log"):
        api = open_course(course)
        api.config.TrustedExecute.sandbox = SANDBOX
        for student in sorted(path.name for path in (course / "submitted").iterdir()):
            assert api.autograde(ASSIGNMENT, student)["success"], student
    return marks(course)


# ---- the whole of it


@pytest.mark.slow
def test_the_marks_are_those_of_one_after_the_other(one_after_the_other, tmp_path, capsys):
    course = course_in(tmp_path / "course")
    assert main(options(course, "--jobs", "2")) == 0
    assert marks(course) == one_after_the_other and is_sound(course)
    said = capsys.readouterr().out
    assert len(re.findall(r"^✓", said, re.MULTILINE)) == 5 and "5 marked." in said
    assert grading.ahead == {}
    log = (course / ".coursekit/nbgrader.log").read_text()
    assert "Traceback" not in log

    before = {path: path.stat().st_mtime_ns for path in course.glob("autograded/*/*/*.ipynb")}
    assert main(options(course)) == 0
    assert capsys.readouterr().out == "5 of 5 are marked and have not changed since.\n"
    changed = next(course.glob("submitted/grace/*/*.ipynb"))
    shutil.copy(next(course.glob("submitted/ada/*/*.ipynb")), changed)
    assert main(options(course, "--jobs", "1", "--cold")) == 0
    after = {path: path.stat().st_mtime_ns for path in course.glob("autograded/*/*/*.ipynb")}
    assert [path.parts[-3] for path in after if after[path] != before[path]] == ["grace"]
    now = marks(course)
    assert {cell: now["grace", cell] for _, cell in now} == {cell: now["ada", cell] for _, cell in now}
    assert main(options(course, ASSIGNMENT, "--student", "kurt", "--force", "--jobs", "1")) == 0
    assert "✓ 1/1  kurt" in capsys.readouterr().out


def started(course, *words, lines):
    """Start the command on a course; return it when it has told of so many submissions."""
    command = [sys.executable, "-m", "coursekit", "grade", "--course", str(course), "--sandbox", SANDBOX, *words]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True)
    for _ in range(lines):
        assert run.stdout.readline().startswith("✓")
    return run


def done(course):
    return sorted(path.stem for path in (course / ".coursekit/marked" / ASSIGNMENT).glob("*.json"))


@pytest.mark.slow
@pytest.mark.parametrize("lines", [1, 3])
def test_a_run_that_was_killed_goes_on(one_after_the_other, tmp_path, capsys, lines):
    course = course_in(tmp_path / "course")
    run = started(course, "--jobs", "2", lines=lines)
    shutil.copytree(course, tmp_path / "after the power failed", dirs_exist_ok=True)
    run.kill()
    run.communicate()
    for place in ("course", "after the power failed"):
        course = tmp_path / place
        marked = done(course)
        assert lines <= len(marked) < 5 and is_sound(course)
        before = {
            name: next((course / "autograded" / name / ASSIGNMENT).glob("*.ipynb")).stat().st_mtime_ns
            for name in marked
        }
        assert main(options(course, "--resume")) == 0
        assert f"{len(marked)} of 5 are marked" in capsys.readouterr().out
        assert marks(course) == one_after_the_other and is_sound(course) and len(done(course)) == 5
        for name in marked:
            assert next((course / "autograded" / name / ASSIGNMENT).glob("*.ipynb")).stat().st_mtime_ns == before[name]


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_can_be_stopped(tmp_path, sign):
    course = course_in(tmp_path / "course")
    run = started(course, "--jobs", "2", lines=1)
    os.killpg(run.pid, sign)  # as a terminal does
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 130 and "Go on with: python -m coursekit grade --resume" in said
    assert is_sound(course) and Journal(course).last()["ended"] is False and 1 <= len(done(course)) < 5


@pytest.mark.slow
def test_workers_of_a_scheduler_do_it_and_one_may_die(one_after_the_other, tmp_path, capsys):
    course = course_in(tmp_path / "course")
    address = tmp_path / "scheduler.json"
    log = open(tmp_path / "dask.log", "wb")
    settings = {"stdout": log, "stderr": log, "cwd": ROOT, "env": os.environ | {"PYTHONPATH": str(ROOT)}}
    command = [
        sys.executable,
        "-m",
        "distributed.cli.dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
    ]
    scheduler = subprocess.Popen([*command, "--scheduler-file", str(address)], **settings)
    command = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(address), "--nthreads", "1"]
    workers = [subprocess.Popen([*command, "--no-nanny", "--no-dashboard"], **settings) for _ in range(2)]
    try:
        run = started(course, "--scheduler", told(address), lines=2)
        workers[0].kill()
        run.communicate(timeout=300)
        assert run.returncode == 0
        assert marks(course) == one_after_the_other and is_sound(course)
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()
        log.close()


def told(path):
    """Return the address in a scheduler's file, once it is there."""
    import json

    for _ in range(300):
        if path.exists() and path.read_text():
            return json.loads(path.read_text())["address"]
        time.sleep(0.1)
    raise AssertionError("there is no scheduler")


# ---- the pool


def double(x):
    if x == 3:
        raise ValueError("three is too many")
    return 2 * x


def fatal(x):
    if x == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * x


def many(n, handed_out):
    for number in range(n):
        handed_out.append(number)
        yield ("a", f"s{number}"), (number,)


@pytest.mark.slow
def test_every_task_has_an_outcome_and_only_so_many_are_under_way():
    handed_out, most, results = [], 0, {}
    with Pool(2) as pool:
        for outcome in pool.outcomes(double, many(50, handed_out)):
            results[outcome.key[1]] = outcome
            most = max(most, len(handed_out) - len(results))
    assert {name: outcome.result for name, outcome in results.items() if name != "s3"} == {
        f"s{n}": 2 * n for n in range(50) if n != 3
    }
    assert results["s3"] == Outcome(("a", "s3"), fault="ValueError: three is too many") and most <= 4


@pytest.mark.slow
def test_a_task_that_kills_its_workers_is_given_up_and_the_others_are_done():
    with Pool(2) as pool:
        results = {outcome.key[1]: outcome for outcome in pool.outcomes(fatal, many(8, []))}
    assert results.pop("s3").fault == "it took 3 workers with it, one after the other"
    assert {name: outcome.result for name, outcome in results.items()} == {f"s{n}": 2 * n for n in range(8) if n != 3}


def test_an_address_where_nobody_is_is_said():
    import distributed

    with (
        pytest.raises(CourseError, match="No Dask scheduler answers at tcp://127.0.0.1:9 "),
        pytest.MonkeyPatch.context() as patch,
    ):
        client = distributed.Client
        patch.setattr(distributed, "Client", lambda address, timeout: client(address, timeout=0.5))
        with Pool(scheduler="tcp://127.0.0.1:9"):
            pass


# ---- what a run stands on


def test_a_sound_course_is_let_pass(tmp_path):
    sqlite3.connect(tmp_path / "gradebook.db").close()
    ground.look_at(tmp_path, [])


def test_a_full_disk_is_told_before_any_work(tmp_path, monkeypatch):
    (tmp_path / "submitted").mkdir()
    (tmp_path / "submitted/a").write_bytes(bytes(10_000_000))
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(219_000_000))
    with pytest.raises(CourseError, match="219 MB are free where .*, and about 220 MB are needed"):
        ground.look_at(tmp_path, [tmp_path / "submitted"])
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(221_000_000))
    ground.look_at(tmp_path, [tmp_path / "submitted"])


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path, monkeypatch):
    (tmp_path / "autograded").write_text("")
    with pytest.raises(CourseError, match="autograded cannot be written to"):
        ground.look_at(tmp_path, [])


def test_a_locked_gradebook_is_told(tmp_path, monkeypatch):
    connect = sqlite3.connect
    with connect(tmp_path / "gradebook.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr(sqlite3, "connect", lambda path, timeout, **rest: connect(path, timeout=0.1, **rest))
        with pytest.raises(
            CourseError, match=r"gradebook.db cannot be written to \(database is locked\). .*formgrader"
        ):
            ground.look_at(tmp_path, [])
        other.execute("ROLLBACK")
        ground.look_at(tmp_path, [])
    other.close()


def test_a_damaged_gradebook_is_told(tmp_path):
    (tmp_path / "gradebook.db").write_bytes(b"no database, but long enough to be one" * 100)
    with pytest.raises(CourseError, match="gradebook.db is damaged"):
        ground.look_at(tmp_path, [])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--resume"], "No run was broken off here"),
        (["07-none"], "There is no assignment 07-none, only 02-numpy-network"),
        (["--student", "nobody"], "Nothing by nobody lies in"),
        ([], "Nothing lies in"),
    ],
)
def test_calls_that_cannot_be_are_explained(tmp_path, words, told):
    shutil.copytree(ROOT / "source" / ASSIGNMENT, tmp_path / "source" / ASSIGNMENT)
    with pytest.raises(CourseError, match=told):
        main(options(tmp_path, *words))


# ---- the journal


def test_the_journal_remembers_what_was_marked_as_it_was(tmp_path):
    journal = Journal(tmp_path)
    assert not journal.is_marked("a", "s", ("x", "y"))
    journal.marked("a", "s", ("x", "y"))
    assert Journal(tmp_path).is_marked("a", "s", ("x", "y"))
    assert not any(
        journal.is_marked(*key) for key in [("a", "s", ("x", "z")), ("a", "t", ("x", "y")), ("b", "s", ("x", "y"))]
    )
    journal.forget("a", "s")
    journal.forget("a", "s")
    assert not journal.is_marked("a", "s", ("x", "y"))
    (tmp_path / ".coursekit/marked/a/s.json").write_text('["x", ')
    assert not journal.is_marked("a", "s", ("x", "y"))


def test_the_journal_remembers_the_run(tmp_path):
    journal = Journal(tmp_path)
    assert journal.last() == {}
    journal.begin({"jobs": 2})
    assert Journal(tmp_path).last() == {"call": {"jobs": 2}, "ended": False}
    journal.end()
    assert journal.last() == {"call": {"jobs": 2}, "ended": True}


def test_only_one_run_is_in_a_course(tmp_path):
    with (
        Journal(tmp_path).alone(),
        pytest.raises(CourseError, match="Another run is marking"),
        Journal(tmp_path).alone(),
    ):
        pass
    with Journal(tmp_path).alone():
        pass


def test_a_fingerprint_is_another_one_whenever_the_submission_is(tmp_path):
    (tmp_path / "a.ipynb").write_text("1")
    prints = [fingerprint(tmp_path)]
    assert fingerprint(tmp_path) == prints[0]
    changes = [
        lambda: (tmp_path / "a.ipynb").write_text("2"),
        lambda: (tmp_path / "b.csv").write_text("2"),
        lambda: (tmp_path / "b.csv").rename(tmp_path / "c.csv"),
        lambda: (tmp_path / "d").symlink_to("c.csv"),
        lambda: os.mkfifo(tmp_path / "pipe"),
        lambda: (tmp_path / "large").write_bytes(bytes(1_000_001)),
    ]
    for change in changes:
        change()
        prints.append(fingerprint(tmp_path))
    assert len(set(prints)) == len(prints)
    (tmp_path / "a.ipynb").write_bytes(PLACEHOLDER)


# ---- what is seen


def test_a_log_gets_plain_lines():
    console = Console(file=io.StringIO(), force_terminal=False, width=200)
    with Progress(20, console) as progress:
        progress.tick([("a", "ada")])
        progress.finished(("a", "ada"), "9 of 9 right, 1.0 s")
        progress.finished(("a", "[bold]bob"), "the disk is full", well=False)
    assert console.file.getvalue() == "✓  1/20  ada  a: 9 of 9 right, 1.0 s\n✗  2/20  [bold]bob  a: the disk is full\n"
    assert (progress.marked, progress.failed) == (1, 1)


def test_a_terminal_gets_a_table_of_what_is_under_way():
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with Progress(20, console) as progress:
        progress.tick([("a", "ada"), ("a", "bob")])
        progress.finished(("a", "ada"), "fine")
        progress.tick([("a", "bob")])
    said = console.file.getvalue()
    assert "1 of 20 done, 1 under way, 0 failed" in said and "bob" in said
    assert re.search(r"1 of 20 done, 1 under way, 0 failed; [\d.]+ a minute, about \d+", progress.summary())


@pytest.mark.parametrize(("seconds", "words"), [(45.4, "45 s"), (700, "12 min"), (7500, "2 h 5 min")])
def test_times_are_said_in_their_unit(seconds, words):
    assert in_words(seconds) == words
