"""What a run does: distil, prune, merge, refresh, reindex, in the order of one table. Pure: state in, changes out."""

from __future__ import annotations

from dataclasses import dataclass

from .distil import step as distil_step
from .dream import Step
from .merge import step as merge_step
from .prune import step as prune_step
from .refresh import step as refresh_step
from .reindex import step as reindex_step


@dataclass(frozen=True)
class Phase:
    """One step of a run. Neighbours with ``repeats`` are asked again, as a group, until they propose nothing more."""

    name: str
    sentence: str
    step: Step
    repeats: bool = False


PHASES: tuple[Phase, ...] = (
    Phase("distil", "Read what is new and propose what is worth keeping.", distil_step),
    Phase("prune", "Retire what the repository or the calendar shows to be over.", prune_step, repeats=True),
    Phase("merge", "Join what says the same and settle what cannot both be true.", merge_step, repeats=True),
    Phase("refresh", "Make dates absolute and look up what memories name.", refresh_step, repeats=True),
    Phase("reindex", "Sort memories into topics and choose what MEMORY.md shows.", reindex_step),
)
