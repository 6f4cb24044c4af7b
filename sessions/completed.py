"""Which collected sessions count for the gate. Pure, from the headers of parts alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from .identity import by_owner, own_records
from .parts import PartHeader, unpack_keys

#: a session whose records have no times ended before all others, as far as anybody knows
_NO_TIME = datetime.min.replace(tzinfo=UTC)


def new_sessions(headers: Iterable[PartHeader], consumed: Collection[str]) -> int:
    """Given the headers of all parts and the names of those that runs have consumed, return how many sessions are new.

    A session is new when in what no run has consumed somebody asked and an agent worked. Only finished sessions have
    parts, and sub-agents' have none. A record counts in the session that keeps it, so a fork counts for what it added.
    """
    return len(new_session_ends(headers, consumed))


def new_session_ends(headers: Iterable[PartHeader], consumed: Collection[str]) -> list[datetime]:
    """Given what ``new_sessions`` is given, return when each new session ended, in order."""
    groups = by_owner(headers)
    fresh = [owner for owner, parts in groups.items() if any(part.name not in consumed for part in parts)]
    own = own_records(groups, fresh)
    ends = []
    for owner in fresh:
        seen: set[bytes] = set()
        flags: set[str] = set()
        for part in groups[owner]:
            for key, flag in zip(unpack_keys(part.keys), part.flags, strict=True):
                if key in own[owner] and key not in seen:
                    seen.add(key)
                    if part.name not in consumed:
                        flags.add(flag)
        if {"u", "a"} <= flags:
            ends.append(max((part.ended or _NO_TIME for part in groups[owner]), default=_NO_TIME))
    return sorted(ends)
