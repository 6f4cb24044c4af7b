"""How a log changed since it was looked at: told from its size, its identity and two small pieces of it.

A log that only grew goes on where the last look ended. Anything else, a log that was written anew, cut, replaced by
another or moved, is read as if it were new; records that are kept already are known by their ids.
"""

from __future__ import annotations

import hashlib
import os
from enum import StrEnum
from pathlib import Path

import msgspec

#: bytes at the beginning, and before the place up to which a log was read, by which it is known again; a record's id
#: and time are in any such piece
_PIECE = 4096


class Change(StrEnum):
    """What happened to a log since it was looked at."""

    NEW = "new"
    SAME = "same"
    GROWN = "grown"  # all that was read is still there, and more
    CUT = "cut"  # it begins as it did and is shorter
    REWRITTEN = "rewritten"  # the same file with another content
    REPLACED = "replaced"  # another file has the name: a log that was rotated, an editor's copy


class Stamp(msgspec.Struct, frozen=True):
    """What changes when a file does; the change time also when its mode does."""

    size: int
    modified: int  # ns
    changed: int  # ns
    inode: int


class Fingerprint(msgspec.Struct, frozen=True):
    """A log up to ``size``: digests (16 hex digits of sha256) of its beginning and of what stands before that place."""

    size: int
    head: str
    tail: str


def stamp_of(path: Path | str) -> Stamp | None:
    """Given a path, return the stamp of the file, or None where there is none."""
    try:
        state = os.stat(path)  # noqa: PTH116 - asked of every log at every look; a Path takes three times as long
    except OSError:
        return None
    return Stamp(state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)


def fingerprint_of(descriptor: int, size: int) -> Fingerprint:
    """Given an open log and the place up to which it is read, return its fingerprint. Raises OSError."""
    head = os.pread(descriptor, min(_PIECE, size), 0)
    tail = os.pread(descriptor, min(_PIECE, size), max(0, size - _PIECE))
    return Fingerprint(size, _digest(head), _digest(tail))


def digest_of(descriptor: int, start: int, stop: int) -> str:
    """Given an open log and two places in it, return the sha256 (hex) of the first and the last 4 KB between them.

    Ids and times of records stand in there, so whoever has the log can tell that it is the one; all of its bytes would
    take a third of the time that collecting takes. Raises OSError.
    """
    size = min(_PIECE, max(0, stop - start))
    return hashlib.sha256(os.pread(descriptor, size, start) + os.pread(descriptor, size, stop - size)).hexdigest()


def change_of(before: Fingerprint, stamp: Stamp, now: Stamp, descriptor: int) -> Change:
    """Given what a log was and its stamps then and now, look at it and tell what happened. Raises OSError."""
    if now.size >= before.size and fingerprint_of(descriptor, before.size) == before:
        return Change.SAME if now.size == before.size else Change.GROWN
    if now.inode != stamp.inode:
        return Change.REPLACED
    begins_alike = _digest(os.pread(descriptor, min(_PIECE, before.size), 0)) == before.head
    return Change.CUT if now.size < before.size and begins_alike else Change.REWRITTEN


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
