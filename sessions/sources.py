"""Which files are logs: agents by name, globs, folders and files, resolved to paths.

Agents keep their logs in hidden folders, so hidden names match like others. Links to folders are not followed below
``**``, where they could lead in circles.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

#: where each agent keeps its logs: the variable that moves the folder, the folder in the home, the glob below it
_AGENTS = {"claude-code": ("CLAUDE_CONFIG_DIR", ".claude", "projects/*/*.jsonl")}
_IN_FOLDER = ("**", "*.jsonl")


@dataclass(frozen=True)
class Sources:
    """The logs that were found, in order, and what was named but leads to none."""

    logs: tuple[Path, ...]
    skipped: tuple[tuple[str, str], ...] = ()  # what was named, and the reason


def find_logs(named: Iterable[str], environment: Mapping[str, str], folder: Path) -> Sources:
    """Given agents' names, globs, folders or files (relative ones to ``folder``), return the logs they lead to.

    Sub-agents' logs are left out: nobody speaks in them.
    """
    logs: set[Path] = set()
    skipped: list[tuple[str, str]] = []
    for name in named:
        found = set(_expand_named(name, environment, folder))
        if not found:
            skipped.append((name, "leads to no file"))
        logs |= found
    told = {log for log in logs if not is_sub_agents(log)}
    unspeakable = {log for log in told if not _is_utf8(log)}
    skipped += [(os.fsencode(log).decode(errors="replace"), "its name is not UTF-8") for log in sorted(unspeakable)]
    return Sources(tuple(sorted(told - unspeakable)), tuple(skipped))


def _is_utf8(path: Path) -> bool:
    """Tell whether a path can be written down: reports and transcripts are UTF-8."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def is_sub_agents(log: Path) -> bool:
    """Given a log's path, tell whether it is where a client keeps the logs of its sub-agents."""
    return log.parent.name == "subagents" or log.name.startswith("agent-")


def _expand_named(name: str, environment: Mapping[str, str], folder: Path) -> Iterator[Path]:
    home = Path(environment.get("HOME") or "~").expanduser()
    if name in _AGENTS:
        variable, default, pattern = _AGENTS[name]
        moved = environment.get(variable)
        yield from _expand(Path(moved) if moved else home / default, tuple(pattern.split("/")))
        return
    path = folder / (home / name[2:] if name.startswith("~/") else name)
    if path.is_dir():
        yield from _expand(path, _IN_FOLDER)
    elif path.exists():
        yield path
    else:
        yield from _expand(Path(path.anchor), path.parts[1:])


def _expand(base: Path, parts: tuple[str, ...]) -> Iterator[Path]:
    """Given a folder and the components of a glob below it, return the paths that match."""
    if not parts:
        yield base
        return
    head, rest = parts[0], parts[1:]
    if head == "**":
        yield from _expand(base, rest or ("*",))
        for entry in _entries(base):
            if entry.is_dir(follow_symlinks=False):
                yield from _expand(base / entry.name, parts)
    elif any(sign in head for sign in "*?["):
        for entry in _entries(base):
            # a bare * at the end stands for files; a folder that is named like a log is named as a skip later
            wanted = entry.is_dir() if rest else head != "*" or not entry.is_dir()
            if wanted and fnmatch.fnmatchcase(entry.name, head):
                yield from _expand(base / entry.name, rest)
    elif rest or (base / head).exists():
        yield from _expand(base / head, rest)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []
