"""Make a generation visible. The one module that writes published files.

The rendering is a pure function of a ledger prefix, so publishing can be repeated by anybody at any time and ends in
the same bytes. The order keeps invariant 4 at every instant, whoever dies where::

    behind ──take_in──▶ index ──▶ new topic files ──▶ MEMORY.md ──▶ stale topics removed ──▶ published.json ──▶ done
      ▲                   │             │                │                  │                     │
      └───────────────────┴── head moved, or what was replaced is an edit ──┴─────────────────────┘

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
from .atomic import adopt_file, make_folder, remove_file, stage_file, write_file
from .changes import State
from .edited import MEMORY
from .edits import Look, Published, look, read_published, take_in
from .files import Store
from .finding import ENTRIES_MISSING
from .ledger import advance, head, load
from .purged import load_purged
from .reads import Mark, is_file, mark_of, read_file
from .rendering import rendered, rendering_code
from .replacing import Replacing, clear_way, keep_looked_at, remove_quiet, replace_file, take_away

#: builds the index of a state at a path on local disk
BuildIndex = Callable[[Path, State], None]

#: says something to people
Tell = Callable[[str], None]

#: an editor that writes in place is done after this, in seconds
SETTLE = 0.3

#: more heads than this cannot move under one publisher unless something is wrong
_MOST_ROUNDS = 100
_INDEX = "memory.duckdb"


def publish(
    store: Store,
    build_index: BuildIndex,
    scratch: Path,
    now: datetime,
    host: str,
    *,
    known: State | None = None,
    settle: float = SETTLE,
    tell: Tell = lambda _: None,
) -> State:
    """Given a store, take in edits, publish its head and return the state that readers now see.

    ``scratch`` is a folder on local disk for building the index; ``known`` a state of an earlier generation, so that
    not all has to be read. Where a file was edited, it is looked at again after
    ``settle`` seconds, since its editor may still be writing; ``tell`` gets what people should know about edits.
    Publishing what is published changes nothing.
    """
    told: dict[str, None] = {}
    for _ in range(_MOST_ROUNDS):
        state = load(store, known=known)
        newer = read_published(store).generation
        if newer > head(store):
            what = f"generation {newer} was published and the ledger ends at {state.generation}: entries are missing"
            raise DamagedError(str(store.ledger), what, ENTRIES_MISSING)
        purged = load_purged(store)
        found = look(store, state, settle)
        try:
            entry, notes = take_in(store, state, found, now, host, purged)
        except StaleBaseError:
            continue
        published = read_published(store)
        # Generation 0 publishes nothing: what is named as of it was adopted, and nobody had redacted it.
        place = Replacing(store, now, purged, frozenset(published.files.values() if published.generation else ()))
        for path, digest in found.replaced.items():
            keep_looked_at(place, path, digest)
        odd = (f"{path.name} was set aside under .dreamd/edits: {reason}" for path, reason in found.odd.items())
        waiting = (f"{it} waits for a dream of somebody who may read it: this account may not" for it in found.unread)
        told |= dict.fromkeys((*notes, *odd, *sorted(waiting)))
        state = advance(state, (entry,)) if entry else state
        if _publish(place, state, found, build_index, scratch):
            for note in told:
                tell(note)
            return state
    raise PublishError(str(store.root), "the store changed all the time")


def is_published(store: Store, index: tuple[Mark, str] | None = None) -> bool:
    """Given a store, tell whether its files are those of its head, bit for bit.

    ``index`` is the mark of an index and its sha256 (hex): one that still has that mark need not be read again.
    """
    published = read_published(store)
    return published.generation == head(store) and all(
        (index is not None and name == _INDEX and index == (mark_of(store.index), digest))
        or _digest(store.root / name) == digest
        for name, digest in published.files.items()
    )


def is_behind(store: Store) -> bool:
    """Given a store, tell whether readers have an older generation than its head, or none: somebody died in between."""
    newest = head(store)
    return newest > 0 and (read_published(store).generation != newest or not is_file(store.memory))


def _publish(place: Replacing, state: State, found: Look, build_index: BuildIndex, scratch: Path) -> bool:
    """Publish one state; return False where the head moved, or what was replaced is not what was found."""
    store = place.store
    clear_way(place)
    before = read_published(store)
    files = {name: text.encode() for name, text in rendered(store, state, before).files.items()}
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    wanted = dict(digests)
    current = before.generation == state.generation
    mark: Mark | None = None
    if current and before.files.get(_INDEX) and _digest(store.index) == before.files[_INDEX]:
        digests[_INDEX] = before.files[_INDEX]
    else:
        digest, mark = _publish_index(store, state, build_index, scratch)
        if not digest:
            return False
        digests[_INDEX] = digest
    if current and digests == before.files and found.digests == wanted:
        return True
    if not _bring(place, state, found, files, wanted):
        return False
    _record(store, Published(state.generation, digests, rendering_code()))
    remove_quiet(place)
    # Another publisher of the same generation may have brought an index of its own meanwhile, with other bytes.
    return is_published(store, (mark, digests[_INDEX]) if mark else None)


def _record(store: Store, published: Published) -> None:
    try:
        write_file(store.published, msgspec.json.encode(published) + b"\n")
    except IsADirectoryError:
        hint = "put it elsewhere: the next run writes what belongs there"
        raise DamagedError(str(store.published), "a folder is in its place", hint) from None


def _bring(place: Replacing, state: State, found: Look, files: Mapping[str, bytes], wanted: Mapping[str, str]) -> bool:
    """Given a rendering and its digests, put it where readers look, MEMORY.md last, and take away what it has not.

    Return False where the head moved, since a newer generation may have just what this one takes away, or where what
    was replaced is not what was found.
    """
    store = place.store
    make_folder(store.topics, parents=False)
    new = (name for name in files if found.digests.get(name) != wanted[name])
    for name in (*sorted(new, key=lambda name: (name == MEMORY, name)), *sorted(found.digests.keys() - files.keys())):
        if head(store) != state.generation:
            return False
        looked_at, is_odd = found.digests.get(name, ""), store.root / name in found.odd
        if name in files:
            done = replace_file(place, name, files[name], looked_at, is_odd=is_odd)
        else:
            done = take_away(place, name, looked_at, is_odd=is_odd)
        if not done:
            return False
    return True


def _publish_index(store: Store, state: State, build_index: BuildIndex, scratch: Path) -> tuple[str, Mark | None]:
    """Build the index on local disk, where DuckDB may lock and map it, and bring it to the store by one rename.

    Return its sha256 (hex), or nothing where the head moved meanwhile, and its mark.
    """
    make_folder(store.staging, parents=False)
    local = scratch / f"{uuid.uuid4().hex}.duckdb"
    staged = store.staging / f"index-{uuid.uuid4().hex}.duckdb"
    try:
        build_index(local, state)
        digest = stage_file(staged, local)
        if head(store) != state.generation:
            return "", None
        mark = mark_of(staged)
        adopt_file(staged, store.index)
    finally:
        remove_file(local)
        remove_file(staged)
    # A rename changes neither: what has the mark is what was staged, whoever else publishes.
    return digest, mark


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(read_file(path)).hexdigest()
    except OSError:
        return ""
