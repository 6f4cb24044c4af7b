"""A child's end of the pipe: tell what holds it, make ready, read one request, answer it, end."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from ..errors import BlockedError, CageError, DreamdError, UnreachableError
from ..memory.files import open_store
from .messages import Answer, Cage, Failure, Message, OnProgress, Progress, path_of


class Channel:
    """Where a child speaks. Standard output belongs to the protocol: what else prints goes to standard error."""

    def __init__(self) -> None:
        self._stream = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(2, 1)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the launcher decides when a run is interrupted

    def send(self, message: Message) -> None:
        """Given a message, say it."""
        left = memoryview(msgspec.json.encode(message) + b"\n")
        while left:
            left = left[self._stream.write(left) :]

    def progress(self, step: str, done: int, total: int, session: str = "", /) -> None:
        """Given how far it is, say it."""
        self.send(Progress(step, done, total, session))

    def reply(self, body: msgspec.Struct) -> None:
        """Given a result, say it, as the last."""
        self.send(Answer(msgspec.Raw(msgspec.json.encode(body, enc_hook=str))))


def serve(
    cage: Cage,
    request_type: Any,
    handle: Callable[[Any, OnProgress], msgspec.Struct],
    foresee: Callable[[Any], None] = lambda _: None,
) -> None:
    """Given what holds this process, a request's type and what handles it, answer one request.

    ``foresee`` makes ready for it where the launcher has told before what it will be about. What goes wrong there goes
    wrong again in earnest, or is over by then.
    """
    channel = Channel()
    channel.send(cage)
    if ahead := sys.stdin.buffer.readline().strip():
        with contextlib.suppress(DreamdError, OSError):
            foresee(msgspec.json.decode(ahead, type=request_type, dec_hook=path_of))
    # Without its end the launcher died in the middle: then nothing was asked.
    request = msgspec.json.decode(sys.stdin.buffer.readline(), type=request_type, dec_hook=path_of)
    try:
        channel.reply(handle(request, channel.progress))
    except DreamdError as error:
        channel.send(_failure(error))
    except OSError as error:
        meaning = _meaning(error, request)
        if meaning is None:
            raise
        channel.send(_failure(meaning))


def refuse(role: str, cage: Cage) -> None:
    """Given a role whose cage is not whole, say so and what is missing; its request is not read."""
    Channel().send(_failure(CageError(role, "; ".join(cage.missing))))


def tell(cage: Cage) -> None:
    """Given what holds this process, say only that."""
    Channel().reply(cage)


def _meaning(error: OSError, request: Any) -> DreamdError | None:
    """Return what an error means where the store is not there any more or somebody can help, else None."""
    root = str(getattr(request, "store", ""))
    if isinstance(error, FileNotFoundError) and root:
        try:
            open_store(Path(root))
        except DreamdError as now:
            return now
    return UnreachableError.of(error) or BlockedError.of(error, root)


def _failure(error: DreamdError) -> Failure:
    return Failure(type(error).__name__, error.subject, error.detail, error.hint)
