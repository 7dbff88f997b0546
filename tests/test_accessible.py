"""For everyone: figures that say what they show, colours that can be read and are never the only sign, text in order.

Contrast is that of WCAG 2: 4.5 to 1 for text, 3 to 1 for lines and shapes. Colours are read from where they are defined.
"""

import re

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from conftest import ROOT
from contrast import contrast
from matplotlib.colors import to_hex
from nbclient import NotebookClient

from coursekit.course import SOURCE
from coursekit.print import STYLE as PRINTED
from nnkit import alt, curves, plots
from nnkit.desk import card
from nnkit.figures import overfitting, search

NOTEBOOKS = sorted(SOURCE.glob("*/*.ipynb"))
every_notebook = pytest.mark.parametrize("place", NOTEBOOKS, ids=lambda place: place.stem)
WHITE = "#FFFFFF"


# ---- contrast


def test_the_formula_is_that_of_wcag():
    assert contrast("#000000", WHITE) == pytest.approx(21) and contrast(WHITE, WHITE) == 1
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.005)  # the textbook grey that just fails


@pytest.mark.parametrize("colour", plots._PALETTE)
def test_lines_of_figures_are_seen_on_white(colour):
    assert contrast(colour, WHITE) >= 3


@pytest.mark.parametrize("colour", [plots._INK, plots._QUIET, plots._MISTAKE])
def test_text_of_figures_is_read_on_white(colour):
    assert contrast(colour, WHITE) >= 4.5


@pytest.mark.parametrize("colour", [curves.INK, curves.QUIET, *curves.COLOURS.values()])
def test_live_curves_and_their_names_are_read(colour):
    assert contrast(colour, curves.PAPER) >= 4.5


def test_no_text_of_a_figure_is_in_a_colour_of_lines():
    """Text is in ink unless a figure says otherwise: then in a colour that can be read."""
    for place in (ROOT / "nnkit").glob("figures/*.py"):
        for call in re.findall(r"\.(?:text|annotate|set_title)\((?:[^()]|\([^()]*\))*\)", place.read_text("utf-8")):
            assert "_PALETTE" not in call, f"{place.name}: {call}"


def hexes(css, names):
    """{name: colour} of the custom properties of a style sheet, or of a part of it."""
    return {name: re.search(rf"--{name}: (#[0-9a-fA-F]{{3,6}})", css)[1] for name in names}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_reports_are_read_by_day_and_by_night(theme):
    css = (ROOT / "coursekit" / "report" / "templates" / "style.css").read_text("utf-8")
    light, dark = css.split("@media (prefers-color-scheme: dark)")[:2]
    part = light if theme == "light" else dark
    colours = hexes(part, ["paper", "wash", "ink", "soft", "link", "right", "wrong", "untouched", "column"])
    for ground in (colours["paper"], colours["wash"]):
        assert min(contrast(colours[name], ground) for name in ("ink", "soft", "link")) >= 4.5
        assert min(contrast(colours[name], ground) for name in ("right", "wrong", "untouched", "column")) >= 3


@pytest.mark.parametrize(("theme", "ground"), [("light", "#FFFFFF"), ("dark", "#111111")])  # JupyterLab's two
def test_cards_are_read_in_both_themes(theme, ground):
    light, dark = card.STYLE.split('[data-jp-theme-light="false"]')[:2]
    colours = hexes(light if theme == "light" else dark, ["good", "bad", "calm"])
    assert min(contrast(colour, ground) for colour in colours.values()) >= 4.5


def test_printed_notebooks_are_read():
    css = PRINTED.read_text("utf-8")
    colours = {*re.findall(r"[^-]color: (#\w{6})", css), *hexes(css, ["ink", "soft"]).values()}
    grounds = hexes(css, ["paper", "wash"]).values()
    assert len(colours) >= 6 and min(contrast(colour, ground) for colour in colours for ground in grounds) >= 4.5


# ---- figures in words

HISTORY = {"loss": [2.3, 1.0, 0.5], "val_loss": [2.2, 0.9, 1.0]}


def drawn():
    yield plots.learning_curves(HISTORY, ("loss", "val_loss"), title="Digits"), "Digits. loss over epoch: loss falls "
    yield plots.learning_curves(HISTORY, ("loss", "val_loss")), "from 2.2 to 1, lowest 0.9 at 2"
    yield plots.digits(np.eye(4)[:, :4], [1, 2, 3, 4], [1, 2, 3, 5]), "4 small grey images, labelled 1, 2, 3, 4→5"
    yield plots.caption(plots.digits(np.eye(4)), "offline sample"), "4 small grey images. offline sample."
    yield (
        plots.confusion_matrix(np.array([[5, 2], [1, 4]]), "ab"),
        "mistakes: true a, predicted b: 2; true b, predicted a: 1",
    )
    yield plots.confusion_matrix(np.eye(2, dtype=int)), "2 of 2 right. Confusion matrix of 2 classes."
    yield plots.function_and_slope(np.abs, np.sign, np.linspace(-2, 2, 5)), "f(x) goes from 2 to 2, lowest 0 at 0"
    yield overfitting.gaps({"plain": (0.9, 0.8)}), "plain: 90.0% in training, 80.0% in validation"
    yield (
        search.best_so_far({"random": [0.5, 0.7, 0.6]}),
        "random: best so far rises from 0.5 to 0.7, half-way at 2; 3 points",
    )
    yield search.all_trials([({"lr": 0.1}, 0.5), ({"lr": 0.2}, 0.7)], {"lr": [0.1, 0.2]}), "The best: lr 0.2"
    yield (
        overfitting.curves({"plain": {**HISTORY, "accuracy": [0.1, 0.2]}}),
        "plain. accuracy over epoch: training rises",
    )
    yield overfitting.words({"plain": np.arange(-3.0, 3)}, "abcdef", range(6), n=3), "a (0) -3, b (1) -2"
    yield plt.subplots()[1], "An empty figure."
    yield plt.subplots()[1].bar(["x", "y"], [1, 2])[0].axes, "x 1, y 2."
    yield plt.subplots()[1].scatter([1, 2], [3, 4], label="pairs").axes, "2 points, pairs."
    yield plt.subplots()[1].plot([1, 2], [np.nan, np.nan])[0].axes, "curve 1 has no finite values."
    yield plt.subplots()[1].axhline(3).axes, "An empty figure."


def test_figures_say_what_they_show():
    for number, (figure, words) in enumerate(drawn()):
        figure = getattr(figure, "figure", figure)
        assert words in alt.describe(figure), f"{number}: {alt.describe(figure)}"
        plt.close(figure)


def test_a_figure_may_say_it_better_itself():
    figure, ax = plt.subplots()
    ax.set_label("All is well")
    assert alt.describe(figure) == "All is well."
    figure.set_label("All is best.")
    assert alt.describe(figure) == "All is best."
    plt.close(figure)


def test_a_description_is_never_endless():
    figure, ax = plt.subplots()
    ax.plot(np.random.default_rng(0).normal(size=(50, 40)))
    assert "28 more curves" in alt.describe(figure) and len(alt.describe(figure)) < 1500
    plt.close(figure)


def test_a_trial_of_a_search_is_seen_however_bad_it_was():
    ax = search.all_trials([({"lr": 0.1}, 0.5 + k / 100) for k in range(10)], {"lr": [0.1, 0.2]})
    threads = [line for line in ax.lines if line.get_linewidth() in (1.8, 4)]
    assert len(threads) >= 10 and min(contrast(to_hex(line.get_color()), WHITE) for line in threads) >= 3
    plt.close(ax.figure)


@pytest.mark.slow
def test_in_a_notebook_every_figure_has_an_alternative_text():
    program = "from nnkit import plots\nax = plots.learning_curves({'loss': [1.0, 0.5]}, title='A \"title\" & more')"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(program)])
    NotebookClient(notebook, timeout=60).execute()
    (output,) = notebook.cells[0].outputs
    words = re.search(r' alt="([^"]*)"', output.data["text/html"])[1]
    assert words == "A &quot;title&quot; &amp; more. loss over epoch: loss falls from 1 to 0.5, half-way at 2."
    assert output.data["text/html"].count(output.data["image/png"].strip()) == 1


# ---- text


def markdown(place):
    """The text of a notebook, without its code."""
    text = "\n\n".join(cell.source for cell in nbformat.read(place, as_version=4).cells if cell.cell_type == "markdown")
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


@every_notebook
def test_headings_go_down_one_level_at_a_time_from_one_title(place):
    levels = [len(signs) for signs in re.findall(r"^(#{1,6}) ", markdown(place), re.MULTILINE)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert max(np.diff(levels)) <= 1


@every_notebook
def test_links_say_where_they_lead_and_pictures_what_they_show(place):
    for sign, words in re.findall(r"(!?)\[([^\]]*)\]\([^)]+\)", markdown(place)):
        assert len(words) > 3 and words.lower() not in ("here", "this", "link", "this link", "click here"), words
        assert sign or not words.startswith("http")


@every_notebook
def test_every_table_has_a_head(place):
    for head in re.findall(r"(?<!\|\n)^(\|.*\|)\n\| *:?-", markdown(place), re.MULTILINE):
        assert all(name.strip() for name in head.strip("|").split("|")), head


COLOUR = r"\b(?:blue|orange|red|green|purple|pink|violet|brown|yellow|grey|gray)\b"
OTHER_SIGNS = (
    r"\b(?:right|left|above|below|thin|thick|dashed|dotted|solid|dots?|stars?|squares?|circles?|triangles?|cross(?:es|ed)?|"
    r"disc|hollow|hatched|frames?|framed|sign)\b"
)


@every_notebook
def test_no_colour_is_the_only_sign(place):
    cells = nbformat.read(place, as_version=4).cells
    sentences = [s for cell in cells for s in re.split(r"(?<=[.?!:])\s+", cell.source) if re.search(COLOUR, s, re.I)]
    assert [sentence for sentence in sentences if not re.search(OTHER_SIGNS, sentence)] == []
