"""Two things nbgrader must do before it marks a submission: forget the old marks, and put its cells in order.

Stock nbgrader keeps a mark until it has a new one. When a resubmission cannot be read, has lost its test cells or kills
its kernel there is no new one, and the student keeps marks for work that is no longer there. And it stumbles over cells
that were copied, split, deleted or stripped of their metadata: the whole submission is lost, sometimes the batch.

Both are plug-ins that `nbgrader_config.py` names, so `nbgrader autograde`, formgrader's button and our own commands
all take the same way.
"""

from pathlib import Path

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.nbgraderformat import SCHEMA_VERSION
from nbgrader.preprocessors import NbGraderPreprocessor


class ForgetOldMarks(NotebookExporter):
    """nbgrader's own exporter, which also has the submission's automatic marks forgotten before anything else.

    nbgrader calls `pre_convert_hook` once for each submission that it has decided to mark, before it opens a file; but
    it tells the hook neither the student nor the gradebook. An exporter is handed its converter, which knows both: so
    the hook is hung in from here. Marks that a person gave stay, and nbgrader asks that person to look again.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.parent.pre_convert_hook = self.forget_submission
        self.forget_empty_submissions()

    def forget_submission(self, notebooks, **_):
        """Forget the marks of the submission that the files `notebooks` belong to."""
        place = self.parent.init_single_notebook_resources(notebooks[0])["nbgrader"]
        forget_marks(place["db_url"], place["assignment"], place["student"])

    def forget_empty_submissions(self):
        """Forget the marks of folders without a notebook: nbgrader passes them by, and the hook with them."""
        course = self.parent.coursedir
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


class RestoreCells(NbGraderPreprocessor):
    """Give each cell that the gradebook knows its metadata back, once, and put graded cells back that are gone.

    A cell is known by the `grade_id` in its metadata or, where a tool lost the metadata, by its own id, which in our
    notebooks is the same. The first cell of a name is the one; a copy, or the second half of a split cell, becomes a
    cell like any other. A graded cell that is gone comes back after the cell that it followed or, if that is gone as
    well, at the end, where everything that the student defined is there to be tested.
    """

    def preprocess(self, nb, resources):
        """Mend the cells of `nb`; nbgrader's later steps then put the sources of tests and locked cells back."""
        place = resources["nbgrader"]
        with Gradebook(place["db_url"]) as gradebook:
            known = known_cells(gradebook.find_notebook(place["notebook"], place["assignment"]))
        present = set()
        for cell in nb.cells:
            name = name_of(cell, known)
            cell.metadata.pop("nbgrader", None)
            if name in known and name not in present:
                present.add(name)
                cell.metadata = NotebookNode(nbgrader=known[name].metadata.nbgrader)
        self.put_back(nb, known, present)
        return nb, resources

    def put_back(self, nb, known, present):
        """Insert the graded cells of `known` that are not `present`."""
        before = None
        for name, cell in known.items():
            metadata = cell.metadata.nbgrader
            if name not in present and (metadata.grade or metadata.task):
                self.log.warning("Cell '%s' was missing from the submission and is put back", name)
                names = [name_of(other, known) for other in nb.cells]
                nb.cells.insert(names.index(before) + 1 if before in names else len(names), cell)
            before = name


def name_of(cell, known):
    """The name under which the gradebook may know `cell`: its `grade_id`, or else its id if that is a known name."""
    metadata = cell.metadata.get("nbgrader")
    name = metadata.get("grade_id") if isinstance(metadata, dict) else None
    return name or (cell.get("id") if cell.get("id") in known else None)


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
