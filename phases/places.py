"""Where the things that a memory names stand in the repository, as git tells it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..memory.records import Memory
from .dream import Repository

#: a word of a command line that is a path: it has a folder, or begins with one
_PATH_WORD = re.compile(r"^\.{0,2}/?[\w.@+-]+(?:/[\w.@+-]+)+$|^\./[\w.@+-]+$")


@dataclass(frozen=True)
class Places:
    """What a memory names, by what git knows of it. ``gone`` maps path to commit, ``moved`` old spelling to new."""

    present: tuple[str, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    moved: tuple[tuple[str, str], ...] = ()


class Atlas:
    """A repository's paths, found by their whole name or by an end of it that only one path has."""

    def __init__(self, repository: Repository) -> None:
        """Given what git says, index every path by its last component."""
        self._repository = repository
        self._present = _by_name(repository.files)
        self._gone = _by_name(repository.deleted)
        self._moved = _by_name(repository.renamed)

    def may_be_gone(self, memory: Memory) -> bool:
        """Given a memory, tell cheaply whether a path that it names could be one that is gone or has moved."""
        about = memory.about
        return any(
            _last(path) in self._gone or _last(path) in self._moved
            for path in (*about.paths, *(word for command in about.commands for word in command.split()))
        )

    def look_up(self, memory: Memory) -> Places:
        """Given a memory, return the places it names; a path that git never knew is left out.

        Such a path may lie outside the repository, on another branch or be an example, so it says nothing.
        """
        present, gone, moved = [], [], []
        for path in named_paths(memory):
            if _matches(path, self._present):
                present.append(path)
            elif len(olds := _matches(path, self._moved)) == 1:
                new = self._repository.renamed[olds[0]]
                if new in self._repository.files:
                    moved.append((path, _as_spelt(path, olds[0], new)))
            elif len(olds := _matches(path, self._gone)) == 1:
                gone.append((path, self._repository.deleted[olds[0]]))
        return Places(tuple(present), tuple(gone), tuple(moved))


def named_paths(memory: Memory) -> list[str]:
    """Given a memory, return the paths it names, those inside its commands too, each once, in order."""
    words = [word for command in memory.about.commands for word in command.split() if _PATH_WORD.match(word)]
    return list(dict.fromkeys([*memory.about.paths, *words]))


def _by_name(paths: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(path.rsplit("/", 1)[-1], []).append(path)
    return found


def _last(path: str) -> str:
    return path.removeprefix("./").rstrip("/").rsplit("/", 1)[-1]


def _matches(path: str, known: dict[str, list[str]]) -> list[str]:
    """Return the known paths that ``path`` may mean: it, what ends in it, or what an absolute path ends in."""
    bare = path.removeprefix("./").rstrip("/")
    if bare.startswith("../") or not bare:
        return []
    return sorted(
        full
        for full in known.get(_last(bare), ())
        if full == bare or full.endswith("/" + bare) or (bare.startswith(("/", "~")) and bare.endswith("/" + full))
    )


def _as_spelt(path: str, old: str, new: str) -> str:
    """Return the new path with as much in front as the old spelling had beyond the repository's own path."""
    bare = path.rstrip("/")
    return bare[: -len(old)] + new if bare.endswith(old) else new
