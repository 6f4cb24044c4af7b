"""What distil nearly kept of a session, and why not: the best of what it left, each with what stood against it."""

from __future__ import annotations

from ....sessions.events import Transcript
from ...draft import Nearly
from .candidate import Candidate, overlap, score, worth
from .choice import NOVELTY, SAME, UNFIT, Likeness, choose
from .distil import as_read, candidates, room
from .reasons import reason_of
from .weights import FLOOR

#: so many of a session are told; whoever wants to know more of it asks ``dreamd distil``
MOST = 5


def nearly(transcript: Transcript) -> list[Nearly]:
    """Given a transcript, return what was nearly kept of it, best first. Of passages that overlap the best is told."""
    pool = candidates(transcript)
    scores = as_read(transcript, pool, [score(candidate.features) for candidate in pool])
    chosen = choose(pool, scores, room(transcript))
    between = Likeness(pool, range(len(pool)))
    told = [pool[number] for number in chosen]
    found: list[Nearly] = []
    for number in sorted(set(range(len(pool))) - set(chosen), key=lambda number: (-scores[number], number)):
        candidate = pool[number]
        if len(found) == MOST:
            break
        if any(overlap(candidate, other) for other in told):
            continue
        told.append(candidate)
        alike = [(between.of(number, other), -other) for other in chosen]
        nearest, most_alike = max(alike, default=(0.0, 0))
        repeated = [other for other in chosen if between.repeats(number, other)] or [-most_alike] * (nearest > SAME)
        why = (
            _unfit(candidate)
            or (f"it says what was kept: '{pool[repeated[0]].passage.text}'" if repeated else "")
            or (f"its log odds, {scores[number]:.2f}, are under {FLOOR}" if scores[number] < FLOOR else "")
            or _no_room(len(chosen), scores[number], nearest)
        )
        found.append(_told(transcript, candidate, scores[number], why))
    return found


def _unfit(candidate: Candidate) -> str:
    return ", ".join(f"it {reason_of(name)}" for name in sorted(candidate.features.keys() & UNFIT))


def _no_room(kept: int, odds: float, nearest: float) -> str:
    less = f", less {NOVELTY * nearest:.2f} for what it shares with them" if nearest > 0 else ""
    return f"the {kept} that were kept of the session did better than its log odds, {odds:.2f}{less}"


def _told(transcript: Transcript, candidate: Candidate, odds: float, why: str) -> Nearly:
    event = transcript.events[candidate.index]
    value = worth(candidate, event.role, odds)
    return Nearly(
        text=candidate.passage.text,
        why=why,
        session=transcript.session,
        record=event.record,
        score=value.score,
        features=value.features,
    )
