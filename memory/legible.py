"""What can still be read of a damaged entry, for people: of what kind it was and what it no longer does.

Nothing of it is believed. Only ids that the ledger knew before are named, since all else may be what the damage made.
"""

from __future__ import annotations

import contextlib

from .changes import State, touched
from .entry import EntryError, EntryKind, decode_change, decode_header

#: of what there may be many, so many are named
_MOST_NAMES = 5
_FROM_FILES = "what it brought is taken in again where it stands in the published files, and is gone elsewhere"
#: what an entry of a kind was, and how things are without it
_WITHOUT = {
    EntryKind.DREAM: ("a dream", "the next dream reads again what it had read"),
    EntryKind.EDIT: ("an edit by hand", f"what it removed is back; {_FROM_FILES}"),
    EntryKind.FORGET: ("a forget", "what it forgot is back"),
    EntryKind.UNDO: ("an undo", "what it undid counts again"),
    EntryKind.PIN: ("a pin", "what it pinned or let go is as it was before"),
    EntryKind.CONFIRM: ("a confirm", "what it confirmed is as unsure as before"),
    EntryKind.SETTLE: ("a settle", "what it settled is open again"),
    EntryKind.REMEMBER: ("a remembered statement", _FROM_FILES),
    EntryKind.IMPORT: ("an import", _FROM_FILES),
    EntryKind.ADOPT: ("an adopt", _FROM_FILES),
    EntryKind.PURGE: ("a purge", "what it erased is not back"),
}


def legible(data: bytes, generation: int, before: State) -> str:
    """Given the bytes of a damaged entry, its generation and the state before, say what it was and what is without it.

    Return nothing where its header cannot be read or is another's.
    """
    try:
        header = decode_header(data, lambda: data)
    except EntryError:
        return ""
    if header.generation != generation:
        return ""
    names: dict[str, None] = {}
    for line in data.split(b"\n")[1:]:
        with contextlib.suppress(EntryError):
            names |= dict.fromkeys(name for name in touched(decode_change(line)) if name in before.memories)
    kind, without = _WITHOUT[header.kind]
    listed = ", ".join([*names][:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")
    when = f"{header.now:%Y-%m-%d %H:%M} UTC"
    return f"it was {kind} of {when}{f', about {listed}' if names else ''}: {without}"
