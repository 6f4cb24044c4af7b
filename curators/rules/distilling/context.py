"""The words before a statement that say what it speaks of, joined to it: "Both use X" after "The hooks A and B …".

Nothing is made up: what is put before the statement stands in the same message, and is quoted as evidence too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ....language.sentences import Form, Sentence, split
from ....sessions.events import Act, Event, Role
from .chatter import is_chatter
from .passages import Passage
from .standing import NAMED, continues, needs_context
from .statements import dangles, shape

#: a statement up to this long (characters) has no room for what it is about
_SHORT = 110
#: fewer words before a statement explain nothing
_FEWEST = 5
#: and fewer of a heading
_FEWEST_OF_HEADING = 3


def with_context(passage: Passage, event: Event, taken: Sequence[Passage] = ()) -> Passage:
    """Given a passage, its event and the other passages of it that are kept, return it with what it speaks of.

    That is the passage itself where it needs nothing, or where nothing fit stands before it.
    """
    if event.act is Act.CALL or passage.instead_of or passage.lead_at:
        return passage
    needs = needs_context(passage.text)
    if not needs and len(passage.text) > _SHORT:
        return passage
    person = event.role is Role.USER
    for words, start, end in _before(passage, split(event.text), needs=needs, person=person):
        overlaps = any(start < last and first < end for first, last in (*event.echoes, *map(_bounds, taken)))
        text = "" if overlaps else shape(f"{words} {passage.text}", person=person)
        if len(text) > len(passage.text):
            return replace(passage, text=text, lead_at=(start, end))
    return passage


def _before(
    passage: Passage, sentences: Sequence[Sentence], *, needs: bool, person: bool
) -> Iterator[tuple[str, int, int]]:
    """Yield the heading above, then the sentence before, where they may say what a passage speaks of."""
    first = passage.sentences[0]
    lead = first.lead.strip(": .")
    if first.lead_at and lead and lead not in passage.text:
        tells = continues(passage.text) and len(lead.split()) >= _FEWEST_OF_HEADING
        if tells or NAMED.search(lead):
            yield f"{lead}:", *first.lead_at
    if not 0 < passage.first < len(sentences):
        return
    before = sentences[passage.first - 1]
    if (
        # the item before a list item is about another thing, as a rule
        (needs or first.form is not Form.ITEM or before.text.endswith(":"))
        and len(before.text.split()) >= _FEWEST
        and before.paragraph >= first.paragraph - 1
        and not dangles(before.text)
        and not continues(before.text)
        and not is_chatter(before.text, person=person)
    ):
        closed = before.text if before.text.endswith((".", "!", "?", ":", ";")) else f"{before.text}."
        yield closed, before.start, before.end


def _bounds(passage: Passage) -> tuple[int, int]:
    return passage.start, passage.end
