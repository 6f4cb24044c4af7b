"""The ledger: numbered entries that are only ever added, and the state that they fold to.

The way of a commit (invariants 1 and 2)::

    plan for base N ──encode──▶ temporary file, on disk ──link()──▶ ledger/N+1.jsonl ──sync folder──▶ committed
                                                           │
                                                           └─ the name is taken ──▶ StaleBaseError: nothing happened

``link()`` succeeds for exactly one writer, also over a network file system, so it is a compare-and-swap on the head.
Before it nothing has happened; after it everything has. A reply that gets lost is settled by looking: if the name is
our own file, we have committed (``atomic.create_file``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ..errors import DamagedError, StaleBaseError
from .atomic import create_file, make_folder, read_file
from .changes import ChangeError, Merge, State, fold
from .entry import Entry, EntryError, EntryKind, decode, encode
from .files import Store, parse_entry
from .records import Memory


def generations(store: Store) -> list[int]:
    """Given a store, return the generations that its ledger holds, in order; raises DamagedError at a gap."""
    try:
        names = [path.name for path in store.ledger.iterdir()]
    except FileNotFoundError:
        return []
    found = sorted(number for number in map(parse_entry, names) if number is not None)
    for expected, number in enumerate(found, start=1):
        if number != expected:
            raise DamagedError(str(store.ledger), f"entry {expected} is missing")
    return found


def head(store: Store) -> int:
    """Given a store, return its generation: the number of committed entries."""
    found = generations(store)
    return found[-1] if found else 0


def read_entry(store: Store, generation: int) -> Entry:
    """Given a generation, return its entry; raises DamagedError where it cannot be read whole."""
    path = store.entry(generation)
    try:
        entry = decode(read_file(path))
    except EntryError as error:
        raise DamagedError(str(path), str(error)) from error
    if entry.header.generation != generation:
        raise DamagedError(str(path), f"it says that it is entry {entry.header.generation}")
    return entry


def read_entries(store: Store, last: int | None = None) -> Iterator[Entry]:
    """Given a store, yield its entries in order, up to and including generation ``last``."""
    for generation in generations(store):
        if last is not None and generation > last:
            return
        yield read_entry(store, generation)


def load(store: Store, last: int | None = None) -> State:
    """Given a store, return its state at generation ``last`` (the head by default)."""
    state = State()
    for entry in read_entries(store, last):
        state = advance(state, entry)
    return state


def advance(state: State, entry: Entry) -> State:
    """Given a state and the entry that follows it, return the next state; raises DamagedError where they do not fit."""
    header = entry.header
    try:
        memories = fold(state.memories, entry.changes, header.now)
    except ChangeError as error:
        raise DamagedError(f"ledger entry {header.generation}", str(error)) from error
    return State(
        memories=MappingProxyType(memories),
        generation=header.generation,
        now=header.now,
        parts=state.parts.union(header.consumed.parts),
        inbox=state.inbox.union(header.consumed.inbox),
        shown=state.shown if header.shown is None else header.shown,
        last_dream=header.now if header.kind is EntryKind.DREAM else state.last_dream,
        topics=_topics(state, memories, entry),
    )


def commit(store: Store, entry: Entry) -> None:
    """Given an entry made for the present head, make it the next one; raises StaleBaseError if the head has moved."""
    generation = entry.header.generation
    if head(store) != generation - 1:
        raise StaleBaseError(str(generation))
    make_folder(store.ledger)
    if not create_file(store.entry(generation), encode(entry)):
        raise StaleBaseError(str(generation))


def _topics(state: State, memories: Mapping[str, Memory], entry: Entry) -> MappingProxyType[str, int]:
    """Return each topic's last generation: a topic file declares it, and stays byte for byte as long as it holds."""
    topics = dict(state.topics)
    for change in entry.changes:
        for name in (change.id, *(change.absorbed if isinstance(change, Merge) else ())):
            for memory in (state.memories.get(name), memories.get(name)):
                if memory is not None:
                    topics[memory.topic] = entry.header.generation
    return MappingProxyType(topics)
