"""What check finds, repair mends one thing at a time, and nothing is deleted."""

import json

import pytest

from dreamd.cli.main import run
from dreamd.memory.changes import Pin, Retire
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.ledger import commit, head, load, read_entries
from dreamd.memory.publish import publish
from dreamd.memory.records import Reason
from dreamd.memory.repair import discard_published
from dreamd.memory.written import declared_generations
from dreamd.recall.index import build
from dreamd.testing import NOON, make_add, make_evidence, make_memory

PORT = make_memory("The test database listens on port 5433", evidence=(make_evidence("port", role="agent"),))
HOST = make_memory("The staging host is called heron", evidence=(make_evidence("heron", role="agent", record="r2"),))


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    store = create_store(tmp_path / "store")
    commit(store, Entry(Header(1, EntryKind.IMPORT, NOON, shown=(PORT.id,)), (make_add(PORT),)))
    commit(store, Entry(Header(2, EntryKind.PIN, NOON), (Pin(PORT.id, "asked"),)))
    commit(store, Entry(Header(3, EntryKind.IMPORT, NOON, shown=(PORT.id, HOST.id)), (make_add(HOST),)))
    (tmp_path / "scratch").mkdir()
    publish(store, lambda path, state: build(path, state, read_entries(store)), tmp_path / "scratch", NOON, "alpha")
    return store


@pytest.fixture
def ask(store, capsys):
    def ask(*arguments, code=0):
        assert run([*arguments, "--store", str(store.root)]) == code, capsys.readouterr()
        return capsys.readouterr()

    return ask


def test_a_damaged_index_is_built_anew(ask, store):
    store.index.write_bytes(b"no index")
    ask("check", code=1)
    assert "built anew" in ask("repair", "index").out
    ask("check")
    assert PORT.id in ask("recall", "database port").out


def test_damaged_published_files_are_rendered_anew(ask, store):
    store.published.write_text("no JSON")
    (store.topics / "general.md").unlink()
    ask("check", code=1)
    ask("repair", "published")
    ask("check")
    assert HOST.id in (store.topics / "general.md").read_text()


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:-20], lambda data: data.replace(b"heron", b"Heron"), lambda _: b"", lambda _: b"\xff\x00"],
)
def test_a_damaged_last_entry_is_set_aside_and_what_only_it_knew_is_taken_in(ask, store, damage):
    entry = store.entry(3)
    damaged = damage(entry.read_bytes())
    entry.write_bytes(damaged)
    assert "000003.jsonl" in ask("check", code=12).out
    ask("dream", code=12)
    said = ask("repair", "ledger").out
    assert "damaged/000003-1.jsonl" in said
    assert "taken in" in said
    assert store.damaged_entry(3, 1).read_bytes() == damaged
    ask("check")
    texts = {memory.text for memory in load(store).active()}
    assert texts == {PORT.text, HOST.text}
    assert load(store).memories[PORT.id].pinned
    assert head(store) == 3


def test_of_an_entry_that_is_set_aside_it_is_said_what_it_did_and_how_to_have_that_again(ask, store):
    """Invariant 12: nobody finds out by himself that what he had forgotten is back."""
    commit(store, Entry(Header(4, EntryKind.FORGET, NOON), (Retire(PORT.id, "asked", why=Reason.FORGOTTEN),)))
    ask("repair", "index")
    whole = store.entry(4).read_bytes()
    store.entry(4).write_bytes(whole[:-20])
    told = ask("repair", "ledger").out
    assert f"without    it was a forget of 2026-03-14 12:00 UTC, about {PORT.id}: what it forgot is back" in told
    assert "hint: where a whole copy of it is found, put that back as .dreamd/ledger/000004.jsonl" in told
    assert load(store).memories[PORT.id].active
    store.entry(4).write_bytes(whole)
    ask("repair", "index")
    ask("check")
    assert not load(store).memories[PORT.id].active


def test_no_way_back_is_promised_where_the_number_was_given_again(ask, store):
    store.entry(3).write_bytes(store.entry(3).read_bytes()[:-20])
    told = ask("repair", "ledger").out
    assert "it was an import of 2026-03-14 12:00 UTC: what it brought is taken in again" in told
    assert "its number is that of what was taken in" in told


def test_an_entry_that_is_damaged_again_is_set_aside_beside_the_first(ask, store):
    for attempt in (1, 2):
        store.entry(3).write_bytes(b"damaged")
        ask("repair", "ledger")
        assert store.damaged_entry(3, attempt).read_bytes() == b"damaged"
    ask("check")


def test_damage_in_the_middle_is_not_mended_and_changes_nothing(ask, store):
    whole = store.entry(2).read_bytes()
    store.entry(2).write_bytes(whole[:-9])
    before = {path: path.read_bytes() for path in store.root.rglob("*") if path.is_file()}
    assert "1 later entries build on it" in ask("repair", "ledger", code=12).err
    store.entry(2).unlink()
    assert "entry 2 is missing" in ask("repair", "ledger", code=12).err
    store.entry(2).write_bytes(whole[:-9])
    assert before == {path: path.read_bytes() for path in store.root.rglob("*") if path.is_file()}
    store.entry(2).write_bytes(whole)
    ask("check")


@pytest.mark.parametrize("what", ["index", "published", "ledger"])
def test_repair_of_a_sound_store_changes_no_memory(ask, store, what):
    before, memory = load(store), store.memory.read_bytes()
    ask("repair", what)
    assert load(store) == before
    assert store.memory.read_bytes() == memory
    ask("check")


def test_only_what_has_a_name_is_mended(ask):
    ask("repair", "everything", code=2)


@pytest.mark.parametrize("number", [4, 5, 9])
def test_a_copy_of_an_entry_under_a_later_name_hides_nothing_and_is_set_aside(ask, store, number):
    """Invariant 1."""
    copy = store.entry(3).read_bytes()
    store.entry(number).write_bytes(copy)
    told = ask("check", code=12).out
    assert "generation 3, 2 memories" in told
    assert told.count("damage:") == 1
    assert f"damaged/{number:06d}-1.jsonl" in ask("repair", "ledger").out
    assert store.damaged_entry(number, 1).read_bytes() == copy
    ask("check")
    assert head(store) == 3


def test_an_entry_after_a_gap_is_left_alone_since_another_was_there(ask, store):
    """Invariant 1: what is missing must be restored."""
    store.published.unlink()
    store.entry(2).unlink()
    assert "entry 2 is missing" in ask("check", code=12).out
    assert "restore it" in ask("repair", "ledger", code=12).err
    assert store.entry(3).exists()


@pytest.mark.parametrize("where", [2, 3])
def test_an_entry_that_is_a_link_is_damage(ask, store, where):
    """Invariant 1."""
    elsewhere = store.root.parent / "elsewhere"
    store.entry(where).rename(elsewhere)
    store.entry(where).symlink_to(elsewhere)
    assert f"damage: {store.entry(where)}" in ask("check", code=12).out
    ask("log", code=12)
    ask("repair", "ledger", code=0 if where == 3 else 12)
    if where == 3:
        assert store.damaged_entry(3, 1).is_symlink()
        ask("check")


@pytest.mark.parametrize("content", ["", "{", '{"format": 1, "store": "me"}'])
def test_a_damaged_format_file_has_a_way_out_that_works(ask, store, content, monkeypatch):
    store.format.write_text(content)
    for verb in (["check"], ["repair", "ledger"], ["log"]):
        assert (
            f"hint: restore it from a backup; or remove it, and 'dreamd init {store.root}' makes another"
            in ask(*verb, code=12).err
        )
    store.format.unlink()
    with monkeypatch.context() as here:
        here.setenv("HOME", str(store.root.parent))
        here.setenv("DREAMD_CONFIG", str(store.root.parent / "config.yaml"))
        assert run(["init", str(store.root), "--sessions", str(store.root.parent)]) == 0
    ask("check")
    assert head(store) == 3


def test_status_warns_of_a_ledger_that_lacks_its_end(ask, store):
    """Invariant 1."""
    assert "attention" not in ask("status").out
    store.entry(3).unlink()
    told = ask("status", code=1).out
    assert "attention  generation 3 was published and the ledger ends at 2: entries are missing; 'dreamd check'" in told
    assert "the next dream sees to it" not in told
    assert "'dreamd check'" in ask("status", "--line", code=1).out


def test_status_and_log_warn_of_a_damaged_last_entry(ask, store):
    """Invariant 1. Its header can still be read, and readers have all that it says."""
    store.entry(3).write_bytes(store.entry(3).read_bytes()[:-20])
    assert "attention  ledger entry 3 is damaged: it ends in the middle of a line; 'dreamd check'" in (
        ask("status", code=1).out
    )
    assert json.loads(ask("status", "--json", code=1).out)["damage"]
    told = ask("log")
    assert "warning: ledger entry 3 is damaged: it ends in the middle of a line" in told.err
    assert "see 'dreamd check'" in told.err
    assert told.out


@pytest.mark.parametrize("verb", ["log", "export", "diff"])
def test_a_ledger_that_lacks_its_end_is_not_shown_without_a_word(ask, store, verb):
    """Invariant 1."""
    assert ask(verb).err == ""
    store.entry(3).unlink()
    told = ask(verb)
    assert "generation 3 was published and the ledger ends at 2: entries are missing" in told.err
    assert told.out


def test_where_the_ledger_lacks_its_end_the_second_way_is_named_and_keeps_what_was_written_by_hand(ask, store):
    """Invariants 1 and 12."""
    store.entry(3).unlink()
    store.memory.write_text(store.memory.read_text() + "- Seals are counted on Mondays\n")
    assert "'dreamd repair published' goes on" in ask("check", code=12).out
    for verb in (["dream"], ["repair", "ledger"]):
        assert "'dreamd repair published' goes on" in ask(*verb, code=12).err
    ask("repair", "published")
    ask("check")
    texts = {memory.text for memory in load(store).active()}
    assert texts == {PORT.text, HOST.text, "Seals are counted on Mondays"}


@pytest.mark.parametrize("damage", [lambda store: store.entry(2).unlink(), lambda store: store.entry(3).write_text("")])
def test_repair_of_what_is_published_changes_nothing_where_the_ledger_cannot_be_rendered_from(ask, store, damage):
    """Invariant 1: what was published tells that an entry is missing."""
    damage(store)
    before = {path: path.read_bytes() for path in (store.published, store.memory)}
    assert "found damage in" in ask("repair", "published", code=12).err
    assert before == {path: path.read_bytes() for path in before}


def test_files_of_a_generation_that_the_ledger_lost_do_not_say_that_they_are_of_it(store):
    """Invariant 12: whoever gets that number next has not forgotten what they lack."""
    store.entry(3).unlink()
    discard_published(store)
    assert declared_generations(store.memory.read_text()) == ()
    assert not store.published.exists()
