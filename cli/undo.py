"""``dreamd undo``: take a generation back."""

from __future__ import annotations

import click

from .verb import Options, Verb


@click.command(cls=Verb, example="dreamd undo 12")
@click.argument("generation", required=False, type=click.IntRange(min=1), metavar="[N]")
@click.pass_obj
def command(options: Options, generation: int | None) -> None:
    """Take generation N back, or the last that did something.

    It says which. Without N, what is passed over: generations that changed nothing or were taken back, and runs of
    upkeep alone.
    The memories become what they were before it, as a new generation; what it added is retired. What it read is not
    read again, and no later run does the same to the same memories. Where what a later generation did to one of them
    is in force, it is refused and says which; what that was only upkeep of, of memories that N added, is not.
    """
    from ..daemon.by_hand import amend
    from ..daemon.requests import UndoRequest
    from ..memory.entry import EntryKind
    from ..memory.files import open_store
    from ..memory.ledger import read_entry
    from .correcting import tell
    from .job import make_job
    from .output import say
    from .person import person
    from .progress import watched
    from .stores import choose

    setup = choose(options)
    store, _ = open_store(setup.memory)
    job = make_job(setup)
    request = UndoRequest(
        store=str(store.root), host=job.host, now=job.now, person=person(), generation=generation or 0
    )
    with watched() as on_progress:
        amended = amend(job, request, on_progress)
    if amended.generation and not options.json:
        kind = read_entry(store, amended.undone).header.kind
        verb = "took back" if kind is EntryKind.UNDO else "undid"
        say(f"{verb:<10} generation {amended.undone} ({kind})")
    tell(options, amended)
