"""What a second dream does: nothing without new sessions, and only what is new with them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any


def test_nothing_new_changes_no_byte_of_the_store(again: Any, files_of: Any):
    """Prove invariant 9: with nothing new the plan is empty and nothing is committed."""
    before = files_of(again.store)
    answer = again.dreamd("dream")
    assert "nothing" in (answer.out + answer.err).lower()
    after = files_of(again.store)
    assert sorted(after) == sorted(before)
    assert [name for name in before if before[name] != after[name]] == []


def test_the_same_logs_give_the_same_memories_on_another_machine_where_the_gates_start_it(
    memories: Any, user: Any, examples: Path, files_of: Any
):
    """Prove invariant 9, and that logs are only read."""
    before = files_of(examples)
    user.init(examples).dreamd("gates")
    user.dreamd("dream", "--if-due")
    assert user.memories() == memories
    assert files_of(examples) == before


def test_a_new_session_is_learned_and_the_old_ones_stay(again: Any):
    folder = again.home / "more"
    folder.mkdir()
    _write_session(folder / "monday.jsonl")
    config = again.config.read_text()
    before = {memory["id"] for memory in again.active()}
    again.dreamd("dream", "--sessions", folder)
    texts = [memory["text"] for memory in again.active()]
    assert any("staging first" in text.lower() for text in texts), texts
    assert before <= {memory["id"] for memory in again.active()}
    assert again.config.read_text() == config


def test_gates_say_why_not_and_when(again: Any):
    """Prove invariant 14."""
    answer = again.dreamd("gates", code=3)
    said = answer.out + answer.err
    assert "interval" in said
    assert "24h" in said
    assert "2026-03-14 08:00" in said
    assert "sessions" in said
    assert "0 of 5" in said
    assert "dreamd dream" in said


def test_dream_if_due_does_nothing_while_a_gate_is_closed(again: Any, files_of: Any):
    before = files_of(again.store)
    again.dreamd("dream", "--if-due", code=3)
    assert files_of(again.store) == before


def test_too_few_sessions_keep_the_gate_closed(user: Any, examples: Path):
    user.init(examples / "yuna")
    answer = user.dreamd("gates", code=3)
    assert "1 of 5" in answer.out + answer.err


def test_two_who_dream_at_once_do_it_once(user: Any, examples: Path):
    """Prove invariant 2: the same sessions are consumed by one entry only, and the other is told who was first."""
    user.init(examples / "bogdan")
    with ThreadPoolExecutor() as pool:
        answers = [future.result() for future in [pool.submit(user.dreamd, "dream", code=None) for _ in range(2)]]
    assert min(answer.code for answer in answers) == 0
    for answer in answers:
        assert answer.code == 0 or (answer.code == 11 and "hint: " in answer.err)
    assert len(list((user.store / ".dreamd" / "ledger").iterdir())) == 1
    user.dreamd("check")


def _write_session(log: Path) -> None:
    """Write a session of the generic format, long finished, in which a person gives one rule."""
    said = [
        ("user", "please add the new tariff table to the seed script"),
        ("agent", "I have added the table to seed.py and run it against production."),
        (
            "user",
            "no, never run the seed script against production. it always goes to staging first, then to production",
        ),
        ("agent", "Understood. The seed script runs against staging first and only then against production."),
    ]
    with log.open("w") as file:
        for number, (role, text) in enumerate(said):
            record = {
                "session": "tariffs",
                "id": f"tariffs-{number}",
                "time": f"2026-03-09T09:0{number}:00Z",
                "role": role,
                "person": "ines",
                "text": text,
            }
            file.write(json.dumps(record) + "\n")
