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


def read_readings(store: Store) -> Readings:
    """Given a store, return what was read in its texts; nothing where that is missing, damaged or not of this code."""
    try:
        return restore(read_kept(store)[1])
    except (OSError, ValueError):
        return Readings()


def recalled(store: Store, state: State) -> tuple[State, Readings]:
    """Given a store and its state, return that and what was read in its texts.

    Where that was kept shortly before, the state knows the census of its memories: none is looked at but those that an
    entry has altered since.
    """
    try:
        kept, data = read_kept(store)
        readings = restore(data)
    except (OSError, ValueError):
        return state, Readings()
    with contextlib.suppress(OSError, ValueError, DamagedError):
        return _recognized(store, kept, readings, state), readings
    return state, readings


def write_readings(store: Store, state: State, told: Told = lambda *_: None) -> None:
    """Given a store and its state, keep what is read in the texts of its active memories; ``told`` gets how many."""
    state, readings = recalled(store, state)
    write_kept(store, state, readings.only(state.census, told).dump(state.census))


def _recognized(store: Store, kept: Head, readings: Readings, state: State) -> State:
    if not (kept.generation and 0 <= state.generation - kept.generation <= MOST_BEHIND):
        return state
    if digest_of_entry(store, kept.generation) != kept.entry:
        return state
    entries = list(read_entries(store, state.generation, kept.generation))
    if any(entry.header.rewrote for entry in entries):
        return state
    altered = {name for entry in entries for change in entry.changes for name in touched(change)}
    census = readings.census(state.memories).after(state.memories, altered)
    return state.with_census(census) if len(census) == state.number_active else state
