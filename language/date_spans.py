"""The phrases that mean a longer span by its own name: quarters, seasons, parts of months, the end of a year."""

from __future__ import annotations

import re
from datetime import date

from .calendar_words import MONTH, month, month_span, nearest_month, quarter_span, season_span, shift
from .date_phrase import Said
from .tense import FUTURE, PAST, is_habitual

QUARTER = (
    r"(?P<prep>(?i:in|by|until|till|since|before|after|for|of|during|through|from|as of))\s+"
    r"(?:Q(?P<number>[1-4])(?!\s*(?:of\b|FY|['\u2019]?\d))|(?i:the\s+)(?P<word>(?i:first|second|third|fourth))\s+(?i:quarter)"
    r"(?!\s+(?:of|in)\b|\s*,?\s*\d))"
)
SEASON = (
    r"(?:(?P<prep>(?i:since|until|till|by|before|after|from|through|for|of|in|during))\s+)?(?P<which>(?i:last|this))\s+"
    r"(?P<season>(?i:spring|summer|autumn|fall))(?P<owner>['\u2019]s)?"
)
PART_OF_MONTH = (
    r"(?:(?P<prep>(?i:since|until|till|by|before|after|from|through|to|for|of|in|at|during))\s+)?"
    r"(?P<part>(?i:(?:the\s+)?(?:end|start|beginning|middle)\s+of\s+|(?:early|mid|late)[\s-]+))"
    rf"(?P<month>{MONTH})(?!\.?,?\s*(?:\d|of\s+\d)|\.\w)"
)
YEAR_END = r"(?P<prep>(?i:by|until|till|before|at|towards?|after|through))\s+(?i:(?:the\s+)?year['\u2019]?s?[\s-]end)"

_WORDS = ("first", "second", "third", "fourth")
#: "by the end of", before the span itself
_BOUND = re.compile(r"\b(since|by|until|till|through)\s+the\s+(?:end|start|beginning|middle)\s+$", re.IGNORECASE)
_AHEAD = frozenset({"by", "until", "till", "through"})
#: the months of the seasons whose year is plain; a winter has two
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}


def quarter(said: Said) -> str | None:
    """Given "in Q3" or "in the third quarter", return it with its year."""
    groups = said.match.groupdict()
    index = int(groups["number"] or _WORDS.index(groups["word"].lower()) + 1)
    way = _way(said)
    if not way:
        return said.phrase
    day = date(said.today.year, 3 * index - 2, 1)
    if way == PAST and day > said.today:
        day = shift(day, "year", -1)
    elif way == FUTURE and shift(day, "quarter", 1) <= said.today:
        day = shift(day, "year", 1)
    return said.begin(f"{said.match['prep']} {quarter_span(day).bare}")


def season(said: Said) -> str | None:
    """Given "last summer", return it with its year."""
    name = said.match["season"].lower()
    year = said.today.year
    if said.match["which"].lower() == "last" and said.today.month <= _SEASONS[name][1]:
        year -= 1
    return said.render(season_span(name, year))


def part_of_month(said: Said) -> str | None:
    """Given "the end of March" or "mid-April", return it with its year."""
    way = _way(said)
    if not way:
        return said.phrase
    day = nearest_month(said.today, month(said.match["month"]), way)
    if way == FUTURE and month(said.match["month"]) == said.today.month:
        day = said.today
    prep = f"{said.match['prep']} " if said.prep else ""
    return f"{prep}{said.match['part']}{month_span(day).bare}"


def year_end(said: Said) -> str | None:
    """Given "by year-end", return the end of the year that is meant."""
    if is_habitual(said.before):
        return said.phrase
    return said.begin(f"{said.match['prep']} the end of {said.today.year}")


def _way(said: Said) -> int:
    bound = _BOUND.search(said.before) if said.prep == "of" else None
    prep = bound[1].lower() if bound else said.prep
    if prep == "since":
        return PAST
    if prep in _AHEAD:
        return 0 if re.search(r"\b(?:every|each|always)\b", said.before, re.IGNORECASE) else FUTURE
    return said.way()
