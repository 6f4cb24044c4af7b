"""The readings of a store's texts, from one run to the next (``phases/readings``).

They derive from the memories and may be deleted at any time: then the next run reads all texts anew.
"""

from __future__ import annotations

from ..memory.atomic import read_file, write_file
from ..memory.changes import State
from ..memory.files import Store
from ..phases.readings import Readings, restore


def read_readings(store: Store) -> Readings:
    """Given a store, return what was read in its texts; nothing where that is missing, damaged or not of this code."""
    try:
        return restore(read_file(store.readings))
    except (OSError, ValueError):
        return Readings()


def write_readings(store: Store, state: State) -> None:
    """Given a store and its state, keep what is read in the texts of its active memories."""
    write_file(store.readings, read_readings(store).only(state.active()).dump())
