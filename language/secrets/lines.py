r"""On which lines of a long text secrets stand. The text comes in pieces, so that any length takes bounded memory.

Secrets are looked for in a window that moves over the text. What begins near the window's end is left for the next
one, which has all of it; what was told is kept before the next one's beginning, since a name says what its value is.

A line of JSON is looked at twice: as it stands, because a key says what its value is, and its texts as a program would
see them, because in ``\nghp_…`` the token seems to begin with an n.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..json_texts import texts_in
from ..purged import NOTHING, Purged
from ..redact import redact
from ..visible import visible

#: longest secret that is found whole, in characters: a private key of 20,000, with its marks
_LONGEST = 32 * 1024
#: how much of what was looked at stands before the next window: a name and a sign, a command line
_BEFORE = 2 * 1024
#: longest line of JSON that is decoded, in characters; a longer one is looked at as it stands
_LINE_LIMIT = 4 * 1024 * 1024


class SecretLine(NamedTuple):
    """A secret's place: the line counts from 1; the placeholder is what redaction would put there."""

    line: int
    kind: str
    placeholder: str


def secret_lines(pieces: Iterable[str], purged: Purged = NOTHING) -> list[SecretLine]:
    """Given a text in pieces and values that were purged, return its secrets by line.

    One that stands twice on a line is told once.
    """
    windows, lines = _Windows(purged), _JsonLines(purged)
    found: dict[SecretLine, None] = {}
    for piece in pieces:
        text = visible(piece)
        found |= dict.fromkeys(windows.take(text))
        found |= dict.fromkeys(lines.take(text))
    found |= dict.fromkeys(windows.end())
    found |= dict.fromkeys(lines.end())
    return sorted(found)


class _Windows:
    """The text as it stands."""

    def __init__(self, purged: Purged) -> None:
        self._purged = purged
        self._text = ""
        self._line = 1  # on which the window begins
        self._told = 0  # characters at the window's beginning whose secrets were told

    def take(self, text: str) -> Iterator[SecretLine]:
        self._text += text
        if len(self._text) >= 2 * _LONGEST:
            yield from self._tell(len(self._text) - _LONGEST)

    def end(self) -> Iterator[SecretLine]:
        yield from self._tell(len(self._text))

    def _tell(self, limit: int) -> Iterator[SecretLine]:
        """Tell the secrets that begin before the limit, and move the window on."""
        line, place = self._line, 0
        for start, end, placeholder in _secrets(self._text, self._purged):
            if self._told <= start < limit:
                line += self._text.count("\n", place, start)
                place = start
                yield SecretLine(line, _kind(placeholder), placeholder)
                limit = max(limit, end)  # what follows it must not be looked at from its middle
        kept = max(0, limit - _BEFORE)
        self._line += self._text.count("\n", 0, kept)
        self._text = self._text[kept:]
        self._told = limit - kept


class _JsonLines:
    """Its lines of JSON, as a program sees them."""

    def __init__(self, purged: Purged) -> None:
        self._purged = purged
        self._open = ""
        self._number = 1
        self._too_long = False

    def take(self, text: str) -> Iterator[SecretLine]:
        *whole, rest = text.split("\n")
        for line in whole:
            yield from self._look(self._open + line)
            self._open, self._too_long = "", False
            self._number += 1
        self._too_long = self._too_long or len(self._open) + len(rest) > _LINE_LIMIT
        self._open = "" if self._too_long else self._open + rest

    def end(self) -> Iterator[SecretLine]:
        return self._look(self._open)

    def _look(self, line: str) -> Iterator[SecretLine]:
        # Without a backslash the texts stand there as a program sees them.
        if self._too_long or "\\" not in line:
            return
        for text in texts_in(line) or ():
            for _, _, placeholder in _secrets(visible(text), self._purged):
                yield SecretLine(self._number, _kind(placeholder), placeholder)


def _secrets(text: str, purged: Purged) -> Iterator[tuple[int, int, str]]:
    """Return where each secret begins and ends, and its placeholder."""
    clean = redact(text, purged)
    shift = 0
    for start, end, length in clean.cuts:
        yield start, end, clean.text[start + shift : start + shift + length]
        shift += length - (end - start)


def _kind(placeholder: str) -> str:
    return placeholder.split(":")[1]
