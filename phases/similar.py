"""Which memories are worth comparing: those that share rare words. Never all pairs.

An inverted index over stems and identifiers. A memory is looked up by its rarest keys only, so the work for one new
memory does not grow with the store.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterable

from ..memory.records import Memory

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
    """Memories by the keys of their text."""

    def __init__(self, memories: Iterable[Memory], keys: Callable[[Memory], frozenset[str]]) -> None:
        """Given memories and what their keys are, index them all."""
        self._keys_of = keys
        self._keys: dict[str, frozenset[str]] = {}
        self._having: dict[str, set[str]] = {}
        for memory in memories:
            self.add(memory)
        total = len(self._keys)
        self._rarity = {key: math.log1p(total / len(names)) for key, names in self._having.items()}

    def add(self, memory: Memory) -> None:
        """Index a memory, in place of what was indexed under its id."""
        self.remove(memory.id)
        keys = self._keys_of(memory)
        self._keys[memory.id] = keys
        for key in keys:
            self._having.setdefault(key, set()).add(memory.id)

    def remove(self, name: str) -> None:
        """Forget the memory of that id, if it is there."""
        for key in self._keys.pop(name, ()):
            self._having[key].discard(name)

    def candidates(self, memory: Memory) -> list[str]:
        """Given an indexed memory, return ids of others worth judging against it, most in common first, ties by id."""
        own = self._keys[memory.id]
        common = min(COMMON_AT_MOST, max(COMMON_AT_LEAST, len(self._keys) // 20))
        met = [key for key in own if len(self._having[key]) > 1]
        rarest = heapq.nsmallest(FOLLOWED, met, key=lambda key: (len(self._having[key]), key))
        found: Counter[str] = Counter()
        for key in rarest:
            if len(self._having[key]) <= common:
                found.update(self._having[key])
        found.pop(memory.id, None)
        mine = self._weight(own)
        scored = []
        for name in heapq.nsmallest(PROMISING, found, key=lambda name: (-found[name], name)):
            theirs = self._keys[name]
            share = self._weight(own & theirs) / (min(mine, self._weight(theirs)) or 1.0)
            if share >= SHARED:
                scored.append((-share, name))
        return [name for _share, name in heapq.nsmallest(CANDIDATES, scored)]

    def _weight(self, keys: Iterable[str]) -> float:
        # a key that came in with a rewording is as rare as can be
        rare = math.log1p(len(self._keys))
        return math.fsum(self._rarity.get(key, rare) for key in keys)
