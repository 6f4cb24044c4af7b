"""How a published file is replaced when somebody may be writing into it: nothing written goes with the old one.

Between the last look at a file and its replacement somebody may save; and an editor that had it open before may write
into it afterwards, when it has no name any more. So the old file gets a name under ``edits/`` in the same step in which
the new one gets its own, says there what of it was looked at, and stays until a later publish has looked again::

    new content ──write──▶ edits/replaced-… ──exchange──▶ published; the old file is edits/replaced-…
                                                 │
                                    what it holds is ─┬─ what was looked at ──▶ kept ─┬─ unchanged after 10 min ──▶ gone
                                                      │                       ▲       │
                                                      └─ anything else ───────┼───────┴─ written into
                                                              │               │              │
                                                              └────── taken in as an edit ◀──┘

Whoever dies on the way leaves under ``edits/`` either a rendering, which is no edit, or the old file, which the next
publish looks at. Where the file system knows no exchange (network file systems, most of them) the old file is linked
there first and then renamed over: who saves by a rename in the instant between is not seen.

What is kept is raw, so that whoever writes into it is heard; but a secret in it is struck out in place, at once. So is
one in what is no text and is set aside for good (invariant 8).
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import stat
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ..language.purged import Purged
from ..language.visible import visible
from .atomic import create_file, link_file, make_folder, remove_file, write_file
from .edit_lines import clean, clean_bytes
from .edits import LONGEST, NO_TEXT, UNREAD, decode
from .files import Store, parse_replaced
from .purged import strike
from .reads import files_below, is_file, list_folder, read_file
from .swap import exchange_files, file_of, move_file, overwrite_file, share_file

#: longest file that is looked through for secrets, in bytes, before it is set aside: all of it is read at once
_MOST_CLEANED = 256 * 1024 * 1024
#: who had a file open when it was replaced and has not written into it after so long will not do so
_QUIET = timedelta(minutes=10)


@dataclass(frozen=True)
class Replacing:
    """Where files are replaced: the store, the publisher's now, what was purged, and the digests of our own files."""

    store: Store
    now: datetime
    purged: Purged
    ours: frozenset[str]


def replace_file(place: Replacing, name: str, data: bytes, looked_at: str, *, is_odd: bool = False) -> bool:
    """Given a published file's name, its new content and the sha256 (hex) of what was looked at there, replace it.

    Return whether that is what was replaced. If not it is under ``edits/`` and must be looked at. ``is_odd`` says that
    what lies there is no text: it is set aside. What may not be read waits under ``edits/``, too, for whoever may.
    """
    path = place.store.root / name
    make_folder(place.store.edits, parents=False)
    there = file_of(path)
    if there is None:
        return create_file(path, data)
    aside = place.store.replaced(name, place.now, looked_at, secrets.token_hex(4))
    write_file(aside, data)
    try:
        swapped = exchange_files(aside, path)
    except FileNotFoundError:
        remove_file(aside)
        return False
    if not swapped:
        remove_file(aside)
        if not _link_aside(path, aside, there):
            return False
        write_file(path, data)
    return _keep(place, name, aside, looked_at, is_odd=is_odd)


def take_away(place: Replacing, name: str, looked_at: str, *, is_odd: bool = False) -> bool:
    """Given a published file that no longer is one, take it out of sight; return as ``replace_file`` does."""
    make_folder(place.store.edits, parents=False)
    aside = place.store.replaced(name, place.now, looked_at, secrets.token_hex(4))
    try:
        move_file(place.store.root / name, aside)
    except FileNotFoundError:
        return True
    return _keep(place, name, aside, looked_at, is_odd=is_odd)


def clear_way(place: Replacing) -> None:
    """Given a place, set aside a folder where the index belongs, and whatever is no folder where topic files do."""
    store = place.store
    for path, wants_folder in ((store.topics, True), (store.index, False)):
        there = file_of(path)
        if there and stat.S_ISDIR(there[2]) is not wants_folder:
            make_folder(store.edits, parents=False)
            with contextlib.suppress(FileNotFoundError):
                _set_aside(place, path.name, path)


def keep_looked_at(place: Replacing, path: Path, digest: str) -> None:
    """Given a replaced file that somebody wrote into and the sha256 (hex) of what was taken in of it, keep it on."""
    replaced = parse_replaced(path.name)
    if replaced:
        with contextlib.suppress(FileNotFoundError):
            _keep(place, replaced.name, path, digest, is_odd=not digest)


def remove_quiet(place: Replacing) -> None:
    """Given a place, remove the replaced files that nobody has written into for ten minutes since they were."""
    for name in list_folder(place.store.edits):
        replaced = parse_replaced(name)
        if replaced and replaced.when <= place.now - _QUIET:
            with contextlib.suppress(OSError):
                path = place.store.edits / name
                if replaced.knows(hashlib.sha256(read_file(path, LONGEST + 1)).hexdigest()):
                    remove_file(path)


def _link_aside(path: Path, aside: Path, before: tuple[int, int, int]) -> bool:
    """Give the old file a name under ``edits/``; return False where there is another one by now."""
    if not stat.S_ISREG(before[2]):
        move_file(path, aside)
        return True
    try:
        link_file(path, aside)
    except FileNotFoundError:
        return False
    except PermissionError:  # the system lets nobody link to a file that he could not write into
        move_file(path, aside)
        return True
    return file_of(path) == file_of(aside)


def _keep(place: Replacing, name: str, aside: Path, looked_at: str, *, is_odd: bool) -> bool:
    """Keep what was replaced under a name that says what of it was looked at; return whether that is all of it."""
    try:
        data = read_file(aside, LONGEST + 1)
    except OSError as error:
        if error.errno not in NO_TEXT:
            raise
        if NO_TEXT[error.errno] == UNREAD:
            return not looked_at  # it waits for whoever may read it
        is_odd, data = True, b""
    text = None if is_odd or len(data) > LONGEST else decode(data)
    if text is None:
        _set_aside(place, name, aside)
        return True
    digest = hashlib.sha256(data).hexdigest()
    if digest != looked_at:
        return False
    share_file(aside)
    said = strike(text, place.purged).text if digest in place.ours else clean(text, place.purged)
    if said != (text if digest in place.ours else visible(text)):
        data = said.encode()
        overwrite_file(aside, data)
        digest = hashlib.sha256(data).hexdigest()
    replaced = parse_replaced(aside.name)
    if not (replaced and replaced.knows(digest)):
        move_file(aside, place.store.replaced(name, place.now, digest, secrets.token_hex(4)))
    return True


def _set_aside(place: Replacing, name: str, path: Path) -> None:
    """Set aside what had a published file's name and is no text, be it a folder; secrets in it are struck out first."""
    for file in [path] if is_file(path) else files_below(path):
        with contextlib.suppress(OSError):  # what may not be read here was not more secret where it lay
            data = read_file(file, _MOST_CLEANED + 1)
            said = clean_bytes(data, place.purged) if len(data) <= _MOST_CLEANED else data
            if said != data:
                write_file(file, said)
    move_file(path, place.store.set_aside(name, place.now, secrets.token_hex(4)))
