"""``dreamd confirm``: a person vouches for a memory."""

from __future__ import annotations

import os

import click

from ..errors import TrustError
from .correcting import because, correct
from .verb import Options, Verb


@click.command(cls=Verb, example="dreamd confirm k3f9")
@click.argument("memory", metavar="ID")
@because
@click.pass_obj
def command(options: Options, *, memory: str, because: str) -> None:
    """Vouch for a memory: it then has a person's trust.

    Only a person can, at a terminal: what an agent says stays an agent's.
    """
    from ..memory.corrections import Confirm
    from .person import typed_by_person

    if not typed_by_person(os.environ):
        raise TrustError(memory)
    correct(options, [memory], because, lambda ids, by: Confirm(id=ids[0], by=by), "confirmed")
