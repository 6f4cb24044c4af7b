"""What a text is found by: its stemmed words and the names in it, and fragments of its words. Pure.

Two forms, because each finds what the other cannot. *Terms* are whole: a word in its stem, a name (path, flag, symbol)
as it is written and in its parts, so that ``--dry-run``, ``camelCase`` and ``store.files`` are found exactly and by
what they are made of. *Fragments* are runs of four characters inside a word; they tie together what no stemmer does
("authenticate" and "auth", a typing error, a compound). Four is the length that McNamee and Mayfield found best over
eight languages ("Character N-Gram Tokenization for European Language Text Retrieval", 2004).
"""

from __future__ import annotations

import re
import unicodedata

from ..language.stems import stem

FRAGMENT = 4

#: more of a text than this is not looked at: a query is typed, and a memory has 300 characters
MOST_CHARACTERS = 4_000

_TOKEN = re.compile(r"-{0,2}\w(?:[\w./:@+-]*\w)?")
_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

#: words that say how a question is put and not what it is about
_STOP_WORDS = (
    "a about am an and any are as at be because been but by can could did do does for from get had has have how i if in"
    " into is it its just me my no not of on or our out should so some than that the their them then there these they"
    " this to up us was we what when where which who why will with would you your"
)
_STOP = frozenset(_STOP_WORDS.split())


def terms(text: str) -> list[str]:
    """Given a text, return its terms in order, repeated as often as they occur; stop words are left out."""
    found: list[str] = []
    for token in _TOKEN.findall(_prepared(text)):
        words = _WORD.findall(token)
        for word in words:
            if word.casefold() in _STOP:
                continue
            found.append(stem(word.casefold()))
            parts = _HUMP.split(word)
            if len(parts) > 1:
                found += [stem(part.casefold()) for part in parts]
        if len(words) > 1:
            found.append(token.lstrip("-").casefold())
    return found


def fragments(text: str) -> list[str]:
    """Given a text, return the fragments of its words in order; a word too short for one stands whole.

    A space marks where a word begins and ends, so that "test" as a word differs from its middle in "latest".
    """
    found: list[str] = []
    for word in _WORD.findall(_prepared(text).casefold()):
        if word not in _STOP:
            marked = f" {word} "
            found += [marked[start : start + FRAGMENT] for start in range(max(1, len(marked) - FRAGMENT + 1))]
    return found


def _prepared(text: str) -> str:
    # cut twice: some characters are a whole phrase once normalized
    return unicodedata.normalize("NFKC", text[:MOST_CHARACTERS])[:MOST_CHARACTERS]
