"""Find the memory that somebody means, and say who is behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from ..memory.records import Evidence, Memory

#: how people write or misread the letters that Crockford's base32 leaves out
_MISREAD = str.maketrans({"i": "1", "l": "1", "o": "0"})
_MOST_NAMED = 5
#: a shorter beginning was meant for something else, a generation say, and is not enough to change a memory by
LEAST_TYPED = 4


def find_id(typed: str, ids_like: Callable[[str], list[str]], least: int = 1) -> str:
    """Given an id or the beginning of one, as typed or copied from a file, and what completes ids, return the id.

    Raises NotFoundError where none begins like it, UsageError where several do, or it is shorter than ``least``.
    """
    said = typed.strip().lstrip("^").lower().translate(_MISREAD)
    if len(said) < least:
        few = "it is empty" if not said else f"it has fewer than {least} characters of an id"
        raise UsageError(typed or "the id", few, "'dreamd recall' and 'dreamd export' show ids")
    found = ids_like(said)
    if not found:
        raise NotFoundError(typed, hint="'dreamd recall' and 'dreamd export' show ids")
    if len(found) > 1:
        more = "" if len(found) <= _MOST_NAMED else f" and {len(found) - _MOST_NAMED} more"
        raise UsageError(typed, f"{len(found)} memories begin like it", f"say {', '.join(found[:_MOST_NAMED])}{more}")
    return found[0]


def speaker(piece: Evidence) -> str:
    """Given a piece of evidence, return who said it, in words; empty where it does not say.

    Of what was imported nobody here knows: it is what the file claims.
    """
    who = " ".join(filter(None, (piece.role, piece.person)))
    return f"claimed: {who}" if who and piece.origin == "imported" else who


def whose_word(memory: Memory) -> str:
    """Given a memory, return whose word it is: where it has a person's trust, not an agent's who agreed with it."""
    of_trust = [piece for piece in memory.evidence if piece.role == memory.trust.value]
    said = next(iter([*of_trust, *memory.evidence]), None)
    return (speaker(said) if said else "") or memory.trust.value
