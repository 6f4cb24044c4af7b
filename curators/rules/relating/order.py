"""Whether two statements with the same words have them in one order, but for phrases that may stand anywhere."""

from __future__ import annotations

import re

from .compare import aligned
from .reading import Reading, Word

_MOVABLE = re.compile(
    r"\b(?P<by>in|on|at|for|from|during|under|with|after|within|by|before|when|if|while|because|since|as|to|every|each|"
    r"whenever|unless|until|without|via|only|once|per|over|through|across|between|against|first|use|which)\s+"
    r"(?:(?:a|an|the|its?|their|they|you|we|our|every|each|there|all|any|is|are|no|one|start|I|was|were)\s+)*`?$",
    re.IGNORECASE,
)
_SORTS_OF_PLACE = {
    "whenever": "when",
    "if": "when",
    "since": "because",
    "as": "because",
    "within": "in",
    "on": "in",
    "at": "in",
    "each": "every",
}
_HOW = re.compile(r"[a-z]{2,}[a-z]{2}ly")
_SECOND_VERB = re.compile(r"\b(?:that|which|who|and|or|but|only)\b", re.IGNORECASE)
#: with what a thing is done, in either order: "use `uv` to install", "install with `uv`"
_MEANS = frozenset({"use", "with", "to", "for", "via", "by"})
_COPULA = re.compile(r"\b(?:is|are)\s+(?!\w+ed\b)")
BE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|get|gets|got)\s+(?:\w+ly\s+|now\s+|never\s+|always\s+|not\s+)*$", re.IGNORECASE
)


def in_order(one: str, other: str, first: Reading, second: Reading) -> bool:
    """Given two statements with shared words, tell whether these stand in one order, but for phrases that moved.

    A phrase of place or time may stand at either end, a clause before or after another, and the verb where the voice
    is another one. Whatever else changes places changes who does it to whom. Of words that come several times more than
    one alignment is a longest, so it is asked from either side.
    """
    return _in_order(one, other, first, second) and _in_order(other, one, second, first)


def _in_order(one: str, other: str, first: Reading, second: Reading) -> bool:
    mine, their = (_sequence(reading, first, second) for reading in (first, second))
    if _one_moved(one, other, mine, their) or _label_moved(first, second, mine, their):
        return True
    parted = [_by_clause(reading, words) for reading, words in ((first, mine), (second, their))]
    return parted[0].keys() == parted[1].keys() and all(
        _one_moved(one, other, words, parted[1][clause]) for clause, words in parted[0].items()
    )


def _label_moved(first: Reading, second: Reading, mine: list[Word], their: list[Word]) -> bool:
    """Tell whether one of two statements says before a colon what the other says among the rest: "timeout: 3 s"."""
    labelled = [reading.connectors[1:2] == (":",) for reading in (first, second)]
    if labelled[0] == labelled[1]:
        return False
    (label, other) = (mine, their) if labelled[0] else (their, mine)
    ahead = {word.key for word in label if word.clause == 0}
    places = [at for at, word in enumerate(other) if word.key in ahead]
    rest = [word.key for word in other if word.key not in ahead]
    return _is_run(places) and rest == [word.key for word in label if word.clause and word.key not in ahead]


def _by_clause(reading: Reading, words: list[Word]) -> dict[tuple[str, frozenset[str]], list[Word]]:
    """Return words by the clause that they stand in: what that begins with, and which words it has."""
    clauses: dict[int, list[Word]] = {}
    for word in words:
        clauses.setdefault(word.clause, []).append(word)
    begins = {at: reading.connectors[at] if reading.connectors[at].isalpha() else "" for at in clauses}
    return {
        (_SORTS_OF_PLACE.get(begins[at], begins[at]), frozenset(word.key for word in some)): some
        for at, some in clauses.items()
    }


def _one_moved(one: str, other: str, mine: list[Word], their: list[Word]) -> bool:  # noqa: PLR0911 - a table of cases
    """Tell whether words of two texts stand in one order, but for one run of them that may stand elsewhere."""
    kept = aligned([word.key for word in mine], [word.key for word in their])
    left = [at for at in range(len(mine)) if at not in {pair[0] for pair in kept}]
    right = [at for at in range(len(their)) if at not in {pair[1] for pair in kept}]
    if not left and not right:
        return True
    if [mine[at].key for at in left] != [their[at].key for at in right] or not _is_run(left) or not _is_run(right):
        return False
    passed = [(at, to) for at, to in kept if (at < left[0]) != (to < right[0])]
    if not passed:
        return True
    in_one = all(
        side[run[0]].clause == side[at].clause
        for side, run, at in ((mine, left, passed[0][0]), (their, right, passed[0][1]))
    )
    sides = (
        ((one, mine[left[0]]), (other, their[right[0]]), len(left)),
        ((one, mine[passed[0][0]]), (other, their[passed[0][1]]), len(passed)),
    )
    for (text, word), (its, same), length in sides:
        here, there = _led_by(text, word), _led_by(its, same)
        if here and (here == there or {here, there} <= _MEANS):
            return True
        if length == 1 and in_one and _is_adverb(text, word, its, same):
            return True
        if length == 1 and "which" in {here, there}:
            return True  # "the deleted file", "the file, which I deleted"
        if length == 1 and in_one and (BE.search(text[: word.start]) or BE.search(its[: same.start])):
            return True
    return all(_is_copula(text, words) for text, words in ((one, mine), (other, their)))


def _is_adverb(text: str, word: Word, its: str, same: Word) -> bool:
    """Tell whether a word says how a thing is done, anywhere in a clause of which no other verb is: "quickly"."""
    return (
        word.surface.lower() == same.surface.lower()
        and bool(_HOW.fullmatch(word.surface))
        and not any(_SECOND_VERB.search(it) for it in (text, its))
    )


def _led_by(text: str, word: Word) -> str:
    """Return the preposition or the like that a word stands behind, as a sort of them, or ""."""
    match = _MOVABLE.search(text[: word.start])
    return _SORTS_OF_PLACE.get(match["by"].lower(), match["by"].lower()) if match else ""


def _sequence(reading: Reading, first: Reading, second: Reading) -> list[Word]:
    shared = first.keys & second.keys
    return [word for word in reading.words if word.heavy and word.key in shared and word.key != "only"]


def _is_run(places: list[int]) -> bool:
    return bool(places) and places[-1] - places[0] == len(places) - 1


def _is_copula(text: str, words: list[Word]) -> bool:
    """Tell whether a statement is of the form "X is Y" and no more."""
    return len(_COPULA.findall(text)) == 1 and all(word.clause == 0 for word in words)
