"""Whether a value replaces another where two statements differ in that alone: "runs Postgres 13", "runs Postgres 15".

The later one says no "now", so it may as well tell of a second one: of what has several ("supports", "reviewed")
another takes nothing away, nor does the same of another thing. Which it is shows in the frame around the value: what
has it and how it is told. Signs of that are weighed in one table, whose weights were learned (bench/tune_frames.py)
from 1,244 pairs (tests/unit/curators). People who had not seen them wrote facts of which there is one at a time, and
pairs made to tempt, of which both stay true. On pairs that the weights had not seen, 65 of 100 values are replaced,
and .7 of 100 that stay; 5 of 100 more are shown to people as a conflict, and 1 of those that stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .amounts import measures_another, same_value
from .change_words import ACTING, ALTERNATIVES, PLATFORMS, STATES
from .frame_words import AMOUNTS, ATTRIBUTES, BE, INDEFINITE, OURS, PREPOSITIONS, RUNS, SEVERAL, SUPERLATIVE
from .plain import without_dots
from .told import Token, sort_of, tokens, told

#: least log odds that the later value replaces the older, and that people are asked
REPLACED, DOUBTFUL = 2.5, 2.0
#: most words of a value, and least of what stands around it
_VALUE_WORDS, _AROUND = 6, 2
#: so few words before a value say little of what it is of
_SHORT = 2


_PARTICIPLE = re.compile(r"(?:ed|en|wn|pt|lt|ld|nt|ught|ut|un|ung|ad|orn|ne|ept|et)$")
_HAPPENED = re.compile(
    r"^(?:(?!need|exceed|proceed|embed)[a-z]{2,}ed|bought|broke|came|did|found|gave|got|had|held|kept|lost|made|met|ran"
    r"|said|saw|sent|sold|spent|told|took|went|won|wrote)$"
)
_ASKS = re.compile(r"^(?P<question>[^?]{6,120}\?) (?P<answer>\S.*)$")


@dataclass(frozen=True)
class Sign:
    """One sign's row: its name, what it was expected and found to weigh, and why it says anything.

    The weights are log odds that the value is replaced.
    """

    name: str
    expected: float
    weighs: float
    why: str


TABLE: tuple[Sign, ...] = (
    Sign("bias", 0.0, 1.44, "where a frame without any sign stands"),
    Sign("attribute", 1.0, 1.24, "names what there is one of: the port, the owner"),
    Sign("definite", 0.0, -0.87, "begins with the one thing of its sort"),
    Sign("definite_is", 1.0, 1.94, "says what the one thing of its sort is"),
    Sign("of", 0.0, 1.73, "says whose or of what it is"),
    Sign("of_is", 0.0, -1.70, "says what something of a thing is"),
    Sign("mine", 1.0, 1.33, "is of what somebody has"),
    Sign("of_self", 0.5, 1.39, "is of the speaker"),
    Sign("states", 1.0, 1.23, "its verb says how things are, or how much"),
    Sign("done", 1.0, 0.94, "says how or with what something is done"),
    Sign("done_to_several", -1.0, -0.74, "says where or with what something is done that is done in many places"),
    Sign("whose", -3.0, -0.25, "says of which thing it tells"),
    Sign("name_word", -0.5, 0.69, "one value is a name, and the other an everyday word"),
    Sign("amount", 1.5, 2.02, "says how much of something there is, always"),
    Sign("one_state", 2.0, 1.95, "the values are states of which there is one at a time: on, off"),
    Sign("superlative", 1.5, 2.19, "is of the only or the largest one"),
    Sign("by", 1.0, 1.34, "says who or what does it"),
    Sign("as", 0.0, 1.91, "says as what somebody serves"),
    Sign("number", 1.0, 0.95, "the value is a number"),
    Sign("name", 0.5, 0.05, "the value is a name"),
    Sign("word", -1.0, -2.32, "the value is an everyday word"),
    Sign("mixed", -1.0, -0.59, "the two values are of different sorts"),
    Sign("version", 0.5, 0.86, "the value is a number behind a name"),
    Sign("the", 0.0, -0.23, "both values are the one thing of their sort"),
    Sign("several", -1.0, -0.76, "its verb is done to several"),
    Sign("happened", -2.0, -1.86, "tells what happened once"),
    Sign("indefinite", -2.0, -3.09, "is of one of several things"),
    Sign("indefinite_inside", -2.0, -2.49, "something stands before the value of which there are several"),
    Sign("inner_noun", -1.0, -0.18, "behind what is told stands where or when"),
    Sign("from", 0.0, 0.08, "says from where"),
    Sign("platform", -3.0, -2.65, "is of a system, and a thing runs on several"),
    Sign("first", -3.0, -2.28, "the value stands first, and may say of which thing it is"),
    Sign("goes_on", -2.0, -0.18, "a verb follows the value, which says of which thing it is"),
    Sign("short", -1.0, -2.56, "the frame is of two words"),
)
WEIGHTS = {row.name: row.weighs for row in TABLE}
#: with one of these two states may be those of two things, or of two times
_OF_SEVERAL = frozenset({"first", "happened", "indefinite"})


@dataclass(frozen=True)
class Frame:
    """Two statements that differ in one place: the words before it, the two values, and the words behind it."""

    before: tuple[Token, ...]
    was: tuple[Token, ...]
    value: tuple[Token, ...]
    behind: tuple[Token, ...]


def framed(older: str, newer: str) -> Frame | None:
    """Given two statements, return their frame; None where they differ in more than one place, or tell of a change."""
    old, new = told(without_dots(older)), told(without_dots(newer))
    if old is None or new is None or old.since or new.since:
        return None
    found = _parted(old.words, new.words)
    if _has_inside(found.was) or _has_inside(found.value) or measures_another(found.was, found.value):
        return None  # "30 days in staging", "10 MB" and "5 per minute"
    if "phrase" in {sort_of(side) for side in (found.was, found.value) if side} and not _is_switch(found):
        return None
    if _has_be(found.behind) and not _has_be(found.before):
        return None  # what stands before the verb says of which thing it is
    if (
        found.before
        and found.before[-1].raw in {"of", "for"}
        and all(it.raw[0] == "`" for it in (*found.was, *found.value))
    ):
        return None  # and so does a name in code behind "of"
    wide = max(len(found.was), len(found.value)) > _VALUE_WORDS or len(found.before) + len(found.behind) < _AROUND
    return None if wide or not found.was or not found.value or same_value(found.was, found.value) else found


def odds(older: str, newer: str) -> float | None:
    """Given two statements, return the log odds that the newer's value replaces the older's; None where none does."""
    if same_question(older, newer):
        return 2 * REPLACED
    found = framed(older, newer)
    if found is None:
        return None
    has = signs(found)
    weighed = sum(WEIGHTS[name] for name in has)
    if "one_state" not in has or not has.isdisjoint(_OF_SEVERAL):
        return weighed
    # Whatever is open is not shut: it needs no other sign.
    return max(weighed, REPLACED if found.before[-1].raw.lower() in BE else DOUBTFUL)


def same_question(older: str, newer: str) -> bool:
    """Given two statements, tell whether both answer one question, each in its way."""
    old, new = _ASKS.match(older), _ASKS.match(newer)
    if not old or not new or old["question"] != new["question"] or old["answer"] == new["answer"]:
        return False
    # An answer that says for what it holds leaves room for others.
    return not any(_has_inside(tokens(it["answer"])) or len(it["answer"].split()) > _VALUE_WORDS for it in (old, new))


def hides_value(older: str, newer: str) -> bool:
    """Given two statements, tell whether one is no more than the other as a set of words, and says another thing.

    Its value is words that stand elsewhere in both ("treats warnings as warnings", "treats warnings as errors"), or is
    less than the other's ("is mayor", "is deputy mayor").
    """
    old, new = told(without_dots(older)), told(without_dots(newer))
    if old is None or new is None:
        return False
    found = _parted(old.words, new.words)
    if not found.was or not found.value:  # "is mayor" and "is deputy mayor" have the end of their values in common
        is_what = bool(found.before) and found.before[-1].raw.lower() in BE
        return is_what and len(found.behind) == 1 and not found.behind[0].article
    around = {token.key for token in (*found.before, *found.behind)}
    return any({token.key for token in side} <= around for side in (found.was, found.value))


def values(older: str, newer: str) -> tuple[str, str]:
    """Given two statements that have a frame, return the older value and the newer as they are written."""
    found = framed(older, newer)
    if found is None:
        return older, newer
    return " ".join(token.raw for token in found.was), " ".join(token.raw for token in found.value)


def signs(frame: Frame) -> frozenset[str]:
    """Given a frame, return the signs that it has."""
    sort, other = sort_of(frame.was), sort_of(frame.value)
    words = {token.raw.lower() for token in (*frame.was, *frame.value)}
    one_state = any(words <= group for group in ALTERNATIVES)
    facts = {
        "bias": True,
        "number": sort == other == "number",
        "name": sort == other == "name",
        "word": sort == other == "word",
        "mixed": sort != other and not one_state and {sort, other} != {"name", "word"},
        "name_word": {sort, other} == {"name", "word"},
        "one_state": one_state,
        "superlative": any(SUPERLATIVE.match(it.raw) for it in (*frame.before, *frame.behind)),
        "the": frame.was[0].article == frame.value[0].article == "the",
        "first": not frame.before,
        "goes_on": any(token.raw.lower() in BE or token.key in STATES | ACTING for token in frame.behind),
        "platform": bool((words | {it.raw.lower() for it in frame.before}) & PLATFORMS),
    }
    return frozenset(name for name, is_so in (facts | _around(frame.before, sort)).items() if is_so)


def _around(before: Sequence[Token], sort: str) -> dict[str, bool]:
    if not before:
        return {}
    raws = [token.raw.lower() for token in before]
    keys = {token.key for token in before}
    first, last, raw = before[0], before[-1], raws[-1]
    verb = before[-2] if raw in PREPOSITIONS and len(before) > 1 else last
    is_what = raw in BE
    passive = [at + 1 for at, it in enumerate(raws[:-1]) if it in BE and _PARTICIPLE.search(raws[at + 1])]
    done = any(raws[at - 1] in {"is", "are"} for at in passive)
    mine = raws[0] in OURS or first.article == "our"
    owned = any(token.owner != token.key for token in before)
    spoken = _PARTICIPLE.search(verb.raw.lower()) or verb.raw.lower().endswith("s") or verb.key in STATES | ACTING
    return {
        "attribute": not keys.isdisjoint(ATTRIBUTES),
        "definite": first.article in {"the", "our", "their"},
        "definite_is": is_what and (first.article in {"the", "our"} or mine or owned),
        "of": "of" in raws,
        "of_is": is_what and "of" in raws,
        "mine": mine,
        "of_self": raws[0] == "i",
        "states": verb.key in STATES,
        "amount": last.key in AMOUNTS and sort == "number",
        "done": done,
        "done_to_several": done and verb.key in SEVERAL,
        "whose": raw in {"of", "for"},
        "by": raw == "by",
        "as": raw == "as",
        "from": raw == "from",
        "version": last.is_name and sort in {"number", "version"} and len(before) > 1 and before[-2].key in RUNS,
        "several": verb.key in SEVERAL,
        "happened": any(raws[at - 1] in {"was", "were"} for at in passive)
        or (BE.isdisjoint(raws) and any(map(_HAPPENED.match, raws[1:]))),
        "indefinite": first.article in {"a", "an"} or raws[0] in INDEFINITE,
        "indefinite_inside": any(token.article in {"a", "an"} for token in before[1:]),
        "inner_noun": raw in PREPOSITIONS and len(before) > 2 and not spoken,  # noqa: PLR2004 - a verb, a noun
        "short": len(before) <= _SHORT,
    }


def _parted(mine: tuple[Token, ...], their: tuple[Token, ...]) -> Frame:
    """Return two statements as what both begin and end with, and what each has between."""
    start = _common(mine, their)
    end = _common(mine[start:][::-1], their[start:][::-1])
    return Frame(mine[:start], mine[start : len(mine) - end], their[start : len(their) - end], mine[len(mine) - end :])


def _has_inside(words: Sequence[Token]) -> bool:
    """Tell whether a value is more than one: it has a verb, or says behind something where or of what it is so."""
    if _has_be(words):
        return True
    inner = [at for at, token in enumerate(words) if token.raw.lower() in PREPOSITIONS and at]
    return any(not (words[at - 1].is_number and words[-1].is_number) for at in inner)  # "9 to 5" is one


def _has_be(words: Sequence[Token]) -> bool:
    return any(token.raw.lower() in BE for token in words)


def _is_switch(frame: Frame) -> bool:
    """Tell whether both values are "on" or "off", which elsewhere say where something is."""
    return all(len(side) == 1 and side[0].raw.lower() in {"on", "off"} for side in (frame.was, frame.value))


def _common(one: Sequence[Token], other: Sequence[Token]) -> int:
    count = 0
    while count < min(len(one), len(other)) and one[count].key == other[count].key:
        count += 1
    return count
