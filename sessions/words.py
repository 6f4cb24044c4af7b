"""The words of a text as numbers, all at once: what a comparison of millions of words with thousands needs.

A word is a run of letters, digits and the joints of paths and identifiers (``cmd/build.go``, ``re-run``, ``no_cache``)
that begins with two letters. It is known by these two, without case. Everything else, marks of emphasis and quotation,
brackets, numbers, the line numbers that tools put before each line, stands between words and does not count. Six words
in a row are a number of 64 bits; two different runs with the same first letters are as rare as they sound.

Texts are UTF-8. They may also be the insides of JSON strings as they stand in a log: the letter after a backslash
belongs to the escape, and so never to a word.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .signs import ESCAPE, LATIN, OTHER

#: words in a row that are compared
RUN = 6
#: and of a short run, for what is dangerous however short it is: a command, an order
SHORT = 3

#: looked at together; what lies beside it then still fits into a processor's cache
_PIECE = 1 << 16
#: an odd number with bits strewn evenly (the golden ratio's, as in Fibonacci hashing), so that sums of multiples spread
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


class Words(NamedTuple):
    """Where the words of a text begin, and the numbers of the runs that begin at each, as far as they fit."""

    starts: NDArray[np.int64]
    runs: NDArray[np.uint64]  # of RUN words: 5 fewer than words
    short: NDArray[np.uint64]  # of SHORT words: 2 fewer than words


def words_of(data: bytes, *, other_letters: bool = False) -> Words:
    """Given a text in UTF-8, return its words. ``other_letters``: most of it is in another alphabet than the Latin."""
    starts = _starts(data, OTHER if other_letters else LATIN)
    # Two letters as one number, from any place in the text: a view of overlapping pairs.
    pairs = np.ndarray((max(len(data) - 1, 0),), np.dtype("<u2"), data, 0, (1,))
    codes = (pairs[starts] | 0x2020).astype(np.uint64)
    if len(codes) < SHORT:
        return Words(starts, np.empty(0, np.uint64), np.empty(0, np.uint64))
    two = codes[:-1] * _SPREAD + codes[1:]
    short = (two[:-1] * _SPREAD + codes[2:]) * _SPREAD
    runs = (short[:-SHORT] + short[SHORT:] * np.uint64(5)) * _SPREAD if len(short) > SHORT else np.empty(0, np.uint64)
    return Words(starts, runs, short)


def _starts(data: bytes, table: bytes) -> NDArray[np.int64]:
    """Given a text and the classes of its bytes, return where its words begin."""
    if len(data) < 2:  # noqa: PLR2004 - a word has two letters
        return np.empty(0, np.int64)
    # A piece is looked at together with the three bytes before it and the one after it.
    first = _starts_in((b"   " + data[: _PIECE + 1]).translate(table)) - _BEFORE
    rest = [
        _starts_in(data[place - _BEFORE : place + _PIECE + 1].translate(table)) + (place - _BEFORE)
        for place in range(_PIECE, len(data), _PIECE)
    ]
    return np.concatenate([first, *rest]) if rest else first


#: bytes before a letter that decide whether a word begins with it
_BEFORE = 3


def _starts_in(classes: bytes) -> NDArray[np.int64]:
    """Given the classes of some bytes, return where words begin among those that have three bytes before and one after.

    A letter and another letter, after what is neither a letter nor a digit, nor a joint that follows one.
    """
    kinds = np.frombuffer(classes, np.uint8)
    if len(kinds) < _BEFORE + 2:
        return np.empty(0, np.int64)
    # What follows a backslash is nothing: all bits where none is there, none where one is.
    kinds = kinds[1:] & ((kinds[:-1] == ESCAPE).view(np.uint8) - np.uint8(1))
    before = kinds[1:-2]
    inside = (before >> 1) & kinds[:-3]  # a joint, shifted onto the bit of the letters and digits before it
    inside |= before
    begins = ~inside >> 1
    begins &= kinds[2:-1]
    begins &= kinds[3:]
    begins &= 1
    return np.flatnonzero(begins.view(np.bool_)) + _BEFORE
