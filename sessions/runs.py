"""A session's runs of words: what its agent said, and when each was first heard, and from whom.

What was heard is passed through in pieces. A run falls through the sieve unless the agent said one that has the same
hole; the few that stay are compared as numbers.

This is what ``_runs.c`` does where it could be compiled (docs/decisions/0017): the two give the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .hidden import places_of_hidden
from .signs import OTHER
from .utterance import Flags, Places, Sentences
from .words import RUN, SHORT, Words, words_of

#: bits of a run's number that choose its hole: of 2^17 holes an agent's runs leave nearly all open
_HOLE = np.uint64(64 - 17)
#: when a run was heard that never was: an even number, since no tool said it
NEVER = 1 << 62

Numbers = NDArray[np.uint64]


class Known(NamedTuple):
    """Runs of the agent's of one length: each once, in order; where each was first heard; and the sieve for them."""

    numbers: Numbers
    first: Places  # twice the order, and one more where a tool was first
    holes: Flags

    @classmethod
    def of(cls, numbers: Numbers) -> Known:
        """Given the agent's runs, know them."""
        unique = np.sort(numbers)
        unique = unique[np.append(True, unique[1:] != unique[:-1])] if len(unique) else unique
        holes = np.zeros(1 << 17, np.bool_)
        holes[unique >> _HOLE] = True
        return cls(unique, np.full(len(unique), NEVER, np.int64), holes)

    def first_heard(self, numbers: Numbers) -> Places:
        """Given runs, return when each was first heard."""
        if not len(self.numbers):
            return np.full(len(numbers), NEVER, np.int64)
        near = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        return np.where(self.numbers[near] == numbers, self.first[near], NEVER)

    def places(self, numbers: Numbers) -> tuple[Places, Places]:
        """Given runs, return which of them are known, and the place of each of these."""
        passed = np.flatnonzero(self.holes.take((numbers >> _HOLE).view(np.int64)))
        if not len(passed) or not len(self.numbers):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        near = np.minimum(np.searchsorted(self.numbers, numbers[passed]), len(self.numbers) - 1)
        same = self.numbers[near] == numbers[passed]
        return passed[same], near[same]


class Runs:
    """What the agent said, as runs of words, and when each was first heard."""

    def __init__(
        self, joined: bytes, bounds: list[int], orders: list[int], kinds: bytes, _ends: bytes, _hidden: bytes
    ) -> None:
        """Given the agent's texts as one, with one sign between them, know what to look for.

        ``bounds`` are where each begins and ``orders`` the order of each. Then what bytes are in words and in
        sentences, and which signs are hidden (``signs``).
        """
        self._other = kinds == OTHER
        self._bounds = np.array(bounds, np.int64)
        self._orders = np.array(orders, np.int64)
        self._words = words_of(joined, other_letters=self._other)
        self._sentences = Sentences.of(joined, self._words.starts)
        self._runs = Known.of(self._words.runs)
        # Short runs count only in a quoted command, or where they are the whole sentence.
        self._short = Known.of(self._words.short[self._sentences.brief[: len(self._words.short)]])
        self._note(self._words, self._bounds, 2 * self._orders)

    def note(self, texts: list[bytes | bytearray], moments: list[int], raw: bool) -> list[int]:  # noqa: FBT001
        """Given texts that were heard and of each when, note the runs in them.

        A moment is twice the order, and one more for a tool's text. ``raw``: texts are as they stand in a log. Those
        in which a sign may be hidden are left out then; returns their places.
        """
        data, bounds = _joined(texts)
        left: list[int] = []
        if raw and len(hidden := places_of_hidden(data)):
            left = np.unique(np.searchsorted(bounds, hidden, "right") - 1).tolist()
            texts = texts[:]
            for place in left:
                texts[place] = b""
            data, bounds = _joined(texts)
        self._note(words_of(data, other_letters=self._other), bounds, np.array(moments, np.int64))
        return left

    def doubtful(self, places: list[int]) -> list[tuple[int, int, bytes, bool]]:
        """Return the sentences that may repeat a tool, and those in which one of the places lies.

        Of each where it begins and ends, which of its words a tool said in a run, and whether it is brief: consists of
        a few words of a tool's, or quotes a command of a tool's.
        """
        starts, sentences = self._words.starts, self._sentences
        text_of = np.searchsorted(self._bounds, starts, "right") - 1
        covered = _covered(self._echoing(self._runs, self._words.runs, text_of, RUN))
        short = self._echoing(self._short, self._words.short, text_of, SHORT) & sentences.brief
        doubtful, brief = sentences.doubtful(covered, short)
        doubtful[np.searchsorted(sentences.bounds, places, "right") - 1] = True
        words = sentences.words.tolist()
        bounds = sentences.bounds.tolist()
        return [
            (bounds[it], bounds[it + 1], covered[words[it] : words[it + 1]].tobytes(), bool(brief[it]))
            for it in np.flatnonzero(doubtful).tolist()
        ]

    def _echoing(self, known: Known, numbers: Numbers, text_of: Places, length: int) -> Flags:
        """Given the agent's runs, return for each of its words whether one begins there that a tool said before."""
        found = np.zeros(len(text_of), np.bool_)
        if len(numbers):
            first = known.first_heard(numbers)
            text = text_of[: len(numbers)]
            found[: len(numbers)] = (
                (first & 1 == 1) & (first >> 1 < self._orders[text]) & (text == text_of[length - 1 :])
            )
        return found

    def _note(self, words: Words, bounds: Places, moments: Places) -> None:
        """Given a text's words, where each of its pieces begins, and when each was heard, note their runs."""
        for known, numbers, length in ((self._runs, words.runs, RUN), (self._short, words.short, SHORT)):
            heard, places = known.places(numbers)
            if len(heard):
                piece = np.searchsorted(bounds, words.starts[heard], "right") - 1
                # A run that goes from one piece into the next was said by nobody.
                whole = piece == np.searchsorted(bounds, words.starts[heard + length - 1], "right") - 1
                np.minimum.at(known.first, places[whole], moments[piece[whole]])


def _joined(texts: Sequence[bytes | bytearray]) -> tuple[bytes, Places]:
    """Given texts, return them as one, and where each begins; a sign that is cut off is not continued in the next."""
    bounds = np.cumsum([0, *(len(text) + 2 for text in texts[:-1])], dtype=np.int64)
    return b"\n\n".join([*texts, b""]), bounds


def _covered(runs: Flags) -> Flags:
    """Given at which words a run of a tool's begins, return which words stand in one."""
    covered = runs.copy()
    for shift in range(1, RUN):
        covered[shift:] |= runs[:-shift]
    return covered
