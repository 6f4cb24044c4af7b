"""What ``check`` says of a store: one thing that is not as it must be, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

#: what mends all that derives from the ledger
AGAIN = "'dreamd dream' publishes the ledger again; nothing is lost"

#: what helps where readers have a newer generation than the ledger
ENTRIES_MISSING = (
    "restore the missing entries from a backup or another copy; where there is none, 'dreamd repair published' goes on "
    "from the ledger's end, and takes in what else stands in MEMORY.md and the topic files"
)


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be. ``invariant`` is its number in ARCHITECTURE.md; ``grave`` means damage.

    What is not grave the next dream mends, except ``by_hand``: that only somebody can who does what the hint says.
    """

    invariant: int
    grave: bool
    where: str
    what: str
    hint: str = ""
    by_hand: bool = False
