"""A control group: how many processes a kernel may have, where that is the system's to say.

An ordinary user's processes are limited by RLIMIT_NPROC. Root's are not: a notebook that starts processes without end
would take the machine with it, faster than any watcher can look. But root can make a control group, and the system then
refuses to start more processes in it than it says.
"""

import contextlib
import os
import time
from pathlib import Path

__all__ = ["available", "join", "make", "remove"]

V1, V2 = Path("/sys/fs/cgroup/pids"), Path("/sys/fs/cgroup")


def available():
    """Say whether a control group can be made that limits processes."""
    group = make("coursekit-try", 10)
    if group is None:
        return False
    remove(group)
    return True


def make(name, processes):
    """Return the folder of a new control group with a limit on processes (threads count); None where there is none."""
    for root in (V1, V2):
        group = root / f"{name}-{os.getpid()}-{time.monotonic_ns()}"
        with contextlib.suppress(OSError):
            if root is V2:
                (root / "cgroup.subtree_control").write_text("+pids")
            group.mkdir()
            try:
                (group / "pids.max").write_text(str(processes))
                return group
            except OSError:
                group.rmdir()
    return None


def join(group, command):
    """Return the command, run by a shell that has entered the group first; all that it starts is in it, too."""
    return ["/bin/sh", "-c", 'echo $$ >"$0" && unset PWD && exec "$@"', str(group / "cgroup.procs"), *command]


def remove(group):
    """Remove a group once the last process in it has ended; give up after a few seconds."""
    for _ in range(50):
        try:
            return group.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.1)
