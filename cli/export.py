"""``dreamd export``: every memory as a line of JSON, evidence included, as of now or as of then."""

from __future__ import annotations

import os

import click

from ..errors import UsageError
from .output import say_json
from .verb import Options, Verb


@click.command(cls=Verb, takes=("config", "store"), example="dreamd export --all > memories.jsonl")
@click.option("--all", "everything", is_flag=True, help="Retired memories too.")
@click.option("--at", "known", metavar="DATE", help="What the store knew then: as if nothing had been committed since.")
@click.option("--true-at", "true", metavar="DATE", help="What was true then, of what the store knows (or knew --at).")
@click.pass_obj
def command(options: Options, *, everything: bool, known: str | None, true: str | None) -> None:
    """Print every active memory as a line of JSON, evidence included.

    A memory has two times: the store learned it at one, and it was true from one to another. --at asks by the first
    (what did we know on that day?), --true-at by the second (what do we know today of that day, what was superseded
    since included?), and both together ask what was then known of another day.

    DATE is a day (2026-11-20, until its end on this machine) or a time (2026-11-20T18:40:00Z).
    """
    from ..memory.files import open_store
    from ..memory.ledger import head, load, read_headers
    from ..memory.moments import generation_at, true_at
    from .outgoing import redacted
    from .stores import locate, tell_of_missing
    from .when import read_time
    from .zone import local_zone

    if everything and true:
        raise UsageError("--all", "--true-at says by itself which of the retired were true then", "leave one out")
    zone = local_zone(os.environ)
    known_time, true_time = (read_time(date, zone) if date else None for date in (known, true))
    store, _ = open_store(locate(options))
    tell_of_missing(store, head(store))
    state = load(store, generation_at(read_headers(store), known_time) if known_time else None)
    if true_time:
        memories = true_at(state, true_time)
    else:
        memories = [it for it in state.memories.values() if everything or it.active]
    for memory in sorted(memories, key=lambda it: (it.learned, it.id)):
        say_json(redacted(memory))
