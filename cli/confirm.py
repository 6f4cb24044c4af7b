"""``dreamd confirm``: a person vouches for a memory."""

from __future__ import annotations

import os

import click

from ..errors import TrustError
from .verb import Options, Verb


@click.command(cls=Verb, example="dreamd confirm k3f9")
@click.argument("memory", metavar="ID")
@click.option("--because", metavar="TEXT", help="Why, for the history.")
@click.pass_obj
def command(options: Options, *, memory: str, because: str | None) -> None:
    """Vouch for a memory: it then has a person's trust.

    Only a person can, at a terminal: what an agent says stays an agent's.
    """
    from ..memory.corrections import Confirm
    from .correcting import cleaned, correct
    from .person import typed_by_person

    if not typed_by_person(os.environ):
        raise TrustError(memory)
    why = cleaned(options, because)
    correct(options, [memory], lambda ids, who, now: Confirm(id=ids[0], person=who, now=now, why=why), "confirmed")
