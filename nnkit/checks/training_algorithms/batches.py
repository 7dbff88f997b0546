"""Exercise: cutting the examples into shuffled mini-batches.

There are many right orders, so none is expected. An answer is asked for several epochs, and an account is made of them:
how large the batches are, how often each example comes and with which target, in which order. Accounts are short
texts, so that two answers with one fault have one account, whatever numbers they have drawn.
"""

import itertools

import numpy as np

from nnkit.checks.exercise import Exercise

__all__ = ["mini_batches"]

EPOCHS = 7  # so many that no order, place or pair repeats itself in all of them by chance
PAIRS = "pairs of arrays"


def _mini_batches(X, y, batch_size, rng):
    """Yield pairs (X_batch, y_batch) of batch_size rows, shuffled with rng; the last may be smaller."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


_mini_batches.__name__ = "mini_batches"


def _draw(rng):
    """Draw examples of which no two share a number, some more than make full batches."""
    batch_size, full = int(rng.integers(6, 9)), int(rng.integers(4, 6))
    n = full * batch_size + int(rng.integers(2, batch_size))
    return {
        "X": rng.permutation(900)[: 3 * n].reshape(n, 3).astype(float),
        "y": rng.permutation(900)[:n],
        "batch_size": batch_size,
        "seed": int(rng.integers(1 << 30)),
    }


def _probe(answer, X, y, batch_size, seed):
    rng, n_full, given = np.random.default_rng(seed), len(X) // batch_size * batch_size, (X.copy(), y.copy())
    epochs = [_epoch(answer, *given, batch_size, rng)]
    epochs += [_epoch(answer, X.copy(), y.copy(), batch_size, rng) for _ in range(EPOCHS - 1)]
    kind = next((kind for epoch in epochs if (kind := _kind(epoch, X, y)) != PAIRS), PAIRS)
    yield "pairs", kind
    if kind != PAIRS:
        return
    yield "once", _once(epochs, X)
    yield "sizes", _sizes(epochs)
    yield "paired", _paired(epochs, X, y)
    orders = [_order(epoch, X) for epoch in epochs]
    yield "shuffled", _shuffled(epochs, orders, X)
    yield "epochs", _change(orders)
    yield "rng", _source(answer, X, y, batch_size, seed)
    yield "even", _account(answer, X[:n_full], y[:n_full], batch_size, rng)
    yield "left over", _account(answer, X[: n_full + 1], y[: n_full + 1], batch_size, rng)
    yield "single", _account(answer, X[:5], y[:5], 1, rng)
    yield "large", _account(answer, X, y, 2 * len(X), rng)
    yield "columns", _account(answer, X, np.column_stack([y, -y]), batch_size, rng)
    yield "arguments", [*given[0].ravel(), *given[1]]


# ---- accounts


def _epoch(answer, X, y, batch_size, rng):
    """Return what an answer gives, each batch as it is when it comes; one without end is cut short."""
    return [_copy(batch) for batch in itertools.islice(answer(X, y, batch_size, rng), len(X) + 2)]


def _copy(batch):
    """Return a batch with copies of its arrays: whoever made it may use them again."""
    if not isinstance(batch, tuple | list):
        return batch
    return tuple(part.copy() if isinstance(part, np.ndarray) else part for part in batch)


def _kind(batches, X, y):
    """Say whether these are pairs of arrays that can be rows of X and of y and, if not, what else came."""
    for batch in batches:
        if not isinstance(batch, tuple) or len(batch) != 2:
            kind = f"an array {batch.shape}" if isinstance(batch, np.ndarray) else f"a {type(batch).__name__}"
            return f"{len(batches)} times {kind}"
        if not all(isinstance(part, np.ndarray) for part in batch):
            return f"pairs of {' and '.join(type(part).__name__ for part in batch)}"
        for name, part, whole in zip(("X", "y"), batch, (X, y), strict=True):
            if part.ndim != whole.ndim or part.shape[1:] != whole.shape[1:]:
                return f"{name}_batch has shape {part.shape}, where {name} has {whole.shape}"
    return PAIRS if batches else "no batch at all"


def _sizes(epochs):
    """Say how many rows the batches of an epoch have, and whether the smallest is the last."""
    sizes = [[len(X_batch) for X_batch, _ in batches] for batches in epochs]
    text = " ".join(map(str, sorted(sizes[0], reverse=True)))
    return text if all(s == sorted(s, reverse=True) for s in sizes) else f"{text}, not in this order"


def _rows(parts, whole):
    """Return for each row of these parts, one after the other, which row of the whole it is; -1 for none."""
    rows, whole = np.concatenate(parts).reshape(-1, whole[0].size), whole.reshape(len(whole), -1)
    matches = (rows[:, None] == whole).all(axis=2)
    return np.where(matches.any(axis=1), matches.argmax(axis=1), -1)


def _order(batches, X):
    return _rows([X_batch for X_batch, _ in batches], X)


def _once(epochs, X):
    """Say whether each example comes once in each epoch and, if not, in which way it does not."""
    said = set()
    for batches in epochs:
        order = _order(batches, X)
        counts = np.bincount(order[order >= 0], minlength=len(X))
        said |= {"rows not of X"} if (order < 0).any() else set()
        said |= {"some never"} if (counts == 0).any() else set()
        if (counts > 1).any():
            said |= {"some more than once"}
            said |= {"some twice in one batch"} if any(_has_twins(X_batch) for X_batch, _ in batches) else set()
    return f"{', '.join(sorted(said))}; {_sizes(epochs)}" if said else "each example once"


def _has_twins(X_batch):
    return len(np.unique(X_batch, axis=0)) < len(X_batch)


def _paired(epochs, X, y):
    """Say whether each row of X comes with its own y."""
    orders = [(_order(batches, X), _rows([y_batch for _, y_batch in batches], y)) for batches in epochs]
    if all(np.array_equal(*order) for order in orders):
        return "each with its own"
    return "y in its old order" if all(np.all(np.diff(of_y) > 0) for _, of_y in orders) else "each with another's"


def _shuffled(epochs, orders, X):
    """Say how the examples are ordered: not at all, in pieces, or one by one."""
    if all(np.all(np.diff(order) > 0) for order in orders):
        return "in the order of X"
    batches = [_order([batch], X) for epoch in epochs for batch in epoch if len(batch[0])]
    in_pieces = all(np.ptp(rows) < len(rows) for rows in batches)
    if in_pieces and all(np.all(np.diff(rows) > 0) for rows in batches):
        return "each batch is a piece of X"
    neighbours = np.concatenate([np.abs(np.diff(order)) == 1 for order in orders])
    if neighbours.mean() > 0.5:
        return "neighbours stay neighbours"
    return "each batch is a piece of X, shuffled within" if in_pieces else "shuffled one by one"


def _change(orders):
    """Say whether each epoch has another order, at all places."""
    if any(len(order) != len(orders[0]) for order in orders):
        return "epochs of unequal length"
    stuck = int(np.sum(np.ptp(orders, axis=0) == 0))
    if stuck:
        return "the same order again" if stuck == len(orders[0]) else f"{stuck} places never change"
    return "another order"


def _source(answer, X, y, batch_size, seed):
    """Say where the order comes from: from rng alone, if one seed gives one order, and two give two."""
    once, again, other = (
        _order(_epoch(answer, X.copy(), y.copy(), batch_size, np.random.default_rng(number)), X)
        for number in (seed, seed, seed + 1)
    )
    if not np.array_equal(once, again):
        return "not from rng: one seed, two orders"
    return "not from rng: two seeds, one order" if np.array_equal(once, other) else "from rng"


def _account(answer, X, y, batch_size, rng):
    """Say how an epoch is cut, and whether all is there."""
    epoch = _epoch(answer, X.copy(), y.copy(), batch_size, rng)
    kind = _kind(epoch, X, y)
    return kind if kind != PAIRS else f"{_sizes([epoch])}; {_once([epoch], X)}, {_paired([epoch], X, y)}"


mini_batches = Exercise(
    id="mini-batches",
    reference=_mini_batches,
    claims={
        "pairs": "mini_batches gives pairs of arrays, (X_batch, y_batch): some rows of X, and those of y",
        "once": "each example comes exactly once in an epoch",
        "sizes": "each batch has batch_size rows; the last has those that remain",
        "paired": "each row of X_batch comes with its own row of y_batch",
        "shuffled": "examples are shuffled one by one, and all of them",
        "epochs": "the next epoch, with the same rng, has another order",
        "rng": "the order comes from rng alone: the same seed gives the same order",
        "even": "where batch_size divides the number of examples, there is no empty batch",
        "left over": "a single example that remains makes a batch of its own, of one row",
        "single": "batch_size=1 makes a batch of each example",
        "large": "a batch_size above the number of examples makes one batch of all",
        "columns": "y may have columns, as one-hot targets do",
        "arguments": "X and y stay as they were",
    },
    draw=_draw,
    probe=_probe,
)


# ---- known mistakes


def _cut(X, y, order, batch_size):
    """Yield the batches of an order of rows: what most of the versions below share."""
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@mini_batches.mistake(
    "the last rows are left out, because they are fewer than batch_size. They make a smaller batch: go on to len(X)."
)
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    return _cut(X, y, order[: len(X) // batch_size * batch_size], batch_size)


@mini_batches.mistake("nothing is shuffled: draw an order of the rows with rng.permutation(len(X)).")
def _(X, y, batch_size, rng):
    return _cut(X, y, np.arange(len(X)), batch_size)


@mini_batches.mistake(
    "the batches come in a random order, but neighbours stay together in them. Shuffle the rows first, then cut."
)
def _(X, y, batch_size, rng):
    for start in rng.permutation(range(0, len(X), batch_size)):
        yield X[start : start + batch_size], y[start : start + batch_size]


@mini_batches.mistake(
    "the rows are shuffled within each batch only, after cutting: the same examples always meet. Shuffle first."
)
def _(X, y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        rows = start + rng.permutation(len(X[start : start + batch_size]))
        yield X[rows], y[rows]


@mini_batches.mistake("X and y are shuffled apart, each into an order of its own. Draw one order, and use it for both.")
def _(X, y, batch_size, rng):
    X, y = X[rng.permutation(len(X))], y[rng.permutation(len(X))]
    return _cut(X, y, np.arange(len(X)), batch_size)


@mini_batches.mistake(
    "rng.shuffle shuffles X and y themselves, in place and apart. Draw one order, rng.permutation(len(X)), for both."
)
def _(X, y, batch_size, rng):
    rng.shuffle(X)
    rng.shuffle(y)
    return _cut(X, y, np.arange(len(X)), batch_size)


@mini_batches.mistake("only X is shuffled, y is not. Use the same rows for both: X[rows], y[rows].")
def _(X, y, batch_size, rng):
    return _cut(X[rng.permutation(len(X))], y, np.arange(len(X)), batch_size)


@mini_batches.mistake("only y is shuffled, X is not. Use the same rows for both: X[rows], y[rows].")
def _(X, y, batch_size, rng):
    return _cut(X, y[rng.permutation(len(X))], np.arange(len(X)), batch_size)


@mini_batches.mistake(
    "the order comes from np.random, or from a generator made here. Use the one that was handed in: rng.permutation."
)
def _(X, y, batch_size, rng):
    return _cut(X, y, np.random.default_rng().permutation(len(X)), batch_size)


@mini_batches.mistake(
    "each epoch has the same order: the generator is made here, from a fixed seed. Use the one that was handed in, rng."
)
def _(X, y, batch_size, rng):
    return _cut(X, y, np.random.default_rng(0).permutation(len(X)), batch_size)


@mini_batches.mistake(
    "the rows are drawn with replacement, so some come twice and others never. rng.permutation has each of them once."
)
def _(X, y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        rows = rng.choice(len(X), size=min(batch_size, len(X) - start))
        yield X[rows], y[rows]


@mini_batches.mistake(
    "batch_size rows are drawn for each batch, the last one too, so some come twice and others never. Draw one order, "
    "rng.permutation(len(X)), then cut it."
)
def _(X, y, batch_size, rng):
    for _ in range(0, len(X), batch_size):
        rows = rng.choice(len(X), size=batch_size)
        yield X[rows], y[rows]


@mini_batches.mistake("batch i begins at row i, so batches overlap. It begins at row i * batch_size.")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(-(-len(X) // batch_size)):
        yield X[order[i : i + batch_size]], y[order[i : i + batch_size]]


@mini_batches.mistake("batches overlap by a row: a slice ends before its second number, so it is start + batch_size.")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size + 1]
        yield X[rows], y[rows]


@mini_batches.mistake("a row is lost between batches: a slice ends before its second number, which needs no - 1.")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size - 1]
        yield X[rows], y[rows]


@mini_batches.mistake("order[start:batch_size] is empty from the second batch on. It ends at start + batch_size.")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        yield X[order[start:batch_size]], y[order[start:batch_size]]


@mini_batches.mistake("the last batch is filled up with rows that have been before. It is smaller: leave it so.")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    return _cut(X, y, np.append(order, order[: -len(X) % batch_size]), batch_size)


@mini_batches.mistake("all rows come in one batch. Cut the order: order[start : start + batch_size].")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    yield X[order], y[order]


@mini_batches.mistake("np.array_split shares the rows out evenly. All batches but the last have batch_size rows.")
def _(X, y, batch_size, rng):
    for rows in np.array_split(rng.permutation(len(X)), -(-len(X) // batch_size)):
        yield X[rows], y[rows]


@mini_batches.mistake("batch_size is taken for the number of batches. It is the number of rows in each.")
def _(X, y, batch_size, rng):
    for rows in np.array_split(rng.permutation(len(X)), batch_size):
        yield X[rows], y[rows]


@mini_batches.mistake(
    "the loop ends a row too early, and a single example that remains is lost: range(0, len(X), ...)."
)
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X) - 1, batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@mini_batches.mistake("len(X) // batch_size + 1 batches are one too many where nothing remains: the last is empty.")
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(len(X) // batch_size + 1):
        rows = order[i * batch_size : (i + 1) * batch_size]
        yield X[rows], y[rows]


@mini_batches.mistake("`return` in the loop ends it at the first batch. Write `yield`, and the next one comes too.")
def _(X, y, batch_size, rng):
    return next(_mini_batches(X, y, batch_size, rng))


@mini_batches.mistake("only X_batch is given. Each batch is a pair: yield X[rows], y[rows].")
def _(X, y, batch_size, rng):
    return (X_batch for X_batch, _ in _mini_batches(X, y, batch_size, rng))


@mini_batches.mistake("the batches are lists of rows. A layer computes with arrays: X[rows] is one.")
def _(X, y, batch_size, rng):
    return ((list(X_batch), list(y_batch)) for X_batch, y_batch in _mini_batches(X, y, batch_size, rng))


@mini_batches.mistake("y_batch comes first. It is the second of a pair: yield X[rows], y[rows].")
def _(X, y, batch_size, rng):
    return ((y_batch, X_batch) for X_batch, y_batch in _mini_batches(X, y, batch_size, rng))


@mini_batches.mistake("y_batch is made a column. It has as many axes as y: y[rows].")
def _(X, y, batch_size, rng):
    return ((X_batch, y_batch.reshape(-1, 1)) for X_batch, y_batch in _mini_batches(X, y, batch_size, rng))


@mini_batches.mistake("nothing is given: `yield X[rows], y[rows]` for each batch, or return a list of all.")
def _(X, y, batch_size, rng):
    return None


@mini_batches.mistake(
    "X and y themselves are shuffled, for whoever uses them next. X[rows] makes new arrays; X[:] = ... does not."
)
def _(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    return _cut(X, y, np.arange(len(X)), batch_size)
