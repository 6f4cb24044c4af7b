"""Find the memory that somebody means, and tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from ..memory.records import Memory

#: how people write or misread the letters that Crockford's base32 leaves out
_MISREAD = str.maketrans({"i": "1", "l": "1", "o": "0"})
_MOST_NAMED = 5


def find_memory(typed: str, memories: Mapping[str, Memory]) -> Memory:
    """Given an id or the beginning of one, as typed or copied from a file, return the memory.

    Raises NotFoundError where none begins like it, UsageError where several do.
    """
    prefix = typed.strip().lstrip("^").lower().translate(_MISREAD)
    if prefix in memories:
        return memories[prefix]
    found = sorted(name for name in memories if prefix and name.startswith(prefix))
    if not found:
        raise NotFoundError(typed, hint="'dreamd recall' and 'dreamd export' show ids")
    if len(found) > 1:
        more = "" if len(found) <= _MOST_NAMED else f" and {len(found) - _MOST_NAMED} more"
        raise UsageError(typed, f"{len(found)} memories begin like it", f"say {', '.join(found[:_MOST_NAMED])}{more}")
    return memories[found[0]]
