"""Collecting continuously: a look every minute, and sooner where a change is reported.

A look walks over all logs where changes are not reported, and elsewhere now and then, since reports can get lost.

::

    wait ──▶ would a look find anything? (``glance``) ──▶ no: wait
      ▲                     │                              ▲
      │                     └─▶ yes: a collector process ──┘
      └── a report or a mark brings the next look forward (``pace``)

Whoever watches stays, so it reads no log and loads nothing that does. Whatever goes wrong with a look is told once, and
tried again at the next. Who waits between looks, and for how long, is the service (``service``).
"""

from __future__ import annotations

import contextlib
import math
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Self

from ..errors import CollectingError
from ..memory.files import Store
from ..sessions.ended import FOLDER, read_marks
from ..sessions.glance import Standing, finds_an_end, finds_anything
from ..sessions.sources import Place, name_logs, places_of
from .collecting import collect_into
from .hints import Hints, Reporting
from .job import Job
from .pace import Pace
from .pipe import OnStart
from .requests import Collected

#: where all changes are reported, all logs are looked at only at every so manieth look: reports can get lost
_WALK_AFTER = 10


class Watch:
    """The logs of one store as this host watches them. Use as a context manager; only one thread at a time looks."""

    def __init__(self, store: Store, local: Path, sooner: Callable[[], None], on_start: OnStart) -> None:
        """Given a store and this host's folder for it.

        ``sooner`` is told in a thread of its own that ``next_look`` is earlier than it was; ``on_start`` gets the
        processes that are started.
        """
        self._store, self._local, self._on_start = store, local, on_start
        self._marks = Place(str(local / FOLDER), below=False)
        self._bell = _Bell(self._marks.folder, sooner)
        self._hints = Hints(self._bell.ring)
        self._pace = Pace(0.0)
        self._standing: Standing | None = None  # not known: only a collector can tell
        self._walked = -math.inf, -math.inf  # when all logs were looked at, by the machine's own clock and the other
        self.reporting = Reporting()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._hints.__exit__()

    def look(self, job: Job, period: float) -> Collected | None:
        """Given the job now and the seconds until the next look, collect if that would find anything.

        Return what came of it.
        Raises DreamdError or OSError where that failed; the next look tries again.
        """
        with contextlib.suppress(OSError):  # it is only watched; whoever leaves a mark makes it
            Path(self._marks.folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        # First of all: what changes from here on is reported, or seen by the look.
        self.reporting = self._hints.refresh((*_places(job), self._marks)).without(self._marks.folder)
        reported = self._bell.take()
        cost, kept = 0.0, False
        try:
            began = time.monotonic()
            found = self._standing is None or self._finds_anything(job, self._standing, period, reported=reported)
            cost = time.monotonic() - began
            collected = self._collect(job) if found else None
            kept = bool(collected and collected.new_parts)
            return collected
        finally:
            self._pace = replace(self._pace, period=period).after(time.monotonic(), cost, reported=reported, kept=kept)

    def next_look(self) -> float:
        """Return when to look next, in seconds of this machine's own clock."""
        return self._bell.next_look(self._pace)

    def _collect(self, job: Job) -> Collected | None:
        self._standing = None
        try:
            reply = collect_into(self._store, self._local, job, lambda *_: None, patience=0, on_start=self._on_start)
        except CollectingError:
            return None  # somebody else of this host is at it; the next look sees what is left
        self._standing = reply.standing
        # Logs with a session that is not finished: that they grow is no news.
        self._bell.expect(frozenset(it.log for it in reply.standing.waiting))
        return reply.collected

    def _finds_anything(self, job: Job, standing: Standing, period: float, *, reported: bool) -> bool:
        repository = Path(job.repository) if job.repository else None
        over = frozenset[str]().union(*read_marks(self._local, job.now).values())
        idle = timedelta(seconds=job.idle_seconds)
        if finds_an_end(standing, job.now, idle, over):
            return True
        # By the wall clock too: while a machine is suspended nothing is reported, and its own clock stands still.
        own, wall = time.monotonic() - self._walked[0], job.now.timestamp() - self._walked[1]
        if not (reported or self.reporting.walk or max(own, abs(wall)) >= period * _WALK_AFTER):
            return False
        self._walked = time.monotonic(), job.now.timestamp()
        logs, _ = name_logs(job.sources, job.environment, Path.cwd(), repository)
        wanted = (log for log in logs if not job.exclude.log(log))
        return finds_anything(wanted, standing, job.now, idle, over)


def _places(job: Job) -> tuple[Place, ...]:
    repository = Path(job.repository) if job.repository else None
    return places_of(job.sources, job.environment, Path.cwd(), repository)


class _Bell:
    """When changes were reported since the last look."""

    def __init__(self, marks: str, sooner: Callable[[], None]) -> None:
        self._marks = f"{marks}{os.sep}"
        self._sooner = sooner
        self._expected: frozenset[str] = frozenset()
        self._report: float | None = None
        self._mark: float | None = None
        self._lock = threading.Lock()

    def ring(self, path: str) -> None:
        """Given what changed, remember when; only the first change since the last look wakes anybody."""
        if path in self._expected:
            return
        with self._lock:
            if path.startswith(self._marks):
                first, self._mark = self._mark is None, self._mark or time.monotonic()
            else:
                first, self._report = self._report is None, self._report or time.monotonic()
        if first:
            self._sooner()

    def expect(self, logs: frozenset[str]) -> None:
        """Given logs that may change without that being news, pass over what is reported of them."""
        self._expected = logs

    def take(self) -> bool:
        """Tell whether a log changed since the last time, and forget it: a look sees it."""
        with self._lock:
            report, self._report, self._mark = self._report, None, None
        return report is not None

    def next_look(self, pace: Pace) -> float:
        """Given the pace, return when to look next."""
        with self._lock:
            return pace.next_look(self._report, self._mark)
