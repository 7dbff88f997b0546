"""A warm parent: a Python that has imported what takes seconds, and is copied for each notebook.

TensorFlow takes five seconds to import, which is more than most notebooks run. A copy of a process that has done so
(a fork) is there in a hundredth of a second. What the copy does then, and how it gets into a sandbox, is told in
`coursekit.trust.launch`; here is the grader's side of it. The parent runs nothing of a student's, and no copy can reach
it: each is in a sandbox before the first cell runs. It has to have run nothing of its own, either: copies of a Python
whose TensorFlow has worked wait for threads that they do not have.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from coursekit.trust.sandbox import LAUNCH, SandboxError, _font_lists, available, kernel_variables

__all__ = ["COMMON", "KERAS", "WarmParent", "works"]

COMMON = ("ipykernel.kernelapp", "ipykernel.zmqshell", "matplotlib_inline.backend_inline", "matplotlib.pyplot", "sympy")
KERAS = (*COMMON, "sklearn.datasets", "tensorflow", "keras")


def works():
    """Say whether this system has what it takes: sandboxes, and a way into them (Linux 5.8 and newer)."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open") and available() is None


class WarmParent:
    """A Python that has imported `modules`; also a context, which ends it. Kernels it has started live on.

    It has an environment of its own, the one that kernels have, so that nothing of the grader's is in its memory.
    """

    def __init__(self, modules=COMMON, threads=1):
        self.modules, self.threads = tuple(modules), threads
        self._folder = self._process = self._requests = None

    def start(self, seconds=120):
        """Start it and wait until it has imported everything. Raises SandboxError where it does not get there."""
        self._folder = Path(tempfile.mkdtemp(prefix="warm-"))
        place = self._folder / ".cache/matplotlib"
        place.mkdir(parents=True)
        for path in _font_lists():
            shutil.copy(path, place)
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._launch(theirs)
        self._requests.settimeout(seconds)
        try:
            ready = self._requests.recv(10)
        except OSError:
            ready = b""
        if ready != b"ready":
            said = (self._folder / "output").read_text(errors="replace").strip().splitlines()
            self.stop()
            raise SandboxError(f"the warm parent did not start: {said[-1][:300] if said else 'it does not say why'}")
        return self

    def _launch(self, theirs):
        about = {"modules": self.modules, "requests": theirs.fileno()}
        environment = kernel_variables(self.threads) | {"PATH": "/usr/bin:/bin", "HOME": str(self._folder)}
        environment |= {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
        with theirs, open(self._folder / "output", "wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-c", LAUNCH, json.dumps(about)],
                env=environment,
                cwd="/",
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def is_alive(self):
        """Say whether it is there to be asked."""
        return self._process is not None and self._process.poll() is None

    def fork(self, about, sandbox, output):
        """Have a copy become the kernel in the sandbox of the process behind the pidfd `sandbox`; return an Offspring.

        `about` is what `launch.usher` is told; what the kernel writes past Jupyter goes to the file `output`. Raises
        SandboxError where nobody answers.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                socket.send_fds(self._requests, [json.dumps(about).encode()], [sandbox, theirs.fileno(), output])
            return Offspring(ours)
        except OSError as fault:
            ours.close()
            raise SandboxError(f"the warm parent is gone ({fault.strerror})") from None

    def stop(self):
        """End it. A second time does nothing."""
        if self._process:
            self._requests.close()
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


class Offspring:
    """A kernel that a warm parent has started: its number, and its exit status once it has ended."""

    def __init__(self, answers, seconds=20):
        self._answers, self.returncode, self._turns = answers, None, threading.Lock()
        answers.settimeout(seconds)
        told = self._answer()
        if not told:
            raise ConnectionResetError(0, "no kernel came of it")
        self.pid = int(told)
        answers.setblocking(False)

    def _answer(self):
        """Return what comes from the usher; nothing where it is gone. Raises BlockingIOError where nothing has come."""
        try:
            return self._answers.recv(20)
        except (ConnectionError, TimeoutError):
            return b""

    def poll(self):
        """Return None while the kernel runs, then its exit status, as subprocess.Popen has it."""
        with self._turns:  # two threads ask, and the status comes once
            if self.returncode is None:
                try:
                    status = self._answer()
                except BlockingIOError:
                    return None
                self.returncode = os.waitstatus_to_exitcode(int(status)) if status else 1
            return self.returncode

    def close(self):
        """Stop listening."""
        self._answers.close()
