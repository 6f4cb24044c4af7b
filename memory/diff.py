"""What differs between two states: the net of all that lies between them, whichever is the older. Pure.

What came and went in between is told apart, and a difference is empty only where readers would find none: every field
that differs is in it, at least by its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .changes import State
from .records import Memory, Reason

#: what a heading of its own tells of a memory that was active before and after, and of one that was so at one end
_TOLD_OF_ACTIVE = frozenset({"text", "topic", "pinned"})
_TOLD_OF_ENDED = frozenset({"text", "retired", "valid_until"})
_TOLD_OF_RETIRED = frozenset({"text"})


@dataclass(frozen=True)
class Pair:
    """One memory, before and after."""

    was: Memory
    now: Memory


@dataclass(frozen=True)
class Altered:
    """A memory that differs in what has no heading of its own: evidence that joined, a look at the repository."""

    memory: Memory
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """What leads from one state to another, each list by topic and age.

    ``merged`` are those that retired as a duplicate; ``passed`` were not known before and are not active after.
    ``shown`` and ``hidden`` are what MEMORY.md shows now and did not before, and the other way round.
    """

    added: tuple[Memory, ...]
    retired: tuple[Memory, ...]
    merged: tuple[Memory, ...]
    restored: tuple[Memory, ...]
    reworded: tuple[Pair, ...]
    moved: tuple[Pair, ...]
    pinned: tuple[Memory, ...]
    unpinned: tuple[Memory, ...]
    altered: tuple[Altered, ...]
    passed: tuple[Memory, ...]
    shown: tuple[Memory, ...]
    hidden: tuple[Memory, ...]


def diff(old: State, new: State) -> Difference:
    """Given two states of one store, return what differs. A memory that only the old one knows counts as retired."""
    pairs = [Pair(old.memories[name], memory) for name, memory in new.memories.items() if name in old.memories]
    fresh = [memory for name, memory in new.memories.items() if name not in old.memories]
    gone = [memory for name, memory in old.memories.items() if name not in new.memories and memory.active]
    ended = [pair.now for pair in pairs if pair.was.active and not pair.now.active]
    stayed = [pair for pair in pairs if pair.was.active and pair.now.active]
    return Difference(
        added=_ordered(memory for memory in fresh if memory.active),
        retired=_ordered([*gone, *(memory for memory in ended if not _is_duplicate(memory))]),
        merged=_ordered(memory for memory in ended if _is_duplicate(memory)),
        restored=_ordered(pair.now for pair in pairs if not pair.was.active and pair.now.active),
        reworded=_pairs(pair for pair in pairs if pair.was.text != pair.now.text),
        moved=_pairs(pair for pair in stayed if pair.was.topic != pair.now.topic),
        pinned=_ordered(pair.now for pair in stayed if pair.now.pinned and not pair.was.pinned),
        unpinned=_ordered(pair.now for pair in stayed if pair.was.pinned and not pair.now.pinned),
        altered=tuple(_altered(pairs)),
        passed=_ordered(memory for memory in fresh if not memory.active),
        shown=_listed(new, old),
        hidden=_listed(old, new),
    )


def _is_duplicate(memory: Memory) -> bool:
    return memory.retired is not None and memory.retired.reason is Reason.DUPLICATE


def _altered(pairs: list[Pair]) -> Iterator[Altered]:
    for pair in sorted(pairs, key=lambda pair: _order(pair.now)):
        told = _TOLD_OF_ACTIVE if pair.now.active else _TOLD_OF_RETIRED
        if pair.was.active != pair.now.active:
            told = _TOLD_OF_ENDED
        fields = [
            name
            for name in Memory.__struct_fields__
            if name not in told and getattr(pair.was, name) != getattr(pair.now, name)
        ]
        if fields:
            yield Altered(pair.now, tuple(fields))


def _listed(state: State, other: State) -> tuple[Memory, ...]:
    """Return what MEMORY.md shows of a state and not of the other, in its order."""
    there = _visible(other)
    return tuple(memory for name, memory in _visible(state).items() if name not in there)


def _visible(state: State) -> Mapping[str, Memory]:
    known = {name: state.memories[name] for name in state.shown if name in state.memories}
    return {name: memory for name, memory in known.items() if memory.active}


def _pairs(pairs: Iterator[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(pairs, key=lambda pair: _order(pair.now)))


def _ordered(memories: Iterator[Memory] | list[Memory]) -> tuple[Memory, ...]:
    return tuple(sorted(memories, key=_order))


def _order(memory: Memory) -> tuple[str, str, str]:
    return (memory.topic, memory.learned.isoformat(), memory.id)
