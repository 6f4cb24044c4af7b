"""The lines of a Markdown log, each with the answer to one question: does it stand in a code block?

What looks like a mark of a speaker inside a block is text: a pasted log, a tool's output, a hostile page. So blocks are
followed as CommonMark has them (a fence is closed by one of the same sort that is at least as long and names no
language). But writers of logs put texts between marks without looking at the fences in them, and one that is left open,
or nested in one of the same length, would swallow everybody who speaks after it. Therefore a mark inside a block is
held against what comes next: where the next such fence opens another block, or none comes, the block was never one.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator

from ..lines import OpenLog
from .tally import Tally

#: characters of a line, of one utterance, and of what is looked at ahead; none in a real log comes near
LIMIT = 256 * 1024

_FENCE = re.compile(r" {0,12}(?P<run>`{3,}|~{3,})(?P<info>[^`]*)$")
#: a longer fence counts as this long: fences inside fences inside fences cost no more than this many looks
_LONGEST = 8

_Fence = tuple[str, int]


class MarkdownLines:
    """Iterates over (line, live): ``live`` tells that the line stands in no code block.

    ``is_mark`` says of a line whether it would change the speaker. While ``raw`` is set no blocks are looked for: what
    is being read has an end of its own.
    """

    def __init__(self, log: OpenLog, tally: Tally, is_mark: Callable[[str], bool]) -> None:
        """Given an open log, where to count what is cut, and what a mark is, stand at the start."""
        self.raw = False
        self._is_mark = is_mark
        self._lines = _decoded(log, tally)
        self._held: deque[str] = deque()

    def __iter__(self) -> Iterator[tuple[str, bool]]:
        """Return the lines in order."""
        fence: _Fence | None = None
        certain = False  # the block is known to be one
        while (line := self._next()) is not None:
            if fence is None:
                fence = None if self.raw else _opened(line)
                certain = False
                yield line, fence is None
            elif _meets(line, fence) == "":
                fence = None
                yield line, False
            elif certain or not self._is_mark(line):
                yield line, False
            else:
                certain = self._is_block(line, fence)
                fence = fence if certain else None

    def _next(self) -> str | None:
        return self._held.popleft() if self._held else next(self._lines, None)

    def _is_block(self, mark: str, fence: _Fence) -> bool:
        """Given a mark and the fence above it, look ahead and tell whether that fence holds; nothing is consumed."""
        ahead = [mark]
        size = len(mark)
        info: str | None = None
        while info is None and size <= LIMIT and (line := self._next()) is not None:
            ahead.append(line)
            size += len(line) + 1
            info = _meets(line, fence)
        self._held.extendleft(reversed(ahead))
        return info == "" or (info is None and size > LIMIT)


def _decoded(log: OpenLog, tally: Tally) -> Iterator[str]:
    for line in log.lines():
        tally.lines += 1
        if line.too_long:
            tally.damaged(line.number)
            continue
        text = line.data[: 4 * LIMIT].decode("utf-8", "replace")
        if len(text) > LIMIT:
            tally.skip("end of a line of more than 256 kB")
        yield text[:LIMIT]


def _opened(line: str) -> _Fence | None:
    found = _FENCE.match(line)
    return (found["run"][0], min(len(found["run"]), _LONGEST)) if found else None


def _meets(line: str, fence: _Fence) -> str | None:
    """Given a line in a block, return None where it is no fence of that sort, else the language it names."""
    found = _FENCE.match(line)
    if not found or found["run"][0] != fence[0] or len(found["run"]) < fence[1]:
        return None
    return found["info"].strip()
