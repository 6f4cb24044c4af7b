"""``dreamd pin``: a memory that is always shown."""

from __future__ import annotations

import click

from .verb import Options, Verb


@click.command(cls=Verb, example="dreamd pin k3f9")
@click.argument("memory", metavar="ID")
@click.option("--off", is_flag=True, help="Take the pin away.")
@click.option("--because", metavar="TEXT", help="Why, for the history.")
@click.pass_obj
def command(options: Options, *, memory: str, off: bool, because: str | None) -> None:
    """Always show a memory in MEMORY.md.

    A pinned memory does not age, and no run retires, merges or rewords it away.
    """
    from ..memory.corrections import PinIt
    from .correcting import cleaned, correct

    why = cleaned(options, because)
    correct(
        options,
        [memory],
        lambda ids, person, now: PinIt(id=ids[0], pinned=not off, person=person, now=now, why=why),
        "unpinned" if off else "pinned",
    )
