"""Commit what somebody asked for by hand: at once, without a gate, and whoever else commits meanwhile.

A run that loses the race for a generation starts again from its sessions. A correction is small and its author waits,
so it is made anew on whatever state the head has by then, and committed on that::

    head ──propose──▶ amendment ──commit──▶ committed
      ▲                  │            │
      │                  └─ nothing to change: nothing is written
      └─────── somebody else was first ─┘
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..errors import StaleBaseError
from .changes import Change, State
from .entry import NOTHING_CONSUMED, Consumed, Entry, EntryKind, Header
from .files import Store
from .ledger import commit, head, load

#: more heads than this cannot move under one correction unless something is wrong
_MOST_ROUNDS = 100


@dataclass(frozen=True)
class Amendment:
    """What an entry that is made by hand holds. ``shown`` is what MEMORY.md then shows; None: as before."""

    kind: EntryKind
    changes: tuple[Change, ...] = ()
    shown: tuple[str, ...] | None = None
    consumed: Consumed = NOTHING_CONSUMED


Propose = Callable[[State], Amendment]


def amend(store: Store, propose: Propose, now: datetime, host: str, known: State | None = None) -> Entry | None:
    """Given a store and what makes an amendment of its state, commit it; return the entry, or None for nothing to do.

    ``known`` is a state of an earlier generation, so that not all has to be read. Raises what ``propose`` raises,
    StaleBaseError where the head moved all the time.
    """
    for _ in range(_MOST_ROUNDS):
        state = load(store, known=known)
        amendment = propose(state)
        if not amendment.changes and not amendment.consumed:
            return None
        header = Header(
            generation=state.generation + 1,
            kind=amendment.kind,
            # An entry is never older than the one before it, whatever this host's clock says.
            now=max(now, state.now or now),
            host=host,
            shown=amendment.shown,
            consumed=amendment.consumed,
        )
        entry = Entry(header, amendment.changes)
        try:
            commit(store, entry)
        except StaleBaseError:
            continue
        return entry
    raise StaleBaseError(str(head(store) + 1))
