"""The end of a session, as its agent tells it to a hook. Loads next to nothing: the agent waits for it."""

from __future__ import annotations

import io
import os
import select
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from ..daemon.now import read_now
from ..daemon.places import state_dir
from ..memory.identity import identity_of
from ..sessions.ended import MOST_BYTES, ended_sessions, leave_mark

EVENT = "session-end"

#: seconds for which more is awaited where an agent does not close what it writes to
_PATIENCE = 1.0
#: words of an installed hook's command line
_AS_INSTALLED = 4


def take(store: Path, environment: Mapping[str, str], now: datetime, message: IO[bytes]) -> None:
    """Given a store's directory, the environment, the time and what the agent says, leave a mark where a session ended.

    Raises OSError where the store or this host's state cannot be used, ValueError where the message says nothing.
    """
    sessions = ended_sessions(message.read(MOST_BYTES + 1))
    if sessions:
        leave_mark(state_dir(environment, identity_of(store)), sessions, now)


def given(stdin: IO[str] | None) -> IO[bytes]:
    """Given the standard input, return what an agent writes to it; one that leaves it open is not waited for long."""
    if stdin is None:
        raise ValueError("nothing was given on standard input")
    data, until = b"", time.monotonic() + _PATIENCE
    while len(data) <= MOST_BYTES and select.select([stdin], [], [], max(0.0, until - time.monotonic()))[0]:
        piece = os.read(stdin.fileno(), 1 << 16)
        if not piece:
            break
        data += piece
    return io.BytesIO(data)


def hook(arguments: Sequence[str]) -> int:
    """Given a command line that begins with ``hook``, run it and return the exit code, which is 0 whatever is wrong.

    An installed hook names its event and its store's directory and nothing else. Then neither what reads command lines
    nor a configuration is loaded: that would take most of the time.
    """
    try:
        if list(arguments[1:3]) == [EVENT, "--store"] and len(arguments) == _AS_INSTALLED and os.sep in arguments[3]:
            store = Path(arguments[3]).expanduser().absolute()
            take(store, os.environ, read_now(os.environ), given(sys.stdin))
        else:
            from .main import run

            run(list(arguments))
    except Exception as error:  # noqa: BLE001 - whatever it is, the agent must not be stopped by it
        sys.stderr.write(f"hook: {error}; the session is collected when it is idle\n")
    return 0
