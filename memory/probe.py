"""Whether a folder can hold a store: try out what commits and publishes stand on, and say what does not work.

A file system that lacks one of these loses data without an error later, so a store is not made on it. Nothing is
passed over here that ``atomic`` lives with.
"""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Callable
from pathlib import Path

from .atomic import TEMPORARY
from .folders import READ, opened, patient, read_in

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_SAID = b"dreamd"


@patient
def probe(root: Path) -> None:
    """Given a folder, try what a store needs of its mount and leave nothing behind.

    Raises OSError that says what did not work: creating a file that must not exist, forcing it to disk, a hard link
    that refuses an existing name, renaming over an existing file, forcing the folder to disk.
    """
    first = f"{TEMPORARY}probe-{uuid.uuid4().hex}"
    second = f"{first}-2"
    with opened(root, READ) as folder:
        try:
            _try("create a file", lambda: _create(folder, first))
            _refuses("O_EXCL replaced an existing file", lambda: _create(folder, first))
            _try("make a hard link", lambda: _link(folder, first, second))
            _refuses("a hard link replaced an existing name", lambda: _link(folder, first, second))
            _try("remove a file", lambda: os.unlink(second, dir_fd=folder))
            _try("create a file", lambda: _create(folder, second))
            _try("rename over a file", lambda: os.rename(first, second, src_dir_fd=folder, dst_dir_fd=folder))
            if read_in(folder, second) != _SAID:
                raise OSError(0, "a renamed file has another content")
            _try("force a folder to disk", lambda: os.fsync(folder))
        finally:
            for name in (first, second):
                with contextlib.suppress(OSError):
                    os.unlink(name, dir_fd=folder)


def _create(folder: int, name: str) -> None:
    descriptor = os.open(name, _CREATE, 0o600, dir_fd=folder)
    try:
        os.write(descriptor, _SAID)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _link(folder: int, name: str, other: str) -> None:
    os.link(name, other, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)


def _try(what: str, action: Callable[[], None]) -> None:
    try:
        action()
    except OSError as error:
        raise OSError(error.errno, f"cannot {what} there: {error.strerror or error}") from error


def _refuses(otherwise: str, action: Callable[[], None]) -> None:
    try:
        action()
    except FileExistsError:
        return
    raise OSError(0, otherwise)
