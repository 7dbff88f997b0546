"""What a cell may show: text, pictures and formulas, of a size that a page can hold.

Everything else that a kernel can send is for a browser to run or to fetch: HTML, JavaScript, SVG, widgets, links hidden
in escape sequences. A list of what is kept needs no list of tricks.
"""

import re

from nbformat import NotebookNode
from nbformat.v4 import new_output

from coursekit.trust.pictures import picture

MAX_TEXT = 50_000
MAX_LINES = 200  # of a traceback
MAX_FORMULA = 2000

COLOURS = re.compile(r"\x1b\[[\d;]{0,30}m")
# All escape sequences: colours and what moves the cursor; titles, links and other strings; what is cut off.
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]?|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[^\[\]PX^_])?")
# Signs that only steer a terminal. Tab, line end and escape stay.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")
# What a progress bar wrote over.
OVERWRITTEN = re.compile(r"^[^\n]*\r(?=[^\n\r])", re.MULTILINE)


def clean_output(output):
    """The output (a dict as the notebook has it) with what may be shown of it, as a new one; None if nothing may."""
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return new_output("stream", name=name, text=clean_text(output.get("text")))
    if kind == "error":
        return clean_error(output)
    if kind in ("display_data", "execute_result"):
        return clean_display(kind, output)
    return None


def clean_error(output):
    """An error's name, message and traceback."""
    lines = output.get("traceback")
    lines = clean_text("\n".join(map(str, lines[:MAX_LINES])) if isinstance(lines, list) else "")
    name, message = (clean_text(output.get(key))[:1000] for key in ("ename", "evalue"))
    return new_output("error", ename=name, evalue=message, traceback=lines.splitlines())


def clean_display(kind, output):
    """A result or something displayed: its text, its picture, its formula, whichever there are."""
    data = output.get("data")
    data = dict(data) if isinstance(data, dict) else {}
    kept = {"text/plain": clean_text(data["text/plain"])} if "text/plain" in data else {}
    formula = clean_text(data.get("text/latex"))
    if 0 < len(formula) <= MAX_FORMULA:
        kept["text/latex"] = formula
    pictures = filter(None, (picture(joined(data.get(mime))) for mime in ("image/png", "image/jpeg")))
    kept |= dict(list(pictures)[:1])
    if not kept:
        return None
    count = output.get("execution_count")
    counted = {"execution_count": count if isinstance(count, int) else None} if kind == "execute_result" else {}
    return new_output(kind, data=NotebookNode(kept), metadata=sizes(output, kept), **counted)


def sizes(output, kept):
    """How wide and high the pictures among `kept` are to be drawn, where the output says so in numbers."""
    found = output.get("metadata")
    metadata = NotebookNode()
    for mime in kept:
        said = found.get(mime) if isinstance(found, dict) else None
        said = said if isinstance(said, dict) else {}
        numbers = {key: said[key] for key in ("width", "height") if is_size(said.get(key))}
        metadata |= {mime: NotebookNode(numbers)} if numbers else {}
    return NotebookNode(metadata)


def is_size(number):
    return isinstance(number, int | float) and 0 < number < 10_000


def clean_text(text):
    """Text as it may be shown: colours stay, other control sequences go, and of a flood only beginning and end."""
    text = joined(text).encode("utf-8", "replace").decode()
    left_out = len(text) - MAX_TEXT
    if left_out > 0:
        text = f"{text[: MAX_TEXT * 3 // 4]}\n[... {left_out} characters left out ...]\n{text[-MAX_TEXT // 4 :]}"
    text = ESCAPES.sub(lambda match: match[0] if COLOURS.fullmatch(match[0]) else "", text.replace("\r\n", "\n"))
    return CONTROLS.sub("", OVERWRITTEN.sub("", text).replace("\r", "\n"))


def joined(text):
    """A string that the notebook may have as a list of lines; "" for anything else."""
    lines = text if isinstance(text, list) else [text]
    return "".join(line for line in lines if isinstance(line, str))
