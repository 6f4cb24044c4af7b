"""``dreamd purge``: a leaked value out of a store, and kept from coming back."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import UsageError
from .output import plural, say, say_json, talk
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..daemon.requests import PurgeReply
    from ..language.sought import Sought
    from .stores import Setup

_LEFT = 1
#: longest value that is read, in bytes: a key with its marks is a few thousand
_VALUE_LIMIT = 1024 * 1024
_LABEL = 13


@click.command(cls=Verb, example="dreamd purge --dry-run < token.txt")
@click.argument("pattern", required=False, metavar="[PATTERN]")
@click.option("--regex", is_flag=True, help="PATTERN is a regular expression; each thing that it matches is a value.")
@click.option("--dry-run", is_flag=True, help="Say where the value stands and how often, and change nothing.")
@click.pass_obj
def command(options: Options, *, pattern: str | None, regex: bool, dry_run: bool) -> int:
    """Remove a leaked value from all of a store, and keep it out.

    Without a PATTERN, or with -, the value is read from standard input, on a terminal without showing it. Do that: what
    stands on a command line stays in the shell's history, and every user of this machine can see it while the command
    runs. All of the input is one value, without its last line end.

    The value becomes a placeholder in the ledger, transcripts, edits, inbox, reports and all that is published; the
    index is built anew. The ledger gets an entry that says which entries were rewritten. What remembers the value is a
    keyed digest, so that logs which still have it do not bring it back. Change the value where it is used all the same:
    what cannot be reached from here is named, and more may have it.

    The exit code is 0 when the store is rid of it, 1 when a file was left that has to be seen to by hand.
    """
    from ..daemon.by_hand import Unwanted, purge
    from ..language.sought import seek
    from .job import make_job
    from .progress import watched
    from .stores import choose

    wanted = pattern if pattern not in {None, "-"} else _read_value()
    sought = seek(wanted or "", is_regex=regex)
    setup = choose(options)
    with watched() as on_progress:
        logs, values = _look_into_logs(setup, sought, on_progress)
        unwanted = Unwanted(wanted or "", is_regex=regex, values=tuple(sorted(values)))
        reply = purge(make_job(setup, dry_run=dry_run), unwanted, on_progress)
    if options.json:
        say_json(_plain(reply, logs, dry_run=dry_run))
    else:
        _print(reply, logs, dry_run=dry_run)
    return _LEFT if reply.left and not dry_run else 0


def _read_value() -> str:
    if sys.stdin.isatty():
        value: str = click.prompt("Value to purge", hide_input=True, err=True)
        return value
    data = sys.stdin.buffer.read(_VALUE_LIMIT + 1)
    if len(data) > _VALUE_LIMIT:
        raise UsageError("standard input", f"a value has at most {_VALUE_LIMIT:,} bytes")
    try:
        return data.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise UsageError("standard input", "it is no UTF-8") from None


def _look_into_logs(setup: Setup, sought: Sought, on_progress: Any) -> tuple[dict[str, int], set[str]]:
    """Return how often values stand in each agent's log, and the values. Logs are only read."""
    from ..sessions.seek import count_values
    from ..sessions.sources import find_logs

    counts: dict[str, int] = {}
    values: Counter[str] = Counter()
    logs = find_logs(setup.sessions, os.environ, Path.cwd()).logs
    for done, log in enumerate(logs, start=1):
        try:
            found = count_values(log, sought)
        except OSError:
            continue  # the collector names what cannot be read
        if found:
            counts[sought.masked(str(log))] = found.total()
            values.update(found)
        on_progress("logs", done, len(logs))
    return counts, set(values)


def _print(reply: PurgeReply, logs: dict[str, int], *, dry_run: bool) -> None:
    for name, count in reply.places:
        _line("stands in" if dry_run else "removed", f"{name}: {plural(count, 'time')}")
    if not reply.places:
        _line("store", "it stands nowhere in it")
    if reply.recorded:
        what = f"rewrote {', '.join(map(str, reply.rewrote))}" if reply.rewrote else "had no entry to rewrite"
        _line("recorded", f"generation {reply.recorded} {what}")
    elif not dry_run:
        _line("recorded", "nothing: there is nothing to remove or to remember")
    for name, reason in reply.left:
        talk(f"left: '{name}': {reason}")
    for log, count in logs.items():
        _line("not reached", f"{log}: {plural(count, 'time')}")
    if reply.work_tree:
        _line("not reached", f"the history of the git work tree {reply.work_tree}")
    if reply.hosts:
        _line("not reached", f"what other hosts keep of their own: {', '.join(reply.hosts)}")
    _line("not reached", "snapshots and backups of the store, and copies of its files elsewhere")


def _line(label: str, text: str) -> None:
    say(f"{label:<{_LABEL}}{text}")


def _plain(reply: PurgeReply, logs: dict[str, int], *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "values": reply.values,
        "places": [{"file": name, "count": count} for name, count in reply.places],
        "recorded": reply.recorded or None,
        "rewrote": reply.rewrote,
        "left": [{"file": name, "reason": reason} for name, reason in reply.left],
        "logs": [{"log": log, "count": count} for log, count in logs.items()],
        "hosts": reply.hosts,
        "work_tree": reply.work_tree or None,
    }
