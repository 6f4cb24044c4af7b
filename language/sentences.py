"""Sentences out of what people and agents write: Markdown, or lines without a full stop.

Code blocks, tables, rules and block quotes are no prose and are left out. Headings and labels ("Root cause:") are kept
as the lead of what follows, because they often say what the sentence is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from .text import plain

#: a line this long was broken by an editor, not by its author
_WRAPPED = 60
#: a paragraph beyond this is a paste; it is still split, but only so far
_LONGEST = 20_000
#: characters of the line above a list that are kept as its lead
_LONGEST_LEAD = 200

_FENCE = re.compile(r"^\s{0,12}(```+|~~~+)")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(?P<text>.*?)\s*#*$")
_BOLD_LINE = re.compile(r"^\s{0,3}\*\*(?P<text>[^*]{1,120}?)\*\*:?$")
_ITEM = re.compile(r"^(?P<indent>\s*)(?:[-*+\u2022\u2013]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+(?:\[[ xX]\]\s+)?(?=\S)")
_TABLE = re.compile(r"^\s*\|.*\|\s*$|^\s*\|?[\s:|-]*-{3,}[\s:|-]*\|?\s*$")
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$|^\s*[─━═┌└│├┐┘┤]")
_QUOTE = re.compile(r"^\s{0,3}>")
_END = re.compile(r"[.!?…]+[\"')\]*_\u201d\u2019]*(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.?g|i\.?e|etc|vs|cf|al|approx|incl|no|nr|fig|sec|dr|mr|mrs|ms|st|jr|sr|inc|ltd|co|resp|a\.k\.a)|^\d+|\b[A-Z])\.$",
    re.IGNORECASE,
)
_STARTS = re.compile(r"[\"'\[*_`\u201c\u2018]*(?:[A-Z0-9`/~.$-]|[a-z]+[A-Z_./(])")
_LOWER = re.compile(r"[\"'(\[*_\u201c\u2018]*[a-z]")


class Form(StrEnum):
    """How a sentence stands in the text."""

    PROSE = "prose"
    ITEM = "item"  # a list item, or part of one


@dataclass(frozen=True)
class Sentence:
    """One sentence. ``text`` is plain; ``start`` and ``end`` bound it in the source as it was written.

    ``lead`` is the nearest heading, label or line ending in a colon above it, plain; ``paragraph`` counts from 0, and
    each list item is a paragraph of its own. ``lead_at`` bounds the lead in the source, where it stands there whole.
    """

    text: str
    start: int
    end: int
    form: Form = Form.PROSE
    lead: str = ""
    paragraph: int = 0
    lead_at: tuple[int, int] | None = None


@dataclass(frozen=True)
class _Lead:
    text: str = ""
    at: tuple[int, int] | None = None


@dataclass(frozen=True)
class _Paragraph:
    spans: tuple[tuple[int, int], ...]  # its lines
    form: Form
    lead: _Lead


def split(text: str) -> list[Sentence]:
    """Given a message, return its sentences in order."""
    return list(_split(text))


@lru_cache(maxsize=1024)  # a session's messages are read for statements, for what they take back, and for evidence
def _split(text: str) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    for number, paragraph in enumerate(_paragraphs(text)):
        lead = paragraph.lead
        for start, end in _bounds(text, paragraph.spans):
            words = plain(text[start:end])
            if any(character.isalpha() for character in words):
                found.append(Sentence(words, start, end, paragraph.form, lead.text, number, lead.at))
    return tuple(found)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, start + len(line.rstrip())
        start += len(line)


def _paragraphs(text: str) -> Iterator[_Paragraph]:
    spans: list[tuple[int, int]] = []
    form, lead, fence = Form.PROSE, _Lead(), ""
    for start, end in _lines(text):
        line = text[start:end]
        opening = _FENCE.match(line)
        if fence or opening:
            yield from _flush(spans, form, lead)
            mark = opening.group(1)[:3] if opening else ""
            fence = ("" if mark == fence else fence) if fence else mark
            continue
        heading = _HEADING.match(line) or _BOLD_LINE.match(line)
        item = _ITEM.match(line)
        if heading or not line.strip() or _RULE.match(line) or _TABLE.match(line) or _QUOTE.match(line):
            yield from _flush(spans, form, lead)
            form = Form.PROSE
            if heading:
                at = start + heading.start("text"), start + heading.end("text")
                lead = _Lead(plain(heading.group("text")).rstrip(":"), at)
            continue
        if item:
            if spans and form is Form.PROSE and text[slice(*spans[-1])].rstrip().endswith(":"):
                at = spans[0][0], spans[-1][1]
                introduction = plain(text[slice(*at)])
                yield from _flush(spans, form, lead)
                whole = len(introduction) <= _LONGEST_LEAD
                lead = _Lead(introduction[-_LONGEST_LEAD:].rstrip(":"), at if whole else None)
            yield from _flush(spans, form, lead)
            form = Form.ITEM
            spans.append((start + item.end(), end))
        else:
            spans.append((start, end))
    yield from _flush(spans, form, lead)


def _flush(spans: list[tuple[int, int]], form: Form, lead: _Lead) -> Iterator[_Paragraph]:
    if spans:
        yield _Paragraph(tuple(spans), form, lead)
        spans.clear()


def _bounds(text: str, spans: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    """Yield where the sentences of a paragraph begin and end."""
    start = spans[0][0]
    for index, (begin, end) in enumerate(spans):
        line = text[begin:end]
        if end - start > _LONGEST:
            return
        for mark in _END.finditer(line):
            stop = begin + mark.end()
            after = text[stop : spans[index + 1][1] if index + 1 < len(spans) else end].lstrip()
            if not _ends_here(text[start:stop], after):
                continue
            yield _trim(text, start, stop)
            start = stop
        if index + 1 < len(spans) and _breaks(line, text[slice(*spans[index + 1])]):
            if text[start:end].strip():
                yield _trim(text, start, end)
            start = spans[index + 1][0]
    if text[start : spans[-1][1]].strip():
        yield _trim(text, start, spans[-1][1])


def _ends_here(before: str, after: str) -> bool:
    if not after or before.rstrip().endswith("\n"):
        return True
    if before.count("`") % 2 or before.count("(") > before.count(")") + _smileys(before):
        return False
    if _ABBREVIATION.search(before.strip()):
        return False
    # "!" and "?" end a sentence whatever follows; a full stop before a small letter ends one only in sloppy typing,
    # and there it is followed by a word of prose
    return bool(_STARTS.match(after)) or before.rstrip("\"')]*_")[-1:] in "!?" or bool(_LOWER.match(after))


def _smileys(text: str) -> int:
    return text.count(":(") + text.count(";(")


def _breaks(line: str, following: str) -> bool:
    """Tell whether the author ended a line on purpose."""
    if line.rstrip().endswith((".", "!", "?", ":")):
        return True
    if line.rstrip().endswith((",", ";", "-", "(")) or _LOWER.match(following.lstrip()):
        return False
    return len(line.strip()) < _WRAPPED


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
