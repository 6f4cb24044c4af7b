"""``dreamd why``: where a memory comes from and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from .memories import find_memory
from .output import local, say, say_json
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..memory.entry import Entry
    from ..memory.records import Evidence, Memory


@click.command(cls=Verb, example="dreamd why k3f9")
@click.argument("memory", metavar="ID")
@click.pass_obj
def command(options: Options, memory: str) -> None:
    """Print the evidence and the history of a memory.

    The beginning of an id is enough where no other begins like it.
    """
    from ..memory.files import open_store
    from ..memory.ledger import load, read_entries
    from .outgoing import redacted
    from .stores import locate

    store, _ = open_store(locate(options))
    state = load(store)
    found = redacted(find_memory(memory, state.memories))
    history = list(_history(found.id, read_entries(store, state.generation)))
    if options.json:
        say_json({"memory": found, "status": found.status, "history": history})
        return
    _print(found, history)


def _history(name: str, entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        for change in entry.changes:
            others = {getattr(change, "by", ""), getattr(change, "other", ""), *getattr(change, "absorbed", ())}
            if name == change.id or name in others:
                yield {
                    "generation": entry.header.generation,
                    "time": entry.header.now,
                    "entry": entry.header.kind,
                    "change": change.__struct_config__.tag,
                    "id": change.id,
                    "reason": change.reason,
                }


def _print(memory: Memory, history: list[dict[str, Any]]) -> None:
    say(f"{memory.id}  {memory.text}")
    say(f"  {memory.kind}, trust {memory.trust}, topic {memory.topic}, {_status(memory)}")
    say(f"  learned {local(memory.learned)}, last seen {local(memory.last_seen)}")
    if memory.valid_until:
        say(f"  valid until {local(memory.valid_until)}")
    if memory.verified:
        holds = {True: "holds", False: "does not hold", None: "could not be checked"}[memory.verified.holds]
        say(f"  {holds} at {memory.verified.commit[:12] or 'the working tree'}, {local(memory.verified.when)}")
    for label, names in (("supersedes", memory.supersedes), ("conflicts with", memory.conflicts_with)):
        if names:
            say(f"  {label} {', '.join(names)}")
    say("evidence")
    for piece in memory.evidence:
        say(f"  {local(piece.time)}  {_source(piece)}")
        say(f'    "{" ".join(piece.quote.split())}"')
    say("history")
    for step in history:
        about = "" if step["id"] == memory.id else f" {step['id']}"
        say(f"  {step['generation']}  {local(step['time'])}  {step['change']}{about}: {step['reason']}")


def _status(memory: Memory) -> str:
    if memory.retired is None:
        return "active, pinned" if memory.pinned else "active"
    by = f" by {memory.retired.by}" if memory.retired.by else ""
    return f"{memory.retired.reason}{by} since {local(memory.retired.when)}: {memory.retired.detail}"


def _source(piece: Evidence) -> str:
    who = " ".join(word for word in (piece.role, piece.person) if word) or piece.origin.value
    return f"{who}, session {piece.session}, record {piece.record}" if piece.session else f"{who}, {piece.record}"
