"""What most lines of a Claude Code log say, read without decoding them.

Four fifths of a log are what tools answered, twice in each line, and thinking, progress and snapshots. Of these hardly
more than an id, a time and a place in the file is wanted. All of it can be found by looking for structure: inside a
JSON string every quotation mark is escaped, so a piece such as ``"uuid":"`` with bare marks is a key, never content.

Only lines of exactly the shapes that the client writes are read here, and everything else is left to the decoder: an
unknown shape costs time, not correctness.
"""

from __future__ import annotations

import re

import msgspec

from ..lines import BLOCK, LINE_LIMIT, Block, Span

try:
    from . import _claude_code_quick as compiled
except ImportError:  # nothing could be compiled where this was installed
    compiled = None  # type: ignore[assignment] # which is asked before it is used

#: how far from its ends a line is searched: what stands before the content is a dozen short keys
_HEAD = 1000
_TAIL = 700

#: what carries no time of its own: an update of a snapshot repeats an older one's
SNAPSHOT = "file-history-snapshot"
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
#: "}{" as a little-endian number of two bytes: where one record ends and the next begins on the same line
_JOINT = 0x7B7D
_KINDS = (_AGENT, _USER, _PROGRESS)

_FIRST_BLOCK = re.compile(
    rb'(?:"tool_use_id":"([\w-]{1,100})","type":"tool_result"|"type":"tool_result","tool_use_id":"([\w-]{1,100})"),"content":"'
)
_END_OF_RESULT = re.compile(
    rb'"(?:,"is_error":false)?\}\]\},"uuid":"([\w-]{1,100})","timestamp":"([\dT:.Z+-]{20,35})"[,}]'
)
_STAMP = re.compile(rb'"timestamp":"([\dT:.Z+-]{20,35})"')


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What a tool answered to a call that nobody refused and that did not fail, as it stands in the log."""

    call: str
    text: bytes
    end: bytes  # the record's id and time
    span: Span


class Silent(msgspec.Struct, frozen=True, gc=False):
    """A line of which nothing is kept: why, and its end, in which its time stands; empty where that says nothing."""

    reason: str
    end: bytes


def read_quickly(block: Block, number: int) -> list[Span | Answer | Silent]:
    """Given lines and the first one's number, return of each what it says, or where it lies when it must be decoded."""
    if compiled is None or block.start < 0:
        return read_in_python(block, number)
    place = (block.data, block.start, block.stop, block.complete)
    return compiled.read_lines(*place, number, LINE_LIMIT, Span, Answer, Silent)


def read_in_python(block: Block, number: int) -> list[Span | Answer | Silent]:
    """Given lines and the first one's number, return the same as ``read_quickly``, not as quickly."""
    joints = _joints(block.data, max(block.start, 0), block.stop)
    return [
        span if any(span.start < joint < span.stop for joint in joints) else _read(span) or span
        for span in block.spans(number)
    ]


def _joints(data: bytearray, begin: int, end: int) -> list[int]:
    """Given a block, return where between two places one record ends and another begins without a line's end.

    Inside of strings a mark is escaped, so ``}{"`` is structure. Five times as fast as looking by ``find``.
    """
    import numpy as np  # noqa: PLC0415 - where there is the compiled form, nothing that collects needs it

    found = []
    for start in range(begin, end, BLOCK):
        for first in (start, start + 1):
            size = (min(start + BLOCK + 1, end) - first) // 2
            if size > 0 and (same := np.frombuffer(data, np.dtype("<u2"), size, first) == _JOINT).any():
                places = (2 * np.flatnonzero(same) + first).tolist()
                found += [place for place in places if data[place + 2 : min(place + 3, end)] == b'"']
    return found


def _read(span: Span) -> Answer | Silent | None:
    """Given a line, return what it says; None where it must be decoded."""
    data, start, stop = span.data, span.start, span.stop
    # A line without an end may be torn: the decoder finds out.
    if start < 0 or not span.complete or not data.endswith(b"}", start, stop):
        return None
    if data.startswith(_SNAPSHOT, start, stop):
        return Silent(SNAPSHOT, b"")
    end = min(stop, start + _HEAD)
    place = min((place for kind in _KINDS if (place := data.find(kind, start, end)) >= 0), default=start)
    # The record's own, not those of something inside it: no second brace stands before.
    if data.count(b"{", start, place) != 1 or data.find(_SUB_AGENTS, start, place) >= 0:
        return None
    if data.startswith(_USER, place):
        return _answer(span, place + len(_USER))
    if data.startswith(_PROGRESS, place):
        return Silent("progress", _end(span))
    return Silent("thinking", _end(span)) if _is_thinking(data, place, stop) else None


def _end(span: Span) -> bytes:
    return bytes(span.data[max(span.start, span.stop - _TAIL) : span.stop])


def _answer(span: Span, place: int) -> Answer | None:
    data, stop = span.data, span.stop
    block = _FIRST_BLOCK.match(data, place, stop)
    if block is None:
        return None
    begin = block.end()
    end = data.find(_COPY, begin, stop)
    end = stop if end < 0 else end
    last = _END_OF_RESULT.search(data, max(begin, end - _TAIL), end)
    if last is None:
        return None
    end = last.start()
    if data.find(_TYPE, begin, end) >= 0 or data.find(_VALUE, max(begin, end - _TAIL), end) >= 0:
        return None
    return Answer((block[1] or block[2]).decode(), bytes(data[begin:end]), last[0], span)


def _is_thinking(data: bytearray, place: int, stop: int) -> bool:
    content = data.find(_CONTENT, place, min(place + _TAIL, stop))
    if content < 0 or not data.startswith(_THINKING, content + len(_CONTENT), stop):
        return False
    return data.find(_BLOCK, content + len(_CONTENT), stop) < 0


def time_in(end: bytes) -> str:
    """Given the end of a line that was not decoded, return the time it carries, empty where there is none.

    The last one: what stands before may be of something inside the record.
    """
    stamps = _STAMP.findall(end)
    return stamps[-1].decode() if stamps else ""
