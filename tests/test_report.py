"""Reports: right counts on a course with known numbers, pages that stand alone, notes that speak to one student."""

import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import unquote

import numpy as np
import pytest
from bs4 import BeautifulSoup
from contrast import contrast
from synthetic import Handed, make_course, random_class, right, small_notebook, untouched, wrong

from coursekit.__main__ import main
from coursekit.course import ROOT, CourseError
from coursekit.report import drawings, pages, reading, report, words
from coursekit.report.reading import Answer, Exercise, Submission, Work
from coursekit.report.tally import KINDS
from coursekit.trust.notes import Note

SLOPE = "this is ReLU itself: its slope is asked for."
SIGN = "Y - Y* in place of Y* - Y: mind the `sign`."
EARLY = "the weights come too early."
NAMES = {"ana": "Anastasia", "ben": "Benedict", "cleo": "Cleopatra", "dan": None, "eve": "Evelyn", "finn": None}
ENDED = Note("kernel-ended", "own-added", "The kernel ended while this cell ran.")
EDITED = Note("edited-test", "test-x", "“test-x” was changed to “pass”; the original was used.")
MADE_UP = Note("made-up", None, "A kind that nobody knows.")
KNOWN = [
    Handed(
        "ana",
        {name: right(name) for name in ("dense-forward", "relu-derivative", "mse-derivative")},
        {"explain": (3.0, False, "# Good\n\nBut **why** $x^2$? <script>alert(1)</script>")},
        first_name="Anastasia",
        last_name="First",
        penalty=1.5,
    ),
    Handed(
        "ben",
        {
            "dense-forward": right("dense-forward"),
            "relu-derivative": wrong("relu-derivative", mistake=SLOPE),
            "mse-derivative": wrong("mse-derivative", mistake=SIGN),
        },
        {"explain": (None, True, None)},
        [Note("extra", None, "Cells of the student's own: 2.")],
        first_name="Benedict",
    ),
    Handed(
        "cleo",
        {
            "dense-forward": right("dense-forward"),
            "relu-derivative": wrong("relu-derivative", mistake=SLOPE),
            "mse-derivative": wrong("mse-derivative", "it has the right size", ["Expected (3, 1).", "Received (3,)."]),
        },
        {"explain": (None, False, None)},
        first_name="Cleopatra",
    ),
    Handed(
        "dan",
        {
            "dense-forward": wrong("dense-forward", mistake=EARLY),
            "relu-derivative": untouched("relu-derivative"),
        },
        {"explain": (None, True, None)},
        [ENDED, EDITED, MADE_UP],
        seconds=95.0,
        memory_mb=900,
    ),
    Handed(
        "eve",
        {name: untouched(name) for name in ("dense-forward", "relu-derivative", "mse-derivative")},
        {"explain": (None, False, None)},
        first_name="Evelyn",
    ),
    Handed("finn", recorded=False),
]
STATES = {  # right, wrong, not attempted, not tried
    "1. On dense-forward": (3, 1, 1, 1),
    "2. On relu-derivative": (1, 2, 2, 1),
    "3. On mse-derivative": (1, 2, 1, 2),
}
MARKS = [14.5, 5, 5, 0, 0, 0]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = make_course(tmp_path_factory.mktemp("course"), KNOWN, absent=["gus"])
    (folder / "submitted" / "hal" / "01-small").mkdir(parents=True)
    before = hashlib.sha256((folder / "gradebook.db").read_bytes()).digest()
    assert report(folder) == folder / "report" / "index.html"
    assert hashlib.sha256((folder / "gradebook.db").read_bytes()).digest() == before
    return folder


@pytest.fixture(scope="module")
def soup(course):
    return BeautifulSoup((course / "report" / "01-small.html").read_text("utf-8"), "html.parser")


def note(course, student):
    """A student's page, as soup."""
    path = course / "report" / "students" / student / "01-small.html"
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def said(tag):
    """The words of a page or of a part of it, on one line."""
    return " ".join(tag.get_text(" ").split())


def section(soup, identity):
    """The words from the heading with this id to the next of its level."""
    heading = soup.find(id=identity)
    parts = []
    for following in heading.find_next_siblings():
        if following.name == heading.name:
            break
        parts.append(said(following))
    return " ".join(parts)


# -------------------------------------------------------------------------------- the class


def test_the_rates_of_each_exercise_are_those_of_the_class(soup):
    rows = soup.select("table.exercises:not(.written) tbody tr")
    found = {}
    for row in rows:
        title = row.th.find(string=True).strip()
        found[title] = tuple(
            int(cell.find(string=True).strip() if not cell.span else cell.span.string) for cell in row("td")[1:5]
        )
        description = said(row.desc)
        assert description == "Of 6: {} right, {} wrong, {} not attempted, {} not tried.".format(*found[title])
    assert found == STATES


def test_the_marks_are_those_of_the_gradebook_and_late_costs(soup):
    text = section(soup, "marks-of-the-class")
    assert "have 2.5 points or more, out of 17" in text
    assert f"The mean is {sum(MARKS) / 6:.1f}; the lowest mark is 0, the highest 14.5." in text
    bins = re.findall(r"(?:to under|to) \S+: (\d+)", said(soup.select_one("svg.histogram desc")))
    assert sum(map(int, bins)) == 6 and bins[0] == "3"


def test_known_mistakes_are_counted_with_the_sentence_and_examples(soup, course):
    part = soup.find(id="exercise-1").parent
    [entry] = part.select("ol.mistakes > li")
    assert said(entry.select_one(".times")) == "2 students" and said(entry.p) == SLOPE
    assert [a.find(string=True) for a in entry.select("a")] == ["Benedict (ben)", "Cleopatra (cleo)"]
    assert entry.a["href"] == "../feedback/ben/01-small/small.html"
    first = soup.select_one("main > ol.mistakes")
    assert [said(item.p) for item in first("li")] == [SLOPE]  # the others were made by one student each


def test_what_has_no_known_mistake_is_told_by_the_first_claim_that_fails(soup):
    part = soup.find(id="exercise-2").parent
    known, unknown = part("ol")
    assert [said(item.p) for item in known("li")] == ["Y - Y* in place of Y* - Y: mind the sign ."]
    assert known.code.string == "sign"
    assert said(unknown.p) == "First to fail: it has the right size"
    assert unknown.pre.string == "Expected (3, 1).\nReceived (3,)."
    assert said(unknown.a).startswith("Cleopatra (cleo)")


def test_what_needs_a_human_look_is_listed_with_its_reason(soup):
    text = section(soup, "look")
    assert "Written answers to mark: 3" in text and "Three answers to “4. On explain”" in text
    assert "Handed in and not in the gradebook: 1" in text and "hal" in text
    assert (
        "Python ended: one submission" in text
        and "dan : The kernel ended while this cell ran. (In “own-added”.)" in text
    )
    assert "Edited tests: one submission" in text and "was changed to “pass”; the original was used." in text
    assert "Other things noted: one submission" in text and "made-up: A kind that nobody knows." in text
    assert "Marked in another way, or not at all: one submission" in text
    assert "Exercises that could not be tried: one submission" in text and "No verdict on mse-derivative." in text
    assert "Own cells added: one submission" in text.partition("For completeness")[2]
    glance = said(soup.select_one(".figures"))
    assert glance.startswith("submissions 6 of 8") and glance.endswith("deserve a human look 2")


def test_the_report_knows_every_kind_of_note_that_the_grader_writes():
    sources = [path.read_text("utf-8") for path in (ROOT / "coursekit").rglob("*.py")]
    kinds = {kind for source in sources for kind in re.findall(r'(?:\bNote\(|self\.tell\()\s*"([\w-]+)"', source)}
    kinds |= set(re.findall(r'"([\w-]+)" if handout\.is_test\(name\) else "[\w-]+"', "".join(sources)))
    assert len(kinds) > 20 and kinds <= set(KINDS)


def test_time_and_memory(soup):
    text = section(soup, "time")
    assert "Time 4.0 s 1 min 35 s 1 min 35 s" in text and "Memory 200 MB 900 MB 900 MB" in text
    assert "took 1 min 51 s in all" in text
    assert "dan 1 min 35 s 900 MB" in text


def test_everyone_is_listed_and_those_who_handed_in_nothing(soup):
    table = soup.find(id="students").find_next("table")
    rows = {said(row.th): [said(cell) for cell in row("td")] for row in table.tbody("tr")}
    assert rows["Anastasia First (ana)"] == ["14.5", "3 of 3", "–", "–"]
    assert rows["dan"] == ["0", "0 of 3", "1", "yes"]
    assert len(rows) == 6
    assert "Nothing handed in: 1" in said(soup) and said(soup.main("p")[-1]) == "gus."


def test_the_index_leads_to_the_pages(course):
    soup = BeautifulSoup((course / "report" / "index.html").read_text("utf-8"), "html.parser")
    [row] = soup.tbody("tr")
    assert row.a["href"] == "01-small.html" and said(row.a) == "A small network"
    assert [said(cell) for cell in row("td")] == ["6", "2.5", "4.1", "17"]


# -------------------------------------------------------------------------------- the students


def test_a_note_says_what_is_wrong_and_where_to_look(course):
    text = said(note(course, "ben"))
    assert "Dear Benedict," in text
    assert "One of three exercises is right and two need another look." in text
    assert "You have 5 of 17 points so far; a written answer, worth up to 4 more, has still to be read." in text
    assert "A good place to begin is section 2, “On relu-derivative”: what went wrong there is probably known." in text
    assert f"Probably: {SLOPE} Look again at section 2, “On relu-derivative”, and its three hints" in text
    assert "One of three statements about it holds already. This one does not yet: it holds" in text
    assert "Entry [0]: expected 1, received 2." in text
    assert "A person reads this answer; that is still to come." in text


def test_a_note_that_has_only_good_news_is_short(course):
    page = note(course, "ana")
    text = said(page)
    assert "All three exercises are right. Well done! You have 14.5 of 17 points." in text
    assert "Where to look again" not in text and "Not attempted yet" not in text
    assert "Your instructor writes: Good But why" in text and "<script>alert(1)</script>" in text
    assert len(page("h1")) == 1 and page.find("math")
    assert "Handed in late −1.5" in text


def test_a_note_on_nothing_encourages(course):
    text = said(note(course, "eve"))
    assert "Nothing has been attempted yet: it is all still ahead of you." in text
    assert "Next comes section 1, “On dense-forward”; its three hints go from the idea to the code." in text
    assert "There is no answer yet." in text


def test_a_note_on_work_without_marks_says_so(course):
    assert "None of it has been marked yet." in said(note(course, "finn"))
    text = said(note(course, "dan"))
    assert "You have tried one of three exercises; it is not right yet, and below is what it needs." in text
    assert "There is no verdict on this exercise" in text
    assert "One of your cells ended Python" in text  # which the student's notebook shows as well


def test_a_note_names_no_one_else_and_nothing_meant_for_the_instructor(course):
    for student, name in NAMES.items():
        page = (course / "report" / "students" / student / "01-small.html").read_text("utf-8")
        others = [other for other in NAMES if other != student] + [NAMES[o] for o in NAMES if o != student and NAMES[o]]
        assert not [other for other in others if re.search(rf"\b{other}\b", page)], student
        assert ("Dear" in page) == bool(name)
        for words_of_a_note in ("was changed to", "while this cell ran", "made-up", "student's own"):
            assert words_of_a_note not in page
        hrefs = [a["href"] for a in BeautifulSoup(page, "html.parser")("a")]
        assert hrefs == ["#content"]


def submission(*states, score=0.0, notes=(), hints=3):
    """A Submission with answers in these states, and its Work."""
    exercises, answers = [], []
    for number, state in enumerate(states, 1):
        exercise = Exercise(
            f"e{number}", f"e{number}", "n", 4, state in reading.WRITTEN, True, f"{number}. On {number}", hints
        )
        exercises.append(exercise)
        answers.append(Answer(exercise, state, 4.0 if state == "right" else score))
    return Submission("s", answers=answers, notes=list(notes), recorded=True), Work("w", "W", ["n"], exercises)


R, W, N, T = "right", "wrong", "not attempted", "not tried"


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([R], "The exercise is right. Well done! You have all 4 points."),
        ([R, R], "Both exercises are right. Well done! You have all 8 points."),
        ([R, W], "One of two exercises is right and one needs another look. You have 4 of 8 points."),
        (
            [R, W, N, T],
            "One of four exercises is right, one needs another look, one is not attempted yet and one could not be tried. You have 4 of 16 points.",
        ),
        (
            [N, N],
            "Nothing has been attempted yet: it is all still ahead of you. You have 0 of 8 points. Next comes section 1, “On 1”; its three hints go from the idea to the code.",
        ),
        (
            [W, N],
            "You have tried one of two exercises; it is not right yet, and below is what it needs. You have 0 of 8 points.",
        ),
        (
            [W, W],
            "You have tried two of two exercises; none is right yet, and below is what each of them needs. You have 0 of 8 points. A good place to begin is section 1, “On 1”.",
        ),
        ([T, T], "None of it has been marked yet."),
        (
            [N, T],
            "Nothing is right yet. You have 0 of 8 points. Next comes section 1, “On 1”; its three hints go from the idea to the code.",
        ),
        (
            [R, "to be marked", "to be marked"],
            "The exercise is right. Well done! You have 4 of 12 points so far; two written answers, worth up to 8 more, have still to be read.",
        ),
        (["to be marked"], ""),
        ([], ""),
    ],
)
def test_the_first_sentences_follow_how_it_went(states, expected):
    assert " ".join(words.lead(*submission(*states))) == expected


def test_work_that_could_not_be_read_is_not_called_untouched():
    made, work = submission(N, N, notes=[Note("unreadable", None, "“a.ipynb” is a PDF.")])
    text = said(BeautifulSoup(pages.student_page(made, work), "html.parser"))
    assert "could not be read, so there was nothing to mark" in text
    assert "attempted" not in text and "Your points" not in text and "PDF" not in text


def test_answers_that_may_have_been_lost_are_not_called_untouched():
    damaged = [Note("damaged", None, "“a.ipynb” breaks off: 3 cells of it could be read.")]
    made, work = submission(R, N, notes=damaged)
    text = said(BeautifulSoup(pages.student_page(made, work), "html.parser"))
    assert "One of two exercises is right and one is not in what could be read." in text
    assert "breaks off or is damaged" in text and "attempted" not in text and "3 cells" not in text
    assert words.lead(*submission(N, N, notes=damaged))[0] == "No answer is in what could be read."


# -------------------------------------------------------------------------------- the pages as pages

EMPTY = {"meta", "br", "hr", "img", "input", "link"}
SHAPES = {"rect", "circle", "line"}


class Outline(HTMLParser):
    """Reads a page as it is written: whatever is opened is closed, in order; collects tags with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags = [], []
        assert text.startswith("<!DOCTYPE html>")
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        assert len(dict(attributes)) == len(attributes), (tag, attributes)
        self.tags.append((tag, dict(attributes)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        assert tag in SHAPES or tag in EMPTY, tag
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag


def all_pages(course):
    return sorted((course / "report").rglob("*.html"))


def test_the_pages_are_well_formed_and_accessible(course):
    assert len(all_pages(course)) == 2 + len(KNOWN)
    for path in all_pages(course):
        check_page(path)


def check_page(path):
    """Check one page: structure, headings, labels, links."""
    text = path.read_text("utf-8")
    tags = Outline(text).tags
    soup = BeautifulSoup(text, "html.parser")
    ids = Counter(values["id"] for _, values in tags if "id" in values)
    assert not [name for name, times in ids.items() if times > 1]
    assert soup.html["lang"] == "en-GB" and said(soup.title)
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False)), levels
    assert soup.body.a["class"] == ["skip"] and soup.find(id=soup.body.a["href"][1:]).name == "main"
    for table in soup("table"):
        assert said(table.caption) and all(cell["scope"] in ("col", "row") for cell in table("th"))
        assert len({sum(int(c.get("colspan", 1)) for c in row(["th", "td"])) for row in table("tr")}) == 1
    for drawing in soup("svg"):
        if drawing.get("aria-hidden") != "true":
            names = drawing["aria-labelledby"].split()
            assert drawing["role"] == "img" and [drawing.title["id"], drawing.desc["id"]] == names
            assert said(drawing.title) and said(drawing.desc)
    for tag in soup.find_all(attrs={"aria-labelledby": True}):
        assert all(soup.find(id=name) for name in tag["aria-labelledby"].split())
    for tag in soup.select('[role="region"], nav'):
        assert tag["aria-label"]
    assert not soup("details")  # what is folded up would not be printed
    check_links(soup, path)


def check_links(soup, path):
    """Check that whatever a page leads to is there, relative to it, and that it loads nothing."""
    for link in soup("a"):
        href = link["href"]
        assert re.match(r"#|[\w.%]", href) and not re.match(r"[\w.+-]+:|//|/", href), href
        assert said(link)
        target = (path.parent / unquote(href.partition("#")[0])) if not href.startswith("#") else None
        assert target.is_file() if target else soup.find(id=href[1:]), href
    policy = soup.head.find("meta", attrs={"http-equiv": True})
    assert policy["content"].startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert not soup(["script", "link", "iframe", "object", "embed", "form", "base", "img"])
    outside = re.findall(r"(?:https?:)?//[^\s\"'<]+|url\((?!#)[^)]*\)|@import", str(soup))
    assert not outside
    assert not [tag for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on") or name == "src"]


def test_text_and_pictures_stand_out_by_day_by_night_and_on_paper():
    style = (ROOT / "coursekit" / "report" / "templates" / "style.css").read_text("utf-8")
    schemes = [
        dict(re.findall(r"--([\w-]+): (#\w+)", block)) for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    ]
    assert len(schemes) == 3 and len({frozenset(scheme) for scheme in schemes}) == 1
    for scheme in schemes:
        for text in ("ink", "soft", "link"):
            assert min(contrast(scheme[text], scheme[back]) for back in ("paper", "wash")) >= 4.5, (text, scheme)
        for sign in ("right", "wrong"):  # they are letters as well: signs before a claim
            assert contrast(scheme[sign], scheme["paper"]) >= 4.5, (sign, scheme)
        for shape in ("untouched", "column"):
            assert contrast(scheme[shape], scheme["paper"]) >= 3, (shape, scheme)
    assert "@media print" in style and ":focus-visible" in style


# -------------------------------------------------------------------------------- what is asked for, and what is there


def test_the_command_writes_what_it_is_asked_for(course, tmp_path, capsys):
    assert main(["report", "01-small", "--course", str(course), "--into", str(tmp_path / "out")]) == 0
    assert "01-small: six submissions" in capsys.readouterr().out
    assert len(list((tmp_path / "out").rglob("*.html"))) == 2 + len(KNOWN)
    check_page(tmp_path / "out" / "01-small.html")  # its links lead back into the course
    assert main(["report", "02-none", "--course", str(course)]) == 1
    assert "knows no assignment 02-none; those that it knows: 01-small." in capsys.readouterr().out


def test_a_folder_that_is_no_course_is_told_so(tmp_path):
    with pytest.raises(CourseError, match="no gradebook"):
        report(tmp_path)
    (tmp_path / "gradebook.db").write_bytes(b"no database, but a text that is longer than a header would be" * 20)
    with pytest.raises(CourseError, match="cannot be read"):
        report(tmp_path)
    (tmp_path / "gradebook.db").write_bytes(b"")
    with pytest.raises(CourseError, match="cannot be read"):
        report(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["gradebook.db"]


def test_a_course_in_which_nobody_handed_in(tmp_path):
    folder = make_course(tmp_path / "a course, 100% #1", [], absent=["gus"])
    with pytest.raises(CourseError, match="nothing to report"):
        report(folder)
    report(folder, ["01-small"])
    text = (folder / "report" / "01-small.html").read_text("utf-8")
    assert "Nobody's work on this assignment is in the gradebook." in text
    check_page(folder / "report" / "01-small.html")
    check_page(folder / "report" / "index.html")


def test_a_report_that_cannot_be_written_is_told_so(course, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match="cannot be written"):
        report(course, into=tmp_path / "file")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"exercises": [1], "notes": []}', '{"exercises": [], "notes": 3}', "\xff"]
)
def test_a_record_that_is_damaged_is_one_submissions_matter(tmp_path, text):
    folder = make_course(tmp_path, [KNOWN[1], KNOWN[2]])
    [path] = (folder / "autograded" / "ben").rglob("*.record.json")
    path.write_text(text, "latin-1")
    report(folder)
    page = said(BeautifulSoup((folder / "report" / "01-small.html").read_text("utf-8"), "html.parser"))
    assert "Records that cannot be read: one submission" in page
    check_page(folder / "report" / "01-small.html")


def test_marks_that_were_taken_back_outweigh_an_old_record(tmp_path):
    """The student handed in again, and the new submission could not be marked: see coursekit.grading.forget_marks."""
    folder = make_course(tmp_path, [Handed("ana", {"dense-forward": right("dense-forward")}, recorded=False)])
    old = make_course(tmp_path / "old", [KNOWN[0]])
    (folder / "autograded").mkdir()
    (old / "autograded" / "ana").rename(folder / "autograded" / "ana")
    report(folder)
    assert "None of it has been marked yet." in said(note(folder, "ana"))


def test_tests_of_another_kind_are_told_by_their_marks(tmp_path):
    page = small_notebook({"dense-forward": 5, "other": 2}, written=())
    for cell in page.cells:
        cell.source = cell.source.replace('check("other", f)', "assert f(3) == 6")
    folder = make_course(tmp_path, [Handed("ana", {"other": right("other")}), Handed("ben")], page=page)
    for student in ("ana", "ben"):
        [path] = (folder / "autograded" / student).rglob("*.record.json")
        path.write_text('{"exercises": [], "notes": []}')
    report(folder)
    assert "1. On dense-forward" in said(note(folder, "ana")) and "✓ 2. On other" in said(note(folder, "ana"))
    assert "2. On other 0 of 2 points The test of this exercise does not pass." in said(note(folder, "ben"))


ODD = [
    "a b",
    "é",
    "a.b",
    ".a",
    "a.",
    "..",
    "",
    "a/b",
    "a\\b",
    "a:b",
    "<b>",
    "%2E",
    "a%2Fb",
    "CON?",
    "字" * 60,
    "#" * 70,
    "~",
    "-a",
]


def test_names_of_files_are_plain_apart_and_short():
    made = [pages.file_name(name) for name in ODD]
    assert len(set(made)) == len(ODD)
    for name in made:
        assert not set(name) & set('/\\:*?"<>|\0') and name.strip(". ") == name and len(name.encode()) < 250
    assert pages.file_name("é 字-1") == "é 字-1"


# -------------------------------------------------------------------------------- words and pictures


def test_numbers_in_words():
    assert [words.points(value) for value in (3.0, 2.5, 1 / 3, 0, 1200)] == ["3", "2.5", "0.33", "0", "1,200"]
    assert [words.percent(*pair) for pair in ((0, 9), (1, 1000), (999, 1000), (9, 9), (1, 3), (0, 0))] == [
        "0 %",
        "1 %",
        "99 %",
        "100 %",
        "33 %",
        "0 %",
    ]
    assert [words.seconds(value) for value in (4.25, 59.96, 95, 7500)] == ["4.2 s", "60.0 s", "1 min 35 s", "2 h 5 min"]
    assert words.count(1, "answer") == "one answer" and words.count(3000, "answer") == "3,000 answers"
    assert (
        words.nearest([5, 1, 4, 2, 3], 0.9) == 5
        and words.nearest(range(1, 11), 0.9) == 9
        and words.nearest([], 0.9) == 0
    )
    assert str(words.code("a `b<c` & d")) == "a <code>b&lt;c</code> &amp; d"
    assert words.name_of("x", None, " ") == "x" and words.name_of("x", "A", "B") == "A B (x)"


@pytest.mark.parametrize("most", [0, 1, 2, 3, 5, 7.5, 12, 41, 50, 100, 999])
def test_every_mark_is_in_one_bin(most):
    edges = drawings.bins(most)
    assert edges[0] == 0 and edges[-1] >= most and 1 <= len(edges) - 1 <= drawings.MOST_BINS
    assert np.allclose(np.diff(edges), edges[1])
    marks = [*np.linspace(0, most, 101), most, most + 3]
    counts = drawings.into_bins(marks, edges)
    expected, _ = np.histogram(np.minimum(marks, edges[-1]), [*edges])
    assert sum(counts) == len(marks) == expected.sum()
    assert "nan" not in str(drawings.histogram(marks, most, most / 2))


def test_sections_and_hints_are_those_of_the_notebook():
    [path] = (ROOT / "source" / "02-numpy-network").glob("*.ipynb")
    found, title = reading.sections(json.loads(path.read_text("utf-8"))["cells"])
    assert title == "Build a neural network in NumPy"
    assert found["dense-backward"] == ("2. A dense layer, back", 3)
    assert found["your-network-learns"] == ("9. Your network learns", 3)  # though ### Digits comes between


# -------------------------------------------------------------------------------- a large class

MEASURE = """
import resource, sys, time
from coursekit.report import report
started = time.perf_counter()
report(sys.argv[1])
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_a_thousand_students_take_seconds_and_no_more_memory_than_a_hundred(tmp_path):
    figures = {}
    for size in (100, 1000):
        name, page, handed = random_class(size, np.random.default_rng(size), "03-training-algorithms")
        folder = make_course(tmp_path / str(size), handed, "03-training-algorithms", name, page)
        finished = subprocess.run(
            [sys.executable, "-c", MEASURE, folder], cwd=ROOT, capture_output=True, text=True, check=True
        )
        figures[size] = [float(figure) for figure in finished.stdout.split()]
    seconds, memory = figures[1000]
    assert seconds < 10, figures
    kilobyte = 1024 if sys.platform == "darwin" else 1
    assert (memory - figures[100][1]) / kilobyte < 30_000, figures
    check_page(tmp_path / "1000" / "report" / "03-training-algorithms.html")
