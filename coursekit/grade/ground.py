"""What a run stands on: looked at before the first submission is, so that no work is wasted.

Each check raises CourseError with what is wrong and what to do; one that passes says nothing.
"""

import contextlib
import shutil
import sqlite3
import tempfile
from pathlib import Path

from coursekit.course import CourseError

__all__ = ["look_at"]

SPARE = 200_000_000  # bytes that must be free beside what the marked notebooks need


def look_at(course, folders):
    """Look at the course's folder, its disk and its gradebook before the submissions in `folders` are marked."""
    can_be_written(course)
    has_room(course, sum(size(folder) for folder in folders))
    has_a_sound_gradebook(course)


def can_be_written(course):
    """Raise where no file can be made in the course's folder, or in autograded/."""
    for folder in (course, course / "autograded"):
        try:
            folder.mkdir(exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as fault:
            raise CourseError(f"{folder} cannot be written to ({fault.strerror}): marks could not be kept.") from None


def has_room(course, need):
    """Raise where the disk has no room for `need` bytes of submissions, marked, and something to spare."""
    free = shutil.disk_usage(course).free
    if free < 2 * need + SPARE:
        needed = f"about {(2 * need + SPARE) / 1e6:,.0f} MB are needed"
        raise CourseError(
            f"{free / 1e6:,.0f} MB are free where {course} lies, and {needed}. Make room, then try again."
        )


def has_a_sound_gradebook(course):
    """Raise where the gradebook is damaged, or held by somebody else."""
    path = course / "gradebook.db"
    if not path.exists():
        return
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as gradebook:
            gradebook.execute("BEGIN IMMEDIATE")
            found = gradebook.execute("PRAGMA quick_check").fetchone()[0]
            gradebook.execute("ROLLBACK")
    except sqlite3.OperationalError as fault:
        words = f"{path.name} cannot be written to ({fault})."
        raise CourseError(f"{words} Is another program in the middle of something (formgrader, autograde)?") from None
    except sqlite3.DatabaseError as fault:
        found = str(fault)
    if found != "ok":
        raise CourseError(f"{path.name} is damaged ({found}): put a copy of an earlier day in its place.")


def size(folder):
    """Return the bytes of the files in a folder; links count for nothing."""
    return sum(path.lstat().st_size for path in Path(folder).rglob("*") if path.is_file() and not path.is_symlink())
