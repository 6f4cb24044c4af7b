"""A part that a memory rests on and that is gone is damage; what may be gone is none."""

import subprocess
import sys
from datetime import timedelta

import msgspec
import pytest

from dreamd.cli.check import index_generation
from dreamd.memory.changes import Merge, Restore, Retire
from dreamd.memory.check import check
from dreamd.memory.entry import Consumed, Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.ledger import commit, head, load, read_entries
from dreamd.memory.publish import publish
from dreamd.memory.purged import Unfinished, add_purged, finish_purge
from dreamd.memory.records import Origin, Reason
from dreamd.recall.index import build
from dreamd.sessions.lost import LostParts
from dreamd.sessions.parts import damaged_parts, part_names
from dreamd.sessions.retention import Retention, drop_old
from dreamd.sessions.transcripts import RecordTexts
from dreamd.testing import make_evidence

from .conftest import NOW, World

AFTER = NOW + timedelta(hours=1)


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path, {"XDG_STATE_HOME": str(tmp_path / "state")})
    create_store(world.store.root)
    world.logs.mkdir()
    world.log("one.jsonl", *world.rules)
    world.dream()
    return world


def lose(world):
    """Delete all transcripts, and return the names of their parts."""
    names = list(part_names(world.store.transcripts))
    for name in names:
        (world.store.transcripts / name).unlink()
    return names


def add(world, kind, *changes):
    commit(world.store, Entry(Header(head(world.store) + 1, kind, AFTER), changes))
    publish(
        world.store,
        lambda path, state: build(path, state, read_entries(world.store)),
        world.root,
        AFTER,
        "alpha",
    )


def vouched(memory):
    """Return what a person's 'confirm' does to a memory."""
    word = make_evidence(memory.text, origin=Origin.TERMINAL, record="confirm", session="")
    return Merge(
        memory.id,
        "ana confirmed it",
        evidence=(word,),
        joined=(*memory.evidence, word),
        sessions=memory.sessions,
        people=memory.people,
        trust=memory.trust,
        learned=memory.learned,
        last_seen=memory.last_seen,
    )


def test_a_part_that_is_gone_is_damage_and_is_named_with_the_memories_that_rest_on_it(world):
    """Invariant 6."""
    assert world.check() == ()
    memories = load(world.store).memories
    [name] = lose(world)
    [found] = world.check()
    assert (found.invariant, found.grave, found.where) == (6, True, f"transcripts/{name}")
    assert len(memories) == 2
    assert all(it in found.what for it in memories)
    command = [sys.executable, "-m", "dreamd", "check", "--store", str(world.store.root)]
    told = subprocess.run(command, env=world.environment | {"HOME": str(world.root)}, capture_output=True, check=False)
    assert told.returncode == 12
    assert f"damage: transcripts/{name}: it is gone" in told.stdout.decode()
    assert "no longer available: 1 finding" in told.stdout.decode()


def test_it_is_none_any_more_when_its_log_was_read_again(world):
    """Invariant 6, by the advice that is given."""
    lose(world)
    assert "dreamd collect" in world.check()[0].hint
    world.collect()
    assert world.check() == ()


def test_a_damaged_part_is_to_be_removed_only_where_its_log_is_still_there(world):
    """Invariant 6: where that is gone, what is left of the part is all there is."""
    part = world.store.transcripts / next(iter(part_names(world.store.transcripts)))
    part.write_bytes(part.read_bytes()[:-20])
    [damaged] = [it for it in world.check() if it.where.endswith(part.name)]
    assert damaged.hint.startswith("where its log is still there, remove it ")
    part.unlink()
    world.collect()
    assert world.check() == ()


@pytest.mark.parametrize("way", ["vouched", "forgotten"])
def test_it_is_none_of_a_memory_that_a_person_vouches_for_or_had_forgotten(world, way):
    """Invariant 6, by the rest of the advice."""
    lose(world)
    memories = load(world.store).memories.values()
    if way == "vouched":
        add(world, EntryKind.CONFIRM, *map(vouched, memories))
    else:
        forgotten = (Retire(it.id, "ana asked to forget it", why=Reason.FORGOTTEN, by="ana") for it in memories)
        add(world, EntryKind.FORGET, *forgotten)
    assert world.check() == ()


def test_it_is_damage_also_of_a_memory_that_a_run_retired_and_that_can_be_restored(world):
    """Invariant 6."""
    [first, second] = load(world.store).memories.values()
    add(world, EntryKind.DREAM, Retire(first.id, "its file is gone", why=Reason.STALE))
    lose(world)
    [found] = world.check()
    assert first.id in found.what
    assert second.id in found.what


def test_a_part_that_no_memory_rests_on_and_one_that_no_run_has_read_may_go(world):
    memories = load(world.store).memories.values()
    world.log("two.jsonl", world.more, session="two", day=2)
    world.collect()
    [unread] = [it for it in part_names(world.store.transcripts) if "two" in it]
    (world.store.transcripts / unread).unlink()
    assert world.check() == ()
    add(world, EntryKind.DREAM)
    commit(world.store, Entry(Header(head(world.store) + 1, EntryKind.DREAM, AFTER, consumed=Consumed((unread,))), ()))
    assert not [it for it in world.check() if it.invariant == 6]
    assert memories


def test_what_retention_let_go_is_not_lost_though_a_memory_comes_back_that_rests_on_it(world):
    """Undo restores a memory as it was, with evidence that it had lost to stronger, newer and older pieces."""
    name = next(iter(part_names(world.store.transcripts)))
    [first, second] = load(world.store).memories.values()
    word = make_evidence(first.text, origin=Origin.EDIT, record="MEMORY.md@1", session="")
    other = [msgspec.structs.replace(it, evidence=(word,)) for it in (first, second)]
    add(world, EntryKind.DREAM, *(Restore(it.id, "in other words", as_it_was=it) for it in other))
    dropped = drop_old(world.store.transcripts, load(world.store), NOW + timedelta(days=400), Retention(86_400.0))
    assert dropped == (name,)
    add(world, EntryKind.UNDO, *(Restore(it.id, "taken back", as_it_was=it) for it in (first, second)))
    assert world.check() == ()
    # Nor where another part of the same session is missing: nobody knows which of them had the record.
    gone = f"{name.rpartition('.0-')[0]}.9-00000000.jsonl.gz"
    commit(world.store, Entry(Header(head(world.store) + 1, EntryKind.DREAM, AFTER, consumed=Consumed((gone,))), ()))
    assert not [it for it in world.check() if it.invariant == 6]


def test_what_others_collect_and_dream_while_it_looks_is_not_lost(world):
    root = world.store.transcripts
    texts, damaged, lost = RecordTexts(root), damaged_parts(root), LostParts(root)
    world.log("two.jsonl", world.more, session="two", day=2)
    world.dream()
    assert len(load(world.store).memories) == 3
    assert check(world.store, texts, index_generation, damaged, lost).findings == ()


def test_a_part_that_a_purge_is_about_to_rename_is_not_lost(world):
    """A purge says the new name in the ledger before it renames the part."""
    lose(world)
    add_purged(world.store, ["of-no-record"], Unfinished("purge-1", "alpha", NOW))
    assert {(it.invariant, it.grave) for it in world.check()} == {(8, False)}
    finish_purge(world.store)
    assert {(it.invariant, it.grave) for it in world.check()} == {(6, True)}


def test_imported_evidence_of_a_session_that_never_was_here_is_not_lost(world, tmp_path):
    there = World(tmp_path / "there", world.environment | {"XDG_STATE_HOME": str(tmp_path / "there" / "state")})
    create_store(there.root / "store")
    environment = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}

    def dreamd(*arguments, said=None):
        command = [sys.executable, "-m", "dreamd", *arguments]
        return subprocess.run(command, env=environment, input=said, capture_output=True, check=True).stdout

    exported = dreamd("export", "--all", "--store", str(world.store.root))
    dreamd("import", "-", "--store", str(there.store.root), said=exported)
    assert len(load(there.store).memories) == 2
    assert there.check() == ()
