"""What every publisher does to a store under the lease: sweep what died, and publish the ledger's head."""

from __future__ import annotations

import contextlib
import hashlib
from datetime import datetime
from functools import partial
from pathlib import Path

from ..memory.atomic import empty_folder, remove_file
from ..memory.changes import State
from ..memory.checkpoint import is_due, read_checkpoint, write_checkpoint
from ..memory.edits import read_published
from ..memory.entry import EntryKind
from ..memory.files import Store, is_temporary
from ..memory.inbox import clear_inbox, file_names
from ..memory.ledger import head, load, positions, read_entries, read_headers
from ..memory.postings import postings_are_due, read_postings, write_postings
from ..memory.publish import Tell, publish
from ..memory.reads import list_folder, read_file
from ..recall.compact import compact
from ..recall.index import UnfitError, build, update
from ..sessions.headers import keep_headers
from .kept_readings import readings_are_due
from .messages import OnProgress


def sweep(store: Store, scratch: Path) -> None:
    """Given a store under the lease and this host's scratch folder, remove what runs that died left there.

    Where others may write without the lease, parts and remembered items, nothing is touched.
    """
    empty_folder(store.staging)
    empty_folder(scratch)
    for folder in (store.root, store.topics, store.inner, store.ledger, store.edits, store.runs):
        with contextlib.suppress(FileNotFoundError):
            for name in filter(is_temporary, list_folder(folder)):
                remove_file(folder / name)


def publish_head(
    store: Store,
    scratch: Path,
    now: datetime,
    host: str,
    tell: Tell = lambda _: None,
    known: State | None = None,
) -> State:
    """Given a store and a folder on local disk, publish the store's head and return the state that readers now see.

    What the ledger consumed from the inbox goes after that, so that recall finds one or the other at every instant.
    ``tell`` gets what people should know about what they wrote by hand; ``known`` is a state of an earlier generation,
    so that not all has to be read.
    """

    def build_index(path: Path, state: State) -> None:
        if not _updated(store, path, state):
            build(path, state, read_entries(store, state.generation))

    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    state = publish(store, build_index, scratch, now, host, known=known or load_head(store), tell=tell)
    clear_inbox(store, state.inbox)
    keep_checkpoint(store, state)
    keep_postings(store, state)
    return state


def _updated(store: Store, path: Path, state: State) -> bool:
    """Given where an index of a state is wanted, make it of the published one; return False where that cannot be."""
    import duckdb  # noqa: PLC0415 - heavy, and only who publishes needs it

    published = read_published(store)
    try:
        data = read_file(store.index)
        if hashlib.sha256(data).hexdigest() != published.files.get(store.index.name):
            return False
        entries = list(read_entries(store, state.generation, published.generation))
        if any(entry.header.rewrote for entry in entries):
            return False
        path.write_bytes(data)
        if update(path, published.generation, state, entries):
            compact(path)
    except (OSError, UnfitError, duckdb.Error):
        for name in (path.name, f"{path.name}.wal", f"{path.name}.compact", f"{path.name}.compact.wal"):
            path.with_name(name).unlink(missing_ok=True)
        return False
    return True


def finish_inbox(store: Store) -> None:
    """Given a published store under the lease, remove what of the inbox a publisher that died had left to remove."""
    if file_names(store):
        clear_inbox(store, positions(store).inbox)


def load_head(store: Store, *, lazily: bool = True) -> State:
    """Given a store under the lease, return its state; a checkpoint that is damaged or does not fit is taken away.

    ``lazily`` is for whoever looks at few of its memories: to decode all in that way takes more room.
    """
    base = read_checkpoint(store, lazily=lazily)
    if base is None:
        remove_file(store.checkpoint)
    return load(store, known=base)


def keep_checkpoint(store: Store, state: State) -> None:
    """Given a store and its state, write a checkpoint of it where one is due.

    A process that was stopped meanwhile may have written down what was purged since: then it goes at once. Where it
    cannot be written, readers fold more, and nothing else has failed.
    """
    with contextlib.suppress(OSError):
        if is_due(store, state.generation):
            write_checkpoint(store, state)
            _forget_purged(store, state, store.checkpoint)


def keep_postings(store: Store, state: State) -> None:
    """Given a store and its state, write which entries concern which memory, where that is due.

    Damaged ones are taken away. What was purged meanwhile, and what cannot be written, is as with a checkpoint.
    """
    with contextlib.suppress(OSError):
        known = read_postings(store)
        if known is None:
            remove_file(store.postings)
        if postings_are_due(store, known, state.generation):
            write_postings(store, known, state.generation)
            _forget_purged(store, state, store.postings)


def keep_readings(store: Store, progress: OnProgress) -> None:
    """Given a store under the lease, keep what the phases read in its texts where much of it is not kept yet.

    A worker, which writes nothing, would read it all anew in each run. A run can do without, so nothing fails by it.
    """
    with contextlib.suppress(OSError):
        if readings_are_due(store):
            from .remembering import write_readings  # noqa: PLC0415 - all that reads texts is loaded with it

            state = load_head(store, lazily=False)
            write_readings(store, state, partial(progress, "read"))
            _forget_purged(store, state, store.readings)


def keep_part_headers(store: Store) -> None:
    """Given a store under the lease, keep the headers of its parts where many are not kept yet.

    As with a checkpoint, what a process that was stopped meanwhile wrote down may have been purged since.
    """
    before = head(store)
    with contextlib.suppress(OSError):
        if keep_headers(store.transcripts) and any(it.kind is EntryKind.PURGE for it in read_headers(store, before)):
            remove_file(store.headers)


def _forget_purged(store: Store, state: State, written: Path) -> None:
    """Given a file that was made of a state, remove it where a purge has since rewritten what led to that."""
    if any(number <= state.generation for it in read_headers(store, state.generation) for number in it.rewrote):
        remove_file(written)
