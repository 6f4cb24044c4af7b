"""What every publisher does to a store under the lease: sweep what died, and publish the ledger's head."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ..memory.atomic import empty_folder
from ..memory.changes import State
from ..memory.files import Store
from ..memory.inbox import clear_inbox
from ..memory.ledger import read_entries
from ..memory.publish import Tell, publish
from ..recall.index import build


def sweep(store: Store) -> None:
    """Given a store under the lease, remove what runs that died left in staging."""
    empty_folder(store.staging)


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
