"""Sessions on which runs failed: one that was in two failed runs is set aside, so that it stops nobody (invariant 15).

A worker that dies in the middle of a session is blamed on that session; one that dies later on all that were new, and
one that dies before it reads any on none.

What is set aside is neither read nor consumed, and counts for no gate, until a person tries it again, somebody else's
run consumes it, or another release of dreamd is there, which may do better. Nothing is lost: the transcripts stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from importlib import metadata

import msgspec

from .atomic import remove_file, write_file
from .files import Store
from .reads import read_file

#: in so many failed runs a session has to be
_ENOUGH = 2


class Failed(msgspec.Struct, frozen=True):
    """Which runs failed on which sessions, under one release of dreamd."""

    version: str
    sessions: dict[str, tuple[str, ...]]  # the runs' ids


def blame(store: Store, run: str, sessions: Iterable[str]) -> None:
    """Given a store under the lease, a run that failed and the sessions that may be why, remember that."""
    known = _failed_runs(store)
    blamed = {session: tuple(dict.fromkeys((*known.get(session, ()), run))) for session in sessions}
    write_file(store.failed, msgspec.json.encode(Failed(_version(), known | blamed)) + b"\n")


def forgive(store: Store, but: Collection[str]) -> None:
    """Given a store under the lease whose new sessions were read, all but some, blame those that were for nothing."""
    known = _failed_runs(store)
    left = {session: runs for session, runs in known.items() if session in but}
    if known and not left:
        remove_file(store.failed)
    elif left != known:
        write_file(store.failed, msgspec.json.encode(Failed(_version(), left)) + b"\n")


def set_aside(store: Store) -> dict[str, tuple[str, ...]]:
    """Given a store, return the sessions that no run reads, each with the runs that failed on it."""
    return {session: runs for session, runs in _failed_runs(store).items() if len(runs) >= _ENOUGH}


def _failed_runs(store: Store) -> dict[str, tuple[str, ...]]:
    """Return what is known of failures; nothing where it cannot be read (invariant 13) or is another release's."""
    try:
        failed = msgspec.json.decode(read_file(store.failed), type=Failed)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return failed.sessions if failed.version == _version() else {}


def _version() -> str:
    """Return dreamd's; asked for only where a run failed, since that reads the installation."""
    try:
        return metadata.version("dreamd")
    except metadata.PackageNotFoundError:
        return ""
