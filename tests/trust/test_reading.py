"""Files of any kind, read into cells or a reason in words."""

import json
import os

import pytest

from coursekit.trust.reading import MAX_BRACKETS, MAX_CELLS, Cell, read


def small(cells=None, **more):
    """A notebook of format 4.5 as JSON has it."""
    if cells is None:
        nbgrader = {"nbgrader": {"grade_id": "double", "solution": True}}
        code = {"outputs": [], "execution_count": None, "source": ["def double(x):\n", "    return 2 * x  # é"]}
        cells = [
            {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# Title"},
            {"cell_type": "code", "id": "double", "metadata": nbgrader, **code},
        ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}


DOUBLE = "def double(x):\n    return 2 * x  # é"
CELLS = [Cell("markdown", "# Title", "title"), Cell("code", DOUBLE, "double", "double")]
TEXT = json.dumps(small(), ensure_ascii=False, indent=1)


def write(folder, content):
    """The path of a file with this content (bytes, text, or an object for JSON)."""
    path = folder / "small.ipynb"
    content = content if isinstance(content, bytes | str) else json.dumps(content)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


WELL = {
    "as it should be": TEXT,
    "a mark at the start": "\ufeff" + TEXT,
    "utf-16": TEXT.encode("utf-16"),
    "utf-16 without a mark": TEXT.encode("utf-16-le"),
    "utf-32": TEXT.encode("utf-32"),
    "written by old Windows": TEXT.encode("cp1252"),
    "line ends of Windows": TEXT.replace("\n", "\r\n"),
    "line ends of Windows in cells": json.dumps(small()).replace("\\n", "\\r\\n"),
    "line ends of an old Mac in cells": json.dumps(small()).replace("\\n", "\\r"),
    "zeros after the end": TEXT + " " * 1000,
    "one key twice": json.dumps(small()).replace('"metadata": {}, "nbformat"', '"cells": 3, "cells": [], "nbformat"')[
        :-1
    ]
    + f', "cells": {json.dumps(small()["cells"])}}}',
    "deep, but not too deep": small(extra=json.loads("[" * 100 + "]" * 100)),
    "not a number": json.dumps(small(extra=float("nan"))),
}


@pytest.mark.parametrize("content", WELL.values(), ids=WELL)
def test_a_notebook_is_read_whatever_its_encoding(tmp_path, content):
    found = read(write(tmp_path, content))
    assert (found.cells, found.notes, found.reason) == (CELLS, [], None)


REASONS = {
    "empty": (b"", "is empty"),
    "blank": (b"\n \r\n\0\0", "is empty"),
    "a word": (b"hello", "damaged or breaks off"),
    "one bracket": (b"{", "damaged or breaks off"),
    "a list": ([], "no cells in it"),
    "a number": (b"3", "no cells in it"),
    "another object": ({"name": "a package"}, "no cells in it"),
    "cells that are none": ({"cells": {"a": 1}}, "no cells in it"),
    "a zip": (b"PK\x03\x04" + bytes(100), "a ZIP archive"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
    "a pdf": (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
    "a web page": (b"\xef\xbb\xbf\n<!DOCTYPE html><html>", "a web page"),
    "a script": (b"def double(x):\n    return 2 * x\n", "damaged or breaks off"),
    "noise": (bytes(range(256)) * 50, "damaged or breaks off"),
    "too deep": (b"[" * 100_000, "damaged or breaks off"),
    "a number that never ends": (b"[" + b"9" * 10_000 + b"]", "damaged or breaks off"),
    "all brackets": (b'{"cells": [' + b"[]," * (MAX_BRACKETS + 1) + b"[]]}", "millions of values"),
}


@pytest.mark.parametrize(("content", "words"), REASONS.values(), ids=REASONS)
def test_what_is_no_notebook_gives_a_reason_in_words(tmp_path, content, words):
    found = read(write(tmp_path, content))
    assert found.cells is None
    assert words in found.reason and "“small.ipynb”" in found.reason and found.reason.endswith(".")
    assert [(note.kind, note.words) for note in found.notes] == [("unreadable", found.reason)]


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "small.ipynb"
    with open(path, "wb") as file:
        file.truncate(3_000_000_000)
    assert "larger than 100 MB" in read(path).reason


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_links_pipes_folders_and_nothing_are_not_opened(tmp_path):
    write(tmp_path, TEXT)
    (tmp_path / "link").symlink_to("small.ipynb")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "folder", "pipe"):
        assert "a link or a folder or the like" in read(tmp_path / name).reason
    assert "could not be opened (No such file" in read(tmp_path / "nothing").reason


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path):
    path = write(tmp_path, TEXT)
    path.chmod(0)
    assert "could not be opened (Permission denied)" in read(path).reason


def test_a_file_that_breaks_off_gives_the_cells_before_that(tmp_path):
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "outputs": [], "source": ["[" * n]} for n in range(20)
    ]
    text = json.dumps(small(cells), indent=1)
    for share in (0.3, 0.5, 0.9):
        found = read(write(tmp_path, text[: int(len(text) * share)]))
        assert found.cells == [Cell("code", "[" * n, f"c{n}") for n in range(len(found.cells))]
        assert abs(len(found.cells) - 20 * share) < 3
        assert found.notes[0].kind == "damaged" and f"{len(found.cells)} cells of it" in found.notes[0].words


def test_a_mark_of_git_in_the_middle_costs_the_cells_that_it_cuts(tmp_path):
    cells = [{"cell_type": "code", "id": f"c{n}", "metadata": {"a": {"id": 1}}, "source": "1"} for n in range(5)]
    text = json.dumps(small(cells), indent=1).replace('"id": "c2"', '"id":\n<<<<<<< HEAD\n "c2"')
    assert [cell.id for cell in read(write(tmp_path, text)).cells] == ["c0", "c1", "c3", "c4"]


def test_trying_to_read_what_is_damaged_ends_soon(tmp_path):
    assert read(write(tmp_path, b'{"id":' * 1_000_000)).cells is None
    assert read(write(tmp_path, b'{"a": "' + b'\\"' * 5_000_000)).cells is None


def test_outputs_are_dropped_and_what_they_weigh_does_not_matter(tmp_path):
    notebook = small()
    stream = {"output_type": "stream", "name": "stdout", "text": "[{" * 10_000_000}
    notebook["cells"][1]["outputs"] = [stream, {"output_type": "display_data", "data": {"text/html": ["a"] * 100_000}}]
    assert read(write(tmp_path, notebook)).cells == CELLS


def test_formats_2_and_3_have_worksheets_headings_and_input(tmp_path):
    cells = [
        {"cell_type": "heading", "level": 2, "metadata": {}, "source": ["Title"]},
        {"cell_type": "code", "collapsed": False, "input": ["a = 1\n", "a"], "language": "python", "outputs": []},
        {"cell_type": "html", "source": "<b>"},
    ]
    found = read(write(tmp_path, {"worksheets": [{"cells": cells}], "nbformat": 3, "nbformat_minor": 0}))
    assert found.cells == [Cell("markdown", "## Title"), Cell("code", "a = 1\na"), Cell("markdown", "<b>")]


ODD = {
    "no source": ({}, Cell("code", "")),
    "a source of numbers": ({"source": [1, "a", None]}, Cell("code", "a")),
    "half a sign": ({"source": "a\ud800b"}, Cell("code", "a?b")),
    "an id that is none": ({"id": ["x"], "source": "a"}, Cell("code", "a")),
    "an id with a tag": ({"id": "<script>"}, Cell("code", "")),
    "metadata that is none": ({"metadata": [1]}, Cell("code", "")),
    "nbgrader that is none": ({"metadata": {"nbgrader": "x"}}, Cell("code", "")),
    "a name that is none": ({"metadata": {"nbgrader": {"grade_id": {}}}}, Cell("code", "")),
    "an unknown kind": ({"cell_type": "sql", "source": "a"}, Cell("markdown", "a")),
    "a kind that is none": ({"cell_type": {}}, Cell("markdown", "")),
    "attachments that are none": ({"attachments": [1]}, Cell("code", "")),
}


@pytest.mark.parametrize(("fields", "expected"), ODD.values(), ids=ODD)
def test_odd_cells_are_read_for_what_they_hold(tmp_path, fields, expected):
    assert read(write(tmp_path, small([{"cell_type": "code", **fields}, 3, None]))).cells == [expected]


def test_of_very_many_cells_the_first_are_looked_at(tmp_path):
    found = read(write(tmp_path, small([{"cell_type": "code", "source": "1"}] * 2000)))
    assert len(found.cells) == MAX_CELLS
    assert found.notes[0].kind == "many-cells"


def test_names_in_words_are_printable(tmp_path):
    path = tmp_path / "a\nb\x1b[31m\u202e.ipynb"
    path.write_bytes(b"")
    assert read(path).reason.startswith("“a b\\x1b[31m\\u202e.ipynb” is empty.")
