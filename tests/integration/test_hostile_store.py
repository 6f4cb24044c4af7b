"""Stores that somebody tampered with, and secrets that hide. Real files, the installed processes."""

import gzip
import json
import os
from datetime import UTC, datetime

import pytest

from dreamd.daemon.job import Job
from dreamd.daemon.launcher import run
from dreamd.errors import DamagedError
from dreamd.memory.files import create_store
from dreamd.memory.ledger import load
from dreamd.sessions.parts import part_names

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
RULE = "From now on we always deploy with make ship, because a tag by hand is forgotten half of the time."


@pytest.fixture
def world(tmp_path):
    store = create_store(tmp_path / "store")
    logs = tmp_path / "logs"
    logs.mkdir()
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    environment.pop("STATE_DIRECTORY", None)

    def dream():
        now = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
        return run(Job(store.root, (str(logs),), now, "host", environment), lambda *_: None)

    return store, logs, dream


def write(path, *texts, session="s"):
    rows = [
        {"session": session, "id": str(n), "time": f"2026-03-01T10:0{n}:00Z", "role": role, "text": text}
        for n, (role, text) in enumerate(("user", text) for text in texts)
    ]
    rows.append({"session": session, "id": "9", "time": "2026-03-01T10:09:00Z", "role": "agent", "text": "Noted."})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def every_byte(store):
    for path in store.root.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            yield gzip.decompress(data) if path.suffix == ".gz" else data


@pytest.mark.parametrize("between", ["\u200b", "\x1b[0m", "\u202e"])
def test_a_secret_with_something_invisible_in_it_is_stored_nowhere(world, between):
    """Invariant 8."""
    store, logs, dream = world
    hidden = TOKEN[:12] + between + TOKEN[12:]
    write(logs / "a.jsonl", f"From now on we always push with the token {hidden} and never with a password.", RULE)
    dream()
    store.memory.write_text(store.memory.read_text() + f"- Push with {hidden} always\n")
    dream()

    assert not [data for data in every_byte(store) if TOKEN.encode() in data or hidden.encode() in data]


def test_a_secret_over_two_lines_does_not_stop_the_dream(world):
    """Invariants 8 and 15."""
    store, logs, dream = world
    write(logs / "a.jsonl", 'From now on we always deploy like this: SECRET_KEY = \n  "mlzkO7rRu5ykYYqhXHdO2x93"', RULE)

    assert dream().outcome == "committed"
    assert len(load(store).active()) >= 1
    assert not [data for data in every_byte(store) if b"mlzkO7rRu5ykYYqhXHdO2x93" in data]
    assert not list(store.runs.glob("*.plan"))


def test_a_log_whose_name_is_no_text_is_named_and_the_others_are_read(world):
    """Invariant 15."""
    _store, logs, dream = world
    write(logs / "a.jsonl", RULE)
    (logs / "a.jsonl").rename(os.fsdecode(os.fsencode(logs) + b"/b\xff.jsonl"))
    write(logs / "c.jsonl", RULE, session="other")

    result = dream()

    assert result.collected.new_parts == 1
    assert [reason for _, reason in result.collected.skipped] == ["its name is not UTF-8"]


@pytest.mark.parametrize("stamp", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_outside_the_calendar_costs_one_record_and_not_the_log(world, stamp):
    """Invariant 15."""
    store, logs, dream = world
    write(logs / "a.jsonl", RULE)
    odd = {"session": "s", "id": "odd", "time": stamp, "role": "user", "text": "odd"}
    (logs / "a.jsonl").write_text(json.dumps(odd) + "\n" + (logs / "a.jsonl").read_text())

    result = dream()

    assert result.collected.skipped == ()
    assert len(list(part_names(store.transcripts))) == 1


def test_a_store_whose_folder_leads_elsewhere_is_refused_and_elsewhere_is_left_alone(world, tmp_path):
    store, logs, dream = world
    write(logs / "a.jsonl", RULE)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "keep.md").write_text("- My own note\n")
    store.topics.rmdir()
    store.topics.symlink_to(elsewhere)

    with pytest.raises(DamagedError, match="symbolic link"):
        dream()
    assert [path.name for path in elsewhere.iterdir()] == ["keep.md"]


def test_a_ledger_that_lost_its_end_is_not_written_over(world):
    """Invariant 1."""
    store, logs, dream = world
    write(logs / "a.jsonl", RULE)
    dream()
    store.entry(1).unlink()

    with pytest.raises(DamagedError, match="entries are missing"):
        dream()
    assert list(store.ledger.iterdir()) == []


@pytest.mark.parametrize("replace", [lambda path: path.symlink_to("/etc/hostname"), os.mkfifo])
def test_a_link_or_a_pipe_in_place_of_memory_md_gives_way(world, replace):
    store, logs, dream = world
    write(logs / "a.jsonl", RULE)
    dream()
    text = store.memory.read_text()
    store.memory.unlink()
    replace(store.memory)

    dream()

    assert not store.memory.is_symlink()
    assert store.memory.read_text() == text
