"""Datasets: each source in its order, every file that is not what it should be, samples that never change.

No test reaches the internet: a server on this machine stands in for it, with files and checksums of its own.
"""

import hashlib
import http.server
import json
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pooch
import pytest

from nnkit import (
    Adam,
    CategoricalCrossEntropy,
    Dataset,
    DenseLayer,
    NeuralNetwork,
    ReLUActivation,
    SoftmaxActivation,
    accuracy,
    datasets,
    one_hot,
    samples,
)

REAL = Path(os.environ.get("NNKIT_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real files are not in {REAL}")
MNIST_SAMPLE, IMDB_SAMPLE = datasets.ORIGINS["mnist"][1], datasets.ORIGINS["imdb"][1]
INDEX = {"the": 1, "film": 2, "good": 3, "bad": 4, "rare": 9999}


# --- stand-ins --------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A fresh process on a machine without internet: nothing set, nothing cached. Returns Keras's folder."""
    for name in ("NNKIT_DATA", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(datasets, "ADDRESS", "http://127.0.0.1:9/")  # nobody listens there
    monkeypatch.setattr(datasets, "_on_sample", set())
    return tmp_path / "keras" / "datasets"


@pytest.fixture
def local(tmp_path, monkeypatch):
    """The folder that NNKIT_DATA names, empty."""
    folder = tmp_path / "local"
    folder.mkdir()
    monkeypatch.setenv("NNKIT_DATA", str(folder))
    return folder


@pytest.fixture
def keras_files(tmp_path, monkeypatch):
    """Small files in Keras's formats, {name: bytes}, whose checksums count as the published ones."""
    folder = tmp_path / "internet"
    folder.mkdir()
    np.savez_compressed(folder / "mnist.npz", **mnist_arrays())
    np.savez_compressed(folder / "imdb.npz", **keras_reviews())
    (folder / "imdb_word_index.json").write_text(json.dumps(INDEX))
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    for name, content in files.items():
        algorithm = datasets.PUBLISHED[name].split(":")[0]
        monkeypatch.setitem(datasets.PUBLISHED, name, f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}")
    return files


class Internet:
    """A server on this machine. `files` {name: bytes}; `manner` "well", "cut" (half a file) or a status such as 503."""

    def __init__(self, files):
        self.files, self.manner, self.requests = dict(files), "well", []
        internet = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                internet.requests.append(self.path[1:])
                if isinstance(internet.manner, int):
                    return self.send_error(internet.manner)
                content = internet.files[self.path[1:]]
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) // 2] if internet.manner == "cut" else content)

            def log_message(self, *args):
                """Say nothing: tests read stderr."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"


@pytest.fixture
def internet(keras_files, monkeypatch):
    stand_in = Internet(keras_files)
    monkeypatch.setattr(datasets, "ADDRESS", stand_in.address)
    thread = threading.Thread(target=stand_in.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield stand_in
    stand_in.server.shutdown()
    stand_in.server.server_close()
    thread.join()


def mnist_arrays(n_train=6, n_test=4, **changes):
    rng = np.random.default_rng(0)
    arrays = {}
    for part, n in (("train", n_train), ("test", n_test)):
        arrays[f"x_{part}"] = rng.integers(0, 256, (n, 28, 28)).astype(np.uint8)
        arrays[f"y_{part}"] = (np.arange(n) % 10).astype(np.uint8)
    return arrays | changes


def keras_reviews():
    """Keras's imdb.npz: object arrays of lists, which NumPy pickles. Review i is word i + 1, i + 1 times."""
    arrays = {}
    for part, n in (("train", 7), ("test", 5)):
        arrays[f"x_{part}"] = np.empty(n, dtype=object)
        arrays[f"x_{part}"][:] = [[i + 1] * (i + 1) for i in range(n)]
        arrays[f"y_{part}"] = np.arange(n) % 2
    return arrays


def flat_reviews(**changes):
    """imdb.npz without pickles: reviews [1, 2, 9999] and [] to train, [3] to test."""
    train = {"train_words": np.uint32([1, 2, 9999]), "train_offsets": np.array([0, 3, 3]), "y_train": np.uint8([1, 0])}
    test = {"test_words": np.uint32([3]), "test_offsets": np.array([0, 1]), "y_test": np.uint8([0])}
    return train | test | changes


def put(folder, name, content):
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(content, dict):
        np.savez_compressed(folder / name, **content)
    else:
        (folder / name).write_bytes(content)
    return folder / name


def digest(*arrays):
    """A checksum of whole numbers, whatever their type."""
    return hashlib.sha256(b"".join(np.asarray(a).astype("<i8").tobytes() for a in arrays)).hexdigest()[:16]


def lists(sequences):
    return [list(sequence) for sequence in sequences]


# --- toy sets ---------------------------------------------------------------------------------------------------------


def test_xor_is_true_where_the_inputs_differ():
    data = datasets.xor()
    assert isinstance(data, Dataset)
    assert data.X.shape == (4, 2) and data.y.shape == (4, 1)
    assert len(np.unique(data.X, axis=0)) == 4
    assert np.array_equal(data.y[:, 0], data.X[:, 0] != data.X[:, 1])


def test_spirals_are_apart_without_noise_and_repeatable():
    data = datasets.spirals(50, 4, noise=0.0, rng=np.random.default_rng(1))
    assert isinstance(data, Dataset)
    assert data.X.shape == (200, 2) and data.y.shape == (200, 4)
    assert np.array_equal(data.y.sum(axis=0), [50] * 4) and np.array_equal(data.y.sum(axis=1), np.ones(200))
    outer = np.linalg.norm(data.X, axis=1) > 0.2  # all arms meet in the middle
    distances = np.linalg.norm(data.X[outer, None] - data.X[outer], axis=2) + np.diag(np.full(outer.sum(), np.inf))
    nearest = data.y[outer][distances.argmin(axis=1)]
    assert np.array_equal(nearest, data.y[outer])
    again, other = (datasets.spirals(rng=np.random.default_rng(seed)).X for seed in (7, 8))
    assert np.array_equal(again, datasets.spirals(rng=np.random.default_rng(7)).X)
    assert not np.array_equal(again, other)
    assert np.array_equal(datasets.spirals().X, datasets.spirals().X)


def test_noise_is_the_spread_of_the_angle():
    """Turning each point back by the angle of its noiseless twin leaves the noise."""
    plain, noisy = (datasets.spirals(5000, 3, noise, np.random.default_rng(0)).X for noise in (0.0, 0.2))
    turned = np.arctan2(*noisy.T) - np.arctan2(*plain.T)
    assert np.std(np.angle(np.exp(1j * turned))) == pytest.approx(0.2, rel=0.03)


def test_digits_are_split_the_same_everywhere():
    (x_train, y_train), (x_test, y_test) = datasets.digits()
    assert x_train.shape == (1437, 64) and x_test.shape == (360, 64) and x_train.dtype == np.float64
    assert x_train.min() == 0 and x_train.max() == 1
    assert y_train.shape == (1437,) and y_train.dtype.kind == "i"
    shares = np.bincount(y_test) / np.bincount(np.concatenate([y_train, y_test]))
    assert np.all(np.abs(shares - 0.2) < 0.01), "each class gives a fifth of its digits to the test set"
    assert digest(x_train * 16, y_train, x_test * 16, y_test) == "5f35bbe165d04794"


# --- samples ----------------------------------------------------------------------------------------------------------


def test_the_sample_of_mnist_has_its_form_and_never_changes():
    (x_train, y_train), (x_test, y_test) = datasets.mnist()
    assert x_train.shape == (1437, 28, 28) and x_test.shape == (360, 28, 28)
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype(np.uint8)}
    assert x_train.max() == 255
    margin = np.ones((28, 28), dtype=bool)
    margin[4:24, 4:24] = False
    assert not x_train[:, margin].any(), "MNIST's digits fill 20x20 of the 28x28"
    assert digest(x_train, y_train, x_test, y_test) == "8f4e6f96fb99cad3"


def test_enlarging_interpolates_along_a_ramp_and_keeps_an_even_image_even():
    ramp = np.tile(2 * np.arange(8), (8, 1))
    row = samples._enlarge(np.stack([ramp, np.full((8, 8), 16)]))
    middles = np.clip((np.arange(20) + 0.5) * 8 / 20 - 0.5, 0, 7)  # of the new pixels, counted in old ones
    assert np.array_equal(row[0, 10, 4:24], np.floor(2 * middles * 255 / 16 + 1e-9))
    assert np.all(row[1, 4:24, 4:24] == 255)


def test_a_network_reads_the_sample_of_mnist():
    (x_train, y_train), (x_test, y_test) = datasets.mnist()
    x_train, x_test = (x.reshape(-1, 784).astype(np.float32) / 255 for x in (x_train, x_test))
    network = NeuralNetwork(10, 64, Adam(0.003), loss=CategoricalCrossEntropy, metric=accuracy, random_state=0)
    network.add(DenseLayer(100, (784,))).add(ReLUActivation()).add(DenseLayer(10)).add(SoftmaxActivation())
    network.fit(Dataset(x_train, one_hot(y_train, 10)))
    assert network.score(Dataset(x_test, one_hot(y_test, 10))) >= 0.95


@pytest.fixture(scope="module")
def reviews():
    return samples.reviews()


def test_the_generated_reviews_are_the_ones_that_were_measured(reviews):
    """The figures in the docstring of `samples.reviews` hold for these arrays."""
    assert digest(*reviews.values()) == "6f7821bb25e89c9f"
    assert digest(list(" ".join(samples.word_index()).encode())) == "fc9752a5236245a2"


def test_the_generated_reviews_are_shaped_like_imdb(reviews):
    for part in ("train", "test"):
        words, labels = reviews[f"{part}_words"], reviews[f"y_{part}"]
        assert len(labels) == 25_000 and labels.sum() == 12_500
        assert words.min() == 1 and words.max() == 10_000
        counts = np.bincount(words)
        assert counts[1:11].min() > 5 * counts[91:101].max() > 25 * counts[991:1001].mean(), "Zipf's law"
    index = samples.word_index()
    assert sorted(index.values()) == list(range(1, 10_001))
    assert index["the"] == 1 and all(word.isalpha() and word.islower() for word in index)


def test_generated_opinions_show_in_the_words(reviews):
    """Words of praise and complaint tell the label better than chance, and far from always."""
    index = samples.word_index()
    sign = np.zeros(10_001)
    sign[[index[word] for word in samples.PRAISE]], sign[[index[word] for word in samples.COMPLAINT]] = 1, -1
    balance = np.add.reduceat(sign[reviews["test_words"]], reviews["test_offsets"][:-1])
    assert 0.65 < np.mean((balance > 0) == reviews["y_test"]) < 0.85


def test_the_slides_code_runs_on_the_sample_of_imdb():
    (train_data, train_labels), (test_data, _) = datasets.imdb(num_words=10000)
    assert train_data.shape == test_data.shape == (25_000,) and train_data.dtype == object
    assert isinstance(train_data[0], list) and {type(code) for code in train_data[0]} == {int}
    assert train_labels.dtype == np.int64
    assert max(max(sequence) for sequence in train_data) == 9999
    assert all(sequence[0] == 1 for sequence in train_data)
    words = {rank: word for word, rank in datasets.imdb_word_index().items()}
    review = " ".join(words.get(code - 3, "?") for code in train_data[2])
    assert review.startswith("? ") and "?" not in review[1:]


# --- the order of the sources -----------------------------------------------------------------------------------------


def test_a_local_folder_comes_first(local, home, keras_files, internet):
    put(home, "mnist.npz", keras_files["mnist.npz"])
    put(local, "mnist.npz", mnist_arrays(n_train=3))
    assert len(datasets.mnist()[0][0]) == 3
    assert datasets.origin("mnist") == "MNIST"
    assert internet.requests == []


@pytest.mark.parametrize("load", [datasets.mnist, datasets.imdb, datasets.imdb_word_index])
def test_a_file_missing_from_the_local_folder_is_an_error(load, local, home, keras_files, internet):
    for name, content in keras_files.items():
        put(home, name, content)
    with pytest.raises(FileNotFoundError, match=r"is expected.*No such file.*NNKIT_DATA") as error:
        load()
    assert str(local) in str(error.value)
    assert internet.requests == []


def test_the_cache_comes_second(home, keras_files, internet):
    for name, content in keras_files.items():
        put(home, name, content)
    assert len(datasets.mnist()[0][0]) == 6
    assert len(datasets.imdb()[0][0]) == 7
    assert datasets.imdb_word_index() == INDEX
    assert (datasets.origin("mnist"), datasets.origin("imdb")) == ("MNIST", "IMDB")
    assert internet.requests == []


def test_what_is_not_cached_is_downloaded_once(home, keras_files, internet, monkeypatch, capfd):
    logger = pooch.get_logger()  # as talkative as in a fresh process, and bound to the stderr that is read below
    logger.setLevel("NOTSET")
    monkeypatch.setattr(logger.handlers[0], "stream", sys.stderr)
    for _ in range(2):
        assert np.array_equal(datasets.mnist()[0][0], mnist_arrays()["x_train"])
        assert len(datasets.imdb()[0][0]) == 7
        assert datasets.imdb_word_index() == INDEX
    assert internet.requests == ["mnist.npz", "imdb.npz", "imdb_word_index.json"]
    assert {path.name: path.read_bytes() for path in home.iterdir()} == keras_files
    out, err = capfd.readouterr()
    assert "Downloading mnist.npz" in out and "100%" in out
    assert err == ""


def test_keras_caches_in_the_home_folder(home, monkeypatch, tmp_path, keras_files):
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    put(tmp_path / ".keras" / "datasets", "mnist.npz", keras_files["mnist.npz"])
    assert len(datasets.mnist()[0][0]) == 6


@pytest.mark.parametrize("manner", [503, 404, "cut", "no connection"])
def test_where_a_download_fails_the_sample_is_used_and_said_once(manner, home, internet, monkeypatch, capfd):
    internet.manner = manner
    if manner == "no connection":
        monkeypatch.setattr(datasets, "ADDRESS", "http://127.0.0.1:9/")
    for _ in range(2):
        assert len(datasets.mnist()[0][0]) == 1437
        assert datasets.origin("mnist") == MNIST_SAMPLE
    assert datasets.origin("imdb") == IMDB_SAMPLE
    out, err = capfd.readouterr()
    assert out.count(MNIST_SAMPLE) == out.count(IMDB_SAMPLE) == 1
    assert "the download failed" in out and "NNKIT_DATA" in out
    assert err == ""
    assert list(home.iterdir()) == [], "nothing broken is left in the cache"


def test_reviews_and_word_index_come_from_one_source(home, internet):
    internet.manner = 503
    datasets.imdb()
    internet.manner = "well"  # back online, but the reviews in hand are the sample's
    assert datasets.imdb_word_index() == samples.word_index()
    assert datasets.origin("imdb") == IMDB_SAMPLE


def test_real_reviews_never_get_the_samples_words(home, keras_files, internet):
    put(home, "imdb.npz", keras_files["imdb.npz"])
    internet.manner = 503
    with pytest.raises(FileNotFoundError, match="Connect to the internet"):
        datasets.imdb_word_index()


def test_a_cache_that_cannot_be_written_leads_to_the_sample(home, internet):
    home.parent.parent.mkdir(exist_ok=True)
    home.parent.write_text("a file where the folder should be")
    assert len(datasets.mnist()[0][0]) == 1437


def test_an_interrupted_download_leaves_nothing(home, internet, monkeypatch):
    def half(self, url, output_file, pooch):
        Path(output_file).write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", half)
    with pytest.raises(KeyboardInterrupt):
        datasets.mnist()
    assert list(home.iterdir()) == []


def test_a_download_with_another_checksum_is_an_error_and_thrown_away(home, internet):
    internet.files["mnist.npz"] = b"<html>Please log in to the campus network</html>"
    with pytest.raises(datasets.DatasetError, match=r"should have the checksum sha256:.*log-in page.*NNKIT_DATA"):
        datasets.mnist()
    assert list(home.iterdir()) == []


def test_grading_uses_samples_and_downloads_nothing(home, keras_files, internet, monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    put(home, "mnist.npz", keras_files["mnist.npz"])
    assert len(datasets.mnist()[0][0]) == 1437
    assert datasets.imdb_word_index() == samples.word_index()
    assert internet.requests == []
    assert "grading" in capsys.readouterr().out


def test_grading_uses_the_local_folder_where_there_is_one(local, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    put(local, "mnist.npz", mnist_arrays())
    assert len(datasets.mnist()[0][0]) == 6


def test_origin_knows_two_names():
    with pytest.raises(ValueError, match="one of \\['imdb', 'mnist'\\]; it is 'cifar'"):
        datasets.origin("cifar")


# --- the form of the reviews ------------------------------------------------------------------------------------------


def test_kerass_file_comes_in_kerass_order(home, keras_files):
    """Expected: what keras.datasets.imdb.load_data gives for this file (seen once with Keras 3.15)."""
    put(home, "imdb.npz", keras_files["imdb.npz"])
    (train, y_train), (test, y_test) = datasets.imdb(num_words=9)
    assert [len(s) - 1 for s in train] == [2, 4, 1, 7, 3, 5, 6] and y_train.tolist() == [1, 1, 0, 0, 0, 0, 1]
    assert lists(test) == [[1, 6, 6, 6], [1, 7, 7, 7, 7], [1, 8, 8, 8, 8, 8], [1, 5, 5], [1, 4]]
    assert y_test.tolist() == [0, 1, 0, 1, 0] and train[6] == [1, 2, 2, 2, 2, 2, 2]


@pytest.mark.parametrize(
    ("num_words", "expected"),
    [(10000, [1, 4, 5, 2]), (10003, [1, 4, 5, 10002]), (10002, [1, 4, 5, 2]), (5, [1, 4, 2, 2]), (4, [1, 2, 2, 2])],
)
def test_ranks_become_codes(local, num_words, expected):
    put(local, "imdb.npz", flat_reviews())
    (train, y_train), (test, y_test) = datasets.imdb(num_words)
    assert lists(train) == [expected, [1]] and y_train.tolist() == [1, 0]
    assert len(test) == 1 and y_test.dtype == np.int64


def test_too_few_words_are_refused():
    with pytest.raises(ValueError, match="at least 4"):
        datasets.imdb(3)


# --- files that are not what they should be ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x_train": np.zeros((6, 28, 27), np.uint8)}, r"x_train of shape \(n, 28, 28\).*\(6, 28, 27\)"),
        ({"x_train": np.zeros((6, 784), np.uint8)}, r"x_train of shape \(n, 28, 28\).*\(6, 784\)"),
        ({"x_test": np.zeros((4, 28, 28))}, "x_test.*uint8.*float64"),
        ({"x_train": np.zeros((0, 28, 28), np.uint8), "y_train": np.zeros(0, np.uint8)}, r"\(0, 28, 28\)"),
        ({"y_train": np.zeros(5, np.uint8)}, r"y_train.*\(6,\).*\(5,\)"),
        ({"y_test": np.zeros(4, np.int32)}, "y_test.*uint8.*int32"),
        ({"y_test": np.uint8([1, 2, 3, 10])}, "y_test from 0 to 9.*from 1 to 10"),
    ],
)
def test_wrong_arrays_of_mnist_are_named(local, changes, message):
    put(local, "mnist.npz", mnist_arrays(**changes))
    with pytest.raises(datasets.DatasetError, match=message):
        datasets.mnist()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"train_words": np.array([1.0, 2.0, 3.0])}, "train_words.*whole numbers.*float64"),
        ({"train_words": np.array([1, -2, 3])}, "train_words.*from -2 to 3"),
        ({"test_words": np.zeros((1, 1), int)}, r"test_words.*\(1, 1\)"),
        ({"y_train": np.uint8([1, 2])}, "y_train.*0 and 1.*from 1 to 2"),
        ({"y_train": np.array(["1", "0"])}, "y_train.*0 and 1.*<U1"),
        ({"train_offsets": np.array([0, 3])}, "train_offsets, 3 numbers rising from 0 to 3"),
        ({"train_offsets": np.array([0, 4, 3])}, "train_offsets.*rising"),
        ({"train_offsets": np.array([1, 2, 3])}, "train_offsets"),
        ({"train_offsets": np.array([0, 3, 9])}, "train_offsets.*from 0 to 9"),
    ],
)
def test_wrong_arrays_of_imdb_are_named(local, changes, message):
    put(local, "imdb.npz", flat_reviews(**changes))
    with pytest.raises(datasets.DatasetError, match=message):
        datasets.imdb()


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04", pickle.dumps([1]), {"x": np.zeros(3)}])
@pytest.mark.parametrize(("name", "load"), [("mnist.npz", datasets.mnist), ("imdb.npz", datasets.imdb)])
def test_what_is_no_archive_of_the_right_arrays_is_refused(local, name, load, content):
    path = put(local, name, content)
    with pytest.raises(datasets.DatasetError, match=r"NumPy archive with the arrays.*What came:.*delete it") as error:
        load()
    assert str(path) in str(error.value)


def test_a_single_array_is_no_archive(local):
    np.save(local / "array.npy", np.zeros(3))
    (local / "array.npy").rename(local / "mnist.npz")
    with pytest.raises(datasets.DatasetError, match="NumPy archive"):
        datasets.mnist()


def test_a_file_cut_anywhere_or_changed_anywhere_is_noticed(local):
    """Archives carry checks of their own, so damage shows even without a list of checksums."""
    path = put(local, "mnist.npz", mnist_arrays())
    whole = path.read_bytes()
    for end in range(0, len(whole), 101):
        path.write_bytes(whole[:end])
        with pytest.raises(datasets.DatasetError):
            datasets.mnist()
    for place in range(150, len(whole) // 3, 53):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :])
        with pytest.raises(datasets.DatasetError):
            datasets.mnist()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\xfa", b"[1, 2]", b"{}", b'{"the": "1"}', b'{"the": 0}'])
def test_a_wrong_word_index_is_refused(local, content):
    put(local, "imdb_word_index.json", content)
    with pytest.raises(datasets.DatasetError, match=r"imdb_word_index.json should hold JSON, \{word: rank\}"):
        datasets.imdb_word_index()


@pytest.mark.parametrize(
    ("name", "load"),
    [("mnist.npz", datasets.mnist), ("imdb.npz", datasets.imdb), ("imdb_word_index.json", datasets.imdb_word_index)],
)
def test_a_cached_file_with_another_checksum_is_refused(home, keras_files, internet, name, load):
    for file, content in keras_files.items():
        put(home, file, content)
    put(home, name, keras_files[name] + b"x")
    with pytest.raises(datasets.DatasetError, match=r"the checksum (sha256|md5):.*What came: .*bytes.*delete it"):
        load()
    assert (home / name).read_bytes() == keras_files[name] + b"x", "a person's file is theirs to delete"


@pytest.mark.parametrize("line", ["{0}  mnist.npz", "{0} *mnist.npz", "{0}  ./mnist.npz", "{1}  mnist.npz"])
def test_local_files_are_held_against_sha256sums(local, line):
    content = put(local, "mnist.npz", mnist_arrays()).read_bytes()
    checksum = hashlib.sha256(content).hexdigest()
    (local / "SHA256SUMS").write_text(f"{'0' * 64}  other.npz\n" + line.format(checksum, checksum.upper()) + "\n")
    assert len(datasets.mnist()[0][0]) == 6
    put(local, "mnist.npz", mnist_arrays(n_train=7))
    with pytest.raises(datasets.DatasetError, match=f"the checksum sha256:{checksum}. What came: sha256:"):
        datasets.mnist()


def test_a_local_file_needs_no_sha256sums(local):
    put(local, "mnist.npz", mnist_arrays())
    (local / "SHA256SUMS").write_text(f"{'0' * 64}  other.npz\n\nnot a line of it\n")
    assert len(datasets.mnist()[0][0]) == 6


class Mark:
    """An object whose unpickling leaves a file behind: what a pickle from a stranger might do."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("where", ["NNKIT_DATA", "cache"])
@pytest.mark.parametrize(
    ("name", "load", "array"),
    [
        ("mnist.npz", datasets.mnist, "x_train"),
        ("imdb.npz", datasets.imdb, "x_train"),
        ("imdb.npz", datasets.imdb, "train_words"),
    ],
)
def test_a_strangers_pickle_is_never_opened(where, name, load, array, home, tmp_path, monkeypatch):
    monkeypatch.setenv("NNKIT_DATA", str(tmp_path) if where == "NNKIT_DATA" else "")
    mark = tmp_path / "mark"
    trap = np.empty(1, dtype=object)
    trap[0] = Mark(mark)
    others = flat_reviews() if array == "train_words" else mnist_arrays()
    path = put(tmp_path if where == "NNKIT_DATA" else home, name, others | {array: trap})
    with np.load(path, allow_pickle=True) as archive:
        archive[array]
    assert mark.exists(), "the trap works"
    mark.unlink()
    with pytest.raises(datasets.DatasetError):
        load()
    assert not mark.exists()


def test_kerass_own_pickles_are_opened_from_a_local_folder_too(local, keras_files):
    put(local, "imdb.npz", keras_files["imdb.npz"])
    assert sorted(map(len, datasets.imdb()[0][0])) == [2, 3, 4, 5, 6, 7, 8]


# --- the real files ---------------------------------------------------------------------------------------------------


@needs_real
def test_the_real_mnist(monkeypatch):
    monkeypatch.setenv("NNKIT_DATA", str(REAL))
    (x_train, y_train), (x_test, y_test) = datasets.mnist()
    assert x_train.shape == (60_000, 28, 28) and x_test.shape == (10_000, 28, 28)
    assert y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4] and y_test[:4].tolist() == [7, 2, 1, 0]
    assert np.bincount(y_train).min() == 5421 and np.bincount(y_test).max() == 1135


@needs_real
def test_the_real_imdb(monkeypatch):
    monkeypatch.setenv("NNKIT_DATA", str(REAL))
    (train, y_train), (test, y_test) = datasets.imdb(num_words=10000)
    assert train.shape == test.shape == (25_000,)
    assert y_train.sum() == y_test.sum() == 12_500
    assert max(max(sequence) for sequence in train) == 9999
    index = datasets.imdb_word_index()
    words = {rank: word for word, rank in index.items()}
    assert index["the"] == 1 and len(words) == len(index) > 80_000
    by_label = [sum(index["awful"] + 3 in s for s, y in zip(train, y_train, strict=True) if y == k) for k in (0, 1)]
    assert by_label[0] > 5 * by_label[1], "negative reviews say awful"
    with np.load(REAL / "imdb.npz") as archive:
        if "train_words" in archive:  # the form without pickles: the rule of the slides, word by word
            raw = archive["train_words"][: archive["train_offsets"][50]].tolist()
            ranks = [code if code == 2 else code - 3 for sequence in train[:50] for code in sequence[1:]]
            assert ranks == [rank if rank + 3 < 10_000 else 2 for rank in raw]


# --- manners ----------------------------------------------------------------------------------------------------------


def test_importing_datasets_takes_numpy_alone():
    code = "import sys, nnkit.datasets; print(*{'pooch', 'tqdm', 'sklearn', 'scipy', 'keras'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
