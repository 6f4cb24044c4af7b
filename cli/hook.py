"""``dreamd hook``: what agents call when something happens in a session."""

from __future__ import annotations

import os
import sys

import click

from .output import talk
from .verb import Options, Verb


@click.command(
    cls=Verb, takes=("config", "store"), example="dreamd hook session-end --store /mnt/team/memory/payments <event.json"
)
@click.argument("event")
@click.pass_obj
def command(options: Options, event: str) -> None:
    """Take what an agent says of its session from standard input.

    EVENT is session-end: the session is finished, and the next look collects it without waiting until it is idle. With
    a directory for --store no configuration is read. The exit code is 0 whatever is wrong, and nothing is printed on
    standard output: a hook must not disturb the agent.
    """
    from ..daemon.now import read_now
    from .session_end import EVENT, given, take
    from .stores import locate

    if event != EVENT:
        talk(f"hook: there is no event '{event}'; nothing was done")
        return
    take(locate(options), os.environ, read_now(os.environ), given(sys.stdin))
