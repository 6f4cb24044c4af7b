"""The words around a statement that say what it speaks of, put before it: "Both use X" after "The hooks A and B …".

Nothing is made up: what is put before the statement stands in the session, and is quoted as evidence too. What begins
with another thing than it speaks of misleads, so where nothing sure stands before a statement it stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ....language.branches import with_work
from ....language.identifiers import EXTENSION
from ....language.sentences import Form, Sentence, split
from ....memory.records import TEXT_LIMIT
from ....sessions.events import Act, Event, Role
from .chatter import is_chatter, is_report
from .passages import Passage
from .standing import NAMED, continues, leans, leans_on_pronoun, names_early, needs_context
from .statements import dangles, shape
from .subjects import as_subject, heads, introduction, is_of_code, names_code
from .work import File, Work, at_hand

#: fewer words before a statement explain nothing
_FEWEST = 5
#: a list item up to this long (characters) has no room for what it is about
_SHORT = 110
#: "commit/session" is no path
_EITHER = re.compile(r"[a-z]+/[a-z]+")
#: a file's name
_FILE = re.compile(rf"\.{EXTENSION}\b")


def with_context(passage: Passage, event: Event, taken: Sequence[Passage] = ()) -> Passage:
    """Given a passage, its event and the other passages of it that are kept, return it with what it speaks of.

    That is the passage itself where it needs nothing, or where nothing fit stands before it in its message.
    """
    if event.act is Act.CALL or passage.instead_of or passage.lead_at:
        return passage
    item = passage.sentences[0].form is Form.ITEM
    part = item and (not names_early(passage.text) or len(passage.text) <= _SHORT)
    if not (part or needs_context(passage.text)):
        return passage
    person = event.role is Role.USER
    for words, start, end in _before(passage, event.text, split(event.text), person=person):
        overlaps = any(start < last and first < end for first, last in (*event.echoes, *map(_bounds, taken)))
        text = "" if overlaps else shape(f"{words} {passage.text}", person=person)
        if len(text) > len(passage.text):
            return replace(passage, text=text, lead_at=(start, end))
    return passage


def with_file(passage: Passage, index: int, event: Event, work: Work) -> Passage:
    """Given a passage, its event with its number and the session's work, return it with the file it was said of.

    That is the passage itself where it says what it speaks of, names a file, or was said of several files or none.
    What a person says stays in his words: a rule is not about the file where it was first broken.
    """
    if event.role is Role.USER or not (is_of_code(passage.text) or names_code(passage.text)):
        return passage
    file = file_of(passage, index, event, work)
    text = f"`{file.name}`: {passage.text}" if file else ""
    if file is None or len(text) > TEXT_LIMIT:
        return passage
    return replace(passage, text=text, beside=((file.index, file.start, file.end),))


def with_branch(passage: Passage, event: Event, branch: str) -> Passage:
    """Given a passage, its event and the branch of that, return it with the work that the branch is named after.

    That is the passage itself where it says what it speaks of, or is told with that already, and what a person says:
    that is not about the work at which he said it. The words are those of the branch, which is kept with the memory.
    """
    named = any(not _EITHER.fullmatch(name.group()) for name in NAMED.finditer(passage.text))
    unsaid = not named or leans(passage.text) or leans_on_pronoun(passage.text)
    told = passage.lead_at or passage.beside or passage.instead_of
    if event.role is Role.USER or not unsaid or told:
        return passage
    text = with_work(passage.text, branch)
    return passage if len(text) > TEXT_LIMIT else replace(passage, text=text)


def file_of(passage: Passage, index: int, event: Event, work: Work) -> File | None:
    """Given a passage, its event with its number and the session's work, return the file it was said of.

    None where it names a file itself, has been given a heading, or was said of several files or of none.
    """
    if event.act is Act.CALL or passage.instead_of or passage.lead_at or _FILE.search(passage.text):
        return None
    return at_hand(work, index, passage.text, person=event.role is Role.USER)


def _before(
    passage: Passage, text: str, sentences: Sequence[Sentence], *, person: bool
) -> Iterator[tuple[str, int, int]]:
    """Yield what introduces the list, the heading, then the sentence before, where they say what a passage is about."""
    first, number = passage.sentences[0], passage.first
    if not 0 <= number < len(sentences):
        return
    above = introduction(text, sentences, number) if first.form is Form.ITEM else None
    if above is not None and above.text not in passage.text:
        yield from _led(passage, above.text, (above.start, above.end))
    if first.lead_at and heads(sentences, number):
        yield from _led(passage, first.lead, first.lead_at)
    before = sentences[number - 1] if number else None
    if (
        before is not None
        and before.form is first.form
        and (
            first.form is not Form.ITEM or (not person and before.lead == first.lead and leans_on_pronoun(passage.text))
        )
        and (NAMED.search(before.text) or person)
        and len(before.text.split()) >= _FEWEST
        and before.paragraph >= first.paragraph - 1
        and needs_context(passage.text)
        and not before.text.endswith(":")
        and not dangles(before.text)
        and not continues(before.text)
        and not is_chatter(before.text, person=person)
        and not is_report(before.text)
    ):
        closed = before.text if before.text.endswith((".", "!", "?", ":", ";")) else f"{before.text}."
        yield closed, before.start, before.end


def _led(passage: Passage, lead: str, at: tuple[int, int]) -> Iterator[tuple[str, int, int]]:
    subject = as_subject(lead)
    if subject and subject not in passage.text and (NAMED.search(subject) or continues(passage.text)):
        yield f"{subject}:", *at


def _bounds(passage: Passage) -> tuple[int, int]:
    return passage.start, passage.end
