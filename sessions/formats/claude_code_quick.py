"""What most lines of a Claude Code log say, read without decoding them.

Four fifths of a log are what tools answered, twice in each line, and thinking, progress and snapshots. Of these hardly
more than an id, a time and a place in the file is wanted. All of it can be found by looking for structure: inside a
JSON string every quotation mark is escaped, so a piece such as ``"uuid":"`` with bare marks is a key, never content.

Only lines of exactly the shapes that the client writes are read here, and everything else is left to the decoder: an
unknown shape costs time, not correctness.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..lines import Span

#: how far from its ends a line is searched: what stands before the content is a dozen short keys
_HEAD = 1000
_TAIL = 700

#: what carries no time of its own: an update of a snapshot repeats an older one's
TIMELESS = "file-history-snapshot"
_PROGRESS = b'"type":"progress"'
_SNAPSHOT = b'{"type":"file-history-snapshot"'
_AGENT = b'"message":{"model":'
_USER = b'"type":"user","message":{"role":"user","content":[{'
_CONTENT = b'"role":"assistant","content":[{"type":"'
_THINKING = b'thinking","thinking":"'
_BLOCK = b'},{"'  # another block follows, whatever the one before ends in
_TYPE = b'"type":"'  # every block has one, and of a result's it stands before the text
_VALUE = b'":"'  # a key follows that no result has
_COPY = b'"toolUseResult":'
_SUB_AGENTS = b'"isSidechain":true'
_KINDS = (_AGENT, _USER, _PROGRESS)

_PARENT = b'{"parentUuid":'
_UUID_END = len(_PARENT) + 39  # the id in its marks and the comma after it
_NULL_END = len(_PARENT) + 5

_FIRST_BLOCK = re.compile(
    rb'(?:"tool_use_id":"([\w-]{1,100})","type":"tool_result"|"type":"tool_result","tool_use_id":"([\w-]{1,100})"),"content":"'
)
_END_OF_RESULT = re.compile(
    rb'"(?:,"is_error":false)?\}\]\},"uuid":"([\w-]{1,100})","timestamp":"([\dT:.Z+-]{20,35})"[,}]'
)
#: how long the end of a result is where ids and times have the lengths that the client gives them, and without the
#: key that older clients leave out
_USUAL_END = len('","is_error":false}]},"uuid":"","timestamp":""') + 36 + 24 + 1
_SHORTER_END = _USUAL_END - len(',"is_error":false')
_STAMP = re.compile(rb'"timestamp":"([\dT:.Z+-]{20,35})"')


class Answer(NamedTuple):
    """What a tool answered to a call that nobody refused and that did not fail, as it stands in the log."""

    call: str
    text: bytearray
    end: bytes  # the record's id and time


class Quick:
    """Reads lines without decoding them; one for each log, since it remembers what lines have in common."""

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self._common = b""  # what stood between the parent's id and the type in the line before

    def read(self, span: Span) -> str | Answer | None:
        """Given a line, return what it says: a result, or why nothing of it is kept; None where it must be decoded."""
        data, start, stop = span.data, span.start, span.stop
        # A line without an end may be torn: the decoder finds out.
        if start < 0 or span.jointed or not span.complete or not data.endswith(b"}", start, stop):
            return None
        if data.startswith(_SNAPSHOT, start, stop):
            return TIMELESS
        place = self._type(data, start, stop)
        if place < 0:
            return None
        if data.startswith(_AGENT, place):
            return _thinking(data, place, stop)
        if data.startswith(_USER, place):
            return _answer(data, place, stop)
        return "progress"

    def _type(self, data: bytearray, start: int, stop: int) -> int:
        """Given a line, return where the keys that say what it is begin, -1 where they are not among the first."""
        begin = start + (_NULL_END if data.startswith(b"null", start + len(_PARENT)) else _UUID_END)
        if self._common and data.startswith(self._common, begin, stop):
            place = begin + len(self._common)
            if data.startswith(_KINDS, place):
                return place
        end = min(stop, start + _HEAD)
        places = [place for kind in _KINDS if (place := data.find(kind, start, end)) >= 0]
        head = data[start : min(places, default=start)]
        # The record's own, not those of something inside it: no second brace stands before.
        if head.count(b"{") != 1 or _SUB_AGENTS in head:
            return -1
        usual = head.startswith(_PARENT) and head[begin - start - 1 : begin - start] == b","
        self._common = bytes(head[begin - start :]) if usual else b""
        return start + len(head)


def _answer(data: bytearray, place: int, stop: int) -> Answer | None:
    block = _FIRST_BLOCK.match(data, place + len(_USER))
    if block is None:
        return None
    begin = block.end()
    end = data.find(_COPY, begin, stop)
    end = stop if end < 0 else end
    last = (
        _END_OF_RESULT.match(data, max(begin, end - _SHORTER_END), end)
        or _END_OF_RESULT.match(data, max(begin, end - _USUAL_END), end)
        or _END_OF_RESULT.search(data, max(begin, end - _TAIL), end)
    )
    if last is None:
        return None
    end = last.start()
    if data.find(_TYPE, begin, end) >= 0 or data.find(_VALUE, max(begin, end - _TAIL), end) >= 0:
        return None
    return Answer((block[1] or block[2]).decode(), data[begin:end], last[0])


def _thinking(data: bytearray, place: int, stop: int) -> str | None:
    content = data.find(_CONTENT, place, place + _TAIL)
    if content < 0 or not data.startswith(_THINKING, content + len(_CONTENT)):
        return None
    return None if data.find(_BLOCK, content + len(_CONTENT), stop) >= 0 else "thinking"


def end_of(span: Span) -> bytes:
    """Given a line, return its end, in which its time stands."""
    return bytes(span.data[max(span.start, span.stop - _TAIL) : span.stop])


def time_in(end: bytes) -> str:
    """Given the end of a line that was not decoded, return the time it carries, empty where there is none.

    The last one: what stands before may be of something inside the record.
    """
    stamps = _STAMP.findall(end)
    return stamps[-1].decode() if stamps else ""
