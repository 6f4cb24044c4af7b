"""Why distil kept a memory: its drafts, made again from what the runs that found them had read.

Features are not stored. The same transcript gives the same drafts (invariant 9), a transcript that a memory rests on is
kept, and so whoever asks is told every feature, in return for reading a session once more. Rules that have changed
since may judge otherwise today: then the score is not the one that the memory has, or there is no such draft.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..memory.changes import Add, Change, Merge
from ..memory.records import Memory
from ..sessions.events import Transcript
from .draft import Curator, Draft


def grounds(memory: Memory, transcripts: Iterable[Transcript], curator: Curator) -> list[Draft]:
    """Given a memory and the transcripts of its sessions, return the drafts of which it has the first evidence."""
    pieces = {(piece.record, piece.quote) for piece in memory.evidence}
    drafts = (draft for transcript in transcripts for draft in curator.distil(transcript))
    return [draft for draft in drafts if (draft.evidence[0].record, draft.evidence[0].quote) in pieces]


def came_with(changes: Iterable[tuple[int, Change]]) -> dict[str, int]:
    """Given what became of a memory, each with its generation, return the generation that brought each session."""
    found: dict[str, int] = {}
    for generation, change in changes:
        brought = change.memory.sessions if isinstance(change, Add) else ()
        for session in change.sessions if isinstance(change, Merge) else brought:
            found.setdefault(session, generation)
    return found
