"""How a file comes to be: whole, durable, and visible at one instant. All writing in a store goes through here.

A file that readers may open is never written in place. Its bytes go to a new file beside it whose name begins with
``.tmp-`` (readers and listings pass over those), the bytes are forced to disk, and only then does the name appear:

* ``write_file`` renames over whatever has the name. The old file stays whole for those who have it open. It is for
  what derives from the ledger and may be replaced: MEMORY.md, topics, the index.
* ``create_file`` links, which fails when the name exists, and so exactly one writer wins, on a network file system
  too. It is for what must never change: ledger entries, transcript parts, inbox items. The reply to a link can get
  lost on the way from a server, so after an error the caller looks at what now has the name.

A name is durable only when its directory is forced to disk as well; both functions do that before they return, so a
caller that writes B after A never leaves B on disk without A.

Modes are set by ``fchmod`` and never left to the umask: a store is shared by a group (0660 files in 2770 folders).
No function follows a symbolic link in the last component, and only regular files are read.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import time
from pathlib import Path

FILE_MODE = 0o660
FOLDER_MODE = 0o2770
TEMPORARY = ".tmp-"

#: over a network file system, opening a name that another client has just replaced fails for about a second
_STALE_TRIES = 40
_STALE_PAUSE = 0.05


def write_file(path: Path, data: bytes, mode: int = FILE_MODE) -> None:
    """Given a path and its new content, replace the file in one step and force it to disk."""
    temporary = _write_temporary(path, data, mode)
    try:
        temporary.rename(path)
    except OSError:
        _discard(temporary)
        raise
    sync_folder(path.parent)


def create_file(path: Path, data: bytes, mode: int = FILE_MODE, *, sync: bool = True) -> bool:
    """Given a path that must not exist yet, create it whole and durable; return False where it exists already.

    When the file system reports an error although the link was made (a lost reply), the content decides. Without
    ``sync`` the name is durable only when the caller has synced the folder: one that creates many does that once.
    """
    temporary = _write_temporary(path, data, mode)
    try:
        os.link(temporary, path)
    except FileExistsError:
        created = _same(path, temporary)
    except OSError:
        if not _same(path, temporary):
            raise
        created = True
    else:
        created = True
    finally:
        _discard(temporary)
    if sync:
        sync_folder(path.parent)
    return created


def adopt_file(source: Path, path: Path, mode: int = FILE_MODE) -> None:
    """Given a finished file on the same file system, force it to disk and rename it over ``path``."""
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fchmod(descriptor, mode)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    source.rename(path)
    sync_folder(path.parent)


def read_file(path: Path, limit: int | None = None) -> bytes:
    """Given the path of a regular file, return its content (at most ``limit`` bytes); retry while its name is stale.

    Raises OSError; a symbolic link, a folder or a device is an error too (ELOOP, EISDIR, EINVAL).
    """
    for _ in range(_STALE_TRIES):
        try:
            return _read_once(path, limit)
        except OSError as error:
            if error.errno != errno.ESTALE:
                raise
            time.sleep(_STALE_PAUSE)
    return _read_once(path, limit)


def make_folder(path: Path) -> None:
    """Given a folder's path, create it and its missing parents for the group, and force their names to disk."""
    if path.is_dir():
        return
    make_folder(path.parent)
    try:
        path.mkdir()
    except FileExistsError:
        return
    # Only what we created ourselves: an existing folder's mode is its owner's affair.
    path.chmod(FOLDER_MODE)
    sync_folder(path.parent)


def remove_file(path: Path) -> None:
    """Given a path, remove the file if it is there and force that to disk."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Given a folder, force its names to disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network and FUSE file systems cannot sync a folder and say so; they are durable by other means or by
        # none, and `init` reports which.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(descriptor)


def _read_once(path: Path, limit: int | None) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "is not a regular file", str(path))
        return file.read() if limit is None else file.read(limit)


def _write_temporary(path: Path, data: bytes, mode: int) -> Path:
    temporary = path.with_name(f"{TEMPORARY}{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        _discard(temporary)
        raise
    return temporary


def _same(path: Path, other: Path) -> bool:
    """Tell whether two names are one file: then the link was ours although the reply said otherwise."""
    try:
        return path.samefile(other)
    except OSError:
        return False


def _discard(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
