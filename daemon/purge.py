"""Purge: a leaked value out of everything that a store holds, and kept from coming back. Part of the publisher.

The exception to the rule that nothing which was committed ever changes, and so a recorded one::

    clean ─remember─▶ begun ─commit─▶ recorded ─▶ ledger ─▶ parts ─▶ other files ─▶ index, published files ─▶ clean
                        ▲                                   │
                        └────── whoever dies on the way ────┘   the next writer forwards

*remember* writes the values' keyed digests and the promise to remove them, both in one file. From then on nothing needs
the values themselves: ``forward`` strikes out whatever the table knows, wherever it stands, and doing so again changes
nothing. So there is no list of what was done and what was not. The ``purge`` entry comes before the first rewriting:
a run that read the store before has a base that is no longer the head, and cannot commit what it read.

The ledger goes before the parts, because what a quote must be now is seen from what its record said before.
"""

from __future__ import annotations

import contextlib
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import get_args

from ..errors import DamagedError, PurgeError, StaleBaseError
from ..language.redact import Redacted
from ..language.sought import Sought, seek
from ..memory.atomic import remove_file, write_file
from ..memory.changes import Change
from ..memory.entry import Entry, EntryKind, Header, encode
from ..memory.files import Store
from ..memory.ledger import commit, generations, load, read_entries, read_entry
from ..memory.purged import Unfinished, add_purged, finish_purge, is_known, load_purged, strike, unfinished_purge
from ..memory.reads import read_file
from ..memory.records import Evidence, Kind, Origin, Reason, Trust
from ..memory.rewrite import Rewording, reword_entry
from ..sessions.events import Act, Role
from ..sessions.parts import part_names
from ..sessions.pieces import BinaryFileError
from ..sessions.rewrite import ChangedPart, Rewritten, change_part, rewrite_part
from ..sessions.seek import count_values
from .kept_files import (
    clean_local,
    foreign_files,
    kept_files,
    local_texts,
    published_files,
    remove_debris,
    reword_file,
    reworded,
)
from .messages import OnProgress
from .publishing import publish_head, sweep
from .requests import PurgeReply, PurgeRequest

#: more values than this are no leak but an expression that says too little
MOST_VALUES = 1000
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: more heads than this cannot move under one purge unless something is wrong
_MOST_ROUNDS = 100


@dataclass(frozen=True)
class Place:
    """Where a purge works: the store, this host's folder for it, and who and when it is."""

    store: Store
    local: Path
    now: datetime
    host: str


@dataclass(frozen=True)
class Recorded:
    """What the ledger says of a purge: the generation of its entry (0: none), and those whose entries it rewrote."""

    generation: int = 0
    rewrote: tuple[int, ...] = ()


class _Search:
    """Sees where values stand: how often in each file, which values, and files that nobody can change.

    It is a rewording that changes nothing, so that what is found is what would be removed.
    """

    def __init__(self, sought: Sought) -> None:
        self.places: Counter[str] = Counter()
        self.values: set[str] = set()
        self.left: dict[str, str] = {}
        self.where = ""
        self._sought = sought
        self.rewording = Rewording(self.note, self._note_evidence, self.note)

    def note(self, text: str) -> str:
        for value in self._sought.values(text):
            self.places[self.where] += 1
            self.values.add(value)
        return text

    def note_whole(self, text: str) -> Redacted:
        return Redacted(self.note(text))

    def _note_evidence(self, piece: Evidence) -> Evidence:
        for text in (piece.record, piece.quote, piece.session, piece.person):
            self.note(text)
        return piece


def purge(place: Place, request: PurgeRequest, progress: OnProgress) -> PurgeReply:
    """Given what to be rid of, remove it from the store and remember it; in a dry run only say where it stands.

    Raises PurgeError where that is no value, or would match what dreamd itself writes.
    """
    store = place.store
    sought = seek(request.wanted, is_regex=request.is_regex)
    if not request.dry_run:
        forward(place, progress)
        sweep(store, place.local / "scratch")
        remove_debris(store)
        # What was written by hand becomes an entry first, so that it is cleaned and not lost.
        publish_head(store, place.local / "scratch", place.now, place.host)
    _refuse_own(store, sought)
    found = _search(place, sought, progress)
    values = found.values.union(sought.forms, request.values)
    if len(values) > MOST_VALUES:
        raise PurgeError("", f"it matches more than {MOST_VALUES} different values", "say more exactly what is meant")
    recorded, left, places = Recorded(), found.left, dict(found.places)
    if not request.dry_run and (found.places or not is_known(store, values)):
        run = f"purge-{place.now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        add_purged(store, values, Unfinished(run, place.host, place.now))
        recorded = forward(place, progress)
        after = _search(place, sought, progress)
        left = after.left | dict.fromkeys(after.places, "still holds it")
        places = {name: count for name, count in places.items() if name not in left}
    return PurgeReply(
        values=len(found.values),
        places=tuple((sought.masked(name), count) for name, count in sorted(places.items())),
        recorded=recorded.generation,
        rewrote=recorded.rewrote,
        left=tuple((sought.masked(name), reason) for name, reason in sorted(left.items())),
        hosts=tuple(sorted({entry.header.host for entry in read_entries(store)} - {"", place.host})),
        work_tree=_work_tree(store.root),
    )


def forward(place: Place, progress: OnProgress) -> Recorded:
    """Given a store under the lease, finish the purge that was begun, if one was; return what the ledger says of it."""
    store = place.store
    begun = unfinished_purge(store)
    if begun is None:
        return Recorded()
    change = partial(strike, purged=load_purged(store))
    rewritten = Rewritten(_changed_parts(store, change, progress), change)
    rewording = Rewording(lambda text: change(text).text, rewritten.evidence, rewritten.part)
    recorded = _record(place, begun, rewording)
    remove_file(store.checkpoint)
    remove_file(store.postings)
    remove_file(store.readings)
    remove_file(store.headers)
    for generation in generations(store):
        entry = read_entry(store, generation)
        after = reword_entry(entry, rewording)
        if after != entry:
            write_file(store.entry(generation), encode(after))
    for part in _changed_parts(store, change, progress):
        rewrite_part(store.transcripts, part)
    for path in list(kept_files(store)):
        try:
            reword_file(path, rewording)
        except OSError:
            continue  # the search that follows a purge names it
    clean_local(place.local, rewording.text)
    # The index is not only behind but holds the value: it must go, whatever generation it says it is of.
    remove_file(store.index)
    progress("publish", 0, 0)
    publish_head(store, place.local / "scratch", place.now, place.host)
    finish_purge(store)
    return recorded


def _record(place: Place, begun: Unfinished, rewording: Rewording) -> Recorded:
    """Commit the entry that says which generations are rewritten, and another only for what it did not say."""
    for _ in range(_MOST_ROUNDS):
        entries = list(read_entries(place.store))
        own = [entry.header for entry in entries if entry.header.run == begun.run]
        said = {generation for header in own for generation in header.rewrote}
        will = {entry.header.generation for entry in entries if reword_entry(entry, rewording) != entry}
        if own and will <= said:
            return Recorded(own[-1].generation, tuple(sorted(said)))
        header = Header(
            generation=len(entries) + 1,
            kind=EntryKind.PURGE,
            now=begun.started,
            run=begun.run,
            host=begun.host,
            rewrote=tuple(sorted(will - said)),
        )
        try:
            commit(place.store, Entry(header, ()))
        except StaleBaseError:
            continue
    raise PurgeError("", "the ledger changed all the time", "the next dream finishes it")


def _changed_parts(store: Store, change: Callable[[str], Redacted], progress: OnProgress) -> Iterator[ChangedPart]:
    names = list(part_names(store.transcripts))
    for done, name in enumerate(names, start=1):
        try:
            part = change_part(store.transcripts, name, change)
        except DamagedError:
            continue  # the search that follows a purge names it
        if part is not None:
            yield part
        progress("transcripts", done, len(names))


def _search(place: Place, sought: Sought, progress: OnProgress) -> _Search:
    """Return where values stand in a store and in what this host keeps about it. Nothing is changed."""
    store, found = place.store, _Search(sought)
    for generation in generations(store):
        found.where = _name(store, store.entry(generation))
        reword_entry(read_entry(store, generation), found.rewording)
    names = list(part_names(store.transcripts))
    for done, name in enumerate(names, start=1):
        found.where = _name(store, store.transcripts / name)
        try:
            change_part(store.transcripts, name, found.note_whole)
        except DamagedError as error:
            found.left[found.where] = f"cannot be read whole: {error.detail}"
        progress("search", done, len(names))
    for path in kept_files(store):
        found.where = _name(store, path)
        found.note(path.name)
        with _naming(found):
            reworded(path, read_file(path), found.rewording)
    for path in published_files(store):
        found.where = _name(store, path)
        with _naming(found):
            found.note(read_file(path).decode(errors="replace"))
    for path in foreign_files(store):
        found.where = _name(store, path)
        with _naming(found):
            if count_values(path, sought, follow=False):
                found.left[found.where] = "holds it and is not dreamd's"
    for path, texts in local_texts(place.local):
        found.where = str(path)
        for text in texts:
            found.note(text)
    return found


@contextlib.contextmanager
def _naming(found: _Search) -> Iterator[None]:
    """Name the file at which the search is, if it cannot be read.

    A file that holds no text says nothing, nor does one that is gone by now: what a write in progress was called.
    """
    try:
        yield
    except (BinaryFileError, FileNotFoundError):
        pass  # a write in progress, a lease's say, has come to its end since the folder was listed
    except OSError as error:
        found.left[found.where] = (error.strerror or str(error)).lower()


def _name(store: Store, path: Path) -> str:
    return str(path.relative_to(store.root))


def _refuse_own(store: Store, sought: Sought) -> None:
    """Refuse what would match the words by which dreamd finds its own way in a store."""
    state = load(store)
    own = {word.value for words in (Kind, Trust, Origin, Reason, EntryKind, Role, Act) for word in words}
    own |= {"committed", "nothing new", "refused", "failed", "project", "general", "claude-code", "record", "unknown"}
    own |= {str(kind.__struct_config__.tag) for kind in get_args(Change)}
    evidence = [piece for memory in state.memories.values() for piece in memory.evidence]
    own |= {name for piece in evidence for name in (piece.session, piece.record) if _UUID.fullmatch(name)}
    own |= {*state.memories, *state.inbox, *(entry.header.run for entry in read_entries(store))}
    if any(sought.pattern.search(word) for word in own):
        raise PurgeError("", "it matches an id or a word that dreamd itself uses", "say more exactly what is meant")


def _work_tree(root: Path) -> str:
    """Given a store's folder, return the root of the git work tree that it lies in, empty where it lies in none."""
    return next((str(folder) for folder in (root, *root.parents) if (folder / ".git").exists()), "")
