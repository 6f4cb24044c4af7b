"""Records of logs that give their messages no ids: Markdown.

A message is known by who speaks, by the beginning of its first line (redacted: invariant 8) and by its number among
those of the session that begin alike. So it is the same record in a copy, in a log that grew, and in one that was
written anew with more in it; and a message that was still being written when it was looked at does not count again when
it is longer. A log whose writer adds to a message over minutes must be left alone for that long before it is collected.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec

from ...language.redact import redact_all
from ..events import Act, Event, Role
from .base import Record
from .fences import LIMIT

RULE = "---"

#: characters of a first line that are looked at, and of the redacted line that are compared
_LOOKED_AT = 2000
_COMPARED = 120
#: messages, and characters of them, that are named at once: to redact one alone takes ten times as long
_AT_ONCE = 64
_HELD = 4 * LIMIT


def digest_of(*texts: str) -> str:
    """Given texts, return a digest in hexadecimal of what is left of them without secrets and outer white space."""
    return _digest("\0".join(clean.text.strip() for clean in redact_all(texts)))


def beginning_of(text: str) -> str:
    """Given a text, return its first line that is not blank, bounded."""
    return text.lstrip()[:_LOOKED_AT].partition("\n")[0].rstrip()


def without_rule(text: str) -> str:
    """Given a message, return it without the rule that parts it from the next one."""
    above, _, last = text.rpartition("\n")
    return above.rstrip() if last == RULE else text


def _digest(clean: str) -> str:
    return hashlib.sha256(clean.encode("utf-8", "replace")).hexdigest()[:16]


class Spoken(NamedTuple):
    """A message of which everything is known but its name. ``identity`` is the log's own, where it has one."""

    told: Told
    record: Record
    voice: str
    begins: str
    identity: str
    size: int

    def named(self, clean: str) -> Record:
        """Given its first line without secrets, return its record."""
        name = self.told.name_of(f"{self.voice}-{_digest(clean[:_COMPARED])}", self.identity)
        events = tuple(msgspec.structs.replace(event, record=name) for event in self.record.events)
        return msgspec.structs.replace(self.record, key=f"{self.record.session}/{name}", events=events)


def named(messages: Iterable[Spoken]) -> Iterator[Record]:
    """Given messages in order, return their records, a little behind."""
    waiting: list[Spoken] = []
    size = 0
    for message in messages:
        waiting.append(message)
        size += message.size
        if len(waiting) >= _AT_ONCE or size > _HELD:
            yield from _named(waiting)
            waiting, size = [], 0
    yield from _named(waiting)


def _named(messages: list[Spoken]) -> Iterator[Record]:
    clean = redact_all([message.begins for message in messages])
    for message, begins in zip(messages, clean, strict=True):
        yield message.named(begins.text)


class Told:
    """The records of one session, in the order in which they are made. ``time`` never goes back."""

    def __init__(self, session: str, agent: str = "", time: datetime | None = None, *, headless: bool = False) -> None:
        """Given the session's id, its agent's name, the first time known, and whether nobody sat before it."""
        self.session = session
        self.agent = agent
        self.time = time
        self.headless = headless
        self._begun: Counter[str] = Counter()

    def at(self, time: datetime | None) -> None:
        """Given the time of what follows, None where it is not said, keep the latest that is known."""
        if time is not None and (self.time is None or time > self.time):
            self.time = time

    def name_of(self, name: str, identity: str) -> str:
        """Given how a message begins and the log's own id of it, "" for none, return the name that it alone has."""
        self._begun[identity or name] += 1
        number = self._begun[identity or name]
        return f"{identity or name}-{number}" if number > 1 or not identity else identity

    def tell(
        self,
        text: str,
        *events: Event,
        voice: str,
        heard: tuple[str, ...] = (),
        typed: tuple[str, ...] = (),
        identity: str = "",
    ) -> Spoken:
        """Given a text, what it comes to, and who said it, return the message."""
        asked = any(event.role is Role.USER and event.act is Act.SAID for event in events)
        record = Record(
            session=self.session,
            key="",
            time=self.time,
            events=tuple(msgspec.structs.replace(event, time=self.time) for event in events),
            heard=heard,
            typed=typed,
            asked=asked,
            worked=any(event.role is Role.AGENT for event in events),
            agent=self.agent,
            headless=asked and self.headless,
        )
        return Spoken(self, record, voice, beginning_of(text), identity, sum(map(len, (text, *heard, *typed))))


def event(role: Role, act: Act, text: str, *, tool: str = "", ok: bool | None = None) -> Event:
    """Given who did what, return the event; its record and time are those of the record that it becomes part of."""
    return Event("", role, act, text.strip(), tool=tool, ok=ok)


class Pile:
    """Lines of one utterance as they come, at most ``LIMIT`` characters."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.lines: list[tuple[str, bool]] = []
        self._size = 0

    def add(self, line: str, *, live: bool = True) -> bool:
        """Given a line, and whether it stands in no code block, put it on top; tell whether the pile is full."""
        self.lines.append((line, live))
        self._size += len(line) + 1
        return self._size > LIMIT

    def take(self) -> list[tuple[str, bool]]:
        """Return the lines without blank ones at both ends, and start anew."""
        lines, self.lines, self._size = self.lines, [], 0
        start, end = 0, len(lines)
        while start < end and not lines[start][0].strip():
            start += 1
        while end > start and not lines[end - 1][0].strip():
            end -= 1
        return lines[start:end]

    def text(self) -> str:
        """Return the lines as one text, and start anew."""
        return "\n".join(line for line, _ in self.take())
