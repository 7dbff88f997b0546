"""The witness: notes, in a student's kernel, what a cell reaches for that no exercise needs.

    a file elsewhere     reading or writing outside of the notebook's folder and of what Python itself reads
    the network          connecting to, or asking for, another machine
    a program            starting one
    Python's own ways    replacing what runs cells, shows results or is built in

These are facts for an instructor, each told once, with the cell in which it happened. They take no points: often there
is a harmless reason. Nor do they keep anything out, which is the sandbox's business; and a cell that sets out to
silence the witness can do so. Python's audit hooks tell of the first three; for the last, what is there is compared
with what was there before.
"""

import builtins
import json
import os
import socket
import sys

__all__ = ["Witness", "watch"]

MOST, LONGEST = 40, 200  # facts, letters
CELL = "ipykernel_"  # in the name of a file that a cell is compiled as
PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.startfile", "pty.spawn")
SOCKETS = ("socket.connect", "socket.bind")  # told of as (socket, address)
NETWORK = (*SOCKETS, "socket.getaddrinfo", "socket.gethostbyname")
SHELL = ("run_cell", "run_cell_async", "run_code", "run_ast_nodes", "showtraceback", "_showtraceback", "displayhook")
OURS = ("_", "get_ipython", "display", "exit", "quit")  # of builtins: IPython puts them there while a cell runs
ELSEWHERE = ("/tmp/", "/dev/null", "/usr/", "/sys/", "/proc/meminfo", "/proc/cpuinfo")  # what libraries read, too
LISTS = ("ast_transformers", "input_transformers_post", "input_transformers_cleanup")


class Witness:
    """Tells of what happens, by datagrams to the socket at `path`: [kind, words]. `shell` is IPython's."""

    def __init__(self, path, shell):
        self.socket, self.shell, self.told, self.busy = (
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
            shell,
            set(),
            False,
        )
        self.socket.connect(path)
        self.ours = os.path.dirname(path)  # where the grader's own sockets are
        self.socket.setblocking(False)
        self.usual = tuple(
            {os.getcwd(), *map(os.path.realpath, (sys.prefix, sys.base_prefix, os.path.dirname(__file__)))}
        )
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
        elif event in NETWORK and by_a_cell():
            address = arguments[event in SOCKETS]
            if not str(address).startswith(self.ours):
                self.tell("network", f"The network was reached for: {address!r}.")
        elif event == "open" and isinstance(arguments[0], str | bytes) and by_a_cell():
            place = os.path.realpath(os.fsdecode(arguments[0]))
            if not place.startswith(self.usual):
                self.tell("file", f"A file elsewhere was reached for: {place!r}.")

    def ways(self):
        """Return Python's and IPython's own ways of doing things, by name."""
        ways = {f"builtins.{name}": value for name, value in vars(builtins).items() if name not in OURS}
        ways |= {f"get_ipython().{name}": getattr(self.shell, name, None) for name in SHELL}
        ways |= {f"get_ipython().{name}": list(getattr(self.shell, name, ())) for name in LISTS}
        return {name: getattr(value, "__func__", value) for name, value in ways.items()}

    def look(self, *_):
        """Tell which of them are no longer what they were."""
        now = self.ways()
        for name in self.before:
            same = (
                now.get(name) is self.before[name] or isinstance(now.get(name), list) and now[name] == self.before[name]
            )
            if not same:
                self.tell("replaced", f"{name} was replaced.")
        self.before = now

    def tell(self, kind, words):
        """Tell a fact, once."""
        if len(self.told) < MOST and words not in self.told:
            self.told.add(words)
            self.socket.send(json.dumps([kind, words[:LONGEST]]).encode())


def by_a_cell():
    """Say whether the code of a cell is at work, and not Python while it imports something for it."""
    frame, cell = sys._getframe(2), False
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith("<frozen importlib"):
            return False
        cell, frame = cell or CELL in name, frame.f_back
    return cell


def watch(path, shell):
    """Begin to watch this kernel."""
    witness = Witness(path, shell)
    shell.events.register("post_run_cell", witness.look)
    sys.addaudithook(witness.hear)
