"""What is kept for good under ``edits/``: files that people edited and notes that were adopted, as they were found.

They are what evidence of these origins names, and their names carry a digest of what they hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from ..language.purged import Purged
from .files import Store, parse_kept
from .finding import Finding
from .purged import strike
from .reads import list_folder, read_file
from .records import Evidence, Memory, Origin

#: what a purge puts into a kept file: whatever the file's name says, it is not what it was
_STRUCK = b"[secret:purged:"
_AGAIN = {
    Origin.ADOPTED: "'dreamd adopt' of the same notes keeps it again; or restore it from a backup",
    Origin.EDIT: "restore it from a backup",
}


class Kept(StrEnum):
    """What is kept of a quote's record."""

    STANDS = "stands"
    DIFFERS = "differs"  # the record is kept and does not have the quote
    GONE = "gone"  # the record is not kept any more
    UNCHECKED = "unchecked"  # it was imported, and its record is not here
    NONE = "none"  # the evidence is of no record that is kept


class KeptEdits:
    """The kept files of a store, each read when it is asked for."""

    def __init__(self, store: Store) -> None:
        """Given a store, look at the names of its kept files."""
        self._store = store
        self._names: dict[str, list[tuple[str, str]]] = {}
        self._texts: dict[str, str | None] = {}
        for name in _listed(store.edits):
            digest = parse_kept(name)
            if digest:
                self._names.setdefault(name.replace(digest, "", 1), []).append((name, digest))

    def damaged(self) -> Iterator[str]:
        """Yield the names of files that are not what was kept under them, or that cannot be read."""
        for name, digest in sorted(pair for pairs in self._names.values() for pair in pairs):
            if self._text(name, digest) is None:
                yield name

    def kept(self, piece: Evidence, change: Callable[[str], str] = lambda text: text) -> Kept:
        """Given a piece of evidence, tell how its quote stands; ``change`` is what may have been done to both.

        What an edit's line says is told by its reader, so of an edit only the file is asked for.
        """
        plain = self._plain(piece)
        if not plain:
            return Kept.NONE
        texts = [text for pair in self._names.get(plain, ()) if (text := self._text(*pair)) is not None]
        if not texts:
            return Kept.GONE
        stands = piece.origin is Origin.EDIT or any(change(piece.quote) in change(text) for text in texts)
        return Kept.STANDS if stands else Kept.DIFFERS

    def _plain(self, piece: Evidence) -> str:
        """Return the name of the file that a piece is of, without its digest; empty where it is of none."""
        if piece.origin is Origin.ADOPTED:
            return self._store.adopted(piece.record.rpartition("#")[0], "").name
        name, _, generation = piece.record.rpartition("@")
        if piece.origin is Origin.EDIT and generation.isdecimal():
            return self._store.edit(int(generation), name, "").name
        return ""

    def _text(self, name: str, digest: str) -> str | None:
        if name not in self._texts:
            try:
                data = read_file(self._store.edits / name)
            except OSError:
                data = b""
            whole = hashlib.sha256(data).hexdigest().startswith(digest) or _STRUCK in data
            self._texts[name] = data.decode(errors="replace") if whole else None
        return self._texts[name]


def kept_findings(store: Store, memories: Iterable[Memory], purged: Purged) -> Iterator[Finding]:
    """Given a store and its memories, yield what is wrong with the kept files that these rest on (invariant 6)."""
    edits = KeptEdits(store)
    damaged = list(edits.damaged())
    for name in damaged:
        hint = _AGAIN[Origin.ADOPTED if name.startswith("adopted-") else Origin.EDIT]
        what = "it is not what was kept under this name"
        yield Finding(6, grave=True, where=f"edits/{name}", what=what, hint=hint)
    lost: dict[tuple[Origin, str], list[str]] = {}
    for memory in memories:
        stands = [edits.kept(piece, lambda text: strike(text, purged).text) for piece in memory.evidence]
        if memory.active and stands and all(it in {Kept.GONE, Kept.DIFFERS} for it in stands):
            for piece in memory.evidence:
                record = piece.record.rpartition("#")[0] or piece.record
                lost.setdefault((piece.origin, record), []).append(memory.id)
    for (origin, record), names in sorted(lost.items()):
        what = f"'{record}' is not kept as it was, and nothing else is evidence of {', '.join(sorted(set(names)))}"
        hint = f"{_AGAIN[origin]}, or confirm or forget what it says"
        yield Finding(6, grave=True, where="edits", what=what, hint=hint)


def _listed(folder: Path) -> list[str]:
    try:
        return list_folder(folder)
    except FileNotFoundError:
        return []
