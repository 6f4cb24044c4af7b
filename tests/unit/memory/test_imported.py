"""Lines of an export, read as memories that may be stored."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.language.purged import Purged, purged_row
from dreamd.memory.imported import LINE_LIMIT, read_lines
from dreamd.memory.records import Origin, Retired, Trust
from dreamd.testing import NOON, make_evidence, make_memory

PORT = make_memory("The test database listens on port 5433", topic="tests")


def line_of(**changes):
    it = msgspec.to_builtins(PORT)
    for path, value in changes.items():
        inner = it
        *above, last = path.split("__")
        for step in above:
            inner = inner[int(step) if step.isdecimal() else step]
        inner[last] = value
    return json.dumps(it)


def read(text):
    return read_lines(text).memories


def why(text):
    lines = read_lines(text)
    assert lines.memories == ()
    [fault] = lines.faults
    return fault.why


def test_an_exported_line_is_the_memory_with_imported_evidence():
    [memory] = read(line_of())
    assert memory == msgspec.structs.replace(PORT, evidence=memory.evidence)
    assert [(it.origin, it.quote, it.person) for it in memory.evidence] == [(Origin.IMPORTED, PORT.text, "ana")]


def test_lines_that_are_no_memories_are_named_and_the_others_taken():
    lines = read_lines(f"\n{line_of()}\nnot json\n\n{line_of(text='Use tabs')}\n[]")
    assert [memory.id for memory in lines.memories] == [PORT.id]
    assert [fault.line for fault in lines.faults] == [3, 5, 6]
    assert lines.faults[1].why == f"an earlier line has its id, {PORT.id}"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": "x" * 301}, "has 301 characters, and 300 is the limit"),
        ({"text": " \u200b "}, "says nothing"),
        ({"evidence": []}, "has no evidence"),
        ({"evidence__0__quote": ""}, "has no evidence"),
        ({"id": "../../etc"}, "is no id"),
        ({"id": "K3F9A2QX"}, "is no id"),
        ({"kind": "rumour"}, "Invalid enum value 'rumour'"),
        ({"learned": "2026-03-14T12:00:00"}, "timezone"),
        ({"learned": "0001-01-01T00:00:00+14:00"}, "date value out of range"),
        ({"mood": "good"}, "unknown field"),
        ({"retired": {"reason": "stale", "detail": "", "when": "2026-03-14T12:00:00Z"}}, "without a reason"),
        ({"branch": "x" * LINE_LIMIT}, "it is longer than"),
    ],
)
def test_a_line_is_left_out_with_the_reason(changes, words):
    assert words in why(line_of(**changes))


def test_what_is_deeply_nested_is_no_memory():
    assert why("[" * 100_000 + "]" * 100_000)


def test_a_topic_that_can_name_no_file_is_general():
    for topic in ("../../etc/passwd", "", "A B", "x" * 65):
        [memory] = read(line_of(topic=topic))
        assert memory.topic == "general"


def test_every_text_is_cleaned_as_a_logs_is():
    """Invariant 8."""
    secret = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4xY7z0AbCdEfG"
    said = f"Deploy\u202e with\n{secret}"
    retired = {"reason": "stale", "detail": said, "when": "2026-03-14T12:00:00Z", "by": said}
    [memory] = read(
        line_of(text=said, evidence__0__quote=said, people=[said], retired=retired, held=[said], branch=said)
    )
    assert memory.text.startswith("Deploy with [secret:")
    assert memory.evidence[0].quote.startswith("Deploy with\n[secret:")
    stored = msgspec.json.encode(memory).decode()
    assert secret not in stored
    assert "\u202e" not in stored


def test_what_was_purged_here_does_not_come_back_by_a_file():
    """Invariant 8."""
    purged = Purged(b"k" * 32, (purged_row("zebra-Fjord-77", b"k" * 32),))
    [memory] = read_lines(line_of(text="Say zebra-Fjord-77 at the gate"), purged).memories
    assert "zebra-Fjord-77" not in memory.text


def test_a_persons_trust_without_a_persons_words_is_an_agents():
    """Invariant 7."""
    assert read(line_of())[0].trust is Trust.USER
    assert read(line_of(evidence__0__role="agent"))[0].trust is Trust.AGENT


def test_times_of_any_zone_are_stored_in_utc():
    [memory] = read(line_of(learned="2026-03-14T14:00:00+02:00"))
    assert memory.learned == NOON
    assert memory.learned.utcoffset().total_seconds() == 0


def test_numbers_beyond_their_bounds_are_brought_within():
    [memory] = read(line_of(factors={"confidence": 1e300, "uses": -5}))
    assert (memory.factors.confidence, memory.factors.uses) == (1.0, 0)


def test_no_more_evidence_is_kept_than_a_record_has():
    pieces = [msgspec.to_builtins(make_evidence("q", record=f"r{number}")) for number in range(9)]
    assert len(read(line_of(evidence=pieces))[0].evidence) == 4


@given(st.text())
def test_any_text_is_read_without_an_exception(text):
    lines = read_lines(text)
    assert len(lines.memories) + len(lines.faults) == sum(bool(line.strip()) for line in text.split("\n"))


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5), st.data())
def test_any_value_in_any_place_is_a_memory_or_a_named_fault(value, data):
    field = data.draw(st.sampled_from([*PORT.__struct_fields__]))
    lines = read_lines(line_of(**{field: value}))
    assert len(lines.memories) + len(lines.faults) == 1


def test_a_retired_memory_stays_retired():
    retired = Retired("forgotten", "ana asked to forget it", NOON, "ana")
    [memory] = read(msgspec.json.encode(msgspec.structs.replace(PORT, retired=retired)).decode())
    assert memory.retired == retired
