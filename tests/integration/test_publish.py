"""Publishing and hand-made edits on a real file system, with a real index."""

import hashlib

import pytest

from dreamd.memory.changes import Retire
from dreamd.memory.edits import find
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.ledger import commit, head, load, read_entry
from dreamd.memory.publish import is_published, publish
from dreamd.memory.records import Reason, Trust
from dreamd.recall.index import build
from dreamd.recall.search import search
from dreamd.testing import NOON, make_add, make_evidence, make_memory


@pytest.fixture
def store(tmp_path):
    return create_store(tmp_path / "store")


def memory(number, topic="general"):
    evidence = (make_evidence("q", record=f"r{number}"),)
    return make_memory(f"Rule number {number} concerns walruses", evidence=evidence, topic=topic)


def add(store, *memories, changes=()):
    state = load(store)
    shown = (*state.shown, *(it.id for it in memories))
    header = Header(generation=state.generation + 1, kind=EntryKind.DREAM, now=NOON, shown=shown)
    commit(store, Entry(header, (*map(make_add, memories), *changes)))


def show(store, tmp_path):
    return publish(store, build, tmp_path, NOON, "host", settle=0)


def snapshot(store):
    files = (path for path in store.root.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_publishing_makes_memory_md_topics_and_an_index_that_answers(store, tmp_path):
    add(store, memory(1, "sea"), memory(2, "land"))

    show(store, tmp_path)

    assert is_published(store)
    assert "walruses" in store.memory.read_text()
    assert {path.name for path in store.topics.iterdir()} == {"sea.md", "land.md"}
    assert len(search(store.index, "walrus", 5)) == 2


def test_publishing_what_is_published_changes_nothing(store, tmp_path):
    """Invariant 9."""
    add(store, memory(1))
    show(store, tmp_path)
    before = snapshot(store)

    show(store, tmp_path)

    assert snapshot(store) == before


def test_whoever_finds_published_files_behind_the_ledger_rolls_them_forward(store, tmp_path):
    """Invariant 13."""
    add(store, memory(1, "sea"))
    show(store, tmp_path)
    gone = Retire(memory(1).id, "over", why=Reason.STALE)
    add(store, memory(2, "land"), changes=[gone])
    assert not is_published(store)

    show(store, tmp_path)

    assert is_published(store)
    assert {path.name for path in store.topics.iterdir()} == {"land.md"}
    assert memory(1).id not in store.memory.read_text()


@pytest.mark.parametrize("name", ["memory.duckdb", "MEMORY.md", "topics/sea.md", ".dreamd/published.json"])
def test_any_published_file_may_be_deleted_and_comes_back(store, tmp_path, name):
    """Invariant 13."""
    add(store, memory(1, "sea"))
    show(store, tmp_path)
    (store.root / name).unlink()

    show(store, tmp_path)

    assert head(store) == 1
    assert is_published(store)
    assert len(search(store.index, "walrus", 5)) == 1


def test_a_line_written_by_hand_becomes_a_memory_of_agent_trust_and_stands_in_the_rendering(store, tmp_path):
    add(store, memory(1))
    show(store, tmp_path)
    store.memory.write_text(store.memory.read_text() + "- Ask the harbour master first\n")

    state = show(store, tmp_path)

    added = next(it for it in state.active() if it.text == "Ask the harbour master first")
    assert added.trust is Trust.AGENT
    assert f"^{added.id}" in store.memory.read_text()
    assert read_entry(store, 2).header.kind is EntryKind.EDIT
    assert "harbour master" in next(store.edits.glob("000002-MEMORY.*.md")).read_text()


def test_a_changed_line_is_a_rewording_and_a_removed_line_is_forgotten(store, tmp_path):
    """Invariant 12: removed by hand stays removed."""
    kept, changed, removed = memory(1), memory(2), memory(3)
    add(store, kept, changed, removed)
    show(store, tmp_path)
    edit(store.memory, "Rule number 2 concerns walruses", "Rule number 2 concerns seals")
    lines = store.memory.read_text().splitlines(keepends=True)
    store.memory.write_text("".join(line for line in lines if removed.id not in line))

    memories = show(store, tmp_path).memories

    assert memories[changed.id].text == "Rule number 2 concerns seals"
    assert memories[removed.id].status == "forgotten"
    assert memories[kept.id] == kept


def test_a_line_moved_to_another_topic_is_moved_and_not_forgotten(store, tmp_path):
    add(store, memory(1, "sea"), memory(2, "land"))
    show(store, tmp_path)
    sea, land = store.topic("sea"), store.topic("land")
    line = next(line for line in sea.read_text().splitlines() if line.startswith("- "))
    sea.write_text(sea.read_text().replace(line + "\n", ""))
    land.write_text(land.read_text() + line + "\n")

    memories = show(store, tmp_path).memories

    assert memories[memory(1).id].topic == "land"
    assert memories[memory(1).id].active
    assert {path.name for path in store.topics.iterdir()} == {"land.md"}


def test_an_older_rendering_that_comes_back_is_no_edit(store, tmp_path):
    add(store, memory(1))
    show(store, tmp_path)
    old = {path: path.read_bytes() for path in (store.memory, store.topic("general"))}
    add(store, memory(2))
    show(store, tmp_path)
    for path, data in old.items():
        path.write_bytes(data)

    state = show(store, tmp_path)

    assert state.generation == 2
    assert len(state.active()) == 2
    assert is_published(store)


@pytest.mark.parametrize("content", ["", "# Memory\n\n<!-- dreamd generation 1 -->\n"])
def test_an_emptied_file_is_an_accident_and_forgets_nothing(store, tmp_path, content):
    add(store, *map(memory, range(30)))
    show(store, tmp_path)
    store.memory.write_text(content)

    state = show(store, tmp_path)

    assert len(state.active()) == 30
    assert is_published(store)


def test_a_topic_file_that_a_person_made_is_taken_in(store, tmp_path):
    add(store, memory(1))
    show(store, tmp_path)
    (store.topics / "harbour.md").write_text("# Harbour\n\n- Tides turn at six\n\nA paragraph of its own.\n")

    state = show(store, tmp_path)

    texts = {it.text: it.topic for it in state.active()}
    assert texts["Tides turn at six"] == texts["A paragraph of its own."] == "harbour"
    assert find(store) == []


def test_a_secret_written_by_hand_is_stored_nowhere(store, tmp_path):
    """Invariant 8."""
    add(store, memory(1))
    show(store, tmp_path)
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    store.memory.write_text(store.memory.read_text() + f"- The token is {secret}\n")

    show(store, tmp_path)

    assert not [path for path in store.root.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


def test_a_long_line_becomes_several_memories_and_none_of_it_is_lost(store, tmp_path):
    add(store, memory(1))
    show(store, tmp_path)
    words = [f"word{n}" for n in range(120)]
    store.memory.write_text(store.memory.read_text() + "- " + " ".join(words) + "\n")

    state = show(store, tmp_path)

    said = " ".join(it.text for it in state.active()).split()
    assert set(words) <= set(said)
    assert all(len(it.text) <= 300 for it in state.active())
