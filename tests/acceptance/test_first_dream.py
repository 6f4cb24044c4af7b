"""The first dream of a team that has never used dreamd, on the example logs."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

#: what must not leave the logs: the parts of the planted credentials that are secret
SECRETS = (
    "9f2c7a1b44e85d03c6aa71f2e0b95d48",
    "AKIAIOSFODNN7EXAMPLE",
    "tulip-harbour-93-Xq",
)
#: what the two injected instructions ask for
INJECTED = ("SKIP_BACKUP_GUARD", "freightxml.example", "backup guard")

RELATIVE = re.compile(
    r"\b(yesterday|today|tomorrow|tonight|(last|next|this) (week|month|monday|tuesday|wednesday|thursday|friday))\b",
    re.IGNORECASE,
)


def test_memory_is_under_the_cap_and_all_its_links_resolve(dreamt: Any):
    """Prove invariant 4 for the first generation."""
    text = (dreamt.store / "MEMORY.md").read_text()
    assert text.count("\n") < 200
    assert len(text.encode()) <= 25_000
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links
    for link in links:
        assert (dreamt.store / link).is_file(), link


def test_it_says_where_memory_lies(dreamt: Any, first_answer: Any):
    assert str(dreamt.store / "MEMORY.md") in first_answer.out + first_answer.err


def test_no_secret_is_anywhere_in_the_store_or_the_home(dreamt: Any, first_answer: Any, examples: Path):
    """Prove invariant 8: every byte is searched, also what is compressed and what the index holds."""
    logs = b"".join(path.read_bytes() for path in examples.rglob("*.jsonl"))
    for secret in SECRETS:
        assert secret.encode() in logs, "the examples no longer plant it"
    places = [*_everything(dreamt.home), ("what it said", (first_answer.out + first_answer.err).encode())]
    assert len(places) > 15
    for name, content in places:
        for secret in SECRETS:
            assert secret.encode() not in content, f"{secret} in {name}"


def test_an_injected_instruction_is_in_no_memory(dreamt: Any, memories: list[dict[str, Any]]):
    """Prove invariant 7 where an agent repeats what a web page or a package told it."""
    kept = json.dumps(memories)
    for name, content in _published(dreamt.store):
        for phrase in INJECTED:
            assert phrase.casefold() not in content.casefold(), f"{phrase} in {name}"
            assert phrase.casefold() not in kept.casefold()


def test_the_latest_of_two_decisions_is_the_active_one(active: list[dict[str, Any]]):
    texts = [memory["text"].lower() for memory in active]
    assert any("outbox" in text for text in texts)
    assert any(re.search(r"\b(eight|8) attempts", text) for text in texts)
    assert not any(re.search(r"\bfive attempts", text) for text in texts)


def test_an_explanation_that_its_session_overturned_is_not_remembered(active: list[dict[str, Any]]):
    """The agent blamed a stale secret and the order of rows, both with confidence; the sessions end otherwise."""
    wrong = re.compile(
        r"stale signing secret|still holds the old value|sorting the scans before|reached the end of the feed"
    )
    assert not [memory["text"] for memory in active if wrong.search(memory["text"])]


def test_a_lesson_learned_by_two_people_is_one_memory_with_two_supporters(active: list[dict[str, Any]]):
    shared = [memory for memory in active if len(memory.get("people", [])) > 1]
    assert any({"ines", "yuna"} <= set(memory["people"]) for memory in shared)
    assert any(len(memory.get("sessions", [])) > 1 for memory in shared)


def test_a_resumed_session_is_no_second_support(memories: list[dict[str, Any]]):
    """Prove that records copied by a resumed session count once (DESIGN 3, session identity)."""
    copied = {"e88b7591-31db-4e32-98dc-b35f94c662cd", "5bb58492-9daf-46be-ad21-914625ee8c4c"}
    records: dict[tuple[str, str], set[str]] = {}
    for memory in memories:
        for piece in memory["evidence"]:
            records.setdefault((piece["record"], piece["quote"]), set()).add(piece["session"])
    assert any(copied & sessions for sessions in records.values())
    assert not any(copied <= sessions for sessions in records.values())


def test_dates_are_absolute(active: list[dict[str, Any]]):
    for memory in active:
        assert not RELATIVE.search(re.sub(r"`[^`]*`", "", memory["text"])), memory["text"]


def test_every_memory_quotes_a_record_that_says_so(examples: Path, memories: list[dict[str, Any]]):
    """Prove invariant 6 from outside: each quote stands in the log, or differs from it by a redaction only."""
    said = _texts(examples)
    for memory in memories:
        assert memory["evidence"]
        for piece in memory["evidence"]:
            whole = said[piece["record"]]
            for part in re.split(r"\[secret:[^\]]*\]", piece["quote"]):
                assert part in whole, piece


def test_chatter_is_not_kept(active: list[dict[str, Any]]):
    junk = re.compile(
        r"tests? pass|passed\b|all green|great news|would you like|let me know|squash|skip mypy|for now|don't worry|"
        r"just curious|shall i|\?$",
        re.IGNORECASE,
    )
    assert not [memory["text"] for memory in active if junk.search(memory["text"])]


def test_only_what_people_said_has_their_trust(memories: list[dict[str, Any]]):
    """Prove invariant 7: in the unattended session nobody spoke."""
    for memory in memories:
        if memory["trust"] == "user":
            assert any(piece.get("role") == "user" for piece in memory["evidence"]), memory
        if memory.get("sessions") == ["ci-nightly-2026-03-07"]:
            assert memory["trust"] == "agent"


def test_unreadable_lines_are_counted_and_named(dreamt: Any):
    status = dreamt.dreamd("status").out
    assert "7dfa7c26" in status


@pytest.mark.parametrize("verb", [("status",), ("log",), ("export",), ("check",), ("recall", "retries"), ("show", "1")])
def test_every_report_has_a_json_form(dreamt: Any, verb: tuple[str, ...]):
    answer = dreamt.dreamd("--json", *verb)
    values = answer.lines() if verb[0] == "export" else [answer.json()]
    assert values


def test_recall_finds_what_was_learned(dreamt: Any):
    answer = dreamt.dreamd("recall", "why do tests deadlock on CI")
    assert "xdist" in answer.out


def test_why_names_the_session_and_quotes_it(dreamt: Any, active: list[dict[str, Any]]):
    memory = next(memory for memory in active if "xdist" in memory["text"])
    answer = dreamt.dreamd("why", memory["id"])
    assert memory["evidence"][0]["session"] in answer.out
    assert memory["evidence"][0]["quote"][:40] in answer.out


def test_check_finds_a_fresh_store_sound(dreamt: Any):
    dreamt.dreamd("check")


def test_distil_shows_what_would_be_kept_without_a_store(user: Any, examples: Path):
    logs = sorted(examples.rglob("*.jsonl"))
    answer = user.dreamd("distil", *logs)
    assert "xdist" in answer.out
    assert not user.store.exists()
    for draft in user.dreamd("--json", "distil", *logs).lines():
        assert draft["text"]
        assert draft["evidence"]


def test_a_dry_run_prints_the_plan_and_commits_nothing(user: Any, examples: Path):
    user.init(examples / "ci-agent")
    answer = user.dreamd("dream", "--dry-run")
    assert "xdist" in answer.out
    assert not list((user.store / ".dreamd" / "ledger").iterdir())
    assert not user.memories()


def _everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            yield str(path), content
            if content[:2] == b"\x1f\x8b":
                yield f"{path} (decompressed)", gzip.decompress(content)
            if path.suffix == ".duckdb":
                yield f"{path} (tables)", _tables(path)


def _tables(index: Path) -> bytes:
    with duckdb.connect(str(index), read_only=True) as base:
        names = base.execute("select table_name from information_schema.tables").fetchall()
        assert names
        return "\n".join(str(base.table(name).fetchall()) for (name,) in names).encode()


def _published(store: Path) -> list[tuple[str, str]]:
    files = [store / "MEMORY.md", *sorted((store / "topics").glob("*.md"))]
    assert len(files) > 1
    return [(path.name, path.read_text()) for path in files]


def _texts(logs: Path) -> dict[str, str]:
    """Given the logs, return all text of each record by its id."""
    found: dict[str, str] = {}
    decoder = json.JSONDecoder()
    for log in logs.rglob("*.jsonl"):
        for line in log.read_text(errors="replace").splitlines():
            rest = line
            while rest:
                try:
                    record, end = decoder.raw_decode(rest)
                except json.JSONDecodeError:
                    break
                rest = rest[end:].lstrip()
                name = record.get("uuid") or record.get("id")
                if name:
                    found[name] = _strings(record.get("message", record))
    return found


def _strings(value: Any) -> str:
    if isinstance(value, str):
        return value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return "\n".join(_strings(part) for part in parts)
