"""``dreamd settle``: which of two contradicting memories is right."""

from __future__ import annotations

import click

from .correcting import because, correct
from .verb import Options, Verb


@click.command(cls=Verb, example="dreamd settle k3f9")
@click.argument("memory", metavar="ID")
@click.option("--both", is_flag=True, help="Both are true: take the mark away and never set it again.")
@because
@click.pass_obj
def command(options: Options, *, memory: str, both: bool, because: str) -> None:
    """Settle a conflict: this memory is right.

    What contradicts it is retired, as contradicted by it. The conflicts are listed by 'dreamd conflicts'.
    """
    from ..memory.corrections import Settle

    correct(options, [memory], because, lambda ids, by: Settle(id=ids[0], both=both, by=by), "settled")
