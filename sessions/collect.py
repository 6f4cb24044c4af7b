"""The collector: finished sessions become parts, each record once, whatever was looked at before.

What is kept already is known from the parts themselves: a log gives a further part with the records that no part of
its session has, and nothing if there are none. So a log that was appended to, rewritten, cut, renamed or copied needs
no care of its own, and a second collector or a lost cache does no harm. The cache (``seen``) only spares the reading of
logs that have not changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from ..errors import DamagedError, DreamdError
from ..language.redact import REDACTION
from .parts import PartHeader, pack_keys, part_names, read_header, stem_in, stem_of, unpack_keys, write_part
from .read import Log, Session, read_log
from .seen import Look, Seen, Stamp, load_seen, save_seen, stamp_of

#: told the name of the step, how much is done and how much there is
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Collected:
    """What one look at all logs came to. Logs that have not changed keep their skips and unreadable lines."""

    logs: int
    unchanged: int
    parts: tuple[str, ...]  # names of the new ones
    waiting: int  # logs with a session that is not finished
    skipped: tuple[tuple[str, str], ...]  # path and reason
    unreadable: tuple[tuple[str, int], ...]  # path, and how many of its lines could not be read
    found: dict[str, int] = field(default_factory=dict)  # secrets replaced in new parts, by kind

    @property
    def bad_lines(self) -> int:
        """How many lines could not be read in all logs together."""
        return sum(count for _, count in self.unreadable)


def collect(
    logs: Iterable[Path],
    root: Path,
    state_dir: Path,
    *,
    idle: timedelta,
    now: datetime,
    zone: str,
    progress: Progress = lambda _step, _done, _total: None,
) -> Collected:
    """Given logs, the transcripts' root and the folder of this host's cache, keep what is finished and new.

    A session is finished when its last record is ``idle`` old. A log that cannot be read is skipped and named; an
    error of the store itself is raised (OSError).
    """
    paths = sorted(set(logs))
    seen = load_seen(state_dir)
    kept = _KeptRecords(root)
    looks: dict[str, Look] = {}
    created: list[str] = []
    found: dict[str, int] = {}
    unchanged = 0
    for done, path in enumerate(paths, start=1):
        before = seen.looks.get(str(path))
        stamp = stamp_of(path)
        if before is not None and before.stamp == stamp and not before.due(now, idle):
            looks[str(path)] = before
            unchanged += 1
        else:
            look, log = _look(path, stamp, now, idle)
            looks[str(path)] = look
            for session in _finished(log, now, idle):
                name = _keep(root, kept, log, session, zone) if log else None
                if name is not None:
                    created.append(name)
                    for kind, count in session.found.items():
                        found[kind] = found.get(kind, 0) + count
        progress("collect", done, len(paths))
    if looks != seen.looks:
        save_seen(state_dir, Seen(looks))
    return Collected(
        logs=len(paths),
        unchanged=unchanged,
        parts=tuple(created),
        waiting=sum(look.waits_since is not None for look in looks.values()),
        skipped=tuple((path, look.reason) for path, look in looks.items() if look.reason),
        unreadable=tuple((path, look.unreadable) for path, look in looks.items() if look.unreadable),
        found=found,
    )


def _look(path: Path, stamp: Stamp | None, now: datetime, idle: timedelta) -> tuple[Look, Log | None]:
    try:
        log = read_log(path)
    except DreamdError as error:
        return Look(stamp, reason=error.detail), None
    except OSError as error:
        return Look(stamp, reason=(error.strerror or str(error)).lower()), None
    except Exception as error:  # noqa: BLE001 - one bad log never stops the others (invariant 15)
        return Look(stamp, reason=f"cannot be understood ({type(error).__name__}: {error})"[:200]), None
    waiting = [session.ended for session in log.sessions if session.ended and now - session.ended < idle]
    tally = log.tally
    return (
        Look(
            stamp,
            waits_since=min(waiting) if waiting else None,
            unreadable=tally.unreadable,
            unreadable_lines=tuple(tally.unreadable_lines),
        ),
        log,
    )


def _finished(log: Log | None, now: datetime, idle: timedelta) -> list[Session]:
    return [session for session in log.sessions if not session.ended or now - session.ended >= idle] if log else []


class _KeptRecords:
    """The records of each session that parts hold already; headers are read when a session is asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: dict[str, list[str]] | None = None

    def of(self, session: str, person: str) -> set[bytes]:
        if self._names is None:
            self._names = {}
            for name in part_names(self._root):
                self._names.setdefault(stem_in(name), []).append(name)
        keys: set[bytes] = set()
        for name in self._names.get(stem_of(session), ()):
            try:
                header = read_header(self._root, name)
            except DamagedError:
                continue  # a damaged part keeps nothing: its log, if it is still there, gives the records again
            if (header.session, header.person) == (session, person):
                keys.update(unpack_keys(header.keys))
        return keys

    def add(self, session: str, name: str) -> None:
        if self._names is not None:
            self._names.setdefault(stem_of(session), []).append(name)


def _keep(root: Path, kept: _KeptRecords, log: Log, session: Session, zone: str) -> str | None:
    """Given a finished session of a log, create the part with its new records; return its name, None for no new one."""
    known = kept.of(session.session, session.person)
    fresh = [record for record in session.records if record.key not in known]
    events = [event for record in fresh for event in record.events]
    if not events:
        return None
    times = [event.time for event in events if event.time]
    header = PartHeader(
        format=1,
        session=session.session,
        person=session.person,
        agent=session.agent,
        zone=zone,
        keys=pack_keys(record.key for record in fresh),
        flags="".join(record.flag for record in fresh),
        sizes=tuple(len(record.events) for record in fresh),
        cwd=events[0].cwd,
        branch=events[0].branch,
        headless=session.headless,
        before=len(known),
        started=min(times, default=None),
        ended=max(times, default=None),
        redaction=REDACTION,
        found=session.found,
        source=str(log.path),
        source_bytes=log.size,
        source_digest=log.digest,
        lines=log.tally.lines,
        skipped=dict(sorted(log.tally.skipped.items())),
        unreadable=log.tally.unreadable,
        unreadable_lines=tuple(log.tally.unreadable_lines),
    )
    name = write_part(root, header, events, session.started)
    if name is not None:
        kept.add(session.session, name)
    return name
