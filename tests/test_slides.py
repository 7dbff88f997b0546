"""docs/slides.md: every slide has its place in a notebook, and every erratum is taught where it is said to be."""

import json
import os
import re
from pathlib import Path

import pytest
from conftest import ROOT

ROWS = [
    [field.strip() for field in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "slides.md").read_text("utf-8").splitlines()
    if re.match(r"\| \d", line)
]
SLIDES = os.environ.get("SLIDES")


def sections(assignment):
    """A notebook's sections as a dict: heading, without its number and its points -> the text below it."""
    found, heading = {}, None
    for path in (ROOT / "source" / assignment).glob("*.ipynb"):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["cell_type"] != "markdown":
                continue
            for line in "".join(cell["source"]).splitlines():
                title = re.match(r"#+ (?:\d+\. )?(.+?)(?: \(\d+ points\))?$", line)
                heading = title[1] if title and not line.startswith("###  ") else heading
                found[heading] = found.get(heading, "") + line + "\n"
    return found


def plain(heading):
    return re.sub(r"[*\s]+", " ", heading.lstrip("#")).strip()


@pytest.mark.skipif(not SLIDES, reason="the slides are not at hand: SLIDES names their file")
def test_every_slide_is_in_the_table_in_order():
    headings = [plain(line) for line in Path(SLIDES or "").read_text("utf-8").splitlines() if line.startswith("# ")]
    assert [row[1] for row in ROWS] == headings


def test_the_rows_are_numbered():
    assert [int(row[0]) for row in ROWS] == list(range(1, len(ROWS) + 1))


@pytest.mark.parametrize("row", ROWS, ids=[f"slide-{row[0]}" for row in ROWS])
def test_a_slide_is_taught_in_sections_that_there_are(row):
    for place in row[3].split("; "):
        assignment, section = place.split(" › ")
        assert section in sections(assignment), place


@pytest.mark.parametrize("row", [row for row in ROWS if row[4]], ids=lambda row: f"slide-{row[0]}")
def test_what_is_corrected_is_said_where_it_comes_up(row):
    texts = [
        sections(assignment)[section] for assignment, section in (place.split(" › ") for place in row[3].split("; "))
    ]
    assert any(re.search(r"\*\*[^*]*\bslides?\b", text, re.I) for text in texts)


def test_every_erratum_of_the_curriculum_has_its_slide():
    numbers = {int(number) for row in ROWS for number in re.findall(r"\((\d+)\)", row[4])}
    assert numbers == set(range(1, 14))
