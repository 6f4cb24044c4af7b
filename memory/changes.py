"""The changes a ledger entry is made of, and how a state is folded from them.

A change names its memory, its reason in words a person can check, and the evidence it rests on. ``apply`` is the only
function that knows what each change does; the state of a store is the fold of its ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from .records import (
    About,
    Claim,
    Evidence,
    Factors,
    Kind,
    Memory,
    Reason,
    Retired,
    Time,
    Trust,
    Verified,
)


class _Change(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="op"):
    id: str
    reason: str
    evidence: tuple[Evidence, ...] = ()


class Add(_Change, frozen=True, tag="add", kw_only=True):
    """A memory that was not known."""

    memory: Memory


class Reword(_Change, frozen=True, tag="reword", kw_only=True):
    """Another text for the same memory: a date made absolute, a rename followed, a fragment completed."""

    text: str
    was: str
    kind: Kind | None = None
    about: About | None = None
    claim: Claim | None = None
    valid_until: Time | None = None


class Merge(_Change, frozen=True, tag="merge", kw_only=True):
    """Evidence of the same statement joins ``id``; memories in ``absorbed`` retire as its duplicates.

    The joined fields are stated whole, so that the change needs no record that this ledger never added (a draft that
    was merged in the run that found it).
    """

    absorbed: tuple[str, ...] = ()
    joined: tuple[Evidence, ...]
    sessions: tuple[str, ...]
    people: tuple[str, ...]
    trust: Trust
    learned: Time
    last_seen: Time
    factors: Factors = Factors()
    about: About | None = None


class Supersede(_Change, frozen=True, tag="supersede", kw_only=True):
    """``id`` was true until ``until``; since then ``by`` is. The older stays as history."""

    by: str
    until: Time


class Retire(_Change, frozen=True, tag="retire", kw_only=True):
    """``id`` is no longer active."""

    why: Reason
    by: str = ""
    until: Time | None = None


class Restore(_Change, frozen=True, tag="restore", kw_only=True):
    """``id`` is active again."""


class Verify(_Change, frozen=True, tag="verify", kw_only=True):
    """The repository was asked about ``id``."""

    verified: Verified


class Retopic(_Change, frozen=True, tag="retopic", kw_only=True):
    """``id`` belongs to another topic."""

    topic: str


class Pin(_Change, frozen=True, tag="pin", kw_only=True):
    """A person wants ``id`` always shown, or no longer."""

    pinned: bool = True


class Conflict(_Change, frozen=True, tag="conflict", kw_only=True):
    """``id`` and ``other`` cannot both be true and it is not clear which is; ``settled`` takes the mark away."""

    other: str
    settled: bool = False


Change = Add | Reword | Merge | Supersede | Retire | Restore | Verify | Retopic | Pin | Conflict


class State(msgspec.Struct, frozen=True):
    """What a store knows at a generation. ``memories`` holds the retired too: a run never erases."""

    memories: Mapping[str, Memory] = MappingProxyType({})
    generation: int = 0
    now: Time | None = None  # ``now`` of the last entry
    parts: frozenset[str] = frozenset()  # transcript parts consumed (positions)
    inbox: frozenset[str] = frozenset()  # inbox items consumed
    shown: tuple[str, ...] = ()
    last_dream: Time | None = None  # ``now`` of the last entry of kind dream
    topics: Mapping[str, int] = MappingProxyType({})  # topic -> generation that last touched one of its memories

    def active(self) -> list[Memory]:
        """Return the active memories, oldest first, ties by id."""
        return sorted((m for m in self.memories.values() if m.active), key=lambda m: (m.learned, m.id))


class ChangeError(ValueError):
    """A change that does not fit the state it is applied to."""


def fold(memories: Mapping[str, Memory], changes: Iterable[Change], now: datetime) -> dict[str, Memory]:
    """Given memories by id and changes in order, return the memories after them.

    ``now`` is the entry's own time: it dates retirements. Raises ChangeError where a change names an unknown memory,
    adds one twice, or retires one that is not active.
    """
    result = dict(memories)
    for change in changes:
        _apply(result, change, now)
    return result


def _apply(memories: dict[str, Memory], change: Change, now: datetime) -> None:
    if isinstance(change, Add):
        if change.id in memories or change.memory.id != change.id:
            raise ChangeError(f"cannot add '{change.id}' twice")
        memories[change.id] = change.memory
        return
    if change.id not in memories:
        raise ChangeError(f"cannot {type(change).__name__.lower()} unknown memory '{change.id}'")
    _APPLY[type(change)](memories, change, now)


def _reword(memories: dict[str, Memory], change: Reword, _now: datetime) -> None:
    memory = memories[change.id]
    memories[change.id] = replace(
        memory,
        text=change.text,
        kind=change.kind or memory.kind,
        about=change.about or memory.about,
        claim=change.claim or memory.claim,
        valid_until=change.valid_until or memory.valid_until,
    )


def _merge(memories: dict[str, Memory], change: Merge, now: datetime) -> None:
    memory = memories[change.id]
    memories[change.id] = replace(
        memory,
        evidence=change.joined,
        sessions=change.sessions,
        people=change.people,
        trust=change.trust,
        learned=change.learned,
        last_seen=change.last_seen,
        factors=change.factors,
        about=change.about or memory.about,
    )
    for name in change.absorbed:
        _end(memories, name, Retired(Reason.DUPLICATE, change.reason, now, change.id))


def _supersede(memories: dict[str, Memory], change: Supersede, now: datetime) -> None:
    by = memories.get(change.by)
    if by is None:
        raise ChangeError(f"cannot supersede '{change.id}' by unknown memory '{change.by}'")
    memories[change.by] = replace(by, supersedes=tuple(sorted({*by.supersedes, change.id})))
    _end(memories, change.id, Retired(Reason.SUPERSEDED, change.reason, now, change.by), change.until)


def _retire(memories: dict[str, Memory], change: Retire, now: datetime) -> None:
    _end(memories, change.id, Retired(change.why, change.reason, now, change.by), change.until)


def _restore(memories: dict[str, Memory], change: Restore, _now: datetime) -> None:
    if memories[change.id].active:
        raise ChangeError(f"cannot restore active memory '{change.id}'")
    memories[change.id] = replace(memories[change.id], retired=None)


def _verify(memories: dict[str, Memory], change: Verify, _now: datetime) -> None:
    memories[change.id] = replace(memories[change.id], verified=change.verified)


def _retopic(memories: dict[str, Memory], change: Retopic, _now: datetime) -> None:
    memories[change.id] = replace(memories[change.id], topic=change.topic)


def _pin(memories: dict[str, Memory], change: Pin, _now: datetime) -> None:
    memories[change.id] = replace(memories[change.id], pinned=change.pinned)


def _conflict(memories: dict[str, Memory], change: Conflict, _now: datetime) -> None:
    if change.other not in memories:
        raise ChangeError(f"cannot mark a conflict with unknown memory '{change.other}'")
    for name, other in ((change.id, change.other), (change.other, change.id)):
        marks = {*memories[name].conflicts_with} - {other}
        if not change.settled:
            marks.add(other)
        memories[name] = replace(memories[name], conflicts_with=tuple(sorted(marks)))


def _end(memories: dict[str, Memory], name: str, why: Retired, until: datetime | None = None) -> None:
    memory = memories.get(name)
    if memory is None or not memory.active:
        raise ChangeError(f"cannot retire '{name}': it is not active")
    memories[name] = replace(memory, retired=why, valid_until=until or memory.valid_until)


_APPLY: dict[type, Callable[..., None]] = {
    Reword: _reword,
    Merge: _merge,
    Supersede: _supersede,
    Retire: _retire,
    Restore: _restore,
    Verify: _verify,
    Retopic: _retopic,
    Pin: _pin,
    Conflict: _conflict,
}
