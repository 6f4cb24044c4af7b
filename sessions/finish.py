"""Logs that changed into parts: each is read, and what is finished in it is kept.

A session is finished when its last record is long enough ago, when the log says that it is over, or when its agent did.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import msgspec

from ..errors import DreamdError
from ..language.redact import total
from .fingerprint import Change, Fingerprint, Stamp, change_of, stamp_of
from .keep import Keeper
from .owner import person_of
from .read import Log, Session, read_log
from .seen import Look, Seen
from .terms import Outcome, Terms

#: logs whose parts may be under way to the disk: each holds its events
_UNDER_WAY = 16


def outcomes_of(paths: Iterable[Path], root: Path, seen: Seen, terms: Terms) -> Iterator[Outcome]:
    """Given logs, the transcripts' root, the last looks and what holds, read each and yield what came of it.

    A log that cannot be read gives its reason; an error of the store is raised (OSError).
    """
    with Keeper(root) as keeper:
        # Parts are compressed and forced to disk while further logs are read; what is ready is told of.
        under_way: deque[tuple[Outcome, list[Future[str | None]]]] = deque()
        for path in paths:
            under_way.append(_look(path, keeper, seen.looks.get(str(path)), terms))
            while under_way and (len(under_way) > _UNDER_WAY or all(it.done() for it in under_way[0][1])):
                yield _with_parts(*under_way.popleft())
        for outcome, writing in under_way:
            yield _with_parts(outcome, writing)


def _with_parts(outcome: Outcome, writing: Sequence[Future[str | None]]) -> Outcome:
    names = tuple(name for it in writing if (name := it.result()) is not None)
    found, holding = outcome.found if names else {}, (*outcome.holding, *names)
    return msgspec.structs.replace(outcome, parts=names, holding=holding, found=found)


def _look(path: Path, keeper: Keeper, before: Look | None, terms: Terms) -> tuple[Outcome, list[Future[str | None]]]:
    stamp = stamp_of(path)
    change = Change.NEW
    try:
        change, start = _change(path, before, stamp)
        log = read_log(path, terms.zone, start=start, purged=terms.purged)
        owner = person_of(path, path.stat().st_uid)
    except DreamdError as error:
        return Outcome(str(path), Look(stamp, reason=error.detail), change), []
    except OSError as error:
        return Outcome(str(path), Look(stamp, reason=(error.strerror or str(error)).lower()), change), []
    except Exception as error:  # noqa: BLE001 - one bad log never stops the others (invariant 15)
        reason = f"cannot be understood ({type(error).__name__}: {error})"[:200]
        return Outcome(str(path), Look(stamp, reason=reason), change), []
    writing: list[Future[str | None]] = []
    found: list[dict[str, int]] = []
    waiting: list[Session] = []
    over: list[str] = []
    holding: list[str] = []
    excluded = 0
    for session in log.sessions:
        completed = _completed(session, terms)
        if not completed:
            waiting.append(session)
            continue
        if completed == "hook":
            over.append(session.session)
        if _excluded(session, owner, terms):
            excluded += 1
            continue
        kept = keeper.keep(log, session, terms.zone, completed)
        holding += keeper.holding(session)
        if kept is not None:
            writing.append(kept)
            found.append(session.found)
    look = Look(
        stamp,
        kept=_kept(log, before, change, waiting),
        waits_since=min((it.ended for it in waiting if it.ended), default=None),
        unreadable=log.tally.unreadable,
        unreadable_lines=tuple(log.tally.unreadable_lines),
        sessions=tuple(session.session for session in waiting),
        excluded=excluded,
    )
    return Outcome(str(path), look, change, holding=tuple(holding), found=total(found), over=tuple(over)), writing


def _change(path: Path, before: Look | None, stamp: Stamp | None) -> tuple[Change, int]:
    """Given a log and the last look at it, return how it changed and the byte up to which it is kept."""
    if before is None or before.kept is None or before.stamp is None or stamp is None:
        return Change.NEW, 0
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        change = change_of(before.kept, before.stamp, stamp, descriptor)
    finally:
        os.close(descriptor)
    return change, before.kept.size if change in {Change.SAME, Change.GROWN} else 0


def _kept(log: Log, before: Look | None, change: Change, waiting: Sequence[Session]) -> Fingerprint | None:
    """Given a log that was read and what waits in it, return the fingerprint of what of it is kept."""
    if not waiting:
        return log.fingerprint
    return before.kept if before and change in {Change.SAME, Change.GROWN} else None


def _excluded(session: Session, owner: str, terms: Terms) -> bool:
    """Given a session and whose home or file its log is, whoever it says has typed, tell whether it is left out."""
    folders = {event.cwd for event in session.events if event.cwd}
    return terms.exclude.session(session.session, {session.person, owner}, folders)


def _completed(session: Session, terms: Terms) -> str:
    """Given a session, return why it is finished, empty where it is not."""
    if session.session in terms.over:
        return "hook"
    if session.over:
        return "end"
    return "idle" if session.ended is None or terms.now - session.ended >= terms.idle else ""
