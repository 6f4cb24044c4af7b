"""A server that dies, stops or comes back, and a mount that is gone: an error that says so, and nothing lost."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

import pytest

from .conftest import THINGS, is_sound, write_session
from .gluster import Answer, Host, Share, answer_of, wait_for_change, wait_until

#: at which parts of the time that a dream takes its server is killed
MOMENTS = 10


def is_clear(answer: Answer) -> bool:
    """Tell whether a command succeeded, or said what is wrong and what to do."""
    return answer.code == 0 or (answer.code in {1, 13} and "error: " in answer.err and "hint: " in answer.err)


def spread(number: int, of: int, seconds: float) -> float:
    """Return one of several moments that are spread over a time."""
    return seconds * (number + 0.5) / of


def time_of(run: Callable[[], object]) -> float:
    began = time.monotonic()
    run()
    return time.monotonic() - began


def test_a_server_that_is_killed_during_a_dream_costs_an_error_that_says_so(share: Share, hosts: tuple[Host, Host]):
    """Prove invariants 1 and 2."""
    ada, bea = hosts
    write_session(ada.logs, THINGS[-1])
    whole = time_of(lambda: ada.dreamd("dream"))
    answers = []
    for number, thing in enumerate(THINGS[:MOMENTS]):
        write_session(ada.logs, thing)
        running = ada.start_dreamd("dream")
        time.sleep(spread(number, MOMENTS, whole))
        share.kill_brick()
        answers.append(answer_of(running, code=None))
        share.start_brick(ada, bea)
    assert all(map(is_clear, answers)), answers
    assert any(answer.code for answer in answers)
    is_sound(ada, {*THINGS[:MOMENTS], THINGS[-1]})


def test_a_server_that_is_killed_right_after_a_commit_has_committed(share: Share, hosts: tuple[Host, Host]):
    ada, bea = hosts
    write_session(ada.logs, THINGS[0])
    entry = share.brick(ada.store / ".dreamd" / "ledger" / "000001.jsonl")
    running = ada.start_dreamd("dream")
    wait_until(entry.exists)
    share.kill_brick()
    answer = answer_of(running, code=None)
    share.start_brick(ada, bea)
    assert is_clear(answer)
    assert bea.dreamd("log").out.count("dream") == 1
    is_sound(ada, {THINGS[0]})  # who could not give the lease back has it


def test_what_a_server_did_without_an_answer_is_done_once(share: Share, hosts: tuple[Host, Host]):
    """Stop the server at a change that it has been asked for, until the client has given up: the reply is lost."""
    ada, bea = hosts
    share.set("network.ping-timeout", "2")
    ledger = share.brick(ada.store / ".dreamd" / "ledger")
    try:
        for thing, before in zip(THINGS[:3], ("staging", "ledger", "runs"), strict=True):
            write_session(ada.logs, thing)
            wait = wait_for_change(ledger.parent / before)
            running = ada.start_dreamd("dream")
            wait()
            share.kill_brick("STOP")
            answer = answer_of(running, code=None)
            share.kill_brick("CONT")
            share.wait_for(ada, bea)
            assert is_clear(answer), answer
    finally:
        share.kill_brick("CONT")
        share.set("network.ping-timeout", "42")
    is_sound(ada, set(THINGS[:3]))


VERBS = (("dream",), ("dream", "--if-due"), ("collect",), ("status",), ("gates",), ("recall", "deploy"), ("check",))


def test_where_the_mount_is_gone_every_verb_says_so_and_makes_nothing(hosts: tuple[Host, Host]):
    ada, bea = hosts
    write_session(ada.logs, THINGS[0])
    ada.dreamd("dream")
    ada.unmount()
    for verb in (*VERBS, ("log",), ("export",)):
        answer = ada.dreamd(*verb, code=10)
        assert "found no store" in answer.err
        assert "mount its file system" in answer.err
    assert list(ada.space.outside(ada.share).iterdir()) == []
    ada.mount()
    ada.dreamd("status")
    is_sound(bea, {THINGS[0]})


@pytest.mark.parametrize("gone", ["server", "client"])
def test_where_nobody_serves_the_mount_every_verb_says_so(share: Share, hosts: tuple[Host, Host], gone: str):
    ada, bea = hosts
    write_session(ada.logs, THINGS[0])
    ada.dreamd("dream")
    if gone == "server":
        share.kill_brick()
    else:
        ada.kill_client()
    for verb in (*VERBS, ("log",), ("export",)):
        answer = ada.dreamd(*verb, code=13)
        assert "cannot reach" in answer.err
        assert "its server answers" in answer.err
    if gone == "server":
        share.start_brick(ada, bea)
    else:
        ada.unmount()
        ada.mount()
    ada.dreamd("status")
    is_sound(bea, {THINGS[0]})


def test_a_mount_that_goes_during_a_dream_leaves_nothing_in_its_place(hosts: tuple[Host, Host]):
    ada, _ = hosts
    write_session(ada.logs, THINGS[-1])
    whole = time_of(lambda: ada.dreamd("dream"))
    for number, thing in enumerate(THINGS[:6]):
        write_session(ada.logs, thing)
        running = ada.start_dreamd("dream")
        time.sleep(spread(number, 6, whole))
        ada.unmount()
        answer = answer_of(running, code=None)
        assert answer.code in {0, 1, 10}, answer
        assert answer.code == 0 or "hint: " in answer.err, answer
        assert list(ada.space.outside(ada.share).iterdir()) == []
        ada.mount()
    is_sound(ada, {*THINGS[:6], THINGS[-1]})


def test_a_log_that_is_read_while_the_mount_goes_is_collected_later(hosts: tuple[Host, Host]):
    """Prove invariant 2: what was not kept in the store does not count as kept."""
    ada, _ = hosts
    for number in range(10):
        for thing in THINGS:
            write_session(ada.logs, f"{thing}-{number}")
    parts = ada.seen(".dreamd", "transcripts")
    for enough in (1, 40, 120):
        running = ada.start_dreamd("collect")
        wait_until(lambda enough=enough: len([*parts.rglob("*.gz")]) > enough)  # type: ignore[misc]
        ada.unmount()
        answer = answer_of(running, code=None)
        assert "found no store" in answer.err
        assert list(ada.space.outside(ada.share).iterdir()) == []
        ada.mount()
    ada.dreamd("collect")
    assert len([*parts.rglob("*.gz")]) == 10 * len(THINGS)


def test_a_watch_tells_once_that_the_store_is_gone_and_goes_on_when_it_is_back(hosts: tuple[Host, Host]):
    ada, _ = hosts
    config = ada.home / "config.yaml"
    config.write_text(config.read_text() + "sessions:\n  scan: 1s\n")
    output = ada.home / "output"
    with output.open("w") as file:
        watching = ada.start_dreamd("run", stdout=file, stderr=subprocess.STDOUT)
        try:
            wait_until(lambda: "looking every" in output.read_text() or "watching" in output.read_text())
            ada.unmount()
            write_session(ada.logs, THINGS[0])
            wait_until(lambda: "warning: " in output.read_text())
            time.sleep(3)
            assert output.read_text().count("warning: ") == 1
            assert list(ada.space.outside(ada.share).iterdir()) == []
            ada.mount()
            wait_until(lambda: "kept 1 new part" in output.read_text())
        finally:
            ada.end(watching)
    assert "Traceback" not in output.read_text()
    is_sound(ada, {THINGS[0]})
