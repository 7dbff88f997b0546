"""What a person types: `python -m coursekit <verb>`. Each verb says what it does; `--help` lists them.

The work is in the modules, which are imported by the verb that needs them: nbgrader alone takes seconds.
"""

import argparse
import importlib
import subprocess
import sys

from coursekit.course import ROOT, CourseError

VERBS = {
    "demo": ("grade the sample class in a scratch folder and print its marks", []),
    "lab": ("open JupyterLab on your own copy of the notebooks, in work/; options are handed on to it", []),
    "check": ("lint, formatting, notebooks in normal form, generated files up to date", []),
    "release": ("build release/, the students' version, from source/", ["--check"]),
    "samples": ("build examples/submissions/ from release/ and examples/answers/", ["--check"]),
    "normalise": ("bring the notebooks in source/ into normal form", ["--check"]),
    "results": ("run the Keras notebooks on the real data and write docs/results.md", []),
    "bench": ("what trusted grading costs, as a ratio to stock nbgrader in the same run", []),
    "lock": ("pin what pyproject.toml asks for in requirements.lock", ["--upgrade"]),
}
FLAGS = {"--check": "only say what would change", "--upgrade": "take the newest version of everything"}


def main(arguments=None):
    """Do what `arguments` (those of the command line) say; the exit status."""
    options, rest = parser().parse_known_args(arguments)
    if rest and options.verb != "lab":
        parser().error(f"{options.verb} does not take {' '.join(rest)}")
    try:
        return run(options, rest)
    except CourseError as error:
        print(error)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Run it again at any time: it begins anew.")
        return 130


def parser():
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m coursekit", description="What an instructor does with the course.")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="verb")
    for verb, (meaning, flags) in VERBS.items():
        sub = verbs.add_parser(verb, help=meaning, description=meaning)
        for flag in flags:
            sub.add_argument(flag, action="store_true", help=FLAGS[flag])
    return top


def run(options, rest):
    """Call the function behind the verb; its exit status."""
    if options.verb == "lock":
        return lock(options.upgrade)
    module = importlib.import_module("coursekit." + {"normalise": "notebooks"}.get(options.verb, options.verb))
    function = getattr(module, {"normalise": "normalise_all"}.get(options.verb, options.verb))
    if options.verb == "lab":
        return function(rest)
    return function(options.check) if hasattr(options, "check") else function()


def lock(upgrade):
    """Make requirements.lock: one file for every Python and system, with a hash for each package."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--universal", "--fork-strategy", "fewest"]
    command += ["--python-version", "3.11", "--all-extras", "--generate-hashes", "-o", "requirements.lock"]
    command += ["pyproject.toml", *(["--upgrade"] if upgrade else [])]
    print("Looking for versions that fit together ...", flush=True)
    return subprocess.call(command, cwd=ROOT, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
