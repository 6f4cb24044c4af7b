"""``dreamd context``: what to read at a session's start."""

from __future__ import annotations

import os

import click

from ..recall.context import BUDGET, LEAST, context_of, read_memory
from .output import say_json
from .verb import Options, Verb


@click.command(cls=Verb, example="dreamd context --store /mnt/team/memory/payments")
@click.option(
    "--budget",
    default=BUDGET,
    show_default=True,
    type=click.IntRange(min=LEAST),
    metavar="CHARACTERS",
    help=f"Most characters to print, at least {LEAST:,}.",
)
@click.pass_obj
def command(options: Options, budget: int) -> None:
    """Print what to read at a session's start.

    That is MEMORY.md as an agent's hook gives it: as data, with how to recall and remember, and cut by whole lines, the
    most valuable first, where it is longer than the budget. With a directory for --store no configuration is read.
    """
    from ..errors import DamagedError
    from ..integrations.answer import program
    from ..memory.files import open_store
    from .quick import put
    from .stores import locate

    place = locate(options)
    store, _ = open_store(place)
    try:
        memory = read_memory(place)
    except ValueError as error:
        raise DamagedError(str(store.memory), str(error), "'dreamd repair published' writes it anew") from None
    context = context_of(memory, str(place), program(os.environ), budget)
    if options.json:
        say_json({"store": place, **context._asdict()})
        return
    put(context.text)
