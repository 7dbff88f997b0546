"""JupyterLab as a student has it: on an own copy of the notebooks, in `work/`.

`work/` is the student's. What lies there is never overwritten: a newer release adds the files that are not there yet.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from coursekit.course import RELEASE, WORK, CourseError, assignments, files
from nnkit.desk import logbook


def lab(arguments):
    """Copy what is new from `release/` to `work/` and become JupyterLab there; `arguments` are handed on to it."""
    for name in copy_new_files():
        print(f"new in work/: {name}")
    print(f"Opening JupyterLab in {WORK}: end it with Ctrl-C, twice.", flush=True)
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(config_path())
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={WORK}", *first_page(), *arguments]
    if os.name == "nt":
        return subprocess.call(command)
    return os.execv(command[0], command)


def copy_new_files():
    """Copy to `work/` each file of the release that is not there yet; the names of those copied."""
    if not assignments(RELEASE):
        raise CourseError(f"There is nothing in {RELEASE} yet: build it with `make release`.")
    copied = []
    for name in files(RELEASE):
        if not (WORK / name).exists():
            (WORK / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(RELEASE / name, WORK / name)
            copied.append(name)
    return copied


def first_page():
    """The setting with which JupyterLab opens on the first notebook, for those who have not begun yet."""
    if logbook.tried():
        return []
    first = min(WORK.glob("*/*.ipynb"))
    return [f"--LabApp.default_url=/lab/tree/{first.relative_to(WORK).as_posix()}"]


def config_path():
    """Where Jupyter looks for settings: ours first, which hide what only instructors use and the offer of news."""
    yield str(Path(__file__).parent / "jupyter")
    yield from filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])
