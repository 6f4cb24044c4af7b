"""What a person decided stays so: the signs by which a run knows that it must not do a thing (invariant 12).

Undoing a generation puts the memories back as they were, and leaves on each of them a sign of what was done to it. A
sign names the change and what made it: a memory that was wrongly merged into one may still be merged into another, and
one that was wrongly called stale may still be superseded by what is said later. Where a person gave a memory its topic,
by moving its line or by the file in which it was written, the sign is of every other topic.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from .changes import Change, Conflict, Merge, Retire, Retopic, Reword, Supersede
from .records import Memory
from .topic import CHOSEN


def signs(change: Change) -> dict[str, str]:
    """Given a change that a run may propose, return the sign of it for each memory that it would do something to.

    Changes that only add or verify have none.
    """
    found: dict[str, str] = {}
    match change:
        case Merge():
            found = dict.fromkeys(change.absorbed, f"merge:{change.id}")
            if len(change.absorbed) == 1:  # whichever of the two stays
                found[change.id] = f"merge:{change.absorbed[0]}"
        case Supersede():
            found[change.id] = f"supersede:{change.by}"
        case Conflict(settled=False):
            found = {change.id: f"conflict:{change.other}", change.other: f"conflict:{change.id}"}
        case Retire():
            found[change.id] = f"retire:{change.why}"
        case Retopic():
            found[change.id] = f"retopic:{change.topic}"
        case Reword():
            found[change.id] = f"reword:{hashlib.sha256(change.text.encode()).hexdigest()[:12]}"
    return found


def is_held(change: Change, memories: Mapping[str, Memory]) -> bool:
    """Given a proposed change and all memories by id, tell whether a person took that back or decided otherwise."""
    if isinstance(change, Retopic) and change.id in memories and has_its_place(memories[change.id]):
        return True
    return any(name in memories and sign in memories[name].held for name, sign in signs(change).items())


def has_its_place(memory: Memory) -> bool:
    """Given a memory, tell whether a person chose its topic."""
    return CHOSEN in memory.held
