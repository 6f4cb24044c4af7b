"""What was nearly kept, joined or shown in a run, and why not; and how features are told."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from .outgoing import redacted
from .output import say

if TYPE_CHECKING:
    from ..curators.draft import Nearly

_WIDTH = 100
#: a feature that weighs less, in log odds, is told by its name alone
_TELLING = 0.3
_TITLES = {
    "distil": "nearly kept, and why not:",
    "merge": "kept apart from what is nearly the same, and why:",
    "reindex": "kept, and not in MEMORY.md:",
}


def say_nearly(nearly: Sequence[Nearly]) -> None:
    """Given what was nearly done, print it by phase, each with the reason and with what spoke for and against it."""
    titles = _TITLES | {it.phase: f"{it.phase}:" for it in nearly if it.phase not in _TITLES}
    for phase, title in titles.items():
        of_phase = [redacted(it) for it in nearly if it.phase == phase]
        if of_phase:
            say(title)
        for it in of_phase:
            score = "" if it.score is None else f"{it.score:.2f}  "
            say(f"~ {score}{it.id and f'{it.id}  '}{it.text}")
            say(f"    {it.why}{it.session and f' (session {it.session})'}")
            say_features(it.features, "    ")


def say_features(features: Iterable[tuple[str, float]], indent: str) -> None:
    """Given features with their weights, heaviest first, print each: the telling ones with what they tell."""
    from ..curators.rules.distilling.reasons import reason_of

    given = list(features)
    # A name and its weight stay on one line.
    light = [f"{name}\u00a0{weight:+.2f}" for name, weight in given if abs(weight) < _TELLING]
    for name, weight in given:
        if abs(weight) >= _TELLING:
            reason = reason_of(name)
            say(f"{indent}{weight:+.2f}  {name}{reason and f': {reason}'}")
    if light:
        lines = textwrap.fill(", ".join(light), _WIDTH, initial_indent=indent, subsequent_indent=indent)
        say(lines.replace("\u00a0", " "))


def plain(nearly: Iterable[Nearly]) -> list[dict[str, Any]]:
    """Given what was nearly done, return it with every key present, which its own encoding leaves out where empty."""
    fields = ("phase", "text", "why", "id", "session", "record", "score")
    return [
        {name: getattr(it, name) for name in fields} | {"features": dict(it.features)} for it in map(redacted, nearly)
    ]
