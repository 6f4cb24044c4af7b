"""Distil: the curator reads what is new, and what it proposes becomes a memory unless it is known.

Nothing comes back by this door (invariant 12): a draft whose evidence is that of a memory which a person forgot or
undid is left out, and so is one that was ever added or joined, whatever became of it, also where its records are read
in another session's log (``copied``). What was remembered is said anew: it is added even where the same was forgotten,
and where it is known already merge joins it to that.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from datetime import UTC, datetime
from typing import cast

import msgspec

from ..curators.draft import Curator, Draft, Nearly, Relation
from ..curators.rules.distilling.kinds import claim_of
from ..language import dates
from ..language.redact import redact
from ..language.visible import visible
from ..memory.changes import Add, Change, State
from ..memory.grounds import Ground
from ..memory.records import BY_HAND, TEXT_LIMIT, Evidence, Factors, Kind, Memory, Reason, Retired, Trust, derive_id
from ..memory.stored import retired
from ..memory.taken_in import take_in
from ..memory.topic import GENERAL
from ..sessions.events import Transcript
from .copied import Copied
from .dream import Dream, Outcome

_START = datetime.min.replace(tzinfo=UTC)


def step(dream: Dream, state: State) -> Outcome:
    """Given what is new, return an addition for each draft and inbox item that is not known yet."""
    fresh: dict[str, Memory] = {}
    known = ChainMap(fresh, cast("dict[str, Memory]", state.memories))  # of which it alters the first alone
    retired_ones = retired(state.memories)
    over = ended(retired_ones)
    changes: list[Change] = []
    transcripts = sorted(
        (transcript for transcript in dream.transcripts if not consumed(transcript, state)),
        key=lambda transcript: (transcript.started or _START, transcript.session),
    )
    shared = frozenset().union(*(it.shared for it in transcripts))
    copied = Copied(_resting_on(shared, state, retired_ones), shared)
    notes: list[str] = []
    nearly: list[Nearly] = []
    grounds: list[Ground] = []
    for done, transcript in enumerate(transcripts):
        dream.progress("distil", done, len(transcripts), transcript.session)
        for draft in map(copied.at_home, _distil(dream.curator, transcript, notes)):
            memory = memory_from(draft, known)
            if memory is None:
                continue
            before = [old for session in copied.sessions(draft) for old in over.get(session, ())]
            if is_settled(_dated(memory, transcript.zone), before, state.memories, dream.curator, copied.record):
                nearly.append(_ended_before(draft))
                continue
            known[memory.id] = memory
            grounds.append(Ground(memory.id, draft.session, draft.score, draft.features))
            said = "a person said so" if draft.trust is Trust.USER else "an agent found it"
            changes.append(Add(id=memory.id, reason=f"{said} in session {draft.session}", memory=memory))
        if dream.explain:
            nearly += dream.curator.nearly(transcript)
    dream.progress("distil", len(transcripts), len(transcripts))
    changes += (
        msgspec.structs.replace(add, memory=msgspec.structs.replace(add.memory, claim=claim_of(add.memory.text)))
        for add in take_in((item for item in dream.inbox if item.id not in state.inbox), known)
    )
    return Outcome(
        tuple(changes), notes=tuple(notes), nearly=tuple(nearly) if dream.explain else (), grounds=tuple(grounds)
    )


def _ended_before(draft: Draft) -> Nearly:
    return Nearly(
        text=draft.text,
        why="it would bring back what was put away, or was over by then",
        session=draft.session,
        record=draft.evidence[0].record,
        score=draft.score,
        features=draft.features,
    )


def _distil(curator: Curator, transcript: Transcript, notes: list[str]) -> list[Draft]:
    """Return a session's drafts, and note what is none: one bad session or draft never stops the others (15)."""
    try:
        drafts = curator.distil(transcript)
    except Exception as error:  # noqa: BLE001 - whatever a curator stumbles over, the other sessions go on
        notes.append(f"session {transcript.session} was passed over: {type(error).__name__}: {error}")
        return []
    sound = [draft for draft in drafts if _is_sound(draft)]
    if len(sound) < len(drafts):
        dropped = len(drafts) - len(sound)
        notes.append(f"left out of session {transcript.session}: {dropped} too long, unfounded, or with a secret")
    return sound


def _is_sound(draft: Draft) -> bool:
    """Tell whether a draft may become a memory. Lines that were joined can show a secret that each alone did not."""
    texts = (draft.text, *(piece.quote for piece in draft.evidence))
    return (
        bool(draft.evidence)
        and 0 < len(draft.text) <= TEXT_LIMIT
        and all(redact(" ".join(visible(text).split())).text == " ".join(text.split()) for text in texts)
    )


def consumed(transcript: Transcript, state: State) -> bool:
    """Tell whether an earlier run has used every part of a transcript."""
    return bool(transcript.parts) and state.parts.issuperset(transcript.parts)


def memory_from(draft: Draft, known: Mapping[str, Memory]) -> Memory | None:
    """Given a draft and all memories by id, return its memory, or None if it was added before.

    The id derives from evidence and text, so the same draft finds the same id; another session's memory under that id
    is a collision of hashes and the next id is taken.
    """
    taken: set[str] = set()
    while (name := derive_id(draft.evidence[0], draft.text, taken)) in known:
        if draft.session in known[name].sessions:
            return None
        taken.add(name)
    decided = draft.trust is Trust.USER and draft.kind is Kind.SEMANTIC
    return Memory(
        id=name,
        kind=draft.kind,
        text=draft.text,
        topic=GENERAL,
        trust=draft.trust,
        evidence=draft.evidence,
        learned=draft.time,
        last_seen=draft.time,
        about=draft.about,
        claim=draft.claim,
        sessions=(draft.session,),
        people=(draft.person,) if draft.person else (),
        branch=draft.branch,
        valid_from=draft.time if decided else None,
        valid_until=draft.valid_until,
        factors=Factors(confidence=draft.score),
    )


def ended(memories: Iterable[Memory]) -> dict[str, list[Memory]]:
    """Given the memories that are no longer active, return them by session."""
    by_session: dict[str, list[Memory]] = {}
    for memory in memories:
        for session in memory.sessions:
            by_session.setdefault(session, []).append(memory)
    return by_session


def _resting_on(shared: Collection[str], state: State, retired_ones: Iterable[Memory]) -> list[Memory]:
    """Return the memories that may have evidence from one of some records, in the order in which they were added."""
    found = {memory.id: memory for memory in (*state.census.resting_on(shared), *(retired_ones if shared else ()))}
    return [found[name] for name in state.memories if name in found] if found else []


def is_settled(
    memory: Memory,
    over: Iterable[Memory],
    memories: Mapping[str, Memory],
    curator: Curator,
    record: Callable[[Evidence], Hashable],
) -> bool:
    """Given a new memory and those of its sessions that are no longer active, tell whether it would bring one back.

    It would if all of its evidence is that of memories which a person put away; if it says the same from one of their
    records; or if it says the same and is no newer than what was known when the memory ended, whatever ended it.
    ``record`` gives what names the record of a piece of evidence.
    """
    put_away: set[tuple[Hashable, str]] = set()
    for old in over:
        own = {(record(piece), piece.quote) for piece in old.evidence}
        by_hand = ended_by_hand(old, memories) is not None
        put_away |= own if by_hand else set()
        same_record = by_hand and {it for it, _ in own} & set(map(record, memory.evidence))
        if (same_record or memory.last_seen <= old.last_seen) and _says_the_same(old, memory, curator):
            return True
    return bool(put_away) and all((record(piece), piece.quote) in put_away for piece in memory.evidence)


def ended_by_hand(memory: Memory, memories: Mapping[str, Memory]) -> Retired | None:
    """Given a memory and all by id, return how a person put it, or what it was joined to, away; None: nobody did."""
    seen: set[str] = set()
    while memory.retired and memory.retired.reason is Reason.DUPLICATE and memory.id not in seen:
        seen.add(memory.id)
        memory = memories.get(memory.retired.by, memory)
    return memory.retired if memory.retired and memory.retired.reason in BY_HAND else None


def _dated(memory: Memory, zone: str) -> Memory:
    """Return the memory with the text that refresh would give it: what is known has its dates already."""
    return msgspec.structs.replace(memory, text=dates.resolve(memory.text, memory.learned, zone).text)


def _says_the_same(old: Memory, new: Memory, curator: Curator) -> bool:
    return curator.judge(old, new).relation in {Relation.SAME, Relation.REFINES}
