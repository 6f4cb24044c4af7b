"""What a publisher does to adopt a folder of notes, which may become the store itself.

The order loses nothing: the notes are kept (redacted) under ``edits/``, then the entry is committed, then those that
lie where published files belong are written down as taken in, and only then a rendering replaces them::

    notes ──keep──▶ edits/adopted-… ──commit──▶ generation 1 ──▶ published.json of generation 0 ──publish──▶ done

Whoever dies after the commit leaves notes that the next publish takes in as edits: what they say twice is known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import msgspec

from ..curators.rules.distilling.kinds import kind_of
from ..errors import NoStoreError
from ..memory.adopt import Adopted, By, NoteFile, adopt
from ..memory.amend import Amendment, amend
from ..memory.atomic import create_file, make_folder, write_file
from ..memory.changes import State
from ..memory.edit_lines import clean
from ..memory.edited import MEMORY
from ..memory.edits import Published
from ..memory.files import Store, open_store
from ..memory.kept_edits import Kept, KeptEdits
from ..memory.ledger import head, load
from ..memory.purged import load_purged
from ..memory.reads import list_folder, read_file
from ..memory.records import Origin
from .bringing import sound
from .note_files import NoteFolder, read_folder
from .publishing import publish_head
from .requests import AdoptReply, AdoptRequest


def adopt_notes(request: AdoptRequest) -> AdoptReply:
    """Given a folder of notes, commit and publish what they say; in a dry run say what would be.

    Where the folder is the store itself and nothing was published in it, its MEMORY.md is a note like the others.
    """
    folder = Path(request.folder)
    store, known = _store(Path(request.store), is_made=not request.dry_run)
    scratch = Path(request.scratch)
    in_place = store.root == folder
    outcome: list[tuple[NoteFolder, Adopted]] = []
    kept: list[str] = []

    def propose(state: State) -> Amendment:
        purged = load_purged(store)
        found = read_folder(folder, _own_names(store) if in_place and state.generation else frozenset())
        notes = [replace(note, name=clean(note.name, purged), text=clean(note.text, purged)) for note in found.notes]
        by = By(request.person, wrote=request.trusted)
        adopted = adopt(notes, state, by, request.now, kind_of, lambda text: clean(text, purged))
        outcome[:] = [(found, adopted)]
        amendment = sound(store, state, adopted.amendment, request.now)
        if not request.dry_run:
            kept[:] = _keep(store, notes if amendment.changes else _missed(store, state, notes))
        return amendment

    if request.dry_run:
        changes, generation = propose(load(store) if known else State()).changes, 0
    else:
        before = head(store)
        if before or not in_place:
            publish_head(store, scratch, request.now, request.host)
        entry = amend(store, propose, request.now, request.host)
        changes, generation = (), entry.header.generation if entry else 0
        if entry and in_place and not before:
            # What was adopted is no edit, and what is written into it from now on is one.
            taken = {name: digest for name, digest in outcome[0][0].digests.items() if _is_published_name(name)}
            write_file(store.published, msgspec.json.encode(Published(0, taken)) + b"\n")
        if entry:
            publish_head(store, scratch, request.now, request.host)
    [(found, adopted)] = outcome
    return AdoptReply(
        generation=generation,
        notes=len(found.notes),
        added=len(adopted.amendment.changes),
        known=adopted.known,
        forgotten=adopted.forgotten,
        left=dict(adopted.left),
        passed=found.passed,
        others=found.others,
        changes=changes,
        kept_again=() if generation else tuple(kept),
    )


def _store(root: Path, *, is_made: bool) -> tuple[Store, bool]:
    """Return the store in a folder, and whether there is one; where it need not be made yet, the one that would be."""
    try:
        return open_store(root)[0], True
    except NoStoreError:
        if is_made:
            raise
        return Store(root), False


def _own_names(store: Store) -> frozenset[str]:
    """Return the names in a store's folder that are no notes: what people write into published files is an edit."""
    inside = [f"{folder.name}/{name}" for folder in (store.topics, store.inbox) for name in list_folder(folder)]
    return frozenset((store.memory.name, store.index.name, *inside))


def _is_published_name(name: str) -> bool:
    """Tell whether a note in the store's own folder lies where a published file belongs."""
    folder, _, file = name.rpartition("/")
    return name == MEMORY or (folder == "topics" and bool(file))


def _missed(store: Store, state: State, notes: Iterable[NoteFile]) -> list[NoteFile]:
    """Return the notes that are evidence of a memory and are not kept any more as they were then."""
    edits = KeptEdits(store)
    pieces = (piece for memory in state.memories.values() for piece in memory.evidence)
    adopted = (piece for piece in pieces if piece.origin is Origin.ADOPTED)
    names = {piece.record.rpartition("#")[0] for piece in adopted if edits.kept(piece) is not Kept.STANDS}
    return [note for note in notes if note.name in names]


def _keep(store: Store, notes: Iterable[NoteFile]) -> list[str]:
    """Keep notes as they are; return the names of those that were not, or not as they are."""
    make_folder(store.edits)
    kept = []
    for note in notes:
        data = note.text.encode(errors="replace")
        path = store.adopted(note.name, hashlib.sha256(data).hexdigest())
        if create_file(path, data):
            kept.append(note.name)
        elif read_file(path) != data:
            write_file(path, data)
            kept.append(note.name)
    return kept
