"""How nbgrader runs this course. This folder is the course; each line says why it is there.

A copy of this file makes any other folder with a `source/` in it a course too (`coursekit.course` does that), so
nothing below depends on where it lies.
"""

import tempfile
from pathlib import Path

from coursekit.course import put_environment_on_path
from coursekit.trust import feedback
from coursekit.trust.converter import make_findable

c = get_config()  # noqa: F821  (given by nbgrader)

# A new gradebook is made with the command `alembic`, which is looked up on PATH and is found only beside our Python.
put_environment_on_path()

c.CourseDirectory.course_id = "training-neural-networks"

# The gradebook lies beside this file. One who finds it locked (formgrader is open, say) waits a minute, not 5 seconds.
c.CourseDirectory.db_url = f"sqlite:///{Path(__file__).resolve().parent.as_posix()}/gradebook.db?timeout=60"

# Notebooks are handed out and in by other means. nbgrader insists on an exchange folder that exists, so: one that does.
c.Exchange.root = tempfile.gettempdir()

# release/ is committed, and nbgrader would pass over what is there without entering it in the gradebook. What it writes
# is the same, to the byte.
c.GenerateAssignment.force = True

# What students find in place of a solution.
c.ClearSolutions.code_stub = {
    "python": '# YOUR CODE HERE\nraise NotImplementedError("not attempted yet: replace this line with your code")'
}

# Marks are given outside the notebook's kernel, which is a sandbox: see coursekit/grading.py. Where there is no
# bubblewrap (macOS, Windows), c.TrustedExecute.sandbox = "none" lets notebooks run as plain processes: the marks are as
# trustworthy, but a notebook can then read your files.
c.Autograde.exporter_class = "coursekit.grading.MarkedNotebook"
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "coursekit.grading.TrustedExecute",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Seconds: for one cell (importing TensorFlow takes up to 20 on a busy machine), for one check, for a whole notebook.
c.TrustedExecute.cell_seconds, c.TrustedExecute.check_seconds, c.TrustedExecute.notebook_seconds = 300, 120, 1200

# Cells with the tag "experiment", which train for minutes to show something, are not repeated when marks are given:
# unless a student has changed one, or an answer needs a name from there. With True they all are.
c.TrustedExecute.experiments = False

# What a submission without a notebook at its top needs, to be found at all.
make_findable(Path(__file__).resolve().parent)

# What was noted of a submission lies beside its marked notebook, for the instructor. It is not feedback.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.record.json"]

# Pages of feedback and of formgrader run nothing of a student's and load nothing from elsewhere.
feedback.configure(c)
