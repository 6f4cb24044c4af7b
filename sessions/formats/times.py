"""Times as logs write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: years in which a log can have been written: others are damage, or a clock that was never set
_FIRST, _LAST = 2000, 2100
#: a date with a time, as Markdown logs write it in headings and marks; a date alone may be part of a model's name
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b", re.ASCII)
_TIME = re.compile(
    r"\b\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?(?:Z\b|[+-]\d{2}:?\d{2}\b))?", re.ASCII
)


def time_of(stamp: str | None) -> datetime | None:
    """Given an RFC 3339 time, return it in UTC (a time without a zone is taken for UTC), or None where it is none."""
    try:
        return in_utc(datetime.fromisoformat(stamp or ""))
    except ValueError:
        return None


def in_utc(time: datetime) -> datetime | None:
    """Given a time (one without a zone is taken for UTC), return it in UTC; None where no agent could write then."""
    try:
        time = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except OverflowError:
        return None
    return time if _FIRST <= time.year < _LAST else None


def find_time(text: str, zone: str, *, date_alone: bool = False) -> datetime | None:
    """Given a text and the IANA name of a time zone, return the first date with a time in it, in UTC, or None.

    A time that names no zone of its own is taken for one of that zone. With ``date_alone`` a date without a time will
    do where there is none with one: its day's first moment.
    """
    try:
        time = datetime.fromisoformat(written_time(text, date_alone=date_alone).replace(" Z", "Z").replace(" +", "+"))
    except ValueError:
        return None
    return in_utc(time if time.tzinfo else time.replace(tzinfo=_zone(zone)))


def written_time(text: str, *, date_alone: bool = False) -> str:
    """Given a text, return the first date with a time in it as it is written, empty where there is none."""
    found = _TIME.search(text) or (_DATE.search(text) if date_alone else None)
    return found[0] if found else ""


@cache
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return UTC
