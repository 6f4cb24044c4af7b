"""A log as numbered lines, with bounded memory whatever the file holds.

A log may be growing while it is read: the last line counts as torn, not as damaged, when it has no newline and cannot
be decoded. It is left for a later look.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, NamedTuple

#: longest line that is decoded, in bytes; the longest seen in real logs is 1 MB, an embedded picture can be 10 MB
LINE_LIMIT = 16 * 1024 * 1024

_BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """One line without its line end. ``data`` is empty where ``too_long`` is set."""

    number: int  # from 1, as editors count
    data: bytes
    complete: bool  # it ends in a newline
    too_long: bool = False


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
        self.file.seek(0)
        left = self.size
        number = 0
        while left > 0:
            number += 1
            data = self.file.readline(min(left, LINE_LIMIT))
            if not data:
                return
            left -= len(data)
            complete = data.endswith(b"\n")
            if not complete and len(data) == LINE_LIMIT:
                left, complete = self._pass_over(left)
                yield Line(number, b"", complete, too_long=True)
                continue
            yield Line(
                number, data.removeprefix(_BOM).rstrip(b"\r\n") if number == 1 else data.rstrip(b"\r\n"), complete
            )

    def whole(self, limit: int) -> bytes | None:
        """Given the most bytes that may be held, return all of it, or None where it is larger."""
        if self.size > limit:
            return None
        self.file.seek(0)
        return self.file.read(self.size).removeprefix(_BOM)

    def _pass_over(self, left: int) -> tuple[int, bool]:
        """Inside an overlong line, go to its end; return how much is left and whether a newline was found."""
        while left > 0:
            data = self.file.readline(min(left, LINE_LIMIT))
            if not data:
                return 0, False
            left -= len(data)
            if data.endswith(b"\n"):
                return left, True
        return left, False
