"""One log into the sessions it holds: decoded, echoes marked, redacted. Nothing is written.

A log is read once. What people and agents said is small and is held; what tools said waits as it stands in the log
until all that the agent said is known (``echo``). Only a log in which tools said more than may wait is read twice.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

import msgspec

from ..errors import LogError
from ..language.purged import NOTHING, Purged
from ..language.redact import redact_all, total
from ..language.visible import visible
from .echo import Ear
from .events import Act, Event, Role
from .fingerprint import Fingerprint, digest_of, fingerprint_of
from .formats import HEAD, detect
from .formats.base import Format, Record
from .formats.tally import Tally
from .formats.times import time_of
from .lines import OpenLog
from .names import Names
from .owner import person_of
from .parts import key_of
from .worded import Worded


@dataclass(slots=True)
class Kept:
    """One record of a session: its identity, what it counts for (see ``PartHeader.flags``), and its events."""

    key: bytes
    flag: str
    events: tuple[Event, ...]
    order: int = 0  # its place among all that was said in the log


@dataclass
class Session:
    """What one log holds of one session, redacted, each record once. ``over`` tells that the log says it has ended."""

    session: str
    person: str
    agent: str = ""
    version: str = ""  # of the agent's program
    source: str = ""  # path of the log
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
    digest: str  # sha256 (hex) of the first and the last piece between ``start`` and ``size``
    fingerprint: Fingerprint  # of all that was read


def read_log(path: Path, zone: str = "UTC", *, start: int = 0, purged: Purged = NOTHING) -> Log:
    """Given the path of a log and the time zone of the host that wrote it, return what it holds.

    ``start`` is the byte up to which it was kept before: the digest is of what follows. ``purged`` are values that may
    not come back. Raises LogError with the reason where it is no file, cannot be opened, is empty, binary or of no
    known format.
    """
    with _open(path) as file:
        state = os.fstat(file.fileno())
        found = _format_of(os.pread(file.fileno(), HEAD, 0), path)
        tally = Tally()
        person = person_of(path, state.st_uid)
        readings = _first_reading(found.read(OpenLog(file, state.st_size, zone), tally), path.stem, person)
        for reading in readings.values():
            reading.say()
        if any(reading.ear.missed for reading in readings.values()):
            _second_reading(found.read(OpenLog(file, state.st_size, zone), Tally()), path.stem, readings)
        fingerprint = fingerprint_of(file.fileno(), state.st_size)
        digest = digest_of(file.fileno(), start, state.st_size)
    for reading in readings.values():
        session = reading.session
        session.agent, session.source = session.agent or found.name, str(path)
        reading.finish(purged)
        alive = time_of(tally.alive)
        if alive and session.ended:
            session.ended = max(alive, session.ended)
    if not found.timed and readings:
        # The last message may be growing, and only the file's time tells: a fresh one makes it wait, no more.
        written = datetime.fromtimestamp(state.st_mtime, UTC)
        last = list(readings.values())[-1].session
        last.ended = max(written, last.ended or written)
    sessions = tuple(reading.session for reading in readings.values() if reading.session.records)
    return Log(path, found.name, sessions, tally, start, state.st_size, digest, fingerprint)


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
        self._worded = Worded(())

    def take(self, record: Record, order: int) -> None:
        """Given the next record, keep what it says, and hear what was said in it. Takes orders up to ``order`` + 1."""
        # What a tool said between the last record and this one comes before what is said in this one.
        if record.before:
            self.ear.listen(record.before, order, tool=True)
        if record.events:
            self._keep(record, order + 1)
        self.hear(record, order + 1)

    def _keep(self, record: Record, order: int) -> None:
        session, time = self.session, record.time
        if time is not None:
            session.started = time if session.started is None or time < session.started else session.started
            session.ended = time if session.ended is None or time > session.ended else session.ended
        session.over = record.ended
        key = key_of(record.key or _content(record.events))
        if key in self._known:
            return
        self._known.add(key)
        if record.agent and not session.agent:
            session.agent = record.agent
        if record.version:
            session.version = record.version
        if record.person and record.asked:
            session.person = record.person
        session.headless = session.headless or record.headless
        flag = "u" if record.asked else "a" if record.worked else "-"
        session.records.append(Kept(key, flag, record.events, order))

    def hear(self, record: Record, order: int) -> None:
        """Given a record, hear what others than the agent said in it, and what the agent wrote into tools."""
        if not record.worked:
            people = [event.text for event in record.events if event.role is Role.USER and event.text]
            self.ear.listen(people, order, tool=False)
        if record.heard:
            self.ear.listen(record.heard, order, tool=True)
        if record.typed:
            self.ear.listen(record.typed, order, tool=False)

    def say(self) -> None:
        """When all is read: leave of each text what can be seen, and let the ear know what the agent said."""
        _leave_what_is_seen(self.session.records)
        orders = {id(event): record.order for record in self.session.records for event in record.events}
        self._worded = Worded(self.session.events)
        for event, text in self._worded:
            self.ear.say(text, orders[id(event)])

    def finish(self, purged: Purged) -> None:
        """Mark the echoes, redact all texts, and give records without an id one."""
        session, events = self.session, self.session.events
        marked = self._worded.marks(self.ear.all_echoes())
        own = (session.session, session.person, session.agent, session.version, session.source)
        names = Names(events, own, every=bool(purged.rows))
        clean = redact_all([*(event.text for event in events), *names.wanted], purged)
        names.learn([it.text for it in clean[len(events) :]])
        texts = iter(clean)
        found: list[dict[str, int]] = []
        for record in session.records:
            finished = []
            for event in record.events:
                text = next(texts)
                echoes = marked.get(id(event), ())
                if echoes or text.cuts or not names.as_they_are(event):
                    found.append(text.found)
                    marks = tuple((text.moved(start), text.moved(end, end=True)) for start, end in echoes)
                    finished.append(names.named(event, record.key, text.text, marks))
                else:
                    finished.append(event)
            record.events = tuple(finished)
        session.session, session.person, session.agent, session.version, session.source = map(names.kept, own)
        session.found = total(found)


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
            readings[name].ear.listen(record.before, 2 * order, tool=True)
            readings[name].hear(record, 2 * order + 1)


def _leave_what_is_seen(records: list[Kept]) -> None:
    """Given records, leave of the texts of their events what can be seen, and of successes those that say something.

    Before anything looks for secrets or echoes: what cannot be seen must not come between.
    """
    together = "\n".join([event.text for record in records for event in record.events])
    if visible(together) != together:
        for record in records:
            record.events = tuple(msgspec.structs.replace(it, text=visible(it.text)) for it in record.events)
    if any(event.act is Act.RESULT and event.ok and not event.text for record in records for event in record.events):
        for record in records:
            record.events = tuple(it for it in record.events if not (it.act is Act.RESULT and it.ok and not it.text))
        records[:] = [record for record in records if record.events]


def _content(events: tuple[Event, ...]) -> str:
    """Given the events of a record without an id, return what it is known by: its content."""
    # Redacted, because nothing is hashed before (invariant 8).
    texts = redact_all([visible(event.text) for event in events])
    return repr([(it.role, it.act, it.time, text.text, it.call) for it, text in zip(events, texts, strict=True)])
