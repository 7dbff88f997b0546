"""How nbgrader runs this course. This folder is the course; each line says why it is there.

A copy of this file makes any other folder with a `source/` in it a course too (`coursekit.course` does that), so
nothing below depends on where it lies.
"""

import tempfile
from pathlib import Path

from coursekit.course import put_environment_on_path

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

# Seconds for one cell: importing TensorFlow takes up to 20 on a busy machine, training a small network longer.
c.Execute.timeout = 300
# A kernel that has imported TensorFlow takes two seconds to leave politely, and nothing is left for it to do.
c.Execute.shutdown_kernel = "immediate"

# nbgrader gives no points to a test cell that wrote anything to stderr: a warning is not a wrong answer.
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"(?s).*"

# Old marks are forgotten before a new submission is looked at.
c.Autograde.exporter_class = "coursekit.grading.ForgetOldMarks"
# Deleted tests, copied cells and lost metadata are put right before nbgrader's own steps, which stumble over them.
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "coursekit.grading.RestoreCells",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# Puts deleted tests back in nbgrader's own way; after RestoreCells it has nothing left to do.
c.OverwriteCells.add_missing_cells = True
