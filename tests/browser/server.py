"""A JupyterLab server for a test: with a home folder of its own, so that nobody's settings or progress are touched."""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

OURS = ("JUPYTER", "IPYTHON", "XDG_", "NNKIT_", "NBGRADER_", "MPLCONFIGDIR", "KERAS_HOME")  # settings of who runs us
OPTIONS = [
    "--no-browser",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.allow_root=True",  # CI is root
    "--LabApp.expose_app_in_browser=True",  # tests ask JupyterLab itself what it is doing
]


class Server:
    """A server that runs: `url` and `token` lead to it, `home` is its user's home folder."""

    def __init__(self, command, folder, home, **settings):
        """Start `python -m <command>` in `folder` and wait until it listens; RuntimeError where it does not."""
        self.home, self.log = home, home / "server.log"
        home.mkdir(parents=True)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command, *OPTIONS],
                cwd=folder,
                env=self._environment(settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            said = self._wait_for_info(home / "runtime" / f"jpserver-{self.process.pid}.json")
        except BaseException:
            self.close()
            raise
        self.url, self.token = said["url"].rstrip("/"), said["token"]

    def _environment(self, settings):
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        places = {"HOME": str(self.home), "JUPYTER_RUNTIME_DIR": str(self.home / "runtime")}
        path = os.pathsep.join([str(Path(sys.executable).parent), inherited.get("PATH", "")])
        return {**inherited, **places, "PATH": path, **{name: str(value) for name, value in settings.items()}}

    def _wait_for_info(self, path, seconds=120):
        """Return what the server writes down of itself as soon as it listens."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError, ValueError):
                return json.loads(path.read_text("utf-8"))
            time.sleep(0.05)
        raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text('utf-8', 'replace')[-3000:]}")

    def ask(self, path, method="GET"):
        """Return the answer of the server's own interface, from JSON."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.url}/api/{path}", method=method, headers=headers)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # this computer, whatever the proxy
        with direct.open(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def end_kernels(self):
        """End the kernels of all notebooks."""
        for session in self.ask("sessions"):
            self.ask(f"sessions/{session['id']}", "DELETE")

    def close(self):
        """End the server, and its kernels with it."""
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
