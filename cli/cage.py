"""How a cage is told: what holds the processes that dream here, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..daemon.messages import Cage


def plain(cage: Cage) -> dict[str, Any]:
    """Given what holds a process, return it as plain data."""
    return {"layers": cage.layers, "missing": cage.missing}


def said(layers: Sequence[str], missing: Sequence[str]) -> str:
    """Given what holds a process and what is missing, return it in words."""
    lacks = f"not enforced here: {'; '.join(missing)}" if missing else ""
    return "; ".join(it for it in (", ".join(layers), lacks) if it)
