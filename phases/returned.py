"""What is added although a person put the same away: other evidence may bring it back, but not without a word.

The same evidence does not (``distil``, invariant 12). Where another session says it again, the reason of the addition
and a note of the run tell that it had been put away, and when: a person forgets it once more, or lets it stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from ..memory.changes import Add, Change
from ..memory.records import Memory, normalized
from ..memory.stored import retired
from .distil import ended_by_hand


def told(changes: Sequence[Change], known: Mapping[str, Memory]) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Given a run's changes and the memories at its base by id, return them with reasons that tell it, and notes."""
    texts = {normalized(change.memory.text) for change in changes if isinstance(change, Add)}
    before: dict[str, str] = {}
    ends = ((memory, end) for memory in retired(known) if texts and (end := ended_by_hand(memory, known)))
    for memory, end in sorted(ends, key=lambda pair: (pair[1].when, pair[0].id)):
        before[normalized(memory.text)] = f"{memory.id} said so and was {end.reason} on {end.when.date()}"
    found: list[Change] = []
    notes = []
    for change in changes:
        said = before.get(normalized(change.memory.text), "") if isinstance(change, Add) else ""
        found.append(replace(change, reason=f"{change.reason}; {said}") if said else change)
        if said:
            notes.append(f"{change.id} says again what a person put away: {said}")
    return tuple(found), tuple(notes)
