"""A passage that could become a memory: what is known of it, what it is worth, and how it stands to another one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ....sessions.events import Role
from .dialogue import Setting
from .doubts import WEIGHT as DOUBT
from .doubts import doubts
from .passages import Passage
from .standing import parts, standing
from .weights import WEIGHTS


@dataclass(frozen=True)
class Candidate:
    """A passage with everything that is known of it; ``index`` is its event's place in the session."""

    passage: Passage
    index: int
    setting: Setting
    features: Mapping[str, float]
    stems: tuple[str, ...]


class Worth(NamedTuple):
    """How sure it is that a passage is worth keeping, 0 to 1, and what spoke for and against it, the heaviest first."""

    score: float
    features: tuple[tuple[str, float], ...]


def score(features: Mapping[str, float]) -> float:
    """Given features, return the log odds that a careful engineer would keep the passage."""
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in features.items())


def signs(candidate: Candidate, role: Role, text: str = "") -> dict[str, float]:
    """Given a candidate and who says it, return the signs by which a reader who was not there judges it.

    ``text`` is the statement as it will be read, where that is more than the passage.
    """
    before_edit = candidate.setting.before_edit
    return standing(text or candidate.passage.text, role, candidate.features, before_edit=before_edit)


def worth(candidate: Candidate, role: Role, odds: float, text: str = "") -> Worth:
    """Given a candidate, who says it and its log odds, return its worth with what a reader doubts.

    ``text`` is the statement as it will be read, where that is more than the passage.
    """
    before_edit = candidate.setting.before_edit
    against = doubts(text or candidate.passage.text, role, candidate.features, before_edit=before_edit)
    held = [(f"doubt_{it.name}", DOUBT) for it in against]
    odds += DOUBT * len(held)
    found = [(name, WEIGHTS.get(name, 0.0) * value) for name, value in candidate.features.items()]
    found += parts(signs(candidate, role, text)).items()
    rounded = [(name, round(value, 2)) for name, value in found] + held
    heaviest_first = sorted((part for part in rounded if part[1]), key=lambda part: (-abs(part[1]), part[0]))
    return Worth(round(1 / (1 + math.exp(-odds)), 3), tuple(heaviest_first))


def overlap(one: Candidate, other: Candidate) -> bool:
    """Tell whether two candidates have words of one event in common."""
    return one.index == other.index and one.passage.start < other.passage.end and other.passage.start < one.passage.end


def likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Given two vectors of length 1, as mappings of stems, return their cosine."""
    if len(other) < len(one):
        one, other = other, one
    return sum(value * other.get(stem, 0.0) for stem, value in sorted(one.items()))
