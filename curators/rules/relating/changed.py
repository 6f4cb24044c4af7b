"""A change as somebody tells of it ("moved from GitLab to GitHub", "was raised to 45 seconds"), and what it changed.

It is held against what another statement says of the same subject. What a thing was changed from must be what that one
says, where it is told; where not, the verbs must fit, and of one word's subject only the plainest is changed: of a
whole person or service much is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .change_words import ACTING, BELONGING, CHANGES, COPULAS, LEADS, MADE, PLACED, PREPOSITIONS, STATES, VALUE_WORDS
from .told import Token, Told, sort_of, tokens, told, units_of

_SORTS = {
    "any": "changed updated set",
    "place": "moved relocated transferred",
    "use": "switched migrated",
    "made": "rewritten rewrote rebuilt",
    "version": "upgraded downgraded bumped",
    "amount": "raised lowered increased reduced decreased extended shortened cut scaled rose dropped grew gone went",
    "join": "joined",
    "time": "postponed delayed pushed rescheduled brought slipped",
    # of these it must be told from what
    "told": "converted ported replaced renamed reverted returned",
}
_SORT_OF = {verb: sort for sort, verbs in _SORTS.items() for verb in verbs.split()}
_VERB = rf"(?P<verb>{'|'.join(_SORT_OF)})"
_AUX = r"(?:(?:has|have|had|was|were|is|are|got|been|be)\s+)*"
_TO = (
    r"(?:\s+(?:up|down|(?P<back>back)|over|forward|out))*(?:\s+from\s+(?P<was>.+?))?"
    r"\s+(?P<to>to|into|in|with|by)\s+(?P<value>.+)$"
)
_WE = r"we|they|the team|i(?=\s+(?:\w+\s+)?\w+\s+my\b)"
_WHO = r"[A-Z]\S*(?:\s[A-Z]\S*)?"
#: each of them has groups "of" and "value", and perhaps "its", "was", "verb", "to" and "back"
_FORMS = (
    re.compile(
        r"^(?P<of>\S+)\s+(?:has |have )?(?P<left>left)\s+(?P<was>.+?)\s+and\s+(?:has |have |is |am |are )?"
        r"(?:joined|works? (?:at|for)|a member of)\s+(?P<value>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?P<of>.+?)\s+(?:has |have )?(?P<verb>replaced)\s+(?:my |our |its |their |the )?(?P<was>.+?)\s+with\s+"
        r"(?P<value>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^(?:{_WE})\s+{_AUX}{_VERB}\s+(?P<of>(?!from\b|to\b|back\b).+?){_TO}",
        re.IGNORECASE,
    ),
    re.compile(rf"^(?P<of>we|i)\s+{_AUX}{_VERB}{_TO}", re.IGNORECASE),
    re.compile(
        rf"^(?P<of>.+?)\s+{_AUX}{_VERB}(?:\s+(?P<its>(?:its|their|his|her|my|our|the)\s+.+?))?{_TO}", re.IGNORECASE
    ),
    re.compile(
        rf"^(?P<value>{_WHO})\s+(?P<verb>has\s+taken|took|takes)\s+over\s+(?:from\s+(?P<was>{_WHO})\s+)?"
        r"(?:as\s+)?(?P<of>.+)$"
    ),
    re.compile(rf"^(?P<of>{_WHO}|I)\s+(?:has |have )?(?P<verb>joined)\s+(?P<value>(?:the|our)\s+.+)$"),
    re.compile(
        r"^(?P<of>.+?)\s+(?P<verb>uses?|is using|are using)\s+(?P<value>.+?)\s+as\s+(?:its|their|the|our)\s+"
        r"(?P<its>.+)$",
        re.IGNORECASE,
    ),
)
_FOR = re.compile(r"\s+(?:for|as|of)\s+")
_NO_SUBJECT = frozenset({"new", "current", "of", "for", "in", "we", "they", "it", "his", "her"})
#: sorts of change of which a subject of one word tells too little
_VAGUE = frozenset({"use", "back", "any", "told", "made"})


@dataclass(frozen=True)
class _Change:
    """Of what, by which sort of verb, from what (perhaps not told) and to what."""

    of: frozenset[str]
    sort: str
    was: tuple[str, ...]
    value: tuple[Token, ...]


def changed(old: Told, new: Told) -> tuple[str, str] | None:
    """Given two statements of which one tells of a change, return the older value and the newer of what it is of."""
    mine, their = _change(old.text), _change(new.text)
    change = their or mine
    if their is not None:
        was = mine.value if mine and _is_next(mine, their) else _said_of(their, old.words, their.was)
        after = their.value
        if their.was and not set(their.was) <= {token.key for token in was}:
            # A weekday is another date each week, so a date is not asked to be the very one that was told.
            was = was or _said_of(their, old.words, ())
            if not was or {sort_of(was), sort_of(after)} != {"date"}:
                return None
    elif mine is not None and (new.since or _is_latest(new)):
        was, after = mine.value, _said_of(mine, new.words, None)
    if change is None or (their is None and not (new.since or _is_latest(new))) or not was or not after:
        return None
    if [it.key for it in was] == [it.key for it in after] or not (
        _comparable(change, was, after) or (their and their.was)
    ):
        return None
    return " ".join(token.raw for token in was), " ".join(token.raw for token in after)


def is_of_another(older: str, newer: str) -> bool:
    """Given two statements, tell whether the newer tells of a change of something that the older does not speak of."""
    old, new = told(older), told(newer)
    change = _change(new.text) if new else None
    return bool(old and change and change.was and not change.of <= {token.owner for token in old.words})


def _is_latest(new: Told) -> bool:
    return any(token.raw in {"new", "current"} for token in new.words)


def _is_next(mine: _Change, their: _Change) -> bool:
    """Tell whether one change may follow another: of one person or service two changes may be of two things."""
    return mine.of == their.of and (len(mine.of) > 1 or mine.sort == their.sort or bool(their.was))


def _comparable(change: _Change, was: Sequence[Token], after: Sequence[Token]) -> bool:
    sorts = {sort_of(was), sort_of(after)}
    if sorts == {"number"}:
        return units_of(was) == units_of(after)
    return len(sorts) == 1 or (change.sort == "who" and sorts == {"name", "word"})


def _said_of(change: _Change, words: Sequence[Token], was: tuple[str, ...] | None) -> tuple[Token, ...]:
    """Return the value that a plain statement gives of what a change is of, or nothing.

    ``was`` is what it must be, empty where that is not told; None after the change.
    """
    keys = {token.owner for token in words} | ({"i"} if was and words and words[0].key == "my" else set())
    if not change.of or not change.of <= keys:
        return ()
    if was and tuple(token.key for token in words[-len(was) :]) == was and _is_attribute(words[: -len(was)], change.of):
        return tuple(words[-len(was) :])
    rest = [at for at, token in enumerate(words) if token.owner not in change.of]
    if was and tuple(token.key for token in words[-len(was) :]) == was and {token.key for token in words} & BELONGING:
        return tuple(words[-len(was) :])
    no_value = {"new", "current"} | STATES | ACTING | PREPOSITIONS | _NO_SUBJECT
    said = [at for at in rest if words[at].key not in no_value or (at and words[at].raw[0].isupper())]
    verbs = {words[at].key for at in rest if words[at].raw.islower()} & (STATES | ACTING)
    if change.sort in {"who", "place"}:
        verbs |= change.of & (LEADS | PLACED)
    if not said or said[-1] - said[0] != len(said) - 1 or len(said) > VALUE_WORDS:
        return ()
    value = tuple(words[at] for at in said)
    if was:
        return value if set(was) <= {token.key for token in value} else ()
    return value if verbs and _answers(change, words, verbs, value, since=was is None) else ()


def _answers(  # noqa: PLR0911 - a table of cases
    change: _Change, words: Sequence[Token], verbs: set[str], value: tuple[Token, ...], *, since: bool
) -> bool:
    """Tell whether a change answers what a statement says by these verbs, where it is not told from what it was."""
    if since and len(change.of) > 1 and verbs <= COPULAS:
        return True  # "the <attribute> of <subject> is", and the change was of just that
    if len(change.of) == 1 and change.sort in _VAGUE:
        attribute = change.sort == "any" and verbs <= COPULAS and words[0].raw.islower()
        if not attribute and (since or change.sort != "use" or not verbs <= {"use"}):
            return False
    if change.sort == "join":
        return len(value) > 1 and value[-1].key == change.value[-1].key and verbs <= COPULAS | {"work"}
    if change.sort == "made" and not MADE & {token.raw for token in words}:
        return False
    if change.sort == "version" and value[0].key != change.value[0].key and not _is_version(value):
        return False
    if sort_of(value) in {"number", "date"} and change.sort in {"amount", "time", "place", "any"}:
        return True
    # "is hosted" is hosting; "is" alone counts where it is all
    return bool((verbs - COPULAS or verbs) & CHANGES.get(change.sort, frozenset()))


def _is_attribute(words: Sequence[Token], of: frozenset[str]) -> bool:
    """Tell whether words are "the <attribute> of <subject> is", and say no more than that."""
    if not words or words[-1].key not in COPULAS:
        return False
    rest = [token.key for token in words[:-1] if token.owner not in of | {"of", "for", "i", "my", "we"}]
    return len(rest) < VALUE_WORDS and not set(rest) & PREPOSITIONS


def _is_version(words: Sequence[Token]) -> bool:
    return len(words) <= 2 and bool(re.match(r"v?\d", words[-1].raw))  # noqa: PLR2004 - "version 3"


@lru_cache(maxsize=4096)
def _change(text: str) -> _Change | None:
    """Given a statement without "now" and the like, return the change that it tells of, or None."""
    match = next(filter(None, (form.match(text) for form in _FORMS)), None)
    return _read(match.groupdict()) if match else None


def _read(groups: dict[str, str | None]) -> _Change | None:
    verb, to = (groups.get("verb") or "").lower(), groups.get("to") or ""
    sort = _SORT_OF.get(verb, "any" if not verb else "who")
    if groups.get("left"):
        sort = "job"
    if groups.get("back") and sort != "time":
        sort = "back"
    if verb == "replaced" and to and not groups.get("was"):
        sort = "any"  # "the queue was replaced with Kafka"
    if (to == "in" and sort != "made") or (to and (to in {"with", "by"}) != (verb == "replaced")):
        return None
    value, *aim = _FOR.split(groups["value"] or "", maxsplit=1)
    parts = (groups["of"] or "", groups.get("its") or "", *aim)
    of = frozenset(token.owner for part in parts for token in tokens(part)) - _NO_SUBJECT
    was, words = (tokens(part) for part in (groups.get("was") or "", value))
    if not words or max(len(words), len(was)) > VALUE_WORDS:
        return None
    return _Change(of, sort, tuple(token.key for token in was), tuple(words))
