"""What this host knows of logs it has looked at: a cache, so that an unchanged log costs one look at its size.

It decides nothing by itself; without it every log is read again and gives no second part.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from ..memory.atomic import make_folder, write_file
from ..memory.reads import read_file
from ..memory.records import Time
from .exclude import NOTHING_EXCLUDED, Exclude
from .fingerprint import Fingerprint, Stamp

#: raised when a log would now be read differently: then all are read again
READING = 3

_NAME = "collected.json"


#: size and time of change of a part: enough to see that somebody removed, cut or overwrote it
Trace = tuple[int, int]


class Look(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of one log: a reason where it was skipped, the last record's time where a session was not finished.

    ``kept`` is the log up to where all that was finished is kept, so that what follows is known by its place.
    """

    stamp: Stamp | None = None
    kept: Fingerprint | None = None
    reason: str = ""
    waits_since: Time | None = None
    unreadable: int = 0
    unreadable_lines: tuple[int, ...] = ()
    sessions: tuple[str, ...] = ()  # those that are not finished
    excluded: int = 0  # sessions in it that were left out
    parts: dict[str, Trace | None] = {}  # in which its sessions are kept, each as it was then

    def waits(self, now: datetime, idle: timedelta) -> bool:
        """Tell whether a session in it cannot be finished yet, however the log has changed: its end came too lately."""
        return self.waits_since is not None and now - self.waits_since < idle

    def stands(self, traces: Mapping[str, Trace]) -> bool:
        """Given the parts that are there, tell whether those that hold its sessions are, and are as they were."""
        return all(traces.get(name) == trace for name, trace in self.parts.items())


class Seen(msgspec.Struct, frozen=True):
    """All looks by path, and what was left out in them."""

    looks: dict[str, Look] = {}
    reading: int = READING
    exclude: Exclude = NOTHING_EXCLUDED

    def under(self, exclude: Exclude) -> Seen:
        """Given what is left out now, return what still holds: a log in which more was left out is read anew."""
        if exclude == self.exclude:
            return self
        return Seen({path: look for path, look in self.looks.items() if not look.excluded}, exclude=exclude)


def load_seen(folder: Path) -> Seen:
    """Given the folder of this host's state, return what it knows; nothing where that is lost or of another reading."""
    try:
        seen = msgspec.json.decode(read_file(folder / _NAME), type=Seen)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return Seen()
    return seen if seen.reading == READING else Seen()


def save_seen(folder: Path, seen: Seen) -> None:
    """Given the folder of this host's state and what it knows now, keep it."""
    make_folder(folder)
    write_file(folder / _NAME, msgspec.json.encode(seen), mode=0o600)
