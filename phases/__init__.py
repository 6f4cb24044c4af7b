"""What a run does: distil, prune, merge, refresh, reindex, in the order of one table. Pure: state in, changes out."""

from __future__ import annotations

from dataclasses import dataclass

from . import distil, merge, prune, refresh, reindex
from .dream import Step


@dataclass(frozen=True)
class Phase:
    """One step of a run. Neighbours with ``repeats`` are asked again, as a group, until they propose nothing more."""

    name: str
    sentence: str
    step: Step
    repeats: bool = False


PHASES: tuple[Phase, ...] = (
    Phase("distil", "Read what is new and propose what is worth keeping.", distil.step),
    Phase("prune", "Retire what the repository or the calendar shows to be over.", prune.step, repeats=True),
    Phase("merge", "Join what says the same and settle what cannot both be true.", merge.step, repeats=True),
    Phase("refresh", "Make dates absolute and look up what memories name.", refresh.step, repeats=True),
    Phase("reindex", "Sort memories into topics and choose what MEMORY.md shows.", reindex.step),
)
