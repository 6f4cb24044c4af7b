"""What is kept with other words in it: every text of a value, and of every file that holds values.

Pure. A ``Rewording`` says what becomes of a text; purge gives one that replaces what must go, and one that changes
nothing and remembers what it saw, so that finding and removing are one walk. What is structure and not text stays: ids,
times, words with a fixed meaning, the names of a struct's fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from .changes import Retopic, Reword
from .entry import Consumed, Entry
from .records import TEXT_LIMIT, Evidence, Memory

Value = TypeVar("Value")

#: a topic names a file, and a placeholder would not; this one takes in whatever has none
_GENERAL = "general"


@dataclass(frozen=True)
class Rewording:
    """What becomes of any text, of a piece of evidence, and of the name of a transcript part."""

    text: Callable[[str], str]
    evidence: Callable[[Evidence], Evidence]
    part: Callable[[str], str]


def reword_entry(entry: Entry, rewording: Rewording) -> Entry:
    """Given a ledger entry, return it with other words; its number, its ids and its changes stay."""
    return Entry(reword(entry.header, rewording), tuple(reword(change, rewording) for change in entry.changes))


def reword(value: Value, rewording: Rewording) -> Value:
    """Given a struct or plain data of any depth, return it with every text in it reworded."""
    result: Any = _reworded(value, rewording)
    # The very value: a default is left out of what is written only if it is the default itself.
    return value if result == value else result


def _reworded(value: Any, rewording: Rewording) -> Any:
    if type(value) is str:  # not a word with a fixed meaning, which is one too
        return rewording.text(value)
    if isinstance(value, Evidence):
        return rewording.evidence(value)
    if isinstance(value, Consumed):
        return Consumed(tuple(map(rewording.part, value.parts)), value.inbox)
    if isinstance(value, msgspec.Struct):
        fields = {name: reword(getattr(value, name), rewording) for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **_within_limits(value, fields))
    return _reword_items(value, rewording)


def _reword_items(value: Any, rewording: Rewording) -> Any:
    if isinstance(value, tuple | list):
        return type(value)(reword(item, rewording) for item in value)
    if isinstance(value, dict):
        return {reword(key, rewording): reword(item, rewording) for key, item in value.items()}
    return value


def _within_limits(value: msgspec.Struct, fields: dict[str, Any]) -> dict[str, Any]:
    if isinstance(value, Memory | Reword) and fields["text"] != value.text:
        fields["text"] = shorten(fields["text"])
    if isinstance(value, Memory | Retopic) and fields["topic"] != value.topic:
        fields["topic"] = _GENERAL
    return fields


def shorten(text: str) -> str:
    """Given a memory's text, in which a placeholder may be longer than what it stands for, return it within the limit.

    It ends between words, and so never inside a placeholder.
    """
    if len(text) <= TEXT_LIMIT:
        return text
    kept = text[: TEXT_LIMIT - 2]
    return (kept.rpartition(" ")[0] or kept).rstrip() + " …"
