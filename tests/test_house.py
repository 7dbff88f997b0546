"""The house around the course: what is installed, from which lists, and that the lists agree."""

import itertools
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from coursekit import environment
from coursekit.__main__ import VERBS, main

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
README = (ROOT / "README.md").read_text("utf-8")
LOCK = (ROOT / "requirements.lock").read_text("utf-8")

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def extra(name):
    return [Requirement(text) for text in PROJECT["project"]["optional-dependencies"][name]]


def direct_dependencies():
    """All that are locked: `peers`, who are big and few, are pinned where they stand."""
    assert set(PROJECT["project"]["optional-dependencies"]) == {"course", "dev", "peers"}
    return [*map(Requirement, PROJECT["project"]["dependencies"]), *extra("course"), *extra("dev")]


def reason(requirement):
    """What stands beside a requirement."""
    line = re.compile(rf'^ +"{re.escape(requirement.name)}[<>=~!,.\d]*", *(.*)$', re.MULTILINE)
    [found] = line.findall((ROOT / "pyproject.toml").read_text("utf-8"))
    return found


def locked():
    """The lock's entries as a dict: name -> (version, the whole entry)."""
    entries = re.split(r"^(?=[A-Za-z0-9])", re.sub(r"^ *#.*\n", "", LOCK, flags=re.MULTILINE), flags=re.MULTILINE)[1:]
    pinned = (re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)", entry).groups() + (entry,) for entry in entries)
    return {canonicalize_name(name): (version, entry) for name, version, entry in pinned}


# -------------------------------------------------------------------------------- the lists agree


def test_every_list_names_the_same_pythons():
    [conda] = [entry for entry in CONDA["dependencies"] if isinstance(entry, str) and entry.startswith("python ")]
    first, last = ((".".join(map(str, version))) for version in environment.SUPPORTED)
    ranges = [PROJECT["project"]["requires-python"], conda.removeprefix("python "), f">={first},<{last}"]
    assert len(set(map(SpecifierSet, ranges))) == 1, ranges


def test_conda_users_get_the_packages_of_the_lock_and_no_others():
    others = [entry for entry in CONDA["dependencies"] if entry != "pip" and not str(entry).startswith("python ")]
    assert others == [{"pip": ["--require-hashes", "-r requirements.lock"]}]
    assert CONDA["name"] in (ROOT / "environment.yml").read_text("utf-8").split("name:")[0], "the comment names another"


@pytest.mark.parametrize("requirement", direct_dependencies(), ids=lambda requirement: requirement.name)
def test_a_direct_dependency_is_locked_in_its_range_and_has_its_reason(requirement):
    version, _ = locked()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version), f"{requirement} is locked at {version}: run `make lock`"
    assert re.match(r"# \w.{4,}", reason(requirement)), f"{requirement} has no reason beside it"


@pytest.mark.parametrize("requirement", extra("peers"), ids=lambda requirement: requirement.name)
def test_a_peer_is_pinned_where_it_stands_has_its_reason_and_is_not_locked(requirement):
    [pin] = requirement.specifier
    assert pin.operator == "==" and "*" not in pin.version
    assert re.match(r"# \w.{4,}", reason(requirement)), f"{requirement} has no reason beside it"
    assert canonicalize_name(requirement.name) not in locked()


def test_the_lock_is_made_of_all_extras_but_the_peers(monkeypatch):
    asked = []
    monkeypatch.setattr(subprocess, "call", lambda command, **_: asked.extend(command) or 0)
    assert main(["lock"]) == 0
    assert [word for before, word in itertools.pairwise(asked) if before == "--extra"] == ["course", "dev"]
    assert "--all-extras" not in asked


def test_the_lock_has_a_hash_for_everything_and_names_no_host():
    entries = locked()
    assert len(entries) > 100
    assert [name for name, (_, entry) in entries.items() if "--hash=sha256:" not in entry] == []
    assert not re.search(r"://|--(extra-)?index|--find-links|(?<=\s)/\w", LOCK)


def test_what_installs_the_project_is_in_the_lock():
    for text in PROJECT["build-system"]["requires"]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(locked()[canonicalize_name(requirement.name)][0])


def test_every_package_of_ours_is_installed():
    folders = [path.parent for name in ("nnkit", "coursekit") for path in ROOT.glob(f"{name}/**/__init__.py")]
    there = {folder.relative_to(ROOT).as_posix().replace("/", ".") for folder in folders}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == there


# -------------------------------------------------------------------------------- making the environment


class Installer:
    """Stands in for pip and venv: notes what is asked for and can break off at the command that has `breaks` in it."""

    def __init__(self, venv):
        self.venv, self.asked, self.breaks = venv, [], None

    def run(self, *command, **_):
        words = " ".join(map(str, command))
        if self.breaks and self.breaks in words:
            raise subprocess.CalledProcessError(1, list(map(str, command)))
        self.asked.append(next(word for word in ("venv --clear", "requirements.lock", "-e") if word in words))
        environment.interpreter(self.venv).parent.mkdir(parents=True, exist_ok=True)
        environment.interpreter(self.venv).touch()


def test_what_pip_says_becomes_a_count(capsys):
    lines = [f"{word} package-{i}" for i in range(60) for word in ("Collecting", "Processing")] + [
        "  Downloading it",
        "Installing collected packages: a, b",
    ]
    environment.count_packages(lines)
    told = ["  50 packages", "  100 packages", "  120 packages are here; unpacking and compiling them ..."]
    assert capsys.readouterr().out.splitlines() == told


def test_a_command_that_fails_raises_and_bytecode_is_wanted(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    said = []
    program = "import os, sys; print(os.environ.get('PYTHONDONTWRITEBYTECODE')); sys.exit(int(sys.argv[1]))"
    environment.run(sys.executable, "-c", program, "0", told=said.extend)
    assert said == ["None\n"]
    with pytest.raises(subprocess.CalledProcessError):
        environment.run(sys.executable, "-c", program, "3")


@pytest.fixture
def installer(tmp_path, monkeypatch):
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text("first")
    installer = Installer(tmp_path / ".venv")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "run", installer.run)
    return installer


EVERYTHING = ["venv --clear", "requirements.lock", "-e"]


def test_the_environment_is_made_once(installer, capsys):
    assert environment.main(installer.venv) == 0
    assert installer.asked == EVERYTHING
    assert "a few minutes, once" in capsys.readouterr().out
    assert environment.main(installer.venv) == 0
    assert installer.asked == EVERYTHING
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("step", ["venv --clear", "requirements.lock", "-e"])
def test_an_interrupted_environment_is_made_anew(installer, step, capsys):
    installer.breaks = step
    assert environment.main(installer.venv) == 1
    assert "not complete" in capsys.readouterr().out
    installer.breaks, installer.asked = None, []
    assert environment.main(installer.venv) == 0
    assert installer.asked == EVERYTHING


def test_half_a_stamp_or_a_lost_interpreter_is_not_believed(installer):
    environment.main(installer.venv)
    stamp = installer.venv / "course-environment.json"
    stamp.write_text(stamp.read_text()[:20])
    environment.main(installer.venv)
    assert installer.asked == EVERYTHING * 2
    environment.interpreter(installer.venv).unlink()
    environment.main(installer.venv)
    assert installer.asked == EVERYTHING * 3


def test_only_what_changed_is_installed_again(installer, tmp_path):
    environment.main(installer.venv)
    (tmp_path / "pyproject.toml").write_text("second")
    environment.main(installer.venv)
    assert installer.asked == [*EVERYTHING, "-e"]
    (tmp_path / "requirements.lock").write_text("second")
    environment.main(installer.venv)
    assert installer.asked == [*EVERYTHING, "-e", *EVERYTHING]


def test_an_environment_that_is_not_ours_is_added_to_and_never_emptied(installer, tmp_path):
    installer.venv = tmp_path / "conda"
    environment.interpreter(installer.venv).parent.mkdir(parents=True)
    environment.interpreter(installer.venv).touch()
    assert environment.main(installer.venv) == 0
    assert installer.asked == ["requirements.lock", "-e"]


def test_a_python_that_does_not_fit_is_told_in_one_line(installer, monkeypatch, capsys):
    monkeypatch.setattr(environment.sys, "version_info", (3, 9, 18))
    assert environment.main(installer.venv) == 1
    assert capsys.readouterr().out == (
        "This course needs Python 3.11, 3.12 or 3.13, and this is 3.9.18: install one and name it, PYTHON=...\n"
    )
    assert installer.asked == []


def test_a_python_without_venv_is_told_in_one_line(installer, monkeypatch, capsys):
    monkeypatch.setitem(environment.sys.modules, "ensurepip", None)
    assert environment.main(installer.venv) == 1
    assert re.fullmatch(r"This Python .* has no venv or no ensurepip: install them .*\n", capsys.readouterr().out)
    assert installer.asked == []


# -------------------------------------------------------------------------------- what a person types


def make(*arguments):
    """Run make as a person would: not as the make that perhaps runs these tests, which hands its own settings on."""
    own = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    return subprocess.run(["make", *arguments], cwd=ROOT, env=own, capture_output=True, text=True, timeout=30)


@needs_make
def test_make_alone_lists_what_there_is():
    said = make().stdout
    targets = re.search(r"\.PHONY: (.*)", (ROOT / "Makefile").read_text("utf-8")).group(1).split()
    assert re.findall(r"^make ([\w-]+)  +\S", said, flags=re.MULTILINE) == targets
    assert set(VERBS) | {"help", "environment", "test"} == set(targets)


@needs_make
@pytest.mark.parametrize("target", [*VERBS, "test"])
def test_make_without_a_python_says_so_in_one_line_and_stops(target):
    finished = make(target, "PYTHON=")
    assert finished.returncode != 0
    assert finished.stdout.startswith("This course needs Python 3.11, 3.12 or 3.13 and found none")
    assert finished.stdout.count("\n") == 1


def test_what_ci_runs_is_executable_and_is_shell():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR or os.name == "nt"
    if shutil.which("bash"):
        subprocess.run(["bash", "-n", str(script)], check=True, timeout=10)


def test_settings_of_the_lab_are_json_and_name_plugins():
    path = Path(environment.__file__).parent / "jupyter" / "labconfig" / "page_config.json"
    assert all(":" in name and off for name, off in json.loads(path.read_text())["disabledExtensions"].items())


def test_the_readmes_example_prints_what_the_readme_says(capsys):
    program, said = re.findall(r"```(?:python)?\n(.*?)```", README, re.S)[-2:]
    exec(program, {})
    assert capsys.readouterr().out == said
