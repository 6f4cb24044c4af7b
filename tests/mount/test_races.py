"""Two hosts on one store: who commits, who waits, and what readers see meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from .conftest import THINGS, is_sound, write_session
from .gluster import Answer, Host, Share, answer_of, descendants, wait_for_change
from .readers import Asker, Reader, reading

#: commits empty entries until there are so many; says how often it won and how often it was too late
COMMIT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from dreamd.errors import StaleBaseError
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import open_store
from dreamd.memory.ledger import commit, head

store, _ = open_store(Path(sys.argv[1]))
won, lost = 0, 0
while (base := head(store)) < int(sys.argv[3]):
    header = Header(generation=base + 1, kind=EntryKind.DREAM, now=datetime.now(UTC), run=sys.argv[2])
    try:
        commit(store, Entry(header, ()))
        won += 1
    except StaleBaseError:
        lost += 1
print(won, lost)
"""

ROUNDS = 6


def test_of_those_who_commit_on_one_base_through_two_mounts_exactly_one_wins(hosts: tuple[Host, Host]):
    """Prove invariant 1."""
    racers = [host.python(COMMIT, host.store, f"{host.name}-{number}", "60") for number in range(3) for host in hosts]
    told = [[int(it) for it in answer_of(racer).out.split()] for racer in racers]
    entries = list(hosts[0].seen(".dreamd", "ledger").iterdir())
    assert sum(won for won, _ in told) == len(entries)
    assert sum(lost for _, lost in told) > 0
    is_sound(hosts[1])


def test_two_hosts_dream_at_once_and_each_session_is_consumed_once(hosts: tuple[Host, Host]):
    """Prove invariants 2 and 4: one dreams and the other is told who, and readers always see a whole."""
    ada, bea = hosts
    with reading(Reader(ada), Reader(bea), Asker(bea)):
        for number in range(ROUNDS):
            for answer in _dream_at_once(hosts, number):
                assert answer.code == 0 or (answer.code == 11 and "hint: " in answer.err), answer
    is_sound(ada, set(THINGS[: 2 * ROUNDS]))


def test_two_hosts_that_dream_without_a_lease_commit_one_after_the_other(hosts: tuple[Host, Host]):
    """Prove invariants 1, 2 and 4 where the lease, which is only politeness, is taken away all the time."""
    ada, bea = hosts
    with reading(Reader(ada), Reader(bea)):
        for number in range(ROUNDS):
            for answer in _dream_at_once(hosts, number, without=ada.store / ".dreamd" / "lease"):
                assert answer.code == 0 or "hint: " in answer.err, answer
                assert answer.code in {0, 1, 11}, answer
    is_sound(ada, set(THINGS[: 2 * ROUNDS]))
    is_sound(bea)


def _dream_at_once(hosts: tuple[Host, Host], number: int, without: Path | None = None) -> list[Answer]:
    """Let both hosts dream of a session of their own each; a file that they make is removed meanwhile."""
    for host, thing in zip(hosts, THINGS[2 * number :], strict=False):
        write_session(host.logs, thing)
    running = [host.start_dreamd("dream") for host in hosts]
    while without and any(process.poll() is None for process in running):
        hosts[0].space.outside(without).unlink(missing_ok=True)
        time.sleep(0.005)
    return [answer_of(process, code=None) for process in running]


#: what changes in the store when a run comes to a stage
STAGES = {
    "the lease is taken": ".dreamd/lease",
    "work is staged": ".dreamd/staging",
    "the entry is committed": ".dreamd/ledger",
    "the index is published": "memory.duckdb",
    "MEMORY.md is published": "MEMORY.md",
    "it is written down what is published": ".dreamd/published.json",
}


@pytest.mark.parametrize("stage", STAGES)
def test_a_host_that_stops_and_wakes_up_later_loses_cleanly(share: Share, hosts: tuple[Host, Host], stage: str):
    """Prove invariants 1 and 4: never two commits on one base, never an older rendering left over a newer one."""
    ada, bea = hosts
    write_session(ada.logs, THINGS[0])
    ada.dreamd("dream")
    write_session(ada.logs, THINGS[1])
    write_session(bea.logs, THINGS[2])
    with reading(Reader(bea)):
        wait = wait_for_change(share.brick(ada.store / STAGES[stage]))
        running = ada.start_dreamd("dream")
        wait()
        _send(running, signal.SIGSTOP)
        bea.dreamd("dream", code=None)  # sees the lease, which from now on stands still
        _let_a_minute_pass(bea)
        bea.dreamd("dream")
        _send(running, signal.SIGCONT)
        answer = answer_of(running, code=None)
        assert answer.code in {0, 11} or (answer.code == 1 and "lost the race" in answer.err), answer
    is_sound(bea, set(THINGS[:3]))


def _send(running: subprocess.Popen[str], sign: signal.Signals) -> None:
    """Send a signal to all processes of a command, the youngest first.

    The oldest only enters the host and waits (nsenter). It stops itself once it sees its child stopped; stopped from
    here before it has seen that, it would do so after the others went on, and never end.
    """
    pids = [*descendants(running.pid)]
    for pid in reversed(pids[1:] if sign is signal.SIGSTOP else pids):
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            continue


def _let_a_minute_pass(host: Host) -> None:
    """Make older what a host has seen of a lease: after a minute without a change it is nobody's."""
    for seen in host.home.glob("state/dreamd/*/lease-seen"):
        kept = json.loads(seen.read_text())
        seen.write_text(json.dumps(kept | {"since": kept["since"] - 61}))
