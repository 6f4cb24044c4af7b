"""What is done when an agent tells of an event in a session. Loads next to nothing: the agent waits for it."""

from __future__ import annotations

import json
import os
import select
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO

from ..daemon.places import state_dir
from ..memory.identity import identity_of
from ..recall.context import context_of, read_memory
from ..sessions.ended import MOST_BYTES, ended_sessions, leave_mark
from .aside import done_aside
from .hooks import Agent, Event

#: seconds for which an agent may take to say what happened
_PATIENCE = 0.5


def answer(
    event: Event,
    agent: Agent,
    store: Path,
    environment: Mapping[str, str],
    now: datetime,
    message: bytes,
    remark: Callable[[str], None],
) -> str:
    """Given an event, its agent, a store's directory, the environment, the time and what the agent says, answer it.

    That is what to print. What is odd and no reason to stop is given to ``remark``. Raises ValueError where the message
    says nothing, TimeoutError and RuntimeError where the store cannot be used.
    """
    if event.given:
        try:
            source = _said(message).get("source")
        except ValueError as error:
            # An agent that says it otherwise some day must not lose its memory by that.
            source = None
            remark(f"cannot read what the agent says ({error}); it is given what a new session is given")
        if isinstance(source, str) and source in agent.still:
            return ""
        return done_aside(lambda: _to_read(store, agent), event.seconds)
    if event.ends and (sessions := ended_sessions(message)):
        return done_aside(lambda: _mark(store, sessions, environment, now), event.seconds)
    return ""


def given(stdin: IO[str] | None) -> bytes:
    """Given the standard input, return what an agent writes to it; one that leaves it open is not waited for long."""
    data, until = b"", time.monotonic() + _PATIENCE
    if stdin is None:
        return data
    while len(data) <= MOST_BYTES and select.select([stdin], [], [], max(0.0, until - time.monotonic()))[0]:
        piece = os.read(stdin.fileno(), 1 << 16)
        if not piece:
            break
        data += piece
        if piece.rstrip().endswith(b"}") and _is_whole(data):
            break
    return data


def _is_whole(data: bytes) -> bool:
    try:
        return bool(_said(data))
    except ValueError:
        return False


def _said(message: bytes) -> dict[str, object]:
    if len(message) > MOST_BYTES:
        raise ValueError(f"longer than {MOST_BYTES:,} bytes")
    try:
        said = json.loads(message)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(said, dict):
        raise ValueError("not an object")  # noqa: TRY004 - it is the content that is wrong
    return said


def _to_read(store: Path, agent: Agent) -> str:
    return context_of(read_memory(store), str(store), program(os.environ), agent.most, agent.size).text


def _mark(store: Path, sessions: tuple[str, ...], environment: Mapping[str, str], now: datetime) -> str:
    leave_mark(state_dir(environment, identity_of(store)), sessions, now)
    return ""


def program(environment: Mapping[str, str]) -> str:
    """Given the environment, return the command that an agent can call: by its name where that finds one."""
    for folder in environment.get("PATH", "").split(os.pathsep):
        if folder and os.access(f"{folder}/dreamd", os.X_OK):
            return "dreamd"
    return f"{sys.executable} -m dreamd"
