"""How a file comes to be: whole, durable, and visible at one instant. All writing in a store goes through here.

**Whole.** A file that readers may open is never written in place. Its bytes go to a new file beside it whose name
begins with ``.tmp-`` (readers and listings pass over those), the bytes are forced to disk, and only then does the name
appear:

* ``write_file`` renames over whatever has the name. The old file stays whole for those who have it open. It is for
  what derives from the ledger and may be replaced: MEMORY.md, topics, the index.
* ``create_file`` links, which fails when the name exists, and so exactly one writer wins, on a network file system
  too. It is for what must never change: ledger entries, transcript parts, inbox items.

**Durable.** A name is durable only when its folder is forced to disk as well; all functions do that before they return,
so a caller that writes B after A never leaves B on disk without A. An fsync that failed is never simply repeated: the
kernel may have dropped the pages that it could not write and taken them for clean, and then the second one succeeds
over nothing. Where the bytes could not be forced the file goes, and nothing has happened. Where the folder could not,
the name is seen already: then the file is written anew and renamed over itself, which makes the folder dirty anew.

**Lost replies.** A server may have done what it answers with an error, or not at all. So after an error of a link or a
rename the name is read again, and its content decides: what is written here says who wrote it (entries hold a run and
a checksum), so equal bytes mean that it was done. Before that the temporary name is removed. If that succeeds a rename
has not happened, and neither it nor a link can still happen later, when the request comes out of some queue::

    link, rename ─ error ─▶ remove the temporary name ─▶ read the name ─┬─ our bytes ──────────────────▶ done
                                                         ▲              ├─ other bytes (link) ─────────▶ lost the race
                                              EIO,       └── 2 s ───────┤─ not done, and cannot be ────▶ the error
                                              ESTALE, ENOENT            └─ cannot be read, or may be ──▶ unknown

**Nowhere else.** A folder is reached by descriptor without following a link (``folders``), everything is done to a name
in that descriptor, no function follows a link in the last component, and only regular files are read. Whoever shares
the store cannot make another's process read or write elsewhere. DuckDB alone is given a path; it only reads there.

**The group's.** Modes are set by ``fchmod`` and never left to the umask: a store is shared by a group (0660 files in
2770 folders), and what is made in a folder gets the group of that folder, also where it does not hand it down. A folder
is made with a mode that no other has and gets its own after that, so that one whose maker died is known and finished.

**Errors.** An OSError names the path. After one nothing of a write is seen, a full disk included; a temporary file
stays only where it could not be removed either. ESTALE is waited out wherever nothing has happened yet.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from .folders import READ, SEARCH, is_directory, open_regular, opened, patient, status_in
from .outcome import LOST, Seen, look, look_for, unknown, was_done

FILE_MODE = 0o660
FOLDER_MODE = 0o2770
TEMPORARY = ".tmp-"

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
#: the mode of a folder that is being made
_UNFINISHED = stat.S_ISVTX | stat.S_IRWXU
_PIECE = 1024 * 1024


@patient
def write_file(path: Path, data: bytes, mode: int = FILE_MODE) -> None:
    """Given a path and its new content, replace the file in one step and force it to disk.

    Raises OSError where nothing has changed, UnknownOutcomeError where that cannot be told.
    """
    with opened(path.parent, READ) as folder:
        _replace(folder, path, data, mode)
        _sync_written(folder, path, data, mode)


@patient
def create_file(path: Path, data: bytes, mode: int = FILE_MODE, *, sync: bool = True) -> bool:
    """Given a path that must not exist yet, create it whole and durable; return False where it exists already.

    A file with the very same bytes counts as created: the reply to our link may have been lost. Who must know which of
    two was first writes something of its own into it. Without ``sync`` the name is durable only when the caller has
    synced the folder: one that creates many does that once. Raises as ``write_file`` does.
    """
    with opened(path.parent, READ if sync else SEARCH) as folder:
        temporary = _write_temporary(folder, data, mode)
        try:
            os.link(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
        except OSError as error:
            seen = partial(look, path, data)
            created = was_done(path, error, seen, removed=_discard(folder, temporary), exclusive=True)
        else:
            created = True
        finally:
            _discard(folder, temporary)
        if sync and created:
            _sync_written(folder, path, data, mode)
        elif sync:
            _sync(folder)  # who goes on from what another wrote must not be left with less than it
    return created


@patient
def link_file(path: Path, other: Path) -> bool:
    """Given a file and a path on the same file system, give the file this second name; return False where it exists.

    The file that has the name is that very file, whatever is renamed over the first name later. Raises as
    ``write_file`` does, and FileNotFoundError where there is no file.
    """
    with opened(path.parent) as folder, opened(other.parent, READ) as target:
        descriptor = open_regular(folder, path.name)
        try:
            ours = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(path.name, other.name, src_dir_fd=folder, dst_dir_fd=target, follow_symlinks=False)
        except OSError as error:
            gone = status_in(folder, path.name) is None
            linked = was_done(other, error, partial(look_for, other, ours), removed=gone, exclusive=True)
        else:
            linked = True
        _sync(target)
    return linked


@patient
def stage_file(path: Path, source: Path) -> str:
    """Given a new path of work in progress and a finished file on local disk, copy it; return its sha256 (hex)."""
    digest = hashlib.sha256()

    def pieces() -> Iterator[bytes]:
        while piece := os.read(reading, _PIECE):
            digest.update(piece)
            yield piece

    with opened(source.parent) as here, opened(path.parent) as folder:
        reading = open_regular(here, source.name)
        try:
            _write(folder, path.name, pieces(), FILE_MODE)
        finally:
            os.close(reading)
    return digest.hexdigest()


@patient
def adopt_file(source: Path, path: Path, mode: int = FILE_MODE) -> None:
    """Given a finished file on the same file system, force it to disk and rename it over ``path``.

    Raises as ``write_file`` does.
    """
    with opened(source.parent) as staging, opened(path.parent, READ) as folder:
        descriptor = open_regular(staging, source.name)
        try:
            share(descriptor, folder, mode)
            os.fsync(descriptor)
            ours = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.rename(source.name, path.name, src_dir_fd=staging, dst_dir_fd=folder)
        except OSError as error:
            removed = _discard(staging, source.name)
            was_done(path, error, partial(look_for, path, ours), removed=removed)
        try:
            _sync(folder)
        except OSError as error:
            raise unknown(path, error) from error


@patient
def make_folder(path: Path, *, keep_group: bool = True, parents: bool = True) -> None:
    """Given a folder's path, create it and its missing parents for the group, and force their names to disk.

    Inside a store its ``parents`` must be there: where its file system was unmounted, the mount point is an empty
    folder, and what came to be in that would hide the store or pass for it. Raises FileNotFoundError then.
    They get the group of the folder that they are made in; without ``keep_group`` only where that hands it down.
    """
    try:
        with opened(path) as there:
            if not _is_unfinished(os.fstat(there)):
                return  # an existing folder's mode is its owner's affair
    except FileNotFoundError:
        if parents:
            make_folder(path.parent, keep_group=keep_group)
    with opened(path.parent, READ) as above:
        try:
            os.mkdir(path.name, _UNFINISHED, dir_fd=above)
        except OSError:  # made by another, or by us and the reply was lost
            if not is_directory(status_in(above, path.name)):
                raise
        folder = os.open(path.name, READ, dir_fd=above)
        try:
            if _is_unfinished(os.fstat(folder)):
                share(folder, above if keep_group else folder, FOLDER_MODE)
                os.fsync(folder)
        finally:
            os.close(folder)
        _sync(above)


@patient
def remove_file(path: Path) -> None:
    """Given a path, remove the file or link if it is there and force that to disk."""
    try:
        with opened(path.parent, READ) as folder:
            try:
                os.unlink(path.name, dir_fd=folder)
            except OSError as error:
                if error.errno not in LOST or status_in(folder, path.name) is not None:
                    raise
            _sync(folder)
    except FileNotFoundError:
        return  # not even the folder is there


@patient
def empty_folder(path: Path) -> None:
    """Given a folder, remove all that is in it; links are removed and not followed. Nothing where it is missing."""
    with contextlib.suppress(FileNotFoundError), opened(path, READ) as folder:
        _empty(folder)


@patient
def sync_folder(path: Path) -> None:
    """Given a folder, force its names to disk."""
    with opened(path, READ) as folder:
        _sync(folder)


def _empty(folder: int) -> None:
    with os.scandir(folder) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, below in found:
        with contextlib.suppress(FileNotFoundError):
            if not below:
                os.unlink(name, dir_fd=folder)
                continue
            inner = os.open(name, READ, dir_fd=folder)
            try:
                _empty(inner)
            finally:
                os.close(inner)
            os.rmdir(name, dir_fd=folder)


def _write_temporary(folder: int, data: bytes, mode: int) -> str:
    name = f"{TEMPORARY}{os.urandom(8).hex()}"
    _write(folder, name, (data,), mode)
    return name


def _write(folder: int, name: str, pieces: Iterable[bytes], mode: int) -> None:
    """Create a file with a content that is on disk then, or none."""
    try:
        descriptor = os.open(name, _CREATE, 0o600, dir_fd=folder)
        try:
            share(descriptor, folder, mode)
            for piece in pieces:
                left = memoryview(piece)
                while left:
                    left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except FileExistsError:
        raise
    except BaseException:
        _discard(folder, name)
        raise


def share(descriptor: int, folder: int, mode: int) -> None:
    """Given descriptors of a file and its folder, give it the folder's group, where its maker may, and a mode."""
    group = os.fstat(folder).st_gid
    if os.fstat(descriptor).st_gid != group:
        with contextlib.suppress(OSError):
            os.fchown(descriptor, -1, group)
    os.fchmod(descriptor, mode)


def _is_unfinished(status: os.stat_result) -> bool:
    """Tell whether somebody is making a folder, or died at it; a folder hands down its own setgid bit at once."""
    return stat.S_IMODE(status.st_mode) & ~stat.S_ISGID == _UNFINISHED


def _replace(folder: int, path: Path, data: bytes, mode: int) -> None:
    temporary = _write_temporary(folder, data, mode)
    try:
        os.rename(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError as error:
        was_done(path, error, partial(look, path, data), removed=_discard(folder, temporary))
    except BaseException:
        _discard(folder, temporary)
        raise


def _sync_written(folder: int, path: Path, data: bytes, mode: int) -> None:
    """Force the name of a new file to disk; where that fails write the file anew, and only then ask again."""
    try:
        _sync(folder)
    except OSError:
        try:
            if look(path, data) is Seen.OURS:
                _replace(folder, path, data, mode)
            _sync(folder)
        except OSError as error:
            raise unknown(path, error) from error


def _sync(folder: int) -> None:
    try:
        os.fsync(folder)
    except OSError as error:
        # Some network and FUSE file systems cannot sync a folder and say so. No store is made on them (``probe``);
        # one that was brought there is as durable as they are.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise


def _discard(folder: int, name: str) -> bool:
    """Remove a name; tell whether that was done."""
    try:
        os.unlink(name, dir_fd=folder)
    except OSError:
        return False
    return True
