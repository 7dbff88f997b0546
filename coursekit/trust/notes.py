"""What was noticed about a submission: facts in words, for the instructor.

A note says what was found, where, and what was done about it. It never takes points, and it accuses no one: a copied
cell is a copied cell, whatever the reason. The notes of a notebook are part of its record (coursekit.trust.record).
"""

from dataclasses import dataclass

LONGEST = 200


@dataclass(frozen=True)
class Note:
    """One fact.

    kind    a word to sort and count by: "edited-test", "duplicate", "renamed", ...
    cell    the name of the cell that it is about, or None where it is about the whole submission
    words   one or two sentences
    """

    kind: str
    cell: str | None
    words: str


def printable(text, longest=LONGEST):
    """`text`, which may come from a student, on one line: what cannot be printed is written out, the rest is cut."""
    text = " ".join(str(text).split())
    text = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
    return text if len(text) <= longest else text[: longest - 3] + "..."
