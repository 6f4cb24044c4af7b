"""Whether two values are one in other words: "five" and "5", "one minute" and "60 s", "on" and "enabled"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..vocabulary import NUMBERS
from .reading import canonical
from .told import Token

#: two words for one state
_ONE_STATE = ({"on", "enabled"}, {"off", "disabled"}, {"required", "mandatory"}, {"forbidden", "prohibited"})
#: how many of the least unit of its sort a unit is
_UNITS = {
    canonical(unit): (float(factor), of)
    for of, units in {
        "time": {"ms": 1, "s sec secs second seconds": 1000, "min mins minute minutes": 60_000}
        | {"h hr hrs hour hours": 3_600_000, "d day days": 86_400_000, "week weeks": 604_800_000},
        "size": {"kb": 1, "mb": 1000, "gb": 1_000_000, "tb": 1_000_000_000},
    }.items()
    for names, factor in units.items()
    for unit in names.split()
}


def same_value(was: Sequence[Token], value: Sequence[Token]) -> bool:
    """Given the words of two values, tell whether they are one in other words."""
    if sorted(token.key for token in was) == sorted(token.key for token in value):
        return True
    if {token.raw.lower() for token in (*was, *value)} in _ONE_STATE:
        return True
    mine, their = _measured(was), _measured(value)
    return mine is not None and mine == their


def measures_another(was: Sequence[Token], value: Sequence[Token]) -> bool:
    """Given the words of two values, tell whether they are amounts of different things: "2 CPUs" and "4 GB"."""
    mine, their = _measured(was), _measured(value)
    counted = [any(token.is_number for token in words) and len(words) > 1 for words in (was, value)]
    if not all(counted):
        return False
    return mine is None or their is None or mine[1] != their[1]


def _measured(words: Sequence[Token]) -> tuple[float, str] | None:
    """Return how much a value is in the least unit of its sort, and of what sort; None where it is no amount."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?([a-z]*)", " ".join(_figure(token) for token in words))
    if not found:
        return None
    factor, of = _UNITS.get(canonical(found[2]) if found[2] else "", (1.0, found[2]))
    return float(found[1]) * factor, of


def _figure(token: Token) -> str:
    lower = token.raw.lower().replace(",", "")
    return {"one": "1"}.get(lower) or NUMBERS.get(lower, lower)
