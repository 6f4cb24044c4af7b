"""``dreamd repair``: mend one thing that ``dreamd check`` found damaged."""

from __future__ import annotations

from typing import Literal

import click

from .output import say, say_json
from .verb import Options, Verb


@click.command(cls=Verb, example="dreamd repair index")
@click.argument("what", type=click.Choice(["index", "published", "ledger"]))
@click.pass_obj
def command(options: Options, what: Literal["index", "published", "ledger"]) -> None:
    """Mend one thing: the index, what is published, or the ledger.

    index and published are made anew from the ledger. ledger sets a damaged last entry aside, under .dreamd/damaged,
    so that the store is that of the generation before; the next dream reads again what the entry had read. Nothing is
    deleted, and what stands only in MEMORY.md or a topic file is taken in as an edit.
    """
    from ..daemon.by_hand import repair
    from .job import make_job
    from .progress import watched
    from .stores import choose

    setup = choose(options)
    with watched() as on_progress:
        repaired = repair(make_job(setup), what, on_progress)
    if options.json:
        say_json(repaired)
        return
    say(f"repaired   {repaired.done}" if repaired.done else f"{what} is sound: there is nothing to mend")
    if repaired.was:
        say(f"without    {repaired.was}")
    if repaired.edited:
        say("edits      what stood only in published files was taken in")
    say(f"published  generation {repaired.generation}")
    if repaired.hint:
        say(f"hint: {repaired.hint}")
