"""What a power cut could take from a store, read from the system-call trace of a command.

Of what a command wrote, a disk that loses its power may keep any part: data that were not forced to disk since they
were written, and names that were not forced to disk with their folder. So this follows a trace (``strace -f -y``) call
by call and finds each moment at which the store relies on something that could still be lost:

* a file gets the name under which others find it, and its data, or the name of a folder above it, could be lost;
* something appears or goes that takes for granted what came before it, and the name of that could be lost. What comes
  before what stands in ``_ORDER``, and is that of ``memory/publish.py``;
* between two ledger entries something is published before what must be there first;
* the command ends, and a name that it gave or removed could be lost.

A call counts as made when it begins, a sync when it has returned, and only for what was done before it began.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .supervisor import CALLS

_BEGUN = re.compile(r"(\d+) +(\w+)\((.*?)(?: <unfinished \.\.\.>|\) += (-?\d+).*)$")
_RESUMED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>.* = (-?\d+)")
_PLACE = re.compile(r"<([^<>]*?)(?: \(deleted\)|>\(deleted)?>?$")

_WRITES = {"write", "pwrite64", "writev", "pwritev", "sendfile", "copy_file_range", "ftruncate", "fallocate"}
_SYNCS = {"fsync", "fdatasync"}

#: what comes before what: the first pattern that fits what appears (+) or goes (-) gives its place in the order
_ORDER: tuple[tuple[int, str], ...] = (
    (0, r"\+transcripts/.*\.gz"),
    (0, r"\+edits/.*"),
    (0, r"\+inbox/.*"),
    (1, r"\+ledger/.*"),
    (2, r"\+memory\.duckdb"),
    (3, r"\+topics/.*"),
    (4, r"\+MEMORY\.md"),
    (5, r"-topics/.*"),
    (6, r"\+published\.json"),
    (7, r"[+-]runs/.*"),
    (7, r"-inbox/.*"),
    (7, r"-edits/.*"),
    (1, r"\+format"),
    (7, r"\+config\.yaml"),
    # In the host's own folder, what it says of logs that are kept: who reads it does not read them again.
    (1, r"\+collected\.json"),
)
_COMMITTED, _INDEX, _PUBLISHED, _END = 1, 2, 6, 8
#: work in progress, and notes that say who is there and when somebody looked: after a power cut nobody is
_PASSING = re.compile(
    r"(?:.*/)?(?:\.tmp-.*|\..*\.[0-9a-f]{8}|lease.*|dreaming|lock|collecting|looked\.json)|staging/.*|scratch(/.*)?"
)


def name_in(roots: Sequence[Path], path: Path) -> str | None:
    """Given the folders that count, return a path's name in one of them; None for what passes, or lies elsewhere."""
    root = next((root for root in roots if root in path.parents), None)
    if root is None:
        return None
    name = str(path.relative_to(root)).removeprefix(".dreamd/")
    return None if _PASSING.fullmatch(name) else name


@dataclass(frozen=True)
class Traced:
    """A call: when it began and returned, as places in the trace, its name and flags, what it names, how it ended."""

    began: int
    returned: int
    name: str
    paths: tuple[Path, ...]
    flags: str
    failed: bool


@dataclass
class _File:
    """A file's data: when they were written last, and up to when all of them are on disk."""

    written: int = -1
    synced: int = -1


@dataclass
class _Disk:
    """What the calls so far have done, and how much of it could be lost."""

    roots: Sequence[Path]
    files: dict[Path, _File] = field(default_factory=dict)
    #: names that appeared or went since their folder was synced: when, and their place in the order
    loose: dict[Path, dict[str, tuple[int, int]]] = field(default_factory=dict)
    last: int = 0
    found: list[str] = field(default_factory=list)

    def change(self, sign: str, path: Path, when: int) -> None:
        """A name appears or goes."""
        name = name_in(self.roots, path)
        if name is None:
            return
        what = f"{sign}{name}"
        place = next((place for place, pattern in _ORDER if re.fullmatch(pattern, what)), None)
        if place is None:
            self.found.append(f"{what}: nobody says what must come before it")
            return
        self.rely(what, place)
        if _INDEX <= place <= _PUBLISHED and place < self.last:
            self.found.append(f"{what} after what takes it for granted")
        self.last = _COMMITTED if place <= _COMMITTED else max(place, self.last)
        self.loose.setdefault(path.parent, {})[what] = (when, place)

    def rely(self, what: str, place: int) -> None:
        """Something takes for granted all that comes before it."""
        for names in self.loose.values():
            self.found += [f"{what} while {it} could be lost" for it, (_, before) in names.items() if before < place]

    def appear(self, path: Path, when: int) -> None:
        """A file gets a name under which others find it."""
        name = name_in(self.roots, path)
        file = self.files.get(path)
        if name and file and file.written > file.synced:
            self.found.append(f"+{name} while its data could be lost")
        for folder in path.parents:
            if name and f"+{folder.name}/" in self.loose.get(folder.parent, {}):
                self.found.append(f"+{name} while its folder could be lost")
        self.change("+", path, when)


def trace(command: Sequence[str | Path], strace: str, output: Path) -> list[str | Path]:
    """Given a command, return one that writes its calls that matter here into ``output``."""
    names = ",".join(f"?{name}" for name in CALLS)
    return [strace, "-f", "-y", "-o", output, "-e", f"trace={names}", *command]


def read_trace(lines: Iterable[str]) -> list[Traced]:
    """Given what strace wrote, return the calls in the order in which they began."""
    begun: dict[str, tuple[int, str, str]] = {}
    calls = []
    for when, line in enumerate(lines):
        if (match := _BEGUN.match(line)) and match[2] in CALLS:
            if match[4] is None:
                begun[match[1]] = (when, match[2], match[3])
            else:
                calls.append(_call((when, when), match[2], match[3], match[4]))
        elif (match := _RESUMED.match(line)) and match[1] in begun:
            start, name, arguments = begun.pop(match[1])
            calls.append(_call((start, when), name, arguments, match[3]))
    return sorted(calls, key=lambda call: call.began)


def _call(when: tuple[int, int], name: str, arguments: str, result: str) -> Traced:
    kinds, words = CALLS[name][1], arguments.split(", ")
    paths, folder = [], Path()
    for kind, word in zip(kinds, words, strict=False):
        if kind in "df":
            match = _PLACE.search(word)
            folder = Path(match[1] if match else "")
        if kind == "p":
            folder = folder / word.strip('"')
        if kind in "pf":
            paths.append(folder)
            folder = Path()
    return Traced(*when, name, tuple(paths), " ".join(words[len(kinds) :]), result.startswith("-"))


def losses(calls: Iterable[Traced], roots: Sequence[Path]) -> list[str]:
    """Given the calls of a command and the folders that count, return all moments that rely on what could be lost."""
    disk = _Disk(roots)
    moments = [(call.returned if call.name in _SYNCS else call.began, call) for call in calls if not call.failed]
    for when, call in sorted(moments, key=lambda moment: moment[0]):
        if call.name in _SYNCS:
            _sync(disk, call)
        else:
            _apply(disk, call, when)
    disk.rely("the end", _END)
    return disk.found


def _sync(disk: _Disk, call: Traced) -> None:
    path = call.paths[0]
    if path in disk.files:
        disk.files[path].synced = max(disk.files[path].synced, call.began)
    names = disk.loose.get(path, {})
    disk.loose[path] = {name: it for name, it in names.items() if it[0] > call.began}


def _apply(disk: _Disk, call: Traced, when: int) -> None:
    name = call.name.removesuffix("2").removesuffix("at")
    if name in {"link", "rename"}:
        _name(disk, "exchange" if "RENAME_EXCHANGE" in call.flags else name, call.paths, when)
        return
    path = call.paths[0]
    makes = name == "open" and ("O_CREAT" in call.flags or "O_TRUNC" in call.flags)
    if makes or name in _WRITES:
        disk.files.setdefault(path, _File()).written = when
    if makes:
        disk.appear(path, when)
    elif name == "mkdir" and name_in(disk.roots, path):
        disk.loose.setdefault(path.parent, {})[f"+{path.name}/"] = (when, 0)
    elif name in {"unlink", "rmdir"}:
        disk.files.pop(path, None)
        disk.change("-", path, when)


def _name(disk: _Disk, how: str, paths: Sequence[Path], when: int) -> None:
    """A file gets another name: with ``link`` besides the one that it has, with ``exchange`` for that of another."""
    old, new = paths
    moved, other = disk.files.get(old, _File()), disk.files.get(new, _File())
    if how == "rename":
        disk.change("-", old, when)
    disk.files[new] = moved
    disk.files[old] = other if how == "exchange" else moved
    disk.appear(new, when)
    if how == "exchange":
        disk.appear(old, when)
