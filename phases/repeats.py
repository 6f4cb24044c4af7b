"""Which memories MEMORY.md need not show beside others: two lines that speak of the same thing cost twice.

This is a matter of room and not of truth. Nothing is joined or retired for being alike (that is merge, which asks the
curator); the other line still stands under its topic.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from ..curators.rules.reading import read
from ..memory.records import Memory

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

    def __init__(self, memories: Iterable[Memory]) -> None:
        self._words = {memory.id: _words(memory.text) for memory in memories}
        self._spread = Counter(word for words in self._words.values() for word in words)
        self._chosen: list[Words] = []

    def choose(self, memory: Memory) -> None:
        """Given a memory that is going to be shown, know its words."""
        self._chosen.append(self._words[memory.id])

    def repeats(self, memory: Memory) -> bool:
        """Given a memory, tell whether a line that was chosen before says most of it, or it says most of that line."""
        words = self._words[memory.id]
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
        total = len(self._words)
        # Sorted: a sum of floats depends on its order, and the order of a set on the process (invariant 9).
        return math.fsum(
            (_NAME if words[word] == "name" else 1.0) * math.log(1 + total / self._spread[word])
            for word in sorted(chosen)
        )


def _words(text: str) -> Words:
    return {(word.key, word.sign): word.sort for word in read(text).words if word.heavy}


def _numbers(words: Words) -> set[str]:
    return {key for (key, _sign), sort in words.items() if sort == "number"}
