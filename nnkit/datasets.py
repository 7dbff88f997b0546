"""Datasets to learn from: toy problems, digits, and the slides' MNIST and IMDB, with the internet or without.

`mnist` and `imdb` give the arrays that `keras.datasets` gives. They look in this order:

    1. the folder that the environment variable NNKIT_DATA names, if it is set: nothing else will do then
    2. Keras's cache (~/.keras/datasets), filled by a download where it lacks the file
    3. an offline sample in the same form (see `nnkit.samples`), announced where it is used

Ask `origin("mnist")` what the arrays are, and say so under each figure. While nbgrader grades (NBGRADER_EXECUTION is
set), the second step is left out. Files in the cache must have the checksum that Keras publishes; files in your own
folder the one that its SHA256SUMS lists, if there is such a list.
"""

import hashlib
import io
import itertools
import json
import os
import sys
from pathlib import Path

import numpy as np

from nnkit import expect, samples
from nnkit.data import Dataset, one_hot

__all__ = ["DatasetError", "digits", "imdb", "imdb_word_index", "mnist", "multi_hot", "origin", "spirals", "xor"]

ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"  # where Keras downloads from
TIMEOUT = (4, 20)  # seconds: to connect, and between two pieces of a file
PUBLISHED = {  # the checksums that Keras publishes with each file
    "mnist.npz": "sha256:731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    "imdb.npz": "sha256:69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
    "imdb_word_index.json": "md5:bfafd718b763782e994055a2d397834f",
}
ORIGINS = {  # what the arrays are: the real thing, or the sample
    "mnist": ("MNIST", "offline sample: scikit-learn's digits at 28x28"),
    "imdb": ("IMDB", "offline sample: generated reviews"),
}
_on_sample = set()  # datasets that have fallen back to their sample, and stay with it while this process lives


class DatasetError(ValueError):
    """A file of a dataset is not what it should be; the message says what was expected, what came, what to do."""


def xor():
    """Return the four points of exclusive or, the smallest problem that needs a hidden layer: X (4, 2), y (4, 1)."""
    return Dataset([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0.0, 1.0, 1.0, 0.0])


def spirals(n_per_class=100, n_classes=3, noise=0.1, rng=None):
    """Return spirals wound into each other, one for each class, in order of class.

    X (n_classes * n_per_class, 2) lies in the unit circle, y (n_classes * n_per_class, n_classes) is one-hot. `noise`
    is the standard deviation of the angle, in radians. `rng` is a numpy.random.Generator, by default of seed 0.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    labels = np.repeat(np.arange(n_classes), n_per_class)
    radius = np.tile(np.linspace(0.05, 1, n_per_class), n_classes)
    angle = 2 * np.pi * labels / n_classes + 4 * radius + noise * rng.standard_normal(len(labels))
    X = radius[:, None] * np.column_stack([np.sin(angle), np.cos(angle)])
    return Dataset(X, one_hot(labels, n_classes))


def digits():
    """Return scikit-learn's 8x8 digits, ((x (1437, 64) from 0 to 1, labels (1437,)), (x (360, 64), labels (360,))).

    Shuffled and split with every class in proportion, the same on every machine.
    """
    return tuple((images.reshape(-1, 64) / 16, labels) for images, labels in samples.digit_images())


def mnist():
    """Return MNIST, ((x uint8 (60000, 28, 28), y uint8 (60000,)), (x (10000, 28, 28), y)), or its offline sample.

    Raises FileNotFoundError or DatasetError where a file is missing or is not what it should be.
    """
    folder = _folder("mnist")
    if folder is None:
        return samples.digits_as_mnist()
    path, content = folder / "mnist.npz", _read(folder / "mnist.npz")
    arrays = _arrays(path, content, ["x_train", "y_train", "x_test", "y_test"])
    for part in ("train", "test"):
        x, y = arrays[f"x_{part}"], arrays[f"y_{part}"]
        ok = x.ndim == 3 and x.shape[1:] == (28, 28) and len(x) and x.dtype == np.uint8
        _expect(ok, path, f"images x_{part} of shape (n, 28, 28), uint8", _describe(x))
        ok = y.shape == x.shape[:1] and y.dtype == np.uint8 and y.max() <= 9
        _expect(ok, path, f"labels y_{part} from 0 to 9, of shape {x.shape[:1]}, uint8", _describe(y))
    return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])


def imdb(num_words=10000):
    """Return IMDB's reviews, ((sequences, labels (25000,)), (sequences, labels (25000,))), or their offline sample.

    Sequences are an object array of lists of ints, as `keras.datasets.imdb.load_data(num_words=...)` gives them: 1 at
    the start, then each word's rank + 3, or 2 where that reaches `num_words`. Labels are 1 for a positive review,
    0 for a negative one. Raises FileNotFoundError or DatasetError where a file is missing or is not what it should be.
    """
    if num_words < 4:
        raise ValueError(f"num_words must be at least 4, as codes below 4 are no words; it is {num_words}.")
    folder = _folder("imdb")
    arrays = samples.reviews() if folder is None else _reviews(folder / "imdb.npz")
    parts = ((arrays[f"{p}_words"], arrays[f"{p}_offsets"], arrays[f"y_{p}"]) for p in ("train", "test"))
    return tuple((_sequences(words, offsets, num_words), y.astype(np.int64)) for words, offsets, y in parts)


def imdb_word_index():
    """Return the vocabulary of the reviews that `imdb` gives, {word: rank}; rank 1 is the most frequent word."""
    folder = _folder("imdb")
    if folder is None:
        return samples.word_index()
    path = folder / "imdb_word_index.json"
    try:
        if _local() is None:
            _download_if_missing(path.name)
    except OSError as error:  # the sample's words would not fit: these are the real reviews
        raise FileNotFoundError(
            f"{path} is missing, and the download failed ({type(error).__name__}). "
            f"Connect to the internet and call again."
        ) from error
    try:
        index = json.loads(_read(path))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DatasetError(_wrong(path, "JSON, {word: rank}", error)) from error
    ok = isinstance(index, dict) and index and all(type(rank) is int and rank > 0 for rank in index.values())
    _expect(ok, path, "JSON, {word: rank} with ranks from 1", type(index).__name__)
    return index


def origin(name):
    """Say what the arrays of "mnist" or "imdb" are, for a figure's caption: "MNIST" or "offline sample: ..."."""
    if name not in ORIGINS:
        raise ValueError(f"name must be one of {sorted(ORIGINS)}; it is {name!r}.")
    real, sample = ORIGINS[name]
    return sample if _folder(name) is None else real


def multi_hot(sequences, n_words=10000, dtype=np.float32):
    """Turn reviews, each the codes of its words, into rows (n, n_words): 1 for the words that it holds, else 0.

    Raises ValueError for a code that is not a whole number from 0 to n_words - 1.
    """
    rows = np.zeros((len(sequences), expect.whole_number("n_words", n_words)), dtype)
    # A hundred reviews at a time: one index for all their words is quicker than one for each, and stays small.
    for start in range(0, len(rows), 100):
        reviews = sequences[start : start + 100]
        words = expect.codes(reviews, n_words)
        i = np.repeat(np.arange(len(reviews)), [len(review) for review in reviews])
        rows[start : start + 100][i, words] = 1
    return rows


# --- where the files are ---------------------------------------------------------------------------------------------


def _local():
    """The folder that NNKIT_DATA names, or None."""
    return Path(os.environ["NNKIT_DATA"]).expanduser() if os.environ.get("NNKIT_DATA") else None


def _cache():
    """The folder where Keras keeps its datasets."""
    return Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser() / "datasets"


def _folder(name):
    """Return the folder with the real files of `name`, downloaded if need be; None where the sample has to do."""
    if _local():
        return _local()
    if name not in _on_sample:
        obstacle = _obstacle(name)
        if not obstacle:
            return _cache()
        _on_sample.add(name)
        _announce_sample(name, obstacle)
    return None


def _obstacle(name):
    """Say what keeps the real files of `name` out of the cache; None when they are in it."""
    if os.environ.get("NBGRADER_EXECUTION"):
        return "grading downloads nothing"
    try:
        _download_if_missing(f"{name}.npz")
    except OSError as error:
        return f"the download failed: {type(error).__name__}"


def _announce_sample(name, reason):
    real, sample = ORIGINS[name]
    print(
        f"{real} is not here ({reason}). Using an {sample}. For {real} itself, connect to the internet and restart "
        f"the kernel, or set NNKIT_DATA to a folder that holds {name}.npz."
    )


def _download_if_missing(file):
    """Put `file` into Keras's cache unless it is there; it appears whole and with the right checksum, or not at all."""
    if (_cache() / file).exists():
        return
    import pooch
    from tqdm import tqdm

    pooch.get_logger().setLevel("WARNING")  # it would report the download on stderr, which graders read as a failure
    print(f"Downloading {file} to {_cache()}")
    with tqdm(total=1, unit="B", unit_scale=True, file=sys.stdout) as bar:  # pooch puts the true total in
        web = pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUT)
        try:
            pooch.retrieve(ADDRESS + file, PUBLISHED[file], file, _cache(), downloader=web)
        except ValueError as error:
            raise DatasetError(
                f"{ADDRESS + file} should have the checksum {PUBLISHED[file]}, but something else came "
                f"(a network's log-in page?), and was thrown away. Check the connection and call again, "
                f"or set NNKIT_DATA to a folder that holds {file}. ({error})"
            ) from error


# --- what is in them -------------------------------------------------------------------------------------------------


def _read(path):
    """Return the bytes of a file, after holding them against the checksum that they should have."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileNotFoundError(
            f"{path} is expected, but cannot be read ({error.strerror}). Put it there, set "
            f"NNKIT_DATA to the folder that holds it, or unset NNKIT_DATA."
        ) from error
    expected = PUBLISHED[path.name] if _local() is None else _listed_checksum(path)
    if expected:
        algorithm, _ = expected.split(":")
        came = f"{algorithm}:{hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()}"
        _expect(came == expected, path, f"the checksum {expected}", f"{came} ({len(content)} bytes)")
    return content


def _listed_checksum(path):
    """Return the checksum of a file as the SHA256SUMS beside it lists it, `hex  name`; None if it does not."""
    sums = path.with_name("SHA256SUMS")
    for line in sums.read_text(errors="replace").splitlines() if sums.exists() else []:
        digest, _, name = line.partition(" ")
        if name.strip().lstrip("*").removeprefix("./") == path.name:
            return f"sha256:{digest.lower()}"
    return None


def _arrays(path, content, names, allow_pickle=False):
    """Return the named arrays of an .npz file's content."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=allow_pickle) as archive:
            return {name: archive[name] for name in names}
    except Exception as error:  # a broken archive fails in a dozen ways, from BadZipFile to KeyError: all mean this
        raise DatasetError(_wrong(path, f"a NumPy archive with the arrays {', '.join(names)}", error)) from error


def _reviews(path):
    """Return the arrays of imdb.npz in the form of `samples.reviews`.

    Keras's own file holds pickles, which can run any code when opened. So it is opened only if its SHA-256 is the
    published one; any other file has to come without pickles.
    """
    content = _read(path)
    if f"sha256:{hashlib.sha256(content).hexdigest()}" == PUBLISHED["imdb.npz"]:
        arrays = _from_keras(path, content)
    else:
        names = [name for part in ("train", "test") for name in (f"{part}_words", f"{part}_offsets", f"y_{part}")]
        arrays = _arrays(path, content, names)
    for part in ("train", "test"):
        _check_reviews(path, part, arrays[f"{part}_words"], arrays[f"{part}_offsets"], arrays[f"y_{part}"])
    return arrays


def _from_keras(path, content):
    """Lay the lists of Keras's file end to end, in the order in which Keras shuffles them."""
    shuffler = np.random.RandomState(113)  # the old generator and the seed of Keras: the same first review as in Keras
    # One part after the other: as lists, each takes five times the memory that it takes end to end.
    return _part_from_keras(path, content, "train", shuffler) | _part_from_keras(path, content, "test", shuffler)


def _part_from_keras(path, content, part, shuffler):
    reviews, y = _arrays(path, content, [f"x_{part}", f"y_{part}"], allow_pickle=True).values()
    order = np.arange(reviews.size)
    shuffler.shuffle(order)
    reviews = reviews[order]
    words = np.fromiter(itertools.chain.from_iterable(reviews), np.int32)
    return {f"{part}_words": words, f"{part}_offsets": np.cumsum([0, *map(len, reviews)]), f"y_{part}": y[order]}


def _check_reviews(path, part, words, offsets, y):
    ok = words.ndim == 1 and words.dtype.kind in "iu" and len(words) and words.min() >= 0
    _expect(ok, path, f"{part}_words, one row of whole numbers", _describe(words))
    ok = y.ndim == 1 and len(y) and y.dtype.kind in "iu" and np.isin(y, [0, 1]).all()
    _expect(ok, path, f"y_{part}, one row of 0 and 1", _describe(y))
    ok = offsets.shape == (len(y) + 1,) and offsets.dtype.kind in "iu" and (offsets[1:] >= offsets[:-1]).all()
    ok = ok and offsets[0] == 0 and offsets[-1] == len(words)
    _expect(ok, path, f"{part}_offsets, {len(y) + 1} numbers rising from 0 to {len(words)}", _describe(offsets))


def _sequences(words, offsets, num_words):
    """Cut ranks laid end to end into lists of codes: an object array (n_reviews,)."""
    limit = min(num_words, int(words.max()) + 4)
    # Millions of codes, but few different ones: looked up in a table, equal codes share one Python int, to save memory.
    table = np.array([*range(3, limit), 2], dtype=object)  # rank -> code; "clip" sends all rarer words to its end
    sequences = np.empty(len(offsets) - 1, dtype=object)
    for i, (start, end) in enumerate(itertools.pairwise(offsets.tolist())):
        # One review at a time, as a table's entries for all of them at once would take as much memory as the lists.
        sequences[i] = [1, *table.take(words[start:end].astype(np.int64), mode="clip").tolist()]
    return sequences


def _expect(ok, path, expected, came):
    if not ok:
        raise DatasetError(_wrong(path, expected, came))


def _wrong(path, expected, came):
    return (
        f"{path} should hold {expected}. What came: {came}. The file may be damaged or another one: delete it and "
        f"get it again, from its source or by another call with NNKIT_DATA unset."
    )


def _describe(array):
    values = f" from {array.min()} to {array.max()}" if array.size and array.dtype.kind in "iuf" else ""
    return f"{array.dtype} of shape {array.shape}{values}"
