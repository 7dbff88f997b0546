"""Explore: a picture with sliders beside it, which draws itself again whenever one is moved.

    def descent(learning_rate, steps): ...            draws one matplotlib figure and returns it (or its Axes)

    explore(descent, "A ball on a curve", learning_rate=choose([0.01, 0.1, 1.0]), steps=slide(0, 50, start=10))

The picture is an output of the cell, so it stays when the notebook is saved, exported or printed; the sliders above
it come from ipywidgets, which work offline. Where widgets cannot run, the picture at the starting values is what is
left: choose them so that it says something alone.
"""

import base64
import html
import io
import threading
from dataclasses import dataclass

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

__all__ = ["Control", "choose", "explore", "play", "slide"]

DPI = 110  # dots an inch: twice this is drawn, and shown at half its size, so that it is sharp on any screen
WIDE = {"width": "30em"}
DRAWING = threading.Lock()  # JupyterLab lets sliders call from two threads, and pyplot draws well only in one at a time


@dataclass(frozen=True)
class Control:
    """A slider to be: which widget of ipywidgets, its settings, and the value that it starts from."""

    widget: str
    start: object
    settings: dict


def slide(low, high, step=1, start=None):
    """Return a slider over numbers from low to high; whole numbers where low and step are. It starts at `start`."""
    kind = "IntSlider" if all(isinstance(value, int) for value in (low, step)) else "FloatSlider"
    return Control(kind, low if start is None else start, {"min": low, "max": high, "step": step})


def choose(options, start=None):
    """Return a slider over a list of values, which need not be evenly spaced, nor numbers."""
    options = list(options)
    return Control("SelectionSlider", options[0] if start is None else start, {"options": options})


def play(n_steps, interval=100, start=0):
    """Return a slider over 0..n_steps with a button that plays them, one every `interval` milliseconds."""
    return Control("Play", start, {"min": 0, "max": n_steps, "interval": interval})


def explore(draw, alt, **controls):
    """Show what `draw` draws, with a slider for each of its arguments; return None.

    `draw(**values)` draws one figure and returns it, or an Axes of it. `alt` is one sentence that says what can be
    seen, for those who cannot; `controls` name the arguments of `draw`. What goes wrong at the starting values is
    raised (an exercise that is not done yet as one line); after that it is shown in the picture's place, until a
    slider is moved again.
    """
    from IPython.display import HTML, display

    try:
        with DRAWING:
            picture = _picture(draw, {name: control.start for name, control in controls.items()}, alt)
    except NotImplementedError:
        raise _NotWritten("○ no picture yet: it draws with a function of yours that is not written yet.") from None
    sliders, boxes = _widgets(controls)
    _show_sliders(boxes)
    shown = display(HTML(picture), display_id=True)

    def redraw(_):
        with DRAWING:  # and only then look where the sliders are: whoever draws last shows the latest
            shown.update(HTML(_picture_or_error(draw, {name: slider.value for name, slider in sliders.items()}, alt)))

    for slider in sliders.values():
        slider.observe(redraw, names="value")


class _NotWritten(NotImplementedError):
    """The picture needs an exercise that is not done yet."""

    def _render_traceback_(self):
        """Tell IPython what to show in place of a traceback through code that is not the student's."""
        return [str(self)]


def _picture(draw, values, alt):
    """Return what is drawn at these values as HTML, and close it, so that the cell does not show it a second time."""
    others, png = set(plt.get_fignums()), io.BytesIO()
    try:
        drawn = draw(**values)
        figure = drawn if isinstance(drawn, Figure) else drawn.get_figure(root=True)
        figure.savefig(png, format="png", dpi=2 * DPI, facecolor="white")
    finally:
        for number in set(plt.get_fignums()) - others:
            plt.close(number)
    width, data = round(DPI * figure.get_figwidth()), base64.b64encode(png.getvalue()).decode()
    return (
        f'<img src="data:image/png;base64,{data}" alt="{html.escape(alt)}" style="width: {width}px; max-width: 100%">'
    )


def _picture_or_error(draw, values, alt):
    """Return the picture at these values; what went wrong, if it did. (An error in a slider's call would go unseen.)"""
    try:
        return _picture(draw, values, alt)
    except Exception as error:
        return f"<pre>{html.escape(f'{type(error).__name__}: {error}')}</pre>"


def _widgets(controls):
    """Return the sliders by name, and what to put on the screen; both empty where there is no ipywidgets."""
    try:
        import ipywidgets
    except ImportError:
        return {}, []
    sliders, boxes = {}, []
    for name, control in controls.items():
        look = {"description": name.replace("_", " "), "style": {"description_width": "initial"}, "layout": WIDE}
        kind = "IntSlider" if control.widget == "Play" else control.widget
        settings = {key: value for key, value in control.settings.items() if key != "interval"}
        sliders[name] = getattr(ipywidgets, kind)(value=control.start, **settings, **look)
        boxes.append(sliders[name])
        if control.widget == "Play":  # the button moves the slider in the browser, and the slider calls us
            button = ipywidgets.Play(value=control.start, **control.settings)
            ipywidgets.jslink((button, "value"), (sliders[name], "value"))
            boxes[-1] = ipywidgets.HBox([button, sliders[name]])
    return sliders, boxes


def _show_sliders(boxes):
    """Put the sliders on the screen; where the notebook is read without a kernel, nothing stands in their place."""
    from IPython.display import display

    if boxes:
        import ipywidgets

        bundle = ipywidgets.VBox(boxes)._repr_mimebundle_()
        display(bundle | {"text/plain": "(Run this cell in JupyterLab for sliders.)"}, raw=True)
