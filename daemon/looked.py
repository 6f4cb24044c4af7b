"""When this host last looked at its logs, and who watches them: for ``status``, which looks at nothing itself.

Both are notes of a moment. They are not forced to disk: what is lost with the power is said anew at the next look.
"""

from __future__ import annotations

import contextlib
import os
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from ..memory.records import Time
from .lock import is_watched
from .requests import CollectReply

_LOOK, _WATCH = "looked.json", "watching.json"

Note = TypeVar("Note", bound=msgspec.Struct)


class LastLook(msgspec.Struct, frozen=True):
    """The last look that read what had changed."""

    at: Time
    logs: int
    waiting: int
    excluded_logs: int
    excluded_sessions: int
    active: Time | None = None  # the last record of a session that goes on


class Watching(msgspec.Struct, frozen=True):
    """A process that keeps the store: it watches the logs, and ``dreams`` when that is due.

    ``events`` are the folders whose changes are reported to it, ``walk`` those that are only looked at every
    ``seconds``, each with the reason.
    """

    pid: int
    at: Time  # of its last look, whether that found anything or not
    seconds: float
    events: tuple[str, ...] = ()
    walk: tuple[tuple[str, str], ...] = ()
    dreams: bool = False
    trouble: str = ""  # what went wrong in its last turn


def keep_look(state_dir: Path, now: datetime, reply: CollectReply) -> None:
    """Given this host's folder for a store, the time and what came of collecting, note it."""
    collected = reply.collected
    counts = (collected.logs, collected.waiting, collected.excluded_logs, collected.excluded_sessions)
    active = max((it.since for it in reply.standing.waiting), default=None)
    _write(state_dir / _LOOK, LastLook(now, *counts, active))


def keep_watching(state_dir: Path, watch: Watching) -> None:
    """Given this host's folder for a store and how its logs are watched, note it."""
    _write(state_dir / _WATCH, watch)


def last_look(state_dir: Path) -> LastLook | None:
    """Given this host's folder for a store, return the last look; None where there was none or it is not known."""
    return _read(state_dir / _LOOK, LastLook)


def who_watches(state_dir: Path) -> Watching | None:
    """Given this host's folder for a store, return who watches the logs, None where nobody does."""
    return _read(state_dir / _WATCH, Watching) if is_watched(state_dir) else None


def _write(path: Path, note: msgspec.Struct) -> None:
    temporary = path.with_name(f".tmp-{path.name}-{os.getpid()}")
    with contextlib.suppress(OSError):  # a disk that is full stops no look
        temporary.write_bytes(msgspec.json.encode(note))
        temporary.replace(path)


def _read(path: Path, kind: type[Note]) -> Note | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
