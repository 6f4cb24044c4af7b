"""The gates in one table, and the decision composed from them. A further gate is a further row."""

from __future__ import annotations

from datetime import datetime, timedelta

from .duration import spell_duration
from .verdict import Decision, Facts, Gate, Policy, Verdict


def interval(facts: Facts, policy: Policy, now: datetime) -> Verdict:
    """Open when the last dream is at least the interval ago, or when there never was one.

    A last dream in the future means that a clock was set back, here or on the host that dreamed. Up to one interval
    ahead it counts as it stands, so that the wait is at most two intervals. Further ahead its time proves nothing:
    waiting for it could take years, so the gate is open and says why; the run that follows writes a time that holds.
    """
    threshold = spell_duration(policy.interval)
    if facts.last_dream is None:
        return Verdict("interval", True, "never", threshold, "gates.interval", relation=", then every ")
    since = now - facts.last_dream
    if since >= timedelta():
        is_open = since >= policy.interval
        saw, relation, remark = spell_duration(since, units=2), " of ", ""
    else:
        is_open = -since > policy.interval or not policy.interval
        saw, relation = f"{spell_duration(-since, units=2)} ahead", ", every "
        remark = "the last dream is in the future: a clock was set back"
    opens = None if is_open else facts.last_dream + policy.interval
    return Verdict("interval", is_open, saw, threshold, "gates.interval", opens, relation, remark)


def sessions(facts: Facts, policy: Policy, _now: datetime) -> Verdict:
    """Open when enough completed sessions wait that no run has consumed."""
    missing = policy.new_sessions - facts.new_sessions
    return Verdict(
        "sessions",
        missing <= 0,
        str(facts.new_sessions),
        str(policy.new_sessions),
        "gates.new_sessions",
        remark=f"{missing} more" if missing > 0 else "",
    )


def lock(facts: Facts, _policy: Policy, _now: datetime) -> Verdict:
    """Open when nobody is dreaming in the store. Nothing passes this gate when it is closed."""
    holder = facts.lock
    if holder is None:
        return Verdict("lock", True, "free", "free", "", relation=", wants ", override="")
    phase = f", {holder.phase}" if holder.phase else ""
    since = f", since {holder.since:%Y-%m-%d %H:%M} UTC" if holder.since else ""
    remark = f"{holder.host} (pid {holder.pid}{phase}{since})"
    return Verdict("lock", False, "held", "free", "", relation=", wants ", remark=remark, override="")


#: cheapest first, as they are asked
GATES: tuple[Gate, ...] = (interval, sessions, lock)


def decide(facts: Facts, policy: Policy, now: datetime) -> Decision:
    """Given facts, thresholds and the time that counts as now (with a zone), return what every gate says."""
    return Decision(tuple(gate(facts, policy, now) for gate in GATES))
