"""Records: what a check found and what was noticed, kept as JSON."""

from coursekit.trust.notes import Note
from coursekit.trust.record import Record, load, record_path, save
from nnkit.checks.verdict import Verdict

NOTES = [Note("edited-test", "test-double", "It was “é”."), Note("extra", None, "Cells of the student's own: 2.")]
WRONG = Verdict("double", "wrong", [("it doubles", False), ("it is kind", None)], ["Expected 2."], "it triples.")
RECORD = Record([Verdict("halve", "not attempted"), WRONG], NOTES, 9.8, 310, 1)


def test_a_record_is_what_it_was_after_saving_and_loading(tmp_path):
    path = record_path(tmp_path, "small")
    assert load(path) is None
    for record in (RECORD, Record()):
        save(record, path)
        assert load(path) == record
    assert [path.name for path in tmp_path.iterdir()] == ["small.record.json"]


def test_a_record_that_nbgrader_made_read_only_can_be_written_anew(tmp_path):
    path = record_path(tmp_path, "small")
    save(Record(), path)
    path.chmod(0o444)
    save(RECORD, path)
    assert load(path) == RECORD
