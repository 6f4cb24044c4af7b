"""``dreamd recall``: what the team knows about something."""

from __future__ import annotations

import click

from .output import say, say_json, talk
from .verb import Options, Verb


@click.command(cls=Verb, example="dreamd recall 'which port does the test database use'")
@click.argument("query", nargs=-1, required=True, metavar="QUERY")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(min=1), help="Most hits to print.")
@click.pass_obj
def command(options: Options, query: tuple[str, ...], limit: int) -> None:
    """Print what the team knows about something, best first."""
    from ..recall.api import Memory
    from .outgoing import redacted
    from .stores import locate

    memory = Memory(locate(options))
    asked = " ".join(query)
    hits = [redacted(hit) for hit in memory.recall(asked, limit=limit)]
    if options.json:
        say_json({"query": asked, "hits": hits, "notice": memory.notice})
        return
    if memory.notice:
        talk(memory.notice)
    for hit in hits:
        say(f"{hit.id}  {hit.text}")
    if not hits:
        talk("nothing is known about that")
