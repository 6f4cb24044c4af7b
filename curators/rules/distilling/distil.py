"""Distil: a session as a whole in, the few statements worth remembering out.

Every passage is a candidate. A linear scorer over named signals says how good it looks by itself; then the best is
taken again and again, each time preferring what says something new over what repeats what is already there. How many
are taken grows with the logarithm of what was said, because twice the talk does not hold twice the knowledge.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ....language.branches import without_work
from ....language.identifiers import identifiers
from ....memory.records import About, Trust
from ....sessions.events import Act, Event, Role, Transcript
from ...draft import Draft
from .candidate import Candidate, score, signs, worth
from .choice import LEAST, choose, in_order
from .commands import recovered
from .context import file_of, with_branch, with_context, with_file
from .course import course
from .dialogue import settings
from .evidence import Said, content_stems, evidence_of, is_speech, sentences_of
from .kinds import claim_of, kind_of
from .mended import as_history, led_astray, mending
from .overturned import denied, retractions
from .overturned import signs as signs_of_error
from .passages import PASTE, Passage, passages
from .replies import in_answer, is_lost, leans_on_reply
from .sequel import with_sequel
from .signals import Session, signals
from .standing import NAMED, leans, parts
from .standing import WEIGHTS as READ
from .work import Work, work_of

#: a person's short words hold this much more than an agent's
DENSITY = 5
#: statements taken from a session: BASE + GROWTH * ln(1 + thousand characters said), at least LEAST
BASE, GROWTH = -2.0, 2.7
#: a reader looks at so many times what is taken, and his judgement weighs up to about this much (log odds)
READ_OF, _LIKED = 3, 1.0
#: what a reader holds against a fault that is told as if it were still there
_MENDED = frozenset({"lacks", "read_defect", "read_symptom", "read_overtaken"})
#: what it costs (log odds) that the change which a complaint led to did not help, and that nothing says what it is of
_ASTRAY, _LOST = 0.3, 0.4
#: and that a person said it of the moment
_PASSING = 2.5
#: an event of a log without times; refresh can resolve nothing against it
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


def distil(transcript: Transcript) -> list[Draft]:
    """Given a transcript, return what is worth remembering of it, best first."""
    pool = candidates(transcript)
    return drafts(transcript, pool, [score(candidate.features) for candidate in pool])


def drafts(
    transcript: Transcript, pool: Sequence[Candidate], scores: Sequence[float], read: Mapping[str, float] = READ
) -> list[Draft]:
    """Given a transcript, its candidates, their scores and what weighs with a reader, return the best ones' drafts."""
    work = work_of(transcript.events)
    scores = as_read(transcript, pool, scores, read, work)
    chosen = choose(pool, scores, room(transcript))
    sentences = sentences_of(transcript) if chosen else []
    found: list[Draft] = []
    told = {number: pool[number].passage for number in chosen}
    for number in chosen:
        candidate = pool[number]
        others = [(pool[other].index, it) for other, it in told.items() if other != number]
        told[number] = _told(transcript, candidate, work, others)
        found.append(_draft(transcript, candidate, told[number], sentences, scores[number]))
    return found


def _told(
    transcript: Transcript, candidate: Candidate, work: Work, others: Sequence[tuple[int, Passage]] = ()
) -> Passage:
    """Return a candidate's passage as a reader is told it, who is told the others, each of an event, by themselves."""
    index, event = candidate.index, transcript.events[candidate.index]
    beside = [passage for other, passage in others if other == index]
    found = _with_reply(with_words_around(candidate.passage, event, beside), transcript, candidate)
    mended = mending(transcript, index, found.text, work, others)
    if mended:
        return as_history(found, mended, file_of(found, index, event, work))
    return with_branch(with_file(found, index, event, work), event, event.branch or transcript.branch)


def with_words_around(passage: Passage, event: Event, beside: Sequence[Passage] = ()) -> Passage:
    """Given a passage, its event and the others of it that are kept, return it with what belongs to it there."""
    return with_sequel(with_context(passage, event, beside), event, beside)


def _with_reply(passage: Passage, transcript: Transcript, candidate: Candidate) -> Passage:
    """Return a candidate's passage, as it is told so far, with what it answers, where only that names what it means."""
    event = transcript.events[candidate.index]
    if passage.lead_at or not leans_on_reply(candidate.passage, event):
        return passage
    return in_answer(passage, candidate.index, transcript.events) or passage


def _read(transcript: Transcript, candidate: Candidate, work: Work, read: Mapping[str, float]) -> float:
    """Return what a reader thinks of a candidate as he is told it. That something was mended tells for itself."""
    index, event = candidate.index, transcript.events[candidate.index]
    passage = _with_reply(with_words_around(candidate.passage, event), transcript, candidate)
    told = passage.text
    seen = signs(candidate, event.role, told)
    if mending(transcript, index, told, work):
        seen = {name: value for name, value in seen.items() if name not in _MENDED} | {"mended": 1.0}
    held = parts(seen, read)
    astray = led_astray(transcript, index, candidate.passage.text, work)
    lost = event.role is Role.AGENT and leans(told) and not NAMED.search(told)
    passing = "person_passing" in candidate.features and not passage.beside
    return sum(held.values()) - _ASTRAY * astray - _LOST * lost - _PASSING * passing


def as_read(
    transcript: Transcript,
    pool: Sequence[Candidate],
    scores: Sequence[float],
    read: Mapping[str, float] = READ,
    work: Work | None = None,
) -> list[float]:
    """Given candidates and their scores, return them with what a reader who was not there would think of each.

    He looks at the best, ``READ_OF`` times as many as are taken; the others stay behind those.
    """
    looked_at = in_order(pool, scores)[: READ_OF * room(transcript)]
    work = work or work_of(transcript.events)
    found = [odds - _LIKED for odds in scores]
    for number in looked_at:
        one = pool[number]
        found[number] = scores[number] + _read(transcript, one, work, read)
    return found


def candidates(transcript: Transcript) -> list[Candidate]:
    """Given a transcript, return every passage in it that could be a statement, in order."""
    around = settings(transcript.events)
    said = [tuple(content_stems(event.text)) if is_speech(event) else () for event in transcript.events]
    session = _session(transcript.events, said)
    denials, admissions = denied(transcript.events), retractions(transcript.events, said)
    found = [(index, passage) for index, event in enumerate(transcript.events) for passage in passages(event)]
    found += recovered(transcript.events)
    stems_of = [tuple(content_stems(passage.text)) for _index, passage in found]
    pool: list[Candidate] = []
    for (index, passage), content, more in zip(
        found, stems_of, course(transcript.events, said, around, found, stems_of), strict=True
    ):
        event = transcript.events[index]
        features = signals(passage, event, around[index], session, content) | more
        if leans_on_reply(passage, event) and is_lost(passage, index, transcript.events):
            features["lost"] = 1.0
        if event.role is Role.AGENT:
            features |= signs_of_error(index, content, denials, admissions)
        pool.append(Candidate(passage, index, around[index], features, content))
    return pool


def room(transcript: Transcript) -> int:
    """Given a transcript, return how many statements may be taken from it."""
    said = sum(
        len(event.text) * (DENSITY if event.role is Role.USER else 1)
        for event in transcript.events
        if event.act in {Act.SAID, Act.REJECTED} and not (event.role is Role.USER and len(event.text) > PASTE)
    )
    return max(LEAST, round(BASE + GROWTH * math.log1p(said / 1000)))


def _session(events: Sequence[Event], said: Sequence[Sequence[str]]) -> Session:
    of_people: set[str] = set()
    spread: Counter[str] = Counter()
    speeches = 0
    for event, words in zip(events, said, strict=True):
        if is_speech(event):
            spread.update(set(words))
            speeches += 1
            if event.role is Role.USER:
                of_people.update(words)
    return Session(frozenset(of_people), spread, speeches)


def _draft(
    transcript: Transcript, candidate: Candidate, told: Passage, sentences: Sequence[Said], odds: float
) -> Draft:
    """Return the draft of a candidate that is told as the passage ``told``: itself, or with what it speaks of."""
    core, text = candidate.passage.text, told.text
    event = transcript.events[candidate.index]
    pieces, words = evidence_of(transcript, replace(candidate, passage=told), sentences)
    stated = event.role is Role.USER or (words is not None and words.states)
    stated &= not told.beside  # what an agent did about it is the agent's word
    branch = event.branch or transcript.branch
    value = worth(candidate, event.role, odds, without_work(text, branch))
    names = identifiers(text)
    return Draft(
        kind=kind_of(core),
        text=text,
        trust=Trust.USER if stated and not transcript.headless else Trust.AGENT,
        evidence=pieces,
        time=event.time or transcript.started or _UNDATED,
        score=value.score,
        session=transcript.session,
        features=value.features,
        about=About(paths=names.paths, symbols=names.symbols, commands=names.commands),
        claim=claim_of(text),
        # Nobody spoke in a headless session: whose account ran it supports nothing.
        person="" if transcript.headless else transcript.person,
        branch=branch,
    )
