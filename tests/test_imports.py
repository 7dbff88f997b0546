"""What stands on what: floors that only look down, NumPy alone, and names that are all listed and all explained."""

import ast
import importlib
import inspect
import subprocess
import sys

import pytest
from conftest import ROOT

import nnkit

PACKAGE = ROOT / "nnkit"
FLOOR_0 = {"data", "metrics", "losses", "optimizer"}
MAY_IMPORT = {
    "expect": set(),
    "stopping": set(),
    "in_place": {"expect"},
    "tally": set(),
    **dict.fromkeys(sorted(FLOOR_0), FLOOR_0 | {"in_place"}),
    "full_batch": FLOOR_0 | {"in_place"},
    "layers": FLOOR_0,
    "activations": FLOOR_0 | {"layers"},
    "progress": {"desk", "live"},  # in the function that needs them
    "storage": set(),
    "neuralnet": FLOOR_0 | {"layers", "activations", "progress", "stopping", "storage", "tally"},
    "levenberg_marquardt": FLOOR_0 | {"layers", "activations", "progress", "neuralnet"},
    "gradients": FLOOR_0 | {"layers", "activations", "neuralnet"},
}
CORE = ["data", "metrics", "losses", "optimizer", "layers", "activations", "neuralnet"]
MODULES = sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__")


def tree(module):
    return ast.parse((PACKAGE / f"{module}.py").read_text("utf-8"))


def imports(module):
    """The modules of nnkit that a module imports, anywhere in it."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "nnkit writes its imports out"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("nnkit."))
        assert "nnkit" not in names


@pytest.mark.parametrize("module", MAY_IMPORT)
def test_a_floor_looks_only_down(module):
    assert set(imports(module)) <= MAY_IMPORT[module] | ({"expect"} if module in CORE else set())


def test_the_floors_are_looked_for_where_they_are():
    assert set(imports("neuralnet")) >= {"data", "losses", "metrics", "optimizer", "storage"}
    assert set(imports("activations")) == {"expect", "layers"}


@pytest.mark.parametrize(
    "module",
    ["nnkit", *(f"nnkit.{module}" for module in MODULES if module not in ("plots", "quietly")), "nnkit.checks"],
)
def test_importing_takes_numpy_alone(module):
    program = f"""
import sys
from pathlib import Path
known = set(sys.modules)
import {module}
import numpy
site = Path(numpy.__file__).parents[1]
for name in set(sys.modules) - known:
    path = getattr(sys.modules[name], "__file__", None)
    if path and site in Path(path).parents:
        print(name.split(".")[0])
"""
    command = [sys.executable, "-W", "error", "-c", program]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == ""
    assert set(finished.stdout.split()) == {"numpy"}


# --------------------------------------------------------------------------------------------------------------- names


def public(module):
    """The names of the classes and functions that a module defines for others."""
    kinds = ast.ClassDef | ast.FunctionDef
    return {node.name for node in tree(module).body if isinstance(node, kinds) and not node.name.startswith("_")}


@pytest.mark.parametrize("module", MODULES)
def test_all_lists_what_a_module_offers(module):
    assert set(importlib.import_module(f"nnkit.{module}").__all__) == public(module)


def test_all_of_nnkit_lists_what_it_gathers():
    gathered = {
        alias.name
        for node in ast.parse((PACKAGE / "__init__.py").read_text("utf-8")).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert set(nnkit.__all__) == gathered
    offered = set.union(*(public(module) for module in CORE)) | {"Quickprop", "RProp", "levenberg_marquardt"}
    assert gathered == offered - {"classes"}  # which stays where the curious find it


def test_the_core_is_small_enough_to_be_read():
    """About 800 lines, docstrings and all: the size that the README states. Blank lines do not need reading."""
    lines = [line for module in CORE for line in (PACKAGE / f"{module}.py").read_text("utf-8").splitlines()]
    assert sum(bool(line.strip()) for line in lines) <= 800 and len(lines) <= 880


def test_every_list_of_names_is_sorted():
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "RUF022,F822", "nnkit"]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize("module", MODULES)
def test_everything_public_says_what_it_is_for(module):
    imported = importlib.import_module(f"nnkit.{module}")
    assert inspect.getdoc(imported)
    for name in imported.__all__:
        thing = getattr(imported, name)
        methods = [] if not inspect.isclass(thing) else [m for m in vars(thing).items() if inspect.isfunction(m[1])]
        assert inspect.getdoc(thing), name
        for method, _ in methods:  # a method may leave it to the class that it comes from to say so
            assert method.startswith("_") or inspect.getdoc(getattr(thing, method)), f"{name}.{method}"
