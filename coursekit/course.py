"""The course as nbgrader sees it: where its files lie, and scratch copies of it that nbgrader may write in.

Building the release or marking the sample class must not leave a gradebook, a log or a half-written folder in the
checkout. So nbgrader runs in a scratch folder that holds the course's configuration and its `source/`, and only what is
wanted is carried back. nbgrader is imported in this process, once: its command line takes four seconds to start, each
time.
"""

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE, RELEASE, WORK = ROOT / "source", ROOT / "release", ROOT / "work"
ANSWERS, SUBMISSIONS = ROOT / "examples" / "answers", ROOT / "examples" / "submissions"

# Files that editors and Python leave behind. nbgrader leaves the first two out as well.
LITTER = (".ipynb_checkpoints", "__pycache__", ".DS_Store")


class CourseError(Exception):
    """Something about the course is not as it must be; the message says what, and what to do."""


def assignments(folder):
    """The names of the assignments in `folder`, in order: its subfolders that hold a notebook."""
    return sorted({path.parent.name for path in folder.glob("*/*.ipynb")})


def files(folder):
    """The files under `folder` as a dict: path relative to it -> content. Litter is passed by."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    relative = ((path.relative_to(folder), path) for path in found)
    return {name.as_posix(): path.read_bytes() for name, path in relative if not set(name.parts) & set(LITTER)}


def put_environment_on_path():
    """Let commands of this environment be found by name, whether or not it was activated."""
    here = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", "")
    if here not in path.split(os.pathsep):
        os.environ["PATH"] = here + os.pathsep + path


def make_course(folder):
    """Make `folder` a course of its own: this one's configuration and `source/`, and nothing else."""
    if not assignments(SOURCE):
        raise CourseError(f"There is no notebook in {SOURCE}/<assignment>/: without one there is nothing to do.")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(SOURCE, folder / "source", ignore=shutil.ignore_patterns(*LITTER))


def open_course(folder):
    """nbgrader's programming interface on the course in `folder`, configured by the file that lies there."""
    from nbgrader.apps.api import NbGraderAPI
    from traitlets.config import PyFileConfigLoader

    put_environment_on_path()
    config = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
    config.CourseDirectory.root = str(folder)
    return NbGraderAPI(config=config)


def outcome(result):
    """Pass on what nbgrader reports of one step. nbgrader takes Ctrl-C for a failure of the step: give it back."""
    if "KeyboardInterrupt" in result.get("error", ""):
        raise KeyboardInterrupt
    return result


def release_into(api):
    """Build the students' version of every assignment of the course that `api` is open on."""
    for assignment in assignments(Path(api.coursedir.root) / "source"):
        result = outcome(api.generate_assignment(assignment))
        if not result["success"]:
            raise CourseError(f"nbgrader could not build {assignment}:\n{result.get('log', '')}\n{result['error']}")


@contextlib.contextmanager
def scratch_folder():
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()


@contextlib.contextmanager
def chatter_to(log):
    """Send what nbgrader, the kernels and their libraries write to stderr to the file `log` instead."""
    sys.stderr.flush()
    kept = os.dup(2)
    with open(log, "ab") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
