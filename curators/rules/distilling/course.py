"""What the course of the session says of a passage: what it answers, how it was taken, how near it is to the matter.

The other signals look at a passage alone and at its message. These hold it against what people said before and after
it, and against everything else that was said.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence

from ....language.identifiers import identifiers
from ....sessions.events import Event, Role
from .dialogue import Setting
from .passages import Passage

_ASKS = re.compile(r"\?|^(?:why|how|what|can|could|is|are|does|do)\b", re.IGNORECASE)
_ASKS_WHY = re.compile(r"\b(?:why|how come|reason|cause|explain|difference|understand)\b")
_GOES_ALONG = re.compile(
    r"^\W*(?:yes|yeah|yep|ok|okay|great|good|nice|perfect|thanks|commit|push|cool|sounds|agree|makes sense|works|go"
    r"|do it|proceed|lgtm|sure|right|now|next|also|and)\b",
    re.IGNORECASE,
)
_NOT_BUT = re.compile(r"\bbut\b|\bnot\b.*\b(?:only|just|instead)\b|\brather than\b|\binstead of\b", re.IGNORECASE)
_REASON = re.compile(r"\b(?:because|since|so that|otherwise)\b", re.IGNORECASE)
_TABLE = re.compile(r"^\s*\|", re.MULTILINE)
#: characters of a message that are listened to for what it asks
_HEARD = 500
_MANY_COMMAS = 3
#: nearness to the middle is seldom above a third; this brings it to the size of the other signals
_NEARNESS = 3.0


def course(
    events: Sequence[Event],
    said: Sequence[Sequence[str]],
    around: Sequence[Setting],
    passages: Sequence[tuple[int, Passage]],
    stems: Sequence[Sequence[str]],
) -> list[dict[str, float]]:
    """Given a session's events, their stems and surroundings, its passages and theirs, return the passages' features.

    A passage comes with the number of its event; stems are of content words; no feature is 0.
    """
    words = [frozenset(event) for event in said]
    following = _next_person(events)
    first = next((words[n] for n, event in enumerate(events) if event.role is Role.USER and words[n]), frozenset())
    beside = Counter(index for index, _passage in passages)
    found = []
    for (index, passage), near, own in zip(passages, centrality(stems), map(frozenset, stems), strict=True):
        facts = _wording(passage.text) | {"central": _NEARNESS * near, "topic": _share(own, first)}
        if events[index].role is Role.AGENT:
            facts |= _message(passage, events[index].text, beside[index])
            facts |= _received(events, words, own, around[index].prompt, following[index])
        found.append({name: float(value) for name, value in facts.items() if value})
    return found


def centrality(stems: Sequence[Sequence[str]]) -> list[float]:
    """Given the stems of passages, return the cosine of each to the middle of all."""
    vectors = weighed(stems)
    middle: Counter[str] = Counter()
    for vector in vectors:
        middle.update(vector)
    length = math.sqrt(sum(value * value for _, value in sorted(middle.items()))) or 1.0
    return [sum(value * middle[stem] for stem, value in vector.items()) / length for vector in vectors]


def weighed(stems: Sequence[Sequence[str]], only: Container[int] | None = None) -> list[dict[str, float]]:
    """Given the stems of passages, return a vector of length 1 for each: what is rare among them weighs more.

    With ``only`` the passages of other numbers have an empty one.
    """
    seen = Counter(stem for each in stems for stem in set(each))
    vectors: list[dict[str, float]] = []
    for number, each in enumerate(stems):
        if only is not None and number not in only:
            vectors.append({})
            continue
        vector = {stem: math.log(1 + len(stems) / seen[stem]) for stem in sorted(set(each))}
        length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        vectors.append({stem: value / length for stem, value in vector.items()})
    return vectors


def _next_person(events: Sequence[Event]) -> list[int | None]:
    found: list[int | None] = []
    person: int | None = None
    for index in range(len(events) - 1, -1, -1):
        found.append(person)
        if events[index].role is Role.USER and events[index].text:
            person = index
    return found[::-1]


def _share(own: frozenset[str], other: frozenset[str]) -> float:
    return len(own & other) / max(1, len(own))


def _wording(text: str) -> dict[str, float]:
    return {
        "commas": text.count(",") >= _MANY_COMMAS,
        "semicolon": ";" in text,
        "not_but": bool(_NOT_BUT.search(text)),
        "reason_named": bool(_REASON.search(text)) and identifiers(text).count > 0,
    }


def _message(passage: Passage, message: str, passages: int) -> dict[str, float]:
    return {
        "in_message": passage.start / len(message),
        "message_code": "```" in message,
        "message_table": "|" in message and bool(_TABLE.search(message)),
        "alone_in_message": 1 / (1 + passages),
    }


def _received(
    events: Sequence[Event],
    words: Sequence[frozenset[str]],
    own: frozenset[str],
    prompt: int | None,
    following: int | None,
) -> Mapping[str, float]:
    facts: dict[str, float] = {"last_turn": following is None}
    if prompt is not None:
        asked = events[prompt].text[:_HEARD]
        facts["answers"] = bool(_ASKS.search(asked))
        facts["answers_why"] = bool(_ASKS_WHY.search(asked.lower()))
        facts["prompt_share"] = _share(own, words[prompt])
    if following is not None:
        facts["taken_up"] = _share(own, words[following])
        facts["accepted"] = bool(_GOES_ALONG.search(events[following].text))
    return facts
