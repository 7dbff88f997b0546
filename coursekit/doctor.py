"""What this machine can do for the course: one line each, and the cure where something is missing.

    ✓ Python 3.12.4
    ✗ 2 packages of requirements.lock are missing: distributed, rich
        → make environment
    · IMDB is not here: notebooks use the offline sample
        → ...

✓ is fine, ✗ is needed and missing, · is good to have. Every probe is a function that looks at one thing, changes
nothing, downloads nothing and gives a Finding. One that itself fails is a finding, too.
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from coursekit.course import ROOT, CourseError, assignments

__all__ = ["Finding", "arguments", "main", "probes"]

SIGNS = {"fine": "✓", "missing": "✗", "optional": "·"}
ANEW = "make environment"
GB = 1_000_000_000
KERAS_KERNEL = GB  # memory of one kernel that trains a small network in Keras
ENOUGH_DISK, GOOD_DISK = 0.5 * GB, 5 * GB
SLOW_IMPORT = 20  # seconds
COMPILED = ("numpy", "keras", "tensorflow", "nbgrader")
IMPORT = "import time; start = time.perf_counter(); import keras; print(time.perf_counter() - start)"
SERVER = ("jupyterlab", "nbgrader.server_extensions.formgrader", "nbgrader.server_extensions.validate_assignment")


@dataclass(frozen=True)
class Finding:
    """What a probe found: its state (one of SIGNS), a sentence without its full stop, and what to do about it."""

    state: str
    what: str
    cure: str | None = None

    def __str__(self):
        line = f"{SIGNS[self.state]} {self.what}"
        return f"{line}\n    → {self.cure}" if self.cure else line


def probes(course):
    """Pairs: what is looked at, in words; and a function that gives a Finding, or None if there is nothing to say."""
    return [
        ("Python", python),
        ("packages", packages),
        ("compiled packages", bytecode),
        ("TensorFlow, which is imported", tensorflow),
        ("JupyterLab and nbgrader", extensions),
        ("the sandbox", sandbox),
        ("control groups", control_groups),
        ("a kernel, which is started", kernel),
        *((name, partial(dataset, name)) for name in ("mnist", "imdb")),
        ("memory and cores", memory),
        ("the disk of the course", partial(disk, course, "the course's folder")),
        ("the disk of temporary files", partial(disk, tempfile.gettempdir(), "the folder of temporary files")),
        ("the course's folder", partial(writable, course)),
        ("the gradebook", partial(gradebook, course)),
    ]


# ------------------------------------------------------------------------------------- Python and its packages


def python():
    """Is this Python one that the course is made for?"""
    from packaging.specifiers import SpecifierSet

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    here = ".".join(map(str, sys.version_info[:3]))
    if SpecifierSet(wanted).contains(here):
        return Finding("fine", f"Python {here}")
    return Finding("missing", f"Python {here}, and the course needs {wanted}", "make environment PYTHON=python3.12")


def packages():
    """Are the packages installed that the lock names, in its versions?"""
    wanted = locked((ROOT / "requirements.lock").read_text("utf-8"))
    found = {name: installed(name) for name in wanted}
    absent = [name for name, version in found.items() if version is None]
    others = [f"{name} {found[name]} for {wanted[name]}" for name in wanted if found[name] not in (None, wanted[name])]
    if absent:
        return Finding("missing", f"{counted(absent)} of requirements.lock not installed: {some(absent)}", ANEW)
    if others:
        return Finding(
            "optional", f"{counted(others)} in another version than requirements.lock's: {some(others)}", ANEW
        )
    return Finding("fine", f"{counted(wanted)} as requirements.lock has them")


def locked(text):
    """What a lock asks for on this machine: a dict name -> version."""
    from packaging.markers import Marker

    entries = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?: *; *([^\\\n]+))?", text, flags=re.MULTILINE)
    return {name: version for name, version, marker in entries if not marker or Marker(marker.strip()).evaluate()}


def installed(name):
    """The version of a package that is installed, or None."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def bytecode():
    """Are packages compiled? Else each start of a kernel compiles them anew, TensorFlow for half a minute."""
    places = [spec.origin for name in COMPILED if (spec := importlib.util.find_spec(name)) and spec.origin]
    bare = [place for place in places if not os.path.exists(importlib.util.cache_from_source(place))]
    if not bare:
        return Finding("fine", "Packages are compiled")
    unset = "unset PYTHONDONTWRITEBYTECODE, then " if os.environ.get("PYTHONDONTWRITEBYTECODE") else ""
    cure = f"{unset}{sys.executable} -m compileall -q {Path(bare[0]).parents[1]}"
    return Finding("optional", "Packages are not compiled: every start of a kernel takes longer", cure)


def tensorflow():
    """Can Keras be imported, and how long does that take?"""
    said = run(
        [sys.executable, "-c", IMPORT], {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    )
    if said.returncode:
        last = (said.stderr.strip().splitlines() or [f"exit status {said.returncode}"])[-1]
        return Finding("missing", f"TensorFlow cannot be imported ({last[:200]})", ANEW)
    seconds = float(said.stdout.split()[-1])
    what = f"TensorFlow imports in {seconds:.1f} seconds"
    if seconds < SLOW_IMPORT:
        return Finding("fine", what)
    return Finding("optional", what, "look once more: a second import is quicker, unless packages are not compiled")


def run(command, environment=None):
    """Run a command; what it said."""
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)


def extensions():
    """Are the parts of nbgrader that JupyterLab shows (Formgrader, Validate) switched on?"""
    from jupyter_core.paths import jupyter_path

    known = server_extensions()
    off = [name for name in SERVER if not known.get(name)]
    if off:
        cure = "jupyter server extension enable --sys-prefix --py nbgrader; jupyter server extension enable jupyterlab"
        return Finding("optional", f"Switched off in JupyterLab: {some(off)}", cure)
    if not any(Path(folder, "labextensions", "@jupyter", "nbgrader").is_dir() for folder in jupyter_path()):
        return Finding("optional", "JupyterLab does not find nbgrader's menu", ANEW)
    return Finding("fine", "JupyterLab with nbgrader's Formgrader and Validate")


def server_extensions():
    """The extensions of Jupyter's server, as its settings have them: a dict name -> whether it is switched on."""
    from jupyter_core.paths import jupyter_config_path
    from jupyter_server.config_manager import BaseJSONConfigManager

    found = {}
    for folder in reversed(jupyter_config_path()):
        settings = BaseJSONConfigManager(config_dir=folder).get("jupyter_server_config")
        found |= settings.get("ServerApp", {}).get("jpserver_extensions", {})
    return found


# ------------------------------------------------------------------------------------- kernels


def sandbox():
    """Can notebooks be kept apart from this machine?"""
    from coursekit.trust.sandbox import available

    problem = available()
    if problem:
        return Finding("missing", "Notebooks cannot be isolated", problem)
    version = run([shutil.which("bwrap"), "--version"]).stdout.split()
    return Finding("fine", f"Notebooks are isolated by bubblewrap {version[-1] if version else ''}".rstrip())


def control_groups():
    """Can the processes of a notebook be counted, where an ordinary user's limits do not hold?"""
    from coursekit.trust import cgroup

    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    if cgroup.available():
        return Finding("fine", "Control groups limit processes, which root's other limits do not")
    return Finding("missing", "There is no control group for root's processes", "grade as an ordinary user")


def kernel():
    """Does a kernel start, and how long does that take?"""
    from coursekit.trust.room import room
    from coursekit.trust.sandbox import SandboxedKernel, SandboxError, available

    isolated = available() is None
    place = room((assignments(ROOT / "source") or ["none"])[0])
    start = time.perf_counter()
    try:
        with SandboxedKernel(place, isolated=isolated):
            seconds = time.perf_counter() - start
    except (SandboxError, OSError) as fault:
        return Finding(
            "missing", f"No kernel could be started ({str(fault)[-300:]})", f"look at the line above, then {ANEW}"
        )
    kind = "sandboxed" if isolated else "plain"
    return Finding("fine", f"A {kind} kernel starts in {seconds:.1f} seconds")


# ------------------------------------------------------------------------------------- data, memory, disk


def dataset(name):
    """Is the real MNIST or IMDB here? Looked for as nnkit.datasets does, but not downloaded."""
    from nnkit import datasets

    real, own = datasets.ORIGINS[name][0], datasets._local()
    path = (own or datasets._cache()) / f"{name}.npz"
    if path.exists():
        try:
            datasets._read(path)
        except (OSError, ValueError) as fault:
            return Finding("missing", f"{real} is damaged", str(fault))
        return Finding("fine", f"{real} is in {path.parent}")
    if own:
        return Finding(
            "missing", f"NNKIT_DATA names {own}, and there is no {path.name}", "put it there, or unset NNKIT_DATA"
        )
    cure = f"with the internet: {sys.executable} -c 'from nnkit import datasets; datasets.{name}()'"
    return Finding("optional", f"{real} is not here: notebooks use the offline sample, as grading always does", cure)


def memory():
    """How many kernels that use Keras fit into memory at once, and are there cores for them?"""
    free, cores = free_memory(), usable_cores()
    fit = int(free // KERAS_KERNEL)
    what = f"{free / GB:.1f} GB of memory are free and {cores} cores usable: {min(fit, cores)} Keras kernels at once"
    if fit >= cores:
        return Finding("fine", what)
    if fit:
        return Finding("optional", what, f"close what else is running, or grade with --jobs {fit}")
    return Finding("missing", what, "close what else is running: one Keras kernel takes 1 GB")


def free_memory():
    """The bytes of memory that are free: on this machine, and in the container that this may be."""
    import psutil  # ipykernel brings it

    free = [psutil.virtual_memory().available]
    for most, now in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        with contextlib.suppress(OSError, ValueError):  # no container, or one without a limit: "max"
            free.append(int(contents(most)) - int(contents(now)))
    return max(0, min(free))


def contents(name):
    """What a file of the control group that this process is in says."""
    return Path("/sys/fs/cgroup", name).read_text().strip()


def usable_cores():
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def disk(folder, name):
    """Is there room on a folder's disk?"""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as fault:
        return Finding(
            "missing", f"{folder} cannot be looked at ({fault.strerror})", "name the course's folder, --course"
        )
    what = f"{free / GB:.1f} GB are free in {name}, {folder}"
    state = "missing" if free < ENOUGH_DISK else "optional" if free < GOOD_DISK else "fine"
    return Finding(
        state, what, None if state == "fine" else "make room: a class of 300 with its feedback takes a few GB"
    )


def writable(course):
    """Can files be made in the course's folder?"""
    try:
        with tempfile.TemporaryFile(dir=course):
            return Finding("fine", f"Files can be made in {course}")
    except OSError as fault:
        cure = "work on a copy that is yours, or have its rights changed"
        return Finding("missing", f"No file can be made in {course} ({fault.strerror})", cure)


def gradebook(course):
    """Is the gradebook sound, and free to be written to?"""
    from coursekit.grade.ground import has_a_sound_gradebook

    if not Path(course, "gradebook.db").exists():
        return Finding("optional", "There is no gradebook yet", "nbgrader generate_assignment makes it")
    try:
        has_a_sound_gradebook(Path(course))
    except CourseError as fault:
        return Finding("missing", "The gradebook cannot be used", str(fault))
    return Finding("fine", "The gradebook is sound, and nobody holds it")


# ------------------------------------------------------------------------------------- words


def counted(things):
    """How many packages, in words."""
    return f"{len(things)} package{'s' * (len(things) != 1)}"


def some(names, most=6):
    """The first of the names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(list(names)[:most]) + more


# ------------------------------------------------------------------------------------- what a person types


def arguments(parser):
    """Add what `doctor` takes to the command line's parser."""
    parser.add_argument("--course", metavar="FOLDER", default=ROOT, help="the course's folder (default: this one)")


def main(options):
    """Look at everything and print what was found; the exit status is 1 if something is missing that is needed."""
    missing = 0
    for name, probe in probes(Path(options.course).resolve()):
        with told(f"... {name}"):
            finding = looked(name, probe)
        if finding:
            print(finding, flush=True)
            missing += finding.state == "missing"
    print(f"\n{missing} of these are needed and missing." if missing else "\nWhat is needed is here.")
    return int(bool(missing))


def looked(name, probe):
    """What a probe found; if it failed itself, that."""
    try:
        return probe()
    except Exception as fault:  # a probe reaches into everything: whatever it meets is worth a line, not a traceback
        return Finding("missing", f"Could not look at {name} ({type(fault).__name__}: {str(fault)[:200]})", ANEW)


@contextlib.contextmanager
def told(words):
    """In a terminal, say what is being looked at, until it has been."""
    terminal = sys.stdout.isatty()
    if terminal:
        print(words, end="", flush=True)
    yield
    if terminal:
        print(f"\r{' ' * len(words)}\r", end="", flush=True)
