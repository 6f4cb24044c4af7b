"""The lines of a Codex log as far as they are looked at: each release adds keys and types, which are passed over."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from .decode import decode_any

_NULL = msgspec.Raw(b"null")


class _Git(msgspec.Struct):
    branch: str | None = None


class _Completed(msgspec.Struct):
    type: str = ""
    content: msgspec.Raw = _NULL
    text: str | None = None


class Item(msgspec.Struct):
    """What a line wraps: an item of the conversation, an event, the head of a session or the context of a turn.

    Keys that mean different things in different types are left undecoded.
    """

    type: str = ""
    id: str | None = None
    role: str | None = None
    content: msgspec.Raw = _NULL
    name: str | None = None
    namespace: str | None = None
    arguments: msgspec.Raw = _NULL
    input: msgspec.Raw = _NULL
    action: msgspec.Raw = _NULL
    call_id: str | None = None
    output: msgspec.Raw = _NULL
    message: msgspec.Raw = _NULL
    kind: msgspec.Raw = _NULL
    reason: msgspec.Raw = _NULL
    item: _Completed | None = None
    turn_id: str | None = None
    started_at: msgspec.Raw = _NULL
    cwd: str | None = None
    cli_version: str | None = None
    git: _Git | None = None
    source: msgspec.Raw = _NULL
    thread_source: msgspec.Raw = _NULL
    originator: str | None = None


class Line(Item):
    """A line: with a ``payload``, or an item that stands bare."""

    timestamp: str | None = None
    payload: Item | None = None
    record_type: str | None = None


DECODER = msgspec.json.Decoder(Line)


def texts_of(content: msgspec.Raw) -> list[str]:
    """Given the content of a message, return its texts: it is one, or a list of parts."""
    value = decode_any(content)
    if isinstance(value, str):
        return [value] if value.strip() else []
    parts = [part.get("text") for part in value if isinstance(part, dict)] if isinstance(value, list) else []
    return [text for text in parts if isinstance(text, str) and text.strip()]


def moment_of(seconds: msgspec.Raw) -> datetime | None:
    """Given seconds since 1970, return the time in UTC, or None where it is none."""
    value = decode_any(seconds)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
