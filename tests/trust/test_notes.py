"""Notes: what was noticed, kept as JSON."""

import pytest

from coursekit.trust.notes import Note, load, notes_path, printable, save

NOTES = [Note("edited-test", "test-double", "It was “é”."), Note("extra", None, "Cells of the student's own: 2.")]


def test_notes_are_what_they_were_after_saving_and_loading(tmp_path):
    path = notes_path(tmp_path, "small")
    assert load(path) == []
    save(NOTES, path)
    assert load(path) == NOTES
    save([], path)
    assert load(path) == []
    assert [path.name for path in tmp_path.iterdir()] == ["small.notes.json"]


def test_notes_that_nbgrader_made_read_only_can_be_written_anew(tmp_path):
    path = notes_path(tmp_path, "small")
    save([], path)
    path.chmod(0o444)
    save(NOTES, path)
    assert load(path) == NOTES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("two\n lines\t", "two lines"),
        ("\x1b[31mred\x00", "\\x1b[31mred\\x00"),
        ("right to left \u202e and half \ud800", "right to left \\u202e and half \\ud800"),
        ("é “ü” 字", "é “ü” 字"),
        (3, "3"),
        ("a" * 300, "a" * 197 + "..."),
    ],
)
def test_words_of_students_are_printable(text, expected):
    assert printable(text) == expected
