"""Still nbgrader: without our plug-ins, honest submissions get the same marks."""

import shutil

import pytest

from coursekit.bench_trust import ASSIGNMENT, course, stock
from coursekit.course import SUBMISSIONS, chatter_to, outcome
from coursekit.demo import columns, marks

# nbgrader and ipykernel warn of things of their own.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
# All but niels, whose file is broken, and sonya, whose warnings on stderr cost her the points in stock nbgrader.
HONEST = ("ada", "alan", "blaise", "carl", "emmy", "grace", "kurt")


def marks_of_the_class(folder, prepare):
    """Mark the honest part of the sample class; return the marks of each, exercise by exercise."""
    with chatter_to(folder.parent / "log"):
        api = course(folder, prepare)
        for student in HONEST:
            shutil.copytree(SUBMISSIONS / student, folder / "submitted" / student, dirs_exist_ok=True)
            assert outcome(api.autograde(ASSIGNMENT, student))["success"]
    with api.gradebook as gradebook:
        exercises, _ = columns(gradebook, ASSIGNMENT)
        return {s.student.id: marks(s, exercises) for s in gradebook.assignment_submissions(ASSIGNMENT)}


def test_stock_nbgrader_gives_honest_submissions_the_same_marks(tmp_path):
    ours = marks_of_the_class(tmp_path / "ours", lambda api: api)
    assert sorted(ours) == sorted(HONEST) and {row[-1] for row in ours.values()} >= {50, 0}
    assert marks_of_the_class(tmp_path / "stock", stock) == ours
