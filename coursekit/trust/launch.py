"""What runs first in a kernel's process: it takes the limits upon itself, and becomes the kernel.

A kernel starts in one of two ways. Cold: a new Python in the sandbox runs this text. Warm: another Python has already
imported what takes seconds to import, and run nothing; it waits here, and for each notebook a copy of it walks into the
notebook's sandbox, gives up all its powers for good, and becomes the kernel:

    warm parent      out here: imports, waits, forks; never sees a line of a student's
      |- usher       the copy that enters the sandbox's namespaces; it stays to tell how the kernel has ended
      |    `- kernel       in there, as a cold one would be: the same user, files, processes, limits, and no powers

The sandbox itself is bubblewrap's in both cases. This text is handed to Python as a text (`-c`), since there is no such
file in the sandbox; so it imports nothing but Python's own modules.
"""

import ctypes
import importlib
import json
import os
import random
import shutil
import signal
import socket
import sys
import warnings

# Numbers of Linux, from <sched.h>, <linux/prctl.h> and <linux/capability.h>.
NAMESPACES = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
DUMPABLE, SECCOMP, DROP, NO_NEW_PRIVILEGES, AMBIENT = 4, 22, 24, 38, 47
FILTER, CLEAR_ALL, CAPABILITIES_3 = 2, 4, 0x20080522


def become_kernel(about):
    """Fetch the data files, take the limits and run a kernel until it ends."""
    for source, place in about["copies"]:
        shutil.copytree(source, place, dirs_exist_ok=True)
    take_limits(about["limits"])
    from ipykernel.kernelapp import launch_new_instance
    from ipykernel.zmqshell import ZMQInteractiveShell

    ZMQInteractiveShell.ask_exit = lambda shell: None  # exit() would end the kernel a moment later: in another cell
    launch_new_instance()


def take_limits(limits):
    """Take limits, {"RLIMIT_...": value}, upon this process; there are none where there is no `resource`."""
    try:
        import resource
    except ImportError:
        return
    for name, value in limits.items():
        if hasattr(resource, name):
            most = resource.getrlimit(getattr(resource, name))[1]
            value = value if most == resource.RLIM_INFINITY else min(value, most)
            grace = 5 if name == "RLIMIT_CPU" else 0  # between the signal that says why and the one that ends it
            resource.setrlimit(getattr(resource, name), (value, value + grace))


# ---- warm


def wait_for_notebooks(requests, modules):
    """Import the modules, say so, and fork a kernel for each request, until nobody is left to ask."""
    for module in modules:
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that no usher who has ended is left behind
    warnings.filterwarnings("ignore", message=".*fork.*")  # the threads here only wait, and none holds a lock
    requests.send(b"ready")
    while True:
        text, files, _, _ = socket.recv_fds(requests, 1 << 20, 3)
        if not text:
            return
        if os.fork() == 0:
            requests.close()
            usher(json.loads(text), *files)
        for file in files:
            os.close(file)


def usher(about, sandbox, answers, output):
    """Enter the sandbox of the process behind `sandbox`; start the kernel there, and tell when and how it has ended.

    answers  a socket: the kernel's number goes there, and its exit status in the end
    output   what the kernel writes past Jupyter goes there
    """
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        if about["group"]:
            with open(about["group"], "w") as file:
                file.write(str(os.getpid()))
        expect(libc().setns(sandbox, NAMESPACES) == 0)
        kernel = os.fork()
        if kernel == 0:
            become_warm_kernel(about, output)
        answers = socket.socket(fileno=answers)
        answers.send(str(kernel).encode())
        answers.send(str(os.waitpid(kernel, 0)[1]).encode())
    finally:
        os._exit(0)


def become_warm_kernel(about, output):
    """In the sandbox: be as a new Python would be, without powers, and become the kernel."""
    try:
        os.setsid()  # else a signal to its group would reach the usher
        for place in (1, 2):
            os.dup2(output, place)
        os.closerange(3, 1 << 16)
        give_up_powers(bytes.fromhex(about["filter"]))
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(about["environment"])
        os.chdir(about["folder"])
        sys.argv, sys.path[:0] = ["kernel", *about["arguments"]], [about["environment"]["PYTHONPATH"]]
        forget_the_past()
        become_kernel(about)
    finally:
        os._exit(1)


def give_up_powers(program):
    """Give up every capability for good, and all system calls that the filter `program` refuses."""
    c = libc()
    expect(c.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0)
    for power in range(64):
        c.prctl(DROP, power, 0, 0, 0)  # those that this Linux does not have are refused
    c.prctl(AMBIENT, CLEAR_ALL, 0, 0, 0)
    expect(c.capset((ctypes.c_uint32 * 2)(CAPABILITIES_3, 0), (ctypes.c_uint32 * 6)()) == 0)
    expect(c.prctl(DUMPABLE, 1, 0, 0, 0) == 0)  # else what the kernel may know of itself in /proc belongs to root
    if program:
        steps = ctypes.create_string_buffer(program, len(program))
        expect(c.prctl(SECCOMP, FILTER, ctypes.byref(Program(len(program) // 8, ctypes.addressof(steps))), 0, 0) == 0)


class Program(ctypes.Structure):
    """A filter as the system wants it: the number of its steps, and where they stand."""

    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]


def forget_the_past():
    """Draw other random numbers than the copies before, and look anew at the folders that hold modules."""
    import numpy

    random.seed()
    numpy.random.seed()  # noqa: NPY002 - the global generator, which a student's code may use
    sys.path_importer_cache.clear()


def libc():
    """Return the C library."""
    return ctypes.CDLL(None, use_errno=True)


def expect(done):
    """End this process where a step was not done: a kernel that keeps a power must not be."""
    if not done:
        os.write(2, f"a step into the sandbox failed: {os.strerror(ctypes.get_errno())}\n".encode())
        os._exit(1)


if __name__ == "__main__":
    sys.path.remove("")  # where the notebook lies: IPython puts it behind the room and Python's own modules
    told = json.loads(sys.argv.pop(1))
    if "modules" in told:
        wait_for_notebooks(socket.socket(fileno=told["requests"]), told["modules"])
    else:
        become_kernel(told)
