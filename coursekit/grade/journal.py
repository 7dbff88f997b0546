"""The journal: what a course's folder remembers of a run, so that one that was broken off can go on.

Each submission gets a line of its own, in a file of its own, once its marks are in the gradebook: never before, so that
whatever was under way when the power failed is marked again, as if it had never begun.

    .coursekit/run.json                         how the last run was called, and whether it came to its end
    .coursekit/marked/<assignment>/<student>    fingerprints of what was marked, and of what it was marked by
"""

import contextlib
import hashlib
import json
import os
import sqlite3
from pathlib import Path

from coursekit.course import CourseError
from coursekit.trust.submission import PLACEHOLDER, walk

__all__ = ["Journal", "fingerprint"]

FOLDER = ".coursekit"
LARGEST = 1_000_000  # bytes; of a larger file, size and time stand for its content


class Journal:
    """The journal of the course in `course`."""

    def __init__(self, course):
        self.folder = Path(course) / FOLDER

    # ---- submissions

    def is_marked(self, assignment, student, prints):
        """Say whether this submission was marked as it is now, by what it would be marked by now."""
        try:
            return json.loads(self._line(assignment, student).read_text("utf-8")) == list(prints)
        except (OSError, ValueError):
            return False

    def marked(self, assignment, student, prints):
        """Remember that a submission's marks are in the gradebook."""
        _write(self._line(assignment, student), list(prints))

    def forget(self, assignment, student):
        """Forget that a submission was marked."""
        self._line(assignment, student).unlink(missing_ok=True)

    def _line(self, assignment, student):
        return self.folder / "marked" / assignment / f"{student}.json"

    # ---- runs

    def begin(self, call):
        """Remember how a run was called."""
        _write(self.folder / "run.json", {"call": call, "ended": False})

    def end(self):
        """Remember that the run has come to its end."""
        _write(self.folder / "run.json", self.last() | {"ended": True})

    def last(self):
        """Return {"call": ..., "ended": ...} of the last run; there was none if it is empty."""
        try:
            return json.loads((self.folder / "run.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}

    @contextlib.contextmanager
    def alone(self):
        """Be the only run in this course, as long as this process lives. Raises CourseError where there is another."""
        self.folder.mkdir(exist_ok=True)
        lock = sqlite3.connect(self.folder / "lock.db", timeout=0.5, isolation_level=None)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise CourseError("Another run is marking in this course. Wait for its end, or stop it.") from None
        else:
            yield
        finally:
            lock.close()


def _write(path, held):
    """Write JSON to the file at `path`; readers find the old file or the new one, also after a power failure."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}-new")
    with open(new, "w", encoding="utf-8") as file:
        json.dump(held, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def fingerprint(folder):
    """Return a text that is another one whenever a submission's folder is; links are not followed, nor pipes read."""
    digest = hashlib.sha256()
    for path in walk(Path(folder)):
        status = os.lstat(path)
        digest.update(os.fsencode(path.relative_to(folder)) + f"\0{status.st_size}\0".encode())
        digest.update(_content(path, status))
    return digest.hexdigest()


def _content(path, status):
    """Return what stands for a file's content. A placeholder of ours stands for nothing."""
    if not path.is_file() or path.is_symlink() or status.st_size > LARGEST:
        return f"{status.st_mode} {status.st_mtime_ns}".encode()
    try:
        content = path.read_bytes()
    except OSError:
        return b"cannot be read"
    return b"" if content == PLACEHOLDER else content
