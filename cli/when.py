"""Points in time as people type them."""

from __future__ import annotations

import re
import zoneinfo
from datetime import UTC, datetime, time, timedelta

from ..errors import UsageError

#: what the last moment of a day lies before the next day
_INSTANT = timedelta(microseconds=1)
_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")


def read_time(text: str, zone: str) -> datetime:
    """Given a time in RFC 3339, or a day, return it in UTC; a day means its end in ``zone`` (an IANA name).

    Raises UsageError for what is neither, a time without a zone included.
    """
    try:
        parsed = datetime.fromisoformat(text.strip())
        if _DAY.match(text.strip()):
            local = zoneinfo.ZoneInfo(zone)
            return datetime.combine(parsed.date() + timedelta(days=1), time(), local).astimezone(UTC) - _INSTANT
        if parsed.tzinfo is not None:
            return parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise UsageError(text, "it is no time", "write a day as 2026-11-20, or a time as 2026-11-20T18:40:00Z")
