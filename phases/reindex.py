"""Reindex: give every memory a topic and choose what MEMORY.md shows under the cap.

Pinned memories come first, then the best of each topic, then people's standing rules, then what weighs most. The
choice is stable: topics stand in the order of their weight in steps of a quarter octave, so that a small change of
weights moves no section, and inside a topic ties are in the order learned.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from ..curators.draft import Nearly
from ..curators.rules.reading import keys
from ..curators.rules.relations import states
from ..memory.changes import Change, Retopic, State
from ..memory.markdown import dressed, line_for, section_for
from ..memory.records import Kind, Memory, Trust
from ..memory.topic import GENERAL
from ..memory.weight import weight
from .dream import Dream, Outcome, Policy
from .readings import Readings
from .repeats import Lines
from .topics import assign

#: bytes and lines for the title, the comment and the blank lines around them, and a margin for numbers that grow
HEAD_LINES, HEAD_BYTES = 6, 400
#: a person's words go before an agent's where distil is at least as sure of them as not
SURE = 0.5
#: distil's certainty from which a memory is shown; what came by hand or from the inbox has just that
SHOWN_FROM = 0.5
#: no line is shorter: a marker, a few words, a date and an id
SHORTEST = 40
#: a section is a blank line, its heading and a blank line
SECTION_LINES = 3


def step(dream: Dream, state: State) -> Outcome:
    """Given the state, return what changes topic, and the ids that MEMORY.md shows, in order."""
    active = state.active()
    assigned = assign(active, dream.readings)
    changes: list[Change] = [
        Retopic(id=memory.id, reason=f"it speaks of {assigned[memory.id]}", topic=assigned[memory.id])
        for memory in active
        if assigned[memory.id] != memory.topic
    ]
    instructions = dream.repository.instructions if dream.repository else ""
    said = said_already(active, instructions, dream.readings)
    notes = [f"only in topic files, since the repository's own instructions say them: {len(said)}"] if said else []
    sure = [memory for memory in active if memory.id not in said and is_sure(memory)]
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
    value = relative({memory.id: weight(memory, now) for memory in memories})
    total = Counter(assigned[memory.id] for memory in memories)
    steps = [-step_of(share) for share in value.values()]
    ranked = [memories[place] for place in sorted(range(len(memories)), key=steps.__getitem__)]
    first = _firsts(ranked, assigned, len(total))
    lines, size = policy.cap_lines - HEAD_LINES, policy.cap_bytes - HEAD_BYTES
    opened: set[str] = set()
    shown: dict[str, Memory] = {}
    beside = Lines(memories, readings)
    for memory in _urgent(ranked, first):
        if lines < 1 or size < SHORTEST:
            break
        topic = assigned[memory.id]
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
        shown[memory.id] = memory
        beside.choose(memory)
    return _in_sections(ranked, shown, assigned, value)


def _line_bytes(memory: Memory, readings: Readings) -> int:
    """Return how many bytes a memory's line has, with its end. It may be asked of nearly all memories."""
    line = dressed(memory.text, memory) if readings.is_plain(memory) else line_for(memory)
    return len(line.encode()) + 1


def relative(weights: Mapping[str, float]) -> dict[str, float]:
    """Given weights by id, return them as shares of the heaviest: what fades together keeps its order every day."""
    heaviest = max(weights.values(), default=1.0)
    return {name: value / heaviest for name, value in weights.items()}


def step_of(value: float) -> int:
    """Given a weight, return the step of a quarter octave that it lies on: nearly equal weights are equal."""
    # the small shift keeps a share of exactly one from lying on the edge of a step
    return round(4 * math.log2(value) - 0.01)


def _firsts(ranked: Iterable[Memory], assigned: dict[str, str], topics: int) -> set[str]:
    seen: dict[str, str] = {}
    for memory in ranked:
        seen.setdefault(assigned[memory.id], memory.id)
        if len(seen) == topics:
            break
    return set(seen.values())


def _urgent(ranked: Sequence[Memory], first: set[str]) -> Iterator[Memory]:
    """Yield memories as they are shown while there is room: few of them are ever asked for."""
    yield from (memory for memory in ranked if memory.pinned)
    yield from (memory for memory in ranked if memory.id in first and not memory.pinned)
    rest = [memory for memory in ranked if memory.id not in first and not memory.pinned]
    yield from filter(_is_rule, rest)
    yield from (memory for memory in rest if not _is_rule(memory))


def _is_rule(memory: Memory) -> bool:
    """Tell whether it is a person's standing rule."""
    return memory.trust is Trust.USER and memory.kind is not Kind.EPISODIC and memory.factors.confidence >= SURE


def _in_sections(
    ranked: Sequence[Memory], shown: dict[str, Memory], assigned: dict[str, str], value: dict[str, float]
) -> tuple[str, ...]:
    sections: dict[str, list[str]] = {}
    chosen = [memory for memory in ranked if memory.id in shown]
    for memory in sorted(chosen, key=lambda memory: not memory.pinned):
        sections.setdefault(assigned[memory.id], []).append(memory.id)
    worth = {topic: step_of(math.fsum(value[name] for name in names)) for topic, names in sections.items()}
    order = sorted(sections, key=lambda topic: (topic == GENERAL, -worth[topic], topic))
    return tuple(name for topic in order for name in sections[topic])


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
    rows = readings.rows(memories)
    found, whole = readings.keys.having(having)
    for memory, may_be in zip(memories, (found == whole)[rows].tolist(), strict=True):
        rarest = min((having[key] for key in keys(memory.text)), key=len, default=[]) if may_be else []
        if not memory.pinned and any(states(sentence, memory.text) for sentence in rarest):
            said.add(memory.id)
    return said
