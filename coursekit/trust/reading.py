"""From a file of any kind to the cells of a notebook, or to a reason in words.

What was handed in may be empty, cut off, a web page, in another encoding, of an old format, or 50 MB of outputs. Of a
cell there is kept what a person typed: its text, its kind, the name under which it was handed out, and pictures pasted
into text. Nothing here raises for a student's fault, follows a link or waits at a pipe.
"""

import codecs
import json
import os
import re
import stat
from dataclasses import dataclass, field

from coursekit.trust.notes import Note, printable
from coursekit.trust.pictures import attachments

MAX_BYTES = 100_000_000
MAX_BRACKETS = 3_000_000  # objects that the JSON would make: each takes some hundred bytes of memory
MAX_CELLS = 500
MAX_TEXT = 200_000  # of one cell

# How files begin that are handed in for notebooks, and what to call them.
KINDS = {
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"\x1f\x8b": "a compressed archive",
    b"7z\xbc\xaf": "a compressed archive",
    b"Rar!": "a compressed archive",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x89HDF": "a file with a model's weights",
    b"<": "a web page (perhaps from File > Save and Export As > HTML)",
}
AGAIN = "Download it again where you worked on it, look into it, and hand it in once more."
STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)  # the last one may be cut off
KEYS = "attachments|cell_type|collapsed|execution_count|id|input|metadata|source"
CELL_START = re.compile(rf'\{{\s*"(?:{KEYS})"\s*:')


@dataclass(frozen=True)
class Cell:
    """What a person typed into one cell, and what it was called.

    kind      "code", "markdown" or "raw"
    source    its text, lines ending in "\\n"
    id        its own id, or None
    grade_id  its name for nbgrader, or None
    pictures  those pasted into a text cell: name -> {MIME type -> base64}, each checked
    """

    kind: str
    source: str
    id: str | None = None
    grade_id: str | None = None
    pictures: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """What a file gave: `cells`, or None and the `reason` (sentences that a student may read); and `notes`."""

    cells: list | None
    notes: list
    reason: str | None = None


class Unreadable(Exception):
    """The file is no notebook; the message says why, and what to do."""


def read(path, name=None):
    """Read the notebook at `path`; `name` is what to call it in words (the file's own name)."""
    name = f"“{printable(name or os.path.basename(path), 80)}”"
    try:
        data = read_bytes(path, name)
        return Read(*cells_in(decode(data), data, name))
    except Unreadable as fault:
        return Read(None, [Note("unreadable", None, str(fault))], str(fault))


def read_bytes(path, name):
    """The content of the file at `path`. Raises Unreadable unless it is an ordinary file that is not too large."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise Unreadable(f"{name} is a link or a folder or the like, not a notebook. {AGAIN}")
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(path, flags), "rb") as file:
            data = file.read(MAX_BYTES + 1) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
    except OSError as fault:
        raise Unreadable(f"{name} could not be opened ({fault.strerror}). {AGAIN}") from None
    if len(data) > MAX_BYTES:
        megabytes = MAX_BYTES // 1_000_000
        cure = "Clear its outputs (Edit > Clear Outputs of All Cells), save it, and hand it in once more."
        raise Unreadable(f"{name} is larger than {megabytes} MB, which no notebook without outputs is. {cure}")
    if not data.strip(b"\0\t\n\r "):
        raise Unreadable(f"{name} is empty. {AGAIN}")
    return data


def decode(data):
    """The text in `data`: UTF-8, UTF-16 or UTF-32, with a mark at the start or not, or what Windows used to write."""
    encoding = json.detect_encoding(data)
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(data)  # a last sign that is cut off is left out
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return text.removeprefix("\ufeff")


def cells_in(text, data, name):
    """The cells in `text` and the notes about them. Raises Unreadable if there are none to be had."""
    if brackets(data) > MAX_BRACKETS:
        raise Unreadable(f"{name} holds millions of values, more than any notebook needs. {AGAIN}")
    try:
        found, notes = found_cells(json.loads(text, object_pairs_hook=without_output)), []
    except (ValueError, RecursionError) as fault:
        found = salvage(text) or None
        damage = f"{name} is damaged or breaks off ({printable(fault, 100)})"
        notes = [Note("damaged", None, f"{damage}: {len(found or [])} cells of it could be read.")]
    if found is None:
        raise Unreadable(f"{what_it_is(data, name, notes)} {AGAIN}")
    if len(found) > MAX_CELLS:
        notes.append(Note("many-cells", None, f"It has {len(found)} cells; the first {MAX_CELLS} were looked at."))
    return [as_cell(cell) for cell in found[:MAX_CELLS]], notes


def brackets(data):
    """How many lists and objects the JSON in `data` makes: the opening brackets outside its strings."""
    rest = STRINGS.sub(b"", data)
    return rest.count(b"[") + rest.count(b"{")


def what_it_is(data, name, notes):
    """What a file without cells is, in words."""
    beginning = data[:1000].lstrip(codecs.BOM_UTF8 + b" \r\n\t")
    kind = next((kind for start, kind in KINDS.items() if beginning.startswith(start)), None)
    if kind:
        return f"{name} is {kind}, not a notebook."
    return notes[0].words if notes else f"{name} is not a notebook: there are no cells in it."


def without_output(pairs):
    """Keep of a JSON object what a notebook needs: outputs, the bulk of it, are dropped as soon as they are read."""
    found = dict(pairs)
    return None if "output_type" in found else found


def found_cells(notebook):
    """The cells of a notebook as JSON has it, of whichever format (in 2 and 3 they lie in worksheets), or None."""
    if not isinstance(notebook, dict):
        return None
    sheets = notebook.get("worksheets")
    holders = (
        holder for holder in [notebook, *(sheets if isinstance(sheets, list) else [])] if isinstance(holder, dict)
    )
    lists = [holder["cells"] for holder in holders if isinstance(holder.get("cells"), list)]
    return [cell for cells in lists for cell in cells if isinstance(cell, dict)] if lists else None


def salvage(text):
    """The cells that can be read in a text that as a whole cannot: whatever begins as a cell and is complete."""
    decoder = json.JSONDecoder(object_pairs_hook=without_output)
    found, end, failures = [], 0, 0
    for start in CELL_START.finditer(text):
        if failures > 50:  # each may have gone through the whole text
            break
        if start.start() < end:
            continue
        try:
            cell, end = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            failures += 1
        else:
            found += [cell] if isinstance(cell, dict) and "cell_type" in cell else []
    return found


def as_cell(cell):
    """A Cell from what JSON has; headings (format 3) become text with as many #."""
    kind, source = cell.get("cell_type"), joined(cell.get("source", cell.get("input")))
    if kind == "heading":
        level = cell.get("level")
        source = "#" * (level if level in range(1, 7) else 1) + " " + source
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return Cell(
        kind=kind if kind in ("code", "raw") else "markdown",
        source=source,
        id=named(cell.get("id")),
        grade_id=named(nbgrader.get("grade_id")) if isinstance(nbgrader, dict) else None,
        pictures=attachments(cell.get("attachments")),
    )


def joined(source):
    """A cell's text: formats write it as one string or as a list of lines; signs that no file can hold are replaced."""
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    text = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    return text[:MAX_TEXT]


def named(name):
    """`name` if it can be a cell's name, else None."""
    return name if isinstance(name, str) and re.fullmatch(r"[\w-]{1,64}", name, re.ASCII) else None
