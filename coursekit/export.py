"""The marks, as other people's gradebooks take them in: CSV for Moodle, CSV for Canvas, and everything as JSON.

    Moodle   First name, Last name, Username, ID number, Email address, 01-backprop, ...
    Canvas   Student, ID, SIS User ID, SIS Login ID, Section, 01-backprop, ...; a second row, "    Points Possible"
    JSON     {"assignments": [...], "students": [{"id": "ada", "submissions": [{"assignment": "01-backprop", ...}]}]}

Best is to fill in the table that Moodle or Canvas itself exported (`--like`): its columns bear the numbers of the
assignments there, its rows those of the students. Fields for which there is no mark stay as they are; columns and rows
that were not found are told. Who is who, nbgrader's own table of students knows as far as it is filled in (`nbgrader db
student add`): first_name, last_name, email, and lms_user_id, the number in Canvas or Moodle.

A spreadsheet runs what begins with = + - or @. A student may be called so, so an apostrophe goes before it.
"""

import contextlib
import csv
import io
import json
import os
import re
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from nbgrader import api

from coursekit.course import ROOT, CourseError
from coursekit.people import FIRST, FULL, LAST, Table, letters, read_table, shown
from coursekit.report import reading

__all__ = ["Marks", "Student", "arguments", "canvas", "everything", "filled_in", "main", "marks", "moodle", "text_of"]

NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?%?|-")  # "-" is Moodle's sign for no mark
FORMULA = re.compile(r"\s*[=+\-@]|[\t\r\n]")
CANVAS_NUMBER = re.compile(r"\s*\(\d+\)$")  # "01-backprop (4711)"
MOODLE_WORDS = re.compile(r"^[^:]*:\s*|\s*\([^()]*\)$")  # "Assignment: 01-backprop (Real)"
NO_POINTS = re.compile(r"\((percentage|letter|feedback|prozentsatz|buchstabe)\)$|\(read only\)$", re.IGNORECASE)
POINTS = "    Points Possible"
BY_NUMBER, BY_LOGIN = ("id", "id number", "id-nummer"), ("sis login id", "username", "anmeldename")
BY_ID = ("student id", "sis user id", *BY_LOGIN, *BY_NUMBER)
BY_EMAIL = ("email address", "e-mail-adresse", "email", *BY_LOGIN)


@dataclass
class Student:
    """A student, as nbgrader's table has it; only `id` is always there."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""


@dataclass
class Marks:
    """A class's marks.

    points    assignment -> what can be had
    students  Students, by id
    given     (student's id, assignment) -> points, less what being late has cost
    waiting   assignment -> how many submissions a person has yet to look at
    """

    points: dict
    students: list
    given: dict = field(default_factory=dict)
    waiting: Counter = field(default_factory=Counter)

    def of(self, student, none=""):
        """What one student has, assignment by assignment, as texts; `none` where there is no mark."""
        found = (self.given.get((student.id, assignment)) for assignment in self.points)
        return [none if points is None else number(points) for points in found]


def number(points):
    """Points as a text: two decimals at most, none that are zero."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


# ------------------------------------------------------------------------------------- out of the gradebook


def marks(course, wanted=()):
    """The Marks in the gradebook of the course in the folder `course`; of the assignments `wanted`, or of all."""
    found = Marks({}, [])
    with opened(course, wanted) as (gradebook, works):
        found.students = students(gradebook)
        for work, submissions in works:
            found.points[work.name] = work.points
            for submission in submissions:
                found.given[submission.student, work.name] = submission.score
                found.waiting[work.name] += bool(submission.having("to be marked"))
    return found


@contextlib.contextmanager
def opened(course, wanted):
    """The gradebook, and pairs of an assignment and its submissions (see coursekit.report.reading)."""
    with reading.opened(course) as gradebook:
        names = list(reading.assignments(gradebook))
        strange = [name for name in wanted if name not in names]
        if strange or not names:
            there = f"there are {', '.join(names)}" if names else "release and grade one first"
            raise CourseError(f"The gradebook has no assignment {' or '.join(strange) or 'at all'}: {there}.")
        works = [reading.work(gradebook, course, name) for name in names if name in wanted or not wanted]
        yield gradebook, ((work, reading.submissions(gradebook, course, work)) for work in works)


def students(gradebook):
    """The gradebook's Students, by id."""
    columns = (getattr(api.Student, entry.name) for entry in fields(Student))
    rows = gradebook.db.query(*columns).order_by(api.Student.id)
    return [Student(*(part or "" for part in row)) for row in rows]


def everything(course, wanted=()):
    """All that is known of the marks, as what JSON has: see the module's docstring."""
    with opened(course, wanted) as (gradebook, works):
        found = {student.id: asdict(student) | {"submissions": []} for student in students(gradebook)}
        times = submission_times(gradebook)
        assignments = []
        for work, submissions in works:
            assignments.append(assignment_as_json(work))
            for submission in submissions:
                about = submission_as_json(submission, work) | {"timestamp": times.get((submission.student, work.name))}
                found[submission.student]["submissions"].append(about)
    return {"assignments": assignments, "students": list(found.values())}


def submission_times(gradebook):
    """When submissions were handed in: a dict (student's id, assignment) -> ISO 8601, in UTC."""
    submitted, assignment = api.SubmittedAssignment, api.Assignment
    rows = gradebook.db.query(submitted.student_id, assignment.name, submitted.timestamp)
    rows = rows.join(assignment, submitted.assignment_id == assignment.id)
    return {(student, name): f"{time.isoformat()}Z" for student, name, time in rows if time}


def assignment_as_json(work):
    """An assignment and its exercises."""
    exercises = [asdict(exercise) | {"title": exercise.title} for exercise in work.exercises]
    return {"name": work.name, "title": work.title, "points": work.points, "exercises": exercises}


def submission_as_json(submission, work):
    """A submission: its score, and what each exercise got, and why."""
    return {
        "assignment": work.name,
        "score": submission.score,
        "points": work.points,
        "late_penalty": submission.penalty,
        "waiting": bool(submission.having("to be marked")),
        "exercises": [answer_as_json(answer) for answer in submission.answers],
        "notes": [asdict(note) for note in submission.notes],
        "seconds": submission.seconds,
        "memory_mb": submission.memory_mb,
    }


def answer_as_json(answer):
    """What one exercise got: `mistake` is the sentence of a known mistake, `details` is what the check saw."""
    verdict = answer.verdict
    return {
        "exercise": answer.exercise.name,
        "points": answer.score,
        "max": answer.exercise.points,
        "state": answer.state,
        "by_hand": answer.by_hand,
        "mistake": verdict.mistake if verdict else None,
        "details": list(verdict.details) if verdict else [],
        "comment": answer.comment,
    }


# ------------------------------------------------------------------------------------- tables


def moodle(marks):
    """A Table for Moodle's import of grades."""
    heading = ["First name", "Last name", "Username", "ID number", "Email address", *marks.points]
    return Table(heading, [moodle_row(student) + marks.of(student, "-") for student in marks.students])


def moodle_row(student):
    """Who a student is, for Moodle: an identifier that is an address is one."""
    email = student.email or (student.id if "@" in student.id else "")
    return [student.first_name, student.last_name, student.id, student.lms_user_id or student.id, email]


def canvas(marks):
    """A Table for Canvas's import of grades."""
    heading = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *marks.points]
    points = [POINTS, "", "", "", "", *map(number, marks.points.values())]
    return Table(heading, [points, *(canvas_row(student) + marks.of(student) for student in marks.students)])


def canvas_row(student):
    """Who a student is, for Canvas."""
    name = ", ".join(filter(None, [student.last_name, student.first_name])) or student.id
    return [name, student.lms_user_id, "", student.id, ""]


def filled_in(table, marks):
    """Fill the marks into a Table that Moodle or Canvas exported; sentences about what was not found or not alike.

    Nothing but fields for which there is a mark is changed.
    """
    columns = {assignment: column_of(table, assignment) for assignment in marks.points}
    rows, guessed = rows_of(table, marks.students)
    for (student, assignment), points in marks.given.items():
        if columns[assignment] is not None and student in rows:
            table.rows[rows[student]][columns[assignment]] = number(points)
    told = [f"There is no column for {name} in it, or more than one." for name in columns if columns[name] is None]
    having = sorted({student for student, _ in marks.given})
    told += [f"There is no row for {shown(student)} in it." for student in having if student not in rows]
    told += [f"{shown(student)} was found by the name alone: please check." for student in having if student in guessed]
    return [*told, *other_points(table, marks, columns)]


def column_of(table, assignment):
    """The place of an assignment's column: the one called so, else the only one with its name in it; or None."""
    titles = {place: title.strip() for place, title in enumerate(table.heading) if not NO_POINTS.search(title.strip())}
    bare = {place: letters(MOODLE_WORDS.sub("", CANVAS_NUMBER.sub("", title))) for place, title in titles.items()}
    wanted = letters(assignment)
    called = [place for place, title in bare.items() if title == wanted]
    holding = [place for place, title in titles.items() if wanted in letters(title)]
    found = called or holding
    return found[0] if len(found) == 1 else None


def rows_of(table, students):
    """Which row is whose: a dict student's id -> number of the row; and those who were found by their name alone."""
    found, by_name = {}, set()
    for student in students:
        row, sure = by_identifier(table, student), True
        if row is None:
            row, sure = named(table, student)
        if row is not None:
            found[student.id] = row
            by_name |= set() if sure else {student.id}
    return found, by_name


def by_identifier(table, student):
    """The row with one of the student's identifiers, or None."""
    ways = ((student.lms_user_id, BY_NUMBER), (student.id, BY_ID), (student.email, BY_EMAIL), (student.id, BY_EMAIL))
    for value, titles in ways:
        for column in filter(lambda place: place is not None, map(table.column, titles)):
            rows = [place for place, row in enumerate(table.rows) if value and same(row[column], value)]
            if len(rows) == 1:
                return rows[0]
    return None


def same(field, value):
    """Do two identifiers agree, but for capitals and blanks?"""
    return field.strip().casefold() == value.strip().casefold()


def named(table, student):
    """The row with the name, and if it has one, the number, of which `intake` made an identifier, "anna-muller-12345".

    Gives the row's place, or None if not exactly one fits, and whether the number does.
    """
    name, _, digits = student.id.rpartition("-")
    if not name or not digits.isdecimal():
        return None, False
    rows = [place for place, row in enumerate(table.rows) if letters(name) in names_in(table, row)]
    columns = [column for column in map(table.column, BY_NUMBER) if column is not None]
    numbered = [place for place in rows if any(same(table.rows[place][column], digits) for column in columns)]
    found = numbered or rows
    return (found[0] if len(found) == 1 else None), bool(numbered)


def names_in(table, row):
    """The names in a row, as letters, in both orders."""
    first, last, full = (table.column(*titles) for titles in (FIRST, LAST, FULL))
    both = [row[first] + row[last], row[last] + row[first]] if None not in (first, last) else []
    whole = [row[full], "".join(reversed(row[full].split(",", 1)))] if full is not None else []
    return {letters(name) for name in both + whole} - {""}


def other_points(table, marks, columns):
    """Sentences about assignments for which Canvas has other points than we have."""
    for row in (row for row in table.rows if row[0].strip() == POINTS.strip()):
        for assignment, column in columns.items():
            ours, theirs = number(marks.points[assignment]), row[column].strip() if column is not None else ""
            if NUMBER.fullmatch(theirs) and float(theirs.replace(",", ".")) != float(ours):
                yield f"{assignment} has {theirs} points there and {ours} here: the marks are out of {ours}."


def text_of(table):
    """A Table as CSV, in which nothing is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=table.separator, lineterminator="\n")
    writer.writerows([harmless(field) for field in row] for row in [table.heading, *table.rows])
    return text.getvalue()


def harmless(field):
    """A field as no spreadsheet runs it."""
    return f"'{field}" if FORMULA.match(field) and not NUMBER.fullmatch(field.strip()) else field


# ------------------------------------------------------------------------------------- what a person types


def arguments(parser):
    """Add what `export` takes to the command line's parser."""
    parser.add_argument("form", choices=["moodle", "canvas", "json"], help="for whom")
    parser.add_argument("--assignment", metavar="A", action="append", default=[], help="this one only; may be repeated")
    parser.add_argument("--course", metavar="FOLDER", default=ROOT, help="the course's folder (default: this one)")
    parser.add_argument("--into", metavar="FILE", help="the file to write (default: print it)")
    parser.add_argument("--like", metavar="CSV", help="fill in this file, which Moodle or Canvas exported")


def main(options):
    """Write the marks; what is to be known about them goes to stderr, so that it is not taken for marks."""
    if options.form == "json":
        if options.like:
            raise CourseError("--like fills in a CSV file: it goes with moodle and canvas, not with json.")
        text = json.dumps(everything(options.course, options.assignment), ensure_ascii=False, indent=1, allow_nan=False)
        return write(f"{text}\n", options.into)
    found = marks(options.course, options.assignment)
    table = read_table(options.like) if options.like else {"moodle": moodle, "canvas": canvas}[options.form](found)
    told = filled_in(table, found) if options.like else hints(options.form, found)
    for sentence in [*waiting(found), *told]:
        print(sentence, file=sys.stderr)
    return write(text_of(table), options.into, options.like)


def hints(form, marks):
    """Sentences about what the import needs that a table without `--like` has not."""
    if form == "canvas":
        yield "Canvas makes new assignments of these columns. To fill in those it has, export its gradebook for --like."
        return
    yield "In Moodle, map Email address, ID number or Username: whichever your students' identifiers are."
    for assignment, points in marks.points.items():
        yield f"In Moodle, the maximum grade of {assignment} should be {number(points)}."


def waiting(marks):
    """Sentences about marks that are not final."""
    for assignment, submissions in marks.waiting.items():
        if submissions:
            students = f"{submissions} student{'s' * (submissions != 1)}"
            yield f"{assignment}: answers of {students} wait for a person, and count 0 until then."


def write(text, into, like=None):
    """Write `text` to the file `into`, which then is there whole, or print it; the exit status."""
    if into is None:
        sys.stdout.write(text)
        return 0
    into = Path(into).absolute()
    if like and into.exists() and into.samefile(like):
        raise CourseError(f"--into and --like name one file, {into}: give the new one another name.")
    new = into.with_name(f".{into.name}-new")
    try:
        new.write_bytes(text.encode())
        os.replace(new, into)
    except OSError as fault:
        raise CourseError(f"{into} cannot be written ({fault.strerror}): name another file.") from None
    print(f"Written: {into}")
    return 0
