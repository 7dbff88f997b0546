"""Notebooks on paper: what a page holds and does not hold, that it reads well, and that a browser makes PDF of it."""

import re
import subprocess

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import CHROMIUM, ROOT, needs_browser
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from coursekit import __main__, print
from coursekit.course import RELEASE, CourseError

RELEASED = sorted(RELEASE.glob("*/*.ipynb"))
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
HINT = "<details><summary>Hint 1: the idea</summary>\n\nThink of $x^2$.\n</details>"


def small(*outputs, text=f"# A *title*\n\nSome $E = mc^2$.\n\n{HINT}"):
    return new_notebook(cells=[new_markdown_cell(text), new_code_cell("print(1)", outputs=list(outputs))])


def soup(notebook, **how):
    return BeautifulSoup(print.page(notebook, "name", **how), "html.parser")


def shown(*outputs):
    """What a page has of these outputs of a cell."""
    return soup(small(*outputs)).find(class_="output")


def html_output(text):
    return new_output("display_data", data={"text/html": text, "text/plain": "in words"})


# ---- the page


@pytest.mark.parametrize("place", RELEASED, ids=lambda place: place.stem)
def test_a_page_of_every_notebook_stands_alone_and_is_in_order(place):
    page = soup(print.read(place), unfold=True)
    assert page.html["lang"] == "en-GB" and page.title.string.strip()
    assert not page.find_all(["script", "link", "iframe"]) and not re.search(r"\b(src|href)=\"(?!data:)", str(page))
    levels = [int(heading.name[1]) for heading in page.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    assert page.find("math")
    assert page.find_all("details") and all(folded.has_attr("open") for folded in page.find_all("details"))
    assert all(table.find("th", scope="col") for table in page.find_all("table"))


@pytest.mark.parametrize("place", RELEASED, ids=lambda place: place.stem)
def test_every_formula_becomes_mathml(place):
    """One that the converter does not know stays as TeX wrote it, in <code>. (One that shows TeX has its dollars.)"""
    page = soup(print.read(place))
    left = [code.string for code in page.select(".text code") if "\\" in (code.string or "")]
    assert [tex for tex in left if not re.fullmatch(r"\$.*\$", tex)] == []


def test_title_formula_and_hint_are_there():
    page = soup(small())
    assert page.title.string == "A title" and page.h1.get_text() == "A title"
    assert page.find("math") and page.summary.string == "Hint 1: the idea"
    assert '@top-left { content: "A title"; }' in str(page.style)


def test_hints_are_folded_open_or_left_out():
    assert not soup(small()).details.has_attr("open")
    assert soup(small(), unfold=True).details.has_attr("open")
    assert soup(small(), hints=False).details is None


def test_a_title_cannot_break_out_of_the_style():
    page = print.page(small(text='# A "quoted" \\title</style><b>'), "name")
    assert page.count("</style>") == 2 and 'content: "A \\22 quoted\\22  \\5c title' in page


def test_a_notebook_without_a_heading_is_called_like_its_file():
    assert soup(small(text="no heading")).title.string == "name"


def test_code_is_in_colours_and_wraps():
    assert soup(small()).select_one(".code .highlight .nb").string == "print"
    assert re.search(r"pre \{[^}]*white-space: pre-wrap; overflow-wrap: anywhere", print.STYLE.read_text("utf-8"))


@pytest.mark.parametrize(
    ("output", "text"),
    [
        (new_output("stream", text="a\rb\n\x1b[31mred\x1b[0m\n"), "b\nred"),
        (new_output("error", ename="E", evalue="v", traceback=["\x1b[0;31mE\x1b[0m: v"]), "E: v"),
        (new_output("error", ename="E", evalue="v", traceback=[]), "E: v"),
        (new_output("execute_result", data={"text/plain": "array([1])"}), "array([1])"),
        (
            new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}, "text/plain": "(Run)"}),
            "(Run)",
        ),
        (html_output("<table><tr><th>a</th></tr></table>"), "a"),
        (html_output("<script>x</script>"), "in words"),
    ],
)
def test_outputs_are_shown_as_they_read_best(output, text):
    assert shown(output).get_text().strip() == text


def test_a_progress_bar_leaves_its_last_state_alone():
    parts = [
        new_output("stream", text=text) for text in ("\repoch 0/3 |   |", "\repoch 2/3 |## |", "\repoch 3/3 |###|\n")
    ]
    assert shown(*parts, new_output("stream", name="stderr", text="said")).get_text().split("\n") == [
        *("", "epoch 3/3 |###|", "said", "")
    ]


def test_pictures_keep_their_words_and_their_size():
    picture = shown(
        html_output(f'<img src="data:image/png;base64,{PNG}" alt="A curve" style="width: 90px; max-width: 100%">')
    )
    assert picture.img.attrs == {
        "src": f"data:image/png;base64,{PNG}",
        "alt": "A curve",
        "style": "width: 90px; max-width: 100%",
    }
    plain = shown(new_output("display_data", data={"image/png": PNG}, metadata={"image/png": {"width": 70}}))
    assert plain.img["alt"] == print.WITHOUT_WORDS and plain.img["width"] == "70"


def test_a_card_keeps_its_state_and_what_is_read_out():
    card = (
        '<style>p {color: red}</style><section class="nnkit-card" role="group" aria-label="Check" data-state="wrong" '
        'onclick="x()"><p class="headline"><span aria-hidden="true">✗</span> Not right yet</p></section>'
    )
    section = shown(html_output(card)).section
    assert section.attrs == {"class": ["nnkit-card"], "role": "group", "aria-label": "Check", "data-state": "wrong"}
    assert section.span.attrs == {"aria-hidden": "true"} and "Not right yet" in section.get_text()


@pytest.mark.parametrize(
    "text",
    [
        "<script>MARK</script>",
        '<img src=x onerror="MARK"><img src="http://HOST/MARK.png"><img srcset="http://HOST/MARK.png 1x">',
        '<img src="data:text/html;base64,MARK"><img src="data:image/svg+xml,<svg onload=MARK>">',
        f'<img src="data:image/png;base64,{PNG}" onload="MARK" style="background: url(http://MARK)">',
        '<svg onload="MARK"><script>MARK</script></svg><math href="MARK"><mtext><img src=x onerror=MARK></mtext></math>',
        '<meta http-equiv="refresh" content="0; url=http://MARK"><base href="http://MARK"><link rel=stylesheet href="MARK">',
        '<iframe srcdoc="MARK"></iframe><object data="MARK"></object><embed src="MARK"><form action="MARK"></form>',
        "<style>@import 'MARK'</style><p style='background: url(MARK)' id=MARK>words</p>",
        "<!--><img src=x onerror=MARK>--><![CDATA[MARK]]><?xml MARK?><!DOCTYPE MARK>",
        '<a href="javascript:MARK">words</a><template><img src=MARK></template><textarea>MARK</textarea>',
        "</div></main></body></html><body onload=MARK>words",
    ],
)  # fmt: skip
def test_of_strange_html_nothing_is_left_that_runs_or_loads(text):
    page = soup(small(html_output(text)))
    assert page.meta.find_next("meta")["content"] == print.POLICY
    assert not page.find_all(["script", "iframe", "object", "embed", "form", "base", "link", "a", "svg", "template"])
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name in ("href", "srcset", "srcdoc", "id")]
        assert "MARK" not in str(tag.attrs)


# ---- the command


def test_a_notebook_a_folder_and_an_assignment_are_found():
    assert print.notebooks(RELEASE) == RELEASED
    (one,) = print.notebooks("02-numpy-network")
    assert print.notebooks(one) == print.notebooks(one.parent) == [one]


def test_what_is_not_there_is_said(tmp_path, capsys):
    assert __main__.main(["print", "07-nowhere", "--html"]) == 1
    assert "There is no 07-nowhere: name a notebook, a folder, or an assignment" in capsys.readouterr().out
    with pytest.raises(CourseError, match="no notebook in"):
        print.notebooks(tmp_path)
    (tmp_path / "broken.ipynb").write_text("{")
    with pytest.raises(CourseError, match="no notebook that can be read"):
        print.read(tmp_path / "broken.ipynb")


def test_two_notebooks_of_one_name_do_not_overwrite_each_other(tmp_path):
    with pytest.raises(CourseError, match=r"Several notebooks are called a\.b"):
        print.targets([tmp_path / "1" / "a.b.ipynb", tmp_path / "2" / "a.b.ipynb"], tmp_path)


def test_without_a_browser_the_cure_is_told_and_html_is_made(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(print.shutil, "which", lambda name: None)
    monkeypatch.setattr(print, "ELSEWHERE", ())
    assert __main__.main(["print", "02-numpy-network", "--to", str(tmp_path)]) == 1
    assert capsys.readouterr().out.strip() == print.CURE
    assert __main__.main(["print", "02-numpy-network", "--html", "--to", str(tmp_path / "pages")]) == 0
    assert [place.name for place in (tmp_path / "pages").iterdir()] == ["numpy_network.html"]


@pytest.mark.slow
def test_it_can_be_run_first(tmp_path, monkeypatch):
    nbformat.write(small(), tmp_path / "notebook.v1.ipynb")
    monkeypatch.chdir(tmp_path)
    assert __main__.main(["print", "notebook.v1.ipynb", "--html", "--run"]) == 0
    page = BeautifulSoup((tmp_path / "printed" / "notebook.v1.html").read_text("utf-8"), "html.parser")
    assert page.find(class_="output").get_text().strip() == "1"
    assert nbformat.read(tmp_path / "notebook.v1.ipynb", as_version=4).cells[1].outputs == []


# ---- PDF


@pytest.mark.slow
@needs_browser
def test_a_browser_makes_a_pdf_with_an_outline(tmp_path):
    print.to_pdf(print.page(small(), "name", unfold=True), tmp_path / "a.pdf", CHROMIUM)
    made = (tmp_path / "a.pdf").read_bytes()
    assert made.startswith(b"%PDF-") and b"/StructTreeRoot" in made and b"/Outlines" in made and b"/Lang" in made


WIDER = """
<script>
addEventListener("load", () => {
  const wide = [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1);
  document.body.dataset.wide = wide.map(e => e.tagName + " " + e.textContent.slice(0, 40)).join(" | ") || "none";
});
</script>
"""


@pytest.mark.slow
@needs_browser
@pytest.mark.parametrize("place", RELEASED, ids=lambda place: place.stem)
def test_nothing_is_wider_than_the_sheet(place, tmp_path):
    """A4 less its margins is 174 mm, 658 pixels; the page is made that wide, with the style of paper."""
    page = print.page(print.read(place), place.stem, unfold=True)
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', WIDER, page).replace(
        "@media print", "@media screen"
    )
    (tmp_path / "page.html").write_text(page, "utf-8")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--window-size=658,1000", "--hide-scrollbars"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", (tmp_path / "page.html").as_uri()]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=ROOT).stdout
    assert re.search(r'data-wide="([^"]*)"', dom)[1] == "none"
