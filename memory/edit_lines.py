"""What one line of an edited file says, whatever an editor made of its Markdown. Pure."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime

from ..language.purged import Purged
from ..language.redact import redact
from ..language.visible import visible
from .files import topic_named
from .markdown import line_for, outside_code
from .records import TEXT_LIMIT, Memory
from .written import Line, parse

#: more lines than this are not looked through for the beginning of one that an editor wrapped
_WRAPPED = 8

_LINK = re.compile(r"\]\(topics/([a-z0-9-]+)\.md\)")
_ALSO = "Also:"
_DAY = re.compile(r"^(?P<text>.*\S)\s+\((?P<day>\d{4}-\d\d-\d\d)\)$")
_NUMBER = re.compile(r"^\d{1,9}[.)]\s+")
_SLASHED = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPHASIS = re.compile(r"(?<![\w_])(_{1,2})(?=\S)([^_]*[^_\s])\1(?![\w_])")
_WORDS = re.compile(r"[^\W_]+")


def whole_lines(text: str, base: str) -> tuple[str, bool]:
    """Given a file and the rendering it came from, return it without a last line that was cut off, and whether one was.

    A file that ends in the beginning of one of the rendering's lines was cut: nobody stops writing there.
    """
    before, end, tail = text.rpartition("\n")
    was = base.splitlines()
    if tail.strip() and tail not in was and any(line.startswith(tail) for line in was):
        return before + end, True
    return text, False


def rendered(memory: Memory) -> Line:
    """Given a memory, return its line as it was published."""
    return parse(line_for(memory))[0]


def is_same(line: Line, memory: Memory) -> bool:
    """Given a line that bears a memory's id, tell whether it says what the memory says."""
    if line.text == memory.text and line.day == memory.learned.date().isoformat():
        return True
    was = rendered(memory)
    if line.day not in {"", was.day}:
        return False
    # What an editor does to Markdown: another mark for emphasis, spaces, a backslash where none is needed.
    return _plain(was.text) in {_plain(line.text), _plain(_unslashed(line.text))}


def said_anew(line: Line, memory: Memory) -> str:
    """Given a changed line, return its text, with its date where that is the person's and not the renderer's.

    What an editor did to the Markdown of words that were there is taken back.
    """
    day = memory.learned.date().isoformat()
    known = set(memory.text.split())
    words = (word if word in known or _unslashed(word) not in known else _unslashed(word) for word in line.text.split())
    text = " ".join(words)
    return f"{text} ({line.day})" if line.day and (line.day != day or day in memory.text) else text


def dated(line: Line, now: datetime) -> tuple[str, datetime]:
    """Given a new line, return its text and when it was learned: one of another store says that before its id."""
    try:
        day = datetime.fromisoformat(line.day).replace(tzinfo=UTC)
    except ValueError:
        return line.whole, now
    return (line.text, day) if day <= now and line.whole.startswith(line.text) else (line.whole, now)


def joined(waiting: list[Line], line: Line, was: Line) -> Line:
    """Given a memory's line, those before it, and the line as it was published, return it with its beginning.

    An editor that wraps lines makes new items of those that then begin with a dash or a number: lines that are the
    beginning of what was published are taken from those before it.
    """
    wanted = _letters(was.text)
    ends = {_letters(line.text), _letters(line.whole.removesuffix(f"({line.day})"))}
    said = ""
    for count, earlier in enumerate(reversed(waiting[-_WRAPPED:]), start=1):
        said = _letters(earlier.whole) + said
        if any(said + end == wanted for end in ends):
            del waiting[-count:]
            return Line(was.text, line.id, was.day, heading=line.heading)
    return line


def spellings(text: str) -> Iterator[tuple[str, str]]:
    """Given a line without an id, yield the texts that it may say, each with the day after it."""
    for spelling in (text, _NUMBER.sub("", text), _unslashed(text)):
        yield spelling, ""
        day = _DAY.match(spelling)
        if day:
            yield day["text"], day["day"]


def topic_under(heading: str) -> str:
    """Given a heading of MEMORY.md, return the topic whose lines stand under it; empty where it names several."""
    links = _LINK.findall(heading)
    if heading.startswith(_ALSO) or len(links) > 1:
        return ""
    return links[0] if links else topic_named(heading)


def split(text: str) -> list[str]:
    """Given a text, return it as statements within the limit: a long line becomes several, so that none is lost."""
    return textwrap.wrap(" ".join(text.split()), TEXT_LIMIT, break_on_hyphens=False)


def pieces(text: str, purged: Purged) -> list[str]:
    """Given a text, return it as statements within the limit, without secrets: a long line becomes several."""
    said = split(clean(text, purged))
    # A cut could make what looks like a secret.
    return [it for piece in said for it in split(clean(piece, purged))] if len(said) > 1 else said


def clean(text: str, purged: Purged) -> str:
    """Given any text, return what can be seen of it, without secrets: in this order, or a secret could hide."""
    return redact(visible(text), purged).text


def clean_bytes(data: bytes, purged: Purged) -> bytes:
    """Given what is no text, return it without the secrets in it: all else keeps its bytes."""
    text = data.decode("utf-8", "surrogateescape")
    return redact(text, purged).text.encode("utf-8", "surrogateescape")


def _plain(text: str) -> str:
    flat = " ".join(unicodedata.normalize("NFC", text).split())
    return outside_code(flat, lambda part: _EMPHASIS.sub(lambda it: "*" * len(it[1]) + it[2] + "*" * len(it[1]), part))


def _unslashed(text: str) -> str:
    return outside_code(text, lambda part: _SLASHED.sub(r"\1", part))


def _letters(text: str) -> str:
    return "".join(_WORDS.findall(unicodedata.normalize("NFC", text)))
