"""What a log format is: how it is recognized and how its lines become records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec

from ..echo import Heard
from ..events import Event
from ..lines import OpenLog
from .tally import Tally


class Record(msgspec.Struct, frozen=True, gc=False):
    """One record of a log that says something.

    ``key`` tells whether two records are the same one, also in different logs; events carry the log's own id.
    ``before`` is what tools gave the agent since the record before, ``heard`` what they or the client gave it with this
    one, ``typed`` what the agent wrote into tools. They serve only to find echoes and are never stored: text, or the
    inside of a JSON string with its escapes as it stands in the log.
    ``ended`` tells that the record says the session is over.
    """

    session: str  # "" where the format names a session by its file
    key: str
    time: datetime | None
    events: tuple[Event, ...]
    heard: tuple[Heard, ...] = ()
    typed: tuple[Heard, ...] = ()
    asked: bool = False  # a person (or the caller of a headless run) asked for something
    worked: bool = False  # the agent answered or did something
    person: str = ""
    agent: str = ""
    version: str = ""  # of the agent's program
    headless: bool = False
    ended: bool = False
    before: tuple[Heard, ...] = ()


class Format(Protocol):
    """One format of log files."""

    name: str
    timed: bool  # records carry the times at which they were written

    def sniff(self, head: bytes, path: Path) -> bool:
        """Given the first bytes of a file and its path, tell whether the file is of this format."""
        ...

    def read(self, log: OpenLog, tally: Tally) -> Iterator[Record]:
        """Given an open log, return its records in order and count in ``tally`` what is not returned."""
        ...
