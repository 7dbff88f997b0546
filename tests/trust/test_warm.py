"""Warm kernels: copies of a parent, which no copy can reach, nor any copy another. What holds for every kernel, warm
ones included, is in test_sandbox.py."""

import contextlib
import os
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from conftest import ROOT
from test_sandbox import ROOM, SMALL, gone, needs_bubblewrap, processes, run, soon, value

from coursekit.trust import warm
from coursekit.trust.sandbox import SandboxedKernel, SandboxError
from coursekit.trust.warm import WarmParent

pytestmark = [needs_bubblewrap, pytest.mark.skipif(not warm.works(), reason="no warm kernels here")]


@pytest.fixture(scope="module")
def parent():
    with WarmParent() as parent:
        yield parent


@pytest.fixture
def fresh(parent):
    """A function that starts copies, which are gone after the test."""
    with contextlib.ExitStack() as kernels:
        yield lambda: kernels.enter_context(SandboxedKernel(ROOM, limits=SMALL, warm=parent))


ABOUT = """
import resource
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines())
names = ("Uid", "Gid", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Seccomp_filters")
limits = {name: resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name.startswith("RLIMIT")}
spaces = {name: os.readlink(f"/proc/self/ns/{name}") == os.readlink(f"/proc/1/ns/{name}") for name in os.listdir("/proc/self/ns")}
mounts = sorted(line.split()[4] + line.split()[5] for line in open("/proc/self/mountinfo"))
told = {name: status.get(name) for name in names} | {"limits": limits, "spaces": spaces, "mounts": mounts}
told |= {"environment": sorted(set(os.environ) - {"MPLBACKEND", "PWD"}), "folder": os.getcwd(), "root": sorted(os.listdir("/"))}
told |= {"session": os.getsid(0) == os.getpid(), "user": os.getuid(), "signals": [status[n] for n in ("SigBlk", "SigIgn")]}
print(json.dumps(told))
"""


def test_a_copy_has_the_powers_limits_and_view_of_a_new_kernel_and_no_others(fresh):
    with SandboxedKernel(ROOM, limits=SMALL) as cold:
        expected = value(cold, ABOUT)
    told = value(fresh(), ABOUT)
    assert told.pop("session")
    expected.pop("session")
    mounts = [
        [entry.replace("/kernel-", "").split("/shared")[0] for entry in about.pop("mounts")]
        for about in (expected, told)
    ]
    assert len(mounts[0]) == len(mounts[1])
    assert told == expected
    assert told["CapEff"].strip("0\n") == told["CapBnd"].strip("0\n") == "" and told["Seccomp"].strip() == "2"


def test_a_copy_holds_none_of_the_files_of_its_parent(fresh):
    code = """
    links = []
    for name in os.listdir("/proc/self/fd"):
        try:
            links.append(os.readlink(f"/proc/self/fd/{name}"))
        except OSError:
            pass
    print(json.dumps([link for link in links if link.startswith("/") and not link.startswith(("/dev/", "/tmp/kernel-"))]))
    """
    assert [link for link in value(fresh(), code) if not link.startswith("/proc/")] == []


def test_neither_the_parent_nor_another_copy_can_be_seen_or_signalled(parent, fresh):
    other, kernel = fresh(), fresh()
    pids = [parent._process.pid, other._offspring.pid]
    code = f"""
    reached = []
    for pid in {pids} + [os.getppid() or 10**7]:
        try:
            os.kill(pid, 0)
            reached.append(pid)
        except OSError:
            pass
    print(json.dumps([reached, os.getppid(), len([name for name in os.listdir("/proc") if name.isdigit()])]))
    """
    reached, above, seen = value(kernel, code)
    assert reached == [] and above == 0 and seen <= 4
    kernel.client().execute("import os, signal; os.killpg(0, signal.SIGKILL)")  # whoever is in its group
    assert soon(lambda: kernel.reason == "its Python was ended by the signal SIGKILL")
    assert parent.is_alive() and run(other, "print(1)") == "1\n"


def test_what_a_copy_does_to_its_modules_and_files_no_later_one_finds(fresh):
    spoil = """
    import numpy, sys, os, json, builtins
    numpy.sum = lambda *_: 0
    json.loads, builtins.spoilt = None, 1
    sys.modules["spoilt"] = sys
    os.environ["SPOILT"] = "1"
    for folder in ("/tmp", "/tmp/home", "."):
        open(f"{folder}/spoilt", "w").close()
    """
    run(fresh(), spoil)
    look = """
    import builtins, numpy
    files = [name for folder in ("/tmp", "/tmp/home", ".") for name in os.listdir(folder) if "spoilt" in name]
    print(json.dumps([int(numpy.sum([1, 2])), json.loads("3"), "spoilt" in sys.modules, "SPOILT" in os.environ, hasattr(builtins, "spoilt"), files]))
    """
    assert value(fresh(), look) == [3, 3, False, False, False, []]


def test_every_copy_draws_random_numbers_of_its_own(fresh):
    code = """
    import random, numpy as np
    print(json.dumps([random.random(), np.random.rand(), np.random.default_rng().random()]))
    """
    draws = np.array([value(fresh(), code) for _ in range(3)])
    assert len(np.unique(draws)) == 9


def test_copies_leave_nothing_behind(parent):
    def files():
        return len(os.listdir("/proc/self/fd")), len(os.listdir(f"/proc/{parent._process.pid}/fd"))

    seen = []
    for _ in range(12):
        with SandboxedKernel(ROOM, limits=SMALL, warm=parent) as kernel:
            assert run(kernel, "print(1)") == "1\n"
        seen.append(files())
    assert seen[-1][1] == seen[0][1] and seen[-1][0] <= seen[0][0] + 3, seen  # pytest itself may open some
    assert soon(lambda: sum(1 for pid in children(parent._process.pid)) == 0)


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return file.read().split()


def test_a_parent_that_is_gone_is_an_error_in_words():
    parent = WarmParent(["json"])
    with pytest.raises(SandboxError, match="the warm parent did not start: .*no_such_module"):
        WarmParent(["no_such_module"]).start()
    parent.start()
    os.kill(parent._process.pid, signal.SIGKILL)
    parent._process.wait()
    assert not parent.is_alive()
    with pytest.raises(SandboxError, match="the warm parent is gone"):
        SandboxedKernel(ROOM, limits=SMALL, warm=parent).start()
    parent.stop()
    parent.stop()


def test_copies_and_their_parent_die_with_the_grader(tmp_path):
    program = f"""
    import time
    from coursekit.trust.sandbox import SandboxedKernel
    from coursekit.trust.warm import WarmParent
    parent = WarmParent().start()
    kernel = SandboxedKernel({str(ROOM)!r}, warm=parent).start()
    kernel.client().execute("import time; time.sleep(600)")
    print(kernel._offspring.pid, parent._process.pid, kernel._process.pid, flush=True)
    time.sleep(600)
    """
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", textwrap.dedent(program)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as grader:
        pids = grader.stdout.readline().split()
        assert all(os.path.exists(f"/proc/{pid}") for pid in pids)
        os.kill(grader.pid, signal.SIGKILL)
    assert soon(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids))
    assert gone(str(tmp_path)) and processes(str(tmp_path)) == []


@pytest.mark.slow
def test_keras_trains_in_copies_one_after_the_other():
    code = """
    import keras, numpy as np
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy")
    x = np.random.default_rng(0).normal(size=(500, 20))
    print(model.fit(x, (x[:, 0] > 0) * 1.0, epochs=5, verbose=0).history["loss"][-1])
    """
    with SandboxedKernel(ROOM) as cold:
        expected = run(cold, code, 300).splitlines()[-1]
    with WarmParent(warm.KERAS) as parent:
        for _ in range(3):
            with SandboxedKernel(ROOM, warm=parent) as kernel:
                assert run(kernel, code, 300).splitlines()[-1] == expected
                assert kernel.peak < 1e9
