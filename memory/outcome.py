"""What became of a link or a rename that came back with an error. ``atomic`` draws it and says why."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from ..errors import UnknownOutcomeError
from .folders import PATIENCE, PAUSE, opened, read_in

#: errors after which what was asked for may have been done, or may still be done: also ENOENT, since a request that is
#: sent again finds the temporary name gone if the first was heard
LOST = frozenset(
    {errno.EIO, errno.ESTALE, errno.ENOENT, errno.EINTR, errno.ETIMEDOUT, errno.ENOTCONN, errno.ECONNRESET}
    | {errno.ECONNABORTED, errno.ECONNREFUSED, errno.EHOSTDOWN, errno.EHOSTUNREACH}
)


class Seen(Enum):
    """What is found under a name after an error."""

    OURS = 1
    OTHER = 2
    NOTHING = 3
    UNREADABLE = 4


def was_done(
    path: Path, error: OSError, seen: Callable[[], Seen], *, removed: bool = False, exclusive: bool = False
) -> bool:
    """Given the error of a link (``exclusive``) or a rename to a path, and what looks at the path, tell what happened.

    ``removed`` says that the name from which it was to be done is gone: then it cannot be done later. Return False
    where somebody else has the path; raise the error where nothing was done, UnknownOutcomeError where nobody can tell.
    """
    taken = isinstance(error, FileExistsError)
    # What the server refused it has not done, and a rename that left its source there has not happened.
    undone = error.errno not in LOST or (removed and not exclusive)
    deadline = time.monotonic() + PATIENCE
    while True:
        found = seen()
        if found is Seen.OURS:
            return True
        if exclusive and (found is Seen.OTHER or (taken and found is Seen.NOTHING)):
            return False
        if undone and not taken:
            raise error
        late = time.monotonic() > deadline
        # Nothing is there and nothing can come; who saw that through a stale folder tries anew at once.
        if removed and found is Seen.NOTHING and (late or error.errno == errno.ESTALE):
            raise error
        if late:
            raise unknown(path, error) from error
        time.sleep(PAUSE)


def look(path: Path, data: bytes) -> Seen:
    """Given a path and what it should hold, compare that with what it holds. The way there is walked anew."""
    try:
        with opened(path.parent) as folder:
            return Seen.OURS if read_in(folder, path.name, len(data) + 1) == data else Seen.OTHER
    except OSError as error:
        return _seen_by(error)


def look_for(path: Path, ours: os.stat_result) -> Seen:
    """Given a path and the file that should be there, compare that with what is there."""
    try:
        with opened(path.parent) as folder:
            found = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        return _seen_by(error)
    return Seen.OURS if os.path.samestat(found, ours) else Seen.OTHER


def unknown(path: Path, error: OSError) -> UnknownOutcomeError:
    """Given a path and the last error, return what says that the outcome is not known."""
    return UnknownOutcomeError(str(path), error.strerror or str(error))


def _seen_by(error: OSError) -> Seen:
    if isinstance(error, FileNotFoundError):
        return Seen.NOTHING
    return Seen.UNREADABLE if error.errno in LOST else Seen.OTHER
