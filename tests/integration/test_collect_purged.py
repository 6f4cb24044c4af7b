"""Collecting needs no lease and purging does: what both do at once must come out as if one had waited."""

import gzip
import json

import pytest

from dreamd.daemon.collecting import collect
from dreamd.daemon.collector import handle
from dreamd.daemon.job import Job
from dreamd.daemon.lock import hold
from dreamd.daemon.requests import CollectRequest
from dreamd.errors import BusyError
from dreamd.memory.files import create_store
from dreamd.memory.purged import Unfinished, add_purged, finish_purge, unfinished_purge
from dreamd.sessions.parts import part_names
from dreamd.testing import NOON

VALUE = "zebra-Fjord-77"
BEGUN = Unfinished("purge-1", "another-host", NOON)


@pytest.fixture
def store(tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    line = {"session": "s", "id": "1", "time": "2026-03-01T10:00:00Z", "role": "user", "text": f"Say {VALUE} there."}
    (logs / "s.jsonl").write_text(json.dumps(line) + "\n")
    return create_store(tmp_path / "store")


def kept(store):
    return b"".join(gzip.decompress((store.transcripts / name).read_bytes()) for name in part_names(store.transcripts))


def job(store):
    folder = store.root.parent
    return Job(store.root, (str(folder / "logs"),), NOON, "here", {"HOME": str(folder), "PATH": ""})


def test_what_another_host_purges_while_it_is_collected_is_not_kept(store):
    """Invariant 8."""

    def purge(step, done, *_):
        if (step, done) == ("collect", 0):
            add_purged(store, [VALUE], BEGUN)
            finish_purge(store)

    folder = store.root.parent
    request = CollectRequest((str(folder / "logs"),), str(store.root), str(folder / "state"), 0.0, NOON, "UTC")
    assert handle(request, purge).collected.new_parts == 1
    assert VALUE.encode() not in kept(store)
    assert b"[secret:purged:" in kept(store)


def test_a_purge_that_was_begun_is_finished_before_anything_is_collected(store):
    add_purged(store, [VALUE], BEGUN)
    assert collect(job(store), lambda *_: None).new_parts == 1
    assert unfinished_purge(store) is None
    assert VALUE.encode() not in kept(store)


def test_while_another_host_purges_nothing_is_collected(store, tmp_path):
    add_purged(store, [VALUE], BEGUN)
    with hold(store, tmp_path / "another-host"), pytest.raises(BusyError):
        collect(job(store), lambda *_: None)
    assert kept(store) == b""
