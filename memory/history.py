"""What became of single memories, told from the ledger without folding all of it.

A store of a hundred thousand memories takes seconds to fold, and ``why`` is asked about one. An id is eight characters
that stand in an entry's bytes exactly where a change concerns it. So the entries that the postings name, and those that
followed, are searched as bytes, and only lines that name the id are decoded: what a change does to one memory depends
on no other (``changes.alter``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ..errors import DamagedError
from .changes import Add, Change, ChangeError, alter, touched
from .entry import Entry, EntryError, EntryKind, Header, check_seal, decode_change, decode_header
from .files import Store
from .ledger import read_bytes
from .postings import Postings, read_postings
from .records import ALPHABET, ID_LENGTH, Memory

#: for so few ids each is searched for in all of an entry before its lines are looked at
_FEW = 4
#: where the op and the id stand in a line that is cut at its quotation marks: {"op":"add","id":"k3f9a2qx",…
_OP, _OWN = 3, 7
#: changes that alter other memories than their own
_ALTER_OTHERS = frozenset({b"merge", b"supersede", b"conflict"})
_IDS = re.compile(b'"([%s]{%d})"' % (ALPHABET.encode(), ID_LENGTH))


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

    @property
    def imported(self) -> Step | None:
        """The step that added the memory, where an import did."""
        added = (it for it in self.steps if isinstance(it.change, Add) and it.header.kind is EntryKind.IMPORT)
        return next(added, None)


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


def memories_after(store: Store, entry: Entry) -> dict[str, Memory]:
    """Given an entry, return the memories that its changes are named for, as they are after it.

    What it adds itself is not looked for in what came before.
    """
    added: dict[str, Memory] = {}
    for change in entry.changes:
        for name in touched(change):
            if name in added or isinstance(change, Add):
                added[name] = alter(change, name, added.get(name), entry.header.now)
    others = {change.id for change in entry.changes} - added.keys()
    return added | memories_at(store, entry.header.generation, others) if others else added


def ids_like(store: Store, prefix: str) -> list[str]:
    """Given the beginning of an id, return the ids in the ledger that begin like it, sorted."""
    if not prefix or set(prefix) - set(ALPHABET) or len(prefix) > ID_LENGTH:
        return []
    known = read_postings(store) or Postings()
    added, found = b'\n{"op":"add","id":"' + prefix.encode(), known.ids_like(prefix)
    if found and len(prefix) == ID_LENGTH:
        return sorted(found)
    for _, data in read_bytes(store, after=known.generation):
        end = 0
        while (start := data.find(added, end)) >= 0:
            end = start + len(added) - len(prefix) + ID_LENGTH
            found.add(data[end - ID_LENGTH : end].decode(errors="replace"))
        if found and len(prefix) == ID_LENGTH:
            break  # a whole id is added once
    return sorted(found)


def _steps(store: Store, names: Collection[str], last: int | None) -> Iterator[Step]:
    wanted = frozenset(name.encode() for name in names)
    known = read_postings(store) or Postings()
    for generation, data in read_bytes(store, last, known.generation, also=known.generations(names)):
        lines = _concerning(data, wanted)
        if not lines:
            continue
        try:
            check_seal(data)
            header = decode_header(data, lambda data=data: data)  # type: ignore[misc]
            for line in lines:
                yield Step(header, decode_change(line))
        except EntryError as error:
            raise DamagedError(str(store.entry(generation)), str(error)) from error


def _concerning(data: bytes, wanted: frozenset[bytes]) -> list[bytes]:
    """Return the lines of an entry that are changes of one of these memories."""
    if len(wanted) <= _FEW and not any(name in data for name in wanted):
        return []
    parted = ((line.split(b'"', _OWN + 1), line) for line in data.split(b"\n") if line.startswith(b'{"op":"'))
    return [
        line
        for parts, line in parted
        if len(parts) > _OWN
        and (parts[_OWN] in wanted or (parts[_OP] in _ALTER_OTHERS and not wanted.isdisjoint(_IDS.findall(line))))
    ]
