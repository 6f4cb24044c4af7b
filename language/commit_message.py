"""Where the message stands in a command line that commits: an agent's own words on what it did and why.

Given as ``-m "…"``, once or several times, or as a here-document. Trailers and what a program adds are no words of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: the command, up to where another one begins
_COMMIT = re.compile(r"\bgit\b(?:\s+-[^\s;&|]+(?:[= ][^\s;&|-][^\s;&|]*)?){0,4}\s+commit\b")
_HERE = re.compile(r"<<-?[ \t]*(['\"]?)(?P<mark>[A-Za-z_]\w{0,30})\1[^\n]{0,200}\n")
_GIVEN = re.compile(r"(?<=\s)(?:-[a-z]{0,4}m|--message)(?:\s*=\s*|\s+)(?P<quote>['\"])(?!\$\()")
_NEXT = re.compile(r"[\n;&|]")
_TRAILER = re.compile(
    r"^[ \t]*(?:[A-Z][\w-]{1,40}-(?:[Bb]y|[Ii]d): |\S{0,4}[ \t]?Generated (?:with|by) )", re.MULTILINE
)


_COMPLETE = re.compile(r".*(?:[.!?](?=\s)|\n[ \t]*\n)", re.DOTALL)


def messages(command: str) -> list[tuple[int, int]]:
    """Given a command line, return where the pieces of the commit's message stand in it; none where it commits nothing.

    Where the line was cut off, the last piece goes to the last end of a sentence or paragraph in it.
    """
    commit = _COMMIT.search(command) if "commit" in command else None
    return list(_pieces(command, commit.end())) if commit else []


def _pieces(command: str, place: int) -> Iterator[tuple[int, int]]:
    here = _HERE.search(command, place)
    while given := _GIVEN.search(command, place, here.start() if here else len(command)):
        if _NEXT.search(command, place, given.start()):
            return
        place = _closing(command, given["quote"], given.end())
        yield from _worded(command, given.end(), place, closed=place < len(command))
        place += 1
    if here is None or _NEXT.search(command, place, here.start()):
        return
    end = re.compile(rf"^[ \t]*{here['mark']}[ \t]*$", re.MULTILINE).search(command, here.end())
    yield from _worded(command, here.end(), end.start() if end else len(command), closed=end is not None)


def _closing(command: str, quote: str, place: int) -> int:
    """Return where a quoted word ends: in double quotes a backslash hides what follows."""
    while place < len(command) and command[place] != quote:
        place += 2 if command[place] == "\\" and quote == '"' else 1
    return min(place, len(command))


def _worded(command: str, start: int, end: int, *, closed: bool) -> Iterator[tuple[int, int]]:
    if not closed:
        complete = _COMPLETE.match(command, start, end)
        end = complete.end() if complete else start
    trailer = _TRAILER.search(command, start, end)
    end = trailer.start() if trailer else end
    if command[start:end].strip():
        yield start, end
