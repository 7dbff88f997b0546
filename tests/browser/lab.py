"""JupyterLab in a page of Chromium: what a person does there, as methods.

Cells are addressed by their ids. What is typed and pressed goes through the keyboard; JupyterLab itself is asked only
where a cell is and whether it has finished.
"""

import io
import os
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = Path(os.environ.get("ARTEFACTS") or ROOT / "screenshots")
PATIENCE = 120_000  # milliseconds: a busy machine may start TensorFlow meanwhile
expect.set_options(timeout=PATIENCE)

# Lives in the page. A cell's place in the document carries its id, as data-cell.
IN_PAGE = """
window.desk = {
  notebook() { return window.jupyterapp?.shell.currentWidget; },
  cells() { return this.notebook().content.widgets; },
  index(id) { return this.cells().findIndex(cell => cell.model.id === id); },
  ready(path) {
    const panel = this.notebook();
    if (panel?.context?.path !== path || !panel.context.isReady || !panel.content?.widgets?.length) return false;
    this.cells().forEach(cell => cell.node.dataset.cell = cell.model.id);
    return panel.sessionContext.session?.kernel?.status === 'idle';
  },
  async show(id) {
    await this.notebook().content.scrollToItem(this.index(id), 'auto');
    this.cells()[this.index(id)].node.scrollIntoView({block: 'center'});
  },
  ran(id) {
    const model = this.cells()[this.index(id)].model;
    return model.executionCount !== null && model.executionState === 'idle';
  },
};
"""


class Lab:
    """A page with JupyterLab in it."""

    def __init__(self, page, server):
        self.page, self.server = page, server
        page.add_init_script(IN_PAGE)
        page.set_default_timeout(PATIENCE)
        self.problems = []  # errors of the page, and whatever it asks of other computers
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url):
        if re.match(r"(http|ws)s?://(?!127\.0\.0\.1[:/])", url):
            self.problems.append(f"asked for {url}")

    def open_notebook(self, path):
        """Open a notebook of the server's folder, and wait until its kernel is idle."""
        self.page.goto(f"{self.server.url}/lab/tree/{path}?token={self.server.token}&reset")
        self.wait_until_ready(path)

    def wait_until_ready(self, path):
        """Wait until the notebook is shown and its kernel is idle."""
        self.page.wait_for_function("path => window.desk.ready(path)", arg=path)

    def cell(self, id):
        """Scroll to a cell; return it."""
        self.page.evaluate("id => window.desk.show(id)", id)
        return self.page.locator(f'[data-cell="{id}"]')

    def output(self, id):
        """Return the place of a cell's outputs."""
        return self.cell(id).locator(".jp-Cell-outputArea")

    def card(self, id):
        """Return the card among a cell's outputs."""
        return self.cell(id).locator("section.nnkit-card")

    def select(self, id):
        """Select a cell, in command mode, by a click beside it."""
        self.cell(id).locator(".jp-InputPrompt").click()

    def run_cell(self, id, seconds=PATIENCE / 1000):
        """Select a code cell, press Shift+Enter, wait until it has run; return its outputs."""
        self.select(id)
        self.page.evaluate("id => window.desk.cells()[window.desk.index(id)].model.clearExecution()", id)
        self.page.keyboard.press("Shift+Enter")
        self.wait_until_run(id, seconds)
        return self.output(id)

    def wait_until_run(self, id, seconds=PATIENCE / 1000):
        """Wait until a code cell has run."""
        self.page.wait_for_function("id => window.desk.ran(id)", arg=id, timeout=1000 * seconds)

    def source(self, id):
        """Return what stands in a cell."""
        return self.page.evaluate("id => window.desk.cells()[window.desk.index(id)].model.sharedModel.getSource()", id)

    def type_into(self, id, text):
        """Click into a cell and type `text` in the place of what stands there, key by key.

        A text cell is rendered first: it is clicked, and opened with Enter, as the notebooks tell.
        """
        cell, keyboard = self.cell(id), self.page.keyboard
        if cell.locator(".jp-RenderedMarkdown").is_visible():
            cell.locator(".jp-RenderedMarkdown").click()
            keyboard.press("Enter")
        cell.locator(".cm-content").click()
        keyboard.press("Control+A")
        keyboard.press("Delete")
        for number, line in enumerate(text.split("\n")):
            if number:
                keyboard.press("Enter")
                keyboard.press("Shift+Home")  # over the indentation that the editor offers
            keyboard.type(line) if line else keyboard.press("Delete")
        assert self.source(id) == text

    def add_cell(self, after, text):
        """Make a new code cell below another one (key B), type into it, and return its id."""
        self.select(after)
        self.page.keyboard.press("b")
        id = self.page.evaluate(
            """after => {
                const cell = window.desk.cells()[window.desk.index(after) + 1];
                cell.node.dataset.cell = cell.model.id;
                return cell.model.id; }""",
            after,
        )
        self.type_into(id, text)
        return id

    def save(self):
        """Save with Control+S, and wait until it is done."""
        self.page.keyboard.press("Control+S")
        self.page.wait_for_function("() => !window.desk.notebook().context.model.dirty")

    def restart_kernel(self):
        """Restart the kernel: 0 0 in command mode, and Yes."""
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("0")
        self.page.keyboard.press("0")
        self.page.locator(".jp-Dialog .jp-mod-warn").click()
        expect(self.page.locator(".jp-Dialog")).to_have_count(0)
        self.page.wait_for_function("() => window.desk.notebook().sessionContext.session.kernel.status === 'idle'")

    def theme(self, name):
        """Change the theme: "JupyterLab Light" or "JupyterLab Dark"."""
        self.page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", name)
        light = str("Dark" not in name).lower()
        self.page.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=light)

    def screenshot(self, name, of=None):
        """Leave a picture of the page, or of a part of it, as ARTEFACTS/<name>.png; small, in at most 256 colours."""
        path = ARTEFACTS / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        shot = Image.open(io.BytesIO((of or self.page).screenshot(animations="disabled")))
        few = shot.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
        return path
