"""A plan as a diff: what would be new, what would go, what would be said in other words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from .outgoing import redacted
from .output import say

if TYPE_CHECKING:
    from ..memory.changes import Change
    from ..memory.records import Memory

_INDENT = "            "
#: the changes after which a memory is no longer active
_ENDING = frozenset({"retire", "supersede"})


def say_plan(changes: tuple[Change, ...], before: Mapping[str, Memory], after: Mapping[str, Memory]) -> None:
    """Given a plan's changes and the memories before and after it, print what differs, each with its reason."""
    texts = {name: memory.text for name, memory in before.items()}
    for change in map(redacted, changes):
        then, now = texts.get(change.id), redacted(after[change.id]).text if change.id in after else ""
        for mark, text in _lines(change, then, now, gone=change.id in after and not after[change.id].active):
            say(f"{mark} {change.id}  {text}".rstrip())
        say(f"{_INDENT}{change.__struct_config__.tag}: {change.reason}")
        texts[change.id] = now


def _lines(change: Change, then: str | None, now: str, *, gone: bool) -> Iterator[tuple[str, str]]:
    """Yield the lines of the memory that a change is about, each with its mark."""
    if then is None:
        yield "+", now
    elif then != now:
        yield "-", then
        yield "+", now
    else:
        yield "-" if gone and change.__struct_config__.tag in _ENDING else " ", now
