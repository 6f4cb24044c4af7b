"""Which memories are worth comparing: those that share rare words. Never all pairs.

An inverted index over stems and identifiers. A memory is looked up by its rarest keys only, so the work for one new
memory does not grow with the store.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Collection, Iterable

from ..memory.records import Memory
from .readings import Readings

#: how many of a memory's rarest keys are followed, of those that any other memory has: two statements of the same thing
#: share one of them, or they share too little to be judged the same
FOLLOWED = 8

#: a key that more memories than this have tells little, and following it costs much; in a small store every key may be
#: followed
COMMON_AT_LEAST, COMMON_AT_MOST = 50, 500

#: how many candidates are judged, best first, and the share of the lighter one's weight that they must have in common:
#: little, because a reversal speaks mostly of what is new
CANDIDATES, SHARED = 12, 0.15
#: how many are weighed to find these, by how many of the rarest keys they share
PROMISING = 64


class Index:
    """Memories by the keys of their text.

    Those that it begins with are many and stay in the columns of the readings; only what comes and goes since, and
    the few that are asked for by a rare key, become sets.
    """

    def __init__(self, memories: Collection[Memory], readings: Readings) -> None:
        """Given memories, index them all."""
        self._readings = readings
        import numpy as np  # noqa: PLC0415 - heavy, and only who merges needs it

        rows = readings.rows(memories)
        self._row: dict[str, int] = dict(zip((memory.id for memory in memories), rows.tolist(), strict=True))
        self._first = dict(self._row)
        # The ids in the order of their rows: those of one row stand together.
        self._by_row = np.argsort(rows, kind="stable")
        self._sorted_rows, self._names = rows[self._by_row], list(self._row)
        self._count = readings.keys.counts(rows)
        self._rows, self._starts = readings.keys.by_word()
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

    def candidates(self, memory: Memory) -> list[str]:
        """Given an indexed memory, return ids of others worth judging against it, most in common first, ties by id."""
        own = self._keys(memory.id)
        common = min(COMMON_AT_MOST, max(COMMON_AT_LEAST, len(self._row) // 20))
        met = [key for key in own if self._spread(key) > 1]
        rarest = heapq.nsmallest(FOLLOWED, met, key=lambda key: (self._spread(key), key))
        found: Counter[str] = Counter()
        for key in rarest:
            if self._spread(key) <= common:
                found.update(self._having(key))
        found.pop(memory.id, None)
        mine = self._weight(own)
        scored = []
        for name in heapq.nsmallest(PROMISING, found, key=lambda name: (-found[name], name)):
            theirs = self._keys(name)
            share = self._weight(own & theirs) / (min(mine, self._weight(theirs)) or 1.0)
            if share >= SHARED:
                scored.append((-share, name))
        return [name for _share, name in heapq.nsmallest(CANDIDATES, scored)]

    def _keys(self, name: str) -> set[str]:
        return set(self._readings.keys.words(self._row[name]))

    def _began_with(self, name: str, key: str) -> bool:
        return name in self._first and key in self._readings.keys.words(self._first[name])

    def _spread(self, key: str) -> int:
        """Return how many memories have a key."""
        return self._count.get(key, 0) + len(self._came.get(key, ())) - len(self._went.get(key, ()))

    def _having(self, key: str) -> set[str]:
        """Return which memories have a key."""
        found = set(self._came.get(key, ()))
        if key in self._count:
            number = self._readings.keys.number[key]
            rows = self._rows[self._starts[number] : self._starts[number + 1]]
            places = zip(*(self._sorted_rows.searchsorted(rows, side) for side in ("left", "right")), strict=True)
            for start, end in places:
                found.update(self._names[place] for place in self._by_row[start:end].tolist())
        return found - self._went.get(key, set())

    def _weight(self, keys: Iterable[str]) -> float:
        # a key that came in with a rewording is as rare as can be
        rare, total = math.log1p(len(self._row)), len(self._first)
        return math.fsum(math.log1p(total / self._count[key]) if key in self._count else rare for key in keys)
