"""Refresh: relative dates become absolute, and what a memory names is looked up in the repository.

Event times are never touched: looking at an old memory does not make it young.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

import msgspec

from ..language import dates
from ..memory.changes import Change, Reword, State, Verify
from ..memory.records import TEXT_LIMIT, Evidence, Memory, Verified
from .dream import Dream, Outcome, Repository, unseen
from .exact import made_exact
from .places import Atlas

#: a look at the repository is repeated when its answer changes, or after this time when there were new commits. A mark
#: for every new commit would rewrite every memory in every run and say nothing new.
LOOK_AGAIN = timedelta(days=30)
#: that a thing is there does not prove what is only supposed of it
_UNSURE = re.compile(
    r"\b(?:probably|maybe|perhaps|might|possibly|apparently|presumably|likely|seems?|seemingly|supposedly|somehow|"
    r"some(?:where|thing|times)?|I (?:think|guess|believe|assume)|not sure|unclear|unsure|could be|may be|may have|"
    r"allegedly|roughly|various|several|certain|a few|a lot|many)\b|\?",
    re.IGNORECASE,
)


def step(dream: Dream, state: State) -> Outcome:
    """Given the state, return a rewording for each relative date and a verification for each claim that was looked up.

    A date is resolved from the time of the record whose quote has it, in the zone of the host that collected it.
    """
    zones = {transcript.session: transcript.zone for transcript in dream.transcripts}
    atlas = Atlas(dream.repository) if dream.repository else None
    changes: list[Change] = []
    notes: list[str] = []
    memories = unseen(dream, state)
    speaking = dream.readings.timely(memories)
    timely = set(speaking.ids)
    for memory in memories if atlas else speaking:
        dated = list(_dated(memory, zones)) if memory.id in timely else []
        changes += [change for change in dated if len(change.text) <= TEXT_LIMIT]
        notes += [
            f"'{memory.id}' keeps a relative date: it would be too long"
            for change in dated
            if len(change.text) > TEXT_LIMIT
        ]
        if atlas and dream.repository:
            proved = list(_proved(memory, dream.repository, dream))
            changes += proved or _verified(memory, atlas, dream.repository, dream)
    return Outcome(changes=tuple(changes), notes=tuple(notes))


def _dated(memory: Memory, zones: Mapping[str, str]) -> Iterator[Reword]:
    if not dates.speaks_of_time(memory.text):
        return
    spoken = _spoken(memory)
    when = spoken.time if spoken and spoken.time else memory.learned
    zone = zones.get(spoken.session, "UTC") if spoken else "UTC"
    resolved = dates.resolve(memory.text, when, zone)
    ends = resolved.until if memory.valid_until is None else None
    if resolved.text == memory.text and ends is None:
        return
    told = "; ".join(f"'{item.phrase}' said on {when.date()} is '{item.rendering}'" for item in resolved.replaced)
    yield Reword(
        id=memory.id,
        reason=told or f"it says when it ends: {ends}",
        evidence=(spoken,) if spoken else (),
        text=resolved.text,
        was=memory.text,
        valid_until=ends,
    )


def _spoken(memory: Memory) -> Evidence | None:
    """Return the evidence whose quote has the most of the memory's words, the oldest of equals."""
    words = set(re.findall(r"\w+", memory.text.lower()))
    return max(
        memory.evidence, key=lambda piece: len(words & set(re.findall(r"\w+", piece.quote.lower()))), default=None
    )


def _proved(memory: Memory, repository: Repository, dream: Dream) -> Iterator[Change]:
    """Yield the rewording of a vague claim that the repository proves, and the mark of that."""
    exact = made_exact(memory.text, repository.services)
    if exact is None or len(exact[0]) > TEXT_LIMIT:
        return
    text, service = exact
    told = f"'{service.file}' starts '{service.names[-1]}' on {service.port} in {repository.head[:12]}"
    paths = tuple(dict.fromkeys((*memory.about.paths, service.file)))
    about = msgspec.structs.replace(memory.about, paths=paths)
    yield Reword(id=memory.id, reason=told, text=text, was=memory.text, about=about)
    yield Verify(
        id=memory.id,
        reason=told,
        verified=Verified(when=dream.now, commit=repository.head, clean=repository.clean, holds=True),
    )


def _verified(memory: Memory, atlas: Atlas, repository: Repository, dream: Dream) -> Iterator[Change]:
    places = atlas.look_up(memory)
    before = memory.verified
    lost = before is not None and before.holds and not places.present
    if places.gone or places.moved or lost:
        holds = False
        seen = ", ".join(f"'{name}' is gone" for name, _commit in (*places.gone, *places.moved)) or "its names are gone"
    elif places.present:
        holds = True
        seen = ", ".join(f"'{name}' is there" for name in places.present[:4])
    else:
        return
    known = before is not None and before.holds is holds
    if known and before and (before.commit == repository.head or dream.now - before.when < LOOK_AGAIN):
        return
    if holds and _UNSURE.search(memory.text):
        return
    yield Verify(
        id=memory.id,
        reason=seen,
        verified=Verified(when=dream.now, commit=repository.head, clean=repository.clean, holds=holds),
    )
