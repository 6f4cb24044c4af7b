"""The two times of a memory: when the store knew it, and when it was true. Pure.

They are asked apart. ``generation_at`` answers by the entries' own times: what was known then is the fold of those that
had been committed. ``true_at`` answers by what is known of the matter, whenever it became known: a memory that was
learned in May about March counts for March.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import takewhile

from .changes import State
from .entry import Header
from .records import Kind, Memory, Reason

#: for these reasons a memory ends without having been true: it says the same as another, or was taken back
_NEVER_TRUE = frozenset({Reason.DUPLICATE, Reason.CONTRADICTED, Reason.FORGOTTEN, Reason.UNDONE})
#: what faded was put away and not refuted
_ENDED = frozenset({Reason.STALE, Reason.SUPERSEDED, Reason.EXPIRED})


def generation_at(headers: Iterable[Header], time: datetime) -> int:
    """Given the headers of a ledger in order and a time, return the generation that the store was at then.

    Entries count up to the first that is later, since a state is the fold of a prefix, whatever hosts' clocks say.
    """
    return max((header.generation for header in takewhile(lambda header: header.now <= time, headers)), default=0)


def true_at(state: State, time: datetime) -> list[Memory]:
    """Given a state and a time, return the memories of which it knows, in that state, that they were true then.

    Where no beginning is known, what it superseded ended then; else it counts as true before it was learned, except
    for what was tried or done, which had not happened. Oldest first, ties by id.
    """
    true = [memory for memory in state.memories.values() if _holds(memory, state, time)]
    return sorted(true, key=lambda memory: (memory.learned, memory.id))


def _holds(memory: Memory, state: State, time: datetime) -> bool:
    if memory.retired and memory.retired.reason in _NEVER_TRUE:
        return False
    begun, ended = _begun(memory, state), _ended(memory)
    return (begun is None or begun <= time) and (ended is None or time < ended)


def _begun(memory: Memory, state: State) -> datetime | None:
    if memory.valid_from:
        return memory.valid_from
    before = [state.memories[name].valid_until for name in memory.supersedes if name in state.memories]
    known = [time for time in before if time]
    if known:
        return max(known)
    return memory.learned if memory.kind is Kind.EPISODIC else None


def _ended(memory: Memory) -> datetime | None:
    if memory.valid_until or memory.retired is None:
        return memory.valid_until
    return memory.retired.when if memory.retired.reason in _ENDED else None
