"""Finished sessions into parts: each record once, whatever was looked at before. What the collector writes.

What is kept already is known from the parts themselves: a session of a log gives a further part with the records that
no part of it has, and nothing if there are none. So a log that was written anew, cut, renamed or copied needs no care
of its own, and a second collector or a lost cache does no harm.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Self

from ..errors import DamagedError
from ..language.redact import REDACTION
from ..memory.atomic import sync_folder
from .parts import PartHeader, folder_of, pack_keys, part_names, read_part, stem_in, stem_of, unpack_keys, write_part
from .read import Log, Session

#: parts that are written at once
_WRITERS = 8


class Keeper:
    """Writes parts beside the reading of the next logs: compressing and waiting for the disk need no interpreter.

    Use as a context manager: parts are there for good only at its end. What could not be written is raised when the
    part's name is asked for.
    """

    def __init__(self, root: Path) -> None:
        """Given the transcripts' root, start with no part known; parts are read when a session is asked for."""
        self._root = root
        self._names: dict[str, list[str]] | None = None
        self._holding: dict[tuple[str, str], list[str]] = {}
        self._writing: dict[str, list[Future[str | None]]] = {}
        # Several, because a disk makes many files durable in about the time of one.
        self._writer = ThreadPoolExecutor(_WRITERS, thread_name_prefix="parts")
        self._written: list[Future[str | None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.shutdown()
        names = [it.result() for it in self._written if not it.exception()]
        for folder in {folder_of(self._root, name) for name in names if name}:
            sync_folder(folder)

    def keep(self, log: Log, session: Session, zone: str, completed: str) -> Future[str | None] | None:
        """Given a finished session of a log, write the part with its new records; return its name to come.

        None where nothing in it is new.
        """
        known = self._known(session.session, session.person)
        fresh = [record for record in session.records if record.key not in known]
        if not fresh:
            return None
        events = [event for record in fresh for event in record.events]
        times = [event.time for event in events if event.time]
        header = PartHeader(
            format=1,
            session=session.session,
            person=session.person,
            agent=session.agent,
            version=session.version,
            zone=zone,
            keys=pack_keys(record.key for record in fresh),
            flags="".join(record.flag for record in fresh),
            sizes=tuple(len(record.events) for record in fresh),
            cwd=events[0].cwd,
            branch=events[0].branch,
            headless=session.headless,
            completed=completed,
            before=len(known),
            started=min(times, default=None),
            ended=max(times, default=None),
            redaction=REDACTION,
            found=session.found,
            source=session.source,
            source_from=log.start,
            source_to=log.size,
            source_digest=log.digest,
            lines=log.tally.lines,
            skipped=dict(sorted(log.tally.skipped.items())),
            unreadable=log.tally.unreadable,
            unreadable_lines=tuple(log.tally.unreadable_lines),
        )
        writing = self._writer.submit(write_part, self._root, header, events, session.started)
        self._writing.setdefault(stem_of(session.session), []).append(writing)
        self._written.append(writing)
        return writing

    def holding(self, session: Session) -> list[str]:
        """Given a session that was to be kept, return the names of the parts that held its records before."""
        return self._holding.get((session.session, session.person), [])

    def _known(self, session: str, person: str) -> set[bytes]:
        """Given a session and whose it is, return the records of it that parts hold already."""
        if self._names is None:
            self._names = {}
            for name in part_names(self._root):
                self._names.setdefault(stem_in(name), []).append(name)
        stem = stem_of(session)
        for writing in self._writing.pop(stem, ()):
            written = writing.result()
            if written is not None:
                self._names.setdefault(stem, []).append(written)
        keys: set[bytes] = set()
        holding = self._holding[session, person] = []
        for name in self._names.get(stem, ()):
            try:
                header, _ = read_part(self._root, name)  # whole: a header may be sound where the rest is not
            except DamagedError:
                continue  # a damaged part keeps nothing: its log, if it is still there, gives the records again
            if (header.session, header.person) == (session, person):
                keys.update(unpack_keys(header.keys))
                holding.append(name)
        return keys
