"""The calendar as people say it: names of days and months, small numbers, and the spans of time they mean."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

# not from the calendar module, whose names follow the machine's locale
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("", "January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

#: full names in any case; short ones only with a capital, since "sat", "sun" and "wed" are words
DAY = r"(?:(?i:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|Mon|Tues?|Wed|Thur?s?|Fri|Sat|Sun)"
#: with a capital only: "may" and "march" are verbs
MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
_COUNT = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
NUMBER = rf"(?:an?|{'|'.join((*reversed(_COUNT), *_TENS))}|\d{{1,3}})"
UNIT = r"(?:day|week|fortnight|month|year)s?"

_NUMBERS = {"a": 1, "an": 1, **_TENS, **{word: value for value, word in enumerate(_COUNT, start=1)}}


@dataclass(frozen=True)
class Span:
    """A day or a longer span: how it is written after a preposition, the preposition it takes alone, its adjective."""

    bare: str
    alone: str
    adjective: str


def day_span(day: date, part: str = "") -> Span:
    """Given a day and perhaps a part of it (morning, evening …), return its span."""
    text = day.isoformat()
    return Span(f"the {part} of {text}" if part else text, "on", f"{text} {part}".strip())


def week_span(day: date) -> Span:
    """Given a day, return the span of its week, named by its Monday."""
    monday = (day - timedelta(days=day.weekday())).isoformat()
    return Span(f"the week of {monday}", "in", f"week-of-{monday}")


def weekend_span(day: date) -> Span:
    """Given a day, return the span of the weekend of its week, named by its Saturday."""
    saturday = (day + timedelta(days=5 - day.weekday())).isoformat()
    return Span(f"the weekend of {saturday}", "on", f"weekend-of-{saturday}")


def month_span(day: date) -> Span:
    """Given a day, return the span of its month."""
    text = f"{_MONTHS[day.month]} {day.year}"
    return Span(text, "in", text)


def quarter_span(day: date) -> Span:
    """Given a day, return the span of its quarter."""
    text = f"Q{(day.month + 2) // 3} {day.year}"
    return Span(text, "in", text)


def season_span(season: str, year: int) -> Span:
    """Given a season and its year, return its span. When it is depends on the hemisphere, so it keeps its name."""
    return Span(f"the {season} of {year}", "in", f"{season}-{year}")


def year_span(day: date) -> Span:
    """Given a day, return the span of its year."""
    return Span(str(day.year), "in", str(day.year))


UNIT_SPANS = {
    "day": day_span,
    "week": week_span,
    "weekend": weekend_span,
    "month": month_span,
    "quarter": quarter_span,
    "year": year_span,
}


def number(word: str) -> int:
    """Given what NUMBER matches, return its value."""
    return _NUMBERS.get(word.lower()) or int(word)


def weekday(name: str) -> int:
    """Given what DAY matches, return 0 for Monday to 6."""
    return next(index for index, day in enumerate(_DAYS) if day.startswith(name.lower()[:3]))


def month(name: str) -> int:
    """Given what MONTH matches, return 1 for January to 12."""
    return next(index for index, full in enumerate(_MONTHS) if full and full.lower().startswith(name.lower()[:3]))


def shift(day: date, unit: str, by: int) -> date:
    """Given a day, a unit (day, week, weekend, fortnight, month, quarter, year) and how many, return the day then.

    The 31st of a month is the last day of a shorter one. What leaves the calendar stays at the given day.
    """
    try:
        if unit in {"month", "quarter", "year"}:
            months = {"month": 1, "quarter": 3, "year": 12}[unit] * by + day.year * 12 + day.month - 1
            year, index = divmod(months, 12)
            return date(year, index + 1, min(day.day, calendar.monthrange(year, index + 1)[1]))
        return day + timedelta(days={"day": 1, "week": 7, "weekend": 7, "fortnight": 14}[unit] * by)
    except (ValueError, OverflowError, calendar.IllegalMonthError):
        return day


def nearest_month(today: date, index: int, direction: int) -> date:
    """Given today, a month's number and -1 or 1, return the first of the nearest such month before or after this one.

    With direction -1 the present month counts as past: "since March" said in March is this March.
    """
    year = today.year
    if direction < 0:
        return date(year if index <= today.month else year - 1, index, 1)
    return date(year if index > today.month else year + 1, index, 1)


_END = re.compile(
    r"\b(?:until|till|through)\s+(?P<end>the end of\s+)?(?:the (?:morning|afternoon|evening|night) of\s+)?"
    rf"(?:the week(?:end)? of\s+(?P<week>\d{{4}}-\d\d-\d\d)|(?P<day>\d{{4}}-\d\d-\d\d)"
    rf"|(?P<month>{MONTH})\s+(?P<year>\d{{4}})|Q(?P<quarter>[1-4])\s+(?P<of>\d{{4}})|(?P<only>20\d\d))(?![\w-])",
    re.IGNORECASE,
)


def expiry(text: str, today: date) -> date | None:
    """Given a text with absolute dates, return the last day on which it holds, or None if it does not say.

    "until March 2026" ends with the first day of it, "until the end of March 2026" with the last. A day before
    ``today`` tells of the past and ends nothing.
    """
    last: date | None = None
    for match in _END.finditer(text):
        try:
            day = _last_day(match)
        except ValueError:
            continue
        if day >= today and (last is None or day > last):
            last = day
    return last


def _last_day(match: re.Match[str]) -> date:
    ends = bool(match["end"])
    if match["day"]:
        return date.fromisoformat(match["day"])
    if match["week"]:
        return date.fromisoformat(match["week"]) + timedelta(days=6 if ends else 0)
    year = int(match["year"] or match["of"] or match["only"])
    unit = "month" if match["month"] else "quarter" if match["quarter"] else "year"
    number_ = month(match["month"]) if match["month"] else 3 * int(match["quarter"] or 1) - 2
    first = date(year, number_, 1)
    return shift(first, unit, 1) - timedelta(days=1) if ends else first
