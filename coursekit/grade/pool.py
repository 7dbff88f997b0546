"""The pool: many workers, one submission each at a time, through Dask.

By default the workers are processes of this machine; with a scheduler's address they are wherever that has them. A
worker that dies is replaced, and its submission given to another. Dask suspects every submission that a dying worker
held; so one that was there several times is tried once more, alone, and is given up, with a reason, if it then takes
several workers with it. The run goes on.

Only so many submissions are under way that the workers are never idle, so a class of any size needs the same memory.
"""

import contextlib
import time
from dataclasses import dataclass

from coursekit.course import CourseError

__all__ = ["Outcome", "Pool"]

DEATHS = 2  # of workers that one submission may cause before it is given up
KILLED = f"it took {DEATHS + 1} workers with it, one after the other"
QUIET = {
    "distributed.logging.distributed": "critical",
    "distributed.scheduler.allowed-failures": DEATHS,
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    "distributed.comm.timeouts.connect": "20s",
    "distributed.admin.low-level-log-length": 100,  # what it remembers of tasks that are done
}


@dataclass(frozen=True)
class Outcome:
    """What came of a task: JSON in `result`, or in `fault` why there is nothing, in words."""

    key: tuple
    result: str | None = None
    fault: str | None = None


class Pool:
    """Workers: `jobs` of them here, or those of a Dask scheduler with this address; a context. Raises CourseError."""

    def __init__(self, jobs=1, scheduler=None):
        self.jobs, self.scheduler = jobs, scheduler

    def __enter__(self):
        import dask
        from distributed import Client, LocalCluster

        self._exits = contextlib.ExitStack()
        self._exits.enter_context(dask.config.set(QUIET))
        try:
            if self.scheduler:
                self._client = self._exits.enter_context(Client(self.scheduler, timeout=20))
            else:
                settings = {"n_workers": self.jobs, "threads_per_worker": 1, "memory_limit": None}
                here = LocalCluster(**settings, dashboard_address=None, silence_logs="CRITICAL")
                self._client = self._exits.enter_context(Client(self._exits.enter_context(here)))
        except OSError as fault:
            self._exits.close()
            raise CourseError(f"No Dask scheduler answers at {self.scheduler} ({fault}).") from None
        return self

    def __exit__(self, *_):
        self._exits.close()

    def workers(self):
        """Return how many submissions can be under way at once."""
        return sum(self._client.nthreads().values())

    def outcomes(self, work, tasks, tick=lambda running: None):
        """Yield the Outcome of work(*arguments) for each (key, arguments) of `tasks`, as they come.

        `tick` is called several times a second with the keys that are under way.
        """
        suspects = []
        yield from self._round(work, iter(tasks), tick, suspects=suspects)
        yield from self._round(work, iter(suspects), tick, most=1)

    def _round(self, work, tasks, tick, most=None, suspects=None):
        """Yield the Outcome of each task; those that may have killed workers go into `suspects` instead, if given."""
        running = {}
        try:
            while self._fill(running, work, tasks, most or 2 * max(1, self.workers())):
                tick([key for key, _ in running.values()])
                finished = [future for future in running if future.done()]
                for future in finished:
                    task = running.pop(future)
                    came = self._outcome(future, task[0])
                    if came.fault == KILLED and suspects is not None:
                        suspects.append(task)
                    else:
                        yield came
                time.sleep(0 if finished else 0.05)
        finally:
            self._client.cancel(list(running), force=True)

    def _fill(self, running, work, tasks, most):
        """Hand out tasks until `most` are under way; say whether any is."""
        while len(running) < most:
            task = next(tasks, None)
            if task is None:
                break
            future = self._client.submit(work, *task[1], pure=False)  # a key of our own would be kept for ever
            running[future] = task
        return bool(running)

    def _outcome(self, future, key):
        """Return what came of a future, and let go of it."""
        try:
            return Outcome(key, future.result())
        except Exception as fault:
            return Outcome(key, fault=_in_words(fault))
        finally:
            future.release()


def _in_words(fault):
    if type(fault).__name__ == "KilledWorker":
        return KILLED
    return f"{type(fault).__name__}: {' '.join(str(fault).split())[:300]}"
