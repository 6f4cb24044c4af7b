"""Whether a statement is an older one with another value in one place: "uses Envoy", "now uses HAProxy".

All the rest must be the same, and the place one that holds one value at a time: of what has several ("supports",
"knows", "reviews") another value takes nothing away. A "now" tells that somebody means the change; without it only a
time or an amount that there is one of is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .change_words import (
    ACTING,
    AIMS,
    ALTERNATIVES,
    ATTRIBUTES,
    COPULAS,
    DAILY,
    LEADS,
    PLACED,
    PLATFORMS,
    POSITIONS,
    PREPOSITIONS,
    REPLACING,
    STATES,
    TOGETHER,
    UNITS,
    VALUE_WORDS,
    WHEN,
)
from .changed import changed
from .claims import is_opinion
from .parts import part_in
from .reading import canonical, is_opposite
from .told import Token, Told, sort_of, timeless, told

#: most words behind a value: what it is a value for
REST_WORDS = 4
#: most words from the verb to a time
TO_TIME = 2

_DENIES = frozenset({"not", "never", "no"})
_NOTS = _DENIES | {"longer", "do", "does"}
_LATEST = frozenset({"new", "current"})
_PERSONS = frozenset({"i", "we", "they", "he", "she"})
_GOES_WITHOUT = frozenset({"we", "they", "is", "are", "was", "were", "be", "has", "have", "been"})
_INNER = (PREPOSITIONS | {"for", "of", "before", "when", "if", "about"}) - {"least", "most", "every"}
_FINITE = frozenset({"is", "are", "was", "were", "has", "have", "does", "do", "can", "will", "must"})
_MANY = frozenset({"children", "people", "men", "women", "staff"})
_WHOSE = frozenset({"for", "of", "about", "from", "if", "when"})
#: what so ends says how a thing is, and a thing may be much at once
_HOW = re.compile(r"(?:able|ible|ed|ing|ive|al|ous|ful|less|ic|y|ant|ent|er|est|only)$")


def revised(older: str, newer: str) -> tuple[str, str] | None:
    """Given two statements, return the older value and the newer where the newer one replaces it."""
    old, new = told(older), told(newer)
    if old is None or new is None:
        return None
    return _in_its_place(old, new) or changed(old, new) or _taken_over(old, new)


def denied(older: str, newer: str) -> bool:
    """Given two statements, tell whether they are the same but for a "not", "un-" or the like in one of them."""
    (plain, denials), (other, more) = _undenied(older), _undenied(newer)
    if len(plain) != len(other) or len(plain) < 2:  # noqa: PLR2004 - one word is no statement
        return False
    against = denials + more
    for one, its in zip(plain, other, strict=True):
        if f"un{one}" == its or f"un{its}" == one:
            against += 1
        elif one != its and canonical(one) != canonical(its):
            return False
    return against % 2 == 1


@lru_cache(maxsize=8192)
def _undenied(text: str) -> tuple[list[str], int]:
    """Return the words of a statement without its denials, and how many of these it has; several "not" are one."""
    words = [word.strip("`.,").lower() for word in timeless(text).split()]
    denials = (not _DENIES.isdisjoint(words)) + sum(map(is_opposite, words))
    return [word for word in words if word not in _NOTS], denials


def _taken_over(old: Told, new: Told) -> tuple[str, str] | None:
    """Somebody has a part now that somebody else had."""
    mine, their = part_in(old.text), part_in(new.text)
    if not new.since or not mine or not their or (mine.part, mine.of) != (their.part, their.of):
        return None
    return (mine.value, their.value) if mine.value != their.value else None


@dataclass(frozen=True)
class _Place:
    """A place where two statements differ: the words before it, the two values, and the words behind it."""

    before: Sequence[Token]
    was: Sequence[Token]
    value: Sequence[Token]
    behind: Sequence[Token]

    @property
    def last(self) -> Token:
        return self.before[-1]


def _in_its_place(old: Told, new: Told) -> tuple[str, str] | None:
    mine, their = list(old.words), list(new.words)
    latest = any(token.raw in _LATEST for token in their)
    mine, their = ([token for token in side if token.raw not in _LATEST] for side in (mine, their))
    place = _only_place(mine, their) or _moved_place(mine, their)
    if place is None or _has_inside(place.was) or _has_inside(place.value):
        return None
    if not new.instead <= {token.key for token in place.was}:
        return None
    # "My new phone is" a Pixel, and "the new parser" is another parser.
    if latest and place.before and place.last.key not in COPULAS:
        return None
    since = new.since or latest
    fits = _is_value(place, since=since) if place.before else since and _is_who(place)
    values = (" ".join(token.raw for token in side) for side in (place.was, place.value))
    return (next(values), next(values)) if fits else None


def _only_place(mine: list[Token], their: list[Token]) -> _Place | None:
    start = _common(mine, their)
    end = _common(mine[start:][::-1], their[start:][::-1])
    return _of_values(
        mine[:start], mine[start : len(mine) - end], their[start : len(their) - end], mine[len(mine) - end :]
    )


def _moved_place(mine: list[Token], their: list[Token]) -> _Place | None:
    """Return the place where a phrase has moved: the words are the same but for one run each, behind the same word."""
    keys = [{token.key for token in side} for side in (mine, their)]
    left = [at for at, token in enumerate(mine) if token.key not in keys[1] | _GOES_WITHOUT]
    right = [at for at, token in enumerate(their) if token.key not in keys[0] | _GOES_WITHOUT]
    if not all(run and run[0] and run[-1] - run[0] == len(run) - 1 for run in (left, right)):
        return None
    if mine[left[0] - 1].key != their[right[0] - 1].key:
        return None
    was, value = ([side[at] for at in run] for side, run in ((mine, left), (their, right)))
    return _of_values(their[: right[0]], was, value, their[right[-1] + 1 :])


def _of_values(before: list[Token], was: list[Token], value: list[Token], behind: list[Token]) -> _Place | None:
    while len(before) > 1 and was and value and before[-1].is_name and before[-1].owner == before[-1].key:
        *before, name = before  # "Dr Amari" is one, and so is "Python 3.12"
        was, value = [name, *was], [name, *value]
    if not was or not value or max(len(was), len(value)) > VALUE_WORDS or (before and len(behind) > REST_WORDS):
        return None
    return _Place(before, was, value, behind)


def _common(one: Sequence[Token], other: Sequence[Token]) -> int:
    count = 0
    while count < min(len(one), len(other)) and one[count].key == other[count].key:
        count += 1
    return count


def _has_inside(words: Sequence[Token]) -> bool:
    """Tell whether a run of words is more than one value: it has a verb, or a preposition and what belongs to it."""
    if any(token.key in STATES | ACTING and token.raw.islower() for token in words):
        return True
    if len(words) > 1 and any(token.is_rate for token in words):
        return True
    inner = [at for at, token in enumerate(words) if token.raw.lower() in _INNER]
    return any(
        at in {0, len(words) - 1} or not (words[at - 1].is_number and words[at + 1].is_number) for at in inner
    )  # "9 to 5" is one


def _is_who(place: _Place) -> bool:
    """Tell whether the place is a name's at the beginning, and what follows is what one person is or does alone."""
    names = (*place.was, *place.value)
    if not all(token.raw[0].isupper() and token.owner == token.key and not token.is_number for token in names):
        return False
    if len(place.behind) < 2 or not place.behind[1].is_definite:  # noqa: PLR2004 - a verb and of what
        return False
    verb, of = place.behind[:2]
    return verb.key in LEADS or (verb.key in COPULAS and of.raw[0].islower())


def _is_value(place: _Place, *, since: bool) -> bool:  # noqa: PLR0911 - a table of cases
    """Tell whether a place behind a verb holds one value at a time."""
    before, last = place.before, place.last
    verbs = [at for at, token in enumerate(before) if token.key in ACTING or token.key in STATES]
    if not verbs and since and len(before) > 1 and before[0].key in _PERSONS:
        verbs = [1]
    sort = sort_of(place.was)
    if not verbs or (verbs[0] == 0 and not since):
        return False
    if sort != (other := sort_of(place.value)):
        # Of an attribute a name and an everyday word may both be values.
        return since and last.key in COPULAS and {sort, other} == {"name", "word"} and _is_one_at_a_time(place)
    if any(token.raw in _FINITE for token in place.behind):
        return False
    apart, verb = len(before) - 1 - verbs[-1], before[verbs[-1]]
    if apart and not _leads_to(place, verb, apart, sort, since=since):
        return False
    if sort == "word" and last.key in COPULAS:
        return since and _is_one_at_a_time(place)
    if sort in {"name", "word", "phrase", "several"} or sort.startswith("counted"):
        return since and _is_one_object(place, verb, apart, sort)
    if since or last.key in POSITIONS or sort == "often":
        return True
    if sort == "date":
        return _is_one_time(place, verb, apart)
    return sort == "number" and _is_lasting(place)


def _is_one_object(place: _Place, verb: Token, apart: int, sort: str) -> bool:
    """Tell whether a name or a word is what a verb has one of; two phrases may only both be used."""
    if sort == "word" and max(len(place.was), len(place.value)) > 1:
        return False
    return verb.key in REPLACING or apart == 1 or (apart > 1 and verb.key in ACTING | PLACED) or _is_named(place)


def _is_one_time(place: _Place, verb: Token, apart: int) -> bool:
    """Tell whether a time is the one of its thing: "a meeting at 10:00" is one of several."""
    clock = place.last.key == "at" and place.was[0].raw[0].isdigit()
    return not verb.raw.endswith("ing") and verb.key in (WHEN | DAILY if clock else WHEN) and apart <= TO_TIME


def _leads_to(place: _Place, verb: Token, apart: int, sort: str, *, since: bool) -> bool:  # noqa: PLR0911 - a table of cases
    """Tell whether what stands between a verb and a place leads to a value: a preposition, or what is kept there."""
    last = place.last
    named = sort in {"name", "word"}
    if last.key == "for" and (sort == "number" or verb.key in AIMS):
        return since
    if last.key == "of" and verb.key == "consist":
        return sort == "number"
    if last.key == "from" and place.was[0].is_number:
        return since
    if last.key in _WHOSE:
        return verb.key in {"plan", "schedul", "due"} and sort == "date"
    if PLATFORMS & {token.raw.lower() for token in place.value} and verb.key != "use":
        return False
    if named and last.key in {"in", "on", "at"}:
        return verb.key in PLACED
    if named and last.key == "with" and verb.key in TOGETHER:
        return False
    if last.key in POSITIONS:
        return sort in {"number", "version"}
    if last.key in PREPOSITIONS:
        return not named or verb.key in ACTING or apart == 1
    return sort in {"number", "date", "often"} or (since and place.before[0].key == "i")


def _is_named(place: _Place) -> bool:
    return place.last.key in COPULAS and place.before[0].key not in {"there", "it", "this", "that", "one"}


def _is_one_at_a_time(place: _Place) -> bool:
    """Tell whether of two everyday words that a thing is, it is one at a time."""
    words = (*place.was, *place.value)
    before = place.before
    owned = any(token.key in {"of", "for", "my"} or token.owner != token.key for token in before)
    if owned and not any(_HOW.search(token.raw) or is_opinion(token.raw) for token in words):
        return True
    if any({token.raw.lower() for token in words} <= group for group in ALTERNATIVES):
        return True
    if before[0].key == "i" and len(before) == 2 and place.behind:  # noqa: PLR2004 - "I am a <value> developer"
        return True
    return bool(ATTRIBUTES & {token.key for token in before})


def _is_lasting(place: _Place) -> bool:
    """Tell whether a number is how much there is, always: not the number of a thing, nor how often it happened."""
    before, behind = place.before, place.behind
    if any(
        token.raw.lower() in {"was", "were", "had", "did"} or re.search(r"[a-z]{2}ed$", token.raw) for token in before
    ):
        return before[0].key == "i" and "have" in {token.key for token in before} and bool(behind)
    if before[0].key == "i" and len(before) == 3 and before[1].key == "have":  # noqa: PLR2004 - "I have read"
        return bool(behind)
    counted = (
        behind
        and (behind[0].raw.endswith("s") or behind[0].raw in _MANY or behind[0].key in UNITS)
        and not behind[0].is_name
    )
    return bool(counted) and place.last.key in STATES | PREPOSITIONS and not any(it.is_number for it in behind)
