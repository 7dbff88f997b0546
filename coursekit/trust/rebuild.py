"""The notebook that is marked: the instructor's cells, with the text that the student typed into them.

Nothing but text is taken from what was handed in, and these are the rules:

1.  A cell is known by its `grade_id`; else by its id, which in our notebooks is the same; else, where a tool lost the
    names, by its text (as released), by what it defines, or, a written answer, by its place between known cells.
2.  The first cell of a name is the one. A copy, the second half of a split cell and a cell of the student's own stay
    where they are as cells that nobody handed out: their code runs, and earns nothing by itself.
3.  The student's order is kept, with one exception: a test that comes before the cell that it tests goes behind it.
4.  A test and every other locked cell has the instructor's text. What the student wrote into a locked cell that is not
    a test stays as a cell of its own behind it. Each known cell has the kind (code, text) that it was handed out with.
5.  A graded cell that is gone comes back after the cell that it followed and the student's own cells there. A test
    whose exercise is gone as well comes back at the end, where everything that the student defined is there to be
    tested. Other cells that are gone stay gone: bringing a stub back would undo what was defined in another cell.
6.  Metadata, tags, outputs, counters and ids are the instructor's or none.

Each of these leaves a note.
"""

import copy
import re

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from coursekit.trust.notes import Note, printable

EXPERIMENT = "experiment"  # the tag of a released cell on which no mark depends
NEW_CELL = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
DEFINITION = re.compile(r"^[ \t]*(?:class|def)[ \t]+(\w+)", re.MULTILINE)


class Handout:
    """What was handed out: the released cells in their order, and those of them that the gradebook knows.

    known     dict: name -> the instructor's cell, as `coursekit.grading.known_cells` gives it
    released  the cells of the released notebook in order; without them, those of `known` are all there is
    """

    def __init__(self, known, released=None):
        self.known, self.released = known, {}
        for number, cell in enumerate(released or []):
            name = cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id") or f"cell-{number}"
            self.released.setdefault(name, cell)
        for name in known:  # a test that the release on disk does not have yet
            self.released.setdefault(name, known[name])
        self.order = list(self.released)

    def flag(self, name, key):
        """What the gradebook says of the cell `name`: is it "grade", "solution", "locked", "task"? No if unknown."""
        return name in self.known and bool(self.known[name].metadata.nbgrader.get(key))

    def is_test(self, name):
        return self.flag(name, "grade") and not self.flag(name, "solution")

    def is_graded(self, name):
        return self.flag(name, "grade") or self.flag(name, "task")

    def before(self, name):
        """The names of the cells before `name` (None: of all), the nearest first."""
        return self.order[: self.order.index(name) if name else None][::-1]

    def after(self, name):
        """The names of the cells after `name` (None: of all)."""
        return self.order[self.order.index(name) + 1 if name else 0 :]

    def exercise(self, test):
        """The name of the cell that `test` tests, the nearest solution before it; None if there is none."""
        return next((name for name in self.before(test) if self.flag(name, "solution")), None)

    def cell(self, name, source=None, kind=None):
        """The cell `name` as it was handed out, or with the text `source`; locked cells keep their own."""
        original = self.known.get(name, self.released[name])
        if source is None or self.flag(name, "locked") or self.is_test(name):
            kind, source = original.cell_type, original.source
        nbgrader = original.metadata.get("nbgrader") if name in self.known else None
        metadata = NotebookNode(nbgrader=copy.deepcopy(nbgrader)) if nbgrader else NotebookNode()
        kind = original.cell_type if nbgrader else kind or original.cell_type
        if EXPERIMENT in original.metadata.get("tags", []) and plain(source) == plain(original.source):
            metadata.tags = [EXPERIMENT]
        return NEW_CELL[kind](source, metadata=metadata, id=name)


def rebuild(known, cells, released=None):
    """The notebook that is marked, and the notes on how it came about.

    known, released  as in Handout
    cells            what the student typed: a list of coursekit.trust.reading.Cell
    """
    handout = Handout(known, released)
    names, notes = match(cells, handout)
    placed = []  # pairs: the name of a known or released cell, or None; and the cell
    for cell, name in zip(cells, names, strict=True):
        placed += place(cell, name, handout, notes)
    notes += [*copies(cells, names), *missing(names, handout)]
    move_tests(placed, handout, notes)
    put_back(placed, handout)
    return notebook([cell for _, cell in placed]), notes


def notebook(cells):
    """A notebook of these cells; those without a name of ours are numbered, so that all ids differ."""
    taken = set()
    for number, cell in enumerate(cells):
        if cell.id is None or cell.id in taken:
            cell.id = f"cell-{number}-added"
        taken.add(cell.id)
    return new_notebook(cells=cells, metadata=copy.deepcopy(METADATA))


def unanswered(known, reason, released=None):
    """The notebook as it was handed out, with nothing answered and the `reason` on top."""
    handout = Handout(known, released)
    return notebook([message(reason), *(handout.cell(name) for name in handout.order)])


def message(words):
    """A text cell that tells the student `words`."""
    signs = re.sub(r"([\\`*_{}\[\]<>#$|~])", r"\\\1", words)
    return new_markdown_cell(f"**A word about the file that was handed in.** {signs}", id="about-this-file")


# ------------------------------------------------------------------------------------- rule 1: which cell is which


def match(cells, handout):
    """For each of the student's cells the name of the released cell that it is, or None; and notes."""
    names, taken = [None] * len(cells), set()

    def give(number, name):
        if names[number] is None and name is not None and name not in taken:
            names[number] = name
            taken.add(name)

    for number, cell in enumerate(cells):
        give(number, cell.grade_id if cell.grade_id in handout.known else None)
    for number, cell in enumerate(cells):
        give(number, own_name(cell, handout))
    nameless = [number for number, cell in enumerate(cells) if own_name(cell, handout) is None]
    for rule in (by_text, by_definition, by_place):
        for number in nameless:
            if names[number] is None:
                give(number, rule(cells, number, names, handout, taken))
    found = [names[number] for number in nameless if names[number] in handout.known]
    words = f"These cells had lost their names and were found by text or place: {', '.join(found)}."
    return names, [Note("names-lost", None, words)] if found else []


def own_name(cell, handout):
    """The released name that `cell` bears itself, or None."""
    return next((name for name in (cell.grade_id, cell.id) if name in handout.released), None)


def by_text(cells, number, names, handout, taken):
    """The released cell of the same kind and text."""
    cell = cells[number]
    alike = (name for name, other in handout.released.items() if name not in taken and same(cell, other))
    return next(alike, None) if cell.source.strip() else None


def by_definition(cells, number, names, handout, taken):
    """The exercise whose functions and classes the cell defines, all of them."""
    defined = set(DEFINITION.findall(cells[number].source))
    for name in handout.order:
        wanted = set(DEFINITION.findall(handout.released[name].source))
        if name not in taken and handout.flag(name, "solution") and wanted and wanted <= defined:
            return name
    return None


def by_place(cells, number, names, handout, taken):
    """The written answer that is due between the known cells before and after this one."""
    last = next((name for name in names[:number][::-1] if name is not None), None)
    following = next((name for name in names[number + 1 :] if name is not None), None)
    near = [*handout.after(last)[:1], *handout.before(following)[:1]] if cells[number].kind == "markdown" else []
    written = (name for name in near if handout.is_graded(name) and handout.known[name].cell_type == "markdown")
    return next((name for name in written if name not in taken), None)


def same(cell, other):
    """Do a student's cell and an instructor's have the same kind and text, up to space at line ends?"""
    return cell.kind == other.cell_type and plain(cell.source) == plain(other.source)


def plain(source):
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


# ------------------------------------------------------------------------------------- rules 2 to 5


def place(cell, name, handout, notes):
    """What stands in the new notebook for a student's `cell` that is the released cell `name` (None: their own)."""
    if name is None:
        return [(None, own_cell(cell))]
    kept, placed = handout.cell(name, cell.source, cell.kind), []
    if name in handout.known and cell.kind != kept.cell_type:
        words = f"The cell “{name}” was made a {cell.kind} cell; it is a {kept.cell_type} cell again."
        notes.append(Note("retyped", name, words))
    if cell.pictures and kept.cell_type == "markdown" and kept.source == cell.source:
        kept.attachments = NotebookNode(cell.pictures)
    if plain(kept.source) != plain(cell.source) and plain(cell.source) != plain(handout.released[name].source):
        changed = f"was changed to “{printable(cell.source, 120)}”; the original was used."
        notes.append(Note("edited-test" if handout.is_test(name) else "edited-locked", name, f"“{name}” {changed}"))
        placed = [] if handout.is_test(name) else [(None, own_cell(cell))]
    return [(name, kept), *placed]


def own_cell(cell):
    """A cell that nobody handed out, from the student's."""
    new = NEW_CELL[cell.kind](cell.source, id="x")
    new.id = None  # the notebook numbers it
    if cell.pictures and cell.kind == "markdown":
        new.attachments = NotebookNode(cell.pictures)
    return new


def copies(cells, names):
    """Notes on cells that bear a name that another cell has, and on how many are the student's own."""
    found, own = {}, 0
    taken = set(names) - {None}
    for cell in (cell for cell, name in zip(cells, names, strict=True) if name is None):
        bears = next((bears for bears in (cell.grade_id, cell.id) if bears in taken), None)
        found[bears] = found.get(bears, 0) + 1
        own += bears is None and bool(cell.source.strip())
    for name in filter(None, found):
        words = f"The cell “{name}” is there {found[name] + 1} times: the first is the one, the others ran as they are."
        yield Note("duplicate", name, words)
    if own:
        yield Note("extra", None, f"Cells of the student's own: {own}.")


def missing(names, handout):
    """Notes on the cells of the gradebook that are gone, and on those that come back."""
    for name in handout.known:
        if name not in names:
            back = "it was put back" if handout.is_graded(name) else "it stays so"
            yield Note("missing", name, f"The cell “{name}” is not there; {back}.")


def move_tests(placed, handout, notes):
    """Move each test that comes before its exercise behind it."""
    for test in [name for name, _ in placed if name is not None and handout.is_test(name)]:
        names = [name for name, _ in placed]
        exercise = handout.exercise(test)
        if exercise in names and names.index(exercise) > names.index(test):
            moved = placed.pop(names.index(test))
            placed.insert(behind([name for name, _ in placed], exercise), moved)
            notes.append(Note("moved", test, f"“{test}” came before “{exercise}”; it was moved behind it."))


def put_back(placed, handout):
    """Put the graded cells that are gone back where they belong."""
    for name in filter(handout.is_graded, handout.order):
        names = [name for name, _ in placed]
        if name not in names:
            exercise = handout.exercise(name) if handout.is_test(name) else None
            near = handout.before(name) if exercise is None or exercise in names else []
            found = next((other for other in near if other in names), None)
            placed.insert(behind(names, found) if found else len(placed), (name, handout.cell(name)))


def behind(names, name):
    """The place behind the cell `name` and the student's own cells that follow it."""
    place = names.index(name) + 1
    while place < len(names) and names[place] is None:
        place += 1
    return place
