"""The postings: for each id, the generations whose entries concern it, so that nobody has to look into a thousand.

As the postings of an inverted index, with memories for terms and ledger entries for documents. They derive from the
ledger and may be deleted at any time. A line of JSON (``Head``), then one line for each pair, sorted and all of one
length, so that an id is found by bisection::

    k3f9a2qx 00000042

They reach up to some generation; entries after it are looked into. As with a checkpoint, they are believed only where
the entry that they end with is the ledger's, and no later entry says that it rewrote one before.
"""

from __future__ import annotations

import bisect
import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import msgspec

from .atomic import write_file
from .changes import touched
from .checkpoint import digest_of_entry, lags
from .entry import Entry
from .files import FORMAT, Store
from .ledger import read_entries, read_headers
from .reads import read_file
from .records import ID_LENGTH

#: so many bytes of entries are looked into as quickly as postings are read
SMALL = 8 * 1024 * 1024

#: more than this (bytes) is no postings of ours, and is not read to its end
_LIMIT = 256 * 1024 * 1024
_DIGITS = 8
_LINE = ID_LENGTH + 1 + _DIGITS + 1


class Head(msgspec.Struct, frozen=True):
    """First line of the postings: what binds them to their ledger, and the CRC-32 of the lines that follow."""

    format: int
    generation: int
    entry: str  # sha256 (hex) of the file of the ledger's entry ``generation``
    crc32: int


_HEAD = msgspec.json.Decoder(Head)


@dataclass(frozen=True)
class Postings:
    """Which entries concern which ids, up to a generation."""

    generation: int = 0
    lines: bytes = b""

    def __len__(self) -> int:
        """Return how many pairs of an id and a generation there are."""
        return len(self.lines) // _LINE

    def ids_like(self, prefix: str) -> set[str]:
        """Given the beginning of an id, return the ids that begin like it."""
        return {it[:ID_LENGTH].decode(errors="replace") for it in self._like(prefix.encode())}

    def generations(self, names: Collection[str]) -> set[int]:
        """Given ids, return the generations whose entries concern one of them."""
        found = (it[ID_LENGTH:].strip() for name in names for it in self._like(name.encode()))
        return {int(it) for it in found if it.isdigit()}

    def with_entries(self, entries: Iterable[Entry]) -> Postings:
        """Given the entries that follow, in order, return the postings up to the last of them."""
        generation = self.generation
        found: set[bytes] = set()
        for entry in entries:
            generation = entry.header.generation
            ids = {name.encode() for change in entry.changes for name in touched(change)}
            found.update(b"%s %0*d\n" % (name, _DIGITS, generation) for name in ids if len(name) == ID_LENGTH)
        known = (self.lines[start : start + _LINE] for start in range(0, len(self.lines), _LINE))
        return Postings(generation, b"".join(sorted([*known, *found])))

    def _like(self, prefix: bytes) -> list[bytes]:
        at = range(len(self))
        first, end = (bisect.bisect_left(at, it, key=self._line) for it in (prefix, prefix + b"\xff"))
        return [self._line(number) for number in at[first:end]]

    def _line(self, number: int) -> bytes:
        return self.lines[number * _LINE : (number + 1) * _LINE]


def read_postings(store: Store) -> Postings | None:
    """Given a store, return its postings; None where it has none, or where they are damaged or do not fit."""
    try:
        line, _, lines = read_file(store.postings, _LIMIT).partition(b"\n")
        head = _HEAD.decode(line)
        if head.format != FORMAT or head.crc32 != zlib.crc32(lines) or len(lines) % _LINE:
            return None
        if digest_of_entry(store, head.generation) != head.entry:
            return None
    except (OSError, ValueError, RecursionError):  # msgspec's errors are of these kinds
        return None
    if any(number <= head.generation for it in read_headers(store, head.generation) for number in it.rewrote):
        return None
    return Postings(head.generation, lines)


def postings_are_due(store: Store, known: Postings | None, generation: int) -> bool:
    """Given what postings a store has, tell whether at a generation they are wanted anew."""
    return lags(store, known.generation if known else 0, generation, SMALL)


def write_postings(store: Store, known: Postings | None, generation: int) -> None:
    """Given what postings a store has, write those up to a generation; only entries that follow them are read."""
    base = known if known and known.generation <= generation else Postings()
    found = base.with_entries(read_entries(store, generation, base.generation))
    head = Head(FORMAT, generation, digest_of_entry(store, generation), zlib.crc32(found.lines))
    write_file(store.postings, msgspec.json.encode(head) + b"\n" + found.lines)
