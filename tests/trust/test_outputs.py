"""What a cell may show: outputs as a kernel sends them, and what is kept of them."""

import base64
import io
import time

import nbformat
import pytest

from coursekit.trust.outputs import MAX_TEXT, clean_output, clean_text
from coursekit.trust.pictures import attachments, picture


def drawn(kind="png", size=(3, 2)):
    """A picture as base64."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", size).save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


PNG, JPEG = drawn(), drawn("jpeg")
HUGE = base64.b64encode(base64.b64decode(PNG)[:16] + (100_000).to_bytes(4, "big") * 2 + base64.b64decode(PNG)[24:])
SVG = base64.b64encode(b"<svg onload='alert(1)'/>").decode()


def display(data, metadata=None, kind="display_data", **more):
    return {"output_type": kind, "data": data, "metadata": metadata or {}, **more}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


KEPT = {
    "a stream": (stream("a\n"), stream("a\n")),
    "a stream in lines": (stream(["a\n", "b"]), stream("a\nb")),
    "stderr": (stream("a", "stderr"), stream("a", "stderr")),
    "a stream of another name": (stream("a", "<script>"), stream("a")),
    "a stream of no text": (stream({"a": 1}), stream("")),
    "text": (display({"text/plain": "a"}), display({"text/plain": "a"})),
    "a result": (
        display({"text/plain": ["a"]}, kind="execute_result", execution_count=3),
        display({"text/plain": "a"}, kind="execute_result", execution_count=3),
    ),
    "a result whose count is none": (
        display({"text/plain": "a"}, kind="execute_result", execution_count="<b>"),
        display({"text/plain": "a"}, kind="execute_result", execution_count=None),
    ),
    "a table, as text": (display({"text/plain": "a", "text/html": "<table>"}), display({"text/plain": "a"})),
    "a widget, as text": (
        display({"text/plain": "a", "application/vnd.jupyter.widget-view+json": {}, "application/javascript": "b"}),
        display({"text/plain": "a"}),
    ),
    "a formula": (display({"text/latex": "$x$", "text/plain": "x"}), display({"text/plain": "x", "text/latex": "$x$"})),
    "a picture": (display({"image/png": PNG + "\n"}), display({"image/png": PNG})),
    "a picture's size": (
        display({"image/png": PNG}, {"image/png": {"width": 10, "height": 1e9, "onload": "a"}, "isolated": True}),
        display({"image/png": PNG}, {"image/png": {"width": 10}}),
    ),
    "a photograph called png": (display({"image/png": JPEG}), display({"image/jpeg": JPEG})),
    "a picture and one that is none": (display({"image/png": PNG, "image/svg+xml": SVG}), display({"image/png": PNG})),
    "html alone": (display({"text/html": "<b>"}), None),
    "markdown alone": (display({"text/markdown": "<script>"}), None),
    "javascript alone": (display({"application/javascript": "alert(1)"}), None),
    "a drawing called png": (display({"image/png": SVG}), None),
    "a drawing": (display({"image/svg+xml": "<svg/>"}), None),
    "a picture too large to hold": (display({"image/png": HUGE.decode()}), None),
    "data that are none": (display([1, 2]), None),
    "an unknown kind": ({"output_type": "update_display_data", "data": {"text/plain": "a"}}, None),
    "no kind": ({}, None),
    "an error": (
        {"output_type": "error", "ename": "E", "evalue": "\x1b]8;;x\x07a", "traceback": ["\x1b[31ma\x1b[0m", "b"]},
        {"output_type": "error", "ename": "E", "evalue": "a", "traceback": ["\x1b[31ma\x1b[0m", "b"]},
    ),
    "an error that is none": (
        {"output_type": "error", "ename": 3, "traceback": "<script>"},
        {"output_type": "error", "ename": "", "evalue": "", "traceback": []},
    ),
}


@pytest.mark.parametrize(("output", "expected"), KEPT.values(), ids=KEPT)
def test_of_an_output_there_stays_what_may_be_shown(output, expected):
    cleaned = clean_output(output)
    assert cleaned == expected
    if cleaned:
        nbformat.validate(cleaned, "output", version=4)


TEXTS = {
    "colours": ("\x1b[31mred\x1b[0;1m", "\x1b[31mred\x1b[0;1m"),
    "what moves the cursor": ("a\x1b[2J\x1b[1;1H\x1b[?25lb", "ab"),
    "a link": ("\x1b]8;;http://elsewhere\x1b\\words\x1b]8;;\x1b\\", "words"),
    "a title": ("\x1b]0;title\x07a", "a"),
    "other strings": ("\x1bPq#0\x1b\\a\x1b_x\x1b\\b", "ab"),
    "a string that does not end": ("a\x1b]0;title", "a"),
    "an escape alone": ("a\x1b", "a"),
    "a colour of a thousand numbers": ("\x1b[" + "1;" * 1000 + "ma", "a"),
    "control signs": ("a\x00\x07\x08\x7fb", "ab"),
    "a progress bar": ("1 %\r50 %\r100 %\ndone", "100 %\ndone"),
    "a progress bar that is not done": ("1 %\r50 %\r", "50 %\n"),
    "line ends of Windows": ("a\r\nb\r\n", "a\nb\n"),
    "half a sign": ("a\ud800", "a?"),
    "other writing": ("é\t字 ✓", "é\t字 ✓"),
}


@pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS)
def test_text_keeps_its_colours_and_loses_what_steers_a_terminal(text, expected):
    assert clean_text(text) == expected


def test_of_a_flood_there_stay_beginning_and_end_and_soon():
    began = time.perf_counter()
    for piece in ("a", "\x1b", "\x1b]", "\r", "\x1b[1m", "\n\r"):
        text = clean_text("first" + piece * 20_000_000 + "last")
        assert len(text) < MAX_TEXT + 100
        assert text.endswith("last") or piece == "\x1b]"
        assert "characters left out" in text or piece == "\x1b]"
    assert time.perf_counter() - began < 20


def test_pictures_are_what_their_bytes_are():
    assert picture(PNG) == ("image/png", PNG)
    assert picture(JPEG) == ("image/jpeg", JPEG)
    assert picture(drawn("jpeg", (4000, 3000)))[0] == "image/jpeg"
    for none in (SVG, HUGE.decode(), drawn("gif"), "", "a", "é", PNG[:20], None, 3, [PNG], "A" * 10_000_000):
        assert picture(none) is None


def test_attachments_are_pictures_of_the_kind_that_they_are():
    found = {"a.png": {"image/svg+xml": PNG}, "b": {"text/html": SVG}, "c": [PNG], 3: {"image/png": PNG}}
    assert attachments(found) == {"a.png": {"image/png": PNG}}
    assert attachments([1]) == attachments(None) == {}
