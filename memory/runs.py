"""One small file a run: what it was asked, did and cost. For people and monitoring, never for the state."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime

import msgspec

from .atomic import make_folder, write_file
from .entry import Usage
from .files import Store
from .reads import list_folder, read_file
from .records import Time


class RunReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one run went. ``outcome`` is *committed*, *refused*, *failed*, or *nothing new* after a failure."""

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
    return next(read_reports(store, newest_first=True), None)


def failures(store: Store) -> tuple[int, datetime | None]:
    """Given a store, return how many of its last runs failed in a row, and when the last of them did."""
    last: datetime | None = None
    count = 0
    for report in read_reports(store, newest_first=True):
        if not report.failed:
            break
        last = last or report.finished
        count += 1
    return count, last
