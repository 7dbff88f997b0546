"""A newcomer's first quarter of an hour, as docs/tour.md tells it; the pictures there are made here:

ARTEFACTS=docs python -m pytest tests/browser/test_tour.py
"""

import re

from playwright.sync_api import expect

PATH = "01-backprop/backprop.ipynb"
DOWNHILL = """\
def gradient_descent(gradient, start, learning_rate, n_steps):
    path = [np.array(start, dtype=float)]
    for _ in range(n_steps):
        path.append(path[-1] {} learning_rate * gradient(path[-1]))
    return np.array(path)"""


def test_a_newcomers_path(lab):
    lab.page.set_viewport_size({"width": 1100, "height": 760})
    lab.open_notebook(PATH)
    lab.screenshot("tour/1-open")
    lab.run_cell("setup")
    for step, sign, state in (("2-wrong", "+", "wrong"), ("4-right", "-", "right")):
        lab.type_into("gradient-descent", DOWNHILL.format(sign))
        lab.run_cell("gradient-descent")
        lab.run_cell("test-gradient-descent")
        expect(lab.card("test-gradient-descent")).to_have_attribute("data-state", state)
        lab.screenshot(f"tour/{step}")
        if state == "wrong":
            expect(lab.card("test-gradient-descent")).to_contain_text("this walks uphill")
            hint = lab.add_cell("test-gradient-descent", 'hint("gradient-descent")')
            expect(lab.run_cell(hint)).to_contain_text("Hint 1 of 3")
            lab.screenshot("tour/3-hint")
    progress = lab.add_cell(hint, "progress()")
    lab.run_cell(progress)
    expect(lab.card(progress)).to_contain_text("3 of")
    lab.page.set_viewport_size({"width": 1100, "height": 900})
    lab.cell(progress)
    lab.screenshot("tour/5-progress")

    play = lab.add_cell(progress, 'from nnkit.playground import playground\n\nplayground(data="spirals", seed=1)')
    playground = lab.run_cell(play).locator(".nnkit-playground")
    playground.get_by_role("button", name="▶ Run").click()
    expect(playground.get_by_role("status")).to_contain_text(re.compile(r"^\d\d epochs"))
    playground.get_by_role("button", name="Pause").click()
    lab.page.set_viewport_size({"width": 1280, "height": 1500})  # all of it at once
    lab.screenshot("tour/6-playground", of=playground)
