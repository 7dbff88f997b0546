"""Notebooks on paper: each as one HTML page that needs nothing else, and as PDF.

    python -m coursekit print                                  the students' notebooks, release/
    python -m coursekit print 02-numpy-network --pdf           those of one assignment
    python -m coursekit print source/05-imdb --run             solved and run first, with all figures
    python -m coursekit print work/01-backprop/backprop.ipynb  a student's own

Formulas are MathML, so that no page asks the internet for anything; the PDF comes from the browser that is installed.
Any notebook may be printed, a stranger's too: its text goes the way of feedback pages (coursekit.trust.feedback), the
HTML of its outputs keeps what is listed here and nothing else, and no script runs. Only --run runs what it holds.
"""

import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup, NavigableString

from coursekit.course import RELEASE, CourseError, scratch_folder
from coursekit.trust.feedback import formula, highlight, markdown
from coursekit.trust.outputs import COLOURS, clean_output, joined
from coursekit.trust.pictures import attachments

STYLE = Path(__file__).with_name("print.css")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
ELSEWHERE = (  # where they are on systems that have them on no path
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
CURE = (
    "No browser that makes PDF was found: Chromium, Chrome or Edge. Install one (Debian: `apt-get install chromium`), "
    "or write pages that any browser prints: --html."
)
TAGS = set(
    "b blockquote br caption code col colgroup dd details div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i img kbd "
    "li ol p pre progress s section small span strong sub summary sup table tbody td tfoot th thead tr u ul".split()
)
GONE = ["script", "style", "template", "noscript", "iframe", "object", "svg", "math", "textarea", "title", "head"]
ATTRIBUTES = set(
    "alt aria-hidden aria-label class colspan data-exercise data-holds data-state height max role rowspan scope value "
    "width".split()
)
PICTURE = re.compile(r"data:image/(?:png|jpeg|svg\+xml);base64,[A-Za-z0-9+/=\s]+")
LOOK = re.compile(r"(?:(?:max-)?width: [\d.]+(?:px|em|%);? ?|height: auto;? ?)+")
LONG = 50  # signs of a formula, which then needs most of a line
WITHOUT_WORDS = "A picture, drawn by the code above; the text beside it says what it shows."


def arguments(parser):
    """Add what `print` takes to the command line's parser."""
    parser.add_argument("what", nargs="*", metavar="WHAT", help="notebooks, folders or assignments (default: release/)")
    parser.add_argument(
        "--to", type=Path, default=Path("printed"), metavar="FOLDER", help="where to (default: printed)"
    )
    parser.add_argument("--html", action="store_true", help="write HTML alone")
    parser.add_argument("--pdf", action="store_true", help="write PDF alone")
    parser.add_argument("--run", action="store_true", help="run a copy of each notebook first, errors or not")
    parser.add_argument("--no-hints", action="store_true", help="leave out what is folded up: hints, comparisons")


def main(options):
    """Print the notebooks and say where they are; the exit status."""
    both = options.html == options.pdf
    browser = find_browser() if both or options.pdf else None
    places = targets([place for what in options.what or [RELEASE] for place in notebooks(what)], options.to)
    options.to.mkdir(parents=True, exist_ok=True)
    for place, target in places.items():
        notebook = read(place)
        if options.run:
            print(f"running {place} ...", flush=True)
            run(notebook, place.parent)
        if both or options.html:
            beside(target, ".html").write_text(page(notebook, place.stem, hints=not options.no_hints), "utf-8")
        if browser:
            to_pdf(page(notebook, place.stem, hints=not options.no_hints, unfold=True), beside(target, ".pdf"), browser)
        endings = [".html"] * (both or options.html) + [".pdf"] * bool(browser)
        print(f"{place.name} is in", " and ".join(str(beside(target, ending)) for ending in endings), flush=True)
    return 0


# ------------------------------------------------------------------------------------- which, and where to


def notebooks(what):
    """The notebooks that a word of the command line means: a file, those in a folder, or those of an assignment."""
    place = next((p for p in (Path(what), RELEASE / what) if p.exists()), None)
    if place is None:
        raise CourseError(f"There is no {what}: name a notebook, a folder, or an assignment of release/.")
    found = [place] if place.is_file() else sorted({*place.glob("*.ipynb"), *place.glob("*/*.ipynb")})
    if not found:
        raise CourseError(f"There is no notebook in {place}.")
    return found


def targets(places, folder):
    """Where each notebook goes: {its path: path without an ending}. No two may go to one."""
    found = {place: folder / place.stem for place in places}
    twice = {target.name for target in found.values() if list(found.values()).count(target) > 1}
    if twice:
        raise CourseError(f"Several notebooks are called {', '.join(sorted(twice))}: print them to two folders (--to).")
    return found


def beside(target, ending):
    """The path with that ending added: a name may have dots in it."""
    return target.with_name(target.name + ending)


def read(place):
    """The notebook in a file."""
    try:
        return nbformat.read(place, as_version=4)
    except Exception as error:
        raise CourseError(f"{place} is no notebook that can be read: {error}") from error


def run(notebook, folder):
    """Run all cells of the notebook, in its folder, going on after errors; its outputs are in it afterwards."""
    from nbclient import NotebookClient

    client = NotebookClient(notebook, timeout=1800, allow_errors=True, resources={"metadata": {"path": str(folder)}})
    quietly = {"env": {**os.environ, "NNKIT_LOGBOOK": os.devnull}, "stderr": subprocess.DEVNULL}  # nobody sits here
    client.execute(**quietly)


# ------------------------------------------------------------------------------------- the page


def page(notebook, name, hints=True, unfold=False):
    """The notebook as one HTML page. `unfold` opens what is folded up; without `hints` it is left out."""
    from nnkit.desk import card

    title = title_of(notebook) or name
    body = "\n".join(filter(None, (cell_html(cell) for cell in notebook.cells)))
    if not hints:
        body = re.sub(r"<details>.*?</details>\s*", "", body, flags=re.DOTALL)
    if unfold:
        body = body.replace("<details>", "<details open>")
    return (
        f'<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{html.escape(title)}</title>\n'
        f"<style>\n{STYLE.read_text('utf-8')}\n{on_paper(title)}</style>\n{card.STYLE}\n"
        f"</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def on_paper(title):
    """The style of sheets: the title at the head of each but the first, the page at its foot."""
    head = "".join(c if c.isalnum() or c in " .,:;!?()'-" else f"\\{ord(c):x} " for c in title)
    return (
        f"@page {{ size: A4; margin: 20mm 18mm; font-family: sans-serif; font-size: 8pt; color: #57606a;\n"
        f'  @top-left {{ content: "{head}"; }}\n'
        f'  @bottom-right {{ content: "Page " counter(page) " of " counter(pages); }} }}\n'
        "@page :first { @top-left { content: none; } }\n"
    )


def title_of(notebook):
    """The first heading of the notebook's text, or None."""
    text = "\n".join(joined(cell.source) for cell in notebook.cells if cell.cell_type == "markdown")
    found = re.search(r"^#{1,6} +(.+?)[ #]*$", text, re.MULTILINE)
    return found and re.sub(r"[*_`$]", "", found[1])


def cell_html(cell):
    """One cell as HTML; "" for an empty one."""
    source = joined(cell.source)
    if cell.cell_type == "markdown":
        text = markdown(source, attachments(cell.get("attachments"))).replace("<th>", '<th scope="col">')
        text = re.sub(r'<math display="block">.*?</math>', mark_long, text, flags=re.DOTALL)
        return f'<section class="text">\n{text}\n</section>'
    if cell.cell_type != "code":
        return f"<pre>{html.escape(source)}</pre>"
    code = f'<div class="code">{highlight(source)}</div>' if source.strip() else ""
    shown = "\n".join(filter(None, map(output_html, together(cell.get("outputs", [])))))
    return code + (f'\n<div class="output">\n{shown}\n</div>' if shown else "")


def mark_long(found):
    """A formula with a class that the style makes smaller, if one of its lines is long: it cannot wrap."""
    longest = max(len(re.sub(r"<[^>]*>|\s", "", line)) for line in found[0].split("</mtr>"))
    return found[0].replace("<math ", '<math class="long" ', 1) if longest > LONG else found[0]


def together(outputs):
    """The outputs, what was written in one go as one: a progress bar writes over itself, also from one to the next."""
    merged = []
    for output in map(dict, outputs):
        if merged and output.get("name") and merged[-1].get("name") == output["name"]:
            merged[-1]["text"] = joined(merged[-1].get("text")) + joined(output.get("text"))
        else:
            merged.append(output)
    return merged


def output_html(output):
    """An output as HTML: what is richest of that which can be shown without running anything."""
    data = output.get("data") or {}
    own = clean_html(joined(data.get("text/html"))) if "text/html" in data else ""
    if own.strip():
        return own
    cleaned = clean_output(output)
    if cleaned is None:
        return ""
    if cleaned.output_type == "stream":
        return plain(cleaned.text)
    if cleaned.output_type == "error":
        return plain("\n".join(cleaned.traceback) or f"{cleaned.ename}: {cleaned.evalue}", "wrong")
    kind = next(kind for kind in ("image/png", "image/jpeg", "text/latex", "text/plain") if kind in cleaned.data)
    if kind.startswith("image"):
        width = cleaned.metadata.get(kind, {}).get("width")
        wide = f' width="{width}"' if width else ""
        return f'<img src="data:{kind};base64,{cleaned.data[kind]}" alt="{WITHOUT_WORDS}"{wide}>'
    return formula(cleaned.data[kind]) if kind == "text/latex" else plain(cleaned.data[kind])


def plain(text, kind="said"):
    """Text as it was written, without a terminal's colours."""
    text = COLOURS.sub("", text).rstrip()
    return f'<pre class="{kind}">{html.escape(text)}</pre>' if text else ""


def clean_html(text):
    """HTML of an output with the tags and attributes that are listed above, and pictures that it holds itself."""
    soup = BeautifulSoup(text, "html.parser")
    for tag in soup.find_all(GONE):
        tag.decompose()
    for string in soup.find_all(string=lambda found: type(found) is not NavigableString):  # comments, declarations
        string.extract()
    for tag in soup.find_all(True):
        if tag.name not in TAGS or (tag.name == "img" and not PICTURE.fullmatch(tag.get("src", ""))):
            tag.unwrap()
            continue
        tag.attrs = {name: value for name, value in tag.attrs.items() if is_kept(tag, name, value)}
        if tag.name == "img":
            tag.attrs.setdefault("alt", WITHOUT_WORDS)
    return str(soup)


def is_kept(tag, name, value):
    """Is this attribute harmless, with this value?"""
    if tag.name == "img" and name in ("src", "style"):
        return name == "src" or LOOK.fullmatch(value) is not None
    return name in ATTRIBUTES


# ------------------------------------------------------------------------------------- PDF


def find_browser():
    """The path of a browser that can make PDF."""
    found = [*map(shutil.which, BROWSERS), *(place for place in ELSEWHERE if Path(place).exists())]
    try:
        return next(filter(None, found))
    except StopIteration:
        raise CourseError(CURE) from None


def to_pdf(text, target, browser):
    """Print a page to the file `target`; the browser reaches nothing outside and keeps nothing."""
    with scratch_folder() as folder:
        (folder / "page.html").write_text(text, "utf-8")
        made = folder / "page.pdf"
        command = [
            *[browser, "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
            *["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'profile'}"],
            *["--no-pdf-header-footer", "--export-tagged-pdf", "--generate-pdf-document-outline"],
            f"--print-to-pdf={made}",
        ]
        if sys.platform == "linux" and os.geteuid() == 0:
            command.append("--no-sandbox")  # with which Chromium does not start as root; the page runs no script
        finished = subprocess.run([*command, (folder / "page.html").as_uri()], capture_output=True, timeout=300)
        if not made.exists():
            raise CourseError(f"{browser} made no PDF:\n{finished.stderr.decode(errors='replace')[-2000:]}")
        shutil.move(made, target)
