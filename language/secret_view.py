"""Many texts seen as one, so that a test costs one pass over all of them rather than a call for each.

The texts are joined by a NUL, before the first as well, and seen in ASCII: what is not becomes a question mark. So each
character keeps its place, lower case does not move it, and the search for a literal goes at the speed of memory. No
literal and no run holds a NUL, and a pattern is tried from where a literal stands to the end of its text: what is found
in many texts is what is found in each alone.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

#: what tokens are made of, apart from ``:`` and ``=`` that join a name and its value
_TOKEN = frozenset(string.ascii_letters + string.digits + "_-+/~.%$")
_CLASSES = "".join("w" if chr(code) in _TOKEN else " " for code in range(128))
_DIGITS = "".join("0" if chr(code).isdigit() else " " for code in range(128))
#: letters drawn at random: small ones and capitals strewn, as in no name
_STREWN = re.compile(r"[A-Z][a-z]?[A-Z][a-z]{1,3}[A-Z]{1,2}[a-z]{1,2}[A-Z]")
#: shortest run that is looked at; the published shapes are longer
RUN_LEAST = 20
_LONG = "w" * RUN_LEAST
#: how far back is looked for what must stand before a literal
_BACK = 100


class Secret(NamedTuple):
    """Where a secret stands and what it is."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class View:
    """Texts seen as one. ``starts`` has the place in ``flat`` where each text begins, and one place behind them all."""

    flat: str
    low: str
    starts: list[int]
    _places: dict[str, list[int]] = field(default_factory=dict)

    def end_of(self, place: int) -> int:
        """Given a place in ``flat``, return where its text ends."""
        return self.starts[bisect_right(self.starts, place)] - 1

    def places_of(self, literal: str) -> list[int]:
        """Given a literal in lower case, return each place where it stands in whatever case."""
        if literal not in self._places:
            self._places[literal] = list(self._find(literal))
        return self._places[literal]

    def _find(self, literal: str) -> Iterator[int]:
        place = self.low.find(literal)
        while place >= 0:
            yield place
            place = self.low.find(literal, place + 1)

    def stands_before(self, place: int, pattern: re.Pattern[str]) -> bool:
        """Tell whether a pattern, which ends where its text ends, matches what stands right before a place."""
        return pattern.search(self.flat, max(0, place - _BACK), place) is not None

    def matches(self, literal: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Given a literal in lower case and a pattern, return the matches that begin where the literal stands."""
        for place in self.places_of(literal):
            match = pattern.match(self.flat, place, self.end_of(place))
            if match:
                yield match

    @cached_property
    def runs(self) -> list[tuple[int, int]]:
        """Start and end of each long run of what tokens are made of, unless it is made of words only."""
        flat, classes, digits = self.flat, self.flat.translate(_CLASSES), self.flat.translate(_DIGITS)
        runs: list[tuple[int, int]] = []
        start = classes.find(_LONG)
        while start >= 0:
            end = classes.find(" ", start + RUN_LEAST)
            if end < 0:
                end = len(classes)
            if digits.find("0", start, end) >= 0 or (
                not flat[start:end].islower() and _STREWN.search(flat, start, end)
            ):
                runs.append((start, end))
            start = classes.find(_LONG, end)
        return runs


def view_of(texts: Sequence[str]) -> View:
    """Given texts, return them as one view."""
    whole = "\0" + "\0".join(texts)
    flat = whole if whole.isascii() else whole.encode("ascii", "replace").decode()
    starts = list(accumulate((len(text) + 1 for text in texts), initial=1))
    return View(flat, flat.lower(), starts)
