"""What a statement rests on: the words that it was made of, and who else in the session says the same.

All of it stands verbatim in records (invariant 6), and nothing in it repeats a tool's text (invariant 7).
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Sequence
from dataclasses import dataclass

from ....language.sentences import split
from ....language.stems import stems
from ....memory.records import Evidence, Origin
from ....sessions.events import Act, Event, Role, Transcript
from ..vocabulary import FUNCTION_WORDS
from .candidate import Candidate
from .chatter import is_chatter
from .passages import PASTE

#: content stems that a person's words and the answer must share before the words are evidence for it
SUPPORT = 2
_MOST_EVIDENCE = 4
#: a sentence elsewhere in the session is evidence too if it has this share of the statement's content. Of what is cited
#: so, half stands in the records that a labeller named for the same note (.50; .57 at a share of a half, which finds
#: half as much), and .82 of the records that statements come from themselves
_RESTATES = 0.3
#: but a person who says two things of one says each for itself, and the same again in most of its words
_SAYS_AGAIN = 0.7
#: share of a statement's content that a person's sentence must have to be the one who states it
_STATES = 0.6
#: a quote shorter than this could be found anywhere
_SHORTEST_QUOTE = 12


@dataclass(frozen=True)
class Words:
    """A person's sentence that a statement answers; ``states`` means that it says nearly all of it."""

    index: int
    start: int
    end: int
    states: bool


@dataclass(frozen=True)
class Said:
    """A sentence that somebody said: its event, where it stands in that, the stems of its content words, and who."""

    index: int
    start: int
    end: int
    stems: frozenset[str]
    by_person: bool


def content_stems(text: str) -> list[str]:
    """Given a text, return the stems of its content words."""
    return [stem for stem in stems(text) if len(stem) > 1 and stem not in FUNCTION_WORDS]


def is_speech(event: Event) -> bool:
    """Tell whether somebody says something in an event."""
    return event.act in {Act.SAID, Act.REJECTED} and bool(event.text)


def evidence_of(
    transcript: Transcript, candidate: Candidate, sentences: Sequence[Said]
) -> tuple[tuple[Evidence, ...], Words | None]:
    """Given a candidate and the session's sentences, return its evidence, and the person's words among it."""
    passage = candidate.passage
    words = _words_of_person(transcript, candidate)
    places = [(candidate.index, passage.start, passage.end)]
    places += [(candidate.index, *passage.lead_at)] if passage.lead_at else []
    places += passage.beside
    places += [passage.instead_of] if passage.instead_of else []
    places += [(words.index, words.start, words.end)] if words else []
    quoted = {index for index, _start, _end in places}
    by_person = transcript.events[candidate.index].role is Role.USER
    most = _MOST_EVIDENCE + len(passage.beside) - len(places)
    places += _restated(candidate, sentences, quoted, most, by_person=by_person)
    return tuple(_evidence(transcript, *place) for place in places), words


def sentences_of(transcript: Transcript) -> list[Said]:
    """Given a transcript, return the sentences that may be evidence.

    That is no paste, nothing that repeats a tool, and nobody who says what he is about to look at.
    """
    return [
        Said(index, it.start, it.end, frozenset(content_stems(it.text)), event.role is Role.USER)
        for index, event in enumerate(transcript.events)
        if is_speech(event) and not (event.role is Role.USER and len(event.text) > PASTE)
        for it in split(event.text)
        if it.end - it.start >= _SHORTEST_QUOTE
        and not any(start < it.end and it.start < end for start, end in event.echoes)
        and not is_chatter(it.text, person=event.role is Role.USER)
    ]


def _restated(
    candidate: Candidate, sentences: Sequence[Said], quoted: Container[int], most: int, *, by_person: bool
) -> list[tuple[int, int, int]]:
    """Return where other events say much of what a statement says, the most first, once an event."""
    content = frozenset(candidate.stems)
    found: dict[int, tuple[float, Said]] = {}
    for other in sentences:
        shared = len(content & other.stems)
        least = _SAYS_AGAIN if by_person and other.by_person else _RESTATES
        if shared >= max(SUPPORT, least * len(content)) and other.index not in quoted:
            alike = shared / len(content | other.stems)
            if alike > found.get(other.index, (0.0, other))[0]:
                found[other.index] = (alike, other)
    ranked = sorted(found.values(), key=lambda pair: (-pair[0], pair[1].index))
    return [(other.index, other.start, other.end) for _alike, other in ranked[:most]]


def _words_of_person(transcript: Transcript, candidate: Candidate) -> Words | None:
    """Return the sentence of the person's last message that the statement takes up, if there is one."""
    prompt = candidate.setting.prompt
    if prompt is None or transcript.events[candidate.index].role is Role.USER:
        return None
    text = transcript.events[prompt].text
    if len(text) > PASTE:
        return None
    content = set(candidate.stems)
    best, most = None, 0
    for sentence in split(text):
        shared = len(content & set(content_stems(sentence.text)))
        if shared > most and sentence.end - sentence.start >= _SHORTEST_QUOTE:
            best, most = sentence, shared
    if best is None or most < SUPPORT:
        return None
    return Words(prompt, best.start, best.end, most >= _STATES * len(content))


def _evidence(transcript: Transcript, index: int, start: int, end: int) -> Evidence:
    event = transcript.events[index]
    return Evidence(
        origin=Origin.SESSION,
        record=event.record,
        quote=event.text[start:end],
        session=transcript.session,
        time=event.time,
        role=event.role.value,
        person=transcript.person if event.role is Role.USER else "",
        digest=hashlib.sha256(event.text.encode()).hexdigest(),
        redaction=transcript.redaction,
    )
