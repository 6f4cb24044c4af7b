"""A purge that dies at any step is finished by whoever writes next. Real processes, really killed."""

import subprocess
import sys

import msgspec
import pytest

from dreamd.daemon.publisher import handle
from dreamd.daemon.requests import ForwardRequest, PurgeRequest
from dreamd.errors import PurgeError
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.ledger import commit, load, read_entries
from dreamd.memory.purged import Unfinished, add_purged, unfinished_purge
from dreamd.testing import make_add, make_memory

VALUE = "zebra-Fjord-77"

# A publisher that is killed just before its n-th change of a name on disk.
_DIES = """
import os, signal, sys
import msgspec
from dreamd.daemon.publisher import handle
from dreamd.daemon.requests import PurgeRequest

left = int(sys.argv[1])

def count(event, _arguments):
    global left
    if event in {"os.rename", "os.link", "os.remove"}:
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

request = msgspec.json.decode(sys.stdin.buffer.read(), type=PurgeRequest)
sys.addaudithook(count)
handle(request, lambda *_: None)
"""


def die_at(step, world):
    """Purge in a process that is killed at a step; return whether it was, or had fewer steps."""
    job = world.job
    root, local = str(world.store.root), str(world.local)
    request = PurgeRequest(root, local, job.host, job.now, VALUE, is_regex=False, values=(), dry_run=False)
    done = subprocess.run(
        [sys.executable, "-c", _DIES, str(step)], input=msgspec.json.encode(request), capture_output=True, check=False
    )
    assert done.returncode in {0, -9}, done.stderr
    return done.returncode == -9


def forward(world):
    handle(ForwardRequest(str(world.store.root), str(world.local), "beta", world.job.now), lambda *_: None)


@pytest.mark.parametrize("pace", [pytest.param(4, marks=pytest.mark.sample), pytest.param(1, marks=pytest.mark.whole)])
def test_a_purge_that_is_killed_at_any_step_is_finished_by_the_next_writer(copies, pace):
    """Invariants 1, 4 and 6 at every instant, 8 at the end."""
    seen = set()
    for step in range(1, 200, pace):
        world = copies(f"step{step}")
        memories = load(world.store).memories
        if not die_at(step, world):
            break
        begun = unfinished_purge(world.store)
        faults = world.check()
        assert not [fault for fault in faults if fault.grave], (step, faults)
        assert bool(begun) == any("is not finished" in fault.what for fault in faults)
        assert world.store.memory.read_text().startswith("# Memory")
        assert load(world.store).memories.keys() == memories.keys()
        if begun is None:
            world.purge()
        forward(world)
        assert world.holding() == set(), step
        assert world.check() == (), step
        purges = [entry for entry in read_entries(world.store) if entry.header.kind is EntryKind.PURGE]
        assert [entry.header.rewrote for entry in purges] == [(1, 2, 3)], step
        seen.add(begun is not None)
    else:
        pytest.fail("it has no end")
    assert seen == {True, False}
    assert step > 20
    assert world.holding() == set()


def test_a_dream_finishes_it_first(leaky):
    assert die_at(8, leaky)
    assert unfinished_purge(leaky.store)
    assert leaky.dream().work.plan.consumed.inbox
    assert unfinished_purge(leaky.store) is None
    assert leaky.holding() == set()


def test_asking_the_gates_finishes_it_too(leaky):
    assert die_at(8, leaky)
    leaky.collect()
    assert unfinished_purge(leaky.store) is None


def test_another_purge_finishes_it_first(leaky):
    assert die_at(8, leaky)
    leaky.purge("another-value-9")
    assert leaky.holding() == set()
    assert [entry.header.kind for entry in read_entries(leaky.store)][-2:] == [EntryKind.PURGE] * 2


def test_a_dry_run_leaves_it_unfinished(leaky):
    assert die_at(8, leaky)
    leaky.purge("another-value-9", dry_run=True)
    assert unfinished_purge(leaky.store)


def test_an_entry_that_appeared_in_the_middle_of_it_is_recorded_too(leaky):
    """Somebody lost the lease and committed all the same: that entry is rewritten, and it is said that it was."""
    begun = Unfinished("purge-1", "alpha", leaky.job.now)
    add_purged(leaky.store, [VALUE], begun)
    forward(leaky)
    add_purged(leaky.store, [], begun)
    memory = make_memory(f"Open with {VALUE}")
    commit(leaky.store, Entry(Header(5, EntryKind.DREAM, leaky.job.now), (make_add(memory),)))
    forward(leaky)
    own = [it.header for it in read_entries(leaky.store) if it.header.run == "purge-1"]
    assert [(it.generation, it.host, it.rewrote) for it in own] == [(4, "alpha", (1, 2, 3)), (6, "alpha", (5,))]
    assert b"[secret:purged:" in leaky.store.entry(5).read_bytes()
    assert leaky.check() == ()


def test_the_value_that_was_refused_is_not_in_what_is_said(leaky):
    with pytest.raises(PurgeError) as caught:
        leaky.purge("zebra-Fjord-7[", is_regex=True)
    assert "zebra" not in str(caught.value) + caught.value.hint
