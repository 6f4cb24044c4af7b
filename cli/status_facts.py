"""What ``dreamd status`` says, gathered: plain data, as the JSON contract has it."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .health import concerns

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..daemon.messages import Cage
    from ..gates.verdict import Decision
    from ..memory.files import Store
    from ..sessions.parts import PartHeader
    from .stores import Setup


def gather(setup: Setup) -> tuple[dict[str, Any], Decision]:
    """Given how a store is set up, return what there is to say of it, and what the gates say."""
    from ..daemon.facts import counted_out
    from ..daemon.launcher import ask
    from ..daemon.lock import holder
    from ..daemon.places import state_dir
    from ..memory.files import open_store
    from ..memory.inbox import read_inbox
    from ..memory.ledger import positions
    from ..memory.publish import is_published
    from ..memory.reads import is_file, read_file
    from ..memory.runs import last_report
    from ..sessions.completed import new_sessions
    from ..sessions.transcripts import list_parts
    from .cage import plain as plain_cage
    from .gates import plain
    from .job import make_job
    from .stores import fault_at_end

    store, identity = open_store(setup.memory)
    here = state_dir(os.environ, identity.store)
    job = make_job(setup)
    decision = ask(store, here, job)
    state, published = positions(store), is_published(store)
    statuses = _statuses(store, state.generation, published=published)
    damaged: dict[str, str] = {}
    parts = list_parts(store.transcripts, damaged.__setitem__)
    skipped, unreadable = _unread(here, parts)
    report = last_report(store)
    text = read_file(store.memory) if is_file(store.memory) else b""
    inbox = read_inbox(store)
    facts: dict[str, Any] = {
        "store": setup.name,
        "memory": store.root,
        "config": setup.config,
        "generation": state.generation,
        "damage": fault_at_end(store, state.generation),
        "last_dream": state.last_dream,
        "active": statuses.pop("active", 0),
        "retired": dict(sorted(statuses.items())),
        "published": {"current": published, "lines": text.count(b"\n"), "bytes": len(text)},
        "sessions": {
            "collected": len({(part.person, part.session) for part in parts}),
            "new": new_sessions(parts, counted_out(store, parts, state.parts)),
            "set_aside": _set_aside(store, parts, state.parts),
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
        "last_run": _run(report) if report else None,
        "disk": _disk(setup.memory, parts),
        "faults": [{"store": name, "reason": reason} for name, reason in setup.faults.items()],
    }
    facts["attention"] = concerns(facts, job.gates, job.now)
    return facts, decision


def _disk(memory: Path, parts: list[PartHeader]) -> dict[str, int]:
    """Return how much room the store's file system has, and what transcripts take of it, in bytes."""
    room = os.statvfs(memory)
    return {"free": room.f_bavail * room.f_frsize, "transcripts": sum(part.stored for part in parts)}


def _cage(store: Store) -> Cage:
    """Return what would hold the processes that dream here; one that writes may lack what one that reads has."""
    from ..daemon.cage.confine import Trees
    from ..daemon.messages import Cage
    from ..daemon.pipe import look

    root = (str(store.root),)
    worker, publisher = look("worker", Trees(root), os.environ), look("publisher", Trees(root, root), os.environ)
    return Cage(worker.layers, tuple(dict.fromkeys(worker.missing + publisher.missing)))


def _set_aside(store: Store, parts: list[PartHeader], consumed: Collection[str]) -> list[dict[str, Any]]:
    """Return the sessions that no run reads, with the runs that failed on them."""
    from ..memory.failed import set_aside

    new = {it.session for it in parts if it.name not in consumed}
    return [{"session": it, "runs": runs} for it, runs in sorted(set_aside(store).items()) if it in new]


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
    return {
        "pid": watch.pid,
        "seconds": watch.seconds,
        "events": watch.events,
        "walk": walk,
        "dreams": watch.dreams,
        "trouble": watch.trouble,
    }


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
