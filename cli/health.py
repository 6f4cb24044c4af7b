"""What of a store's status somebody should see to. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ..gates.duration import spell_duration
from ..gates.verdict import Policy

#: less room than this on a store's file system and the next publish may fail, in bytes
LEAST_ROOM = 200_000_000
#: of what there may be many, so many are named
_MOST_NAMES = 3
#: a dream that is due for so long beyond its interval is due because nothing starts it
_GRACE = timedelta(hours=6)


def concerns(facts: dict[str, Any], policy: Policy, now: datetime) -> list[str]:
    """Given what status gathered, the thresholds of the gates and now, return what needs attention, worst first."""
    found = []
    if facts["damage"]:
        found.append(f"{facts['damage']}; 'dreamd check' shows all of it, and what to do")
    last, watching = facts["last_run"], facts["watching"]
    if last and last["outcome"] in {"failed", "refused"}:
        found.append(f"the last run {'was refused' if last['outcome'] == 'refused' else 'failed'}: {last['error']}")
    if aside := facts["sessions"]["set_aside"]:
        names = ", ".join(it["session"] for it in aside[:_MOST_NAMES]) + (", …" if len(aside) > _MOST_NAMES else "")
        found.append(f"set aside since two runs failed on them: {names}; 'dreamd dream --retry' tries again")
    if watching and watching["trouble"]:
        found.append(f"the service cannot keep it: {watching['trouble']}")
    if facts["disk"]["free"] < LEAST_ROOM:
        found.append(f"its file system has {facts['disk']['free'] / 1e6:,.0f} MB left")
    if facts["cage"]["mode"] == "require" and facts["cage"]["missing"]:
        found.append("the cage that is required is not whole here, so no dream is dreamt")
    late = facts["last_dream"] and now - facts["last_dream"] - policy.interval
    if late and late > _GRACE and facts["gates"]["due"] and not facts["dreaming"]:
        by = "though a service keeps it" if watching and watching["dreams"] else "and no service of this host keeps it"
        found.append(f"a dream has been due for up to {spell_duration(late, units=1)}, {by}")
    found += [f"the configuration of store {it['store']} is wrong: {it['reason']}" for it in facts["faults"]]
    return found
