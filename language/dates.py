"""Relative dates made absolute: "until Friday" said on 2026-03-04 is "until 2026-03-06".

Code does this, never a model, and from the time at which the words were said. What is vague ("recently", "a couple of
days ago"), habitual ("every Friday"), code, a file name or a quotation is left as it is: a wrong date misleads more
than a missing one. Whether a phrase is replaced depends on the words alone, not on the day.

The week begins on Monday, as in ISO 8601. "next Friday" is the Friday of the following week, "last Friday" the most
recent one, "this Friday" that of the present week.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from .calendar_words import expiry
from .date_phrase import Said
from .date_rules import RULES

#: without one of these there is nothing to resolve and nothing that ends; most statements have none
_HINTS = (
    *("day", "morning", "afternoon", "evening", "night", "tomorrow", "ago", "back", "week", "month", "year"),
    *("quarter", "summer", "spring", "autumn", "fall", "until", "till", "through", "end of", "eod", "eow", "cob"),
)
_SHORT_HINT = re.compile(
    r"Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Q[1-4]|\d(?:st|nd|rd|th)"
)
_PROTECTED = re.compile(
    r"```.*?(?:```|\Z)|`[^`]*`|\"[^\"]{1,200}\"|“[^”]{1,200}”|(?<![\w`])'[^'\n]{1,60}'(?!\w)", re.DOTALL
)
#: a phrase is no part of a path, a file name, an option or an identifier
_LEFT = r"(?<![\w/._@#=:$<>{}\[\]\\+-])"
_RIGHT = r"(?![\w/@#=$<>{}\[\]\\(+-]|[.:_]\w)"
#: years in which every date that a phrase can mean is still in the calendar
YEARS = (1900, 9000)
#: the date that a writer added to a relative one
_GIVEN = re.compile(r"\s*\(\s*(\d{4}-\d\d-\d\d)\s*\)")
#: "the end of the week of 2026-03-02" is one
_DATED = re.compile(r"\s+of\s+(?:the\s+\w+\s+of\s+)?\d{4}\b")
#: who says so does not say when
_VAGUE_BEFORE = re.compile(
    r"\b(?:some ?time|at some point|maybe|perhaps|possibly|roughly)(?:\s+(?:in|on|by))?\s+$", re.IGNORECASE
)
_VAGUE_AFTER = re.compile(r"\s+or (?:so|thereabouts)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?;](?=\s|$)|\n")

_COMPILED = tuple((re.compile(_LEFT + rule.pattern + _RIGHT), rule.meaning) for rule in RULES)


@dataclass(frozen=True)
class Replacement:
    """One phrase that was replaced: half-open offsets into the original text, what stood there, what stands now."""

    start: int
    end: int
    phrase: str
    rendering: str


@dataclass(frozen=True)
class Resolved:
    """The text with absolute dates; ``until`` is the instant (UTC) at which what it says ends, where it says so."""

    text: str
    replaced: tuple[Replacement, ...] = ()
    until: datetime | None = None


def resolve(text: str, spoken: datetime, zone: str = "UTC") -> Resolved:
    """Given a text, the aware time at which it was said and the speaker's IANA zone, return it with absolute dates.

    An unknown zone counts as UTC. A time that no log can have (a broken clock's year 1) resolves nothing.
    """
    if not YEARS[0] <= spoken.year < YEARS[1]:
        return Resolved(text)
    place = _zone(zone)
    local = spoken.astimezone(place)
    found = _found(text, local)
    absolute = _put(text, found)
    day = expiry(absolute, local.date())
    until = datetime.combine(day + timedelta(days=1), time(), place).astimezone(UTC) if day and day < date.max else None
    return Resolved(absolute, tuple(found), until)


def is_relative(text: str) -> bool:
    """Given a text, tell whether ``resolve`` would replace anything in it."""
    return bool(_found(text, datetime(2026, 1, 7, 12, tzinfo=UTC)))


def is_timeless(text: str) -> bool:
    """Given a text, tell whether ``resolve`` would change nothing in it and find no end of it, whenever it was said."""
    return not is_relative(text) and expiry(text, date.min) is None


def speaks_of_time(text: str) -> bool:
    """Given a text, tell cheaply whether ``resolve`` could find anything in it."""
    lower = text.lower()
    return any(hint in lower for hint in _HINTS) or _SHORT_HINT.search(text) is not None


def _found(text: str, spoken: datetime) -> list[Replacement]:
    """Return what is replaced in a text; nothing where what comes of it would be read as relative again.

    That would be resolved against another day by the next run, which cannot know that this one was here.
    """
    found = _find(text, spoken)
    return [] if found and _find(_put(text, found), spoken) else found


def _put(text: str, found: Sequence[Replacement]) -> str:
    pieces, last = [], 0
    for replacement in found:
        pieces += [text[last : replacement.start], replacement.rendering]
        last = replacement.end
    return "".join((*pieces, text[last:]))


def _find(text: str, spoken: datetime) -> list[Replacement]:
    if not speaks_of_time(text):
        return []
    taken = [match.span() for match in _PROTECTED.finditer(text)]
    found: list[Replacement] = []
    for pattern, meaning in _COMPILED:
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            rendering = meaning(Said(match, _sentence(text, match), spoken))
            if rendering is None:
                continue
            vague = _VAGUE_BEFORE.search(text, max(0, match.start() - 30), match.start())
            if vague or _VAGUE_AFTER.match(text, match.end()) or _DATED.match(text, match.end()):
                rendering = match[0]
            end = match.end()
            given = _GIVEN.match(text, end)
            if given and given[1] in rendering:
                end = given.end()
            elif given:
                rendering = match[0]  # the writer's own date is another: it is not for us to say which is right
            taken.append((match.start(), end))
            if rendering != match[0]:
                found.append(Replacement(match.start(), end, text[match.start() : end], rendering))
    return sorted(found, key=lambda replacement: replacement.start)


def _sentence(text: str, match: re.Match[str]) -> tuple[int, int]:
    start = max((end.end() for end in _SENTENCE_END.finditer(text, 0, match.start())), default=0)
    after = _SENTENCE_END.search(text, match.end())
    return start, after.start() if after else len(text)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError, an unsafe name a ValueError
        return UTC
    except KeyError:
        return UTC
