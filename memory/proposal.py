"""What a run may propose at all: narrower than what a person may do by hand.

The worker has read every log, so its plan may be the work of whoever wrote one. What ``plan.validate`` asks of every
amendment is asked of it too; this asks first whether it is a run's plan in the first place: it takes no word of a
person's for granted, does nothing that only people do, names only what can be a name here, and does not lose by another
word what the loss bound is there to keep.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NoReturn

from msgspec.structs import replace

from ..errors import LossBoundError, RefusedError
from ..language.redact import redact_all
from ..language.stems import words
from .changes import MOST_ALSO, Add, Change, Conflict, Merge, Pin, Restore, Retire, Retopic, Reword, State
from .files import parse_item
from .grounds import unfounded
from .plan import Plan, loss_bound, losses
from .records import BY_HAND, Evidence, Origin
from .topic import is_topic

#: longest reason and note, in characters, and most notes: what ours say is a sentence or two
_LONGEST, _MOST_NOTES = 2000, 1000
#: so much of a text must be left for it to be the same memory still, of all its different words
_SAME = 0.2
#: what a phase or an op can be called
_WORD = re.compile(r"[a-z]{0,20}")


def require_proposal(
    plan: Plan, state: State, now: datetime, parts: Collection[str], *, accept_loss: bool = False
) -> Plan:
    """Given a run's plan, the state at its base, the run's now and the names of all parts, return it to be validated.

    Secrets in its reasons and notes are replaced. Raises RefusedError where no run of ours would propose it. A plan
    that was refused before, and that a person takes, may be older than now.
    """
    if plan.now != now and not (accept_loss and plan.now < now):
        _refuse("its time", "it is not the run's")
    unknown = [name for name in plan.consumed.parts if name not in parts or name in state.parts]
    if unknown or len(set(plan.consumed.parts)) != len(plan.consumed.parts):
        _refuse(unknown[0] if unknown else "a part", "it would be consumed, and is not there to be (invariant 2)")
    if len(plan.notes) > _MOST_NOTES or any(len(text) > _LONGEST for text in _said(plan)):
        _refuse("its reasons", f"they are longer than {_LONGEST} characters, or more than {_MOST_NOTES}")
    for change in plan.changes:
        _require_a_runs(change)
        _require_names(change)
    rests = [(change.id, piece) for change in plan.changes for piece in _rests_on(change)]
    claimed = [(name, piece) for name, piece in rests if piece.origin not in {Origin.SESSION, Origin.INBOX}]
    # Most runs claim none, and it takes a look at all that is known.
    known = {_key(piece) for memory in state.memories.values() for piece in memory.evidence} if claimed else set()
    for name, piece in claimed:
        if _key(piece) not in known:
            _refuse(name, f"it claims evidence by '{piece.origin}', which only a person brings (invariant 7)")
    _require_bound(plan, state, accept_loss=accept_loss)
    if (ground := unfounded(plan.grounds, plan.changes)) is not None:
        _refuse(ground.id, "what it says of why it kept it is not about a change of this run (invariant 6)")
    return _redacted(plan)


def _require_a_runs(change: Change) -> None:
    """Refuse what only people do (invariant 12)."""
    by_hand = (
        isinstance(change, Pin | Restore)
        or (isinstance(change, Retire) and change.why in BY_HAND)
        or (isinstance(change, Conflict | Retopic) and change.by)
        or (isinstance(change, Add) and (change.memory.pinned or change.memory.held or change.memory.retired))
    )
    if by_hand:
        _refuse(change.id, "it does what only a person does (invariant 12)")


def _require_names(change: Change) -> None:
    """Refuse what could not be an id, a topic or a phase: names become those of files, and stand in Markdown."""
    if isinstance(change, Add) and parse_item(f"{change.id}.json") != change.id:
        _refuse(change.id, "that is no id")
    words = (change.phase, *(word for touch in change.also for word in (touch.phase, touch.op)))
    if len(change.also) > MOST_ALSO or not all(map(_WORD.fullmatch, words)):
        _refuse(change.id, "what it says of the phases that made it is none of theirs")
    topic = change.memory.topic if isinstance(change, Add) else change.topic if isinstance(change, Retopic) else None
    if topic is not None and not is_topic(topic):
        _refuse(change.id, f"'{topic}' is no topic")


def _rests_on(change: Change) -> tuple[Evidence, ...]:
    """Return what a change says that its memory rests on; refuses one that has nothing (invariant 6)."""
    evidence = (
        change.memory.evidence if isinstance(change, Add) else change.joined if isinstance(change, Merge) else None
    )
    if evidence is None:
        return change.evidence
    if not evidence:
        _refuse(change.id, "it would have no evidence (invariant 6)")
    return (*evidence, *change.evidence)


def _require_bound(plan: Plan, state: State, *, accept_loss: bool) -> None:
    """Refuse more losses than may be, counting what is lost under another name (invariant 5)."""
    active = state.number_active
    lost = len(losses(plan, state)) + len(set(_overwritten(plan, state)))
    if lost > loss_bound(active) and not accept_loss:
        raise LossBoundError(
            f"generation {plan.base + 1}",
            f"it retires or overwrites {lost} of {active} memories and the bound is {loss_bound(active)} (invariant 5)",
            hint="read the plan with 'dreamd dream --dry-run'",
        )


def _overwritten(plan: Plan, state: State) -> Iterator[str]:
    """Yield the ids of memories that are reworded, or merged, into something with next to nothing in common."""
    texts = {change.id: change.memory.text for change in plan.changes if isinstance(change, Add)}
    for change in plan.changes:
        before = state.memories.get(change.id)
        if isinstance(change, Reword) and before and not _alike(before.text, change.text):
            yield change.id
        if isinstance(change, Merge):
            own = texts.get(change.id) or (before.text if before else "")
            gone = (name for name in change.absorbed if name in state.memories)
            yield from (name for name in gone if not _alike(state.memories[name].text, own))


def _alike(one: str, other: str) -> bool:
    left, right = set(words(one)), set(words(other))
    return len(left & right) >= _SAME * min(len(left), len(right))


def _redacted(plan: Plan) -> Plan:
    """Return a plan without secrets in what it says for people (invariant 8); its texts are held by ``validate``."""
    said = [*_said(plan)]
    clean = [it.text for it in redact_all(said)]
    if clean == said:
        return plan
    texts = iter(clean)
    changes = tuple(
        replace(change, reason=next(texts), also=tuple(replace(touch, reason=next(texts)) for touch in change.also))
        for change in plan.changes
    )
    return replace(plan, changes=changes, notes=tuple(texts))


def _said(plan: Plan) -> Iterator[str]:
    for change in plan.changes:
        yield change.reason
        yield from (touch.reason for touch in change.also)
    yield from plan.notes


def _key(piece: Evidence) -> tuple[str, str, str, str]:
    return (piece.origin, piece.session, piece.record, piece.quote)


def _refuse(subject: str, why: str) -> NoReturn:
    raise RefusedError(subject, why)
