"""What a process of ours tries before it reads anything: each of it must fail. Nothing happens where it does not.

The calls are made as the kernel knows them. Whoever is refused gets an error that says so; another error tells that the
call was made, and failed only at what it was about.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable, Iterator

from .syscalls import libc

_REFUSED = frozenset({errno.EPERM, errno.EACCES, errno.ENOSYS})
_NOWHERE = b"/nonexistent/dreamd"
_AF_INET, _SOCK_DGRAM = 2, 2
_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)


def surprises(*, writes: bool, reads_all: bool) -> Iterator[tuple[str, str]]:
    """Given what this process may, yield what was not refused, with the layer that should have refused it."""
    for layer, what, attempt in (*_NEVER, *(() if writes else _WRITING), *(() if reads_all else _READING)):
        ctypes.set_errno(0)
        descriptor = attempt()
        if descriptor >= 0:
            os.close(descriptor)
        if descriptor >= 0 or ctypes.get_errno() not in _REFUSED:
            yield layer, what


_Attempts = tuple[tuple[str, str, Callable[[], int]], ...]
_NEVER: _Attempts = (("seccomp", "a UDP socket", lambda: libc().socket(_AF_INET, _SOCK_DGRAM, 0)),)
#: the root folder is in nobody's trees, unless all is
_READING: _Attempts = (("landlock", "reading outside of its trees", lambda: libc().open(b"/", _DIRECTORY)),)
#: the null device takes what is written and keeps nothing
_WRITING: _Attempts = (
    ("seccomp", "opening for writing", lambda: libc().open(b"/dev/null", os.O_WRONLY)),
    ("seccomp", "chmod", lambda: libc().chmod(_NOWHERE, 0o600)),
    ("seccomp", "running a program", lambda: libc().execv(_NOWHERE, (ctypes.c_char_p * 1)(None))),
)
