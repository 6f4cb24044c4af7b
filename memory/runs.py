"""One small file a run: what it was asked, did and cost. For people and monitoring, never for the state."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import msgspec

from .atomic import list_folder, make_folder, read_file, write_file
from .entry import Usage
from .files import Store
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


def write_report(store: Store, report: RunReport) -> None:
    """Given a store and a run's report, keep it."""
    make_folder(store.runs, parents=False)
    write_file(store.run(report.run), msgspec.json.encode(report) + b"\n")


def read_reports(store: Store) -> Iterator[RunReport]:
    """Given a store, yield the reports of its runs, oldest first; damaged ones are passed over (invariant 13)."""
    with contextlib.suppress(FileNotFoundError):
        for name in list_folder(store.runs):
            with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
                if name.endswith(".json"):
                    yield msgspec.json.decode(read_file(store.runs / name), type=RunReport)
