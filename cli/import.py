"""``dreamd import``: memories that another store exported."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import UsageError
from .output import plural, say, say_json, talk
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..daemon.requests import BringReply
    from ..memory.changes import Change
    from ..memory.records import Memory

_LEFT = 1
_LABEL = 11
_MOST_NAMED = 20
#: largest file that is read, in bytes: an export of 100,000 memories is a third of it
_LIMIT = 256 * 1024 * 1024


@click.command(cls=Verb, example="dreamd import memories.jsonl --dry-run")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE|-")
@click.option("--dry-run", is_flag=True, help="Say what would become of each line and change nothing.")
@click.option("--accept-loss", is_flag=True, help="Take it also where it retires more than it may.")
@click.pass_obj
def command(options: Options, *, file: Path, dry_run: bool, accept_loss: bool) -> int:
    """Take the memories of another store's export into this one.

    FILE is what 'dreamd export', with or without --all, wrote; - is standard input. What is new is added under its own
    id where that is free, retired memories as history. Where a memory is known here already, evidence that is new joins
    it, and what a person pinned or had forgotten there is pinned or forgotten here too; what was forgotten here stays
    so. Importing a file twice changes nothing.

    Evidence keeps its words and where they were said; the records themselves do not come along. What rests on a
    person's words keeps a person's trust only where a person types this at a terminal and names a file; nor is a pin
    taken otherwise.

    What would retire more than max(10, a quarter of the active memories) is refused whole, unless --accept-loss is
    given; so is what would retire any, where no person types this at a terminal and names a file; --dry-run shows them.

    A line that is no memory is left out whole, and said; the exit code is then 1.
    """
    from ..daemon.by_hand import by_hand
    from ..daemon.requests import BringReply, BringRequest
    from .job import make_job
    from .person import person, typed_by_person
    from .progress import watched
    from .stores import choose

    lines = _read(file)
    job = make_job(choose(options), dry_run=dry_run)
    request = BringRequest(
        store=str(job.store),
        host=job.host,
        now=job.now,
        person=person(),
        trusted=typed_by_person(os.environ),
        source="standard input" if str(file) == "-" else file.name,
        lines=lines,
        dry_run=dry_run,
        accept_loss=accept_loss,
    )
    with watched() as on_progress:
        reply = by_hand(job, request, BringReply, on_progress)
    if options.json:
        say_json(_plain(reply, dry_run=dry_run))
    else:
        _print(reply, options, dry_run=dry_run)
    return _LEFT if reply.left else 0


def _read(file: Path) -> str:
    name = "standard input" if str(file) == "-" else str(file)
    if name == "standard input":
        data = sys.stdin.buffer.read(_LIMIT + 1)
    else:
        with file.open("rb") as opened:
            data = opened.read(_LIMIT + 1)
    if len(data) > _LIMIT:
        raise UsageError(name, f"it has more than {_LIMIT:,} bytes", "import it in parts: it is one memory a line")
    return "\n".join(map(_decode, data.removeprefix(codecs.BOM_UTF8).split(b"\n")))


def _decode(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return "\ufffd"  # no memory, and said to be none: not one with other letters


def _print(reply: BringReply, options: Options, *, dry_run: bool) -> None:
    history = f", {reply.retired_there:,} of them as history" if reply.retired_there else ""
    _line("added", f"{plural(reply.added, 'memory', 'memories')}{history}")
    _line("known", f"{reply.known:,} with nothing new, {reply.joined:,} with new evidence or a pin")
    if reply.retired:
        _line("retired", f"{', '.join(reply.retired)}: forgotten or superseded there")
    if reply.forgotten:
        _line("forgotten", f"{', '.join(reply.forgotten)}: here, and stays so")
    for old, new in reply.renamed:
        _line("renamed", f"{old} is another memory here, so it is {new}")
    _print_not_taken(reply)
    for line, why in reply.left[:_MOST_NAMED]:
        talk(f"left out: line {line}: {why}")
    if len(reply.left) > _MOST_NAMED:
        talk(f"left out: {len(reply.left) - _MOST_NAMED:,} more lines")
    if dry_run:
        from .show import say_changes

        say("changes, none of them committed:" if reply.changes else "nothing would be changed")
        say_changes(reply.changes, after(options, reply.changes))
        if reply.refused:
            talk(f"would be refused without --accept-loss: {reply.refused}")
    elif reply.generation:
        say(f"committed  generation {reply.generation}; 'dreamd undo {reply.generation}' takes it back")
    else:
        say("nothing is new; nothing was changed")


def _print_not_taken(reply: BringReply) -> None:
    why = "no person typed this at a terminal and named a file"
    if reply.lowered:
        _line("trust", f"of {reply.lowered:,} is an agent's: {why}")
    if reply.unpinned:
        _line("pins", f"of {reply.unpinned:,} are not taken: {why}")


def _line(label: str, text: str) -> None:
    say(f"{label:<{_LABEL}}{text}")


def after(options: Options, changes: tuple[Change, ...]) -> Mapping[str, Memory]:
    """Given changes that were not committed, return the memories as they would be after them."""
    from ..daemon.now import read_now
    from ..memory.changes import fold
    from ..memory.files import open_store
    from ..memory.ledger import load
    from .stores import locate

    return fold(load(open_store(locate(options))[0]).memories, changes, read_now(os.environ))


def _plain(reply: BringReply, *, dry_run: bool) -> dict[str, Any]:
    from .show import plain

    return {
        "generation": reply.generation or None,
        "added": reply.added,
        "history": reply.retired_there,
        "joined": reply.joined,
        "retired": reply.retired,
        "known": reply.known,
        "forgotten": reply.forgotten,
        "lowered": reply.lowered,
        "unpinned": reply.unpinned,
        "renamed": [{"from": old, "to": new} for old, new in reply.renamed],
        "left": [{"line": line, "reason": why} for line, why in reply.left],
        "changes": plain(reply.changes) if dry_run else None,
        "refused": reply.refused,
    }
