"""``dreamd export``: every memory as a line of JSON, evidence included."""

from __future__ import annotations

import click

from .output import say_json
from .verb import Options, Verb


@click.command(cls=Verb, takes=("config", "store"), example="dreamd export --all > memories.jsonl")
@click.option("--all", "everything", is_flag=True, help="Retired memories too.")
@click.pass_obj
def command(options: Options, *, everything: bool) -> None:
    """Print every active memory as a line of JSON, evidence included."""
    from ..memory.files import open_store
    from ..memory.ledger import load
    from .outgoing import redacted
    from .stores import locate

    store, _ = open_store(locate(options))
    state = load(store)
    memories = state.memories.values() if everything else state.active()
    for memory in sorted(memories, key=lambda it: (it.learned, it.id)):
        say_json(redacted(memory))
