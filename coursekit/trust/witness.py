"""The witness: notes, in a student's kernel, what a cell reaches for that no exercise needs.

    a file elsewhere     reading, writing or looking outside of the notebook's folder and of what Python itself reads
    the network          connecting to, sending to, or asking for, another machine
    a program            starting one, or another copy of the notebook's own
    what runs cells      replacing what runs them, shows results or is built in
    what checks          replacing a function of nnkit's or NumPy's, or the notebook's `check`
    a thread             leaving one behind that goes on when its cell has ended

These are facts for an instructor, each told once, with the cell in which it happened. They take no points: often there
is a harmless reason. Nor do they keep anything out, which is the sandbox's business; and a cell that sets out to
silence the witness can do so. Python's audit hooks tell of the first three; for the others, what is there after a cell
is compared with what was there before.
"""

import builtins
import json
import os
import re
import socket
import sys
import threading
import types

__all__ = ["Witness", "watch"]

MOST, LONGEST = 15, 200  # facts of a kind, letters
AT_ONCE = 5  # messages while a cell runs; it may end the kernel
CELL = "ipykernel_"  # in the name of a file that a cell is compiled as
PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.startfile", "pty.spawn")
COPIES = ("os.fork", "os.forkpty")
SOCKETS = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg")  # told of as (socket, address)
NETWORK = (*SOCKETS, "socket.getaddrinfo", "socket.gethostbyname")
FILES = ("open", "os.listdir", "os.scandir", "os.remove", "os.rename", "os.symlink", "glob.glob", "sqlite3.connect")
SHELL = ("run_cell", "run_cell_async", "run_code", "run_ast_nodes", "showtraceback", "_showtraceback", "displayhook")
KERNEL = ("do_execute", "session.send")
LISTS = ("ast_transformers", "input_transformers_post", "input_transformers_cleanup", "custom_exceptions")
OURS = ("_", "get_ipython", "display", "exit", "quit")  # of builtins: IPython puts them there while a cell runs
LIBRARIES = re.compile(r"numpy|coursekit_agent|nnkit(\.\w+)*")
ELSEWHERE = ("/dev/null", "/usr/", "/sys/", "/proc/meminfo", "/proc/cpuinfo")  # what libraries read, too


class Witness:
    """Tells of what happens, by datagrams to the socket at `path`: [[kind, words], ...]. `shell` is IPython's."""

    def __init__(self, path, shell):
        self.socket, self.shell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM), shell
        self.told, self.pending, self.sent, self.busy = {}, [], 0, False
        self.socket.connect(path)
        self.ours = os.path.dirname(path)  # where the grader's own sockets are
        self.socket.setblocking(False)
        places = (sys.prefix, sys.base_prefix, os.path.dirname(__file__))
        self.usual = (os.getcwd(), *map(os.path.realpath, places), *ELSEWHERE)
        self.before = self.ways()

    def hear(self, event, arguments):
        """Look at one of Python's audit events."""
        if self.busy:
            return
        self.busy = True
        try:
            self.judge(event, arguments)
        except Exception:  # a witness must not disturb
            pass
        finally:
            self.busy = False

    def judge(self, event, arguments):
        """Tell of an event if a cell caused it and no exercise needs it."""
        if event in PROGRAMS and by_a_cell():
            self.tell("program", f"A program was to be started: {arguments[0]!r}.")
        elif event in COPIES and by_a_cell():
            self.tell("program", "A copy of the notebook's Python was to be started.")
        elif event in NETWORK and by_a_cell():
            address = arguments[event in SOCKETS]
            if not str(address).startswith(self.ours):
                self.tell("network", f"The network was reached for: {address!r}.")
        elif event in FILES and isinstance(arguments[0], str | bytes) and by_a_cell():
            place = os.path.realpath(re.sub(r"^file:|\?.*", "", os.fsdecode(arguments[0])))
            if not place.startswith(self.usual):
                self.tell("file", f"A file elsewhere was reached for: {place!r}.")

    def ways(self):
        """Return Python's and IPython's own ways of doing things, and the libraries', by name."""
        shell, kernel = self.shell, self.shell.kernel
        ways = {f"builtins.{n}": getattr(v, "__func__", v) for n, v in vars(builtins).items() if n not in OURS}
        ways |= {f"get_ipython().{name}": found(shell, name) for name in SHELL}
        ways |= {f"get_ipython().{name}": list(getattr(shell, name, ())) for name in LISTS}
        ways |= {f"the kernel's {name}": found(kernel, name) for name in KERNEL}
        ways |= {"get_ipython().compile": found(shell.compile, "__call__")}
        ways |= {f"get_ipython().events {name}": by_cells(them) for name, them in shell.events.callbacks.items()}
        return ways | libraries() | self.checks()

    def checks(self):
        """Return what the notebook's `check` is, from when it is nnkit's on."""
        own, named = getattr(sys.modules.get("nnkit.checks"), "check", None), self.shell.user_ns.get("check")
        known = own is not None and (named is own or "check" in getattr(self, "before", ()))
        return {"check": named} if known else {}

    def look(self, *_):
        """Tell which of them are no longer what they were, and which threads go on."""
        now = self.ways()
        for name, was in self.before.items():
            same = now.get(name) == was if isinstance(was, list) else now.get(name) is was
            if name in now and not same:
                self.tell("replaced", f"{name} was replaced.")
        self.before = now
        for number in threads():
            self.tell("thread", f"A thread goes on: {number}.")
        self.send()
        self.sent = 0  # the grader reads after each cell

    def tell(self, kind, words):
        """Tell a fact, once."""
        told = self.told.setdefault(kind, set())
        if len(told) < MOST and words not in told:
            told.add(words)
            self.pending.append([kind, words[:LONGEST]])
            if self.sent < AT_ONCE:
                self.send()

    def send(self):
        """Send what has not been sent yet; an unread socket keeps ten messages, so the many are sent as one."""
        if self.pending:
            self.socket.send(json.dumps(self.pending).encode())
            self.pending, self.sent = [], self.sent + 1


def by_cells(functions):
    """Return those of the functions that cells have defined: libraries register some, too."""
    return [f for f in functions if CELL in getattr(getattr(f, "__code__", None), "co_filename", "")]


def found(thing, name):
    """Return all that an attribute of a thing is made of, in each of its classes: a list."""
    *way, name = name.split(".")
    for step in way:
        thing = getattr(thing, step)
    homes = [getattr(thing, "__dict__", {}), *map(vars, type(thing).__mro__)]
    return [home[name] for home in homes if name in home]


def libraries():
    """Return the functions of nnkit and of NumPy, and the methods of nnkit's classes, by name: each one's code."""
    modules = {name: vars(module) for name, module in list(sys.modules.items()) if LIBRARIES.fullmatch(name)}
    classes = {
        f"{module}.{name}": vars(value)
        for module, values in modules.items()
        for name, value in list(values.items())
        if isinstance(value, type) and value.__module__ == module and module != "numpy"
    }
    functions = (types.FunctionType, types.BuiltinFunctionType, property)
    return {
        f"{home}.{name}": getattr(value, "__code__", value)
        for home, values in (modules | classes).items()
        for name, value in list(values.items())
        if isinstance(value, functions) or callable(value) and home == "numpy"
    }


def by_a_cell():
    """Say whether the code of a cell is at work, and not Python while it imports something for it."""
    names = list(files(sys._getframe(2)))
    return any(CELL in name for name in names) and not any(name.startswith("<frozen importlib") for name in names)


def files(frame):
    """Yield the names of the files whose code is at work in a frame, innermost first."""
    while frame is not None:
        yield frame.f_code.co_filename
        frame = frame.f_back


def threads():
    """Return the numbers of the threads, other than this one, in which the code of a cell is at work."""
    begun = {thread.ident: getattr(thread, "_target", None) for thread in threading.enumerate()}
    names = {number: set(files(frame)) for number, frame in sys._current_frames().items()}
    for number, target in begun.items():  # it may not have got to the cell's code yet
        names.setdefault(number, set()).add(getattr(getattr(target, "__code__", None), "co_filename", ""))
    return sorted(n for n in names if n and n != threading.get_ident() and any(CELL in name for name in names[n]))


def watch(path, shell):
    """Begin to watch this kernel."""
    witness = Witness(path, shell)
    shell.events.register("post_run_cell", witness.look)
    witness.before = witness.ways()
    sys.addaudithook(witness.hear)
