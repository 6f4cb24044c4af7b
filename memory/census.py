"""The active memories in their order, and of each the numbers that are asked of all of them.

Where a store holds a hundred thousand, most questions are about all and their answers are a few: which are pinned,
which have faded, how many have a topic. So what is asked of all lies in one table of numbers, and a memory is decoded
(``stored``) when it is looked at. The table follows from the memories alone; it is kept from one run to the next
(``phases/readings``), and brought up to date by what was altered since.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import compress
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload
from zlib import crc32

import msgspec

from .records import Kind, Memory, Trust
from .topic import CHOSEN

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

#: flags: a person's word; pinned; in conflict; of a topic that a person chose; with a weight that more goes into than
#: trust, certainty and age; with more evidence than there is room for
USER, PINNED, DOUBTED, PLACED, ODD, MANY = 1, 2, 4, 8, 16, 32
#: kinds by their number
KINDS = tuple(Kind)
#: what stands for "never", in microseconds
NEVER = 2**62
#: records of evidence that are told of each memory; more are seldom kept
_RECORDS = 4
#: one row a memory: times in microseconds since 1970, topic and people by their number, records as CRC-32 (0: none)
_COLUMNS = [
    *(("learned", "i8"), ("seen", "i8"), ("until", "i8"), ("sure", "f8")),
    *(("topic", "i4"), ("people", "i4"), ("length", "i4"), ("records", "u4", (_RECORDS,))),
    *(("kind", "u1"), ("flags", "u1")),
]
#: oldest first, ties by id
ORDER = attrgetter("learned", "id")
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)

Value = TypeVar("Value", bound=Hashable)


class KeptCensus(msgspec.Struct, frozen=True, array_like=True):
    """A census as it is kept: ids, the table's bytes, and what its numbers stand for."""

    ids: list[str]
    table: bytes
    topics: list[str]
    people: list[tuple[str, ...]]


class Numbered(Generic[Value]):
    """Values by their number. More may come, and what has a number keeps it."""

    def __init__(self, values: Iterable[Value] = ()) -> None:
        """Given values, number them in that order."""
        self.values = list(values)
        self._number = {value: number for number, value in enumerate(self.values)}

    def number(self, value: Value) -> int:
        """Given a value, return its number."""
        number = self._number.setdefault(value, len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number


class Census(Sequence[Memory]):
    """Memories in an order, that of ``ORDER`` where they are a state's, and a table with a row for each.

    ``rows`` are numbers that ``reader`` gave them, below 0 where it has not yet: they go along with the memories.
    """

    def __init__(
        self,
        ids: list[str],
        memories: Mapping[str, Memory] | Sequence[Memory],
        table: Numbers | None = None,
        topics: Numbered[str] | None = None,
        people: Numbered[tuple[str, ...]] | None = None,
    ) -> None:
        """Given ids and the memories, by id or in the same order, count them once the table is asked for."""
        self.ids = ids
        self.topics: Numbered[str] = topics or Numbered()
        self.people: Numbered[tuple[str, ...]] = people or Numbered()
        self.reader: object = None
        self.rows: Numbers | None = None
        self._memories, self._table = memories, table

    @property
    def table(self) -> Numbers:
        """The numbers, a row a memory."""
        if self._table is None:
            self._table = self._counted(list(self))
        return self._table

    def topic_names(self) -> list[str]:
        """Return the topic of each memory."""
        return list(map(self.topics.values.__getitem__, self.table["topic"].tolist()))

    def all_people(self) -> set[str]:
        """Return whoever any memory names or was said by."""
        import numpy as np  # noqa: PLC0415 - heavy, and only what asks about all memories needs it

        return {name for number in np.unique(self.table["people"]).tolist() for name in self.people.values[number]}

    def places(self, flags: int) -> list[int]:
        """Given flags, return the places of the memories that have any of them."""
        import numpy as np  # noqa: PLC0415 - as above

        found: list[int] = np.flatnonzero(self.table["flags"] & flags).tolist()
        return found

    def newer_than(self, time: datetime) -> Numbers:
        """Given a time, return the places of the memories that were learned or seen after it."""
        import numpy as np  # noqa: PLC0415 - as above

        return np.flatnonzero(np.maximum(self.table["learned"], self.table["seen"]) > microseconds(time))

    def are_in(self, names: Collection[str]) -> Numbers:
        """Given ids, tell of each memory whether it has one of them."""
        import numpy as np  # noqa: PLC0415 - as above

        return np.fromiter(map(frozenset(names).__contains__, self.ids), bool, len(self.ids))

    def resting_on(self, records: Collection[str]) -> Census:
        """Given ids of records, return the memories that may have evidence from one of them, and few that have none."""
        import numpy as np  # noqa: PLC0415 - as above

        if not records:
            return self.take([])
        wanted = np.array([crc32(it.encode("utf-8", "surrogatepass")) for it in records], np.uint32)
        found = np.isin(self.table["records"], wanted).any(axis=1) | ((self.table["flags"] & MANY) > 0)
        return self.take(np.flatnonzero(found))

    def take(self, places: Numbers | Sequence[int]) -> Census:
        """Given places, return the memories at these, in that order."""
        import numpy as np  # noqa: PLC0415 - as above

        where = np.asarray(places, np.intp)
        listed = where.tolist()
        memories = self._memories
        if not isinstance(memories, Mapping):
            memories = [memories[place] for place in listed]
        ids = [self.ids[place] for place in listed]
        taken = Census(ids, memories, self.table[where], self.topics, self.people)
        if self.rows is not None:
            taken.reader, taken.rows = self.reader, self.rows[where]
        return taken

    def after(self, memories: Mapping[str, Memory], altered: Collection[str]) -> Census:
        """Given all memories as they are now, and the ids of those that were altered, return the census of these."""
        import numpy as np  # noqa: PLC0415 - as above

        come = sorted((it for it in map(memories.__getitem__, altered) if it.active), key=ORDER)
        stay = ~self.are_in(altered)
        ids = list(compress(self.ids, stay.tolist()))
        table = self.table[stay]
        learned = np.ascontiguousarray(table["learned"])  # or each search in it would copy it
        at = [_place(memory, ids, learned) for memory in come]
        fresh = self._counted(come)
        # Of two that come to the same place the first stands first, as they are in order.
        after = Census(_inserted(ids, at, come), memories, np.insert(table, at, fresh), self.topics, self.people)
        if self.rows is not None:
            after.reader, after.rows = self.reader, np.insert(self.rows[stay], at, -1)
        return after

    def kept(self) -> KeptCensus:
        """Return it as it is kept."""
        table = self.table.tobytes() if self.ids else b""
        return KeptCensus(self.ids, table, self.topics.values, self.people.values)

    def _counted(self, memories: Sequence[Memory]) -> Numbers:
        import numpy as np  # noqa: PLC0415 - as above

        table = np.zeros(len(memories), _COLUMNS)
        if not memories:
            return table
        table["learned"] = [microseconds(it.learned) for it in memories]
        table["seen"] = [microseconds(it.last_seen) for it in memories]
        table["until"] = [microseconds(it.valid_until) if it.valid_until else NEVER for it in memories]
        table["sure"] = [it.factors.confidence for it in memories]
        table["topic"] = [self.topics.number(it.topic) for it in memories]
        table["people"] = [self.people.number((*it.people, *it.about.people)) for it in memories]
        table["length"] = [len(it.text) for it in memories]
        table["records"] = [_records(it) for it in memories]
        table["kind"] = [KINDS.index(it.kind) for it in memories]
        table["flags"] = [_flags(it) for it in memories]
        return table

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self.ids)

    def __iter__(self) -> Iterator[Memory]:
        """Yield them in order."""
        memories = self._memories
        return iter(memories) if not isinstance(memories, Mapping) else map(memories.__getitem__, self.ids)

    @overload
    def __getitem__(self, place: int) -> Memory: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Memory]: ...

    def __getitem__(self, place: int | slice) -> Memory | Sequence[Memory]:
        """Given a place or several, return what stands there."""
        memories = self._memories
        if not isinstance(memories, Mapping):
            return memories[place]
        if isinstance(place, slice):
            return list(map(memories.__getitem__, self.ids[place]))
        return memories[self.ids[place]]


def census_of(memories: Mapping[str, Memory]) -> Census:
    """Given all memories by id, return the census of the active ones."""
    return counted(sorted((it for it in memories.values() if it.retired is None), key=ORDER))


def counted(memories: Sequence[Memory]) -> Census:
    """Given memories, return the census of these, in that order."""
    if isinstance(memories, Census):
        return memories
    return Census([memory.id for memory in memories], memories)


def restored(kept: KeptCensus, memories: Mapping[str, Memory]) -> Census:
    """Given what was kept of a census and the memories by id, return it; raises ValueError where it is none."""
    import numpy as np  # noqa: PLC0415 - as above

    table = np.frombuffer(kept.table, _COLUMNS)
    if len(table) != len(kept.ids):
        raise ValueError("it has not as many rows as memories")
    return Census(kept.ids, memories, table, Numbered(kept.topics), Numbered(kept.people))


def _place(memory: Memory, ids: Sequence[str], learned: Numbers) -> int:
    """Return where a memory belongs among others, given their ids and when they were learned."""
    when = microseconds(memory.learned)
    first, last = learned.searchsorted(when, "left"), learned.searchsorted(when, "right")
    return bisect_left(ids, memory.id, int(first), int(last))


def _inserted(ids: list[str], places: Sequence[int], memories: Sequence[Memory]) -> list[str]:
    found: list[str] = []
    before = 0
    for place, memory in zip(places, memories, strict=True):
        found += ids[before:place]
        found.append(memory.id)
        before = place
    return found + ids[before:]


def microseconds(time: datetime) -> int:
    """Given a time, return it in microseconds since 1970."""
    return (time - _EPOCH) // _MICROSECOND


def _records(memory: Memory) -> tuple[int, ...]:
    found = tuple(crc32(piece.record.encode("utf-8", "surrogatepass")) for piece in memory.evidence[:_RECORDS])
    return found + (0,) * (_RECORDS - len(found))


def _flags(memory: Memory) -> int:
    odd = (
        memory.pinned
        or memory.verified is not None
        or memory.factors.uses
        or memory.conflicts_with
        or len(memory.sessions) > 1
        or len(memory.people) > 1
    )
    return (
        USER * (memory.trust is Trust.USER)
        | PINNED * memory.pinned
        | DOUBTED * bool(memory.conflicts_with)
        | PLACED * (CHOSEN in memory.held)
        | ODD * bool(odd)
        | MANY * (len(memory.evidence) > _RECORDS)
    )
