"""The rendering of a store, made with the lines that stand in its published files already.

A line is a function of its memory alone, and nearly all of its cost is looking for secrets in it once more. Those that
stand in a file which is bit for bit what was published are taken from there, where the same code rendered it and no
entry since has altered the memory. The outcome is that of ``markdown.render``.
"""

from __future__ import annotations

import hashlib

from .changes import State, touched
from .code import code_of
from .edits import Published
from .files import Store
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
    return render(state, _lines(store, state, published))


def _lines(store: Store, state: State, published: Published) -> dict[str, str]:
    """Return lines by the ids of their memories, as far as they stand in published files and are still right."""
    behind = state.generation - published.generation
    if not published.code or published.code != rendering_code() or not 0 <= behind <= _MOST_BEHIND:
        return {}
    entries = list(read_entries(store, state.generation, published.generation))
    if any(entry.header.rewrote for entry in entries):
        return {}
    lines: dict[str, str] = {}
    for name, digest in published.files.items():
        if name.startswith("topics/"):
            try:
                data = read_file(store.root / name)
            except OSError:
                continue
            if hashlib.sha256(data).hexdigest() == digest:
                ended = (line for line in data.decode().split("\n") if line[-ID_LENGTH - 2 : -ID_LENGTH] == " ^")
                lines.update((line[-ID_LENGTH:], line) for line in ended)
    for entry in entries:
        for change in entry.changes:
            for altered in touched(change):
                lines.pop(altered, None)
    return lines
