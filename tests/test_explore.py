"""A picture with sliders: drawn at the start, drawn again when one is moved, and still there without any."""

import base64
import builtins
import io
import re
import threading
import time

import IPython.display
import matplotlib.pyplot as plt
import pytest

from nnkit.figures.explore import choose, explore, play, slide

ALT = 'A line, "rising" & red'


@pytest.fixture
def screen(monkeypatch):
    """What is displayed: a list of bundles and HTML texts, the picture's updated in its place."""
    shown = []

    class Handle:
        def __init__(self):
            self.place = len(shown) - 1

        def update(self, content):
            shown[self.place] = content.data

    def display(content, raw=False, display_id=False):
        shown.append(content if raw else content.data)
        return Handle() if display_id else None

    monkeypatch.setattr(IPython.display, "display", display)
    return shown


@pytest.fixture
def sliders(monkeypatch):
    """The widgets that are made, in order."""
    import ipywidgets

    made = []
    for kind in ("IntSlider", "FloatSlider", "SelectionSlider", "Play"):
        original = getattr(ipywidgets, kind)
        monkeypatch.setattr(ipywidgets, kind, lambda original=original, **k: made.append(original(**k)) or made[-1])
    return made


def draw(**values):
    calls.append(values)
    figure, ax = plt.subplots(figsize=(4, 2))
    ax.plot([0, 1], [0, values["steps"]])
    return figure if values["steps"] % 2 else ax


calls = []


@pytest.fixture(autouse=True)
def forget():
    calls.clear()
    yield
    assert plt.get_fignums() == []  # else the notebook would show each figure a second time


def test_the_picture_is_drawn_at_the_starting_values(screen):
    explore(draw, ALT, rate=choose([0.1, 1.0], start=1.0), steps=slide(0, 5, start=2), at=slide(0.0, 1.0, 0.25))
    assert calls == [{"rate": 1.0, "steps": 2, "at": 0.0}]
    sliders, picture = screen
    assert "application/vnd.jupyter.widget-view+json" in sliders and "sliders" in sliders["text/plain"]
    assert 'alt="A line, &quot;rising&quot; &amp; red"' in picture


@pytest.mark.parametrize("steps", [1, 2])  # a figure is as good as an Axes
def test_the_picture_is_sharp_and_of_the_size_that_was_drawn(screen, steps):
    explore(draw, ALT, steps=slide(0, 5, start=steps))
    data, width = re.search(r'base64,([^"]+)" .*width: (\d+)px', screen[-1]).groups()
    pixels = plt.imread(io.BytesIO(base64.b64decode(data)))
    assert pixels.shape[:2] == (440, 880) and width == "440"


def test_moving_a_slider_draws_again_in_the_same_place(screen, sliders):
    explore(draw, ALT, rate=choose([0.1, 1.0]), steps=slide(0, 5))
    before = screen[-1]
    rate, steps = sliders
    steps.value = 4
    rate.value = 1.0
    assert calls[1:] == [{"rate": 0.1, "steps": 4}, {"rate": 1.0, "steps": 4}]
    assert len(screen) == 2 and screen[-1] != before


def test_sliders_that_move_in_two_threads_are_drawn_one_after_the_other_and_the_latest_stays(screen, sliders):
    """JupyterLab sends what a slider does to the main thread or to another one."""
    drawing, most = [], []

    def draw_slowly(steps):
        drawing.append(steps)
        most.append(len(drawing))
        time.sleep(0.05)
        figure = draw(steps=steps)
        drawing.remove(steps)
        return figure

    explore(draw_slowly, ALT, steps=slide(0, 9))
    (steps,) = sliders
    threads = [threading.Thread(target=setattr, args=(steps, "value", value)) for value in (3, 4, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert calls[-1] == {"steps": steps.value}


def test_figures_that_are_being_drawn_elsewhere_stay(screen):
    other, _ = plt.subplots()
    explore(draw, ALT, steps=slide(0, 5))
    assert plt.get_fignums() == [other.number]
    plt.close(other)


def test_what_goes_wrong_later_stands_in_the_pictures_place(screen, sliders):
    def draw_but(steps):
        plt.subplots()
        if steps == 1:
            raise ValueError("1 is <too> small")
        return draw(steps=steps)

    explore(draw_but, ALT, steps=slide(0, 5))
    sliders[0].value = 1
    assert screen[-1] == "<pre>ValueError: 1 is &lt;too&gt; small</pre>"
    sliders[0].value = 2
    assert "<img" in screen[-1]


def test_what_goes_wrong_at_the_start_is_raised(screen):
    with pytest.raises(KeyError):
        explore(draw, ALT, rate=slide(0, 1))
    assert screen == []


def test_an_exercise_that_is_not_done_yet_is_one_line_and_no_traceback(screen):
    def not_done(steps):
        raise NotImplementedError("not attempted yet")

    with pytest.raises(NotImplementedError) as raised:
        explore(not_done, ALT, steps=slide(0, 5))
    (line,) = raised.value._render_traceback_()
    assert "not written yet" in line and screen == []


def test_names_and_ranges_reach_the_sliders(screen, sliders):
    explore(draw, ALT, steps=slide(-2, 5, 1, start=3), learning_rate=slide(0.0, 1.0, 0.5), time=play(9, interval=50))
    steps, rate, time, button = sliders
    assert (steps.min, steps.max, steps.value, type(steps.value)) == (-2, 5, 3, int)
    assert (rate.min, rate.max, rate.step, rate.description) == (0.0, 1.0, 0.5, "learning rate")
    assert (time.min, time.max, button.min, button.max, button.interval) == (0, 9, 0, 9, 50)


def test_without_ipywidgets_the_picture_is_what_is_left(screen, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "ipywidgets":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    explore(draw, ALT, steps=slide(0, 5))
    assert len(screen) == 1 and "<img" in screen[0]
