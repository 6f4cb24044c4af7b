"""Passages of a message that could hold a statement: a sentence, two or three in a row, or a line with its list.

A sentence under a heading that names something is often about that: "## `Close()`", then "Flushes and sends". It is
a passage without its heading and another with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ....language.commit_message import messages
from ....language.identifiers import identifiers
from ....language.sentences import Form, Sentence, split
from ....memory.records import TEXT_LIMIT
from ....sessions.events import Act, Event, Role
from .chatter import is_chatter
from .laid_down import is_listed_rule
from .statements import shape, spoken
from .subjects import left_its_list, only_name

#: a window longer than this is a paragraph, not a statement
_WIDEST = 3
#: no statement comes of a longer sentence, and no pattern needs to look at it
_TOO_LONG = 2 * TEXT_LIMIT
#: a person who types more than this has pasted something
PASTE = 1500
#: marks of a log, a terminal or a stack trace in what a person sent
_LOGGED = re.compile(
    r"[\u2500-\u259f\u2717\u2718\u2a2f\u23bf\u276f\u279c\u23fa]|\b\w*(?:Error|Exception|error|fatal|panic|"
    r"warning|FAIL|Usage|Flags):\s|"
    r"\berror=|\bexit (?:code|status) \d|\bat \S+:\d+|^\s*(?:[>$#|+]|\d+\s+[-+]|[a-z]\s\*)\s?|\[flags\]|"
    r"\d\d:\d\d:\d\d"
)
#: what a person holds up of somebody else's: a mail, a chat, a ticket, a page, an excerpt to work on
_SHOWN = re.compile(
    r"^\s*(?:\[?\d{1,2}:\d\d(?::\d\d)?\]?\s*<?[\w.@-]+>?:"
    r"|(?:actual|body|cc|date|description|expected|from|issue|sent|steps to reproduce|subject|ticket|title|to"
    r"|to reproduce)\s*:"
    r"|dear\b|<[a-z][\w-]*>"
    r"|[\w.@-]+ (?:on|in|via) (?:chat|discord|github|gitlab|irc|jira|linear|mail|slack|teams|the chat)\b[^.:]{0,20}:"
    r"|(?:please |can you |could you )*(?:answer|check|explain|fix|implement|look at|proofread|read|rephrase|reply to"
    r"|review|reword|summari[sz]e|translate|here(?:'s| is))\b[^.:\n]{0,30}\b(?:this|that|these|it|following|to \w+"
    r"|the (?:comment|description|error|issue|mail|message|review|text|ticket))\b[^.:\n]{0,20}:\s"
    r"|is (?:it|this|that) (?:correct|ok|right|true)\b[^.:]{0,20}:\s"
    r"|[^.:\n]{0,60}\b(?:claims?|reads?|recommends?|said|says?|states?|suggests?|told me|writes|wrote)(?: that)?:\s"
    r"|.{0,80}\b(?:claims?|said|says?|states?|writes|wrote)(?: that)? [\"'\u2018\u201c])",
    re.IGNORECASE,
)
#: what a heading says to whoever asked
_ANSWERED = re.compile(r"^(?:yes|no),\s+", re.IGNORECASE)
#: list items that are joined to the line that announces them
_MOST_ITEMS = 5


@dataclass(frozen=True)
class Passage:
    """A stretch ``start``..``end`` of an event's text, and the statement in it.

    ``sentences`` are what it was made of, in order; ``first`` and ``last`` are their numbers in the message.
    """

    text: str
    start: int
    end: int
    sentences: tuple[Sentence, ...]
    first: int
    last: int
    listed: bool = False  # a line and its list
    lead_at: tuple[int, int] | None = None  # where the heading stands that its text begins with
    instead_of: tuple[int, int, int] | None = None  # the event of a command that failed, and where it stands in that
    beside: tuple[tuple[int, int, int], ...] = ()  # events around it that its text takes words of, and where


def passages(event: Event) -> list[Passage]:
    """Given what somebody said or did, return every passage that yields a statement and repeats no tool's text.

    What an agent does says something where it commits: the message is its own words on what was done and why.
    """
    if event.act is Act.CALL:
        return [passage for passage in _committed(event.text) if not _echoes(event, passage)]
    if event.act not in {Act.SAID, Act.REJECTED} or not event.text:
        return []
    person = event.role is Role.USER
    if person and (len(event.text) > PASTE or event.text.count("\n") > PASTE // 50):
        return []
    sentences = split(event.text)
    if person:
        sentences = typed(event.text, sentences)
    found = [*_windows(sentences, person=person), *_lists(sentences, person=person)]
    if not person:
        found += _under_headings(sentences)
    return [passage for passage in found if not _echoes(event, passage)]


def _committed(command: str) -> Iterator[Passage]:
    sentences: list[Sentence] = []
    for start, end in messages(command):
        paragraphs = sentences[-1].paragraph + 1 if sentences else 0
        sentences += (
            replace(it, start=it.start + start, end=it.end + start, paragraph=it.paragraph + paragraphs, lead_at=None)
            for it in split(command[start:end])
            if "\\" not in it.text  # which the shell would have read otherwise
        )
    return _windows(sentences, person=False)


def typed(text: str, sentences: Sequence[Sentence]) -> list[Sentence]:
    """Given a person's message and its sentences, return those that look typed: no logs, nothing after "I get:".

    What somebody else wrote is not the person's word, and where it ends cannot be told.
    """
    kept: list[Sentence] = []
    for sentence in sentences:
        before = text[: sentence.start].rstrip(" \t")
        if before.endswith("\n") and before.rstrip().endswith(":") and sentence.form is not Form.ITEM:
            break
        if _SHOWN.match(sentence.text) or _SHOWN.match(text[text.rfind("\n", 0, sentence.start) + 1 : sentence.end]):
            break
        if not _LOGGED.search(sentence.text):
            kept.append(sentence)
    return kept


def _echoes(event: Event, passage: Passage) -> bool:
    spans = [(passage.start, passage.end), *([passage.lead_at] if passage.lead_at else [])]
    return any(start < last and first < end for start, end in event.echoes for first, last in spans)


def _windows(sentences: Sequence[Sentence], *, person: bool) -> Iterator[Passage]:
    idle = [len(sentence.text) > _TOO_LONG or is_chatter(sentence.text, person=person) for sentence in sentences]
    for first, sentence in enumerate(sentences):
        for last in range(first, min(first + _WIDEST, len(sentences))):
            if idle[last] or sentences[last].paragraph != sentence.paragraph:
                break
            window = tuple(sentences[first : last + 1])
            words = [sentence.text, *(spoken(part.text) if person else part.text for part in window[1:])]
            text = shape(" ".join(words), person=person, rule=person and is_listed_rule(sentence))
            if text:
                yield Passage(text, sentence.start, sentences[last].end, window, first, last)


def _under_headings(sentences: Sequence[Sentence]) -> Iterator[Passage]:
    for number, sentence in enumerate(sentences):
        lead = _ANSWERED.sub("", sentence.lead).strip(": .!")
        if left_its_list(sentences, number):
            lead = only_name(lead)
        if (
            sentence.lead_at is None
            or not lead
            or lead in sentence.text
            or len(sentence.text) > _TOO_LONG
            or is_chatter(sentence.text)
            or not identifiers(lead).count
        ):
            continue
        text = shape(f"{lead}: {sentence.text}", person=False)
        if text:
            yield Passage(text, sentence.start, sentence.end, (sentence,), number, number, lead_at=sentence.lead_at)


def _lists(sentences: Sequence[Sentence], *, person: bool) -> Iterator[Passage]:
    for first, sentence in enumerate(sentences):
        if (
            len(sentence.text) > _TOO_LONG
            or not sentence.text.endswith(":")
            or sentence.form is Form.ITEM
            or is_chatter(sentence.text)
        ):
            continue
        items = _items(sentences, first)
        if not 1 < len(items) <= _MOST_ITEMS:
            continue
        joined = "; ".join(item.text.rstrip(".;,") for item in items)
        text = shape(f"{sentence.text} {joined}", person=person)
        if text:
            window = (sentence, *items)
            yield Passage(text, sentence.start, items[-1].end, window, first, first + len(items), listed=True)


def _items(sentences: Sequence[Sentence], first: int) -> list[Sentence]:
    """Return the one-sentence items that follow a line, or nothing where one of them has more."""
    items: list[Sentence] = []
    for sentence in sentences[first + 1 :]:
        if sentence.form is not Form.ITEM or sentence.lead not in sentences[first].text:
            break
        if items and items[-1].paragraph == sentence.paragraph:
            return []
        if sentence.text.endswith(":"):
            return []
        items.append(sentence)
    return items
