"""Whether the checkout is fit to be shared: code and notebooks in good order, generated files up to date."""

import contextlib
import io
import os
import subprocess
import sys

from coursekit.course import ROOT, CourseError, chatter_to
from coursekit.notebooks import normalise_all
from coursekit.release import release
from coursekit.samples import samples


def check():
    """Do every check, say in a line how each went, and show what a failed one has to say; the exit status."""
    checks = {
        "code is free of lint": lambda: ruff("check", "--quiet"),
        "code is formatted": lambda: ruff("format", "--check", "--quiet"),
        "notebooks are in normal form": lambda: normalise_all(check=True),
        "release/ is up to date": lambda: release(check=True),
        "the sample class is up to date": lambda: samples(check=True),
    }
    return max([report(name, task) for name, task in checks.items()])


def report(name, task):
    """Run one check and print how it went; 0 if it holds, else 1."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), chatter_to(os.devnull):
        try:
            failed = bool(task())
        except CourseError as error:
            failed = print(error) is None
    print(f"{'FAILED' if failed else 'ok':7} {name}", flush=True)
    if failed:
        print("\n".join(f"        {line}" for line in said.getvalue().splitlines()))
    return int(failed)


def ruff(*arguments):
    """Run ruff on the whole project; its exit status."""
    command = [sys.executable, "-m", "ruff", *arguments, str(ROOT)]
    finished = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(finished.stdout, end="")
    return finished.returncode
