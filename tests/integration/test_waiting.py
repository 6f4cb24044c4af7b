"""What waits in the inbox is ranked as if the index had it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamd import Memory
from dreamd.memory.changes import State
from dreamd.memory.entry import Consumed, Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.inbox import remember
from dreamd.memory.item import Item, Speaker
from dreamd.memory.ledger import commit, load, read_entries
from dreamd.memory.publish import publish
from dreamd.memory.records import Kind
from dreamd.memory.taken_in import take_in
from dreamd.recall.index import build
from dreamd.recall.search import ask, connect, search
from dreamd.testing import NOON, make_memory

TEXTS = (
    "The test database listens on port 5433",
    "Never push to the release branch by hand",
    "Indexes on scan_rows are built concurrently, outside of a transaction",
    "The staging host is called heron and its database is small",
    "Run the tests with make check before you push",
    "Deploys of the gauge service go out on Tuesday",
)
INDEXED = tuple(map(make_memory, TEXTS))


def waits(*texts):
    return tuple(Item(f"0000000{n}", text, Kind.SEMANTIC, NOON, "agent").memory for n, text in enumerate(texts))


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    path = tmp_path_factory.mktemp("index") / "memory.duckdb"
    build(path, State({it.id: it for it in INDEXED}, 1, NOON))
    return path


WORDS = st.lists(st.sampled_from([*" ".join(TEXTS).split(), "heron", "unheard", "of", "tide-gauge"]), max_size=9)
SENTENCES = WORDS.map(" ".join)


@settings(deadline=None, max_examples=30)
@given(query=SENTENCES, waiting=st.lists(SENTENCES.filter(bool), min_size=1, max_size=4))
def test_hits_are_those_of_an_index_that_has_what_waits(index, tmp_path_factory, query, waiting):
    items = waits(*waiting)
    both = tmp_path_factory.mktemp("both") / "memory.duckdb"
    build(both, State({it.id: it for it in (*INDEXED, *items)}, 1, NOON))
    assert search(index, query, 20, items) == search(both, query, 20)


def test_an_empty_index_finds_what_waits(tmp_path):
    build(tmp_path / "memory.duckdb", State())
    [item] = waits("The port is 5433")
    [hit] = search(tmp_path / "memory.duckdb", "port", 5, (item,))
    assert (hit.id, hit.score, dict(hit.channels)) == (item.id, 1.0, {"terms": 1, "fragments": 1})
    assert hit.evidence == item.evidence


def test_an_empty_inbox_asks_the_index_alone(index):
    class Counting:
        def __init__(self, connection):
            self.connection, self.asked = connection, []

        def execute(self, question, *values):
            self.asked.append(question)
            return self.connection.execute(question, *values)

    with connect(index) as connection:
        counting = Counting(connection)
        assert ask(counting, "port")
    assert len(counting.asked) == 4  # one for each channel, the memories, and their evidence
    assert not any("UNION" in question for question in counting.asked)


@pytest.fixture
def store(tmp_path):
    store = create_store(tmp_path / "store")
    commit(store, Entry(Header(1, EntryKind.DREAM, NOON), tuple(take_in(INDEXED, ()))))
    publish(store, lambda path, state: build(path, state, read_entries(store)), tmp_path, NOON, "alpha")
    return store


def test_an_item_that_was_consumed_and_lies_there_still_is_found_once(store, tmp_path):
    item = remember(store, "The heron host moved", Kind.SEMANTIC, NOON, Speaker()).item
    memory = Memory(store.root)
    assert [hit.id for hit in memory.recall("moved")] == [item.id]
    header = Header(2, EntryKind.DREAM, NOON, consumed=Consumed(inbox=(item.id,)))
    commit(store, Entry(header, tuple(take_in((item.memory,), load(store).memories))))
    assert [hit.id for hit in memory.recall("moved")] == [item.id]  # the index is behind
    publish(store, lambda path, state: build(path, state, read_entries(store)), tmp_path, NOON, "alpha")
    assert store.item(item.id).exists()
    assert [hit.id for hit in memory.recall("moved")] == [item.id]


def test_an_item_under_an_id_of_its_own_is_known_by_its_evidence(store, tmp_path):
    other = INDEXED[0]
    item = remember(store, "The heron host moved", Kind.SEMANTIC, NOON, Speaker(), lambda: other.id).item
    header = Header(2, EntryKind.DREAM, NOON, consumed=Consumed(inbox=(item.id,)))
    [add] = take_in((item.memory,), load(store).memories)
    commit(store, Entry(header, (add,)))
    publish(store, lambda path, state: build(path, state, read_entries(store)), tmp_path, NOON, "alpha")
    assert [hit.id for hit in Memory(store.root).recall("moved")] == [add.id]
