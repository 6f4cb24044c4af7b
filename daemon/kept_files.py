"""Every file of a store that can hold somebody's words, and this host's own files about it, to be reworded or removed.

Ledger entries and transcript parts have their own ways (``memory/rewrite``, ``sessions/rewrite``). What is published
derives from the ledger and is made again. The rest is here: hand-made edits, the inbox, reports and refused plans of
runs, and whatever else lies in the inner folder.
"""

from __future__ import annotations

import contextlib
import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from ..language.json_texts import texts_in
from ..memory.atomic import remove_file, write_file
from ..memory.files import Store, is_temporary, parse_entry
from ..memory.grounds import Ground
from ..memory.plan import Plan
from ..memory.reads import files_below, is_file, list_folder, read_file
from ..memory.rewrite import Rewording, reword
from ..memory.runs import RunReport
from ..sessions.parts import part_names

#: longest file that is rewritten, and longest content of a packed one, in bytes: none of ours comes near it
_LIMIT = 256 * 1024 * 1024
_GZIP = b"\x1f\x8b"
#: how much is looked at to tell whether a file is binary, in bytes, as git does
_HEAD = 8000
_ANY = dict[str, Any] | list[Any]
#: what lies in the folder of runs, by ending; what cannot be read as that is plain JSON
_KINDS: dict[str, tuple[Any, ...]] = {
    ".json": (RunReport, _ANY),
    ".plan": (Plan, _ANY),
    ".grounds": (tuple[Ground, ...], _ANY),
}


class UnwritableError(OSError):
    """A file that cannot be given other words."""


def kept_files(store: Store) -> Iterator[Path]:
    """Given a store, yield the files of its inner folder and inbox that hold words and have no way of their own."""
    parts = {store.transcripts / name for name in part_names(store.transcripts)}
    derived = {store.checkpoint, store.postings, store.readings, store.headers}
    whole = {store.format, store.redaction, *derived, *parts}
    for path in (*files_below(store.inner), *files_below(store.inbox)):
        is_lease = path.parent == store.inner and path.name.startswith(store.lease.name)
        is_entry = path.parent == store.ledger and parse_entry(path.name) is not None
        if not (path in whole or is_lease or is_entry or store.staging in path.parents):
            yield path


def published_files(store: Store) -> Iterator[Path]:
    """Given a store, yield the files that readers see, except the index."""
    if is_file(store.memory):
        yield store.memory
    yield from files_below(store.topics)


def foreign_files(store: Store) -> Iterator[Path]:
    """Given a store, yield the files in its root that are not dreamd's, git's own apart."""
    ours = {store.memory, store.topics, store.index, store.inbox, store.inner, store.root / ".git"}
    for path in (store.root / name for name in list_folder(store.root)):
        if path not in ours and not is_temporary(path.name):
            yield from [path] if is_file(path) else files_below(path)


def reword_file(path: Path, rewording: Rewording) -> bool:
    """Given a file, give it other words, in its name too; return whether anything changed.

    Raises UnwritableError where it holds words that would have to change and cannot be written, OSError where it
    cannot be read.
    """
    data = read_file(path, _LIMIT + 1)
    after = reworded(path, data, rewording)
    if is_temporary(path.name):
        if after != data:
            remove_file(path)  # its writer died, or is about to write what must not be written
        return after != data
    target = path.with_name(file_name(path.name, rewording.text))
    if after != data or target != path:
        write_file(target, after)
    if target != path:
        remove_file(path)  # whoever dies in between finds both, and this one is reworded again
    return after != data or target != path


def reworded(path: Path, data: bytes, rewording: Rewording) -> bytes:
    """Given a file's name and content, return the content with other words; raises UnwritableError as above."""
    if len(data) > _LIMIT:
        raise UnwritableError(0, "is too large to be rewritten", str(path))
    if data.startswith(_GZIP):
        inside = _unpacked(path, data)
        after = reworded(path, inside, rewording)
        return data if after == inside else gzip.compress(after, mtime=0)
    for kind in (_KINDS.get(path.suffix) if path.parent.name == "runs" else None) or (_ANY,):
        try:
            value = msgspec.json.decode(data, type=kind)
        except (ValueError, RecursionError):
            continue
        changed = reword(value, rewording)
        return data if changed == value else msgspec.json.encode(changed) + (b"\n" if data.endswith(b"\n") else b"")
    # What is no UTF-8 keeps its bytes.
    text = data.decode("utf-8", "surrogateescape")
    said = rewording.text(text)
    if said != text and b"\0" in data[:_HEAD] and not _was_set_aside(path):
        raise UnwritableError(0, "is binary", str(path))
    return data if said == text else said.encode("utf-8", "surrogateescape")


def file_name(name: str, text: Callable[[str], str]) -> str:
    """Given a file's name, return it with other words; a placeholder is written so that a shell leaves it alone."""
    after = text(name)
    return name if after == name else after.replace("[secret:purged:", "secret-purged-").replace("]", "")


def remove_debris(store: Store) -> None:
    """Given a store under the lease, remove what writers that died left: it was never anything.

    In the inbox anybody may be writing; what lies there goes only if it has to change.
    """
    for path in files_below(store.root):
        if is_temporary(path.name) and store.inbox not in path.parents and store.root / ".git" not in path.parents:
            remove_file(path)


def local_texts(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Given this host's folder for a store, yield its files and the texts in them, in their names too."""
    for path in files_below(folder):
        with contextlib.suppress(OSError):
            said = read_file(path, _LIMIT).decode("utf-8", "surrogateescape")
            yield path, [path.name, *(texts_in(said) or [said])]


def clean_local(folder: Path, text: Callable[[str], str]) -> None:
    """Given this host's folder for a store and what becomes of a text, remove what would have to change: all caches.

    What lies in its scratch folder is an index that was not brought to the store.
    """
    for path, texts in local_texts(folder):
        if folder / "scratch" in path.parents or any(text(it) != it for it in texts):
            remove_file(path)


def _was_set_aside(path: Path) -> bool:
    """Tell whether a file lies below ``edits/``: nobody but people reads what is there, so its bytes may change."""
    return any((here.name, here.parent.name) == ("edits", ".dreamd") for here in path.parents)


def _unpacked(path: Path, data: bytes) -> bytes:
    try:
        unpack = zlib.decompressobj(wbits=31)
        content = unpack.decompress(data, _LIMIT)
    except zlib.error as error:
        raise UnwritableError(0, "is damaged", str(path)) from error
    if not unpack.eof:
        raise UnwritableError(0, "is cut or too large to be rewritten", str(path))
    return content
