"""The sandbox: a kernel that can compute, and do nothing else.

A graded notebook is a program by somebody else. Its kernel runs under bubblewrap, which gives it a small world:

    /usr, the interpreter, its packages     to read
    /room                                   to read: the nnkit of coursekit.trust.room
    /tmp                                    to write, up to a limit, and gone afterwards: the working folder, HOME
    a folder of sockets                     to be spoken to; there is no network, not even the loopback

It sees no other process, file or user, has limits on all that it may use up, and dies with the grader. What one kernel
did, no other can notice.

Without bubblewrap the same class runs a plain kernel: with an environment, a HOME and a working folder of its own, and
limits as far as the system has them; but what the instructor may read and write, it may. `available` says what is so.
"""

import contextlib
import functools
import json
import os
import platform
import queue
import select
import shutil
import signal
import site
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from coursekit.trust import cgroup

__all__ = ["Limits", "SandboxError", "SandboxedKernel", "available", "impossible"]

SETTING = 'c.TrustedExecute.sandbox = "none"'
MB = 1 << 20
FULL = 0.75  # of the memory that there may be: with more in use, it soon runs out
FILE = "connection.json"
ROOM, DATA, HOME, WORK = "/room", "/data", "/tmp/home", "/tmp/notebook"
SYSTEM = [f"/usr/{name}" for name in ("bin", "lib", "lib32", "lib64", "libexec", "local/lib", "sbin", "share")]
LINKS = ["/bin", "/lib", "/lib32", "/lib64", "/sbin"]
SETTINGS = [f"/etc/{name}" for name in ("alternatives", "fonts", "ld.so.cache", "localtime")]
INTERPRETER = ("bin", "lib", "lib64", "pyvenv.cfg")  # of sys.prefix: there may be other things beside these
OURS = ("nnkit", "nnkit-*", "coursekit", "__editable__*nnkit*", "__pycache__/__editable__*nnkit*")  # not for students
PRESENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS")

# What runs in the sandbox first; there is no such file in there, so it is handed over as a text.
LAUNCH = (Path(__file__).parent / "launch.py").read_text("utf-8")
HOLDER = ["/bin/sh", "-c", "echo && exec cat"]  # keeps a sandbox open for a kernel that is on its way; tells that it is


class SandboxError(RuntimeError):
    """The kernel could not be started; the message says why."""


@dataclass(frozen=True)
class Limits:
    """What one kernel may use up; the values suit notebooks that train small networks with TensorFlow.

    memory_mb      of all its processes together; beside that, files in /tmp are kept in memory
    processes      at once, each thread counted (TensorFlow has about 40 on two cores)
    threads        of NumPy's and TensorFlow's arithmetic
    file_mb        in one file
    disk_mb        in all files
    message_mb     in one message of the kernel's: a cell's output, or a picture
    cpu_seconds    of one process
    wall_seconds   from start to end
    start_seconds  until the kernel is ready
    """

    memory_mb: int = 4096
    processes: int = 256
    threads: int = 1
    file_mb: int = 64
    disk_mb: int = 256
    message_mb: int = 16
    cpu_seconds: int = 1200
    wall_seconds: int = 1800
    start_seconds: int = 60

    def resources(self, isolated):
        """Return the limits of a process, by their names in Python's `resource`."""
        limits = {"RLIMIT_CORE": 0, "RLIMIT_NOFILE": 512, "RLIMIT_CPU": self.cpu_seconds}
        limits |= {"RLIMIT_FSIZE": self.file_mb * MB, "RLIMIT_DATA": self.memory_mb * MB}
        release = tuple(int(part) for part in platform.release().split("-")[0].split(".")[:2] if part.isdigit())
        if isolated and release >= (5, 14):  # elsewhere the processes of the whole user are counted
            limits["RLIMIT_NPROC"] = self.processes
        return limits


@functools.cache
def available():
    """Return None where kernels can be isolated, else a sentence: what to install, and which setting does without."""
    without = f"To grade without a sandbox, set {SETTING} in nbgrader_config.py."
    if impossible():
        return impossible()
    if sys.platform != "linux":
        return f"Notebooks are isolated by bubblewrap, which needs Linux: grade in a Linux machine. {without}"
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        return f"Notebooks are isolated by bubblewrap, which is missing: sudo apt install bubblewrap. {without}"
    command = [bwrap, *_namespaces(bwrap), "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"]
    tried = subprocess.run(command, capture_output=True, text=True)
    if tried.returncode:
        said = " ".join(tried.stderr.split())
        return f"bubblewrap is here, but this system does not let it make a sandbox ({said}). {without}"
    if _is_root() and not cgroup.available():
        return f"Root's processes cannot be limited here (no control group): grade as an ordinary user. {without}"


def impossible():
    """Return None where notebooks can be marked, if only without a sandbox; else a sentence that says why not."""
    if not hasattr(socket, "AF_UNIX") or not hasattr(socket, "send_fds"):
        return (
            "Marks are given over Unix sockets, which Python does not have on this system: "
            "grade in a Linux machine, a virtual one or a container (on Windows: WSL 2)."
        )


class SandboxedKernel:
    """A kernel for one notebook, from `start` to `kill`; also a context, which kills.

    room          the folder that PYTHONPATH names (see coursekit.trust.room)
    data          the submission's folder: its data files are copied to where the notebook runs; no notebooks, no links
    limits        a Limits
    isolated      under bubblewrap; else a plain kernel
    readable      more folders and files that the kernel may read, where they are
    environment   more environment variables
    warm          a started coursekit.trust.warm.WarmParent, whose copy becomes the kernel; else a new Python does

    `shared` is a folder that the kernel and the grader both see, at one path, for sockets. `left_out` lists the data
    files that were too large to be copied.
    Start it from a thread that lives as long as the kernel should: Linux ends it together with that thread.
    """

    def __init__(self, room, data=None, limits=None, isolated=True, readable=(), environment=None, warm=None):
        self.room, self.data, self.limits, self.isolated = Path(room), data, limits or Limits(), isolated
        self.readable, self.environment = [Path(path) for path in readable], dict(environment or {})
        self.warm = warm if isolated else None
        self.shared = self._reason = self._folder = self._process = self._client = self._group = None
        self._offspring = self._output = None
        self.memory = self.peak = 0  # what all its processes held, in bytes, when last looked at; the most so far
        self.processes = 0
        self.left_out, self._said, self._over = [], b"", threading.Event()

    def start(self):
        """Start the kernel and wait until it is ready. Raises SandboxError where it does not get there."""
        problem = available() if self.isolated else None
        if problem:
            raise SandboxError(problem)
        try:
            self._make_folders()
            self._launch()
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise
        return self

    def client(self):
        """Return the BlockingKernelClient that is connected to the kernel."""
        return self._client

    def is_alive(self):
        """Say whether the kernel runs."""
        running = self._process is not None and self._process.poll() is None
        return running and (self._offspring is None or self._offspring.poll() is None)

    @property
    def reason(self):
        """Why the kernel has ended by itself or was ended for what it used, in words; None while it runs."""
        if self._reason is None and self._process is not None and not self._over.is_set() and not self.is_alive():
            statuses = [process.poll() for process in (self._offspring, self._process) if process]
            self._reason = _in_words(next(status for status in statuses if status is not None), self.limits)
        return self._reason

    def look(self):
        """Bring `memory` and `processes` up to date; return the processes' ids, and how many threads they have.

        Once the kernel has ended there are none, and the two stay what they were shortly before.
        """
        if not self.is_alive():
            return [], 0
        pids = _tree(self._process.pid, self.limits.processes + 2)
        pids += _tree(self._offspring.pid, self.limits.processes + 2) if self._offspring else []
        threads, memory = map(sum, zip(*map(_use, pids), strict=True))
        if memory:
            self.memory, self.processes, self.peak = memory, len(pids), max(self.peak, memory)
        return pids, threads

    def is_full(self):
        """Say whether it holds, or held when it ended, nearly all the memory that it may have."""
        pids, _ = self.look()
        full = FULL * self.limits.memory_mb * MB
        return self.memory > full and (not pids or sum(map(_share, pids)) > full)

    def is_busy(self, seconds=0.3):
        """Say whether it computes, though no cell runs."""
        before = sum(map(_computed, self.look()[0]))
        time.sleep(seconds)
        return sum(map(_computed, self.look()[0])) - before > seconds / 2

    def interrupt(self):
        """Interrupt the cell that runs, as the square in a notebook's toolbar does."""
        with contextlib.suppress(ProcessLookupError, IndexError):
            if not self.is_alive() or os.name == "nt":
                return
            if self._offspring:
                os.kill(self._offspring.pid, signal.SIGINT)
            elif self.isolated:  # bubblewrap, the first process in there, the kernel
                os.kill(_children(_children(self._process.pid)[0])[0], signal.SIGINT)
            else:
                os.killpg(self._process.pid, signal.SIGINT)

    def kill(self):
        """End the kernel and all that it has started, and remove its folders. A second time does nothing."""
        self._over.set()
        if self._client:
            self._client.stop_channels()
            self._client.context.destroy(linger=0)
            self._client = None
        self._end_processes()
        if self._offspring:
            self._offspring.close()
        if self._process and self._process.stdin:
            self._process.stdin.close()
        if self._group:
            cgroup.remove(self._group)
            self._group = None
        if self._folder:
            _remove(self._folder)
            self._folder = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.kill()

    # ---- the start

    def _make_folders(self):
        """Make the folder of sockets, and beside it what the kernel is given: data files, a HOME, lists of users."""
        short = tempfile.gettempdir() if len(tempfile.gettempdir()) < 60 else "/tmp"  # paths of sockets are short
        self._folder = Path(tempfile.mkdtemp(prefix="kernel-", dir=short)).resolve()
        for name in ("shared", "data", "home", "work", "empty"):
            (self._folder / name).mkdir()
        self.shared = self._folder / "shared"
        self.left_out = _copy_data(self.data, self._folder / "data", self.limits.disk_mb * MB // 2)
        for path in _font_lists():
            place = self._folder / "home/.cache/matplotlib"
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
        (self._folder / "nothing").touch()
        (self._folder / "passwd").write_text(f"student:x:1000:1000::{HOME}:/bin/sh\n")
        (self._folder / "group").write_text("student:x:1000:\n")

    def _launch(self):
        """Start the process, and a thread each that reads what it says and watches what it uses up."""
        file = _connection_file(self.shared)
        copies = [[DATA, WORK], [f"{DATA}-home", HOME]] if self.isolated else [[f"{self._folder}/data", "."]]
        about = {"copies": copies, "limits": self.limits.resources(self.isolated)}
        arguments = ["-f", file, "--HistoryManager.enabled=False"]
        if (
            _is_root()
        ):  # whom RLIMIT_NPROC does not bind; bubblewrap has two processes of its own, and there is a holder
            self._group = cgroup.make(self._folder.name, self.limits.processes + 5)
        if self.warm:
            self._launch_warm(about | {"arguments": arguments})
        else:
            launch = self._launch_isolated if self.isolated else self._launch_plain
            kernel = [sys.executable, "-c", LAUNCH, json.dumps(about), *arguments]
            self._process = launch(kernel, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            self._output = self._process.stdout
        for work in (self._listen, self._watch):
            threading.Thread(target=work, daemon=True).start()

    def _launch_warm(self, about):
        """Make the sandbox, with nobody in it but who holds it open, and have the warm parent send a kernel there."""
        end, output = os.pipe()
        self._output = os.fdopen(end, "rb", buffering=0)
        try:
            self._process = self._launch_isolated(HOLDER, stdin=subprocess.PIPE, stdout=output, stderr=output)
            self._wait_for_holder()
            holder = os.pidfd_open(_children(_children(self._process.pid)[0])[0])
            about |= {"environment": self._environment(), "folder": WORK, "filter": _filter().hex()}
            about["group"] = str(self._group / "cgroup.procs") if self._group else ""
            with os.fdopen(holder, closefd=True):
                self._offspring = self.warm.fork(about, holder, output)
        except BaseException:
            self._output.close()
            raise
        finally:
            os.close(output)

    def _wait_for_holder(self):
        """Wait for the line that says that the sandbox is complete. Raises SandboxError where it does not come."""
        came = select.select([self._output], [], [], self.limits.start_seconds)[0] and self._output.read(1)
        if came != b"\n":
            raise SandboxError("there is no sandbox: " + (came or b"").decode() + self._output.read(500).decode())

    def _environment(self):
        """Return the environment variables of an isolated kernel."""
        variables = self._variables() | {"HOME": HOME, "TMPDIR": "/tmp", "PYTHONPATH": ROOM}
        variables["PATH"] = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        return variables | {"LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", "")}

    def _launch_isolated(self, kernel, **pipes):
        bwrap = shutil.which("bwrap")
        with _file(_filter()) as calls, _file(b"") as file:
            arguments = [*_namespaces(bwrap), *self._mounts(), "--clearenv"]
            for name, value in self._environment().items():
                arguments += ["--setenv", name, value]
            arguments += ["--seccomp", str(calls.fileno())] if _filter() else []
            file.write(b"".join(f"{argument}\0".encode() for argument in arguments))
            file.seek(0)
            command = [bwrap, "--args", str(file.fileno()), "--", *kernel]  # so paths do not show among the processes
            command = cgroup.join(self._group, command) if self._group else command
            return subprocess.Popen(command, env={}, pass_fds=[calls.fileno(), file.fileno()], **pipes)

    def _launch_plain(self, kernel, **pipes):
        home = str(self._folder / "home")
        environment = {name: os.environ[name] for name in PRESENT if name in os.environ} | self._variables()
        environment |= {"HOME": home, "USERPROFILE": home, "TMPDIR": home, "TEMP": home, "TMP": home}
        environment |= {"PYTHONPATH": str(self.room), "JPY_PARENT_PID": str(os.getpid())}  # it ends when we do
        own_group = {"start_new_session": True} if os.name == "posix" else {}
        kernel = cgroup.join(self._group, kernel) if self._group else kernel
        return subprocess.Popen(kernel, env=environment, cwd=self._folder / "work", **own_group, **pipes)

    def _variables(self):
        """Return the environment variables that every kernel has, and those of this one."""
        return kernel_variables(self.limits.threads) | self.environment

    def _mounts(self):
        """Return bubblewrap's arguments for what the kernel sees."""
        own, disk = self._folder, str(self.limits.disk_mb * MB)
        shown = _outermost([*SYSTEM, *_interpreter(), *self.readable])
        arguments = ["--proc", "/proc", "--dev", "/dev", "--size", str(16 * MB), "--tmpfs", "/dev/shm"]
        # /tmp comes before what is shown: the interpreter may be in there.
        arguments += ["--size", disk, "--tmpfs", "/tmp", "--dir", HOME, "--dir", WORK, "--chdir", WORK]
        arguments += [part for path in [*LINKS, *SETTINGS, *shown] for part in _show(Path(path))]
        for path in _hidden(shown):
            arguments += ["--ro-bind", own / ("empty" if path.is_dir() else "nothing"), path]
        arguments += ["--ro-bind", own / "passwd", "/etc/passwd", "--ro-bind", own / "group", "/etc/group"]
        arguments += ["--ro-bind", self.room, ROOM, "--ro-bind", own / "data", DATA]
        arguments += ["--ro-bind", own / "home", f"{DATA}-home", "--bind", self.shared, self.shared]
        for path in ("/proc", "/dev", "/"):  # where the grader is root, /proc would let it change the whole system
            arguments += ["--remount-ro", path]
        return [*map(str, arguments)]

    def _wait_until_ready(self):
        """Connect, and wait until the kernel answers on both of its channels."""
        self._client, end = _client(self.shared, self.limits), time.monotonic() + self.limits.start_seconds
        self._client.kernel_info()
        while not _comes(self._client.get_shell_msg):
            self._expect_life(end)
        while not _comes(self._client.get_iopub_msg):  # who subscribes late has missed the first messages
            self._expect_life(end)
            self._client.kernel_info()
            _comes(self._client.get_shell_msg)
        while _comes(self._client.get_iopub_msg, 0) or _comes(self._client.get_shell_msg, 0):
            pass

    def _expect_life(self, end):
        if not self.is_alive():
            time.sleep(0.1)  # for its last words
            raise SandboxError(f"the kernel did not start: {self._said.decode(errors='replace').strip()[-500:]}")
        if time.monotonic() > end:
            raise SandboxError(f"the kernel was not ready after {self.limits.start_seconds} seconds")

    # ---- while it runs

    def _listen(self):
        """Read what the process writes past Jupyter, so that it is never kept waiting; keep the end of it."""
        with self._output as pipe:
            for part in iter(lambda: getattr(pipe, "read1", pipe.read)(1 << 16), b""):
                self._said = (self._said + part)[-2000:]

    def _watch(self):
        """End the kernel when it uses too much, and note that."""
        end = time.monotonic() + self.limits.wall_seconds
        while not self._over.wait(0.2):
            if not self.is_alive():
                return
            self._reason = self._too_much() or (
                f"it ran for more than {self.limits.wall_seconds} seconds" if time.monotonic() > end else None
            )
            if self._reason:
                return self._end_processes()

    def _too_much(self):
        """Say what the kernel uses too much of, if anything."""
        limits, (pids, threads) = self.limits, self.look()
        if threads > limits.processes + 2:  # bubblewrap itself has two
            return f"it had more than {limits.processes} processes and threads at once"
        if self.memory > limits.memory_mb * MB and sum(map(_share, pids)) > limits.memory_mb * MB:
            return f"it used more than {limits.memory_mb} MB of memory"
        if self.isolated and any(_is_no_socket(entry) for entry in self.shared.glob("*") if entry.name != FILE):
            return "it wrote into the folder that is for sockets alone"

    def _end_processes(self):
        """Kill everything that the kernel has started, and wait for it."""
        if self._process is None:
            return
        pids = _tree(self._process.pid) if self._process.poll() is None else [self._process.pid]
        for pid in (pids[1:2] or pids) if self.isolated else pids:  # with the first process in there, all others go
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def kernel_variables(threads):
    """Return the environment variables that every kernel has; `threads` is how many arithmetic may use."""
    arithmetic = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")
    return {
        "LANG": "C.UTF-8",
        "USER": "student",
        "NBGRADER_EXECUTION": "autograde",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "" if site.ENABLE_USER_SITE else "1",
        "PYTHONUSERBASE": site.getuserbase() if site.ENABLE_USER_SITE else "",
        "PIP_NO_INDEX": "1",  # so that !pip install gives up at once
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_NUM_INTEROP_THREADS": "1",
        **dict.fromkeys(arithmetic, str(threads)),
    }


# ---- bubblewrap


@functools.cache
def _is_root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _namespaces(bwrap):
    """Return bubblewrap's arguments that cut a process off: from users, processes, the network, its own powers."""
    arguments = [f"--unshare-{kind}" for kind in ("user", "pid", "ipc", "net", "uts", "cgroup-try")]
    arguments += ["--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    arguments += ["--uid", "1000", "--gid", "1000", "--hostname", "sandbox"]
    knows = subprocess.run([bwrap, "--help"], capture_output=True, text=True).stdout  # before 0.8 it did not know this
    return [*arguments, *["--disable-userns"] * ("--disable-userns" in knows)]


@functools.cache
def _filter():
    """Return a filter of system calls (a BPF program), or nothing for processors whose numbers are not known here.

    It refuses what makes memory that no process answers for, and what reads the user's key rings.
    """
    known = {
        "x86_64": (0xC000003E, (29, 248, 249, 250, 319, 447)),
        "aarch64": (0xC00000B7, (194, 217, 218, 219, 279, 447)),
    }
    if platform.machine() not in known:
        return b""
    processor, calls = known[platform.machine()]  # shmget, add_key, request_key, keyctl, memfd_create, memfd_secret
    load, equal, above, answer = 0x20, 0x15, 0x35, 0x06
    n = len(calls)
    program = [(load, 0, 0, 4), (equal, 0, n + 3, processor), (load, 0, 0, 0), (above, n + 1, 0, 1 << 30)]
    program += [(equal, n - i, 0, call) for i, call in enumerate(calls)]
    program += [(answer, 0, 0, 0x7FFF0000), (answer, 0, 0, 0x00050000 | 38)]  # allowed; "function not implemented"
    return b"".join(struct.pack("<HBBI", *step) for step in program)


@contextlib.contextmanager
def _file(content):
    """A nameless file with this content, to be read from its start."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        yield file


def _interpreter():
    """Return the folders that this Python needs: of its prefixes, of every link on the way to it, and its packages."""
    prefixes, link = {Path(sys.prefix), Path(sys.base_prefix)}, Path(sys.executable)
    while link.is_symlink():
        link = link.parent / os.readlink(link)
        prefixes.add(Path(os.path.normpath(link)).parent.parent)
    packages = [*site.getsitepackages(), *[site.getusersitepackages()] * bool(site.ENABLE_USER_SITE)]
    return [*(prefix / part for prefix in sorted(prefixes) for part in INTERPRETER), *packages]


def _outermost(paths):
    """Return the paths that exist, without those that lie in another, so that the order does not matter."""
    paths = sorted({Path(path) for path in paths if os.path.lexists(path)})
    return [path for path in paths if not set(path.parents) & set(paths)]


def _show(path):
    """Return bubblewrap's arguments to show a file or folder where it is; a link stays a link."""
    if path.is_symlink() and not path.is_file():
        return ["--symlink", os.readlink(path), path]
    return ["--ro-bind", path, path] if path.exists() else []


def _hidden(shown):
    """Return what lies in the shown folders and holds answers: this project, where it is installed with the others."""
    places = [
        *map(Path, filter(None, sys.path)),
        *(place for top in shown for place in top.glob("python3*/*-packages")),
    ]
    found = [path for place in places for pattern in OURS for path in place.glob(pattern)]
    found.append(Path(__file__).resolve().parents[1])
    return sorted({path for path in found if set(path.parents) & set(shown)})


# ---- what it is given


def _connection_file(folder):
    """Write the file that tells the kernel where to listen, and which key its messages are signed with."""
    from jupyter_client.connect import write_connection_file

    where = {"transport": "ipc", "ip": str(folder / "kernel")} if os.name == "posix" else {}
    return write_connection_file(str(folder / FILE), key=os.urandom(32).hex().encode(), **where)[0]


def _client(folder, limits):
    """Return a client that is connected, and does not take in more than so much of what the kernel sends."""
    import zmq
    from jupyter_client import BlockingKernelClient

    context = zmq.Context()
    for option, value in ((zmq.RCVHWM, 16), (zmq.MAXMSGSIZE, limits.message_mb * MB), (zmq.RECONNECT_IVL, 10)):
        context.setsockopt(option, value)
    client = BlockingKernelClient(context=context)
    client.load_connection_file(str(folder / FILE))
    client.start_channels(hb=False)
    return client


def _comes(receive, seconds=0.2):
    """Say whether a message comes in time."""
    try:
        receive(timeout=seconds)
    except queue.Empty:
        return False
    return True


@functools.cache
def _font_lists():
    """Return matplotlib's lists of this system's fonts, which take seconds to make anew."""
    try:
        import matplotlib
    except ImportError:
        return []
    place = Path(matplotlib.get_cachedir())
    if not list(place.glob("fontlist-*.json")):
        import matplotlib.font_manager  # makes one
    return list(place.glob("fontlist-*.json"))


def _copy_data(source, place, room):
    """Copy data files while there is room for them; return those that are left out. No notebooks, links or devices."""
    left_out = []
    for folder, folders, names in os.walk(source) if source else ():
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__pycache__")))
        for name in sorted(name for name in names if not name.endswith(".ipynb")):
            path = Path(folder, name)
            try:
                content = _content(path, room)
            except OSError:
                content = None
            if content is None:
                left_out.append(path.relative_to(source).as_posix())
                continue
            room -= len(content)
            copy = place / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)
    return left_out


def _content(path, room):
    """Return the content of a plain file, or None for any other and where it has no room."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:
        about = os.fstat(file.fileno())
        return file.read(room) if stat.S_ISREG(about.st_mode) and about.st_size <= room else None


# ---- what it uses up


def _children(pid):
    """Return the processes that a process has started, eldest first; none where the system does not tell."""
    children = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            children += Path(f"/proc/{pid}/task/{task}/children").read_text().split()
    return sorted(map(int, children))


def _tree(pid, most=10_000):
    """Return a process and its descendants, or a good part of them where they are more than `most`."""
    pids = [pid]
    for parent in pids:
        if len(pids) > most:
            break
        pids += _children(parent)
    return pids


def _use(pid):
    """Return the number of a process's threads, and its memory in bytes; nothing where the system does not tell."""
    try:
        lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    except OSError:
        return 0, 0
    return int(lines.get("Threads", 0)), 1024 * int(lines.get("VmRSS", "0 kB").split()[0])


def _is_no_socket(path):
    """Say whether there is something else than a socket; what is gone again was one of the grader's."""
    try:
        return not stat.S_ISSOCK(os.lstat(path).st_mode)
    except OSError:
        return False


def _computed(pid):
    """Return the seconds for which a process has computed; none where the system does not tell."""
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, parts[11:13])) / os.sysconf("SC_CLK_TCK")


def _share(pid):
    """Return a process's memory in bytes, what it shares with others divided by their number."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return _use(pid)[1]
    return 1024 * sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


def _in_words(status, limits):
    """Say why a process ended by itself, from its exit status; bubblewrap adds 128 to the number of a signal."""
    number = status - 128 if status > 128 else -status
    if number == getattr(signal, "SIGXCPU", None):
        return f"it used more than {limits.cpu_seconds} seconds of the processor's time"
    if number in set(signal.Signals):
        return f"its Python was ended by the signal {signal.Signals(number).name}"
    return f"its Python ended by itself, with exit status {status}"


def _remove(folder):
    """Remove a folder, whatever is in it."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():  # folders nested deeper than Python goes, or closed by their owner
        subprocess.run(["chmod", "-R", "u+rwX", folder], capture_output=True)
        subprocess.run(["rm", "-rf", folder], capture_output=True)
