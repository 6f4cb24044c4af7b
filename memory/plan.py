"""A plan, and what it must satisfy before it may become a ledger entry.

The worker proposes, the publisher disposes: nothing in a plan is believed because of who sent it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from ..errors import LossBoundError, RefusedError
from ..language.redact import redact
from ..language.visible import visible
from .changes import Add, Change, ChangeError, Merge, Retire, Reword, State, Supersede, fold, touched
from .entry import Consumed
from .grounds import Ground
from .records import BY_HAND, TEXT_LIMIT, Evidence, Memory, Origin, Time, Trust

#: how the text of a record is found: None where the record is not kept (any more)
RecordText = Callable[[Evidence], str | None]


class Plan(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a run proposes for the generation after ``base``, and on what grounds."""

    base: int
    now: Time
    curator: str
    changes: tuple[Change, ...] = ()
    shown: tuple[str, ...] = ()
    consumed: Consumed = Consumed()
    notes: tuple[str, ...] = ()
    grounds: tuple[Ground, ...] = ()

    def changes_anything(self, state: State) -> bool:
        """Given the state it was made for, tell whether committing it would be seen or would advance a position."""
        return bool(self.changes or self.consumed) or self.shown != state.shown


def loss_bound(active: int) -> int:
    """Given how many memories are active, return how many a plan may retire: a quarter, and ten in any case.

    A quarter, because every silent loss on record took far more at once; ten, because a young store turns over fast.
    """
    return max(10, active // 4)


def losses(plan: Plan, state: State) -> list[str]:
    """Given a plan and the state at its base, return the ids of that state which it retires.

    Merges lose nothing, what people asked to forget is no loss, and what the plan itself adds was never there.
    """
    return [
        change.id
        for change in plan.changes
        if change.id in state.memories
        and (isinstance(change, Supersede) or (isinstance(change, Retire) and change.why not in BY_HAND))
    ]


def validate(plan: Plan, state: State, record_text: RecordText, *, accept_loss: bool = False) -> Mapping[str, Memory]:
    """Given a plan and the state at its base, return the memories after it, or raise RefusedError.

    Invariants 1 (it applies), 2 (positions), 5 (loss bound), 6 (evidence), 7 (trust), 8 (redaction) and 10 (text
    limit).
    """
    try:
        memories = fold(state.memories, plan.changes, plan.now)
    except ChangeError as error:
        raise RefusedError(f"generation {plan.base + 1}", str(error)) from error
    known = _Known(state)
    for change in plan.changes:
        _validate_text(change)
        for piece in _new_evidence(change):
            if not known.by(change, piece):
                _validate_evidence(change, piece, record_text, known)
        after = memories[change.id]
        if after.trust is Trust.USER and not any(piece.role == "user" for piece in after.evidence):
            raise RefusedError(change.id, "it claims a person's trust without a person's words (invariant 7)")
    _validate_inbox(plan, state)
    unknown = [name for name in plan.shown if name not in memories or not memories[name].active]
    if unknown or len(set(plan.shown)) != len(plan.shown):
        raise RefusedError("MEMORY.md", f"it would show {unknown or 'a memory twice'}")
    active = state.number_active
    lost = losses(plan, state)
    if len(lost) > loss_bound(active) and not accept_loss:
        raise LossBoundError(
            f"generation {plan.base + 1}",
            f"it retires {len(lost)} of {active} memories and the bound is {loss_bound(active)} (invariant 5)",
            hint="read the plan with 'dreamd dream --dry-run'",
        )
    return memories


class _Known:
    """What memories quoted before: that need not stand anywhere still. All are asked only where it is in doubt."""

    def __init__(self, state: State) -> None:
        self._memories = state.memories
        self._of_all: set[tuple[str, str, str, str]] = set()

    def by(self, change: Change, piece: Evidence) -> bool:
        """Tell whether one of the memories that a change alters quoted a piece before."""
        return any(
            _key(piece) in map(_key, self._memories[name].evidence)
            for name in touched(change)
            if name in self._memories
        )

    def by_any(self, piece: Evidence) -> bool:
        """Tell whether any memory quoted a piece before."""
        if not self._of_all:
            self._of_all = {_key(it) for memory in self._memories.values() for it in memory.evidence}
        return _key(piece) in self._of_all


def _validate_text(change: Change) -> None:
    text = change.memory.text if isinstance(change, Add) else change.text if isinstance(change, Reword) else None
    if text is None:
        return
    if not 0 < len(text) <= TEXT_LIMIT or "\n" in text:
        raise RefusedError(change.id, f"its text is not one statement of at most {TEXT_LIMIT} characters")
    if redact(visible(text)).text != text:
        raise RefusedError(change.id, "its text holds a secret (invariant 8)")


def _validate_inbox(plan: Plan, state: State) -> None:
    """Refuse a plan that uses up a remembered item and adds nothing for it, or does so again: its file would go."""
    added = set()
    for change in plan.changes:
        if isinstance(change, Add):
            added |= {change.id, *(it.record for it in change.memory.evidence if it.origin is Origin.INBOX)}
    for item in plan.consumed.inbox:
        if item in state.inbox or item not in added:
            what = "was consumed before" if item in state.inbox else "would be consumed and not be known"
            raise RefusedError(item, f"the remembered item {what} (invariant 2)")


def _new_evidence(change: Change) -> tuple[Evidence, ...]:
    if isinstance(change, Add):
        return change.memory.evidence
    return change.joined if isinstance(change, Merge) else change.evidence


def _validate_evidence(change: Change, piece: Evidence, record_text: RecordText, known: _Known) -> None:
    if piece.origin not in {Origin.SESSION, Origin.INBOX}:
        return
    text = record_text(piece)
    if (text is not None and piece.quote and piece.quote in text) or known.by_any(piece):
        return
    if text is None:
        raise RefusedError(change.id, f"its evidence names record '{piece.record}', which is not kept (invariant 6)")
    raise RefusedError(change.id, f"its quote does not stand in record '{piece.record}' (invariant 6)")


def _key(piece: Evidence) -> tuple[str, str, str, str]:
    return (piece.origin, piece.session, piece.record, piece.quote)
