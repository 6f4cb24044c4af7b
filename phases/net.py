"""From everything a run did on the way to the few changes that a ledger entry needs.

A run works in small steps: a draft is added, joined, dated, given a topic. What counts is how the memories stand at
the end against how they stood at the base, so the net list is made from the two, and the steps only lend their
reasons and evidence. A draft that was absorbed in the run that found it never enters the ledger: the merge states the
joined evidence whole. What was remembered does enter it, since whoever did so was told its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from ..memory.changes import (
    MOST_ALSO,
    Add,
    Change,
    Conflict,
    Merge,
    Retire,
    Retopic,
    Reword,
    Supersede,
    Touch,
    Verify,
    touched,
)
from ..memory.records import Memory, Origin, Reason

_REWORDED = ("text", "kind", "claim")
_JOINED = ("evidence", "sessions", "people", "trust", "learned", "last_seen", "factors")


def net(base: Mapping[str, Memory], final: Mapping[str, Memory], steps: Iterable[Change]) -> tuple[Change, ...]:
    """Given memories before and after a run and its steps, return the least changes that lead from one to the other.

    ``fold(base, net(...))`` has the active memories of ``final``, equal in every field, and retires of ``base`` what
    ``final`` has retired. What was added and retired within the run is left out, unless it was superseded or
    supersedes what stays: the older statement is history; or unless it came from the inbox.
    """
    return tuple(_Netting(base, final, steps).changes())


def heir(memories: Mapping[str, Memory], name: str) -> str:
    """Given memories and an id, return the id of the memory that absorbed it at last, or itself."""
    memory = memories.get(name)
    while memory and memory.retired and memory.retired.reason is Reason.DUPLICATE and memory.retired.by:
        name = memory.retired.by
        memory = memories.get(name)
    return name


class _Netting:
    def __init__(self, base: Mapping[str, Memory], final: Mapping[str, Memory], steps: Iterable[Change]) -> None:
        self.base = base
        self.final = final
        self.told: dict[tuple[type[Change], str], Change] = {}
        self.steps: dict[str, list[Change]] = {}
        for step in steps:
            self.told[type(step), step.id] = step
            for name in touched(step):
                self.steps.setdefault(name, []).append(step)
        # No other memory was altered, and to look at all would mean to decode them.
        self.differ = {name for name in self.steps if base.get(name) != final.get(name)}
        self.remembered = {name for (_, name), step in self.told.items() if _is_remembered(step)}
        self.kept = self._kept()
        self.absorbed: dict[str, list[str]] = {}
        for name in sorted((self.differ & base.keys()) | self.remembered):
            if (name not in base or base[name].active) and _reason(final[name]) is Reason.DUPLICATE:
                self.absorbed.setdefault(self.heir(name), []).append(name)

    def changes(self) -> Iterator[Change]:
        """Yield the changes in an order that folds: what is added, what is altered, what ends."""
        added = [self.final[name] for name in self.kept if name not in self.base]
        for memory in sorted(added, key=lambda memory: (memory.learned, memory.id)):
            yield self._add(memory)
        altered = sorted(name for name in self.kept if self.base.get(name) != self.final[name])
        for name in altered:
            yield from self._altered(self.base.get(name), self.final[name])
        yield from self._conflicts(altered)
        for name in altered:
            yield from self._ended(self.base.get(name), self.final[name])

    def heir(self, name: str) -> str:
        """Given an id, return the id of the memory that absorbed it at last, or itself."""
        return heir(self.final, name)

    def _kept(self) -> set[str]:
        """Return which of the memories that are not as in the base the ledger needs; all that are as there it has."""
        changed = ((name, self.final[name]) for name in self.differ)
        kept = {
            name
            for name, memory in changed
            if name in self.base or memory.active or _reason(memory) is Reason.SUPERSEDED or name in self.remembered
        }
        waiting = list(kept)
        while waiting:
            memory = self.final[waiting.pop()]
            by = self.heir(memory.retired.by) if memory.retired and memory.retired.by else ""
            if by in self.differ and by not in kept:
                kept.add(by)
                waiting.append(by)
        return kept

    def _add(self, memory: Memory) -> Change:
        return Add(id=memory.id, **self._because(Add, memory.id), memory=msgspec.structs.replace(memory, retired=None))

    def _altered(self, old: Memory | None, new: Memory) -> Iterator[Change]:
        if old is not None and _reason(new) is Reason.DUPLICATE:
            return
        if old is not None and (_differ(old, new, _REWORDED) or (new.active and old.valid_until != new.valid_until)):
            yield Reword(
                id=new.id,
                **self._because(Reword, new.id),
                text=new.text,
                was=old.text,
                kind=None if old.kind is new.kind else new.kind,
                about=None if old.about == new.about else new.about,
                claim=new.claim,
                valid_until=new.valid_until,
            )
        absorbed = tuple(self.absorbed.get(new.id, ()))
        if absorbed or (old is not None and (_differ(old, new, _JOINED) or old.about != new.about)):
            yield Merge(
                id=new.id,
                **self._because(Merge, new.id),
                absorbed=absorbed,
                joined=new.evidence,
                sessions=new.sessions,
                people=new.people,
                trust=new.trust,
                learned=new.learned,
                last_seen=new.last_seen,
                factors=new.factors,
                about=new.about,
            )
        if old is not None and old.verified != new.verified and new.verified:
            yield Verify(id=new.id, **self._because(Verify, new.id), verified=new.verified)
        if old is not None and old.topic != new.topic:
            yield Retopic(id=new.id, **self._because(Retopic, new.id), topic=new.topic)

    def _conflicts(self, altered: Iterable[str]) -> Iterator[Change]:
        told = set()
        for name in altered:
            old, new = self.base.get(name), self.final[name]
            before = set(old.conflicts_with) if old else set()
            for other in sorted(before ^ set(new.conflicts_with)):
                pair = tuple(sorted((name, other)))
                if pair in told or not (other in self.kept or other in self.base):
                    continue
                told.add(pair)
                if old is None and self.base.get(other) is None:
                    continue  # both are added, each with its mark
                yield Conflict(id=name, **self._because(Conflict, name, other), other=other, settled=other in before)

    def _ended(self, old: Memory | None, new: Memory) -> Iterator[Change]:
        if new.retired is None or (old is not None and not old.active) or new.retired.reason is Reason.DUPLICATE:
            return
        by = self.heir(new.retired.by) if new.retired.by in self.final else new.retired.by
        why = self._because(Supersede, new.id) if (Supersede, new.id) in self.told else self._because(Retire, new.id)
        why["reason"] = new.retired.detail
        if new.retired.reason is Reason.SUPERSEDED and by == new.retired.by and new.valid_until:
            yield Supersede(id=new.id, **why, by=by, until=new.valid_until)
            return
        yield Retire(id=new.id, **why, why=new.retired.reason, by=by, until=new.valid_until)

    def _because(self, kind: type[Change], *names: str) -> dict[str, Any]:
        """Return what a change of that kind takes over from the run's steps: the last of its kind gives the reason."""
        for name in names:
            step = self.told.get((kind, name))
            if step:
                # What ends it, or another by it, is a change of its own.
                of_it = [
                    it
                    for it in self.steps[name]
                    if type(it) is kind or (kind is Add and not isinstance(it, Supersede | Retire))
                ]
                also = dict.fromkeys(_touch(it) for it in of_it if it is not step)
                return {
                    "reason": step.reason,
                    "evidence": step.evidence,
                    "phase": step.phase,
                    "also": tuple(it for it in also if it != _touch(step))[-MOST_ALSO:],
                }
        return {"reason": "follows from other changes of this run"}


def _touch(step: Change) -> Touch:
    return Touch(step.phase, str(step.__struct_config__.tag), step.reason)


def _is_remembered(step: Change) -> bool:
    return isinstance(step, Add) and any(piece.origin is Origin.INBOX for piece in step.memory.evidence)


def _reason(memory: Memory) -> Reason | None:
    return memory.retired.reason if memory.retired else None


def _differ(old: Memory, new: Memory, fields: tuple[str, ...]) -> bool:
    return any(getattr(old, field) != getattr(new, field) for field in fields)
