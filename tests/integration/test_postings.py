"""The postings on a real file system: what they say is what the ledger says, and without them nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.daemon.publishing import keep_postings
from dreamd.memory.changes import Reword, State, touched
from dreamd.memory.check_derived import postings_findings
from dreamd.memory.checkpoint import ENTRIES
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.history import ids_like, trace
from dreamd.memory.ledger import commit, head, load, read_entries
from dreamd.memory.postings import Postings, read_postings, write_postings
from dreamd.memory.records import ALPHABET, ID_LENGTH
from dreamd.testing import NOON, make_add, make_memory, make_merge

MEMORIES = [make_memory(f"Rule number {number}") for number in range(12)]


def grow(store, *changes, kind=EntryKind.DREAM, **fields):
    commit(store, Entry(Header(head(store) + 1, kind, NOON, **fields), changes))


@pytest.fixture
def store(tmp_path):
    """Return a store of six generations, in which changes concern memories of earlier ones."""
    store = create_store(tmp_path / "store")
    grow(store, *map(make_add, MEMORIES[:6]))
    grow(store, make_merge(MEMORIES[0], MEMORIES[1]))
    grow(store, *map(make_add, MEMORIES[6:9]), Reword(MEMORIES[2].id, "so", text="Rule 2", was=MEMORIES[2].text))
    grow(store)
    grow(store, *map(make_add, MEMORIES[9:]), Reword(MEMORIES[9].id, "so", text="Rule 9", was=MEMORIES[9].text))
    grow(store, make_merge(MEMORIES[2], MEMORIES[9]))
    return store


def answers(store):
    """Return what is said of each memory's history, at each generation, and which ids begin like it."""
    names = [it.id for it in MEMORIES]
    traced = {(name, last): trace(store, {name}, last) for name in names for last in range(1, 7)}
    return (
        traced,
        trace(store, names),
        {prefix: ids_like(store, prefix) for name in names for prefix in (name, name[:2])},
    )


def test_with_postings_up_to_any_generation_every_history_is_the_same(store):
    """Invariant 13."""
    wanted = answers(store)
    for generation in range(1, 7):
        write_postings(store, None, generation)
        assert answers(store) == wanted


def test_an_entry_that_does_not_concern_a_memory_is_not_read(store):
    write_postings(store, None, 4)
    store.entry(1).write_bytes(b"not to be read\n")

    assert [step.header.generation for step in trace(store, {MEMORIES[7].id})[MEMORIES[7].id].steps] == [3]


def test_they_say_of_each_id_which_entries_concern_it(store):
    write_postings(store, None, 6)
    said = {(line[:ID_LENGTH], int(line[ID_LENGTH:])) for line in store.postings.read_text().splitlines()[1:]}
    assert said == {
        (name, entry.header.generation)
        for entry in read_entries(store)
        for change in entry.changes
        for name in touched(change)
    }


def test_those_that_are_continued_are_those_that_are_made_anew(store):
    for first in range(1, 7):
        write_postings(store, None, first)
        for last in range(1, 7):
            write_postings(store, read_postings(store), last)
            continued = store.postings.read_bytes()
            write_postings(store, None, last)
            assert store.postings.read_bytes() == continued


def test_with_any_byte_changed_or_missing_they_are_passed_over_named_and_taken_away(store):
    """Invariant 13."""
    write_postings(store, None, 6)
    data, wanted = store.postings.read_bytes(), trace(store, {MEMORIES[2].id})
    for place in range(0, len(data), 5):
        for damaged in (data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], data[:place], data + data[place:]):
            store.postings.write_bytes(damaged)
            assert read_postings(store) is None
            assert [it.where for it in postings_findings(store)] == [str(store.postings)]
    assert trace(store, {MEMORIES[2].id}) == wanted

    keep_postings(store, load(store))
    assert not store.postings.exists()


def test_those_of_another_ledger_are_passed_over(store, tmp_path):
    other = create_store(tmp_path / "other")
    for memory in MEMORIES:
        grow(other, make_add(memory))
    write_postings(store, None, 6)
    other.postings.write_bytes(store.postings.read_bytes())

    assert read_postings(other) is None


def test_those_beyond_the_end_of_the_ledger_are_passed_over(store):
    write_postings(store, None, 6)
    store.entry(6).unlink()

    assert read_postings(store) is None


def test_lines_that_are_none_are_passed_over_and_named(store):
    """Whoever may write here may write the ledger; it is no reason to break off."""
    name = MEMORIES[0].id
    write_postings(store, Postings(5, f"{name} no-digit\n{name} \xff\xfe------\n".encode("latin-1")), 6)

    assert list(trace(store, {name})) == []
    assert ids_like(store, name[:3]) == [name]
    assert [it.what for it in postings_findings(store)] == ["they differ from what the ledger says"]


def test_a_first_line_that_nests_without_end_is_none(store):
    store.postings.write_bytes(b'{"x":' + 100_000 * b"[" + b"\n")
    store.checkpoint.write_bytes(store.postings.read_bytes())

    assert read_postings(store) is None
    assert load(store).generation == 6


def test_what_they_leave_out_is_named(store):
    write_postings(store, None, 6)
    found = read_postings(store)
    write_postings(store, Postings(5, found.lines[: -(ID_LENGTH + 10)]), 6)

    assert [it.what for it in postings_findings(store)] == ["they differ from what the ledger says"]


def test_those_of_entries_that_a_purge_rewrote_are_passed_over(store):
    write_postings(store, None, 6)
    grow(store, kind=EntryKind.PURGE, rewrote=(2,))

    assert read_postings(store) is None


def test_a_small_store_has_none_and_one_of_many_generations_has(store):
    for _ in range(ENTRIES - 7):
        grow(store)
    keep_postings(store, State(generation=head(store)))
    assert not store.postings.exists()

    grow(store)
    keep_postings(store, State(generation=head(store)))
    assert read_postings(store).generation == ENTRIES


def test_whoever_writes_them_of_what_was_purged_meanwhile_takes_them_away(store):
    for _ in range(ENTRIES):
        grow(store)
    state = load(store)
    grow(store, kind=EntryKind.PURGE, rewrote=(2,))

    keep_postings(store, state)

    assert not store.postings.exists()


ids = st.text(ALPHABET[:3], min_size=ID_LENGTH, max_size=ID_LENGTH)


@given(st.dictionaries(ids, st.sets(st.integers(1, 99_999_999), min_size=1)), st.text(ALPHABET[:4], max_size=ID_LENGTH))
def test_looking_up_is_looking_through_all(pairs, prefix):
    lines = sorted(b"%s %08d\n" % (name.encode(), number) for name, numbers in pairs.items() for number in numbers)
    found = Postings(1, b"".join(lines))
    assert found.ids_like(prefix) == {name for name in pairs if name.startswith(prefix)}
    for name in [*pairs, "zzzzzzzz"]:
        assert found.generations({name}) == pairs.get(name, set())
