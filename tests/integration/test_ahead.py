"""Processes that are started before they are asked. Real processes, and a store on disk."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from dreamd.daemon.job import Job
from dreamd.daemon.launcher import run
from dreamd.daemon.publisher import finish
from dreamd.daemon.publisher import foresee as foresee_finishing
from dreamd.daemon.requests import FinishRequest, WorkRequest
from dreamd.daemon.worker import foresee, work
from dreamd.errors import StaleBaseError
from dreamd.memory.changes import Retire
from dreamd.memory.checkpoint import write_checkpoint
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import create_store, open_store
from dreamd.memory.ledger import commit, head, load
from dreamd.memory.plan import Plan
from dreamd.memory.records import Reason

EXAMPLES = Path(__file__).parents[2] / "examples" / "logs"
NOW = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)

#: loaded by every Python that has its folder on the path; writes down which process started, by its role
NOTED = """
import os, sys
role = [it for it in ("collector", "worker", "publisher") if it in sys.orig_argv]
if role:
    with open(FILE, "a") as file:
        file.write(role[0] + "\\n")
"""

#: says what it is told, in the order in which that comes
CHILD = """
import sys
import msgspec
from dreamd.daemon.messages import Cage
from dreamd.daemon.serving import serve

class Question(msgspec.Struct):
    text: str

def say(what):
    print(what, file=sys.stderr, flush=True)

serve(Cage(), Question, lambda it, _: say(f"asked {it.text}") or it, lambda it: say(f"expects {it.text}"))
"""


@pytest.fixture
def job(tmp_path):
    folder = tmp_path / "noted"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(NOTED.replace("FILE", repr(str(tmp_path / "started"))))
    environment = {**os.environ, "PYTHONPATH": str(folder), "XDG_STATE_HOME": str(tmp_path / "state")}
    environment.pop("STATE_DIRECTORY", None)
    store = create_store(tmp_path / "store")
    shutil.copytree(EXAMPLES, tmp_path / "logs")
    return Job(store.root, (str(tmp_path / "logs"),), NOW, "host", environment)


def said(given):
    command = [sys.executable, "-c", CHILD]
    return subprocess.run(command, input=given, capture_output=True, check=False)


def test_what_is_expected_is_told_before_what_is_asked():
    done = said(b'{"text":"soon"}\n{"text":"now"}\n')

    assert done.stderr.decode().splitlines() == ["expects soon", "asked now"]
    assert done.returncode == 0


def test_who_was_told_nothing_before_expects_nothing():
    assert said(b'\n{"text":"now"}\n').stderr.decode().splitlines() == ["asked now"]


@pytest.mark.parametrize("rest", [b"", b"\n", b'{"text":"no'])
def test_what_was_only_expected_is_never_done(rest):
    """Who would have asked died: what it expected is no request (invariant 1)."""
    done = said(b'{"text":"soon"}\n' + rest)

    assert done.stderr.decode().splitlines()[0] == "expects soon"
    assert "asked" not in done.stderr.decode()
    assert done.returncode != 0


def test_a_run_with_nothing_new_starts_no_second_publisher(job, tmp_path):
    first = run(job, lambda *_: None)
    counted = Counter((tmp_path / "started").read_text().split())
    (tmp_path / "started").unlink()
    second = run(Job(**{**vars(job), "now": NOW + timedelta(hours=1)}), lambda *_: None)

    assert (first.outcome, counted) == ("committed", {"collector": 1, "worker": 1, "publisher": 2})
    assert second.outcome == "nothing new"
    assert Counter((tmp_path / "started").read_text().split()) == {"collector": 1, "worker": 1, "publisher": 1}


def test_a_plan_is_the_same_where_the_store_was_read_before_somebody_wrote_into_it(job):
    """Invariant 9."""
    run(job, lambda *_: None)
    store, _ = open_store(job.store)
    request = WorkRequest(str(store.root), "rules", NOW + timedelta(days=40), None)
    known = foresee(request)
    gone = next(iter(load(store).active())).id
    _commit(store, EntryKind.FORGET, gone)

    plan = work(request, lambda *_: None, known).plan

    assert plan.base == head(store)
    assert plan == work(request, lambda *_: None).plan
    assert gone not in plan.shown


def test_a_publisher_that_read_the_store_before_refuses_a_plan_of_that(job, tmp_path):
    run(job, lambda *_: None)
    store, _ = open_store(job.store)
    write_checkpoint(store, load(store))
    base = head(store)
    request = FinishRequest(
        store=str(store.root),
        scratch=str(tmp_path / "scratch"),
        run="run",
        host="host",
        started=NOW,
        now=NOW,
        plan=Plan(base, NOW, "rules"),
        accept_loss=False,
    )
    known = foresee_finishing(request)
    assert known.generation == base
    gone = next(iter(load(store).active())).id
    _commit(store, EntryKind.FORGET, gone)

    with pytest.raises(StaleBaseError):
        finish(request, lambda *_: None, known)

    finished = finish(replace(request, plan=Plan(base + 1, NOW, "rules")), lambda *_: None, known)
    assert finished.generation == base + 2
    assert not load(store).memories[gone].active


def _commit(store, kind, name):
    change = Retire(id=name, reason="by hand", why=Reason.FORGOTTEN, by="ana")
    commit(store, Entry(Header(head(store) + 1, kind, NOW), (change,)))
