"""Several rankings made into one. Pure.

Reciprocal rank fusion (Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank
Learning Methods", 2009): an item's score is the sum of 1 / (k + rank) over the rankings that have it. Only ranks are
compared, since the scores of different methods have no common measure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: The paper's 60 suits lists of a thousand; recall shows five or ten, and 10 lets the first places count for more.
K = 10


@dataclass(frozen=True)
class Fused:
    """One item after fusion: ``score`` is 1 where every ranking has it first; ``ranks`` counts from 1."""

    item: str
    score: float
    ranks: Mapping[str, int]


def fuse(rankings: Mapping[str, Sequence[str]], k: int = K) -> list[Fused]:
    """Given rankings by name, each best first and without repetition, return all items, best first, ties by name.

    Rankings that found nothing count as well, so that a score says how much of the evidence speaks for the item.
    """
    ranks: dict[str, dict[str, int]] = {}
    for name, ranking in rankings.items():
        for rank, item in enumerate(ranking, start=1):
            ranks.setdefault(item, {})[name] = rank
    best = len(rankings) / (k + 1)
    # fsum: the same whatever the order of the rankings, so that ties stay ties
    fused = [Fused(item, math.fsum(1 / (k + rank) for rank in of.values()) / best, of) for item, of in ranks.items()]
    return sorted(fused, key=lambda it: (-it.score, it.item))
