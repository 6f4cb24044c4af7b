"""What cannot be read is no damage, and no reason to make something else in its place. The installed command."""

import os
import shutil
import subprocess
import sys

import pytest

from dreamd.memory.changes import Pin
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.ledger import commit, read_entries
from dreamd.memory.publish import publish
from dreamd.recall.index import build
from dreamd.testing import NOON, make_add, make_memory

PORT = make_memory("The test database listens on port 5433")


@pytest.fixture
def store(tmp_path):
    store = create_store(tmp_path / "store")
    commit(store, Entry(Header(1, EntryKind.DREAM, NOON, shown=(PORT.id,)), (make_add(PORT),)))
    commit(store, Entry(Header(2, EntryKind.PIN, NOON), (Pin(PORT.id, "asked"),)))
    publish(store, lambda path, state: build(path, state, read_entries(store)), tmp_path, NOON, "alpha")
    yield store
    for path in (store.inner, store.ledger, *store.ledger.glob("*")):
        path.chmod(0o700)


@pytest.fixture
def ask(store):
    """Return what runs a verb as an account that may read no more than the modes of files say."""
    bound = []
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv") or pytest.skip("as the superuser this test needs setpriv (util-linux)")
        bound = [setpriv, "--bounding-set=-dac_override,-dac_read_search"]
    environment = {**os.environ, "XDG_STATE_HOME": str(store.root.parent / "state")}

    def ask(*arguments):
        command = [*bound, sys.executable, "-m", "dreamd", *arguments, "--store", str(store.root)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return ask


def names(store):
    return sorted(str(path.relative_to(store.root)) for path in store.root.rglob("*"))


@pytest.mark.parametrize("generation", [1, 2])
def test_an_entry_that_may_not_be_read_is_no_damage_and_nothing_is_set_aside(ask, store, generation):
    """Invariant 1."""
    before, published = names(store), store.published.read_bytes()
    store.entry(generation).chmod(0)
    for verb in (["check"], ["repair", "ledger"], ["dream"], ["status"]):
        told = ask(*verb)
        assert told.returncode == 13, (verb, told)
        assert f"error: cannot read '{store.entry(generation)}': Permission denied" in told.stderr
        assert "hint: this account may not read it: have its owner give the right" in told.stderr
        assert "damage" not in told.stderr
    store.entry(generation).chmod(0o600)
    assert [name for name in names(store) if name not in before and "lease" not in name] == []
    assert store.published.read_bytes() == published
    assert ask("check").returncode == 0


@pytest.mark.parametrize("folder", ["inner", "ledger"])
@pytest.mark.parametrize("verb", [["check"], ["repair", "ledger"], ["repair", "published"], ["status"], ["log"]])
def test_a_folder_that_may_not_be_read_is_not_taken_for_a_store_that_is_missing(ask, store, folder, verb):
    getattr(store, folder).chmod(0)
    told = ask(*verb)
    assert told.returncode == 13, told
    assert f"error: cannot read '{getattr(store, folder)}" in told.stderr
    assert "may not read it" in told.stderr
    assert "init" not in told.stderr


@pytest.mark.parametrize("name", ["runs", "staging", "edits", "ledger", "transcripts"])
def test_a_file_in_the_place_of_a_folder_is_named_and_no_store_is_advised(ask, store, name):
    shutil.rmtree(store.inner / name, ignore_errors=True)
    (store.inner / name).write_text("mine")
    told = ask("status")
    assert told.returncode == 12
    assert f"'{store.inner / name}': it is no folder" in told.stderr
    assert "init" not in told.stderr
    assert (store.inner / name).read_text() == "mine"


@pytest.mark.parametrize("verb", [["dream"], ["repair", "published"], ["pin", PORT.id]])
def test_a_folder_in_the_place_of_what_was_published_is_named(ask, store, verb):
    store.published.unlink()
    store.published.mkdir()
    told = ask(*verb)
    assert told.returncode == 12
    assert f"'{store.published}': a folder is in its place" in told.stderr
    store.published.rmdir()
    assert ask("dream").returncode == 0
    assert ask("check").returncode == 0
