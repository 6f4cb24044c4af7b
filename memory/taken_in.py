"""From an inbox item to a memory: by the next run, or at once where somebody puts right what they just remembered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from msgspec.structs import replace

from .amend import Amendment, Propose
from .changes import Add, State
from .entry import Consumed, EntryKind
from .files import Store, parse_item
from .history import ids_like
from .inbox import file_names, waiting
from .records import Memory, derive_id


def take_in(items: Iterable[Memory], known: Collection[str]) -> Iterator[Add]:
    """Given items as memories and the ids of all memories, yield the addition that takes each in, oldest first.

    An id that another memory has is not given twice: the item gets one of its own, and the reason says so. Whoever
    commits these must consume the items' ids by the same entry.
    """
    taken = set(known)
    for item in sorted(items, key=lambda it: (it.learned, it.id)):
        reason, memory = "it was remembered on request", item
        if item.id in taken:
            memory = replace(item, id=derive_id(item.evidence[0], item.text, taken))
            reason += f" as {item.id}, which is another memory's id"
        taken.add(memory.id)
        yield Add(memory.id, reason, memory=memory)


def known_or_waiting(store: Store, prefix: str) -> list[str]:
    """Given the beginning of an id, return the ids in the ledger and the inbox that begin like it, sorted."""
    waits = (item for item in map(parse_item, file_names(store)) if item and prefix and item.startswith(prefix))
    return sorted({*ids_like(store, prefix), *waits})


def taking_in(store: Store, names: Collection[str]) -> Propose:
    """Given a store and ids, return what makes the amendment that takes in those of them that wait in the inbox.

    So what was just remembered can be forgotten, pinned or confirmed as any memory, by the entry that follows, and that
    can be undone. It changes nothing where none of them waits.
    """

    def propose(state: State) -> Amendment:
        items = [memory for memory in waiting(store, state.inbox) if memory.id in names]
        consumed = Consumed(inbox=tuple(sorted(item.id for item in items)))
        return Amendment(EntryKind.REMEMBER, tuple(take_in(items, state.memories)), consumed=consumed)

    return propose
