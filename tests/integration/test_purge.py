"""A purge takes a value out of every file of a real store, and nothing brings it back."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from dreamd.daemon.by_hand import Unwanted, purge
from dreamd.daemon.lock import hold
from dreamd.daemon.pipe import call
from dreamd.daemon.remembering import write_readings
from dreamd.daemon.requests import Finished, FinishRequest, Prepared, PrepareRequest, Work, WorkRequest
from dreamd.errors import BusyError, PurgeError, StaleBaseError
from dreamd.memory.checkpoint import write_checkpoint
from dreamd.memory.entry import EntryKind
from dreamd.memory.grounds import read_grounds
from dreamd.memory.inbox import read_inbox
from dreamd.memory.ledger import head, load, read_entries, read_entry
from dreamd.memory.plan import Plan
from dreamd.memory.postings import write_postings
from dreamd.memory.publish import is_published
from dreamd.memory.purged import unfinished_purge
from dreamd.memory.runs import read_reports
from dreamd.recall.api import Memory
from dreamd.sessions.parts import part_names

VALUE = "zebra-Fjord-77"
NOW = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def world(leaky):
    return leaky


def test_the_value_stands_everywhere_before(world):
    assert {name.rpartition("/")[0] for name in world.holding()} >= {
        "",
        ".dreamd",
        ".dreamd/ledger",
        ".dreamd/transcripts/2026/03",
        ".dreamd/edits",
        ".dreamd/runs",
        ".dreamd/staging/died",
        "inbox",
        "topics",
        "scratch",
    }


def test_no_byte_of_the_value_is_left_and_the_store_is_sound(world):
    before = load(world.store)
    reply = world.purge()
    assert world.holding() == set()
    assert reply.left == ()
    assert world.check() == ()
    after = load(world.store)
    assert after.memories.keys() == before.memories.keys()
    assert [it.status for it in after.memories.values()] == [it.status for it in before.memories.values()]
    assert sum("[secret:purged:" in it.text for it in after.active()) == sum(VALUE in it.text for it in before.active())


def test_what_derives_from_the_ledger_and_holds_the_value_goes(world):
    """Invariant 8."""
    write_checkpoint(world.store, load(world.store))
    write_readings(world.store, load(world.store))
    write_postings(world.store, None, head(world.store))
    assert {".dreamd/checkpoint", ".dreamd/readings"} <= world.holding() | world.holding(VALUE.lower())

    world.purge()

    assert world.holding() == set()
    assert not world.store.checkpoint.exists()
    assert not world.store.readings.exists()
    assert not world.store.postings.exists()


@pytest.mark.parametrize(
    "value", ['Tr0ub<4d"or\\n', "größe-Zebra", "passphrase of four plain words", "$$zebra77$$", "`zebra77`"]
)
def test_a_value_of_any_characters_goes(make_leaky, tmp_path, value):
    world = make_leaky(tmp_path, value)
    assert world.holding(value)
    assert world.purge(value).left == ()
    assert world.holding(value) == set()
    assert world.check() == ()


def test_a_value_inside_of_words_goes_with_them(make_leaky, tmp_path):
    world = make_leaky(tmp_path, "pre_zebra77post")
    assert world.purge("zebra77").left == ()
    assert world.holding("zebra77") == set()


def test_every_value_that_an_expression_matches_goes(make_leaky, tmp_path):
    world = make_leaky(tmp_path, "acme_0123abcd and acme_4567ef89")
    reply = world.purge(r"acme_[0-9a-f]{8}", is_regex=True)
    assert reply.values == 2
    assert world.holding("acme_0123abcd") | world.holding("acme_4567ef89") == set()
    assert len({line for line in world.store.memory.read_text().split() if "[secret:purged:" in line}) >= 2


def test_it_is_recorded_which_entries_were_rewritten_and_each_keeps_its_number(world):
    """Invariant 1, and its exception."""
    before = head(world.store)
    holding = {number for number in range(1, before + 1) if VALUE.encode() in world.store.entry(number).read_bytes()}
    reply = world.purge()
    entry = read_entry(world.store, reply.recorded)
    assert (entry.header.kind, entry.changes) == (EntryKind.PURGE, ())
    assert set(entry.header.rewrote) == set(reply.rewrote) == holding
    assert [entry.header.generation for entry in read_entries(world.store)] == list(range(1, reply.recorded + 1))


def test_positions_stay_and_a_further_dream_has_nothing_to_do(world):
    """Invariants 2 and 9."""
    world.dream()
    before = load(world.store)
    world.purge()
    assert load(world.store).parts == before.parts
    assert world.dream().outcome == "nothing new"
    assert world.dream().outcome == "nothing new"


def test_what_was_remembered_is_cleaned_where_it_waits_and_becomes_a_memory_without_the_value(world):
    """Invariants 2 and 8."""
    world.purge()
    [item] = read_inbox(world.store).items
    assert item.text.startswith("remember [secret:purged:")
    assert item.text.encode() in world.store.item(item.id).read_bytes()
    world.dream()
    assert load(world.store).memories[item.id].text == item.text
    assert world.holding() == set()
    assert world.check() == ()


def test_a_purged_value_that_is_remembered_again_is_struck_out(world):
    """Invariant 8."""
    world.purge()
    name = Memory(world.store.root).remember(f"The robot wants to hear {VALUE}, and then it ships")
    assert load(world.store).memories.get(name) is None
    assert "[secret:purged:" in world.store.item(name).read_text()
    assert world.holding() == set()


def test_untouched_logs_that_are_collected_again_bring_nothing_back(world):
    world.dream()
    world.purge()
    shutil.rmtree(world.local)
    result = world.dream()
    assert (result.outcome, result.collected.new_parts) == ("nothing new", 0)
    assert world.holding() == set()


def test_a_log_that_says_the_value_again_does_not_bring_it_back(world):
    """Invariant 8."""
    world.purge()
    world.log("three.jsonl", world.more, session="three", day=3)
    assert world.dream().collected.new_parts == 1
    assert world.holding() == set()


def test_a_log_that_grows_does_not_say_again_what_is_known(world):
    world.dream()
    world.purge()
    before = [memory.text for memory in load(world.store).active()]
    with (world.logs / "two.jsonl").open("a") as file:
        row = {"session": "two", "id": "late", "time": "2026-03-03T10:00:00Z", "role": "user", "text": world.rules[1]}
        file.write(json.dumps(row) + "\n")
    world.dream()
    assert sorted(memory.text for memory in load(world.store).active()) == sorted(before)


def test_recall_finds_the_memory_without_the_value_and_nothing_by_the_value(world):
    world.purge()
    memory = Memory(world.store.root)
    [hit, *_] = memory.recall("deploy with make ship")
    assert memory.notice == ""
    assert "make ship" in hit.text
    assert VALUE not in hit.text
    assert not any("fjord" in hit.text.lower() for hit in memory.recall("fjord"))


def test_readers_find_memory_md_as_it_is_in_the_ledger(world):
    """Invariant 4."""
    world.purge()
    assert is_published(world.store)
    assert not world.store.staging.exists() or list(world.store.staging.iterdir()) == []


def test_a_dry_run_says_where_it_stands_and_how_often_and_changes_nothing(world):
    before = world.snapshot()
    reply = world.purge(dry_run=True)
    assert world.snapshot() == before
    places = dict(reply.places)
    assert places[".dreamd/runs/run-9.json"] == 2
    assert {name.partition("/")[0] for name in places} >= {".dreamd", "MEMORY.md", "inbox", "topics"}
    assert (reply.recorded, reply.rewrote) == (0, ())
    assert VALUE not in repr(reply)


def test_what_was_written_by_hand_is_taken_in_and_cleaned(world):
    text = world.store.memory.read_text()
    world.store.memory.write_text(text + f"- The gate opens for {VALUE} only at night\n")
    world.purge()
    assert world.holding() == set()
    assert any("only at night" in memory.text for memory in load(world.store).active())
    assert world.check() == ()


def test_a_stale_copy_of_memory_md_does_not_bring_it_back(world):
    """Invariants 8 and 12."""
    world.dream()
    stale = world.store.memory.read_text()
    before = {memory.id for memory in load(world.store).active()}
    world.purge()
    world.store.memory.write_text(stale)
    world.dream()
    assert world.holding() == set()
    assert {memory.id for memory in load(world.store).active()} == before


def test_a_run_that_read_the_store_before_cannot_commit_after(world):
    """The purge's entry comes first, so that a worker's base is no longer the head."""
    world.log("three.jsonl", world.more, session="three", day=3)
    world.collect()
    with hold(world.store, world.local):
        scratch, quiet = str(world.local / "scratch"), lambda *_: None
        prepare = PrepareRequest(str(world.store.root), "", scratch, "beta", NOW, dry_run=False)
        call("publisher", prepare, Prepared, quiet, world.job)
        work = call("worker", WorkRequest(str(world.store.root), "rules", NOW, None), Work, quiet, world.job)
    world.purge()
    assert work.plan.consumed
    finish = FinishRequest(str(world.store.root), scratch, "run-7", "beta", NOW, NOW, work.plan, accept_loss=True)
    with pytest.raises(StaleBaseError):
        call("publisher", finish, Finished, quiet, world.job)
    assert world.holding() == set()


def test_a_session_that_is_named_like_the_value_stays_one_session(make_leaky, tmp_path):
    world = make_leaky(tmp_path)
    world.log(f"{VALUE}.jsonl", world.more, session=f"run-{VALUE}", day=4)
    world.dream()
    parts = len(list(part_names(world.store.transcripts)))
    assert world.purge().left == ()
    assert {name for name in world.holding() if not name.startswith("collected")} == set()
    assert world.check() == ()
    assert len(list(part_names(world.store.transcripts))) == parts


def test_a_session_that_is_named_like_the_value_is_collected_under_its_new_name(make_leaky, tmp_path):
    """Invariant 8."""
    world = make_leaky(tmp_path)
    world.log("named.jsonl", world.more, session=f"run-{VALUE}", day=4)
    world.dream()
    world.purge()
    shutil.rmtree(world.local)
    result = world.dream()
    assert (result.outcome, result.collected.new_parts) == ("nothing new", 0)
    assert world.holding() == set()


def test_a_value_that_stands_nowhere_is_remembered_once(world):
    first = world.purge("another-value-9")
    assert (first.places, first.rewrote) == ((), ())
    assert read_entry(world.store, first.recorded).header.kind is EntryKind.PURGE
    assert world.purge("another-value-9").recorded == 0
    assert head(world.store) == first.recorded


@pytest.mark.parametrize("wanted", ["short", "secret", "semantic", "general", "nothing new"])
def test_what_is_no_value_or_dreamd_s_own_word_is_refused_and_nothing_changes(world, wanted):
    before = head(world.store)
    with pytest.raises(PurgeError):
        world.purge(wanted)
    assert unfinished_purge(world.store) is None
    assert head(world.store) == before


def test_the_id_of_a_memory_is_no_value(world):
    with pytest.raises(PurgeError, match="an id or a word"):
        world.purge(next(iter(load(world.store).memories)))


def test_an_expression_that_matches_too_much_is_refused(world):
    (world.store.edits / "many.md").write_text(" ".join(f"acme-{number:06}" for number in range(1500)))
    with pytest.raises(PurgeError, match="more than 1000"):
        world.purge(r"acme-\d{6}", is_regex=True)


def test_a_binary_that_was_set_aside_loses_the_value_and_keeps_its_other_bytes(world):
    """Invariant 8."""
    path = world.store.edits / "aside-20260401T120000Z-01234567-topics-ci"
    path.write_bytes(b"\0\xff say " + VALUE.encode() + b"\n\0")
    reply = world.purge()
    assert dict(reply.places)[f".dreamd/edits/{path.name}"] == 1
    assert reply.left == ()
    data = path.read_bytes()
    assert data.startswith(b"\0\xff say [secret:purged:")
    assert data.endswith(b"]\n\0")


def test_a_file_that_is_not_ours_is_named_and_left_alone(world):
    (world.store.root / "README").write_text(f"my own: {VALUE}\n")
    (world.store.inner / "core").write_bytes(b"\0\0" + VALUE.encode())
    name = next(part_names(world.store.transcripts))
    part = world.store.transcripts / name
    part.write_bytes(part.read_bytes()[:-40])
    reply = world.purge()
    left = dict(reply.left)
    assert not left.keys() & dict(reply.places).keys(), "what is left was not removed"
    assert left.pop(f".dreamd/transcripts/{name}").startswith("cannot be read whole")
    assert left == {"README": "holds it and is not dreamd's", ".dreamd/core": "still holds it"}
    assert (world.store.root / "README").read_text() == f"my own: {VALUE}\n"


def test_who_cannot_be_reached_is_named(world):
    (world.root / ".git").mkdir()
    other = world.store.entry(1).read_bytes()
    assert b'"host":"alpha"' in other
    reply = purge(replace(world.job, host="beta"), Unwanted(VALUE), lambda *_: None)
    assert reply.hosts == ("alpha",)
    assert reply.work_tree == str(world.root)


def test_reports_and_refused_plans_can_still_be_read(world):
    world.purge()
    [report] = [it for it in read_reports(world.store) if it.run == "run-9"]
    assert (report.outcome, VALUE in report.error, "cannot say" in report.error) == ("failed", False, True)
    plan = msgspec.json.decode(world.store.refused_plan("run-9").read_bytes(), type=Plan)
    assert "[secret:purged:" in plan.changes[0].memory.text
    [ground] = read_grounds(world.store, ["run-9"], "k3f9a2qx")
    assert ("[secret:purged:" in ground.session, ground.features) == (True, (("names", 0.5),))


def test_a_store_in_which_somebody_dreams_is_left_alone(world):
    before = head(world.store)
    with hold(world.store, world.local), pytest.raises(BusyError):
        world.purge()
    assert head(world.store) == before
