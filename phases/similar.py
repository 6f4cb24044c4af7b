"""Which memories are worth comparing: those that share rare words. Never all pairs.

An inverted index over stems and identifiers. A memory is looked up by its rarest keys only, so the work for one new
memory does not grow with the store.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..memory.census import counted
from ..memory.records import Memory
from .readings import Readings

if TYPE_CHECKING:
    from .readings import Numbers

#: how many of a memory's rarest keys are followed, of those that any other memory has: two statements of the same thing
#: share one of them, or they share too little to be judged the same
FOLLOWED = 8

#: a key that more memories than this have tells little, and following it costs much; in a small store every key may be
#: followed
COMMON_AT_LEAST, COMMON_AT_MOST = 50, 500

#: how many candidates are judged, best first, and the share of the lighter one's weight that they must have in common:
#: little, because a reversal speaks mostly of what is new
CANDIDATES, SHARED = 12, 0.15
#: of so few words a statement has little but its subject in common with what it replaces, and with much else: of these
#: more are judged, which costs little
SHORT, CANDIDATES_OF_SHORT = 6, 24
#: how many are weighed to find these, by how many of the rarest keys they share
PROMISING = 64


class Index:
    """Memories by the keys of their text.

    Those that it begins with are many and stay in the columns of the readings; only what comes and goes since becomes
    sets. Which memories have a key is looked up for the rare keys of those that are asked about, for many at once.
    """

    def __init__(self, memories: Sequence[Memory], readings: Readings) -> None:
        """Given memories, index them all."""
        self._readings = readings
        import numpy as np  # noqa: PLC0415 - heavy, and only who merges needs it

        active = counted(memories)
        rows = readings.rows(active)
        self._row: dict[str, int] = dict(zip(active.ids, rows.tolist(), strict=True))
        self._first = dict(self._row)
        # The ids in the order of their rows: those of one row stand together.
        self._by_row = np.argsort(rows, kind="stable")
        self._sorted_rows, self._names = rows[self._by_row], list(self._row)
        self._count = readings.keys.counts(rows)
        self._having: dict[str, Numbers] = {}  # by key, the places of names that began with it
        self._weights: dict[str, float] = {}
        self._came: dict[str, set[str]] = {}
        self._went: dict[str, set[str]] = {}

    def add(self, memory: Memory) -> None:
        """Index a memory, in place of what was indexed under its id."""
        self.remove(memory.id)
        row = self._row[memory.id] = self._readings.row(memory)
        for key in self._readings.keys.words(row):
            if self._began_with(memory.id, key):
                self._went[key].discard(memory.id)
            else:
                self._came.setdefault(key, set()).add(memory.id)

    def remove(self, name: str) -> None:
        """Forget the memory of that id, if it is there."""
        if name not in self._row:
            return
        for key in self._readings.keys.words(self._row.pop(name)):
            if self._began_with(name, key):
                self._went.setdefault(key, set()).add(name)
            else:
                self._came[key].discard(name)

    def expect(self, memories: Iterable[Memory]) -> None:
        """Given indexed memories that will be asked about, look up at once what would take as long for each alone."""
        self._look_up({key for memory in memories for key in self._rarest(self._keys(memory.id))})

    def candidates(self, memory: Memory) -> list[str]:
        """Given an indexed memory, return ids of others worth judging against it, most in common first, ties by id."""
        own = self._keys(memory.id)
        mine = self._weight(own)
        scored = []
        for name in self._promising(memory.id, self._rarest(own)):
            theirs = self._keys(name)
            share = self._weight(own & theirs) / (min(mine, self._weight(theirs)) or 1.0)
            if share >= SHARED:
                scored.append((-share, name))
        most = CANDIDATES_OF_SHORT if len(own) <= SHORT else CANDIDATES
        return [name for _share, name in heapq.nsmallest(most, scored)]

    def _keys(self, name: str) -> set[str]:
        return set(self._readings.keys.words(self._row[name]))

    def _began_with(self, name: str, key: str) -> bool:
        return name in self._first and key in self._readings.keys.words(self._first[name])

    def _spread(self, key: str) -> int:
        """Return how many memories have a key."""
        return self._count.get(key, 0) + len(self._came.get(key, ())) - len(self._went.get(key, ()))

    def _rarest(self, own: Iterable[str]) -> list[str]:
        """Return the rarest of a memory's keys, of those that any other memory has and that are not common."""
        common = min(COMMON_AT_MOST, max(COMMON_AT_LEAST, len(self._row) // 20))
        spread = {key: self._spread(key) for key in own}
        met = (key for key in own if spread[key] > 1)
        rarest = heapq.nsmallest(FOLLOWED, met, key=lambda key: (spread[key], key))
        return [key for key in rarest if spread[key] <= common]

    def _promising(self, name: str, keys: Sequence[str]) -> list[str]:
        """Return the ids of other memories that have the most of some keys, ties by id."""
        import numpy as np  # noqa: PLC0415 - as above

        self._look_up(keys)
        there = [self._having[key] for key in keys if key in self._having]
        places, shared = np.unique(np.concatenate(there), return_counts=True) if there else (np.array([], int),) * 2
        # What has gone or come since is seldom any; whoever has lost a key is counted once more, by name.
        changed = {name}.union(*(self._went.get(key, ()) for key in keys), *(self._came.get(key, ()) for key in keys))
        found = Counter(other for key in keys for other in self._came.get(key, ()))
        for other in changed & self._first.keys():
            here = [key for key in keys if self._began_with(other, key) and other not in self._went.get(key, ())]
            found[other] += len(here)
        del found[name]
        # Of those that share least of the first so many, the many that share as little are told apart by name alone.
        most = PROMISING + len(changed)
        least = np.partition(shared, len(shared) - most)[len(shared) - most] if len(shared) > most else 0
        more, equal = (
            map(self._names.__getitem__, places[some].tolist()) for some in (shared > least, shared == least)
        )
        counts = dict(zip(more, shared[shared > least].tolist(), strict=True))
        counts |= dict.fromkeys(heapq.nsmallest(most, equal), int(least))
        found |= {it: count for it, count in counts.items() if it not in changed}
        return heapq.nsmallest(PROMISING, (it for it in found if found[it]), key=lambda it: (-found[it], it))

    def _look_up(self, keys: Iterable[str]) -> None:
        """Find the places of the names that began with keys, where that is not known yet."""
        import numpy as np  # noqa: PLC0415 - as above

        unknown = [key for key in keys if key not in self._having and key in self._count]
        if not unknown:
            return
        for key, rows in self._readings.keys.rows_with(unknown).items():
            starts = self._sorted_rows.searchsorted(rows, "left")
            sizes = self._sorted_rows.searchsorted(rows, "right") - starts
            # The places from each start on, as many as there are: a ramp over all, less where each begins.
            ramp = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
            self._having[key] = self._by_row[np.repeat(starts, sizes) + ramp]

    def _weight(self, keys: Iterable[str]) -> float:
        return math.fsum(map(self._weight_of, keys))

    def _weight_of(self, key: str) -> float:
        known = self._weights.get(key)
        if known is None:
            # a key that came in with a rewording is as rare as can be
            begun = self._count.get(key, 0)
            known = math.log1p(len(self._first) / begun) if begun else math.log1p(len(self._row))
            if begun:
                self._weights[key] = known
        return known
