"""What this host knows of logs it has looked at: a cache, so that an unchanged log costs one look at its size.

It decides nothing by itself; without it every log is read again and gives no second part.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from ..memory.atomic import make_folder, read_file, write_file
from ..memory.records import Time

#: raised when a log would now be read differently: then all are read again
READING = 1

_NAME = "collected.json"


class Stamp(msgspec.Struct, frozen=True):
    """What changes when a file does; the change time also when its mode does."""

    size: int
    modified: int  # ns
    changed: int  # ns
    inode: int


class Look(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of one log: a reason where it was skipped, the last record's time where a session was not finished."""

    stamp: Stamp | None = None
    reason: str = ""
    waits_since: Time | None = None
    unreadable: int = 0
    unreadable_lines: tuple[int, ...] = ()

    def due(self, now: datetime, idle: timedelta) -> bool:
        """Tell whether it must be read although it has not changed: the session it was waiting for is finished."""
        return self.waits_since is not None and now - self.waits_since >= idle


class Seen(msgspec.Struct, frozen=True):
    """All looks by path."""

    looks: dict[str, Look] = {}
    reading: int = READING


def stamp_of(path: Path) -> Stamp | None:
    """Given a path, return the stamp of the file, or None where there is none."""
    try:
        state = path.stat()
    except OSError:
        return None
    return Stamp(state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)


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
