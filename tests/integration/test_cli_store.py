"""The verbs that tell of a store, on a real one."""

import json
import shutil
import subprocess
import sys

import pytest

from dreamd.cli.main import run
from dreamd.memory.changes import Retire
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import Store, create_store
from dreamd.memory.ledger import commit, load, read_entries
from dreamd.memory.publish import publish
from dreamd.memory.records import Reason
from dreamd.recall.index import build
from dreamd.testing import NOON, make_add, make_evidence, make_memory, make_merge

PORT = make_memory("The test database listens on port 5433", topic="tests")
RULE = make_memory("Never push to the release branch by hand", evidence=(make_evidence("never push", record="r2"),))
OLD = make_memory("The staging host is called heron", evidence=(make_evidence("heron", record="r3", role="agent"),))
TWIN = make_memory("The database of the tests uses port 5433", evidence=(make_evidence("5433", record="r4"),))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    store = create_store(folder / "store")
    shown = (PORT.id, RULE.id, OLD.id, TWIN.id)
    adds = tuple(map(make_add, (PORT, RULE, OLD, TWIN)))
    commit(store, Entry(Header(1, EntryKind.DREAM, NOON, run="run-1", host="alpha", shown=shown), adds))
    merge = make_merge(PORT, TWIN)
    retire = Retire(OLD.id, "the host is gone", why=Reason.STALE)
    commit(store, Entry(Header(2, EntryKind.DREAM, NOON, run="run-2", host="beta", shown=shown[:2]), (merge, retire)))
    publish(store, lambda path, state: build(path, state, read_entries(store)), folder, NOON, "alpha")
    return store.root


@pytest.fixture
def ask(made, capsys, monkeypatch):
    monkeypatch.delenv("DREAMD_STORE", raising=False)

    def ask(*arguments, code=0, store=made):
        assert run([*arguments, "--store", str(store)]) == code
        return capsys.readouterr()

    return ask


def test_recall_finds_what_is_active_and_nothing_retired(ask):
    assert ask("recall", "which", "port").out == f"{PORT.id}  {PORT.text}\n"
    nothing = ask("recall", "heron")
    assert nothing.out == ""
    assert nothing.err == "nothing is known about that\n"


def test_recall_says_when_it_had_to_do_without_the_index(ask, made, tmp_path):
    copy = tmp_path / "store"
    shutil.copytree(made, copy)
    (copy / "memory.duckdb").unlink()
    told = ask("recall", "port", store=copy)
    assert PORT.text in told.out
    assert "the index is missing" in told.err


def test_recall_prints_no_more_than_the_limit(ask):
    assert len(json.loads(ask("recall", "port release", "--limit", "1", "--json").out)["hits"]) == 1


def test_why_shows_evidence_and_history_for_the_beginning_of_an_id(ask):
    shown = ask("why", PORT.id[:5]).out
    assert shown.startswith(f"{PORT.id}  {PORT.text}\n")
    assert 'user ana, session s1, record r1\n    "The test database listens on port 5433"' in shown
    assert "1  2026-03-14" in shown
    assert "merge: both say the same" in shown


def test_why_tells_what_became_of_a_retired_memory(ask):
    assert "stale since 2026-03-14" in ask("why", OLD.id).out
    assert f"duplicate by {PORT.id}" in ask("why", TWIN.id).out
    assert f"merge {PORT.id}: both say" in ask("why", TWIN.id).out


def test_show_and_why_say_what_an_edit_by_hand_does_to_a_persons_trust(ask, made, tmp_path):
    """Invariant 7. The change is none that joins anything, so nothing speaks of a merge."""
    copy = tmp_path / "store"
    shutil.copytree(made, copy)
    text = (copy / "MEMORY.md").read_text()
    (copy / "MEMORY.md").write_text(text.replace("port 5433", "port 6000"))
    store = Store(copy)
    publish(store, lambda path, state: build(path, state, read_entries(store)), tmp_path, NOON, "alpha")

    words = "it has an agent's trust from now on, since it is not known who edits a file by hand"
    shown = ask("show", "3", store=copy).out
    assert f"alter      {PORT.id}  The test database listens on port 6000\n           {words}\n" in shown
    assert "merge" not in shown
    assert f"  alter: {words}\n" in ask("why", PORT.id, store=copy).out


def test_why_of_an_unknown_id_fails(ask):
    assert "found nothing called 'zzz'" in ask("why", "zzz", code=1).err


def test_log_lists_the_newest_generation_first(ask):
    heads, second, first = ask("log").out.splitlines()
    assert heads.split() == ["generation", "time", "kind", "host", "changes"]
    assert second.split()[0] == "2"
    assert second.endswith("1 merge, 1 retire")
    assert first.endswith("4 add")


def test_show_prints_every_change_with_its_reason(ask):
    shown = ask("show", "2").out
    assert f"merge      {PORT.id}  {PORT.text}\n           both say the same" in shown
    assert f"retire     {OLD.id}  {OLD.text}\n           the host is gone" in shown


def test_show_of_a_generation_that_is_not_there_fails(ask):
    told = ask("show", "9", code=1).err
    assert "the newest generation is 2" in told
    assert ask("show", "0", code=2).err.startswith("error: invalid value for 'N'")


def test_export_is_a_line_a_memory_with_its_evidence(ask):
    lines = [json.loads(line) for line in ask("export").out.splitlines()]
    assert {line["id"] for line in lines} == {PORT.id, RULE.id}
    assert all(line["evidence"][0]["quote"] for line in lines)
    everything = [json.loads(line) for line in ask("export", "--all").out.splitlines()]
    assert {line["id"]: line["retired"]["reason"] for line in everything if "retired" in line} == {
        OLD.id: "stale",
        TWIN.id: "duplicate",
    }


def test_a_secret_that_an_older_release_stored_is_redacted_on_the_way_out(ask, tmp_path):
    """Invariant 8."""
    secret = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4xY7z0AbCdEfG"[:36]
    leaky = make_memory(f"The deploy job uses the token {secret}")
    store = create_store(tmp_path / "leaky")
    commit(store, Entry(Header(1, EntryKind.DREAM, NOON, shown=(leaky.id,)), (make_add(leaky),)))
    assert secret in load(store).memories[leaky.id].text
    for verb in (("export",), ("why", leaky.id), ("why", leaky.id, "--json"), ("recall", "deploy"), ("show", "1")):
        told = ask(*verb, store=store.root)
        assert "[secret:" in told.out, verb
        assert secret not in told.out, verb


def test_reading_a_store_changes_no_byte_of_it(ask, made):
    def snapshot():
        return {path: path.read_bytes() for path in sorted(made.rglob("*")) if path.is_file()}

    before = snapshot()
    for verb in (["recall", "port"], ["why", PORT.id], ["log"], ["show", "1"], ["export"]):
        ask(*verb)
    assert snapshot() == before


def test_a_store_that_is_named_by_its_directory_is_read_without_what_is_heavy(made):
    script = (
        "import sys; from dreamd.cli.main import run\n"
        f"for verb in (['log'], ['show', '1'], ['why', '{PORT.id}'], ['export']):\n"
        f"    assert run([*verb, '--store', {str(made)!r}]) == 0\n"
        "heavy = {'duckdb', 'pydantic', 'rich', 'filelock', 'snowballstemmer'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_a_store_of_a_newer_format_is_refused_untouched(ask, made, tmp_path):
    copy = tmp_path / "store"
    shutil.copytree(made, copy)
    (copy / ".dreamd/format").write_text('{"format": 99, "store": "x"}')
    told = ask("log", store=copy, code=13).err
    assert "its format is 99" in told
    assert "hint: upgrade dreamd" in told


def test_a_damaged_ledger_is_exit_code_12(ask, made, tmp_path):
    copy = tmp_path / "store"
    shutil.copytree(made, copy)
    entry = copy / ".dreamd/ledger/000001.jsonl"
    entry.write_bytes(entry.read_bytes().replace(b"5433", b"5434"))
    assert "000001.jsonl" in ask("show", "1", store=copy, code=12).err
