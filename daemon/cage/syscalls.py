"""The system itself: calls that Python has no function for."""

from __future__ import annotations

import ctypes
import functools
import os

#: from ``linux/prctl.h``
SET_PDEATHSIG, SET_DUMPABLE, SET_NAME, GET_NAME, SET_NO_NEW_PRIVS = 1, 4, 15, 16, 38


@functools.cache
def libc() -> ctypes.CDLL:
    """Return the C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def syscall(number: int, *arguments: object) -> int:
    """Given a call's number and arguments (numbers, bytes, buffers, None), make it; raises OSError where it fails."""
    given = [ctypes.c_long(it) if isinstance(it, int) else it for it in arguments]
    result = libc().syscall(ctypes.c_long(number), *given)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return int(result)


def prctl(option: int, value: int) -> None:
    """Given an option of the process (prctl(2)) and its value, set it; raises OSError where that cannot be."""
    function = getattr(libc(), "prctl", None)
    if function is None:
        raise OSError(0, "this system has no prctl")
    if function(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
