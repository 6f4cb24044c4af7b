"""``dreamd forget``: a memory that nobody should act on any more."""

from __future__ import annotations

import click

from .correcting import because, correct
from .verb import Options, Verb


@click.command(cls=Verb, example="dreamd forget k3f9")
@click.argument("memory", nargs=-1, required=True, metavar="ID...")
@because
@click.pass_obj
def command(options: Options, *, memory: tuple[str, ...], because: str) -> None:
    """Forget memories: at once, and for good.

    They leave MEMORY.md, the topics and recall, and the same evidence does not bring them back. The history keeps them;
    a leaked secret is removed with purge.
    """
    from ..memory.corrections import Forget

    correct(options, memory, because, lambda ids, by: Forget(ids=ids, by=by), "forgot")
