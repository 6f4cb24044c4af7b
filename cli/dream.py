"""``dreamd dream``: dream now."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import click

from ..errors import UsageError
from .output import one_line, plural, say, say_json, talk
from .typed import absolute
from .verb import Options, Verb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..daemon.job import Job
    from ..daemon.messages import OnProgress
    from ..daemon.reporting import Result
    from ..daemon.requests import Collected, Finished, Prepared
    from ..memory.records import Memory
    from .stores import Setup


@click.command(cls=Verb, example="dreamd dream --dry-run")
@click.option("--dry-run", is_flag=True, help="Print the plan and commit nothing.")
@click.option("--explain", is_flag=True, help="With --dry-run: print what was nearly kept, too, and why not.")
@click.option("--if-due", is_flag=True, help="Ask the gates first; exit 3 when it is not due.")
@click.option("--wait", is_flag=True, help="Where somebody dreams already, follow that run and dream after it.")
@click.option("--retry", is_flag=True, help="Read sessions too that were set aside because two runs failed on them.")
@click.option("--sessions", multiple=True, metavar="GLOB", help="Logs to collect instead of those configured.")
@click.option("--accept-loss", metavar="RUN", default="", help="Take the plan of a run that the loss bound refused.")
@click.pass_obj
def command(
    options: Options,
    *,
    dry_run: bool,
    explain: bool,
    if_due: bool,
    wait: bool,
    retry: bool,
    sessions: tuple[str, ...],
    accept_loss: str,
) -> int:
    """Collect what is new, consolidate it, and publish the memory.

    No gate is asked unless --if-due is given; only a dream that is under way refuses it. --dry-run collects too, since
    the plan is made of what was collected, and then prints the plan that would be committed, as a diff. --explain adds
    what each session nearly left behind, what was nearly joined, and what MEMORY.md will not show.
    """
    from .gates import NOT_DUE
    from .job import make_job
    from .progress import watched
    from .stores import choose

    if explain and not dry_run:
        raise UsageError("--explain", "it goes with --dry-run", "add --dry-run")
    setup = choose(options)
    if sessions:
        setup = dataclasses.replace(setup, sessions=tuple(map(absolute, sessions)))
    job = make_job(setup, if_due=if_due, dry_run=dry_run, explain=explain, retry=retry, accept_loss=accept_loss)
    with watched(lines=not if_due and not options.json) as on_progress:
        result = _run(job, on_progress, wait=wait)
    if options.json:
        say_json(_plain(result, explained=explain))
    else:
        _print(result, setup)
    return NOT_DUE if result.outcome == "not due" else 0


def _run(job: Job, on_progress: OnProgress, *, wait: bool) -> Result:
    from ..daemon.following import follow
    from ..daemon.launcher import run
    from ..errors import BusyError, CollectingError

    while True:
        try:
            return run(job, on_progress)
        except CollectingError:
            raise
        except BusyError:
            if not wait:
                raise
            follow(job, on_progress)


def _print(result: Result, setup: Setup) -> None:
    from ..daemon.blaming import said_aside
    from ..gates.text import render
    from ..memory.entry import count
    from .log import said
    from .nearly import say_nearly
    from .plan import say_plan

    if result.outcome == "not due" and result.decision:
        # Nothing on standard output: whoever asks by a timer wants to hear of dreams only.
        talk(render(result.decision))
        return
    if result.collected:
        _print_collected(result.collected)
    if result.prepared:
        _print_prepared(result.prepared)
    for lack in result.cage.missing if result.cage else ():
        talk(f"cage: not enforced here: {lack}")
    for session in result.set_aside:
        talk(said_aside(session))
    if result.work is None or result.outcome == "nothing new":
        changed = result.prepared and (result.prepared.edited or result.prepared.mended)
        say("nothing else is new" if changed else "nothing is new; nothing was changed")
        return
    plan = result.work.plan
    remembered = len(plan.consumed.inbox)
    asked = f", {plural(remembered, 'remembered statement')}" if remembered else ""
    say(f"read       {plural(result.work.sessions, 'session')}{asked}")
    say(f"plan       {said(count(plan.changes))}")
    for note in plan.notes:
        say(f"note       {note}")
    if result.finished is None:
        say("the plan, none of it committed:")
        say_plan(plan.changes, *_around(result, setup))
        say_nearly(result.work.nearly)
        return
    shown, active = result.finished.shown, result.finished.active
    say(f"committed  generation {result.finished.generation}; 'dreamd show {result.finished.generation}' lists it")
    say(f"published  {setup.memory / 'MEMORY.md'}: {shown} of {plural(active, 'memory', 'memories')}")


def _print_prepared(prepared: Prepared) -> None:
    if prepared.warning:
        talk(f"warning: {prepared.warning}")
    if prepared.edited:
        say(f"edits      what was written by hand is generation {prepared.generation}")
    for note in prepared.notes:
        talk(f"edits: {note}")
    if prepared.mended:
        say("mended     published files were not those of the ledger, and are again")


def _print_collected(collected: Collected) -> None:
    from .collect import said

    say(f"collected  {said(collected)}")
    for path, reason in collected.skipped:
        talk(f"skipped: '{one_line(path)}': {one_line(reason)}")


def _around(result: Result, setup: Setup) -> tuple[Mapping[str, Memory], Mapping[str, Memory]]:
    """Return the memories as they are, and as they would be after the plan."""
    from ..memory.changes import fold
    from ..memory.files import open_store
    from ..memory.ledger import load

    if result.work is None:
        return {}, {}
    plan = result.work.plan
    before = load(open_store(setup.memory)[0], plan.base).memories
    return before, fold(before, plan.changes, plan.now)


def _published(finished: Finished) -> dict[str, int]:
    return {"generation": finished.generation, "shown": finished.shown, "active": finished.active}


def _plain(result: Result, *, explained: bool) -> dict[str, Any]:
    from ..memory.entry import count
    from .cage import plain as plain_cage
    from .gates import plain
    from .nearly import plain as plain_nearly
    from .show import plain as plain_changes

    plan = result.work.plan if result.work else None
    planned = result.outcome == "planned"
    return {
        "outcome": result.outcome,
        "run": result.run,
        "collected": result.collected,
        "gates": plain(result.decision) if result.decision else None,
        "sessions": result.work.sessions if result.work else 0,
        "set_aside": result.set_aside,
        "remembered": plan.consumed.inbox if plan else (),
        "changes": count(plan.changes) if plan else {},
        "plan": plain_changes(plan.changes) if plan and planned else None,
        "phases": result.work.counts if result.work else {},
        "nearly": plain_nearly(result.work.nearly) if result.work and explained else None,
        "notes": (*(result.prepared.notes if result.prepared else ()), *(plan.notes if plan else ())),
        "edited": result.prepared.generation if result.prepared and result.prepared.edited else None,
        "warning": result.prepared.warning if result.prepared else "",
        "published": _published(result.finished) if result.finished else None,
        "cage": plain_cage(result.cage) if result.cage else None,
    }
