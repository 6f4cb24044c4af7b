"""One log into the sessions it holds: decoded, echoes marked, redacted. Nothing is written.

A log is read once. What people and agents said is small and is held; what tools said waits as it stands in the log
until all that the agent said is known (``echo``). Only a log in which tools said more than may wait is read twice.
"""

from __future__ import annotations

import os
import re
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import FileIO
from pathlib import Path

import msgspec

from ..errors import LogError
from ..language.redact import redact_all, total
from ..language.visible import visible
from .echo import Ear
from .events import Act, Event, Role
from .fingerprint import Fingerprint, fingerprint_of
from .formats import HEAD, detect
from .formats.base import Format, Record
from .formats.tally import Tally
from .formats.times import time_of
from .lines import OpenLog
from .owner import person_of
from .parts import key_of

#: longest id, name, branch or folder that is kept; they come from the log and could be anything
_NAME_LIMIT = 300
#: an id that nobody could mistake for a secret, and most are
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(slots=True)
class Kept:
    """One record of a session: its identity, what it counts for (see ``PartHeader.flags``), and its events."""

    key: bytes
    flag: str
    events: tuple[Event, ...]


@dataclass
class Session:
    """What one log holds of one session, redacted, each record once. ``over`` tells that the log says it has ended."""

    session: str
    person: str
    agent: str = ""
    records: list[Kept] = field(default_factory=list)
    headless: bool = False
    over: bool = False
    started: datetime | None = None
    ended: datetime | None = None
    found: dict[str, int] = field(default_factory=dict)

    @property
    def events(self) -> tuple[Event, ...]:
        """All events in order."""
        return tuple(event for record in self.records for event in record.events)


@dataclass(frozen=True)
class Log:
    """A log as it was when it was read: its sessions, what was passed over, and the bytes that were looked at."""

    path: Path
    format: str
    sessions: tuple[Session, ...]
    tally: Tally
    start: int  # the byte up to which it was kept before
    size: int
    digest: str  # sha256 (hex) of the lines between ``start`` and ``size`` that records are made of
    fingerprint: Fingerprint  # of all that was read


def read_log(path: Path, zone: str = "UTC", *, start: int = 0) -> Log:
    """Given the path of a log and the time zone of the host that wrote it, return what it holds.

    ``start`` is the byte up to which it was kept before: the digest is of what follows. Raises LogError with the reason
    where it is no file, cannot be opened, is empty, binary or of no known format.
    """
    with _open(path) as file:
        state = os.fstat(file.fileno())
        found = _format_of(os.pread(file.fileno(), HEAD, 0), path)
        opened = OpenLog(file, state.st_size, zone, start)
        tally = Tally()
        person = person_of(path, state.st_uid)
        readings = _first_reading(found.read(opened, tally), path.stem, person)
        if any(reading.ear.missed for reading in readings.values()):
            _second_reading(found.read(OpenLog(file, state.st_size, zone), Tally()), path.stem, readings)
        fingerprint = fingerprint_of(file.fileno(), state.st_size)
    for reading in readings.values():
        reading.finish()
        session = reading.session
        session.agent = session.agent or found.name
        alive = time_of(tally.alive)
        if alive and session.ended:
            session.ended = max(alive, session.ended)
    sessions = tuple(reading.session for reading in readings.values() if reading.session.records)
    return Log(path, found.name, sessions, tally, start, state.st_size, opened.digest.hexdigest(), fingerprint)


def _open(path: Path) -> FileIO:
    try:
        # Not blocking: a named pipe among the logs must not hold up the others.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise LogError(str(path), (error.strerror or str(error)).lower()) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise LogError(str(path), "is not a file")
    return FileIO(descriptor)


def _format_of(head: bytes, path: Path) -> Format:
    if not head.strip():
        raise LogError(str(path), "is empty")
    found = detect(head, path)
    if found is None:
        raise LogError(str(path), "is binary" if b"\0" in head[:1024] else "is of no known format")
    return found


class _Reading:
    """One session while its log is read."""

    def __init__(self, name: str, person: str) -> None:
        self.session = Session(name, person)
        self.ear = Ear()
        self._known: set[bytes] = set()

    def take(self, record: Record, order: int) -> None:
        """Given the next record, keep what it says, and hear what was said in it. Takes orders up to ``order`` + 1."""
        # What a tool said between the last record and this one comes before what is said in this one.
        for text in record.before:
            self.ear.listen(text, order, tool=True)
        if record.events:
            self._keep(record, order + 1)
        self.hear(record, order + 1)

    def _keep(self, record: Record, order: int) -> None:
        session = self.session
        time = record.time
        if time is not None:
            session.started = time if session.started is None or time < session.started else session.started
            session.ended = time if session.ended is None or time > session.ended else session.ended
        session.over = record.ended
        events = tuple(shown for event in record.events if (shown := _shown(event)))
        key = key_of(record.key or _content(events))
        if key in self._known or not events:
            return
        self._known.add(key)
        if record.agent and not session.agent:
            session.agent = _short(record.agent)
        if record.person and record.asked:
            session.person = _short(record.person)
        session.headless = session.headless or record.headless
        session.records.append(Kept(key, "u" if record.asked else "a" if record.worked else "-", events))
        for event in events:
            if is_agents_word(event):
                self.ear.say(event.text, order)

    def hear(self, record: Record, order: int) -> None:
        """Given a record, hear what others than the agent said in it, and what the agent wrote into tools."""
        listen = self.ear.listen
        for event in record.events:
            if event.role is Role.USER and event.text:
                listen(event.text, order, tool=False)
        for text in record.heard:
            listen(text, order, tool=True)
        for text in record.typed:
            listen(text, order, tool=False)

    def finish(self) -> None:
        """Mark the echoes, redact all texts, and give records without an id one."""
        spans = iter(self.ear.all_echoes())
        events = self.session.events
        clean = redact_all([event.text for event in events])
        names = _Names()
        place = 0
        for record in self.session.records:
            finished = []
            for event in record.events:
                text = clean[place]
                place += 1
                echoes = next(spans, ()) if is_agents_word(event) else ()
                finished.append(
                    Event(
                        names.identity(event.record) or f"record-{record.key.hex()}",
                        event.role,
                        event.act,
                        text.text,
                        event.time,
                        names.short(event.tool),
                        _call(event.call),
                        event.ok,
                        names.short(event.branch),
                        names.short(event.cwd),
                        tuple((text.moved(start), text.moved(end, end=True)) for start, end in echoes),
                    )
                )
            record.events = tuple(finished)
        self.session.session = names.short(self.session.session)
        self.session.found = total(it.found for it in clean if it.found)


def _first_reading(records: Iterator[Record], stem: str, person: str) -> dict[str, _Reading]:
    readings: dict[str, _Reading] = {}
    order = 0
    for record in records:
        name = record.session or stem
        reading = readings.get(name)
        if reading is None:
            reading = readings[name] = _Reading(name, person)
        reading.take(record, order)
        order += 2
    return readings


def _second_reading(records: Iterator[Record], stem: str, readings: dict[str, _Reading]) -> None:
    for reading in readings.values():
        reading.ear.again()
    for order, record in enumerate(records):
        name = record.session or stem
        if name in readings:  # else the file was replaced while it was read: what is new belongs to the next look
            for text in record.before:
                readings[name].ear.listen(text, 2 * order, tool=True)
            readings[name].hear(record, 2 * order + 1)


class _Names:
    """Ids, branches and folders as they are kept: redacted, bounded, on one line. Few are different."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {"": ""}

    def short(self, name: str) -> str:
        short = self._known.get(name)
        if short is None:
            short = self._known[name] = _short(name)
        return short

    def identity(self, name: str) -> str:
        return name if _UUID.fullmatch(name) else self.short(name)


def is_agents_word(event: Event) -> bool:
    """Tell whether an event is something an agent said, which could be an echo."""
    return event.role is Role.AGENT and event.act is Act.SAID


def _shown(event: Event) -> Event | None:
    """Given an event of a log, return it with what can be seen of its text; None for a success that says nothing.

    Before anything looks for secrets or echoes: what cannot be seen must not come between.
    """
    if event.act is Act.RESULT and event.ok and not event.text:
        return None
    text = visible(event.text)
    return event if text == event.text else msgspec.structs.replace(event, text=text)


def _content(events: tuple[Event, ...]) -> str:
    """Given the events of a record without an id, return what it is known by: its content."""
    # Redacted, because nothing is hashed before (invariant 8).
    texts = redact_all([event.text for event in events])
    return repr([(it.role, it.act, it.time, text.text, it.call) for it, text in zip(events, texts, strict=True)])


def _call(name: str) -> str:
    """Given the log's id of a tool call, return a shorter one: it only links a result to its call."""
    return f"{zlib.crc32(name.encode('utf-8', 'replace')):08x}" if name else ""


def _short(name: str) -> str:
    """Given a name from a log, return it redacted, bounded and on one line."""
    return redact_all([" ".join(name[:_NAME_LIMIT].split())])[0].text
