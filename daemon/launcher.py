"""The launcher: collect, ask the gates, let a worker dream, let the publisher commit. It judges nothing itself.

One run::

    collect ─▶ lock, lease ─▶ gates ─▶ prepare ─▶ worker ─▶ plan ─▶ finish ─▶ report
                                │                             │
                                └─ not due                    └─ nothing new: nothing is written

The worker is started before it is asked and reads the store while logs are collected, and so does the publisher that
finishes, once there is something new (``ahead``).
``dreamd dream`` asks no gate but the lock; ``--if-due`` and the service ask them all, under it. Where somebody dreams
already they are asked without it. What is collected needs no lease (``collecting``).
"""

from __future__ import annotations

import contextlib
import secrets
import signal
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec

from ..errors import (
    BusyError,
    CageError,
    DreamdError,
    LossBoundError,
    MountError,
    NotFoundError,
    RoleError,
    StaleBaseError,
    WorkerError,
)
from ..gates.decide import decide
from ..gates.verdict import Decision, Holder
from ..memory.atomic import remove_file
from ..memory.failed import forgive, set_aside
from ..memory.files import Store, open_store
from ..memory.ledger import head, positions
from ..memory.plan import Plan
from ..memory.publish import is_behind
from ..memory.reads import read_file
from .ahead import Ahead
from .blaming import said_aside, work_blaming
from .cage.confine import die_with
from .collecting import collect_into, forward
from .dreaming import dreaming_here, telling
from .facts import gather
from .git.facts import GitFacts, folders_of
from .job import Job
from .lock import hold, holder
from .messages import Cage, OnProgress
from .orders import LaunchReply, LaunchRequest
from .pipe import call
from .places import state_dir
from .reporting import Result, report_end, report_failure
from .requests import (
    Collected,
    Finished,
    FinishRequest,
    Prepared,
    PrepareRequest,
    Work,
    WorkRequest,
)
from .serving import serve

#: how often a run starts again because somebody else committed: people do not write faster than that
_MOST_STARTS = 5


def run(job: Job, on_progress: OnProgress) -> Result:
    """Given a job, do it and return how it ended; raises DreamdError where it could not be done."""
    if not job.dreams:
        raise RoleError(str(job.store), "collect, so another host dreams", "dream there, or set role to both here")
    store, identity = open_store(job.store)
    local = state_dir(job.environment, identity.store)
    name = f"{job.now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    if job.if_due:
        _catch_up(store, local, job, on_progress)
        if not (asked := ask(store, local, job)).due and holder(store, local):
            # Someone is dreaming: what is new will be theirs or the next run's.
            return Result("not due", name, decision=asked)
    with contextlib.ExitStack() as held:
        ahead = held.enter_context(Ahead(job))
        if _is_sure_to_work(store, local, job):
            ahead.expect("worker", _expected(store, job))
        collected = _collect(store, local, job, name, on_progress) if job.collects else None
        try:
            held.enter_context(hold(store, local))
        except BusyError:
            if not job.if_due:
                raise
            # Somebody took it since the gates were asked, perhaps so lately that nothing says who.
            facts = gather(store, local, job)
            busy = replace(facts, lock=facts.lock or Holder(job.host, 0))
            return Result("not due", name, collected, decide(busy, job.gates, job.now))
        tell = held.enter_context(telling(store, dreaming_here(name, job.now), on_progress))
        forward(store, local, job, tell)
        decision = ask(store, local, job, lease_is_ours=True)
        if job.if_due and not decision.due:
            return Result("not due", name, collected, decision)
        began, base = time.monotonic(), head(store)
        try:
            result = _dream_until_first(store, local, job, name, collected, tell, ahead)
        except DreamdError as error:
            report_failure(store, job, name, began, base, decision, error)
            raise
        report_end(store, job, name, began, base, decision, result)
        return replace(result, decision=decision)


def _collect(store: Store, local: Path, job: Job, name: str, on_progress: OnProgress) -> Collected:
    try:
        return collect_into(store, local, job, on_progress).collected
    except (CageError, WorkerError) as error:
        # Who asks by a timer reads no terminal: it would fail every time, and nobody would know.
        report_failure(store, job, name, time.monotonic(), head(store), ask(store, local, job), error)
        raise


def look(job: Job, on_progress: OnProgress) -> Decision:
    """Given a job, collect what is new and return what the gates say, so that they count what a run would find.

    Where nothing can be collected here, they are asked about what was collected before.
    """
    store, identity = open_store(job.store)
    local = state_dir(job.environment, identity.store)
    if job.collects:
        with contextlib.suppress(BusyError, MountError):
            collect_into(store, local, job, on_progress)
    return ask(store, local, job)


def ask(store: Store, local: Path, job: Job, *, lease_is_ours: bool = False) -> Decision:
    """Given a store, this host's folder for it and a job, return what the gates say at the job's now."""
    return decide(gather(store, local, job, lease_is_ours=lease_is_ours), job.gates, job.now)


def _dream_until_first(
    store: Store, local: Path, job: Job, name: str, collected: Collected | None, on_progress: OnProgress, ahead: Ahead
) -> Result:
    """Dream, and again on the new head where somebody's correction or edit was committed meanwhile."""
    for _ in range(_MOST_STARTS - 1):
        with contextlib.suppress(StaleBaseError):
            return _dream(store, local, job, name, collected, on_progress, ahead)
    return _dream(store, local, job, name, collected, on_progress, ahead)


def _dream(
    store: Store, local: Path, job: Job, name: str, collected: Collected | None, on_progress: OnProgress, ahead: Ahead
) -> Result:
    if not job.accept_loss:
        # It reads the store while a publisher takes in what may have been written into its files.
        ahead.expect("worker", _expected(store, job))
    prepared = _prepare(store, local, job, on_progress)
    aside = () if job.retry else tuple(sorted(set_aside(store)))
    finish = FinishRequest(
        store=str(store.root),
        scratch=str(local / "scratch"),
        run=name,
        host=job.host,
        started=job.now,
        now=job.now,
        plan=Plan(prepared.generation, job.now, job.curator),
        accept_loss=bool(job.accept_loss),
        retention=job.retention,
    )

    def work_on(step: str, done: int, total: int, session: str = "", /) -> None:
        # What is read may be nothing new: a log that only copies another.
        if total and step != "read" and not job.dry_run:
            ahead.expect("publisher", finish)
        on_progress(step, done, total, session)

    held: list[Cage] = []
    if job.accept_loss:
        work = Work(_refused(store, job.accept_loss), 0, {}, {}, changes_anything=True)
    else:
        asked = WorkRequest(str(store.root), job.curator, job.now, prepared.repository, frozenset(aside), job.explain)
        work = work_blaming(store, job, name, asked, work_on, ahead, held.append)
    cage = held[0] if held else None
    result = Result("nothing new", name, collected, work=work, prepared=prepared, cage=cage, set_aside=aside)
    if not work.changes_anything:
        return result
    if job.dry_run:
        return replace(result, outcome="planned")
    try:
        finished = ahead.call("publisher", msgspec.structs.replace(finish, plan=work.plan), Finished, on_progress)
    except LossBoundError as error:
        hint = f"take it with 'dreamd dream --accept-loss {name}'"
        raise LossBoundError(error.subject, error.detail, hint) from None
    if job.accept_loss:
        remove_file(store.refused_plan(job.accept_loss))
    else:
        forgive(store, aside)
    return replace(result, outcome="committed", finished=finished)


def _is_sure_to_work(store: Store, local: Path, job: Job) -> bool:
    """Tell whether a worker will be asked as far as can be seen: no gate is, and nobody else dreams."""
    return not (job.if_due or job.accept_loss or holder(store, local))


def _expected(store: Store, job: Job) -> WorkRequest:
    """Return what a worker will be asked, as far as that is known before git was."""
    top = GitFacts(folders_of(Path(job.repository))[0]) if job.repository else None
    return WorkRequest(str(store.root), job.curator, job.now, top)


def _prepare(store: Store, local: Path, job: Job, on_progress: OnProgress) -> Prepared:
    request = PrepareRequest(
        store=str(store.root),
        repository=job.repository,
        scratch=str(local / "scratch"),
        host=job.host,
        now=job.now,
        dry_run=job.dry_run,
    )
    return call("publisher", request, Prepared, on_progress, job)


def _refused(store: Store, run_id: str) -> Plan:
    try:
        return msgspec.json.decode(read_file(store.refused_plan(run_id)), type=Plan)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        raise NotFoundError(run_id, "no refused plan is kept under that run", "see 'dreamd status'") from None


def launch(request: LaunchRequest, progress: OnProgress) -> LaunchReply:
    """Given what the service asks for one store, dream if that is due, and say what came of it."""
    job = request.job
    store, identity = open_store(job.store)
    local = state_dir(job.environment, identity.store)
    notes = _catch_up(store, local, job, progress)
    facts = gather(store, local, job)
    if job.if_due and not decide(facts, job.gates, job.now).due:
        result = Result("not due", "")
    else:
        result = run(job, progress)
        facts = gather(store, local, job)
    plan, finished = result.work.plan if result.work else None, result.finished
    return LaunchReply(
        outcome=result.outcome,
        run=result.run,
        decision=decide(facts, job.gates, job.now),
        generation=positions(store).generation,
        last_dream=facts.last_dream,
        new_sessions=facts.new_sessions,
        shown=finished.shown if finished else 0,
        active=finished.active if finished else 0,
        sessions=result.work.sessions if result.work else 0,
        counts=dict(Counter(type(change).__name__.lower() for change in plan.changes)) if plan else {},
        notes=(
            *notes,
            *map(said_aside, result.set_aside),
            *(result.prepared.notes if result.prepared else ()),
            *(plan.notes if plan else ()),
        ),
    )


def _catch_up(store: Store, local: Path, job: Job, on_progress: OnProgress) -> tuple[str, ...]:
    """Publish what somebody committed and did not live to publish: the next dream may be a day away.

    Where somebody is at it, it is done.
    """
    if not is_behind(store):
        return ()
    with contextlib.suppress(BusyError), hold(store, local):
        forward(store, local, job, on_progress)
        return _prepare(store, local, job, on_progress).notes
    return ()


def main() -> None:
    """Be a launcher process of the service. It is told to end politely: then what it started ends first."""
    die_with(int(sys.argv[1]))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    serve(Cage(), LaunchRequest, launch)


if __name__ == "__main__":
    main()
