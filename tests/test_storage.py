"""Saving and loading: what comes back is what went in, and nothing else comes in."""

import json
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from nnkit import Dataset, DenseLayer, Dropout, NeuralNetwork, TanhActivation, mse

X = np.random.default_rng(0).normal(size=(12, 3))
DATA = Dataset(X, X[:, :1])


class Intruder:
    """What a pickle may hold: a call that is made as it is opened, here of one that leaves a folder behind."""

    def __init__(self, path):
        self.trace = path.with_name("the pickle was opened")

    def __reduce__(self):
        return os.mkdir, (str(self.trace),)


def network(random_state=0, hidden=4, **settings):
    net = NeuralNetwork(epochs=2, random_state=random_state, **settings).add(DenseLayer(hidden, input_shape=(3,)))
    return net.add(TanhActivation()).add(Dropout(0.2)).add(DenseLayer(1))


@pytest.fixture
def saved(tmp_path):
    """A trained network and its file."""
    net, path = network().fit(DATA, validation=DATA), tmp_path / "net.npz"
    net.save(path)
    return net, path


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("as_path", [str, Path])
@pytest.mark.parametrize("name", ["net.npz", "my network"])
def test_a_loaded_network_predicts_as_the_saved_one(dtype, as_path, name, tmp_path):
    net, path = network(dtype=dtype).fit(DATA, validation=DATA), as_path(tmp_path / name)
    net.save(path)
    other = network(random_state=1, dtype=dtype)
    assert (other.predict(X) != net.predict(X)).any()
    assert other.load(path) is other
    np.testing.assert_array_equal(other.predict(X), net.predict(X))
    assert other.history == net.history
    assert [file.name for file in tmp_path.iterdir()] == [name]
    other.fit(DATA)  # and it learns on


def test_a_history_of_numpys_numbers_is_saved_too(tmp_path):
    net = network(metric=lambda y_true, y_pred: np.float32(mse(y_true, y_pred))).fit(DATA)
    net.save(tmp_path / "net.npz")
    assert network().load(tmp_path / "net.npz").history["metric"] == pytest.approx(net.history["metric"])


def test_the_file_holds_plain_arrays(saved):
    with np.load(saved[1], allow_pickle=False) as file:
        assert {file[name].dtype.kind for name in file.files} == {"f", "U"}


def other_file(path, **arrays):
    with path.open("wb") as file:
        np.savez(file, **arrays)


def with_changed(path, **changes):
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    other_file(path, **(arrays | changes))


def bare_array(path):
    with path.open("wb") as file:
        np.save(file, np.ones(3))


ABOUT = json.dumps({"layers": network().description(), "history": {}})
SPOILT = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("weights: 1 2 3"),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "without its end": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "another array": lambda path: np.ones(3).dump(path),
    "other arrays": lambda path: other_file(path, x_train=np.ones(3), y_train=np.ones(3)),
    "other JSON": lambda path: with_changed(path, about='{"author": "Ada"}'),
    "JSON without layers": lambda path: with_changed(path, about="[1, 2]"),
    "no JSON": lambda path: with_changed(path, about="layers"),
    "too few arrays": lambda path: other_file(path, about=ABOUT, array_0=np.ones((3, 4))),
    "other shapes": lambda path: with_changed(path, array_3=np.ones((3, 4))),
    "letters": lambda path: with_changed(path, array_3=np.array([["x"]])),
    "a bare pickle": lambda path: path.write_bytes(pickle.dumps(Intruder(path))),
    "a pickled array": lambda path: with_changed(path, array_0=np.array([Intruder(path)], dtype=object)),
    "a pickled description": lambda path: with_changed(path, about=np.array(Intruder(path), dtype=object)),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_file_is_refused_and_changes_nothing(spoil, saved):
    _, path = saved
    spoil(path)
    other = network(random_state=1)
    before = other.predict(X)
    with pytest.raises(ValueError, match=r"net\.npz is not a file that NeuralNetwork\.save wrote, or it is damaged"):
        other.load(path)
    assert [file.name for file in path.parent.iterdir()] == ["net.npz"]  # no pickle was opened
    np.testing.assert_array_equal(other.predict(X), before)
    assert other.history == {}


def test_the_intruder_would_have_come_in(tmp_path):
    intruder = Intruder(tmp_path / "net.npz")
    pickle.loads(pickle.dumps(intruder))
    assert intruder.trace.exists()


def test_one_wrong_byte_is_refused_wherever_it_changes_what_is_loaded(saved):
    net, path = saved
    content, expected = path.read_bytes(), net.predict(X)
    for position in range(0, len(content), 7):
        path.write_bytes(content[:position] + bytes([content[position] ^ 0x55]) + content[position + 1 :])
        other = network(random_state=1)
        try:
            other.load(path)
        except ValueError as error:
            assert "net.npz" in str(error)
        else:
            np.testing.assert_array_equal(other.predict(X), expected)


@pytest.mark.parametrize(
    "other", [network(hidden=5), NeuralNetwork().add(DenseLayer(1, input_shape=(3,)))], ids=["wider", "shallower"]
)
def test_a_file_of_other_layers_is_refused(other, saved):
    before = other.predict(X)
    with pytest.raises(ValueError, match=r"net\.npz holds the layers .*'\(4,\)'.*; this network has "):
        other.load(saved[1])
    np.testing.assert_array_equal(other.predict(X), before)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"missing\.npz"):
        network().load(tmp_path / "missing.npz")


def test_the_old_file_survives_a_save_that_fails(saved, monkeypatch):
    net, path = saved
    expected = net.predict(X)

    def full_disk(file, **arrays):
        file.write(b"PK half of it")
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez", full_disk)
    with pytest.raises(OSError, match="No space left"):
        network(random_state=1).save(path)
    np.testing.assert_array_equal(network(random_state=2).load(path).predict(X), expected)
    monkeypatch.undo()
    network(random_state=1).save(path)  # and the failure stands in nobody's way
    assert [file.name for file in path.parent.iterdir()] == ["net.npz"]
