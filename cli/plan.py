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


def say_plan(
    changes: tuple[Change, ...], before: Mapping[str, Memory], after: Mapping[str, Memory], *, explain: bool = True
) -> None:
    """Given a plan's changes and the memories before and after it, print what differs, each with its reason."""
    told: set[str] = set()
    for change in map(redacted, changes):
        for line in _lines(change.id, before.get(change.id), after.get(change.id), told):
            say(line)
        if explain:
            say(f"{_INDENT}{change.__struct_config__.tag}: {change.reason}")


def _lines(name: str, old: Memory | None, new: Memory | None, told: set[str]) -> Iterator[str]:
    """Yield the lines of a memory that differ; those of one that was told before are not told again."""
    if name in told or new is None:
        yield f"  {name}"
        return
    told.add(name)
    was, now = (redacted(it) if it and it.active else None for it in (old, new))
    if was and not now:
        yield f"- {name}  {was.text}"
    elif now and not was:
        yield f"+ {name}  {now.text}"
    elif was and now and was.text != now.text:
        yield f"- {name}  {was.text}"
        yield f"+ {name}  {now.text}"
    elif now:
        yield f"  {name}  {now.text}"
