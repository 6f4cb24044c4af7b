"""What a person answers: the words of the agent that his own point at, as "make sure this won't say X" does.

To the two of them it was plain what "this" was. A reader who was not there is told it in the agent's words, quoted; and
where none of those name it, the person's words are no statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from ....language.identifiers import identifiers
from ....language.sentences import Form, Sentence, split
from ....memory.records import TEXT_LIMIT
from ....sessions.events import Act, Event, Role
from .chatter import is_chatter
from .evidence import content_stems
from .laid_down import is_rule
from .passages import PASTE, Passage
from .standing import NAMED
from .statements import dangles

#: words that point at what both of them had before their eyes; of a text in small letters
_AT_HAND = re.compile(
    r"\bthis (?:won't|will|would|should|isn't|is|was|needs|too|also|branch)\b|\bthis[.,;!]?$"
    r"|\b(?:for|in|of|about) the (?:first|second|last|other)(?: one| case| part)?,? (?:we|you|i|it|there)\b"
    r"|\bthe (?:current|other) branch\b"
    r"|^not (?:as|in|on|with|to|from|for|like|by) "
)
#: what is so as they speak, or points at a number of a list that is gone
_AS_WE_SPEAK = re.compile(
    r"\b(?:fix|for|do|option|only|and) \d\.?$|\b(?:is|are) currently\b|\bthe branch we\b|\bin this branch\b"
    r"|\b(?:abandon|leave|close) (?:the current|this) branch\b"
)
#: one of two cases that were named right before
_CASE = re.compile(r"\bthe (?:first|second|last|latter|former|other)\b")
#: and these do, whatever else is named beside them
_DO_THIS = re.compile(
    r"\b(?:remove|drop|delete|change|rename|move|do|add|fix|use|keep|revert) (?:this|that)(?: too| also)?[.,;!]?$"
)
#: an answer that says nothing by itself
_BARE = re.compile(r"(?:^|\n)[ \t]*\(?\d{1,2}[.)][ \t]+(?:[^\s?]+[ \t]*){1,2}(?=\n|$)")
#: the number of a list's item, right before its text
_NUMBER = re.compile(r"(?:^|\n|[ \t])\(?(\d{1,2})[.)][ \t]+[*_\"`]*$")
#: and before what an item's bold label leads
_NUMBERED_LINE = re.compile(r"^[ \t]*\(?(\d{1,2})[.)][ \t]", re.MULTILINE)
#: what may stand before a list of answers; before a list of a person's own stands what it is of
_BEFORE_ANSWERS = re.compile(r"(?:(?:my )?answers?|ok(?:ay)?|sure|thanks|yes)?[\s,:.!]*", re.IGNORECASE)
#: an answer without its question, of a text in small letters
_ANSWER = re.compile(
    r"^(?:(?:always|both|either|neither|never|none|only)"
    r"(?:,| (?:after|before|for|if|in|on|unless|until|when|with|without)\b)"
    r"|at (?:least|most)\b)"
)
#: so many messages back something may be answered
_BACK = 6
#: words of the agent that say enough of what is answered
_FEWEST = 5
#: words in common with which a sentence of the agent is of the same thing, whether it names it or not
_ENOUGH = 3


def leans_on_reply(passage: Passage, event: Event) -> bool:
    """Given a passage and its event, tell whether a person said it of something that only the talk before it names."""
    if event.role is not Role.USER:
        return False
    if (
        number_of(passage, event.text)
        or points_at_hand(passage.text)
        or _is_answer(passage)
        or _is_torn(passage, event.text)
    ):
        return True
    return bool(_AS_WE_SPEAK.search(passage.text.lower())) and not identifiers(passage.text).count


def points_at_hand(text: str) -> bool:
    """Given a person's statement, tell whether it points at something that both had before their eyes."""
    lower = text.lower()
    return not is_rule(text) and bool(
        _DO_THIS.search(lower) or (_AT_HAND.search(lower) and not identifiers(text).count)
    )


def is_lost(passage: Passage, index: int, events: Sequence[Event]) -> bool:
    """Given what leans on a reply, tell whether it says nothing to a reader, for nothing tells what it answers.

    A person's own list is numbered too; that it answers one shows in what else stands there: "1. no".
    """
    event = events[index]
    if _AS_WE_SPEAK.search(passage.text.lower()):
        return True
    if _is_torn(passage, event.text) and not number_of(passage, event.text):
        return True
    needs_it = points_at_hand(passage.text) or _is_answer(passage)
    if not needs_it and not (number_of(passage, event.text) and _BARE.search(event.text)):
        return False
    return in_answer(passage, index, events) is None


def number_of(passage: Passage, text: str) -> int:
    """Given a passage of a person's message, return the number under which it answers, or 0."""
    first = _NUMBERED_LINE.search(text)
    if passage.sentences[0].form is not Form.ITEM or not first or not _BEFORE_ANSWERS.fullmatch(text[: first.start()]):
        return 0
    found = _NUMBER.search(text[max(0, passage.start - 8) : passage.start])
    return int(found.group(1)) if found else 0


def _is_torn(passage: Passage, text: str) -> bool:
    """Tell whether a person's passage stands in a list that does not begin with 1: he speaks of somebody else's."""
    first = _NUMBERED_LINE.search(text)
    return passage.sentences[0].form is Form.ITEM and first is not None and int(first.group(1)) > 1


def _is_answer(passage: Passage) -> bool:
    """Tell whether a person's message begins with an answer that says nothing without its question: "never, if ..."."""
    return passage.first == 0 and bool(_ANSWER.match(passage.text.lower()))


def in_answer(passage: Passage, index: int, events: Sequence[Event]) -> Passage | None:
    """Given what leans on a reply, its event's number and the events, return it with what it answers, quoted.

    That is what the agent said last that names it; where a person goes on before the agent said anything, it is what he
    said himself. None where none of those words name it, or where there is no room for them.
    """
    own = _case_before(passage, events[index].text)
    if own is not None and len(own.text) + len(passage.text) < TEXT_LIMIT:
        return replace(passage, text=f"{own.text} {passage.text}", lead_at=(own.start, own.end))
    for asked, opening, sentences in _answered(passage, index, events):
        words = " ".join(it.text for it in sentences).rstrip(".:;,")
        quoted = f"\u201c{words}\u201d" if '"' in words else f'"{words}"'
        text = f"{opening} {quoted}: {passage.text}"
        first, last = sentences[0].start, sentences[-1].end
        echoed = any(start < last and first < end for start, end in events[asked].echoes)
        if len(text) <= TEXT_LIMIT and not echoed:
            return replace(passage, text=text, beside=((asked, first, last),))
    return None


def _case_before(passage: Passage, text: str) -> Sentence | None:
    """Return the question right before a passage of a person's message, where that goes on with one of its cases."""
    sentences = split(text)
    if not _CASE.search(passage.text.lower()) or not 0 < passage.first < len(sentences):
        return None
    before = sentences[passage.first - 1]
    return before if before.text.endswith("?") else None


def _answered(passage: Passage, index: int, events: Sequence[Event]) -> Iterator[tuple[int, str, Sequence[Sentence]]]:
    """Yield what a passage may answer, the likeliest first: its event, how that is told, and its sentences."""
    number = number_of(passage, events[index].text)
    for back, asked in enumerate(_said_before(index, events)):
        message = events[asked]
        if number or _is_answer(passage):
            # Whoever spoke in between, it was not to him.
            found = _questions(message.text, number) if number else _last_question(message.text)
            if message.role is Role.AGENT and found:
                yield asked, "In answer to", found
            return
        if message.role is Role.AGENT:
            yield from ((asked, "In answer to", [it]) for it in _nearest(message.text, passage.text))
        elif back == 0:
            yield from ((asked, "After", [it]) for it in _requests(message.text))
            return


def _said_before(index: int, events: Sequence[Event]) -> Iterator[int]:
    """Yield the numbers of the last events before another in which somebody said something, the last first."""
    said = (
        number for number in range(index - 1, -1, -1) if events[number].act is Act.SAID and events[number].text.strip()
    )
    return islice(said, _BACK)


def _requests(text: str) -> Iterator[Sentence]:
    """Yield the questions of a person's message that say enough to go on from, the first first."""
    if len(text) <= PASTE:
        yield from (it for it in split(text) if len(it.text.split()) >= _FEWEST and it.text.endswith("?"))


def _questions(text: str, number: int) -> list[Sentence]:
    """Return all that a message says under a number of its last list with one, if it asks something there."""
    lines = [(it.start(), int(it.group(1))) for it in _NUMBERED_LINE.finditer(text)]
    starts = [start for start, numbered in lines if numbered == number]
    if not starts:
        return []
    ends = min((start for start, _numbered in lines if start > starts[-1]), default=len(text))
    under = [it for it in split(text) if starts[-1] <= it.start < ends and it.form is Form.ITEM]
    return under if any(it.text.endswith("?") for it in under) else []


def _last_question(text: str) -> list[Sentence]:
    """Return the sentence with which a message ends, if it is a question."""
    sentences = split(text)
    return sentences[-1:] if sentences and sentences[-1].text.endswith("?") else []


def _nearest(text: str, words: str) -> Iterator[Sentence]:
    """Yield the sentences of a message that name something, those first that share the most words with a person's."""
    said = set(content_stems(words))
    fit = [
        (len(said & set(content_stems(it.text))), -number, it)
        for number, it in enumerate(split(text))
        if len(it.text.split()) >= _FEWEST and not dangles(it.text) and not is_chatter(it.text)
    ]
    ranked = sorted(fit, key=lambda one: one[:2], reverse=True)
    yield from (it for shared, _number, it in ranked if shared >= _ENOUGH or NAMED.search(it.text))
