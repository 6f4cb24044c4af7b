"""Times as logs write them."""

from __future__ import annotations

from datetime import UTC, datetime


def time_of(stamp: str | None) -> datetime | None:
    """Given an RFC 3339 time, return it in UTC (a time without a zone is taken for UTC), or None where it is none."""
    try:
        return in_utc(datetime.fromisoformat(stamp or ""))
    except ValueError:
        return None


def in_utc(time: datetime) -> datetime | None:
    """Given a time (one without a zone is taken for UTC), return it in UTC; None where the calendar ends before it."""
    try:
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except OverflowError:
        return None
