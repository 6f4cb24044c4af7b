"""How a run ended, and what is kept of that: a report where it did something or failed."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from dataclasses import dataclass

from ..errors import DreamdError, RefusedError, WorkerError
from ..gates.verdict import Decision, Verdict
from ..memory.files import Store
from ..memory.runs import RunReport, last_report, write_report
from .job import Job
from .messages import Cage
from .requests import Collected, Finished, Prepared, Work


@dataclass(frozen=True)
class Result:
    """How a run ended. ``outcome`` is *not due*, *nothing new*, *planned* (a dry run) or *committed*."""

    outcome: str
    run: str
    collected: Collected | None = None
    decision: Decision | None = None
    work: Work | None = None
    finished: Finished | None = None
    prepared: Prepared | None = None
    cage: Cage | None = None  # what held the worker
    set_aside: tuple[str, ...] = ()  # sessions that it did not read


def report_end(store: Store, job: Job, name: str, began: float, base: int, decision: Decision, result: Result) -> None:
    """Keep the report of a run that did not fail.

    One with nothing to do leaves no trace, unless it tells that what failed before works again.
    """
    if result.outcome == "committed" or (result.outcome == "nothing new" and _failed_last(store)):
        write_report(store, _report(job, name, began, base, decision, result=result))


def report_failure(
    store: Store, job: Job, name: str, began: float, base: int, decision: Decision, error: DreamdError
) -> None:
    """Keep the report of a run that failed; that it failed is worth more than that this cannot be written down."""
    if not job.dry_run:
        with contextlib.suppress(OSError):
            write_report(store, _report(job, name, began, base, decision, error=error))


def _report(
    job: Job,
    name: str,
    began: float,
    base: int,
    decision: Decision,
    *,
    result: Result | None = None,
    error: DreamdError | None = None,
) -> RunReport:
    plan = result.work.plan if result and result.work else None
    return RunReport(
        run=name,
        host=job.host,
        started=job.now,
        finished=job.now,
        outcome=result.outcome if result else "refused" if isinstance(error, RefusedError) else "failed",
        base=plan.base if plan else base,
        generation=result.finished.generation if result and result.finished else 0,
        counts=dict(Counter(type(change).__name__.lower() for change in plan.changes)) if plan else {},
        sessions=result.work.sessions if result and result.work else 0,
        seconds={"whole": round(time.monotonic() - began, 3)},
        verdicts=tuple(map(_said, decision.verdicts)),
        notes=result.finished.notes if result and result.finished else (),
        error=_clean(str(error)) if error else "",
        output=_clean(error.output) if isinstance(error, WorkerError) else "",
    )


def _clean(text: str) -> str:
    """Given what a process said that failed, return it as it may be kept in a store (invariant 8)."""
    if not text:
        return ""
    from ..language.redact import redact  # noqa: PLC0415 - its rules take time and room, and few runs fail

    return redact(text).text


def _failed_last(store: Store) -> bool:
    last = last_report(store)
    return last is not None and last.failed


def _said(verdict: Verdict) -> str:
    return f"{verdict.name} {'open' if verdict.open else 'closed'}: {verdict.saw}{verdict.relation}{verdict.threshold}"
