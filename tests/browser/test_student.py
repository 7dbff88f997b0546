"""A student's desk: what is typed, run and read in JupyterLab, from the first card to the notebook that is handed in."""

import itertools
import json
import re
import shutil
import subprocess
import sys

import nbformat
from conftest import ROOT
from nbgrader.utils import compute_checksum
from playwright.sync_api import expect

from coursekit.trust.sandbox import available

PATH = "02-numpy-network/numpy_network.ipynb"
FORWARD = '''\
class DenseLayer(DenseLayer):
    def forward_propagation(self, input, training=True):
        """Return X W + B, shape (batch, units)."""
        self.input = input
        self.output = input @ self.weights{}
        return self.output'''
WITHOUT_BIASES, RIGHT = FORWARD.format(""), FORWARD.format(" + self.biases")
SLOPE = """\
class ReLUActivation(ReLUActivation):
    def derivative(self, input):
        return {}"""


def answer(lab, exercise, text):
    """Type an answer, run it, then run its check; return the card."""
    lab.type_into(exercise, text)
    lab.run_cell(exercise)
    lab.run_cell(f"test-{exercise}")
    return lab.card(f"test-{exercise}")


def test_a_card_turns_hints_help_and_progress_outlives_the_kernel(lab):
    lab.open_notebook(PATH)
    lab.run_cell("setup")
    lab.run_cell("test-dense-forward")
    card = lab.card("test-dense-forward")
    expect(card).to_have_attribute("data-state", "not attempted")
    expect(card).to_contain_text("Not attempted yet")
    lab.screenshot("student/1-not-attempted")

    card = answer(lab, "dense-forward", WITHOUT_BIASES)
    expect(card).to_have_attribute("data-state", "wrong")
    expect(card).to_contain_text("Probably: the biases are missing: add self.biases to X W.")
    expect(card).to_contain_text("expected")
    lab.screenshot("student/2-wrong")

    hint = lab.add_cell("test-dense-forward", 'hint("dense-forward")')
    expect(lab.run_cell(hint)).to_contain_text("Hint 1 of 3 for dense-forward: the idea")
    expect(lab.run_cell(hint)).to_contain_text("Hint 2 of 3 for dense-forward")
    expect(lab.output(hint)).to_contain_text("Your last check stopped here: forward_propagation returns X W + B.")
    lab.screenshot("student/3-hint")

    card = answer(lab, "dense-forward", RIGHT)
    expect(card).to_have_attribute("data-state", "right")
    expect(card).to_contain_text("Right. Well done!")
    lab.screenshot("student/4-right")

    progress = lab.add_cell(hint, "progress()")
    for restart in (False, True):
        if restart:
            lab.restart_kernel()
            lab.run_cell("setup")
        lab.run_cell(progress)
        expect(lab.card(progress).locator("tr", has_text="dense-forward")).to_contain_text("solved")
        expect(lab.card(progress)).to_contain_text("5 of 50")
    lab.screenshot("student/5-progress")


def test_a_solution_opens_after_three_different_answers(lab):
    lab.open_notebook(PATH)
    lab.run_cell("setup")
    asked = lab.add_cell("test-relu-derivative", 'solution("relu-derivative")')
    expect(lab.run_cell(asked)).to_contain_text("Checked so far: 0.")
    for wrong in ("input", "input", "input * 0", "input < 0"):  # the same one again does not count
        expect(answer(lab, "relu-derivative", SLOPE.format(wrong))).to_have_attribute("data-state", "wrong")
        if wrong == "input":
            expect(lab.run_cell(asked)).to_contain_text("Checked so far: 1.")
    expect(lab.run_cell(asked)).to_contain_text("one right solution of many")
    expect(lab.output(asked)).to_contain_text("class ReLUActivation")
    lab.screenshot("student/6-solution", of=lab.output(asked))


def validated(lab):
    """Press Validate and return what its dialog says."""
    lab.page.locator(".jp-NotebookPanel-toolbar jp-button", has_text="Validate").click()
    dialog = lab.page.locator(".jp-Dialog-content")
    expect(dialog).to_be_visible()
    return dialog.inner_text()


def test_a_saved_notebook_shows_its_cards_is_validated_and_is_fit_to_be_handed_in(lab, tmp_path):
    lab.open_notebook(PATH)
    lab.run_cell("setup")
    expect(answer(lab, "dense-forward", RIGHT)).to_have_attribute("data-state", "right")
    lab.save()
    said = validated(lab)
    lab.screenshot("student/7-validate")
    assert "dense-backward: not attempted yet" in said and "dense-forward" not in said

    lab.open_notebook(PATH)
    expect(lab.card("test-dense-forward")).to_have_attribute("data-state", "right")
    expect(lab.card("test-dense-forward").locator(".headline")).to_have_css("font-weight", "700")

    handed_in = lab.server.work / PATH
    assert metadata(handed_in) == metadata(ROOT / "release" / PATH)
    assert marks(handed_in, tmp_path / "course") == {"dense-forward": 5.0}


def metadata(path):
    """Return what nbgrader knows of a notebook's cells, and whether what is locked is as it was released."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if "nbgrader" in cell.metadata]
    locked = [cell for cell in cells if cell.metadata.nbgrader.locked]
    assert [cell.id for cell in locked if compute_checksum(cell) != cell.metadata.nbgrader.checksum] == []
    return [(cell.id, cell.cell_type, dict(cell.metadata.nbgrader)) for cell in cells]


def marks(notebook, course):
    """Hand a notebook in to a course of its own, have it marked, and return the exercises with points: {id: points}."""
    assignment = notebook.parent.name
    place = course / "submitted" / "ada" / assignment
    place.mkdir(parents=True)
    shutil.copy(notebook, place)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    shutil.copytree(ROOT / "source" / assignment, course / "source" / assignment)
    sandbox = "none" if available() else "bubblewrap"
    for words in (
        ["nbgrader", "generate_assignment", assignment, f"--CourseDirectory.root={course}"],
        ["coursekit", "grade", assignment, "--course", str(course), "--sandbox", sandbox, "--cold"],
        ["coursekit", "export", "json", "--course", str(course)],
    ):
        done = subprocess.run([sys.executable, "-m", *words], cwd=course, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
    [ada] = json.loads(done.stdout)["students"]
    [submission] = ada["submissions"]
    return {answer["exercise"]: answer["points"] for answer in submission["exercises"] if answer["points"]}


# ---- for everyone

STATES = """\
from IPython.display import HTML, display
from nnkit.checks import Verdict, progress
from nnkit.desk import card, logbook

logbook.note(exercise="gradient-descent", state="right")
logbook.note(exercise="graph-backward", state="wrong", code="1", failing="it does")
claims = [("it returns X W + B", True), ("self.input is kept", False), ("self.output is kept", None)]
found = claims, ["Expected 1."], "a sentence.", ["x.", ".x"]
for verdict in (Verdict("dense-forward"), Verdict("dense-forward", "wrong", *found), Verdict("dense-forward", "not attempted")):
    display(HTML(card.of(verdict)))
progress()"""

# The contrast of every text in an element with what is behind it, as WCAG 2 defines it: [[ratio, text], ...].
CONTRASTS = """root => {
  const parse = colour => colour.match(/[\\d.]+/g).map(Number);
  const linear = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = node => {
    for (; node; node = node.parentElement) {
      const [r, g, b, alpha = 1] = parse(getComputedStyle(node).backgroundColor);
      if (alpha === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const found = [], texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement, text = texts.currentNode.textContent.trim();
    if (!text || node.tagName === 'STYLE') continue;
    const lights = [parse(getComputedStyle(node).color), behind(node)].map(luminance).sort((a, b) => b - a);
    found.push([(lights[0] + 0.05) / (lights[1] + 0.05), text]);
  }
  return found;
}"""


def test_cards_can_be_read_in_both_themes(lab):
    lab.page.set_viewport_size({"width": 1200, "height": 1500})  # all of them in one picture
    lab.open_notebook(PATH)
    cell = lab.add_cell("setup", STATES)
    lab.run_cell(cell)
    for theme in ("Light", "Dark"):
        lab.theme(f"JupyterLab {theme}")
        contrasts = lab.output(cell).evaluate(CONTRASTS)
        lab.screenshot(f"student/8-cards-{theme.lower()}", of=lab.output(cell))
        assert {"Not right yet", "solved", "tried", "to do"} <= {text for _, text in contrasts}
        assert [(round(ratio, 2), text) for ratio, text in contrasts if ratio < 4.5] == []


def test_a_card_tells_its_state_in_words(lab):
    lab.open_notebook(PATH)
    cell = lab.add_cell("setup", STATES)
    lab.run_cell(cell)
    heard = [card.aria_snapshot() for card in lab.card(cell).all()]
    for said, words in zip(heard, ("Right. Well done!", "Not right yet", "Not attempted yet"), strict=False):
        assert f'group "Check of dense-forward: {words}"' in said.splitlines()[0]
    assert 'img "2 of 4 entries differ"' in heard[1]
    assert re.findall(r"holds: it returns|does not hold: self.input|not reached: self.output", heard[1]) == [
        "holds: it returns",
        "does not hold: self.input",
        "not reached: self.output",
    ]
    assert re.search(r"[✓✗○]", "".join(heard[:3])) is None  # they are for the eye


def test_the_keyboard_is_enough(page, student, lab):
    page.goto(f"{student.url}/lab?token={student.token}&reset")
    page.locator(".jp-Launcher").wait_for()
    page.keyboard.press("Control+Shift+C")
    page.locator(".lm-CommandPalette-input").wait_for()
    page.keyboard.type("Open from Path")
    page.keyboard.press("Enter")
    page.locator(".jp-Dialog input").wait_for()
    page.keyboard.type(PATH)
    page.keyboard.press("Enter")
    lab.wait_until_ready(PATH)
    cells = json.loads((ROOT / "release" / PATH).read_text("utf-8"))["cells"]
    for cell in itertools.takewhile(lambda cell: cell["id"] != "dense-backward-text", cells):
        page.keyboard.press("Shift+Enter")
        if cell["cell_type"] == "code":
            lab.wait_until_run(cell["id"])
    card = page.locator("[data-cell=test-dense-forward] section.nnkit-card")
    expect(card).to_be_in_viewport()
    expect(card).to_have_attribute("data-state", "not attempted")
