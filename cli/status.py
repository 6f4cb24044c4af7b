"""``dreamd status``: how a store is, in one look."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from ..errors import DreamdError
from .collect import excluded
from .output import local, one_line, plural, say, say_json
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..gates.verdict import Decision, Holder
    from .stores import Setup

_MOST_LINES = 10
_LABEL = 11


@click.command(cls=Verb, example="dreamd status")
@click.option("--all", "everything", is_flag=True, help="All configured stores.")
@click.option("--line", is_flag=True, help="One line a store, for a prompt, a status bar or a message.")
@click.pass_obj
def command(options: Options, *, everything: bool, line: bool) -> int:
    """Say how a store is, what waits, and what could not be read.

    The exit code is 0 when all is well and 1 when something needs attention, which is named: for monitoring.
    """
    from .stores import choose, every

    setups = every(options) if everything else [choose(options)]
    told = [_told(setup) for setup in setups]
    if options.json:
        say_json({"stores": [facts for facts, _ in told]} if everything else told[0][0])
    else:
        for number, (facts, decision) in enumerate(told):
            if line or decision is None:
                say(summary(facts))
                continue
            if number:
                say()
            _print(facts, decision)
    return 1 if any(facts["attention"] for facts, _ in told) else 0


def _told(setup: Setup) -> tuple[dict[str, Any], Decision | None]:
    """Return what there is to say of a store; of one that cannot be read, that (invariant 15)."""
    from .status_facts import gather

    try:
        return gather(setup)
    except (DreamdError, OSError) as error:
        if setup.alone:
            raise
        return {"store": setup.name, "memory": setup.memory, "attention": [str(error)]}, None


def summary(facts: dict[str, Any]) -> str:
    """Given what there is to say of a store, return the most important of it in one line."""
    if facts["attention"]:
        return f"{facts['store']}: needs attention: {'; '.join(facts['attention'])}"
    known = f"{facts['store']}: {plural(facts['active'], 'memory', 'memories')}, generation {facts['generation']}"
    if facts["dreaming"]:
        return f"{known}, dreaming: {_dreaming(facts['dreaming'])}"
    gates = facts["gates"]
    if gates["due"]:
        return f"{known}, due"
    if gates["opens"]:
        return f"{known}, due {local(gates['opens'])}"
    closed = next(it for it in gates["verdicts"] if not it["open"] and it["opens"] is None)
    return f"{known}, not due: {closed['remark']} ({closed['name']})"


def _print(facts: dict[str, Any], decision: Decision) -> None:
    from ..gates.text import render
    from .cage import said

    published, sessions, run = facts["published"], facts["sessions"], facts["last_run"]
    retired = ", ".join(f"{number} {reason}" for reason, number in facts["retired"].items())
    _line("store", f"{facts['store']} in {facts['memory']}, generation {facts['generation']}")
    _line("memories", f"{facts['active']:,} active{f'; retired: {retired}' if retired else ''}")
    size = f"{plural(published['lines'], 'line')}, {plural(published['bytes'], 'byte')}"
    is_due = not published["current"] and not facts["damage"]  # no dream sees to damage
    behind = "; behind the ledger or edited, the next dream sees to it" if is_due else ""
    _line("MEMORY.md", f"{size}{behind}" if published["bytes"] else "not published yet")
    _line("sessions", f"{sessions['collected']:,} collected, {sessions['new']:,} new")
    if facts["inbox"]["waiting"]:
        _line("inbox", f"{plural(facts['inbox']['waiting'], 'remembered statement')} for the next dream")
    for fault in facts["inbox"]["faults"]:
        _line("no item", f"inbox/{fault['file']}: {fault['reason']}")
    _line("last dream", local(facts["last_dream"]) if facts["last_dream"] else "never")
    if run:
        error = f": {run['error']}" if run["error"] else f", generation {run['generation']}"
        _line("last run", f"{run['run']} on {run['host']}, {run['outcome']}{error}")
    if facts["dreaming"]:
        _line("dreaming", _dreaming(facts["dreaming"]))
    _print_logs(facts["logs"], facts["watching"])
    for log in facts["skipped"]:
        _line("skipped", one_line(f"{log['log']}: {log['reason']}"))
    for log in facts["unreadable"]:
        shown = ", ".join(map(str, log["lines"][:_MOST_LINES])) + (", …" if log["count"] > _MOST_LINES else "")
        _line("unreadable", f"{one_line(log['log'])}: {plural(log['count'], 'line')} ({shown})")
    for fault in facts["faults"]:
        _line("configured", f"wrongly: store {fault['store']}: {fault['reason']}")
    disk = facts["disk"]
    _line("disk", f"{disk['free'] / 1e9:,.1f} GB free; transcripts take {disk['transcripts'] / 1e6:,.1f} MB")
    _line("cage", said(facts["cage"]["layers"], facts["cage"]["missing"]))
    for concern in facts["attention"]:
        _line("attention", concern)
    say(render(decision))


def _dreaming(it: Holder) -> str:
    since = f", since {local(it.since)}" if it.since else ""
    how_far = f" {it.done:,} of {it.total:,}" if it.total else ""
    return f"{it.host}, pid {it.pid}{since}" + (f": {it.phase}{how_far}" if it.phase else "")


def _print_logs(logs: dict[str, Any] | None, watching: dict[str, Any] | None) -> None:
    from ..gates.duration import spell_duration

    if logs:
        counts = [f"{logs['logs']:,} here", f"{logs['waiting']:,} not finished" if logs["waiting"] else ""]
        left_out = excluded(logs["excluded_logs"], logs["excluded_sessions"])
        told = ", ".join(it for it in (*counts, left_out) if it)
        _line("logs", f"{told}; last looked at {local(logs['looked'])}")
    if watching:
        every = spell_duration(timedelta(seconds=watching["seconds"]))
        dreams = ", which dreams when due" if watching["dreams"] else ""
        _line("watched", f"every {every} by pid {watching['pid']}{dreams}")
        if watching["events"]:
            _line("", f"sooner where changes are reported: {', '.join(watching['events'])}")
        for place in watching["walk"]:
            _line("", f"only then at {place['folder']}: {place['reason']}")


def _line(label: str, text: str) -> None:
    say(f"{label:<{_LABEL}}{text}")
