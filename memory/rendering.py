"""The rendering of a store, made with the lines that stand in its published files already.

A line is a function of its memory alone, and nearly all of its cost is looking for secrets in it once more. Those that
stand in a file which is bit for bit what was published are taken from there, where the same code rendered it and no
entry since has altered the memory; and so is the whole file, where none has altered a memory of its topic. The outcome
is that of ``markdown.render``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from .changes import State, touched
from .code import code_of
from .edited import MEMORY
from .edits import Published
from .files import Store, parse_topic
from .ledger import read_entries
from .markdown import Rendering, render
from .reads import read_file
from .records import ID_LENGTH

#: so many generations after a publish its lines are not worth looking for
_MOST_BEHIND = 64


def rendering_code() -> str:
    """Return what names the code that renders lines; empty where that cannot be told."""
    return code_of("language", "memory/markdown.py", "memory/records.py")


def rendered(store: Store, state: State, published: Published) -> Rendering:
    """Given a store, its state and what it published last, return the rendering of the state."""
    return render(state, *_published(store, state, published))


def _published(store: Store, state: State, published: Published) -> tuple[dict[str, str], dict[str, str]]:
    """Return what stands in published files and is still right: lines by the ids of their memories, files by topic."""
    lines: dict[str, str] = {}
    whole: dict[str, str] = {}
    behind = state.generation - published.generation
    if not published.code or published.code != rendering_code() or not 0 <= behind <= _MOST_BEHIND:
        return lines, whole
    entries = list(read_entries(store, state.generation, published.generation))
    if any(entry.header.rewrote for entry in entries):
        return lines, whole
    for topic, text in _topics(store, published):
        # The file declares the generation that last altered one of its memories.
        if state.topics.get(topic, state.generation) <= published.generation:
            whole[topic] = text
        else:
            ended = (line for line in text.split("\n") if line[-ID_LENGTH - 2 : -ID_LENGTH] == " ^")
            lines.update((line[-ID_LENGTH:], line) for line in ended)
    for entry in entries:
        for change in entry.changes:
            for altered in touched(change):
                lines.pop(altered, None)
    return lines, whole


def _topics(store: Store, published: Published) -> Iterator[tuple[str, str]]:
    """Yield the topics whose files are bit for bit what was published, and what stands in them."""
    for name, digest in published.files.items():
        topic = parse_topic(name.removeprefix("topics/")) if name != MEMORY else None
        if topic:
            try:
                data = read_file(store.root / name)
            except OSError:
                continue
            if hashlib.sha256(data).hexdigest() == digest:
                yield topic, data.decode()
