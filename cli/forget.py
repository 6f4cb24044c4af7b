"""``dreamd forget``: a memory that nobody should act on any more."""

from __future__ import annotations

import click

from .verb import Options, Verb


@click.command(cls=Verb, example="dreamd forget k3f9")
@click.argument("memory", nargs=-1, required=True, metavar="ID...")
@click.option("--because", metavar="TEXT", help="Why, for the history.")
@click.pass_obj
def command(options: Options, *, memory: tuple[str, ...], because: str | None) -> None:
    """Forget memories: at once, and for good.

    They leave MEMORY.md, the topics and recall, and the same evidence does not bring them back. The history keeps them;
    a leaked secret is removed with purge.
    """
    from ..memory.corrections import Forget
    from .correcting import cleaned, correct

    why = cleaned(options, because)
    correct(options, memory, lambda ids, person, now: Forget(ids=ids, person=person, now=now, why=why), "forgot")
