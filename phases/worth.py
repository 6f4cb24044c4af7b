"""What all memories are worth at once: the numbers of ``memory/weight`` for a hundred thousand, of which few count.

Where a memory is plain its weight is a product of two numbers and a power, which numpy takes of all at once, to within
``_NEAR`` of what ``weight`` says: its power need not be the last bit that another machine finds. So whatever depends on
such a bit, the heaviest of all and what lies near the edge of a step, is asked of ``weight`` itself, and the outcome is
the same on every machine (invariant 9).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ..memory.census import KINDS, ODD, USER, counted, microseconds
from ..memory.records import Memory
from ..memory.weight import FAINTEST, HALF_LIFE_DAYS, USER_WORTH, weight

if TYPE_CHECKING:
    from .readings import Numbers

#: how far the logarithm of a weight may be off here
_NEAR = 1e-6
_DAY = 86_400
#: keeps a share of exactly one from lying on the edge of a step
_SHIFT = 0.01


class Worth:
    """The weights of memories at a time, as shares of the heaviest: what fades together keeps its order every day."""

    def __init__(self, memories: Sequence[Memory], now: datetime) -> None:
        """Given memories and now, weigh them all."""
        import numpy as np  # noqa: PLC0415 - heavy, and only what asks about all memories needs it

        self._memories, self._now = counted(memories), now
        self._logarithms = self._nearly()
        near = self._logarithms >= self._logarithms.max(initial=-math.inf) - 2 * _NEAR
        self._heaviest = max((self._weight(place) for place in np.flatnonzero(near).tolist()), default=1.0)

    def share(self, place: int) -> float:
        """Given a memory's place, return its weight as a share of the heaviest."""
        return self._weight(place) / self._heaviest

    def steps(self) -> Numbers:
        """Return the step of each memory (``step_of``)."""
        import numpy as np  # noqa: PLC0415 - as above

        exact = 4 * (self._logarithms - math.log2(self._heaviest)) - _SHIFT
        steps: Numbers = np.rint(exact).astype(np.int32)
        # The edges of steps lie between whole numbers.
        for place in np.flatnonzero(abs(abs(exact - steps) - 0.5) < 8 * _NEAR).tolist():
            steps[place] = step_of(self.share(place))
        return steps

    def _weight(self, place: int) -> float:
        return weight(self._memories[place], self._now)

    def _nearly(self) -> Numbers:
        """Return the logarithms (base 2) of all weights, nearly."""
        import numpy as np  # noqa: PLC0415 - as above

        table, flags = self._memories.table, self._memories.table["flags"]
        age = (microseconds(self._now) - table["seen"]) / (1e6 * _DAY)
        half = np.array([HALF_LIFE_DAYS[it] for it in KINDS], np.float64)[table["kind"]]
        worth = np.log2(np.where(flags & USER, USER_WORTH, 1.0) * (0.25 + 1.5 * table["sure"]))
        found: Numbers = worth - np.minimum(np.maximum(age, 0) / half, -math.log2(FAINTEST))
        for place in self._memories.places(ODD):
            found[place] = math.log2(self._weight(place))
        return found


def step_of(value: float) -> int:
    """Given a weight, return the step of a quarter octave that it lies on: nearly equal weights are equal."""
    return round(4 * math.log2(value) - _SHIFT)
