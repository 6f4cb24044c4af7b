"""The blocks of a Markdown note: headings, paragraphs, items, rows of tables, code, comments. Pure.

A block's ``words`` are its lines as they stand in the note, with every mark of structure (a bullet, a bar of a
quotation) as a blank, so that a place in them is the same place in the note: what is quoted from it is verbatim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from .written import goes_on

_FENCE = re.compile(r"^\s*(?P<mark>`{3,}|~{3,})")
_HEADING = re.compile(r"^ {0,3}(?P<marks>#{1,6})(?=\s|$)")
_ITEM = re.compile(r"^(?P<mark>\s*(?:[-*+\u2022]|\d{1,9}[.)])\s+)(?=\S)")
_RULE = re.compile(r"^\s{0,3}(?:(?:-\s*){3,}|(?:_\s*){3,}|(?:\*\s*){3,})$")
_UNDERLINE = re.compile(r"^\s{0,3}(?:=+|-{2,})\s*$")
# with what some say the quotation is: "> [!warning]"
_QUOTED = re.compile(r"^\s{0,3}(?:>\s?)+(?:\[![A-Za-z]+\][+-]?(?=\s|$))?")
_DELIMITER = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_CELL = re.compile(r"(?<!\\)\|")
_TICKS = re.compile(r"`+")
_KEY = re.compile(r"^\s*(?P<key>[A-Za-z][\w-]*)\s*:(?:\s+(?P<value>.*\S))?\s*$")
_DEFINITION = re.compile(r"^\s{0,3}\[(?!\^)[^\]]+\]:\s+\S+")
_FOOTNOTE = re.compile(r"^\s{0,3}\[\^[^\]\s]+\]:\s+(?=\S)")
_FENCED_OFF = "---"
#: a longer line is prose, whatever it looks like
_LONGEST_ROW = 10_000
#: a tab is as wide as this for how deeply an item is nested
_TAB = 4


class Form(Enum):
    """What a block is."""

    HEADING = auto()
    PARAGRAPH = auto()
    ITEM = auto()
    ROW = auto()
    CODE = auto()
    COMMENT = auto()
    RULE = auto()


@dataclass(frozen=True)
class Block:
    """One block, from ``line`` to ``stop`` (counted from 1).

    ``raw`` is the note's text, ``words`` the same with blanks for marks. Headings have a ``level``, items an
    ``indent`` in columns, rows of a table their ``cells`` and the table's ``heads``.
    """

    form: Form
    line: int
    stop: int
    raw: str
    words: str
    indent: int = 0
    level: int = 0
    cells: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()


class Said(NamedTuple):
    """A value of the frontmatter, where it stands and its words there."""

    value: str
    quote: str
    line: int


def code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Given Markdown, yield where each code span begins and ends: from a run of backticks to the next as long."""
    runs = [match.span() for match in _TICKS.finditer(text)]
    ends: dict[int, list[int]] = {}
    for start, end in reversed(runs):
        ends.setdefault(end - start, []).append(end)
    last = 0
    for start, end in runs:
        ends[end - start].pop()
        if start >= last and ends[end - start]:
            last = ends[end - start][-1]
            yield start, last


def frontmatter(text: str) -> tuple[dict[str, Said], int]:
    """Given a note, return what the block between ``---`` at its beginning says, by key, and its first line after that.

    The first line is counted from 0. Lines under a key without a value are its value, unless they are keys: those
    count as if they stood outside.
    """
    lines = text.split("\n")
    if lines[0].strip() != _FENCED_OFF:
        return {}, 0
    end = next((place for place, line in enumerate(lines[1:], start=1) if line.strip() in {_FENCED_OFF, "..."}), None)
    if end is None or not any(_KEY.match(line) for line in lines[1:end]):
        return {}, 0
    found: dict[str, Said] = {}
    key = ""
    for place, line in enumerate(lines[1:end], start=1):
        match = _KEY.match(line)
        if match:
            key = match["key"].lower()
            value = (match["value"] or "").strip("\"'")
            found[key] = Said(
                "" if value in {"|", ">", "|-", ">-"} else value, (match["value"] or "").strip(), place + 1
            )
        elif line.strip() and key:
            said = found[key]
            more = line.strip().strip("\"'")
            quote = "\n".join(lines[said.line : place + 1]) if not said.value else f"{said.quote}\n{line}"
            found[key] = Said(f"{said.value} {more}".strip(), quote.strip(), said.line)
    return found, end + 1


def blocks(text: str, first: int = 0) -> Iterator[Block]:
    """Given a note and the line at which to begin (counted from 0), yield its blocks in order."""
    lines = text.split("\n")
    place = first
    while place < len(lines):
        block = _block(lines, place)
        if block is None:
            place += 1
            continue
        yield from _rows(block, lines) if block.form is Form.ROW else [block]
        place = block.stop


def _block(lines: list[str], place: int) -> Block | None:
    """Return the block that begins at a line, None for a blank line or a link's definition."""
    line = _unquoted(lines[place])
    if not line.strip() or _DEFINITION.match(line):
        return None
    if _RULE.match(line):
        return _made(Form.RULE, lines, place, place + 1)
    if _is_table(lines, place):
        end = place
        while end < len(lines) and "|" in lines[end] and lines[end].strip():
            end += 1
        return _made(Form.ROW, lines, place, end)
    return _enclosed(lines, place) or _heading(lines, place) or _prose(lines, place)


def _enclosed(lines: list[str], place: int) -> Block | None:
    line = _unquoted(lines[place])
    if fence := _FENCE.match(line):
        return _fenced(lines, place, fence["mark"])
    if line.lstrip().startswith("<!--"):
        end = next((it for it in range(place, len(lines)) if "-->" in lines[it]), len(lines) - 1)
        return _made(Form.COMMENT, lines, place, end + 1)
    return None


def _heading(lines: list[str], place: int) -> Block | None:
    line = _unquoted(lines[place])
    heading = _HEADING.match(line)
    if heading is None:
        return None
    words = " " * heading.end() + line[heading.end() :].rstrip().rstrip("#")
    return _made(Form.HEADING, lines, place, place + 1, words=words, level=len(heading["marks"]))


def _fenced(lines: list[str], place: int, mark: str) -> Block:
    end = place + 1
    while end < len(lines) and not _unquoted(lines[end]).strip().startswith(mark):
        end += 1
    inner = "\n".join(map(_unquoted, lines[place + 1 : end]))
    stop = min(end + 1, len(lines))
    return Block(Form.CODE, place + 1, stop, "\n".join(lines[place:stop]), inner)


def _prose(lines: list[str], place: int) -> Block:
    """Return a paragraph or an item, with the lines that go on with it."""
    first = _unquoted(lines[place])
    item = _ITEM.match(first)
    end = place + 1
    is_quoted = bool(_QUOTED.match(lines[place]))
    while end < len(lines) and (goes_on(_unquoted(lines[end]), first) or not _begins(lines, end)):
        if _QUOTED.match(lines[end]) and not is_quoted:
            break
        end += 1
    if item is None and end < len(lines) and end == place + 1 and _UNDERLINE.match(lines[end]):
        level = 1 if "=" in lines[end] else 2
        return _made(Form.HEADING, lines, place, end + 1, words=f"{first}\n{' ' * len(lines[end])}", level=level)
    said = [_unquoted(line) for line in lines[place:end]]
    if note := _FOOTNOTE.match(first):
        said[0] = " " * note.end() + first[note.end() :]
    if item is None:
        return _made(Form.PARAGRAPH, lines, place, end, words="\n".join(said))
    indent = len(item["mark"].expandtabs(_TAB)) - len(item["mark"].expandtabs(_TAB).lstrip())
    said[0] = " " * item.end() + first[item.end() :]
    return _made(Form.ITEM, lines, place, end, words="\n".join(said), indent=indent)


def _begins(lines: list[str], place: int) -> bool:
    """Tell whether something else begins at a line than the prose before it."""
    line = _unquoted(lines[place])
    if not line.strip():
        return True
    return bool(
        _FENCE.match(line)
        or _HEADING.match(line)
        or _ITEM.match(line)
        or _FOOTNOTE.match(line)
        or _RULE.match(line)
        or _UNDERLINE.match(line)
        or line.lstrip().startswith("<!--")
        or _is_table(lines, place)
    )


def _is_table(lines: list[str], place: int) -> bool:
    line = lines[place].strip()
    if len(line) > _LONGEST_ROW:
        return False
    if line.startswith("|") and line.endswith("|") and len(line) > 1:
        return True
    following = lines[place + 1].strip() if place + 1 < len(lines) else ""
    return "|" in line and "|" in following and len(following) <= _LONGEST_ROW and bool(_DELIMITER.match(following))


def _rows(table: Block, lines: list[str]) -> Iterator[Block]:
    """Yield a table's rows; the first line is its headings where the second is a delimiter."""
    rows = list(range(table.line - 1, table.stop))
    heads: tuple[str, ...] = ()
    if len(rows) > 2 and _DELIMITER.match(lines[rows[1]]):  # noqa: PLR2004 - headings over nothing are a row
        heads, rows = _cells(lines[rows[0]]), rows[2:]
    for row in rows:
        line = lines[row]
        if not _DELIMITER.match(line):
            yield Block(Form.ROW, row + 1, row + 1, line, line, cells=_cells(line), heads=heads)


def _cells(line: str) -> tuple[str, ...]:
    bare = line.strip().removeprefix("|").removesuffix("|")
    hidden = bare
    for start, end in code_spans(bare):
        hidden = hidden[:start] + hidden[start:end].replace("|", "\0") + hidden[end:]
    return tuple(cell.replace("\0", "|").replace("\\|", "|").strip() for cell in _CELL.split(hidden))


def _made(
    form: Form, lines: list[str], place: int, stop: int, *, words: str = "", indent: int = 0, level: int = 0
) -> Block:
    raw = "\n".join(lines[place:stop])
    return Block(form, place + 1, stop, raw, words or raw, indent, level)


def _unquoted(line: str) -> str:
    match = _QUOTED.match(line)
    return " " * match.end() + line[match.end() :] if match else line
