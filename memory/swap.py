"""What ``atomic`` does not do to a file: swap two names, move one away, write into one in place, share it.

They are for files that people write by hand. Whoever replaces such a file by a rename cannot know what he replaces:
between the last look at it and the rename somebody may have saved. After an exchange the old file still has a name, and
can be looked at. Whoever has it open writes into it even then, so it is never replaced itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
from functools import partial
from pathlib import Path

from .atomic import FILE_MODE, share
from .folders import READ, open_regular, opened, patient, status_in
from .outcome import look_for, unknown, was_done

# <linux/fs.h>
_RENAME_EXCHANGE = 2
_IN_PLACE = os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


@patient
def exchange_files(path: Path, other: Path) -> bool:
    """Given two names on one file system, let each have what the other had, in one step, and force that to disk.

    Return False where the kernel or the file system cannot: then nothing has happened.
    """
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if swap is None:
        return False
    with opened(path.parent, READ) as here, opened(other.parent, READ) as there:
        ours = os.stat(path.name, dir_fd=here, follow_symlinks=False)
        if swap(here, os.fsencode(path.name), there, os.fsencode(other.name), _RENAME_EXCHANGE):
            code = ctypes.get_errno()
            if code in {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}:
                return False
            was_done(other, OSError(code, os.strerror(code)), partial(look_for, other, ours))
        _sync(path, here, there)
    return True


@patient
def file_of(path: Path) -> tuple[int, int, int] | None:
    """Given a name, return what tells the file apart from others, and its mode; None where nothing has the name."""
    with opened(path.parent) as folder:
        status = status_in(folder, path.name)
    return status and (status.st_dev, status.st_ino, status.st_mode)


@patient
def move_file(path: Path, target: Path) -> None:
    """Given a name and a free one on the same file system, let the second have what the first had; force it to disk.

    Whatever it is, a link or a folder too, it is not looked into.
    """
    with opened(path.parent, READ) as here, opened(target.parent, READ) as there:
        ours = os.stat(path.name, dir_fd=here, follow_symlinks=False)
        try:
            os.rename(path.name, target.name, src_dir_fd=here, dst_dir_fd=there)
        except OSError as error:
            was_done(target, error, partial(look_for, target, ours))
        _sync(target, there, here)


@patient
def overwrite_file(path: Path, data: bytes) -> None:
    """Given a file that no reader opens, give it another content in place: whoever has it open still has it."""
    with opened(path.parent) as folder, os.fdopen(os.open(path.name, _IN_PLACE, dir_fd=folder), "wb") as file:
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


@patient
def share_file(path: Path) -> None:
    """Given a file that somebody made, let the store's group read it and write into it, if it is this account's."""
    with opened(path.parent) as folder:
        descriptor = open_regular(folder, path.name)
        try:
            with contextlib.suppress(PermissionError):
                share(descriptor, folder, FILE_MODE)
        finally:
            os.close(descriptor)


def _sync(path: Path, *folders: int) -> None:
    """Force names to disk when all is done: from here on a stale folder must not have it done once more."""
    try:
        for folder in folders:
            os.fsync(folder)
    except OSError as error:
        raise unknown(path, error) from error
