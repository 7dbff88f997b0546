"""The data's part of the benchmark: contestants compute one thing, numbers are numbers, and a page keeps its text."""

import dataclasses
import json
import math
from types import SimpleNamespace

import numpy as np
import pytest

from coursekit.bench import data
from coursekit.course import CourseError
from nnkit import datasets

QUICK = {"rounds": 2, "quick": True}


@pytest.fixture(autouse=True)
def offline(tmp_path, monkeypatch):
    """The samples, whatever this machine has."""
    monkeypatch.delenv("NNKIT_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    monkeypatch.setattr(datasets, "_on_sample", set())


@pytest.fixture
def without_keras(monkeypatch):
    """All but Keras, which takes its time to import."""
    load = data.CONTESTS["load"]
    others = {name: make for name, make in load.contestants.items() if not name.startswith("keras")}
    monkeypatch.setitem(data.CONTESTS, "load", dataclasses.replace(load, contestants=others))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The files of a quick run."""
    folder = tmp_path_factory.mktemp("files")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NBGRADER_EXECUTION", "validate")
        patch.delenv("NNKIT_DATA", raising=False)
        numbers = data.write_files(folder, quick=True)
    assert numbers == {"reviews": 300, "imdb": 400, "mnist": 400}
    return folder


@pytest.fixture(scope="module")
def reviews(folder):
    with np.load(folder / "flat" / "imdb.npz") as file:
        ranks = np.split(file["train_words"].astype(int), file["train_offsets"][1:-1])
    return [[1, *(ranks + 3).tolist()] for ranks in (np.minimum(r, 9996) for r in ranks)]


@pytest.mark.parametrize("name", data.CONTESTS["vectorize"].contestants)
def test_everyone_vectorizes_alike(name, reviews):
    some = [*reviews[:20], [], [3, 3, 9999]]
    expected = np.zeros((22, 10_000))
    for i, review in enumerate(some):
        expected[i, review] = 1
    result = data.CONTESTS["vectorize"].contestants[name]()(some)
    rows = result if isinstance(result, np.ndarray) else result.toarray()
    np.testing.assert_array_equal(rows, expected)
    assert data.same_rows(result) == data.same_rows(expected)


@pytest.mark.parametrize("name", data.CONTESTS["mnist"].contestants)
def test_everyone_prepares_digits_alike(name, folder):
    result = data.CONTESTS["mnist"].contestants[name]()(folder)
    with np.load(folder / "flat" / "mnist.npz") as file:
        expected = tuple(file[f"x_{part}"].reshape(-1, 784) / 255 for part in ("train", "test"))
    assert data.same_digits(result) == data.same_digits(expected)
    assert {x.dtype for x in result} == {np.dtype("float64" if "float64" in name else "float32")}


def test_nnkit_loads_the_same_reviews_from_both_files(folder, monkeypatch):
    monkeypatch.setattr(datasets, "PUBLISHED", dict(datasets.PUBLISHED))
    monkeypatch.setenv("NNKIT_DATA", "")  # which the contestants set; put back afterwards
    prints = {data.same_reviews(data.imdb_by_nnkit(kind)()(folder)) for kind in ("keras", "flat")}
    assert len(prints) == 1


@pytest.mark.slow
def test_keras_loads_the_same_reviews(folder):
    name = "keras.datasets.imdb, the same file"
    said = [data.ask("load", who, folder, "compare") for who in (name, "nnkit.datasets.imdb")]
    assert said[0]["fingerprint"] == said[1]["fingerprint"]
    assert said[0]["bytes"] > said[1]["bytes"], "nnkit's lists share their numbers"


def test_a_difference_is_seen(reviews, folder):
    rows = data.datasets.multi_hot(reviews[:3], 10_000)
    other = rows.copy()
    other[2, 9_999] = 1 - other[2, 9_999]
    assert data.same_rows(other) != data.same_rows(rows) != data.same_rows(rows[:2])
    with pytest.raises(CourseError, match="something else than 0 and 1"):
        data.same_rows(2 * rows)
    digits = data.mnist_by_numpy("float32")()(folder)
    assert data.same_digits(digits) != data.same_digits((digits[0], digits[1] + np.float32(0.01)))


def test_whoever_computes_something_else_is_out_of_the_race(monkeypatch):
    said = iter("aba")
    monkeypatch.setattr(data, "ask", lambda *_: {"fingerprint": next(said), "bytes": 1})
    with pytest.raises(CourseError, match="keras.datasets.imdb, the same file computes something else than nnkit"):
        data.compete("load", {"imdb": 1}, None, 1)


def test_a_package_that_is_missing_is_left_out_and_said(monkeypatch):
    def ask(contest, name, folder, task, most=0):
        if name.startswith("keras"):
            return {"missing": "keras"}
        return {"fingerprint": "a", "bytes": 10**6, "cpu": 2.0, "wall": 3.0, "peak": None}

    monkeypatch.setattr(data, "ask", ask)
    found = data.compete("load", {"imdb": 1}, None, 3)
    assert len(found["measured"]) == 2 and found["missing"] == {"keras.datasets.imdb, the same file": "keras"}
    for page in (data.text_table(found), data.markdown({"load": found}, 3)):
        assert "Left out: keras.datasets.imdb, the same file (keras is not installed)." in page
        assert "1.00 1.00 1.00" in page


def test_a_process_that_fails_says_why(folder):
    with pytest.raises(CourseError, match=r"nobody failed(.|\n)*KeyError"):
        data.ask("load", "nobody", folder, "time")


def test_the_report_is_finite_and_goes_on_the_page(without_keras, monkeypatch, tmp_path, capsys):
    page = tmp_path / "performance.md"
    monkeypatch.setattr(data, "PAGE", page)
    found = data.report(SimpleNamespace(**QUICK, record=True))
    assert json.loads(json.dumps(found)) == found and list(found) == ["load", "vectorize", "mnist"]
    assert all("offline sample" in contest["title"] for contest in found.values())
    for contest in found.values():
        assert contest["missing"] == {}
        for values in contest["measured"].values():
            lists = [values[key] for key in ("cpu", "wall", "ratios")]
            assert all(len(numbers) == 2 and min(numbers) > 0 for numbers in lists)
            assert all(math.isfinite(number) for numbers in lists for number in numbers)
            assert values["bytes"] > 0 and (values["peak"][0] is None or min(values["peak"]) >= 0)
        assert next(iter(contest["measured"].values()))["ratios"] == [1.0, 1.0]
    measured = found["vectorize"]["measured"]
    assert measured["datasets.multi_hot"]["bytes"] == 4 * 300 * 10_000
    assert measured["datasets.multi_hot, uint8"]["bytes"] == 300 * 10_000
    said, text = capsys.readouterr().out, page.read_text("utf-8")
    for name in measured:
        assert name in said and f"| {name} |" in text
    assert text.startswith("# ") and text.endswith(f"{COMMENTS[1]}\n")


BEFORE, AFTER = "# Speed\n\nWords.\n\n<!-- bench: training -->\n| a |\n<!-- /bench: training -->\n", "\nMore words. \n"
COMMENTS = "<!-- bench: data -->", "<!-- /bench: data -->"


@pytest.mark.parametrize("old", ["", "\nold\n\n| table |\n"])
def test_what_is_between_the_comments_is_replaced_and_nothing_else(old, monkeypatch, tmp_path):
    begin, end = COMMENTS
    monkeypatch.setattr(data, "PAGE", tmp_path / "performance.md")
    monkeypatch.setattr(data, "CONTESTS", {})
    monkeypatch.setattr(data, "write_files", lambda *_: {})
    data.PAGE.write_text(f"{BEFORE}{begin}{old}{end}{AFTER}")
    for _ in range(2):
        data.report(SimpleNamespace(**QUICK, record=True))
        text = data.PAGE.read_text()
        assert text.startswith(BEFORE + begin) and text.endswith(end + AFTER)
        assert "old" not in text and text.count(begin) == text.count("One thread") == 1


def test_nothing_is_written_unasked(monkeypatch, tmp_path):
    monkeypatch.setattr(data, "PAGE", tmp_path / "performance.md")
    monkeypatch.setattr(data, "CONTESTS", {})
    assert data.report(SimpleNamespace(**QUICK, record=False)) == {}
    assert not data.PAGE.exists()
