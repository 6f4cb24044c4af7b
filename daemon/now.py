"""The time that counts as now. Only entry points ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from ..errors import UsageError


def read_now(environment: Mapping[str, str]) -> datetime:
    """Given the environment, return the clock's time in UTC, or that of ``DREAMD_NOW`` (RFC 3339, with a zone).

    To the second: what is finer tells nobody anything and makes ledger and reports harder to read.
    """
    text = environment.get("DREAMD_NOW")
    if not text:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise UsageError("DREAMD_NOW", f"'{text}' is no time", hint="write it as 2026-11-21T18:40:00Z")
    return time.astimezone(UTC).replace(microsecond=0)
