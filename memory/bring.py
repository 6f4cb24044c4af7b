"""Memories of another store, brought into this one: what is added, what joins, and what stays as it is here. Pure.

A memory is known again by its id, or by its words. An id that belongs to another memory here is not taken away from
it: the one that comes gets the next that is free, always the same, so that importing a file twice changes nothing.

What people decided travels, what they had forgotten and, where a person vouches for them, pins; and what was decided
here stays (invariant 12): what was forgotten here does not come back by a file, nor is anything retired because another
store found it stale. Nothing says that it supersedes a memory that is active.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msgspec.structs import replace

from .amend import Amendment
from .changes import Add, Change, Conflict, Merge, Pin, Retire, State, Supersede, alter
from .entry import EntryKind
from .records import BY_ANOTHER, BY_HAND, Evidence, Memory, Reason, Trust, derive_id, keep_evidence, normalized
from .topic import settle


class Fate(StrEnum):
    """What becomes of a memory that is brought."""

    ADDED = "added"
    JOINED = "joined"  # known here; evidence, support or a pin is new
    RETIRED = "retired"  # active here until now, and forgotten or superseded there
    KNOWN = "known"  # nothing new
    FORGOTTEN = "forgotten"  # a person forgot or undid it here, and it stays so
    UNPROVED = "unproved"  # retired for the sake of another that neither comes along nor is here (invariant 5)


@dataclass(frozen=True)
class Brought:
    """What becomes of memories that are brought: the amendment, each one's fate, and where an id is another here.

    ``fates`` and ``renamed`` are by the id under which a memory came; ``unpinned`` is how many pins were not taken.
    """

    amendment: Amendment
    fates: Mapping[str, Fate]
    renamed: Mapping[str, str]
    unpinned: int = 0


def bring(memories: Iterable[Memory], state: State, said: str, now: datetime, *, trusted: bool) -> Brought:
    """Given cleaned memories, the present state, and who brings them whence in words, return what becomes of them.

    Only where a person vouches for them (``trusted``) do a person's trust and pins come with them.
    """
    said_there = {memory.id: memory for memory in memories}
    came = [it if trusted else replace(it, trust=Trust.AGENT, pinned=False) for it in said_there.values()]
    proved = _proved(came, state)
    bringer = _Bringer(proved, state, said, now)
    amendment = Amendment(EntryKind.IMPORT, tuple(bringer.changes()))
    renamed = {old: new for old, new in bringer.names.items() if old != new and bringer.fates[old] is Fate.ADDED}
    fates = {memory.id: bringer.fates.get(memory.id, Fate.UNPROVED) for memory in came}
    pins = [bringer.names[it.id] for it in proved if it.active and said_there[it.id].pinned and not it.pinned]
    unpinned = sum(name not in state.memories or not state.memories[name].pinned for name in pins)
    return Brought(amendment, fates, renamed, unpinned)


def _proved(came: list[Memory], state: State) -> list[Memory]:
    """Return the memories without those whose retirement names another that cannot be looked up."""
    while True:
        known = {memory.id for memory in came} | state.memories.keys()
        left = [
            it for it in came if it.retired is None or it.retired.reason not in BY_ANOTHER or it.retired.by in known
        ]
        if len(left) == len(came):
            return came
        came = left


class _Bringer:
    """Knows what is here and under which name each that comes will be."""

    def __init__(self, came: list[Memory], state: State, said: str, now: datetime) -> None:
        self.came = came
        self.said = said
        self.now = now
        self.here = state.memories
        self.fates: dict[str, Fate] = {}
        self.by_text: dict[str, Memory] = {}
        for memory in state.memories.values():
            by_hand = memory.retired and memory.retired.reason in BY_HAND
            if memory.active or (by_hand and normalized(memory.text) not in self.by_text):
                self.by_text[normalized(memory.text)] = memory
        self.claimed = {memory.id for memory in came}
        self.names: dict[str, str] = {}
        for memory in came:
            self.names[memory.id] = self._name(memory)
        fresh = [memory for memory in came if self.names[memory.id] not in self.here]
        present = {memory.topic for memory in self.here.values() if memory.active}
        self.topics = settle((memory.topic for memory in fresh if memory.active), present)
        self.fresh = {self.names[memory.id]: memory for memory in fresh}

    def _name(self, memory: Memory) -> str:
        """Return the id of the memory that this is here, else one that is free."""
        name, taken = memory.id, set[str]()
        while True:
            here = self.here.get(name)
            if here is not None and is_same(here, memory):
                return name
            free = name == memory.id or (name not in self.claimed and name not in self.names.values())
            if here is None and free:
                break
            taken.add(name)
            name = derive_id(memory.evidence[0], memory.text, taken)
        twin = self.by_text.get(normalized(memory.text)) if memory.active else None
        return twin.id if twin else name

    def changes(self) -> Iterator[Change]:
        """Yield the changes in an order that folds: what is new, what joins, what ends."""
        for memory in self.fresh.values():
            self.fates[memory.id] = Fate.ADDED
            yield self._add(memory)
        for memory in self.fresh.values():
            yield from self._disputed(memory)
        present = dict(self.here)
        for memory in self.came:
            if memory.id not in self.fates:
                here = present[self.names[memory.id]]
                alterations = list(self._altered(here, memory))
                for change in alterations:  # two that come may be one here
                    present[here.id] = alter(change, here.id, present[here.id], self.now)
                self.fates[memory.id] = _fate(here, memory, alterations)
                yield from alterations

    def _add(self, memory: Memory) -> Change:
        name = self.names[memory.id]
        retired = memory.retired and replace(memory.retired, by=self.names.get(memory.retired.by, memory.retired.by))
        moved = replace(
            memory,
            id=name,
            topic=self.topics.get(memory.topic, memory.topic),
            supersedes=tuple(sorted(it for it in self._named(memory.supersedes) if not self._is_active(it))),
            conflicts_with=tuple(sorted({*self._named(memory.conflicts_with)} & self.fresh.keys())),
            held=tuple(sorted(map(self._sign, memory.held))),
            retired=retired,
        )
        return Add(name, self.said, memory=moved)

    def _disputed(self, memory: Memory) -> Iterator[Change]:
        """Yield a mark on each pair of which one memory is here already."""
        name = self.names[memory.id]
        for other in sorted(set(self._named(memory.conflicts_with)) & self.here.keys()):
            if memory.active and self.here[other].active:
                yield Conflict(name, self.said, other=other)

    def _altered(self, here: Memory, memory: Memory) -> Iterator[Change]:
        if not here.active:
            return
        if memory.active:
            yield from self._joined(here, memory)
            if memory.pinned and not here.pinned:
                yield Pin(here.id, f"{self.said}, and was pinned there")
        elif memory.retired and memory.retired.reason in BY_HAND:
            reason = f"{self.said}: {memory.retired.detail}"
            yield Retire(here.id, reason, why=memory.retired.reason, by=memory.retired.by)
        elif memory.retired and memory.retired.reason is Reason.SUPERSEDED:
            by = self.names.get(memory.retired.by, "")
            successor = self.fresh.get(by) or self.here.get(by)
            if successor and successor.active and by != here.id:
                until = memory.valid_until or memory.retired.when
                yield Supersede(here.id, f"{self.said}: {memory.retired.detail}", by=by, until=until)

    def _joined(self, here: Memory, memory: Memory) -> Iterator[Change]:
        known = set(map(_piece, here.evidence))
        pieces = tuple(piece for piece in memory.evidence if _piece(piece) not in known)
        joined = Merge(
            id=here.id,
            reason=f"{self.said}: it says the same",
            evidence=pieces,
            joined=keep_evidence((*here.evidence, *pieces), here.text) if pieces else here.evidence,
            sessions=tuple(sorted({*here.sessions, *memory.sessions})),
            people=tuple(sorted({*here.people, *memory.people})),
            trust=here.trust,
            learned=min(here.learned, memory.learned),
            last_seen=max(here.last_seen, memory.last_seen),
            factors=replace(
                here.factors,
                confidence=max(here.factors.confidence, memory.factors.confidence),
                uses=max(here.factors.uses, memory.factors.uses),
            ),
        )
        strong = any(piece.role == "user" for piece in joined.joined)
        if memory.trust is Trust.USER and strong:
            joined = replace(joined, trust=Trust.USER)
        fields = ("sessions", "people", "trust", "learned", "last_seen", "factors")
        if joined.joined != here.evidence or any(getattr(joined, name) != getattr(here, name) for name in fields):
            yield joined

    def _named(self, others: Iterable[str]) -> list[str]:
        """Return ids as they are here, without those of memories that did not come and are not here."""
        names = [self.names.get(name, name) for name in others]
        return [name for name in names if name in self.fresh or name in self.here]

    def _is_active(self, name: str) -> bool:
        """Tell whether a memory will be active when it is added; one that is superseded after that is marked then."""
        return (self.here.get(name) or self.fresh[name]).active

    def _sign(self, sign: str) -> str:
        what, _, name = sign.partition(":")
        return f"{what}:{self.names.get(name, name)}"


def is_same(here: Memory, memory: Memory) -> bool:
    """Given two memories with one id, tell whether they are one: they say the same, or rest on the same words."""
    return (
        normalized(here.text) == normalized(memory.text)
        or bool(set(here.sessions) & set(memory.sessions))
        or bool(set(map(_piece, here.evidence)) & set(map(_piece, memory.evidence)))
    )


def _fate(here: Memory, memory: Memory, alterations: list[Change]) -> Fate:
    if any(isinstance(it, Retire | Supersede) for it in alterations):
        return Fate.RETIRED
    if alterations:
        return Fate.JOINED
    by_hand = here.retired is not None and here.retired.reason in BY_HAND
    return Fate.FORGOTTEN if by_hand and memory.active else Fate.KNOWN


def _piece(piece: Evidence) -> tuple[str, str, str]:
    """What a piece of evidence is, by whichever door it came in."""
    return (piece.session, piece.record, piece.quote)
