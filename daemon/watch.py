"""Collecting continuously: a look every minute, and sooner where a change is reported.

::

    wait ──▶ would a look find anything? (``glance``) ──▶ no: wait
      ▲                     │                              ▲
      │                     └─▶ yes: a collector process ──┘
      └── a report or a mark brings the next look forward (``pace``)

This process stays, so it reads no log and loads nothing that does. Whatever goes wrong with a look is told once, and
tried again at the next.
"""

from __future__ import annotations

import contextlib
import os
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from ..errors import CollectingError, DreamdError
from ..memory.files import Store, open_store
from ..sessions.ended import FOLDER, read_marks
from ..sessions.glance import Standing, finds_anything
from ..sessions.sources import Place, name_logs, places_of
from .collecting import collect_into, require_collecting
from .hints import Hints, Reporting
from .job import Job
from .lock import hold_watching
from .looked import Watch, keep_watch
from .pace import Pace
from .places import state_dir
from .requests import Collected

#: by how much pauses differ at random, so that the hosts of a team do not walk their file server in step
_JITTER = 0.1


@dataclass(frozen=True)
class Told:
    """What a watch tells: each look that kept something, how changes are learned of, and what goes wrong."""

    kept: Callable[[Job, Collected], None]
    reporting: Callable[[Reporting], None]
    trouble: Callable[[DreamdError | OSError], None]


def watch(job_now: Callable[[], Job], period: timedelta, told: Told) -> NoReturn:
    """Given what gives the job at any moment, the time between looks, and whom to tell, collect until interrupted.

    Raises RoleError where this host collects nothing for the store, CollectingError where another process watches, and
    what opening the store raises. Later trouble is only told.
    """
    job = job_now()
    require_collecting(job)
    store, identity = open_store(job.store)
    local = state_dir(job.environment, identity.store)
    marks = Place(str(local / FOLDER), below=False)
    bell = _Bell(marks.folder)
    looks = _Looks(store, local, told)
    pace = Pace(period.total_seconds())
    before: Reporting | None = None
    with hold_watching(store, local), Hints(bell.ring) as hints:
        while True:
            job = job_now()
            with contextlib.suppress(OSError):  # it is only watched; whoever leaves a mark makes it
                Path(marks.folder).mkdir(parents=True, exist_ok=True, mode=0o700)
            # First of all: what changes from here on is reported, or seen by the look.
            reporting = hints.refresh((*_places(job), marks)).without(marks.folder)
            if reporting != before:
                told.reporting(reporting)
                before = reporting
            reported = bell.take()
            kept = looks.look(job)
            bell.expect(looks.waiting)
            pace = pace.after(time.monotonic(), looks.cost, reported=reported, kept=kept)
            keep_watch(local, Watch(os.getpid(), job.now, period.total_seconds(), reporting.events, reporting.walk))
            bell.wait(pace, random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311 - nothing secret


class _Looks:
    """Looks at all logs, and what is known from the last one."""

    def __init__(self, store: Store, local: Path, told: Told) -> None:
        self._store = store
        self._local = local
        self._told = told
        self._standing: Standing | None = None  # not known: only a collector can tell
        self._trouble = ""
        self.cost = 0.0  # seconds that the last look took to tell whether there is anything to read

    @property
    def waiting(self) -> frozenset[str]:
        """The logs with a session that is not finished: that they grow is no news."""
        return frozenset(it.log for it in self._standing.waiting) if self._standing else frozenset()

    def look(self, job: Job) -> bool:
        """Given the job now, collect if that would find anything, and tell whether it kept something."""
        try:
            if not self._finds_anything(job):
                return False
            self._standing = None
            reply = collect_into(self._store, self._local, job, lambda *_: None, patience=0)
        except CollectingError:
            return False  # somebody else of this host is at it; the next look sees what is left
        except (DreamdError, OSError) as error:
            if str(error) != self._trouble:
                self._told.trouble(error)
            self._trouble = str(error)
            return False
        self._standing, self._trouble = reply.standing, ""
        if reply.collected.new_parts:
            self._told.kept(job, reply.collected)
        return bool(reply.collected.new_parts)

    def _finds_anything(self, job: Job) -> bool:
        if self._standing is None:
            return True
        began = time.monotonic()
        repository = Path(job.repository) if job.repository else None
        logs, _ = name_logs(job.sources, job.environment, Path.cwd(), repository)
        over = frozenset[str]().union(*read_marks(self._local, job.now).values())
        wanted = (log for log in logs if not job.exclude.log(log))
        found = finds_anything(wanted, self._standing, job.now, timedelta(seconds=job.idle_seconds), over)
        self.cost = time.monotonic() - began
        return found


def _places(job: Job) -> tuple[Place, ...]:
    repository = Path(job.repository) if job.repository else None
    return places_of(job.sources, job.environment, Path.cwd(), repository)


class _Bell:
    """When changes were reported since the last look; what is told in other threads wakes the one that waits."""

    def __init__(self, marks: str) -> None:
        self._marks = f"{marks}{os.sep}"
        self._expected: frozenset[str] = frozenset()
        self._report: float | None = None
        self._mark: float | None = None
        self._rung = threading.Condition()

    def ring(self, path: str) -> None:
        """Given what changed, remember when; only the first change since the last look wakes anybody."""
        if path in self._expected:
            return
        with self._rung:
            if path.startswith(self._marks):
                if self._mark is None:
                    self._mark = time.monotonic()
                    self._rung.notify()
            elif self._report is None:
                self._report = time.monotonic()
                self._rung.notify()

    def expect(self, logs: frozenset[str]) -> None:
        """Given logs that may change without that being news, pass over what is reported of them."""
        self._expected = logs

    def take(self) -> bool:
        """Tell whether a log changed since the last time, and forget it: a look sees it."""
        with self._rung:
            report, self._report, self._mark = self._report, None, None
        return report is not None

    def wait(self, pace: Pace, jitter: float) -> None:
        """Given the pace, wait until the next look."""
        with self._rung:
            while (left := pace.next_look(jitter, self._report, self._mark) - time.monotonic()) > 0:
                self._rung.wait(left)
