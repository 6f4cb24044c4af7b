"""Who dreams and how far, seen from elsewhere, and the verb that takes away what a dead run left."""

import json
import os
import subprocess
import sys

import pytest

from dreamd.cli.main import run
from dreamd.daemon.dreaming import Dreaming, read_dreaming, telling
from dreamd.daemon.lease import read_lease, runs_here, set_aside, stands_still
from dreamd.daemon.lock import hold, holder
from dreamd.errors import BusyError
from dreamd.gates.verdict import Holder
from dreamd.memory.files import create_store
from dreamd.testing import NOON

ELSEWHERE = "pid=4242\nhost=heron\nmode=lease\nlease_duration=60.0\n"


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return create_store(tmp_path / "store")


def me(**fields):
    return Dreaming(os.uname().nodename, os.getpid(), "run-1", NOON, **fields)


def test_how_far_a_run_is_can_be_read_by_others_and_is_gone_afterwards(store, tmp_path):
    heard, time = [], iter(range(0, 1000, 3))
    with (
        hold(store, tmp_path / "local"),
        telling(store, me(), lambda *it: heard.append(it), lambda: float(next(time))) as tell,
    ):
        tell("distil", 1, 7)
        assert holder(store, tmp_path / "other") == Holder(me().host, me().pid, "run-1", "distil", NOON, 1, 7)
        tell("distil", 2, 7)
        assert read_dreaming(store).done == 1, "a step is told of every few seconds, not at each word"
        tell("distil", 3, 7)
        assert read_dreaming(store).done == 3
        tell("merge", 0, 0)
        assert read_dreaming(store).phase == "merge"
        with pytest.raises(BusyError, match="merge"), hold(store, tmp_path / "other"):
            pass
    assert heard == [("distil", 1, 7, ""), ("distil", 2, 7, ""), ("distil", 3, 7, ""), ("merge", 0, 0, "")]
    assert read_dreaming(store) is None
    assert holder(store, tmp_path / "other") is None


def test_what_another_run_told_before_it_died_is_not_taken_for_this_ones(store, tmp_path):
    store.dreaming.write_text(json.dumps({"host": "heron", "pid": 1, "run": "old", "since": "2026-01-01T00:00:00Z"}))
    with hold(store, tmp_path / "local"):
        assert holder(store, tmp_path / "other").run == ""
    store.dreaming.write_text("no JSON")
    assert read_dreaming(store) is None


def test_a_run_goes_on_where_it_cannot_tell_how_far_it_is(store):
    store.dreaming.mkdir()
    with telling(store, me(), lambda *_: None) as tell:
        tell("distil", 0, 0)
    store.dreaming.rmdir()


def test_status_names_who_dreams_and_how_far(store, capsys):
    with hold(store, store.root.parent / "local"), telling(store, me(), lambda *_: None) as tell:
        tell("distil", 3, 7)
        run(["status", "--store", str(store.root)])
    assert f"pid {os.getpid()}, since" in (shown := capsys.readouterr().out)
    assert "distil 3 of 7" in shown


def test_a_holder_that_runs_here_keeps_its_lease_unless_it_is_forced(store, capsys):
    sleeper = subprocess.Popen([sys.executable, "-c", HOLD, str(store.root)], stdout=subprocess.PIPE, text=True)
    try:
        assert sleeper.stdout.readline() == "held\n"
        assert run(["unlock", "--store", str(store.root)]) == 11
        assert f"kill {sleeper.pid}" in capsys.readouterr().err
        assert runs_here(read_lease(store))
        assert run(["unlock", "--force", "--store", str(store.root)]) == 0
        assert read_lease(store) is None
    finally:
        sleeper.kill()
        sleeper.wait()


def test_a_holder_that_died_here_is_not_watched(store, capsys):
    sleeper = subprocess.Popen([sys.executable, "-c", HOLD, str(store.root)], stdout=subprocess.PIPE, text=True)
    assert sleeper.stdout.readline() == "held\n"
    sleeper.kill()
    sleeper.wait()
    assert run(["unlock", "--store", str(store.root)]) == 0
    assert "watching" not in capsys.readouterr().err
    assert read_lease(store) is None


HOLD = """
import sys, time
from pathlib import Path
from dreamd.daemon.lock import hold
from dreamd.memory.files import Store
with hold(Store(Path(sys.argv[1])), Path(sys.argv[1]).parent / "its-own"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_lease_of_another_host_goes_when_it_stands_still_and_stays_when_it_is_touched(store):
    store.lease.write_text(ELSEWHERE)
    lease = read_lease(store)
    assert stands_still(store, lease, 3, lambda _: None)
    beat = iter((1, 2))

    def touch(_seconds):
        os.utime(store.lease, (next(beat), 1))

    assert not stands_still(store, lease, 3, touch)
    set_aside(store, lease)
    assert store.lease.exists(), "it was touched since it was read, so it is not the one that was meant"
    set_aside(store, read_lease(store))
    assert not store.lease.exists()


def test_there_is_nothing_to_unlock_where_nobody_dreams(store, capsys):
    assert run(["unlock", "--store", str(store.root), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"unlocked": None}
