"""The guide that `hint`, `solution` and `progress` read, made from the notebooks, which stay the only truth.

nnkit/desk/course.json      assignments in order, and of each exercise its id, title, points and hints
nnkit/desk/solutions.json   of each exercise its derivation (the notebook's text), code, or model answer
"""

import json
import re

from coursekit.course import ROOT, SOURCE

__all__ = ["COURSE", "SOLUTIONS", "course_of", "guide", "solutions_of"]

COURSE, SOLUTIONS = (ROOT / "nnkit/desk" / name for name in ("course.json", "solutions.json"))
TITLE = re.compile(r"^#{2,3} (\d+)\. (.+?) \((\d+) points?\)$", re.MULTILINE)
HINT = re.compile(r"<details><summary>Hint \d: [^<]*</summary>\n(.*?)</details>", re.DOTALL)
SOLUTION = re.compile(r"^ *### (BEGIN|END) SOLUTION\n?", re.MULTILINE)
MODEL = re.compile(r"### BEGIN SOLUTION\n(.*?)\n\*\*Marking guide", re.DOTALL)
ASIDES = re.compile(r"(?ms)<details>.*?</details>\n?|^\*\*(Predict|Your turn)\.\*\*.*?(?=^\*\*|\Z)")


def guide(check=False):
    """Write both files from `source/`; with `check` only say whether they are up to date. The exit status."""
    if not COURSE.parent.exists():
        return 0  # a course without our nnkit
    notebooks = [(path, json.loads(path.read_text("utf-8"))) for path in sorted(SOURCE.glob("*/*.ipynb"))]
    wanted = {COURSE: course_of(notebooks), SOLUTIONS: solutions_of(notebooks)}
    old = [path for path, plain in wanted.items() if not path.exists() or path.read_text("utf-8") != dump(plain)]
    for path in old:
        name = path.relative_to(ROOT).as_posix()
        print(f"{name} {'is out of date (cure: make release)' if check else 'has been brought up to date'}.")
        if not check:
            path.write_text(dump(wanted[path]), "utf-8", newline="\n")
    return int(check and bool(old))


def dump(plain):
    """Return lists and dictionaries as the text of a file."""
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def course_of(notebooks):
    """Return what course.json holds; `notebooks` are pairs (path, notebook)."""
    return [
        {
            "name": path.parent.name,
            "notebook": path.name,
            "title": text(notebook["cells"][0]).splitlines()[0].removeprefix("# "),
            "exercises": [exercise(*found, points(notebook["cells"])) for found in exercises(notebook["cells"])],
        }
        for path, notebook in notebooks
    ]


def solutions_of(notebooks):
    """Return what solutions.json holds."""
    found = {}
    for _, notebook in notebooks:
        for id, prose, cell in exercises(notebook["cells"]):
            is_code = cell["cell_type"] == "code"
            model = "" if is_code else MODEL.search(text(cell))[1].strip()
            code = SOLUTION.sub("", text(cell)) if is_code else ""
            found[id] = {"derivation": derivation(prose), "code": code, "model": model}
    return found


def exercises(cells):
    """Yield (id, the text from the exercise's heading on, the cell of the solution) of each exercise, in order."""
    prose = ""
    for cell in cells:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            yield cell["id"], prose, cell
        elif cell["cell_type"] == "markdown":
            heads = list(TITLE.finditer(text(cell)))
            prose = text(cell)[heads[-1].start() :] if heads else f"{prose}\n\n{text(cell)}"


def points(cells):
    """Return the points that each graded cell gives: {id: points}."""
    return {cell["id"]: cell["metadata"]["nbgrader"]["points"] for cell in cells if is_graded(cell)}


def is_graded(cell):
    """Say whether a cell gives points."""
    return cell["metadata"].get("nbgrader", {}).get("grade", False)


def exercise(id, prose, cell, given):
    """Return what course.json says of an exercise; `given` has the points of graded cells."""
    heading = TITLE.match(prose)
    title = f"{heading[1]}. {heading[2]}" if heading else id
    hints = [hint.strip() for hint in HINT.findall(prose)]
    mark = given.get(id, given.get(f"test-{id}", 0))
    return {"id": id, "title": title, "points": mark, "written": cell["cell_type"] == "markdown", "hints": hints}


def derivation(prose):
    """Return an exercise's text without its heading, predictions, asides and what is asked for."""
    left = ASIDES.sub("", prose.split("\n", 1)[1])
    return re.sub(r"\n{3,}", "\n\n", left).strip()


def text(cell):
    """Return a cell's text."""
    return "".join(cell["source"])
