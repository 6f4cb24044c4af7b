"""Words and their stems, so that "retries", "retried" and "retry" are one term.

English Snowball (M. F. Porter, 2001), by PyStemmer where that can be had and by snowballstemmer elsewhere: the same
rules by the same authors, compiled to C and to Python. What is not an English word comes back as it is.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)?")
_BROKEN = re.compile("[\ud800-\udfff]")


def words(text: str) -> list[str]:
    """Given a text, return its words in order, in lower case; underscores, dots and slashes part them."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return [word.lower() for word in _WORD.findall(text.replace("\u2019", "'"))]


def stems(text: str) -> list[str]:
    """Given a text, return the stems of its words in order."""
    return list(map(stem, words(text)))


#: a stemmer keeps the word it works on, so two threads in it would mix theirs up
_LOCK = threading.Lock()


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Given one word in lower case, return its stem."""
    if not word.isascii() and _BROKEN.search(word):
        return word  # half a character is no letter of English, and what is written in C takes none
    with _LOCK:
        return _stemmer()(word.removesuffix("'s"))


@lru_cache(maxsize=1)
def _stemmer() -> Callable[[str], str]:
    try:
        from Stemmer import Stemmer  # noqa: PLC0415 - not before a word is stemmed
    except ImportError:
        return in_python()
    return cast("Callable[[str], str]", Stemmer("english", 0).stemWord)  # what it has said is kept here


def in_python() -> Callable[[str], str]:
    """Return the stemmer that works on every machine, at a thirtieth of the speed."""
    import snowballstemmer  # noqa: PLC0415 - thirty languages are loaded with it: not before a word is stemmed

    return cast("Callable[[str], str]", snowballstemmer.stemmer("english").stemWord)
