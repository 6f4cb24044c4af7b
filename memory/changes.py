"""The changes a ledger entry is made of, and how a state is folded from them.

A change names its memory, its reason in words a person can check, and the evidence it rests on. ``apply`` is the only
function that knows what each change does; the state of a store is the fold of its ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from datetime import datetime
from functools import cached_property
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from .census import Census, census_of
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
from .stored import Stored, copied
from .topic import CHOSEN

#: what a change tells at most of what else was done: a memory that many drafts join is told of the last of them
MOST_ALSO = 8


class Touch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """What a phase did to a memory on the way, in a run whose entry tells only what came of it."""

    phase: str
    op: str
    reason: str


class _Change(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="op", gc=False):
    """``phase`` of a run made it, and its reason is that phase's; ``also`` is what else was done that is in it."""

    id: str
    reason: str
    evidence: tuple[Evidence, ...] = ()
    phase: str = ""
    also: tuple[Touch, ...] = ()


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
    """``id`` is active again; with ``as_it_was`` it is in every field what it was before an undone generation."""

    as_it_was: Memory | None = None


class Verify(_Change, frozen=True, tag="verify", kw_only=True):
    """The repository was asked about ``id``."""

    verified: Verified


class Retopic(_Change, frozen=True, tag="retopic", kw_only=True):
    """``id`` belongs to another topic. Moved by a person (``by``), it stays there (invariant 12)."""

    topic: str
    by: str = ""


class Pin(_Change, frozen=True, tag="pin", kw_only=True):
    """A person wants ``id`` always shown, or no longer."""

    pinned: bool = True


class Conflict(_Change, frozen=True, tag="conflict", kw_only=True):
    """``id`` and ``other`` cannot both be true and it is not clear which is; ``settled`` takes the mark away.

    Settled by a person (``by``), both are true and no run marks them again (invariant 12).
    """

    other: str
    settled: bool = False
    by: str = ""


Change = Add | Reword | Merge | Supersede | Retire | Restore | Verify | Retopic | Pin | Conflict


class State(msgspec.Struct, frozen=True, dict=True):
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
        return list(self.census)

    @cached_property
    def census(self) -> Census:
        """The same, for whoever asks about all and looks at few."""
        return census_of(self.memories)

    def with_census(self, census: Census) -> State:
        """Given the census of the active memories, return this state, which need not take it any more."""
        state = replace(self)
        state.__dict__["census"] = census
        return state

    @cached_property
    def number_active(self) -> int:
        """How many memories are active; to know that takes less than to have them in order."""
        if isinstance(self.memories, Stored):
            return self.memories.number_active()
        return sum(memory.retired is None for memory in self.memories.values())

    def after(self, changes: Sequence[Change], now: datetime, shown: tuple[str, ...] | None = None) -> State:
        """Given changes that a run thinks of, and what MEMORY.md is to show, return the state with them.

        It is nobody's generation: that and the positions stay. Raises as ``fold`` does.
        """
        memories = fold(self.memories, changes, now) if changes else self.memories
        state = replace(self, memories=memories, shown=self.shown if shown is None else shown)
        altered = {name for change in changes for name in touched(change)}
        return state.with_census(self.census.after(memories, altered) if altered else self.census)


class ChangeError(ValueError):
    """A change that does not fit the state it is applied to."""


def fold(memories: Mapping[str, Memory], changes: Iterable[Change], now: datetime) -> Mapping[str, Memory]:
    """Given memories by id and changes in order, return the memories after them.

    ``now`` is the entry's own time: it dates retirements. Raises ChangeError where a change names an unknown memory,
    adds one twice, or retires one that is not active.
    """
    result = copied(memories)
    fold_into(result, changes, now)
    return result


def fold_into(memories: MutableMapping[str, Memory], changes: Iterable[Change], now: datetime) -> None:
    """Given memories by id and changes in order, apply them in place, for whoever folds a whole ledger.

    Raises as ``fold``; the changes before the faulty one have been applied by then.
    """
    for change in changes:
        for name in touched(change):
            memories[name] = alter(change, name, memories.get(name), now)


def touched(change: Change) -> tuple[str, ...]:
    """Given a change, return the ids of the memories that it alters, its own first."""
    match change:
        case Merge():
            return (change.id, *change.absorbed)
        case Supersede():
            return (change.id, change.by)
        case Conflict():
            return (change.id, change.other)
        case _:
            return (change.id,)


def effect(change: Change) -> str:
    """Given a change, return the name of what it does: its op, but for two.

    One that restores what was retired before retires it again. A merge in which nothing joins states fields anew.
    """
    if isinstance(change, Restore) and change.as_it_was is not None and not change.as_it_was.active:
        return "retire"
    if isinstance(change, Merge) and not (change.absorbed or change.evidence):
        return "alter"
    return str(change.__struct_config__.tag)


def alter(change: Change, name: str, memory: Memory | None, now: datetime) -> Memory:
    """Given a change and one of the memories it touches (None: not known), return that memory after it.

    What a change does to one memory depends on no other, so that the history of one can be told without folding all.
    Raises ChangeError as ``fold`` does.
    """
    if isinstance(change, Add):
        if memory is not None or change.memory.id != change.id:
            raise ChangeError(f"cannot add '{change.id}' twice")
        return change.memory
    if memory is None:
        raise ChangeError(f"cannot {change.__struct_config__.tag} unknown memory '{name}'")
    return _ALTER[type(change)](change, name, memory, now)


def _reword(change: Reword, _name: str, memory: Memory, _now: datetime) -> Memory:
    return replace(
        memory,
        text=change.text,
        kind=change.kind or memory.kind,
        about=change.about or memory.about,
        claim=change.claim or memory.claim,
        valid_until=change.valid_until or memory.valid_until,
    )


def _merge(change: Merge, name: str, memory: Memory, now: datetime) -> Memory:
    if name != change.id:
        return _end(memory, Retired(Reason.DUPLICATE, change.reason, now, change.id))
    return replace(
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


def _supersede(change: Supersede, name: str, memory: Memory, now: datetime) -> Memory:
    if name != change.id:
        return replace(memory, supersedes=tuple(sorted({*memory.supersedes, change.id})))
    return _end(memory, Retired(Reason.SUPERSEDED, change.reason, now, change.by), change.until)


def _retire(change: Retire, _name: str, memory: Memory, now: datetime) -> Memory:
    return _end(memory, Retired(change.why, change.reason, now, change.by), change.until)


def _restore(change: Restore, _name: str, memory: Memory, _now: datetime) -> Memory:
    if change.as_it_was is not None:
        return change.as_it_was
    if memory.active:
        raise ChangeError(f"cannot restore active memory '{change.id}'")
    return replace(memory, retired=None)


def _verify(change: Verify, _name: str, memory: Memory, _now: datetime) -> Memory:
    return replace(memory, verified=change.verified)


def _retopic(change: Retopic, _name: str, memory: Memory, _now: datetime) -> Memory:
    held = tuple(sorted({*memory.held, CHOSEN})) if change.by else memory.held
    return replace(memory, topic=change.topic, held=held)


def _pin(change: Pin, _name: str, memory: Memory, _now: datetime) -> Memory:
    return replace(memory, pinned=change.pinned)


def _conflict(change: Conflict, name: str, memory: Memory, _now: datetime) -> Memory:
    other = change.other if name == change.id else change.id
    marks = {*memory.conflicts_with} - {other}
    held = set(memory.held)
    if not change.settled:
        marks.add(other)
    elif change.by:
        held.add(f"conflict:{other}")
    return replace(memory, conflicts_with=tuple(sorted(marks)), held=tuple(sorted(held)))


def _end(memory: Memory, why: Retired, until: datetime | None = None) -> Memory:
    if not memory.active:
        raise ChangeError(f"cannot retire '{memory.id}': it is not active")
    return replace(memory, retired=why, valid_until=until or memory.valid_until)


_ALTER: dict[type, Callable[..., Memory]] = {
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
