"""The gates in one table, and the decision composed from them. A further gate is a further row."""

from __future__ import annotations

from datetime import datetime, timedelta

from .duration import spell_duration
from .verdict import Decision, Facts, Gate, Policy, Verdict

#: after a run that failed; each further one in a row doubles it
FIRST_WAIT, LONGEST_WAIT = timedelta(hours=1), timedelta(days=1)

#: a dream waits no longer than this for people to stop working
LONGEST_QUIET = timedelta(hours=2)

_DAY = timedelta(days=1)


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


def failure(facts: Facts, _policy: Policy, now: datetime) -> Verdict:
    """Open when the last run did not fail, or failed long enough ago: what fails at once would fail all day.

    A failure ahead of the clock proves nothing, as a last dream does not.
    """
    if not facts.failures or facts.failed_at is None:
        return Verdict("failure", True, "none", "", "", relation="")
    wait = min(FIRST_WAIT * 2 ** min(facts.failures - 1, 10), LONGEST_WAIT)
    since = now - facts.failed_at
    is_open = since >= wait or since < -wait
    ago = f"{spell_duration(since, units=2)} ago" if since >= timedelta() else "ahead of the clock"
    count = "the last run failed" if facts.failures == 1 else f"the last {facts.failures} runs failed"
    return Verdict(
        "failure",
        is_open,
        ago,
        spell_duration(wait),
        "",
        opens=None if is_open else facts.failed_at + wait,
        relation=", wait ",
        remark=f"{count}; 'dreamd status' says why",
    )


def budget(facts: Facts, policy: Policy, _now: datetime) -> Verdict:
    """Open when the dreams of the last 24 hours used less of a model than they may. Rules use none."""
    limit = policy.budget_tokens
    is_open = not limit or facts.tokens < limit
    opens = None if is_open or facts.tokens_since is None else facts.tokens_since + _DAY
    threshold = f"{limit:,} tokens a day" if limit else ""
    return Verdict("budget", is_open, f"{facts.tokens:,}", threshold, "curator.budget_tokens", opens)


def quiet(facts: Facts, policy: Policy, now: datetime) -> Verdict:
    """Open when no session of this host was active for a while, and in any case two hours after all else was open.

    What is dreamt of while somebody works is complete only as far as they got; but a team that always works would
    never dream.
    """
    if not policy.quiet:
        return Verdict("quiet", True, "not asked", "", "gates.quiet", relation="")
    threshold = spell_duration(policy.quiet)
    if facts.active is None:
        return Verdict("quiet", True, "nobody works", threshold, "gates.quiet", relation=", then for ")
    opens = facts.active + policy.quiet
    ready = [time for time in (_interval_over(facts, policy), facts.enough_since) if time is not None]
    if ready:
        opens = min(opens, max(ready) + LONGEST_QUIET)
    saw = spell_duration(max(now - facts.active, timedelta()), units=2)
    return Verdict("quiet", now >= opens, saw, threshold, "gates.quiet", None if now >= opens else opens)


def _interval_over(facts: Facts, policy: Policy) -> datetime | None:
    return facts.last_dream + policy.interval if facts.last_dream else None


#: cheapest first, as they are asked
GATES: tuple[Gate, ...] = (interval, sessions, lock, failure, budget, quiet)


def decide(facts: Facts, policy: Policy, now: datetime) -> Decision:
    """Given facts, thresholds and the time that counts as now (with a zone), return what every gate says."""
    return Decision(tuple(gate(facts, policy, now) for gate in GATES))
