"""Which store a folder is, for whoever has no time to load what reads the rest of it."""

from __future__ import annotations

import json
from pathlib import Path

from .folders import opened, read_in, resolved

#: where in a store its number and identity stand (``files`` has the names of all else)
FORMAT_FILE = Path(".dreamd", "format")

_LONGEST = 4096
_LENGTH = 36
_LETTERS = frozenset("0123456789abcdef-")


def is_identity(text: object) -> bool:
    """Tell whether a text can be a store's identity, a uuid: it becomes the name of a folder on this host."""
    return isinstance(text, str) and len(text) == _LENGTH and _LETTERS.issuperset(text)


def identity_of(root: Path) -> str:
    """Given a folder, return the identity of the store in it; raises OSError where none is read, else ValueError."""
    path = resolved(root) / FORMAT_FILE
    with opened(path.parent) as folder:
        data = read_in(folder, path.name, _LONGEST)
    try:
        said = json.loads(data)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    identity = said.get("store") if isinstance(said, dict) else None
    if not isinstance(identity, str) or not is_identity(identity):
        raise ValueError("it has no identity")
    return identity
