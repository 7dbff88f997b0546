"""The main job in one go: release the assignments, mark the sample class, write feedback, print the marks.

Everything happens in one scratch folder in the system's place for such things, the same each time and made anew, so
that the checkout stays clean and the feedback can still be read afterwards.
"""

import getpass
import hashlib
import re
import shutil
import sys
import tempfile
from pathlib import Path

from coursekit.course import (
    ROOT,
    SUBMISSIONS,
    CourseError,
    chatter_to,
    make_course,
    open_course,
    outcome,
    release_into,
)

# What nbgrader's log says when the fault lies in what was handed in, and what that means.
OWN_FAULTS = {
    r"No notebooks found": "it has no notebook of the name that was handed out",
    r"No notebooks were matched": "there is no notebook in it",
}


def demo():
    """Mark the sample class and print its marks; the exit status is 0 unless something failed that is ours."""
    if not SUBMISSIONS.is_dir():
        raise CourseError(f"There is no sample class in {SUBMISSIONS}: build it with `make samples`.")
    course = fresh_folder()
    log = course / "nbgrader.log"
    print(f"Working in {course} (nbgrader's own words: {log.name})", flush=True)
    make_course(course)
    shutil.copytree(SUBMISSIONS, course / "submitted")
    api = open_course(course)
    without_sandbox_if_need_be(api)
    print("Building the students' version ...", flush=True)
    with chatter_to(log):
        release_into(api)
    status = 0
    for assignment in sorted({path.name for path in SUBMISSIONS.glob("*/*") if path.is_dir()}):
        failures = mark_class(api, assignment, log)
        write_feedback(api, assignment, log)
        print_marks(api, assignment, failures)
        print_notes(course, assignment)
        status |= any(failure.ours for failure in failures.values())
    print(f"\nFeedback for each student, to open in a browser: {course / 'feedback'}/<student>/<assignment>/")
    return int(status)


def without_sandbox_if_need_be(api):
    """Where notebooks cannot be isolated, say so and go on: the sample class is ours, and does no harm."""
    from coursekit.trust.sandbox import available

    problem = available()
    if problem:
        print(f"The sample class is marked without a sandbox. {problem}", flush=True)
        api.config.TrustedExecute.sandbox = "none"


def fresh_folder():
    """The demonstration's own folder, empty: one for each user and checkout, readable by that user alone."""
    from nbgrader.utils import rmtree

    checkout = hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]
    folder = Path(tempfile.gettempdir()).resolve() / f"course-demo-{getpass.getuser()}-{checkout}"
    if folder.exists():
        rmtree(str(folder))  # nbgrader's own: what it has marked is read-only
    folder.mkdir(mode=0o700)
    return folder


class Failure:
    """Why a submission could not be marked, in `words`, and whether that is `ours` and not the submission's doing."""

    def __init__(self, words, ours=False):
        self.words, self.ours = words, ours


def mark_class(api, assignment, log):
    """Mark every submission to `assignment`. A dict: student -> Failure, for those that could not be marked."""
    from tqdm import tqdm

    failures = {}
    students = sorted(path.name for path in SUBMISSIONS.iterdir() if (path / assignment).is_dir())
    progress = tqdm(students, desc=f"Marking {assignment}", unit="student", file=sys.stdout, dynamic_ncols=True)
    for student in progress:
        progress.set_postfix_str(student)
        with chatter_to(log):
            result = outcome(api.autograde(assignment, student))
            record(result, log)
        if not result["success"]:
            failures[student] = explain(result)
    return failures


def write_feedback(api, assignment, log):
    """Write the HTML that students get back."""
    print("Writing feedback ...", flush=True)
    with chatter_to(log):
        result = outcome(api.generate_feedback(assignment))
        record(result, log)
    if not result["success"]:
        raise CourseError(f"nbgrader could not write the feedback: see {log}")


def record(result, log):
    """Add what nbgrader reported of one step to the log."""
    with open(log, "a", encoding="utf-8") as file:
        file.write(result.get("log", "") + result.get("error", ""))


def explain(result):
    """Why a submission could not be marked, as a Failure."""
    said = result.get("log", "") + result["error"]
    for pattern, words in OWN_FAULTS.items():
        if re.search(pattern, said):
            return Failure(words)
    return Failure(said.strip().splitlines()[-1], ours=True)


def print_marks(api, assignment, failures):
    """Print the marks of the class: a line for each student, a column for each exercise."""
    with api.gradebook as gradebook:
        exercises, points = columns(gradebook, assignment)
        rows = {s.student.id: marks(s, exercises) for s in gradebook.assignment_submissions(assignment)}
    print(f"\n{assignment}: marks by exercise (? = a person marks it)\n")
    for number, name in enumerate(exercises, 1):
        print(f"  {number:2}  {name}")
    wide = max(map(len, rows), default=0)
    print("\n  " + line("", [*range(1, len(exercises) + 1), "total"], wide))
    print("  " + line("points", [*points, sum(points)], wide))
    for student, row in sorted(rows.items()):
        failure = failures.get(student)
        print("  " + (f"{student:<{wide}}  not marked: {failure.words}" if failure else line(student, row, wide)))


def print_notes(course, assignment):
    """Print what was noted of the submissions: facts for the instructor, which took no points."""
    from coursekit.trust.record import load

    for path in sorted((course / "autograded").glob(f"*/{assignment}/*.record.json")):
        for note in load(path).notes[:3]:
            print(f"  noted of {path.parent.parent.name}: {note.words}")


def columns(gradebook, assignment):
    """The exercises of an assignment, in order, and their points. `test-<id>` carries the points of exercise <id>."""
    order, points = [], {}
    for notebook in gradebook.find_assignment(assignment).notebooks:
        order += [cell.name for cell in notebook.source_cells]
        points |= {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]}
    names = [name for name in order if name in points]
    return [name.removeprefix("test-") for name in names], [points[name] for name in names]


def marks(submission, exercises):
    """One student's marks for `exercises`, and their sum; "?" where a person has yet to decide."""
    given = {grade.name.removeprefix("test-"): grade for notebook in submission.notebooks for grade in notebook.grades}
    return ["?" if given[name].needs_manual_grade else given[name].score for name in exercises] + [submission.score]


def line(name, entries, wide):
    """One line of the table."""
    cells = (f"{entry:g}" if isinstance(entry, float) else str(entry) for entry in entries)
    return f"{name:<{wide}}" + "".join(f"{cell:>6}" for cell in cells)
