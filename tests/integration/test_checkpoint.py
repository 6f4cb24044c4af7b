"""The checkpoint on a real file system: believed where the ledger agrees, and never in the way."""

import msgspec
import pytest

from dreamd.daemon.publishing import keep_checkpoint, load_head
from dreamd.memory.atomic import write_file
from dreamd.memory.changes import Retire, State
from dreamd.memory.check import check
from dreamd.memory.checkpoint import ENTRIES, is_due, read_checkpoint, write_checkpoint
from dreamd.memory.entry import Consumed, Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.ledger import advance, commit, head, load, read_entries
from dreamd.memory.records import Reason
from dreamd.testing import NOON, make_add, make_evidence, make_memory


@pytest.fixture
def store(tmp_path):
    return create_store(tmp_path / "store")


def memory(number):
    return make_memory(f"Rule number {number}", evidence=(make_evidence("q", record=f"r{number}"),), topic=f"t{number}")


def grow(store, *changes, kind=EntryKind.DREAM, **fields):
    generation = head(store) + 1
    consumed = Consumed((f"part-{generation}",), (f"item-{generation}",))
    header = Header(generation=generation, kind=kind, now=NOON, consumed=consumed, **fields)
    commit(store, Entry(header, changes))


def folded(store, last=None):
    return advance(State(), read_entries(store, last))


@pytest.fixture
def grown(store):
    """A store of five generations with a checkpoint of the third."""
    for number in range(5):
        gone = [Retire(memory(number - 1).id, "gone", why=Reason.STALE)] if number else []
        grow(store, make_add(memory(number)), *gone, shown=(memory(number).id,))
        if number == 2:
            write_checkpoint(store, load(store))
    return store


def test_a_state_from_a_checkpoint_is_that_of_the_ledger_in_every_field(grown):
    """Invariant 13."""
    assert read_checkpoint(grown) == folded(grown, 3)
    assert load(grown) == folded(grown)
    assert list(load(grown).memories) == list(folded(grown).memories)


def test_entries_before_a_checkpoint_are_not_read(grown):
    write_file(grown.entry(1), b"unreadable\n")

    assert load(grown).generation == 5


def test_an_older_generation_is_told_without_a_newer_checkpoint(grown):
    assert load(grown, 2) == folded(grown, 2)
    assert load(grown, 4) == folded(grown, 4)


def test_a_checkpoint_with_any_byte_changed_or_missing_is_passed_over_and_taken_away(grown):
    """Invariant 13."""
    data = grown.checkpoint.read_bytes()
    for place in range(0, len(data), 7):
        for damaged in (data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], data[:place], data + data[place:]):
            grown.checkpoint.write_bytes(damaged)
            assert read_checkpoint(grown) is None
    assert load(grown) == folded(grown)

    load_head(grown)
    assert not grown.checkpoint.exists()


def test_a_checkpoint_of_another_ledger_is_passed_over(grown, tmp_path):
    other = create_store(tmp_path / "other")
    for number in range(10, 15):
        grow(other, make_add(memory(number)))
    write_file(other.checkpoint, grown.checkpoint.read_bytes())

    assert load(other) == folded(other)


def test_a_checkpoint_beyond_the_end_of_the_ledger_is_passed_over(grown):
    for number in (3, 4, 5):
        grown.entry(number).unlink()

    assert load(grown) == folded(grown)
    assert load(grown).generation == 2


def test_a_state_that_was_read_before_a_purge_is_not_continued(grown):
    """Invariant 8."""
    known = load(grown)
    grow(grown, kind=EntryKind.PURGE, rewrote=(2,))

    assert load(grown, known=known) == load(grown) == folded(grown)
    assert read_checkpoint(grown).memories.keys() == folded(grown, 3).memories.keys(), "the file itself still fits"


def test_whoever_writes_a_checkpoint_of_what_was_purged_meanwhile_takes_it_away(grown):
    """Invariant 8."""
    grown.checkpoint.unlink()
    for _ in range(ENTRIES):
        grow(grown)
    state = load(grown)
    grow(grown, kind=EntryKind.PURGE, rewrote=(2,))

    keep_checkpoint(grown, state)

    assert not grown.checkpoint.exists()


def test_a_small_store_has_no_checkpoint_and_one_of_many_generations_has(store):
    for _ in range(ENTRIES - 1):
        grow(store)
    keep_checkpoint(store, load(store))
    assert not store.checkpoint.exists()

    grow(store)
    keep_checkpoint(store, load(store))
    assert read_checkpoint(store).generation == ENTRIES
    assert not is_due(store, ENTRIES + 1)


def test_check_names_a_checkpoint_that_says_something_else_than_the_ledger(grown):
    """Invariant 13."""
    assert not [it for it in found(grown) if it.where == "checkpoint"]

    state = load(grown, 3)
    write_checkpoint(grown, msgspec.structs.replace(state, memories=dict(list(state.memories.items())[1:])))
    [finding] = [it for it in found(grown) if it.where == "checkpoint"]
    assert (finding.invariant, finding.grave) == (13, False)
    assert "differs from what the ledger says" in finding.what

    write_file(grown.checkpoint, b"{}\n")
    [finding] = [it for it in found(grown) if it.where == "checkpoint"]
    assert "damaged" in finding.what


def found(store):
    return check(store, lambda _piece: "q", lambda _path: None).findings
