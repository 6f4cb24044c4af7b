"""``dreamd diff`` and ``dreamd export`` as of a time, on a store with a past."""

import json
from datetime import timedelta

import pytest

from dreamd.cli.main import run
from dreamd.memory.changes import Retire, Supersede
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.ledger import commit
from dreamd.memory.records import Reason
from dreamd.testing import NOON, make_add, make_evidence, make_memory

DAY = timedelta(days=1)
OLD = make_memory("The test database listens on port 5432", topic="tests")
NEW = make_memory("The test database listens on port 5433", topic="tests")
RULE = make_memory("Never push to the release branch by hand", evidence=(make_evidence("never push", record="r2"),))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make a store: on the first day two memories, on the third one of them superseded, on the fifth the other gone."""
    store = create_store(tmp_path_factory.mktemp("made") / "store")

    def enter(number, kind, *changes, shown=()):
        commit(store, Entry(Header(number, kind, NOON + (2 * number - 2) * DAY, shown=shown), changes))

    enter(1, EntryKind.DREAM, make_add(OLD), make_add(RULE), shown=(OLD.id, RULE.id))
    superseded = Supersede(OLD.id, "the port moved", by=NEW.id, until=NOON + DAY)
    enter(2, EntryKind.DREAM, make_add(NEW), superseded, shown=(NEW.id, RULE.id))
    forgotten = Retire(RULE.id, "ana asked to forget it", why=Reason.FORGOTTEN, by="ana")
    enter(3, EntryKind.FORGET, forgotten, shown=(NEW.id,))
    return store.root


@pytest.fixture
def ask(made, capsys, monkeypatch):
    monkeypatch.delenv("DREAMD_STORE", raising=False)
    monkeypatch.setenv("TZ", "UTC")

    def ask(*arguments, code=0, store=made):
        assert run([*arguments, "--store", str(store)]) == code
        return capsys.readouterr()

    return ask


def test_diff_prints_what_the_newest_generation_changed(ask):
    first, *rest = ask("diff").out.splitlines()
    assert first.startswith("from generation 2 (")
    assert rest == [
        f"retired    {RULE.id}  {RULE.text}",
        "           forgotten: ana asked to forget it",
        f"hidden     {RULE.id}",
    ]


def test_diff_is_the_outcome_and_not_the_steps(ask):
    told = json.loads(ask("diff", "0", "--json").out)
    assert (told["from"], told["to"]["generation"]) == ({"generation": 0, "time": None}, 3)
    assert [it["id"] for it in told["added"]] == [NEW.id]
    assert {it["id"]: it["reason"] for it in told["passed"]} == {OLD.id: "superseded", RULE.id: "forgotten"}
    assert [it["id"] for it in told["shown"]] == [NEW.id]
    assert told["retired"] == []


def test_diff_between_dates_is_that_between_the_generations_of_then(ask):
    told = json.loads(ask("diff", "2026-03-14", "2026-03-17T00:00:00Z", "--json").out)
    assert (told["from"]["generation"], told["to"]["generation"]) == (1, 2)
    assert told["retired"][0] | {"text": ""} == {
        "id": OLD.id,
        "text": "",
        "reason": "superseded",
        "detail": "the port moved",
        "by": NEW.id,
    }


def test_diff_of_one_generation_with_itself_is_nothing(ask):
    assert ask("diff", "2", "2").out.splitlines()[1:] == ["nothing differs"]


def test_diff_of_a_generation_that_is_not_there_fails(ask):
    assert "the newest generation is 3" in ask("diff", "9", code=1).err
    assert "it is no time" in ask("diff", "yesterday", code=2).err


def exported(ask, *arguments):
    return [json.loads(line)["text"] for line in ask("export", *arguments).out.splitlines()]


def test_export_at_a_time_is_what_the_store_knew_then(ask):
    assert exported(ask, "--at", "2026-03-13") == []
    assert set(exported(ask, "--at", "2026-03-14")) == {OLD.text, RULE.text}
    assert set(exported(ask, "--at", "2026-03-16T12:00:00Z")) == {NEW.text, RULE.text}
    assert set(exported(ask, "--at", "2026-03-16", "--all")) == {OLD.text, NEW.text, RULE.text}
    assert exported(ask, "--at", "2030-01-01") == [NEW.text]


def test_export_of_what_was_true_then_has_what_was_superseded_since(ask):
    assert exported(ask, "--true-at", "2026-03-14") == [OLD.text]
    assert exported(ask, "--true-at", "2026-03-15") == [NEW.text]


def test_what_was_then_held_to_have_been_true_is_another_question(ask):
    """On the first day nobody knew that the port would move a day later."""
    assert set(exported(ask, "--at", "2026-03-14", "--true-at", "2026-03-16")) == {OLD.text, RULE.text}


def test_export_refuses_two_ways_to_say_which_of_the_retired(ask):
    assert "--true-at" in ask("export", "--all", "--true-at", "2026-03-14", code=2).err
