"""What a transcript is made of. Every log format is read into these values and nothing else.

An event is one thing that one party said or did. What people and agents said is kept whole (redacted); of tools only
what judging needs is kept: the command line or file that a call named, and whether it worked.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from ..memory.records import Time


class Role(StrEnum):
    """Who speaks. It means what it says: ``user`` is what a person typed, nothing else."""

    USER = "user"
    AGENT = "agent"
    TOOL = "tool"
    SYSTEM = "system"


class Act(StrEnum):
    """What sort of event it is."""

    SAID = "said"  # user or agent text
    REJECTED = "rejected"  # a person's own words inside a rejected tool call (role user)
    INTERRUPTED = "interrupted"  # a person stopped the agent (role user, no text)
    CALL = "call"  # an agent's tool call: ``tool``, and ``text`` = command line, or path of a file tool
    RESULT = "result"  # its outcome where it is worth keeping (role tool): a failure's error lines, an answer's words
    SUMMARY = "summary"  # an agent's compaction summary (role system): context, never evidence


class Event(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One event of a session.

    ``record`` is the id of the log record it came from (several events may share one); ``call`` links a RESULT or
    REJECTED to its CALL; ``echoes`` are half-open character spans of ``text`` that repeat tool text seen earlier in
    the session, also in a commit's message and in commands around one that failed (invariant 7): nothing in them may
    become a memory.
    """

    record: str
    role: Role
    act: Act
    text: str = ""
    time: Time | None = None
    tool: str = ""
    call: str = ""
    ok: bool | None = None
    branch: str = ""
    cwd: str = ""
    echoes: tuple[tuple[int, int], ...] = ()


class Transcript(msgspec.Struct, frozen=True, omit_defaults=True):
    """A whole session as the curator sees it: events in the order they happened, each record once.

    ``zone`` is the IANA name of the time zone of the host that collected it ("UTC" if unknown). ``headless`` means
    that no person typed in it: nothing in it has more than agent trust. ``shared`` are the records whose ids name them
    whichever log they stand in: a resumed or forked log copies them with these.
    """

    session: str
    events: tuple[Event, ...]
    agent: str = ""  # claude-code, generic, …
    person: str = ""
    cwd: str = ""
    branch: str = ""
    zone: str = "UTC"
    headless: bool = False
    redaction: int = 0
    parts: tuple[str, ...] = ()  # names of the parts it was read from: the positions a run consumes
    shared: frozenset[str] = frozenset()

    @property
    def started(self) -> datetime | None:
        """Time of the first event that has one."""
        return next((event.time for event in self.events if event.time), None)

    @property
    def ended(self) -> datetime | None:
        """Time of the last event that has one."""
        return next((event.time for event in reversed(self.events) if event.time), None)
