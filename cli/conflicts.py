"""``dreamd conflicts``: memories that cannot both be true, to be settled by a person."""

from __future__ import annotations

import click

from .memories import whose_word
from .output import local, say, say_json, talk
from .verb import Options, Verb


@click.command(cls=Verb, example="dreamd conflicts")
@click.pass_obj
def command(options: Options) -> None:
    """List memories that contradict each other, both sides."""
    from ..memory.files import open_store
    from ..memory.ledger import load
    from .outgoing import redacted
    from .stores import locate

    store, _ = open_store(locate(options))
    state = load(store)
    pairs = sorted(
        {
            tuple(sorted((memory.id, other)))
            for memory in state.active()
            for other in memory.conflicts_with
            if other in state.memories and state.memories[other].active
        }
    )
    sides = [[redacted(state.memories[name]) for name in pair] for pair in pairs]
    if options.json:
        say_json({"conflicts": [{"memories": pair} for pair in sides]})
        return
    for place, pair in enumerate(sides):
        if place:
            say()
        for memory in pair:
            say(f"{memory.id}  {memory.text}")
            say(f"          {whose_word(memory)}, {local(memory.last_seen)}")
    talk("'dreamd settle ID' says which is right, with --both that both are" if sides else "there are no conflicts")
