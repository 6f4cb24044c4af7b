"""Words and their stems, so that "retries", "retried" and "retry" are one term.

English Snowball (M. F. Porter, 2001), by snowballstemmer. What is not an English word comes back as it is.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")


def words(text: str) -> list[str]:
    """Given a text, return its words in order, in lower case; underscores, dots and slashes part them."""
    return [match.group().replace("\u2019", "'").lower() for match in _WORD.finditer(text)]


def stems(text: str) -> list[str]:
    """Given a text, return the stems of its words in order."""
    return [stem(word) for word in words(text)]


#: a stemmer keeps the word it works on, so two threads in it would mix theirs up
_LOCK = threading.Lock()


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Given one word in lower case, return its stem."""
    with _LOCK:
        return _stemmer()(word.removesuffix("'s"))


@lru_cache(maxsize=1)
def _stemmer() -> Callable[[str], str]:
    import snowballstemmer  # noqa: PLC0415 - thirty languages are loaded with it: not before a word is stemmed

    stem_word: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return stem_word
