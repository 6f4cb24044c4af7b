"""What was said and then taken back in the same session: by the person's next word, or by the agent itself.

The worst junk is confident, full of names, and wrong; only reading to the end tells. Two signs weigh
against a passage: the person's next message begins by denying it, or the agent admits an error in words that come
back to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ....language.sentences import split
from ....sessions.events import Act, Event, Role

_DENIES = re.compile(
    r"^\W*(?:no\b(?! (?:need|problem|worries|rush|idea|more|longer|one)\b)|nope\b|nah\b|wrong\b|"
    r"not (?:true|right|correct|quite)\b|"
    r"(?:that|this|it)(?:'s| is| was| can'?t be| cannot be| can not be| isn'?t| is not| doesn'?t| does not| makes no)"
    r"(?: also| still| again)? ?(?:not|wrong|incorrect|n't|the (?:end|case|cause|problem|reason)|correct|"
    r"right|true|sense|help|work)\b|"
    r"(?:again|sorry|hmm+|but|still|stop|actually)\W+(?:no\b|wrong|this is not|that is not|that'?s not|"
    r"this isn'?t|that isn'?t))",
    re.IGNORECASE,
)
_ADMITS = re.compile(
    r"\b(?:my (?:first|earlier|previous|initial|original) (?:explanation|analysis|theory|guess|assumption|"
    r"claim|statement|answer|hypothesis)"
    r"|i was (?:wrong|mistaken)|you (?:are|'re|were) (?:absolutely )?right[^.]{0,40}(?:wrong|wasn't|isn't|"
    r"not)|misdiagnos\w+|"
    r"has nothing to do with|(?:is|was) not (?:in|the (?:cause|problem|issue|reason)|caused|related)|"
    r"(?:wasn't|isn't) (?:in|the (?:cause|problem|issue|reason))|"
    r"(?:did|does) not help|(?:didn't|doesn't) help|turns? out (?:not|that)|not [^.;]{3,80} after all|"
    r"contrary to what i|"
    r"i (?:incorrectly|wrongly|mistakenly))\b",
)
#: content stems that an admission must share with what it takes back
_SHARED = 2
#: and this share of the passage's own
_SHARE = 0.25
#: sentences; an admission stands at the beginning of a message
_OPENING = 3


@dataclass(frozen=True)
class Retraction:
    """An admission of error: where it stands, and the content stems of its message."""

    index: int
    stems: frozenset[str]


def denied(events: Sequence[Event]) -> frozenset[int]:
    """Given events in order, return the agent's last words before each message of a person that begins by denying."""
    found: set[int] = set()
    spoken: int | None = None
    for index, event in enumerate(events):
        if event.act is Act.SAID and event.role is Role.AGENT:
            spoken = index
        elif event.role is Role.USER and event.text:
            if spoken is not None and event.act is Act.SAID and _DENIES.match(event.text):
                found.add(spoken)
            spoken = None
    return frozenset(found)


def retractions(events: Sequence[Event], stems: Sequence[Sequence[str]]) -> list[Retraction]:
    """Given events in order and the content stems of each one's text, return the agent's admissions of error."""
    found: list[Retraction] = []
    for index, event in enumerate(events):
        if (
            event.act is Act.SAID
            and event.role is Role.AGENT
            and _ADMITS.search(event.text.lower())
            and any(_ADMITS.search(sentence.text.lower()) for sentence in split(event.text)[:_OPENING])
        ):
            found.append(Retraction(index, frozenset(stems[index])))
    return found


def signs(
    index: int, stems: Sequence[str], denials: frozenset[int], admissions: Sequence[Retraction]
) -> dict[str, float]:
    """Given a passage's event and content stems, return the signals that it was denied at once or taken back later."""
    content = set(stems)
    enough = max(_SHARED, len(content) * _SHARE)
    retracted = any(index < one.index and len(content & one.stems) >= enough for one in admissions)
    return {name: 1.0 for name, holds in (("denied", index in denials), ("retracted", retracted)) if holds}
