"""A record that is read in another session than the one that the ledger knows it from is the same record still.

Resumed and forked logs copy what came before, and whose a copied record is is decided by the logs that are kept
(``sessions/identity``): a longer log that comes later takes it over, and so does a copy when the part that had it is
damaged or gone. What was learned from it must not be learned again by that, nor count as said a second time, nor come
back after a person forgot it (invariants 2 and 12). So what a draft quotes of such a record is evidence of the session
that the ledger has it from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from ..curators.draft import Draft
from ..memory.records import Evidence, Memory, Origin


class Copied:
    """What the ledger has of the records that are named alike in every log."""

    def __init__(self, memories: Iterable[Memory], shared: Collection[str]) -> None:
        """Given all memories and the ids of records that name these whichever log they stand in, find their evidence.

        Where several sessions have the same piece, the one in the oldest evidence has it.
        """
        self._shared = shared
        self._pieces: dict[tuple[str, str], Evidence] = {}
        self._sessions: dict[str, set[str]] = {}
        for piece in (piece for memory in memories for piece in memory.evidence):
            if piece.record not in shared or not piece.session:
                continue
            self._sessions.setdefault(piece.record, set()).add(piece.session)
            known = self._pieces.get((piece.record, piece.quote))
            if piece.origin is Origin.SESSION and (known is None or _order(piece) < _order(known)):
                self._pieces[piece.record, piece.quote] = piece

    def at_home(self, draft: Draft) -> Draft:
        """Given a draft, return it with the evidence that the ledger has already as the ledger has it.

        Where that is all of it, nothing was said since: the draft is of that session and that time.
        """
        known = [self._pieces.get((piece.record, piece.quote)) for piece in draft.evidence]
        if not any(known):
            return draft
        evidence = tuple(old or piece for old, piece in zip(known, draft.evidence, strict=True))
        if not all(known):
            return replace(draft, evidence=evidence)
        latest = max((piece.time for piece in evidence if piece.time), default=draft.time)
        return replace(draft, evidence=evidence, session=evidence[0].session, time=min(draft.time, latest))

    def record(self, piece: Evidence) -> tuple[str, str]:
        """Given a piece of evidence, return what names its record: with its session, where only that makes it one."""
        return ("" if piece.record in self._shared else piece.session, piece.record)

    def sessions(self, draft: Draft) -> list[str]:
        """Given a draft, return the sessions that the ledger knows its records from, and its own."""
        homes = (self._sessions.get(piece.record, ()) for piece in draft.evidence)
        return sorted({draft.session, *(session for home in homes for session in home)})


def _order(piece: Evidence) -> tuple[str, str]:
    return (piece.time.isoformat() if piece.time else "", piece.session)
