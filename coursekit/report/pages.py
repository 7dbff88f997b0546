"""The report's pages, from templates that escape all they are given.

Every page stands alone: its style is inside, and its policy (CSP) lets nothing run and nothing load.
"""

import os
import re
from pathlib import Path
from statistics import fmean, median
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from coursekit.report import drawings, words
from coursekit.report.reading import is_folder

__all__ = ["Places", "class_page", "file_name", "index_page", "student_page"]

PLAIN = re.compile(r"[\w +,=@()-][\w .+,=@()-]*")  # a name that every system takes for a file's, and no other


class Places:
    """Where the report lies and what it may link to.

    course   the course's folder
    into     the report's folder
    """

    def __init__(self, course, into):
        self.course, self.into = Path(course).resolve(), Path(into).resolve()
        self.up = self.way_up()

    def way_up(self):
        """The course's folder as seen from the report's, or None where there is no such way (another drive)."""
        try:
            return os.path.relpath(self.course, self.into)
        except ValueError:
            return None

    def page(self, name):
        """The file of an assignment's page."""
        return self.into / f"{file_name(name)}.html"

    def note(self, student, name):
        """The file of a student's page."""
        return self.into / "students" / file_name(student) / f"{file_name(name)}.html"

    def link(self, file):
        """The address of a file of the report's, from the report's folder."""
        return address(file.relative_to(self.into).as_posix())

    def work_of(self, student, name, notebook):
        """Where a student's work can be looked at, as (address, what that is): feedback, or the marked notebook."""
        choices = (("feedback", ".html", "feedback"), ("autograded", ".ipynb", "marked notebook"))
        for folder, ending, what in choices if self.up is not None and is_folder(student) else ():
            place = Path(folder) / student / name / f"{notebook}{ending}"
            if (self.course / place).is_file():
                return address((Path(self.up) / place).as_posix()), what
        return None


def file_name(name):
    """`name` as the name of a file, in every system: odd characters are written as %41. No two names become one."""
    if PLAIN.fullmatch(name) and not name.endswith((".", " ")) and len(name.encode()) <= 120:
        return name
    return hashed(name) if len(name.encode()) > 60 else quote(name, safe="").replace(".", "%2E") or "%"


def hashed(name):
    """A short name for one that is too long."""
    import hashlib

    return "%23" + hashlib.sha256(name.encode()).hexdigest()[:32]


def address(path):
    """A relative path as an address in a link. The first part cannot be taken for a scheme: its ":" is written out."""
    return quote(path, safe="/")


# ------------------------------------------------------------------------------------- templates


def environment():
    """Where the templates are, and what they can use. All that they are given is escaped."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    own = {name: getattr(words, name) for name in ("code", "count", "first_letter", "listing", "number", "percent")}
    own |= {name: getattr(words, name) for name in ("of_points", "place", "points", "seconds", "text")}
    made.filters |= own | {"comment": comment}
    made.globals |= own | {"bar": drawings.bar, "histogram": drawings.histogram, "key": drawings.key}
    made.globals |= {"PATTERNS": drawings.PATTERNS, "STATES": drawings.STATES, "now": words.now}
    return made


def comment(source):
    """An instructor's comment, Markdown, as HTML; headings in it would disturb those of the page."""
    from coursekit.trust.feedback import markdown

    return Markup(re.sub(r"<(/?)h[1-6]>", r"<\1p>", markdown(source)))


TEMPLATES = environment()


def class_page(tally, places, not_handed_in=(), not_marked=()):
    """The page of a class: its ClassTally, and the names of those who handed in nothing or are not marked."""
    marks = [row.score for row in tally.rows]
    figures = {"mean": fmean(marks), "median": median(marks)} if marks else {}
    return TEMPLATES.get_template("class.html.j2").render(
        tally=tally,
        work=tally.work,
        marks=marks,
        figures=figures,
        resources=resources(tally.rows),
        places=places,
        not_handed_in=list(not_handed_in),
        not_marked=list(not_marked),
    )


def resources(rows):
    """What the submissions took: a list of (what, [median, 90 %, most]), in words; and the slowest rows."""
    times = [row.seconds for row in rows if row.seconds]
    memory = [row.memory_mb for row in rows if row.memory_mb]
    table = [("Time", [words.seconds(value) for value in spread(times)])] if times else []
    table += [("Memory", [f"{value:,.0f} MB" for value in spread(memory)])] if memory else []
    slowest = sorted((row for row in rows if row.seconds), key=lambda row: -row.seconds)[:5]
    return {"table": table, "slowest": slowest, "all": sum(times)}


def spread(values):
    """The median, what nine in ten stay within, and the most."""
    return median(values), words.nearest(values, 0.9), max(values)


def student_page(submission, work):
    """A student's page: a tutor's note. It says nothing of others, and nothing that is meant for the instructor."""
    first = (submission.first_name or "").strip()
    return TEMPLATES.get_template("student.html.j2").render(
        work=work,
        submission=submission,
        dear=words.text(first, 60) if first else "",
        cautions=words.cautions(submission),
        lead=words.lead(submission, work),
        missing=words.missing(submission),
        unread=any(note.kind in words.NOTHING_READ for note in submission.notes),
        wrong=[Advice(answer) for answer in submission.having("wrong")],
        written=[answer for answer in submission.answers if answer.exercise.written],
    )


class Advice:
    """What to say about a wrong answer.

    holds, fails   claims that hold, and those that do not, the first of which the details are about
    """

    def __init__(self, answer):
        self.answer, self.exercise = answer, answer.exercise
        claims = answer.verdict.claims if answer.verdict else []
        self.holds = [sentence for sentence, holds in claims if holds]
        self.fails = [sentence for sentence, holds in claims if holds is False]
        self.total = len(claims)
        self.details = answer.verdict.details[:6] if answer.verdict else []
        self.mistake = answer.verdict.mistake if answer.verdict else None


def index_page(rows):
    """The page over all assignments: rows of (title, name, address or None, marks, most, students)."""
    entries = [
        (*row[:3], len(marks), fmean(marks) if marks else None, median(marks) if marks else None, most)
        for row, marks, most in rows
    ]
    return TEMPLATES.get_template("index.html.j2").render(entries=entries)
