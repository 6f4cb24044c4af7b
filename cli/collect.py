"""``dreamd collect``: keep what agents have finished since, and dream of nothing."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import click

from .output import one_line, plural, say, say_json, table, talk
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..daemon.job import Job
    from ..daemon.requests import Collected


@click.command(cls=Verb, example="dreamd collect")
@click.option("--sessions", multiple=True, metavar="GLOB", help="Logs to collect instead of those configured.")
@click.pass_obj
def command(options: Options, *, sessions: tuple[str, ...]) -> None:
    """Collect the sessions that are finished and new.

    Nothing is dreamt and no gate is asked, so this may run as often as one likes, also while somebody dreams, and on a
    machine that only collects. 'dreamd run' does it whenever something is finished.
    """
    from ..daemon.collecting import collect
    from .job import make_job
    from .progress import watched
    from .stores import choose
    from .typed import absolute

    setup = choose(options)
    if sessions:
        setup = dataclasses.replace(setup, sessions=tuple(map(absolute, sessions)))
    job = make_job(setup)
    with watched() as on_progress:
        collected = collect(job, on_progress)
    if options.json:
        say_json(plain(job, collected))
    else:
        _print(collected)


def plain(job: Job, collected: Collected) -> dict[str, Any]:
    """Given a job and what was collected, return it as the JSON contract has it."""
    fields = {name: getattr(collected, name) for name in collected.__struct_fields__}
    return {"store": job.store, "time": job.now, **fields}


def said(collected: Collected) -> str:
    """Given what was collected, return the counts that say something, as one line."""
    parts = [
        plural(collected.new_parts, "new part"),
        f"{collected.unchanged:,} unchanged",
        f"{collected.waiting:,} not finished" if collected.waiting else "",
        excluded(collected.excluded_logs, collected.excluded_sessions),
        plural(collected.bad_lines, "unreadable line") if collected.bad_lines else "",
    ]
    return f"{plural(collected.logs, 'log')}: {', '.join(part for part in parts if part)}"


def excluded(logs: int, sessions: int) -> str:
    """Given how many logs and how many sessions are excluded, return both in words, empty where there are none."""
    parts = [plural(logs, "log") if logs else "", plural(sessions, "session") if sessions else ""]
    found = " and ".join(part for part in parts if part)
    return f"{found} excluded" if found else ""


def _print(collected: Collected) -> None:
    secrets = ", ".join(f"{number:,} {kind}" for kind, number in sorted(collected.found.items()))
    rows = [
        ["logs", f"{collected.logs:,}, {collected.unchanged:,} unchanged"],
        ["kept", plural(collected.new_parts, "new part")],
        [
            "waiting",
            f"{plural(collected.waiting, 'log')} with a session that is not finished" if collected.waiting else "",
        ],
        ["excluded", excluded(collected.excluded_logs, collected.excluded_sessions).removesuffix(" excluded")],
        ["secrets", f"replaced: {secrets}" if secrets else ""],
        ["unreadable", plural(collected.bad_lines, "line") if collected.bad_lines else ""],
    ]
    say(table(row for row in rows if row[1]))
    for path, reason in collected.skipped:
        talk(f"skipped: '{one_line(path)}': {one_line(reason)}")
