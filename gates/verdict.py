"""What a gate is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Holder:
    """Who is dreaming in a store now, as its lease says."""

    host: str
    pid: int
    run: str = ""
    phase: str = ""
    since: datetime | None = None
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class Facts:
    """What the gates look at, gathered beforehand: nothing here is read again while deciding.

    ``new_sessions`` counts the completed sessions that no run has consumed, ``enough_since`` tells when the last one
    that was needed ended. ``failures`` are the runs in a row that failed and ``failed_at`` is when the last of them
    did. ``tokens`` is what dreams of the last 24 hours used of a model, with the time of the earliest of them.
    ``active`` is the last record of a session that goes on, of this host's.
    """

    last_dream: datetime | None = None
    new_sessions: int = 0
    lock: Holder | None = None
    enough_since: datetime | None = None
    failures: int = 0
    failed_at: datetime | None = None
    tokens: int = 0
    tokens_since: datetime | None = None
    active: datetime | None = None


@dataclass(frozen=True)
class Policy:
    """The thresholds that the configuration sets; 0 leaves a gate always open."""

    interval: timedelta = timedelta(hours=24)
    new_sessions: int = 5
    quiet: timedelta = timedelta()
    budget_tokens: int = 0


@dataclass(frozen=True)
class Verdict:
    """One gate's answer, in the parts that somebody needs who asks why nothing happens (invariant 14).

    ``saw`` and ``threshold`` are in the gate's own unit and joined by ``relation`` ("3 of 5"); the threshold is empty
    where there is nothing to hold against. ``opens`` is the time
    at which the gate opens without anything else happening, None where time alone does not open it. ``remark`` says
    what is missing or odd. ``setting`` names the key of the configuration and ``override`` the command that passes a
    closed gate; each is empty where there is none.
    """

    name: str
    open: bool
    saw: str
    threshold: str
    setting: str
    opens: datetime | None = None
    relation: str = " of "
    remark: str = ""
    override: str = "dreamd dream"


Gate = Callable[[Facts, Policy, datetime], Verdict]


@dataclass(frozen=True)
class Decision:
    """All verdicts in the order of the table; due when every gate is open."""

    verdicts: tuple[Verdict, ...]

    @property
    def due(self) -> bool:
        """Whether to run."""
        return all(verdict.open for verdict in self.verdicts)

    @property
    def closed(self) -> tuple[Verdict, ...]:
        """The verdicts that speak against running."""
        return tuple(verdict for verdict in self.verdicts if not verdict.open)

    @property
    def opens(self) -> datetime | None:
        """When time alone makes it due; None if it is due, or if something else must happen first."""
        times = [verdict.opens for verdict in self.closed]
        known = [time for time in times if time is not None]
        return max(known) if known and len(known) == len(times) else None
