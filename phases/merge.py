"""Merge: join what says the same, and settle what cannot both be true.

Only memories that are new or reworded are compared, each with the few that share rare words with it; what a run
leaves side by side stays so until one of the two changes, so what a person undid is not done again (invariant 12).
Similarity proposes a pair and never decides: the curator judges it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import msgspec

from ..curators.draft import Curator, Judgement, Nearly, Relation
from ..curators.rules.relating.compare import alike
from ..language.branches import without_work, work_named
from ..memory.census import DOUBTED, Census
from ..memory.changes import Change, Conflict, Merge, Reword, State, Supersede, fold, touched
from ..memory.held import is_held
from ..memory.records import About, Factors, Memory, Trust, keep_evidence
from ..memory.stored import copied
from .dream import Dream, Outcome
from .similar import Index

#: most names a memory keeps of each sort: what it is about, not everything that was ever said with it
NAMES = 8
#: stands for every branch that is merged; no branch can have this name
MERGED = " "
#: two memories have nearly the same words where they share so much of each
ALIKE = 0.5


def step(dream: Dream, state: State) -> Outcome:
    """Given the fresh memories, return the changes that join and settle them with all that is active.

    A memory that still speaks of "yesterday" waits until refresh has dated it: the same words of another week say
    something else.
    """
    doubted = state.census.take(state.census.places(DOUBTED) if dream.repository else [])
    if not (dream.fresh or doubted):
        return Outcome()
    # Where nothing is fresh only those in conflict are held against each other: few, of however many there are.
    active = dream.readings.absolute(state.census if dream.fresh else doubted)
    fresh = [name for name in active.ids if name in dream.fresh]
    if not (fresh or doubted):
        return Outcome()
    merging = _Merging(dream, state, active)
    changes = tuple(merging.changes(fresh, doubted.ids))
    return Outcome(changes, nearly=tuple(merging.nearly(fresh)) if dream.explain else ())


class _Merging:
    """The active memories as they stand while they are joined, one at a time, in the order they were learned."""

    def __init__(self, dream: Dream, state: State, active: Census) -> None:
        self.dream = dream
        self.curator: Curator = dream.curator
        self.base = state.memories
        self.active = copied(state.memories)
        for name in self.active.keys() - set(active.ids):
            del self.active[name]
        self.index = Index(active, dream.readings)
        self.standing: dict[tuple[object, ...], int] = {}  # how a memory stood when it was judged, by number
        self.judged: dict[tuple[int, int], Judgement] = {}

    def changes(self, fresh: list[str], doubted: list[str]) -> Iterator[Change]:
        """Yield the changes: first what joins, so that only survivors are held against each other, then the rest.

        Those in conflict are asked about again: it may be over since a branch was merged.
        """
        self.index.expect(map(self.active.__getitem__, fresh))
        for done, name in enumerate(fresh, start=1):
            staying = name
            while staying in self.active and (found := self._joins(self.active[staying])):
                yield from self._apply(found)
                staying = found[0].id
            self.dream.progress("merge", done, len(fresh))
        for name in dict.fromkeys((*fresh, *doubted)):
            if name in self.active:
                others = self.index.candidates(self.active[name]) if name in self.dream.fresh else ()
                doubtful = (it for it in self.active[name].conflicts_with if it in self.active)
                yield from self._apply(self._opposes(self.active[name], dict.fromkeys((*others, *doubtful))))

    def nearly(self, fresh: list[str]) -> Iterator[Nearly]:
        """Yield which of the memories that stayed are most like another, where they have half of it in common."""
        for memory in (self.active[name] for name in fresh if name in self.active):
            for other in self.index.candidates(memory)[:1]:
                older, newer = in_order(memory, self.active[other])
                judgement = self._judge(older, newer)
                if judgement.relation is Relation.UNRELATED and alike(older, newer) >= ALIKE:
                    why = f"not joined with {other}, '{self.active[other].text}': {judgement.why}"
                    yield Nearly(memory.text, why, id=memory.id)

    def _apply(self, changes: list[Change]) -> list[Change]:
        names = dict.fromkeys(chain.from_iterable(map(touched, changes)))
        standing = {name: self.active.get(name) or self.base[name] for name in names}
        for name, memory in fold(standing, changes, self.dream.now).items():
            if name not in self.active:
                continue
            if memory.active:
                self.active[name] = memory
                self.index.add(memory)
            else:
                del self.active[name]
                self.index.remove(name)
        return changes

    def _joins(self, memory: Memory) -> list[Change]:
        for other in self.index.candidates(memory):
            older, newer = in_order(memory, self.active[other])
            judgement = self._judge(older, newer)
            keep, drop = sorted((older, newer), key=self._precedence)
            if judgement.relation in {Relation.SAME, Relation.REFINES} and not drop.pinned:
                joined = self._join(keep, drop, judgement.why)
                if not is_held(joined[0], self.active):
                    return joined
        return []

    def _judge(self, older: Memory, newer: Memory) -> Judgement:
        """Ask the curator once of each pair as it stands: a model's answer costs, and a rule's is the same again.

        What was joined meanwhile may be seen later, or be a person's word by now.
        """
        pair = self._as_it_stands(older), self._as_it_stands(newer)
        if pair not in self.judged:
            self.judged[pair] = self.curator.judge(*map(self._placed, _of_one_work(older, newer)))
        return self.judged[pair]

    def _as_it_stands(self, it: Memory) -> int:
        return self.standing.setdefault((it.id, it.text, it.last_seen, it.trust, it.sessions), len(self.standing))

    def _placed(self, memory: Memory) -> Memory:
        """Return a memory as it is judged: what was learned on any branch that is merged was learned in one place."""
        repository = self.dream.repository
        if not memory.branch or repository is None:
            return memory
        merged = memory.branch in repository.merged_branches or memory.branch in repository.gone_branches
        return msgspec.structs.replace(memory, branch=MERGED) if merged else memory

    def _wording(self, keep: Memory, drop: Memory) -> Memory:
        """Return whose text the joined memory has: never an agent's over a person's, else the one that says more."""
        if keep.pinned:
            return keep
        if keep.trust is not drop.trust:
            return keep if keep.trust is Trust.USER else drop
        judgement = self.curator.judge(*_of_one_work(keep, drop))
        return drop if judgement.relation is Relation.REFINES else keep

    def _join(self, keep: Memory, drop: Memory, why: str) -> list[Change]:
        """Return the merge of two into the one that stays, its rewording, and the conflicts that it takes over."""
        wording = self._wording(keep, drop)
        merged: list[Change] = [
            Merge(
                id=keep.id,
                reason=why,
                evidence=drop.evidence,
                absorbed=(drop.id,),
                joined=keep_evidence((*keep.evidence, *drop.evidence), wording.text),
                sessions=tuple(sorted({*keep.sessions, *drop.sessions})),
                people=tuple(sorted({*keep.people, *drop.people})),
                trust=Trust.USER if Trust.USER in {keep.trust, drop.trust} else Trust.AGENT,
                learned=min(keep.learned, drop.learned),
                last_seen=max(keep.last_seen, drop.last_seen),
                factors=_joined_factors(keep.factors, drop.factors),
                about=_joined_about(keep.about, drop.about),
            )
        ]
        if wording.text != keep.text:
            merged.append(
                Reword(
                    id=keep.id,
                    reason=why,
                    evidence=wording.evidence,
                    text=wording.text,
                    was=keep.text,
                    kind=wording.kind,
                    claim=wording.claim,
                    valid_until=wording.valid_until,
                )
            )
        for other in drop.conflicts_with:
            merged.append(Conflict(id=drop.id, reason=why, other=other, settled=True))
            if other != keep.id and other in self.active:
                merged.append(Conflict(id=keep.id, reason=why, other=other))
        return merged

    def _opposes(self, memory: Memory, others: Iterable[str]) -> list[Change]:
        changes: list[Change] = []
        for other in others:
            older, newer = in_order(memory, self.active[other])
            judgement = self._judge(older, newer)
            if judgement.relation is Relation.SUPERSEDES and not older.pinned:
                until = newer.learned if newer.learned > older.learned else newer.last_seen
                ended = Supersede(id=older.id, reason=judgement.why, evidence=newer.evidence, by=newer.id, until=until)
                if is_held(ended, self.active):
                    continue
                changes.append(ended)
                if older is memory:
                    break
            elif judgement.relation in {Relation.SUPERSEDES, Relation.CONTRADICTS} and (
                newer.id not in older.conflicts_with
            ):
                marked = Conflict(id=older.id, reason=judgement.why, evidence=newer.evidence, other=newer.id)
                changes += [] if is_held(marked, self.active) else [marked]
        return changes

    def _precedence(self, memory: Memory) -> tuple[bool, bool, str, str]:
        """Which of two stays: what is pinned, then what people have already seen under its id, then the older."""
        return (not memory.pinned, memory.id not in self.dream.known, memory.learned.isoformat(), memory.id)


def in_order(one: Memory, other: Memory) -> tuple[Memory, Memory]:
    """Given two memories, return them by when they were last established, the older evidence first."""
    older, newer = sorted((one, other), key=lambda memory: (memory.last_seen, memory.learned, memory.id))
    return older, newer


def _of_one_work(one: Memory, other: Memory) -> tuple[Memory, Memory]:
    """Return two memories as they are held against each other: what both say of their work alike tells nothing.

    Of two works they keep it: without it each says something of what only its own work names. What a person says is of
    no work, and is held against either.
    """
    by_person = Trust.USER in {one.trust, other.trust}
    if not by_person and work_named(one.branch) != work_named(other.branch):
        return one, other
    texts = [without_work(memory.text, memory.branch) for memory in (one, other)]
    if texts == [one.text, other.text]:
        return one, other
    return msgspec.structs.replace(one, text=texts[0]), msgspec.structs.replace(other, text=texts[1])


def _joined_factors(one: Factors, other: Factors) -> Factors:
    return msgspec.structs.replace(one, confidence=max(one.confidence, other.confidence), uses=one.uses + other.uses)


def _joined_about(one: About, other: About) -> About:
    return About(
        paths=_union(one.paths, other.paths),
        symbols=_union(one.symbols, other.symbols),
        commands=_union(one.commands, other.commands),
        people=_union(one.people, other.people),
    )


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))[:NAMES]
