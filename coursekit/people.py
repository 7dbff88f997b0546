"""Students by name: identifiers that are a folder's name on every system, lists of a class, and other people's tables.

An identifier is whatever the instructor's own lists say (a number, a login, an address). Where there is no list, it is
made from the name that was handed in, and from a number or a digest, for two people may bear one name:

    anna, s1234567, anna@uni.example    taken as they are
    Anna Müller, 12345                  anna-muller-12345
    CON, "..", a+b, 張偉                con-..., student-..., a-b-..., student-...    (a digest of the name for ...)

A list is a CSV file with a heading: Moodle's or Canvas's gradebook export, Moodle's grading worksheet, nbgrader's list
of students, or one of your own with the columns `Full name` and `Student ID`.
"""

import csv
import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from coursekit.course import CourseError
from coursekit.trust.notes import printable

__all__ = ["Names", "Table", "identifier", "is_safe", "letters", "read_table"]

LONGEST = 64
SAFE = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_.@-]{{0,{LONGEST - 1}}}(?<!\.)")
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # to Windows, these are no files
MAX_TABLE = 50_000_000

# What columns are called, in English and in German; in the order in which they are taken for the student's identifier.
IDENTIFIERS = ["student id", "student_id", "id number", "id-nummer", "username", "anmeldename", "sis login id"]
IDENTIFIERS += ["sis user id", "id", "email address", "e-mail-adresse", "e-mail address", "email"]
FULL = ["full name", "vollständiger name", "student", "name"]
FIRST, LAST = ["first name", "first_name", "vorname"], ["last name", "last_name", "surname", "nachname"]


# ------------------------------------------------------------------------------------- identifiers


def is_safe(name):
    """Can `name` be a folder's name on every system, and a student's for nbgrader?"""
    return bool(SAFE.fullmatch(name)) and not DEVICES.fullmatch(name)


def identifier(name, number=""):
    """An identifier for the student `name`: itself where it can be one, else made from it and `number` or a digest."""
    if is_safe(name) and not number:
        return name
    mark = number or hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{slug(name)[: LONGEST - 1 - len(mark)].rstrip('-')}-{mark}"


def slug(name):
    """`name` in small Latin letters, digits and hyphens, or "student" where nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-") or "student"


def plain(name):
    """`name` in small letters, without accents."""
    parts = unicodedata.normalize("NFKD", name).casefold()
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def letters(name):
    """What two ways of writing a name have in common: its letters and digits alone."""
    return "".join(sign for sign in plain(name) if sign.isalnum())


# ------------------------------------------------------------------------------------- tables


@dataclass
class Table:
    """A CSV file: its heading, its rows (lists of texts, as long as the heading), and the sign between two fields."""

    heading: list
    rows: list
    separator: str = ","

    def column(self, *titles):
        """The place of the first of `titles` (in small letters) that the heading has, or None."""
        known = [title.strip().casefold() for title in self.heading]
        return next((known.index(title) for title in titles if title in known), None)


def read_table(path):
    """The Table in the file at `path`: UTF-8, UTF-16 or what Windows used to write; commas, semicolons or tabs."""
    path = Path(path)
    try:
        with open(path, "rb") as file:
            text = decoded(file.read(MAX_TABLE + 1)[:MAX_TABLE])
    except OSError as fault:
        raise CourseError(f"The list {path} cannot be read ({fault.strerror}): is that its name?") from None
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(row)]
    except csv.Error as fault:
        raise CourseError(f"{path} is no CSV file ({fault}): export it again, as CSV.") from None
    if not rows or len(rows[0]) < 2:
        raise CourseError(
            f"{path} should be a CSV file with a heading of two columns or more; export it again, as CSV."
        )
    width = len(rows[0])
    return Table(rows[0], [(row + [""] * width)[:width] for row in rows[1:]], separator)


def decoded(data):
    """The text in `data`."""
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


# ------------------------------------------------------------------------------------- lists of a class


class Names:
    """A list of the class: what a download says of a student -> the student's identifier.

    Found by the number that Moodle (in its grading worksheet) or Canvas gave, else by the name, however it is written.
    A name that two students bear finds neither.
    """

    def __init__(self, table, origin="The list"):
        self.column = identifying(table, origin)
        self.known, self.twice = {}, set()
        for row in students(table):
            student = row[self.column].strip()
            for key in {letters(student), *keys(table, row)} - {""}:
                if self.known.setdefault(key, student) != student:
                    self.twice.add(key)

    @classmethod
    def read(cls, path):
        """The list in the CSV file at `path`."""
        return cls(read_table(path), path)

    def find(self, name, system="", number=""):
        """The identifier of the student `name`, to whom `system` ("moodle", "canvas") gave `number`; or None."""
        for key in (f"{system}#{number}", letters(name), *map(letters, without_group(name))):
            if key in self.known and key not in self.twice:
                student = self.known[key]
                return student if is_safe(student) else identifier(student)
        return None

    def is_twice(self, name):
        """Do two students of the list bear this name?"""
        return letters(name) in self.twice


def students(table):
    """The rows of a table that are about students: Canvas has some that are not."""
    return (row for row in table.rows if not row[0].strip().startswith(("Points Possible", "Manual Posting")))


def identifying(table, origin):
    """The column that tells students apart: of those that may, the one that has most fields filled in."""
    rows = list(students(table))
    places = dict.fromkeys(table.column(title) for title in IDENTIFIERS)
    filled = {place: sum(1 for row in rows if row[place].strip()) for place in places if place is not None}
    if not filled or not max(filled.values()):
        wanted = "“ID number”, “Username”, “Email address”, “SIS Login ID” or “Student ID”"
        raise CourseError(f"{origin} names no student: it should have a column {wanted}, filled in.")
    return max(filled, key=filled.get)


def keys(table, row):
    """Whatever a row's student may be found by."""
    first, last = table.column(*FIRST), table.column(*LAST)
    for place in (table.column(*FULL), *map(table.column, IDENTIFIERS)):
        if place is not None:
            yield from {letters(row[place]), letters("".join(reversed(row[place].split(",", 1))))}
    if first is not None and last is not None:
        yield from (letters(row[first] + row[last]), letters(row[last] + row[first]))
    participant, user = table.column("identifier"), table.column("id")
    if participant is not None:
        yield "moodle#" + "".join(re.findall(r"\d+", row[participant]))
    if user is not None and table.column("student") is not None:
        yield "canvas#" + row[user].strip()


def without_group(name):
    """`name` without what Moodle puts before it where groups hand in: "Group 3-Anna Müller"."""
    parts = name.split("-")
    return ("-".join(parts[first:]) for first in range(1, len(parts)))


def shown(name):
    """`name` as it may be printed."""
    return f"“{printable(name, 60)}”"
