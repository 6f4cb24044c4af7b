"""``dreamd log``: what was committed, newest first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from ..errors import DamagedError
from .output import local, say, say_json, table
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..memory.entry import Header
    from ..memory.files import Store


@click.command(cls=Verb, example="dreamd log")
@click.pass_obj
def command(options: Options) -> None:
    """List the generations of a store, newest first."""
    from ..memory.files import open_store
    from ..memory.ledger import read_headers
    from .stores import locate, tell_of_missing

    store, _ = open_store(locate(options))
    summaries = [summary(header) | _undone(store, header) for header in read_headers(store)][::-1]
    tell_of_missing(store, len(summaries))
    if options.json:
        say_json({"generations": summaries})
    elif summaries:
        heads = ("generation", "time", "kind", "host", "changes")
        rows = [[it["generation"], local(it["time"]), it["kind"], it["host"], _done(it)] for it in summaries]
        say(table([heads, *rows]))


def _undone(store: Store, header: Header) -> dict[str, Any]:
    """Return what an undo did, for its header has only the names of its changes; nothing for other entries."""
    from ..memory.changes import effect
    from ..memory.entry import EntryKind
    from ..memory.ledger import read_entry

    if header.kind is not EntryKind.UNDO:
        return {}
    try:
        changes = read_entry(store, header.generation).changes
    except DamagedError:
        return {}  # a list is not refused for what 'dreamd check' tells
    return {"changes": dict(sorted(Counter(map(effect, changes)).items()))}


def _done(it: dict[str, Any]) -> str:
    return f"rewrote {', '.join(map(str, it['rewrote']))}" if it["rewrote"] else said(it["changes"])


def summary(header: Header) -> dict[str, Any]:
    """Given an entry's header, return what a list of generations says of it."""
    return {
        "generation": header.generation,
        "kind": header.kind,
        "time": header.now,
        "run": header.run,
        "host": header.host,
        "curator": header.curator,
        "consumed": len(header.consumed.parts) + len(header.consumed.inbox),
        "changes": header.counts,
        "rewrote": header.rewrote,
    }


def said(counts: dict[str, int]) -> str:
    """Given counts by sort, say them."""
    return ", ".join(f"{number} {name}" for name, number in counts.items()) or "none"
