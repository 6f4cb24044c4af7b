"""Which store a folder is, for whoever has no time to load what reads the rest of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

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
    descriptor = os.open(root / FORMAT_FILE, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        said = json.loads(os.read(descriptor, _LONGEST))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    finally:
        os.close(descriptor)
    identity = said.get("store") if isinstance(said, dict) else None
    if not isinstance(identity, str) or not is_identity(identity):
        raise ValueError("it has no identity")
    return identity
