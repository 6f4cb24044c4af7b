"""Where the things that a memory names stand in the repository, as git tells it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..memory.records import Memory
from .dream import Repository
from .named import Name, Register

_SPANNED = re.compile(r"`([\w.@+-]+(?:/[\w.@+-]+)+/?)`")
#: a word of a command line that is a path: it has a folder, or begins with one
_PATH_WORD = re.compile(r"^\.{0,2}/?[\w.@+-]+(?:/[\w.@+-]+)+$|^\./[\w.@+-]+$")


#: a name that only says where another one stands
_WHERE = re.compile(r"(?:\b(?:in|inside|within|from|of|under|at|into)\s+(?:the\s+)?|\()[`'\"]?$", re.IGNORECASE)
#: so near it stands, in characters
_NEAR = 20
#: names that are listed are of one rank: what is gone of them is not what the others are told of
_LISTED = re.compile(r"(?:\(\))?[`'\"]?\s*(?:,|&|/|,?\s*\band\b|,?\s*\bor\b)\s*(?:the\s+)?[`'\"]?", re.IGNORECASE)


@dataclass(frozen=True)
class Places:
    """What a memory names, by what git knows of it. ``gone`` maps name to commit, ``moved`` old spelling to new.

    ``refuted`` tells whether what is gone is what the statement is about, and not one of several things that it names.
    """

    present: tuple[str, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    refuted: bool = False


class Atlas:
    """A repository's paths, found by their whole name or by an end of it that only one path has, and its names."""

    def __init__(self, repository: Repository) -> None:
        """Given what git says, index every path by its last component, folders too."""
        self._files = repository.files | _folders(repository.files)
        self._renamed = {**_moved_folders(repository.renamed, self._files), **repository.renamed}
        self._deleted = {**_gone_folders(repository, self._files, self._renamed), **repository.deleted}
        self._present = _by_name(self._files)
        self._gone = _by_name(self._deleted)
        self._moved = _by_name(self._renamed)
        self.register = Register(repository)

    def may_be_gone(self, memory: Memory) -> bool:
        """Given a memory, tell cheaply whether anything that it names could be one that is gone or has moved."""
        dotted = (f"{part}.py" for it in memory.about.symbols if "." in it for part in it.split("."))
        return any(
            _last(path) in self._gone or _last(path) in self._moved for path in (*named_paths(memory), *dotted)
        ) or self.register.may_be_gone(memory)

    def look_up(self, memory: Memory) -> Places:
        """Given a memory, return what it names; what git never knew is left out.

        Such a path may lie outside the repository, on another branch or be an example, so it says nothing.
        """
        paths = [name for path in named_paths(memory) for name in self._path(memory.text, path)]
        known = {name.spelt for name in paths}
        modules = [name for name in self._modules(memory) if not name.there]
        known |= {name.spelt for name in modules}
        paths += modules
        names = [name for name in self.register.look_up(memory) if name.spelt not in known]
        found = sorted((*paths, *names), key=lambda name: name.start)
        return Places(
            tuple(dict.fromkeys(name.spelt for name in found if name.there)),
            tuple(dict.fromkeys((name.spelt, name.commit) for name in found if name.commit)),
            tuple(dict.fromkeys((name.spelt, name.new) for name in found if name.new)),
            _is_refuted(memory.text, found, {name.spelt for name in paths}),
        )

    def _modules(self, memory: Memory) -> Iterator[Name]:
        """Yield what is named as modules are imported ("billing.rates"), where that is a file of that path."""
        for symbol in memory.about.symbols:
            parts = symbol.removesuffix("()").split(".")
            for count in range(len(parts), 1, -1):
                module = ".".join(parts[:count])
                found = list(self._path(memory.text, "/".join(parts[:count]) + ".py"))
                if found:
                    new = found[0].new.removesuffix(".py").replace("/", ".")
                    renamed = new and new + symbol[len(module) :]
                    yield Name(memory.text.find(symbol), symbol, found[0].commit, renamed)
                    break

    def _path(self, text: str, path: str) -> Iterator[Name]:
        start = text.find(path)
        if _matches(path, self._present):
            yield Name(start, path)
        elif len(olds := _matches(path, self._moved)) == 1:
            new = self._renamed[olds[0]]
            if new in self._files:
                yield Name(start, path, new=self._as_spelt(path, olds[0], new))
        elif len(olds := _matches(path, self._gone)) == 1:
            yield Name(start, path, commit=self._deleted[olds[0]])

    def _as_spelt(self, path: str, old: str, new: str) -> str:
        """Return the new path with as much in front as the old spelling had beyond the repository's own path, or less.

        What stood in front of the old spelling is left out again where that is in front of the new path too and it is
        still plain which file is meant.
        """
        bare = path.removeprefix("./").rstrip("/")
        if bare.endswith(old):
            return path.rstrip("/")[: -len(old)] + new
        left_out = old[: -len(bare)]
        short = new.removeprefix(left_out)
        return short if _matches(short, self._present) == [new] else new


def _is_refuted(text: str, found: list[Name], paths: set[str]) -> bool:
    """Tell whether what is gone is what a text is about, given what it names in its order."""
    gone = [name for name in found if name.commit]
    rest = [
        name for name in found if not name.commit and (name.spelt in paths or not any(it.spelt in paths for it in gone))
    ]
    if not gone:
        return False
    if all(_WHERE.search(text, max(0, name.start - _NEAR), name.start) for name in gone) and any(
        not name.commit for name in found
    ):
        return False  # it only says where a thing stood that still is
    rest = [name for name in rest if not _WHERE.search(text, max(0, name.start - _NEAR), name.start)]
    if not rest:
        return True
    following = next((name for name in found if name.start > gone[0].start), None)
    if found[0] is not gone[0] or following is None:
        return False
    between = text[gone[0].start + len(gone[0].spelt) : following.start]
    return _LISTED.fullmatch(between) is None


def _folders(files: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for path in files:
        while (path := path.rpartition("/")[0]) and path not in found:
            found.add(path)
    return frozenset(found)


def _moved_folders(renamed: Mapping[str, str], present: frozenset[str]) -> dict[str, str]:
    """Return the folders all of whose files are in one other folder now, under the same names."""
    to: dict[str, set[str]] = {}
    for old, new in renamed.items():
        folder = old
        while folder := folder.rpartition("/")[0]:
            rest = old[len(folder) :]
            to.setdefault(folder, set()).add(new[: -len(rest)] if new.endswith(rest) else "")
    return {old: min(new) for old, new in to.items() if old not in present and len(new) == 1 and "" not in new}


def _gone_folders(repository: Repository, present: frozenset[str], moved: Mapping[str, str]) -> dict[str, str]:
    """Return the folders that are gone, by the commit that deleted the last file in them."""
    found: dict[str, str] = {}
    still = {folder for path in repository.renamed for folder in _folders((path,))}
    for path, commit in repository.deleted.items():
        for folder in _folders((path,)):
            if folder not in present and folder not in moved and folder not in still:
                found.setdefault(folder, commit)
    return found


def named_paths(memory: Memory) -> list[str]:
    """Given a memory, return the paths it names, those inside its commands too, each once, in order."""
    words = [word for command in memory.about.commands for word in command.split() if _PATH_WORD.match(word)]
    spans = [span for span in _SPANNED.findall(memory.text) if _PATH_WORD.match(span)]
    return list(dict.fromkeys([*memory.about.paths, *words, *spans]))


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
