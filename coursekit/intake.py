"""From what was downloaded to `submitted/`: whose is it, which assignment is it, and is it safe to take?

    Moodle     Anna Müller_12345_assignsubmission_file_/backprop.ipynb     (or all in one folder, or in a ZIP)
    Canvas     mulleranna_LATE_12345_67890_backprop-1.ipynb
    nbgrader   inbound/anna+01-backprop+2026-11-03 09:15:00.123456 UTC+.../backprop.ipynb
    plain      anna.ipynb, anna/backprop.ipynb, anna/01-backprop/backprop.ipynb

all become

    submitted/<student>/<assignment>/backprop.ipynb, and timestamp.txt where the time of handing in is told

The assignment is told from the notebook: by the names of its cells, else by its own. Nothing of a student's is run or
followed, and nothing is lost: what cannot be placed is listed with the reason, what is replaced goes into `replaced/`.
One and the same download may be taken in twice. Every submission appears whole or not at all.

Moodle's and Canvas's downloads do not tell when something was handed in: there is no timestamp.txt then, and nbgrader
takes nothing off for being late.

Moodle numbers students anew in each assignment. So without a list of names (`--names`) a student of whom only a name is
known is another one in each assignment, since two people may bear one name.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import stat
import sys
import tempfile
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import NamedTuple

from coursekit.course import ROOT, CourseError, assignments
from coursekit.parcels import MAX_INSIDE, MAX_TOTAL, MB, File, Left, Unread, archived, opened
from coursekit.people import DEVICES, Names, identifier, is_safe, letters
from coursekit.trust.notes import printable
from coursekit.trust.reading import read
from coursekit.trust.submission import NOTEBOOK, is_placeholder

__all__ = ["Outcome", "arguments", "intake", "main"]

MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<rest>.*))?", re.DOTALL)
CANVAS = re.compile(r"(?P<name>\w+?)(?P<late>_LATE)?_(?P<number>\d+)_(?P<file>\d+)_(?P<rest>.+)", re.DOTALL)
ANONYMOUS = re.compile(r"(?P<late>LATE_)?(?P<name>anon)_(?P<number>\w{4,8}?)_(?P<file>\d+)_(?P<rest>.+)", re.DOTALL)
TYPED = re.compile(r"(?P<name>\w+?)(?P<late>_LATE)?_(?P<number>\d+)_(text|link)\.html")
INBOUND = re.compile(r"(?P<name>.+)\+(?P<assignment>[^+]+)\+(?P<when>\d{4}-\d\d-\d\d[ T][^+]*)(\+[^+]*)?", re.DOTALL)
TIME = "timestamp.txt"
WINDOWS = re.compile(r'[<>:"|?*]|[. ]$|^\.')

NUMBERED = (
    "Moodle numbers students anew in each assignment: to have one student under one identifier throughout the course, "
    "download the gradebook as CSV (Grades > Export > Plain text file) and name it with --names."
)


@dataclass
class Pile:
    """What one student handed in.

    system, name, number   where from, the student's name there, and the number that was given to the student
    assignment, when       as the source tells them, or None
    late                   Canvas says so
    files                  pairs: the parts of a file's path within the submission, and the File
    """

    system: str
    name: str
    number: str = ""
    assignment: str | None = None
    when: str | None = None
    late: bool = False
    files: list = field(default_factory=list)

    def __str__(self):
        return printable(f"{self.name} ({self.number})" if self.number else self.name, 80)


class Staged(NamedTuple):
    """A copy of a file: its place in the submission (parts), the File, the copy, and what it is (see Course.which)."""

    place: tuple
    file: File
    path: Path
    found: tuple | None


@dataclass
class Outcome:
    """What became of a download: names of submissions, "student/assignment"; Lefts in `left`, sentences in `told`."""

    new: list = field(default_factory=list)
    replaced: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    left: list = field(default_factory=list)
    told: list = field(default_factory=list)


def intake(source, folder, assignment=None, names=None, force=False, progress=iter):
    """Take what is in `source`, a folder or ZIP archive, into `submitted/` of the course in `folder`; an Outcome.

    assignment  which one everything in it belongs to, where that should not be told from the notebooks
    names       a CSV file with a list of the class (see coursekit.people)
    force       replace what is there and differs, also where it is not told which is later
    progress    is given the list of piles and gives them back one by one, as tqdm does
    """
    course = Course(folder, assignment)
    people = Names.read(names) if names else None
    with opened(source) as (files, left), staging(course.folder) as stage:
        expect_room(course.folder, files)
        taker = Taker(course, people, force, stage, Outcome(left=left))
        for pile in progress(piles(files, course, taker.outcome)):
            taker.take(pile)
    if taker.unlisted:
        taker.outcome.told.append(NUMBERED)
    return taker.outcome


@contextlib.contextmanager
def staging(folder):
    """A folder for what is on its way into the course, on the same disk. Raises CourseError where there can be none."""
    try:
        stage = tempfile.TemporaryDirectory(prefix=".intake-", dir=folder)
    except OSError as fault:
        raise CourseError(f"Nothing can be written to {folder} ({fault.strerror}): its rights, or the disk?") from None
    with stage as place:
        try:
            yield Path(place)
        except OSError as fault:
            words = f"What was on its way stopped ({fault.strerror}). What is in submitted/ is whole; take it in again."
            raise CourseError(words) from None


def expect_room(folder, files):
    """Raise CourseError where the disk has no room for all `files`."""
    needed, free = sum(file.size for file in files), shutil.disk_usage(folder).free
    if needed > free:
        raise CourseError(
            f"{folder} has room for {free // MB} MB, and this download needs {needed // MB}: make room first."
        )


# ------------------------------------------------------------------------------------- what the course handed out


class Course:
    """The course that submissions are for: its folder, and the names of its notebooks and of their cells.

    Raises CourseError where there are none, or where `assignment` is none of its assignments.
    """

    def __init__(self, folder, assignment=None):
        self.folder, self.assignment = Path(folder).resolve(), assignment
        source = next((place for name in ("source", "release") if assignments(place := self.folder / name)), None)
        if source is None:
            raise CourseError(
                f"There is no notebook in {self.folder}/source/<assignment>/: is that the course's folder?"
            )
        self.assignments = assignments(source)
        if assignment and assignment not in self.assignments:
            raise CourseError(f"There is no assignment {assignment!r}; there are {', '.join(self.assignments)}.")
        self.cells = {(path.parent.name, path.stem): names_in(path) for path in sorted(source.glob("*/*.ipynb"))}

    def which(self, path, name, assignment=None):
        """What the file at `path`, handed in as `name`, is: (assignment, notebook, number of its cells in it), or None.

        The names of the cells decide, else its own name. `assignment`, if given, is the one that it is of.
        """
        wanted = assignment or self.assignment
        known = {key: cells for key, cells in self.cells.items() if wanted in (None, key[0])}
        found = names_in(path)
        shared = Counter({key: len(cells & found) for key, cells in known.items() if cells & found})
        best = [key for key, number in shared.items() if number == max(shared.values())]
        key = best[0] if len(best) == 1 else by_name(name, known)
        return (*key, shared[key]) if key else None


def names_in(path):
    """The names of the cells in the notebook at `path`: a set."""
    cells = read(path).cells or []
    return {name for cell in cells for name in (cell.grade_id, cell.id) if name}


def by_name(name, known):
    """The one of the `known` keys (assignment, notebook) whose notebook's name is in `name`; None if it is not one."""
    alike = [key for key in known if letters(key[1]) in letters(name)]
    longest = [key for key in alike if len(key[1]) == max(len(other[1]) for other in alike)]
    return longest[0] if len(longest) == 1 else None


# ------------------------------------------------------------------------------------- whose is it


def piles(files, course, outcome):
    """The files as Piles, one for each submission; later ones first, so that the first of a student's is the one."""
    reader, found = reader_for(files, course), {}
    for file in files:
        place, about = reader(file) or (None, "it is not named as the others are: take it in by itself")
        if place is None:
            outcome.left.append(Left(file.where, about))
            continue
        late = about.pop("late", False)
        pile = found.setdefault(tuple(about.items()), Pile(**about))
        pile.files.append((place, file))
        pile.late |= late
    return sorted(found.values(), key=lambda pile: moment(pile.when), reverse=True)


def reader_for(files, course):
    """The function that understands the files' names: that of the system which named most of what lies at the top.

    A file that one student called as Moodle calls a classmate's does not make the download one from Moodle.
    """
    depth = int(len({file.parts[0] for file in files if len(file.parts) > 1}) == 1)
    tops = [(file.parts[min(depth, len(file.parts) - 1)], file) for file in files]
    for reader in (from_moodle, from_exchange, from_canvas):
        named = {top for top, file in tops if reader(file)}
        if named and 2 * len(named) > len({top for top, _ in tops}):
            return reader
    outer = wrapper(files, course)
    return lambda file: from_plain(file, course, outer)


# Each reader gives the place of a file in its submission (parts of a path) and what describes its Pile; or None and a
# reason; or nothing at all, where the file is not named as this system names files.


def from_moodle(file):
    """How Moodle names files; in a folder for each student or in one for all."""
    matches = ((depth, MOODLE.fullmatch(part)) for depth, part in enumerate(file.parts))
    depth, match = next(((depth, match) for depth, match in matches if match), (0, None))
    if not match:
        return None
    place = ((match["rest"],) if match["rest"] else ()) + file.parts[depth + 1 :]
    if match["kind"] != "file" or not place:
        return None, "it was typed or recorded in Moodle, and is no file"
    return place, {"system": "moodle", "name": match["name"], "number": match["number"]}


def from_exchange(file):
    """How nbgrader's exchange names folders."""
    matches = ((depth, INBOUND.fullmatch(part)) for depth, part in enumerate(file.parts[:-1]))
    depth, match = next(((depth, match) for depth, match in matches if match), (0, None))
    if not match:
        return None
    when = re.sub(r"(\d\d)_(\d\d)_(\d\d)", r"\1:\2:\3", match["when"])  # colons do not survive every system
    about = {"name": match["name"], "assignment": match["assignment"], "when": when}
    return file.parts[depth + 1 :], {"system": "exchange", **about}


def from_canvas(file):
    """How Canvas names files."""
    match = CANVAS.fullmatch(file.name) or ANONYMOUS.fullmatch(file.name)
    if match:
        about = {"system": "canvas", "name": match["name"], "number": match["number"], "late": bool(match["late"])}
        return (match["rest"],), about
    return (None, "it was typed in Canvas, and is no file") if TYPED.fullmatch(file.name) else None


def from_plain(file, course, outer):
    """Whose a file is whose folder, or own name, names the student. `outer` folders hold them all."""
    parts = file.parts[outer:]
    if len(parts) > 2 and parts[1] in course.assignments:
        return parts[2:], {"system": "plain", "name": parts[0], "assignment": parts[1]}
    if len(parts) > 1:
        return parts[1:], {"system": "plain", "name": parts[0]}
    name = student_in(parts[0], course)
    if not name:
        return None, "it does not say whose it is: put it into a folder with the student's name"
    return parts, {"system": "plain", "name": name}


def student_in(name, course):
    """The student whom a file's name names: what is left of it without the name of a notebook. None if nothing is."""
    stem = re.sub(r"\.(ipynb(\.txt|\.json)?|zip)$", "", name, flags=re.IGNORECASE)
    for notebook in sorted({key[1] for key in course.cells}, key=len, reverse=True):
        stem = re.sub(rf"[ _.-]*{re.escape(notebook)}[ _.-]*", "", stem, flags=re.IGNORECASE)
    return stem if letters(re.sub(r"[\d()]", "", stem)) or is_safe(stem) else None


def wrapper(files, course):
    """How many folders at the top hold all of `files` and are no student's: 0 or 1."""
    tops = {file.parts[0] for file in files}
    inner = {file.parts[1] for file in files if len(file.parts) > 2} - set(course.assignments)
    return int(len(tops) == 1 and len(inner) > 1 and all(len(file.parts) > 2 for file in files))


def moment(when):
    """The moment that a timestamp tells, to be compared with others: a number, and the smallest where it tells none."""
    from nbgrader.utils import parse_utc

    if not re.match(r"\d{4}-\d\d-\d\d", when or ""):
        return float("-inf")
    with warnings.catch_warnings(action="ignore"):  # of time zones that nobody knows
        try:
            return (parse_utc(when) - parse_utc("1970-01-01")).total_seconds()
        except (ValueError, OverflowError, TypeError):
            return float("-inf")


# ------------------------------------------------------------------------------------- taking it in


class Taker:
    """Takes piles in, one after the other, and notes in `outcome` what became of each.

    Each is first written into a folder of `stage`, which lies on the disk of `submitted/`, and then moved as a whole.
    """

    def __init__(self, course, people, force, stage, outcome):
        self.course, self.people, self.force, self.stage, self.outcome = course, people, force, stage, outcome
        self.taken, self.owner, self.number, self.bench = set(), {}, 0, None
        self.unlisted = False  # has a student from Moodle no identifier but a name and a number?
        self.submitted = course.folder / "submitted"
        there = self.submitted.iterdir() if self.submitted.is_dir() else ()
        self.spelling = {path.name.casefold(): path.name for path in there}

    def take(self, pile):
        """Take one pile in."""
        student = self.student(pile)
        if student is None:
            return
        if pile.assignment and pile.assignment not in self.course.assignments:
            return self.leave(pile, f"the course has no assignment “{printable(pile.assignment, 60)}”")
        with tempfile.TemporaryDirectory(dir=self.stage) as self.bench:
            for assignment, files in self.sorted_out(pile, self.unpacked(pile)).items():
                if files:
                    self.place(pile, student, assignment, files)

    def leave(self, where, why):
        """Note that something was not taken."""
        self.outcome.left.append(Left(str(where), why))

    def student(self, pile):
        """The identifier of the pile's student; None, with a note, if it is somebody else's, too."""
        listed = self.people.find(pile.name, pile.system, pile.number) if self.people else None
        if self.people and not listed:
            twice = self.people.is_twice(pile.name)
            self.outcome.told.append(f"{pile} is {'in the list twice' if twice else 'not in the list of names'}.")
        self.unlisted |= pile.system == "moodle" and not listed
        student = listed or identifier(pile.name, pile.number if pile.system in ("moodle", "canvas") else "")
        person = student if listed else (pile.system, pile.name, pile.number)
        spelling = self.spelling.setdefault(student.casefold(), student)
        if spelling != student or self.owner.setdefault(student, person) != person:
            self.leave(pile, f"“{student}” and “{spelling}” would be one folder: give one of them another identifier")
            return None
        return student

    # ---- which files

    def unpacked(self, pile):
        """The pile's files as pairs (parts, File), those of a ZIP archive in its place. What is no file is noted."""
        files = []
        for place, file in pile.files:
            if not file.name.lower().endswith(".zip"):
                files.append((place, file))
                continue
            try:
                inner, left = archived(file)
            except Unread as fault:
                self.leave(file.where, str(fault))
                continue
            self.outcome.left += [Left(f"{file.where} > {item.where}", item.why) for item in left]
            for item in inner:
                if item.name.lower().endswith(".zip"):
                    self.leave(f"{file.where} > {item.where}", "a ZIP in a ZIP is not opened")
                else:
                    files.append((item.parts, item))
        return self.few(pile, files)

    def few(self, pile, files):
        """As many of the files as one student may hand in."""
        total, kept = 0, []
        for place, file in files:
            total += file.size
            if len(kept) == MAX_INSIDE or total > MAX_TOTAL:
                self.leave(pile, f"more than {MAX_INSIDE} files or {MAX_TOTAL // MB} MB: the rest was left out")
                break
            kept.append((place, file))
        return kept

    def sorted_out(self, pile, files):
        """The files by assignment: a dict assignment -> {name in the submission: path of the staged copy}."""
        staged = [item for place, file in files if (item := self.staged(pile, place, file))]
        sorts = {item.found[0] for item in staged if item.found}
        given = pile.assignment or self.course.assignment
        sorts |= {given} if given and staged else set()
        if not sorts:
            return self.nothing_known(pile, staged)
        handed_in = {assignment: {} for assignment in sorted(sorts)}
        for item in sorted(staged, key=likelihood, reverse=True):
            if item.found:
                self.choose(pile, item, handed_in[item.found[0]])
        for item in staged:
            if not item.found:
                self.add_other(pile, item, staged, handed_in)
        return handed_in

    def staged(self, pile, place, file):
        """The Staged copy of `file`, or None, with a note, where it cannot be read."""
        self.number += 1
        path = Path(self.bench, str(self.number))
        try:
            path.write_bytes(file.read())
        except Unread as fault:
            return self.leave(file.where, str(fault))
        is_book = NOTEBOOK.fullmatch(place[-1])
        return Staged(place, file, path, self.course.which(path, place[-1], pile.assignment) if is_book else None)

    def nothing_known(self, pile, staged):
        """Note that no file of a pile is a notebook of the course's."""
        names = ", ".join(f"“{printable('/'.join(item.place), 60)}”" for item in staged[:5])
        if staged:
            cure = "name the assignment, --assignment, or rename the notebook as it was handed out"
            self.leave(pile, f"none of the course's notebooks is among {names}: {cure}")
        return {}

    def choose(self, pile, item, chosen):
        """Put a notebook under the name that it was handed out with into `chosen`; beside it, if that name is taken."""
        notebook, own = item.found[1], printable(item.place[-1], 60)
        name = f"{notebook}.ipynb"
        if name in chosen:
            name = unused(harmless(item.place[-1]), chosen)
            words = f"{pile} handed in “{notebook}” more than once: “{own}” lies beside the likelier one, as {name}"
            self.outcome.told.append(f"{words}.")
        chosen[name] = item.path

    def add_other(self, pile, item, staged, handed_in):
        """Add what is no notebook of the course's to the assignment that it goes with: that of a notebook beside it."""
        if item.place == (TIME,):
            return self.own_time(pile, item)
        beside = [other for other in staged if other.found and item.place[: len(other.place) - 1] == other.place[:-1]]
        homes = {other.found[0] for other in beside}
        homes = homes if len(homes) == 1 else set(handed_in)
        if len(homes) > 1:
            words = f"it may belong to {' or '.join(sorted(homes))}: name the assignment, --assignment"
            return self.leave(item.file.where, words)
        [home] = homes
        above = max((len(other.place) - 1 for other in beside if other.found[0] == home), default=0)
        self.add_named(item, item.place[above:], handed_in[home])

    def add_named(self, item, place, files):
        """Add one file under its own name, or one like it that every system takes."""
        name = "/".join(map(harmless, place))
        if any(clash(name, other) for other in files):
            return self.leave(item.file.where, f"another file of this submission is called “{printable(name, 60)}”")
        if name != "/".join(place):
            words = f"“{item.file.where}” is called “{printable(name)}” here, a name for every system."
            self.outcome.told.append(words)
        files[name] = item.path

    def own_time(self, pile, item):
        """Take the time that a plain folder's timestamp.txt tells; one that a student sent says nothing."""
        text = item.path.read_bytes()[:1000].decode("utf-8", "replace").strip()
        if pile.system == "plain" and (item.place, item.file) in pile.files and moment(text) > float("-inf"):
            pile.when = printable(text, 60)
        elif pile.system != "exchange":  # there the folder's name says it
            self.leave(item.file.where, "it is no time, or was sent by the student, who is not the one to say it")

    # ---- where to

    def place(self, pile, student, assignment, files):
        """Move one submission to its place, unless what is there forbids it."""
        label, key = f"{student}/{assignment}", (student, assignment)
        if key in self.taken:
            return self.second(pile, label)
        self.taken.add(key)
        folder = self.written(pile, files)
        target = self.submitted / student / assignment
        if target.parent.is_symlink() or (os.path.lexists(target) and (target.is_symlink() or not target.is_dir())):
            return self.leave(label, f"{target} is a link or a file; remove it, and take this in again")
        if not target.exists():
            self.outcome.new.append(label)
        elif digests(target) == digests(folder):
            return self.outcome.unchanged.append(label)
        elif not self.may_replace(pile, label, target):
            return None
        else:
            self.set_aside(target, label)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(folder, target)
        if pile.late:
            self.outcome.told.append(f"{label} was handed in late, says Canvas; by how much, it does not say.")

    def second(self, pile, label):
        """Note that a student handed in twice, and that this is not what was taken."""
        if pile.when:
            self.outcome.told.append(
                f"{label} was handed in more than once: that of {printable(pile.when, 40)} was passed over."
            )
        else:
            self.leave(label, f"a second submission, from {pile}, and no time tells which is later")

    def written(self, pile, files):
        """A folder of `stage` with the submission as it will be."""
        self.number += 1
        folder = Path(self.bench, f"{self.number}-submission")
        folder.mkdir()
        for name, path in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, folder / name)
        if pile.when:
            (folder / TIME).write_text(pile.when, "utf-8")
        return folder

    def may_replace(self, pile, label, target):
        """May this submission replace the one that is there, which differs? If not, say why."""
        there, here = moment(time_of(target)), moment(pile.when)
        if self.force or here > there > float("-inf"):
            return True
        if there >= here > float("-inf"):
            self.leave(label, f"what is in submitted/ is as late or later ({time_of(target)}); --force replaces it")
        else:
            self.leave(
                label, "it differs from what is in submitted/, and no time tells which is later; --force replaces that"
            )
        return False

    def set_aside(self, target, label):
        """Move what is at `target` into replaced/."""
        digest = hashlib.sha256(json.dumps(digests(target)).encode()).hexdigest()[:12]
        aside = self.course.folder / "replaced" / label / digest
        if aside.exists():  # the very same was put there before
            shutil.rmtree(target)
        else:
            aside.parent.mkdir(parents=True, exist_ok=True)
            os.replace(target, aside)
        self.outcome.replaced.append(label)


def likelihood(item):
    """The greater, the likelier a file is what its student meant by a notebook: Canvas numbers newer ones."""
    match = NOTEBOOK.fullmatch(item.place[-1])
    stem = match[1] if match else ""
    again = re.fullmatch(r"(.*)-(\d{1,4})", stem)
    own = item.found[1] if item.found else None
    newer = int(again[2]) if again and again[1] == own and CANVAS.fullmatch(item.file.name) else 0
    return newer, stem == own, item.found[2] if item.found else 0, -len(item.place), item.place


def harmless(part):
    """A part of a path as every system takes it: itself, where it can be."""
    fine = part.isprintable() and len(part.encode("utf-8", "replace")) <= 120
    if fine and not WINDOWS.search(part) and not DEVICES.fullmatch(part):
        return part
    path = PurePath(part.strip(". ") or "file")
    suffix = path.suffix if is_safe(f"x{path.suffix}") and len(path.suffix) < 12 else ""
    digest = hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{identifier(path.stem or 'file', digest)}{suffix}"


def unused(name, names):
    """`name`, or one like it that is not among `names`."""
    stem, suffix = os.path.splitext(name)
    taken = {other.casefold() for other in names}
    tries = (f"{stem}{mark}{suffix}" for mark in ("", *(f"-other-{number}" for number in range(1, len(taken) + 2))))
    return next(name for name in tries if name.casefold() not in taken)


def clash(name, other):
    """Are two paths one to a system that knows no capitals, or would one have to be a file and a folder at once?"""
    one, two = f"{name}/".casefold(), f"{other}/".casefold()
    return one.startswith(two) or two.startswith(one)


def digests(folder):
    """What is in `folder`: a dict name -> digest. Placeholders (see coursekit.trust.submission) are no content."""
    paths = (
        path for path in sorted(folder.rglob("*")) if stat.S_ISREG(os.lstat(path).st_mode) and not is_placeholder(path)
    )
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def time_of(folder):
    """What the timestamp.txt in `folder` says, or None."""
    try:
        return (folder / TIME).read_text("utf-8", errors="replace")[:60].strip() or None
    except OSError:
        return None


# ------------------------------------------------------------------------------------- what a person types


def arguments(parser):
    """Add what `intake` takes to the command line's parser."""
    parser.add_argument("source", metavar="SOURCE", help="the folder or ZIP archive that was downloaded")
    parser.add_argument("--assignment", metavar="A", help="which assignment it is, where the notebooks do not tell")
    parser.add_argument("--names", metavar="FILE", help="a list of the class as CSV: the gradebook export, say")
    parser.add_argument("--course", metavar="FOLDER", default=ROOT, help="the course's folder (default: this one)")
    parser.add_argument("--force", action="store_true", help="replace what differs; the old goes into replaced/")


def main(options):
    """Take a download in and print what became of it; the exit status is 1 if something was left."""
    from tqdm import tqdm

    def progress(found):
        return tqdm(found, desc="Taking in", unit="student", file=sys.stdout, leave=False, disable=None)

    outcome = intake(options.source, options.course, options.assignment, options.names, options.force, progress)
    print_outcome(outcome)
    return int(bool(outcome.left))


def print_outcome(outcome):
    """Print an Outcome."""
    counts = Counter(label.split("/")[1] for label in outcome.new + outcome.replaced + outcome.unchanged)
    for assignment, number in sorted(counts.items()):
        print(f"{assignment}: {number} submission{'s' * (number != 1)}")
    print(f"{len(outcome.new)} new, {len(outcome.replaced)} replaced, {len(outcome.unchanged)} as they were.")
    for label in outcome.replaced:
        print(f"  replaced: {label}; what was there is in replaced/. Grade it again.")
    for sentence in outcome.told:
        print(f"  {sentence}")
    if outcome.left:
        print(f"Not taken in ({len(outcome.left)}):")
    for left in outcome.left:
        print(f"  {left}")
