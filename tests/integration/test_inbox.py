"""The inbox on a real disk: nothing that was remembered is lost, and nothing is consumed twice."""

import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from dreamd import Memory
from dreamd.cli.check import command as check_command
from dreamd.cli.check import index_generation
from dreamd.cli.verb import Options
from dreamd.daemon.by_hand import amend as correct_by
from dreamd.daemon.job import Job
from dreamd.daemon.launcher import run
from dreamd.daemon.publisher import record_texts
from dreamd.daemon.requests import CorrectRequest, UndoRequest
from dreamd.errors import RefusedError, RememberError
from dreamd.memory.changes import Add, State
from dreamd.memory.check import check
from dreamd.memory.corrections import By, Confirm, Forget
from dreamd.memory.entry import Consumed, Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.inbox import clear_inbox, inbox_texts, read_inbox, remember, waiting
from dreamd.memory.item import Speaker, encode
from dreamd.memory.ledger import commit, head, load, read_entries
from dreamd.memory.plan import Plan, validate
from dreamd.memory.purged import Unfinished, add_purged, finish_purge
from dreamd.memory.records import Kind, Origin, Trust
from dreamd.testing import make_add, make_memory

NOW = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
ANA = Speaker(person="ana", host="alpha", typed=True)
AGENT = Speaker(person="ana", host="alpha", agent="codex", session="s-1")


@pytest.fixture
def store(tmp_path):
    return create_store(tmp_path / "store")


@pytest.fixture
def job(store, tmp_path):
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    environment.pop("STATE_DIRECTORY", None)
    return Job(store.root, (), NOW + timedelta(days=1), "alpha", environment)


def keep(store, text, speaker=AGENT, now=NOW, **more):
    return remember(store, text, Kind.SEMANTIC, now, speaker, **more).item


def dream(job):
    return run(job, lambda *_: None)


def findings(store):
    checked = check(store, lambda _: None, index_generation)
    return {(it.invariant, it.grave, it.where) for it in checked.findings}


def test_an_item_is_one_file_that_the_group_can_read(store):
    item = keep(store, "The port is 5433")
    assert [path.name for path in store.inbox.iterdir()] == [f"{item.id}.json"]
    assert store.item(item.id).stat().st_mode & 0o777 == 0o660
    assert read_inbox(store).items == (item,)


def test_an_inbox_that_is_not_there_is_made(store):
    store.inbox.rmdir()
    assert read_inbox(store).items == ()
    assert keep(store, "The port is 5433")


def test_an_id_that_is_taken_in_the_inbox_is_drawn_again(store):
    ids = iter(("k3f9a2qx", "k3f9a2qx", "00000000"))
    first = keep(store, "The port is 5433", draw=lambda: next(ids))
    second = keep(store, "The host is heron", draw=lambda: next(ids))
    assert (first.id, second.id) == ("k3f9a2qx", "00000000")
    assert {it.text for it in read_inbox(store).items} == {"The port is 5433", "The host is heron"}


def test_of_two_hundred_that_remember_at_once_none_is_lost(store):
    start = threading.Barrier(20)

    def several(worker):
        start.wait()
        return [keep(store, f"Statement {worker} {number}").id for number in range(10)]

    with ThreadPoolExecutor(20) as pool:
        ids = [name for names in pool.map(several, range(20)) for name in names]
    assert len(set(ids)) == 200
    assert {item.id for item in read_inbox(store).items} == set(ids)
    assert not [path for path in store.inbox.iterdir() if path.name.startswith(".")]


def test_a_value_whose_purge_begins_meanwhile_is_struck_out_of_the_file(store):
    """Invariant 8."""
    begun = Unfinished("purge-1", "alpha", NOW)

    def draw():
        add_purged(store, ["zebra-Fjord-77"], begun)
        return "k3f9a2qx"

    item = keep(store, "Say zebra-Fjord-77 to the robot", draw=draw)
    assert "[secret:purged:" in item.text
    assert b"zebra" not in store.item("k3f9a2qx").read_bytes()
    finish_purge(store)
    assert read_inbox(store).items == (item,)


@pytest.fixture
def messy(store):
    item = keep(store, "The port is 5433")
    (store.inbox / "notes.txt").write_text("no item\n")
    (store.inbox / "k3f9a2qx.json").write_text("{")
    (store.inbox / "K3F9A2QX.json").write_bytes(encode(item))
    (store.inbox / "00000001.json").symlink_to(store.item(item.id))
    (store.inbox / "00000002.json").mkdir()
    os.mkfifo(store.inbox / "00000003.json")
    (store.inbox / "00000004.json").write_bytes(b"x" * 100_000)
    (store.inbox / ".tmp-0123456789abcdef").write_text("half")
    return item


def test_what_is_no_item_is_passed_over_named_by_check_and_left_where_it_is(store, messy, job):
    """Invariant 15."""
    before = {path.name for path in store.inbox.iterdir()}
    assert read_inbox(store).items == (messy,)
    faults = {name for name, _ in read_inbox(store).faults}
    assert faults == before - {f"{messy.id}.json", ".tmp-0123456789abcdef"}
    assert findings(store) == {(13, False, f"inbox/{name}") for name in faults}
    by_hand = {it.where for it in check(store, lambda _: None, index_generation).findings if it.by_hand}
    assert by_hand == {f"inbox/{name}" for name in faults}
    told = CliRunner().invoke(check_command, ["--store", str(store.root)], obj=Options(), standalone_mode=False)
    assert (told.return_value, told.output.count("by hand: inbox/")) == (1, len(faults))
    assert dream(job).work.plan.consumed.inbox == (messy.id,)
    assert {path.name for path in store.inbox.iterdir()} == before - {f"{messy.id}.json"}


def test_a_secret_that_waits_in_the_inbox_is_grave_and_never_becomes_a_memory(store, job):
    """Invariant 8."""
    token = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4xY7z0AbCdEfG"
    item = keep(store, "CI signs in with a token")
    content = json.loads(encode(item)) | {"text": f"CI signs in with {token}"}
    store.item(item.id).write_text(json.dumps(content))
    assert findings(store) == {(8, True, f"inbox/{item.id}.json")}
    dream(job)
    assert load(store).memories[item.id].text.startswith("CI signs in with [secret:")
    assert findings(store) == set()


def test_a_dream_takes_each_item_in_once_under_the_id_that_was_given(store, job):
    """Invariant 2."""
    said, found = keep(store, "Deploys go out on Tuesday", ANA), keep(store, "The cache is warmed by cron")
    result = dream(job)
    assert set(result.work.plan.consumed.inbox) == {said.id, found.id}
    state = load(store)
    assert {name: it.trust for name, it in state.memories.items()} == {said.id: Trust.USER, found.id: Trust.AGENT}
    assert [it.origin for it in state.memories[said.id].evidence] == [Origin.INBOX]
    assert list(store.inbox.iterdir()) == []
    assert findings(store) == set()
    assert dream(job).outcome == "nothing new"


def test_a_file_that_comes_back_after_it_was_consumed_is_not_consumed_again(store, job):
    """Invariant 2: a backup that somebody restored, or a publisher that died before it removed the file."""
    item = keep(store, "The port is 5433")
    data = store.item(item.id).read_bytes()
    dream(job)
    store.item(item.id).write_bytes(data)
    assert findings(store) == {(13, False, f"inbox/{item.id}.json")}
    assert [hit.id for hit in Memory(store.root).recall("port")] == [item.id]
    assert waiting(store, load(store).inbox) == ()
    assert dream(job).outcome == "nothing new"
    assert list(store.inbox.iterdir()) == []
    assert head(store) == 1


def test_a_publisher_removes_only_what_the_ledger_names(store):
    first, second = keep(store, "The port is 5433"), keep(store, "The host is heron")
    clear_inbox(store, {first.id, "00000000"})
    assert [path.name for path in store.inbox.iterdir()] == [f"{second.id}.json"]


def test_what_is_known_already_is_joined_to_it_and_its_id_stays_known(store, job):
    first = keep(store, "The test database listens on port 5433", AGENT)
    dream(job)
    second = keep(store, "The test database listens on port 5433.", ANA, NOW + timedelta(days=2))
    dream(job)
    state = load(store)
    assert [it.id for it in state.active()] == [first.id]
    assert state.memories[first.id].trust is Trust.USER
    assert {it.record for it in state.memories[first.id].evidence} == {first.id, second.id}
    assert (state.memories[second.id].status, state.memories[second.id].retired.by) == ("duplicate", first.id)


def test_the_same_remembered_twice_before_a_run_is_one_memory(store, job):
    ids = {keep(store, "The test database listens on port 5433").id for _ in range(3)}
    dream(job)
    state = load(store)
    assert len(state.active()) == 1
    assert state.memories.keys() == ids == state.inbox


def test_what_a_person_forgot_comes_back_when_it_is_remembered_anew(store, job):
    """Invariant 12: the same evidence does not bring it back; this is a new statement."""
    old = make_memory("The test database listens on port 5433")
    commit(store, Entry(Header(1, EntryKind.DREAM, NOW), (make_add(old),)))
    correct(store, job, Forget(ids=(old.id,), by=By("ana", NOW)))
    item = keep(store, old.text)
    dream(job)
    assert [it.id for it in load(store).active()] == [item.id]


def correct(store, job, correction):
    request = CorrectRequest(store=str(store.root), host="alpha", now=job.now, correction=correction)
    return correct_by(job, request, lambda *_: None)


def test_an_item_can_be_forgotten_before_any_run_and_that_can_be_undone(store, job):
    """Invariants 2 and 12."""
    item, other = keep(store, "The port is 5433"), keep(store, "The host is heron")
    forgotten = correct(store, job, Forget(ids=(item.id,), by=By("ana", NOW)))
    assert [it.header.kind for it in read_entries(store)] == [EntryKind.REMEMBER, EntryKind.FORGET]
    assert [path.name for path in store.inbox.iterdir()] == [f"{other.id}.json"]
    assert [hit.id for hit in Memory(store.root).recall("port host")] == [other.id]
    assert dream(job).work.plan.consumed.inbox == (other.id,)
    assert load(store).memories[item.id].status == "forgotten"
    undo = UndoRequest(store=str(store.root), host="alpha", now=job.now, person="ana", generation=forgotten.generation)
    correct_by(job, undo, lambda *_: None)
    assert load(store).memories[item.id].active


def test_an_item_can_be_confirmed_before_any_run(store, job):
    """Invariant 7."""
    item = keep(store, "The port is 5433")
    correct(store, job, Confirm(id=item.id, by=By("ana", NOW)))
    assert load(store).memories[item.id].trust is Trust.USER
    assert findings(store) == set()


def accepted(store, memory, consumed):
    plan = Plan(0, NOW, "rules", (Add(memory.id, "said", memory=memory),), consumed=Consumed(inbox=consumed))
    return validate(plan, State(), record_texts(store))


def test_a_plan_may_not_say_more_of_an_item_than_the_item_does(store):
    """Invariants 6 and 7: the worker reads hostile text, and cannot make a person of an agent."""
    item = keep(store, "The port is 5433")
    memory = item.memory
    assert accepted(store, memory, (item.id,))
    for changed in ({"role": "user", "person": "ana"}, {"quote": "The port is 1"}, {"record": "00000000"}):
        evidence = (type(memory.evidence[0])(**{**fields(memory.evidence[0]), **changed}),)
        with pytest.raises(RefusedError, match=r"which is not kept \(invariant 6\)"):
            accepted(store, type(memory)(**{**fields(memory), "evidence": evidence}), (item.id,))


def fields(struct):
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


def test_a_plan_that_uses_an_item_up_and_does_not_add_it_is_refused(store):
    """Invariant 2: its file would be removed."""
    item, other = keep(store, "The port is 5433"), keep(store, "The host is heron")
    with pytest.raises(RefusedError, match=r"would be consumed and not be known \(invariant 2\)"):
        accepted(store, item.memory, (item.id, other.id))
    plan = Plan(0, NOW, "rules", (), consumed=Consumed(inbox=(item.id,)))
    with pytest.raises(RefusedError, match=r"was consumed before \(invariant 2\)"):
        validate(plan, State(inbox=frozenset((item.id,))), inbox_texts(store))


def test_a_program_remembers_with_an_agent_s_trust(store):
    """Invariant 7."""
    memory = Memory(store.root)
    name = memory.remember("The port is 5433", kind="procedural", person="ben")
    [item] = read_inbox(store).items
    assert (item.id, item.kind, item.role, item.person) == (name, Kind.PROCEDURAL, "agent", "ben")
    with pytest.raises(RememberError):
        memory.remember(" ")
    with pytest.raises(ValueError, match="wish"):
        memory.remember("The port is 5433", kind="wish")
