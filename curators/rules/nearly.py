"""What distil nearly kept of a session, and why not: the best of what it left, each with what stood against it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ...sessions.events import Transcript
from ..draft import Nearly
from .course import weighed
from .distil import NOVELTY, SAME, UNFIT, Candidate, candidates, choose, room, score
from .doubts import WEIGHT as DOUBT
from .doubts import doubts
from .reasons import reason_of
from .weights import FLOOR, WEIGHTS

#: so many of a session are told; whoever wants to know more of it asks ``dreamd distil``
MOST = 5


def nearly(transcript: Transcript) -> list[Nearly]:
    """Given a transcript, return what was nearly kept of it, best first. Of passages that overlap the best is told."""
    pool = candidates(transcript)
    scores = [score(candidate.features) for candidate in pool]
    chosen = choose(pool, scores, room(transcript))
    vectors = weighed([candidate.stems for candidate in pool])
    told = [pool[number] for number in chosen]
    found: list[Nearly] = []
    for number in sorted(set(range(len(pool))) - set(chosen), key=lambda number: (-scores[number], number)):
        candidate = pool[number]
        if len(found) == MOST:
            break
        if any(_overlap(candidate, other) for other in told):
            continue
        told.append(candidate)
        alike = [(_cosine(vectors[number], vectors[other]), -other) for other in chosen]
        likeness, most_alike = max(alike, default=(0.0, 0))
        why = (
            _unfit(candidate)
            or (f"it says what was kept: '{pool[-most_alike].passage.text}'" if likeness > SAME else "")
            or (f"its log odds, {scores[number]:.2f}, are under {FLOOR}" if scores[number] < FLOOR else "")
            or _no_room(len(chosen), scores[number], likeness)
        )
        found.append(_told(transcript, candidate, scores[number], why))
    return found


def _unfit(candidate: Candidate) -> str:
    return ", ".join(f"it {reason_of(name)}" for name in sorted(candidate.features.keys() & UNFIT))


def _no_room(kept: int, odds: float, likeness: float) -> str:
    less = f", less {NOVELTY * likeness:.2f} for what it shares with them" if likeness > 0 else ""
    return f"the {kept} that were kept of the session did better than its log odds, {odds:.2f}{less}"


def _told(transcript: Transcript, candidate: Candidate, odds: float, why: str) -> Nearly:
    event = transcript.events[candidate.index]
    before_edit = candidate.setting.before_edit
    against = [
        it.name for it in doubts(candidate.passage.text, event.role, candidate.features, before_edit=before_edit)
    ]
    odds += DOUBT * len(against)
    return Nearly(
        text=candidate.passage.text,
        why=why,
        session=transcript.session,
        record=event.record,
        score=round(1 / (1 + math.exp(-odds)), 3),
        features=tuple(sorted(_features(candidate, against), key=lambda feature: (-abs(feature[1]), feature[0]))),
    )


def _features(candidate: Candidate, against: Sequence[str]) -> Iterator[tuple[str, float]]:
    for name, value in candidate.features.items():
        if weight := round(WEIGHTS.get(name, 0.0) * value, 2):
            yield name, weight
    yield from ((f"doubt_{name}", DOUBT) for name in against)


def _overlap(one: Candidate, other: Candidate) -> bool:
    return one.index == other.index and one.passage.start < other.passage.end and other.passage.start < one.passage.end


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    return math.fsum(value * other.get(stem, 0.0) for stem, value in one.items())
