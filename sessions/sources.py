"""Which files are logs: agents by name, globs, folders and files, resolved to paths.

Agents keep their logs in hidden folders, so hidden names match like others. Links to folders are not followed below
``**``, where they could lead in circles. What a folder's listing says of its entries is enough: no file is asked.
"""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .agents import AGENTS, Agent, named_in

#: what logs are called in a folder that is named as a source. A repository is full of Markdown that is no log; a
#: transcript in it has to be named by a glob of its own.
_IN_FOLDER = ("*.jsonl", "*.ndjson", *(agent.named for agent in AGENTS if agent.named))
#: folders in which nobody keeps logs, and which hold most of a repository's files
_NOT_ENTERED = frozenset({".git", "node_modules"})


@dataclass(frozen=True)
class Sources:
    """The logs that were found, in order, and what was named but leads to none."""

    logs: tuple[Path, ...]
    skipped: tuple[tuple[str, str], ...] = ()  # what was named, and the reason


@dataclass(frozen=True, order=True)
class Place:
    """A folder in which logs appear, ``below`` it too or not. It need not be there yet."""

    folder: str
    below: bool


def find_logs(
    named: Iterable[str], environment: Mapping[str, str], folder: Path, repository: Path | None = None
) -> Sources:
    """Given agents' names, globs, folders or files (relative ones to ``folder``), return the logs they lead to.

    An agent's name may be followed by a colon and a working directory. Agents whose logs lie in the repository are
    looked for in that directory, else in ``repository``. Sub-agents' logs are left out: nobody speaks in them.
    """
    logs, skipped = name_logs(named, environment, folder, repository)
    return Sources(tuple(_paths(sorted(logs))), skipped)


def name_logs(
    named: Iterable[str], environment: Mapping[str, str], folder: Path, repository: Path | None = None
) -> tuple[set[str], tuple[tuple[str, str], ...]]:
    """Given what ``find_logs`` is given, return the logs as text, in no order, and what leads to none with the reason.

    A hundred thousand paths take five times the room of their text, and whoever only looks at stamps needs none.
    """
    logs: set[str] = set()
    skipped: list[tuple[str, str]] = []
    for name in named:
        found, reason = _find_named(name, environment, folder, repository)
        if not found:
            skipped.append((name, reason))
        logs |= found
    told = {log for log in logs if not is_sub_agents(log)}
    unspeakable = {log for log in told if not (log.isascii() or _is_utf8(log))}
    skipped += [(os.fsencode(log).decode(errors="replace"), "its name is not UTF-8") for log in sorted(unspeakable)]
    return told - unspeakable, tuple(skipped)


def places_of(
    named: Iterable[str], environment: Mapping[str, str], folder: Path, repository: Path | None = None
) -> tuple[Place, ...]:
    """Given what ``find_logs`` is given, return the folders in which new logs would appear, none inside another."""
    places: set[Place] = set()
    for name in named:
        agent, directory = named_in(name) or (None, "")
        path = _from_home(directory if agent else name, environment, folder)
        if agent is None:
            places.add(Place(str(path), below=True) if path.is_dir() else _place(Path(path.anchor), path.parts[1:]))
        elif root := agent.root(environment, path if directory else repository):
            places |= {_place(root.absolute(), tuple(glob.split("/"))) for glob in agent.globs}
    return tuple(it for it in sorted(places) if not any(other != it and _covers(other, it.folder) for other in places))


def _place(base: Path, parts: tuple[str, ...]) -> Place:
    """Given a folder and the components of a glob below it, return the last folder above all that is variable."""
    while len(parts) > 1 and not _is_variable(parts[0]):
        base, parts = base / parts[0], parts[1:]
    return Place(str(base), below=len(parts) > 1 or parts[:1] == ("**",))


def _covers(place: Place, folder: str) -> bool:
    return place.below and f"{folder}/".startswith(f"{place.folder.rstrip('/')}/")


def _is_variable(part: str) -> bool:
    return any(sign in part for sign in "*?[")


def logs_of(agent: Agent, environment: Mapping[str, str], repository: Path | None) -> set[str]:
    """Given an agent, the environment and the repository, return the paths of all its logs on this machine."""
    root = agent.root(environment, repository)
    if root is None:
        return set()
    found = {log for glob in agent.globs for log in _expand(str(root.absolute()), tuple(glob.split("/")))}
    return {log for log in found if not is_sub_agents(log)}


def is_sub_agents(log: str) -> bool:
    """Given a log's path, tell whether it is where a client keeps the logs of its sub-agents."""
    folder, _, name = log.rpartition("/")
    return name.endswith(".jsonl") and (name.startswith("agent-") or folder.endswith("/subagents"))


def _paths(logs: Iterable[str]) -> Iterator[Path]:
    """Given paths as text, return them; neighbours share their folder, which is twice as quick."""
    folder, above = Path("/"), ""
    for log in logs:
        parent, _, name = log.rpartition("/")
        if parent != above:
            folder, above = Path(parent or "/"), parent
        yield folder / name


def _is_utf8(path: str) -> bool:
    """Tell whether a path can be written down: reports and transcripts are UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _find_named(
    name: str, environment: Mapping[str, str], folder: Path, repository: Path | None
) -> tuple[set[str], str]:
    """Given a source, return the logs that it leads to, and the reason where there are none."""
    agent = named_in(name)
    if agent is None:
        return set(_expand_named(name, environment, folder)), "leads to no file"
    known, directory = agent
    place = _from_home(directory, environment, folder) if directory else repository
    if known.root(environment, place) is None:
        return set(), "is in the repository, and the store has none"
    logs = logs_of(known, environment, place)
    if place is not None and directory and known.folder:
        logs = set(_only_of(known, logs, place))
    return logs, "leads to no file"


def _only_of(agent: Agent, logs: Iterable[str], directory: Path) -> Iterator[str]:
    """Given an agent's logs and a working directory, return those that were written there."""
    known: dict[str, bool] = {}
    for log in logs:
        project = agent.project_of(log)
        if project not in known:
            known[project] = bool(project) and agent.is_of(project, directory)
        if known[project]:
            yield log


def _from_home(name: str, environment: Mapping[str, str], folder: Path) -> Path:
    home = Path(environment.get("HOME") or "~").expanduser()
    return folder / (home / name[2:] if name.startswith("~/") else name)


def _expand_named(name: str, environment: Mapping[str, str], folder: Path) -> Iterator[str]:
    path = _from_home(name, environment, folder)
    if path.is_dir():
        yield from _in_folder(str(path))
    elif path.exists():
        yield str(path)
    else:
        yield from _expand(path.anchor, path.parts[1:])


def _in_folder(base: str) -> Iterator[str]:
    """Given a folder, return the paths of what can be logs in it and below it."""
    waiting = [base]
    while waiting:
        folder = waiting.pop()
        can_be_log = _matcher(_names_in(folder))
        for entry in _entries(folder):
            if can_be_log(entry.name):
                yield entry.path
            elif entry.is_dir(follow_symlinks=False) and entry.name not in _NOT_ENTERED:
                waiting.append(entry.path)


def _names_in(folder: str) -> tuple[str, ...]:
    parts = [pattern.rpartition("/") for pattern in _IN_FOLDER]
    return tuple(name for above, _, name in parts if not above or folder.endswith(f"/{above}"))


def _expand(base: str, parts: tuple[str, ...]) -> Iterator[str]:
    """Given a folder and the components of a glob below it, return the paths that match."""
    if not parts:
        yield base
        return
    head, rest = parts[0], parts[1:]
    if head == "**":
        yield from _expand_below(base, rest)
    elif _is_variable(head):
        matches = _matcher((head,))
        for entry in _entries(base):
            # a bare * at the end stands for files; a folder that is named like a log is named as a skip later
            if matches(entry.name) and (entry.is_dir() if rest else head != "*" or not entry.is_dir()):
                yield from _expand(entry.path, rest)
    else:
        path = f"{base.rstrip('/')}/{head}"
        if rest or Path(path).exists():
            yield from _expand(path, rest)


def _expand_below(base: str, parts: tuple[str, ...]) -> Iterator[str]:
    """Given a folder and what follows ``**`` in a glob, return the paths that match in it and below it."""
    while parts and parts[0] == "**":
        parts = parts[1:]
    last = parts[0] if len(parts) == 1 else "" if parts else "*"
    matches = _matcher((last,))
    waiting = [base]
    while waiting:
        folder = waiting.pop()
        if not last:
            yield from _expand(folder, parts)
        for entry in _entries(folder):
            if last and matches(entry.name) and (last != "*" or not entry.is_dir()):
                yield entry.path
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)


@cache
def _matcher(patterns: tuple[str, ...]) -> Callable[[str], re.Match[str] | None]:
    return re.compile("|".join(map(fnmatch.translate, patterns))).match


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
