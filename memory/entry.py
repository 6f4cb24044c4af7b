"""One ledger entry, as bytes: a header, one change a line, a checksum.

JSON Lines in UTF-8. The last line is ``{"sha256": "<hex of all bytes before this line>", "lines": <how many>}``; an
entry without it, or with another sum, is damaged and never half read.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
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
    CONFIRM = "confirm"
    SETTLE = "settle"
    REMEMBER = "remember"  # what waited in the inbox, and was put right before a run took it in
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


NOTHING_CONSUMED = Consumed()


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
    consumed: Consumed = NOTHING_CONSUMED
    usage: Usage = Usage()
    shown: tuple[str, ...] | None = None  # None: as in the generation before
    counts: dict[str, int] = {}  # changes by name, so that a list of generations need not read them
    rewrote: tuple[int, ...] = ()  # generations whose entries a purge rewrote: the exception to invariant 1
    format: int = FORMAT


class Entry(msgspec.Struct, frozen=True):
    """A committed plan."""

    header: Header
    changes: tuple[Change, ...]


class _Seal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sha256: str
    lines: int


_CHANGES: msgspec.json.Decoder[Change] = msgspec.json.Decoder(Change)


class EntryError(ValueError):
    """Bytes that are not a whole entry; the message says what is wrong."""


def encode(entry: Entry) -> bytes:
    """Given an entry, return its bytes, seal included."""
    lines = [msgspec.json.encode(entry.header), *(msgspec.json.encode(change) for change in entry.changes)]
    body = b"".join(line + b"\n" for line in lines)
    return body + msgspec.json.encode(_Seal(hashlib.sha256(body).hexdigest(), len(lines))) + b"\n"


def decode_header(start: bytes, whole: Callable[[], bytes]) -> Header:
    """Given the first bytes of an entry, and what reads all of them, return its header; raises EntryError.

    The header is not checked against the seal: who asks for it alone wants a list, not the truth.
    """
    line, end, _ = start.partition(b"\n")
    if not end:
        line, end, _ = whole().partition(b"\n")
    if not end:
        raise EntryError("it ends in the middle of a line")
    try:
        return msgspec.json.decode(line, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EntryError(str(error)) from error


def count(changes: Iterable[Change]) -> dict[str, int]:
    """Given changes, return how many there are of each sort, by the sort's name."""
    return dict(sorted(Counter(str(change.__struct_config__.tag) for change in changes).items()))


def decode(data: bytes) -> Entry:
    """Given the bytes of an entry, return it; raises EntryError if a single bit is not as it was written."""
    end = check_seal(data)
    first, *rest = data[:end].split(b"\n")[:-1]
    try:
        header = msgspec.json.decode(first, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EntryError(str(error)) from error
    return Entry(header, tuple(map(decode_change, rest)))


def decode_change(line: bytes) -> Change:
    """Given a line of an entry that is not its first or last, return the change; raises EntryError."""
    try:
        change: Change = _CHANGES.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EntryError(str(error)) from error
    return change


def check_seal(data: bytes) -> int:
    """Given the bytes of an entry, return where its checksum's line begins; raises EntryError where it does not fit."""
    if not data.endswith(b"\n"):
        raise EntryError("it ends in the middle of a line")
    end = data.rfind(b"\n", 0, len(data) - 1) + 1
    try:
        seal = msgspec.json.decode(data[end:], type=_Seal)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EntryError("its last line is not a checksum") from error
    body = memoryview(data)[:end]
    if hashlib.sha256(body).hexdigest() != seal.sha256:
        raise EntryError("its checksum does not fit its content")
    lines = data.count(b"\n", 0, end)
    if lines != seal.lines:
        raise EntryError(f"it has {lines} lines and claims {seal.lines}")
    return end
