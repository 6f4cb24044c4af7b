"""What follows a statement in its own paragraph and belongs to it: why, what comes of it, where it does not hold.

A reader who was not there judges the line alone, and a statement without its reason is the first that he throws away.
Of what follows, nothing is told that is about whoever speaks, that guesses, or that says what is to be done about it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ....language.sentences import Sentence, split
from ....memory.records import TEXT_LIMIT
from ....sessions.events import Act, Event, Role
from .chatter import is_chatter
from .passages import Passage, typed
from .statements import shape, spoken

#: so many sentences may follow
_MOST = 2
#: what is about the talk, a guess, or work to be done
_NO_SEQUEL = re.compile(
    r"\b(?:I|I'll|I'd|I've|I'm|me|my|you|you've|you're|your|let's|we'll)\b"
    r"|\b(?:consider|might|maybe|perhaps|likely|probably|possibly|could|seems?|appears?|todo)\b"
    r"|^(?:this|that|these|those|it)\b[^.]{0,40}\b(?:should|needs? to)\b"
    r"|^same\b|\.\.\.|\u2026",
    re.IGNORECASE,
)


def with_sequel(passage: Passage, event: Event, taken: Sequence[Passage] = ()) -> Passage:
    """Given a passage, its event and the other passages of it that are kept, return it with what follows and belongs.

    That is the passage itself where nothing fit follows in its paragraph, or where there is no room for it.
    """
    if event.act is Act.CALL or passage.instead_of or passage.listed:
        return passage
    person = event.role is Role.USER
    sentences = split(event.text)
    if person:
        sentences = typed(event.text, sentences)
    barred = (*event.echoes, *((it.start, it.end) for it in taken))
    found = passage
    for sentence in sentences[passage.last + 1 : passage.last + 1 + _MOST]:
        fit = sentence.paragraph == found.sentences[-1].paragraph and _belongs(sentence, person=person)
        if not fit or any(start < sentence.end and sentence.start < end for start, end in barred):
            break
        closed = found.text if found.text.endswith((".", "!", "?", ";")) else f"{found.text}."
        text = shape(f"{closed} {spoken(sentence.text) if person else sentence.text}", person=person)
        if not text.startswith(closed) or len(text) > TEXT_LIMIT:
            break
        found = replace(found, text=text, end=sentence.end, last=found.last + 1, sentences=(*found.sentences, sentence))
    return found


def _belongs(sentence: Sentence, *, person: bool) -> bool:
    if is_chatter(sentence.text, person=person) or sentence.text.endswith((":", "?")):
        return False
    return person or not _NO_SEQUEL.search(sentence.text)
