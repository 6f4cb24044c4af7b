"""Values that were purged from a store and must not come back: known by keyed digests, never by themselves.

A value is looked for where it could stand whole. Of each length in the table, the stretches of a text of just that many
characters are compared whose edges lie where the value's lie: a value that begins with a word's character begins where
a word does, and likewise at its end. So the time is linear in the text for each length, and nothing where no value was
purged.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import msgspec

#: bytes of a digest: nobody finds another value that has it
_DIGEST = 16

# Where a value could begin: by whether it begins with a word's character.
_BEGINNINGS = {True: re.compile(r"(?<!\w)\w"), False: re.compile(r"\W")}
_WORD = re.compile(r"\w")


class PurgedRow(NamedTuple):
    """What is kept of one value: its length in characters, its digest (hex), and whether its edges belong to words."""

    length: int
    digest: str
    begins_with_word: bool
    ends_with_word: bool


class Purged(msgspec.Struct, frozen=True, dict=True):
    """The purged values of a store. ``key`` has 1 to 64 bytes where there is a row; whoever has it can try values."""

    key: bytes = b""
    rows: tuple[PurgedRow, ...] = ()

    @cached_property
    def by_form(self) -> dict[tuple[int, bool, bool], frozenset[str]]:
        """The digests by length and edges."""
        forms: dict[tuple[int, bool, bool], set[str]] = {}
        for length, digest, begins, ends in self.rows:
            forms.setdefault((length, begins, ends), set()).add(digest)
        return {form: frozenset(digests) for form, digests in forms.items()}


NOTHING = Purged()


def purged_row(value: str, key: bytes) -> PurgedRow:
    """Given a value of at least one character and the store's key, return the row by which it is known again."""
    return PurgedRow(len(value), _digest(value, key), bool(_WORD.match(value)), bool(_WORD.match(value[-1])))


def find_purged(text: str, purged: Purged) -> list[tuple[int, int, str]]:
    """Given a text, return start, end and four digits of each stretch that purged values cover, in order.

    Where values overlap, the stretch holds them all and the digits are of one.
    """
    found: list[tuple[int, int, str]] = []
    for start, end, digest in sorted(_occurrences(text, purged), key=lambda it: (it[0], -it[1])):
        if found and start < found[-1][1]:
            first, last, digits = found[-1]
            found[-1] = (first, max(last, end), digits)
        else:
            found.append((start, end, digest[:4]))
    return found


def _occurrences(text: str, purged: Purged) -> Iterator[tuple[int, int, str]]:
    for (length, begins, ends), digests in purged.by_form.items():
        for match in _BEGINNINGS[begins].finditer(text, 0, max(0, len(text) - length + 1)):
            start = match.start()
            end = start + length
            if _ends_right(text, end, word=ends):
                digest = _digest(text[start:end], purged.key)
                if digest in digests:
                    yield start, end, digest


def _ends_right(text: str, end: int, *, word: bool) -> bool:
    if not word:
        return not _WORD.match(text, end - 1)
    return bool(_WORD.match(text, end - 1)) and not _WORD.match(text, end)


def _digest(value: str, key: bytes) -> str:
    data = value.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=_DIGEST, key=key).hexdigest()
