"""``dreamd settle``: which of two contradicting memories is right."""

from __future__ import annotations

import click

from .verb import Options, Verb


@click.command(cls=Verb, example="dreamd settle k3f9")
@click.argument("memory", metavar="ID")
@click.option("--both", is_flag=True, help="Both are true: take the mark away and never set it again.")
@click.option("--because", metavar="TEXT", help="Why, for the history.")
@click.pass_obj
def command(options: Options, *, memory: str, both: bool, because: str | None) -> None:
    """Settle a conflict: this memory is right.

    What contradicts it is retired, as contradicted by it. The conflicts are listed by 'dreamd conflicts'.
    """
    from ..memory.corrections import Settle
    from .correcting import cleaned, correct

    why = cleaned(options, because)
    correct(
        options, [memory], lambda ids, who, now: Settle(id=ids[0], both=both, person=who, now=now, why=why), "settled"
    )
