"""``dreamd hook``: what agents call when something happens in a session, and how they come to call it."""

from __future__ import annotations

import contextlib
import difflib
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..integrations.hooks import AGENTS, EVENTS, Event, agent_named
from .output import say, talk
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..integrations.install import Change

command = click.Group(
    "hook",
    help="Answer an agent's hooks, or put them into its settings.",
    epilog="Example: dreamd hook install --agent claude-code",
)

_AGENT = click.Choice([agent.name for agent in AGENTS])

_SAYS = {
    "session-start": "Print what an agent should read at a session's start.",
    "session-end": "Have the session that ended collected at once.",
    "stop": "Do nothing: an answer ends no session.",
    "pre-compact": "Do nothing: a compaction takes nothing from the log.",
}
_ALL = """

    What the agent says is read from standard input. The exit code is 0 whatever is wrong, which is told in a line on
    standard error: a hook must not disturb the agent. With a directory for --store no configuration is read.
    """


def _answering(event: Event) -> click.Command:
    @click.command(
        event.name,
        cls=Verb,
        takes=("config", "store"),
        help=_SAYS[event.name] + _ALL,
        example=f"dreamd hook {event.name} --store /mnt/team/memory/payments <event.json",
    )
    @click.option("--agent", type=_AGENT, help="Whose hook it is, for how much it may print.")
    @click.pass_obj
    def answering(options: Options, agent: str | None) -> None:
        from .quick import reply
        from .stores import locate

        reply(event.name, agent or "", locate(options))

    return answering


for _event in EVENTS:
    command.add_command(_answering(_event))


def _of_settings(function: Callable[..., None]) -> Callable[..., None]:
    """Give what changes settings its options."""
    for option in (
        click.option("--yes", is_flag=True, help="Change it without asking."),
        click.option("--dry-run", is_flag=True, help="Show the change and do nothing."),
        click.option("--user", "scope", flag_value="user", help="In all of your sessions, whatever they work on."),
        click.option(
            "--project",
            "scope",
            flag_value="project",
            default="project",
            help="In sessions in the store's repository, or the current one (the default).",
        ),
        click.option("--agent", type=_AGENT, required=True, help="Whose settings."),
    ):
        function = option(function)
    return function


@command.command(cls=Verb, takes=("config", "store"), example="dreamd hook install --agent claude-code")
@_of_settings
@click.pass_obj
def install(options: Options, agent: str, scope: str, *, dry_run: bool, yes: bool) -> None:
    """Have an agent's sessions begin with the memory, and be collected when they end.

    Shows what would change in the agent's settings, and changes it when that is confirmed. The rest of the file stays
    as it is, to the byte, and a copy of it is kept beside it. The command names this Python and the store's directory.
    """
    from ..errors import SettingsError
    from ..integrations.install import installing, removing, settings_file
    from ..integrations.settings import commands
    from ..memory.files import open_store
    from .stores import choose

    setup, by = choose(options), agent_named(agent)
    open_store(setup.memory)
    files = {
        "user": settings_file(by, os.environ, None),
        "project": settings_file(by, os.environ, setup.repository or _repository(Path.cwd())),
    }
    path = files.pop(scope)
    change = installing(path, commands(by, _python(), setup.memory.absolute()))
    if not _agreed(change, dry_run=dry_run, yes=yes):
        return
    for other in {*files.values()} - {path}:
        with contextlib.suppress(SettingsError):
            if removing(other).needed:
                talk(f"hooks of ours are in '{other}' too, and both run: a session there is given the memory twice")
    if change.copy:
        talk(f"what it was before is kept in '{change.copy}'")
    if by.trusts:
        talk(by.trusts)
    config = f"--config {shlex.quote(options.config)} " if options.config else ""
    undo = f"dreamd hook uninstall {config}--store {shlex.quote(str(setup.memory))} --agent {agent} --{scope}"
    talk(f"'{undo}' undoes it")


@command.command(cls=Verb, takes=("config", "store"), example="dreamd hook uninstall --agent claude-code")
@_of_settings
@click.pass_obj
def uninstall(options: Options, agent: str, scope: str, *, dry_run: bool, yes: bool) -> None:
    """Take our hooks out of an agent's settings.

    Where nobody has changed the file since, it becomes what it was; else our hooks go, and nothing else does.
    """
    from ..errors import DreamdError
    from ..integrations.install import copies, removing, settings_file
    from .stores import choose

    project = None
    if scope != "user":
        try:
            project = choose(options).repository
        except DreamdError:
            project = None  # the store may be gone; what was installed for it must still go
        project = project or _repository(Path.cwd())
    change = removing(settings_file(agent_named(agent), os.environ, project))
    if _agreed(change, dry_run=dry_run, yes=yes):
        for copy in copies(change.path):
            talk(f"'{copy}' is what it was once; it was changed since, so only our hooks were taken out")


def _agreed(change: Change, *, dry_run: bool, yes: bool) -> bool:
    """Show a change, make it where that is wanted, and tell whether it was made."""
    from ..errors import SettingsError
    from ..integrations.install import carry_out

    if not change.needed:
        talk(f"nothing is to be changed in '{change.path}'")
        return False
    old, new = ((it or b"").decode("utf-8", "replace").splitlines() for it in (change.before, change.after))
    for line in difflib.unified_diff(old, new, str(change.path), str(change.path), lineterm=""):
        say(line)
    if change.after is None:
        talk("the file held nothing else and goes")
    if dry_run:
        return False
    if not yes:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise SettingsError(str(change.path), "nobody is there to agree", "say --yes once you have seen the change")
        if not click.confirm("change it?", default=False, err=True):
            return False
    carry_out(change)
    talk(f"changed '{change.path}'")
    return True


def _python() -> list[str]:
    """Return how to run this Python so that neither a directory nor, where that works, a variable says what it imports.

    The agent calls it in any directory, also in one that has a file called ``json.py``.
    """
    import subprocess

    alone = [sys.executable, "-I"]
    works = subprocess.run([*alone, "-c", "import dreamd"], capture_output=True, check=False, timeout=60)
    return alone if works.returncode == 0 else [sys.executable, "-P"]  # it is installed for this user alone


def _repository(here: Path) -> Path:
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
