"""How `nbgrader autograde` marks here: the plug-ins that `nbgrader_config.py` names.

Stock nbgrader runs a student's code and the tests in one kernel, as whoever grades, and takes what the notebook says of
itself for true. Here it goes on by itself (the command, formgrader's button, the gradebook, feedback), but

    MarkedNotebook   finds the notebook in what was handed in, and rebuilds it: the released one, the student's text
    TrustedExecute   runs its cells in a sandboxed kernel, and has the checks run here, outside

and old marks are forgotten first, so that none survives a submission that can no longer be marked.
The work is done in `coursekit.trust`, whose modules know nothing of nbgrader's converters.
"""

from dataclasses import fields
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters.base import NbGraderException
from nbgrader.nbgraderformat import SCHEMA_VERSION
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Enum, Integer

from coursekit.trust.conditions import Conditions
from coursekit.trust.converter import bring_files, expect
from coursekit.trust.record import record_path, save
from coursekit.trust.submission import notebook_from

# What `coursekit grade` has had run elsewhere, and is only to be entered here: (assignment, student, notebook) -> Done.
ahead = {}


class MarkedNotebook(NotebookExporter):
    """nbgrader's own exporter, which reads a submission in its own way, after the old marks were forgotten.

    nbgrader calls `pre_convert_hook` once for each submission that it has decided to mark, before it opens a file; but
    it tells the hook neither the student nor the gradebook. An exporter is handed its converter, which knows both: so
    the hook is hung in from here. Marks that a person gave stay, and nbgrader asks that person to look again.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        problem = TrustedExecute(parent=self).conditions().problem()
        if problem and not ahead:
            self.log.error(problem)
            raise NbGraderException(problem)
        self.notes = []
        self.parent.pre_convert_hook = self.prepare
        forget_empty_submissions(self.parent.coursedir)
        expect(self.parent)

    def prepare(self, notebooks, **_):
        """Forget the marks of the submission that the files `notebooks` belong to, and bring its other files."""
        place = self.parent.init_single_notebook_resources(notebooks[0])["nbgrader"]
        forget_marks(place["db_url"], place["assignment"], place["student"])
        self.file_notes = bring_files(self.parent, place["assignment"], place["student"])

    def from_filename(self, filename, resources=None, **kwargs):
        """Return the notebook to be marked and its resources; the second time, what the first time has written."""
        if not self.parent._sanitizing:
            return super().from_filename(filename, resources=resources, **kwargs)
        place = resources["nbgrader"]
        name, assignment = place["notebook"], place["assignment"]
        done = ahead.get((assignment, place["student"], name))
        if done:
            return self.from_notebook_node(done.rebuilt(), resources=resources)
        with Gradebook(place["db_url"]) as gradebook:
            known = known_cells(gradebook.find_notebook(name, assignment))
            others = {notebook.name for notebook in gradebook.find_assignment(assignment).notebooks} - {name}
        notebook, notes = notebook_from(
            Path(filename).parent, name, known, released_cells(self.parent.coursedir, assignment, name), others
        )
        self.notes = [*self.file_notes, *notes]
        return self.from_notebook_node(notebook, resources=resources)


class TrustedExecute(NbGraderPreprocessor):
    """Runs a rebuilt notebook in a kernel of its own, with the judge outside. Each setting has a default that suits."""

    sandbox = Enum(("bubblewrap", "none"), "bubblewrap", help="How kernels are kept apart from this machine.").tag(
        config=True
    )
    experiments = Bool(False, help="Also repeat the released experiments, on which no mark depends.").tag(config=True)
    cell_seconds = Integer(300, help="Seconds that one cell may take.").tag(config=True)
    check_seconds = Integer(120, help="Seconds that the student's code may take for one check.").tag(config=True)
    notebook_seconds = Integer(1200, help="Seconds for the whole notebook.").tag(config=True)
    memory_mb = Integer(Conditions.memory_mb, help="Megabytes for all processes of a kernel.").tag(config=True)
    processes = Integer(Conditions.processes, help="Processes and threads of a kernel.").tag(config=True)
    disk_mb = Integer(Conditions.disk_mb, help="Megabytes of files that a notebook may write.").tag(config=True)
    file_mb = Integer(Conditions.file_mb, help="Megabytes in one file.").tag(config=True)
    cpu_seconds = Integer(Conditions.cpu_seconds, help="Seconds of computing of one process.").tag(config=True)

    def conditions(self):
        """Return the settings as Conditions."""
        return Conditions(**{field.name: getattr(self, field.name) for field in fields(Conditions)})

    def preprocess(self, nb, resources):
        """Run the cells of `nb`; test cells get what the judge found."""
        place, folder = resources["nbgrader"], resources["metadata"]["path"]
        done = ahead.pop((place["assignment"], place["student"], place["notebook"]), None)
        if done and done.is_of(nb.cells):
            record = done.fill(nb.cells)
        else:
            session = self.conditions().session(place["assignment"], folder)
            session.run(nb.cells)
            record = session.record([*self.parent.notes, *session.notes])
        save(record, record_path(folder, place["notebook"]))
        return nb, resources


def forget_empty_submissions(course):
    """Forget the marks of folders without a notebook: nbgrader passes them by, and every hook with them."""
    folder = Path(course.format_path(course.submitted_directory, "*", course.assignment_id))
    for submission in Path(folder.anchor).glob(str(folder.relative_to(folder.anchor))):
        if not any(submission.glob("*.ipynb")):
            forget_marks(course.db_url, course.assignment_id, submission.parent.name)


def forget_marks(db_url, assignment, student):
    """Take back every mark that a machine gave to this student's submission; where there is none, do nothing."""
    with Gradebook(db_url) as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score, grade.needs_manual_grade = None, True
        gradebook.db.commit()


def released_cells(course, assignment, name):
    """Return the cells of the released notebook in a course directory, or None where there is no release."""
    path = Path(course.format_path(course.release_directory, ".", assignment)) / f"{name}.ipynb"
    return nbformat.read(path, as_version=4).cells if path.is_file() else None


def known_cells(notebook):
    """The cells of the gradebook's `notebook` as a dict: name -> the cell as it was released, in their order."""
    points = {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]}
    graded, tasks = ({cell.name for cell in kind} for kind in (notebook.grade_cells, notebook.task_cells))
    solutions = {cell.name for cell in notebook.solution_cells}
    cells = {}
    for source in notebook.source_cells:
        name = source.name
        metadata = {"schema_version": SCHEMA_VERSION, "grade_id": name, "locked": source.locked}
        metadata |= {"grade": name in graded, "solution": name in solutions, "task": name in tasks}
        metadata |= {"cell_type": source.cell_type, "checksum": source.checksum}
        metadata |= {"points": points[name]} if name in points else {}
        new_cell = new_code_cell if source.cell_type == "code" else new_markdown_cell
        cells[name] = new_cell(source.source, metadata=NotebookNode(nbgrader=NotebookNode(metadata)))
    return cells
