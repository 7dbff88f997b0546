"""Other systems than Linux: nothing crashes for want of what they do not have, and what is said of them is true."""

import json
import subprocess
import sys
import textwrap

import pytest
from conftest import ROOT

# Takes away what a system does not have, once Python's own modules are there, and imports all that grades.
WITHOUT = """
import json, os, signal, socket, subprocess, sys, tempfile
import multiprocessing, asyncio, numpy, nbgrader.apps, jupyter_client, zmq  # which know their systems
for module, names in json.loads(sys.argv[1]).items():
    for name in names:
        if module == "modules":
            sys.modules[name] = None
        elif hasattr(sys.modules[module], name):
            delattr(sys.modules[module], name)
sys.platform = sys.argv[2]
import importlib, pkgutil
import coursekit.grading, coursekit.trust
for module in pkgutil.iter_modules(coursekit.trust.__path__, "coursekit.trust."):
    if module.name not in ("coursekit.trust.launch", "coursekit.trust.warm"):
        importlib.import_module(module.name)
from coursekit.trust.conditions import Conditions
print(json.dumps([Conditions().problem(), Conditions(sandbox="none").problem()]))
"""
SYSTEMS = {
    "darwin": {"os": ["pidfd_open"], "signal": ["SIGPWR"]},
    "win32": {
        "modules": ["resource", "fcntl", "pwd", "grp"],
        "os": "fork getuid geteuid getgid setsid killpg getpgid register_at_fork mkfifo sysconf O_NOFOLLOW O_NONBLOCK pidfd_open".split(),
        "signal": "SIGKILL SIGALRM SIGXCPU SIGHUP alarm setitimer".split(),
        "socket": "AF_UNIX send_fds recv_fds".split(),
    },
}


def problems(system):
    """What is said there: with a sandbox, without one."""
    command = [sys.executable, "-W", "ignore", "-c", textwrap.dedent(WITHOUT), json.dumps(SYSTEMS[system]), system]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_on_a_mac_a_sentence_says_what_to_do_and_one_setting_does_without():
    boxed, plain = problems("darwin")
    assert "needs Linux" in boxed and 'c.TrustedExecute.sandbox = "none"' in boxed and plain is None


def test_on_windows_a_sentence_says_where_to_grade():
    assert ["WSL 2" in said for said in problems("win32")] == [True, True]


@pytest.mark.parametrize("words", ["WSL 2", "macOS", 'c.TrustedExecute.sandbox = "none"'])
def test_the_documentation_says_so(words):
    assert words in (ROOT / "docs" / "trust.md").read_text("utf-8")
