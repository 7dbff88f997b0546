"""What checking gradients costs: a network for digits, in float64, by central differences.

Each derivative takes two forward propagations. One for each of 79,510 parameters takes minutes; so the entries of the
biases are tried one by one, and each array of weights along ten directions, in which all of its entries move.
"""

import time
from statistics import median

import numpy as np

from coursekit.bench import page
from coursekit.bench.record import PAGE, write_tables
from coursekit.bench.setting import SEED, Digits, Setting, network
from coursekit.bench.worker import ONE_THREAD
from nnkit import Dataset, datasets
from nnkit.gradients import check_gradients

__all__ = ["report"]

N_EXAMPLES, DIRECTIONS = 10, 10


def report(options):
    """Measure, print and, if asked, put it into docs/performance.md; return plain data."""
    from threadpoolctl import threadpool_limits

    rounds = options.rounds or (1 if options.quick else 5)
    with threadpool_limits(int(ONE_THREAD["OPENBLAS_NUM_THREADS"])):
        found = measured(network(Setting("784-100-10", 64, "SGD", N_EXAMPLES, 1), SEED, float), digits(), rounds)
    page.say(words(found))
    if options.record:
        write_tables(PAGE, "gradients", words(found))
    return found


def digits():
    """Return the first digits as a Dataset."""
    first = Digits(*datasets.mnist()[0]).rows(slice(N_EXAMPLES))
    return Dataset(first.X(float), first.y(float))


def measured(made, data, rounds):
    """Return the seconds of a check along directions and of one forward propagation, and the error that was found."""
    checks, passes = [], []
    for _ in range(rounds):
        start = time.process_time()
        error = check_gradients(made, data, directions=DIRECTIONS)
        checks.append(time.process_time() - start)
        start = time.process_time()
        for _ in range(100):
            made.loss.loss(data.y, made.forward_propagation(data.X, training=False))
        passes.append((time.process_time() - start) / 100)
    n = sum(array.size for array in made.get_weights())
    return {"parameters": n, "seconds": median(checks), "one_by_one": 2 * n * median(passes), "error": float(error)}


def words(found):
    """Return what was measured in a sentence or two."""
    return (
        f"Gradients of 784-100-10 in float64, {found['parameters']:,} parameters, {N_EXAMPLES} digits: all biases and "
        f"{DIRECTIONS} directions of each array of weights take {found['seconds']:.2f} s of CPU time (largest relative "
        f"error: {np.format_float_scientific(found['error'], 1)}). Every parameter by itself would take "
        f"{found['one_by_one']:.0f} s."
    )
