"""The rendering of a store, made of what stands in its published files already and what was altered since.

A line is a function of its memory alone, and nearly all of its cost is looking for secrets in it once more. So a file
that is bit for bit what was published, by the same code, is taken over where no entry since has altered a memory of its
topic; where one has, the lines of the altered memories are taken out and those that they have now are put into their
places. What that costs depends on what is new and not on what is stored. The outcome is that of ``markdown.render``.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping

from .changes import State, touched
from .code import code_of
from .edited import MEMORY
from .edits import Published
from .files import Store, parse_topic
from .ledger import read_entries
from .markdown import KINDS, Rendering, lines_for, order_of, render, render_chosen, render_topic, topic_file
from .reads import read_file
from .records import ID_LENGTH, Kind, Memory

#: so many generations after a publish its lines are not worth looking for
_MOST_BEHIND = 64
_HEADINGS = {f"## {heading}": kind for kind, heading in KINDS}


def rendering_code() -> str:
    """Return what names the code that renders lines; empty where that cannot be told."""
    return code_of("language", "memory/markdown.py", "memory/records.py")


def rendered(store: Store, state: State, published: Published) -> Rendering:
    """Given a store, its state and what it published last, return the rendering of the state."""
    altered = _altered(store, state, published)
    if altered is None:
        return render(state)
    come: dict[str, list[Memory]] = {}
    for name in altered:
        if (memory := state.memories[name]).active:
            come.setdefault(memory.topic, []).append(memory)
    files: dict[str, str] = {}
    totals: dict[str, int] = {}
    for topic in sorted(_published_topics(published) | come.keys()):
        name = f"topics/{topic}.md"
        text = _as_published(store, name, published)
        since = state.topics.get(topic, state.generation)
        if text is None:
            members = [it for it in state.memories.values() if it.active and it.topic == topic]
            text = render_topic(topic, members, since) if members else ""
        elif since > published.generation:
            text = spliced(topic, text, altered, come.get(topic, ()), since, state.memories)
        if text:
            files[name], totals[topic] = text, text.count("\n- ")
    shown = (state.memories[name] for name in dict.fromkeys(state.shown) if name in state.memories)
    chosen = [memory for memory in shown if memory.active]
    text, count = render_chosen(totals, chosen, state.generation, state.now)
    return Rendering({MEMORY: text, **files}, count, sum(totals.values()))


def spliced(
    topic: str,
    text: str,
    altered: Collection[str],
    come: Iterable[Memory],
    generation: int,
    memories: Mapping[str, Memory],
) -> str:
    """Given a topic's file and the ids of memories that were altered since, return it as it is now; empty for no file.

    ``come`` are those of them that are in the topic now, ``memories`` all by id, ``generation`` that of the file.
    """
    groups: dict[Kind, list[str]] = {kind: [] for kind, _ in KINDS}
    group: list[str] = []
    for line in text.split("\n"):
        if line in _HEADINGS:
            group = groups[_HEADINGS[line]]
        elif line.startswith("- ") and line[-ID_LENGTH:] not in altered:
            group.append(line)
    fresh = sorted(come, key=order_of)
    for memory, line in zip(fresh, lines_for(fresh), strict=True):
        lines = groups[memory.kind]
        place = bisect_left(lines, order_of(memory), key=lambda it: order_of(memories[it[-ID_LENGTH:]]))
        lines.insert(place, line)
    return topic_file(topic, groups, generation) if any(groups.values()) else ""


def _altered(store: Store, state: State, published: Published) -> set[str] | None:
    """Return the ids of the memories altered since a publish; None where what it published is of no use."""
    behind = state.generation - published.generation
    if not published.code or published.code != rendering_code() or not 0 <= behind <= _MOST_BEHIND:
        return None
    entries = list(read_entries(store, state.generation, published.generation))
    if any(entry.header.rewrote for entry in entries):
        return None
    return {name for entry in entries for change in entry.changes for name in touched(change)}


def _published_topics(published: Published) -> set[str]:
    return {it for name in published.files if name != MEMORY and (it := parse_topic(name.removeprefix("topics/")))}


def _as_published(store: Store, name: str, published: Published) -> str | None:
    """Return what stands in a topic's file where it is bit for bit what was published: nothing if nothing was."""
    if name not in published.files:
        return ""
    try:
        data = read_file(store.root / name)
    except OSError:
        return None
    return data.decode() if hashlib.sha256(data).hexdigest() == published.files[name] else None
