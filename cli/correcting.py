"""What the verbs that put something right have in common: find what is meant, have it committed, say what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from .output import say, say_json, talk

if TYPE_CHECKING:
    from ..daemon.requests import Amended
    from ..memory.corrections import By, Correction
    from ..memory.files import Store
    from .verb import Options


because = click.option("--because", default="", metavar="TEXT", help="Why, for the history.")


def correct(
    options: Options, typed: Sequence[str], why: str, make: Callable[[tuple[str, ...], By], Correction], done: str
) -> None:
    """Given ids and a reason as typed, and what makes a correction of them, commit it and say what was ``done``."""
    from ..daemon.by_hand import amend
    from ..daemon.requests import CorrectRequest
    from ..memory.corrections import By
    from ..memory.files import open_store
    from ..memory.taken_in import known_or_waiting
    from .job import make_job
    from .memories import LEAST_TYPED, find_id
    from .person import person
    from .progress import watched
    from .stores import choose

    setup = choose(options)
    store, _ = open_store(setup.memory)
    names = tuple(find_id(it, partial(known_or_waiting, store), LEAST_TYPED) for it in typed)
    job = make_job(setup)
    correction = make(names, By(person(), job.now, _cleaned(store, why)))
    request = CorrectRequest(store=str(store.root), host=job.host, now=job.now, correction=correction)
    with watched() as on_progress:
        amended = amend(job, request, on_progress)
    tell(options, amended, done)


def tell(options: Options, amended: Amended, done: str = "") -> None:
    """Given what was amended, say it: each memory with the text it is about, and how to take it back.

    ``done`` is what was done to each; by default it is whether a memory is retired by now or as it was again.
    """
    from ..memory.files import open_store
    from ..memory.history import memories_at
    from .outgoing import redacted
    from .show import plain
    from .stores import locate

    if options.json:
        say_json(
            {
                "generation": amended.generation or None,
                "undone": amended.undone or None,
                "changes": plain(amended.changes),
            }
        )
        return
    if not amended.generation:
        talk("nothing to change: it is so already")
        return
    store, _ = open_store(locate(options))
    texts = memories_at(store, amended.generation, {change.id for change in amended.changes})
    for name in dict.fromkeys(change.id for change in amended.changes):
        said = done or ("restored" if texts[name].active else "retired")
        say(f"{said:<10} {name}  {redacted(texts[name]).text}".rstrip())
    say(f"committed  generation {amended.generation}; 'dreamd undo {amended.generation}' takes it back")


def _cleaned(store: Store, text: str) -> str:
    """Return a reason as it may be stored: one visible line without secrets."""
    from ..language.redact import redact
    from ..language.visible import visible
    from ..memory.purged import load_purged

    return redact(" ".join(visible(text).split()), load_purged(store)).text
