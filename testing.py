"""Small makers of valid values, for tests of dreamd and of what is built on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from .memory.changes import Add, Merge
from .memory.records import Evidence, Kind, Memory, Origin, Trust, derive_id

#: a time that counts as now in tests: a Saturday, noon
NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def make_evidence(quote: str, **fields: Any) -> Evidence:
    """Given a quote, return evidence for it from a session, a user's unless ``role`` says otherwise."""
    known = {"record": "r1", "session": "s1", "time": NOON, "role": "user", "person": "ana"}
    return Evidence(quote=quote, **{"origin": Origin.SESSION, **known, **fields})


def make_memory(text: str, **fields: Any) -> Memory:
    """Given a text, return an active memory that says it, with evidence whose quote is the text."""
    evidence = fields.pop("evidence", None) or (make_evidence(text),)
    strong = any(piece.role == "user" for piece in evidence)
    known: dict[str, Any] = {
        "id": derive_id(evidence[0], text),
        "kind": Kind.SEMANTIC,
        "topic": "general",
        "trust": Trust.USER if strong else Trust.AGENT,
        "learned": NOON,
        "last_seen": NOON,
        "sessions": tuple(sorted({piece.session for piece in evidence})),
        "people": tuple(sorted({piece.person for piece in evidence if piece.person})),
    }
    return Memory(text=text, evidence=evidence, **{**known, **fields})


def make_add(memory: Memory) -> Add:
    """Given a memory, return the change that adds it."""
    return Add(memory.id, "said in a session", memory=memory)


def make_merge(keep: Memory, drop: Memory) -> Merge:
    """Given two memories, return the change by which the first absorbs the second with its evidence."""
    return Merge(
        keep.id,
        "both say the same",
        absorbed=(drop.id,),
        joined=(*keep.evidence, *drop.evidence),
        sessions=tuple(sorted({*keep.sessions, *drop.sessions})),
        people=tuple(sorted({*keep.people, *drop.people})),
        trust=keep.trust,
        learned=min(keep.learned, drop.learned),
        last_seen=max(keep.last_seen, drop.last_seen),
    )
