"""How much memory a process has held at most, in bytes, since a moment of our choice."""

import ctypes
import gc
import sys
from pathlib import Path

__all__ = ["Peak"]


class Peak:
    """Made at the start of something; `above` then says how much more memory than at that moment was held at most.

    Linux can be told to forget the peak so far. Elsewhere there is only the peak of the process's whole life: what is
    said then is by how much that has grown, which is too little where more was held before.
    """

    def __init__(self):
        gc.collect()
        give_back()
        self.start = resident() if forget() else None

    def above(self):
        """Return the peak since then, beyond what was held then, in bytes; None where the system does not tell."""
        return None if self.start is None else highest() - self.start


def give_back():
    """Hand freed memory back to the system: reused unseen, it would hide what is needed from now on."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None  # glibc has it
    if trim is not None:
        trim(0)


def forget():
    """Forget the peak so far; False where Linux could, but does not let us."""
    try:
        if sys.platform == "linux":
            Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return True


def resident():
    """Return the memory that is held now."""
    return _status("VmRSS") if sys.platform == "linux" else highest()


def highest():
    """Return the most memory that has been held, or None."""
    if sys.platform == "linux":
        return _status("VmHWM")
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _status(name):
    """Return an entry of /proc/self/status."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
