"""Which parts that a run has read are not there any more, though nothing takes a part away.

Retention keeps a part's header and lets go of no session that a memory rests on, and a purge rewrites a part where it
lies. So a part that an entry consumed and that is missing was deleted by somebody, or never came along with a copy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from ..errors import DamagedError
from ..memory.records import Evidence
from .parts import part_names, read_header, stem_in, stem_of


class LostParts:
    """Tells what is missing of a piece of evidence whose record is not found. The folders are looked at when asked.

    Later than the ledger, that is: whoever collects and dreams meanwhile writes the part first.
    """

    def __init__(self, root: Path) -> None:
        """Given the transcripts' root."""
        self._root = root
        self._consumed: dict[str, list[str]] = {}
        self._there: dict[str, list[str]] = {}

    def __call__(self, piece: Evidence, consumed: Collection[str]) -> tuple[str, ...]:
        """Given evidence of a session and the parts that entries consumed, return those missing of its session.

        Which of a session's missing parts has it nobody knows: all of them are returned. None is where another part of
        the session was let go because it was old, since the record may have been there: no memory rested on it then.
        """
        if not self._consumed:
            self._consumed, self._there = _by_stem(consumed), _by_stem(part_names(self._root))
        stem = stem_of(piece.session)
        there = self._there.get(stem, ())
        missing = sorted(set(self._consumed.get(stem, ())) - set(there))
        return () if missing and self._was_let_go(there, piece.session) else tuple(missing)

    def _was_let_go(self, names: Collection[str], session: str) -> bool:
        for name in names:
            try:
                header = read_header(self._root, name)
            except DamagedError:
                continue  # a finding of its own
            if header.dropped and header.session == session:
                return True
        return False


def _by_stem(names: Iterable[str]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name in names:
        grouped.setdefault(stem_in(name), []).append(name)
    return grouped
