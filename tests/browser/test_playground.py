"""The playground in JupyterLab: stepped, run, rewound and compared, with the mouse and without.

`python -m browser.test_playground`, in the folder tests/, measures how many frames a second are drawn.
"""

import json
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from browser.lab import ROOT, Lab
from browser.server import Server

NOTEBOOK = "play.ipynb"
OWN = """
from nnkit import DenseLayer, ReLUActivation, TanhActivation
class TanhActivation(TanhActivation):
    def derivative(self, input):
        return 1 - self.activation_function(input) ** 2
class ReLUActivation(ReLUActivation):
    def derivative(self, input):
        raise NotImplementedError
"""
CELLS = {
    "play": "from nnkit.playground import playground\nplayground(seed=1)",
    "own": OWN,
    "again": "playground(seed=1)",
}


def notebook():
    """The text of a notebook with these cells."""
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    spec = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    cells = [{**code, "id": id, "source": source} for id, source in CELLS.items()]
    return json.dumps({"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5})


class Desk:
    """The playground in a page."""

    def __init__(self, lab, cell="play"):
        self.lab, self.page, self.node = lab, lab.page, lab.run_cell(cell).locator(".nnkit-playground")
        self.status = self.node.get_by_role("status")
        expect(self.status).to_contain_text("0 epochs")

    def press(self, name):
        self.node.get_by_role("button", name=re.compile(name)).click()

    def epochs(self):
        return int(re.match(r"\d+", self.status.inner_text()).group())

    def losses(self):
        return self.node.get_by_role("img", name="Loss over").get_attribute("aria-label")

    def table(self, caption):
        return self.node.get_by_role("table", name=caption)


@pytest.fixture
def desk(lab):
    (lab.server.work / NOTEBOOK).write_text(notebook(), "utf-8")
    lab.page.set_viewport_size({"width": 1280, "height": 1500})  # room for pictures of all of it
    lab.open_notebook(NOTEBOOK)
    return Desk(lab)


def test_a_step_is_seen_in_its_two_halves(desk):
    weights = desk.table("Hidden layer 1, unit 1")
    expect(weights.get_by_role("row")).to_have_count(4)  # the heads, two inputs and the bias
    assert weights.inner_text().count("–") == 3, "no gradient yet"
    before = weights.inner_text()
    desk.press("Forward →")
    expect(desk.status).to_contain_text("Batch 1 of 13. Forward: the batch has gone")
    expect(desk.table("The batch goes forward").get_by_role("row")).to_have_count(7)
    expect(desk.node.get_by_role("listitem").first).to_contain_text("(16, 8) = (16, 2) (2, 8), then tanh x")
    expect(desk.node.get_by_role("button", name="Forward →")).to_have_attribute("aria-disabled", "true")
    assert weights.inner_text() == before
    desk.lab.screenshot("playground-forward", desk.node)
    desk.press("← Backward")
    expect(desk.status).to_contain_text("Batch 1 of 13. Backward: the layers have learnt")
    expect(desk.table("The batch goes forward")).to_have_count(0)
    assert "–" not in weights.inner_text() and weights.inner_text() != before
    desk.lab.screenshot("playground-backward", desk.node)


def test_it_runs_pauses_and_rewinds_to_the_same_run(desk):
    desk.press("One epoch")
    expect(desk.status).to_contain_text("1 epoch")
    first = desk.losses()
    desk.press("Run")
    expect(desk.status).to_contain_text(re.compile(r"^\d\d epochs"))
    desk.press("Pause")
    expect(desk.node.get_by_role("button", name="▶ Run")).to_be_visible()
    paused = desk.status.inner_text()
    desk.page.wait_for_timeout(500)
    assert desk.status.inner_text() == paused
    desk.press("Rewind")
    expect(desk.status).to_contain_text("0 epochs")
    desk.press("One epoch")
    expect(desk.status).to_contain_text("1 epoch")
    assert desk.losses() == first


def test_another_cell_can_be_run_meanwhile(desk):
    desk.press("Run")
    expect(desk.status).to_contain_text(re.compile(r"^\d+ epochs"))
    desk.lab.run_cell("own", seconds=20)
    before = desk.epochs()
    desk.page.wait_for_timeout(500)
    assert desk.epochs() > before
    desk.press("Pause")


def test_one_thing_is_changed_and_both_runs_compared(desk):
    desk.press("One epoch")
    desk.press("One epoch")
    expect(desk.status).to_contain_text("2 epochs")
    desk.press("Keep this run")
    desk.node.get_by_label("learning rate").select_option("0.1")
    expect(desk.node.get_by_text("One thing differs: learning rate (kept 0.01, now 0.1).")).to_be_visible()
    desk.press("Run")
    expect(desk.status).to_contain_text("Both runs have had 2 epochs: compare them.")
    expect(desk.node.get_by_role("img", name="What the network answers over the plane: kept run, 2")).to_be_visible()
    assert re.search(r"Loss over 2 epochs: .*; kept run, 2 epochs: ", desk.losses())
    for theme in ("Dark", "Light"):
        desk.lab.theme(f"JupyterLab {theme}")
        desk.lab.screenshot(f"playground-compared-{theme.lower()}", desk.node)
    desk.press("Forget kept run")
    expect(desk.node.get_by_role("img", name="kept run")).to_have_count(0)


def test_it_is_played_with_the_keyboard_alone(desk):
    keyboard, focused = desk.page.keyboard, desk.node.locator(":focus")
    desk.lab.select("play")
    cells = desk.page.evaluate("window.desk.cells().length")

    def tab_to(name):
        for _ in range(60):
            keyboard.press("Tab")
            if focused.count() and name in (focused.get_attribute("aria-label") or focused.inner_text()):
                return
        raise AssertionError(f"Tab does not lead to {name}")

    tab_to("Forward →")
    keyboard.press("Enter")
    expect(desk.status).to_contain_text("Batch 1 of 13. Forward: the batch has gone")
    keyboard.press("Tab")
    keyboard.press("Space")
    expect(desk.status).to_contain_text("Backward: the layers have learnt")
    tab_to("hidden layer 1, unit 1")
    for key, name in [("ArrowDown", "hidden layer 1, unit 2"), ("ArrowRight", "hidden layer 2, unit 2")]:
        keyboard.press(key)
        expect(focused).to_have_attribute("aria-label", name)
        expect(desk.table(name.capitalize())).to_be_visible()
    keyboard.press("ArrowRight")
    expect(desk.table("Output layer, unit 1").get_by_role("row")).to_have_count(10)
    for letter in "abdx":  # JupyterLab's own keys do not reach through
        keyboard.press(letter)
    assert desk.page.evaluate("window.desk.cells().length") == cells


def test_the_code_is_written_and_does_the_same(desk):
    desk.press("One epoch")
    expect(desk.status).to_contain_text("1 epoch")
    training, test = re.findall(r"(?:training|test) ([\d.]+)", desk.losses())
    desk.press("Write code")
    code = desk.node.get_by_role("region", name="as a program").inner_text()
    output = desk.lab.run_cell(desk.lab.add_cell("again", code)).inner_text()
    losses = [float(number) for number in re.findall(r"loss ([\d.e-]+)", output)]
    assert losses == pytest.approx([float(training), float(test)], rel=5e-3)


def test_the_students_classes_are_used_and_those_not_written_are_told(desk):
    expect(desk.node.get_by_text("Classes: all nnkit's.")).to_be_visible()
    desk.lab.run_cell("own")
    desk.press("Rewind")
    expect(desk.node.get_by_text("Classes: yours: TanhActivation; nnkit's: the rest.")).to_be_visible()
    told = "Not written yet, so nnkit's for now: ReLUActivation."
    expect(desk.node.get_by_text(told)).to_be_visible()


def test_a_cell_that_runs_again_leaves_one_playground(desk):
    desk.press("Run")
    expect(desk.status).to_contain_text(re.compile(r"^\d+ epochs"))
    again = Desk(desk.lab, "again")
    expect(desk.page.locator(".nnkit-playground")).to_have_count(1)
    again = Desk(desk.lab, "again")
    expect(desk.page.locator(".nnkit-playground")).to_have_count(1)
    again.press("One epoch")
    expect(again.status).to_contain_text("1 epoch")


def test_the_picture_stands_in_where_no_widget_runs(desk):
    picture = desk.page.get_by_alt_text("The playground as a still picture")
    expect(picture).to_be_hidden()
    desk.lab.save()
    desk.lab.server.end_kernels()
    desk.lab.open_notebook(NOTEBOOK)
    expect(picture).to_be_visible()


def test_it_fits_a_narrow_window(desk):
    desk.page.set_viewport_size({"width": 900, "height": 1900})
    desk.page.wait_for_timeout(300)
    widths = desk.node.evaluate("node => [node.scrollWidth, node.clientWidth]")
    assert widths[0] <= widths[1]
    desk.lab.screenshot("playground-narrow", desk.node)


def measure(seconds=10):
    """Print how many frames a second arrive and are drawn in Chromium, for the 2-8-8-1 network that it starts with."""
    folder = Path(tempfile.mkdtemp())
    (folder / NOTEBOOK).write_text(notebook(), "utf-8")
    server = Server(["jupyterlab"], folder, folder / "home", PYTHONPATH=ROOT)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            lab = Lab(browser.new_page(), server)
            lab.open_notebook(NOTEBOOK)
            desk = Desk(lab)
            desk.press("Run")
            desk.page.wait_for_timeout(1000)
            frames = lambda: int(desk.node.get_attribute("data-frames"))  # noqa: E731
            before, start = frames(), time.perf_counter()
            desk.page.wait_for_timeout(1000 * seconds)
            rate = (frames() - before) / (time.perf_counter() - start)
            print(f"{rate:.1f} frames a second, each an epoch of 13 batches, for {seconds} s")
            browser.close()
    finally:
        server.close()
        shutil.rmtree(folder)


if __name__ == "__main__":
    measure(*map(int, sys.argv[1:]))
