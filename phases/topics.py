"""Topics: the few headings under which a person would look, found in what memories name and speak of.

A topic that exists and has members stays, and so do its members: a heading that changes from run to run cannot be
learned. New topics are made only from memories that have none, the one that gathers most first. What a person gave a
topic keeps it, however few they are (invariant 12).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..curators.rules.relating.reading import canonical, terms
from ..memory.census import PLACED, Census, counted
from ..memory.records import Memory
from ..memory.topic import GENERAL
from .topic_words import EVERYDAY, NO_TOPIC

if TYPE_CHECKING:
    from .readings import Readings

#: fewer are no topic: a heading over two lines costs as much as it tells
MEMBERS = 3

#: the words with which a statement begins are what it is about
BEGINNING = 3

#: a heading over more than this share of all memories divides nothing
BROAD = 0.3

_PART = re.compile(r"[A-Z]?[a-z]{3,20}")
#: a word in such a form says what was done, not what it is about
_VERB = re.compile(r"\w{3}(?:ed|ing)$")
_SLUG = re.compile(r"^[a-z][a-z-]{2,30}$")

_HEADINGS = frozenset(EVERYDAY.values())

#: how often the assignment is asked again: each time settles more, and two or three are enough
ROUNDS = 8

Profile = Mapping[str, float]


def assign(memories: Sequence[Memory], readings: Readings) -> dict[str, str]:
    """Given all active memories and the readings of their texts, return the topic of each by id.

    Asked again with that answer as the memories' topics, it gives the same answer.
    """
    active = counted(memories)
    topics = dict(zip(active.ids, active.topic_names(), strict=True))
    profiles = _Profiles(active, readings)
    chosen = {active.ids[place] for place in active.places(PLACED)}
    for _ in range(ROUNDS):
        moved = _moved(topics, profiles, active, chosen)
        if not moved:
            break
        topics |= moved
    return topics


def most_topics(memories: int) -> int:
    """Given how many memories there are, return how many topics they may have: 4 for 20, 12 for 150, 26 for 100,000.

    More would fill MEMORY.md with headings.
    """
    few = math.isqrt(memories)
    return few if memories <= 150 else min(few, 12 + int(1.5 * math.log2(memories / 150)))  # noqa: PLR2004 - as said above


def profile(memory: Memory) -> dict[str, float]:
    """Given a memory, return the labels it could stand under, each with its strength.

    What a statement begins with is what it is about, and a name says more than a word in passing.
    """
    strength: dict[str, float] = {}
    words = [term for term in terms(memory.text) if term[1] in {"word", "light", "name"}]
    for index, (key, sort, surface) in enumerate(words):
        if sort != "name" and key not in EVERYDAY and _VERB.search(surface):
            continue
        for part in _parts(surface) if sort == "name" else (key,):
            strength[part] = max(strength.get(part, 0.0), 2.0 if index < BEGINNING else 1.0)
    for path in memory.about.paths:
        for part in _parts(path):
            strength[part] = max(strength.get(part, 0.0), 1.5)
    found: dict[str, float] = {}
    for part, value in strength.items():
        label = EVERYDAY.get(part) or (part if part not in NO_TOPIC and _SLUG.match(part) else None)
        if label:
            best, least = max(found.get(label, 0.0), value), min(found.get(label, value), value)
            found[label] = best + least / 2 if label in found else best
    return found


def _parts(name: str) -> list[str]:
    return [canonical(part.lower()) for part in _PART.findall(name.rsplit(".", 1)[0] if "/" in name else name)]


class _Profiles:
    """The labels of all memories, without the names of people; ``spread`` tells how many could stand under each."""

    def __init__(self, memories: Census, readings: Readings) -> None:
        self._labels = readings.labels
        rows = readings.rows(memories)
        self._row: dict[str, int] = dict(zip(memories.ids, rows.tolist(), strict=True))
        self.spread = self._labels.counts(rows)
        self._people = {part for person in memories.all_people() for part in _parts(person)}

    def __len__(self) -> int:
        return len(self._row)

    def __getitem__(self, name: str) -> Profile:
        labels = self._labels.row(self._row[name])
        return {label: strength for label, strength in labels.items() if label not in self._people}

    def under(self, labels: Collection[str], names: Iterable[str]) -> list[str]:
        """Given labels and ids, return the ids of those that could stand under one of the labels."""
        found, _ = self._labels.having(set(labels) - self._people)
        hit = (found > 0).tolist()
        return [name for name in names if hit[self._row[name]]]


def _moved(
    topics: Mapping[str, str], profiles: _Profiles, memories: Iterable[Memory], chosen: Collection[str]
) -> dict[str, str]:
    """Return the ids of those that belong to another topic than they have, each with it: few from run to run."""
    members = Counter(topics.values())
    live = {topic for topic, count in members.items() if count >= MEMBERS} | {topics[name] for name in chosen}
    live -= {GENERAL}
    waiting = [name for name, topic in topics.items() if topic not in live and name not in chosen]
    labels = {_label_of(topic): topic for topic in sorted(live)}
    most = most_topics(len(topics)) - len(live)
    if most > 0:
        labels |= _written(_new_labels(waiting, profiles, labels, most), memories)
    placed = dict.fromkeys(waiting, GENERAL)
    for name in profiles.under(labels, waiting):
        best = _best(profiles[name], labels, profiles.spread, len(topics))
        if best:
            placed[name] = labels[best]
    return {name: topic for name, topic in placed.items() if topic != topics[name]}


def _label_of(topic: str) -> str:
    return topic if topic in _HEADINGS else canonical(topic)


def _best(labels: Profile, live: Mapping[str, str], spread: Mapping[str, int], total: int) -> str | None:
    fits = [
        (-strength * math.log(1 + total / spread[label]), *_in_a_tie(label, spread))
        for label, strength in labels.items()
        if label in live
    ]
    return min(fits)[-1] if fits else None


def _in_a_tie(label: str, spread: Mapping[str, int]) -> tuple[bool, int, str]:
    """Return a key that is least for the label to take of equal ones; the alphabet comes last: it hangs on names.

    A project's own word goes before an everyday heading, then what fewer could stand under.
    """
    return label in _HEADINGS, spread[label], label


def _new_labels(waiting: Sequence[str], profiles: _Profiles, live: Mapping[str, str], most: int) -> list[str]:
    """Return labels for new topics: again and again the one that gathers most of what no label has gathered yet."""
    having: dict[str, dict[str, float]] = {}
    spread, placed = profiles.spread, set(profiles.under(live, waiting))
    for name in waiting:
        if name not in placed:
            for label, strength in profiles[name].items():
                having.setdefault(label, {})[name] = strength
    broad = BROAD * len(profiles)
    gain = {
        label: sum(names.values()) * (0.5 if spread[label] > broad else 1.0)
        for label, names in having.items()
        if len(names) >= MEMBERS
    }
    chosen: list[str] = []
    while gain and len(chosen) < most:
        label = min(gain, key=lambda label: (-gain[label], *_in_a_tie(label, spread)))
        chosen.append(label)
        touched = set()
        for name in list(having[label]):
            for other in profiles[name]:
                having[other].pop(name, None)
                touched.add(other)
        for other in touched & gain.keys():
            if len(having[other]) < MEMBERS:
                del gain[other]
            else:
                gain[other] = sum(having[other].values()) * (0.5 if spread[other] > broad else 1.0)
    return chosen


def _written(labels: Sequence[str], memories: Iterable[Memory]) -> dict[str, str]:
    """Return each label as a topic's name: the form in which it is mostly written, ties by the alphabet."""
    forms: dict[str, Counter[str]] = {label: Counter() for label in labels if label not in _HEADINGS}
    if forms:
        for memory in memories:
            for word in re.findall(r"[A-Za-z]{3,20}", memory.text):
                key = canonical(word.lower())
                if key in forms:
                    forms[key][word.lower()] += 1
    return {
        label: min(forms[label].items(), key=lambda item: (-item[1], item[0]))[0] if forms.get(label) else label
        for label in labels
    }
