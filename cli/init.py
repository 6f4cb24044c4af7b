"""``dreamd init``: make a store, say what will be collected and who will be able to read it, write it down."""

from __future__ import annotations

import grp
import os
import stat
from dataclasses import dataclass
from pathlib import Path

import click

from ..errors import ConfigError, UsageError
from .output import local, plural, say, say_json, table, talk
from .verb import Options, Verb

_MOST_SHOWN = 12


@click.command(cls=Verb, takes=("config", "json"), example="dreamd init /mnt/team/memory/payments --repository .")
@click.argument("directory", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@click.option(
    "--sessions",
    multiple=True,
    metavar="GLOB",
    help="Logs to collect: a directory, or a glob. May be repeated. Default: the agents' logs of the repository.",
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

    Without --sessions and --repository the repository is the one of the current directory. Without DIR the store is
    made under the user's data directory; a team names a directory that all of its machines mount. Nothing that exists
    is overwritten.
    """
    from ..memory.files import create_store
    from .logs_here import find_projects, of_repository

    if repository is None and not sessions:
        repository = _repository_of(Path.cwd())
    root = (directory or _default_directory(repository)).expanduser().absolute()
    repository = repository.absolute() if repository else None
    projects = find_projects(os.environ)
    chosen = [_pattern(text) for text in sessions]
    if not chosen and repository:
        chosen = [project.pattern for project in of_repository(projects, repository)]

    entry = _entry(options, root, repository, chosen)
    known = (root / ".dreamd").is_dir()
    create_store(root)
    entry.write()
    if options.json:
        found = [
            {"agent": it.agent, "pattern": it.pattern, "logs": it.logs, "bytes": it.size, "newest": it.newest}
            for it in projects
        ]
        say_json(
            {
                "store": entry.name,
                "memory": root,
                "created": not known,
                "repository": entry.repository,
                "sessions": entry.sessions,
                "found": found,
                "readers": _readers(root),
                "config": entry.path,
                "config_written": bool(entry.text),
            }
        )
        return
    if projects:
        say("agents' logs on this machine (* = will be collected):")
        rows = [
            [
                "*" if it.pattern in entry.sessions else " ",
                it.agent,
                plural(it.logs, "log"),
                _size(it.size),
                local(it.newest),
                it.pattern,
            ]
            for it in projects[:_MOST_SHOWN]
        ]
        say(table(rows))
        if len(projects) > _MOST_SHOWN:
            say(f"and {plural(len(projects) - _MOST_SHOWN, 'more project')}")
        say()
    elif not sessions:
        say("no agents' logs were found in their usual places on this machine")
        say()
    say(f"store '{entry.name}' {'is already' if known else 'made'} in {root}")
    say(f"  collects    {', '.join(entry.sessions) or 'nothing yet: add sessions to the configuration'}")
    say(f"  repository  {entry.repository or 'none: memories are not verified'}")
    say(f"  readable    what is collected becomes readable, redacted, to {_readers(root)}")
    say(f"  configured  {entry.path}{'' if entry.text else ' (it names this store already; nothing was changed)'}")
    talk(f"next: {_next(options, entry)}")


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
    from ..config import candidates, load
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
    """Given what was typed, return an absolute pattern; a name without a slash may be that of an agent."""
    path = Path(text).expanduser()
    return text if "/" not in text and not path.exists() and not _has_wildcard(text) else str(path.absolute())


def _has_wildcard(text: str) -> bool:
    return any(sign in text for sign in "*?[")


def _readers(root: Path) -> str:
    """Given a store's folder, say who may read in it, as its mode has it."""
    status = root.stat()
    mode = stat.S_IMODE(status.st_mode)
    if mode & stat.S_IROTH and mode & stat.S_IXOTH:
        return f"every user of this machine or mount (mode {mode:04o})"
    if mode & stat.S_IRGRP:
        try:
            group = grp.getgrgid(status.st_gid).gr_name
        except KeyError:
            group = str(status.st_gid)
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
    config = f" --config {options.config}" if options.config else ""
    return f"dreamd{config} --store {entry.name} dream --dry-run"
