"""Reindex: give every memory a topic and choose what MEMORY.md shows under the cap.

Pinned memories come first, then the best of each topic, then people's standing rules, then what weighs most. The
choice is stable: topics stand in the order of their weight in steps of a quarter octave, so that a small change of
weights moves no section, and inside a topic ties are in the order learned.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ..curators.draft import Nearly
from ..curators.rules.relating.reading import keys
from ..curators.rules.relating.relations import states
from ..memory.census import KINDS, PINNED, USER, Census, counted
from ..memory.changes import Change, Retopic, State
from ..memory.markdown import dressed, line_for, section_for
from ..memory.records import ID_LENGTH, Kind, Memory
from ..memory.topic import GENERAL
from .dream import Dream, Outcome, Policy
from .readings import Readings
from .repeats import Lines
from .topics import assign
from .worth import Worth, step_of

if TYPE_CHECKING:
    from ..memory.census import Numbers

#: bytes and lines for the title, the comment and the blank lines around them, and a margin for numbers that grow
HEAD_LINES, HEAD_BYTES = 6, 400
#: a person's words go before an agent's where distil is at least as sure of them as not
SURE = 0.5
#: distil's certainty from which a memory is shown; what came by hand or from the inbox has just that
SHOWN_FROM = 0.5
#: no line is shorter: a marker, a few words, a date and an id
SHORTEST = 40
#: what stands around a text in its line at least: a marker, an id with its mark, and the line's end
AROUND = len("- ") + len(" ^") + ID_LENGTH + 1
#: a section is a blank line, its heading and a blank line
SECTION_LINES = 3


def step(dream: Dream, state: State) -> Outcome:
    """Given the state, return what changes topic, and the ids that MEMORY.md shows, in order."""
    active = state.census
    assigned = assign(active, dream.readings)
    changes: list[Change] = [
        Retopic(id=name, reason=f"it speaks of {assigned[name]}", topic=assigned[name])
        for name, topic in zip(active.ids, active.topic_names(), strict=True)
        if assigned[name] != topic
    ]
    instructions = dream.repository.instructions if dream.repository else ""
    said = said_already(active, instructions, dream.readings)
    notes = [f"only in topic files, since the repository's own instructions say them: {len(said)}"] if said else []
    table = active.table
    fit = ((table["flags"] & PINNED) > 0) | (table["sure"] >= SHOWN_FROM)
    sure = active.take((fit & ~active.are_in(said)).nonzero()[0])
    unsure = len(active) - len(said) - len(sure)
    if unsure:
        notes.append(f"only in topic files, since it is not sure enough that they matter: {unsure}")
    shown = choose(sure, assigned, dream.now, dream.policy, dream.readings)
    if len(shown) < len(sure):
        left = len(sure) - len(shown)
        notes.append(f"only in topic files, since MEMORY.md is full or says nearly the same: {left}")
    nearly = _nearly(dream, active, said, set(shown)) if dream.explain else ()
    return Outcome(changes=tuple(changes), shown=shown, notes=tuple(notes), nearly=tuple(nearly))


def _nearly(dream: Dream, active: Iterable[Memory], said: set[str], shown: set[str]) -> Iterator[Nearly]:
    """Yield what is new and not in MEMORY.md, with the reason."""
    for memory in active:
        if memory.id in dream.fresh and memory.id not in shown:
            confidence = memory.factors.confidence
            why = "MEMORY.md is full or says nearly the same"
            if memory.id in said:
                why = "the repository's own instructions say it"
            elif not is_sure(memory):
                why = f"its score, {confidence:.2f}, is under {SHOWN_FROM}"
            yield Nearly(memory.text, f"only in its topic's file: {why}", id=memory.id, score=confidence)


def is_sure(memory: Memory) -> bool:
    """Tell whether a memory is fit for what every agent reads first: pinned, or more likely worth it than not.

    MEMORY.md is not filled because there is room: each line of it is paid for in every session.
    """
    return memory.pinned or memory.factors.confidence >= SHOWN_FROM


def choose(
    memories: Sequence[Memory], assigned: dict[str, str], now: datetime, policy: Policy, readings: Readings
) -> tuple[str, ...]:
    """Given memories, oldest first, their topics by id, now, the caps and readings, return the ids to show, in order.

    What does not fit is passed over for what does, down to the last bytes.
    """
    import numpy as np  # noqa: PLC0415 - heavy, and only what asks about all memories needs it

    active = counted(memories)
    worth = Worth(active, now)
    topics = list(map(assigned.__getitem__, active.ids))
    total = Counter(topics)
    steps = worth.steps()
    ranked = np.argsort(-steps, kind="stable")
    lines, size = policy.cap_lines - HEAD_LINES, policy.cap_bytes - HEAD_BYTES
    opened: set[str] = set()
    shown: list[int] = []
    beside = Lines(active, readings)
    shortest = _shortest(active, readings)
    for place in _urgent(active, ranked, _firsts(ranked.tolist(), topics, len(total))):
        if lines < 1 or size < SHORTEST:
            break
        if shortest[place] > size:
            continue
        memory, topic = active[place], topics[place]
        cost_lines, cost = 1, _line_bytes(memory, readings)
        if topic not in opened:
            cost_lines += SECTION_LINES
            cost += len(section_for(topic, 0, total[topic]).encode()) + 8
        if cost_lines > lines or cost > size:
            continue
        # Both sides of an open conflict are shown, and what a person pinned always.
        if not (memory.pinned or memory.conflicts_with) and beside.repeats(memory):
            continue
        opened.add(topic)
        lines, size = lines - cost_lines, size - cost
        shown.append(place)
        beside.choose(memory)
    # As ranked: what weighs as much in the order learned.
    shown.sort(key=lambda place: (-steps[place], place))
    return _in_sections(active, shown, topics, worth)


def _line_bytes(memory: Memory, readings: Readings) -> int:
    """Return how many bytes a memory's line has, with its end. It may be asked of nearly all memories."""
    line = dressed(memory.text, memory) if readings.is_plain(memory) else line_for(memory)
    return len(line.encode()) + 1


def _shortest(memories: Census, readings: Readings) -> list[int]:
    """Return how many bytes each memory's line has at least: most are passed over by that when there is little room."""
    import numpy as np  # noqa: PLC0415 - as above

    found: list[int] = np.where(readings.plain(memories), memories.table["length"] + AROUND, 0).tolist()
    return found


def _firsts(ranked: Iterable[int], topics: Sequence[str], number: int) -> set[int]:
    """Return the places of the best of each topic, given places as ranked, the topic of each and how many there are."""
    seen: dict[str, int] = {}
    for place in ranked:
        seen.setdefault(topics[place], place)
        if len(seen) == number:
            break
    return set(seen.values())


def _urgent(memories: Census, ranked: Numbers, first: set[int]) -> Iterator[int]:
    """Yield the places of memories as they are shown while there is room: few of them are ever asked for."""
    import numpy as np  # noqa: PLC0415 - as above

    table = memories.table[ranked]
    pinned = (table["flags"] & PINNED) > 0
    leads = np.isin(ranked, list(first)) & ~pinned
    rest = ~(pinned | leads)
    # A person's standing rule.
    rules = ((table["flags"] & USER) > 0) & (table["kind"] != KINDS.index(Kind.EPISODIC)) & (table["sure"] >= SURE)
    for chosen in (pinned, leads, rest & rules, rest & ~rules):
        yield from ranked[chosen].tolist()


def _in_sections(memories: Census, shown: Sequence[int], topics: Sequence[str], worth: Worth) -> tuple[str, ...]:
    """Return the ids to show, section by section, given the places of the memories to show as ranked."""
    sections: dict[str, list[int]] = {}
    pinned = set(memories.places(PINNED))
    for place in sorted(shown, key=lambda place: place not in pinned):
        sections.setdefault(topics[place], []).append(place)
    steps = {topic: step_of(math.fsum(map(worth.share, places))) for topic, places in sections.items()}
    order = sorted(sections, key=lambda topic: (topic == GENERAL, -steps[topic], topic))
    return tuple(memories.ids[place] for topic in order for place in sections[topic])


def said_already(memories: Sequence[Memory], instructions: str, readings: Readings) -> set[str]:
    """Given memories and the text of a repository's instruction files, return the ids of those that it states too.

    What a person pinned is shown all the same.
    """
    having: dict[str, list[str]] = {}
    for line in re.split(r"\n+|(?<=[.!?])\s+", instructions):
        sentence = line.strip(" -*#>\t")[:600]
        for key in keys(sentence):
            having.setdefault(key, []).append(sentence)
    said: set[str] = set()
    if not having:
        return said
    # What states a memory has all of its keys, so few memories are left to ask about.
    active = counted(memories)
    rows = readings.rows(active)
    found, whole = readings.keys.having(having)
    for place in (found == whole)[rows].nonzero()[0].tolist():
        memory = active[place]
        rarest = min((having[key] for key in keys(memory.text)), key=len, default=[])
        if not memory.pinned and any(states(sentence, memory.text) for sentence in rarest):
            said.add(memory.id)
    return said
