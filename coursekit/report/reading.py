"""What a report is made from: the gradebook's points and comments, the records of the grader, the handed-out notebooks.

The gradebook is opened for reading alone. Submissions come one after the other, so that a class of a thousand takes no
more memory than a class of ten; notebooks that students handed in are not opened at all.
"""

import contextlib
import json
import os
import re
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy.engine import URL

from coursekit.course import CourseError
from coursekit.trust.notes import Note
from coursekit.trust.record import load, record_path
from coursekit.trust.session import exercise_of
from nnkit.checks.verdict import Verdict

__all__ = ["Answer", "Exercise", "Submission", "Work", "opened", "submissions", "totals", "work"]

CHECKED = ("right", "wrong", "not attempted", "not tried")  # the states of an exercise that a check looks at
WRITTEN = ("marked", "to be marked", "not answered")  # those of one that a person looks at
AT_ONCE = 200  # submissions that are in memory together
SECTION = re.compile(
    r"\d+\. .* \(\d+ points?\)"
)  # how an exercise's heading reads: "2. A dense layer, back (10 points)"
HINT = re.compile(r"<summary>Hint \d")


@dataclass
class Exercise:
    """An exercise as it was handed out.

    name      its id; `cell` is the cell that carries its points
    section   the heading under which it stands, without the points: "2. A dense layer, back"
    hints     how many hints it has
    written   a person marks it
    checked   one of nnkit's checks looks at it (else a test of another kind, if it is not written)
    """

    name: str
    cell: str
    notebook: str
    points: float
    written: bool
    checked: bool
    section: str = ""
    hints: int = 0

    @property
    def title(self):
        """Its section's heading, or where it has none, its id."""
        return self.section or self.name


@dataclass
class Work:
    """An assignment: its name and title, its notebooks' names and its exercises, in order."""

    name: str
    title: str
    notebooks: list
    exercises: list

    @property
    def points(self):
        """What can be had."""
        return sum(exercise.points for exercise in self.exercises)


@dataclass
class Answer:
    """One student's answer to one exercise. `state`: one of CHECKED or WRITTEN; `by_hand`: a person gave the points."""

    exercise: Exercise
    state: str
    score: float
    by_hand: bool = False
    verdict: Verdict | None = None
    comment: str | None = None


@dataclass
class Submission:
    """One student's submission. `recorded`: the grader left a record of it; the last three are out of that record."""

    student: str
    first_name: str | None = None
    last_name: str | None = None
    answers: list = field(default_factory=list)
    penalty: float = 0.0
    recorded: bool = False
    notes: list = field(default_factory=list)
    seconds: float = 0.0
    memory_mb: int = 0

    @property
    def score(self):
        """The points, less what being late has cost."""
        return max(0.0, sum(answer.score for answer in self.answers) - self.penalty)

    def having(self, *states):
        """Those of the answers that are in one of `states`."""
        return [answer for answer in self.answers if answer.state in states]


# ------------------------------------------------------------------------------------- the gradebook


PROBES = (  # what must be in a gradebook of this nbgrader's, or nbgrader would set out to change it
    "SELECT lms_user_id FROM student LIMIT 1",
    "SELECT late_submission_penalty FROM submitted_notebook LIMIT 1",
    "SELECT id FROM task_cells LIMIT 1",
    "SELECT id FROM course LIMIT 1",
)


@contextlib.contextmanager
def opened(course):
    """The gradebook of the course in the folder `course`, which cannot be changed through it."""
    path = Path(course).resolve() / "gradebook.db"
    if not path.is_file():
        raise CourseError(f"There is no gradebook in {path.parent}: release and grade an assignment first.")
    place = f"file:{quote(path.as_posix())}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(place, uri=True)) as database:
            *_, [name] = [database.execute(probe).fetchone() for probe in PROBES]
    except (sqlite3.DatabaseError, TypeError) as error:
        cure = "If an older nbgrader made it, run `nbgrader db upgrade` there."
        raise CourseError(f"{path} cannot be read as nbgrader's gradebook ({error}). {cure}") from None
    url = URL.create("sqlite", database=place.partition("?")[0], query={"mode": "ro", "uri": "true"})
    with Gradebook(url, name) as gradebook:
        yield gradebook


def assignments(gradebook):
    """The assignments of a gradebook, in order: a dict of names and numbers of submissions."""
    return {found.name: found.num_submissions for found in sorted(gradebook.assignments, key=lambda each: each.name)}


def work(gradebook, course, name):
    """The assignment `name` as a Work."""
    found = gradebook.find_assignment(name)
    exercises, title = [], ""
    for notebook in found.notebooks:
        page, heading = handed_out(course, name, notebook.name)
        title = title or heading
        exercises += exercises_of(notebook, page)
    return Work(name, title or name, [notebook.name for notebook in found.notebooks], exercises)


def exercises_of(notebook, page):
    """The Exercises of one of the gradebook's notebooks; `page` has their sections and numbers of hints."""
    points = {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]}
    written = {cell.name for cell in [*notebook.solution_cells, *notebook.task_cells]}
    for cell in notebook.source_cells:
        if cell.name in points:
            name = cell.name.removeprefix("test-")
            checked = exercise_of(cell.source or "") is not None
            place = page.get(name, page.get(cell.name, ("", 0)))
            yield Exercise(name, cell.name, notebook.name, points[cell.name], cell.name in written, checked, *place)


def submissions(gradebook, course, work):
    """Every Submission to a Work, by student."""
    for rows in chunks(submitted(gradebook, work.name)):
        numbers = [row.id for row in rows]
        grades, comments = grades_of(gradebook, numbers), comments_of(gradebook, numbers)
        late = penalties_of(gradebook, numbers)
        for row in rows:
            records = Path(course) / "autograded" / row.student / work.name if is_folder(row.student) else None
            submission = Submission(row.student, row.first_name, row.last_name, penalty=late.get(row.id, 0.0))
            verdicts = add_records(submission, records, work.notebooks)
            submission.answers = [
                answer(exercise, grades[row.id].get((exercise.notebook, exercise.cell)), verdicts, comments[row.id])
                for exercise in work.exercises
            ]
            yield submission


def totals(gradebook, name):
    """The points of all submissions to the assignment `name`."""
    for rows in chunks(submitted(gradebook, name)):
        numbers = [row.id for row in rows]
        grades, late = grades_of(gradebook, numbers), penalties_of(gradebook, numbers)
        for number in numbers:
            yield max(0.0, sum(grade.score for grade in grades[number].values()) - late.get(number, 0.0))


def students(gradebook):
    """Rows (id, first_name, last_name) for all students of the course."""
    return gradebook.db.query(Student.id, Student.first_name, Student.last_name).order_by(Student.id).all()


def submitted(gradebook, name):
    """Rows (id, student, first_name, last_name) for the submissions to the assignment `name`, by student."""
    rows = gradebook.db.query(
        SubmittedAssignment.id, Student.id.label("student"), Student.first_name, Student.last_name
    )
    rows = rows.join(Student, SubmittedAssignment.student_id == Student.id)
    rows = rows.join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
    return rows.filter(Assignment.name == name).order_by(Student.id).all()


def chunks(rows):
    """The list `rows` in pieces."""
    return (rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE))


def grades_of(gradebook, numbers):
    """A dict for each of these submissions: (notebook, cell) -> row of the grade."""
    columns = (Grade.auto_score, Grade.manual_score, Grade.score, Grade.needs_manual_grade)
    return by_submission(gradebook, Grade, columns, numbers)


def comments_of(gradebook, numbers):
    """A dict for each of these submissions: (notebook, cell) -> row of the comment."""
    return by_submission(gradebook, Comment, (Comment.manual_comment,), numbers)


def by_submission(gradebook, table, columns, numbers):
    """A dict for each of these submissions: (notebook, cell) -> row with `columns` of what `table` has of it."""
    place = (SubmittedNotebook.assignment_id.label("number"), Notebook.name.label("notebook"), BaseCell.name)
    rows = gradebook.db.query(*place, *columns).select_from(table).join(BaseCell, table.cell_id == BaseCell.id)
    rows = rows.join(SubmittedNotebook, table.notebook_id == SubmittedNotebook.id)
    rows = rows.join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
    found = {number: {} for number in numbers}
    for row in rows.filter(SubmittedNotebook.assignment_id.in_(numbers)):
        found[row.number][row.notebook, row.name] = row
    return found


def penalties_of(gradebook, numbers):
    """What being late has cost these submissions: a dict."""
    columns = (SubmittedNotebook.assignment_id, SubmittedNotebook.late_submission_penalty)
    cost = {}
    for number, penalty in gradebook.db.query(*columns).filter(SubmittedNotebook.assignment_id.in_(numbers)):
        cost[number] = cost.get(number, 0.0) + (penalty or 0.0)
    return cost


def answer(exercise, grade, verdicts, comments):
    """One student's Answer, from the row of its grade (None: there is none) and what the checks found."""
    said = comments.get((exercise.notebook, exercise.name)) or comments.get((exercise.notebook, exercise.cell))
    comment = said.manual_comment if said else None
    if grade is None:
        return Answer(exercise, "not answered" if exercise.written else "not tried", 0.0, comment=comment)
    by_hand, verdict = grade.manual_score is not None, verdicts.get(exercise.name)
    state = (state_written if exercise.written else state_checked)(exercise, grade, verdict)
    return Answer(exercise, state, grade.score, by_hand, verdict if state != "not tried" else None, comment)


def state_written(_exercise, grade, _verdict):
    """The state of an answer that a person marks. One that nobody has touched nbgrader marks 0 by itself."""
    if grade.needs_manual_grade:
        return "to be marked"
    return "not answered" if grade.manual_score is None else "marked"


def state_checked(exercise, grade, verdict):
    """The state of an answer that a check looks at. A verdict whose mark was taken back is of an older submission."""
    if grade.auto_score is None:
        return "not tried"
    if verdict is not None:
        return verdict.state if verdict.state in CHECKED else "not tried"
    if exercise.checked:
        return "not tried"
    return "right" if grade.auto_score >= exercise.points else "wrong"


# ------------------------------------------------------------------------------------- files


def add_records(submission, folder, notebooks):
    """Take what the records in `folder` say into `submission`; return the verdicts by exercise."""
    verdicts = {}
    for notebook in notebooks if folder else ():
        try:
            record = load(record_path(folder, notebook))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OSError) as error:
            words = f"The record of “{notebook}” cannot be read: {type(error).__name__}."
            submission.notes.append(Note("record-unreadable", None, words))
            continue
        if record:
            verdicts |= {verdict.exercise: verdict for verdict in record.exercises}
            submission.recorded = True
            submission.notes += record.notes
            submission.seconds += record.seconds
            submission.memory_mb = max(submission.memory_mb, record.memory_mb)
    return verdicts


def is_folder(name):
    """Can `name` be the name of one folder? A student's comes from one, but a gradebook takes any."""
    return name not in ("", ".", "..") and not set(name) & {"/", os.sep, "\0"}


def handed_in(course, assignment):
    """The students who have a folder for `assignment` in submitted/."""
    folder = Path(course) / "submitted"
    return {path.name for path in folder.iterdir() if (path / assignment).is_dir()} if folder.is_dir() else set()


def handed_out(course, assignment, notebook):
    """Of a notebook in source/, or else in release/: a dict cell -> (section, number of hints); and the title."""
    for folder in ("source", "release"):
        path = Path(course) / folder / assignment / f"{notebook}.ipynb"
        try:
            return sections(json.loads(path.read_text("utf-8"))["cells"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return {}, ""


def sections(cells):
    """As `handed_out`, from a notebook's cells. The section of a cell is the last heading that has points in it."""
    found, title, numbered, last, hints = {}, "", "", "", 0
    for cell in cells:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            hints += len(HINT.findall(text))
            for heading in headings(text):
                title, last = title or heading, heading
                if SECTION.fullmatch(heading):
                    numbered, hints = heading, len(HINT.findall(text))
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name:
            found[name] = (re.sub(r" \(\d+ points?\)$", "", numbered or last), hints)
    return found, title


def headings(text):
    """The headings in a Markdown cell, as plain text. A solution's own marks (### BEGIN SOLUTION) are none."""
    lines = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE).splitlines()
    found = (re.match(r"#{1,6} +(.*?)[ #]*$", line) for line in lines)
    return [match[1].replace("`", "") for match in found if match and not match[1].endswith(" SOLUTION")]
