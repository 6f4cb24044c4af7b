"""Which transcripts may go: the old, and the oldest of too many, but never what somebody may still ask for.

A part stays as long as no run has read it, and as long as any memory rests on its session, a retired one too: that can
be restored, and then its evidence is asked for. What goes are the events. The header stays: it says which records were
kept once, so that a log that is still there is not collected anew, and nothing changes about whose record is whose.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from ..errors import DamagedError
from ..memory.changes import State
from ..memory.records import Origin
from .parts import PartHeader, drop_events
from .transcripts import list_parts


class Retention(msgspec.Struct, frozen=True):
    """How long transcripts are kept, in seconds, and how many bytes of them; 0 keeps all."""

    seconds: float = 0.0
    size: int = 0


KEEP_ALL = Retention()


def drop_old(root: Path, state: State, now: datetime, policy: Retention) -> tuple[str, ...]:
    """Given the transcripts' root and the state of their store under its lease, let go what may; return the names."""
    if policy == KEEP_ALL:
        return ()
    dropped = []
    for name in choose(list_parts(root), state.parts, lambda: _cited(state), now, policy):
        try:
            drop_events(root, name)
        except (DamagedError, OSError):
            continue  # check names it; the others go all the same
        dropped.append(name)
    return tuple(dropped)


def choose(
    parts: Iterable[PartHeader],
    consumed: Collection[str],
    find_cited: Callable[[], Collection[str]],
    now: datetime,
    policy: Retention,
) -> tuple[str, ...]:
    """Given parts, the names of those that runs have read, what finds the sessions that memories rest on, and a policy.

    Return the names of those that may go: those that ended too long ago, and the oldest as long as all are too much.
    To find what is cited takes a look at all memories, and mostly nothing is to go.
    """
    there = sorted((part for part in parts if not part.dropped), key=lambda part: (_ended(part, now), part.name))
    left = sum(part.stored for part in there)
    chosen = []
    cited: Collection[str] | None = None
    for part in there:
        too_old = policy.seconds and now - _ended(part, now) > timedelta(seconds=policy.seconds)
        too_much = policy.size and left > policy.size
        if not ((too_old or too_much) and part.name in consumed):
            continue
        cited = find_cited() if cited is None else cited
        if part.session not in cited:
            chosen.append(part.name)
            left -= part.stored
    return tuple(chosen)


def _cited(state: State) -> set[str]:
    pieces = (piece for memory in state.memories.values() for piece in memory.evidence)
    return {piece.session for piece in pieces if piece.origin is Origin.SESSION}


def _ended(part: PartHeader, now: datetime) -> datetime:
    return part.ended or part.started or now
