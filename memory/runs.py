"""One small file a run: what it was asked, did and cost. For people and monitoring, never for the state."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from datetime import datetime

import msgspec

from .atomic import make_folder, write_file
from .entry import Usage
from .files import Store
from .reads import list_folder, read_file
from .records import Time

#: of so many runs the order is looked at: as many failures in a row as make the longest wait, and some more
_LAST = 16


class RunReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one run went. ``outcome`` is *committed*, *refused*, *failed*, or *nothing new* after a failure.

    ``base`` is the generation that it found.
    """

    run: str
    host: str
    started: Time
    finished: Time
    outcome: str
    base: int
    generation: int = 0
    counts: dict[str, int] = {}  # changes by name
    sessions: int = 0
    seconds: dict[str, float] = {}  # by step
    verdicts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    usage: Usage = Usage()
    error: str = ""
    output: str = ""  # what a process said last before it died

    @property
    def failed(self) -> bool:
        """Tell whether it came to nothing although it should have."""
        return self.outcome in {"failed", "refused"}


def write_report(store: Store, report: RunReport) -> None:
    """Given a store and a run's report, keep it."""
    make_folder(store.runs, parents=False)
    write_file(store.run(report.run), msgspec.json.encode(report) + b"\n")


def read_reports(store: Store, *, newest_first: bool = False) -> Iterator[RunReport]:
    """Given a store, yield the reports of its runs in order; damaged ones are passed over (invariant 13)."""
    with contextlib.suppress(FileNotFoundError):
        for name in sorted(list_folder(store.runs), reverse=newest_first):
            with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
                if name.endswith(".json"):
                    yield msgspec.json.decode(read_file(store.runs / name), type=RunReport)


def last_report(store: Store) -> RunReport | None:
    """Given a store, return the report of its last run, or None where there is none."""
    return next(iter(_last_reports(store)), None)


def failures(store: Store) -> tuple[int, datetime | None]:
    """Given a store, return how many of its last runs failed in a row, and when the last of them did."""
    last: datetime | None = None
    count = 0
    for report in _last_reports(store):
        if not report.failed:
            break
        last = last or report.finished
        count += 1
    return count, last


def _last_reports(store: Store) -> list[RunReport]:
    """Return the reports of the last runs, the last first.

    Their names and times are by the clocks of several hosts, which disagree by minutes: a failure that somebody mended
    at another host would come after what mended it. A run that committed says which generation it made, and any other
    which one it found; only among runs that found the same do clocks decide.
    """
    newest = itertools.islice(read_reports(store, newest_first=True), _LAST)
    return sorted(newest, key=lambda it: (it.generation or it.base, not it.generation, it.run), reverse=True)
