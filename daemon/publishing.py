"""What every publisher does to a store under the lease: sweep what died, and publish the ledger's head."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

from ..memory.atomic import empty_folder, list_folder, remove_file
from ..memory.changes import State
from ..memory.files import Store, is_temporary
from ..memory.inbox import clear_inbox
from ..memory.ledger import read_entries
from ..memory.publish import Tell, publish
from ..recall.index import build


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


def publish_head(store: Store, scratch: Path, now: datetime, host: str, tell: Tell = lambda _: None) -> State:
    """Given a store and a folder on local disk, publish the store's head and return the state that readers now see.

    What the ledger consumed from the inbox goes after that, so that recall finds one or the other at every instant.
    ``tell`` gets what people should know about what they wrote by hand.
    """

    def build_index(path: Path, state: State) -> None:
        build(path, state, read_entries(store, state.generation))

    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    state = publish(store, build_index, scratch, now, host, tell=tell)
    clear_inbox(store, state.inbox)
    return state
