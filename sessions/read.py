"""One log into the sessions it holds: decoded, echoes marked, redacted. Nothing is written.

A log is read twice. The first time gives the events; what people and agents said is small and is held in memory. The
second time streams the tools' texts past the agent's sentences to find the echoes. No tool text is held.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BufferedReader
from pathlib import Path

import msgspec

from ..errors import LogError
from ..language.redact import redact, total
from ..language.visible import visible
from .echo import Ear
from .events import Act, Event, Role
from .formats import HEAD, detect
from .formats.base import Format, Record
from .formats.tally import Tally
from .formats.times import time_of
from .lines import OpenLog
from .owner import person_of
from .parts import key_of

#: longest id, name, branch or folder that is kept; they come from the log and could be anything
_NAME_LIMIT = 300


@dataclass
class Kept:
    """One record of a session: its identity, what it counts for (see ``PartHeader.flags``), and its events."""

    key: bytes
    flag: str
    events: tuple[Event, ...]


@dataclass
class Session:
    """What one log holds of one session, redacted, each record once."""

    session: str
    person: str
    agent: str = ""
    records: list[Kept] = field(default_factory=list)
    headless: bool = False
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
    size: int
    digest: str  # sha256 (hex) of the bytes read


def read_log(path: Path) -> Log:
    """Given the path of a log, return what it holds.

    Raises LogError with the reason where it is no file, cannot be opened, is empty, binary or of no known format.
    """
    with _open(path) as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(HEAD)
        found = _format_of(head, path)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest() if size else ""
        tally = Tally()
        person = person_of(path, os.fstat(file.fileno()).st_uid)
        sessions, ears = _first_reading(_records(file, found, size, tally), path.stem, person)
        _second_reading(_records(file, found, size, Tally()), path.stem, ears)
    for name, session in sessions.items():
        _finish(session, ears[name])
        session.agent = session.agent or found.name
        alive = time_of(tally.alive)
        if alive and session.ended:
            session.ended = max(alive, session.ended)
    return Log(path, found.name, tuple(sessions.values()), tally, size, digest)


def _open(path: Path) -> BufferedReader:
    try:
        # Not blocking: a named pipe among the logs must not hold up the others.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise LogError(str(path), (error.strerror or str(error)).lower()) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise LogError(str(path), "is not a file")
    return os.fdopen(descriptor, "rb")


def _format_of(head: bytes, path: Path) -> Format:
    if not head.strip():
        raise LogError(str(path), "is empty")
    found = detect(head, path)
    if found is None:
        raise LogError(str(path), "is binary" if b"\0" in head[:1024] else "is of no known format")
    return found


def _records(file: BufferedReader, known: Format, size: int, tally: Tally) -> Iterator[Record]:
    for record in known.read(OpenLog(file, size), tally):
        # Before anything looks for secrets or echoes: what cannot be seen must not come between.
        events = tuple(msgspec.structs.replace(event, text=visible(event.text)) for event in record.events)
        yield msgspec.structs.replace(record, events=events, heard=_seen(record.heard), typed=_seen(record.typed))


def _first_reading(records: Iterator[Record], stem: str, person: str) -> tuple[dict[str, Session], dict[str, Ear]]:
    sessions: dict[str, Session] = {}
    ears: dict[str, Ear] = {}
    seen: set[tuple[str, bytes]] = set()
    for order, record in enumerate(records):
        name = record.session or stem
        if not record.events:
            continue
        session = sessions.get(name)
        if session is None:
            session = sessions[name] = Session(_short(name), person)
            ears[name] = Ear()
        if record.time is not None:
            session.started = min(session.started or record.time, record.time)
            session.ended = max(session.ended or record.time, record.time)
        key = key_of(record.key or _content(record))
        if (name, key) in seen:
            continue
        seen.add((name, key))
        session.agent = session.agent or _short(record.agent)
        if record.person and record.asked:
            session.person = _short(record.person)
        session.headless = session.headless or record.headless
        session.records.append(Kept(key, "u" if record.asked else "a" if record.worked else "-", record.events))
        for event in record.events:
            if is_agents_word(event):
                ears[name].say(event.text, order)
    return sessions, ears


def _second_reading(records: Iterator[Record], stem: str, ears: dict[str, Ear]) -> None:
    for order, record in enumerate(records):
        ear = ears.get(record.session or stem)
        if ear is None:
            continue  # the file was replaced while it was read: what is new belongs to the next look
        # A person's words first: those in a rejected call arrive inside a tool's result, and are no tool's.
        for event in record.events:
            if event.role in {Role.USER, Role.AGENT} and event.text:
                ear.listen(event.text, order, tool=False)
        for text in record.heard:
            ear.listen(str(text), order, tool=True)
        for text in record.typed:
            ear.listen(str(text), order, tool=False)


def _finish(session: Session, ear: Ear) -> None:
    """Given a session as it was read, mark its echoes, redact it, and give records without an id one."""
    spans = iter(ear.all_echoes())
    names: dict[str, str] = {}

    def short(name: str) -> str:
        if name not in names:
            names[name] = _short(name)
        return names[name]

    found: list[dict[str, int]] = []

    def finished(event: Event, identity: str) -> Event:
        echoes = next(spans, ()) if is_agents_word(event) else ()
        clean = redact(event.text)
        found.append(clean.found)
        return msgspec.structs.replace(
            event,
            record=short(event.record) or identity,
            text=clean.text,
            tool=short(event.tool),
            call=_call(event.call),
            branch=short(event.branch),
            cwd=short(event.cwd),
            echoes=tuple((clean.moved(start), clean.moved(end, end=True)) for start, end in echoes),
        )

    for record in session.records:
        record.events = tuple(finished(event, f"record-{record.key.hex()}") for event in record.events)
    session.found = total(found)


def _seen(texts: tuple[str | bytes, ...]) -> tuple[str, ...]:
    return tuple(visible(it if isinstance(it, str) else it.decode("utf-8", "replace")) for it in texts)


def is_agents_word(event: Event) -> bool:
    """Tell whether an event is something an agent said, which could be an echo."""
    return event.role is Role.AGENT and event.act is Act.SAID


def _content(record: Record) -> str:
    """Given a record without an id, return what it is known by: its content."""
    # Redacted, because nothing is hashed before (invariant 8).
    return repr([(event.role, event.act, event.time, redact(event.text).text, event.call) for event in record.events])


def _call(name: str) -> str:
    """Given the log's id of a tool call, return a shorter one: it only links a result to its call."""
    return hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=4).hexdigest() if name else ""


def _short(name: str) -> str:
    """Given a name from a log, return it redacted, bounded and on one line."""
    return redact(" ".join(name[:_NAME_LIMIT].split())).text
