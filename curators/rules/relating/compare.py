"""Two readings held against each other: what they share, what each has alone, in which order and with which sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ....language.branches import is_long_lived
from ....memory.records import Memory, Trust
from .reading import Reading, Word, read

#: what a word weighs when two statements are held against each other: a name is nearly the whole subject
_WEIGHTS = {"name": 2.0, "number": 1.5, "date": 1.5, "word": 1.0, "light": 0.3}

#: a clause that begins so explains or adds; any other beginning may narrow what is said
EXPLAINS = frozenset(
    {"because", "since", "so", "otherwise", "therefore", "thus", "hence", "which", "as"}
    | {":", ";", "(", ")", ".", "\u2014", "\u2013"}
)


@dataclass(frozen=True)
class Pair:
    """Two readings; ``older_only`` and ``newer_only`` are heavy words without a partner."""

    older: Reading
    newer: Reading
    shared: frozenset[str]
    older_only: tuple[Word, ...]
    newer_only: tuple[Word, ...]
    flipped: frozenset[str]
    later: bool  # the newer evidence is strictly newer
    entitled: bool  # whoever says the newer may overrule the older
    outgrown: bool  # whoever says the newer may tell that what the older says is over

    def covered(self, reading: Reading) -> float:
        """Return the share of a reading's weight that the other has too."""
        return weigh(word for word in reading.words if word.key in self.shared) / (weigh(reading.words) or 1.0)


def pair(older: Memory, newer: Memory) -> Pair:
    """Given two memories, the one with the older evidence first, return how they read side by side."""
    old, new = read(older.text), read(newer.text)
    shared = old.keys & new.keys
    return Pair(
        older=old,
        newer=new,
        shared=shared,
        older_only=alone(old, new),
        newer_only=alone(new, old),
        flipped=frozenset(key for key in shared if sign(old, key) * sign(new, key) < 0),
        later=newer.last_seen > older.last_seen,
        entitled=_entitled(older, newer),
        outgrown=_entitled(older, newer) or _outgrown(older, newer),
    )


def alike(older: Memory, newer: Memory) -> float:
    """Given two memories, return which share of its weight each has in common with the other, at least."""
    both = pair(older, newer)
    return min(both.covered(both.older), both.covered(both.newer))


def alone(one: Reading, other: Reading) -> tuple[Word, ...]:
    """Return the heavy words of one reading that the other does not have, not even in passing."""
    theirs = {word.key for word in other.words}
    return tuple(word for word in one.words if word.heavy and word.key not in theirs)


def _entitled(older: Memory, newer: Memory) -> bool:
    """A person overrules anybody; an agent only agents, and only on the same branch, since branches differ."""
    if newer.trust is Trust.USER:
        return True
    same_branch = not older.branch or not newer.branch or older.branch == newer.branch
    return older.trust is Trust.AGENT and same_branch


def _outgrown(older: Memory, newer: Memory) -> bool:
    """An agent that tells of a change knows what was before: that was merged into its branch, unless it lives on."""
    return older.trust is newer.trust is Trust.AGENT and not is_long_lived(older.branch)


def weigh(words: Iterable[Word]) -> float:
    """Given words, return their weight, each key once."""
    return sum(_WEIGHTS[word.sort] for word in {word.key: word for word in words}.values())


def sign(reading: Reading, key: str) -> int:
    """Return 1 or -1 where the words speak for or against a key throughout, 0 where they do both."""
    signs = {word.sign for word in reading.words if word.key == key}
    return signs.pop() if len(signs) == 1 else 0


def forbidden(reading: Reading) -> list[str]:
    """Return the word right after each "not", "never" and the like: what is spoken against, whatever follows it."""
    found = []
    for last, word in pairwise((None, *reading.words)):
        if word and word.sign < 0 and (last is None or last.sign > 0 or last.clause != word.clause):
            found.append(word.key)
    return sorted(found)


def explains(reading: Reading, extra: Sequence[Word], shared: frozenset[str]) -> bool:
    """Tell whether all that is extra stands in clauses of its own that explain, or behind the first that does.

    "x, not y" explains too: what is extra is spoken against, and stands last.
    """
    shared_in = {word.clause for word in reading.words if word.key in shared}
    clauses = {word.clause for word in extra}
    if min(clauses) <= min(shared_in):
        return False
    behind = not any(it > min(clauses) for it in shared_in)
    if reading.connectors[min(clauses)] not in EXPLAINS:
        last = len(reading.connectors) - 1 == max(clauses) == min(clauses)
        against = all(word.sign < 0 for word in reading.words if word.clause in clauses)
        return behind and last and against and reading.connectors[min(clauses)] == ","
    return behind or all(reading.connectors[it] in EXPLAINS for it in clauses)


def aligned(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Given two sequences, return the pairs of indices of a longest common subsequence."""
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) - 1, -1, -1):
        for j in range(len(other) - 1, -1, -1):
            same = table[i + 1][j + 1] + 1 if one[i] == other[j] else 0
            table[i][j] = max(same, table[i + 1][j], table[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(one) and j < len(other):
        if one[i] == other[j] and table[i][j] == table[i + 1][j + 1] + 1:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif table[i + 1][j] >= table[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def substitutes(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether one has a word in the very place where the other has another word: "staging" for "production"."""
    return _in_place(one, other) or _in_place(other, one)


def _in_place(one: Sequence[str], other: Sequence[str]) -> bool:
    fence = [(-1, -1), *aligned(one, other), (len(one), len(other))]
    return any(
        set(one[left[0] + 1 : right[0]]).difference(other) and set(other[left[1] + 1 : right[1]]).difference(one)
        for left, right in pairwise(fence)
    )
