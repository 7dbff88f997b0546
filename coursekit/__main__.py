"""What a person types: `python -m coursekit <verb>`. Each verb says what it does; `--help` lists them.

The work is in the modules, which are imported by the verb that needs them: nbgrader alone takes seconds. A verb with
arguments of its OWN is a module (or package) of that name with two functions:

    arguments(parser)   add them to argparse's parser
    main(options)       do it, and return the exit status; a CourseError is printed as it is
"""

import argparse
import importlib
import subprocess
import sys

from coursekit.course import ROOT, CourseError

OWN = object()  # in place of flags: the verb's module has `arguments` and `main`
VERBS = {
    "demo": ("grade the sample class in a scratch folder and print its marks", []),
    "lab": ("open JupyterLab on your own copy of the notebooks, in work/; options are handed on to it", []),
    "bundle": ("make the package for students, as a ZIP archive or a folder: without solutions, unless asked for", OWN),
    "intake": ("take what was downloaded from Moodle, Canvas or nbgrader's exchange into submitted/", OWN),
    "grade": ("mark what is handed in, several submissions at once, and go on where a run was broken off", OWN),
    "export": ("write the marks as CSV for Moodle or for Canvas, or everything as JSON", OWN),
    "report": ("write pages on what the class has understood, and a note for each student", OWN),
    "print": ("write notebooks as HTML that needs no internet, and as PDF", OWN),
    "doctor": ("say what this machine can do, and the cure for what it cannot", OWN),
    "check": ("lint, formatting, notebooks in normal form, generated files up to date", []),
    "selftest": ("try the checks on right and wrong answers, through the grader: after changing an exercise", OWN),
    "release": ("build release/, the students' version, from source/", ["--check"]),
    "samples": ("build examples/submissions/ from release/ and examples/answers/", ["--check"]),
    "normalise": ("bring the notebooks in source/ into normal form", ["--check"]),
    "results": ("run the Keras notebooks on the real data and write docs/results.md", []),
    "bench": ("how fast nnkit trains, beside Keras, PyTorch, scikit-learn and the matrix products alone", OWN),
    "bench-trust": ("what trusted grading costs, as a ratio to stock nbgrader in the same run", []),
    "bench-grading": ("what a class costs, beside stock nbgrader: throughput and memory", OWN),
    "lock": ("pin what pyproject.toml asks for in requirements.lock", ["--upgrade"]),
}
FLAGS = {"--check": "only say what would change", "--upgrade": "take the newest version of everything"}


def main(arguments=None):
    """Do what `arguments` (those of the command line) say; the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    command = parser(arguments[:1])
    options, rest = command.parse_known_args(arguments)
    if rest and options.verb != "lab":
        command.error(f"{options.verb} does not take {' '.join(rest)}")
    try:
        return run(options, rest)
    except CourseError as error:
        print(error)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Run it again at any time: it begins anew.")
        return 130


def parser(typed=()):
    """The command line. Of the verbs with arguments of their own, those in `typed` are asked for them."""
    top = argparse.ArgumentParser(prog="python -m coursekit", description="What an instructor does with the course.")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="verb")
    for verb, (meaning, flags) in VERBS.items():
        sub = verbs.add_parser(verb, help=meaning, description=meaning)
        if flags is OWN and verb in typed:
            module(verb).arguments(sub)
        for flag in () if flags is OWN else flags:
            sub.add_argument(flag, action="store_true", help=FLAGS[flag])
    return top


def module(verb):
    """The module of a verb."""
    return importlib.import_module(f"coursekit.{verb.replace('-', '_')}")


def run(options, rest):
    """Call the function behind the verb; its exit status."""
    if options.verb == "lock":
        return lock(options.upgrade)
    if VERBS[options.verb][1] is OWN:
        return module(options.verb).main(options)
    home = module({"normalise": "notebooks"}.get(options.verb, options.verb))
    function = getattr(home, {"normalise": "normalise_all"}.get(options.verb, options.verb.replace("-", "_")))
    if options.verb == "lab":
        return function(rest)
    return function(options.check) if hasattr(options, "check") else function()


def lock(upgrade):
    """Make requirements.lock: one file for every Python and system, with a hash for each package.

    The extra `peers` stays out: on Linux it would bring gigabytes, for a benchmark that few will run.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", "--universal", "--fork-strategy", "fewest"]
    command += ["--python-version", "3.11", "--extra", "course", "--extra", "dev", "--generate-hashes"]
    command += ["-o", "requirements.lock", "pyproject.toml", *(["--upgrade"] if upgrade else [])]
    print("Looking for versions that fit together ...", flush=True)
    return subprocess.call(command, cwd=ROOT, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
