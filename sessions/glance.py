"""Whether a look at all logs would find anything, told from their stamps alone and held in next to no memory.

Most looks find nothing, and whoever looks every minute stays resident. So it keeps no look at any log that is settled,
but one number for all of them together: the sum of a sign of each. What a look would do then is decided here as
``collect`` decides it; where this is wrong, one look too many is made.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from ..memory.records import Time
from .ended import may_say_end
from .fingerprint import Stamp, stamp_of
from .seen import Look

#: the sum stays within what JSON carries
_MODULUS = 2**61 - 1


class Waiting(msgspec.Struct, frozen=True):
    """A log with a session that is not finished: the sign it had, since when it waits, and the sessions' ids."""

    log: str
    sign: int
    since: Time
    sessions: tuple[str, ...]


class Standing(msgspec.Struct, frozen=True):
    """How all logs stood when they were looked at."""

    settled: int  # the sum of the signs of those in which nothing waits
    waiting: tuple[Waiting, ...]


def standing_of(looks: Mapping[str, Look]) -> Standing:
    """Given the last look at each log, return how they stand."""
    settled = 0
    waiting = []
    for log, look in looks.items():
        if look.waits_since is None:
            settled += _sign(log, look.stamp)
        else:
            waiting.append(Waiting(log, _sign(log, look.stamp), look.waits_since, look.sessions))
    return Standing(settled % _MODULUS, tuple(waiting))


def finds_anything(
    logs: Iterable[str], standing: Standing, now: datetime, idle: timedelta, over: Collection[str] = ()
) -> bool:
    """Given all logs, each once, how they stood, and what ``collect`` is told, tell whether it might find anything."""
    if finds_an_end(standing, now, idle, over):
        return True
    waiting = {it.log for it in standing.waiting}
    settled = sum(_sign(log, stamp_of(log)) for log in logs if log not in waiting)
    return settled % _MODULUS != standing.settled


def finds_an_end(standing: Standing, now: datetime, idle: timedelta, over: Collection[str] = ()) -> bool:
    """Given how the logs stood and what ``collect`` is told, tell whether a session that waited may have ended."""
    return any(
        now - it.since >= idle
        or not {Path(it.log).stem, *it.sessions}.isdisjoint(over)
        or (it.sign != _sign(it.log, stamp_of(it.log)) and may_say_end(it.log))
        for it in standing.waiting
    )


def _sign(log: str, stamp: Stamp | None) -> int:
    """Given a log and its stamp, return a number that is the same in every process; only text is hashed with a salt."""
    name = zlib.crc32(log.encode())
    return hash((name, stamp.size, stamp.modified, stamp.changed, stamp.inode)) if stamp else name
