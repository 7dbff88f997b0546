"""The doctor: each probe finds what is there, says what is missing, and knows the cure. What is missing is made up."""

import collections
import hashlib
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from coursekit import doctor
from coursekit.__main__ import main
from coursekit.course import ROOT
from coursekit.doctor import Finding
from coursekit.trust import cgroup, sandbox
from nnkit import datasets

LOCK = """\
# made by a program
first==1.0 \\
    --hash=sha256:00
    # via nnkit
second-part==2.0 ; sys_platform == 'nowhere' \\
    --hash=sha256:00
third==3.0 ; python_version >= '3' \\
    --hash=sha256:00
"""
FREE = collections.namedtuple("usage", "total used free")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder in which the project's lists are short."""
    (tmp_path / "requirements.lock").write_text(LOCK)
    (tmp_path / "pyproject.toml").write_text('[project]\nrequires-python = ">=3.11,<3.14"\n')
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    return tmp_path


def test_a_finding_is_a_line_and_its_cure():
    assert str(Finding("fine", "All is well")) == "✓ All is well"
    assert str(Finding("missing", "No", "do this")) == "✗ No\n    → do this"
    assert str(Finding("optional", "So so", "do that")).startswith("· So so")


# -------------------------------------------------------------------------------- Python and its packages


@pytest.mark.parametrize(
    "version, state", [((3, 11, 0), "fine"), ((3, 13, 9), "fine"), ((3, 10, 4), "missing"), ((3, 14, 0), "missing")]
)
def test_python(project, monkeypatch, version, state):
    monkeypatch.setattr(doctor.sys, "version_info", version)
    finding = doctor.python()
    assert finding.state == state and ".".join(map(str, version)) in finding.what


def test_the_lock_is_read_for_this_machine():
    assert doctor.locked(LOCK) == {"first": "1.0", "third": "3.0"}
    whole = doctor.locked((ROOT / "requirements.lock").read_text("utf-8"))
    assert len(whole) > 100 and "numpy" in whole


@pytest.mark.parametrize(
    "found, state, words",
    [
        ({"first": "1.0", "third": "3.0"}, "fine", "2 packages as requirements.lock has them"),
        (
            {"first": "1.0", "third": "3.1"},
            "optional",
            "1 package in another version than requirements.lock's: third 3.1 for 3.0",
        ),
        ({"first": "1.1"}, "missing", "1 package of requirements.lock not installed: third"),
    ],
)
def test_packages(project, monkeypatch, found, state, words):
    monkeypatch.setattr(doctor, "installed", found.get)
    finding = doctor.packages()
    assert (finding.state, finding.what) == (state, words)
    assert (finding.cure is None) == (state == "fine")


def test_packages_of_this_environment_are_found():
    assert doctor.installed("numpy") and doctor.installed("no-such-package-at-all") is None
    assert doctor.some([str(n) for n in range(9)]) == "0, 1, 2, 3, 4, 5 and 3 more"


def test_bytecode(monkeypatch):
    monkeypatch.setattr(doctor.os.path, "exists", lambda _: True)
    assert doctor.bytecode().state == "fine"
    monkeypatch.setattr(doctor.os.path, "exists", lambda _: False)
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    finding = doctor.bytecode()
    assert finding.state == "optional" and finding.cure.startswith(f"{sys.executable} -m compileall")
    assert Path(finding.cure.split()[-1]).joinpath("numpy").is_dir()
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert doctor.bytecode().cure.startswith("unset PYTHONDONTWRITEBYTECODE, then ")


@pytest.mark.parametrize(
    "status, out, err, state, words",
    [
        (0, "4.25\n", "", "fine", "imports in 4.2 seconds"),
        (0, "31\n", "", "optional", "imports in 31.0 seconds"),
        (1, "", "Traceback ...\nImportError: no libfoo\n", "missing", "(ImportError: no libfoo)"),
        (-4, "", "", "missing", "(exit status -4)"),
    ],
)
def test_tensorflow(monkeypatch, status, out, err, state, words):
    monkeypatch.setattr(doctor, "run", lambda *_: subprocess.CompletedProcess([], status, out, err))
    finding = doctor.tensorflow()
    assert finding.state == state and words in finding.what


def test_extensions(monkeypatch):
    assert doctor.extensions().state == "fine", "those of this environment"
    monkeypatch.setattr(
        doctor, "server_extensions", lambda: dict.fromkeys(doctor.SERVER, True) | {doctor.SERVER[1]: False}
    )
    finding = doctor.extensions()
    assert (
        finding.state == "optional"
        and "formgrader" in finding.what
        and "jupyter server extension enable" in finding.cure
    )
    monkeypatch.setattr(doctor, "server_extensions", lambda: dict.fromkeys(doctor.SERVER, True))
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda: ["/nowhere"])
    assert doctor.extensions().what == "JupyterLab does not find nbgrader's menu"


# -------------------------------------------------------------------------------- kernels


def test_the_sandbox(monkeypatch):
    monkeypatch.setattr(sandbox, "available", lambda: "bubblewrap is missing: sudo apt install bubblewrap.")
    assert doctor.sandbox() == Finding(
        "missing", "Notebooks cannot be isolated", "bubblewrap is missing: sudo apt install bubblewrap."
    )
    monkeypatch.setattr(sandbox, "available", lambda: None)
    monkeypatch.setattr(doctor, "run", lambda *_: subprocess.CompletedProcess([], 0, "bubblewrap 0.8.0\n", ""))
    assert doctor.sandbox() == Finding("fine", "Notebooks are isolated by bubblewrap 0.8.0")


def test_control_groups_matter_to_root_alone(monkeypatch):
    monkeypatch.setattr(doctor.os, "geteuid", lambda: 1000, raising=False)
    assert doctor.control_groups() is None
    monkeypatch.setattr(doctor.os, "geteuid", lambda: 0, raising=False)
    for there, state in ((True, "fine"), (False, "missing")):
        monkeypatch.setattr(cgroup, "available", lambda there=there: there)
        assert doctor.control_groups().state == state


class Kernel:
    """Stands in for SandboxedKernel."""

    fault = None

    def __init__(self, _room, isolated):
        self.isolated = isolated

    def __enter__(self):
        if self.fault:
            raise self.fault

    def __exit__(self, *_):
        pass


def test_a_kernel(monkeypatch):
    monkeypatch.setattr(sandbox, "SandboxedKernel", Kernel)
    for problem, kind in ((None, "sandboxed"), ("bubblewrap is missing", "plain")):
        monkeypatch.setattr(sandbox, "available", lambda problem=problem: problem)
        assert doctor.kernel().what.startswith(f"A {kind} kernel starts in 0.")
    monkeypatch.setattr(Kernel, "fault", sandbox.SandboxError("the kernel did not start: no ipykernel"))
    finding = doctor.kernel()
    assert finding.state == "missing" and "no ipykernel" in finding.what and finding.cure


@pytest.mark.slow
def test_a_kernel_of_this_machine_starts():
    finding = doctor.kernel()
    assert finding.state == "fine" and ("plain" in finding.what) == (sandbox.available() is not None)


# -------------------------------------------------------------------------------- data


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Keras's folder of datasets, empty; nothing may be downloaded."""
    monkeypatch.delenv("NNKIT_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(datasets, "_download_if_missing", None)
    (tmp_path / "datasets").mkdir()
    return tmp_path / "datasets"


def test_data_that_is_not_here_is_not_needed(cache):
    finding = doctor.dataset("mnist")
    assert (finding.state, finding.what.split(":")[0]) == ("optional", "MNIST is not here")
    assert "datasets.mnist()" in finding.cure


def test_data_in_the_cache_is_found_and_looked_at(cache, monkeypatch):
    (cache / "imdb.npz").write_bytes(b"reviews")
    finding = doctor.dataset("imdb")
    assert finding.state == "missing" and finding.what == "IMDB is damaged" and "checksum" in finding.cure
    digest = hashlib.sha256(b"reviews").hexdigest()
    monkeypatch.setitem(datasets.PUBLISHED, "imdb.npz", f"sha256:{digest}")
    assert doctor.dataset("imdb") == Finding("fine", f"IMDB is in {cache}")


def test_a_folder_of_ones_own_must_have_the_data(cache, tmp_path, monkeypatch):
    monkeypatch.setenv("NNKIT_DATA", str(tmp_path))
    finding = doctor.dataset("mnist")
    assert finding.state == "missing" and "no mnist.npz" in finding.what and "unset NNKIT_DATA" in finding.cure
    (tmp_path / "mnist.npz").write_bytes(b"images")
    assert doctor.dataset("mnist").state == "fine"


# -------------------------------------------------------------------------------- memory, disk, gradebook


@pytest.mark.parametrize(
    "gigabytes, cores, state, kernels", [(16, 4, "fine", 4), (2.9, 4, "optional", 2), (0.7, 2, "missing", 0)]
)
def test_memory(monkeypatch, gigabytes, cores, state, kernels):
    monkeypatch.setattr(doctor, "free_memory", lambda: gigabytes * doctor.GB)
    monkeypatch.setattr(doctor, "usable_cores", lambda: cores)
    finding = doctor.memory()
    assert finding.state == state and f": {kernels} Keras kernels at once" in finding.what
    assert (finding.cure is None) == (state == "fine")


def test_a_containers_limit_counts(monkeypatch):
    assert doctor.free_memory() > 0 and doctor.usable_cores() > 0
    known = {"memory.max": "3000000", "memory.current": "1000000"}
    monkeypatch.setattr(doctor, "contents", known.__getitem__)
    monkeypatch.setitem(known, "memory/memory.limit_in_bytes", "max")
    assert doctor.free_memory() == 2_000_000


@pytest.mark.parametrize("gigabytes, state", [(50, "fine"), (2, "optional"), (0.1, "missing")])
def test_disk(monkeypatch, tmp_path, gigabytes, state):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: FREE(0, 0, gigabytes * doctor.GB))
    finding = doctor.disk(tmp_path, "a folder")
    assert finding.state == state and str(tmp_path) in finding.what


def test_a_folder_that_is_not_there(tmp_path):
    assert doctor.disk(tmp_path / "none", "a folder").state == "missing"
    assert doctor.writable(tmp_path / "none").state == "missing"
    assert doctor.writable(tmp_path).state == "fine" and list(tmp_path.iterdir()) == []


def test_the_gradebook(tmp_path):
    assert doctor.gradebook(tmp_path).state == "optional" and list(tmp_path.iterdir()) == []
    path = tmp_path / "gradebook.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE marks (points)")
    database.commit()
    database.close()
    assert doctor.gradebook(tmp_path).state == "fine"
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 8000)
    finding = doctor.gradebook(tmp_path)
    assert finding.state == "missing" and finding.cure


@pytest.mark.slow
def test_a_gradebook_that_is_held_by_somebody(tmp_path):
    database = sqlite3.connect(tmp_path / "gradebook.db", isolation_level=None)
    database.execute("CREATE TABLE marks (points)")
    database.execute("BEGIN EXCLUSIVE")
    finding = doctor.gradebook(tmp_path)
    database.close()
    assert finding.state == "missing" and "locked" in finding.cure


# -------------------------------------------------------------------------------- all of it


@pytest.mark.parametrize(
    "findings, status, last",
    [
        ([Finding("fine", "A"), Finding("optional", "B", "c"), None], 0, "What is needed is here."),
        ([Finding("missing", "A", "b"), Finding("fine", "C")], 1, "1 of these are needed and missing."),
    ],
)
def test_what_a_person_types(monkeypatch, capsys, findings, status, last):
    monkeypatch.setattr(
        doctor,
        "probes",
        lambda _: [(f"probe {n}", lambda finding=finding: finding) for n, finding in enumerate(findings)],
    )
    assert main(["doctor"]) == status
    lines = capsys.readouterr().out.splitlines()
    assert lines == [*"\n".join(map(str, filter(None, findings))).splitlines(), "", last]


def test_a_probe_that_fails_is_a_finding(monkeypatch, capsys):
    monkeypatch.setattr(
        doctor, "probes", lambda _: [("the moon", lambda: 1 / 0), ("this", lambda: Finding("fine", "This"))]
    )
    assert main(["doctor"]) == 1
    assert "✗ Could not look at the moon (ZeroDivisionError: division by zero)" in capsys.readouterr().out


def test_in_a_terminal_it_says_what_it_looks_at(monkeypatch, capsys):
    monkeypatch.setattr(
        doctor.sys, "stdout", SimpleNamespace(isatty=lambda: True, write=sys.stdout.write, flush=sys.stdout.flush)
    )
    monkeypatch.setattr(doctor, "probes", lambda _: [("this", lambda: Finding("fine", "This"))])
    doctor.main(SimpleNamespace(course="."))
    assert "... this\r        \r✓ This" in capsys.readouterr().out


def test_every_probe_says_what_it_looks_at(tmp_path):
    names = [name for name, _ in doctor.probes(tmp_path)]
    assert len(set(names)) == len(names) > 12
