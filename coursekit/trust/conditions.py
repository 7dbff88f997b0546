"""The conditions under which a notebook is run: its sandbox, and what it may use up. Plain values, for any process."""

from dataclasses import dataclass

from coursekit.trust.room import left_out, room
from coursekit.trust.sandbox import Limits, SandboxedKernel, available, impossible
from coursekit.trust.session import Session, Times

__all__ = ["Conditions"]


@dataclass(frozen=True)
class Conditions:
    """One field for each setting of `coursekit.grading.TrustedExecute`, which says what they mean."""

    sandbox: str = "bubblewrap"
    experiments: bool = False
    cell_seconds: int = 300
    check_seconds: int = 120
    notebook_seconds: int = 1200
    memory_mb: int = Limits.memory_mb
    processes: int = Limits.processes
    disk_mb: int = Limits.disk_mb
    file_mb: int = Limits.file_mb
    cpu_seconds: int = Limits.cpu_seconds

    def problem(self):
        """Return why nothing can be marked under these conditions, in a sentence, or None."""
        return available() if self.sandbox == "bubblewrap" else impossible()

    def session(self, assignment, folder, warm=None):
        """Return a Session for a notebook of this assignment, with the data files in `folder`; `warm`: a WarmParent."""
        names = ("memory_mb", "processes", "disk_mb", "file_mb", "cpu_seconds")
        limits = Limits(**{name: getattr(self, name) for name in names}, wall_seconds=self.notebook_seconds + 300)

        def start():
            return SandboxedKernel(room(assignment), folder, limits, self.sandbox == "bubblewrap", warm=warm).start()

        times = Times(self.cell_seconds, self.check_seconds, self.notebook_seconds)
        return Session(start, frozenset(left_out(assignment)), times, self.experiments)
