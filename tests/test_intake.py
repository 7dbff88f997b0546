"""Intake: downloads as Moodle, Canvas, nbgrader and people name them become submitted/, whatever is in them."""

import contextlib
import io
import json
import os
import random
import shutil
import stat
import struct
import time
import zipfile

import pytest
from conftest import ROOT, cell, run, small_notebook

from coursekit import intake as intake_module
from coursekit import parcels
from coursekit.course import CourseError
from coursekit.intake import intake
from coursekit.people import Names, Table, identifier, is_safe, read_table
from coursekit.trust.submission import PLACEHOLDER

SMALL = json.dumps(small_notebook())
OTHER = json.dumps(
    small_notebook() | {"cells": [cell("code", "setup", "1", locked=True), cell("code", "cube", "2", solution=True)]}
)
EMPTY = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
MOODLE = "{}_{}_assignsubmission_file_/{}"


@pytest.fixture
def course(tmp_path):
    for place, text in {"01-small/small": SMALL, "02-other/other": OTHER}.items():
        path = tmp_path / "course" / "source" / f"{place}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return tmp_path / "course"


def zipped(path, files):
    """A ZIP archive at `path`; `files` are a dict name -> text, or pairs (ZipInfo or name, bytes)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, text)
    return path


def packed(files):
    """A ZIP archive as bytes."""
    return zipped(io.BytesIO(), files).getvalue()


def in_folder(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def there(course):
    """What is in submitted/: a dict path -> text."""
    folder = course / "submitted"
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def reasons(outcome):
    return "\n".join(map(str, outcome.left))


# -------------------------------------------------------------------------------- whose, and which


@pytest.mark.parametrize("kind", ["zip", "folder"])
@pytest.mark.parametrize(
    "name",
    [
        "Anna Müller_123_assignsubmission_file_/small.ipynb",
        "Anna Müller_123_assignsubmission_file/small.ipynb",
        "Anna Müller_123_assignsubmission_file_small.ipynb",
        "CS1-01 small-77/Anna Müller_123_assignsubmission_file_/my work/small.ipynb",
    ],
)
def test_a_download_from_moodle(course, tmp_path, name, kind):
    source = in_folder(tmp_path / "d", {name: SMALL}) if kind == "folder" else zipped(tmp_path / "d.zip", {name: SMALL})
    outcome = intake(source, course)
    assert outcome.new == ["anna-muller-123/01-small"] and outcome.left == []
    assert there(course) == {"anna-muller-123/01-small/small.ipynb": SMALL}


def test_two_students_of_one_name_stay_two_and_are_told_how_to_be_one_throughout(course, tmp_path):
    files = {MOODLE.format("Anna Müller", number, "small.ipynb"): SMALL for number in (123, 124)}
    outcome = intake(zipped(tmp_path / "d.zip", files), course)
    assert sorted(outcome.new) == ["anna-muller-123/01-small", "anna-muller-124/01-small"]
    assert "--names" in outcome.told[-1]


def test_several_assignments_and_other_files_in_one_download(course, tmp_path):
    files = {
        MOODLE.format("Ann", 1, "small.ipynb"): SMALL,
        MOODLE.format("Ann", 1, "data/x.csv"): "1,2",
        MOODLE.format("Ben", 2, "renamed.ipynb"): OTHER,
        MOODLE.format("Cy", 3, "both/small.ipynb"): SMALL,
        MOODLE.format("Cy", 3, "both/y.csv"): "3",
        MOODLE.format("Cy", 3, "other.ipynb"): OTHER,
        MOODLE.format("Di", 4, "Kopie von small (2).ipynb"): EMPTY,
    }
    outcome = intake(zipped(tmp_path / "d.zip", files), course)
    assert there(course) == {
        "ann-1/01-small/small.ipynb": SMALL,
        "ann-1/01-small/data/x.csv": "1,2",
        "ben-2/02-other/other.ipynb": OTHER,
        "cy-3/01-small/small.ipynb": SMALL,
        "cy-3/02-other/other.ipynb": OTHER,
        "di-4/01-small/small.ipynb": EMPTY,
    }
    assert "y.csv: it may belong to 01-small or 02-other" in reasons(outcome)


def test_of_two_renamed_notebooks_the_fuller_is_the_submission(course, tmp_path):
    scratch = json.dumps(small_notebook() | {"cells": small_notebook()["cells"][2:3]})
    files = {MOODLE.format("Ann", 1, "a.ipynb"): SMALL, MOODLE.format("Ann", 1, "z.ipynb"): scratch}
    outcome = intake(zipped(tmp_path / "d.zip", files), course)
    assert there(course) == {"ann-1/01-small/small.ipynb": SMALL, "ann-1/01-small/z.ipynb": scratch}
    assert "“z.ipynb” lies beside the likelier one" in outcome.told[0]


def test_canvas_resubmissions_late_and_multi_file(course, tmp_path):
    files = {
        "mulleranna_LATE_11_901_small.ipynb": EMPTY,
        "mulleranna_LATE_11_902_small-2.ipynb": SMALL,
        "mulleranna_LATE_11_903_data.csv": "1",
        "singhraj_12_904_small-1.ipynb": SMALL,
        "odd_name_13_905_small.ipynb": SMALL,
        "anon_aB3dE_906_small.ipynb": SMALL,
        "kimlee_14_text.html": "<p>",
    }
    outcome = intake(zipped(tmp_path / "d.zip", files), course)
    got = there(course)
    assert got["mulleranna-11/01-small/small.ipynb"] == SMALL
    assert got["mulleranna-11/01-small/data.csv"] == "1"
    assert sorted(label.split("/")[0] for label in outcome.new) == [
        "anon-aB3dE",
        "mulleranna-11",
        "odd-name-13",
        "singhraj-12",
    ]
    assert EMPTY in got.values(), "the earlier file is kept beside the later one"
    told = " ".join(outcome.told)
    assert "more than once" in told and "mulleranna-11/01-small was handed in late, says Canvas" in told
    assert "kimlee_14_text.html: it was typed in Canvas" in reasons(outcome)


def test_nbgraders_exchange_takes_the_latest_and_its_time(course, tmp_path):
    late, early = "2026-11-03 09:15:00.123456 UTC", "2026-11-02 08:00:00.000000 UTC"
    files = {
        f"inbound/anna+01-small+{early}+Xy/small.ipynb": EMPTY,
        f"inbound/anna+01-small+{late}/small.ipynb": SMALL,
        f"inbound/anna+01-small+{late}/timestamp.txt": "1999-01-01 00:00:00 UTC",
        f"inbound/a+b+01-small+{early}/small.ipynb": SMALL,
        f"inbound/zoe+03-none+{early}/x.ipynb": SMALL,
    }
    outcome = intake(in_folder(tmp_path / "exchange", files), course)
    got = there(course)
    assert got["anna/01-small/small.ipynb"] == SMALL and got["anna/01-small/timestamp.txt"] == late
    assert any("passed over" in sentence for sentence in outcome.told)
    assert "the course has no assignment “03-none”" in reasons(outcome)
    [other] = {path.split("/")[0] for path in got} - {"anna"}
    assert other.startswith("a-b-") and is_safe(other)
    from nbgrader.coursedir import CourseDirectory

    existing = CourseDirectory(root=str(course)).get_existing_timestamp(str(course / "submitted/anna/01-small"))
    assert str(existing) == "2026-11-03 09:15:00.123456"


def test_plain_files_and_folders(course, tmp_path):
    files = {
        "anna.ipynb": SMALL,
        "ben_small.ipynb": SMALL,
        "small.ipynb": SMALL,
        "cleo/small.ipynb": SMALL,
        "cleo/timestamp.txt": "2026-11-03 09:15:00 UTC",
        "dora/02-other/whatever.ipynb": EMPTY,
        ".ipynb_checkpoints/anna-checkpoint.ipynb": SMALL,
    }
    outcome = intake(in_folder(tmp_path / "d", files), course)
    got = there(course)
    assert set(outcome.new) == {"anna/01-small", "ben/01-small", "cleo/01-small", "dora/02-other"}
    assert got["cleo/01-small/timestamp.txt"] == "2026-11-03 09:15:00 UTC"
    assert got["dora/02-other/whatever.ipynb"] == EMPTY, "the folder says which assignment it is; the grader finds it"
    assert reasons(outcome).startswith("small.ipynb: it does not say whose it is") and len(outcome.left) == 1


def test_a_folder_around_all_of_them_is_no_student(course, tmp_path):
    files = {"class/anna/small.ipynb": SMALL, "class/ben/small.ipynb": SMALL}
    assert sorted(intake(zipped(tmp_path / "d.zip", files), course).new) == ["anna/01-small", "ben/01-small"]


def test_a_student_with_two_assignments_is_no_folder_around(course, tmp_path):
    files = {"ada/01-small/small.ipynb": SMALL, "ada/02-other/other.ipynb": OTHER}
    assert sorted(intake(in_folder(tmp_path / "d", files), course).new) == ["ada/01-small", "ada/02-other"]


def test_the_sample_class_goes_through_unchanged(tmp_path):
    shutil.copytree(ROOT / "source", tmp_path / "source")
    outcome = intake(ROOT / "examples" / "submissions", tmp_path)
    assert outcome.left == [] and len(outcome.new) == 9
    for path in (ROOT / "examples" / "submissions").rglob("*.ipynb"):
        copy = tmp_path / "submitted" / path.relative_to(ROOT / "examples" / "submissions")
        assert copy.read_bytes() == path.read_bytes()


def test_a_given_assignment_takes_what_is_no_notebook_too(course, tmp_path):
    files = {MOODLE.format("Ben", 2, "report.pdf"): "%PDF", MOODLE.format("Cy", 3, "x.ipynb"): EMPTY}
    source = zipped(tmp_path / "d.zip", files)
    assert "none of the course's notebooks is among “report.pdf”" in reasons(intake(source, course))
    assert intake(source, course, "01-small").left == []
    assert there(course) == {"ben-2/01-small/report.pdf": "%PDF", "cy-3/01-small/x.ipynb": EMPTY}
    with pytest.raises(CourseError, match="no assignment '09'; there are 01-small, 02-other"):
        intake(source, course, "09")


# -------------------------------------------------------------------------------- names


GRADEBOOK = (
    "First name,Last name,ID number,Institution,Email address\nAnna,Müller,s1,,a@x.org\nBen,O'Neil,s2,,b@x.org\n"
)
WORKSHEET = "Identifier,Full name,Email address,Grade\nParticipant 123,Anna Müller,a1@x.org,\nParticipant 124,Anna Müller,a2@x.org,\n"
CANVAS = 'Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"Müller, Anna",11,77,amuller,S\n"Singh, Raj",12,78,rsingh,S\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_list_of_names_is_read_as_any_spreadsheet_writes_it(tmp_path, encoding, separator):
    (tmp_path / "n.csv").write_bytes(GRADEBOOK.replace(",", separator).encode(encoding))
    assert Names.read(tmp_path / "n.csv").find("Anna Müller") == "s1"


def test_moodles_lists_name_students(course, tmp_path):
    names = tmp_path / "names.csv"
    names.write_text(GRADEBOOK, "utf-8")
    files = [
        MOODLE.format(name, number, "small.ipynb")
        for name, number in (("Anna Müller", 123), ("Group 1-Ben O'Neil", 5), ("Cy", 6))
    ]
    outcome = intake(zipped(tmp_path / "d.zip", dict.fromkeys(files, SMALL)), course, names=names)
    assert sorted(outcome.new) == ["cy-6/01-small", "s1/01-small", "s2/01-small"]
    assert "Cy (6) is not in the list of names." in outcome.told
    names.write_text(WORKSHEET, "utf-8")
    files = {MOODLE.format("Anna Müller", number, "other.ipynb"): OTHER for number in (123, 124)}
    outcome = intake(zipped(tmp_path / "d.zip", files), course, names=names)
    assert sorted(outcome.new) == ["a1@x.org/02-other", "a2@x.org/02-other"], "the worksheet has Moodle's numbers"


def test_canvas_lists_name_students_by_number(course, tmp_path):
    names = tmp_path / "names.csv"
    names.write_text(CANVAS, "utf-8")
    files = {"mulleranna_11_901_small.ipynb": SMALL, "singhraj_LATE_12_902_small.ipynb": SMALL}
    assert sorted(intake(zipped(tmp_path / "d.zip", files), course, names=names).new) == [
        "amuller/01-small",
        "rsingh/01-small",
    ]


def test_a_name_that_two_students_bear_is_nobodys():
    names = Names(Table(["Full name", "ID number"], [["Anna Müller", "s1"], ["Anna Müller", "s2"]]))
    assert names.find("Anna Müller") is None and names.is_twice("anna müller")
    assert names.find("s2") == "s2"


@pytest.mark.parametrize("text", ["", "a\n", "Full name,Grade\nAnna,3\n", "Full name,ID number\nAnna,\n"])
def test_a_list_that_names_nobody_says_what_it_should_have(tmp_path, text):
    (tmp_path / "n.csv").write_text(text)
    with pytest.raises(CourseError, match="should"):
        Names.read(tmp_path / "n.csv")
    with pytest.raises(CourseError, match="cannot be read"):
        read_table(tmp_path / "none.csv")


ODD = [
    "..",
    ".",
    "CON",
    "con.txt",
    "a/b",
    "a\\b",
    "a+b",
    " x",
    "x.",
    "-x",
    "Zoë",
    "張偉",
    "مرحبا",
    "🙂",
    "x" * 300,
    "a\nb",
    "\u202eabc",
    "NUL",
    "a:b",
    "",
]


@pytest.mark.parametrize("name", ODD, ids=range(len(ODD)))
def test_every_name_gives_an_identifier_that_is_a_folder_everywhere(name):
    for student in (identifier(name), identifier(name, "12345")):
        assert is_safe(student) and len(student) <= 64 and "+" not in student and student.isascii()
    assert identifier(name) == identifier(name) != identifier(f"{name}!")


def test_names_that_are_fine_are_kept():
    for name in ("anna", "Anna.M", "s1234567", "a@x.org", "a_b-c", "007"):
        assert identifier(name) == name


def test_odd_names_go_through_moodle(course, tmp_path):
    names = ["🙂", "张伟", "مرحبا", "x" * 300, "CON", "Jean-Luc D'Été"]
    files = {MOODLE.format(name, number, "small.ipynb"): SMALL for number, name in enumerate(names, 10)}
    outcome = intake(zipped(tmp_path / "d.zip", files), course)
    assert len(outcome.new) == len(names) and outcome.left == []
    assert all(is_safe(label.split("/")[0]) for label in outcome.new)


def test_a_student_cannot_pose_as_another(course, tmp_path):
    """A file called as Moodle calls a classmate's belongs to who sent it."""
    files = {
        MOODLE.format("Ann", 1, "small.ipynb"): SMALL,
        MOODLE.format("Mal", 2, "Ann_1_assignsubmission_file_/small.ipynb"): EMPTY,
        "Eve_3_assignsubmission_file_Ann_1_assignsubmission_file_small.ipynb": EMPTY,
    }
    intake(zipped(tmp_path / "d.zip", files), course)
    assert {path: text for path, text in there(course).items() if path.startswith("ann-")} == {
        "ann-1/01-small/small.ipynb": SMALL
    }
    plain = {f"s{i}/small.ipynb": SMALL for i in range(5)} | {
        "mal/ann_1_9_small.ipynb": EMPTY,
        "mal/anna+01-small+2026-01-01 00:00:00 UTC/small.ipynb": EMPTY,
    }
    outcome = intake(in_folder(tmp_path / "plain", plain), course)
    assert {label.split("/")[0] for label in outcome.new} == {"mal", "s0", "s1", "s2", "s3", "s4"}


def test_names_that_differ_in_capitals_alone_are_refused(course, tmp_path):
    files = {"anna/small.ipynb": SMALL, "Anna/small.ipynb": EMPTY, "ben/small.ipynb": SMALL}
    outcome = intake(zipped(tmp_path / "d.zip", files), course)
    assert len(outcome.new) == 2 and "would be one folder" in reasons(outcome)
    files = {
        MOODLE.format("Ann", 1, "small.ipynb"): SMALL,
        MOODLE.format("Ann", 1, "DATA.csv"): "1",
        MOODLE.format("Ann", 1, "data.csv"): "2",
    }
    outcome = intake(zipped(tmp_path / "e.zip", files), course)
    assert "another file of this submission is called" in reasons(outcome)


# -------------------------------------------------------------------------------- again


def test_twice_changes_nothing_not_even_a_time(course, tmp_path):
    source = zipped(
        tmp_path / "d.zip", {MOODLE.format("Ann", 1, "small.ipynb"): SMALL, MOODLE.format("Ann", 1, "x.csv"): "1"}
    )
    intake(source, course)
    paths = [course / "submitted", *(course / "submitted").rglob("*")]
    before = {path: path.stat().st_mtime_ns for path in paths}
    outcome = intake(source, course)
    assert outcome.unchanged == ["ann-1/01-small"] and not outcome.new + outcome.replaced + outcome.left
    assert {
        path: path.stat().st_mtime_ns for path in [course / "submitted", *(course / "submitted").rglob("*")]
    } == before
    assert not list(course.glob(".intake-*")) and not (course / "replaced").exists()


def test_what_differs_is_left_unless_forced_and_then_kept_aside(course, tmp_path):
    first = zipped(tmp_path / "1.zip", {MOODLE.format("Ann", 1, "small.ipynb"): SMALL})
    second = zipped(tmp_path / "2.zip", {MOODLE.format("Ann", 1, "small.ipynb"): EMPTY})
    intake(first, course)
    assert "no time tells which is later; --force" in reasons(intake(second, course))
    assert there(course) == {"ann-1/01-small/small.ipynb": SMALL}
    assert intake(second, course, force=True).replaced == ["ann-1/01-small"]
    assert there(course) == {"ann-1/01-small/small.ipynb": EMPTY}
    [kept] = (course / "replaced" / "ann-1" / "01-small").glob("*/small.ipynb")
    assert kept.read_text() == SMALL
    for source in (first, second, first):  # back and forth: nothing is lost, and nothing kept twice
        assert intake(source, course, force=True).replaced == ["ann-1/01-small"]
    assert len(list((course / "replaced" / "ann-1" / "01-small").iterdir())) == 2


def test_a_later_one_replaces_and_an_earlier_one_does_not(course, tmp_path):
    def handed_in(day, text):
        name = f"anna+01-small+2026-11-0{day} 09:00:00 UTC/small.ipynb"
        return in_folder(tmp_path / f"day{day}", {name: text})

    intake(handed_in(2, SMALL), course)
    assert intake(handed_in(3, EMPTY), course).replaced == ["anna/01-small"]
    assert "as late or later (2026-11-03 09:00:00 UTC)" in reasons(intake(tmp_path / "day2", course))
    assert there(course)["anna/01-small/small.ipynb"] == EMPTY


def test_a_placeholder_is_no_submission(course, tmp_path):
    source = zipped(tmp_path / "d.zip", {MOODLE.format("Ben", 2, "report.pdf"): "%PDF"})
    intake(source, course, "01-small")
    (course / "submitted/ben-2/01-small/small.ipynb").write_bytes(PLACEHOLDER)
    assert intake(source, course, "01-small").unchanged == ["ben-2/01-small"]


def test_an_interrupted_intake_leaves_whole_submissions(course, tmp_path, monkeypatch):
    files = {MOODLE.format(f"S{i}", i, name): SMALL for i in range(1, 5) for name in ("small.ipynb", "x.csv")}
    source, count = zipped(tmp_path / "d.zip", files), iter(range(100))
    read = parcels.File.read

    def full(file, *rest):
        if next(count) == 5:
            raise OSError(28, "No space left on device")
        return read(file, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(parcels.File, "read", full)
        with pytest.raises(CourseError, match="No space left on device.*take it in again"):
            intake(source, course)
    assert not list(course.glob(".intake-*"))
    assert all(len(list(path.iterdir())) == 2 for path in (course / "submitted").glob("*/*"))
    assert len(intake(source, course).unchanged) == 2


# -------------------------------------------------------------------------------- hostile archives


def entry(name, mode=0, flags=0):
    info = zipfile.ZipInfo(name)
    info.external_attr, info.flag_bits = mode << 16, flags
    return info


def test_entries_that_lead_out_are_refused_and_the_others_go_on(course, tmp_path):
    good = MOODLE.format("Ann", 1, "small.ipynb")
    bad = [
        "../x.ipynb",
        "/etc/x.ipynb",
        "C:\\x.ipynb",
        "a/../../x.ipynb",
        "..\\..\\x.ipynb",
        MOODLE.format("Ben", 2, "../../../x.ipynb"),
        "a\x01b/small.ipynb",
    ]
    source = zipped(tmp_path / "d.zip", [(good, SMALL), *((entry(name), SMALL) for name in bad)])
    outcome = intake(source, course)
    assert outcome.new == ["ann-1/01-small"] and len(outcome.left) == len(bad)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course", "d.zip"]
    assert all("outside of the archive" in left.why for left in outcome.left)
    assert "\x01" not in reasons(outcome)


def test_links_and_devices_in_archives_are_refused(course, tmp_path):
    kinds = [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK]
    odd = [
        (entry(MOODLE.format("Ann", 1, f"small{i}.ipynb"), kind | 0o777), b"/etc/passwd")
        for i, kind in enumerate(kinds)
    ]
    outcome = intake(zipped(tmp_path / "d.zip", [(MOODLE.format("Ann", 1, "small.ipynb"), SMALL), *odd]), course)
    assert outcome.new == ["ann-1/01-small"] and len(outcome.left) == len(kinds)
    assert all("is not followed" in left.why for left in outcome.left)


@pytest.mark.skipif(os.name == "nt", reason="links are for administrators there")
def test_links_and_pipes_in_folders_are_not_followed(course, tmp_path):
    source = in_folder(tmp_path / "d", {"anna/small.ipynb": SMALL, "ben/x.csv": "1"})
    (tmp_path / "secret.ipynb").write_text(SMALL)
    (source / "ben" / "small.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (source / "cleo").symlink_to(tmp_path / "course", target_is_directory=True)
    os.mkfifo(source / "anna" / "pipe.csv")
    outcome = intake(source, course)
    assert outcome.new == ["anna/01-small"]
    assert reasons(outcome).count("is not followed") == 3


def test_submitted_is_not_written_through_a_link(course, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (course / "submitted").mkdir()
    (course / "submitted" / "anna").symlink_to(elsewhere, target_is_directory=True)
    outcome = intake(in_folder(tmp_path / "d", {"anna/small.ipynb": SMALL}), course)
    assert "is a link or a file" in reasons(outcome) and list(elsewhere.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="files with holes are another thing there")
def test_one_huge_file_in_a_folder_does_not_stop_the_others(course, tmp_path):
    source = in_folder(tmp_path / "d", {"anna/small.ipynb": SMALL, "ben/small.ipynb": ""})
    os.truncate(source / "ben" / "small.ipynb", 10**13)
    outcome = intake(source, course)
    assert outcome.new == ["anna/01-small"] and reasons(outcome) == "ben/small.ipynb: it is larger than 100 MB"


def encrypted(path, name):
    """A ZIP archive whose entry `name` says that it is encrypted (zipfile does not write such ones itself)."""
    data = bytearray(packed({name: SMALL}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(signature) + offset
        data[place : place + 2] = struct.pack("<H", struct.unpack("<H", data[place : place + 2])[0] | 1)
    path.write_bytes(data)
    return path


def test_encrypted_damaged_and_oversized_entries_are_refused(course, tmp_path, monkeypatch):
    assert "it is encrypted" in reasons(
        intake(encrypted(tmp_path / "e.zip", MOODLE.format("Ann", 1, "small.ipynb")), course)
    )
    data = packed({MOODLE.format("Ann", 1, "small.ipynb"): SMALL, MOODLE.format("Ben", 2, "small.ipynb"): SMALL})
    place = data.index(b"small.ipynb") + 60
    (tmp_path / "b.zip").write_bytes(data[:place] + b"\0\0\0\0" + data[place + 4 :])
    outcome = intake(tmp_path / "b.zip", course)
    assert outcome.new == ["ben-2/01-small"] and "damaged or cannot be read" in reasons(outcome)
    monkeypatch.setattr(parcels, "MAX_FILE", 1000)
    assert "larger than" in reasons(
        intake(zipped(tmp_path / "l.zip", {MOODLE.format("Cy", 3, "small.ipynb"): "x" * 1001}), course)
    )


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_packing_is_refused(course, tmp_path, way):
    """LZMA lets an archive say how much memory it wants."""
    with zipfile.ZipFile(tmp_path / "d.zip", "w", way) as archive:
        archive.writestr(MOODLE.format("Ann", 1, "small.ipynb"), SMALL)
    assert "pack it anew" in reasons(intake(tmp_path / "d.zip", course))


def test_damaged_archives_give_reasons_and_never_tracebacks(course, tmp_path):
    """Bytes are changed at random, mostly where the archive's list of entries is."""
    rng, source = random.Random(0), tmp_path / "d.zip"
    inner = packed({"small.ipynb": SMALL, "x.csv": "1"})
    whole = packed([(MOODLE.format("Ann", 1, "small.ipynb"), SMALL), (MOODLE.format("Ben", 2, "w.zip"), inner)])
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(rng.choice([1, 2, 20])):
            damaged[-rng.randrange(1, 500)] = rng.randrange(256)
        source.write_bytes(damaged[: rng.choice([len(damaged), rng.randrange(len(damaged))])])
        with contextlib.suppress(CourseError):
            intake(source, course, force=True)


def test_bombs_are_refused_before_they_are_unpacked(course, tmp_path, monkeypatch):
    zeros = bytes(60_000_000)
    bomb = zipped(
        tmp_path / "r.zip",
        [(MOODLE.format("Ann", 1, "small.ipynb"), zeros), (MOODLE.format("Ben", 2, "small.ipynb"), SMALL)],
    )
    start = time.perf_counter()
    outcome = intake(bomb, course)
    assert outcome.new == ["ben-2/01-small"] and "times larger when unpacked" in reasons(outcome)
    assert time.perf_counter() - start < 5
    inner = packed([(f"{i}.csv", "x") for i in range(1001)])
    many = zipped(
        tmp_path / "m.zip", [(MOODLE.format("Cy", 3, "w.zip"), inner), (MOODLE.format("Di", 4, "small.ipynb"), SMALL)]
    )
    assert "it holds 1001 files" in reasons(intake(many, course))
    outside = packed([(entry(f"../{i}"), "x") for i in range(1001)])
    assert len(intake(zipped(tmp_path / "o.zip", {MOODLE.format("Ed", 5, "w.zip"): outside}), course).left) == 1
    monkeypatch.setattr(parcels, "MAX_ENTRIES", 3)
    with pytest.raises(CourseError, match="more than 3 entries"):
        intake(zipped(tmp_path / "n.zip", {f"{i}.ipynb": SMALL for i in range(4)}), course)


def test_an_entry_that_lies_about_its_size_gives_no_more_than_it_said(course, tmp_path):
    data = bytearray(packed({MOODLE.format("Ann", 1, "small.ipynb"): "x" * 1_000_000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.index(signature) + offset
        data[place : place + 4] = struct.pack("<I", 100)
    (tmp_path / "d.zip").write_bytes(data)
    assert "damaged or cannot be read" in reasons(intake(tmp_path / "d.zip", course))


def test_a_students_own_zip_is_looked_into_once(course, tmp_path):
    deep = packed({"deep.ipynb": SMALL})
    work = packed(
        [
            ("work/small.ipynb", SMALL),
            ("work/data/x.csv", "1"),
            ("work/more.zip", deep),
            ("../evil.csv", "2"),
            ("__MACOSX/._small.ipynb", "3"),
        ]
    )
    files = [
        (MOODLE.format("Ann", 1, "work.zip"), work),
        (MOODLE.format("Ben", 2, "broken.zip"), b"PK\x03\x04 no archive"),
        (
            MOODLE.format("Cy", 3, "time.zip"),
            packed({"small.ipynb": SMALL, "timestamp.txt": "1999-01-01 00:00:00 UTC"}),
        ),
    ]
    outcome = intake(zipped(tmp_path / "d.zip", files), course)
    assert there(course) == {
        "ann-1/01-small/small.ipynb": SMALL,
        "ann-1/01-small/data/x.csv": "1",
        "cy-3/01-small/small.ipynb": SMALL,
    }
    said = reasons(outcome)
    for part in (
        "a ZIP in a ZIP is not opened",
        "outside of the archive",
        "no ZIP archive, or damaged",
        "is not the one to say it",
    ):
        assert part in said


def test_names_that_do_not_say_they_are_utf8_are_read_all_the_same(course, tmp_path):
    for name, number in (("Anna Müller", 1), ("Zoë", 2)):
        coding = "utf-8" if number == 1 else "cp437"
        info = zipfile.ZipInfo(MOODLE.format("*" * len(name.encode(coding)), number, "small.ipynb"))
        data = packed([(info, SMALL)]).replace(b"*" * len(name.encode(coding)), name.encode(coding))
        (tmp_path / "d.zip").write_bytes(data)
        intake(tmp_path / "d.zip", course)
    assert {path.split("/")[0] for path in there(course)} == {"anna-muller-1", "zoe-2"}


def test_files_with_names_for_one_system_only_get_others(course, tmp_path):
    names = ["aux.csv", "what?.csv", "x" * 200 + ".csv", "\u202egnp.csv"]
    files = {MOODLE.format("Ann", 1, name): "1" for name in names} | {MOODLE.format("Ann", 1, "small.ipynb"): SMALL}
    outcome = intake(zipped(tmp_path / "d.zip", files), course)
    kept = [path.split("/")[-1] for path in there(course) if path.endswith(".csv")]
    assert (
        len(kept) == len(names)
        and all(is_safe(name.removesuffix(".csv")) for name in kept)
        and len(outcome.told) >= len(names)
    )


# -------------------------------------------------------------------------------- sources that are none, places that are full


def test_what_is_no_download_is_said(course, tmp_path):
    (tmp_path / "x.zip").write_text("no archive")
    with pytest.raises(CourseError, match="no ZIP archive, or damaged"):
        intake(tmp_path / "x.zip", course)
    with pytest.raises(CourseError, match="There is no .*nowhere"):
        intake(tmp_path / "nowhere", course)
    with pytest.raises(CourseError, match="is that the course's folder"):
        intake(tmp_path / "x.zip", tmp_path)


def test_a_full_disk_is_said_before_anything_is_written(course, tmp_path, monkeypatch):
    monkeypatch.setattr(intake_module.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 10))
    with pytest.raises(CourseError, match="make room first"):
        intake(zipped(tmp_path / "d.zip", {"anna.ipynb": SMALL}), course)
    assert not (course / "submitted").exists() and not list(course.glob(".intake-*"))


def test_what_a_person_types(tmp_path):
    course = tmp_path / "c"
    in_folder(course, {"source/01-small/small.ipynb": SMALL})
    source = zipped(
        tmp_path / "d.zip", {MOODLE.format("Ann", 1, "small.ipynb"): SMALL, MOODLE.format("Ben", 2, "x.pdf"): "%PDF"}
    )
    (tmp_path / "temporary").mkdir()
    said = run(ROOT, "coursekit", "intake", str(source), "--course", str(course), expect=1)
    assert (
        "01-small: 1 submission\n1 new, 0 replaced, 0 as they were." in said and "Not taken in (1):\n  Ben (2):" in said
    )
    assert "There is no" in run(ROOT, "coursekit", "intake", "nowhere.zip", "--course", str(course), expect=1)
    assert "SOURCE" in run(ROOT, "coursekit", "intake", "--help")


@pytest.mark.slow
def test_a_thousand_students_take_no_more_memory_than_ten(course, tmp_path):
    import tracemalloc

    peaks = []
    for number in (10, 1000):
        source = tmp_path / f"{number}.zip"
        zipped(source, ((MOODLE.format(f"S{i}", i, "small.ipynb"), SMALL + " " * 50_000) for i in range(number)))
        tracemalloc.start()
        assert len(intake(source, course, force=True).new) + 10 >= number
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 8_000_000, peaks
