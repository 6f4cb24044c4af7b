"""What is read in a store: by descriptor, through folders that are no links, and regular files only.

Why, and what is waited for where a network file system has lost a name for a moment, says ``folders``.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from .folders import READ, is_regular, open_regular, opened, patient, read_in, status_in

#: number, size and time of change of a file
Mark = tuple[int, int, int]


@patient
def read_file(path: Path, limit: int | None = None) -> bytes:
    """Given the path of a regular file, return its content (at most ``limit`` bytes).

    Raises OSError; a symbolic link, a folder or a device is an error too (ELOOP, EINVAL).
    """
    with opened(path.parent) as folder:
        return read_in(folder, path.name, limit)


@contextlib.contextmanager
def reader_of(path: Path) -> Iterator[Callable[[str, int | None], bytes]]:
    """Given a folder of which many files are read, yield what reads one by its name, at most so many bytes of it.

    The way to the folder is walked once. What cannot be read so is read as ``read_file`` does it, and raises as that.
    """
    with opened(path) as folder:

        def read(name: str, limit: int | None) -> bytes:
            try:
                return read_in(folder, name, limit)
            except OSError:
                return read_file(path / name, limit)

        yield read


@patient
def mark_of(path: Path) -> Mark | None:
    """Given the path of a regular file, return what another file with that name would not have; None where none is.

    The file is opened for it, since a network file system may tell old news of one that is not.
    """
    try:
        with opened(path.parent) as folder, os.fdopen(open_regular(folder, path.name), "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


@patient
def list_folder(path: Path) -> list[str]:
    """Given a folder, return all names in it, sorted; raises OSError, FileNotFoundError where it is missing."""
    with opened(path, READ) as folder:
        return sorted(os.listdir(folder))  # noqa: PTH208 - a descriptor is no Path


def files_below(path: Path) -> Iterator[Path]:
    """Given a folder, yield the regular files in it and in the folders below it, in order.

    Links are passed over, and so is a folder that cannot be read, is missing, or vanishes meanwhile.
    """
    try:
        folders, files = _contents(path)
    except OSError:
        return
    yield from (path / name for name in files)
    for name in folders:
        yield from files_below(path / name)


@patient
def is_file(path: Path) -> bool:
    """Tell whether a path is a regular file, and no link to one; raises OSError where that cannot be known."""
    try:
        with opened(path.parent) as folder:
            return is_regular(status_in(folder, path.name))
    except (FileNotFoundError, NotADirectoryError):
        return False


@patient
def refuse_link(path: Path) -> None:
    """Given a folder, raise OSError where it is not one: ELOOP where it is a link, FileNotFoundError where missing."""
    with opened(path):
        pass


@patient
def _contents(path: Path) -> tuple[list[str], list[str]]:
    """Return the names of the folders and of the regular files in a folder, sorted."""
    with opened(path, READ) as folder, os.scandir(folder) as entries:
        kinds = [(it.name, it.is_dir(follow_symlinks=False), it.is_file(follow_symlinks=False)) for it in entries]
    kinds.sort()
    return [name for name, below, _ in kinds if below], [name for name, _, file in kinds if file]
