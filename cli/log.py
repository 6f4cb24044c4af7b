"""``dreamd log``: what was committed, newest first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from .output import local, say, say_json, table
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..memory.entry import Entry


@click.command(cls=Verb, example="dreamd log")
@click.pass_obj
def command(options: Options) -> None:
    """List the generations of a store, newest first."""
    from ..memory.files import open_store
    from ..memory.ledger import read_entries
    from .stores import locate

    store, _ = open_store(locate(options))
    summaries = [summary(entry) for entry in read_entries(store)][::-1]
    if options.json:
        say_json({"generations": summaries})
    elif summaries:
        heads = ("generation", "time", "kind", "host", "changes")
        rows = [[it["generation"], local(it["time"]), it["kind"], it["host"], _done(it)] for it in summaries]
        say(table([heads, *rows]))


def _done(it: dict[str, Any]) -> str:
    return f"rewrote {', '.join(map(str, it['rewrote']))}" if it["rewrote"] else said(it["changes"])


def summary(entry: Entry) -> dict[str, Any]:
    """Given an entry, return its header and how many changes of each sort it holds."""
    header = entry.header
    return {
        "generation": header.generation,
        "kind": header.kind,
        "time": header.now,
        "run": header.run,
        "host": header.host,
        "curator": header.curator,
        "consumed": len(header.consumed.parts) + len(header.consumed.inbox),
        "changes": count(entry.changes),
        "rewrote": header.rewrote,
    }


def count(changes: tuple[Any, ...]) -> dict[str, int]:
    """Given changes, return how many there are of each sort."""
    return dict(sorted(Counter(str(change.__struct_config__.tag) for change in changes).items()))


def said(counts: dict[str, int]) -> str:
    """Given counts by sort, say them."""
    return ", ".join(f"{number} {name}" for name, number in counts.items()) or "none"
