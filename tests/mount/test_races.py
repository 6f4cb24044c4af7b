"""Two hosts on one store: who commits, who waits, and what readers see meanwhile."""

from __future__ import annotations

import time

from .conftest import THINGS, is_sound, write_session
from .gluster import Host, answer_of

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


def test_of_those_who_commit_on_one_base_through_two_mounts_exactly_one_wins(hosts: tuple[Host, Host]):
    """Prove invariant 1."""
    racers = [host.python(COMMIT, host.store, f"{host.name}-{number}", "60") for number in range(3) for host in hosts]
    told = [[int(it) for it in answer_of(racer).out.split()] for racer in racers]
    entries = list(hosts[0].seen(".dreamd", "ledger").iterdir())
    assert sum(won for won, _ in told) == len(entries)
    assert sum(lost for _, lost in told) > 0
    is_sound(hosts[1])


def test_two_hosts_dream_at_once_and_each_session_is_consumed_once(hosts: tuple[Host, Host]):
    """Prove invariant 2."""
    codes = []
    for first, second in zip(THINGS[0:16:2], THINGS[1:16:2], strict=True):
        for host, thing in zip(hosts, (first, second), strict=True):
            write_session(host.logs, thing)
        t = time.monotonic()
        running = [host.start_dreamd("dream") for host in hosts]
        answers = [answer_of(process, code=None) for process in running]
        print(time.monotonic() - t, answers)
        codes.append([answer.code for answer in answers])
        for answer in answers:
            assert answer.code == 0 or (answer.code == 11 and "hint: " in answer.err), answer
        assert 0 in codes[-1]
    is_sound(hosts[0], set(THINGS[:16]))
    print(codes)
