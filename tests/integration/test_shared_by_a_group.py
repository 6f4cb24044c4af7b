"""A store is its group's, whoever writes into it and with whatever umask. Real files, the installed processes."""

import contextlib
import json
import os
import shutil
import stat
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dreamd.daemon.job import Job
from dreamd.daemon.launcher import run
from dreamd.daemon.lock import hold
from dreamd.memory.files import create_store
from dreamd.memory.ledger import load
from dreamd.memory.publish import is_published, publish
from dreamd.testing import NOON

RULE = "From now on we always deploy with make ship, because a tag by hand is forgotten half of the time."
GROUP = 4242


@pytest.fixture(params=[0o077, 0o000])
def umask(request):
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.fixture
def logs(tmp_path):
    rows = [
        {"session": "s", "id": "1", "time": "2026-03-01T10:00:00Z", "role": "user", "text": RULE},
        {"session": "s", "id": "2", "time": "2026-03-01T10:01:00Z", "role": "agent", "text": "Noted."},
    ]
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path / "logs"


def dream(store, logs):
    environment = {**os.environ, "XDG_STATE_HOME": str(store.root.parent / "state")}
    environment.pop("STATE_DIRECTORY", None)
    job = Job(store.root, (str(logs),), datetime(2026, 4, 1, 12, 0, tzinfo=UTC), "host", environment)
    return run(job, lambda *_: None).outcome


def modes(folder):
    return {str(it.relative_to(folder)): stat.S_IMODE(it.lstat().st_mode) for it in folder.rglob("*")}


@pytest.mark.usefixtures("umask")
def test_all_of_a_store_is_the_groups_whatever_the_umask(tmp_path, logs):
    store = create_store(tmp_path / "store")
    assert dream(store, logs) == "committed"

    with hold(store, tmp_path / "local"):
        found = modes(store.root)

    assert {"MEMORY.md", "memory.duckdb", ".dreamd/ledger/000001.jsonl", ".dreamd/lease"} <= found.keys()
    expected = {name: 0o2770 if (store.root / name).is_dir() else 0o660 for name in found}
    assert found == {**expected, ".dreamd/lease": 0o640}  # only who holds it writes it
    assert stat.S_IMODE(store.root.stat().st_mode) == 0o2770


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser has groups to choose from")
@pytest.mark.parametrize("mode", [0o770, 0o2770])
def test_a_store_in_a_groups_folder_is_that_groups_and_the_folder_stays_as_it_was(tmp_path, logs, mode):
    (tmp_path / "store").mkdir()
    os.chown(tmp_path / "store", -1, GROUP)
    (tmp_path / "store").chmod(mode)

    store = create_store(tmp_path / "store")
    assert dream(store, logs) == "committed"

    assert stat.S_IMODE(store.root.stat().st_mode) == mode
    assert {path.lstat().st_gid for path in store.root.rglob("*")} == {GROUP}
    assert {found for name, found in modes(store.root).items() if (store.root / name).is_dir()} == {0o2770}


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser has groups to choose from")
def test_a_folder_that_is_made_for_a_store_is_not_shared_with_the_group_of_the_one_above(tmp_path):
    (tmp_path / "projects").mkdir()
    os.chown(tmp_path / "projects", -1, GROUP)

    store = create_store(tmp_path / "projects/payments")

    assert {path.stat().st_gid for path in (store.root, *store.root.rglob("*"))} == {os.getegid()}


@pytest.fixture
def shared():
    """A store of a group, in a folder through which everybody may go."""
    root = Path(tempfile.mkdtemp()).resolve()
    (root / "store").mkdir()
    for path in (root, root / "store"):
        os.chown(path, -1, GROUP)
    root.chmod(0o2775)
    (root / "store").chmod(0o2770)
    store = create_store(root / "store")
    store.topics.mkdir(exist_ok=True)
    for path in (store.topics, *store.topics.parents[:1]):
        path.chmod(0o2770)
    yield store
    shutil.rmtree(root)


@contextlib.contextmanager
def acting_as(user):
    """Be another member of the group, with a umask that keeps all to oneself."""
    groups, group, umask = os.getgroups(), os.getegid(), os.umask(0o077)
    os.setgroups([GROUP])
    os.setegid(GROUP)
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
        os.setgroups(groups)
        os.umask(umask)


def publish_as(user, store):
    told = []
    with acting_as(user):
        scratch = store.root.parent / str(user)
        scratch.mkdir(exist_ok=True)
        build = lambda path, _state: path.write_bytes(b"index")  # noqa: E731
        state = publish(store, build, scratch, NOON, "host", settle=0.0, tell=told.append)
    return {memory.text for memory in state.active()}, told


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can be others")
@pytest.mark.parametrize("name", ["topics/two.md", "topics/one.md", "MEMORY.md"])
def test_what_a_colleague_saved_for_themselves_waits_until_they_dream(shared, name):
    ours, theirs = 4001, 4002
    shared.topic("one").write_text("- Deploy with make ship\n")
    publish_as(0, shared)
    with acting_as(theirs):
        path = shared.root / name
        text = path.read_text() if path.exists() else ""
        path.unlink(missing_ok=True)
        path.write_text(text + "- Never push on a Friday\n")

    for _ in range(2):
        texts, told = publish_as(ours, shared)
        assert texts == {"Deploy with make ship"}
        assert told == [f"{name} waits for a dream of somebody who may read it: this account may not"]
        assert is_published(shared)
        assert stat.S_IMODE(shared.memory.stat().st_mode) == 0o660

    texts, told = publish_as(theirs, shared)
    assert texts == {"Deploy with make ship", "Never push on a Friday"}
    assert told == []
    assert publish_as(ours, shared) == (texts, [])
    assert load(shared).topics.keys() == {"one", "two"} if "two" in name else {"one", "general"}
