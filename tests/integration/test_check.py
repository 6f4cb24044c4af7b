"""Check finds each broken thing and names its invariant."""

import json

import msgspec
import pytest

from dreamd.cli.check import index_generation
from dreamd.memory import check_derived
from dreamd.memory.check import check
from dreamd.memory.checkpoint import read_checkpoint, write_checkpoint
from dreamd.memory.entry import Consumed, Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.ledger import commit, head, load
from dreamd.memory.publish import publish
from dreamd.memory.purged import Unfinished, add_purged, finish_purge
from dreamd.memory.records import Origin
from dreamd.recall.index import build
from dreamd.testing import NOON, make_add, make_evidence, make_memory, make_merge


@pytest.fixture
def store(tmp_path):
    store = create_store(tmp_path / "store")
    memory = make_memory("Tides are stored in station time")
    header = Header(1, EntryKind.DREAM, NOON, consumed=Consumed(parts=("p1",)), shown=(memory.id,))
    commit(store, Entry(header, (make_add(memory),)))
    publish(store, build, tmp_path, NOON, "host")
    return store


def findings(store, text="Tides are stored in station time", generation=1):
    checked = check(store, lambda _evidence: text, lambda _path: generation)
    return {(finding.invariant, finding.grave) for finding in checked.findings}


def test_a_sound_store_has_no_findings_and_unavailable_evidence_is_none(store):
    assert findings(store) == set()
    checked = check(store, lambda _evidence: None, lambda _path: 1)
    assert (checked.findings, checked.unavailable, checked.evidence) == ((), 1, 1)


def test_a_damaged_entry_is_grave(store):
    store.entry(1).write_bytes(store.entry(1).read_bytes()[:-20])

    assert (1, True) in findings(store)


def test_input_consumed_twice_is_grave(store):
    commit(store, Entry(Header(2, EntryKind.DREAM, NOON, consumed=Consumed(parts=("p1",))), ()))

    assert (2, True) in findings(store)


def test_a_quote_that_does_not_stand_in_its_record_is_grave(store):
    assert (6, True) in findings(store, text="something else")


def test_a_secret_that_got_in_is_grave(store):
    secret = "Send ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8 to nobody"
    memory = make_memory(secret, evidence=(make_evidence(secret, record="r2"),))
    commit(store, Entry(Header(2, EntryKind.DREAM, NOON), (make_add(memory),)))

    assert (8, True) in findings(store, text=secret)


def test_a_value_that_was_purged_and_came_back_is_grave(store):
    """Invariant 8."""
    add_purged(store, ["station"], Unfinished("purge-1", "alpha", NOON))
    assert findings(store) == {(8, False)}  # not finished yet: whoever writes next removes it
    finish_purge(store)
    assert findings(store) == {(8, True)}


def test_a_table_of_purged_values_that_cannot_be_read_is_grave(store):
    """Invariant 8."""
    store.redaction.write_text("{")
    assert findings(store) == {(8, True)}


def test_what_a_purge_rewrote_is_told_and_is_no_finding_unless_it_was_not_there(store):
    """Invariant 1, and its exception."""
    commit(store, Entry(Header(2, EntryKind.PURGE, NOON, rewrote=(1,)), ()))
    publish(store, build, store.root.parent, NOON, "host")
    checked = check(store, lambda _evidence: None, lambda _path: 2)
    assert (checked.findings, checked.rewritten) == ((), (1,))
    commit(store, Entry(Header(3, EntryKind.PURGE, NOON, rewrote=(3,)), ()))
    assert (1, True) in findings(store)


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda store: store.memory.unlink(), 4),
        (lambda store: store.topic("general").unlink(), 4),
        (lambda store: store.memory.write_text(store.memory.read_text() + "- by hand\n"), 13),
        (lambda store: store.published.write_text(json.dumps({"generation": 0, "files": {}})), 13),
    ],
)
def test_what_can_be_made_again_is_found_and_is_not_grave(store, damage, expected):
    """Invariants 4 and 13."""
    damage(store)

    assert (expected, False) in findings(store)
    assert not {grave for _, grave in findings(store) if grave}


def test_an_index_of_another_generation_is_found(store):
    """Invariant 13."""
    assert findings(store, generation=0) == {(13, False)}


def test_checking_changes_nothing(store):
    before = {path: path.read_bytes() for path in store.root.rglob("*") if path.is_file()}
    store.memory.write_text(store.memory.read_text() + "- by hand\n")
    before[store.memory] = store.memory.read_bytes()

    findings(store)

    assert {path: path.read_bytes() for path in store.root.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("at", ["evidence", "index"])
def test_who_publishes_while_it_looks_does_no_damage(store, tmp_path, at):
    """Invariants 1 and 13: neither is the published generation ahead of the ledger, nor are its files others'."""

    def publish_another():
        generation = head(store) + 1
        if generation == 2:
            memory = make_memory("Tides are printed at noon", evidence=(make_evidence("q", record="r2"),))
            commit(store, Entry(Header(generation, EntryKind.DREAM, NOON, shown=(memory.id,)), (make_add(memory),)))
            publish(store, build, tmp_path, NOON, "host")

    def text(_evidence):
        if at == "evidence":
            publish_another()
        return "Tides are stored in station time"

    def index(path):
        if at == "index":
            publish_another()
        return index_generation(path)

    assert check(store, text, index).findings == ()


def test_a_checkpoint_that_is_made_while_it_looks_is_no_finding(store, monkeypatch):
    """Invariant 13."""

    def late(store, last=None):
        commit(store, Entry(Header(2, EntryKind.DREAM, NOON), ()))
        write_checkpoint(store, load(store))
        publish(store, build, store.root.parent, NOON, "host")
        return read_checkpoint(store, last)

    write_checkpoint(store, load(store))
    monkeypatch.setattr(check_derived, "read_checkpoint", late)
    assert check(store, lambda _evidence: None, index_generation).findings == ()


def test_a_note_that_is_gone_is_no_finding_where_a_person_vouches_for_what_it_said(store):
    """Invariant 6."""
    piece = make_evidence("q", origin=Origin.ADOPTED, record="a.md#1", session="")
    memory = make_memory("Tides are printed at noon", evidence=(piece,))
    commit(store, Entry(Header(2, EntryKind.ADOPT, NOON), (make_add(memory),)))
    assert (6, True) in findings(store)
    word = make_evidence(memory.text, origin=Origin.TERMINAL, record="confirm", session="")
    merged = make_merge(memory, make_memory("x", evidence=(word,)))
    commit(store, Entry(Header(3, EntryKind.CONFIRM, NOON), (msgspec.structs.replace(merged, absorbed=()),)))
    assert (6, True) not in findings(store)


def test_nothing_is_promised_of_a_memory_md_that_cannot_be_read(store):
    """Invariant 4."""
    store.memory.unlink()
    assert "nothing is lost" in check(store, lambda _evidence: None, lambda _path: 1).findings[0].hint
    store.memory.mkdir()
    found = check(store, lambda _evidence: None, lambda _path: 1).findings
    assert "not known" in next(it.hint for it in found if it.where == "MEMORY.md")
