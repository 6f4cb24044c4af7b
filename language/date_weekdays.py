"""Weekdays by themselves: "said Tuesday", "due by Friday", "between Monday and Wednesday"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from .calendar_words import DAY, MONTH, day_span, weekday
from .date_phrase import DETERMINED, Said
from .tense import FUTURE, PAST

BETWEEN = rf"(?i:between)\s+(?P<first>{DAY})\s+and\s+(?P<last>{DAY})"

#: a short name without a preposition may be another word
_SHORTEST = 6
#: what follows a weekday that stands for itself; another word makes it a part of a name: "the Friday report"
_FREE_AFTER = re.compile(
    r"\s*(?:[.,;:!?)]|$)|\s+(?:that|after|before|by|in|at|to|for|from|with|and|when|because|as|but|while|following|"
    r"over|against|amid|will|would|without|through|during)\b"
)
_SUBJECT_AFTER = re.compile(r"\s+(?:the|we|it|they|I|he|she|a|an|our|somebody|nobody|[A-Z]\w+)\b")
_FREE_BEFORE = re.compile(r"\b(?:earl(?:y|ier)|late|later|ending|beginning|starting)\s+$", re.IGNORECASE)
#: what was said may follow without "that"
_REPORTED = re.compile(
    r"\b(?:said|told|announced|confirmed|warned|wrote|ruled|decided|admitted)(?:\s+\w+){0,3}\s+$", re.IGNORECASE
)
_BOUND_BEFORE = re.compile(
    r"(?:[(/\d-]|\b(?:every|each|some|one|next|last|any|most|another|other|of|first|second|third|fourth|alternate))\s*$",
    re.IGNORECASE,
)
_FROM_NOW = re.compile(r"\bfrom\s+(?:today|tomorrow|next\s+\w+)\s+$", re.IGNORECASE)
#: a weekday that another follows so is not told apart from a span, of which only one end would be dated
_LEADS = (
    r"(?:,|\s+and|\s+or)?\s+(?i:on|by|until|till|before|after|since|from|starting|beginning|as\s+of)"
    r"(?:\s+(?i:the|this|coming))*"
)
_AHEAD = frozenset({"until", "till", "by", "through", "before", "after", "from", "starting", "beginning", "as of"})


def before(today: date, target: int) -> date:
    """Given a day and a weekday (0 = Monday), return the most recent such day before it."""
    return today - timedelta(days=(today.weekday() - target - 1) % 7 + 1)


def after(today: date, target: int) -> date:
    """Given a day and a weekday (0 = Monday), return the next such day after it."""
    return today + timedelta(days=(target - today.weekday() - 1) % 7 + 1)


def between(said: Said) -> str | None:
    """Given "between Monday and Wednesday", return it with dates where the words tell whether it was or is to be."""
    way = said.way()
    if not way:
        return said.phrase
    first, last = weekday(said.match["first"]), weekday(said.match["last"])
    if way == PAST:
        end = before(said.today, last)
        start = before(end, first)
    else:
        start = after(said.today, first)
        end = after(start, last)
    return f"{said.phrase[: len('between')]} {start.isoformat()} and {end.isoformat()}"


def named_day(said: Said) -> str | None:
    """Given a weekday with or without a preposition, return the day that is meant, where the words tell."""
    if re.search(rf"{DAY}\s*(?:,|-|\u2013|to|through|and|or)?\s*$", said.before) or re.match(
        rf"\s*(?:(?:-|\u2013|to|through|and|or|,)\s*{DAY}\b|,?\s+(?:the\s+)?\d|,?\s+{MONTH}\b|{_LEADS}\s+{DAY}\b"
        r"|\s+(?:before last|after next))",
        said.after,
    ):
        return said.phrase
    bare = not (said.prep or said.match["owner"] or said.match["part"])
    if bare and not _stands_alone(said):
        return None
    way = said.way() if bare else _way(said)
    if not way:
        return said.phrase
    target = weekday(said.match["day"])
    if way == FUTURE:
        day = after(said.today, target)
    else:
        # As in news, what happened today bears its name: a week ago is "last Wednesday", or a date.
        today = said.today.weekday() == target and said.prep in {"", "on"}
        day = said.today if today else before(said.today, target)
    return said.render(day_span(day, (said.match["part"] or "").lower()))


def _stands_alone(said: Said) -> bool:
    if len(said.match["day"]) < _SHORTEST or DETERMINED.search(said.before) or _BOUND_BEFORE.search(said.before):
        return False
    if _FREE_AFTER.match(said.after):
        return True
    freed = said.opens or _FREE_BEFORE.search(said.before) or _REPORTED.search(said.before)
    return bool(freed and _SUBJECT_AFTER.match(said.after))


def _way(said: Said) -> int:
    prep = said.prep
    if prep == "since":
        return PAST
    if prep == "to" and _FROM_NOW.search(said.before):
        return FUTURE
    caused = prep == "by" and said.match["owner"]  # "surprised by Tuesday's outage" names no deadline
    if prep in _AHEAD and not caused:
        if re.search(r"\b(?:every|each|always|usually|normally|weekly)\b", said.before, re.IGNORECASE):
            return 0
        if prep in {"before", "after", "from"}:
            return said.way(habits=False) or FUTURE
        return FUTURE
    way = said.way()
    return 0 if prep == "for" and way != FUTURE else way
