"""Whether a piece of evidence still stands: in what was kept of its record, and in the log that it came from."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from ..errors import DamagedError
from ..language.purged import Purged
from ..language.redact import redact
from ..language.visible import visible
from ..memory.files import Store
from ..memory.kept_edits import Kept, KeptEdits
from ..memory.records import Evidence, Origin
from .fingerprint import digest_of
from .parts import PartHeader, read_part
from .transcripts import RecordTexts

#: whose records may be in a transcript that is here
_OF_SESSIONS = frozenset({Origin.SESSION, Origin.IMPORTED})


class Log(StrEnum):
    """What became of the log that a record was read from."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    GONE = "gone"  # or on another host
    UNKNOWN = "unknown"


class Provenance(msgspec.Struct, frozen=True):
    """How a piece of evidence stands: in its transcript, and in the log ``source`` from ``start`` to ``stop``."""

    kept: Kept
    log: Log = Log.UNKNOWN
    source: str = ""
    start: int = 0
    stop: int = 0


def provenance(store: Store, pieces: Sequence[Evidence]) -> list[Provenance]:
    """Given a store and pieces of evidence, return how each of them stands, in order."""
    root = store.transcripts
    texts, edits = RecordTexts(root), KeptEdits(store)
    parts = _parts(root, texts, {(piece.session, piece.record) for piece in pieces if piece.origin in _OF_SESSIONS})
    return [_stands(piece, texts, edits, parts.get((piece.session, piece.record))) for piece in pieces]


def standing(store: Store, purged: Purged) -> Callable[[Evidence], bool | None]:
    """Given a store and what was purged, return what tells of a piece of evidence whether its speaker said that.

    The answer is None where the record is not kept here. A record may have been redacted by other rules than the quote
    was, so it counts as well as it would be stored now.
    """
    texts = RecordTexts(store.transcripts)

    def stands(piece: Evidence) -> bool | None:
        if texts(piece) is None:
            return None
        said = texts.said(piece) or ""
        return piece.quote in said or piece.quote in redact(visible(said), purged).text

    return stands


def _stands(piece: Evidence, texts: RecordTexts, edits: KeptEdits, part: PartHeader | None) -> Provenance:
    if piece.origin not in _OF_SESSIONS:
        return Provenance(edits.kept(piece))
    text = texts(piece)
    if piece.origin is Origin.IMPORTED and text is None:
        return Provenance(Kept.UNCHECKED)
    kept = Kept.GONE if text is None else Kept.STANDS if piece.quote in text else Kept.DIFFERS
    if part is None:
        return Provenance(kept)
    return Provenance(kept, _log(part), part.source, part.source_from, part.source_to)


def _parts(root: Path, texts: RecordTexts, records: set[tuple[str, str]]) -> dict[tuple[str, str], PartHeader]:
    """Return the header of the first part that holds each of the records, which are given with their sessions."""
    found: dict[tuple[str, str], PartHeader] = {}
    for name in sorted({name for session, _ in records for name in texts.parts_of(session)}):
        try:
            header, events = read_part(root, name)
        except DamagedError:
            continue  # check names it
        for record in records.intersection((header.session, event.record) for event in events):
            found.setdefault(record, header)
    return found


def _log(header: PartHeader) -> Log:
    if not header.source or not header.source_digest:
        return Log.UNKNOWN
    try:
        descriptor = os.open(header.source, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return Log.GONE
    try:
        same = digest_of(descriptor, header.source_from, header.source_to) == header.source_digest
    except OSError:
        return Log.UNKNOWN
    finally:
        os.close(descriptor)
    return Log.UNCHANGED if same else Log.CHANGED
