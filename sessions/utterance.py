"""What an agent said, in sentences: where they begin, what is brief in them, and which of them repeat a tool.

All sentences of a session are looked at together, as arrays; only the few that may be echoes are looked at one by one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .signs import BLANK, CLOSING, KINDS, LINE, STOP
from .words import RUN, SHORT

#: longest command in words whose quotation makes an echo of an instruction; a longer one has runs enough
_COMMAND = 18

Places = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Sentences(NamedTuple):
    """Where the sentences of a text begin, and its end; the same in words; and what is brief in them.

    ``code`` numbers the stretches between marks of code, for each word; ``in_code`` tells which words are in a stretch
    that is code; ``brief`` are these and the words of a sentence of a few.
    """

    bounds: Places
    words: Places
    sentence: Places  # of each word
    code: Places
    in_code: Flags
    brief: Flags

    @classmethod
    def of(cls, data: bytes, starts: Places) -> Sentences:
        """Given a text in UTF-8 and where its words begin, return its sentences."""
        bounds = sentence_bounds(data)
        words = np.searchsorted(starts, bounds)
        count = np.diff(words)
        sentence = np.repeat(np.arange(len(count)), count)
        marks = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("`"))
        code = np.searchsorted(marks, starts)
        in_code = (code - np.searchsorted(marks, bounds)[sentence]) % 2 == 1
        few = (count >= SHORT) & (count < RUN)
        return cls(bounds, words, sentence, code, in_code, in_code | few[sentence])

    def doubtful(self, covered: Flags, short: Flags) -> tuple[Flags, Flags]:
        """Given which words a tool said, and at which a short run of a tool's begins, return which may be echoes.

        And which are brief: those that consist of a few words that a tool said, or quote a command that a tool said.
        """
        size = len(self.words) - 1
        words = np.diff(self.words)
        repeated = _count(self.sentence[covered], size)
        few = (words >= SHORT) & (words < RUN) & (_count(self.sentence[short], size) == words - SHORT + 1)
        stretches = int(self.code[-1]) + 1 if len(self.code) else 0
        length = _count(self.code[self.in_code], stretches)
        heard = _count(self.code[self.in_code & short], stretches)
        quoted = (length >= SHORT) & (length <= _COMMAND) & (heard == length - SHORT + 1)
        brief = few | (_count(self.sentence[self.in_code & quoted[self.code]], size) > 0)
        return (2 * repeated > words) | (repeated >= RUN) | brief, brief


def sentence_bounds(data: bytes) -> Places:
    """Given a text in UTF-8, return where its sentences begin, and its end.

    A sentence ends with its line, or with the white space after a full stop and the like and up to three closing marks.
    """
    kinds = np.frombuffer(data.translate(KINDS) + b"\n", np.uint8)
    ends = kinds == STOP
    after = ends.copy()
    for _ in range(3):
        ends[1:] |= after[:-1] & (kinds[1:] == CLOSING)
        after = ends
    blank = kinds == BLANK
    begins = np.zeros(len(kinds), np.bool_)
    # The first sign after white space that follows an end, and whatever follows the end of a line.
    gaps = np.flatnonzero(ends[:-1] & blank[1:])
    letters = np.flatnonzero(~blank)
    begins[letters[np.searchsorted(letters, gaps + 1)]] = True
    begins[1:] |= kinds[:-1] == LINE
    begins[0], begins[-1] = True, False
    return np.append(np.flatnonzero(begins), len(data))


def _count(numbers: Places, size: int) -> Places:
    """Given numbers below ``size``, return how often each is among them."""
    return np.bincount(numbers, minlength=size)
