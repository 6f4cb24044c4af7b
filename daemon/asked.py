"""Whether it is worth while to ask a store's gates again. Pure.

Asking costs a process that reads the headers of a ledger and of all transcripts. Most gates say themselves when they
open; the others open only by something that leaves a sign in the store: a part that was collected, an entry, a run's
report, by this host or another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..gates.verdict import Decision

#: cheap to see and different after any change: (of what was decided, of what was collected)
Signs = tuple[object, object]


@dataclass(frozen=True)
class Asked:
    """What the gates said last: not before when they open, and whether anything but time keeps them closed."""

    not_before: datetime | None = None
    signs: Signs | None = None  # None: nobody asked yet
    at: datetime | None = None
    only_time: bool = False
    held: bool = False  # somebody dreams, and a holder that dies leaves no sign

    def worth_asking(self, now: datetime, signs: Signs) -> bool:
        """Given the time and what there is to see now, tell whether the gates may say something else."""
        if self.signs is None or signs[0] != self.signs[0]:
            return True
        if self.at is not None and now < self.at:  # a clock was set back: what was said of later times was said by it
            return True
        if self.not_before is not None and now < self.not_before:
            return False
        return self.only_time or self.held or signs != self.signs


def after(decision: Decision, signs: Signs, now: datetime) -> Asked:
    """Given what the gates said, what there was to see before they were asked, and when, return what that means."""
    closed = decision.closed
    times = [verdict.opens for verdict in closed if verdict.opens is not None]
    return Asked(
        not_before=max(times, default=None),
        signs=signs,
        at=now,
        only_time=bool(closed) and len(times) == len(closed),
        held=any(verdict.name == "lock" for verdict in closed),
    )
