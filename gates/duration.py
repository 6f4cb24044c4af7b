"""Spans of time as people write them: ``24h``, ``30m``, ``7d``, ``1d 12h``."""

from __future__ import annotations

import re
from datetime import timedelta

_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_SPAN = re.compile(r"(?:\d{1,9}[dhms]\s?)+", re.ASCII)
_PIECE = re.compile(r"(\d{1,9})([dhms])", re.ASCII)

#: up to here hours read better than days: the usual interval is "24h", not "1d"
_HOURS_UP_TO = timedelta(hours=48)

#: a century: a date plus a span must stay within the calendar
_LONGEST = timedelta(days=36_525)


def parse_duration(text: str) -> timedelta:
    """Given a span such as ``24h``, ``1d 12h`` or ``0``, return it. Raises ValueError where it is none."""
    text = text.strip().lower()
    if text == "0":
        return timedelta()
    if not _SPAN.fullmatch(text):
        raise ValueError("not a span of time: write it as 30m, 24h or 7d")
    seconds = sum(int(number) * _SECONDS[unit] for number, unit in _PIECE.findall(text))
    if seconds > _LONGEST.total_seconds():
        raise ValueError("longer than a century")
    return timedelta(seconds=seconds)


def spell_duration(span: timedelta, units: int = 4) -> str:
    """Given a span that is not negative, spell it with at most ``units`` units, cut off rather than rounded up.

    Cut off, so that a wait that is nearly over never reads as if it were.
    """
    left = int(span.total_seconds())
    pieces: list[tuple[int, str]] = []
    for unit, seconds in _SECONDS.items():
        if unit == "d" and span <= _HOURS_UP_TO:
            continue
        number, left = divmod(left, seconds)
        if number or pieces:
            pieces.append((number, unit))
    shown = [f"{number}{unit}" for number, unit in pieces[:units] if number]
    return " ".join(shown) or "0s"
