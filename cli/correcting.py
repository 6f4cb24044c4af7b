"""What the verbs that put something right have in common: find what is meant, have it committed, say what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from .output import say, say_json, talk

if TYPE_CHECKING:
    from datetime import datetime

    from ..daemon.requests import Amended
    from ..memory.corrections import Correction
    from .verb import Options


def correct(
    options: Options, typed: Sequence[str], make: Callable[[tuple[str, ...], str, datetime], Correction], done: str
) -> None:
    """Given ids as typed and what makes a correction of them, commit it and say what was ``done``."""
    from ..daemon.by_hand import amend
    from ..daemon.requests import CorrectRequest
    from ..memory.files import open_store
    from ..memory.taken_in import known_or_waiting
    from .job import make_job
    from .memories import find_id
    from .person import person
    from .progress import watched
    from .stores import choose

    setup = choose(options)
    store, _ = open_store(setup.memory)
    names = tuple(find_id(it, partial(known_or_waiting, store)) for it in typed)
    job = make_job(setup)
    request = CorrectRequest(
        store=str(store.root), host=job.host, now=job.now, correction=make(names, person(), job.now)
    )
    with watched() as on_progress:
        amended = amend(job, request, on_progress)
    tell(options, amended, done)


def tell(options: Options, amended: Amended, done: str) -> None:
    """Given what was amended, say it: each memory with the text it is about, and how to take it back."""
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
                "changes": [plain(change) for change in amended.changes],
            }
        )
        return
    if not amended.generation:
        talk("nothing to change: it is so already")
        return
    store, _ = open_store(locate(options))
    texts = memories_at(store, amended.generation, {change.id for change in amended.changes})
    for name in dict.fromkeys(change.id for change in amended.changes):
        say(f"{done:<10} {name}  {redacted(texts[name]).text if name in texts else ''}".rstrip())
    say(f"committed  generation {amended.generation}; 'dreamd undo {amended.generation}' takes it back")


def cleaned(options: Options, text: str | None) -> str:
    """Given a reason as typed, return it as it may be stored: one visible line without secrets."""
    from ..language.redact import redact
    from ..language.visible import visible
    from ..memory.files import open_store
    from ..memory.purged import load_purged
    from .stores import locate

    if not text:
        return ""
    store, _ = open_store(locate(options))
    return redact(" ".join(visible(text).split()), load_purged(store)).text
