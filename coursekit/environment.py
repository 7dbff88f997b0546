"""The environment: one folder with every package at the version that requirements.lock names.

The only file here that runs before anything is installed, so it uses the standard library alone and syntax that old
Pythons can read far enough to say that they are too old:

    python coursekit/environment.py .venv

Making it takes minutes and can be interrupted. So success is written down last, in a stamp that holds digests of what
was installed; where the stamp is missing or tells of another lock, the packages are installed anew. Ours (`.venv` in
this folder) is then emptied first, because a package that was half copied looks installed to pip. Any other
environment belongs to its owner: packages are added to it and nothing is removed.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = ((3, 11), (3, 14))


def main(folder):
    """Make the environment in `folder` unless its stamp says that it is there already; give the exit status."""
    venv = Path(folder).absolute()
    stamp = venv / "course-environment.json"
    wanted, found = made_from(), read(stamp) if interpreter(venv).exists() else {}
    if found == wanted:
        return 0
    complaint = what_is_missing()
    if complaint:
        print(complaint)
        return 1
    try:
        if found.get("packages") != wanted["packages"]:
            stamp.unlink(missing_ok=True)
            install_packages(venv)
        install_project(venv)
    except subprocess.CalledProcessError as error:
        print(f"The environment is not complete, for `{' '.join(error.cmd[1:4])} ...` failed: the reason is above.")
        return 1
    stamp.write_text(json.dumps(wanted))
    print(f"The environment is ready: {venv}")
    return 0


def what_is_missing():
    """One line that says what to install, or None if this Python can make the environment."""
    found = ".".join(map(str, sys.version_info[:3]))
    if not SUPPORTED[0] <= sys.version_info[:2] < SUPPORTED[1]:
        return f"This course needs Python 3.11, 3.12 or 3.13, and this is {found}: install one and name it, PYTHON=..."
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return f"This Python {found} has no venv or no ensurepip: install them (Debian: apt install python3-venv)."
    return None


def install_packages(venv):
    """Every package of the lock, each with the hash that the lock gives it."""
    if venv == ROOT / ".venv" or not interpreter(venv).exists():
        print(f"Making the environment {venv}: a few minutes, once.", flush=True)
        run(sys.executable, "-m", "venv", "--clear", venv)
    print("Installing the packages of requirements.lock ...", flush=True)
    run(*pip(venv), "--require-hashes", "-r", ROOT / "requirements.lock", told=count_packages)


def install_project(venv):
    """This project itself, as a link to this folder: nothing is downloaded, for all it needs is there."""
    run(*pip(venv), "--no-deps", "--no-build-isolation", "-e", ROOT)


def pip(venv):
    """The command that installs into `venv`."""
    return interpreter(venv), "-m", "pip", "install", "--disable-pip-version-check"


def run(*command, told=lambda lines: list(lines)):
    """Run `command` and hand what it prints to `told`; a failure raises. Complaints go to stderr as they are."""
    command = list(map(str, command))
    # Packages are compiled now, whatever the caller's habits.
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=settings) as process:
        told(process.stdout)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def count_packages(lines):
    """Say how many packages pip has got, in place of its many lines."""
    got = 0
    for line in lines:
        one_more = line.startswith(("Collecting ", "Processing "))  # from a registry, or from a file
        got += one_more
        if one_more and (sys.stdout.isatty() or got % 50 == 0):
            print(f"  {got} packages", end="\r" if sys.stdout.isatty() else "\n", flush=True)
        if line.startswith("Installing collected packages"):
            print(f"  {got} packages are here; unpacking and compiling them ...", flush=True)


def interpreter(venv):
    """The Python of the environment `venv`, wherever this system keeps it."""
    if os.name == "nt":
        return venv / "python.exe" if (venv / "conda-meta").exists() else venv / "Scripts" / "python.exe"
    return venv / "bin" / "python"


def made_from():
    """Digests of what the environment is made from: the lock (and where, for a moved one is broken), the project."""
    lock = (ROOT / "requirements.lock").read_bytes() + str(ROOT).encode()
    project = (ROOT / "pyproject.toml").read_bytes()
    return {"packages": hashlib.sha256(lock).hexdigest(), "project": hashlib.sha256(project).hexdigest()}


def read(stamp):
    """What the stamp tells, or nothing where there is none, or half of one."""
    try:
        return json.loads(stamp.read_text())
    except (OSError, ValueError):
        return {}


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] or [".venv"])))
