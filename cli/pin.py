"""``dreamd pin``: a memory that is always shown."""

from __future__ import annotations

import click

from .correcting import because, correct
from .verb import Options, Verb


@click.command(cls=Verb, example="dreamd pin k3f9")
@click.argument("memory", metavar="ID")
@click.option("--off", is_flag=True, help="Take the pin away.")
@because
@click.pass_obj
def command(options: Options, *, memory: str, off: bool, because: str) -> None:
    """Always show a memory in MEMORY.md.

    A pinned memory does not age, and no run retires it or merges it into another.
    """
    from ..memory.corrections import PinIt

    correct(
        options,
        [memory],
        because,
        lambda ids, by: PinIt(id=ids[0], pinned=not off, by=by),
        "unpinned" if off else "pinned",
    )
