"""Times as logs write them."""

from __future__ import annotations

from datetime import UTC, datetime


def time_of(stamp: str | None) -> datetime | None:
    """Given an RFC 3339 time, return it in UTC (a time without a zone is taken for UTC), or None where it is none."""
    try:
        time = datetime.fromisoformat(stamp or "")
    except ValueError:
        return None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
