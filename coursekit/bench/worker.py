"""What happens in a contestant's own process, turn by turn: what is timed, and what is not."""

import gc
import signal
import time
import traceback
from pathlib import Path

import numpy as np

from coursekit.bench.contestants import CONTESTANTS
from coursekit.bench.memory import Peak
from coursekit.bench.setting import Digits, Setting, network, orders

__all__ = ["ONE_THREAD", "Stage", "serve", "timed"]

# How many threads a library may use is settled when it is imported, so a process is born with these.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
     "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1",
)  # fmt: skip

PIECE = 400  # digits to warm up with, about: enough to hold all ten classes, which scikit-learn insists on


def serve(connection, name, setting, folder):
    """Answer what comes over the connection; a failure is sent as its traceback, and is the last word."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started this process, and ends it
    try:
        stage = Stage(name, Setting(**setting), folder)
        connection.send(("ready", None))
        while (asked := connection.recv()) != "stop":
            connection.send(("done", stage.turn(asked) if isinstance(asked, int) else stage.contestant.weights()))
    except EOFError:
        return
    except Exception:
        connection.send(("failed", traceback.format_exc()))


def timed(action, *arguments):
    """Call; return the result, and the seconds of CPU time (all threads of this process) and of wall time."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    result = action(*arguments)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return result, cpu, wall


class Stage:
    """One contestant with its digits."""

    def __init__(self, name, setting, folder):
        self.setting, self.turns = setting, setting.turns()
        self.contestant = CONTESTANTS[name](setting)
        self.train, self.test = (read(Path(folder) / f"{part}.npz") for part in ("train", "test"))
        self.X_test = self.contestant.inputs(self.test)
        self.peak = self.weights = self.orders = None

    def turn(self, number):
        """Train for a turn, then predict; return what both cost, and how good the predictions are."""
        turn, first = self.turns[number], self.peak is None
        if turn.fresh:
            self.draw(turn.seed)
        data = self.contestant.prepare(self.train.rows(slice(turn.start, turn.stop)), next(self.orders))
        piece = self.piece() if first else None
        if first:
            self.peak = Peak()
        if turn.fresh:
            self.start(turn.seed, piece)
        _, cpu, wall = timed(self.contestant.learn, data)
        costs = {"cpu": cpu, "wall": wall, "memory": self.peak.above() if first else None}
        del data
        return costs | self.inference(first)

    def draw(self, seed):
        """Draw the starting weights, and the order of the rows in each turn that begins with them."""
        made = network(self.setting, seed)
        self.weights = made.get_weights()
        for array in self.weights:
            array.flags.writeable = False  # a contestant that learns in place must do so in a copy
        self.orders = orders(made, [turn.stop - turn.start for turn in self.turns if turn.seed == seed])

    def piece(self):
        """Return a few digits to warm up with: some whole batches, and a last one of the length that it will have."""
        length = PIECE // self.setting.batch * self.setting.batch + len(self.train) % self.setting.batch
        digits = self.train.rows(slice(0, max(length, PIECE)))
        return self.contestant.prepare(digits, np.arange(len(digits)))

    def start(self, seed, piece=None):
        """Go to the start; the first time, warm up with a piece of the data."""
        self.contestant.build(self.weights, seed)
        if piece is not None:
            self.contestant.warm_up(piece, self.weights, seed)

    def inference(self, first):
        """Predict the test digits; return what it cost, and the accuracy."""
        if first:
            self.contestant.predict(self.X_test)
        output, cpu, wall = timed(self.contestant.predict, self.X_test)
        guessed = np.asarray(output).argmax(axis=1)
        accuracy = float(np.mean(guessed == self.test.labels)) if self.contestant.learns else None
        return {"predict_cpu": cpu, "predict_wall": wall, "accuracy": accuracy}


def read(path):
    """Return the Digits of a file."""
    with np.load(path) as file:
        return Digits(file["images"], file["labels"])
