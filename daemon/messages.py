"""What a process and its launcher say to each other over a pipe: one request in, any number of messages out.

The last message is a reply or a failure. The first of a process that was started as one of ours tells what holds it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

import msgspec

#: a plan of 100,000 memories is about 60 MB; what is larger is no plan
REPLY_LIMIT = 256 * 1024 * 1024

Role = Literal["collector", "worker", "publisher"]


class OnProgress(Protocol):
    """Told how far something is: ``done`` of ``total`` in a step, and the session that is at hand, where one is."""

    def __call__(self, step: str, done: int, total: int, session: str = "", /) -> None:
        """Given how far it is, show or pass it on."""


def path_of(kind: type, text: Any) -> Path:
    """Given a type and what stands for a value of it in JSON, return the value: paths are the only ones we add."""
    if kind is not Path:
        raise NotImplementedError(kind)  # as msgspec asks of a hook that does not know a type
    return Path(text)


#: a word or two: it is shown on terminals
_Step = Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[a-z][a-z -]*\Z")]
_Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]


class Cage(msgspec.Struct, frozen=True, tag="cage"):
    """What holds a child: the layers that are in force, and what is missing, each with the reason."""

    layers: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """How far a child is: ``done`` of ``total`` in a named step; a total of 0 is not known.

    ``session`` is the one that it is about to read: the one to blame where the child dies now.
    """

    step: _Step
    done: _Count
    total: _Count
    session: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class Failure(msgspec.Struct, frozen=True, tag="failure"):
    """A child's DreamdError, taken across the pipe."""

    error: str
    subject: str
    detail: str
    hint: str


class Answer(msgspec.Struct, frozen=True, tag="reply"):
    """A child's result."""

    body: msgspec.Raw


Message = Cage | Progress | Failure | Answer
