"""What a memory is worth at a given time: one formula, computed when asked and never stored.

``weight = worth x confidence x support x verification x use x recency``. The factors multiply, so that a memory that is
bad in one respect is not carried by the others, and each is 1 for the plainest case: an agent's statement, seen once,
today, that names nothing to look up.
"""

from __future__ import annotations

import math
from datetime import datetime

from .records import Kind, Memory, Trust, Verified

#: days after which a memory that no session establishes again counts half. What was tried matters for weeks; how it
#: is done here changes with the tools; facts and decisions hold longest, and their refutation retires them anyway.
HALF_LIFE_DAYS = {Kind.EPISODIC: 30.0, Kind.PROCEDURAL: 120.0, Kind.SEMANTIC: 180.0}

#: a person's own words are a rule for everybody; an agent's are a finding. Not more than double, or one person's
#: remark would hide what several agents ran into.
USER_WORTH = 1.5

#: what a repository's answer changes: a thing that was looked up and found is a little better than one never looked
#: up; one that was not found is doubtful but not refuted, since it may have moved.
HOLDS, FAILS = 1.1, 0.5

#: what is left of what was seen last a thousand years ago, as an import may say: above 0, so that it can be compared
FAINTEST = 2.0**-500

#: a mark of conflict says that this or the other is wrong, so each counts a little less until it is settled
DOUBT = 0.8


def weight(memory: Memory, now: datetime) -> float:
    """Given a memory and the time that counts as now, return its weight: above 0, about 1 for an ordinary one.

    A pinned memory does not age. ``now`` may lie before ``last_seen`` (clocks differ): the age is then 0.
    """
    factors = memory.factors
    value = USER_WORTH if memory.trust is Trust.USER else 1.0
    value *= 0.25 + 1.5 * factors.confidence  # distil's own score tells junk from value best of all
    # Nearly all are plain in what follows, and all are asked.
    if len(memory.sessions) > 1 or len(memory.people) > 1:
        value *= support(memory)
    if memory.verified is not None:
        value *= _verification(memory.verified)
    if factors.uses:
        value *= 1.0 + 0.1 * math.log2(1 + factors.uses)
    if memory.conflicts_with:
        value *= DOUBT
    return value * recency(memory, now)


def recency(memory: Memory, now: datetime) -> float:
    """Given a memory and now, return 1 for what was seen just now, halving with every half-life of its kind."""
    if memory.pinned:
        return 1.0
    days = max(0.0, (now - memory.last_seen).total_seconds() / 86_400)
    return max(FAINTEST, float(0.5 ** (days / HALF_LIFE_DAYS[memory.kind])))


def support(memory: Memory) -> float:
    """Given a memory, return 1 for one session's word and more, ever more slowly, for each further session or person.

    A second person counts as much as a second and third session: people err independently, one person's sessions do
    not. The logarithm keeps what is said every day from drowning what was said once.
    """
    sessions, people = max(1, len(memory.sessions)), max(1, len(memory.people))
    return 1.0 + 0.4 * math.log2(sessions + 2 * (people - 1))


def _verification(verified: Verified) -> float:
    if verified.holds is None:
        return 1.0
    return HOLDS if verified.holds else FAILS
