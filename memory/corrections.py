"""What people put right by hand: forget, pin, confirm, settle. Pure: each is a function of the state.

A correction sticks (invariant 12): what was forgotten is not learned again from the same evidence. Trust that a person
gives rests on a piece of evidence of its own, whose quote is the text that was confirmed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from ..errors import NotFoundError, RefusedError
from .amend import Amendment
from .changes import Change, Conflict, Merge, Pin, Retire, State
from .entry import EntryKind
from .records import Evidence, Memory, Origin, Reason, Trust, keep_evidence


class By(msgspec.Struct, frozen=True):
    """Who puts something right, when, and why in that person's words, for the history."""

    person: str
    now: datetime
    why: str = ""


class _Correction(msgspec.Struct, frozen=True, tag_field="correction", kw_only=True):
    by: By


class Forget(_Correction, frozen=True, tag="forget", kw_only=True):
    """Memories are to be forgotten."""

    ids: tuple[str, ...]


class PinIt(_Correction, frozen=True, tag="pin", kw_only=True):
    """A memory is to be shown always, or no longer."""

    id: str
    pinned: bool = True


class Confirm(_Correction, frozen=True, tag="confirm", kw_only=True):
    """A memory is true: a person vouches for it."""

    id: str


class Settle(_Correction, frozen=True, tag="settle", kw_only=True):
    """Of the memories that contradict each other this one is right, or both are."""

    id: str
    both: bool = False


Correction = Forget | PinIt | Confirm | Settle


def correct(correction: Correction, state: State) -> Amendment:
    """Given a correction and the present state, return the amendment; nothing to change where it is so already.

    Raises NotFoundError for an id that is not known, RefusedError where it cannot be done.
    """
    return _CORRECT[type(correction)](correction, state)


def concerned(correction: Correction) -> tuple[str, ...]:
    """Given a correction, return the ids of the memories that it is about."""
    return correction.ids if isinstance(correction, Forget) else (correction.id,)


def _forget(wanted: Forget, state: State) -> Amendment:
    changes = []
    for name in dict.fromkeys(wanted.ids):
        memory = _known(name, state)
        if memory.active:
            reason = _said(f"{wanted.by.person} asked to forget it", wanted.by.why)
            changes.append(Retire(name, reason, why=Reason.FORGOTTEN, by=wanted.by.person))
    return Amendment(EntryKind.FORGET, tuple(changes))


def _pin(wanted: PinIt, state: State) -> Amendment:
    memory = _active(wanted.id, state)
    if memory.pinned is wanted.pinned:
        return Amendment(EntryKind.PIN)
    what = "pinned it" if wanted.pinned else "took its pin away"
    shown = state.shown
    if wanted.pinned and memory.id not in shown:
        shown = (memory.id, *shown)
    change = Pin(memory.id, _said(f"{wanted.by.person} {what}", wanted.by.why), pinned=wanted.pinned)
    return Amendment(EntryKind.PIN, (change,), shown)


def _confirm(wanted: Confirm, state: State) -> Amendment:
    memory = _active(wanted.id, state)
    piece = _by_hand(wanted, memory)
    if any((it.origin, it.person, it.quote) == (piece.origin, piece.person, piece.quote) for it in memory.evidence):
        return Amendment(EntryKind.CONFIRM)
    change = Merge(
        id=memory.id,
        reason=_said(f"{wanted.by.person} confirmed it", wanted.by.why),
        evidence=(piece,),
        joined=keep_evidence((*memory.evidence, piece), memory.text),
        sessions=memory.sessions,
        people=tuple(sorted({*memory.people, wanted.by.person} - {""})),
        trust=Trust.USER,
        learned=memory.learned,
        last_seen=max(memory.last_seen, wanted.by.now),
        # A person is as sure as anybody can be: it is fit for MEMORY.md.
        factors=replace(memory.factors, confidence=max(memory.factors.confidence, 1.0)),
    )
    shown = state.shown if memory.id in state.shown else (*state.shown, memory.id)
    return Amendment(EntryKind.CONFIRM, (change,), shown)


def _settle(wanted: Settle, state: State) -> Amendment:
    memory = _active(wanted.id, state)
    others = [name for name in memory.conflicts_with if name in state.memories]
    if not others:
        raise RefusedError(memory.id, "it is in no conflict", "'dreamd conflicts' lists what is")
    changes: list[Change] = []
    for name in others:
        if wanted.both:
            reason = _said(f"{wanted.by.person} says that both are true", wanted.by.why)
        else:
            reason = _said(f"{wanted.by.person} says that {memory.id} is right", wanted.by.why)
        changes.append(Conflict(memory.id, reason, other=name, settled=True, by=wanted.by.person))
        if not wanted.both and state.memories[name].active:
            changes.append(Retire(name, reason, why=Reason.CONTRADICTED, by=memory.id))
    return Amendment(EntryKind.SETTLE, tuple(changes))


def _known(name: str, state: State) -> Memory:
    if name not in state.memories:
        raise NotFoundError(name, hint="'dreamd recall' and 'dreamd export' show ids")
    return state.memories[name]


def _active(name: str, state: State) -> Memory:
    memory = _known(name, state)
    if memory.retired:
        by = f" by {memory.retired.by}" if memory.retired.by else ""
        raise RefusedError(name, f"it is not active: {memory.retired.reason}{by}", "'dreamd why' tells its history")
    return memory


def _by_hand(wanted: Confirm, memory: Memory) -> Evidence:
    return Evidence(
        Origin.TERMINAL, record="confirm", quote=memory.text, time=wanted.by.now, role="user", person=wanted.by.person
    )


def _said(what: str, why: str) -> str:
    return f"{what}: {why}" if why else what


_CORRECT: dict[type, Callable[[Any, State], Amendment]] = {
    Forget: _forget,
    PinIt: _pin,
    Confirm: _confirm,
    Settle: _settle,
}
