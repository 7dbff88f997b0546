"""An instructor's way through nbgrader's formgrader: generate, autograde, grade by hand, feedback; all with the mouse."""

import json
import shutil

import pytest
from conftest import ROOT
from playwright.sync_api import expect

from browser.lab import PATIENCE, Lab
from browser.server import Server
from coursekit.notebooks import dump
from coursekit.trust.sandbox import available

ASSIGNMENT, NOTEBOOK = "01-short", "short"
WRITTEN = "explain-overfitting"
COMMENT = "Right, and well told. **Which** curve turns first?"
ANSWERS = {
    "dense-forward": [
        "class DenseLayer(DenseLayer):\n",
        "    def forward_propagation(self, input, training=True):\n",
        "        self.input = input\n",
        "        self.output = input @ self.weights + self.biases\n",
        "        return self.output\n",
    ],
    WRITTEN: ["The network learns the training set by heart, so the validation loss rises again."],
}


def read(path):
    return json.loads(path.read_text("utf-8"))


def short_notebook():
    """Return a notebook of two exercises of the course: a dense layer's way forward, and a question on overfitting."""
    notebook = read(ROOT / "source" / "02-numpy-network" / "numpy_network.ipynb")
    ids = [cell["id"] for cell in notebook["cells"]]
    question = [c for c in read(ROOT / "source" / "05-imdb" / "ex_dnn_imdb.ipynb")["cells"] if c["id"] == WRITTEN]
    notebook["cells"] = notebook["cells"][: ids.index("test-dense-forward") + 1] + question
    return notebook


@pytest.fixture
def course(tmp_path):
    """Return a course's folder with this kit's settings and the short notebook in it."""
    root = tmp_path / "course"
    shutil.copytree(ROOT / "coursekit", root / "coursekit", ignore=shutil.ignore_patterns("__pycache__"))
    settings = (ROOT / "nbgrader_config.py").read_text("utf-8")
    if available():  # there is no bubblewrap here
        settings += '\nc.TrustedExecute.sandbox = "none"\n'
    (root / "nbgrader_config.py").write_text(settings, "utf-8")
    place = root / "source" / ASSIGNMENT
    place.mkdir(parents=True)
    (place / f"{NOTEBOOK}.ipynb").write_text(dump(short_notebook()), "utf-8")
    return root


@pytest.fixture
def formgrader(page, course, tmp_path):
    """Return JupyterLab in the course's folder, with its menu Nbgrader > Formgrader chosen."""
    server = Server(["jupyterlab"], course, tmp_path / "home", PYTHONPATH=course)
    lab = Lab(page, server)
    page.goto(f"{server.url}/lab?token={server.token}&reset")
    page.get_by_role("button", name="No", exact=True).click()  # no news from Jupyter, please: it hides a button
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menuitem", name="Formgrader").click()
    lab.frame = page.frame_locator("iframe")
    yield lab
    server.close()
    assert lab.problems == []


def succeed(frame, words):
    """Wait for the window that says that a step went well, and close it."""
    window = frame.locator(".modal.in")
    expect(window).to_contain_text(words, timeout=PATIENCE)
    window.get_by_role("button", name="OK").click()
    expect(frame.locator(".modal")).to_have_count(0)


def hand_in(course):
    """Answer the released notebook as ada, and lay it where submissions lie."""
    notebook = read(course / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb")
    for cell in notebook["cells"]:
        cell["source"] = ANSWERS.get(cell["id"], cell["source"])
    place = course / "submitted" / "ada" / ASSIGNMENT
    place.mkdir(parents=True)
    (place / f"{NOTEBOOK}.ipynb").write_text(dump(notebook), "utf-8")


def test_generate_autograde_grade_by_hand_and_feedback(formgrader, course, page):
    frame = formgrader.frame
    assignment = frame.locator("tr", has_text=ASSIGNMENT)
    assignment.locator(".assign a").click()
    succeed(frame, "Successfully created the student version")
    formgrader.screenshot("instructor/1-generated")

    hand_in(course)
    frame.get_by_role("link", name="Manage Assignments").click()
    assignment.locator(".num-submissions a").click()
    ada = frame.locator("tr", has_text="ada")
    ada.locator(".autograde a").click()
    succeed(frame, "Successfully autograded")
    expect(ada.locator(".status")).to_have_text("needs manual grading")
    expect(ada.locator(".score")).to_have_text("5 / 9")
    formgrader.screenshot("instructor/2-autograded")

    frame.get_by_role("link", name="Manual Grading").click()
    frame.get_by_role("link", name=ASSIGNMENT).click()
    frame.get_by_role("link", name=NOTEBOOK, exact=True).click()
    frame.get_by_role("link", name="Submission #1").click()
    expect(frame.locator("#test-dense-forward")).to_have_attribute("placeholder", "5")
    for place, text, saved in ((f"#{WRITTEN}", "3", "/api/grade/"), (f"#{WRITTEN}-comment", COMMENT, "/api/comment/")):
        frame.locator(place).fill(text)
        with page.expect_response(lambda response, saved=saved: saved in response.url):
            frame.locator(place).press("Tab")
    frame.locator(f"#{WRITTEN}-comment").scroll_into_view_if_needed()
    formgrader.screenshot("instructor/3-by-hand")

    frame.get_by_role("link", name="Manual Grading").click()
    frame.get_by_role("link", name="Manage Assignments").click()
    assignment.locator(".generate-feedback a").click()
    succeed(frame, "Successfully generated feedback")

    page.goto((course / "feedback" / "ada" / ASSIGNMENT / f"{NOTEBOOK}.html").as_uri())
    expect(page.locator("body")).to_contain_text("Right, and well told. Which curve turns first?")
    expect(page.locator("body")).to_contain_text("8.0 / 9.0")
    page.get_by_text("Which curve turns first?").scroll_into_view_if_needed()
    formgrader.screenshot("instructor/4-feedback")
