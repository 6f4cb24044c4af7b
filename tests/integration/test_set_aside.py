"""A session that kills the worker stops nobody: real runs, in which the worker ends as if it were killed."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dreamd.daemon.job import Job
from dreamd.daemon.launcher import ask, run
from dreamd.daemon.places import state_dir
from dreamd.errors import WorkerError
from dreamd.memory.failed import set_aside
from dreamd.memory.files import create_store, open_store
from dreamd.memory.ledger import load, positions
from dreamd.memory.runs import read_reports
from dreamd.sessions.transcripts import list_parts

EXAMPLES = Path(__file__).parents[2] / "examples" / "logs"

#: loaded by every Python that has its folder on the path; kills the worker where a test says so
KILL = """
import os, sys

def die(*_):
    os._exit(137)

if "worker" in sys.orig_argv:
    if "WHERE" == "start":
        die()
    from dreamd.curators import rules
    from dreamd.sessions import transcripts

    distil, read_part = rules.RulesCurator.distil, transcripts.read_part
    def read_until(root, name):
        return die() if name.rpartition("/")[2].startswith("SESSION") else read_part(root, name)
    def distil_until(self, transcript):
        return die() if transcript.session == "SESSION" else distil(self, transcript)
    if "WHERE" == "read":
        transcripts.read_part = read_until
    if "WHERE" == "distil":
        rules.RulesCurator.distil = distil_until
    if "WHERE" == "merge":
        from dreamd import phases
        steps = {"merge": die}
        phases.PHASES = tuple(type(it)(**{**vars(it), "step": steps.get(it.name, it.step)}) for it in phases.PHASES)
"""


@pytest.fixture
def job(tmp_path):
    folder = tmp_path / "guard"
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(folder), "XDG_STATE_HOME": str(tmp_path / "state")}
    environment.pop("STATE_DIRECTORY", None)
    store = create_store(tmp_path / "store")
    shutil.copytree(EXAMPLES, tmp_path / "logs")
    now = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
    return Job(store.root, (str(tmp_path / "logs"),), now, "host", environment)


def let_die(job, where, session=""):
    text = KILL.replace("WHERE", where).replace("SESSION", session)
    Path(job.environment["PYTHONPATH"], "sitecustomize.py").write_text(text)


def fail(job):
    with pytest.raises(WorkerError, match="exit code 137"):
        run(job, lambda *_: None)


def new_sessions(job):
    store, _ = open_store(job.store)
    consumed = positions(store).parts
    return sorted({it.session for it in list_parts(store.transcripts) if it.name not in consumed})


def counted(job):
    store, identity = open_store(job.store)
    verdicts = ask(store, state_dir(job.environment, identity.store), job).verdicts
    return int(next(it.saw for it in verdicts if it.name == "sessions"))


def sources(job):
    """Return the sessions that memories rest on."""
    return {session for memory in load(open_store(job.store)[0]).memories.values() for session in memory.sessions}


@pytest.fixture
def sessions(job):
    """Return the sessions that are to be read, collected already."""
    let_die(job, "merge")
    fail(replace(job, dry_run=True))
    return new_sessions(job)


@pytest.mark.parametrize("where", ["read", "distil"])
def test_a_session_on_which_two_runs_died_is_set_aside_and_the_others_are_dreamt_of(job, sessions, where):
    store, bad = open_store(job.store)[0], sessions[1]
    let_die(job, where, bad)
    fail(job)
    assert not set_aside(store), "one failure may be anybody's"
    before = counted(job)
    fail(job)
    assert list(set_aside(store)) == [bad]
    assert {*set_aside(store)[bad]} == {it.run for it in read_reports(store)}
    assert counted(job) == before - 1, "no gate counts it any more"

    done = run(job, lambda *_: None)
    assert (done.outcome, done.set_aside) == ("committed", (bad,))
    assert bad not in sources(job)
    assert bad in new_sessions(job), "nothing of it is consumed, or lost"
    assert run(job, lambda *_: None).outcome == "nothing new"

    fail(replace(job, retry=True))
    let_die(job, "nowhere")
    tried = run(replace(job, retry=True, now=job.now + timedelta(days=1)), lambda *_: None)
    assert (tried.outcome, tried.set_aside) == ("committed", ())
    assert bad not in new_sessions(job)
    assert bad in sources(job)
    assert not set_aside(store)
    assert not store.failed.exists()


def test_where_no_session_is_at_hand_all_that_were_new_may_be_why(job, sessions):
    store = open_store(job.store)[0]
    let_die(job, "merge")
    fail(job)
    fail(job)
    assert sorted(set_aside(store)) == sessions
    let_die(job, "nowhere")
    assert run(job, lambda *_: None).outcome == "nothing new"


def test_a_worker_that_dies_before_it_reads_blames_no_session(job, sessions):
    """It was killed for want of memory, say, or cannot even start: no session is why."""
    let_die(job, "start")
    fail(job)
    fail(job)
    assert sessions
    assert not open_store(job.store)[0].failed.exists()


def test_a_dry_run_blames_nobody(job, sessions):
    let_die(job, "distil", sessions[0])
    for _ in range(3):
        fail(replace(job, dry_run=True))
    assert not open_store(job.store)[0].failed.exists()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"version": "0.0.0", "sessions": {"a": ["r1", "r2"]}}'])
def test_what_cannot_be_read_or_is_another_releases_blames_nobody(job, sessions, content):
    """What killed one release may be nothing to the next."""
    store = open_store(job.store)[0]
    store.failed.write_bytes(content)
    assert not set_aside(store)
    let_die(job, "distil", sessions[0])
    fail(job)
    assert json.loads(store.failed.read_text())["sessions"].keys() == {sessions[0]}


def test_status_names_what_is_set_aside_and_asks_for_attention(job, sessions):
    let_die(job, "distil", sessions[0])
    fail(job)
    fail(job)
    command = [sys.executable, "-m", "dreamd", "--store", str(job.store), "--json", "status"]
    done = subprocess.run(command, env=job.environment, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert [it["session"] for it in told["sessions"]["set_aside"]] == [sessions[0]]
    assert any(sessions[0] in it and "--retry" in it for it in told["attention"])
