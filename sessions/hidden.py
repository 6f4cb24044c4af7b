"""Signs that cannot be seen, found in texts as they stand in a log without decoding them.

An invisible sign between two letters, or an escape that stands for one, would hide a word from every comparison. Few
texts have any, so all are searched together, by their bytes, and only those that do are decoded.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .signs import HIDDEN

#: a backslash and a u, as a little-endian number of two bytes
_ESCAPED = 0x755C
#: the first two bytes of the arrow that tools put between a line's number and the line: most of what is beyond ASCII
_ARROW = 0x86E2
#: bytes that are looked at together
_PIECE = 1 << 16
#: the first bytes of a sign of two, three and four bytes in UTF-8 begin there
_TWO, _THREE, _FOUR = 0xC0, 0xE0, 0xF0

_HIDDEN = np.frombuffer(HIDDEN, np.bool_)


def places_of_hidden(data: bytes) -> NDArray[np.int64]:
    """Given texts as they stand in a log, return where escapes and invisible signs are in them, in no order."""
    found = [_places_in(data, place, min(place + _PIECE, len(data))) for place in range(0, len(data), _PIECE)]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _places_in(data: bytes, start: int, stop: int) -> NDArray[np.int64]:
    """Given texts, return where escapes and invisible signs begin between two places."""
    found = []
    arrows = 0
    for first in (start, start + 1):
        count = (min(stop + 1, len(data)) - first) // 2
        if count > 0:
            pairs = np.frombuffer(data, np.dtype("<u2"), count, first)
            arrows += int(np.count_nonzero(pairs == _ARROW))
            escaped = pairs == _ESCAPED
            if escaped.any():
                found.append(2 * np.flatnonzero(escaped) + first)
    signs = np.frombuffer(data, np.uint8, stop - start, start) >= _TWO
    if np.count_nonzero(signs) > arrows:
        found.append(_hidden_at(data, np.flatnonzero(signs) + start))
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _hidden_at(data: bytes, lead: NDArray[np.int64]) -> NDArray[np.int64]:
    """Given texts and where signs beyond ASCII begin in them, return where invisible ones do."""
    numbers = np.frombuffer(data, np.uint8)
    last = len(numbers) - 1  # a sign that is cut there is no sign, whatever stands for its rest
    one, two, three = (numbers[np.minimum(lead + shift, last)].astype(np.int64) for shift in range(3))
    short = (one & 0x1F) << 6 | (two & 0x3F)
    code = np.where(one < _THREE, short, (one & 0x0F) << 12 | (two & 0x3F) << 6 | (three & 0x3F))
    return lead[(one >= _FOUR) | _HIDDEN[code]]
