"""What a publisher does to bring another store's memories in, and what holds for all that is brought.

It is an amendment: made on whatever the head is, held against the invariants like a run's plan, committed at once. A
dry run makes the same amendment and commits nothing. Nobody can see what a file retires without reading all of it, so
what it says people forgot counts as lost, too, and more than the loss bound has to be accepted; where no person typed
it, anything at all: a program that brings file after file would otherwise retire everything, a bound at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec

from ..errors import LossBoundError
from ..memory.amend import Amendment, amend
from ..memory.bring import Brought, Fate, bring
from ..memory.changes import Change, Retire, State, Supersede, fold
from ..memory.edit_lines import clean
from ..memory.files import Store, open_store
from ..memory.imported import Lines, hold_against, read_lines
from ..memory.ledger import load
from ..memory.plan import Plan, loss_bound, validate
from ..memory.purged import load_purged
from ..memory.records import Memory, Trust
from ..phases.dream import Policy
from ..phases.readings import Readings
from ..phases.reindex import choose, is_sure
from ..sessions.provenance import standing
from ..sessions.transcripts import RecordTexts
from .publishing import publish_head
from .remembering import read_readings
from .requests import BringReply, BringRequest

_HINT = "nothing was changed; look with --dry-run, and add --accept-loss where all of that is meant"


def bring_in(request: BringRequest) -> BringReply:
    """Given lines of another store's export, commit and publish what is new in them; in a dry run say what would be."""
    store, _ = open_store(Path(request.store))
    outcome: list[tuple[Lines, Brought, str]] = []

    def propose(state: State) -> Amendment:
        purged = load_purged(store)
        source = clean(" ".join(request.source.split()), purged)
        said = f"{request.person} imported it from {source}"
        lines = hold_against(read_lines(request.lines, purged), state.memories.values(), standing(store, purged))
        brought = bring(lines.memories, state, said, request.now, trusted=request.trusted)
        over = _over_the_bound(brought.amendment.changes, state, typed=request.trusted)
        if over and not (request.accept_loss or request.dry_run):
            raise LossBoundError(source, over, _HINT)
        outcome[:] = [(lines, brought, over)]
        return sound(store, state, brought.amendment, request.now)

    if request.dry_run:
        changes = propose(load(store)).changes
        generation = 0
    else:
        scratch = Path(request.scratch)
        publish_head(store, scratch, request.now, request.host)
        entry = amend(store, propose, request.now, request.host)
        if entry:
            publish_head(store, scratch, request.now, request.host)
        changes, generation = (), entry.header.generation if entry else 0
    [(lines, brought, over)] = outcome
    reply = _reply(lines, brought, generation, changes, trusted=request.trusted)
    return msgspec.structs.replace(reply, refused="" if request.accept_loss else over)


def _over_the_bound(changes: Iterable[Change], state: State, *, typed: bool) -> str:
    """Return what is to be said of changes that retire more than may be; empty where they do not.

    What a person typed may retire as many as the loss bound, what else comes none.
    """
    lost, active = sum(isinstance(change, Retire | Supersede) for change in changes), state.number_active
    bound = loss_bound(active) if typed else 0
    if lost <= bound:
        return ""
    why = f"the bound is {bound}" if typed else "no person typed this at a terminal and named a file"
    return f"it retires {lost} of {active} memories and {why} (invariant 5)"


def sound(store: Store, state: State, amendment: Amendment, now: datetime) -> Amendment:
    """Given an amendment of a state, return it with what MEMORY.md then shows; raises RefusedError where it is unsound.

    What was shown and is still active stays in its order; of what is new the best that there is room for joins it,
    until the next dream chooses anew.
    """
    after = fold(state.memories, amendment.changes, now)
    fresh = [memory for name, memory in after.items() if name not in state.memories and memory.active]
    readings = read_readings(store)
    whole = replace(amendment, shown=_shown(state, after.values(), {memory.id for memory in fresh}, now, readings))
    plan = Plan(state.generation, now, "", whole.changes, whole.shown or ())
    validate(plan, state, RecordTexts(store.transcripts), accept_loss=True)
    return whole


def _shown(
    state: State, after: Iterable[Memory], fresh: set[str], now: datetime, readings: Readings
) -> tuple[str, ...]:
    active = {memory.id: memory for memory in after if memory.active}
    sure = sorted(filter(is_sure, active.values()), key=lambda memory: (memory.learned, memory.id))
    chosen = choose(sure, {memory.id: memory.topic for memory in sure}, now, Policy(), readings)
    before = [name for name in state.shown if name in active]
    pinned = [name for name, memory in active.items() if memory.pinned and name not in before]
    rest = [name for name in chosen if name in fresh and name not in pinned]
    return (*pinned, *before, *rest) if before else chosen


def _reply(
    lines: Lines, brought: Brought, generation: int, changes: tuple[Change, ...], *, trusted: bool
) -> BringReply:
    by_fate: dict[Fate, list[str]] = {fate: [] for fate in Fate}
    for name, fate in brought.fates.items():
        by_fate[fate].append(name)
    added = set(by_fate[Fate.ADDED])
    unproved = [
        (lines.numbers[name], f"{name} is retired for the sake of a memory that neither comes along nor is here")
        for name in by_fate[Fate.UNPROVED]
    ]
    lowered = [it for it in lines.memories if it.id in added and it.trust is Trust.USER and not trusted]
    return BringReply(
        generation=generation,
        added=len(added),
        retired_there=sum(it.id in added and not it.active for it in lines.memories),
        joined=len(by_fate[Fate.JOINED]),
        retired=tuple(by_fate[Fate.RETIRED]),
        known=len(by_fate[Fate.KNOWN]),
        forgotten=tuple(by_fate[Fate.FORGOTTEN]),
        lowered=len(lowered),
        unpinned=brought.unpinned,
        renamed=tuple(sorted(brought.renamed.items())),
        left=tuple(sorted([*((fault.line, fault.why) for fault in lines.faults), *unproved])),
        changes=changes,
    )
