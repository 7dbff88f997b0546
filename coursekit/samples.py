"""The sample class: notebooks as students hand them in, made from what they answered.

`examples/answers/<assignment>/<student>.py` holds one student's answers. Its first line is a comment that says who this
is; then `# %% <grade_id>` opens an answer, which takes the place of what the release has in that cell. Cells that are
not named stay as released. Text cells are answered in comments, so that the file stays Python.

    # Ana has everything right, in the words of the slides.
    # %% relu-derivative
    class ReLUActivation(nnkit.ReLUActivation): ...

`<student>.broken` is the same, but the upload broke off: the file ends in the middle.
"""

import json
import re

from coursekit.course import ANSWERS, RELEASE, SUBMISSIONS, CourseError, assignments, scratch_folder
from coursekit.notebooks import dump
from coursekit.release import settle

SECTION = re.compile(r"^# %% *(\S+)[^\n]*\n", re.MULTILINE)


def samples(check=False):
    """Build `examples/submissions/`; with `check` only say whether it is up to date. The exit status."""
    print("Building the sample class ...", flush=True)
    with scratch_folder() as scratch:
        for assignment in assignments(RELEASE):
            for answers in sorted((ANSWERS / assignment).glob("*.*")):
                hand_in(assignment, answers, scratch / answers.stem / assignment)
        return settle(SUBMISSIONS, scratch, check, "make samples")


def hand_in(assignment, answers, folder):
    """Write the notebooks of `assignment`, answered as the file `answers` has it, to `folder`."""
    sections = read_answers(answers)
    folder.mkdir(parents=True)
    for path in sorted((RELEASE / assignment).glob("*.ipynb")):
        notebook = json.loads(path.read_text("utf-8"))
        fill_in(notebook, sections)
        text = dump(notebook)
        whole = len(text) if answers.suffix == ".py" else len(text) // 2
        (folder / path.name).write_text(text[:whole], "utf-8", newline="\n")
    if sections:
        raise CourseError(f"{answers}: the release of {assignment} has no cell named {', '.join(sections)}.")


def read_answers(path):
    """The answers in the file at `path` as a dict: name of the cell -> its text."""
    who, *parts = SECTION.split(path.read_text("utf-8"))
    if path.suffix not in (".py", ".broken") or not who.startswith("# "):
        raise CourseError(f"{path}: expected a .py or .broken file whose first line is a comment: who is this student?")
    names = parts[::2]
    if len(set(names)) < len(names):
        raise CourseError(f"{path}: a cell is answered twice; each `# %% <grade_id>` may come once.")
    return dict(zip(names, (text.strip("\n") for text in parts[1::2]), strict=True))


def fill_in(notebook, sections):
    """Put the answers into the cells that they are for, and take them from `sections`."""
    for cell in notebook["cells"]:
        if cell["id"] in sections:
            answer = sections.pop(cell["id"])
            if cell["cell_type"] == "markdown":
                answer = re.sub(r"^# ?", "", answer, flags=re.MULTILINE)
            cell["source"] = answer.splitlines(keepends=True)
