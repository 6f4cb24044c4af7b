"""The readings of a store's texts, from one run to the next (``phases/readings``).

They derive from the memories and may be deleted at any time: then the next run reads all texts anew.
"""

from __future__ import annotations

import contextlib

from ..errors import DamagedError
from ..memory.changes import State, touched
from ..memory.checkpoint import digest_of_entry
from ..memory.files import Store
from ..memory.ledger import read_entries
from ..phases.readings import Readings, Told, restore
from .kept_readings import MOST_BEHIND, Head, read_kept, write_kept


def read_readings(store: Store, state: State | None = None) -> Readings:
    """Given a store, return what was read in its texts; nothing where that is missing, damaged or not of this code.

    Where it was kept of a generation shortly before ``state``, the memories that are as they were are known at once.
    """
    try:
        kept, data = read_kept(store)
        readings = restore(data)
    except (OSError, ValueError):
        return Readings()
    if state is not None:
        with contextlib.suppress(OSError, DamagedError):
            _recognize(store, kept, readings, state)
    return readings


def write_readings(store: Store, state: State, told: Told = lambda *_: None) -> None:
    """Given a store and its state, keep what is read in the texts of its active memories; ``told`` gets how many."""
    write_kept(store, state, read_readings(store, state).only(state.active(), told).dump())


def _recognize(store: Store, kept: Head, readings: Readings, state: State) -> None:
    if not 0 <= state.generation - kept.generation <= MOST_BEHIND:
        return
    if not kept.generation or digest_of_entry(store, kept.generation) != kept.entry:
        return
    entries = list(read_entries(store, state.generation, kept.generation))
    altered = {name for entry in entries for change in entry.changes for name in touched(change)}
    if not any(entry.header.rewrote for entry in entries):
        readings.know(memory for memory in state.memories.values() if memory.id not in altered)
