"""When to look next. Pure: monotonic seconds in, monotonic seconds out.

The walk on a timer is the truth; a reported change only brings the next look forward. How far depends on what looks
cost and on what such reports were worth: a log that something else keeps writing must not keep a host busy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

#: seconds after a report until a look: an agent writes its last lines, and copies its logs, in bursts
_SETTLE = 2.0
#: looks take at most one part in this many of the time: on a slow mount that lengthens the pause between them
_SHARE = 20.0
#: after this many reports that came to nothing they are worth no more than the timer
_MOST_MISSES = 8


@dataclass(frozen=True)
class Pace:
    """``period`` is the pause between looks that nothing brings forward; the rest is what was learned from the last."""

    period: float
    ended: float = 0.0  # when the last look ended
    cost: float = 0.0  # seconds that it took to look, without what reading took
    misses: int = 0  # looks in a row that a report brought forward and that kept nothing

    def after(self, ended: float, cost: float, *, reported: bool, kept: bool) -> Pace:
        """Given when a look ended, what looking cost, whether a report came before it, and whether it kept anything."""
        misses = 0 if kept or not reported else min(self.misses + 1, _MOST_MISSES)
        return replace(self, ended=ended, cost=cost, misses=misses)

    def next_look(self, report: float | None, mark: float | None) -> float:
        """Given a factor near 1, when the first report since came, and when the first mark, return when to look.

        A mark says that a session has ended, which is worth a look whatever that costs, and is seldom.
        """
        times = [self.ended + max(self.period, self.cost * _SHARE)]
        if report is not None:
            times.append(max(report + _SETTLE, self.ended + max(_SETTLE, self.cost * _SHARE) * 2**self.misses))
        if mark is not None:
            times.append(max(mark + _SETTLE, self.ended + self.cost))
        return min(times)
