"""How long a student waits: measured in JupyterLab, in the browser, and printed as the tables of docs/desk.md.

    PYTHONPATH=tests python -m browser.measure              everything; ten minutes on two idle cores
    PYTHONPATH=tests python -m browser.measure 02 05        the checks of these notebooks only
    PYTHONPATH=tests python -m browser.measure wrong        what wrong answers cost only

Not a test: what it prints depends on the machine, and on what else runs there. A check's answer is timed in the page,
from the key that runs its cell until its card is there, with the course's own solutions; the first time and twice more.
A wrong answer is held against the known mistakes as well, which takes longer: that is timed without a browser, which
adds less than a tenth of a second.
"""

import contextlib
import io
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from conftest import CHROMIUM
from playwright.sync_api import sync_playwright

from browser.conftest import ARGUMENTS
from browser.lab import ROOT, Lab
from browser.server import Server
from coursekit.solutions import solutions
from nnkit.checks import EXERCISES
from nnkit.desk import card, guide

NOTEBOOKS = sorted(path.relative_to(ROOT / "source").as_posix() for path in (ROOT / "source").glob("*/*.ipynb"))
TARGETS = {"01": 0.3, "02": 0.3, "03": 0.3}  # seconds for a check's answer; 3 for the Keras notebooks

# In the page: note when Shift+Enter is pressed, and when a card first stands in this cell's output.
STOPWATCH = """id => {
  const desk = window.desk, node = desk.cells()[desk.index(id)].node;
  desk.took = null;
  let start = null;
  document.addEventListener('keydown', () => { start = performance.now(); }, {capture: true, once: true});
  const observer = new MutationObserver(() => {
    if (start === null || !node.querySelector('section.nnkit-card')) return;
    observer.disconnect();
    requestAnimationFrame(() => { desk.took = (performance.now() - start) / 1000; });
  });
  observer.observe(node, {childList: true, subtree: true});
}"""


def checkout(folder):
    """Make a checkout in `folder` whose students find everything solved."""
    shutil.copytree(ROOT / "coursekit", folder / "coursekit", ignore=shutil.ignore_patterns("__pycache__"))
    for name in NOTEBOOKS:
        (folder / "release" / name).parent.mkdir(parents=True)
        shutil.copy(ROOT / "source" / name, folder / "release" / name)
    return folder


def serve(root):
    """Start a student's JupyterLab as `make lab` does, with the real data where NNKIT_DATA names it."""
    data = {name: os.environ[name] for name in ("NNKIT_DATA",) if name in os.environ}
    return Server(["coursekit", "lab"], root, Path(tempfile.mkdtemp(dir=root.parent)) / "home", PYTHONPATH=root, **data)


def new_page(playwright):
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    return browser.new_page(viewport={"width": 1200, "height": 900})


def start(root, rounds=3):
    """Print how long it takes from the command to a notebook with an idle kernel, browser's start and all."""
    for number in range(rounds):
        with sync_playwright() as playwright:
            began = time.perf_counter()
            server = serve(root)
            listening = time.perf_counter() - began
            Lab(new_page(playwright), server).open_notebook(NOTEBOOKS[1])
            print(f"start {number + 1}: the server listens after {listening:.1f} s, ", end="")
            print(f"the notebook is usable after {time.perf_counter() - began:.1f} s", flush=True)
            server.close()


def checks(root, notebook):
    """Print how long each check of a notebook takes to answer."""
    cells = json.loads((ROOT / "source" / notebook).read_text("utf-8"))["cells"]
    target = TARGETS.get(notebook[:2], 3)
    with sync_playwright() as playwright:
        server = serve(root)
        try:
            lab = Lab(new_page(playwright), server)
            lab.open_notebook(notebook)
            for cell in cells:
                if cell["cell_type"] == "code" and "experiment" not in cell["metadata"].get("tags", []):
                    time_cell(lab, cell["id"], target)
            asked = lab.add_cell("setup", 'import sys; print("tensorflow" in sys.modules)')
            print(f"{notebook}: TensorFlow imported at the end: {lab.run_cell(asked).inner_text().strip()}", flush=True)
        finally:
            server.close()


def time_cell(lab, id, target):
    """Run a cell; if it is a check, three times, and print a row of the table."""
    if not id.startswith("test-"):
        lab.run_cell(id, seconds=600)
        return
    seconds = [time_check(lab, id) for _ in range(3)]
    again = statistics.median(seconds[1:])
    late = "" if max(seconds[0], again) <= target else " **late**"
    state = lab.card(id).get_attribute("data-state")
    print(f"| {id.removeprefix('test-')} | {seconds[0]:.2f} | {again:.2f} | {target}{late} | {state} |", flush=True)


def time_check(lab, id):
    lab.select(id)
    lab.page.evaluate("id => window.desk.cells()[window.desk.index(id)].model.clearExecution()", id)
    lab.page.evaluate(STOPWATCH, id)
    lab.page.keyboard.press("Shift+Enter")
    lab.page.wait_for_function("() => window.desk.took !== null")
    lab.wait_until_run(id)
    return lab.page.evaluate("() => window.desk.took")


def imports(rounds=60):
    """Print how `import nnkit` compares with `import numpy`, each in many new processes, in turn."""
    took = {"numpy": [], "nnkit": []}
    program = "import time; began = time.perf_counter(); import {}; print(time.perf_counter() - began)"
    for _ in range(rounds):
        for name, seconds in took.items():
            command = [sys.executable, "-c", program.format(name)]
            seconds.append(float(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout))
    numpy, nnkit = (statistics.median(seconds) for seconds in took.values())
    ratios = [b / a for a, b in zip(*took.values(), strict=True)]
    print(f"import numpy {1000 * numpy:.0f} ms, import nnkit {1000 * nnkit:.0f} ms (medians of {rounds}): ", end="")
    print(f"{nnkit / numpy:.2f} times; median of the pairs' ratios {statistics.median(ratios):.2f}", flush=True)


def wrong_answers(at_most=6):
    """Print how long each check takes with some of the wrong answers that it is tested with, and which took longest."""
    import keras  # noqa: F401  (these imports are the notebooks', not the checks')
    import sympy  # noqa: F401

    print("| exercise | median (s) | slowest (s) | target (s) | which |\n| --- | --- | --- | --- | --- |")
    for assignment in guide.assignments():
        for entry in (entry for entry in assignment.exercises if not entry.written):
            answers = [a for a in solutions(entry.id)[1] if not (a.__doc__ or "").startswith("Not attempted")]
            took = sorted(
                (time_examination(entry.id, answer), answer.__doc__ or "")
                for answer in answers[:: -(-len(answers) // at_most)]
            )
            target, (slowest, which) = TARGETS.get(assignment.name[:2], 3), took[-1]
            late = "" if slowest <= target else " **late**"
            median = statistics.median(seconds for seconds, _ in took)
            print(
                f"| {entry.id} | {median:.2f} | {slowest:.2f} | {target}{late} | {which.splitlines()[0]} |", flush=True
            )


def time_examination(exercise, answer):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        began = time.perf_counter()
        card.of(EXERCISES[exercise].examine(answer, np.random.default_rng(0)))
        return time.perf_counter() - began


def main(wanted):
    if wanted == ["wrong"]:
        return wrong_answers()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = checkout(Path(folder) / "checkout")
        if not wanted:
            imports()
            start(root)
        print("| exercise | first (s) | again (s) | target (s) | card |\n| --- | --- | --- | --- | --- |")
        for notebook in NOTEBOOKS:
            if not wanted or re.match("|".join(wanted), notebook):
                checks(root, notebook)
    if not wanted:
        wrong_answers()


if __name__ == "__main__":
    main(sys.argv[1:])
