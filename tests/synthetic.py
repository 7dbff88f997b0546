"""Synthetic courses: a gradebook, records and feedback as grading leaves them, made in a moment and graded by nobody.

`make_course` makes one from a list of `Handed`; `random_class` makes such a list, whose mistakes are those that nnkit's
checks know.
"""

import uuid
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import insert

from coursekit.course import SOURCE, put_environment_on_path
from coursekit.trust.notes import Note
from coursekit.trust.record import Record, record_path, save
from nnkit.checks import EXERCISES
from nnkit.checks.verdict import Verdict

POINTS = {"dense-forward": 5, "relu-derivative": 4, "mse-derivative": 4, "explain": 4}
HINTS = "\n".join(f"<details><summary>Hint {n}: a word</summary>\n\nA hint.\n</details>" for n in (1, 2, 3))


@dataclass
class Handed:
    """One student's submission.

    verdicts     exercise -> Verdict, for those that have one; a right one gets the points
    written      exercise -> (points a person gave or None, still to be marked, comment)
    recorded     whether there is a record
    """

    student: str
    verdicts: dict = field(default_factory=dict)
    written: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)
    seconds: float = 4.0
    memory_mb: int = 200
    first_name: str | None = None
    last_name: str | None = None
    recorded: bool = True
    penalty: float = 0.0


def small_notebook(points=POINTS, written=("explain",)):
    """A notebook with a section for each exercise of `points`."""
    cells = [new_markdown_cell("# A small network", id="title")]
    for number, (name, worth) in enumerate(points.items(), 1):
        cells.append(
            new_markdown_cell(f"## {number}. On {name} ({worth} points)\n\nText.\n\n{HINTS}", id=f"{name}-text")
        )
        if name in written:
            cells.append(marked(new_markdown_cell("Why?", id=name), name, grade=True, solution=True, points=worth))
        else:
            cells.append(marked(new_code_cell("def f(): ...", id=name), name, solution=True))
            test = new_code_cell(f'check("{name}", f)', id=f"test-{name}")
            cells.append(marked(test, f"test-{name}", grade=True, locked=True, points=worth))
    return new_notebook(cells=cells)


def marked(cell, name, **flags):
    """The cell as one that nbgrader knows."""
    settings = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    cell.metadata["nbgrader"] = {**settings, "grade_id": name, **flags}
    return cell


def make_course(folder, handed, assignment="01-small", notebook="small", page=None, absent=()):
    """Make the course in `folder`: the assignment from its notebook `page`, what was `handed` in, students `absent`."""
    put_environment_on_path()
    folder, page = Path(folder), page or small_notebook()
    source = folder / "source" / assignment
    source.mkdir(parents=True)
    nbformat.write(page, source / f"{notebook}.ipynb")
    with Gradebook(f"sqlite:///{folder}/gradebook.db", "a-course") as gradebook:
        add_assignment(gradebook, assignment, notebook, page)
        for student in absent:
            gradebook.add_student(student)
        add_submissions(gradebook, assignment, notebook, handed)
    for each in handed:
        add_files(folder, assignment, notebook, each)
    return folder


def add_assignment(gradebook, assignment, notebook, page):
    """Enter an assignment of one notebook in the gradebook."""
    gradebook.add_assignment(assignment)
    gradebook.add_notebook(notebook, assignment)
    for cell in page.cells:
        data = cell.metadata.get("nbgrader")
        if not data:
            continue
        name, place = data["grade_id"], (notebook, assignment)
        if data["grade"]:
            gradebook.add_grade_cell(name, *place, max_score=data["points"], cell_type=cell.cell_type)
        if data["solution"]:
            gradebook.add_solution_cell(name, *place)
        if data["grade"] or data["solution"]:
            gradebook.add_source_cell(name, *place, cell_type=cell.cell_type, source=cell.source)


def add_submissions(gradebook, assignment, notebook, handed):
    """Enter all submissions, a table at a time: one by one would take minutes for a thousand."""
    found = gradebook.find_notebook(notebook, assignment)
    worth = {cell.name: (cell.id, cell.max_score) for cell in found.grade_cells}
    solutions = {cell.name: cell.id for cell in found.solution_cells}
    rows = {table: [] for table in (Student, SubmittedAssignment, SubmittedNotebook, Grade, Comment)}
    for each in handed:
        number, part = uuid.uuid4().hex, uuid.uuid4().hex
        rows[Student].append({"id": each.student, "first_name": each.first_name, "last_name": each.last_name})
        rows[SubmittedAssignment].append(
            {"id": number, "assignment_id": found.assignment_id, "student_id": each.student}
        )
        late = {"late_submission_penalty": each.penalty}
        rows[SubmittedNotebook].append({"id": part, "assignment_id": number, "notebook_id": found.id, **late})
        for name, (cell, most) in worth.items():
            rows[Grade].append(
                {"id": uuid.uuid4().hex, "notebook_id": part, "cell_id": cell, **grade(each, name, most)}
            )
        for name, (_, _, comment) in each.written.items():
            row = {"id": uuid.uuid4().hex, "notebook_id": part, "cell_id": solutions[name], "manual_comment": comment}
            rows[Comment].append(row)
    for table, entries in rows.items():
        if entries:
            gradebook.db.execute(insert(table), entries)
    gradebook.db.commit()


def grade(handed, name, most):
    """The columns of one grade."""
    exercise = name.removeprefix("test-")
    if exercise in handed.written:
        given, waiting, _ = handed.written[exercise]
        return {
            "auto_score": None if waiting or given is not None else 0.0,
            "manual_score": given,
            "needs_manual_grade": waiting,
        }
    verdict = handed.verdicts.get(exercise)
    score = None if not handed.recorded else float(most) if verdict and verdict.state == "right" else 0.0
    return {"auto_score": score, "manual_score": None, "needs_manual_grade": not handed.recorded}


def add_files(folder, assignment, notebook, handed):
    """The record, the marked notebook and the feedback of one submission."""
    if "/" in handed.student or handed.student == ".." or not handed.recorded:
        return
    place = folder / "autograded" / handed.student / assignment
    place.mkdir(parents=True)
    record = Record(list(handed.verdicts.values()), handed.notes, handed.seconds, handed.memory_mb)
    save(record, record_path(place, notebook))
    (place / f"{notebook}.ipynb").write_text("{}", "utf-8")
    feedback = folder / "feedback" / handed.student / assignment
    feedback.mkdir(parents=True)
    (feedback / f"{notebook}.html").write_text("<p>feedback</p>", "utf-8")


# ------------------------------------------------------------------------------------- verdicts, classes


def right(exercise):
    """The Verdict on a right answer."""
    return Verdict(exercise, "right", [("it holds", True)])


def untouched(exercise):
    """The Verdict on an answer that is not there yet."""
    return Verdict(exercise, "not attempted")


def wrong(exercise, claim="it holds", details=("Entry [0]: expected 1, received 2.",), mistake=None):
    """The Verdict on a wrong answer, whose first failing claim is `claim`."""
    claims = [("it has the right shape", True), (claim, False), ("it works again", None)]
    return Verdict(exercise, "wrong", claims, list(details), mistake)


def random_class(n, rng, assignment):
    """An assignment of source/ (notebook, page), and what `n` made-up students handed in."""
    [path] = (SOURCE / assignment).glob("*.ipynb")
    page = nbformat.read(path, 4)
    graded = [cell.metadata.nbgrader for cell in page.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    checked = [data.grade_id.removeprefix("test-") for data in graded if not data.solution]
    written = {data.grade_id: data.points for data in graded if data.solution}
    return path.stem, page, [random_student(number, rng, checked, written) for number in range(n)]


def random_student(number, rng, checked, written):
    """One of them: the further the exercise, the fewer have it right; mistakes are unequally popular."""
    skill, reach = rng.beta(3, 1.4), rng.beta(5, 0.7) * (len(checked) + 1)
    verdicts = {}
    for place, name in enumerate(checked):
        if rng.random() < 0.01:
            continue
        if place > reach:
            verdicts[name] = untouched(name)
        elif rng.random() < skill:
            verdicts[name] = right(name)
        else:
            verdicts[name] = random_mistake(name, rng)
    answers = {}
    for name, worth in written.items():
        draw = rng.random()
        comment = "**Good.** But what of $\\alpha$?" if draw < 0.4 else None
        answers[name] = (float(rng.integers(1, worth + 1)), False, comment) if draw < 0.5 else (None, draw < 0.9, None)
    first, last = rng.choice(FIRST), rng.choice(LAST)
    took = (round(float(rng.lognormal(1.6, 0.5)), 1), int(rng.normal(240, 30)))
    return Handed(f"s{number:04}", verdicts, answers, random_notes(rng), *took, first, last)


def random_mistake(name, rng):
    """A wrong answer: mostly a known mistake, the first of which are the commonest."""
    exercise = EXERCISES[name]
    mistakes, claims = exercise.mistakes, list(exercise.claims.values())
    first = int(min(rng.geometric(0.6) - 1, len(claims) - 1))
    held = [(sentence, place != first) for place, sentence in enumerate(claims)]
    details = [f"Entry [0, 0]: expected {rng.normal():.6g}, received {rng.normal():.6g} (12 of 12 entries differ)."]
    known = mistakes and rng.random() < 0.7
    sentence = mistakes[int(min(rng.geometric(0.45) - 1, len(mistakes) - 1))].sentence if known else None
    return Verdict(name, "wrong", held, details, sentence)


def random_notes(rng):
    """Few have any."""
    kinds = {
        "kernel-ended": "The kernel ended while this cell ran.",
        "time-over": "This cell did not come to an end in time and was stopped.",
        "edited-test": "“test-adam” was changed to “print('right')”; the original was used.",
        "network": "The network was reached for: ('198.51.100.7', 80).",
        "renamed": "The notebook was handed in as “final(2).ipynb”, not as “a.ipynb”.",
        "extra": "Cells of the student's own: 3.",
    }
    draws = rng.random(len(kinds))
    return [
        Note(kind, "test-adam", words)
        for (kind, words), draw in zip(kinds.items(), draws, strict=True)
        if draw < (0.3 if kind == "extra" else 0.02)
    ]


FIRST = "Ada Alan Blaise Carl Emmy Grace Kurt Niels Sonya Évariste Łukasz Mei".split()
LAST = "Ito Okafor Núñez Novák Haddad Lindqvist O'Brien Rossi Yılmaz Zhang".split()
