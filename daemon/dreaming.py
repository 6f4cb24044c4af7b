"""How far a run is, told to whoever asks from another process or host: one small file beside the lease.

The lease says who dreams, and its content is filelock's. What changes while a run goes on stands in a file of its own,
written when a step begins and every few seconds of a long one. It is a courtesy: where it cannot be written, the run
goes on, and what a dead run left is not believed, since the lease is asked first.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec
from msgspec.structs import replace

from ..memory.atomic import remove_file, write_file
from ..memory.files import Store
from ..memory.reads import read_file
from ..memory.records import Time
from .messages import OnProgress

#: a step that takes longer is told of again after so many seconds
_AGAIN_SECONDS = 5.0
_LIMIT = 64 * 1024


class Dreaming(msgspec.Struct, frozen=True):
    """Who dreams, since when, and how far: ``done`` of ``total`` in a step; a total of 0 is not known."""

    host: str
    pid: int
    run: str
    since: Time
    phase: str = ""
    done: int = 0
    total: int = 0


def dreaming_here(run: str, since: datetime) -> Dreaming:
    """Given a run's id and when it began, return what this process tells at first."""
    return Dreaming(socket.gethostname(), os.getpid(), run, since)


def read_dreaming(store: Store) -> Dreaming | None:
    """Given a store, return what a run told last, or None where nothing is told; the run may be over."""
    try:
        return msgspec.json.decode(read_file(store.dreaming, _LIMIT), type=Dreaming)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


@contextlib.contextmanager
def telling(
    store: Store, dreaming: Dreaming, on_progress: OnProgress, clock: Callable[[], float] = time.monotonic
) -> Iterator[OnProgress]:
    """Given a store under the lease and who dreams, yield what a run reports to; what was told goes when it is over."""
    told, last = dreaming, clock()

    def tell(step: str, done: int, total: int, session: str = "", /) -> None:
        nonlocal told, last
        on_progress(step, done, total, session)
        now = clock()
        if step != told.phase or now - last >= _AGAIN_SECONDS:
            told, last = replace(dreaming, phase=step, done=done, total=total), now
            with contextlib.suppress(OSError):
                write_file(store.dreaming, msgspec.json.encode(told))

    try:
        yield tell
    finally:
        with contextlib.suppress(OSError):
            remove_file(store.dreaming)
