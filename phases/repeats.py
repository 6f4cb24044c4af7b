"""Which memories MEMORY.md need not show beside others: two lines that speak of the same thing cost twice.

This is a matter of room and not of truth. Nothing is joined or retired for being alike (that is merge, which asks the
curator); the other line still stands under its topic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..curators.rules.relating.reading import read
from ..memory.records import Memory

if TYPE_CHECKING:
    from .readings import Readings

#: share of what a line says, each word weighed by how rare it is, that makes another line beside it a repetition.
#: Of 94 published lines a reader called six repetitions; pairs above this were five of those and no two good lines.
ALIKE = 0.5
#: fewer shared words may be a coincidence of two names
LEAST = 3
#: a name is nearly the whole subject of a line
_NAME = 2.0

#: a word and whether the line speaks for or against it: the same words with another sign say something else
Word = tuple[str, int]
#: the words of a line with their sort
Words = dict[Word, str]


class Lines:
    """The lines chosen so far. Made of all that could be chosen, since what is rare depends on them."""

    def __init__(self, memories: Sequence[Memory], readings: Readings) -> None:
        self._spread = readings.said.counts(readings.rows(memories))
        self._total = len(memories)
        self._chosen: list[Words] = []

    def choose(self, memory: Memory) -> None:
        """Given a memory that is going to be shown, know its words."""
        self._chosen.append(words_of(memory.text))

    def repeats(self, memory: Memory) -> bool:
        """Given a memory, tell whether a line that was chosen before says most of it, or it says most of that line."""
        words = words_of(memory.text)
        return any(self._alike(words, other) for other in self._chosen)

    def _alike(self, one: Words, other: Words) -> bool:
        shared = one.keys() & other.keys()
        # Another number is another statement, however alike the rest is.
        if len(shared) < LEAST or _numbers(one) != _numbers(other):
            return False
        return max(self._share(shared, one), self._share(shared, other)) >= ALIKE

    def _share(self, shared: Iterable[Word], words: Words) -> float:
        return self._weight(shared, words) / (self._weight(words, words) or 1.0)

    def _weight(self, chosen: Iterable[Word], words: Words) -> float:
        # Sorted: a sum of floats depends on its order, and the order of a set on the process (invariant 9).
        return math.fsum(
            (_NAME if words[word] == "name" else 1.0) * math.log(1 + self._total / self._spread[spelt(*word)])
            for word in sorted(chosen)
        )


def words_of(text: str) -> Words:
    """Given a memory's text, return the words without which it would be another statement."""
    return {(word.key, word.sign): word.sort for word in read(text).words if word.heavy}


def spelt(key: str, sign: int) -> str:
    """Given a word, return it as one with its sign."""
    return f"{sign:+d}{key}"


def _numbers(words: Words) -> set[str]:
    return {key for (key, _sign), sort in words.items() if sort == "number"}
