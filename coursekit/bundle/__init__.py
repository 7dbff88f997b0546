"""`python -m coursekit bundle`: the package that students get, as a ZIP archive or a folder.

    START.html             one page: install, open, first check, hints, handing in
    lab.py, Makefile       `python lab.py` installs what is needed, once, and opens JupyterLab
    release/               the notebooks of these assignments; the student's copies of them will be in work/
    nnkit/                 the library, whose samples of MNIST and IMDB need no internet
    pyproject.toml, requirements.lock, environment.yml, tools/       what the environment is made from

A course that is marked gets no solution of these assignments with it: not nnkit's own (the student's takes its place),
not what the checks compare with (that was recorded), and none in text. With --solutions nnkit is whole, and
solution("...") opens once an exercise was tried. Two packages made from the same sources are equal in every byte.
"""

import json
import re
import stat
import string
import zipfile
from pathlib import Path

from coursekit.bundle.needs import conflict
from coursekit.bundle.record import recordings
from coursekit.bundle.strip import package_of, stripped_package
from coursekit.course import RELEASE, ROOT, CourseError, assignments, files
from coursekit.guide import dump
from coursekit.trust.room import NNKIT
from nnkit import checks
from nnkit.checks import EXERCISES

__all__ = ["arguments", "contents", "main"]

HERE = Path(__file__).parent
FOLDER = "training-neural-networks"  # in each archive, so that the next assignment's is unpacked over the last one
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP archive can tell, for all files
NOT_IN_IT = "checks/recorded/", "left_out.py"  # made for a package without solutions
PARTS = {
    "lab.py": HERE / "lab.py",
    "Makefile": HERE / "Makefile.txt",
    "requirements.lock": ROOT / "requirements.lock",
    "environment.yml": ROOT / "environment.yml",
    "tools/environment.py": ROOT / "coursekit/environment.py",
    "tools/jupyter/labconfig/page_config.json": ROOT / "coursekit/jupyter/labconfig/page_config.json",
}


def arguments(parser):
    """Add what `bundle` takes to the command line's parser."""
    words = "assignments, such as 02-numpy-network (default: all)"
    parser.add_argument("names", nargs="*", metavar="ASSIGNMENT", help=words)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--no-solutions",
        dest="solutions",
        action="store_false",
        help="for a course that is marked: no solution of these assignments is in the package (this is the default)",
    )
    kind.add_argument("--solutions", action="store_true", help="for those who learn alone: nnkit is whole")
    parser.set_defaults(solutions=False)
    parser.add_argument("--to", type=Path, metavar="PATH", help="a .zip, or an empty folder (default: ASSIGNMENT.zip)")


def main(options):
    """Make the package and say where it is; the exit status."""
    names = chosen(options.names)
    target = options.to or Path(f"{names[0] if len(names) == 1 else 'course'}.zip")
    if target.suffix != ".zip" and target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise CourseError(f"{target} is there already, and not empty: name another folder, or a .zip.")
    package = contents(names, options.solutions)
    write(package, target)
    size = sum(map(len, package.values())) / 1e6
    print(f"{target}: {', '.join(names)}, {'with' if options.solutions else 'without'} solutions, {size:.1f} MB.")
    return 0


def chosen(names):
    """Return the assignments that are meant, in order. Raises CourseError for one that there is not."""
    known = assignments(RELEASE)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CourseError(f"There is no {', no '.join(unknown)} in release/. There are: {', '.join(known)}.")
    return [name for name in known if name in names or not names]


def contents(names, solutions):
    """Return the package as {path: bytes}. Raises CourseError where assignments need answers to each other."""
    if not solutions and len(names) > 1 and (words := conflict(names)):
        raise CourseError(words)
    package = {name: path.read_bytes() for name, path in PARTS.items()}
    package |= {f"release/{name}": data for name, data in files(RELEASE).items() if name.split("/")[0] in names}
    package |= {f"nnkit/{name}": data for name, data in (whole() if solutions else without(names)).items()}
    packages = sorted(str(Path(name).parent).replace("/", ".") for name in package if name.endswith("/__init__.py"))
    package["pyproject.toml"] = project(packages).encode()
    package["START.html"] = start(names, solutions).encode()
    return dict(sorted(package.items()))


def whole():
    """Return nnkit as it is, {path: bytes}."""
    return {name: data for name, data in files(NNKIT).items() if not name.startswith(NOT_IN_IT)}


def without(names):
    """Return nnkit without the answers to these assignments, and with the recordings in their place."""
    package = stripped_package(names)
    package["left_out.py"] = (HERE / "left_out.py").read_text("utf-8")
    course = json.loads(package["desk/course.json"])
    package["desk/course.json"] = dump([assignment for assignment in course if assignment["name"] in names])
    for id, recording in recordings(exercises(names)).items():
        package[f"checks/recorded/{id}.json"] = recording.to_json()
    return {name: text.encode() for name, text in package.items()}


def exercises(names):
    """Return the ids of the exercises of these assignments that have a check."""
    packages = [package_of(name) for name in names]
    return [exercise.id for name in packages for exercise in getattr(getattr(checks, name, None), "EXERCISES", ())]


# ---- the files beside


def project(packages):
    """Return pyproject.toml for students: the same needs and reasons, without what only instructors use."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    text = text[: text.index("[tool.ruff]")]
    text = re.sub(r"^dev = \[\n.*?^peers = \[\n.*?^\]\n", "", text, flags=re.M | re.S)
    text = re.sub(r"^    .*(?:\(coursekit|feedback pages|those pages).*\n", "", text, flags=re.M)
    text = re.sub(r"^readme = .*\n", "", text, flags=re.M)
    text = re.sub(r"\A#.*\n", "# What nnkit and its notebooks need; requirements.lock pins all of it.\n", text)
    head = text[: text.index("[tool.setuptools]")]
    listed = "".join(f'    "{package}",\n' for package in packages)
    data = '"*" = ["*.json", "*.js", "*.css"]'
    return f"{head}[tool.setuptools]\npackages = [\n{listed}]\n\n[tool.setuptools.package-data]\n{data}\n"


def start(names, solutions):
    """Return START.html for these assignments."""
    notebooks = {name: sorted(path.name for path in (RELEASE / name).glob("*.ipynb")) for name in names}
    items = "".join(f"<li><code>work/{name}/{notebook}</code></li>" for name in names for notebook in notebooks[name])
    page = string.Template((HERE / "start.html").read_text("utf-8"))
    ids, end = exercises(names), "start_alone.html" if solutions else "start_class.html"
    first = next((id for id in ids if hasattr(EXERCISES[id], "reference")), "dense-forward")
    return page.substitute(
        notebooks=items,
        first=f"{names[0]}/{notebooks[names[0]][0]}",
        exercise=first,
        check=f'check("{first}", {EXERCISES[first].name})',
        end=(HERE / end).read_text("utf-8").replace("EXERCISE", first).strip(),
    )


# ---- writing


def write(package, target):
    """Write a package into a ZIP archive, under FOLDER, or into a folder."""
    if target.suffix != ".zip":
        for name, data in package.items():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes(data)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.new")
    with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in package.items():
            archive.writestr(_entry(f"{FOLDER}/{name}"), data)
    aside.replace(target)


def _entry(name):
    """Return what an archive says of a file: its name, that it is anybody's to read, and nothing of when or where."""
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.create_system, entry.compress_type = 3, zipfile.ZIP_DEFLATED
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry
