"""The history of one memory is that which folding everything would show."""

import pytest

from dreamd.errors import DamagedError
from dreamd.memory.changes import Conflict, Pin, Reword, Supersede, touched
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.history import ids_like, memories_after, memories_at, trace
from dreamd.memory.ledger import commit, load, positions, read_entries
from dreamd.testing import NOON, make_add, make_memory, make_merge

PORT = make_memory("The test database listens on port 5433")
TWIN = make_memory("Tests use port 5433")
OLD = make_memory("The staging host is called heron")
NEW = make_memory("The staging host is called egret")


@pytest.fixture
def store(tmp_path):
    store = create_store(tmp_path / "store")
    merge = make_merge(PORT, TWIN)
    for changes in (
        tuple(map(make_add, (PORT, TWIN, OLD))),
        (merge, Pin(OLD.id, "asked")),
        (make_add(NEW), Conflict(OLD.id, "two names", other=NEW.id), Supersede(OLD.id, "moved", by=NEW.id, until=NOON)),
        # Another's words may hold an id: they are no change to it.
        (Reword(NEW.id, "as written", text=f"The staging host is egret, see {PORT.id}", was=NEW.text),),
    ):
        generation = load(store).generation + 1
        commit(store, Entry(Header(generation, EntryKind.DREAM, NOON), changes))
    return store


def test_the_memory_at_its_end_is_the_one_that_folding_all_gives(store):
    for last in range(1, 5):
        state = load(store, last)
        assert memories_at(store, last, state.memories) == dict(state.memories)


def test_every_change_that_touches_a_memory_and_no_other_is_a_step(store):
    for name, history in trace(store, load(store).memories).items():
        wanted = [
            (entry.header.generation, change)
            for entry in read_entries(store)
            for change in entry.changes
            if name in touched(change)
        ]
        assert [(step.header.generation, step.change) for step in history.steps] == wanted


def test_an_unknown_id_has_no_history(store):
    assert trace(store, {"zzzzzzzz"}) == {}


def test_ids_are_completed(store):
    assert ids_like(store, PORT.id[:5]) == [PORT.id]
    assert ids_like(store, PORT.id) == [PORT.id]
    assert ids_like(store, "") == []
    assert ids_like(store, "no id, and .* is no pattern") == []


def test_damage_in_an_entry_that_names_the_memory_is_found(store):
    path = store.entry(1)
    path.write_bytes(path.read_bytes().replace(b"5433", b"5434", 1))
    with pytest.raises(DamagedError):
        trace(store, {PORT.id})


def test_positions_are_those_of_the_whole_state(store):
    whole, short = load(store), positions(store)
    assert (short.generation, short.parts, short.inbox, short.last_dream) == (
        whole.generation,
        whole.parts,
        whole.inbox,
        whole.last_dream,
    )


def test_what_an_entry_is_about_is_told_as_it_is_after_it(store):
    for entry in read_entries(store):
        state = load(store, entry.header.generation)
        assert memories_after(store, entry) == {it.id: state.memories[it.id] for it in entry.changes}
