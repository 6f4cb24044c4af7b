"""Make a generation visible. The one module that writes published files.

The rendering is a pure function of a ledger prefix, so publishing can be repeated by anybody at any time and ends in
the same bytes. The order keeps invariant 4 at every instant, whoever dies where::

    behind ──take_in──▶ index ──▶ new topic files ──▶ MEMORY.md ──▶ stale topics removed ──▶ published.json ──▶ done
      ▲                   │             │                │                                        │
      └───────────────────┴── head moved, or a file was edited meanwhile ─────────────────────────┘

The index comes first, so that whatever MEMORY.md says can be recalled. A topic file exists before MEMORY.md links to
it and goes only after MEMORY.md no longer does. ``published.json`` comes last: whoever finds it behind the ledger
starts from the left. The head is read again before each rename and after the last one, so a publisher that was
stopped and wakes up cannot leave an older rendering over a newer one.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from ..errors import DamagedError, PublishError, StaleBaseError
from .atomic import adopt_file, list_folder, make_folder, read_file, remove_file, stage_file, write_file
from .changes import State
from .edits import Edited, Published, find, read_published, take_in
from .files import Store, parse_topic
from .ledger import head, load
from .markdown import render

#: builds the index of a state at a path on local disk
BuildIndex = Callable[[Path, State], None]

#: more heads than this cannot move under one publisher unless something is wrong
_MOST_ROUNDS = 100
_INDEX = "memory.duckdb"


def publish(store: Store, build_index: BuildIndex, scratch: Path, now: datetime, host: str) -> State:
    """Given a store, take in edits, publish its head and return the state that readers now see.

    ``scratch`` is a folder on local disk for building the index. Publishing what is published changes nothing.
    """
    for _ in range(_MOST_ROUNDS):
        state = load(store)
        newer = read_published(store).generation
        if newer > head(store):
            what = f"generation {newer} was published and the ledger ends at {state.generation}: entries are missing"
            raise DamagedError(str(store.ledger), what, "restore the ledger from a backup")
        edited = find(store)
        try:
            if take_in(store, state, edited, now, host):
                state = load(store)
        except StaleBaseError:
            continue
        if _publish(store, state, frozenset(edited), build_index, scratch):
            return state
    raise PublishError(str(store.root), "the store changed all the time")


def is_published(store: Store) -> bool:
    """Given a store, tell whether its files are those of its head, bit for bit."""
    published = read_published(store)
    return published.generation == head(store) and all(
        _digest(store.root / name) == digest for name, digest in published.files.items()
    )


def _publish(store: Store, state: State, taken_in: frozenset[Edited], build_index: BuildIndex, scratch: Path) -> bool:
    """Publish one state; return False where the head moved or a file was edited that is not among ``taken_in``."""
    files = {name: text.encode() for name, text in render(state).files.items()}
    before = read_published(store)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    current = before.generation == state.generation
    if current and before.files.get(_INDEX) and _digest(store.index) == before.files[_INDEX]:
        digests[_INDEX] = before.files[_INDEX]
    else:
        digest = _publish_index(store, state, build_index, scratch)
        if not digest:
            return False
        digests[_INDEX] = digest
    if current and digests == before.files and all(_digest(store.root / name) == it for name, it in digests.items()):
        return True
    make_folder(store.topics)
    topics_first = sorted(files, key=lambda name: (name == "MEMORY.md", name))
    for name in topics_first:
        if _digest(store.root / name) == digests[name]:
            continue
        if head(store) != state.generation or not taken_in.issuperset(find(store)):
            return False
        write_file(store.root / name, files[name])
    _remove_stale_topics(store, files)
    write_file(store.published, msgspec.json.encode(Published(state.generation, digests)) + b"\n")
    return head(store) == state.generation


def _publish_index(store: Store, state: State, build_index: BuildIndex, scratch: Path) -> str:
    """Build the index on local disk, where DuckDB may lock and map it, and bring it to the store by one rename.

    Return its sha256 (hex), or nothing where the head moved meanwhile.
    """
    make_folder(store.staging)
    local = scratch / f"{uuid.uuid4().hex}.duckdb"
    staged = store.staging / f"index-{uuid.uuid4().hex}.duckdb"
    try:
        build_index(local, state)
        digest = stage_file(staged, local)
        if head(store) != state.generation:
            return ""
        adopt_file(staged, store.index)
    finally:
        remove_file(local)
        remove_file(staged)
    return digest


def _remove_stale_topics(store: Store, files: Mapping[str, bytes]) -> None:
    for name in list_folder(store.topics):
        if parse_topic(name) and f"topics/{name}" not in files:
            remove_file(store.topics / name)


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(read_file(path)).hexdigest()
    except OSError:
        return ""
