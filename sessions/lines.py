"""A log as numbered lines, with bounded memory whatever the file holds.

A log may be growing while it is read: the last line counts as torn, not as damaged, when it has no newline and cannot
be decoded. It is left for a later look.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

#: longest line that is decoded, in bytes; the longest seen in real logs is 1 MB, an embedded picture can be 10 MB
LINE_LIMIT = 16 * 1024 * 1024

_BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """One line without its newline. ``data`` is empty where ``too_long`` is set."""

    number: int  # from 1, as editors count
    data: bytes
    complete: bool  # it ends in a newline
    too_long: bool = False


def read_lines(file: BinaryIO, stop: int) -> Iterator[Line]:
    """Given a file open at its start and the size it had when it was opened, return its lines that are not blank.

    What is appended after ``stop`` belongs to the next look, so that what is read is what was measured.
    """
    left = stop
    number = 0
    while left > 0:
        number += 1
        data = file.readline(min(left, LINE_LIMIT))
        if not data:
            return
        left -= len(data)
        complete = data.endswith(b"\n")
        if not complete and len(data) == LINE_LIMIT:
            left, complete = _pass_over(file, left)
            yield Line(number, b"", complete, too_long=True)
            continue
        data = data.strip()
        if number == 1:
            data = data.removeprefix(_BOM)
        if data:
            yield Line(number, data, complete)


def _pass_over(file: BinaryIO, left: int) -> tuple[int, bool]:
    """Given a file inside an overlong line, go to its end; return how much is left and whether a newline was found."""
    while left > 0:
        data = file.readline(min(left, LINE_LIMIT))
        if not data:
            return 0, False
        left -= len(data)
        if data.endswith(b"\n"):
            return left, True
    return left, False
