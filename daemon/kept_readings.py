"""The file in which a store's readings are kept (``phases/readings``), and when it is time to write it anew.

The census of its active memories (``memory/census``) is kept with them. It derives from the memories and may be deleted
at any time. A line of JSON (``Head``), and what ``Readings.dump`` made.
It counts only for the very code that wrote it. Where the ledger still has the entry that it names, the memories that no
entry since has altered need not be looked at.
"""

from __future__ import annotations

import hashlib

import msgspec

from ..memory.atomic import write_file
from ..memory.changes import State
from ..memory.checkpoint import digest_of_entry
from ..memory.code import code_of
from ..memory.files import Store
from ..memory.ledger import head, read_headers
from ..memory.reads import read_file

#: so many texts are read in half a second
MOST_UNREAD = 500
#: so many memories are decoded and counted in a twentieth of a second
MOST_ALTERED = 5000
#: so many generations later, asking which memories were altered costs as much as looking at all texts
MOST_BEHIND = 64
#: what depends on these is read anew when they change
_READ = ("language", "curators/rules", "phases", "memory/markdown.py", "memory/records.py")
_HEAD_LIMIT = 4096


class Head(msgspec.Struct, frozen=True):
    """First line of the file: the code that read, of which generation, and what binds that to its ledger."""

    code: str
    generation: int
    entry: str  # sha256 (hex) of the file of the ledger's entry ``generation``
    sha256: str  # of what follows


def reading_code() -> str:
    """Return what names this version of the code that reads texts; empty where that cannot be told."""
    return code_of(*_READ)


def readings_are_due(store: Store) -> bool:
    """Given a store, tell whether many of its texts are in no readings that are kept, or many memories were altered."""
    try:
        kept, _ = _parted(read_file(store.readings, _HEAD_LIMIT))
        since = kept.generation if kept.code == reading_code() and kept.generation <= head(store) else 0
    except (OSError, ValueError):
        since = 0
    unread = altered = behind = 0
    for header in read_headers(store, since):
        behind += since > 0
        unread += sum(header.counts.get(op, 0) for op in ("add", "reword", "restore"))
        altered += sum(header.counts.values()) * (since > 0)
        if unread >= MOST_UNREAD or altered >= MOST_ALTERED or behind > MOST_BEHIND:
            return bool(reading_code())
    return False


def read_kept(store: Store) -> tuple[Head, memoryview]:
    """Given a store, return what is kept; raises OSError or ValueError where that is nothing that counts."""
    kept, rest = _parted(read_file(store.readings))
    if not kept.code or kept.code != reading_code():
        raise ValueError("other code has read it")
    if hashlib.sha256(rest).hexdigest() != kept.sha256:
        raise ValueError("its checksum does not fit its content")
    return kept, rest


def write_kept(store: Store, state: State, data: bytes) -> None:
    """Given a store, its state and the readings of that, keep them."""
    entry = digest_of_entry(store, state.generation)
    kept = Head(reading_code(), state.generation, entry, hashlib.sha256(data).hexdigest())
    write_file(store.readings, msgspec.json.encode(kept) + b"\n" + data)


def _parted(data: bytes) -> tuple[Head, memoryview]:
    end = data.find(b"\n", 0, _HEAD_LIMIT) + 1
    if not end:
        raise ValueError("it has no head")
    return msgspec.json.decode(data[:end], type=Head), memoryview(data)[end:]
