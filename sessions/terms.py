"""What holds for one look at all logs, and what comes of reading one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from ..language.purged import NOTHING, Purged
from .exclude import NOTHING_EXCLUDED, Exclude
from .fingerprint import Change
from .seen import Look


@dataclass(frozen=True)
class Terms:
    """What holds for every log of one look."""

    idle: timedelta  # age of a session's last record from which it is finished
    now: datetime
    zone: str  # IANA name of this host's time zone
    exclude: Exclude = NOTHING_EXCLUDED
    purged: Purged = NOTHING  # values that may not come back
    over: frozenset[str] = frozenset()  # what sessions may be called whose agent said that they ended


class Outcome(msgspec.Struct, frozen=True):
    """What came of reading one log."""

    path: str
    look: Look
    change: Change
    parts: tuple[str, ...] = ()  # new ones
    holding: tuple[str, ...] = ()  # parts that hold its sessions, the new ones too
    found: dict[str, int] = {}
    over: tuple[str, ...] = ()  # sessions that were finished because their agent said so
