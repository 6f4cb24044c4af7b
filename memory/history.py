"""What became of single memories, told from the ledger without folding all of it.

A store of a hundred thousand memories takes seconds to fold, and ``why`` is asked about one. An id is eight characters
that stand in an entry's bytes exactly where a change concerns it, so entries are searched as bytes, and only lines that
name the id are decoded: what a change does to one memory depends on no other (``changes.alter``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ..errors import DamagedError
from .atomic import read_file
from .changes import Change, ChangeError, alter, touched
from .entry import EntryError, Header, check_seal, decode_change, decode_header
from .files import Store
from .ledger import generations
from .records import ALPHABET, ID_LENGTH, Memory


@dataclass(frozen=True)
class Step:
    """One change that concerned a memory, and the entry that it stands in."""

    header: Header
    change: Change


@dataclass(frozen=True)
class History:
    """A memory as it is now, and everything that led there, oldest first."""

    memory: Memory
    steps: tuple[Step, ...]


def trace(store: Store, names: Collection[str], last: int | None = None) -> dict[str, History]:
    """Given ids, return the history of each that the ledger knows, up to generation ``last`` (the head by default).

    Raises DamagedError where an entry that names one of them is damaged; others are not looked into.
    """
    memories: dict[str, Memory] = {}
    steps: dict[str, list[Step]] = {}
    for step in _steps(store, names, last):
        for name in touched(step.change):
            if name in names:
                try:
                    memories[name] = alter(step.change, name, memories.get(name), step.header.now)
                except ChangeError as error:
                    raise DamagedError(f"ledger entry {step.header.generation}", str(error)) from error
                steps.setdefault(name, []).append(step)
    return {name: History(memory, tuple(steps[name])) for name, memory in memories.items()}


def memories_at(store: Store, generation: int, names: Collection[str]) -> dict[str, Memory]:
    """Given ids, return those memories as they were at a generation."""
    return {name: history.memory for name, history in trace(store, names, generation).items()}


def ids_like(store: Store, prefix: str) -> list[str]:
    """Given the beginning of an id, return the ids in the ledger that begin like it, sorted."""
    if not prefix or set(prefix) - set(ALPHABET) or len(prefix) > ID_LENGTH:
        return []
    rest = ID_LENGTH - len(prefix)
    added = re.compile(rb'^\{"op":"add","id":"(%s[0-9a-z]{%d})"' % (prefix.encode(), rest), re.MULTILINE)
    return sorted({name.decode() for _, data in _entries(store, None) for name in added.findall(data)})


def _steps(store: Store, names: Collection[str], last: int | None) -> Iterator[Step]:
    wanted = [name.encode() for name in names]
    anyone = re.compile(b"|".join(map(re.escape, wanted)) if wanted else b"(?!)")
    for generation, data in _entries(store, last):
        if not anyone.search(data):
            continue
        path = store.entry(generation)
        try:
            check_seal(data)
            header = decode_header(data, lambda data=data: data)  # type: ignore[misc]
            end = 0
            while found := anyone.search(data, end):
                start = data.rfind(b"\n", 0, found.start()) + 1
                end = data.find(b"\n", found.end())
                line = data[start:end]
                if start and line.startswith(b'{"op"'):
                    yield Step(header, decode_change(line))
        except EntryError as error:
            raise DamagedError(str(path), str(error)) from error


def _entries(store: Store, last: int | None) -> Iterator[tuple[int, bytes]]:
    for generation in generations(store):
        if last is not None and generation > last:
            return
        yield generation, read_file(store.entry(generation))
