"""A resumed or forked log copies what came before: it is the same evidence, whatever becomes of the log that had it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

SESSION = "5bb58492-9daf-46be-ad21-914625ee8c4c"
FORK = "0f0f0f0f-9daf-46be-ad21-914625ee8c4c"


@pytest.fixture
def learned(user: Any, examples: Path) -> Any:
    """Return a user who has learned from one session only."""
    (log,) = examples.rglob(f"{SESSION}.jsonl")
    logs = user.home / "logs"
    logs.mkdir()
    shutil.copy(log, logs)
    user.init(logs).dreamd("dream")
    return user


def _fork(logs: Path) -> None:
    """Write a log that has all of the session's records and one more, so that the records are its own from now on."""
    lines = (logs / f"{SESSION}.jsonl").read_text().replace(SESSION, FORK).splitlines()
    last = next(record for line in reversed(lines) if (record := json.loads(line)).get("type") == "user")
    more = {
        **last,
        "uuid": "11111111-d1a9-4650-8c6b-df0d7796668d",
        "timestamp": "2026-03-02T18:00:00.000Z",
        "message": {"role": "user", "content": "From now on the nightly import is started by hand, because cron lies."},
    }
    (logs / f"{FORK}.jsonl").write_text("".join(f"{line}\n" for line in (*lines, json.dumps(more))))


def test_what_was_forgotten_does_not_come_back_by_a_longer_copy_of_its_log(learned: Any):
    """Prove invariant 12: a resumed session copies the words that were forgotten, and that is no new evidence."""
    gone = [memory["id"] for memory in learned.active()]
    texts = {memory["text"] for memory in learned.active()}
    learned.dreamd("forget", *gone)
    _fork(learned.home / "logs")
    answer = learned.dreamd("dream")
    assert "read       1 session" in answer.out, "the copy has the records now"
    assert [memory["text"] for memory in learned.active() if memory["text"] in texts] == []
    assert len(learned.active()) == 1, "what the fork says itself is learned"


def test_a_longer_copy_of_a_log_does_not_count_what_it_copied_a_second_time(learned: Any):
    """Prove invariant 2: nothing is learned twice, and one utterance supports a memory once."""
    before = {memory["id"]: memory for memory in learned.active()}
    _fork(learned.home / "logs")
    learned.dreamd("dream")
    after = {memory["id"]: memory for memory in learned.active()}
    assert len(after) == len(before) + 1
    for name, memory in before.items():
        for field in ("text", "evidence", "sessions", "last_seen"):
            assert after[name][field] == memory[field]


@pytest.mark.parametrize("damage", ["gone", "damaged"])
def test_a_part_that_is_lost_does_not_let_a_copy_bring_back_what_was_forgotten(user: Any, examples: Path, damage: str):
    """Prove invariant 12 where the part that had the forgotten words is lost and another has a copy."""
    logs = shutil.copytree(examples, user.home / "logs")
    user.init(logs).dreamd("dream")
    gone = {it["id"]: it["text"] for it in user.active() if it["sessions"] == [SESSION]}
    assert len(gone) > 2
    user.dreamd("forget", *gone)
    for log in logs.rglob(f"{SESSION}*"):
        log.unlink()  # or the part would be made anew from it
    (part,) = (user.store / ".dreamd" / "transcripts").rglob(f"{SESSION}*")
    if damage == "gone":
        part.unlink()
    else:
        part.write_bytes((data := part.read_bytes())[:3000] + b"xx" + data[3002:])
    answer = user.dreamd("dream")
    assert "read       1 session" in answer.out, "the copy has the records now"
    assert [memory["text"] for memory in user.active() if memory["text"] in gone.values()] == []
