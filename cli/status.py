"""``dreamd status``: how a store is, in one look."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .collect import excluded
from .output import local, plural, say, say_json
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..daemon.messages import Cage
    from ..gates.verdict import Decision, Holder
    from ..memory.files import Store
    from ..sessions.parts import PartHeader
    from .stores import Setup

_MOST_LINES = 10
_LABEL = 11


@click.command(cls=Verb, example="dreamd status")
@click.pass_obj
def command(options: Options) -> int:
    """Say how a store is, what waits, and what could not be read.

    The exit code is 1 when the last run failed or was refused.
    """
    from ..daemon.launcher import ask
    from ..daemon.places import state_dir
    from ..memory.files import open_store
    from .job import make_job
    from .stores import choose

    setup = choose(options)
    store, identity = open_store(setup.memory)
    here = state_dir(os.environ, identity.store)
    decision = ask(store, here, make_job(setup))
    facts = _gather(setup, store, here, decision)
    if options.json:
        say_json(facts)
    else:
        _print(facts, decision)
    last = facts["last_run"]
    return 1 if last and last["outcome"] in {"failed", "refused"} else 0


def _gather(setup: Setup, store: Store, here: Path, decision: Decision) -> dict[str, Any]:
    from ..daemon.lock import holder
    from ..memory.inbox import read_inbox
    from ..memory.ledger import positions
    from ..memory.publish import is_published
    from ..memory.reads import is_file, read_file
    from ..memory.runs import read_reports
    from ..sessions.completed import new_sessions
    from ..sessions.transcripts import list_parts
    from .cage import plain as plain_cage
    from .gates import plain

    state, published = positions(store), is_published(store)
    statuses = _statuses(store, state.generation, published=published)
    damaged: dict[str, str] = {}
    parts = list_parts(store.transcripts, damaged.__setitem__)
    skipped, unreadable = _unread(here, parts)
    reports = list(read_reports(store))
    text = read_file(store.memory) if is_file(store.memory) else b""
    inbox = read_inbox(store)
    return {
        "store": setup.name,
        "memory": store.root,
        "config": setup.config,
        "generation": state.generation,
        "last_dream": state.last_dream,
        "active": statuses.pop("active", 0),
        "retired": dict(sorted(statuses.items())),
        "published": {"current": published, "lines": text.count(b"\n"), "bytes": len(text)},
        "sessions": {
            "collected": len({(part.person, part.session) for part in parts}),
            "new": new_sessions(parts, state.parts),
        },
        "inbox": {
            "waiting": sum(item.id not in state.inbox for item in inbox.items),
            "faults": [{"file": name, "reason": reason} for name, reason in inbox.faults],
        },
        "logs": _logs(here),
        "watching": _watching(here),
        "skipped": [{"log": log, "reason": reason} for log, reason in sorted({**skipped, **damaged}.items())],
        "unreadable": [{"log": log, **found} for log, found in sorted(unreadable.items())],
        "dreaming": holder(store, here),
        "cage": {"mode": setup.cage, **plain_cage(_cage(store))},
        "gates": plain(decision),
        "last_run": _run(reports[-1]) if reports else None,
    }


def _cage(store: Store) -> Cage:
    """Return what would hold the processes that dream here; one that writes may lack what one that reads has."""
    from ..daemon.cage import Trees
    from ..daemon.messages import Cage
    from ..daemon.pipe import look

    root = (str(store.root),)
    worker, publisher = look("worker", Trees(root), os.environ), look("publisher", Trees(root, root), os.environ)
    return Cage(worker.layers, tuple(dict.fromkeys(worker.missing + publisher.missing)))


def _statuses(store: Store, generation: int, *, published: bool) -> dict[str, int]:
    """Return how many memories are active, or retired for each reason.

    An index that is bit for bit what was published knows, and then the ledger need not be folded for it.
    """
    from ..memory.ledger import load
    from ..recall.search import count_statuses

    found = count_statuses(store.index, generation) if published and generation else None
    return dict(Counter(it.status for it in load(store).memories.values())) if found is None else found


def _logs(here: Path) -> dict[str, Any] | None:
    """Return what the last look at this host's logs found; None before the first."""
    from ..daemon.looked import last_look, who_watches

    look, watch = last_look(here), who_watches(here)
    if look is None:
        return None
    counts = {name: getattr(look, name) for name in ("logs", "waiting", "excluded_logs", "excluded_sessions")}
    return {"looked": max(look.at, watch.at) if watch else look.at, **counts}


def _watching(here: Path) -> dict[str, Any] | None:
    """Return who watches the logs and how changes are learned of; None where nobody does."""
    from ..daemon.looked import who_watches

    watch = who_watches(here)
    if watch is None:
        return None
    walk = [{"folder": folder, "reason": reason} for folder, reason in watch.walk]
    return {"pid": watch.pid, "seconds": watch.seconds, "events": watch.events, "walk": walk}


def _unread(here: Path, parts: list[PartHeader]) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    """Return logs that were skipped, with the reason, and logs with unreadable lines, with their number and places.

    What this host last saw of a log counts over what its part remembers; parts also tell of other hosts' logs.
    """
    from ..sessions.seen import load_seen

    looks = load_seen(here).looks
    lines = {part.source: (part.unreadable, part.unreadable_lines) for part in parts}
    lines |= {log: (look.unreadable, look.unreadable_lines) for log, look in looks.items()}
    unreadable = {log: {"count": count, "lines": places} for log, (count, places) in lines.items() if count}
    return {log: look.reason for log, look in looks.items() if look.reason}, unreadable


def _run(report: Any) -> dict[str, Any]:
    names = ("run", "host", "started", "outcome", "base", "generation", "sessions", "counts", "notes", "error")
    return {name: getattr(report, name) for name in names}


def _print(facts: dict[str, Any], decision: Decision) -> None:
    from ..gates.text import render
    from .cage import said

    published, sessions, run = facts["published"], facts["sessions"], facts["last_run"]
    retired = ", ".join(f"{number} {reason}" for reason, number in facts["retired"].items())
    _line("store", f"{facts['store']} in {facts['memory']}, generation {facts['generation']}")
    _line("memories", f"{facts['active']:,} active{f'; retired: {retired}' if retired else ''}")
    size = f"{plural(published['lines'], 'line')}, {plural(published['bytes'], 'byte')}"
    behind = "" if published["current"] else "; behind the ledger or edited, the next dream sees to it"
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
        _line("skipped", f"{log['log']}: {log['reason']}")
    for log in facts["unreadable"]:
        shown = ", ".join(map(str, log["lines"][:_MOST_LINES])) + (", …" if log["count"] > _MOST_LINES else "")
        _line("unreadable", f"{log['log']}: {plural(log['count'], 'line')} ({shown})")
    _line("cage", said(facts["cage"]["layers"], facts["cage"]["missing"]))
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
        _line("watched", f"every {every} by pid {watching['pid']}")
        if watching["events"]:
            _line("", f"sooner where changes are reported: {', '.join(watching['events'])}")
        for place in watching["walk"]:
            _line("", f"only then at {place['folder']}: {place['reason']}")


def _line(label: str, text: str) -> None:
    say(f"{label:<{_LABEL}}{text}")
