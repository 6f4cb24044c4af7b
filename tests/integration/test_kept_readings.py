"""The readings of a store's texts in a file: they count where code and ledger are those that they were made of."""

import pytest

from dreamd.daemon import kept_readings, publishing
from dreamd.daemon.kept_readings import read_kept, readings_are_due
from dreamd.daemon.publishing import keep_readings
from dreamd.daemon.remembering import read_readings, recalled, write_readings
from dreamd.memory.changes import Pin, Reword
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.ledger import commit, head, load
from dreamd.phases import readings as module
from dreamd.testing import NOON, make_add, make_evidence, make_memory


def memory(number):
    return make_memory(
        f"Step {number} of a release is never left out", evidence=(make_evidence("q", record=f"r{number}"),)
    )


def grow(store, *changes, **fields):
    commit(store, Entry(Header(generation=head(store) + 1, kind=EntryKind.DREAM, now=NOON, **fields), changes))


@pytest.fixture
def store(tmp_path):
    """A store of five memories whose texts are in its readings."""
    store = create_store(tmp_path / "store")
    grow(store, *(make_add(memory(number)) for number in range(5)))
    write_readings(store, load(store))
    return store


@pytest.fixture
def digested(monkeypatch):
    """The memories that were looked at."""
    looked = []
    digest = module._digest
    monkeypatch.setattr(module, "_digest", lambda it: looked.append(it) or digest(it))
    return looked


def test_only_memories_that_an_entry_has_altered_since_are_looked_at(store, digested):
    grow(store, Reword(memory(1).id, "said anew", text="Step 1 may be left out", was="x"), make_add(memory(9)))
    state, readings = recalled(store, load(store))

    readings.rows(state.census)

    assert {it.id for it in digested} == {memory(1).id, memory(9).id}
    assert readings.learned == 2
    again = read_readings(store)
    assert [again.keys.words(again.row(it)) for it in state.active()] == [
        readings.keys.words(readings.row(it)) for it in state.active()
    ]


@pytest.mark.parametrize("damage", ["another ledger", "rewrote", "far behind"])
def test_where_that_cannot_be_told_all_are_looked_at(store, digested, monkeypatch, tmp_path, damage):
    """Invariant 13."""
    if damage == "another ledger":
        other = create_store(tmp_path / "other")
        grow(other, *(make_add(memory(number)) for number in range(5)), run="another")
        other.readings.write_bytes(store.readings.read_bytes())
        store = other
    elif damage == "rewrote":
        grow(store, rewrote=(1,))
    else:
        grow(store, make_add(memory(9)))
        monkeypatch.setattr("dreamd.daemon.remembering.MOST_BEHIND", 0)
    state, readings = recalled(store, load(store))
    digested.clear()

    readings.rows(state.census)

    assert {it.id for it in digested} == {it.id for it in state.active()}


def test_what_is_damaged_or_of_other_code_is_passed_over(store, monkeypatch):
    """Invariant 13."""
    data = store.readings.read_bytes()
    for place in range(0, len(data), 7):
        for damaged in (data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], data[:place]):
            store.readings.write_bytes(damaged)
            assert len(read_readings(store).keys) == 0 or place < data.find(b"\n")
    store.readings.write_bytes(data)
    assert len(read_readings(store).keys) == 5
    for other in ("of another release", ""):
        monkeypatch.setattr(kept_readings, "code_of", lambda *_, other=other: other)
        with pytest.raises(ValueError, match="other code"):
            read_kept(store)


def test_they_are_due_where_many_texts_are_not_in_them(store, monkeypatch):
    assert not readings_are_due(store)
    monkeypatch.setattr(kept_readings, "MOST_UNREAD", 2)
    assert not readings_are_due(store)
    grow(store, make_add(memory(7)), make_add(memory(8)))
    assert readings_are_due(store)
    told = []

    keep_readings(store, lambda *said: told.append(said))

    assert told == [("read", 0, 7)]
    assert not readings_are_due(store)
    assert len(read_readings(store).keys) == 7
    store.readings.unlink()
    assert readings_are_due(store)


def test_they_are_due_where_many_memories_were_altered(store, monkeypatch):
    monkeypatch.setattr(kept_readings, "MOST_ALTERED", 2)
    grow(store, Pin(memory(1).id, "said so"))
    assert not readings_are_due(store)
    grow(store, Pin(memory(2).id, "said so"))
    assert readings_are_due(store)

    keep_readings(store, lambda *_: None)

    assert not readings_are_due(store)


def test_they_are_due_where_they_are_far_behind(store, monkeypatch):
    monkeypatch.setattr(kept_readings, "MOST_BEHIND", 1)
    grow(store)
    assert not readings_are_due(store)
    grow(store)
    assert readings_are_due(store)


def test_a_small_store_has_none(tmp_path):
    store = create_store(tmp_path / "small")
    grow(store, make_add(memory(1)))
    keep_readings(store, lambda *_: None)
    assert not store.readings.exists()


def test_whoever_keeps_what_was_purged_meanwhile_takes_it_away(store, monkeypatch):
    """Invariant 8."""
    state = load(store)
    grow(store, rewrote=(1,))
    monkeypatch.setattr(kept_readings, "MOST_UNREAD", 1)
    monkeypatch.setattr(publishing, "load_head", lambda *_, **__: state)
    store.readings.unlink()

    keep_readings(store, lambda *_: None)

    assert not store.readings.exists()
