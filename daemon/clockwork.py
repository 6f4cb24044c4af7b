"""What is due when, and the one place where the service waits.

APScheduler keeps the list and hands out what is due; it waits by the wall clock. That is what gates need, but it goes
wrong when the clock is set: put back by a day, a job of the next minute is a day away. So no wait is longer than
``MOST_SECONDS`` of the machine's own clock, and after each the two clocks are compared; when they disagree, all is due
(suspending is the same: the wall clock went on and the other did not). What is due soon is done at once with what
is due now, so that many stores cost one wake-up.

Signals and other threads wake it through one pipe, since a signal's handler may not take a lock that it interrupted.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.base import STATE_RUNNING, BaseScheduler
from apscheduler.triggers.date import DateTrigger

#: longest wait, in seconds: longer than the usual minute between looks, which would else be two waits
MOST_SECONDS = 90.0
#: what is due within so many seconds is due now
_SOON = timedelta(seconds=2)
#: by how much the clocks may disagree after a wait, in seconds: time servers slew by less
_JUMP_SECONDS = 5.0
#: stores whose file systems hang keep a thread each
_THREADS = 64
_WAKE = b"\0"


class Clockwork(BaseScheduler):  # type: ignore[misc]  # APScheduler ships no types
    """A scheduler whose waiting is done by ``wait``, in the main thread."""

    def __init__(self) -> None:
        """Make one; ``start`` lets it hand out jobs."""
        super().__init__(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(_THREADS)},
            # What is late is done once, however often it was missed. Work may ask for its next time before it counts as
            # done; whoever cannot be in two places takes a lock.
            job_defaults={"coalesce": True, "max_instances": 4, "misfire_grace_time": None},
        )
        self._reading, self._writing = os.pipe()
        for end in (self._reading, self._writing):
            os.set_blocking(end, False)

    def listen(self, signals: Iterable[signal.Signals]) -> None:
        """Given signals, have them wake the wait that tells of them."""
        for number in signals:
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)

    def wakeup(self) -> None:
        """Be told that the list has changed; ends a wait."""
        with contextlib.suppress(BlockingIOError):  # it is full: the wait ends anyway
            os.write(self._writing, _WAKE)

    def shutdown(self, wait: bool = True) -> None:  # noqa: FBT001, FBT002 - the signature is APScheduler's
        """Hand out no more jobs."""
        super().shutdown(wait)

    def due_at(self, name: str, when: float, work: Callable[[], Any]) -> None:
        """Given a name, a time of the machine's own clock and work, have it done then; an earlier wish is replaced."""
        moment = datetime.now(UTC) + timedelta(seconds=max(0.0, when - time.monotonic()))
        self.add_job(work, DateTrigger(moment), id=name, name=name, replace_existing=True)

    def wait(self, most: float = MOST_SECONDS) -> frozenset[int]:
        """Hand out what is due, wait until something is or somebody wakes us, and return the signals that came."""
        left = self._hand_out() if self.state == STATE_RUNNING else None
        seconds = most if left is None else min(left, most)
        wall, own = time.time(), time.monotonic()
        told = b""
        if select.select([self._reading], [], [], seconds)[0]:
            with contextlib.suppress(BlockingIOError):
                told = os.read(self._reading, 4096)
        if abs((time.time() - wall) - (time.monotonic() - own)) > _JUMP_SECONDS:
            self._all_due()
        return frozenset(told) - set(_WAKE)

    def _hand_out(self) -> float | None:
        now = datetime.now(UTC)
        jobs = self.get_jobs()
        if any(job.next_run_time <= now for job in jobs):
            for job in jobs:
                if now < job.next_run_time <= now + _SOON:
                    job.reschedule(DateTrigger(now))
        seconds: float | None = self._process_jobs()
        return seconds

    def _all_due(self) -> None:
        for job in self.get_jobs():
            job.reschedule(DateTrigger(datetime.now(UTC)))
