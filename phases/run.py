"""A whole run: the phases in their order, and the net list of changes that comes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

import msgspec

from ..curators.draft import Nearly
from ..memory.changes import Add, Change, Reword, State, touched
from ..memory.entry import Consumed
from ..memory.grounds import Ground, sessions_brought
from ..memory.held import is_held
from . import PHASES, Phase
from .dream import Dream
from .net import heir, net
from .returned import told

#: a rewording can reveal a duplicate, whose merging rewords again; each round joins or dates at least one memory, and
#: what real logs bring has come to rest in three. The bound is there so that no input can make a run go on for ever.
ROUNDS = 12


@dataclass(frozen=True)
class Proposal:
    """What a run proposes. ``counts`` tells how many changes each phase made on the way, in the phases' order.

    ``changes`` is the net list: what the run added and took back itself is not in it. ``grounds`` are those of what is
    added or joined by it. ``nearly`` is empty unless it was asked for.
    """

    changes: tuple[Change, ...]
    shown: tuple[str, ...]
    notes: tuple[str, ...]
    consumed: Consumed
    counts: tuple[tuple[str, int], ...]
    nearly: tuple[Nearly, ...]
    grounds: tuple[Ground, ...]


def dream(dream: Dream, state: State) -> Proposal:
    """Given a run's input and the state at its base, return what the run proposes.

    The same input, ``now`` and repository give the same proposal, and with nothing new an empty one (invariant 9).
    """
    run = work(dream, state)
    changes, again = told(net(state.memories, run.state.memories, run.changes), state.memories)
    return Proposal(
        changes=changes,
        shown=run.state.shown,
        notes=tuple(dict.fromkeys((*again, *run.notes))),
        consumed=_consumed(dream, state),
        counts=tuple((phase.name, run.counts[phase.name]) for phase in PHASES),
        nearly=tuple(dict.fromkeys(run.nearly)),
        grounds=_grounds(run, changes),
    )


def work(dream: Dream, state: State) -> Run:
    """Given a run's input and the state at its base, return the run when every phase has nothing more to add."""
    run = Run(dream, state)
    for repeats, phases in groupby(PHASES, key=lambda phase: phase.repeats):
        group = tuple(phases)
        for _ in range(ROUNDS if repeats else 1):
            if not sum(run.step(phase) for phase in group):
                break
    return run


class Run:
    """The working state between phases, and which memories each phase has yet to look at."""

    def __init__(self, dream: Dream, state: State) -> None:
        # What a phase is handed later holds this run's own drafts too.
        self.dream = replace(dream, known=state.memories)
        self.state = state
        self.changes: list[Change] = []
        self.notes: list[str] = []
        self.nearly: list[Nearly] = []
        self.grounds: list[Ground] = []
        self.counts: Counter[str] = Counter()
        fresh = _since_last_dream(state)
        self.fresh = {phase.name: set(fresh) for phase in PHASES}
        self.altered: dict[str, set[str]] = {}

    def step(self, phase: Phase) -> int:
        """Given a phase, apply what it proposes to the working state and return how many changes that was."""
        fresh, self.fresh[phase.name] = frozenset(self.fresh[phase.name]), set()
        altered = frozenset(self.altered[phase.name]) if phase.name in self.altered else None
        self.altered[phase.name] = set()
        outcome = phase.step(replace(self.dream, fresh=fresh, altered=altered), self.state)
        memories = self.state.memories
        # What a person took back stays so (invariant 12). Merge asks by itself, since its changes build on each other.
        changes = [msgspec.structs.replace(it, phase=phase.name) for it in outcome.changes if not is_held(it, memories)]
        self.state = self.state.after(changes, self.dream.now, outcome.shown)
        self.changes += changes
        self.notes += outcome.notes
        self.nearly += [msgspec.structs.replace(it, phase=phase.name) for it in outcome.nearly]
        self.grounds += outcome.grounds
        self.counts[phase.name] += len(changes)
        for waiting in self.fresh.values():
            waiting.update(_touched(changes))
        for seen in self.altered.values():
            seen.update(name for change in changes for name in touched(change))
        return len(changes)


def _since_last_dream(state: State) -> set[str]:
    """Return what came in by another door since the last dream: an edit, an import, an adoption."""
    active, last = state.census, state.last_dream
    if last is None:
        return set(active.ids)
    return set(active.take(active.newer_than(last)).ids)


def _touched(changes: Iterable[Change]) -> set[str]:
    return {change.id for change in changes if isinstance(change, Add | Reword)}


def _grounds(run: Run, changes: Iterable[Change]) -> tuple[Ground, ...]:
    """Return why distil kept what the changes bring: what joined another memory speaks for that one."""
    brought = {(change.id, session) for change in changes for session in sessions_brought(change)}
    of_heirs = (msgspec.structs.replace(it, id=heir(run.state.memories, it.id)) for it in run.grounds)
    return tuple(it for it in of_heirs if (it.id, it.session) in brought)


def _consumed(dream: Dream, state: State) -> Consumed:
    parts = {part for transcript in dream.transcripts for part in transcript.parts}
    return Consumed(
        parts=tuple(sorted(parts - state.parts)),
        inbox=tuple(sorted({item.id for item in dream.inbox} - state.inbox)),
    )
