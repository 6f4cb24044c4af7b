"""Why a feature says anything at all, for whoever asks: the reasons that stand beside the weights and the doubts."""

from __future__ import annotations

from .doubts import TABLE as DOUBTS
from .standing import TABLE as SIGNS
from .weights import TABLE as WEIGHTS

_REASONS = {row.name: row.why for row in WEIGHTS} | {row.name: row.why for row in SIGNS}
_REASONS |= {f"doubt_{doubt.name}": doubt.why for doubt in DOUBTS}


def reason_of(feature: str) -> str:
    """Given a feature's name, return what it tells of a passage, as words that follow "it"; "" for none of ours."""
    return _REASONS.get(feature, "")
