"""Reports on a hostile class: whatever students call themselves, write and leave in records, nothing runs or loads."""

import html
import re
import subprocess
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from synthetic import Handed, make_course
from test_feedback import ATTRIBUTES, CHROMIUM, HTML, MARK, MARKDOWN, PLAIN, browse, listening, marked, needs_browser

from coursekit.report import report
from coursekit.trust.notes import Note
from nnkit.checks.verdict import Verdict

FOLDERS = [  # names that a student's folder may have
    f"<img src=x onerror={MARK.replace(' ', '')}>",
    f'" onmouseover="{MARK}',
    "' autofocus onfocus='x",
    "javascript:alert(1)",
    "data:text,a",
    "a:b",
    "%2e%2e",
    "%00",
    "#fragment?query=1&a=b",
    "..%2f..",
    "back\\slash",
    "\u202egnp.evil",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "new\nline",
    " ",
    ".hidden",
    "字é",
]
ELSEWHERE = ["../../outside", "/etc/passwd", "..", "a/b"]  # names that only a gradebook can hold


def hostile_class(host):
    """A submission for each of these names, and for each hostile text one that has it in every place."""
    texts = [text.replace("HOST", host) for text in [*HTML.values(), *MARKDOWN.values()]]
    names = [*FOLDERS, *ELSEWHERE, *(f"student-{number}" for number in range(len(texts)))]
    return [full_of(name, texts[number % len(texts)]) for number, name in enumerate(names)]


def full_of(student, text):
    """A submission of `student` that has `text` wherever there is room for text."""
    claims = [(text, False), (text, True), (f"`{text}`", None)]
    verdicts = {
        "dense-forward": Verdict("dense-forward", "wrong", claims, [text, f"Expected {text}"], text),
        "relu-derivative": Verdict("relu-derivative", "wrong", claims, [text]),
        "mse-derivative": Verdict("mse-derivative", "wrong", [(text, None)], [text]),
    }
    notes = [Note("edited-test", text, text), Note(text, None, text), Note("extra", None, text)]
    return Handed(student, verdicts, {"explain": (1.0, False, text)}, notes, first_name=text, last_name=text)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The folder of a hostile course, the report written; and what was heard meanwhile and later."""
    with listening() as (host, heard):
        folder = make_course(tmp_path_factory.mktemp("hostile") / "course", hostile_class(host))
        report(folder)
        yield folder, heard


# Beyond what feedback pages have, which may come in an instructor's comment.
TAGS = {*PLAIN, *"header footer section dl dt dd caption tfoot svg defs pattern rect circle line text desc".split()}
OURS = """role scope aria-label aria-labelledby aria-hidden focusable x y x1 x2 y1 y2 cx cy r text-anchor patternunits
    patterntransform"""
ALLOWED = ATTRIBUTES | set(OURS.split())


def test_a_report_on_a_hostile_class_holds_nothing_but_text(hostile):
    folder, _ = hostile
    pages = list((folder / "report").rglob("*.html"))
    assert len(pages) == len(FOLDERS) + len(ELSEWHERE) + len(HTML) + len(MARKDOWN) + 2
    for page in pages:
        text = page.read_text("utf-8")
        soup = BeautifulSoup(text, "html.parser")
        found = list(soup.find_all(True))
        assert {tag.name for tag in found} <= TAGS, page
        assert {name for tag in found for name in tag.attrs} <= ALLOWED, page
        assert len(soup("meta")) == 5 and text.index("Content-Security-Policy") < text.index("<title>")
        assert not [tag for tag in found if not re.match("data:image/(png|jpeg);", tag.get("src", "data:image/png;"))]
        for link in soup("a"):
            assert re.match(r"#[\w-]+$|\.\./|students/|index\.html$|01-small\.html$", link["href"]), link
            assert not set(link["href"]) & set(":<>\"'\\ \n?{}\u202e"), link
        assert "\u202e" not in text and "\x00" not in text


def test_links_lead_to_the_very_files_and_pages_stay_in_the_report(hostile):
    folder, _ = hostile
    page = folder / "report" / "01-small.html"
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    targets = [page.parent / unquote(a["href"]) for a in soup("a") if not a["href"].startswith("#")]
    assert len(targets) > 100 and all(target.is_file() for target in targets)
    assert {target.resolve().relative_to(folder).parts[0] for target in targets} <= {"report", "feedback", "autograded"}
    outside = {path.name for path in folder.parent.iterdir()} | {path.name for path in folder.iterdir()}
    assert outside == {"course", "source", "gradebook.db", "autograded", "feedback", "report"}


@needs_browser
@pytest.mark.slow
def test_a_browser_runs_and_loads_nothing_of_a_report_on_a_hostile_class(hostile, tmp_path):
    folder, heard = hostile
    whole = folder / "report" / "01-small.html"
    notes = sorted((folder / "report" / "students").rglob("*.html"))
    together = tmp_path / "together.html"  # the notes' bodies on one page: a browser takes seconds to start
    bodies = "".join(re.search(r"<body.*</body>", note.read_text("utf-8"), re.DOTALL)[0] for note in notes)
    head = notes[0].read_text("utf-8").partition("<body")[0].replace("script", "")
    together.write_text(re.sub(r"<meta http-equiv[^>]*>", "", head) + bodies, "utf-8")  # even without the policy
    for page in (whole, folder / "report" / "index.html", notes[0], together):
        dom, asked = browse(page.as_uri(), tmp_path)
        assert "</main>" in dom and not marked(dom), page
        assert asked <= {page.as_uri()}, page
    assert heard == []


@needs_browser
@pytest.mark.slow
def test_unescaped_it_would_run_and_the_policy_alone_would_stop_it(hostile, tmp_path):
    folder, heard = hostile
    text = (folder / "report" / "01-small.html").read_text("utf-8")
    head, _, body = text.partition("<body")
    # What leaves the page at once is left out.
    body = re.sub(r"http-equiv=.{0,6}refresh|f\.submit", "", html.unescape(body), flags=re.IGNORECASE)
    path = tmp_path / "page.html"
    path.write_text(re.sub(r"<meta http-equiv[^>]*>", "", head) + "<body" + body, "utf-8")
    dom, _ = browse(path.as_uri(), tmp_path)
    assert marked(dom) and heard
    heard.clear()
    path.write_text(head + "<body" + body, "utf-8")
    dom, _ = browse(path.as_uri(), tmp_path)
    assert not marked(dom)
    assert not any(heard)  # but for connections on which nothing is sent: a preconnect
    heard.clear()


@needs_browser
@pytest.mark.slow
def test_it_prints(hostile, tmp_path):
    folder, _ = hostile
    page, printed = folder / "report" / "01-small.html", tmp_path / "page.pdf"
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={printed}", page.as_uri()]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    data = printed.read_bytes()
    assert data.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", data)) >= 3
