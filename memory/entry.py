"""One ledger entry, as bytes: a header, one change a line, a checksum.

JSON Lines in UTF-8. The last line is ``{"sha256": "<hex of all bytes before this line>", "lines": <how many>}``; an
entry without it, or with another sum, is damaged and never half read.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

import msgspec

from .changes import Change
from .files import FORMAT
from .records import Time


class EntryKind(StrEnum):
    """What made an entry: a run, or what a person did by hand."""

    DREAM = "dream"
    EDIT = "edit"
    FORGET = "forget"
    UNDO = "undo"
    PIN = "pin"
    SETTLE = "settle"
    IMPORT = "import"
    ADOPT = "adopt"
    PURGE = "purge"


class Consumed(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The positions that an entry advances: input that no later run reads again (invariant 2)."""

    parts: tuple[str, ...] = ()
    inbox: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything was consumed."""
        return bool(self.parts or self.inbox)


class Usage(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a run cost. The rules curator spends no tokens."""

    tokens_in: int = 0
    tokens_out: int = 0


class Header(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """First line of an entry. ``now`` is the time that counted as now while the plan was made."""

    generation: int
    kind: EntryKind
    now: Time
    run: str = ""
    host: str = ""
    started: Time | None = None
    curator: str = ""
    model: str = ""
    consumed: Consumed = Consumed()
    usage: Usage = Usage()
    shown: tuple[str, ...] | None = None  # None: as in the generation before
    rewrote: tuple[int, ...] = ()  # generations whose entries a purge rewrote: the exception to invariant 1
    format: int = FORMAT


class Entry(msgspec.Struct, frozen=True):
    """A committed plan."""

    header: Header
    changes: tuple[Change, ...]


class _Seal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sha256: str
    lines: int


class EntryError(ValueError):
    """Bytes that are not a whole entry; the message says what is wrong."""


def encode(entry: Entry) -> bytes:
    """Given an entry, return its bytes, seal included."""
    lines = [msgspec.json.encode(entry.header), *(msgspec.json.encode(change) for change in entry.changes)]
    body = b"".join(line + b"\n" for line in lines)
    return body + msgspec.json.encode(_Seal(hashlib.sha256(body).hexdigest(), len(lines))) + b"\n"


def decode(data: bytes) -> Entry:
    """Given the bytes of an entry, return it; raises EntryError if a single bit is not as it was written."""
    if not data.endswith(b"\n"):
        raise EntryError("it ends in the middle of a line")
    body, _, last = data[:-1].rpartition(b"\n")
    body += b"\n"
    try:
        seal = msgspec.json.decode(last, type=_Seal)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EntryError("its last line is not a checksum") from error
    if hashlib.sha256(body).hexdigest() != seal.sha256:
        raise EntryError("its checksum does not fit its content")
    first, *rest = body.splitlines()
    if len(rest) + 1 != seal.lines:
        raise EntryError(f"it has {len(rest) + 1} lines and claims {seal.lines}")
    try:
        header = msgspec.json.decode(first, type=Header)
        changes = tuple(msgspec.json.decode(line, type=Change) for line in rest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EntryError(str(error)) from error
    return Entry(header, changes)
