"""A log as numbered lines, with bounded memory whatever the file holds.

A log may be growing while it is read: the last line counts as torn, not as damaged, when it has no newline and cannot
be decoded. It is left for a later look.

Lines are looked at where they lie, in a block that is used again and again: most of a log's bytes say nothing that is
kept, and what is not copied costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, NamedTuple

import msgspec

#: longest line that is decoded, in bytes; the longest seen in real logs is 1 MB, an embedded picture can be 10 MB
LINE_LIMIT = 16 * 1024 * 1024
#: bytes that are read at once: they and what is looked at beside them stay in a processor's cache
BLOCK = 512 * 1024

_BRACE = ord("{")
_BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """One line without its line end. ``data`` is empty where ``too_long`` is set."""

    number: int  # from 1, as editors count
    data: bytes
    complete: bool  # it ends in a newline
    too_long: bool = False


class Span(msgspec.Struct, frozen=True, gc=False):
    """Where a line lies, until the next one is asked for. Its bytes are ``data[start:stop]``; none where too long."""

    number: int
    data: bytearray
    start: int
    stop: int
    complete: bool

    @property
    def too_long(self) -> bool:
        """Whether the line is longer than is looked at."""
        return self.start < 0

    def line(self) -> Line:
        """Return the line as a value that stays."""
        if self.too_long:
            return Line(self.number, b"", self.complete, too_long=True)
        return Line(self.number, bytes(memoryview(self.data)[self.start : self.stop]), self.complete)


class Block(msgspec.Struct, frozen=True, gc=False):
    """Where lines lie one after the other, until the next block is asked for: ``data[start:stop]``.

    Whole ones with their ends, or, where not ``complete``, the log's last without one. A line that is too long is a
    block of its own, and ``start`` is negative.
    """

    data: bytearray
    start: int
    stop: int
    complete: bool

    def spans(self, number: int) -> Iterator[Span]:
        """Given the number of the first, return where each lies."""
        data, start = self.data, self.start
        if start < 0:
            yield Span(number, data, -1, self.stop, self.complete)
            return
        while start < self.stop:
            stop = data.find(b"\n", start, self.stop) if self.complete else self.stop
            yield Span(number, data, -1 if stop - start > LINE_LIMIT else start, stop, self.complete)
            start, number = stop + 1, number + 1


def is_blank(span: Span) -> bool:
    """Given where a line lies, tell whether only white space lies there."""
    start = span.start
    return (
        start >= 0 and (start == span.stop or span.data[start] != _BRACE) and not span.data[start : span.stop].strip()
    )


class OpenLog:
    """A log as it was when it was opened: what is appended later belongs to the next look.

    ``zone`` is the IANA name of the time zone of the host that wrote it, for formats that write local times.
    """

    def __init__(self, file: BinaryIO, size: int, zone: str = "UTC") -> None:
        """Given a file, its size when it was opened, and its host's time zone, stand at its start."""
        self.file = file
        self.size = size
        self.zone = zone

    @classmethod
    def of(cls, data: bytes, zone: str = "UTC") -> OpenLog:
        """Given the content of a log, return it as an open one."""
        return cls(BytesIO(data), len(data), zone)

    def lines(self) -> Iterator[Line]:
        """Return its lines from the start, the blank ones too; without a byte order mark."""
        for span in self.spans():
            line = span.line()
            yield line._replace(data=line.data.rstrip(b"\r")) if line.data.endswith(b"\r") else line

    def spans(self) -> Iterator[Span]:
        """Return where its lines lie, from the start, the blank ones too."""
        number = 1
        for block in self.blocks():
            for span in block.spans(number):
                yield span
                number = span.number + 1

    def blocks(self) -> Iterator[Block]:
        """Return its lines from the start, as many at once as a block holds.

        Holds one line, or one block where that is more.
        """
        self.file.seek(0)
        left = self.size
        data = bytearray(min(BLOCK, max(left, 1)))
        kept = 0  # bytes at the beginning of the block that belong to a line whose end has not been read
        fresh = True  # no line has been passed
        passing = False  # inside a line that is too long
        while True:
            got = _fill(self.file, memoryview(data)[kept : kept + left]) if left else 0
            left = left - got if got else 0
            end = kept + got
            start, search = (len(_BOM), kept) if fresh and not kept and data.startswith(_BOM) else (0, kept)
            if passing and (stop := data.find(b"\n", max(start, search), end)) >= 0:
                yield Block(data, -1, stop + 1, True)
                passing = False
                fresh = False
                start = search = stop + 1
            if not passing and (stop := data.rfind(b"\n", max(start, search), end) + 1):
                yield Block(data, start, stop, True)
                fresh = False
                start = stop
            kept = 0 if passing else end - start
            if not left:
                if kept or passing:
                    yield Block(data, -1 if passing or kept > LINE_LIMIT else start, end, False)
                return
            if kept >= LINE_LIMIT:
                passing, kept = True, 0
            if passing and len(data) > BLOCK:
                data = bytearray(BLOCK)
            data[:kept] = memoryview(data)[start:end] if kept else b""
            if kept > len(data) // 2:
                data.extend(bytes(min(kept, LINE_LIMIT) + BLOCK))

    def whole(self, limit: int) -> bytes | None:
        """Given the most bytes that may be held, return all of it, or None where it is larger."""
        if self.size > limit:
            return None
        self.file.seek(0)
        data = self.file.read(self.size)
        return data.removeprefix(_BOM)


def _fill(file: BinaryIO, view: memoryview) -> int:
    """Given a file and room for some of it, read until the room is full or the file ends; return how much was read."""
    filled = 0
    while filled < len(view):
        got = file.readinto(view[filled:])  # type: ignore[attr-defined] # every binary file has it
        if not got:
            break
        filled += got
    return filled
