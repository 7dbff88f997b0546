"""Talking to a student's kernel: run a piece of code, and gather what it shows for as long as it may run.

The kernel is somebody else's, so nothing that it sends is taken as it comes: outputs are cleaned (see `outputs`), of a
flood only so much is kept, and time is over when it is over, whether the kernel answers or not.
"""

import time
from dataclasses import dataclass, field
from queue import Empty

from coursekit.trust.outputs import clean_output

__all__ = ["Ran", "talk"]

MAX_OUTPUTS, MAX_LETTERS = 200, 500_000  # of a cell; what comes after that is not kept
POLL, PATIENCE = 0.1, 10  # seconds: between two looks at the kernel; for it to heed an interrupt


@dataclass
class Ran:
    """How a piece of code went, "ok", "error", "late" (interrupted, its time was over) or "dead"; what it showed."""

    end: str = "ok"
    outputs: list = field(default_factory=list)
    flooded: bool = False
    letters: int = 0

    def add(self, output):
        """Keep an output if there is room for it; a stream goes on where the last one ended."""
        clean = clean_output(output)
        size = len(str(clean))
        if clean is None:
            return
        if len(self.outputs) >= MAX_OUTPUTS or self.letters + size > MAX_LETTERS:
            self.flooded = True
            return
        self.letters += size
        last = self.outputs[-1] if self.outputs else {}
        if clean["output_type"] == "stream" and last.get("name") == clean["name"]:
            last["text"] += clean["text"]
        else:
            self.outputs.append(clean)


def talk(kernel, client, code, seconds, meanwhile=None):
    """Run code in a kernel, for at most so many seconds; return how it went.

    `meanwhile()` is called once the code has been sent, and may take as long as it likes; the code has `seconds` after
    that. An interrupt that is not heeded leaves the kernel "dead": it is for the caller to end it.
    """
    message = client.execute(code, allow_stdin=False, stop_on_error=False)
    if meanwhile:
        meanwhile()
    ran = Ran()
    if _listen(kernel, client, message, ran, seconds):
        return ran
    if ran.end != "dead":
        kernel.interrupt()
        ran.end = "late" if _listen(kernel, client, message, ran, PATIENCE) else "dead"
    return ran


def _listen(kernel, client, message, ran, seconds):
    """Gather outputs until the code has ended, and say whether it has; not so if time is over or the kernel is gone."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            heard = client.get_iopub_msg(timeout=POLL)
        except Empty:
            if not kernel.is_alive():
                ran.end = "dead"
                return False
            continue
        except Exception:  # what cannot even be read as a message
            continue
        if _concerns(heard, message) and _take(heard, ran):
            return True
    return False


def _concerns(heard, message):
    """Say whether what was heard belongs to this message, and has the form of one: a kernel can send anything."""
    parent = heard.get("parent_header") if isinstance(heard, dict) else None
    fits = isinstance(parent, dict) and parent.get("msg_id") == message
    return fits and isinstance(heard.get("content"), dict)


def _take(heard, ran):
    """Take in one message; say whether it tells that the code has ended."""
    kind, content = heard.get("msg_type"), heard.get("content", {})
    if kind == "status":
        return content.get("execution_state") == "idle"
    if kind == "clear_output":
        ran.outputs.clear()
    if kind in ("stream", "display_data", "execute_result", "error"):
        ran.add({**content, "output_type": kind})
    if kind == "error":
        ran.end = "error"
    return False
