"""Processes and whole hosts that die in the middle, beside others that go on."""

from __future__ import annotations

import json
import os
import signal
import time

from .conftest import THINGS, is_sound, write_session
from .gluster import Host, answer_of, descendants

MOMENTS = 10


def kill_all(pid: int) -> None:
    """Given a command that was started on a host, end it and all that it has started, at once."""
    # The first one only enters the host and waits; it buries what it started.
    for number in [*descendants(pid)][:0:-1]:
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            continue


def test_a_dream_that_is_killed_is_done_by_the_next_one(hosts: tuple[Host, Host]):
    """Prove invariants 1 and 2, and that a dead process keeps no store to itself."""
    ada, bea = hosts
    write_session(ada.logs, THINGS[-1])
    began = time.monotonic()
    ada.dreamd("dream")
    whole = time.monotonic() - began
    ended = []
    for number, thing in enumerate(THINGS[:MOMENTS]):
        write_session(ada.logs, thing)
        running = ada.start_dreamd("dream")
        time.sleep(whole * (number + 0.5) / MOMENTS)
        kill_all(running.pid)
        ended.append(answer_of(running, code=None).code)
    assert any(ended)
    is_sound(ada, {*THINGS[:MOMENTS], THINGS[-1]})
    bea.dreamd("check")


def test_a_store_is_taken_over_from_a_host_that_lost_its_power(hosts: tuple[Host, Host]):
    ada, bea = hosts
    for thing in THINGS[:2]:
        write_session(ada.logs, thing)
    write_session(bea.logs, THINGS[2])
    ada.dreamd("collect")
    lease = bea.seen(".dreamd", "lease")
    ada.start_dreamd("dream")
    while not lease.exists():
        time.sleep(0.01)
    time.sleep(0.5)
    ada.space.end()
    answer = bea.dreamd("dream", code=11)
    assert "host ada, pid" in answer.err
    assert "free a minute after this" in answer.err
    [seen] = bea.home.glob("state/dreamd/*/lease-seen")
    kept = json.loads(seen.read_text())
    seen.write_text(json.dumps(kept | {"since": kept["since"] - 61}))  # or wait for a minute
    is_sound(bea, set(THINGS[:3]))
