"""Work on a store that nobody has to wait for: in a child process, with a time limit.

A read of a file whose server has gone may block in the kernel for as long as the server is gone, and neither a signal
nor another thread ends that: a process with such a thread does not even end itself. A child may block, and who waits
for it stops waiting. It has nothing of its parent's open, so that an agent that reads our output to its end finds it.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable

_DONE, _FAILED = b"+", b"-"
_PIECE = 1 << 16


def done_aside(work: Callable[[], str], seconds: float) -> str:
    """Given work and how long it may take, have a child do it and return what it returned.

    Raises TimeoutError where it takes longer, and RuntimeError with the message of the error that ended it.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _work(work, writing)
    os.close(writing)
    said, until = b"", time.monotonic() + seconds
    try:
        while select.select([reading], [], [], max(0.0, until - time.monotonic()))[0]:
            piece = os.read(reading, _PIECE)
            if not piece:
                break
            said += piece
        else:
            raise TimeoutError(f"the store did not answer within {seconds:g} s")
    finally:
        os.close(reading)
        # One that blocks in the kernel dies when it wakes up; then it is no longer ours to wait for.
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, os.WNOHANG)
    text = said[1:].decode("utf-8", "surrogateescape")
    if said[:1] != _DONE:
        raise RuntimeError(text or "it was killed")
    return text


def _work(work: Callable[[], str], writing: int) -> None:
    """Do the work in the child, tell what came of it, and end without anything that an ending process does."""
    said = _FAILED
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in range(3):
            os.dup2(nothing, standard)
        said = _DONE + work().encode("utf-8", "surrogateescape")
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent tells it
        said = _FAILED + str(error).encode("utf-8", "replace")
    finally:
        with contextlib.suppress(OSError):
            while said:
                said = said[os.write(writing, said) :]
        os._exit(0)
