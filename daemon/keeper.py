"""One store of the service: look at its logs, and dream when that is due.

A turn::

    look at the logs ──▶ may the gates say something else? ──▶ no: until a log changes, a gate opens, or the next look
     (``watch``)              │ (``asked``)                      ▲
                              └─▶ yes: a launcher asks them all ─┘
                                       and dreams if they are open

Nothing of a store's content stays in this process, and a closed gate costs a launcher only when something has changed.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..errors import BusyError, CollectingError, DreamdError
from ..gates.duration import spell_duration
from ..gates.text import render
from ..memory.files import Store, open_store
from ..memory.reads import list_folder
from .asked import Asked, Signs, after
from .hints import Reporting
from .job import Job
from .journal import Journal
from .lock import hold_watching
from .looked import Watching, keep_watching
from .metrics import Measured
from .orders import LaunchReply, LaunchRequest, Order
from .pipe import call_uncaged
from .places import state_dir
from .watch import Watch

#: what went wrong is tried again after so many seconds at the latest
_AGAIN_SECONDS = 60.0
#: between two turns that nobody asked for, whatever was reckoned
_LEAST_SECONDS = 1.0


class Keeper:
    """Keeps one store. Its turns are taken in threads, one at a time; ``trouble`` is what went wrong in the last."""

    def __init__(
        self,
        order: Order,
        journal: Journal,
        clock: Callable[[], datetime],
        due_at: Callable[[Keeper, float], None],
        stretch: float = 1.0,
    ) -> None:
        """Given what is ordered, where events go, what counts as now, and who gives this keeper its turns.

        ``stretch`` is near 1 and makes the pauses of several hosts differ.
        """
        self.order = order
        self.trouble = ""
        self.doing = ""
        self.measured = Measured()
        self.refused: CollectingError | None = None  # where another process of this host keeps the store
        self._journal = journal
        self._clock = clock
        self._due_at = due_at
        self._stretch = stretch
        self._turn, self._schedule = threading.Lock(), threading.Lock()
        self._in_turn = self._closed = self._ordered = False
        self._children: set[subprocess.Popen[bytes]] = set()
        self._held = contextlib.ExitStack()
        self._watch: Watch | None = None
        self._asked = Asked()
        self._reporting: Reporting | None = None
        self._closed_gates: tuple[str, ...] = ()
        self._local: Path | None = None

    @property
    def opens(self) -> datetime | None:
        """When time alone opens the gates, as far as is known."""
        return self._asked.not_before if self._asked.only_time else None

    def follow(self, order: Order) -> None:
        """Given another order for the same store, follow it from the next turn on."""
        if order != self.order:
            self.order = order
            self._asked = Asked()
            self.call_for_turn()

    def dream_now(self) -> None:
        """Dream at once, whatever the gates say."""
        self._ordered = True
        self.call_for_turn()

    def close(self) -> None:
        """Have what a turn has started end, and take no more."""
        self._closed = True
        for child in tuple(self._children):
            child.terminate()

    def call_for_last_turn(self) -> None:
        """Once closed, ask for the turn that gives back what is held: whoever closes does not wait for one."""
        self._due_at(self, time.monotonic())

    def wait_closed(self, seconds: float) -> None:
        """Once closed, wait at most so many seconds for the last turn to end, and give back what is held."""
        if self._turn.acquire(timeout=seconds):
            with self._held:
                self._turn.release()

    def call_for_turn(self) -> None:
        """Ask for a turn at once."""
        with self._schedule:
            if not self._closed:
                self._due_at(self, time.monotonic())

    def take_turn(self) -> None:
        """Look, dream if that is due, and ask for the next turn."""
        with self._turn, contextlib.ExitStack() as at_the_end:
            if self._closed:
                at_the_end.enter_context(self._held)
                return
            self._in_turn = True
            try:
                self._look_and_dream()
                self._tell_trouble("")
            except Exception as error:  # noqa: BLE001 - one store's trouble must not end another's turns (invariant 15)
                known = isinstance(error, DreamdError | OSError)
                self._tell_trouble(str(error) if known else f"{type(error).__name__}: {error}")
            finally:
                self.doing = ""
                self._note()
                with self._schedule:
                    self._in_turn = False
                    if not self._closed:
                        self._due_at(self, self._next())

    def _look_and_dream(self) -> None:
        order = self.order
        job = replace(order.job, now=self._clock(), environment=os.environ)
        store, identity = open_store(job.store)
        local = state_dir(job.environment, identity.store)
        self._local = local
        watch = self._watching(store, local)
        if job.collects:
            collected = watch.look(job, order.scan * self._stretch)
            if collected and collected.new_parts:
                message = f"kept {collected.new_parts:,} new parts of {collected.logs:,} logs"
                self._journal.say("kept", message, store=order.name, parts=collected.new_parts)
        if job.dreams:
            self._dream_if_due(store, job)
        self._tell_reporting(watch.reporting, order)

    def _watching(self, store: Store, local: Path) -> Watch:
        if self._watch is None:
            try:
                self._held.enter_context(hold_watching(store, local))
            except CollectingError as error:
                self.refused = error
                raise
            self.refused = None
            watch = Watch(store, local, self._sooner, self._started)
            self._watch = self._held.enter_context(watch)
        return self._watch

    def _dream_if_due(self, store: Store, job: Job) -> None:
        ordered, self._ordered = self._ordered, False
        # Seen before they are asked: what comes while they are asked is for the next time.
        signs = _signs(store)
        if not ordered and not self._asked.worth_asking(job.now, signs):
            return
        # What there is was collected; the launcher only asks and dreams.
        asking = replace(job, role="dream", environment=dict(job.environment), if_due=not ordered)
        self._asked = Asked()
        try:
            reply = call_uncaged(
                "daemon.launcher", LaunchRequest(asking), LaunchReply, self._progress, job.environment, self._started
            )
        except BusyError as error:  # somebody was quicker; only who ordered a dream wants to hear of it
            if ordered:
                self._journal.say("busy", str(error), store=self.order.name)
            return
        self._asked = after(reply.decision, signs, job.now)
        self.measured = self.measured.after(reply)
        self._tell(reply)

    def _started(self, child: subprocess.Popen[bytes]) -> None:
        self._children = {it for it in self._children if it.returncode is None} | {child}
        if self._closed:
            child.terminate()

    def _tell(self, reply: LaunchReply) -> None:
        name, run = self.order.name, reply.run
        closed = tuple(verdict.name for verdict in reply.decision.closed)
        if reply.outcome == "committed":
            changes = ", ".join(f"{number:,} {change}" for change, number in reply.counts.items()) or "no changes"
            message = f"committed generation {reply.generation} from {reply.sessions:,} sessions: {changes}"
            self._journal.say("committed", message, store=name, run=run, generation=reply.generation)
        elif reply.outcome == "not due":
            if closed != self._closed_gates:  # that they are closed still is no news
                said = "; ".join(line.strip() for line in render(reply.decision, UTC).splitlines()[:-1])
                self._journal.say("waiting", " ".join(said.split()), store=name)
        else:
            self._journal.say("nothing new", "due, and nothing is new", store=name, run=run)
        self._closed_gates = closed if reply.outcome == "not due" else ()
        for note in reply.notes:
            self._journal.say("note", note, store=name, run=run)

    def _note(self) -> None:
        """Note for ``dreamd status`` how the store is kept."""
        if self._local and self._watch:
            order, told = self.order, self._reporting or Reporting()
            pid, now, dreams = os.getpid(), self._clock(), order.job.dreams
            keep_watching(
                self._local, Watching(pid, now, order.scan, told.events, told.walk, dreams=dreams, trouble=self.trouble)
            )

    def _tell_reporting(self, reporting: Reporting, order: Order) -> None:
        if reporting != self._reporting and order.job.collects:
            every = spell_duration(timedelta(seconds=order.scan))
            if reporting.events:
                message = f"watching {', '.join(reporting.events)}; all logs are looked at every {every}"
                self._journal.say("watching", message, store=order.name)
            for folder, reason in reporting.walk:
                self._journal.say("watching", f"looking every {every} at {folder}: {reason}", store=order.name)
        self._reporting = reporting

    def _progress(self, step: str, done: int, total: int, _session: str = "", /) -> None:
        self.doing = f"{step} {done:,} of {total:,}" if total else step

    def _tell_trouble(self, trouble: str) -> None:
        if self._closed:  # we ended it ourselves
            return
        if trouble and trouble != self.trouble:
            self._journal.warn("trouble", f"{trouble}; trying again", store=self.order.name)
        elif self.trouble and not trouble:
            self._journal.say("well", "works again", store=self.order.name)
        self.trouble = trouble

    def _next(self) -> float:
        now = time.monotonic()
        if self._watch is None or self.trouble:
            return now + min(_AGAIN_SECONDS, self.order.scan) * self._stretch
        period = self.order.scan * self._stretch
        times = [self._watch.next_look() if self.order.job.collects else now + period]
        if self.opens is not None:
            times.append(now + max(0.0, (self.opens - self._clock()).total_seconds()))
        return max(min(times), now + _LEAST_SECONDS)

    def _sooner(self) -> None:
        """Be told that the next look is earlier than it was; the end of a turn asks for it itself."""
        with self._schedule:
            if not self._closed and not self._in_turn:
                self._due_at(self, self._next())


def _signs(store: Store) -> Signs:
    """Return what there is to see of a store without reading anything in it."""
    years = [store.transcripts / year for year in _names(store.transcripts)]
    months = [year / month for year in years for month in _names(year)]
    return tuple(map(_changed, (store.ledger, store.runs))), tuple(map(_changed, months))


def _names(folder: Path) -> list[str]:
    try:
        return list_folder(folder)
    except OSError:
        return []


def _changed(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0
