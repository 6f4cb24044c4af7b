"""Ways into a folder that nobody can bend: by descriptor, one component after the other, following no link.

A group shares a store, so any of its members can put a link where a folder was, at any moment, also between a look at
it and its use. Whoever then opened ``ledger/000042.jsonl`` by its path would read or write what the link points to,
with his own rights. So a path is walked from the top: each component is opened in the descriptor of the one before it,
as a folder and never through a link, and what is done then is done to a name in the last descriptor. Links above a
store are no matter, because the paths that are walked have none: ``files.open_store`` and ``daemon/places`` resolve
them once.

No descriptor outlives the call that opened it. It would keep a mount busy, and stay with a folder that another host
has long replaced; a walk costs about as much as opening one file.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

#: a folder to pass through need not be readable; where the system has no such opening, it must be
SEARCH = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
#: a folder to list, or to force to disk
READ = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC

#: how long is waited for what passes, in seconds: over a network file system, opening a name that another client has
#: just replaced fails for about one
PATIENCE = 2.0
PAUSE = 0.05

Given = ParamSpec("Given")
Result = TypeVar("Result")


def patient(function: Callable[Concatenate[Path, Given], Result]) -> Callable[Concatenate[Path, Given], Result]:
    """Given a function of a path, return it so that it is called again while the path is stale, for ``PATIENCE``.

    It may be called again from its start after ESTALE, so it must raise that only where nothing has happened yet. The
    OSErrors that it raises name the whole path.
    """

    @functools.wraps(function)
    def called(path: Path, /, *args: Given.args, **named: Given.kwargs) -> Result:
        deadline = 0.0
        while True:
            try:
                return function(path, *args, **named)
            except OSError as error:
                deadline = deadline or time.monotonic() + PATIENCE
                if error.errno != errno.ESTALE or time.monotonic() > deadline:
                    if str(error.filename).startswith("/"):
                        raise
                    raise OSError(error.errno, error.strerror or str(error), str(path)) from error
            time.sleep(PAUSE)

    return called


@contextlib.contextmanager
def opened(folder: Path, how: int = SEARCH) -> Iterator[int]:
    """Given a folder and how to open it, yield its descriptor.

    Raises OSError; with ELOOP it names the component that is a link.
    """
    descriptor = _walk(folder, how)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def resolved(path: Path) -> Path:
    """Given a path, return it absolute and without links, whether it is there or not: so that it can be walked."""
    return Path(os.path.realpath(path))


def status_in(descriptor: int, name: str) -> os.stat_result | None:
    """Given a folder's descriptor and a name in it, return what has the name, a link itself; None where nothing has."""
    try:
        return os.stat(name, dir_fd=descriptor, follow_symlinks=False)
    except FileNotFoundError:
        return None


@patient
def list_statuses(path: Path) -> list[tuple[str, os.stat_result]]:
    """Given a folder, return the names in it, sorted, each with its status; raises OSError."""
    with opened(path, READ) as folder:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - a descriptor is no Path
        found = ((name, status_in(folder, name)) for name in names)
        return [(name, status) for name, status in found if status is not None]


def is_regular(status: os.stat_result | None) -> bool:
    """Given what ``status_in`` returned, tell whether it is a regular file."""
    return status is not None and stat.S_ISREG(status.st_mode)


def is_directory(status: os.stat_result | None) -> bool:
    """Given what ``status_in`` returned, tell whether it is a folder and no link to one."""
    return status is not None and stat.S_ISDIR(status.st_mode)


def open_regular(descriptor: int, name: str) -> int:
    """Given a folder's descriptor and a name in it, open the regular file that has it for reading; raises OSError."""
    file = os.open(name, _FILE, dir_fd=descriptor)
    if not is_regular(os.fstat(file)):
        os.close(file)
        raise OSError(errno.EINVAL, "is not a regular file", name)
    return file


def read_in(descriptor: int, name: str, limit: int | None = None) -> bytes:
    """Given a folder's descriptor and a name in it, return the content of that file (at most ``limit`` bytes)."""
    with os.fdopen(open_regular(descriptor, name), "rb") as file:
        return file.read() if limit is None else file.read(limit)


def _walk(folder: Path, how: int) -> int:
    top, *names = folder.absolute().parts
    descriptor = os.open(top, SEARCH if names else how)
    for place, name in enumerate(names, start=1):
        try:
            below = os.open(name, SEARCH if place < len(names) else how, dir_fd=descriptor)
        except NotADirectoryError:
            here = status_in(descriptor, name)
            if here is not None and stat.S_ISLNK(here.st_mode):
                where = Path(top, *names[:place])
                raise OSError(
                    errno.ELOOP, "is a symbolic link, where a folder of its own must be", str(where)
                ) from None
            raise
        finally:
            os.close(descriptor)
        descriptor = below
    return descriptor
