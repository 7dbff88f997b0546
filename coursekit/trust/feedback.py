r"""Pages that show a student's notebook and run nothing of it: HTML feedback, and formgrader's view of a submission.

Both are made by nbconvert's HTMLExporter, which by itself puts HTML of Markdown cells and outputs into the page as it
is, and loads MathJax from elsewhere. `configure` puts three things in the way, so that a slip of one opens nothing:

-   `CleanNotebook` leaves nothing in the notebook but text, checked pictures and formulas before a page is made of it;
-   `markdown` writes all HTML itself: of a student's tags only a few pass, which have no attributes, of pictures those
    that are in the notebook; links are written out, since one of them may lead into the instructor's own Jupyter;
-   the templates beside this file give the page a policy (CSP) under which a browser runs no script but formgrader's
    own, and fetches nothing from elsewhere.

Formulas become MathML, which browsers draw by themselves, offline too; what is no formula stays as TeX wrote it.
"""

import html
import re
import secrets
from pathlib import Path

import nbgrader
from bs4 import BeautifulSoup
from jinja2 import pass_context
from math_core import LatexToMathML
from mistune.util import striptags
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from coursekit.trust.outputs import MAX_FORMULA, clean_output
from coursekit.trust.pictures import attachments, picture

TEMPLATES = Path(__file__).parent / "templates"
NBGRADERS = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"
MAX_SOURCE = 50_000  # of one cell
MAX_MARKDOWN = 10_000  # of one cell, and ten times that of a notebook; text beyond it is shown as it was typed
MAX_OUTPUTS = 50  # of one cell

HEAD = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; base-uri 'none'; "
    'form-action \'none\'; {}"><meta name="referrer" content="no-referrer">'
    '<meta http-equiv="x-dns-prefetch-control" content="off">'
    "<style>details > summary {{display: list-item; cursor: pointer}} div td, div th {{padding: 2px 8px}} "
    "math {{font-family: 'Cambria Math', 'STIX Two Math', 'Latin Modern Math', 'DejaVu Math TeX Gyre', math}} "
    "menclose[notation~=box] {{border: 1px solid; padding: 2px}}</style>"
)
FEEDBACK_MAY = "style-src 'unsafe-inline'"
FORMGRADER_MAY = "script-src 'nonce-{}'; style-src 'self' 'unsafe-inline'; font-src 'self'; connect-src 'self'"

# Tags that a Markdown cell may have, without any attributes.
TAGS = re.compile(
    r"(<(?:/?(?:details|summary|b|i|em|strong|sub|sup|kbd|small|p|ul|ol|li|code|pre|blockquote|"
    r"table|thead|tbody|tr|th|td)|br */?|hr */?|details open)>)"
)
# MathML as the converter writes it. A formula that has anything else in it stays TeX.
MATHML = re.compile(
    r"""(?:
        </?(?:math|mrow|mi|mo|mn|mtext|mspace|mfrac|msqrt|mroot|msub|msup|msubsup|munder|mover|munderover|mtable|mtr|mtd
          |mpadded|mphantom|menclose|mmultiscripts|mprescripts|mstyle|b|i|code)
          (?:\ (?:display|displaystyle|scriptlevel|mathvariant|style|width|height|depth|lspace|rspace|stretchy|symmetric
            |form|minsize|maxsize|accent|accentunder|movablelimits|largeop|linethickness|notation)="[\w\ .:;%\#-]*")*
        /?>
        | [^<>&] | &(?:[a-zA-Z]+|\#\d+|\#x[\da-fA-F]+);
    )*+""",
    re.VERBOSE,
)
CONVERTER = LatexToMathML(fancy_error=False, max_expansions=50)


def configure(c):
    """Set the traits of nbgrader's configuration `c` that make its pages safe."""
    c.HTMLExporter.extra_template_basedirs = [str(TEMPLATES), str(NBGRADERS)]
    c.HTMLExporter.template_file = "safe.html.j2"
    c.HTMLExporter.preprocessors = [f"{__name__}.CleanNotebook"]
    filters = {"markdown2html": markdown2html, "strip_files_prefix": unchanged, "highlight_code": highlight}
    filters["formula"] = formula
    c.HTMLExporter.filters = {name: f"{__name__}.{filter.__name__}" for name, filter in filters.items()}
    c.DataTypeFilter.display_data_priority = ["image/png", "image/jpeg", "text/latex", "text/plain"]


# ------------------------------------------------------------------------------------- the notebook


class CleanNotebook(Preprocessor):
    """Leaves of a notebook what its page may show; says what the page may do."""

    enabled = True

    def preprocess(self, nb, resources):
        """The cleaned `nb`; in `resources`, names of students written for HTML, and the head of the page."""
        nb.metadata = NotebookNode(language_info=NotebookNode(name="python"))
        nb.nbformat, nb.nbformat_minor = 4, 5
        room = 10 * MAX_MARKDOWN
        for number, cell in enumerate(nb.cells):
            clean_cell(cell, f"cell-{number}")
            room -= len(cell.source) if cell.cell_type == "markdown" else 0
            cell.metadata.plain = len(cell.source) > MAX_MARKDOWN or room < 0
        nb.cells = [cell for cell in nb.cells if cell.cell_type in ("code", "markdown", "raw")]
        add_heads(resources)
        return nb, resources


def add_heads(resources):
    """Add to the template's `resources` what the heads of pages begin with; write students' names for HTML."""
    for key in ("student", "first_name", "last_name", "notebook_path"):
        if isinstance(resources.get(key), str):
            resources[key] = html.escape(resources[key])
    nonce = secrets.token_urlsafe(16)
    resources["script"] = f'<script nonce="{nonce}"'
    resources["feedback_head"] = HEAD.format(FEEDBACK_MAY)
    resources["formgrader_head"] = HEAD.format(FORMGRADER_MAY.format(nonce))


def clean_cell(cell, name):
    """Clean one cell in its place; `name` becomes its id."""
    nbgrader = cell.get("metadata", {}).get("nbgrader")
    cell.metadata = NotebookNode(nbgrader=clean_nbgrader(nbgrader)) if is_ours(nbgrader) else NotebookNode()
    cell.source = str(cell.source)[:MAX_SOURCE]
    cell.id = name
    if cell.cell_type == "code":
        outputs = filter(None, map(clean_output, cell.get("outputs", [])[:MAX_OUTPUTS]))
        cell.outputs = list(outputs)
        cell.execution_count = cell.execution_count if isinstance(cell.get("execution_count"), int) else None
    elif "attachments" in cell:
        cell.attachments = NotebookNode(attachments(cell.attachments))


def is_ours(nbgrader):
    """Is this the metadata of a cell that nbgrader knows? Its name goes into the page as it is."""
    return isinstance(nbgrader, dict) and bool(re.fullmatch(r"[\w-]+", str(nbgrader.get("grade_id")), re.ASCII))


def clean_nbgrader(found):
    """What of a cell's nbgrader metadata a page needs, each of its own kind."""
    kept = NotebookNode({key: found.get(key) is True for key in ("grade", "solution", "locked", "task")})
    kept.grade_id = found["grade_id"]
    for key, kinds in (("points", int | float), ("schema_version", int), ("cell_type", str), ("checksum", str)):
        if isinstance(found.get(key), kinds):
            kept[key] = found[key]
    return kept


# ------------------------------------------------------------------------------------- filters


def highlight(source, metadata=None, **_):
    """A code cell's text in colours."""
    return Highlight2HTML(pygments_lexer="ipython3")(source)


@pass_context
def markdown2html(context, source):
    """The template's filter for Markdown: `markdown` with what the cell says of itself."""
    cell = context.get("cell") or {}
    return as_typed(source) if cell.get("metadata", {}).get("plain") else markdown(source, cell.get("attachments"))


def unchanged(text):
    """nbconvert's `strip_files_prefix` would make a link to what comes after "files/"."""
    return text


def markdown(source, pictures=None):
    """HTML of the Markdown text `source`, whose pictures are in the dict `pictures` (a cell's attachments, checked)."""
    try:
        made = MarkdownWithMath(renderer=SafeRenderer(attachments=pictures or {})).render(source)
        return str(BeautifulSoup(made, "html.parser"))  # closes what was left open
    except Exception:  # a text so deep that no page can show it
        return as_typed(source)


def as_typed(source):
    """HTML that shows the text as it is."""
    return f"<pre>{html.escape(source)}</pre>"


def formula(tex, display=True):
    """MathML of a formula in TeX; where that is not possible, its text."""
    tex = tex.strip().strip("$").strip()
    try:
        if len(tex) <= MAX_FORMULA and tex.count("\\") + tex.count("{") <= 200:  # the converter goes as deep as they do
            made = CONVERTER.convert_with_local_state(tex, displaystyle=display)
            if len(made) < 100_000 and MATHML.fullmatch(made):
                return made
    except KeyboardInterrupt:
        raise
    except BaseException:  # a panic of the converter's is no Exception
        pass
    return f"<code>{html.escape(tex)}</code>"


class SafeRenderer(IPythonRenderer):
    """Writes HTML from what a Markdown parser finds; none of it is the author's but `TAGS`."""

    def __init__(self, **settings):
        super().__init__(escape=True, exclude_anchor_links=True, **settings)

    def text(self, text):
        return html.escape(html.unescape(text), quote=False)

    def inline_html(self, html):
        return tags_only(html)

    def block_html(self, html):
        return tags_only(html)

    def heading(self, text, level, **attrs):
        return f"<h{level}>{text}</h{level}>\n"

    def link(self, text, url, title=None):
        return text if html.unescape(text) == url else f"{text} ({html.escape(url)})"

    def image(self, text, url, title=None):
        bundle = self.attachments.get(url.removeprefix("attachment:"), {}) if url.startswith("attachment:") else {}
        data = next(iter(bundle.values()), url.partition(";base64,")[2])
        mime, content = picture(data) or (None, None)
        words = html.escape(html.unescape(striptags(text)))
        return f'<img alt="{words}" src="data:{mime};base64,{content}">' if mime else f"[picture: {words}]"

    def block_code(self, code, info=None):
        if (info or "").split()[:1] in (["python"], ["py"], ["python3"], ["ipython3"]):
            return highlight(code)
        return as_typed(code)

    def block_math(self, body):
        return formula(body)

    def inline_math(self, body):
        return formula(body, display=False)

    def latex_environment(self, name, body):
        return formula(rf"\begin{{{name}}}{body}\end{{{name}}}")

    def task_list_item(self, text, checked=False, **_):
        return f"<li>{'☑' if checked else '☐'} {text}</li>\n"


def tags_only(text):
    """HTML of an author's with all that is no tag of `TAGS` shown as text."""
    parts = TAGS.split(text)
    return "".join(part if number % 2 else html.escape(html.unescape(part)) for number, part in enumerate(parts))
