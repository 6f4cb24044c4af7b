"""``dreamd status``: how a store is, in one look."""

from __future__ import annotations

import click

from .verb import Options, Verb


@click.command(cls=Verb, example="dreamd status")
@click.pass_obj
def command(options: Options) -> int:
    """Say how a store is: what it knows, what waits, what could not be read, and whether the last run failed."""
    del options
    return 0
