"""The inbox: what was remembered since the last run. One file an item, so that any number of writers never meet.

The way of an item::

    remember ─▶ temporary file, on disk ─link()─▶ inbox/<id>.json ─▶ a ledger entry consumes the id ─▶ removed
                                                   │                  and adds the memory
                                                   └─ recall shows it   └─ recall finds that, and no longer the file

Writing needs no lease, no index and no run. An item is consumed by the entry whose header names its id, and every entry
that does so adds a memory for it (``taken_in``): so an id that was handed out is never unknown again, and recall
sees from the index alone which items it has. The file goes after that entry is published, by any publisher, because
only the ledger says what was consumed (invariant 2).
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Collection, Iterator

import msgspec
from msgspec.structs import replace

from ..language.purged import Purged
from .atomic import create_file, make_folder, remove_file, write_file
from .files import Store, is_temporary, parse_item
from .item import Item, ItemError, Speaker, compose, decode, encode, has_secret, struck
from .purged import load_purged
from .reads import list_folder, read_file
from .records import Evidence, Kind, Memory, Time, spell_id

#: longest file that is read, in bytes: 300 characters and seven names are less, whatever they are
_FILE_LIMIT = 32 * 1024


class Inbox(msgspec.Struct, frozen=True):
    """What lies in an inbox: whole items, oldest first, and what is no item: its file name with the reason."""

    items: tuple[Item, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()


class Remembered(msgspec.Struct, frozen=True):
    """An item that is in the inbox now, and how many secrets were replaced in it, by kind."""

    item: Item
    replaced: dict[str, int]


def draw_id() -> str:
    """Return an id drawn at random. There are 2^40; one that lies in the inbox already is seen by the link."""
    # The last 62 bits of such a uuid are random.
    return spell_id(uuid.uuid4().int)


def remember(
    store: Store, text: str, kind: Kind, now: Time, speaker: Speaker, draw: Callable[[], str] = draw_id
) -> Remembered:
    """Given a store and what to remember, put it into the inbox, durable when this returns.

    Raises RememberError for a text that cannot be kept, DamagedError where what was purged cannot be read, OSError.
    """
    purged = load_purged(store)
    item, replaced = compose(text, kind, now, speaker, purged)
    make_folder(store.inbox)
    item = replace(item, id=draw())
    while not create_file(store.item(item.id), encode(item)):
        item = replace(item, id=draw())
    since = load_purged(store)
    if since != purged:
        # A purge began meanwhile, and may have looked into the inbox before the item was there.
        item = struck(item, since)
        write_file(store.item(item.id), encode(item))
    return Remembered(item, replaced)


def read_inbox(store: Store, purged: Purged | None = None) -> Inbox:
    """Given a store (and what was purged from it, where that is known), return what lies in its inbox.

    What is damaged or not dreamd's is passed over and named (invariant 15). A file that goes while this reads was
    consumed. Raises DamagedError where what was purged cannot be read.
    """
    found = file_names(store)
    if not found:
        return Inbox()
    purged = load_purged(store) if purged is None else purged
    items, faults = [], []
    for name in found:
        item = parse_item(name)
        try:
            if item is None:
                raise ItemError("it is not dreamd's")  # noqa: TRY301 - every reason is told in one place
            items.append(decode(read_file(store.inbox / name, _FILE_LIMIT), item, purged))
        except FileNotFoundError:
            continue
        except OSError as error:
            faults.append((name, error.strerror or str(error)))
        except ItemError as error:
            faults.append((name, str(error)))
    return Inbox(tuple(sorted(items, key=lambda it: (it.time, it.id))), tuple(faults))


def waiting(store: Store, consumed: Collection[str] = ()) -> tuple[Memory, ...]:
    """Given a store and the ids that its ledger consumed, return what waits for the next run, as memories."""
    return tuple(item.memory for item in read_inbox(store).items if item.id not in consumed)


def inbox_texts(store: Store) -> Callable[[Evidence], str | None]:
    """Given a store, return what finds the text of the item that a piece of evidence names (invariants 6 and 7).

    There is none unless the item is exactly that evidence: who said it and when is as little the worker's to say as
    what was said.
    """
    pieces = {item.id: item.evidence for item in read_inbox(store).items}
    return lambda piece: piece.quote if pieces.get(piece.record) == piece else None


def clear_inbox(store: Store, consumed: Collection[str]) -> None:
    """Given a store and the ids that its ledger consumed, remove their files; nothing else is ever removed."""
    for name in file_names(store):
        if parse_item(name) in consumed:
            remove_file(store.inbox / name)


def inspect(store: Store, consumed: Collection[str], purged: Purged) -> Iterator[tuple[str, str, str]]:
    """Given a store, the ids that its ledger consumed and what was purged, yield what is wrong with its inbox.

    Each is a file's name, what it is (``secret``, ``consumed`` or ``fault``), and the words for it.
    """
    for name, reason in read_inbox(store, purged).faults:
        yield name, "fault", reason
    for name in file_names(store):
        item = parse_item(name)
        if item is None:
            continue
        if item in consumed:
            yield name, "consumed", "a ledger entry consumed it, and it is still there"
        with contextlib.suppress(OSError, ItemError):
            if has_secret(read_file(store.inbox / name, _FILE_LIMIT), purged):
                yield name, "secret", "it holds what looks like a secret"


def file_names(store: Store) -> list[str]:
    """Given a store, return the names of the files in its inbox, without writes in progress, sorted."""
    try:
        return [name for name in list_folder(store.inbox) if not is_temporary(name)]
    except (FileNotFoundError, NotADirectoryError):
        return []  # git, for one, does not keep an empty folder
