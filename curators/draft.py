"""What a curator proposes from one session, and the protocol every curator follows."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

import msgspec

from ..memory.records import About, Claim, Evidence, Kind, Memory, Time, Trust
from ..sessions.events import Transcript


class Draft(msgspec.Struct, frozen=True, omit_defaults=True):
    """One statement that might become a memory, before prune and merge.

    ``score`` is 0..1, the share of the threshold table's evidence in favour; ``features`` names each thing that spoke
    for or against it with its weight, so that ``dreamd distil`` can show why. ``text`` stands alone (no pronoun points
    outside it) and is at most 300 characters; relative dates in it are as they were said: refresh owns them.
    """

    kind: Kind
    text: str
    trust: Trust
    evidence: tuple[Evidence, ...]
    time: Time
    score: float
    session: str
    features: tuple[tuple[str, float], ...] = ()
    about: About = About()
    claim: Claim | None = None
    person: str = ""
    branch: str = ""
    valid_until: Time | None = None


class Nearly(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was nearly kept, joined or shown, and why not. ``phase`` is whose decision it was.

    ``id`` is of a memory, ``session`` and ``record`` are where a passage stands that became none; ``score`` and
    ``features`` are as a draft's.
    """

    text: str
    why: str
    phase: str = ""
    id: str = ""
    session: str = ""
    record: str = ""
    score: float | None = None
    features: tuple[tuple[str, float], ...] = ()


class Relation(StrEnum):
    """How a newer statement stands to an older one."""

    SAME = "same"
    REFINES = "refines"  # the newer says all the older says, and more
    SUPERSEDES = "supersedes"  # same subject and attribute, another value, newer evidence
    CONTRADICTS = "contradicts"  # cannot both be true, and it is not clear which holds
    UNRELATED = "unrelated"


class Judgement(msgspec.Struct, frozen=True):
    """A relation with the sentence that explains it to a person."""

    relation: Relation
    why: str


class Curator(Protocol):
    """Who judges inside a phase. Pure: the same input gives the same answer."""

    name: str

    def distil(self, transcript: Transcript) -> list[Draft]:
        """Given a whole transcript, return what is worth keeping, best first, and no more than is worth keeping."""
        ...

    def nearly(self, transcript: Transcript) -> list[Nearly]:
        """Given a whole transcript, return what was nearly kept of it and why not, best first. For people who ask."""
        ...

    def judge(self, older: Memory, newer: Memory) -> Judgement:
        """Given two memories, return how the newer stands to the older; doubt is ``UNRELATED`` or ``CONTRADICTS``."""
        ...
