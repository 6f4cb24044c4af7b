"""What was passed over in a log, and why: counted, never fatal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

#: line numbers kept by name; more are only counted
NUMBERS_KEPT = 50


@dataclass
class Tally:
    """Counts of one log. Mutable: a format adds to it while it reads."""

    lines: int = 0
    records: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0
    unreadable_lines: list[int] = field(default_factory=list)
    torn: bool = False
    #: time of the last record that says nothing, as the log writes it: the session was alive then
    alive: str = ""

    def skip(self, reason: str) -> None:
        """Given why a record says nothing, count it."""
        self.skipped[reason] += 1

    def damaged(self, number: int) -> None:
        """Given the number of a line that cannot be read, count and keep it."""
        self.unreadable += 1
        if len(self.unreadable_lines) < NUMBERS_KEPT:
            self.unreadable_lines.append(number)
