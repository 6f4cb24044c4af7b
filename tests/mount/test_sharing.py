"""What two hosts give to one store at the same time: sessions, statements and edits by hand."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable

import pytest

from .conftest import CACHED, THINGS, is_sound, rule, write_session
from .gluster import Host, answer_of, wait_until
from .readers import Reader, reading


def test_what_is_remembered_on_one_host_is_recalled_on_the_other_at_once(hosts: tuple[Host, Host]):
    ada, bea = hosts
    ada.dreamd("remember", rule(THINGS[0]))
    wait_until(lambda: rule(THINGS[0]) in bea.dreamd("recall", "deploy", THINGS[0]).out, CACHED)
    bea.dreamd("dream")
    assert rule(THINGS[0]) in ada.dreamd("recall", "deploy", THINGS[0]).out
    is_sound(ada, {THINGS[0]})


def test_what_both_remember_while_both_dream_is_consumed_once(hosts: tuple[Host, Host]):
    """Prove invariant 2."""
    ada, bea = hosts
    done = threading.Event()
    codes: list[int] = []

    def dream(host: Host) -> None:
        while not done.is_set():
            codes.append(answer_of(host.start_dreamd("dream"), code=None).code)

    def remember(host: Host, things: tuple[str, ...]) -> None:
        for thing in things:
            host.dreamd("remember", rule(thing))

    dreamers = [threading.Thread(target=dream, args=(host,), daemon=True) for host in hosts]
    speakers = [
        threading.Thread(target=remember, args=(host, things), daemon=True)
        for host, things in ((ada, THINGS[:8]), (bea, THINGS[8:16]), (ada, THINGS[16:20]), (bea, THINGS[20:24]))
    ]
    with reading(Reader(bea)):
        for thread in (*dreamers, *speakers):
            thread.start()
        for thread in speakers:
            thread.join()
        done.set()
        for thread in dreamers:
            thread.join()
    assert set(codes) <= {0, 1, 11}
    assert 0 in codes
    is_sound(ada, set(THINGS[:24]))
    assert [path.name for path in bea.seen("inbox").iterdir() if not path.name.startswith(".tmp-")] == []


def append(host: Host, line: str) -> None:
    """Write a line at the end of MEMORY.md, as the shell's ``>>`` does."""
    with host.seen("MEMORY.md").open("a") as file:
        file.write(line)


def save(host: Host, line: str) -> None:
    """Save MEMORY.md with a further line, as editors do: as a new file that takes its name."""
    memory, new = host.seen("MEMORY.md"), host.seen(".MEMORY.md.swp")
    new.write_text(memory.read_text() + line)
    new.rename(memory)


@pytest.mark.parametrize("edit", [append, save])
def test_what_is_written_by_hand_on_one_host_while_the_other_publishes_is_kept(
    hosts: tuple[Host, Host], edit: Callable[[Host, str], None]
):
    ada, bea = hosts
    write_session(ada.logs, THINGS[0])
    ada.dreamd("dream")
    written = THINGS[10:18]
    for number, thing in enumerate(written):
        write_session(ada.logs, THINGS[number + 1])
        running = ada.start_dreamd("dream")
        time.sleep(0.3 * (number + 1))
        _persist(lambda thing=thing: edit(bea, f"- {rule(thing)}\n"))  # type: ignore[misc]
        assert answer_of(running, code=None).code in {0, 1}
    time.sleep(CACHED)
    ada.dreamd("dream")
    is_sound(bea, {*THINGS[: len(written) + 1], *written})


def _persist(act: Callable[[], None]) -> None:
    """Do something again while a name is stale, as somebody would."""
    until = time.monotonic() + CACHED
    while True:
        try:
            return act()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def test_two_hosts_that_collect_the_same_logs_at_once_keep_them_once(hosts: tuple[Host, Host]):
    for host in hosts:
        for thing in THINGS:
            write_session(host.logs, thing)
    for running in [host.start_dreamd("collect") for host in hosts]:
        answer_of(running)
    ada, bea = hosts
    assert len([*ada.seen(".dreamd", "transcripts").rglob("*.gz")]) == len(THINGS)
    is_sound(bea, set(THINGS))


def test_a_watch_finds_by_looking_what_another_host_wrote_onto_the_mount(hosts: tuple[Host, Host]):
    """Nothing reports what another client changes."""
    ada, bea = hosts
    logs = ada.store / "logs-of-agents"
    ada.space.outside(logs).mkdir()
    config = ada.home / "config.yaml"
    config.write_text(config.read_text().replace(str(ada.logs), str(logs)) + "sessions:\n  scan: 1s\n")
    output = ada.home / "output"
    with output.open("w") as file:
        watching = ada.start_dreamd("run", stdout=file, stderr=subprocess.STDOUT)
        try:
            wait_until(lambda: f"looking every 1s at {logs}" in output.read_text())
            write_session(bea.space.outside(logs), THINGS[0])
            wait_until(lambda: "kept 1 new part" in output.read_text())
        finally:
            ada.end(watching)
    assert "glusterfs" in output.read_text()
    is_sound(bea, {THINGS[0]})
    assert os.listdir(ada.space.outside(logs)) == [f"{THINGS[0]}.jsonl"]  # noqa: PTH208 - only the names
