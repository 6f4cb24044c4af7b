"""The headers of all parts in one file, since opening thousands takes most of the time of asking whether there is work.

It derives from the parts and may be deleted at any time. A header in it counts only for the part of that name which has
the size, the time of change and the number of the file that it was read from: whatever replaces a part has another
number. So it need not be true, and nobody who changes a part has to think of it, but for a purge (``daemon/purge``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from ..errors import DamagedError
from ..memory.atomic import write_file
from ..memory.files import HEADERS
from ..memory.reads import read_file
from .parts import FORMAT, Mark, PartHeader, part_marks, read_header

#: so many headers are read as quickly as the file is written
FEW = 64
_SUM = 32

#: told the name of a part that cannot be read, and why
OnDamage = Callable[[str, str], None]
#: headers by the names of their parts, with the marks of these
Known = Mapping[str, tuple[PartHeader, Mark]]


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    format: int
    headers: tuple[PartHeader, ...]
    marks: tuple[Mark, ...]


_DECODER = msgspec.msgpack.Decoder(_Kept)


def ignore(_name: str, _reason: str) -> None:
    """Be told of a damaged part and do nothing: another place reports it."""


def found_headers(root: Path, known: Known, on_damage: OnDamage = ignore) -> Iterator[PartHeader]:
    """Given the transcripts' root and known headers, yield those of its parts in order of their names.

    A damaged part is named to ``on_damage`` and passed over (invariant 15).
    """
    for name, mark in part_marks(root):
        header, then = known.get(name, (None, None))
        if header is not None and mark == then:
            yield header
            continue
        try:
            yield read_header(root, name)
        except DamagedError as error:
            on_damage(name, error.detail)


def read_known(root: Path) -> Known:
    """Given the transcripts' root, return the headers that are kept; none where they are missing or damaged (13)."""
    try:
        data = read_file(root / HEADERS)
        if hashlib.sha256(memoryview(data)[_SUM:]).digest() != data[:_SUM]:
            return {}
        kept = _DECODER.decode(memoryview(data)[_SUM:])
    except (OSError, ValueError):  # msgspec's errors are of this kind
        return {}
    if kept.format != FORMAT:
        return {}
    return {header.name: (header, mark) for header, mark in zip(kept.headers, kept.marks, strict=False)}


def keep_headers(root: Path) -> bool:
    """Given the transcripts' root, keep the headers of its parts where many are not kept yet; tell whether it did.

    Whoever calls must look afterwards whether a part was purged meanwhile. Raises OSError.
    """
    known, before = read_known(root), dict(part_marks(root))
    fresh = sum(name not in known or known[name][1] != mark for name, mark in before.items())
    if fresh <= FEW:
        return False
    # A part that is replaced between the two has another mark by then, and the header that is kept for it never counts.
    headers = tuple(header for header in found_headers(root, known) if header.name in before)
    kept = _Kept(FORMAT, headers, tuple(before[header.name] for header in headers))
    data = msgspec.msgpack.encode(kept)
    write_file(root / HEADERS, hashlib.sha256(data).digest() + data)
    return True
