"""``dreamd adopt``: notes that somebody wrote become memories."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import TrustError, UsageError
from .output import plural, say, say_json, talk
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..daemon.requests import AdoptReply

_LABEL = 11


@click.command(cls=Verb, example="dreamd adopt ~/.claude/projects/-srv-web/memory --dry-run")
@click.argument(
    "directory", type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path), metavar="DIR"
)
@click.option("--mine", is_flag=True, help="You wrote these notes yourself: they get a person's trust.")
@click.option("--dry-run", is_flag=True, help="Say what would become of the notes and change nothing.")
@click.pass_obj
def command(options: Options, *, directory: Path, mine: bool, dry_run: bool) -> None:
    """Take the notes in a directory in as memories.

    With --store (or DREAMD_STORE) the notes are only read. Without it DIR itself becomes a store: its MEMORY.md and
    what lies in its folder topics are replaced by what dreamd publishes, and its other files stay as they are. Every
    note is kept in the store as it was, redacted.

    List items, sentences, rows of tables and descriptions become memories, each with the line in which it stands as
    evidence; comments, links from note to note and long code stand in the kept notes only. Adopting a directory again
    takes in what is new in it. Notes have an agent's trust, since most such directories are written by agents; --mine
    gives them yours, and only you can say so, at a terminal.
    """
    from ..daemon.by_hand import by_hand
    from ..daemon.requests import AdoptReply, AdoptRequest
    from .job import make_job
    from .person import person, typed_by_person
    from .progress import watched
    from .stores import choose

    if mine and not typed_by_person(os.environ):
        raise TrustError(str(directory))
    if not _settle_store(options, directory, dry_run=dry_run):
        talk("nothing was made or written")
        return
    job = make_job(choose(options), dry_run=dry_run)
    request = AdoptRequest(
        store=str(job.store.resolve()),
        host=job.host,
        now=job.now,
        person=person(),
        trusted=mine,
        folder=str(directory),
        dry_run=dry_run,
    )
    with watched() as on_progress:
        reply = by_hand(job, request, AdoptReply, on_progress)
    if options.json:
        say_json(_plain(reply, job.store, dry_run=dry_run))
    else:
        _print(reply, job.store, dry_run=dry_run)


def _settle_store(options: Options, directory: Path, *, dry_run: bool) -> bool:
    """Decide into which store the notes go, and make it where it is the directory; return whether to go on."""
    from ..memory.files import create_store
    from .stores import choose, locate

    is_store = (directory / ".dreamd").is_dir()
    named = options.store or os.environ.get("DREAMD_STORE")
    if named and locate(options).resolve() != directory:
        if is_store:
            raise UsageError(str(directory), "it is a store", "'dreamd export' and 'dreamd import' bring its memories")
        return True
    options.store = str(directory)
    if is_store or dry_run:
        return True
    choose(options)  # what is wrong with the settings is told before anything is made
    if not options.json:
        talk(f"{directory} becomes a store: its MEMORY.md is replaced by a rendering of what the notes say")
        if sys.stdin.isatty() and sys.stdout.isatty() and not click.confirm("go on?", default=True, err=True):
            return False
    create_store(directory)
    return True


def _print(reply: AdoptReply, store: Path, *, dry_run: bool) -> None:
    from ..daemon.now import read_now
    from ..memory.changes import fold
    from .show import say_changes

    said = f"{plural(reply.added, 'memory', 'memories')} from {plural(reply.notes, 'note')}"
    _line("added", said)
    if reply.known:
        _line("known", f"{plural(reply.known, 'statement')}")
    if reply.forgotten:
        _line("forgotten", f"{plural(reply.forgotten, 'statement')}: here, and stays so")
    if reply.left:
        _line(
            "kept", f"in the notes only: {', '.join(f'{count} {what}' for what, count in sorted(reply.left.items()))}"
        )
    for name, why in reply.passed:
        talk(f"passed over: '{name}': {why}")
    if reply.others:
        talk(f"passed over: {plural(reply.others, 'file')} that {'is' if reply.others == 1 else 'are'} no Markdown")
    if dry_run:
        say("changes, none of them committed:" if reply.changes else "nothing would be changed")
        say_changes(reply.changes, fold({}, reply.changes, read_now(os.environ)))
    elif reply.generation:
        say(f"committed  generation {reply.generation}; 'dreamd undo {reply.generation}' takes it back")
        say(f"published  {store / 'MEMORY.md'}")
    elif reply.kept_again:
        _line("kept again", ", ".join(reply.kept_again))
        say("nothing is new")
    else:
        say("nothing is new; nothing was changed")


def _line(label: str, text: str) -> None:
    say(f"{label:<{_LABEL}}{text}")


def _plain(reply: AdoptReply, store: Path, *, dry_run: bool) -> dict[str, Any]:
    from .show import plain

    return {
        "store": store,
        "generation": reply.generation or None,
        "notes": reply.notes,
        "added": reply.added,
        "known": reply.known,
        "forgotten": reply.forgotten,
        "left": reply.left,
        "passed": [{"file": name, "reason": why} for name, why in reply.passed],
        "others": reply.others,
        "kept_again": reply.kept_again,
        "changes": plain(reply.changes) if dry_run else None,
    }
