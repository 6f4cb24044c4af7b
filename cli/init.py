"""``dreamd init``: say what will be collected and who will be able to read it, make a store, write it down."""

from __future__ import annotations

import grp
import os
import shlex
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import ConfigError, UsageError
from .output import local, plural, say, say_json, table, talk
from .verb import Options, Verb

if TYPE_CHECKING:
    from .logs_here import Project

_MOST_SHOWN = 12


@click.command(cls=Verb, takes=("config", "json"), example="dreamd init /mnt/team/memory/payments --repository .")
@click.argument("directory", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@click.option(
    "--sessions",
    multiple=True,
    metavar="GLOB",
    help="Logs to collect: a directory, a glob, or an agent's name. May be repeated. Default: the agents' logs of the "
    "repository.",
)
@click.option(
    "--repository",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Repository in which memories are verified; it is only read.",
)
@click.pass_obj
def command(options: Options, directory: Path | None, sessions: tuple[str, ...], repository: Path | None) -> None:
    """Make a store, show what it will collect, and configure it.

    What was found is shown before anything is made; on a terminal you are asked whether to go on with it. Without
    --sessions and --repository the repository is the one of the current directory. Without DIR the store is made under
    the user's data directory; a team names a directory that all of its machines mount. Nothing that exists is
    overwritten.
    """
    from ..memory.files import create_store
    from .logs_here import find_projects, of_repository

    if repository is None and not sessions:
        repository = _repository_of(Path.cwd())
    root = (directory or _default_directory(repository)).expanduser().absolute()
    repository = repository.absolute() if repository else None
    projects = find_projects(os.environ, repository)
    chosen = [_pattern(text) for text in sessions]
    if not chosen and repository:
        chosen = [project.pattern for project in of_repository(projects, repository)]

    entry = _entry(options, root, repository, chosen)
    known = (root / ".dreamd").is_dir()
    if not options.json:
        _show_projects(projects, entry, quiet=bool(sessions))
        _show_plan(entry, root, known=known)
        if entry.text and not sessions and _somebody_answers() and not click.confirm("go on?", default=True, err=True):
            talk("nothing was made or written")
            return
    create_store(root)
    entry.write()
    if options.json:
        _say_all(projects, entry, root, created=not known)
        return
    talk(f"next: {_next(options, entry)}")


def _somebody_answers() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _show_projects(projects: list[Project], entry: _Entry, *, quiet: bool) -> None:
    """Show the logs that were found; with ``quiet`` do not say that there are none."""
    if projects:
        say("agents' logs on this machine (* = will be collected):")
        rows = [
            [
                "*" if it.pattern in entry.sessions else " ",
                it.agent,
                plural(it.logs, "log"),
                _size(it.size),
                local(it.newest),
                it.pattern if "/" in it.pattern else it.place,
            ]
            for it in projects[:_MOST_SHOWN]
        ]
        say(table(rows))
        if len(projects) > _MOST_SHOWN:
            say(f"and {plural(len(projects) - _MOST_SHOWN, 'more project')}")
        say()
    elif not quiet:
        say("no agents' logs were found in their usual places on this machine")
        say()


def _show_plan(entry: _Entry, root: Path, *, known: bool) -> None:
    say(f"store '{entry.name}' {'is already' if known else 'is made'} in {root}")
    say(f"  collects    {', '.join(entry.sessions) or 'nothing yet: add sessions to the configuration'}")
    say(f"  repository  {entry.repository or 'none: memories are not verified'}")
    say(f"  readable    what people and agents said becomes readable, redacted, to {_readers(root)}")
    say(f"  configured  {entry.path}{'' if entry.text else ' (it names this store already; nothing was changed)'}")
    say(f"  left out    what 'stores.{entry.name}.exclude' there names: projects, people, sessions, paths of logs")


def _say_all(projects: list[Project], entry: _Entry, root: Path, *, created: bool) -> None:
    found = [
        {"agent": it.agent, "pattern": it.pattern, "logs": it.logs, "bytes": it.size, "newest": it.newest}
        for it in projects
    ]
    say_json(
        {
            "store": entry.name,
            "memory": root,
            "created": created,
            "repository": entry.repository,
            "sessions": entry.sessions,
            "found": found,
            "readers": _readers(root),
            "config": entry.path,
            "config_written": bool(entry.text),
        }
    )


@dataclass(frozen=True)
class _Entry:
    """A store's place in a configuration, and what stands there.

    ``text`` is the whole file with the store in it, empty where the file names the store already.
    """

    path: Path
    name: str
    repository: Path | None
    sessions: tuple[str, ...]
    text: str

    def write(self) -> None:
        if self.text:
            from .config_edit import write_config

            try:
                write_config(self.path, self.text)
            except OSError as error:
                hint = "the store is made; say with --config where its configuration may be written"
                raise ConfigError(str(self.path), error.strerror or str(error), hint) from None


def _entry(options: Options, root: Path, repository: Path | None, sessions: list[str]) -> _Entry:
    """Decide how the configuration will name the store; nothing is written yet."""
    from ..config_file import candidates, load
    from .config_edit import add_store

    named = options.config or os.environ.get("DREAMD_CONFIG")
    path = Path(named).expanduser().absolute() if named else candidates(os.environ)[0]
    exists = path.exists()
    stores = load(path).config.stores if exists else {}
    for name, store in stores.items():
        if store.memory.resolve() == root.resolve():
            return _Entry(path, name, store.repository, store.sessions, "")
    name = next((it for it in (root.name, f"{root.parent.name}-{root.name}") if it not in stores), "")
    if not name:
        raise UsageError(str(root), "the configuration has other stores of this name", f"add it to {path} by hand")
    values: dict[str, object] = {"memory": str(root)}
    if repository:
        values["repository"] = str(repository)
    values["sessions"] = sessions
    text = add_store(path.read_text() if exists else "", name, values)
    if text is None:
        raise ConfigError(str(path), "the store cannot be added without rewriting it", f"add by hand: {name}: {values}")
    return _Entry(path, name, repository, tuple(sessions), text)


def _default_directory(repository: Path | None) -> Path:
    home = Path(os.environ.get("XDG_DATA_HOME") or Path(os.environ.get("HOME") or "~").expanduser() / ".local/share")
    return home / "dreamd" / (repository or Path.cwd()).absolute().name


def _repository_of(folder: Path) -> Path | None:
    return next((it for it in (folder, *folder.parents) if (it / ".git").exists()), None)


def _pattern(text: str) -> str:
    """Given what was typed, return an absolute pattern; an agent's name stays, the directory after it gets absolute."""
    from ..sessions.agents import named_in

    name, colon, directory = text.partition(":")
    if named_in(text):
        return f"{name}:{Path(directory).expanduser().absolute()}" if colon else text
    path = Path(text).expanduser()
    return text if "/" not in text and not path.exists() and not _has_wildcard(text) else str(path.absolute())


def _has_wildcard(text: str) -> bool:
    return any(sign in text for sign in "*?[")


def _readers(root: Path) -> str:
    """Given a store's folder, say who may read in it, as its mode has it, or will have it once it is made."""
    from ..memory.atomic import FOLDER_MODE

    if root.exists():
        status = root.stat()
        mode, owner = stat.S_IMODE(status.st_mode), status.st_gid
    else:
        above = next(folder for folder in root.parents if folder.exists()).stat()
        mode, owner = FOLDER_MODE, above.st_gid if above.st_mode & stat.S_ISGID else os.getegid()
    if mode & stat.S_IROTH and mode & stat.S_IXOTH:
        return f"every user of this machine or mount (mode {mode:04o})"
    if mode & stat.S_IRGRP:
        try:
            group = grp.getgrgid(owner).gr_name
        except KeyError:
            group = str(owner)
        return f"you and the group '{group}' (mode {mode:04o})"
    return f"you alone (mode {mode:04o})"


def _size(number: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return f"{number} B"


def _next(options: Options, entry: _Entry) -> str:
    if not entry.sessions:
        return f"add to 'stores.{entry.name}.sessions' in {entry.path} where your agents' logs are: folders or patterns"
    config = f" --config {shlex.quote(options.config)}" if options.config else ""
    return f"dreamd{config} --store {shlex.quote(entry.name)} dream --dry-run"
