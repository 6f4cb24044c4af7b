"""Two lines that say what one named thing is or does: "`total()` - sums rows", "`total()`: sums rows, per page".

What the name itself says is understood. Of one thing the line that says more says all that the other says, unless what
it adds says when, where or for whom, which is another statement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .agree import disagree
from .compare import EXPLAINS, weigh
from .order import in_order
from .reading import Reading, Word, canonical, read
from .rephrased import NARROWING

_LINE = re.compile(
    r"^(?:the\s+)?`(?P<name>[^`]+)`(?P<sort>\s+[a-z]+)?(?:\s*:|\s+[-\u2013\u2014])\s+(?P<says>[^\s].*)$", re.IGNORECASE
)
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
#: least weight of what both say
_ENOUGH = 2.0
_OR = frozenset({"or", "nor"})


@dataclass(frozen=True)
class _Line:
    name: str
    says: str
    reading: Reading
    own: tuple[Word, ...]  # heavy words that the name does not say


def defined(one: str, other: str) -> int:
    """Given two statements, return 1 where the first says of a thing all that the second says, 2 the other way.

    0 where neither does.
    """
    first, second = _line(one), _line(other)
    if first is None or second is None or first.name != second.name:
        return 0
    for says, (rich, poor) in ((1, (first, second)), (2, (second, first))):
        if _says_all(rich, poor) and in_order(rich.says, poor.says, rich.reading, poor.reading):
            return 0 if disagree(rich.says, poor.says, rich.reading, poor.reading) else says
    return 0


def _line(text: str) -> _Line | None:
    match = _LINE.match(text.strip().rstrip(".:"))
    if match is None:
        return None
    name = match["name"].removesuffix("()")
    said = {canonical(part.lower()) for part in _HUMPS.findall(name)}
    reading = read(match["says"])
    own = tuple(word for word in reading.words if word.heavy and word.key not in said)
    return _Line(name, match["says"], reading, own)


def _says_all(rich: _Line, poor: _Line) -> bool:
    signs = {word.key: word.sign for word in rich.reading.words}
    said = [word for word in poor.reading.words if word.heavy and signs.get(word.key) == word.sign]
    if any(signs.get(word.key) != word.sign for word in poor.own) or weigh(said) < _ENOUGH:
        return False
    if 2 * weigh(said) < weigh(word for word in poor.reading.words if word.heavy):
        return False
    theirs = {word.key for word in poor.reading.words}
    ends = max(word.clause for word in rich.reading.words if word.key in theirs)
    reasons = [at for at, it in enumerate(rich.reading.connectors) if at > ends and it in EXPLAINS]
    extra = [word for word in rich.own if word.key not in theirs]
    return not any(_narrows(word, rich.reading) for word in extra if not reasons or word.clause < reasons[0])


def _narrows(word: Word, reading: Reading) -> bool:
    connector = reading.connectors[word.clause]
    purpose = word.before == "for" and word.surface.endswith("ing")
    return word.sign < 0 or connector in NARROWING or word.before in _OR or (word.before in NARROWING and not purpose)
