"""nbgrader's converter, given another view of what was handed in.

nbgrader takes a submission's folder for what it should be: it wants the notebook at its top, under the name that was
handed out; it copies every other file, and follows links while it does so; it reads `timestamp.txt` even if that is a
pipe. What a converter lets others set is enough to do this otherwise: its list of notebooks and its course directory.
"""

import fnmatch
import glob
import os
import re
import shutil
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import find_all_files, parse_utc
from traitlets import List

from coursekit.trust.notes import Note, printable
from coursekit.trust.submission import PLACEHOLDER, safe_files, unfit


class Submissions(CourseDirectory):
    """A course directory that has nbgrader copy no file by itself, and reads only a `timestamp.txt` that is one."""

    ignore = List(["*", ".*"])  # not configurable: this is for one converter, and `course` has what was configured

    @classmethod
    def like(cls, course):
        """One that is otherwise as the CourseDirectory `course`."""
        names = set(course.trait_names(config=True)) - {"ignore"}
        submissions = cls(log=course.log, **{name: getattr(course, name) for name in names})
        submissions.course = course
        return submissions

    def get_existing_timestamp(self, dest_path):
        """When a submission was handed in, as nbgrader has it; None, and a warning, if that cannot be told."""
        path = Path(dest_path) / "timestamp.txt"
        if not os.path.lexists(path):
            return None
        try:
            if unfit(path) or os.lstat(path).st_size > 1000:
                raise ValueError
            return parse_utc(path.read_text("utf-8").strip() or None)
        except (ValueError, OverflowError, OSError):
            self.log.warning("%s does not say when this was handed in: it counts as in time", path)
            return None


def expect(converter):
    """Have nbgrader's `converter` look for every notebook of the assignment in every submission, wherever it lies.

    To be called when the converter has listed what it has found and before it begins: an exporter is made between the
    two. From then on it copies no files by itself: `bring_files` does.
    """
    course = converter.coursedir
    names = notebook_names(course)
    if names:
        folders = glob.glob(converter._format_source(course.assignment_id, course.student_id))
        folders = [folder for folder in folders if os.path.isdir(folder) and usable(folder, converter)]
        converter.assignments = {folder: [f"{folder}{os.sep}{name}.ipynb" for name in names] for folder in folders}
    converter.coursedir = Submissions.like(course)


def notebook_names(course):
    """The names of the assignment's notebooks that are to be marked, in order; none if it was never released."""
    with Gradebook(course.db_url, course.course_id) as gradebook:
        try:
            names = [notebook.name for notebook in gradebook.find_assignment(course.assignment_id).notebooks]
        except MissingEntry:
            return []
    return sorted(fnmatch.filter(names, course.notebook_id))


def usable(folder, converter):
    """Can nbgrader deal with the student's name? If not, say so: one such name would end the run for all."""
    student = re.match(converter._format_source("(?P<a>.*)", "(?P<student>.*)", escape=True), folder, re.DOTALL)
    name = student["student"] if student else folder
    if is_usable(name):
        return True
    signs = '[ ] * ? < > & " or what cannot be printed'
    converter.log.error("Not marked, since a student's name may not hold %s: %s", signs, printable(folder))
    return False


def is_usable(name):
    """Can nbgrader deal with a student of this name?"""
    return name.isprintable() and not set(name) & set('[]*?<>"&')


def bring_files(converter, assignment, student):
    """Copy the course's files, and those of the submission beside them, to where it is marked; notes on the rest.

    To be called from the converter's `pre_convert_hook`, after `expect`.
    """
    submitted = converter._format_source(assignment, student)
    return copy_files(submitted, own_files(converter, assignment), Path(converter._format_dest(assignment, student)))


def copy_files(submitted, own, place):
    """Copy the course's files, `own` (pairs of name and path), and those of a submission that may be; return notes."""
    safe, notes = safe_files(submitted)
    files = dict(own)
    for path in safe:
        files.setdefault(os.path.relpath(path, submitted), path)
    for name, path in files.items():
        try:
            copy(path, place / name)
        except OSError as fault:  # the student's file where we have a folder, say
            words = f"The file “{printable(name)}” was left out: it could not be copied ({fault.strerror})."
            notes.append(Note("file-left-out", None, words))
    return notes


def own_files(converter, assignment):
    """Pairs: the name of a file of the course's own that goes with the assignment, and its path."""
    course = converter.coursedir.course
    return files_of(course, assignment, converter.exclude_overwriting.get(assignment, []))


def files_of(course, assignment, left_alone=()):
    """Pairs: the name of a file of an assignment's source, notebooks and `left_alone` apart, and its path."""
    source = course.format_path(course.source_directory, ".", assignment)
    for path in find_all_files(source, [*course.ignore, "*.ipynb"]):
        name = os.path.relpath(path, source)
        if name not in left_alone:
            yield name, path


def copy(path, to):
    """Copy the file at `path`, in place of what is at `to`."""
    to.parent.mkdir(parents=True, exist_ok=True)
    to.unlink(missing_ok=True)
    shutil.copyfile(path, to)


def make_findable(course):
    """Put a placeholder where a submission in the folder `course` has no notebook at its top.

    nbgrader looks there before any of its hooks, and where it marks that one submission only, ends if there is none. A
    placeholder is no notebook to `find_notebook`. To be called where `nbgrader_config.py` is read.
    """
    for folder in (path for path in Path(course).glob("submitted/*/*") if path.is_dir()):
        for notebook in (Path(course) / "source" / folder.name).glob("*.ipynb"):
            try:
                if not any(folder.glob("*.ipynb")):
                    (folder / notebook.name).write_bytes(PLACEHOLDER)
            except OSError:
                continue  # a folder that may not be written to: nbgrader says that it found nothing
