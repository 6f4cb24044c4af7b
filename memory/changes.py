"""The changes a ledger entry is made of, and how a state is folded from them.

A change names its memory, its reason in words a person can check, and the evidence it rests on. ``apply`` is the only
function that knows what each change does; the state of a store is the fold of its ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec

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
    parts: frozenset[str] = frozenset()  # transcript parts consumed (positions)
    inbox: frozenset[str] = frozenset()  # inbox items consumed
    shown: tuple[str, ...] = ()
    last_dream: Time | None = None  # ``now`` of the last entry of kind dream

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
    memory = memories.get(change.id)
    if memory is None:
        raise ChangeError(f"cannot {_name(change)} unknown memory '{change.id}'")
    replace = msgspec.structs.replace
    match change:
        case Reword():
            memory = replace(
                memory,
                text=change.text,
                kind=change.kind or memory.kind,
                about=change.about or memory.about,
                claim=change.claim or memory.claim,
                valid_until=change.valid_until or memory.valid_until,
            )
        case Merge():
            memory = replace(
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
                memories[name] = _retire(memories, name, Retired(Reason.DUPLICATE, change.reason, now, change.id))
        case Supersede():
            by = memories.get(change.by)
            if by is None:
                raise ChangeError(f"cannot supersede '{change.id}' by unknown memory '{change.by}'")
            memories[change.by] = replace(by, supersedes=tuple(sorted({*by.supersedes, change.id})))
            memory = _retire(memories, change.id, Retired(Reason.SUPERSEDED, change.reason, now, change.by))
            memory = replace(memory, valid_until=change.until)
        case Retire():
            memory = _retire(memories, change.id, Retired(change.why, change.reason, now, change.by))
            memory = replace(memory, valid_until=change.until or memory.valid_until)
        case Restore():
            if memory.active:
                raise ChangeError(f"cannot restore active memory '{change.id}'")
            memory = replace(memory, retired=None)
        case Verify():
            memory = replace(memory, verified=change.verified)
        case Retopic():
            memory = replace(memory, topic=change.topic)
        case Pin():
            memory = replace(memory, pinned=change.pinned)
        case Conflict():
            for name, other in ((change.id, change.other), (change.other, change.id)):
                if name not in memories:
                    raise ChangeError(f"cannot mark a conflict with unknown memory '{name}'")
                marks = {*memories[name].conflicts_with} - {other}
                if not change.settled:
                    marks.add(other)
                memories[name] = replace(memories[name], conflicts_with=tuple(sorted(marks)))
            return
    memories[change.id] = memory


def _retire(memories: Mapping[str, Memory], name: str, why: Retired) -> Memory:
    memory = memories.get(name)
    if memory is None or not memory.active:
        raise ChangeError(f"cannot retire '{name}': it is not active")
    return msgspec.structs.replace(memory, retired=why)


def _name(change: Change) -> str:
    return type(change).__name__.lower()
