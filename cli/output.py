"""How verbs print: data on standard output, talk on standard error."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any

import click

#: what a terminal could obey instead of showing: control characters and those that turn the direction of writing;
#: and halves of characters, which no terminal can be sent
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


#: what would begin another line
_BREAKS = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")


def one_line(name: object) -> str:
    """Given a name from elsewhere, a file's say, return it as it can stand in a line: it must not make up another."""
    return _BREAKS.sub("\ufffd", str(name))


def say(text: str = "") -> None:
    """Given text for people, print it as data on standard output, with nothing in it that a terminal would obey."""
    click.echo(_UNPRINTABLE.sub("\ufffd", text))


def talk(text: str) -> None:
    """Given a remark that is no data, print it on standard error."""
    click.echo(_UNPRINTABLE.sub("\ufffd", text), err=True)


def say_json(value: Any) -> None:
    """Given a value (structs, times and plain data), print it as one line of JSON; times become RFC 3339."""
    import msgspec

    click.echo(msgspec.json.encode(value, enc_hook=_plain))


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def table(rows: Iterable[Sequence[object]]) -> str:
    """Given rows of cells, return them as aligned columns without boxes; ``-`` stands for what is unknown."""
    cells = [["-" if cell is None or cell == "" else str(cell) for cell in row] for row in rows]
    if not cells:
        return ""
    widths = [max(len(row[n]) for row in cells) for n in range(len(cells[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
    return "\n".join(line.rstrip() for line in lines)


def local(time: datetime | None) -> str:
    """Given a time, return it as a person on this machine reads it, to the minute; ``-`` for none."""
    with contextlib.suppress(OverflowError):  # the first or last day of all is another one here
        time = time.astimezone() if time else None
    return f"{time:%Y-%m-%d %H:%M}" if time else "-"


def plural(number: int, singular: str, several: str = "") -> str:
    """Given a number and a noun, return both in agreement; ``several`` where the plural is not made by an s."""
    return f"{number:,} {singular if number == 1 else several or singular + 's'}"


def shows_progress() -> bool:
    """Tell whether somebody watches standard error on a terminal that can draw."""
    return sys.stderr.isatty() and os.environ.get("TERM") not in {None, "", "dumb"}
