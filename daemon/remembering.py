"""The readings of a store's texts, from one run to the next (``phases/readings``).

They derive from the memories and may be deleted at any time: then the next run reads all texts anew.
"""

from __future__ import annotations

import contextlib

from ..errors import DamagedError
from ..memory.atomic import write_file
from ..memory.changes import State, touched
from ..memory.checkpoint import digest_of_entry
from ..memory.files import Store
from ..memory.ledger import read_entries
from ..memory.reads import read_file
from ..phases.readings import Readings, Told, restore

#: so many generations later, asking which memories were altered costs as much as looking at all texts
MOST_BEHIND = 64


def read_readings(store: Store, state: State | None = None) -> Readings:
    """Given a store, return what was read in its texts; nothing where that is missing, damaged or not of this code.

    Where it was kept of a generation shortly before ``state``, the memories that are as they were are known at once.
    """
    try:
        readings = restore(read_file(store.readings))
    except (OSError, ValueError):
        return Readings()
    if state is not None:
        with contextlib.suppress(OSError, DamagedError):
            _recognize(store, readings, state)
    return readings


def write_readings(store: Store, state: State, told: Told = lambda _: None) -> None:
    """Given a store and its state, keep what is read in the texts of its active memories; ``told`` gets how many."""
    known, entry = read_readings(store, state), digest_of_entry(store, state.generation)
    write_file(store.readings, known.only(state.active(), state.generation, entry, told).dump())


def _recognize(store: Store, readings: Readings, state: State) -> None:
    bound = readings.bound
    if not 0 <= state.generation - bound.generation <= MOST_BEHIND:
        return
    if not bound.generation or digest_of_entry(store, bound.generation) != bound.entry:
        return
    entries = list(read_entries(store, state.generation, bound.generation))
    altered = {name for entry in entries for change in entry.changes for name in touched(change)}
    if not any(entry.header.rewrote for entry in entries):
        readings.know(memory for memory in state.memories.values() if memory.id not in altered)
