"""The ledger: numbered entries that are only ever added, and the state that they fold to.

The way of a commit (invariants 1 and 2)::

    plan for base N ──encode──▶ temporary file, on disk ──link()──▶ ledger/N+1.jsonl ──sync folder──▶ committed
                                                           │
                                                           └─ the name is taken ──▶ StaleBaseError: nothing happened

``link()`` succeeds for exactly one writer, also over a network file system, so it is a compare-and-swap on the head.
Before it nothing has happened; after it everything has. A reply that gets lost is settled by reading: if the name has
our bytes, we have committed (``atomic.create_file``).
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Container, Iterable, Iterator, MutableMapping
from datetime import datetime
from types import MappingProxyType

from msgspec.structs import replace

from ..errors import DamagedError, NoStoreError, StaleBaseError, UnreadableError
from .atomic import create_file, make_folder
from .changes import ChangeError, State, alter, touched
from .checkpoint import read_checkpoint
from .entry import Entry, EntryError, EntryKind, Header, count, decode, decode_header, encode
from .files import Store, entry_name, parse_entry
from .reads import is_file, list_folder, read_file, reader_of
from .records import Memory
from .stored import copied

#: how much of an entry is read for its header at first, in bytes: most are shorter
HEADER_FIRST = 16 * 1024

#: what reading says where a link, a folder or a device has an entry's name; an entry is none of these
_NO_FILE = frozenset({errno.ELOOP, errno.EISDIR, errno.EINVAL, errno.ENXIO})


class _RewrittenError(Exception):
    """Entries that a state was folded from are not what they were."""


def generations(store: Store) -> list[int]:
    """Given a store, return the generations that its ledger holds, in order.

    Raises DamagedError at a gap, NoStoreError where the whole store has gone, as when its file system is unmounted.
    """
    found = entries_there(store)
    for expected, number in enumerate(found, start=1):
        if number != expected:
            raise DamagedError(str(store.ledger), f"entry {expected} is missing")
    return found


def entries_there(store: Store) -> list[int]:
    """Given a store, return the numbers of the entries that are there, in order, whatever is missing between them.

    Raises NoStoreError as ``generations`` does, UnreadableError where they cannot be listed.
    """
    try:
        names = list_folder(store.ledger)
    except FileNotFoundError:
        if not is_file(store.format):
            raise NoStoreError(str(store.root)) from None
        return []
    except OSError as error:
        raise UnreadableError.of(str(store.ledger), error) from error
    return sorted(number for number in map(parse_entry, names) if number is not None)


def head(store: Store) -> int:
    """Given a store, return its generation: the number of committed entries."""
    found = generations(store)
    return found[-1] if found else 0


def read_entry(store: Store, generation: int) -> Entry:
    """Given a generation, return its entry; raises DamagedError where it is not whole, UnreadableError, OSError."""
    with _naming(store, generation):
        data = read_file(store.entry(generation))
    return _entry(store, generation, data)


def read_entries(store: Store, last: int | None = None, after: int = 0) -> Iterator[Entry]:
    """Given a store, yield its entries in order, those after generation ``after`` up to and including ``last``."""
    for generation, data in read_bytes(store, last, after):
        yield _entry(store, generation, data)


def read_bytes(
    store: Store,
    last: int | None = None,
    after: int = 0,
    limit: int | None = None,
    also: Container[int] = (),
) -> Iterator[tuple[int, bytes]]:
    """Given a store, yield the numbers of its entries and what their files begin with (``limit`` bytes, or all).

    Those up to ``last`` that follow ``after``, and of the earlier ones those that are in ``also``, in order.
    """
    wanted = [it for it in generations(store)[:last] if it > after or it in also]
    if wanted:
        with reader_of(store.ledger) as read:
            for generation in wanted:
                with _naming(store, generation):
                    data = read(entry_name(generation), limit)
                yield generation, data


def read_headers(store: Store, after: int = 0) -> Iterator[Header]:
    """Given a store, yield the headers of its entries in order, from the generation after ``after`` on.

    Only the first line of each is read, and no checksum is asked: a list of generations, or what they consumed, need
    not cost what the memories do. Raises DamagedError where a header is none.
    """
    for generation, start in read_bytes(store, after=after, limit=HEADER_FIRST):
        try:
            header = decode_header(start, lambda it=generation: read_file(store.entry(it)))  # type: ignore[misc]
        except EntryError as error:
            raise DamagedError(str(store.entry(generation)), str(error)) from error
        if header.generation != generation:
            raise DamagedError(str(store.entry(generation)), f"it says that it is entry {header.generation}")
        yield header


def load(store: Store, last: int | None = None, known: State | None = None) -> State:
    """Given a store, return its state at generation ``last`` (the head by default).

    Only what follows ``known``, a state of an earlier generation, is read and folded, or else what follows the
    checkpoint; unless a purge has rewritten what led there.
    """
    base = known or read_checkpoint(store, last)
    if base is not None:
        with contextlib.suppress(_RewrittenError):
            return advance(base, _not_rewriting(read_entries(store, last, base.generation), base.generation))
    return advance(State(), read_entries(store, last))


def advance(state: State, entries: Iterable[Entry]) -> State:
    """Given a state and the entries that follow it, return the state after them.

    Raises DamagedError where they do not fit. One dictionary is filled for all of them: a copy for each would cost a
    thousand generations a thousand copies.
    """
    memories, topics = copied(state.memories), dict(state.topics)
    parts, inbox = set(state.parts), set(state.inbox)
    header: Header | None = None
    shown, last_dream = state.shown, state.last_dream
    for entry in entries:
        header = entry.header
        try:
            _fold_entry(memories, topics, entry)
        except ChangeError as error:
            raise DamagedError(f"ledger entry {header.generation}", str(error)) from error
        parts.update(header.consumed.parts)
        inbox.update(header.consumed.inbox)
        shown = shown if header.shown is None else header.shown
        last_dream = header.now if header.kind is EntryKind.DREAM else last_dream
    if header is None:
        return state
    return State(
        memories=MappingProxyType(memories) if isinstance(memories, dict) else memories,
        generation=header.generation,
        now=header.now,
        parts=frozenset(parts),
        inbox=frozenset(inbox),
        shown=shown,
        last_dream=last_dream,
        topics=MappingProxyType(topics),
    )


def positions(store: Store) -> State:
    """Given a store, return its state without the memories: how far it has read, and when it last dreamt.

    Gates ask for no more, and a resident process must not hold what a store knows.
    """
    parts: set[str] = set()
    inbox: set[str] = set()
    last_dream: datetime | None = None
    header: Header | None = None
    for header in read_headers(store):
        parts.update(header.consumed.parts)
        inbox.update(header.consumed.inbox)
        last_dream = header.now if header.kind is EntryKind.DREAM else last_dream
    if header is None:
        return State()
    return State(
        generation=header.generation,
        now=header.now,
        parts=frozenset(parts),
        inbox=frozenset(inbox),
        last_dream=last_dream,
    )


def commit(store: Store, entry: Entry) -> None:
    """Given an entry made for the present head, make it the next one; raises StaleBaseError if the head has moved."""
    generation = entry.header.generation
    if head(store) != generation - 1:
        raise StaleBaseError(str(generation))
    make_folder(store.ledger, parents=False)
    counted = replace(entry.header, counts=count(entry.changes))
    if not create_file(store.entry(generation), encode(Entry(counted, entry.changes))):
        raise StaleBaseError(str(generation))


def _entry(store: Store, generation: int, data: bytes) -> Entry:
    try:
        entry = decode(data)
    except EntryError as error:
        raise DamagedError(str(store.entry(generation)), str(error)) from error
    if entry.header.generation != generation:
        raise DamagedError(str(store.entry(generation)), f"it says that it is entry {entry.header.generation}")
    return entry


@contextlib.contextmanager
def _naming(store: Store, generation: int) -> Iterator[None]:
    """Say that an entry is damaged where something else has its name, and else that it cannot be read.

    Of one that this account may not read, or that a disk does not give, nobody knows that it is damaged.
    """
    try:
        yield
    except FileNotFoundError:
        raise  # the whole store went since its ledger was listed
    except OSError as error:
        path = str(store.entry(generation))
        if error.errno in _NO_FILE:
            raise DamagedError(path, error.strerror or str(error)) from error
        raise UnreadableError.of(path, error) from error


def _not_rewriting(entries: Iterable[Entry], generation: int) -> Iterator[Entry]:
    """Yield the entries; raise where one says that it rewrote one up to that generation."""
    for entry in entries:
        if any(number <= generation for number in entry.header.rewrote):
            raise _RewrittenError
        yield entry


def _fold_entry(memories: MutableMapping[str, Memory], topics: dict[str, int], entry: Entry) -> None:
    """Fold an entry in place. A topic's file declares the generation that last altered one of its memories.

    So it stays byte for byte as long as they do.
    """
    for change in entry.changes:
        for name in touched(change):
            before = memories.get(name)
            memories[name] = after = alter(change, name, before, entry.header.now)
            topics[after.topic] = entry.header.generation
            if before is not None:
                topics[before.topic] = entry.header.generation
