"""Whether a sentence of one statement is a sentence of another in other words."""

from __future__ import annotations

import re

from .compare import sign, substitutes, weigh
from .reading import Reading, Word, canonical, read

#: least weight of what two sentences share, and least share of each, before they can be the same in other words
SUBSTANTIAL, REPHRASED = 5.0, 0.7
#: behind such a word stands a thing or whose it is, and seldom what is done
_OF_WHAT = frozenset(
    {"the", "a", "an", "of", "for", "in", "on", "from", "by", "with", "at", "our", "my", "its", "to", ""}
)
_SENTENCE = re.compile(r"(?<=[.;!?])\s+")

#: what follows such a word says when or where, and so of what the rest holds
NARROWING = frozenset(
    {
        "in",
        "on",
        "for",
        "at",
        "from",
        "during",
        "under",
        "within",
        "by",
        "with",
        "only",
        "when",
        "if",
        "unless",
        "until",
    }
    | {"while", "before", "after", "once", "where", "except"}
)


#: what such a word adds is the contrary
_CONTRARY = (
    "stop refuse fail lack prevent avoid quit cease forget deny reject block cancel skip ignore unlikely rarely seldom "
    "hardly doubt pretend claim former ex fake half third quarter fewer less worse least last first second"
)
_AGAINST = frozenset(map(canonical, _CONTRARY.split()))


def same_sentence(one: str, other: str) -> frozenset[str]:
    """Given two statements, return the keys of two sentences of theirs that say the same in other words, or nothing."""
    for mine in _SENTENCE.split(one):
        for their in _SENTENCE.split(other):
            first, second = read(mine), read(their)
            shared = first.keys & second.keys
            if weigh(word for word in first.words if word.key in shared) < SUBSTANTIAL:
                continue
            if any(sign(first, key) != sign(second, key) for key in shared):
                continue
            sides = [[word for word in reading.words if word.heavy] for reading in (first, second)]
            shares = [weigh(word for word in side if word.key in shared) / weigh(side) for side in sides]
            if all(any(word.before in _OF_WHAT for word in _alone(side, shared)) for side in sides):
                continue  # two things may stand in two places: "the owner of x is a", "y's owner is a"
            if min(shares) < REPHRASED or _narrows(first, shared) or _narrows(second, shared):
                continue
            if not substitutes(*([word.key for word in side] for side in sides)):
                return first.keys | second.keys
    return frozenset()


def _alone(side: list[Word], shared: frozenset[str]) -> list[Word]:
    return [word for word in side if word.key not in shared]


def _narrows(reading: Reading, shared: frozenset[str]) -> bool:
    """Tell whether what a sentence has alone makes it another statement: a name, a number, a condition, a place."""
    if any(word.key in _AGAINST for word in reading.words if word.key not in shared):
        return True
    loose = [word for word in reading.words if word.heavy and word.key not in shared]
    return any(
        word.sort != "word" or word.before in NARROWING or reading.connectors[word.clause] in NARROWING
        for word in loose
    )
