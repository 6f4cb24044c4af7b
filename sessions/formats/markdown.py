"""Markdown transcripts of any agent, by a small convention (docs/formats.md): lines that name who speaks.

Such a line is a heading (``## User``) or bold (``**User:**``, what is said may follow on it), and may say a time. How
the first one is written decides for the file: a heading of another level, a bold word among headings, one with words
after it among those that stand alone, an untimed one among timed ones are text, because agents write headings and bold
words themselves. Only a tool's may stand one level deeper or lack the time: what tools say has no weight.

**Sessions.** One a file. Its id is a digest of all above the second mark: title, first mark, first message. It does not
change when the file grows, is copied or renamed; files that have a title or times of their own differ in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ..events import Act, Role
from ..lines import OpenLog
from .base import Record
from .calls import error_lines, hidden_errors
from .fences import MarkdownLines
from .spoken import Pile, Spoken, Told, digest_of, event, named, without_rule
from .tally import Tally
from .times import find_time

_ROLES = {
    "user": Role.USER,
    "human": Role.USER,
    "assistant": Role.AGENT,
    "agent": Role.AGENT,
    "ai": Role.AGENT,
    "tool": Role.TOOL,
    "tool result": Role.TOOL,
    "tool output": Role.TOOL,
    "tool error": Role.TOOL,
    "system": Role.SYSTEM,
}
_NAME = "(?P<name>" + "|".join(sorted(_ROLES, key=len, reverse=True)) + ")"
#: a time in parentheses, after a dash or as it is
_TIMED = r"(?: {0,4}[(,–—-]? {0,2}(\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}[\d:.]{0,12} ?(?:Z|[+-][\d:]{4,5})?)\)?)?"  # noqa: RUF001
_HEADING = re.compile(rf"(?P<level>#{{1,6}}) {{1,4}}{_NAME}{_TIMED} ?:?", re.IGNORECASE)
_BOLD = re.compile(rf"\*\*{_NAME}{_TIMED}(?P<colon>:?)\*\*{_TIMED}(?P<after>:?)", re.IGNORECASE)
#: characters of a line within which a mark ends
_MARK_LIMIT = 120
_SUFFIXES = frozenset({".md", ".markdown"})
#: lines that are not blank above the first mark; a document that only mentions speakers has prose there
_TITLE_LINES = 12
_SUMMARY_LIMIT = 2000
_TOOL_ERROR = "tool error"


class Mark(NamedTuple):
    """A line that names a speaker. ``level`` is that of a heading, 0 for a bold line, after which words may follow."""

    name: str
    level: int
    time: str = ""
    said: str = ""

    @property
    def role(self) -> Role:
        """Return who speaks."""
        return _ROLES[self.name]

    def counts_beside(self, first: Mark) -> bool:
        """Given the first mark of the file, tell whether this one is written as that one is."""
        weightless = self.role in {Role.TOOL, Role.SYSTEM}
        as_deep = self.level == first.level or (weightless and first.level > 0 and self.level == first.level + 1)
        as_alone = bool(first.said) or not self.said
        return as_deep and as_alone and bool(self.time or not first.time or weightless)


def mark_in(line: str) -> Mark | None:
    """Given a line, return the mark of a speaker that it is, or None."""
    if line.startswith("#"):
        found = _HEADING.fullmatch(line.rstrip()) if len(line) <= _MARK_LIMIT else None
        return Mark(found["name"].lower(), len(found["level"]), found[3] or "") if found else None
    found = _BOLD.match(line, 0, _MARK_LIMIT) if line.startswith("**") else None
    said = line[found.end() :].strip() if found else ""
    if not found or (said and not found["colon"] + found["after"]):
        return None
    return Mark(found["name"].lower(), 0, found[2] or found[4] or "", said)


class Markdown:
    """The format of agents that write their transcripts as Markdown."""

    name = "markdown"
    timed = False

    def sniff(self, head: bytes, path: Path) -> bool:
        """Given the first bytes of a file and its path, tell whether both a person and an agent are named as speakers.

        The first of them stands at the top, below a title at most.
        """
        if path.suffix.lower() not in _SUFFIXES or b"\0" in head:
            return False
        reading = _Reading("UTC", Tally())
        roles: set[Role] = set()
        for line, live in MarkdownLines(OpenLog.of(head), Tally(), reading.is_mark):
            mark = reading.mark(line) if live else None
            if mark:
                roles.add(mark.role)
            elif reading.first is None and line.strip():
                reading.title.append(line)
            if len(reading.title) > _TITLE_LINES or {Role.USER, Role.AGENT} <= roles:
                break
        return len(reading.title) <= _TITLE_LINES and {Role.USER, Role.AGENT} <= roles

    def read(self, log: OpenLog, tally: Tally) -> Iterator[Record]:
        """Given an open log, return what was said under each mark, in order."""
        reading = _Reading(log.zone, tally)
        return named(reading.all(MarkdownLines(log, tally, reading.is_mark)))


class _Reading:
    """What is known after each line."""

    def __init__(self, zone: str, tally: Tally) -> None:
        self.first: Mark | None = None
        self.title: list[str] = []
        self._zone = zone
        self._tally = tally
        self._mark: Mark | None = None
        self._told: Told | None = None
        self._pile = Pile()

    def is_mark(self, line: str) -> bool:
        """Tell whether a line would be the mark of a speaker."""
        found = mark_in(line)
        return found is not None and (self.first is None or found.counts_beside(self.first))

    def mark(self, line: str) -> Mark | None:
        """Given a line outside code blocks, return the mark that it is; the first one decides how marks are written."""
        found = mark_in(line)
        if found is None or not found.counts_beside(self.first or found):
            return None
        self.first = self.first or found
        return found

    def all(self, lines: Iterable[tuple[str, bool]]) -> Iterator[Spoken]:
        """Given lines, each with whether it stands in no code block, return all messages in order."""
        for line, live in lines:
            yield from self._take(line, live=live)
        yield from self._flush()

    def _take(self, line: str, *, live: bool) -> Iterator[Spoken]:
        """Given the next line, return the messages that it ends."""
        found = self.mark(line) if live else None
        if found:
            yield from self._flush()
            self._mark = found
            if self._told is not None:
                self._told.at(self._time_of(found))
            if found.said:
                yield from self._add(found.said)
        elif self._mark is None:
            if len(self.title) <= _TITLE_LINES and line.strip():
                self.title.append(line)
        else:
            yield from self._add(line)

    def _flush(self) -> Iterator[Spoken]:
        """Return what was last said, if anybody said anything."""
        text = without_rule(self._pile.text())
        if self._mark is None:
            return
        if self._told is None:
            self._told = self._name_session(self._mark, text)
        if text:
            self._tally.records += 1
            yield _spoken(self._told, self._mark, text)

    def _add(self, line: str) -> Iterator[Spoken]:
        if self._pile.add(line):
            yield from self._flush()

    def _time_of(self, mark: Mark) -> datetime | None:
        return find_time(mark.time, self._zone) if mark.time else None

    def _name_session(self, mark: Mark, text: str) -> Told:
        title = "\n".join(self.title)
        time = self._time_of(mark) or find_time(title, self._zone, date_alone=True)
        return Told(f"markdown-{digest_of(title, mark.time, text)}", time=time)


def _spoken(told: Told, mark: Mark, text: str) -> Spoken:
    if mark.role is Role.TOOL:
        failed = mark.name == _TOOL_ERROR
        shown = error_lines(text) if failed else hidden_errors(text)
        results = [event(Role.TOOL, Act.RESULT, shown, ok=False if failed else None)] if shown else []
        return told.tell(text, *results, voice="tool", heard=(text,))
    if mark.role is Role.SYSTEM:
        return told.tell(text, event(Role.SYSTEM, Act.SUMMARY, text[:_SUMMARY_LIMIT]), voice="system", heard=(text,))
    return told.tell(text, event(mark.role, Act.SAID, text), voice=mark.role.value)
