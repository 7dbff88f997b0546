"""Notes: words of students on one line."""

import pytest

from coursekit.trust.notes import printable


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
