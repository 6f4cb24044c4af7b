"""What the phases read in memories' texts, kept: a store's texts are many and a run changes few of them.

All of it follows from a memory's text and paths alone, so it is kept by a digest of these and holds for whatever state
has them. What is not known yet is read when it is asked for. It lies in columns of numbers and not in objects, because
most questions are about all memories at once: how many have a word, which have one of these.

A publisher keeps the columns in a file (``daemon/kept_readings``), which is worthless to another version of the code
that reads texts.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from ..curators.rules.relating.reading import keys
from ..language import dates
from ..memory.census import Census, KeptCensus, counted, restored
from ..memory.markdown import as_shown
from ..memory.records import Memory
from .repeats import spelt, words_of
from .topics import profile

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

_RELATIVE, _TIMELESS, _PLAIN = 1, 2, 4
#: texts that are read at once
_BATCH = 1000
#: told how many memories were looked at, of how many
Told = Callable[[int, int], None]


def _tell_nobody(_done: int, _total: int) -> None:
    return


class Column:
    """For each row the words that it has, each at most once, with its value where that is not 1."""

    def __init__(self, words: Iterable[str] = (), starts: bytes = b"", items: bytes = b"", values: bytes = b"") -> None:
        """Given what ``parts`` returned, be that column; empty by default."""
        self.number = {word: number for number, word in enumerate(words)}
        self._words = list(self.number)
        self._starts, self._items, self._values = array("i", starts or bytes(4)), array("i", items), array("f", values)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._starts) - 1

    def add(self, row: Mapping[str, float]) -> None:
        """Add a row: words with their values."""
        for word, value in sorted(row.items()):
            number = self.number.setdefault(word, len(self._words))
            if number == len(self._words):
                self._words.append(word)
            self._items.append(number)
            if value != 1.0 and not self._values:
                self._values.extend([1.0] * (len(self._items) - 1))
            if value != 1.0 or self._values:
                self._values.append(value)
        self._starts.append(len(self._items))

    def row(self, row: int) -> dict[str, float]:
        """Return a row: words with their values."""
        start, end = self._starts[row], self._starts[row + 1]
        words = map(self._words.__getitem__, self._items[start:end])
        return dict(zip(words, self._values[start:end], strict=True)) if self._values else dict.fromkeys(words, 1.0)

    def words(self, row: int) -> list[str]:
        """Return the words of a row."""
        return [self._words[number] for number in self._items[self._starts[row] : self._starts[row + 1]]]

    def counts(self, rows: Numbers) -> Counts:
        """Given rows, some perhaps more than once, return how many of them have each word."""
        import numpy as np  # noqa: PLC0415 - heavy, and only what asks about all rows needs it

        times = np.bincount(rows, minlength=len(self)).astype(np.float64)
        each = np.repeat(times, self._sizes())
        found = np.bincount(_seen_as_numbers(self._items), weights=each, minlength=len(self._words))
        return Counts(self.number, array("i", found.astype(np.int32).tobytes()))

    def having(self, words: Iterable[str]) -> tuple[Numbers, Numbers]:
        """Given words, return for each row how many of them it has, and how many it has in all."""
        import numpy as np  # noqa: PLC0415 - as above

        wanted = np.zeros(len(self._words), np.int8)
        wanted[np.array([self.number[word] for word in words if word in self.number], np.intp)] = 1
        starts = _seen_as_numbers(self._starts)
        found = np.zeros(len(self._items) + 1, np.int32)
        np.cumsum(wanted[_seen_as_numbers(self._items)], out=found[1:])
        return found[starts[1:]] - found[starts[:-1]], np.diff(starts)

    def rows_with(self, words: Iterable[str]) -> dict[str, Numbers]:
        """Given words, return for each that any row has the rows that have it, in order: one look at all for all."""
        import numpy as np  # noqa: PLC0415 - as above

        numbers = [self.number[word] for word in words if word in self.number]
        wanted = np.zeros(len(self._words), bool)
        wanted[numbers] = True
        items = _seen_as_numbers(self._items)
        places = np.flatnonzero(wanted[items])
        rows = np.searchsorted(_seen_as_numbers(self._starts), places, "right") - 1
        found = items[places]
        order = np.argsort(found, kind="stable")
        rows, edges = rows[order], np.searchsorted(found[order], [numbers, [it + 1 for it in numbers]])
        return {self._words[it]: rows[edges[0, at] : edges[1, at]] for at, it in enumerate(numbers)}

    def _sizes(self) -> Numbers:
        """Return how many words each row has."""
        starts = _seen_as_numbers(self._starts)
        return starts[1:] - starts[:-1]

    def parts(self) -> tuple[list[str], bytes, bytes, bytes]:
        """Return what this column is made of."""
        return self._words, self._starts.tobytes(), self._items.tobytes(), self._values.tobytes()


def _seen_as_numbers(column: array[int]) -> Numbers:
    """Given a column's numbers, return them without a copy: as long as that is held, no row can be added."""
    import numpy as np  # noqa: PLC0415 - as above

    return np.asarray(memoryview(column))


class Counts(Mapping[str, int]):
    """How many rows had a word when they were counted, for each word that any had."""

    def __init__(self, number: Mapping[str, int], counts: Sequence[int]) -> None:
        """Given the numbers of words, to which more may come, and the counts by number, be these."""
        self._number, self._counts = number, counts

    def __getitem__(self, word: str) -> int:
        """Return how many rows had a word; raises KeyError where none had."""
        number = self._number[word]
        count = self._counts[number] if number < len(self._counts) else 0
        if not count:
            raise KeyError(word)
        return count

    def __iter__(self) -> Iterator[str]:
        """Yield the words that any row had."""
        return (word for word, number in self._number.items() if number < len(self._counts) and self._counts[number])

    def __len__(self) -> int:
        """Return how many words any row had."""
        return sum(map(bool, self._counts))


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    census: KeptCensus
    rows: bytes
    digests: bytes
    marks: bytes
    columns: tuple[tuple[list[str], bytes, bytes, bytes], ...]


class Readings:
    """The readings of all texts that were asked for. A memory has a row; memories that read the same share one.

    ``keys`` are what statements of the same thing are found under, ``labels`` the topics that a memory could stand
    under with their strength, ``said`` the words that would make it another statement, with the sign of each.
    """

    def __init__(self) -> None:
        """Start with nothing read."""
        self.keys, self.labels, self.said = Column(), Column(), Column()
        self.learned = 0
        self._marks = bytearray()
        self._row: dict[bytes, int] = {}
        self._counted = counted(()).kept(), b""

    def row(self, memory: Memory) -> int:
        """Given a memory, return its row; it is read if nobody has."""
        digest = _digest(memory)
        row = self._row.get(digest)
        if row is None:
            row = self._row[digest] = self._read(memory, *as_shown(memory.text))
        return row

    def rows(self, memories: Sequence[Memory]) -> Numbers:
        """Given memories, return their rows in the same order; a census is asked once for each of them."""
        import numpy as np  # noqa: PLC0415 - heavy, and only what asks about all rows needs it

        if not isinstance(memories, Census):
            digests = list(map(_digest, memories))
            self._learn(dict(zip(digests, memories, strict=True)))
            return np.array(list(map(self._row.__getitem__, digests)), np.int32)
        if memories.rows is None or memories.reader is not self:
            memories.reader, memories.rows = self, np.full(len(memories), -1, np.int32)
        if len(unknown := np.flatnonzero(memories.rows < 0)):
            memories.rows[unknown] = self.rows([memories[place] for place in unknown.tolist()])
        return memories.rows

    def absolute(self, memories: Census) -> Census:
        """Given memories, return those that do not speak of a day relative to the one on which it was said."""
        return self._without(_RELATIVE, memories)

    def timely(self, memories: Census) -> Census:
        """Given memories, return those whose text could say a time to be made absolute, or when it ends."""
        return self._without(_TIMELESS, memories)

    def is_plain(self, memory: Memory) -> bool:
        """Tell whether a memory's text stands in a published line as it is."""
        return bool(self._marks[self.row(memory)] & _PLAIN)

    def plain(self, memories: Sequence[Memory]) -> Numbers:
        """Given memories, return of each whether its text stands in a published line as it is."""
        import numpy as np  # noqa: PLC0415 - as above

        rows = self.rows(memories)
        return (np.frombuffer(bytes(self._marks), np.uint8)[rows] & _PLAIN) > 0

    def _without(self, mark: int, memories: Census) -> Census:
        import numpy as np  # noqa: PLC0415 - as above

        rows = self.rows(memories)
        return memories.take(np.flatnonzero((np.frombuffer(bytes(self._marks), np.uint8)[rows] & mark) == 0))

    def only(self, memories: Sequence[Memory], told: Told = _tell_nobody) -> Readings:
        """Given memories, return the readings of these alone; ``told`` gets how many were looked at, of how many.

        Those that are not known are read.
        """
        rows: list[int] = []
        for start in range(0, len(memories), _BATCH):
            told(start, len(memories))
            rows += self.rows(memories[start : start + _BATCH]).tolist()
        used = {row: number for number, row in enumerate(dict.fromkeys(rows))}
        return self._with(used) if len(used) < len(self._marks) else self

    def _with(self, used: Mapping[int, int]) -> Readings:
        """Given rows and their new numbers, in order, return the readings of these alone."""
        kept, digests = Readings(), list(self._row)
        for row, number in used.items():
            kept._row[digests[row]] = number
            kept._marks.append(self._marks[row])
            for mine, theirs in zip(self._columns, kept._columns, strict=True):
                theirs.add(mine.row(row))
        return kept

    @property
    def _columns(self) -> tuple[Column, Column, Column]:
        return self.keys, self.labels, self.said

    def place(self, stored: _Stored) -> None:
        """Given what was stored of all rows, know these."""
        digests = stored.digests
        self._row = {digests[at : at + _SHORT]: at // _SHORT for at in range(0, len(digests), _SHORT)}
        self._marks = bytearray(stored.marks)
        self._counted = stored.census, stored.rows

    def dump(self, census: Census | None = None) -> bytes:
        """Given the census of what was read, return all that was, for ``restore``."""
        columns = tuple(column.parts() for column in self._columns)
        census = counted(()) if census is None else census
        rows = self.rows(census).tobytes()
        stored = _Stored(census.kept(), rows, b"".join(self._row), bytes(self._marks), columns)
        return msgspec.msgpack.encode(stored)

    def census(self, memories: Mapping[str, Memory]) -> Census:
        """Given all memories by id, return the census that was kept with these readings, of those that it counted.

        What was altered since is not in it (``Census.after``). It is told once, since it takes room. Raises ValueError
        where it is none.
        """
        import numpy as np  # noqa: PLC0415 - as above

        (kept, rows), self._counted = self._counted, (counted(()).kept(), b"")
        census = restored(kept, memories)
        census.reader, census.rows = self, np.frombuffer(rows, np.int32).copy()
        if len(census.rows) != len(census):
            raise ValueError("it has not as many rows as memories")
        return census

    def _learn(self, memories: Mapping[bytes, Memory]) -> None:
        """Read the texts that nobody has, many at once: looking for secrets in each alone takes most of the time."""
        waiting = [(digest, memory) for digest, memory in memories.items() if digest not in self._row]
        for start in range(0, len(waiting), _BATCH):
            batch = waiting[start : start + _BATCH]
            shown = as_shown(*(memory.text for _, memory in batch))
            for (digest, memory), line in zip(batch, shown, strict=True):
                self._row[digest] = self._read(memory, line)

    def _read(self, memory: Memory, shown: str) -> int:
        self.learned += 1
        text = memory.text
        self.keys.add(dict.fromkeys(keys(text), 1.0))
        self.labels.add(profile(memory))
        self.said.add(dict.fromkeys((spelt(*word) for word in words_of(text)), 1.0))
        marks = _RELATIVE * dates.is_relative(text) + _TIMELESS * dates.is_timeless(text)
        self._marks.append(marks + _PLAIN * (shown == text))
        return len(self._marks) - 1


def restore(data: bytes | memoryview) -> Readings:
    """Given what ``dump`` returned, return those readings; raises ValueError where it is nothing of the kind."""
    stored = msgspec.msgpack.decode(data, type=_Stored)
    readings = Readings()
    readings.keys, readings.labels, readings.said = (Column(*parts) for parts in stored.columns)
    readings.place(stored)
    return readings


_SHORT = 16


def _digest(memory: Memory) -> bytes:
    said, paths = memory.text.encode("utf-8", "surrogatepass"), memory.about.paths
    if not paths:
        return hashlib.blake2b(said, digest_size=_SHORT).digest()
    named = "\0".join((str(len(said)), *paths)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(said + b"\0" + named, digest_size=_SHORT, person=b"with paths").digest()
