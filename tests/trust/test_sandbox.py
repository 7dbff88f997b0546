"""The sandbox: what a student's code reaches for is not there, what it uses up has an end, and nothing stays behind."""

import contextlib
import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from conftest import ROOT

from coursekit.trust import sandbox, warm
from coursekit.trust.room import room
from coursekit.trust.sandbox import Limits, SandboxedKernel, SandboxError, available
from coursekit.trust.warm import WarmParent

PROBLEM = available()
REQUIRED = os.environ.get("REQUIRE_SANDBOX") == "1"
needs_bubblewrap = pytest.mark.skipif(PROBLEM is not None and not REQUIRED, reason=str(PROBLEM))
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc is needed")
SMALL = Limits(memory_mb=400, processes=60, file_mb=8, disk_mb=32, message_mb=4, start_seconds=120)
ROOM = room("01-small")
SECRET = "a secret that no student may read"


def run(kernel, code, seconds=60):
    """Run code in a kernel; return what it printed, and the name of the error that ended it, if any."""
    texts = []

    def keep(message):
        content = message["content"]
        texts.append(content.get("text") or content.get("ename") or "")

    options = {"timeout": seconds, "allow_stdin": False, "stop_on_error": False, "output_hook": keep}
    kernel.client().execute_interactive(textwrap.dedent(code), **options)
    return "".join(texts)


def value(kernel, code):
    """Return what code prints last, from JSON."""
    return json.loads(run(kernel, f"import json, os, sys\n{textwrap.dedent(code)}").splitlines()[-1])


def ended(kernel, code, seconds=60):
    """Run code that ends its kernel; return the reason that is given."""
    kernel.client().execute(textwrap.dedent(code))
    end = time.monotonic() + seconds
    while kernel.is_alive() or kernel.reason is None:
        assert time.monotonic() < end, "the kernel did not end"
        time.sleep(0.05)
    return kernel.reason


def processes(mark):
    """Return the processes of the whole system whose command line has this mark."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if mark in path.read_bytes().decode(errors="replace") and int(path.parent.name) != os.getpid():
                found.append(int(path.parent.name))
    return found


def soon(what, seconds=10):
    """Say whether something comes true within a while."""
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.05)
    return what()


def gone(mark):
    """Say whether no process with this mark is left after a while."""
    return soon(lambda: not processes(mark))


@pytest.fixture(scope="module")
def submission(tmp_path_factory):
    """A folder as students hand in, with what must not come along beside what may."""
    folder = tmp_path_factory.mktemp("submission")
    (folder / "numbers.csv").write_text("1,2\n")
    (folder / "helpers.py").write_text("def seven():\n    return 7\n")
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "er" / "data.bin").write_bytes(b"\0\1")
    (folder / "work.ipynb").write_text("{}")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "old.txt").write_text("old")
    (folder / "huge.bin").write_bytes(bytes(17 << 20))
    (folder.parent / "secret.txt").write_text(SECRET)
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    (folder / "link").symlink_to(folder.parent)
    os.mkfifo(folder / "pipe")
    return folder


@pytest.fixture(scope="module", params=["cold", "warm"])
def parent(request):
    """None, or the parent whose copies become the kernels: what holds for a kernel holds for both kinds."""
    if request.param == "cold":
        yield None
    elif not warm.works():
        pytest.skip("no warm kernels here")
    else:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SECRET_TOKEN", SECRET)
            with WarmParent() as parent:
                yield parent


@pytest.fixture(scope="module")
def boxed(submission, parent):
    """A kernel for everything that does not end it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_TOKEN", SECRET)
        with SandboxedKernel(ROOM, submission, SMALL, warm=parent) as kernel:
            yield kernel


@pytest.fixture
def fresh(parent):
    """A function that starts kernels, which are gone after the test."""
    with contextlib.ExitStack() as kernels:

        def start(**settings):
            if parent and not settings.get("isolated", True):
                pytest.skip("without a sandbox, no kernel is a copy")
            return kernels.enter_context(SandboxedKernel(ROOM, **{"limits": SMALL, "warm": parent} | settings))

        yield start


# ---- what can be seen and reached


@needs_bubblewrap
def test_only_the_interpreter_the_packages_and_the_room_can_be_read(boxed):
    there = value(boxed, "print(json.dumps([os.listdir('/'), os.listdir('/etc'), os.listdir('/tmp')]))")
    top, etc, tmp = map(set, there)
    known = {"bin", "lib", "lib32", "lib64", "sbin", "usr", "etc", "proc", "dev", "tmp", "room", "data", "data-home"}
    for prefix in (sys.prefix, sys.base_prefix, *sys.path):
        known.add(Path(prefix).parts[1])
    assert top <= known
    assert etc <= {"passwd", "group", "alternatives", "fonts", "ld.so.cache", "localtime"}
    ours = {Path(place).parts[2] for place in (sys.prefix, sys.base_prefix) if place.startswith("/tmp/")}
    assert tmp == {"home", "notebook", boxed.shared.parent.name} | ours


@needs_bubblewrap
def test_secrets_cannot_be_read(boxed, tmp_path, submission):
    (tmp_path / "secret.txt").write_text(SECRET)
    secrets = [
        tmp_path / "secret.txt",
        submission.parent / "secret.txt",
        submission / "work.ipynb",
        Path.home() / ".ssh",
    ]
    secrets += [
        ROOT / "nnkit/layers.py",
        ROOT / "coursekit/solutions/backprop.py",
        ROOT / "gradebook.db",
        ROOT / "source",
    ]
    secrets += [
        Path("/etc/shadow"),
        Path("/home"),
        Path("/sys"),
        Path("/var"),
        Path("/run"),
        Path("/proc/1/root/etc/shadow"),
    ]
    code = f"print(json.dumps([path for path in {list(map(str, secrets))} if os.path.exists(path)]))"
    assert value(boxed, code) == []


@needs_bubblewrap
def test_the_environment_of_the_grader_is_not_there(boxed):
    code = """
    from pathlib import Path
    texts = [path.read_bytes().decode() for path in Path("/proc").glob("[0-9]*/environ")]
    print(json.dumps(["\\n".join(texts), dict(os.environ)]))
    """
    texts, environment = value(boxed, code)
    assert SECRET not in texts and SECRET not in environment.values()
    assert str(ROOT) not in texts.replace(str(Path(sys.prefix)), "")
    assert environment["HOME"] == "/tmp/home" and environment["PYTHONPATH"] == "/room"


@needs_bubblewrap
def test_the_project_is_nowhere_but_in_the_room(boxed):
    code = """
    found = []
    for folder, folders, files in os.walk("/"):
        folders[:] = [name for name in folders if name not in ("proc", "room")]
        for name in folders + files:
            path = os.path.join(folder, name)
            if "nnkit" in name or "coursekit" in name:
                found.append([path, os.listdir(path) if os.path.isdir(path) else open(path).read()])
    print(json.dumps(found))
    """
    assert [entry for entry in value(boxed, code) if entry[1]] == []
    code = "import nnkit, importlib.metadata as m; print(json.dumps([nnkit.__file__, 'nnkit' in m.packages_distributions()]))"
    assert value(boxed, code) == ["/room/nnkit/__init__.py", False]
    assert run(boxed, "import coursekit") == "ImportError"


@needs_bubblewrap
def test_nothing_can_be_written_outside_tmp(boxed):
    code = """
    places = ["/", "/dev", "/etc", "/usr/lib", "/room/nnkit", "/data", "/proc/self", f"{sys.prefix}/lib", os.path.dirname(os.__file__)]
    written = []
    for place in places:
        try:
            open(os.path.join(place, "new"), "w").close()
            written.append(place)
        except OSError:
            pass
    print(json.dumps(written))
    """
    assert value(boxed, code) == []


@needs_bubblewrap
def test_the_settings_of_the_system_cannot_be_changed(boxed):
    code = """
    writable = []
    for folder, folders, files in os.walk("/proc"):
        if folder == "/proc":
            folders[:] = [name for name in folders if not name.isdigit() and name not in ("self", "thread-self")]
        for path in (os.path.join(folder, name) for name in files):
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
                writable.append(path)
            except OSError:
                pass
    print(json.dumps(writable))
    """
    assert value(boxed, code) == []


@needs_bubblewrap
def test_there_is_no_network_and_no_way_to_the_loopback(boxed, tmp_path):
    with socket.socket() as listener, socket.socket(socket.AF_UNIX) as named, socket.socket(socket.AF_UNIX) as hidden:
        listener.bind(("127.0.0.1", 0))
        named.bind(str(tmp_path / "socket"))
        hidden.bind("\0a-name-in-no-folder")
        for server in (listener, named, hidden):
            server.listen()
        places = [["INET", "127.0.0.1", listener.getsockname()[1]], ["INET", "1.1.1.1", 53]]
        places += [["UNIX", str(tmp_path / "socket")], ["UNIX", "\0a-name-in-no-folder"]]
        code = f"""
        import socket
        reached = []
        for kind, *place in {places!r}:
            with socket.socket(getattr(socket, "AF_" + kind)) as client:
                client.settimeout(5)
                try:
                    client.connect(place[0] if kind == "UNIX" else tuple(place))
                    reached.append(place)
                except OSError:
                    pass
        print(json.dumps(reached))
        """
        assert value(boxed, code) == []
    assert run(boxed, "import socket; socket.getaddrinfo('example.org', 80)") == "gaierror"


@needs_bubblewrap
def test_an_installation_gives_up_at_once(boxed):
    started = time.monotonic()
    run(boxed, "!pip install a-package-that-is-not-here")
    assert time.monotonic() - started < 30


@needs_bubblewrap
def test_no_other_process_can_be_seen_and_no_more_power_be_had(boxed):
    code = """
    import ctypes, subprocess
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    space = subprocess.run(["unshare", "--user", "--map-root-user", "true"], capture_output=True).returncode
    status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
    calls = [os.memfd_create] if hasattr(os, "memfd_create") else []
    for call in calls:
        try:
            calls = [call("x")]
        except OSError:
            calls = []
    shared = ctypes.CDLL(None).shmget(0, 4096, 0o1600)
    print(json.dumps([len(pids), space, status["CapEff"].strip(), status["NoNewPrivs"].strip(), calls, shared]))
    """
    pids, space, powers, none_new, memory, shared = value(boxed, code)
    assert pids < 10 and space != 0 and int(powers, 16) == 0 and none_new == "1"
    if sandbox._filter():
        assert memory == [] and shared == -1


@needs_bubblewrap
def test_more_can_be_shown_and_said(fresh, tmp_path):
    (tmp_path / "given.txt").write_text("given")
    kernel = fresh(readable=[tmp_path / "given.txt"], environment={"NNKIT_DATA": "here"})
    code = f"print(json.dumps([open({str(tmp_path / 'given.txt')!r}).read(), os.environ['NNKIT_DATA']]))"
    assert value(kernel, code) == ["given", "here"]
    assert run(kernel, f"open({str(tmp_path / 'given.txt')!r}, 'w')") == "OSError"


# ---- data files and the working folder


@pytest.mark.parametrize("isolated", [pytest.param(True, marks=needs_bubblewrap), False])
def test_data_files_come_along_and_nothing_else(fresh, submission, isolated):
    kernel = fresh(data=submission, isolated=isolated)
    code = """
    found = sorted(os.path.relpath(os.path.join(folder, name)) for folder, _, files in os.walk(".") for name in files)
    print(json.dumps(found))
    """
    assert value(kernel, code) == ["deep/er/data.bin", "helpers.py", "numbers.csv"]
    assert sorted(kernel.left_out) == ["huge.bin", "link.txt", "pipe"]
    assert value(kernel, "import helpers; print(helpers.seven())") == 7
    assert run(kernel, "open('numbers.csv', 'a').write('3,4'); print(open('numbers.csv').read())") == "1,2\n3,4\n"
    assert (submission / "numbers.csv").read_text() == "1,2\n"


@needs_bubblewrap
def test_nothing_that_was_written_is_there_for_the_next(fresh):
    first = fresh()
    run(first, "[open(place + '/note', 'w').close() for place in ('.', '/tmp', '/tmp/home', '/dev/shm')]")
    code = "print(json.dumps([p for p in ('.', '/tmp', '/tmp/home', '/dev/shm') if os.path.exists(p + '/note')]))"
    assert len(value(first, code)) == 4
    assert value(fresh(), code) == []


# ---- limits


@needs_bubblewrap
def test_an_array_that_is_too_large_is_an_error_like_others(fresh):
    kernel = fresh()
    assert run(kernel, "import numpy as np; np.ones((1000, 1000, 1000))").endswith("MemoryError")
    assert run(kernel, "print(1)") == "1\n"


@needs_bubblewrap
def test_a_memory_hog_of_many_processes_is_ended(fresh):
    code = """
    import os, time
    for _ in range(20):
        if not os.fork():
            hog = bytearray(os.urandom(1)) * (100 << 20)
            time.sleep(600)
    time.sleep(600)
    """
    assert ended(fresh(), code) == "it used more than 400 MB of memory"


@needs_bubblewrap
def test_memory_that_forked_processes_share_is_counted_once(fresh):
    code = """
    import os
    hog = bytearray(os.urandom(1)) * (100 << 20)
    children = []
    for _ in range(6):
        children.append(os.fork())
        if not children[-1]:
            __import__("time").sleep(1.5)
            os._exit(0)
    print(sum(os.waitpid(child, 0)[1] for child in children))
    """
    assert run(fresh(), code) == "0\n"


@needs_bubblewrap
@pytest.mark.parametrize(
    "bomb", ["while True: os.fork()", "while True: threading.Thread(target=time.sleep, args=[99]).start()"]
)
def test_a_bomb_of_processes_or_threads_has_an_end(fresh, bomb):
    kernel = fresh()
    kernel.client().execute(f"import os, threading, time\n{bomb}")
    time.sleep(3)
    assert len(sandbox._tree(kernel._process.pid)) < 2 * SMALL.processes
    assert kernel.is_alive() or re.match("it (had more than 60 processes|used more than 400 MB)", kernel.reason)
    kernel.kill()
    assert gone(str(kernel.shared))


@needs_bubblewrap
def test_a_disk_hog_finds_the_disk_full(fresh):
    kernel = fresh()
    code = """
    for i in range(100):
        with open(f"file-{i}", "wb") as file:
            file.write(bytes(4 << 20))
    """
    assert run(kernel, code) == "OSError"
    assert run(kernel, "open('/dev/shm/large', 'wb').write(bytes(20 << 20))") == "OSError"


@needs_bubblewrap
def test_a_file_that_is_too_large_is_an_error(fresh):
    assert run(fresh(), "open('large', 'wb').write(bytes(9 << 20))") == "OSError"


@needs_bubblewrap
def test_the_folder_of_sockets_cannot_be_filled(fresh):
    kernel = fresh()
    code = f"open({str(kernel.shared / 'large')!r}, 'wb').write(bytes(1 << 20)); import time; time.sleep(60)"
    assert ended(kernel, code) == "it wrote into the folder that is for sockets alone"


@needs_bubblewrap
def test_a_folder_of_sockets_that_is_hard_to_remove_is_removed(fresh):
    kernel = fresh()
    folder, place = kernel._folder, str(kernel.shared)
    code = f"""
    import os
    os.chdir({place!r})
    for _ in range(3000):
        os.mkdir("d")
        os.chdir("d")
    os.chmod({place + "/d"!r}, 0)
    """
    kernel.client().execute(textwrap.dedent(code))
    time.sleep(1)
    kernel.kill()
    assert not folder.exists()


@pytest.mark.parametrize(
    "isolated", [pytest.param(True, marks=needs_bubblewrap), pytest.param(False, marks=needs_linux)]
)
def test_time_is_limited(fresh, isolated):
    limits = Limits(cpu_seconds=3, start_seconds=120)
    reason = ended(fresh(limits=limits, isolated=isolated), "while True: pass")
    assert reason == "it used more than 3 seconds of the processor's time"
    limits = Limits(wall_seconds=4, start_seconds=120)
    reason = ended(fresh(limits=limits, isolated=isolated), "import time; time.sleep(600)")
    assert reason == "it ran for more than 4 seconds"


@needs_bubblewrap
def test_a_flood_of_output_does_not_fill_the_memory_of_the_grader(fresh):
    kernel = fresh()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    code = """
    import sys
    for _ in range(200):
        sys.stdout.write("x" * (3 << 20))
        sys.stdout.flush()
    """
    kernel.client().execute(textwrap.dedent(code))
    time.sleep(5)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 * 1024  # kB


@needs_bubblewrap
def test_a_message_that_is_too_large_is_not_taken_in(fresh):
    kernel = fresh()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kernel.client().execute("import os; os.write(1, b'x'); print('x' * (100 << 20)); print('after')")
    time.sleep(3)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024
    assert run(kernel, "print('alive')").endswith("alive\n")


# ---- how it ends


@pytest.mark.parametrize(
    "isolated", [pytest.param(True, marks=needs_bubblewrap), pytest.param(False, marks=needs_linux)]
)
def test_it_says_how_a_kernel_ended_by_itself(fresh, isolated):
    assert ended(fresh(isolated=isolated), "import os; os._exit(3)") == "its Python ended by itself, with exit status 3"
    segfault = "import ctypes; ctypes.string_at(0)"
    assert ended(fresh(isolated=isolated), segfault) == "its Python was ended by the signal SIGSEGV"


@pytest.mark.parametrize("isolated", [pytest.param(True, marks=needs_bubblewrap), False])
def test_a_cell_can_be_interrupted_and_the_next_one_runs(fresh, isolated):
    kernel = fresh(isolated=isolated)
    message = kernel.client().execute("while True: pass", stop_on_error=False)
    time.sleep(1)
    kernel.interrupt()
    reply = kernel.client().get_shell_msg(timeout=20)
    assert reply["parent_header"]["msg_id"] == message and reply["content"]["ename"] == "KeyboardInterrupt"
    assert run(kernel, "print(2)") == "2\n"
    kernel.kill()
    kernel.interrupt()


STRAYS = """
import os, subprocess, sys
for how in ({}, {"start_new_session": True}):
    subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)", MARK], **how)
if not os.fork():
    os.setsid()
    if not os.fork():
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(600)", MARK])
    os._exit(0)
"""


@needs_bubblewrap
def test_nothing_survives_the_end(fresh):
    kernel = fresh()
    mark = f"stray-{kernel._folder.name}"
    run(kernel, f"MARK = {mark!r}\n" + STRAYS)
    assert soon(lambda: len(processes(mark)) >= 3)
    folder = kernel._folder
    kernel.kill()
    assert processes(mark) == [] and not folder.exists() and not kernel.is_alive()
    kernel.kill()


@needs_linux
def test_without_a_sandbox_its_own_processes_end_with_it(fresh):
    kernel = fresh(isolated=False)
    mark = f"stray-{kernel._folder.name}"
    run(kernel, f"MARK = {mark!r}\n" + STRAYS.partition("if not")[0])
    assert soon(lambda: len(processes(mark)) == 2)
    kernel.kill()
    assert gone(mark)


@pytest.mark.parametrize(
    "isolated", [pytest.param(True, marks=needs_bubblewrap), pytest.param(False, marks=needs_linux)]
)
def test_everything_dies_with_the_grader(isolated, tmp_path):
    program = f"""
    import sys, time
    from coursekit.trust.sandbox import SandboxedKernel
    kernel = SandboxedKernel({str(ROOM)!r}, isolated={isolated}).start()
    kernel.client().execute("import time; time.sleep(600)")
    print(kernel.shared, flush=True)
    time.sleep(600)
    """
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", textwrap.dedent(program)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as grader:
        shared = grader.stdout.readline().strip()
        assert processes(shared)
        os.kill(grader.pid, signal.SIGKILL)
    assert gone(shared)
    shutil.rmtree(Path(shared).parent)


# ---- where there is no sandbox, or no kernel


def test_a_kernel_without_a_sandbox_has_a_world_of_its_own_as_far_as_it_goes(fresh, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", SECRET)
    kernel = fresh(isolated=False)
    code = "import nnkit; print(json.dumps([dict(os.environ), os.getcwd(), nnkit.__file__]))"
    environment, place, file = value(kernel, code)
    assert SECRET not in environment.values()
    assert Path(environment["HOME"]).parent == Path(place).parent == kernel._folder
    assert Path(file).parents[1] == ROOM
    assert run(kernel, "import coursekit") == "ImportError"


@needs_linux
def test_without_a_sandbox_there_are_limits_too(fresh):
    kernel = fresh(isolated=False)
    assert run(kernel, "import numpy as np; np.ones((1000, 1000, 1000))").endswith("MemoryError")
    assert run(kernel, "open('large', 'wb').write(bytes(9 << 20))") == "OSError"
    bomb = "import subprocess\nfor _ in range(90): subprocess.Popen(['sleep', '600'])"
    assert ended(kernel, bomb) == "it had more than 60 processes and threads at once"


@pytest.mark.parametrize(
    ("platform", "found", "words"),
    [
        ("darwin", "/bwrap", "needs Linux"),
        ("linux", None, "sudo apt install bubblewrap"),
        ("linux", "/bin/false", "does not let it"),
    ],
)
def test_where_there_is_no_sandbox_it_is_said_in_a_line(monkeypatch, platform, found, words):
    monkeypatch.setattr(sandbox.sys, "platform", platform)
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: found)
    said = available.__wrapped__()
    assert words in said and sandbox.SETTING in said and "\n" not in said


def test_without_bubblewrap_nothing_is_started(monkeypatch):
    monkeypatch.setattr(sandbox, "available", lambda: "It is missing.")
    kernel = SandboxedKernel(ROOM)
    with pytest.raises(SandboxError, match="It is missing"):
        kernel.start()
    assert kernel._folder is None and not kernel.is_alive()


@pytest.mark.parametrize("isolated", [pytest.param(True, marks=needs_bubblewrap), False])
def test_a_kernel_that_does_not_start_says_why_and_leaves_nothing(isolated):
    kernel = SandboxedKernel(ROOM, isolated=isolated, environment={"PYTHONHOME": "/nowhere"})
    with pytest.raises(SandboxError, match="(?s)the kernel did not start: .*No module named 'encodings'"):
        kernel.start()
    assert kernel._folder is None and not kernel.is_alive()


@needs_bubblewrap
@pytest.mark.slow
def test_tensorflow_trains_within_the_limits(fresh):
    code = """
    import nnkit.quietly, keras
    import numpy as np
    model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy")
    x = np.random.default_rng(0).normal(size=(500, 20))
    losses = model.fit(x, (x[:, 0] > 0) * 1.0, epochs=5, verbose=0).history["loss"]
    print(losses[-1] < losses[0])
    """
    kernel = fresh(limits=Limits())
    assert run(kernel, code, 300) == "True\n"
    threads = sum(sandbox._use(pid)[0] for pid in sandbox._tree(kernel._process.pid))
    assert threads < Limits().processes / 2


# ---- pieces


def test_the_reason_is_said_in_words():
    limits = Limits(cpu_seconds=5)
    assert (
        sandbox._in_words(-9, limits) == sandbox._in_words(137, limits) == "its Python was ended by the signal SIGKILL"
    )
    assert sandbox._in_words(128 + signal.SIGXCPU, limits) == "it used more than 5 seconds of the processor's time"
    assert sandbox._in_words(1, limits) == "its Python ended by itself, with exit status 1"


def test_what_lies_in_a_shown_folder_is_not_shown_twice(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert sandbox._outermost([tmp_path / "a" / "b", tmp_path / "a", tmp_path / "none"]) == [tmp_path / "a"]


def test_a_socket_that_is_gone_again_is_nothing_that_a_kernel_wrote(tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        (tmp_path / "link").symlink_to("socket")
        assert not sandbox._is_no_socket(tmp_path / "socket") and sandbox._is_no_socket(tmp_path / "link")
    (tmp_path / "socket").unlink()
    assert not sandbox._is_no_socket(tmp_path / "socket")
