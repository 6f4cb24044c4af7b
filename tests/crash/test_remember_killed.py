"""Whoever is killed while something is remembered or consumed loses nothing of it and has it twice nowhere."""

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from dreamd.cli.check import index_generation
from dreamd.daemon.job import Job
from dreamd.daemon.launcher import run
from dreamd.memory.check import check
from dreamd.memory.files import create_store
from dreamd.memory.inbox import read_inbox, remember
from dreamd.memory.item import Speaker
from dreamd.memory.ledger import load, read_headers
from dreamd.memory.records import Kind

NOW = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
STATEMENTS = ("The port is 5433", "The host is called heron", "Deploys go out on Tuesday")

#: ends itself with SIGKILL when it is about to change the file system for the N-th time
_DIES = """
import os, signal, sys
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
CHANGES = {"os.mkdir", "os.chmod", "os.link", "os.rename", "os.remove", "os.rmdir"}
done = 0

def count(event, arguments):
    global done
    if event in CHANGES or (event == "open" and not isinstance(arguments[0], int) and arguments[2] & WRITES):
        if done == int(sys.argv[1]):
            os.kill(os.getpid(), signal.SIGKILL)
        done += 1

sys.dont_write_bytecode = True
from datetime import UTC, datetime
from pathlib import Path
import duckdb
from dreamd.daemon.publisher import finish
from dreamd.daemon.requests import FinishRequest, WorkRequest
from dreamd.daemon.worker import work
from dreamd.memory.files import open_store
from dreamd.memory.inbox import remember
from dreamd.memory.item import Speaker
from dreamd.memory.records import Kind

folder, now = Path(sys.argv[2]), datetime(2026, 4, 2, 12, 0, tzinfo=UTC)
"""
_REMEMBER = """
store, _ = open_store(folder / "store")
sys.addaudithook(count)
print(remember(store, "The cache is warmed by cron", Kind.SEMANTIC, now, Speaker()).item.id)
print(done)
"""
_FINISH = """
plan = work(WorkRequest(str(folder / "store"), "rules", now, None), lambda *_: None).plan
request = FinishRequest(
    store=str(folder / "store"), scratch=str(folder / "scratch"), run="run-1", host="alpha", started=now, now=now,
    plan=plan, accept_loss=False,
)
sys.addaudithook(count)
finish(request, lambda *_: None)
print(done)
"""


def die(script, folder, fatal=-1):
    command = [sys.executable, "-c", _DIES + script, str(fatal), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.stdout.split()


@pytest.fixture
def made(tmp_path):
    store = create_store(tmp_path / "made" / "store")
    for text in STATEMENTS:
        remember(store, text, Kind.SEMANTIC, NOW, Speaker(person="ana"))
    return tmp_path / "made"


def dream(folder):
    environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
    environment.pop("STATE_DIRECTORY", None)
    return run(Job(folder / "store", (), NOW + timedelta(days=2), "beta", environment), lambda *_: None)


def test_a_remember_that_is_killed_at_any_step_leaves_a_whole_item_or_none(made, tmp_path):
    copy = shutil.copytree(made, tmp_path / "quiet")
    points = int(die(_REMEMBER, copy)[-1])
    assert points >= 3
    kept = set()
    for fatal in range(points):
        folder = shutil.copytree(made, tmp_path / str(fatal))
        assert die(_REMEMBER, folder, fatal) == []
        found = read_inbox(create_store(folder / "store"))
        assert found.faults == ()
        texts = [item.text for item in found.items]
        assert Counter(texts) - Counter(["The cache is warmed by cron"]) == Counter(STATEMENTS)
        kept.add("The cache is warmed by cron" in texts)
    assert kept == {True, False}


@pytest.mark.parametrize("step", [16, pytest.param(1, marks=pytest.mark.whole)])
def test_a_publisher_that_is_killed_at_any_step_consumes_each_item_once(made, tmp_path, step):
    """Invariant 2, between the commit and the removal of the files too."""
    quiet = shutil.copytree(made, tmp_path / "quiet")
    points = int(die(_FINISH, quiet)[-1])
    assert points > 10
    # The last changes are the removals, and each of them is tried.
    tried = sorted({*range(1, points, step), *range(points - len(STATEMENTS), points)})
    left = set()
    for fatal in tried:
        folder = shutil.copytree(made, tmp_path / str(fatal))
        assert die(_FINISH, folder, fatal) == []
        store = create_store(folder / "store")
        committed = load(store).inbox
        left.add((bool(committed), len(list(store.inbox.glob("*.json")))))
        dream(folder)
        consumed = Counter(item for header in read_headers(store) for item in header.consumed.inbox)
        assert sorted(consumed.values()) == [1] * len(STATEMENTS), fatal
        assert sorted(it.text for it in load(store).active()) == sorted(STATEMENTS), fatal
        assert list(store.inbox.iterdir()) == [], fatal
        assert check(store, lambda _: None, index_generation).findings == (), fatal
        shutil.rmtree(folder)
    assert {(False, 3), (True, 3), (True, 2), (True, 1)} <= left
