"""Which of a session's candidates are kept: the best, each preferred for what is new in it.

Greedy maximal marginal relevance (Carbonell and Goldstein, 1998). Two passages are alike by their words and by the
names in them, each weighted by how rare it is among the candidates: two sentences on one function in other words are of
one thing, and a session that works on it has many.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ..relating.agree import disagree
from ..relating.compare import alone, weigh
from ..relating.reading import Reading, read
from .candidate import Candidate, likeness, overlap
from .course import weighed
from .standing import NAMED
from .weights import FLOOR

#: one unit of likeness to what is already taken costs this much of the score (log odds)
NOVELTY = 5.0
#: how much of the likeness is that of the names
_BY_NAMES = 0.3
#: likeness beyond which a passage only repeats
SAME = 0.7
#: what has no name of its own and this share of its content in what is taken repeats it too
_CONTAINED = 0.6
#: what has this share of its weight in what is taken, or the other way, repeats it, unless it is too light to tell: of
#: 14 pairs of a month's memory that say the same as a reader finds, 5 have that, and none of 55 others of one session
_COVERED, _ENOUGH = 0.65, 4.0
_DENIES = re.compile(r"\b(?:not|never|no longer|cannot|\w+n['\u2019]t)\b")
#: so many words on either side are another value in one place: "staging" and "production"
_IN_PLACE = 2
#: there is room for so many of a session, however short it is
LEAST = 1
#: where there is room for so few the session was short, and what it says has to be better by so much: readers kept 51
#: of 100 of the lines of such sessions, and 70 of others
_FEW, _BETTER = 3, 0.8
#: what is at least even, also beside what is taken, is taken beyond that, up to this much more
SPARE = 1.5
#: and beyond that so many rules: more than anybody states, and to weigh each of thousands against each takes long
MOST_RULES = 40
#: what a person lays down for all times or asks to remember, and how he says that things are here
_RULES = frozenset({"person_rule", "person_lasts", "person_remember"})
_LAID_DOWN = _RULES | {"person_here"}
#: these signals alone keep a passage out
UNFIT = frozenset(
    {"dangles", "points", "denied", "retracted", "bare_change", "test_first", "options", "reports", "common", "lost"}
)


class Likeness:
    """How alike the candidates of a session are, those of some numbers."""

    def __init__(self, pool: Sequence[Candidate], numbers: Collection[int]) -> None:
        """Given candidates and the numbers of those that will be asked about, know their words and names."""
        names = [_names(it.passage.text) if number in numbers else () for number, it in enumerate(pool)]
        self._pool = pool
        self._readings: dict[int, Reading] = {}
        self._names = [frozenset(it) for it in names]
        self._by_words = weighed([it.stems for it in pool], numbers)
        self._by_names = weighed(names, numbers)

    def of(self, one: int, other: int) -> float:
        """Given the numbers of two candidates, return how alike they are, between 0 and 1."""
        words = likeness(self._by_words[one], self._by_words[other])
        return (1 - _BY_NAMES) * words + _BY_NAMES * likeness(self._by_names[one], self._by_names[other])

    def repeats(self, one: int, taken: int) -> bool:
        """Given the numbers of a candidate and of one that is taken, tell whether it says little that is its own.

        Much of what one of them says is the other's; or all its names are, and as much of the content of the shorter.
        """
        if max(self._share(one, taken), self._share(taken, one)) >= _COVERED:
            return True
        names, theirs = self._names[one], self._names[taken]
        if not names or not theirs or not (names <= theirs or theirs <= names):
            return False
        content, other = frozenset(self._pool[one].stems), frozenset(self._pool[taken].stems)
        return len(content & other) >= _CONTAINED * min(len(content), len(other))

    def differ(self, one: int, taken: int) -> bool:
        """Given the numbers of two candidates that are alike, tell whether they are two statements all the same.

        One has another value in the place of the other's: no more than a word or two. A person's words are weighed, so
        of his any other word tells, and whether he is for a thing or against it.
        """
        mine, theirs = self._reading(one), self._reading(taken)
        own, other = alone(mine, theirs), alone(theirs, mine)
        in_place = bool(own and other)
        if not (_by_person(self._pool[one]) or _by_person(self._pool[taken])):
            return in_place and max(len(own), len(other)) <= _IN_PLACE
        texts = [self._pool[number].passage.text for number in (one, taken)]
        denied = len({bool(_DENIES.search(text.lower())) for text in texts}) > 1
        return denied or in_place or bool(disagree(texts[0], texts[1], mine, theirs))

    def _share(self, one: int, other: int) -> float:
        """Given the numbers of two candidates, return what share of the first stands in the other, by weight."""
        mine, theirs = self._reading(one), self._reading(other)
        whole = weigh(mine.words)
        return weigh(word for word in mine.words if word.key in theirs.keys) / whole if whole >= _ENOUGH else 0.0

    def _reading(self, number: int) -> Reading:
        if number not in self._readings:
            self._readings[number] = read(self._pool[number].passage.text)
        return self._readings[number]


def choose(pool: Sequence[Candidate], scores: Sequence[float], most: int) -> list[int]:
    """Given candidates and their scores, return the numbers of those to keep, best first.

    That is ``most`` of them, and beyond that what is surely worth it; there is always room for what a person lays
    down. What overlaps a chosen one in the text is out.
    """
    alike = [0.0] * len(pool)
    floor = FLOOR + _BETTER * (most <= _FEW)
    laid_down = {n for n, one in enumerate(pool) if not _LAID_DOWN.isdisjoint(one.features)}
    least = [FLOOR if n in laid_down else floor for n in range(len(pool))]
    open_ = {n for n in in_order(pool, scores) if scores[n] >= least[n] or "person_listed" in pool[n].features}
    between = Likeness(pool, open_)
    chosen: list[int] = []
    while open_ and len(chosen) < most * SPARE + MOST_RULES:
        value, last = max((scores[number] - NOVELTY * alike[number], -number) for number in open_)
        best = -last
        rule = not _RULES.isdisjoint(pool[best].features)
        if not rule and (len(chosen) >= most * SPARE or (len(chosen) >= most and value < 0)):
            open_ = {number for number in open_ if not _RULES.isdisjoint(pool[number].features)}
            continue
        chosen.append(best)
        open_ -= {n for n in open_ if overlap(pool[n], pool[best])}
        likeness_of = {number: between.of(number, best) for number in open_}
        same = {n for n in open_ if likeness_of[n] > SAME or between.repeats(n, best)}
        apart = {n for n in same if between.differ(n, best)}
        open_ -= same - apart
        # What a person says against, or beside, his own words is no repetition of them.
        for number in open_ - {n for n in apart if _by_person(pool[n]) and _by_person(pool[best])}:
            alike[number] = max(alike[number], likeness_of[number])
    return chosen


def in_order(pool: Sequence[Candidate], scores: Sequence[float]) -> list[int]:
    """Given candidates and their scores, return the numbers of those that may be kept, best first."""
    return sorted((n for n, one in enumerate(pool) if stands(one)), key=lambda n: (-scores[n], n))


def stands(candidate: Candidate) -> bool:
    """Tell whether a candidate may be kept at all."""
    return not candidate.features.keys() & UNFIT


def _by_person(candidate: Candidate) -> bool:
    return "person" in candidate.features


def _names(text: str) -> tuple[str, ...]:
    return tuple(found.group().strip("`").removesuffix("()").lower() for found in NAMED.finditer(text))
