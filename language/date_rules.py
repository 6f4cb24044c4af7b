"""The phrases that mean a date, in one ordered table: what is matched earlier is not looked at again.

A meaning returns the text that replaces the phrase, the phrase itself where it must stay as it is and no later rule
may touch it, or None where this rule has nothing to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from .calendar_words import (
    DAY,
    MONTH,
    NUMBER,
    UNIT,
    UNIT_SPANS,
    Span,
    day_span,
    month,
    month_span,
    nearest_month,
    number,
    shift,
    weekday,
)
from .date_phrase import DETERMINED, Said
from .date_spans import PART_OF_MONTH, QUARTER, SEASON, YEAR_END, part_of_month, quarter, season, year_end
from .date_weekdays import BETWEEN, after, before, between, named_day
from .tense import FUTURE, PAST, is_habitual

_PREPOSITION = (
    r"(?:(?P<prep>(?i:since|until|till?|by|before|after|from|through|to|for|of|on|in|at|during|starting|beginning|"
    r"as of|than|between|around))\s+)?"
)
_PART = r"(?:\s+(?P<part>(?i:morning|afternoon|evening|night)))?"
_OWNER = r"(?P<owner>['\u2019]s)?"
_UNSURE = re.compile(
    r"\b(?:about|around|roughly|nearly|almost|over|under|than|least|most|half|or|and|couple of|some|every|or so|maybe|"
    r"perhaps|up to|only|last|past|next|within)\s+$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Rule:
    """A pattern and what it means."""

    pattern: str
    meaning: Callable[[Said], str | None]


def _around(said: Said) -> str | None:
    days = 2 if "tomorrow" in said.phrase.lower() else -2
    return said.render(day_span(said.today + timedelta(days=days)))


def _near(said: Said) -> str | None:
    word = said.match["near"]
    lower = word.lower()
    if word.isupper() or (word[0].isupper() and not said.opens):
        return said.phrase  # a constant or the name of a thing
    if said.match["owner"]:
        if re.match(r"\s+(?:date|time|day)\b", said.after):
            return said.phrase
    elif DETERMINED.search(said.before) and not said.prep:
        return said.phrase
    part = said.match["part"] or ("evening" if lower == "tonight" else "")
    days = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}[lower]
    return said.render(day_span(said.today + timedelta(days=days), part.lower()))


def _tonight(said: Said) -> str | None:
    if said.match["which"].lower() == "last":
        return said.render(day_span(said.today - timedelta(days=1), "night"))
    return said.render(day_span(said.today, said.match["time"].lower()))


def _ago(said: Said) -> str | None:
    if _UNSURE.search(said.before) or said.prep in {"than", "around"}:
        return said.phrase
    unit = said.match["unit"].lower().rstrip("s")
    count = number(said.match["count"])
    if unit in {"hour", "minute"}:
        spoken = said.spoken - timedelta(**{unit + "s": count})
        return said.render(day_span(spoken.date()))
    return said.render(_counted(said.today, unit, -count))


def _counted(today: date, unit: str, count: int) -> Span:
    return UNIT_SPANS["week" if unit == "fortnight" else unit](shift(today, unit, count))


def _ahead(said: Said) -> str | None:
    if _UNSURE.search(said.before):
        return said.phrase
    return said.render(_counted(said.today, said.match["unit"].lower().rstrip("s"), number(said.match["count"])))


_GENERIC_VERB = re.compile(
    r"\b(?:expir|retr|rotat|time[sd]? out|timeout|complet|finish|delet|purg|valid|reset|refresh|renew)\w*",
    re.IGNORECASE,
)
_SOON = re.compile(
    r"(?:\bwill\b|'ll\b|\bgoing to\b|\b(?:is|are|'s)(?:\s+\w+)?\s+$|\b(?:due|ships?|releas\w+|launch\w+|starts?|ends?|"
    r"deadline)\s+(?:\w+\s+){0,3}$)",
    re.IGNORECASE,
)


def _in_future(said: Said) -> str | None:
    before = said.before
    if _GENERIC_VERB.search(before) or is_habitual(before) or not _SOON.search(before):
        return said.phrase
    span = _counted(said.today, said.match["unit"].lower().rstrip("s"), number(said.match["count"]))
    return f"{span.alone} {span.bare}"


def _lasting(said: Said) -> str | None:
    unit = said.match["unit"].lower().rstrip("s")
    count = number(said.match["count"] or "one")
    if said.match["which"].lower() == "next":
        end = shift(said.today, unit, count)
        span = month_span(end) if unit == "year" else day_span(end)
        return said.begin(f"until {span.bare}")
    if not re.search(r"\b(?:has|have|had|been|'ve|'s)\b", said.before):
        return said.phrase
    start = shift(said.today, unit, -count)
    span = month_span(start) if unit == "year" else day_span(start)
    return said.begin(f"since {span.bare}")


def _day_in_week(said: Said) -> str | None:
    groups = said.match.groupdict()
    monday = said.today - timedelta(days=said.today.weekday())
    weeks = {"last": -1, "this": 0, "next": 1}[(groups["which"] or groups["whose"]).lower()]
    day = monday + timedelta(days=7 * weeks + weekday(groups["day"] or groups["then"]))
    return said.render(day_span(day, (groups["part"] or "").lower()))


def _pointed(said: Said) -> str | None:
    which = " ".join(said.match["which"].lower().split())
    target = weekday(said.match["day"])
    monday = said.today - timedelta(days=said.today.weekday())
    if which in {"last", "past", "this past"}:
        day = before(said.today, target)
    elif which == "next":
        day = monday + timedelta(days=7 + target)
    elif which == "this":
        day = monday + timedelta(days=target)
    else:
        day = after(said.today, target)
    return said.render(day_span(day, (said.match["part"] or "").lower()))


_UNITS = r"(?P<unit>(?i:weekend|week|month|quarter|year))"


def _period(said: Said) -> str | None:
    which = said.match["which"].lower()
    if re.match(r"\s+(?:of|before last|after next)\b", said.after):
        return said.phrase
    if re.search(r"\b(?:the|every|each|any)\s+$", said.before, re.IGNORECASE):
        return said.phrase  # "the last month" is the last thirty days
    unit = said.match["unit"].lower()
    by = {"last": -1, "this": 0, "next": 1}[which]
    return said.render(UNIT_SPANS[unit](shift(said.today, unit, by)))


def _end_of(said: Said) -> str | None:
    which = (said.match["which"] or "").lower()
    prep = said.prep or "at"
    if which in {"", "the"} and (prep in {"at", "on"} or is_habitual(said.before)):
        return said.phrase
    unit = said.match["unit"].lower()
    span = UNIT_SPANS[unit](shift(said.today, unit, 1 if which == "next" else 0))
    return said.begin(f"{said.match['prep'] or 'at'} the end of {span.bare}")


def _end_short(said: Said) -> str | None:
    unit = "day" if said.match["short"].lower() in {"eod", "cob", "end of day"} else "week"
    if is_habitual(said.before):
        return said.phrase
    return f"{said.match['prep']} the end of {UNIT_SPANS[unit](said.today).bare}"


def _month(said: Said) -> str | None:
    if re.match(r"\s*,?\s*(?:\d|of\s+\d)", said.after):
        return said.phrase
    lead = said.match["lead"].lower()
    way = {
        "last": PAST,
        "since": PAST,
        "next": FUTURE,
        "until": FUTURE,
        "till": FUTURE,
        "by": FUTURE,
        "through": FUTURE,
    }
    to = way.get(lead) or (said.way() if lead != "this" else FUTURE)
    if lead in {"before", "after", "from"}:
        to = said.way(habits=False) or FUTURE
    if not to:
        return said.phrase
    index = month(said.match["month"])
    day = nearest_month(said.today, index, to)
    if lead == "this":
        day = date(said.today.year, index, 1)
    if lead == "last" and day.month == said.today.month and day.year == said.today.year:
        day = shift(day, "year", -1)
    span = month_span(day)
    if said.prep:
        return f"{said.match['prep']} {span.bare}"
    if lead in {"last", "next", "this", "in"}:
        return said.begin(f"in {span.bare}")
    return f"{said.match['lead']} {span.bare}"


def _month_day(said: Said) -> str | None:
    if re.match(r",?\s+(?:\d\d:\d\d(?::\d\d)?\s+)?\d{4}\b|\s*[-\u2013]\s*\d", said.after):
        return said.phrase
    first = _nearest(said)
    if first is None:
        return said.phrase
    last = said.match["last"]
    if not last:
        return f"{said.match['prep']} {first.isoformat()}" if said.prep else first.isoformat()
    days = int(last) - int(said.match["number"])
    if days <= 0:
        return said.phrase
    end = first + timedelta(days=days)
    prep = "from " if said.prep == "on" else f"{said.match['prep']} " if said.prep else ""
    return f"{prep}{first.isoformat()} to {end.isoformat()}"


def _nearest(said: Said) -> date | None:
    index, number_ = (
        month(said.match["month"] or said.match["month2"]),
        int(said.match["number"] or said.match["number2"]),
    )
    way = PAST if said.prep == "since" else FUTURE if said.prep in {"until", "till", "by"} else said.way(habits=False)
    near = [_date(said.today.year + years, index, number_) for years in (-1, 0, 1)]
    days = [day for day in near if day]
    if way == PAST:
        days = [day for day in days if day <= said.today] or days
    elif way == FUTURE:
        days = [day for day in days if day >= said.today] or days
    return min(days, key=lambda day: abs(day - said.today), default=None)


def _day_of_month(said: Said) -> str | None:
    way = said.way() if said.prep == "on" else PAST if said.prep == "since" else FUTURE
    if not way:
        return said.phrase
    for by in range(3):
        first = shift(said.today.replace(day=1), "month", by * way)
        day = _date(first.year, first.month, int(said.match["number"]))
        if day and (day > said.today if way == FUTURE else day <= said.today):
            return f"{said.match['prep']} {day.isoformat()}"
    return said.phrase


def _date(year: int, month_: int, day: int) -> date | None:
    try:
        return date(year, month_, day)
    except ValueError:
        return None


def _stays(said: Said) -> str | None:
    return said.phrase


RULES: tuple[Rule, ...] = (
    # what has a date of its own, or no date at all, and holds words that the rules below would take
    Rule(rf"(?:every|each|on|most)\s+{DAY}s?\s+(?:and|or)\s+{DAY}", _stays),
    Rule(rf"{DAY}\s+(?:before last|after next)", _stays),
    Rule(r"(?i:(?:week|month|year|day)\s+(?:before last|after next))", _stays),
    Rule(
        rf"(?i:(?:an?|one|two|three)\s+(?:weeks?|days?)\s+(?:from|after|before)\s+)(?:{DAY}|(?i:next|last)\s+\w+)",
        _stays,
    ),
    Rule(_PREPOSITION + r"(?i:the\s+)?(?i:day\s+(?:before\s+yesterday|after\s+tomorrow))" + _PART, _around),
    Rule(
        _PREPOSITION
        + r"(?i:the\s+)?(?P<which>(?i:last|this))\s+(?P<time>(?i:night|morning|afternoon|evening))"
        + _OWNER,
        _tonight,
    ),
    Rule(_PREPOSITION + r"(?P<near>(?i:yesterday|today|tomorrow|tonight))" + _PART + _OWNER, _near),
    Rule(
        _PREPOSITION + rf"(?P<count>(?i:{NUMBER}))\s+(?P<unit>(?i:{UNIT}|hours?|minutes?))\s+(?i:ago|back)"
        rf"(?!\s+(?:{DAY}|(?i:today|yesterday|to|in|and|up)))",
        _ago,
    ),
    Rule(rf"(?P<count>(?i:{NUMBER}))\s+(?P<unit>(?i:{UNIT}))\s+(?i:from\s+(?:now|today))", _ahead),
    Rule(rf"(?i:in)\s+(?P<count>(?i:{NUMBER}))\s+(?P<unit>(?i:{UNIT}))(?:['\u2019])?(?:\s+(?i:time))?", _in_future),
    Rule(
        rf"(?i:for\s+the)\s+(?P<which>(?i:next|last|past))\s+(?:(?P<count>(?i:{NUMBER}))\s+)?(?P<unit>(?i:{UNIT}))",
        _lasting,
    ),
    Rule(
        _PREPOSITION + rf"(?P<day>{DAY})\s+(?:(?i:of)\s+)?(?P<which>(?i:last|this|next))\s+(?i:week)"
        rf"(?P<then>)(?P<whose>)" + _PART,
        _day_in_week,
    ),
    Rule(
        _PREPOSITION + r"(?P<whose>(?i:last|this|next))\s+(?i:week)(?:['\u2019]s)?\s+(?:(?i:on)\s+)?"
        rf"(?P<then>{DAY})(?P<day>)(?P<which>)" + _PART,
        _day_in_week,
    ),
    Rule(
        _PREPOSITION + r"(?i:the\s+)?(?P<which>(?i:this\s+coming|this\s+past|last|next|this|coming|past))\s+"
        rf"(?P<day>{DAY})" + _PART + _OWNER + r"(?!\s+(?:of|in|before last|after next)\b)",
        _pointed,
    ),
    Rule(BETWEEN, between),
    Rule(_PREPOSITION + rf"(?P<day>{DAY})" + _PART + _OWNER, named_day),
    Rule(
        r"(?:(?P<prep>(?i:by|until|till|before|through|at|towards?|on|after))\s+)?(?i:the\s+)?(?i:end)\s+(?i:of)\s+"
        r"(?P<which>(?i:the|this|next))\s+(?P<unit>(?i:day|week|month|quarter|year))",
        _end_of,
    ),
    Rule(r"(?P<prep>(?i:by|until|till|before))\s+(?P<short>EOD|EOW|COB|(?i:end of (?:day|week)))", _end_short),
    Rule(_PREPOSITION + r"(?P<which>(?i:last|this|next))\s+" + _UNITS + _OWNER, _period),
    Rule(QUARTER, quarter),
    Rule(SEASON, season),
    Rule(YEAR_END, year_end),
    Rule(PART_OF_MONTH, part_of_month),
    Rule(
        _PREPOSITION
        + rf"(?:(?P<month>{MONTH})\.?\s+(?P<number>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*[-\u2013]\s*(?P<last>\d{{1,2}}))?"
        rf"|(?:(?i:the)\s+)?(?P<number2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month2>{MONTH}))",
        _month_day,
    ),
    Rule(
        r"(?:(?P<prep>(?i:since|until|till|by|before|after|from|through|of|for|during|in))\s+(?=(?i:last|next|this)\s))?"
        rf"(?P<lead>(?i:last|next|this|since|until|till|by|through|before|after|from|in))\s+(?P<month>{MONTH})",
        _month,
    ),
    Rule(
        r"(?P<prep>(?i:until|till|by|before|since|on))\s+the\s+(?P<number>\d{1,2})(?:st|nd|rd|th)(?=\s*(?:[.,;:)!?]|$))",
        _day_of_month,
    ),
)
