"""Screen: the session as a widget. The scripts in front/ draw what they are told and say what was pressed, no more.

All that happens, happens on the kernel's own event loop: a press only puts its message there, from whichever thread
brought it. A run is a task on that loop which draws a frame and then waits until the browser has drawn it, so a slow
browser is never flooded, one that nobody looks at costs nothing, and a press is heeded between two frames.
"""

import asyncio
import contextlib
import signal
import threading
from pathlib import Path

import anywidget

from nnkit.playground.setup import CHOICES, LOSSES

__all__ = ["Screen", "interruptible", "show"]

FRONT = Path(__file__).parent / "front"
SCRIPTS = ["pictures", "controls", "diagram", "plots", "screen"]  # one after the other they make one module
SHORTEST = 0.02  # seconds between two frames, in which other messages and cells have their turn
PACES = {"batch": ("step", 1), "epoch": ("epoch", 1), "epochs": ("epoch", 5)}
PLAIN = ("forward", "backward", "rewind", "keep", "forget")  # buttons that do what the session's method does


class Screen(anywidget.AnyWidget):
    """The widget of one session."""

    _esm = "\n".join((FRONT / f"{name}.js").read_text("utf-8") for name in SCRIPTS)
    _css = (FRONT / "screen.css").read_text("utf-8")
    _latest = None

    def __init__(self, session):
        super().__init__()
        self.session, self.pace, self.task = session, "epoch", None
        self.loop, self.drawn = asyncio.get_running_loop(), asyncio.Event()
        self.on_msg(lambda _, message, __: self.loop.call_soon_threadsafe(self.act, message))

    def act(self, message):
        """Do what a message asks for; whatever goes wrong is told on the screen."""
        if self.comm is None or message["do"] == "drawn":
            self.drawn.set()
            return
        self._safely(lambda: self._do(message))
        self.draw(code=self.session.code() if message["do"] == "code" else None)
        if self.session.running and (self.task is None or self.task.done()):
            self.task = self.loop.create_task(self._run())

    def draw(self, **more):
        """Send the browser a frame: numbers and words, and pictures as bytes."""
        session = self.session
        frame = {**session.numbers(), "choices": {**CHOICES, "losses": LOSSES}, "pace": self.pace, **more}
        kept = [session.kept["picture"].tobytes()] if session.kept else []
        self.send(frame, [*(pictures.tobytes() for pictures in session.pictures), *kept])

    def stop(self):
        """End the run and the widget: nothing of it is left in the kernel."""
        self.session.running = False
        if self.task:
            self.task.cancel()
        self.close()

    def _do(self, message):
        if message["do"] in PLAIN:
            getattr(self.session, message["do"])()
        elif message["do"] in ("step", "epoch"):
            self.session.advance(message["do"])
        elif message["do"] in ("run", "pause"):
            self.session.running = message["do"] == "run" and not self.session.run.stopped
        elif message["do"] == "change":
            self.session.change(message["name"], message["value"])
        elif message["do"] == "pace":
            self.pace = message["value"]

    async def _run(self):
        while self.session.running:
            self.drawn.clear()
            self._safely(lambda: self.session.advance(*PACES[self.pace]))
            self.draw()
            await asyncio.sleep(SHORTEST)
            await self.drawn.wait()

    def _safely(self, action):
        try:
            with interruptible():
                action()
        except KeyboardInterrupt:
            self.session.interrupted()
        except Exception as error:
            self.session.running = False
            self.session.note = f"The playground itself stopped, with {type(error).__name__}: {error} Rewind to go on."


@contextlib.contextmanager
def interruptible():
    """Let Kernel > Interrupt reach the student's code in here: outside of cells, Jupyter's kernel does not listen."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def show(session):
    """Display a session; one that is on the screen already stops, as there is one playground in a kernel."""
    from IPython.display import display

    if Screen._latest is not None:
        Screen._latest.stop()
    Screen._latest = screen = Screen(session)
    bundle = screen._repr_mimebundle_()
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    plain = "(Run this cell in JupyterLab for the playground.)"
    display({**data, "text/plain": plain}, metadata=metadata, raw=True)
    return screen
