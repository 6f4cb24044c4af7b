"""A published file as a person, an editor or a merge may have left it, back into lines. Pure.

What ``markdown`` renders comes back as it was; whatever else somebody wrote comes back as some line, so that none of it
is lost. What the lines ask for is for others to understand (``edit_reading``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .markdown import unescape

_DECLARED = re.compile(r"^[ \t]*<!-- dreamd generation (\d{1,12})\b.*-->\s*$", re.MULTILINE)
_ITEM = re.compile(r"^\s*[-*+]\s+(?=\S)")
_NUMBERED = re.compile(r"^\s*(?P<number>\d{1,9})[.)]\s+(?=\S)")
_ID = re.compile(r"(?:^|\s)\^(?P<id>[0-9a-z]{8})$")
_ID_INSIDE = re.compile(r"\s\^(?P<id>[0-9a-z]{8})(?=\s)")
_DAY = re.compile(r"(?:^|\s)\((?P<day>\d{4}-\d\d-\d\d)\)$")
_WORD = re.compile(r"[^\W_]")
_HEADING = re.compile(r"^\s*(?P<level>#{1,6})(?P<words>\s.*)$")
_COMMENT = re.compile(r"^\s*(?:<!--(?:(?!-->).)*-->\s*)+$")
_FENCE = re.compile(r"^\s*(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)$")
#: columns between the stops of a tab
_TAB = 4
_BULLETS = frozenset("-*+")
_MARKS = frozenset("<=>|")
_MARKER = re.compile(r"^(?P<side><{7}|={7}|>{7}|\|{7})(?:\s|$)")


@dataclass(frozen=True)
class Line:
    """One line of a published file: ``id`` is empty where a person wrote a new one.

    ``day`` is the date in brackets before the id, which ``text`` does not have. ``whole`` is all that stands there but
    an id at its end, ``heading`` the words of the heading above it (of the second level and below), as they are.
    """

    text: str
    id: str = ""
    day: str = ""
    whole: str = field(default="", compare=False)
    heading: str = field(default="", compare=False)


def declared_generations(text: str) -> tuple[int, ...]:
    """Given a published file, return the generations that its comment lines declare: several after a merge."""
    return tuple(dict.fromkeys(int(match[1]) for match in _DECLARED.finditer(text)))


def has_conflict(text: str) -> bool:
    """Given a published file, tell whether a merge left its markers there."""
    return any(_MARKER.match(line) for line in text.splitlines() if line[:1] in _MARKS)


def undeclared(text: str) -> str:
    """Given a published file, return it without the comment that declares a generation: what it lacks is no removal."""
    return _DECLARED.sub("", text)


def parse(text: str) -> list[Line]:
    """Given a published file as a person may have left it, return its memories' lines in order.

    Headings, comments, and lines without a letter or digit carry no memory, and of a merge's conflict both sides count,
    what they were made from does not. A line that an editor wrapped is joined; a paragraph that is no list item counts
    as one line, a row of a table and a line of a code block, too, so that nothing written is lost.
    """
    return [_parse_line(block, heading) for block, heading in _blocks(text.removeprefix("\ufeff").splitlines())]


def goes_on(line: str, opened: str) -> bool:
    """Given a line and the one that opened the prose before it, tell whether it is prose that begins with a number.

    As in CommonMark: a number begins no list there, unless it is 1 or stands further left than the prose.
    """
    number, item = _NUMBERED.match(line), _ITEM.match(opened) or _NUMBERED.match(opened)
    indent = line[: len(line) - len(line.lstrip())]
    return number is not None and int(number["number"]) != 1 and _width(indent) >= _width(item[0] if item else "")


def _width(text: str) -> int:
    return len(text.expandtabs(_TAB))


def _blocks(lines: list[str]) -> Iterator[tuple[str, str]]:
    code, fences = _fenced(lines)
    dropped = fences | _merge_base(lines)
    block: list[str] = []
    heading = opened = ""
    for number, line in enumerate(lines):
        bare, is_code = line.strip(), number in code
        first = bare[:1]
        title = _HEADING.match(line) if first == "#" and not is_code and not (block and line[0] != "#") else None
        is_row = is_code or first == "|"
        is_none = not _WORD.search(bare) or number in dropped
        is_none = is_none or (first in _MARKS and not is_code and bool(_MARKER.match(line) or _COMMENT.match(line)))
        starts = is_none or is_row or title or (first in _BULLETS and _ITEM.match(line))
        starts = starts or (_NUMBERED.match(line) and not (block and goes_on(line, opened)))
        if block and (starts or _ID.search(block[-1])):
            yield " ".join(block), heading
            block = []
        if title:
            heading = title["words"].strip("# \t") if len(title["level"]) > 1 else ""
        elif is_row and not is_none:
            yield (bare if is_code else bare.strip("|")), heading
        elif not is_none:
            opened = opened if block else line
            block.append(bare)
    if block:
        yield " ".join(block), heading


def _fenced(lines: list[str]) -> tuple[frozenset[int], frozenset[int]]:
    """Return the numbers of the lines in fences, and of the fences. One that nothing closes is none: the file was cut.

    What closes a fence is as long as what opened it, or longer, and bare.
    """
    fences = [(number, match) for number, line in enumerate(lines) if (match := _fence(line))]
    # by place: the longest that could close what was opened before
    ahead = {"`": [0], "~": [0]}
    for _, match in reversed(fences):
        for mark, longest in ahead.items():
            closes = match["fence"][0] == mark and not match["info"].strip()
            longest.append(max(longest[-1], len(match["fence"]) if closes else 0))
    inside: set[int] = set()
    marks: set[int] = set()
    opened, fence = 0, ""
    for place, (number, match) in enumerate(fences, start=1):
        if not fence and ahead[match["fence"][0]][len(fences) - place] >= len(match["fence"]):
            opened, fence = number, match["fence"]
        elif fence and match["fence"].startswith(fence) and not match["info"].strip():
            inside.update(range(opened + 1, number))
            marks |= {opened, number}
            fence = ""
    return frozenset(inside), frozenset(marks)


def _fence(line: str) -> re.Match[str] | None:
    return _FENCE.match(line) if "```" in line or "~~~" in line else None


def _merge_base(lines: list[str]) -> frozenset[int]:
    """Return the numbers of the lines between ``|||||||`` and ``=======``: what both sides of a conflict had before."""
    found: set[int] = set()
    start, is_open = 0, False
    for number, line in enumerate(lines):
        side = _MARKER.match(line) if line[:1] in _MARKS else None
        if not side:
            continue
        if side["side"][0] == "=" and start:
            found.update(range(start, number))
        start = number if side["side"][0] == "|" and is_open else 0
        is_open = side["side"][0] == "<"
    return frozenset(found)


def _parse_line(block: str, heading: str) -> Line:
    text = _ITEM.sub("", block, count=1).strip()
    found = _ID.search(text)
    if found:
        whole = text[: found.start()].rstrip()
        text = _NUMBERED.sub("", whole, count=1) if not _ITEM.match(block) else whole
        day = _DAY.search(text)
        if day:
            text = text[: day.start()]
        return Line(unescape(text.strip()), found["id"], day["day"] if day else "", unescape(whole), heading)
    inside = list(_ID_INSIDE.finditer(text)) if " ^" in text else []
    if len(inside) == 1:  # somebody wrote on after the id
        before, after = text[: inside[0].start()], text[inside[0].end() :].strip()
        day = _DAY.search(before)
        said = f"{before[: day.start()] if day else before} {after}"
        return Line(unescape(said), inside[0]["id"], day["day"] if day else "", unescape(text), heading)
    return Line(unescape(text), whole=unescape(text), heading=heading)
