"""What goes wrong with a host in the middle of its run: power, memory, mount."""

import json
import time
from dataclasses import replace
from datetime import timedelta

from .model import is_due, unlocked

#: how long another host's lease has to stand still until it is nobody's, in seconds, and a little more
LEASE_SECONDS = 63.0


def power_fails(month, host):
    """Cut a host's power in the middle of its run; it comes back at once, or where there is patience, the next day."""
    before = month.read()
    _until_it_dreams(month, host)
    host.die()
    after = month.read()
    month.collected(host, before, after, alone=False)
    dreamt = month.noticed(before, after, host)
    month.seen[f"power failed, {'committed' if dreamt else 'nothing committed'}"] += 1
    if after.lease and month.chances.patient and month.random.random() < 0.5:
        _wait_for_its_lease(month, host)
        month.later.append((month.now + timedelta(hours=20), lambda: host.runs or host.start()))
        return
    host.start()
    # The lease that it left is its own, so it need not wait for anybody.
    before, after = _first_turn(month, host)
    published = json.loads((month.store / ".dreamd" / "published.json").read_text())
    assert published["generation"] == len(after.entries)
    _unlock(month, host)


def mount_fails(month, host):
    """Take the store from under a run."""
    before = month.read()
    _until_it_dreams(month, host)
    host.lose_mount()
    reply = host.receive()
    after = month.read()
    month.collected(host, before, after, alone=False)
    dreamt = month.noticed(before, after, host)
    assert dreamt or reply.get("trouble") or reply.get("code"), reply
    month.seen[f"mount failed in a run, {'committed' if dreamt else 'nothing committed'}"] += 1
    month.mount_again(host)
    _unlock(month, host)


def memory_fails(month, host):
    """Kill the worker of a host's run, as a kernel does that is short of memory: the run fails, and says so."""
    before = month.read()
    host.begin_turn(month.now)
    killed = host.kill_worker()
    reply = host.receive()
    after = month.read()
    month.collected(host, before, after)
    dreamt = month.noticed(before, after, host)
    if killed and not dreamt:
        assert after.runs[-1]["outcome"] == "failed"
        assert after.runs[-1]["error"]
        assert (host.timer and reply["code"] == 1) or "worker" in reply["trouble"]
    month.seen["a run failed" if killed and not dreamt else "a run was too quick to fail"] += 1


def _until_it_dreams(month, host):
    """Begin a turn, and return at some moment of its run."""
    host.begin_turn(month.now)
    deadline = time.monotonic() + 60
    while not (month.store / ".dreamd" / "dreaming").exists() and not host.answered():
        assert time.monotonic() < deadline
        time.sleep(0.005)
    time.sleep(month.random.uniform(0, 1.5))


def _first_turn(month, host):
    """Let a host have a turn to which a lease that stands there is nobody's."""
    before = month.read()
    reply = host.turn(month.now)
    after = month.read()
    month.collected(host, before, after)
    due = is_due(replace(unlocked(before), parts=after.parts), month.terms, host.clock(month.now))
    dreamt = month.noticed(before, after, host)
    assert len(dreamt) == due, f"{host.name} at {month.now}: due is {due}, dreamt {len(dreamt)} times: {reply}"
    return before, after


def _wait_for_its_lease(month, dead):
    """Let the others find a dead host's lease, which holds them up for a minute and no longer."""
    others = [it for it in month.hosts if it.runs and it.mounted]
    for host in others:
        before = month.read()
        gates = host.turn(month.now)["gates"]
        after = month.read()
        month.collected(host, before, after)
        lock = next(it for it in gates["verdicts"] if it["name"] == "lock")
        assert not lock["open"]
        assert dead.name in lock["remark"]
        assert after.entries == before.entries
    time.sleep(LEASE_SECONDS)
    for host in others:
        _first_turn(month, host) if month.read().lease else month.turn(host)
    _unlock(month, others[0])
    month.seen["outwaited a dead host's lease"] += 1


def _unlock(month, host):
    """Take away the lease of a run that is over: the others would wait for a minute of their own clocks."""
    if month.read().lease:
        host.type(month.now, "unlock", "--force")
