"""The memory record and the evidence it stands on: the values that a ledger entry is made of.

Format number 1 (docs/format.md). Frozen values, encoded as JSON with default fields left out; a field that is
unknown to this version is refused by the format number, not skipped, because what is not understood would be lost at
the next rewording. All times are timezone-aware and in UTC.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

#: RFC 3339, UTC. msgspec refuses a time without a zone.
Time = Annotated[datetime, msgspec.Meta(tz=True)]

#: longest text of a memory, in characters: one statement an agent can act on, not a paragraph
TEXT_LIMIT = 300

#: Crockford's base32, lower case: no i, l, o, u, so that an id can be read aloud and typed
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
ID_LENGTH = 8


class Kind(StrEnum):
    """What sort of memory it is."""

    SEMANTIC = "semantic"  # facts, decisions, conventions, gotchas
    PROCEDURAL = "procedural"  # how it is done here
    EPISODIC = "episodic"  # what was tried, decided, abandoned


class Trust(StrEnum):
    """The highest role whose own words established a memory. Tools and pages have none."""

    USER = "user"
    AGENT = "agent"


class Origin(StrEnum):
    """By which door evidence came in."""

    SESSION = "session"
    INBOX = "inbox"
    EDIT = "edit"
    ADOPTED = "adopted"
    IMPORTED = "imported"
    TERMINAL = "terminal"  # a verb that a person typed


class Reason(StrEnum):
    """Why a memory is no longer active."""

    STALE = "stale"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"
    CONTRADICTED = "contradicted"
    EXPIRED = "expired"
    FADED = "faded"
    FORGOTTEN = "forgotten"
    UNDONE = "undone"


#: a person's decision: the same evidence must not bring the memory back (invariant 12)
BY_HAND = frozenset({Reason.FORGOTTEN, Reason.UNDONE})
#: for the sake of another memory, which proves it (invariant 5)
BY_ANOTHER = frozenset({Reason.DUPLICATE, Reason.SUPERSEDED, Reason.CONTRADICTED})


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """Where a memory comes from, so that anybody can look it up.

    ``quote`` stands verbatim in the redacted text of ``record``; ``digest`` is the sha256 (hex) of that text as it was
    stored, and ``redaction`` the number of the redaction rules that made it.
    """

    origin: Origin
    record: str
    quote: str
    session: str = ""
    time: Time | None = None
    role: str = ""
    person: str = ""
    digest: str = ""
    redaction: int = 0


class About(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """What a memory names, so that it can be checked and found again."""

    paths: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A memory in the form "attribute of subject is value", where it has that form."""

    subject: str
    attribute: str
    value: str


class Verified(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """The last look at the repository: when, at which commit, and what it showed."""

    when: Time
    commit: str = ""
    clean: bool = False
    holds: bool | None = None  # None: it names nothing that a repository could show


class Factors(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """What the weight is computed from besides the record's own fields; the weight itself is never stored."""

    confidence: float = 0.5  # distil's own score, 0..1
    uses: int = 0  # times recall returned it


class Retired(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """Why and when a memory stopped being active, in a form that can be checked (invariant 5)."""

    reason: Reason
    detail: str  # one sentence for people
    when: Time
    by: str = ""  # id of the memory that replaced it, or the person who forgot it


class Memory(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """One remembered statement."""

    id: str
    kind: Kind
    text: str
    topic: str
    trust: Trust
    evidence: tuple[Evidence, ...]
    learned: Time  # when it first became known: an event time, never touched by upkeep
    last_seen: Time  # when a session last established it
    about: About = About()
    claim: Claim | None = None
    scope: str = "project"
    sessions: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    branch: str = ""
    valid_from: Time | None = None
    valid_until: Time | None = None
    verified: Verified | None = None
    supersedes: tuple[str, ...] = ()
    conflicts_with: tuple[str, ...] = ()
    pinned: bool = False
    held: tuple[str, ...] = ()  # what a person took back or decided, and no run does (``held``)
    retired: Retired | None = None
    factors: Factors = Factors()

    @property
    def active(self) -> bool:
        """Whether it counts: shown in topics, found by recall, chosen for MEMORY.md."""
        return self.retired is None

    @property
    def status(self) -> str:
        """``active``, or the reason it is retired."""
        return self.retired.reason.value if self.retired else "active"


def normalized(text: str) -> str:
    """Given a memory's text, return the form in which two spellings of it are the same."""
    return " ".join(text.casefold().split()).rstrip(".!")


def derive_id(evidence: Evidence, text: str, taken: set[str] | frozenset[str] = frozenset()) -> str:
    """Given the first evidence and the text of a memory, return its id: the same input gives the same id.

    ``taken`` are ids that belong to other memories; a counter is raised until the id is free.
    """
    seed = "\0".join((evidence.origin, evidence.session, evidence.record, normalized(text)))
    counter = 0
    while True:
        digest = hashlib.sha256(f"{seed}\0{counter}".encode()).digest()
        name = spell_id(int.from_bytes(digest[:5], "big"))
        if name not in taken:
            return name
        counter += 1


def spell_id(number: int) -> str:
    """Given a number, return the id that its low 40 bits spell: 8 characters of 5 bits."""
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(35, -1, -5))


def keep_evidence(pieces: tuple[Evidence, ...], text: str, most: int = 4) -> tuple[Evidence, ...]:
    """Given all evidence of a memory and its text, return what a record keeps: what states it, and of the rest some.

    Those are the oldest, the strongest and the newest. What states it has the text's words, the fewest pieces that do:
    without them it would rest on quotes that do not say what it says. Strongest is a person's own words. Order is by
    time, then record, and pieces of one record and quote are one, so the result does not depend on the order in which
    sessions were read and adding a piece again changes nothing.
    """
    unique = {(piece.origin, piece.session, piece.record, piece.quote): piece for piece in pieces}
    ordered = sorted(unique.values(), key=_evidence_order)
    if len(ordered) <= most:
        return tuple(ordered)
    strong = [piece for piece in ordered if piece.role == "user"]
    stating = [*_stating(ordered, text)][: most - 1]  # a person's trust needs a person's words beside them
    kept = [*stating, *strong[:1], ordered[0], ordered[-1], *strong[1:], *ordered[1:]]
    chosen = list({id(piece): piece for piece in kept}.values())[:most]
    return tuple(sorted(chosen, key=_evidence_order))


def _stating(ordered: list[Evidence], text: str) -> Iterator[Evidence]:
    """Yield the pieces that have words of a text which none before has, most first, of equals the oldest."""
    missing = _words(text)
    while missing:
        best = max(ordered, key=lambda piece: len(missing & _words(piece.quote)))
        if missing.isdisjoint(_words(best.quote)):
            return
        yield best
        missing -= _words(best.quote)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _evidence_order(piece: Evidence) -> tuple[str, str, str, str]:
    return (piece.time.isoformat() if piece.time else "", piece.session, piece.record, piece.quote)
