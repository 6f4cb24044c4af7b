"""What a Markdown note says, statement by statement, for ``adopt``. Pure: text in, statements out.

A note's author relied on where a line stands. So a nested item is told with the one above it, a list with the line that
introduces it, a row with its table's headings, a few words with their heading; code stays with the sentence that it
belongs to. What states nothing (comments, links to other notes, rules) is left, and counted; what is too long to be a
statement is cut where a sentence ends. Every statement keeps the very words of the note beside its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..language.stems import stems
from .note_blocks import Block, Form, blocks, code_spans, frontmatter
from .records import TEXT_LIMIT

#: a line above is told with each line below it up to this length; a longer one speaks for itself, once
_CONTEXT = 120
_PARENT = 80
#: fewer words than this are no statement without their heading
_FEW = 4
#: more lines of code than this are a listing
_CODE_LINES = 6

_LINK = re.compile(r"!?\[(?P<text>[^\]\[]*)\]\((?:<(?P<angle>[^>]*)>|(?P<target>[^()\s]*))(?:\s+\"[^\"]*\")?\)")
_LEADS = re.compile(
    r"\s*(?P<link>\[[^\]\[]+\]\([^()\s]+\)|\[\[[^\]\[]+\]\])\s*(?:[-:,;|\u2013\u2014\u00b7]+(?=\s|$)\s*)?"
)
_END = re.compile(r"[.!?\u2026\u3002]+[\"')\]*_`\u201d\u2019]*(?=\s)")
_NO_END = re.compile(
    r"(?:\b(?:e\.?g|i\.?e|etc|vs|cf|al|approx|incl|resp|nr|no|fig|dr|mr|mrs|ms|st)|\b\d+|\b[A-Za-z])\.$", re.IGNORECASE
)
_SOFT = re.compile(r"[;,:)\u2013\u2014]\s")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")
_BOX = re.compile(r"\s*\[(?P<mark>[ xX])\]\s+(?=\S)")
_WORD = re.compile(r"\w+")
_INK = re.compile(r"\S")
#: marks, blanks and links may make what is written this much longer than what is told
_WINDOW = 4


@dataclass(frozen=True)
class Statement:
    """One statement: ``quote`` stands verbatim in the note from ``line`` on (counted from 1), under ``heading``.

    ``target`` is the note that it was said of, where it stands beside a link to one.
    """

    text: str
    quote: str
    line: int
    heading: str = ""
    target: str = ""


@dataclass(frozen=True)
class Note:
    """What a note says. ``type`` is what its frontmatter says it is; ``left`` counts what states nothing, by sort."""

    statements: tuple[Statement, ...]
    type: str
    left: dict[str, int]


@dataclass
class _Above:
    """A line that others stand under: told with them, or by itself where no other could take it."""

    statement: Statement
    indent: int
    leads: bool  # it ends in a colon and says nothing by itself
    used: bool = False


def read_note(text: str) -> Note:
    """Given a note, return what it says."""
    head, first = frontmatter(text)
    reader = _Reader(text.split("\n"))
    for name, said in head.items():
        if name == "description" and said.value:
            reader.say(Statement(said.value, said.quote, said.line))
        elif name not in {"name", "title", "type"}:
            reader.leave("frontmatter")
    reader.read(list(blocks(text, first)))
    kind = head["type"].value.lower() if "type" in head else ""
    return Note(tuple(sorted(reader.found, key=lambda it: it.line)), kind, reader.left)


def told(text: str) -> str:
    """Given Markdown, return its words as one line: links with where they lead, emphasis without its marks."""
    parts: list[str] = []
    last = 0
    for start, end in code_spans(text):
        parts += [_unmarked(text[last:start]), text[start:end]]
        last = end
    parts.append(_unmarked(text[last:]))
    return " ".join("".join(parts).split())


def cut(words: str, room: int = TEXT_LIMIT) -> Iterator[tuple[int, int]]:
    """Given Markdown, yield where to cut it so that each piece tells at most ``TEXT_LIMIT`` characters.

    The first tells at most ``room``. Pieces end where a sentence does, else where a clause does, else between words,
    else anywhere; together they are the text.
    """
    start = 0
    while _INK.search(words, start):
        window = words[start : start + _WINDOW * room]
        if start + len(window) == len(words) and len(told(window)) <= room:
            yield start, len(words)
            return
        end = start + _last_fitting(window, room)
        yield start, end
        start, room = end, TEXT_LIMIT


def _last_fitting(window: str, room: int) -> int:
    begun = len(window) - len(window.lstrip())
    ends = [match.end() for match in _END.finditer(window) if _is_end(window, match.end())]
    for places in (ends, [match.end() - 1 for match in _SOFT.finditer(window)], _gaps(window)):
        low, high = 0, len(places)
        while low < high:  # the longer a beginning, the more it tells
            middle = (low + high) // 2
            low, high = (middle + 1, high) if len(told(window[: places[middle]])) <= room else (low, middle)
        if low and places[low - 1] > begun:
            return places[low - 1]
    return begun + room


def _is_end(text: str, place: int) -> bool:
    return text.count("`", 0, place) % 2 == 0 and not _NO_END.search(text, max(0, place - 12), place)


def _gaps(text: str) -> list[int]:
    return [match.start() for match in re.finditer(r"\s+", text)]


def _unmarked(text: str) -> str:
    text = _FOOTNOTE.sub("", _LINK.sub(_link, text))
    return re.sub(r"\*\*|(?<![\w\\])__|__(?!\w)", "", text)


def _link(match: re.Match[str]) -> str:
    words, target = match["text"].strip(), match["angle"] or match["target"] or ""
    if not target or target == words or target.startswith("#"):
        return words
    return f"{words} ({target})" if words else target


def is_note(target: str) -> bool:
    """Tell whether a link's target is another note: a relative path to Markdown."""
    path = target.partition("#")[0].lower()
    return "://" not in path and path.endswith((".md", ".markdown"))


def _without_box(words: str) -> tuple[str, str]:
    """Return a line with blanks for the box of a task that it begins with, and what the box says."""
    box = _BOX.match(words)
    if box is None:
        return words, ""
    return " " * box.end() + words[box.end() :], "To do: " if box["mark"] == " " else "Done: "


def _lacks(words: str, title: str) -> bool:
    """Tell whether what stands beside a link to a note does not say itself what it is about."""
    is_short = len(_WORD.findall(words)) < _FEW
    return is_short or (len(title) <= _PARENT and set(stems(title)).isdisjoint(stems(words)))


def _without_index(words: str) -> tuple[str, str, str]:
    """Return a line with blanks for the links to other notes that it begins with, the first such note and its title."""
    target = title = ""
    place = 0
    while leads := _LEADS.match(words, place):
        link = _LINK.match(leads["link"])
        to = (link["angle"] or link["target"] or "") if link else f"{leads['link'].strip('[]')}.md"
        if not is_note(to):
            break
        if not target:
            target, title = to, told(link["text"]) if link else ""
        place = leads.end()
    return " " * place + words[place:], target, title


@dataclass
class _Reader:
    """Goes through a note's blocks; knows the heading, the lines that others stand under, and the last statement."""

    lines: list[str]
    found: list[Statement] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)
    heading: str = ""
    above: list[_Above] = field(default_factory=list)
    last: Block | None = None  # what the last statement was made of, where code could follow

    def say(self, statement: Statement) -> None:
        if _WORD.search(statement.text):
            self.found.append(statement)
        else:
            self.leave("nothing in words")

    def leave(self, what: str) -> None:
        self.left[what] = self.left.get(what, 0) + 1

    def read(self, found: list[Block]) -> None:
        for place, block in enumerate(found):
            following = found[place + 1] if place + 1 < len(found) else None
            match block.form:
                case Form.HEADING:
                    self._heading(block, following)
                case Form.ITEM | Form.PARAGRAPH:
                    self._prose(block, following)
                case Form.ROW:
                    self._row(block)
                case Form.CODE:
                    self._code(block)
                case Form.COMMENT:
                    self.leave("comment")
                case Form.RULE:
                    self._close(-1)
            if block.form not in {Form.ITEM, Form.PARAGRAPH}:
                self.last = None
        self._close(-1)

    def _heading(self, block: Block, following: Block | None) -> None:
        self._close(-1)
        words = told(block.words)
        alone = following is None or (following.form is Form.HEADING and following.level <= block.level)
        if alone and len(_WORD.findall(words)) >= _FEW:
            for start, end in cut(block.words):
                said = told(block.words[start:end])
                self.say(Statement(said, block.raw[start:end].strip(), block.line, self.heading))
        self.heading = words

    def _prose(self, block: Block, following: Block | None) -> None:
        is_item = block.form is Form.ITEM
        self._close(block.indent if is_item else -1)
        words, task = _without_box(block.words)
        words, target, title = _without_index(words)
        if not words.strip():
            self.leave("link to a note")
            self.last = None
            return
        title = task + (f"{title}: " if title and _lacks(words, title) else "")
        said = f"{title}{told(words)}"
        context = self._context(said)
        below = (
            following is not None and following.form is Form.ITEM and (not is_item or following.indent > block.indent)
        )
        if below and len(said) <= _CONTEXT and (said.endswith(":") or is_item):
            lead = said.endswith(":")
            whole = Statement(f"{context}{said}", block.raw.strip(), block.line, self.heading, target)
            if context:
                self.above[-1].used = True
            self.above.append(_Above(whole, block.indent if is_item else -1, lead))
            if not lead:
                self.say(whole)
            self.last = None if lead else block
            return
        if context:
            self.above[-1].used = True
        elif len(_WORD.findall(said)) < _FEW and self.heading:
            context = f"{self.heading}: "
        before = f"{context}{title}"
        for start, end in cut(words, TEXT_LIMIT - len(before)):
            line = block.line + words.count("\n", 0, end - len(words[start:end].lstrip()))
            self.say(
                Statement(f"{before}{told(words[start:end])}", block.raw[start:end].strip(), line, self.heading, target)
            )
            before = ""
        self.last = block

    def _context(self, said: str) -> str:
        """Return what is told before a line, with its separator: the nearest line above that fits with it."""
        if not self.above:
            return ""
        text = self.above[-1].statement.text
        lead = f"{text} " if self.above[-1].leads else f"{text.rstrip('.:;')}: "
        fits = len(text) <= (_CONTEXT if self.above[-1].leads else _PARENT)
        return lead if fits and len(lead) + min(len(said), TEXT_LIMIT // 2) <= TEXT_LIMIT else ""

    def _row(self, block: Block) -> None:
        cells = [told(cell) for cell in block.cells]
        heads = [told(cell) for cell in block.heads]
        heads += [""] * (len(cells) - len(heads))
        pairs = [(head, cell) for head, cell in zip(heads, cells, strict=False) if cell]
        text = "; ".join(f"{head}: {cell}" if head else cell for head, cell in pairs)
        if len(_WORD.findall(text)) < _FEW and self.heading and text:
            text = f"{self.heading}: {text}"
        for start, end in cut(text):
            self.say(Statement(told(text[start:end]), block.raw.strip(), block.line, self.heading))

    def _code(self, block: Block) -> None:
        """Tell code with the sentence before it, where both are short; else it is only in the kept copy."""
        code = [line.strip() for line in block.words.split("\n") if line.strip()]
        spans = " ".join(f"`{line}`" for line in code)
        before = self.found[-1] if self.found and self.last else None
        if before is None and self.above and self.above[-1].leads:
            before = self.above[-1].statement
        fits = 0 < len(code) <= _CODE_LINES and "`" not in block.words
        if before and fits and len(before.text) + 1 + len(spans) <= TEXT_LIMIT:
            quote = "\n".join(self.lines[before.line - 1 : block.stop])
            whole = replace(before, text=f"{before.text} {spans}", quote=quote.strip())
            if self.last:
                self.found[-1] = whole
            else:
                self.above[-1].used = True
                self.say(whole)
        elif before is None and fits and self.heading and len(self.heading) + 2 + len(spans) <= TEXT_LIMIT:
            self.say(Statement(f"{self.heading}: {spans}", block.raw.strip(), block.line, self.heading))
        else:
            self.leave("code block")

    def _close(self, indent: int) -> None:
        """Take off the lines that nothing more stands under; one that no other took speaks for itself."""
        while self.above and self.above[-1].indent >= indent:
            gone = self.above.pop()
            if gone.leads and not gone.used:
                self.say(gone.statement)
